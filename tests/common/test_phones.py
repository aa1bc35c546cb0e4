"""Phone numbers in every spelling that callers, chats and sheets bring, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.phones import national, same_number, to_e164
from common.problems import Invalid

MOBILE = "+6281220457731"
JAKARTA = "+622157901234"
SPELLINGS = {
    "081220457731": MOBILE,
    "0812 2045 7731": MOBILE,
    "0812-2045-7731": MOBILE,
    "0812.2045.7731": MOBILE,
    "0812/2045/7731": MOBILE,
    "0812 - 2045 - 7731": MOBILE,
    "0812--2045--7731": MOBILE,
    "(0812) 2045 7731": MOBILE,
    "(0812)(2045)(7731)": MOBILE,
    "0-8-1-2-2-0-4-5-7-7-3-1": MOBILE,
    "  0812 2045 7731  ": MOBILE,
    "0812\u00a02045\u00a07731": MOBILE,
    "0812\u20112045\u20117731": MOBILE,
    "0812\u20132045\u20137731": MOBILE,
    "0812\t2045\t7731": MOBILE,
    "\u202a+62 812\u20112045\u20117731\u202c": MOBILE,
    "\ufeff081220457731": MOBILE,
    "+6281220457731": MOBILE,
    "+62 812 2045 7731": MOBILE,
    "+62-812-2045-7731": MOBILE,
    "+62 (812) 2045-7731": MOBILE,
    "+62 0812 2045 7731": MOBILE,
    "+62(0)812 2045 7731": MOBILE,
    "(+62) 812 2045 7731": MOBILE,
    "(62) 812 2045 7731": MOBILE,
    "+ 62 812 2045 7731": MOBILE,
    "6281220457731": MOBILE,
    "62 812 2045 7731": MOBILE,
    "62-812-2045-7731": MOBILE,
    "62.812.2045.7731": MOBILE,
    "006281220457731": MOBILE,
    "0062 812 2045 7731": MOBILE,
    "00 62 812 2045 7731": MOBILE,
    "0062-812-2045-7731": MOBILE,
    "81220457731": MOBILE,
    "812 2045 7731": MOBILE,
    "0812204577": "+62812204577",
    "0895 3456 7890 1": "+62895345678901",
    "(021) 5790 1234": JAKARTA,
    "(021) 57901234": JAKARTA,
    "021-57901234": JAKARTA,
    "02157901234": JAKARTA,
    "021 5790-1234": JAKARTA,
    "+62 21 57901234": JAKARTA,
    "+62 (21) 5790-1234": JAKARTA,
    "6221 57901234": JAKARTA,
    "0062 (0)21 57901234": JAKARTA,
    "(022) 4205550": "+62224205550",
    "0251 8323456": "+622518323456",
    "0341 551 234": "+62341551234",
    "0274-512345": "+62274512345",
    "0800 1 234567": "+628001234567",
    "+65 6123 4567": "+6561234567",
    "+60 12 345 6789": "+60123456789",
    "+1 202 555 0143": "+12025550143",
}
NO_NUMBERS = [
    "",
    " ",
    "0",
    "+",
    "+62",
    "62812",
    "147",
    "1234567",
    "00000000000",
    "08122045",
    "081220457731123456",
    "0812 2045 773a",
    "O812 2045 7731",
    "tel:+6281220457731",
    "+62 812 2045 7731 ext 5",
    "0812 2045 7731 / 0813 1111 2222",
    "0812,2045,7731",
    "0812_2045_7731",
    "[0812] 2045 7731",
    "++6281220457731",
    "+62+81220457731",
    "\u0660\u0668\u0661\u0662\u0662\u0660\u0664\u0665\u0667\u0667\u0663\u0661",  # Arabic digits
    "\uff10\uff18\uff11\uff12\uff12\uff10\uff14\uff15\uff17\uff17\uff13\uff11",  # full-width digits
    "0812\x002045 7731",
    "0812\n2045\n7731",
    "0812 2045 7731 \U0001f44d",
    "0812 2045 7731" + " " * 60 + "0",
    "9" * 100_000,
]


@pytest.mark.req("HC-2")
@pytest.mark.parametrize(("spelling", "e164"), SPELLINGS.items(), ids=ascii)
def test_every_usual_spelling_becomes_one_number(spelling: str, e164: str) -> None:
    assert to_e164(spelling) == e164


@pytest.mark.parametrize("text", NO_NUMBERS, ids=lambda text: ascii(text[:40]))
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid, match="Nomor telepon|invalid"):
        to_e164(text)
    assert same_number(text) is None


def test_a_number_is_shown_the_national_way_and_a_strange_text_unchanged() -> None:
    assert (national(MOBILE), national(JAKARTA), national("halo")) == ("0812-2045-7731", "(021) 57901234", "halo")


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused_and_never_a_crash(text: str) -> None:
    found = same_number(text)
    assert found is None or (found.startswith("+") and found[1:].isdigit() and len(found) <= 16)


@given(st.sampled_from(sorted(SPELLINGS.values())))
def test_what_was_stored_reads_as_itself(e164: str) -> None:
    assert to_e164(e164) == e164
    assert to_e164(national(e164) if e164.startswith("+62") else e164) == e164


@given(
    st.sampled_from(["0", "62", "+62", "0062", "+62 0"]), st.lists(st.sampled_from(["", " ", "-", "."]), min_size=11, max_size=11)
)
def test_separators_change_nothing(prefix: str, between: list[str]) -> None:
    spelled = prefix + "".join(a + b for a, b in zip("81220457731", between, strict=True))
    assert to_e164(spelled) == MOBILE
