"""The pages of calendars and holidays (ESC-4)."""

import pytest

from escalation.models import Calendar, Holiday

WEEK = {f"day_{day}": "08.00-12.00, 13:00–17:00" for day in range(5)} | {"day_5": "tutup", "day_6": ""}
FORM = {"name": "Jam kantor", "closed_on": ["public"], "exceptions": "24-12-2026 8.00-12.00\n2026-12-31 tutup", **WEEK}


@pytest.fixture
def desk(sign_in, administrator):
    return sign_in(administrator)


def current(slug):
    found = Calendar.objects.select_related("current").get(slug=slug).current
    assert found
    return found


@pytest.mark.req("ESC-4")
def test_the_page_shows_hours_and_the_holidays_of_a_year(desk):
    page = desk.get("/calendars/?year=2026").content.decode()
    assert "Hari Raya Natal" in page and "cuti bersama" in page and "08.00-12.00, 13.00-17.00" in page
    assert desk.get("/calendars/?year=abcd").status_code == desk.get("/calendars/?year=1950").status_code == 200


@pytest.mark.req("ESC-4")
def test_a_calendar_is_changed_into_a_new_version(desk):
    assert "13.00-17.00" in desk.get("/calendars/jam-kantor/edit/").content.decode()
    desk.post("/calendars/jam-kantor/edit/", FORM)
    version = current("jam-kantor")
    assert (version.version, version.weekly["0"], version.weekly["5"]) == (2, [["08:00", "12:00"], ["13:00", "17:00"]], [])
    assert version.exceptions == {"2026-12-24": [["08:00", "12:00"]], "2026-12-31": []}
    assert "2026-12-25" in version.holidays and "2026-12-24" not in version.holidays
    shown = desk.get("/calendars/jam-kantor/edit/").content.decode()
    assert "24-12-2026 08.00-12.00" in shown and "31-12-2026 tutup" in shown


@pytest.mark.req("ESC-4")
def test_a_calendar_is_made_once_under_its_code(desk):
    desk.post("/calendars/new/", FORM | {"slug": "sore", "name": "Sore"})
    assert current("sore").version == 1
    refused = desk.post("/calendars/new/", FORM | {"slug": "sore"})
    assert refused.status_code == 400 and current("sore").version == 1


@pytest.mark.req("ESC-4")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day_0": "8-12"}, "day_0"),
        ({"day_1": "08.00-12.00, 11.00-13.00"}, "day_0"),
        ({f"day_{day}": "" for day in range(7)}, "day_0"),
        ({"exceptions": "30-02-2026 tutup"}, "exceptions"),
        ({"exceptions": "besok"}, "exceptions"),
        ({"name": ""}, "name"),
        ({"slug": "jam kantor"}, "slug"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_stays_typed(wrong, field, desk):
    page = desk.post("/calendars/new/", {"slug": "baru"} | FORM | wrong)
    assert page.status_code == 400 and field in page.context["form"].errors
    assert wrong.get("exceptions", "24-12-2026") in page.content.decode()
    assert not Calendar.objects.filter(slug="baru").exists()


@pytest.mark.req("ESC-4")
def test_a_holiday_is_set_and_struck(desk):
    desk.post("/calendars/", {"date": "2026-11-30", "name": "Libur kantor", "category": "public"})
    assert current("jam-kantor").holidays["2026-11-30"] == "Libur kantor"
    desk.post(f"/calendars/holidays/{Holiday.objects.get(name='Libur kantor').pk}/strike/")
    assert "2026-11-30" not in current("jam-kantor").holidays
    assert "dicoret" in desk.get("/calendars/?year=2026").content.decode()
    assert desk.post("/calendars/", {"date": "30 Nov", "name": "", "category": "own"}).status_code == 400
    assert desk.post("/calendars/holidays/999999/strike/").status_code == 404


@pytest.mark.req("ESC-4")
def test_supervisor_reads_and_others_do_not(sign_in, supervisor, agent):
    reader = sign_in(supervisor)
    page = reader.get("/calendars/").content.decode()
    assert "Jam kantor" in page and "Coret" not in page
    assert reader.post("/calendars/", {}).status_code == reader.get("/calendars/new/").status_code == 403
    assert sign_in(agent).get("/calendars/").status_code == 403
