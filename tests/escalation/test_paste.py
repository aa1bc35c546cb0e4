"""The paste box: every form that phones write, shown before it is saved, saved once (HC-6)."""

import zoneinfo
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import now
from common.problems import Invalid, NotAllowed
from escalation.actions.chat_lines import HEAD, NOT_WORDS, read_chat
from escalation.actions.matching import LineKind, proposed_kind
from escalation.actions.pasting import preview, save_pasted
from escalation.models import InboundMessage, Progress
from tests.escalation.conftest import escort_of
from tests.escalation.gateway import TIAL, tial
from tests.fakes.gowa import message_event

pytestmark = pytest.mark.req("HC-6")

JAKARTA = zoneinfo.ZoneInfo("Asia/Jakarta")
TODAY = datetime(2026, 11, 25, tzinfo=UTC)
SAID = datetime(2026, 11, 24, 13, 41, tzinfo=JAKARTA)
FORMS = {
    "android id": "{d}/{m}/{y} {H}.{M} - {name}: {text}",
    "android id long year": "{d}/{m}/20{y} {H}.{M} - {name}: {text}",
    "android en-GB": "{d}/{m}/20{y}, {H}:{M} - {name}: {text}",
    "android en-US": "{m}/{d}/{y}, {h}:{M} {half} - {name}: {text}",
    "android narrow space": "{m}/{d}/{y}, {h}:{M}\u202f{half} - {name}: {text}",
    "ios id": "[{d}/{m}/{y} {H}.{M}.{S}] {name}: {text}",
    "ios comma": "[{d}/{m}/{y}, {H}.{M}.{S}] {name}: {text}",
    "ios en": "[{m}/{d}/{y}, {h}:{M}:{S}\u202f{half}] {name}: {text}",
    "ios marks": "\u200e[{d}/{m}/{y} {H}.{M}.{S}] ~\u202f{name}: \u200e{text}",
    "iso": "20{y}-{m}-{d}, {H}:{M} - {name}: {text}",
    "dots": "{d}.{m}.{y}, {H}:{M} - {name}: {text}",
}


def written(form: str, said_at: datetime, name: str, text: str) -> str:
    """One line as a phone in Jakarta writes it."""
    local = said_at.astimezone(JAKARTA)
    parts = {"d": local.strftime("%d"), "m": local.strftime("%m"), "y": local.strftime("%y"), "H": local.strftime("%H")}
    parts |= {
        "M": local.strftime("%M"),
        "S": local.strftime("%S"),
        "h": str(int(local.strftime("%I"))),
        "half": local.strftime("%p"),
    }
    return form.format(name=name, text=text, **parts)


def read(text: str) -> list[tuple[datetime | None, str, str]]:
    return [(line.said_at, line.sender, line.text) for line in read_chat(text, zone=JAKARTA, today=TODAY)]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_it_reads_what_phones_write(form):
    first, second = written(form, SAID, "Ujang S.", "Teknisi menuju"), written(form, SAID, "+62 812-3456-7890", "ok: siap")
    text = f"{first}\nbaris kedua\n{second}"
    assert read(text) == [(SAID, "Ujang S.", "Teknisi menuju\nbaris kedua"), (SAID, "+62 812-3456-7890", "ok: siap")]


NAMES = st.text("abcdefghij XYZ.,'-()+0123456789éñ🙂", min_size=1, max_size=30).map(str.strip).filter(bool)
WORDS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"], include_characters=" "), max_size=60
    )
    .map(str.strip)
    .filter(lambda text: text and not NOT_WORDS.fullmatch(text) and not HEAD.match(text))
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=JAKARTA)
)
DAY_FIRST = [form for form in FORMS.values() if form.index("{d}") < form.index("{m}")]


@given(st.sampled_from(DAY_FIRST), st.lists(st.tuples(MOMENTS, NAMES, WORDS), min_size=1, max_size=5))
def test_what_a_phone_wrote_is_read_back_whole(form, lines):
    text = "\n".join(written(form, *line) for line in lines)
    seconds = "{S}" in form
    expected = [(moment if seconds else moment.replace(second=0), name, words) for moment, name, words in lines]
    assert read(text) == expected


@given(st.text(max_size=400))
def test_no_text_breaks_it(text):
    try:
        read(text)
    except Invalid:
        assert "\x00" in text


def test_one_impossible_day_decides_the_order_for_the_whole_text():
    moments = [said for said, _name, _text in read("[11/24/26, 1:41:05 PM] A: x\n[11/5/26, 1:41:05 PM] A: y")]
    assert [moment.astimezone(JAKARTA).strftime("%d.%m.") for moment in moments if moment] == ["24.11.", "05.11."]


def test_what_would_lie_in_the_future_is_read_the_other_way():
    [(moment, _name, _text)] = read("11/12/26, 1:41 PM - A: x")
    assert moment is not None and moment.month == 11


def test_a_time_that_is_to_come_either_way_is_no_time():
    assert read("24/11/29 13.41 - A: x") == [(None, "A", "x")]


@pytest.mark.parametrize(
    "line",
    [
        "24/11/26 13.41 - Pesan dan panggilan terenkripsi secara end-to-end.",
        "24/11/26 13.41 - Ujang menambahkan Budi",
        "[24/11/26 13.41.05] TIAL REG-3: \u200ePesan dan panggilan dienkripsi secara end-to-end. Hanya orang di chat ini",
        "24/11/26 13.41 - Ujang: <Media tidak disertakan>",
        "11/24/26, 1:41 PM - Ujang: <Media omitted>",
        "[11/24/26, 1:41:05 PM] Ujang: \u200eimage omitted",
        "24/11/26 13.41 - Ujang: Pesan ini dihapus",
    ],
)
def test_what_whatsapp_itself_says_is_passed_over(line):
    assert read(line) == []


def test_words_that_only_look_like_it_are_kept():
    assert len(read("24/11/26 13.41 - A: pesan ini sudah saya teruskan\n24/11/26 13.42 - A: VPN terenkripsi putus")) == 2


def test_the_mark_of_an_edit_is_no_word():
    assert read("24/11/26 13.41 - A: sdh up <Pesan ini diedit>") == [(SAID, "A", "sdh up")]


def test_text_without_any_head_is_one_message():
    assert read("Teknisi menuju\nlokasi") == [(None, "", "Teknisi menuju\nlokasi")]


@pytest.mark.parametrize("text", ["x" * 200_001, "24/11/26 13.41 - A: x\n" * 501, "a\x00b"])
def test_too_much_and_nul_are_refused_in_words(text):
    with pytest.raises(Invalid):
        read(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Klinik Medika sdh up, mohon cek", LineKind.DONE),
        ("Selesai #T-000001", LineKind.DONE),
        ("mohon nomor kontak pelanggan", LineKind.NEEDS_DATA),
        ("alamatnya di mana?", LineKind.NEEDS_DATA),
        ("Teknisi menuju lokasi", LineKind.PROGRESS),
    ],
)
def test_a_kind_is_proposed(text, kind):
    assert proposed_kind(text) == kind


# Preview and saving


def lines_of(*texts: str) -> str:
    minutes = [now() - timedelta(minutes=30 - place) for place in range(len(texts))]
    return "\n".join(written(FORMS["android id"], at, "Ujang S.", text) for at, text in zip(minutes, texts, strict=True))


def test_the_preview_finds_tickets_by_number_service_name_and_symptom(sent, dispatched, support_hc):
    texts = [
        f"menuju #{dispatched.number}",
        f"{dispatched.service_number} menuju",
        "sri wahyuni sdh dihubungi",
        "internet mati total, cek ODP",
    ]
    rows = preview(lines_of(*texts, "besok briefing"), by=support_hc, group=tial())
    assert [row.guess for row in rows] == ["number", "service", "name", "symptom", ""]
    assert [row.ticket for row in rows] == [dispatched.number] * 4 + [""]
    assert rows[4].kind == LineKind.NOT_OURS
    assert not InboundMessage.objects.exists() and not Progress.objects.exists()


def test_a_guess_that_fits_two_tickets_is_none(sent, dispatched, log, agent, support_hc, gowa):
    other = log(agent, criteria=["threat"])
    escort_of(other)
    rows = preview(lines_of(f"{dispatched.number} dan {other.number} menuju"), by=support_hc)
    assert (rows[0].ticket, rows[0].guess) == ("", "")


def test_saved_lines_are_progress_and_the_same_again_changes_nothing(sent, dispatched, support_hc):
    text = lines_of(f"menuju #{dispatched.number}", f"{dispatched.number} mohon foto ODP", "besok briefing")
    rows = preview(text, by=support_hc, group=tial())
    saved = save_pasted(rows, by=support_hc, group=tial())
    assert [each.result for each in saved] == ["recorded", "recorded", "archived"]
    assert [row.known for row in preview(text, by=support_hc)] == [True, True, True]
    assert [each.result for each in save_pasted(rows, by=support_hc)] == ["known"] * 3
    assert list(Progress.objects.values_list("source", "sender")) == [("pasted", "Ujang S.")] * 2


def test_another_phones_copy_of_a_line_is_known(sent, dispatched, support_hc):
    said = now() - timedelta(minutes=5)
    words = ("Ujang S.", f"menuju  #{dispatched.number}")
    save_pasted(preview(written(FORMS["android id"], said, *words), by=support_hc), by=support_hc)
    assert preview(written(FORMS["ios marks"], said, *words), by=support_hc)[0].known


def test_what_the_gateway_brought_is_known(hook, sent, dispatched, support_hc):
    hook(message_event(TIAL, "menuju lokasi", replied_to_id=sent.gateway_id))
    rows = preview(written(FORMS["android id"], now(), "Pak Ujang TIAL", "menuju lokasi"), by=support_hc)
    assert rows[0].known
    assert [each.result for each in save_pasted(rows, by=support_hc)] == ["known"]
    assert Progress.objects.count() == 1


def test_our_own_message_in_the_paste_is_not_the_units(sent, support_hc):
    rows = preview(written(FORMS["android id"], now(), "Dewi", sent.text), by=support_hc)
    assert (rows[0].kind, rows[0].known) == (LineKind.NOT_OURS, True)


def test_done_and_data_asked_for_do_what_they_say(sent, dispatched, support_hc):
    rows = preview(lines_of(f"{dispatched.number} butuh nomor kontak"), by=support_hc)
    save_pasted(rows, by=support_hc)
    dispatched.refresh_from_db()
    assert dispatched.holder_kind == "support_hc"
    save_pasted([replace(rows[0], text="sudah", kind=LineKind.DONE)], by=support_hc)
    assert escort_of(dispatched).state == "solved"


def test_a_line_without_a_ticket_waits_in_the_inbox(sent, support_hc):
    [row] = preview(lines_of("yang di Cicadas sdh up"), by=support_hc)
    [saved] = save_pasted([replace(row, kind=LineKind.PROGRESS)], by=support_hc, group=tial())
    assert saved.result == "inbox"
    assert InboundMessage.objects.get().state == "waiting"


def test_each_line_is_refused_by_itself(sent, dispatched, support_hc):
    [row] = preview(lines_of(f"menuju {dispatched.number}"), by=support_hc)
    rows = [replace(row, ticket="T-999999"), replace(row, kind="nothing"), row]
    saved = save_pasted(rows, by=support_hc)
    assert [each.result for each in saved] == ["refused", "refused", "recorded"]
    assert str(saved[0].why)


def test_only_support_hc_pastes(agent):
    with pytest.raises(NotAllowed):
        preview("24/11/26 13.41 - A: x", by=agent)
    with pytest.raises(NotAllowed):
        save_pasted([], by=agent)


def test_ten_megabytes_are_refused_quickly(support_hc):
    with pytest.raises(Invalid, match="200 kB"):
        preview("24/11/26 13.41 - A: x\n" * 450_000, by=support_hc)
