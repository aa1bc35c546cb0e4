"""The tags and filters that every page is drawn with."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from common import clock_face, htmx, words

NOW = datetime(2026, 11, 24, 7, 5, 12, tzinfo=UTC)  # 14.05.12 WIB, a Tuesday
SECONDS = st.integers(min_value=0, max_value=40 * 24 * 3600)
LENGTHS = SECONDS.map(lambda seconds: timedelta(seconds=seconds))


@pytest.fixture(autouse=True)
def at_five_past_two():
    with time_machine.travel(NOW, tick=False), translation.override("id"), timezone.override("Asia/Jakarta"):
        yield


def draw(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def clock(state: str = "running", *, start: float, due: float, **more: Any) -> SimpleNamespace:
    """A clock that started and falls due so many minutes from now."""
    at = {name: NOW + timedelta(minutes=minutes) for name, minutes in {"started_at": start, "due_at": due}.items()}
    return SimpleNamespace(state=state, **at, **more)


def word_of(running: SimpleNamespace) -> tuple[str, str]:
    face = clock_face.face(running, NOW)
    return face.look, face.word


@pytest.mark.req("ESC-6")
@pytest.mark.parametrize(
    ("running", "look", "word"),
    [
        (clock(start=-10, due=41), "ok", "41 mnt"),
        (clock(start=-10, due=72), "ok", "1 j 12 mnt"),
        (clock(start=-51, due=9), "warn", "9 mnt"),
        (clock(start=-15, due=5), "warn", "5 mnt"),
        (clock(start=-30, due=0), "due", "jatuh tempo"),
        (clock(start=-30, due=-5, first_rung_at=NOW + timedelta(minutes=1)), "due", "jatuh tempo"),
        (clock(start=-30, due=-1), "over", "lewat 1 mnt"),
        (clock(start=-30, due=-18), "over", "lewat 18 mnt"),
        (clock("paused", start=-10, due=20), "paused", "jeda"),
        (clock("met", start=-30, due=0, ended_at=NOW - timedelta(minutes=13)), "met", "17 dari 30 mnt"),
        (clock("late", start=-30, due=-15, ended_at=NOW - timedelta(minutes=14, seconds=30)), "late", "16 dari 15 mnt"),
        (clock("met", start=-300, due=-60, ended_at=NOW - timedelta(minutes=200)), "met", "1 j 40 mnt dari 4 j 00 mnt"),
        (clock("cancelled", start=-1, due=9), "cancelled", "dihentikan"),
    ],
)
def test_a_clock_says_what_is_left(running, look, word):
    assert word_of(running) == (look, word)


@pytest.mark.req("ESC-6")
@given(length=st.integers(1, 90_000), passed=st.integers(-90_000, 180_000))
def test_a_clock_never_looks_calmer_as_time_passes(length, passed):
    started = NOW - timedelta(seconds=passed)
    running = SimpleNamespace(state="running", started_at=started, due_at=started + timedelta(seconds=length))
    looks = [clock_face.face(running, NOW + timedelta(seconds=later)).look for later in (0, 1, 60, 3_600, 86_400)]
    order = ["ok", "warn", "due", "over"]
    assert [order.index(look) for look in looks] == sorted(order.index(look) for look in looks)
    share = clock_face.face(running, NOW).share
    assert share % 5 == 0 and 0 <= share <= 100
    assert (looks[0] in {"due", "over"}) == (passed >= length)


@given(length=LENGTHS)
def test_a_length_in_words_loses_less_than_its_smallest_word(length):
    numbers = [int(word) for word in words.duration(length).split() if word.isdigit()]
    units = [word for word in words.duration(length).split() if not word.isdigit()]
    size = {"mnt": 60, "j": 3_600, "hari": 86_400}
    said = sum(number * size[unit] for number, unit in zip(numbers, units, strict=True))
    least = 3_600 if "hari" in units else 60
    assert 0 <= length.total_seconds() - said < least


@given(length=st.integers(1, 86_000).map(lambda seconds: timedelta(seconds=seconds)))
def test_time_left_is_rounded_up_so_that_it_never_reads_zero(length):
    assert words.duration(length, up=True) != "0 mnt"


def test_a_clock_in_html_carries_what_the_script_needs():
    html = draw("{% clock c long=True %}", c=clock(start=-10, due=20))
    assert 'class="clock ok"' in html
    assert 'class="pie p-30"' in html
    assert ">20 mnt lagi<" in html
    assert 'title="Jatuh tempo 24 Nov 2026 14.25 WIB"' in html
    assert f'data-due="{int((NOW + timedelta(minutes=20)).timestamp())}"' in html
    assert draw("{% clock c %}", c=None) == ""


def test_a_clock_that_stands_still_is_left_alone_by_the_script():
    assert "data-due" not in draw("{% clock c %}{% gauge c %}", c=clock("paused", start=-10, due=20))


def test_pauses_do_not_count_as_time_used():
    running = clock(start=-100, due=15, allowance=timedelta(minutes=30))
    assert clock_face.face(running, NOW).share == 50


def test_the_gauge_shows_the_rungs_beyond_the_due_moment():
    rungs = [NOW + timedelta(minutes=minutes) for minutes in (0, 10, 500)]
    running = clock(start=-30, due=0, rung_moments=rungs)
    assert clock_face.ticks(running) == [50, 65]
    assert 'class="p-50"' in draw("{% gauge c %}", c=running)


@pytest.mark.parametrize(
    ("kind", "look", "word"),
    [
        ("regular", "regular", "Reguler"),
        ("hard_complaint", "hc", "HC"),
        ("super_emergency", "se", "SE"),
        ("buzzer", "buzzer", "Buzzer"),
        ("buzzer_visit", "visit", "Buzzer visit"),
    ],
)
def test_a_kind_is_told_by_shape_and_word(kind, look, word):
    html = draw("{% kind kind %}", kind=kind)
    assert f'class="kind {look}"' in html and f"#k-{look}" in html and html.endswith(f"{word}</span>")
    assert '<span class="sr">' in draw("{% kind_mark kind %}", kind=kind)


@pytest.mark.req("HC-5")
@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("queued", "mengantre"),
        ("sent", "terkirim"),
        ("delivered", "sampai"),
        ("read", "dibaca"),
        ("failed", "gagal"),
        ("to_send_by_hand", "kirim manual"),
    ],
)
def test_delivery_is_told_in_a_word_with_its_time(state, word):
    message = SimpleNamespace(state=state, group=SimpleNamespace(name="TIAL REG-3"), moment=NOW)
    assert f"<b>TIAL REG-3</b> {word} 14.05<" in draw("{% delivery m %}", m=message)


def test_a_message_sent_by_hand_says_so():
    message = {"state": "sent", "group": "C4", "moment": NOW, "by_hand": True}
    assert "dikirim manual 14.05" in draw("{% delivery m %}", m=message)


@pytest.mark.req("HC-7")
def test_the_ball_names_its_holder_and_since_when():
    holder = {"kind": "unit", "name": "TIAL REG-3", "since": NOW - timedelta(days=1)}
    html = draw("{% ball h mine=True avatar=True %}", h=holder)
    assert 'class="ball mine"' in html and "TIAL REG-3" in html and "sejak 23 Nov 14.05" in html and "avatar unit" in html
    assert ">23 Nov 14.05</small>" in html
    assert "<small" not in draw("{% ball h dated=False %}", h=holder)
    assert "belum diambil" in draw("{% ball h %}", h={"kind": "support_hc", "name": "", "since": NOW})


def test_an_avatar_with_a_mode_says_who_does_what():
    assert draw('{% avatar "Dewi Anjani" %}') == '<span class="avatar" aria-hidden="true">DA</span>'
    assert 'aria-label="Dewi Anjani sedang mengubah"' in draw('{% avatar "Dewi Anjani" mode="editing" %}')


def test_moments_are_written_as_people_say_them():
    shown = draw("{{ m|hm }} / {{ m|hms }} / {{ m|moment }} / {{ m|day_words }} / {{ n|hm }}{{ n|moment }}", m=NOW, n=None)
    assert shown == "14.05 / 14.05.12 / 24 Nov 2026 14.05 / Hari ini, Selasa 24 November / "
    assert words.day_words(NOW - timedelta(days=1)) == "Senin 23 November"
    assert words.nearby(NOW - timedelta(days=400)) == "20 Okt 2025 14.05"


@pytest.mark.req("ESC-4")
def test_the_time_zone_is_that_of_the_person():
    with timezone.override("Asia/Jayapura"):
        assert draw("{% zone_clock %}") == '<span class="now desk" data-wall="Asia/Jayapura">16.05 WIT</span>'


@pytest.mark.req("QM-3")
def test_personal_values_are_covered_on_the_server():
    shown = draw(
        "{{ p|phone_masked }} {{ n|name_masked }} {{ e|email_masked }}", p="+6281220457731", n="Sri Wahyuni", e="sri@a.id"
    )
    assert shown == "0812 •••• 7731 Sri W. s•••@a.id"


def test_money_and_numbers_are_written_the_indonesian_way():
    assert draw("{{ a|rupiah }} {{ a|thousands }} {{ 1|share:3 }}", a=1184500) == "Rp1.184.500 1.184.500 30"


@given(text=st.text(st.characters(blacklist_categories=["Cs"]), min_size=1))
def test_nothing_typed_by_people_becomes_markup(text):
    holder = {"kind": "agent", "name": text, "since": NOW}
    message = {"state": "sent", "group": text, "moment": NOW}
    html = draw("{% ball h avatar=True %}{% avatar n mode='away' %}{% delivery m %}", h=holder, n=text, m=message)
    assert "<script" not in html.lower()
    assert html.count("<") == draw(
        "{% ball h avatar=True %}{% avatar n mode='away' %}{% delivery m %}",
        h={**holder, "name": "A"}, n="A", m={**message, "group": "A"},
    ).count("<")  # fmt: skip


class Contact(forms.Form):
    phone = forms.CharField(label="Nomor kontak", help_text="Contoh: 0812 2045 7731")
    email = forms.EmailField(required=False)


def test_a_field_ties_hint_and_error_to_its_input():
    html = draw('{% include "parts/field.html" with field=form.phone %}', form=Contact({"phone": ""}))
    assert 'class="input"' in html and 'aria-invalid="true"' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_helptext"' in html and 'id="id_phone_error"' in html
    assert "boleh kosong" in draw('{% include "parts/field.html" with field=form.email %}', form=Contact())


def test_errors_stand_on_top_with_links_to_their_fields():
    html = draw('{% include "parts/form_errors.html" %}', form=Contact({"phone": ""}))
    assert 'href="#id_phone"' in html and "data-errors" in html
    assert "errors" not in draw('{% include "parts/form_errors.html" %}', form=Contact())


def test_a_part_is_only_sent_when_its_version_is_new():
    asked = RequestFactory().get("/queue/", {"v": "7"}, headers={"HX-Request": "true"})
    assert htmx.unchanged(asked, 7) and not htmx.unchanged(asked, 8)
    assert not htmx.unchanged(RequestFactory().get("/queue/", {"v": "7"}), 7), "a person who reloads gets the page"
    answer = htmx.nothing_new()
    assert (answer.status_code, answer["X-Now"]) == (204, str(int(NOW.timestamp())))
