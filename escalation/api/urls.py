"""Addresses in the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from escalation.api import (
    channels,
    figures,
    health,
    mail,
    mailboxes,
    message_templates,
    messages,
    outages,
    problems,
    promises,
    views,
)

router = SimpleRouter()
router.register("escorts", views.EscortViewSet, basename="escort")
router.register("clocks", views.ClockViewSet, basename="clock")
router.register("policies", views.PolicyViewSet, basename="policy")
router.register("tries", views.TrialViewSet, basename="try")
router.register("calendars", views.CalendarViewSet, basename="calendar")
router.register("holidays", views.HolidayViewSet, basename="holiday")
router.register("notifications", views.NotificationViewSet, basename="notification")
router.register("messages", messages.MessageViewSet, basename="message")
router.register("channels", channels.ChannelViewSet, basename="channel")
router.register("groups", channels.GroupViewSet, basename="group")
router.register("inbox", messages.InboxViewSet, basename="inbox")
router.register("mail", mail.MailViewSet, basename="mail")
router.register("mailboxes", mailboxes.MailboxViewSet, basename="mailbox")
router.register("message-templates", message_templates.MessageTemplateViewSet, basename="message-template")
router.register("outages", outages.OutageViewSet, basename="outage")
router.register("problems", problems.AppProblemViewSet, basename="problem")
router.register("promises", promises.PromiseViewSet, basename="promise")
router.register("parked-rungs", health.ParkedRungViewSet, basename="parked-rung")
TICKET_ACTS = {
    "escalate": "escalate",
    "help-instead": "help_instead",
    "super-emergency": "super_emergency",
    "withdraw-super-emergency": "withdraw_super_emergency",
}
on_ticket = views.TicketEscalationViewSet
urlpatterns = [
    *router.urls,
    path("figures/escorts/", figures.EscortFiguresView.as_view(), name="figures-escorts"),
    path("figures/hands/", figures.HandFiguresView.as_view(), name="figures-hands"),
    path("health/", health.HealthView.as_view(), name="health"),
]
urlpatterns += [
    path(f"tickets/<str:number>/{address}/", on_ticket.as_view({"post": act}), name=f"ticket-{address}")
    for address, act in TICKET_ACTS.items()
]
