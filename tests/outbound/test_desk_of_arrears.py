"""What the administrator lays down for arrears calls: reasons, rules, columns (CT-3, CT-4, CT-5)."""

import pytest

from outbound.actions.reasons import change_reason
from outbound.models import CallReason, ExportLayout, ResultRule
from tests.outbound.arrears import reason

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-4")]
ADDRESS = "/admin/outbound"


@pytest.fixture
def desk(sign_in, administrator):
    return sign_in(administrator)


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


def test_english_pages_and_the_api_say_reasons_in_english_where_they_have_a_name_for_it(api, sign_in, outbound_agent):
    english, agree = sign_in(outbound_agent), reason("agree")
    english.post("/language/", {"language": "en"})
    page = english.get("/results/").content.decode()
    assert "Agrees, promises to pay" in page and agree.name not in page
    said = {row["code"]: row["name_en"] for row in api(outbound_agent).get("/api/v1/call-reasons/").json()["results"]}
    assert (said["agree"], agree.name) == ("Agrees, promises to pay", "Agree, janji bayar")
    change_reason(agree, by=None, changes={"name_en": ""})
    assert agree.name in english.get("/results/").content.decode()


def test_the_default_reasons_all_have_an_english_name():
    assert not CallReason.objects.filter(name_en="").exists()
