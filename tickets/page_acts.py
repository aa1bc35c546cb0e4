"""The buttons that this app lays on the ticket page: who has them, and why one is closed now."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.forms import Form
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role, may
from tickets import forms
from tickets.actions.work import serves
from tickets.beside import held_because
from tickets.forwarded import forwarding_of
from tickets.models import TICKET_MOVES, Criterion, Kind, Status, Ticket
from tickets.panels import PageAct, add_act
from tickets.twin_panel import twins_of

Shown = Callable[[Ticket, Person], bool]
Closed = Callable[[Ticket, Person], Any]
AT_THE_END = ("further_help", "closing")  # P-06 5.7
MayTake = (Role.AGENT, Role.TEAM_LEADER, Role.SUPERVISOR, Role.SUPPORT_HC)


def _always(ticket: Ticket, person: Person) -> bool:
    return True


def _pending(ticket: Ticket, person: Person) -> bool:
    return ticket.status == Status.PENDING_CUSTOMER


def _unpaused(ticket: Ticket, person: Person) -> bool:
    return ticket.is_open and not _pending(ticket, person)


def _open(ticket: Ticket, person: Person) -> bool:
    return ticket.is_open


def _unclosed(ticket: Ticket, person: Person) -> bool:
    return ticket.status != Status.CLOSED


def _finished(ticket: Ticket, person: Person) -> bool:
    return not ticket.is_open


def _regular(ticket: Ticket, person: Person) -> bool:
    return ticket.is_open and not ticket.is_escorted


def _at_unit(ticket: Ticket, person: Person) -> bool:
    return _regular(ticket, person) and forwarding_of(ticket) is not None


def _of_others(ticket: Ticket, person: Person) -> bool:
    return ticket.is_open and ticket.assignee_id != person.pk


def _by_signs(ticket: Ticket, person: Person) -> bool:
    return ticket.is_open and ticket.kind == Kind.HARD_COMPLAINT and bool(ticket.criteria)


def _is_twin(ticket: Ticket, person: Person) -> bool:
    return bool(twins_of(ticket).first)


def _twin_already(ticket: Ticket, person: Person) -> Any:
    return gettext("Sudah ditautkan. Lepas dulu.") if twins_of(ticket).first else ""


def _never(ticket: Ticket, person: Person) -> str:
    return ""


def _by_state(move: str) -> Closed:
    def reason(ticket: Ticket, person: Person) -> str:
        if TICKET_MOVES.allows(move, ticket.status):
            return ""
        return gettext("Tiket sekarang %(state)s.") % {"state": ticket.get_status_display()}

    return reason


def _reopenable(ticket: Ticket, person: Person) -> bool:
    return not ticket.erased_at and _finished(ticket, person)


def _by_holds(move: str) -> Closed:
    def reason(ticket: Ticket, person: Person) -> str:
        held = " ".join(gettext(reason) for reason in held_because(ticket))
        return held or str(_by_state(move)(ticket, person))

    return reason


def assignable(person: Person, line: str = "") -> list[Person]:
    """To whom this person may hand a ticket of this line: agents within the team, leaders within the site, Support HC to all."""
    people = Person.objects.filter(is_active=True, role__in=MayTake).exclude(pk=person.pk).select_related("team")
    if person.role == Role.AGENT:
        people = people.filter(team=person.team)
    elif person.role != Role.SUPPORT_HC and person.team:
        people = people.filter(team__site=person.team.site_id)
    return [each for each in people.order_by("team__name", "online_name") if not line or serves(each, line)]


def _plain(form: type[Form], name: str, ticket: Ticket, person: Person) -> Form:
    return form(auto_id=f"{name}-%s", initial={"solution": ticket.solution, "cause": ticket.cause})


def _assign_form(ticket: Ticket, person: Person) -> Form:
    return forms.AssignForm(auto_id="assign-%s", people=assignable(person, ticket.service_line))


def _overrule_form(ticket: Ticket, person: Person) -> Form:
    form = forms.OverruleForm(auto_id="overrule-criterion-%s")
    form.fields["criterion"].choices = [(code, Criterion(code).label) for code in ticket.criteria]  # type: ignore[attr-defined]
    return form


def _lay(
    name: str,
    order: int,
    label: Any,
    line: str,
    shown: Shown,
    *,
    form: Any = None,
    closed: Closed = _never,
    **looks: Any,
) -> None:
    """``line`` of the table of roles says who has the button."""

    def is_shown(ticket: Ticket, person: Person) -> bool:
        return may(person, line) and shown(ticket, person)

    fields = partial(_plain, form, name) if isinstance(form, type) else form
    add_act(PageAct(name, order, label, f"tickets:{name}", is_shown, closed, form=fields, **looks))


def register() -> None:
    """Lay the buttons, once, when the apps are ready."""
    _lay_moves()
    _lay_contacts()


def _lay_moves() -> None:
    """What takes the ticket from state to state."""
    unconfirmed = _("Tanpa pembenaran pelanggan tiket tetap terbuka.")
    waiting, solved = _("Jam yang menunggu pelanggan berhenti; bola di pelanggan."), _("Tiket menunggu kepastian pelanggan.")
    closing: dict[str, Any] = {"note": unconfirmed, "key": "c", "says": AT_THE_END}
    pausing: dict[str, Any] = {"note": waiting, "key": "j"}
    solving: dict[str, Any] = {"note": solved, "key": "s", "says": AT_THE_END}
    held_close, held_solve, held_reopen = _by_holds("close"), _by_holds("solve"), _by_holds("reopen")
    _lay("resume", 50, _("Lanjutkan"), "ticket.resume", _pending, icon="play", key="j")
    _lay("close", 60, _("Tutup tiket"), "ticket.close", _unclosed, form=forms.CloseForm, closed=held_close, **closing)
    _lay("forward", 62, _("Teruskan ke unit"), "ticket.forward", _regular, form=forms.ForwardForm, icon="send", key="u")
    _lay("chase", 61, _("Kejar unit"), "ticket.chase", _at_unit, form=forms.ChaseForm, icon="bell", key="k")
    _lay("pause", 64, _("Jeda"), "ticket.pause", _unpaused, form=forms.PauseForm, **pausing)
    _lay("solve", 66, _("Tandai selesai"), "ticket.solve", _open, form=forms.SolveForm, closed=held_solve, **solving)
    _lay("reopen", 68, _("Buka lagi"), "ticket.reopen", _reopenable, form=forms.ReopenForm, closed=held_reopen, key="b")


def _lay_contacts() -> None:
    """Words with the customer, and whose work it is."""
    eased = _("Tanpa tanda lagi, tiket kembali reguler.")
    checks: dict[str, Any] = {"icon": "shield", "key": "v"}
    signs: dict[str, Any] = {"icon": "undo", "note": eased}
    _lay("repeat-reports", 70, _("Catat lapul"), "ticket.repeat_report", _open, form=forms.RepeatForm, icon="history", key="l")
    _lay(
        "twin",
        86,
        _("Tautkan sebagai kembaran"),
        "ticket.link_twin",
        _always,
        form=forms.TwinForm,
        closed=_twin_already,
        icon="copy",
    )
    _lay("untwin", 88, _("Lepas kembaran"), "ticket.link_twin", _is_twin, icon="undo")
    _lay("told", 84, _("Catat sudah dikabari"), "ticket.tell", _unclosed, form=forms.TellForm, icon="phone", key="t")
    _lay("assign", 74, _("Serahkan"), "ticket.assign", _open, form=_assign_form, icon="swap", key="a")
    _lay("take-over", 76, _("Ambil alih"), "ticket.take_over", _of_others, icon="hand", key="h")
    _lay("request-take-over", 76, _("Minta diambil alih"), "ticket.request_take_over", _open, icon="hand", key="m")
    _lay("verification", 80, _("Verifikasi penelepon"), "ticket.verify", _always, form=forms.VerifyForm, **checks)
    _lay("overrule-criterion", 82, _("Batalkan tanda"), "ticket.overrule_criterion", _by_signs, form=_overrule_form, **signs)
