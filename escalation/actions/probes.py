"""Messages that prove a channel: a test, and the canary that must come back; what a gateway says of itself (HC-5)."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from escalation.actions import breaker
from escalation.actions.left_behind import SENDS_ITSELF
from escalation.channels import ABILITIES, Failure, Heard, Outgoing, Session, TemporaryFailure, abilities_of, gateway_of
from escalation.models import Channel, Group, Probe, ProbeState
from escalation.wording import Words

log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=3)  # a canary that has not come back by then is lost
ASK_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)
SAYING = [kind for kind, abilities in ABILITIES.items() if abilities.tells_session]


@transaction.atomic
def send_test(channel: Channel, group: Group, *, by: Person) -> Probe:
    """Put a test message to one of the channel's groups on its way; the page shows what becomes of it."""
    require(by, "channel.edit")
    if not abilities_of(channel.kind).sends:
        raise Conflict(_("Saluran ini tidak mengirim sendiri; orang yang mengirim."))
    if group.channel_id != channel.pk or not group.address:
        raise Invalid(_("Pilih grup yang punya alamat di saluran ini."), errors={"group": [_("Bukan grup saluran ini.")]})
    probe = _lay(channel, group, is_canary=False, by=by)
    record(channel, "channel.tested", by=by, facts={"group": group.name})
    return probe


def _lay(channel: Channel, group: Group, *, is_canary: bool, by: Person | None = None) -> Probe:
    probe = Probe.objects.create(channel=channel, group=group, is_canary=is_canary, by=by, created_at=now())
    words = _("Kenari Kawal %(number)s. Abaikan.") if is_canary else _("Uji saluran dari Kawal, nomor %(number)s. Abaikan.")
    probe.text = str(words % {"number": probe.pk})
    probe.save(update_fields=["text"])
    return probe


def watch() -> None:
    """One pass: lay canaries that are due, send what waits, miss what did not come back, ask the gateways how they are."""
    _lay_canaries()
    for probe in Probe.objects.filter(state=ProbeState.WAITING).select_related("channel", "group").order_by("id")[:20]:
        _send(probe)
    _miss_lost_ones()
    _ask_sessions()


def _lay_canaries() -> None:
    wanted = Channel.objects.filter(SENDS_ITSELF, canary_minutes__gt=0, canary_group__isnull=False)
    wanted = wanted.exclude(open_until__gt=now())  # it is to be left alone, or fails
    for channel in wanted.select_related("canary_group"):
        last = Probe.objects.filter(channel=channel, is_canary=True).order_by("-id").values_list("created_at", flat=True).first()
        group = channel.canary_group
        if group and (last is None or last <= now() - timedelta(minutes=channel.canary_minutes)):
            _lay_once(channel, group)


@transaction.atomic
def _lay_once(channel: Channel, group: Group) -> None:
    """The channel's row is locked, so that of two workers one lays it."""
    locked = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    recent = Probe.objects.filter(channel=locked, is_canary=True, created_at__gt=now() - timedelta(minutes=locked.canary_minutes))
    if not recent.exists():
        _lay(locked, group, is_canary=True)
        Probe.objects.filter(channel=locked, is_canary=True, created_at__lt=now() - KEPT).delete()


def _send(probe: Probe) -> None:
    mine = Probe.objects.filter(pk=probe.pk, state=ProbeState.WAITING)
    if mine.update(state=ProbeState.SENDING, claimed_at=now()) != 1:
        return
    out, sending = Outgoing(probe.group.address, probe.text, key=f"probe:{probe.pk}"), Probe.objects.filter(pk=probe.pk)
    try:
        number = gateway_of(probe.channel.kind).send(probe.channel, out)
    except Failure as failure:
        sending.update(state=ProbeState.FAILED, problem=str(failure)[:300])
        if isinstance(failure, TemporaryFailure):
            breaker.count_failure(probe.channel, failure)
        return
    except Exception:  # our own mistake; the page says so
        log.exception("probe %s", probe.pk)
        sending.update(state=ProbeState.FAILED, problem=str(_("Kesalahan di pihak kami; lihat log server.")))
        return
    sending.filter(state=ProbeState.SENDING).update(state=ProbeState.SENT)
    sending.update(gateway_id=number, sent_at=now())
    if not abilities_of(probe.channel.kind).proves:
        breaker.proved(probe.channel_id)


def _miss_lost_ones() -> None:
    """A canary that is not back in time: the channel counts as down, and the administrators hear of it."""
    late = Q(state__in=[ProbeState.SENDING, ProbeState.SENT], claimed_at__lte=now() - PATIENCE)
    for probe in Probe.objects.filter(late, is_canary=True, channel__canary_lost_at=None).select_related("channel")[:20]:
        Probe.objects.filter(pk=probe.pk).update(state=ProbeState.FAILED, problem=str(_("Tidak kembali dalam tiga menit.")))
        Channel.objects.filter(pk=probe.channel_id).update(canary_lost_at=now())
        text = Words(_("Kenari %(name)s tidak kembali: gerbang menerima, grup tidak."), name=probe.channel.name)
        breaker.alarm(probe.channel, f"canary:{probe.pk}", text)
    Probe.objects.filter(late, is_canary=False, state=ProbeState.SENDING).update(
        state=ProbeState.FAILED, problem=str(_("Tidak pasti terkirim: pengirimnya mati. Lihat di grup."))
    )


def hear(channel: Channel, heard: Heard) -> bool:
    """A receipt or an echo: whether it is of a probe. It proves that the channel lives, and ends a canary's being lost."""
    open_ones = Probe.objects.filter(channel=channel, state__in=[ProbeState.SENDING, ProbeState.SENT, ProbeState.FAILED])
    ours = open_ones.filter(_means(heard))
    if heard.receipt not in ("", "delivered", "read") or not ours.update(state=ProbeState.HEARD, heard_at=now(), problem=""):
        return False
    Channel.objects.filter(pk=channel.pk).update(canary_lost_at=None)
    breaker.proved(channel.pk)
    return True


def _means(heard: Heard) -> Q:
    """A receipt names our ids; an echo may overtake the answer that gives us the id, so its words count too."""
    if heard.is_receipt:
        return Q(gateway_id__in=[each for each in heard.message_ids if each])
    return Q(text=heard.text, group__address=heard.address) if heard.is_own and heard.text else Q(pk=None)


# What a gateway says of itself


def _ask_sessions() -> None:
    due: QuerySet[Channel] = Channel.objects.filter(active=True, kind__in=SAYING)
    due = due.filter(Q(session_at=None) | Q(session_at__lte=now() - ASK_EVERY))
    for channel in due.order_by(F("session_at").asc(nulls_first=True))[:10]:
        asked = Channel.objects.filter(pk=channel.pk, session_at=channel.session_at).update(session_at=now())
        if asked:
            _write_down(channel, _session_of(channel))


def _session_of(channel: Channel) -> Session:
    try:
        return gateway_of(channel.kind).session(channel)
    except Failure as failure:
        return Session(ok=False, words=str(failure))
    except Exception:
        log.exception("session of %s", channel.slug)
        return Session(ok=False, words=str(_("Kesalahan di pihak kami; lihat log server.")))


def _write_down(channel: Channel, said: Session) -> None:
    Channel.objects.filter(pk=channel.pk).update(session_ok=said.ok, session_words=said.words[:200])
    if channel.session_ok and not said.ok:
        text = Words(_("Sesi %(name)s putus: %(words)s"), name=channel.name, words=said.words or "–")
        breaker.alarm(channel, f"session:{channel.pk}:{now():%Y%m%d%H%M}", text)
