"""What the administrator lays down for arrears calls: reasons, scripts in versions, rules, columns (CT-3, CT-4, CT-5)."""

import pytest

from accounts.models import HistoryEntry
from outbound.models import CallReason, ExportLayout, ResultRule, Script
from tests.outbound.arrears import reason

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-4")]
SECTIONS = '[{"title": "Salam", "text": "Selamat {part_of_day}, saya {me}."}]'
ADDRESS = "/admin/outbound"


@pytest.fixture
def desk(sign_in, administrator):
    return sign_in(administrator)


def script(**changed) -> dict:
    return {"product": "ct0", "clause": "P-01 3", "sections": SECTIONS, "effective_from": "2026-12-01", **changed}


@pytest.mark.req("CT-3", "QM-7")
def test_a_new_script_is_a_new_version_and_the_old_one_stays(desk):
    assert desk.post(f"{ADDRESS}/script/add/", script()).status_code == 302
    assert list(Script.objects.filter(product="ct0").values_list("version", "active")) == [(2, True), (1, False)]
    assert HistoryEntry.objects.get(act="script.created").facts["clause"] == "P-01 3"


@pytest.mark.req("CT-3")
@pytest.mark.parametrize("sections", ["[]", '{"a": 1}', '[{"text": "Halo {password}"}]'])
def test_a_script_that_cannot_be_spoken_is_refused(desk, sections):
    assert desk.post(f"{ADDRESS}/script/add/", script(sections=sections)).status_code == 200
    assert Script.objects.filter(product="ct0").count() == 1


@pytest.mark.req("CT-5")
def test_a_rule_gets_another_limit(desk):
    rule = ResultRule.objects.get(kind="short_call")
    desk.post(f"{ADDRESS}/resultrule/{rule.pk}/change/", {"kind": "short_call", "limit": 45, "active": "on"})
    rule.refresh_from_db()
    assert rule.limit == 45


@pytest.mark.req("CT-5")
def test_columns_name_fields_that_exist(desk):
    layout = ExportLayout.objects.get(name="CWC")
    wrong = {"name": "CWC", "columns": '[{"title": "A", "field": "password"}]', "active": "on"}
    assert desk.post(f"{ADDRESS}/exportlayout/{layout.pk}/change/", wrong).status_code == 200
    right = {"name": "CWC", "columns": '[{"title": "ND", "field": "service_number"}]', "active": "on"}
    assert desk.post(f"{ADDRESS}/exportlayout/{layout.pk}/change/", right).status_code == 302
    layout.refresh_from_db()
    assert len(layout.columns) == 1


def test_a_reason_is_added_below_its_group(desk):
    group = reason("contacted")
    form = {"parent": group.pk, "code": "dispute", "name": "Sengketa tagihan", "contacted": "on", "active": "on", "order": 9}
    assert desk.post(f"{ADDRESS}/callreason/add/", form).status_code == 302
    assert CallReason.objects.get(code="dispute").parent == group


@pytest.mark.parametrize(
    "wrong", [{"agreed": "on", "contacted": ""}, {"agreed": "on", "callback": "on"}, {"unworkable": "on", "do_not_call": "on"}]
)
def test_meanings_that_exclude_each_other_are_refused(desk, wrong):
    form = {"parent": reason("contacted").pk, "code": "x", "name": "X", "contacted": "on", "active": "on", "order": 9, **wrong}
    assert desk.post(f"{ADDRESS}/callreason/add/", form).status_code == 200
    assert not CallReason.objects.filter(code="x").exists()


def test_a_third_level_is_refused(desk):
    form = {"parent": reason("paid").pk, "code": "x", "name": "X", "active": "on", "order": 9}
    desk.post(f"{ADDRESS}/callreason/add/", form)
    assert not CallReason.objects.filter(code="x").exists()


@pytest.mark.parametrize("who", ["agent", "team_leader", "quality_control", "client_reader", "outbound_agent"])
def test_everybody_reads_the_reasons(request, api, who):
    said = api(request.getfixturevalue(who)).get("/api/v1/call-reasons/").json()["results"]
    assert {"agree", "no-answer"} <= {each["code"] for each in said}
