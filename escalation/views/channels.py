"""The administrator's pages for channels and groups: what they are, how they are, and by hand with one click (HC-5)."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import NotVisible, Problem
from escalation.actions import breaker, channels, probes
from escalation.channel_forms import CanaryForm, ChannelForm, GroupForm, TestForm, group_initial
from escalation.channels import abilities_of
from escalation.models import Channel, ChannelKind, Group, Message, MessageState, Probe
from escalation.views.base import person_of

MOST = 200
RECENT = 10
EVERY = 5


def _administrator(request: HttpRequest) -> Person:
    person = person_of(request)
    require(person, "channel.edit")
    return person


def _channel(slug: str, person: Person) -> Channel:
    channel = Channel.objects.visible_to(person).select_related("canary_group").filter(slug=slug).first()
    if channel is None:
        raise NotVisible(_("Saluran ini tidak ada."))
    return channel


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """All channels with how they are, and all groups with where they are reached."""
    person = _administrator(request)
    rows = [Shown(channel) for channel in Channel.objects.visible_to(person)[:MOST]]
    groups = Group.objects.visible_to(person).select_related("channel", "team").order_by("purpose", "region", "name")[:MOST]
    return render(request, "escalation/channels/list.html", {"rows": rows, "groups": groups})


class Shown:
    """A channel as the pages draw it."""

    def __init__(self, channel: Channel) -> None:
        self.row, self.can = channel, abilities_of(channel.kind)
        self.is_open, self.down_since = breaker.is_open(channel), breaker.down_since(channel)

    @property
    def waits_for_people(self) -> bool:
        """Whether people send for a channel that could send by itself."""
        return self.can.sends and self.row.by_hand_since is not None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First the kind, then what that kind must be told."""
    person = _administrator(request)
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    if kind not in ChannelKind.values:
        kinds = [(value, label, abilities_of(value)) for value, label in ChannelKind.choices]
        return render(request, "escalation/channels/kind.html", {"kinds": kinds})
    form = ChannelForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            made = channels.create_channel(by=person, secrets=form.secrets(), kind=kind, **form.values())
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("Saluran %(name)s dibuat.") % {"name": made.name})
            return redirect("escalation:channel", made.slug)
    context = {"form": form, "kind": kind, "kind_name": ChannelKind(kind).label}
    return render(request, "escalation/channels/new.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def channel(request: HttpRequest, slug: str) -> HttpResponse:
    """One channel. The upper part follows live: the worker that sends and asks the gateway is another process."""
    person = _administrator(request)
    found = _channel(slug, person)
    form = ChannelForm(request.POST or None, kind=found.kind, channel=found)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                channels.require_same(found, _version_in(request))
                channels.change_channel(found, by=person, changes=form.values(), secrets=form.secrets())
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("Disimpan."))
            return redirect("escalation:channel", slug)
    return _page(request, found, form=form)


def _version_in(request: HttpRequest) -> int:
    """What the form was filled from; 0, which nothing is, where that says nothing."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _page(request: HttpRequest, found: Channel, **forms: Any) -> HttpResponse:
    seen = list(Probe.objects.filter(channel=found).select_related("group", "by").order_by("-id")[:RECENT])
    version = _version(found, seen)
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    messages = Message.objects.filter(group__channel=found)
    waiting = [messages.filter(state=state)[:MOST] for state in (MessageState.QUEUED, MessageState.TO_SEND_BY_HAND)]
    context = {
        "part": "state",
        "every": EVERY,
        "shown": Shown(found),
        "channel": found,
        "probes": seen,
        "waiting": [state for rows in waiting for state in rows.values_list("state", flat=True)],
        "groups": Group.objects.filter(channel=found).select_related("team").order_by("name")[:MOST],
        "hook": request.build_absolute_uri(f"/hooks/{found.slug}/"),
        "form": ChannelForm(kind=found.kind, channel=found),
        "test": TestForm(channel=found),
        "canary": CanaryForm(channel=found),
    } | forms
    refused = any(each.errors for each in forms.values())
    if refused:
        return render(request, "escalation/channels/channel.html", {**context, "version": version}, status=400)
    return htmx.live(request, "escalation/channels/channel.html", context, version=version)


def _version(found: Channel, seen: list[Probe]) -> str:
    """Grows with everything that the live part shows."""
    moments = (found.open_since, found.open_until, found.by_hand_since, found.last_proof_at, found.last_inbound_at)
    parts = [f"{each.timestamp():.0f}" if each else "" for each in moments]
    last = f"{seen[0].pk}{seen[0].state}" if seen else ""
    return "-".join([*parts, str(found.session_ok), str(found.canary_lost_at is not None), str(found.active), last])


@require_POST
def test(request: HttpRequest, slug: str) -> HttpResponse:
    """A test message on its way; the page shows what becomes of it."""
    person = _administrator(request)
    found = _channel(slug, person)
    form = TestForm(request.POST, channel=found)
    if form.is_valid():
        try:
            probes.send_test(found, form.cleaned_data["group"], by=person)
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("Pesan uji sedang dikirim ke %(group)s.") % {"group": form.cleaned_data["group"]})
            return redirect("escalation:channel", slug)
    return _page(request, found, test=form)


@require_POST
def canary(request: HttpRequest, slug: str) -> HttpResponse:
    """Which group gets a canary, and how often."""
    person = _administrator(request)
    found = _channel(slug, person)
    form = CanaryForm(request.POST, channel=found)
    if form.is_valid():
        try:
            channels.change_channel(found, by=person, changes=form.cleaned_data)
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("Disimpan."))
            return redirect("escalation:channel", slug)
    return _page(request, found, canary=form)


ACTS = {
    "by-hand": (breaker.send_by_hand, gettext_lazy("%(name)s sekarang dikirim manual. Yang menunggu pindah ke Kotak WA.")),
    "by-itself": (
        breaker.send_by_itself,
        gettext_lazy("%(name)s mengirim sendiri lagi. Yang sudah di tangan orang tetap dikirim manual."),
    ),
    "close-breaker": (breaker.close_breaker, gettext_lazy("Pemutus %(name)s ditutup; dicoba lagi sekarang.")),
    "switch-off": (
        lambda found, *, by: channels.change_channel(found, by=by, changes={"active": False}),
        gettext_lazy("%(name)s dimatikan."),
    ),
    "switch-on": (
        lambda found, *, by: channels.change_channel(found, by=by, changes={"active": True}),
        gettext_lazy("%(name)s dinyalakan."),
    ),
}


@require_POST
def act(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One click: by hand, by itself, close the breaker, switch off and on."""
    person = _administrator(request)
    found = _channel(slug, person)
    if name not in ACTS:
        raise NotVisible(_("Tidak ada."))
    function, said = ACTS[name]
    function(found, by=person)
    htmx.toast(request, said % {"name": found.name})
    return redirect("escalation:channel", slug)


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A group, new or known."""
    person = _administrator(request)
    known = Group.objects.visible_to(person).filter(pk=pk).first() if pk else None
    if pk and known is None:
        raise NotVisible(_("Grup ini tidak ada."))
    initial = group_initial(known) if known else {"channel": request.GET.get("channel"), "active": True}
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(known, form, _version_in(request), person)
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("Grup %(name)s disimpan.") % {"name": saved.name})
            return redirect("escalation:channel", saved.channel.slug)
    hints = {str(each.pk): str(abilities_of(each.kind).address) for each in Channel.objects.filter(active=True)[:MOST]}
    context = {"form": form, "group": known, "hints": hints.items()}
    return render(request, "escalation/channels/group.html", context, status=400 if form.errors else 200)


@transaction.atomic
def _saved(known: Group | None, form: GroupForm, version: int, person: Person) -> Group:
    if known is None:
        return channels.create_group(by=person, **form.values())
    channels.require_same(known, version)
    return channels.change_group(known, by=person, changes=form.values())
