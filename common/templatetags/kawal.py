"""Kawal's template tags and filters. A template *builtin*: every page has them without ``{% load %}``. See docs/pages.md."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from common import clock as wall
from common import clock_face, htmx, masking, words
from common.clock_face import part

register = template.Library()

KINDS = {  # class, word on the badge, full name
    "regular": ("regular", gettext_lazy("Reguler"), gettext_lazy("Reguler")),
    "hard_complaint": ("hc", gettext_lazy("HC"), gettext_lazy("Hard complaint")),
    "super_emergency": ("se", gettext_lazy("SE"), gettext_lazy("Super Emergency")),
    "buzzer": ("buzzer", gettext_lazy("Buzzer"), gettext_lazy("Buzzer")),
    "buzzer_visit": ("visit", gettext_lazy("Buzzer visit"), gettext_lazy("Buzzer visit")),
}
DELIVERIES = {  # class, icon, word
    "queued": ("wait", "clock", gettext_lazy("mengantre")),
    "sending": ("wait", "send", gettext_lazy("sedang dikirim")),
    "sent": ("", "check", gettext_lazy("terkirim")),
    "delivered": ("", "check2", gettext_lazy("sampai")),
    "read": ("read", "check2", gettext_lazy("dibaca")),
    "failed": ("failed", "c-over", gettext_lazy("gagal")),
    "to_send_by_hand": ("byhand", "hand", gettext_lazy("kirim manual")),
    "cancelled": ("", "x", gettext_lazy("dibatalkan")),
}
PRESENCE = {"looking": "", "editing": "edit", "away": "away"}
HOLDERS_WITHOUT_NAME = {
    "unit": gettext_lazy("Unit"),
    "telkom": gettext_lazy("Telkom"),
    "caring": gettext_lazy("Caring"),
    "customer": gettext_lazy("Pelanggan"),
}
SQUARE_HOLDERS = {"unit", "telkom", "group"}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, extra: str = "") -> SafeString:
    """``{% icon "copy" %}``; ``extra`` adds classes such as ``t-ok`` or ``flip``. The sprite is static/img/icons.svg."""
    classes = f"icon {extra}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("img/icons.svg"), name)


@register.simple_tag
def kind(value: str) -> SafeString:
    """The kind's badge with its word."""
    return _kind(value, get_language())


@register.simple_tag
def kind_mark(value: str) -> SafeString:
    """The kind's shape alone, with its name for screen readers."""
    return _kind_mark(value, get_language())


@lru_cache(maxsize=32)
def _kind(value: str, language: str | None) -> SafeString:
    look, word, name = KINDS[value]
    return format_html('<span class="kind {}" title="{}">{}{}</span>', look, name, icon(f"k-{look}"), word)


@lru_cache(maxsize=32)
def _kind_mark(value: str, language: str | None) -> SafeString:
    look, _word, name = KINDS[value]
    return format_html(
        '<span class="kind {} mark" title="{}">{}<span class="sr">{}</span></span>', look, name, icon(f"k-{look}"), name
    )


@register.simple_tag
def clock(running: Any, *, long: bool = False) -> SafeString:
    """The clock's chip; ``long=True`` says ``9 mnt lagi``. Nothing is drawn for None. See ``common.clock_face``."""
    if running is None:
        return SafeString("")
    face = clock_face.face(running, wall.now())
    before = icon(face.icon) if face.icon else f'<span class="pie p-{face.share}"></span>'
    word = _("%(duration)s lagi") % {"duration": face.word} if long and face.look in {"ok", "warn"} else face.word
    # Drawn on every row, so without format_html: these are numbers and our own words, nothing that people typed.
    return SafeString(
        f'<span class="clock {face.look}" title="{clock_title(running)}"{_live_attributes(running, long=long)}>'
        f'{before}<span class="word">{word}</span></span>'
    )


def clock_title(running: Any) -> str:
    """The absolute moment behind the chip's words."""
    if part(running, "state") in {"met", "late"} and part(running, "ended_at"):
        return _("Selesai %(moment)s") % {"moment": words.moment(part(running, "ended_at"))}
    return _("Jatuh tempo %(moment)s") % {"moment": words.moment_with_zone(part(running, "due_at"))}


def _live_attributes(running: Any, *, long: bool = False) -> SafeString:
    """What clocks.js needs for turning the chip on; a clock that stands still gets none."""
    if part(running, "state") != "running":
        return SafeString("")
    due_at = part(running, "due_at")
    start, rung = due_at - clock_face.allowance(running), clock_face.due_until(running)
    mark = " data-long" if long else ""
    return SafeString(
        f' data-start="{start.timestamp():.0f}" data-due="{due_at.timestamp():.0f}" data-rung="{rung.timestamp():.0f}"{mark}'
    )


@register.simple_tag
def gauge(running: Any) -> SafeString:
    """A clock drawn long, with the ladder's rungs (``rung_moments``) as ticks. The chip beside it says the words."""
    now = wall.now()
    face = clock_face.face(running, now)
    rungs = format_html_join("", '<b class="at-{}"></b>', ((at,) for at in clock_face.ticks(running)))
    return format_html(
        '<span class="gauge {}" aria-hidden="true"{}><i class="p-{}"></i>{}</span>',
        face.look, _gauge_attributes(running), clock_face.gauge_share(running, now), rungs,
    )  # fmt: skip


def _gauge_attributes(running: Any) -> SafeString:
    attributes = _live_attributes(running)
    if not attributes:
        return attributes
    start = part(running, "due_at") - clock_face.allowance(running)
    return format_html('{} data-end="{}"', attributes, int((start + clock_face.gauge_reach(running)).timestamp()))


@register.simple_tag
def since(moment: datetime) -> SafeString:
    """``1 j 00 mnt`` and counting, for what has lasted since ``moment``; the absolute time is its title."""
    return format_html(
        '<span class="num" data-since="{}" title="{}">{}</span>',
        int(moment.timestamp()), words.moment(moment), words.duration(wall.now() - moment),
    )  # fmt: skip


@register.simple_tag
def avatar(name: str, *, size: str = "", mode: str = "", shape: str = "") -> SafeString:
    """Initials in a circle. With ``mode`` (looking, editing, away) it says who does what; without it a name stands beside it."""
    classes = " ".join(filter(None, ["avatar", shape, size, PRESENCE.get(mode, "")]))
    if not mode:
        return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, initials(name))
    doing = {"looking": _("melihat"), "editing": _("sedang mengubah"), "away": _("di tab lain")}[mode]
    pen = format_html('<span class="pen">{}</span>', icon("pencil")) if mode == "editing" else ""
    label = f"{name} {doing}"
    return format_html(
        '<span class="{}" role="img" aria-label="{}" title="{}">{}{}</span>', classes, label, label, initials(name), pen
    )


@register.filter
def initials(name: str) -> str:
    """``Dewi Anjani`` -> ``DA``."""
    return "".join(word[0] for word in str(name).split()[:2]).upper()


@register.simple_tag
def ball(holder: Any, *, mine: bool = False, avatar: bool = False, dated: bool = True) -> SafeString:
    """Who holds the ball (``kind``, ``name``, ``since``), behind the accent dot; *belum diambil* while nobody does (HC-7).

    ``dated=False`` where the page says since when beside it.
    """
    name = part(holder, "name") or HOLDERS_WITHOUT_NAME.get(part(holder, "kind"), "") if holder else ""
    since = part(holder, "since") if holder else None
    moment = words.nearby(since) if since else ""
    small = f'<small class="meta num">{moment}</small>' if moment and dated else ""
    if not name:
        return SafeString(f'<span class="meta">{_("belum diambil")} {small}</span>')
    title = _("sejak %(moment)s") % {"moment": moment} if moment else ""
    # Drawn on every row, so without format_html: of these only the name was typed by people.
    return SafeString(
        f'<span class="ball{" mine" if mine else ""}" title="{title}">{holder_avatar(holder) if avatar else ""}'
        f'<span class="clip">{escape(name)}</span>{small}</span>'
    )


@register.simple_tag
def holder_avatar(holder: Any) -> SafeString:
    """The holder's picture: people round with initials, units square with the mast, the customer a figure."""
    if part(holder, "kind") in SQUARE_HOLDERS:
        return format_html('<span class="avatar unit small" aria-hidden="true">{}</span>', icon("unit"))
    if part(holder, "kind") == "caring" and not part(holder, "name"):
        return format_html('<span class="avatar small" aria-hidden="true">{}</span>', icon("headset"))
    if part(holder, "kind") == "customer":
        return format_html('<span class="avatar small" aria-hidden="true">{}</span>', icon("user"))
    return avatar(str(part(holder, "name")), size="small")


@register.simple_tag
def delivery(message: Any) -> SafeString:
    """How far a message got, per group, with the word and the time (HC-5). ``by_hand`` on a sent one shows the hand."""
    state = part(message, "state")
    look, symbol, word = DELIVERIES[state]
    if state == "sent" and part(message, "by_hand"):
        symbol, word = "hand", gettext_lazy("dikirim manual")
    when, group = part(message, "moment"), part(message, "group")
    name = part(group, "name") or str(group)
    return format_html(
        '<span class="group {}"{}>{}<span><b>{}</b> {}{}</span></span>',
        look, format_html(' title="{}"', words.moment(when)) if when else "", icon(symbol), name, word,
        f" {words.nearby(when)}" if when else "",
    )  # fmt: skip


@register.filter
def hm(moment: datetime | None) -> str:
    """``14.05``; empty for None, as are the filters below."""
    return words.hm(moment) if moment else ""


@register.filter
def hms(moment: datetime | None) -> str:
    """``14.05.12``."""
    return words.hms(moment) if moment else ""


@register.filter
def moment(when: datetime | None) -> str:
    """``24 Nov 2026 14.05``."""
    return words.moment(when) if when else ""


@register.filter
def nearby(when: datetime | None) -> str:
    """``14.05`` today, ``23 Nov 14.05`` on another day."""
    return words.nearby(when) if when else ""


@register.filter
def day(when: date | None) -> str:
    """``24 Nov 2026``."""
    return words.day(when) if when else ""


@register.filter
def day_words(when: date | None) -> str:
    """``Hari ini, Selasa 24 November``."""
    return words.day_words(when) if when else ""


@register.filter
def duration(length: timedelta | float | None) -> str:
    """``1 j 12 mnt`` from a timedelta or seconds."""
    return "" if length is None else words.duration(length)


@register.filter
def duration_since(moment: datetime | None) -> str:
    """How long it is since ``moment``: ``1 j 12 mnt``. Evidence shows the absolute time beside it."""
    return words.duration(wall.now() - moment) if moment else ""


@register.filter
def second(number: int | None) -> str:
    """``134`` -> ``02.14``: a place in a recording."""
    return "" if number is None else f"{number // 60:02}.{number % 60:02}"


@register.filter
def iso(moment: datetime | None) -> str:
    """For ``<time datetime>``."""
    return moment.isoformat() if moment else ""


@register.filter
def thousands(number: float | None) -> str:
    """``1.184.500``."""
    return "" if number is None else words.thousands(number)


@register.filter
def rupiah(amount: float | None) -> str:
    """``Rp1.184.500``."""
    return "" if amount is None else f"Rp{words.thousands(amount)}"


@register.filter
def share(part_: float, whole: float) -> int:
    """``part`` of ``whole`` as a step for the ``p-`` and ``v-`` classes: ``{{ done|share:total }}``."""
    return clock_face.stepped(100 * part_ / whole) if whole else 0


@register.filter
def phone_masked(value: str | None) -> str:
    """``0812 •••• 7731``."""
    return masking.phone(value or "")


@register.filter
def number_masked(value: str | None) -> str:
    """A service number, covered on the server."""
    return masking.number(value or "")


@register.filter
def name_masked(value: str | None) -> str:
    """``Sri W. H.``."""
    return masking.name(value or "")


@register.filter
def email_masked(value: str | None) -> str:
    """``s•••@contoh.id``."""
    return masking.email(value or "")


@register.simple_tag
def widget(field: BoundField, *, hint: str = "", tall: bool = False, rows: int = 0, autofocus: bool = False) -> SafeString:
    """The field's own widget, dressed as an ``.input`` and tied to its hint and error for screen readers."""
    own = field.field.widget.attrs
    attrs: dict[str, Any] = {"class": " ".join(filter(None, ["input", "tall" if tall else "", own.get("class", "")]))}
    described = [f"{field.auto_id}_helptext"] if hint or field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if rows:
        attrs["rows"] = rows
    if autofocus:
        attrs["autofocus"] = True
    return field.as_widget(attrs=attrs)


@register.filter
def undo_of(message: Message) -> htmx.Undo | None:
    """The undo that ``common.htmx.toast`` attached to a message, if any."""
    return htmx.undo_of(message)


@register.simple_tag
def zone_clock() -> SafeString:
    """``14.05 WIB`` in the bar; clocks.js keeps it right."""
    return format_html(
        '<span class="now desk" data-wall="{}">{} {}</span>',
        timezone.get_current_timezone_name(), words.hm(wall.now()), words.zone(),
    )  # fmt: skip


@register.simple_tag
def now_epoch() -> int:
    """The server's time for scripts, which count from it and never from the machine's own clock."""
    return int(wall.now().timestamp())


@register.simple_tag
def script_words() -> SafeString:
    """The sentences that the scripts say, in the active language, as one JSON block that CSP lets through."""
    return json_script(
        {
            "minutes": _("%(minutes)s mnt"),
            "hours": _("%(hours)s j %(minutes)s mnt"),
            "days": _("%(days)s hari"),
            "daysHours": _("%(days)s hari %(hours)s j"),
            "left": _("%(duration)s lagi"),
            "due": _("jatuh tempo"),
            "over": _("lewat %(duration)s"),
            "newRows": _("%(count)s baru. Tampilkan"),
            "moved": _("Daftar berubah. Tampilkan"),
            "shown": _("Daftar diperbarui"),
            "stale": _("Data per %(time)s."),
            "staleWhy": _("Sambungan terputus, sedang dicoba lagi. Yang Anda ketik tetap ada di halaman ini."),
            "retry": _("Coba sekarang"),
            "signedOut": _("Sesi Anda berakhir. Masuk lagi di tab baru; isian di halaman ini tetap ada."),
            "signIn": _("Masuk"),
            "notSent": _("Belum terkirim. Sambungan terputus; isian Anda masih di sini. Coba lagi sebentar."),
            "notOpened": _("Belum terbuka. Sambungan terputus; coba lagi sebentar."),
            "refused": _("Belum tersimpan. Server menjawab %(status)s; isian Anda masih di sini."),
            "copied": _("Tersalin"),
            "copiedAs": _("Tersalin: %(text)s"),
            "notCopied": _("Belum tersalin. Pilih teksnya lalu tekan Ctrl C."),
            "draftSaved": _("Draf tersimpan %(time)s"),
            "draftLocal": _("Server belum terjangkau. Draf disimpan di komputer ini %(time)s"),
            "draftRestored": _("Isian dari %(time)s dipulihkan dari komputer ini"),
            "undone": _("Diurungkan"),
            "close": _("Tutup"),
            "undo": _("Urungkan"),
            "capsLock": _("Caps Lock sedang menyala."),
            "go": _("Ke %(place)s"),
        },
        "words",
    )
