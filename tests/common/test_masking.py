"""What stays covered of a personal value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import masking

pytestmark = pytest.mark.req("QM-3")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+6281220457731", "0812 •••• 7731"),
        ("+622157901234", "0215 •••• 234"),
        ("+62224205550", "022 •••• 550"),
        ("12345678", "12 •••• 78"),
        ("1234567", "••••"),
        ("", ""),
    ],
)
def test_a_phone_keeps_four_digits_or_more_covered(value: str, shown: str) -> None:
    assert masking.phone(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("sri.wahyuni@contoh.id", "s•••@contoh.id"), ("a@contoh.id", "•••@contoh.id"), ("bukan", "••••"), ("", "")],
)
def test_an_address_keeps_its_house_and_first_letter(value: str, shown: str) -> None:
    assert masking.email(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("Sri Wahyuni Handayani", "Sri W. H."), ("Suharni", "S•••"), ("  Budi  Santoso ", "Budi S."), ("", "")]
)
def test_a_name_keeps_its_first_word_unless_it_is_the_only_one(value: str, shown: str) -> None:
    assert masking.name(value) == shown


@given(st.from_regex(r"\+62[0-9]{6,13}", fullmatch=True))
def test_no_phone_is_ever_shown_whole(value: str) -> None:
    shown = sum(c.isdigit() for c in masking.phone(value))
    assert shown <= len(value) - len("+62") + 1 - masking.COVERED


@given(st.text())
def test_any_text_can_be_covered(value: str) -> None:
    for mask in (masking.phone, masking.email, masking.name):
        assert isinstance(mask(value), str)


@given(st.text(alphabet="abcdefgh", min_size=5), st.text(alphabet="ijklmnop", min_size=5))
def test_the_second_name_and_the_name_of_an_address_do_not_come_through(first: str, second: str) -> None:
    assert second not in masking.name(f"{first} {second}")
    assert first not in masking.name(first)
    assert first not in masking.email(f"{first}@contoh.id")
