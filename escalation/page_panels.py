"""What escalation shows on the ticket page: the way, the clocks, the escort, what happens next; and its buttons (ESC-6, HC-7)."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import may
from common.clock import now
from common.words import hm
from escalation.actions.raising import withdrawable_until
from escalation.forms import PromiseForm, RaiseForm, WithdrawForm
from escalation.models import PROMISED_KINDS, Message, MilestoneName, Purpose, Whom
from escalation.pane import ShownMessage
from escalation.previews import raising_previews
from escalation.promise_board import panel as promises_of
from escalation.promise_board import slot_note
from escalation.story import ShownClock, Story, may_hold, stations, story_of, works_the_queue
from tickets.models import TICKET_MOVES, Kind, Ticket
from tickets.panels import PageAct, Panel, add_act, add_columns, add_panel

STEPS: Mapping[str, Any] = {
    MilestoneName.CLAIM: gettext_lazy("Support HC mengambil tiket"),
    MilestoneName.DISPATCH: gettext_lazy("Dikirim ke unit"),
    MilestoneName.CUSTOMER_UPDATE: gettext_lazy("Pelanggan dikabari"),
    MilestoneName.SOLUTION: gettext_lazy("Gangguan selesai"),
}

OF_ESCORT = (
    *("kind", "state", "owner__online_name", "cause", "responsible_unit", "severity", "returns"),
    *("raised_by__online_name", "raised_at", "kind_before"),
)

# Panels


def track(ticket: Ticket, person: Person) -> dict[str, Any]:
    """The way of an escorted ticket."""
    story = story_of(ticket)
    return {"stations": stations(ticket, story.escort, story.groups)} if story.escort else {}


def clocks(ticket: Ticket, person: Person) -> dict[str, Any]:
    """The clocks: how long is left, what happens then and whom it reaches."""
    story = story_of(ticket)
    if not story.clocks:
        return {}
    policy = story.clocks[0].row.policy
    return {"story": story, "policy": policy, "may_hold": may_hold(person)}


def escort(ticket: Ticket, person: Person) -> dict[str, Any]:
    """The escort: who has it, what was found out, how far it got, and which words are owed to whom."""
    story = story_of(ticket)
    if story.escort is None:
        return {}
    return {
        "story": story,
        "escort": story.escort,
        "chips": _chips(story),
        "owed": story.owed_to(person),
        "in_queue": works_the_queue(person),
    }


def _chips(story: Story) -> list[ShownMessage]:
    """The newest message to each group in this round."""
    newest: dict[int, Message] = {}
    for line in story.lines:
        if story.escort and line.round == story.escort.returns:
            newest.setdefault(line.message.group_id, line.message)
    return [ShownMessage(row) for row in reversed(newest.values())]


def seen(ticket: Ticket, person: Person) -> dict[str, Any]:
    """Lets the page say that this person has it before them."""
    owed = story_of(ticket).owed_to(person)
    return {"owed": owed, "mark": f"{ticket.number}-{owed[0].pk if owed else 0}"}


def next_steps(ticket: Ticket, person: Person) -> dict[str, Any]:
    """What happens now, by when, and who hears of it if not; for the page after logging."""
    live = [clock for clock in story_of(ticket).running if clock.row.milestone in STEPS]
    told = next((clock.due_at for clock in live if clock.row.milestone == MilestoneName.CUSTOMER_UPDATE), None)
    steps = [{"clock": clock, "says": STEPS[clock.row.milestone], "otherwise": _otherwise(clock)} for clock in live]
    return {"steps": steps, "tell_by": told} if steps else {}


def _otherwise(clock: ShownClock) -> str:
    above = clock.next_above
    return _("jika tidak: bunyi di %(who)s") % {"who": above.who} if above else ""


# Buttons


def _may_raise(ticket: Ticket, person: Person) -> bool:
    return may(person, "ticket.raise_super_emergency") and ticket.is_open and ticket.kind != Kind.SUPER_EMERGENCY


def _closed_raise(ticket: Ticket, person: Person) -> str:
    return "" if TICKET_MOVES.allows("change_kind", ticket.status) else _("Tiket sudah selesai.")


def raise_form(ticket: Ticket, person: Person, data: Any = None) -> RaiseForm:
    """The form of the dialog, with what Support HC's group will read for each kind."""
    form = RaiseForm(data, auto_id="super-emergency-%s") if data is not None else RaiseForm(auto_id="super-emergency-%s")
    form.previews = raising_previews(ticket, person)
    form.slot_note = slot_note(ticket, person)
    form.initial.setdefault("promised_to", ticket.reporter_name or ticket.customer_name)
    form.destinations = [f"TIAL REG-{ticket.region}" if ticket.region else str(Purpose.TIAL_REG.label), str(Purpose.C4.label)]
    return form


def withdraw_form(ticket: Ticket, person: Person) -> Form:
    return WithdrawForm(auto_id="withdraw-super-emergency-%s")


def _may_withdraw(ticket: Ticket, person: Person) -> bool:
    raised = story_of(ticket).escort
    return may(person, "ticket.withdraw_super_emergency") and raised is not None and withdrawable_until(raised) is not None


def _closed_withdraw(ticket: Ticket, person: Person) -> str:
    raised = story_of(ticket).escort
    until = withdrawable_until(raised) if raised else None
    if until is None or now() <= until:
        return ""
    return _("Sudah lewat waktunya; dapat ditarik sampai %(time)s.") % {"time": hm(until)}


def _may_promise(ticket: Ticket, person: Person) -> bool:
    return may(person, "promise.make") and ticket.is_open and ticket.kind in PROMISED_KINDS


def _closed_promise(ticket: Ticket, person: Person) -> str:
    return ""


def promise_form(ticket: Ticket, person: Person) -> Form:
    """The promise's form in the ticket's dialog, with what it would take."""
    form = PromiseForm(auto_id="promise-%s", initial={"promised_to": ticket.reporter_name or ticket.customer_name})
    form.slot_note = slot_note(ticket, person)
    return form


def _may_escalate(ticket: Ticket, person: Person) -> bool:
    return may(person, "ticket.escalate") and ticket.is_open and any(c.state == "running" for c in story_of(ticket).running)


def _closed_escalate(ticket: Ticket, person: Person) -> str:
    first = next((clock for clock in story_of(ticket).running if clock.state == "running"), None)
    above = [rung for rung in first.waiting if rung.whom != Whom.HOLDER] if first else []
    return "" if above else _("Tidak ada anak tangga lagi di atas. Hubungi SPV langsung.")


def register() -> None:
    """Lay panels and buttons, once, when the apps are ready."""
    add_columns(*(f"escort__{name}" for name in OF_ESCORT), "promise_slot__place")
    add_panel(Panel("track", 5, "escalation/panels/track.html", track))
    add_panel(Panel("seen", 6, "escalation/panels/seen.html", seen))
    add_panel(Panel("clocks", 10, "escalation/panels/clocks.html", clocks))
    add_panel(Panel("escort", 20, "escalation/panels/escort.html", escort))
    add_panel(Panel("promises", 15, "escalation/panels/promises.html", promises_of))
    add_panel(Panel("next_steps", 90, "escalation/panels/next_steps.html", next_steps))
    _register_raising()
    _register_promise()
    _register_escalate()


def _register_raising() -> None:
    add_act(
        PageAct(
            "super-emergency",
            10,
            gettext_lazy("Naikkan"),
            "escalation:super-emergency",
            _may_raise,
            _closed_raise,
            icon="up",
            key="e",
            template="escalation/parts/raise_fields.html",
            form=raise_form,
            note=gettext_lazy("Dapat ditarik kembali 5 menit, dengan alasan."),
        )
    )
    add_act(
        PageAct(
            "withdraw-super-emergency",
            12,
            gettext_lazy("Tarik kembali"),
            "escalation:withdraw-super-emergency",
            _may_withdraw,
            _closed_withdraw,
            icon="undo",
            form=withdraw_form,
            note=gettext_lazy("Jenis sebelumnya berlaku lagi; alasannya tinggal di riwayat."),
        )
    )


def _register_promise() -> None:
    add_act(
        PageAct(
            "promise",
            11,
            gettext_lazy("Catat janji"),
            "escalation:promise",
            _may_promise,
            _closed_promise,
            icon="shield",
            form=promise_form,
            template="escalation/parts/promise_fields.html",
        )
    )


def _register_escalate() -> None:
    add_act(
        PageAct(
            "escalate",
            40,
            gettext_lazy("Naikkan satu anak tangga"),
            "escalation:escalate",
            _may_escalate,
            _closed_escalate,
            icon="ladder",
        )
    )
