"""Addresses of the pages."""

from django.urls import path

from escalation import hooks
from escalation.views import board, escort, export, inbox, messages, notifications, paste, queue, ticket_acts, together

app_name = "escalation"
urlpatterns = [
    path("hooks/<slug:slug>/", hooks.receive, name="hook"),
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.take_next, name="next"),
    path("queue/export/", export.export, name="queue-export"),
    path("queue/together/", together.together, name="together"),
    path("queue/together/sent/", together.sent, name="together-sent"),
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
    path("messages/<int:pk>/not-sent/", messages.not_sent, name="message-not-sent"),
    path("messages/<int:pk>/retry/", messages.retry, name="message-retry"),
    path("paste/", paste.paste, name="paste"),
    path("paste/save/", paste.save, name="paste-save"),
    path("inbox/", inbox.listing, name="inbox"),
    path("inbox/<int:pk>/match/", inbox.match, name="match"),
    path("inbox/<int:pk>/unmatch/", inbox.unmatch, name="unmatch"),
    path("inbox/<int:pk>/dismiss/", inbox.dismiss, name="dismiss"),
    path("inbox/<int:pk>/restore/", inbox.restore, name="restore"),
    path("board/", board.board, name="board"),
    path("board/<str:number>/told/", board.told, name="told"),
    path("board/<str:number>/take-over/", board.take_over, name="take-over"),
    path("board/<str:number>/helped/", board.helped, name="helped"),
    path("tickets/<str:number>/super-emergency/", ticket_acts.super_emergency, name="super-emergency"),
    path(
        "tickets/<str:number>/withdraw-super-emergency/",
        ticket_acts.withdraw_super_emergency,
        name="withdraw-super-emergency",
    ),
    path("tickets/<str:number>/escalate/", ticket_acts.escalate, name="escalate"),
    path("tickets/<str:number>/seen/", ticket_acts.seen, name="seen"),
    path("clocks/<int:pk>/acknowledge/", ticket_acts.acknowledge, name="acknowledge"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/bell/", notifications.bell, name="notifications-bell"),
]
