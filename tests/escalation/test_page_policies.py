"""The pages of policies: the list, a version, the editor with its cards (ESC-2, ESC-6)."""

import pytest

from escalation.models import Policy
from tickets.models import Draft

HEAD = {"name": "Pemerintah", "kind": "hard_complaint", "segment": "DGS", "clause": "W-24 4"}
HEAD |= dict.fromkeys(["service_line", "region", "site"], "")
CARDS = {
    "rung": ["claim", "claim"],
    "after": ["0", "10"],
    "whom": ["holder", "role:supervisor"],
    "channel": ["page", "page"],
    "repeat": ["5", ""],
    "times": ["3", ""],
    "all": ["all", ""],
}


@pytest.fixture
def desk(sign_in, administrator):
    return sign_in(administrator)


def posted(**changes):
    return HEAD | CARDS | {"minutes-claim": "20"} | changes


def save(desk, **changes):
    return desk.post("/policies/new/", posted(**changes))


@pytest.mark.req("ESC-1")
def test_the_list_says_whom_each_policy_serves_and_what_is_an_assumption(desk):
    page = desk.get("/policies/").content.decode()
    assert page.count("asumsi") == 5 and "Hard complaint" in page and "Ambil 15" in page


@pytest.mark.req("ESC-2")
def test_the_editor_saves_a_new_version_that_is_off(desk):
    answer = save(desk)
    made = Policy.objects.get(segment="DGS")
    assert answer.url.startswith(f"/policies/{made.pk}/") and not made.active and not made.confirmed
    first, second = made.milestones.get().rungs.all()
    assert (first.repeat_seconds, first.repeat_times, first.all_must_acknowledge) == (300, 3, True)
    assert (second.after_seconds, second.whom, second.all_must_acknowledge) == (600, "role:supervisor", False)


@pytest.mark.req("ESC-1", "QM-7")
def test_the_editor_wants_the_clause_and_the_version_says_it(desk):
    answer = save(desk, clause=" ")
    assert not Policy.objects.filter(segment="DGS").exists()
    assert answer.context["form"].head.errors["clause"] and 'aria-invalid="true"' in answer.content.decode()
    shown = desk.get(save(desk, clause="P-06 5.9").url).content.decode()
    assert Policy.objects.get(segment="DGS").clause == "P-06 5.9" and "P-06 5.9" in shown


@pytest.mark.req("ESC-2")
def test_a_new_version_of_a_policy_keeps_whom_it_serves_and_says_who_keeps_the_old_one(desk, hard):
    old = Policy.objects.get(kind="hard_complaint")
    page = desk.get(f"/policies/{old.pk}/edit/").content.decode()
    assert "1 tiket berjalan tetap memakai versi 1" in page and 'value="15"' in page
    desk.post(f"/policies/{old.pk}/edit/", posted(kind="regular", segment="DBS"))
    made = Policy.objects.latest("id")
    assert (made.kind, made.segment, made.version) == ("hard_complaint", "", 2)


@pytest.mark.req("ESC-2")
@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("up-1", ["10", "0"]),
        ("down-0", ["10", "0"]),
        ("remove-0", ["10"]),
        ("add-claim", ["0", "10", "20"]),
        ("up-99", ["0", "10"]),
    ],
)
def test_a_card_is_added_moved_and_removed_and_nothing_is_saved(act, order, desk, administrator):
    page = desk.post("/policies/new/", posted(act=act))
    drawn = [card.values["after"] for section in page.context["form"].sections for card in section.cards]
    assert drawn == order and not Policy.objects.filter(segment="DGS").exists()
    assert Draft.objects.get(person=administrator, form="policy-new").values["after"] == order


@pytest.mark.req("ESC-2")
def test_a_draft_is_found_again_until_it_is_saved(desk, administrator):
    desk.post("/policies/new/", posted(act="add-dispatch"))
    page = desk.get("/policies/new/")
    assert page.context["draft"] and "Pemerintah" in page.content.decode() and page.content.decode().count("data-rung") == 3
    save(desk)
    assert not Draft.objects.filter(person=administrator).exists()


@pytest.mark.req("ESC-2")
@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"after": ["0", "x"]}, "after-1"),
        ({"after": ["10", "0"]}, "after-1"),
        ({"times": ["99", ""]}, "times-0"),
        ({"repeat": ["", ""]}, "repeat-0"),
        ({"whom": ["holder", "12345"]}, "whom-1"),
        ({"channel": ["page", "merpati"]}, "channel-1"),
        ({"minutes-claim": ""}, "minutes-claim"),
        ({"minutes-claim": "0"}, "minutes-claim"),
        ({"name": ""}, "id_name"),
        ({"kind": "super_emergency", "notifying": "jam-kantor"}, "id_notifying"),
    ],
)
def test_an_error_stands_at_its_card_and_every_word_stays(changes, place, desk):
    page = save(desk, **changes)
    assert page.status_code == 400 and f'href="#{place}"' in page.content.decode()
    assert "W-24 4" in page.content.decode() and not Policy.objects.filter(segment="DGS").exists()


@pytest.mark.req("ESC-2")
@pytest.mark.parametrize(
    "junk", [{"rung": ["claim"] * 300}, {"rung": ["nothing"]}, {"after": ["1\x00"]}, {"act": "up-" + "9" * 50}]
)
def test_junk_from_a_program_breaks_nothing(junk, desk):
    assert save(desk, **junk).status_code in (200, 302, 400)


@pytest.mark.req("ESC-6")
def test_a_version_is_confirmed_switched_on_and_off(desk):
    save(desk)
    made = Policy.objects.get(segment="DGS")
    assert "Konfirmasi" in desk.get(f"/policies/{made.pk}/").content.decode()
    for act, field in [("confirm", "confirmed"), ("on", "active")]:
        desk.post(f"/policies/{made.pk}/{act}/")
        assert getattr(Policy.objects.get(pk=made.pk), field) is True
    page = desk.get(f"/policies/{made.pk}/").content.decode()
    assert "Tiket baru lalu memakai Hard complaint v1" in page
    desk.post(f"/policies/{made.pk}/off/")
    assert not Policy.objects.get(pk=made.pk).active


@pytest.mark.req("ESC-6")
@pytest.mark.parametrize("moment", ["2020-01-01T08:00", "besok"])
def test_a_moment_that_has_passed_or_is_none_is_refused_at_its_field(moment, desk):
    save(desk)
    made = Policy.objects.get(segment="DGS")
    page = desk.post(f"/policies/{made.pk}/on/", {"in_force_from": moment})
    assert page.status_code == 400 and "data-errors" in page.content.decode()
    assert not Policy.objects.get(pk=made.pk).active


@pytest.mark.req("ESC-6")
def test_supervisor_and_support_hc_read_and_change_nothing(sign_in, supervisor, support_hc):
    policy = Policy.objects.get(kind="regular")
    for person in (supervisor, support_hc):
        desk = sign_in(person)
        page = desk.get(f"/policies/{policy.pk}/").content.decode()
        assert "dalam 240 menit" in page and "Ubah jadi" not in page and "Matikan" not in page
        assert desk.get("/policies/new/").status_code == desk.get(f"/policies/{policy.pk}/edit/").status_code == 403
        assert desk.post(f"/policies/{policy.pk}/off/").status_code == 403


@pytest.mark.req("ESC-6")
def test_others_do_not_see_policies(sign_in, agent, quality_control):
    for person in (agent, quality_control):
        assert sign_in(person).get("/policies/").status_code == 403


@pytest.mark.req("ESC-6")
def test_the_pages_ask_the_database_a_fixed_number_of_times(desk, query_count, hard, site):
    policy = Policy.objects.get(kind="hard_complaint")
    asked = "kind=hard_complaint&service_line=indihome&site=JKT&at=2026-11-28T22:00"
    for name, address in {
        "policies": "/policies/",
        "policy": f"/policies/{policy.pk}/",
        "policy editor": f"/policies/{policy.pk}/edit/",
        "policy simulator": f"/policies/simulate/?{asked}",
        "calendars": "/calendars/",
    }.items():
        with query_count(name):
            assert desk.get(address).status_code == 200
