"""Addresses of the pages."""

from django.urls import path

from escalation import hooks
from escalation.views import escort, export, inbox, messages, notifications, queue

app_name = "escalation"
urlpatterns = [
    path("hooks/<slug:slug>/", hooks.receive, name="hook"),
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.take_next, name="next"),
    path("queue/export/", export.export, name="queue-export"),
    path("queue/<int:pk>/", queue.escort, name="escort"),
    path("queue/<int:pk>/live/", queue.escort_live, name="escort-live"),
    path("queue/<int:pk>/claim/", escort.claim, name="claim"),
    path("queue/<int:pk>/release/", escort.release, name="release"),
    path("queue/<int:pk>/analysis/", escort.analysis, name="analysis"),
    path("queue/<int:pk>/preview/", escort.preview, name="preview"),
    path("queue/<int:pk>/follow-up/", escort.follow_up, name="follow-up"),
    path("queue/<int:pk>/progress/", escort.record, name="record"),
    path("queue/<int:pk>/solve/", escort.solve, name="solve"),
    path("progress/<int:pk>/publish/", escort.publish, name="publish"),
    path("messages/<int:pk>/copied/", messages.copied, name="message-copied"),
    path("messages/<int:pk>/sent/", messages.sent, name="message-sent"),
    path("messages/<int:pk>/retry/", messages.retry, name="message-retry"),
    path("inbox/", inbox.listing, name="inbox"),
    path("inbox/<int:pk>/match/", inbox.match, name="match"),
    path("inbox/<int:pk>/dismiss/", inbox.dismiss, name="dismiss"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/bell/", notifications.bell, name="notifications-bell"),
]
