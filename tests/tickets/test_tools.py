"""Outside tools: the matrix of P-06 11, safe links, findings in fields of their own, numbers outside (OB-5)."""

import pytest

from accounts.models import HistoryEntry
from common.problems import Invalid, NotAllowed
from tests.tickets.imports import loaded, row, table
from tickets.actions import Use, change_tool, create_tool
from tickets.links import checked_link, filled
from tickets.models import Finding, OutsideReference, Tool, ToolUse

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-5")]
MATRIX = {
    "data_internet": "SecureCRT TENOSS MyCX NOSSA MRTG MONITA TELKOM.CENTER",
    "indihome": "MyCX NOSSA MONITA I-SISKA EMBASSY E-Payment Dashboard-Wifi-ID",
    "telephony": "MyCX NOSSA MONITA I-SISKA EMBASSY TENOSS E-Payment",
    "global": "SecureCRT TENOSS MyCX NOSSA MRTG TELKOM.CENTER",
    "imes": "SecureCRT TENOSS MyCX NOSSA MRTG TELKOM.CENTER",
}


@pytest.fixture
def tools(api, agent):
    """The tools of a ticket, by code."""
    return lambda ticket: {tool["code"]: tool for tool in api(agent).get(f"/api/v1/tickets/{ticket}/tools/").json()}


@pytest.fixture
def link(administrator):
    """``link("nossa", "https://...")`` writes a tool's address."""
    return lambda code, address: change_tool(Tool.objects.get(code=code), by=administrator, changes={"link": address})


@pytest.mark.parametrize(("line", "named"), MATRIX.items())
def test_the_matrix_of_chapter_11_is_there_for_both_sites(line, named):
    rows = ToolUse.objects.of_line(line).filter(clause__startswith="P-06 11.").values_list("tool__name", "sites")
    assert [name.replace("My CX", "MyCX").replace(" ", "-") for name, _sites in rows] == named.split()
    assert all(sites == ["JKT", "BDG"] for _name, sites in rows)


def test_a_ticket_offers_what_its_line_uses_and_chapter_6_names_besides(tools, ticket):
    assert list(tools(ticket)) == [
        *("mycx", "nossa", "monita", "i-siska", "embassy", "e-payment", "wifi-id"),
        *("ideas", "consultancy"),
    ]


def test_a_tool_of_another_site_is_not_offered_and_one_of_none_is(tools, ticket, administrator):
    embassy = Tool.objects.get(code="embassy")
    change_tool(embassy, by=administrator, changes={}, uses=[Use("indihome", ["BDG"])])
    assert "embassy" not in tools(ticket)
    change_tool(embassy, by=administrator, changes={}, uses=[Use("indihome")])
    assert "embassy" in tools(ticket)


def test_the_link_carries_the_encoded_service_number(tools, log, agent, link):
    link("embassy", "https://embassy.example/line?id={service_number}")
    odd = log(agent, service_number="12/..?x=1&y#z {reference}")
    assert tools(odd)["embassy"]["link"] == "https://embassy.example/line?id=12%2F..%3Fx%3D1%26y%23z%20%7Breference%7D"


def test_a_link_with_the_tools_own_number_waits_until_the_ticket_has_one(tools, post, ticket, agent, link):
    link("nossa", "https://nossa.example/incident/{reference}")
    assert tools(ticket)["nossa"]["link"] == ""
    post(agent, ticket, "references", {"system": "nossa", "number": "IN 9/8"})
    assert tools(ticket)["nossa"]["link"] == "https://nossa.example/incident/IN%209%2F8"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/{service_number}",
        "https://{service_number}.example/",
        "https://user:secret@tool.example/{service_number}",
        "https://tool.example/{password}",
        "https://tool.example/{service_number",
        "https://tool.example\\@evil.example/",
        "https://tool.example/a b",
        'https://tool.example/"onmouseover="x',
        "https://[::1/",
        "ftp://tool.example/{service_number}",
        "https:///{service_number}",
        "https://tool.example:99999/",
        "sip:{service_number}",
        "sip:100@{service_number}",
        "sip:{password}@pbx.example",
        "sip:a b@pbx.example",
    ],
)
def test_an_address_that_could_lead_astray_is_refused(address, administrator):
    with pytest.raises(Invalid):
        change_tool(Tool.objects.get(code="nossa"), by=administrator, changes={"link": address})


@pytest.mark.parametrize("number", ["", "  ", ".", "..", "..."])
def test_a_number_that_is_none_makes_no_link(number):
    assert filled("https://tool.example/{service_number}/x", service_number=number) == ""


def test_a_scheme_that_was_allowed_once_is_not_followed_any_more(settings):
    template = checked_link("http://tool.example/{service_number}")
    settings.TOOL_LINK_SCHEMES = ["https"]
    assert filled(template, service_number="1") == ""


def test_only_an_administrator_edits_the_matrix(agent):
    with pytest.raises(NotAllowed):
        change_tool(Tool.objects.get(code="nossa"), by=agent, changes={"name": "X"})
    with pytest.raises(NotAllowed):
        create_tool(by=agent, code="x", name="X", purpose="X")


def test_a_link_may_lead_to_a_softphone(tools, ticket, link):
    link("embassy", "sip:{service_number}@pbx.example")
    assert tools(ticket)["embassy"]["link"] == f"sip:{ticket.service_number}@pbx.example"


FIELDS = {"name": "NOSSA", "purpose": "Memonitor", "clause": "P-06 6.4", "found": "words", "numbered": "on", "active": "on"}
MATRIX_FIELDS = {"indihome-used": "on", "indihome-sites": ["JKT"], "indihome-order": "3", "indihome-clause": "P-06 11.2"}


def test_the_administrators_page_writes_a_link_and_says_what_is_wrong_with_one(sign_in, administrator, agent):
    nossa = Tool.objects.get(code="nossa")
    browser, at = sign_in(administrator), "/tools/nossa/edit/"
    values = FIELDS | MATRIX_FIELDS | {"version": nossa.version, "indihome-sites": ["BDG", "JKT"]}
    refused = browser.post(at, values | {"link": "javascript:x"})
    assert refused.status_code == 400 and "https://" in refused.text and "javascript:x" in refused.text
    assert browser.post(at, values | {"link": "https://nossa.example/{reference}"}).status_code == 302
    nossa.refresh_from_db()
    assert (nossa.link, nossa.version) == ("https://nossa.example/{reference}", 2)
    assert [(use.service_line, use.sites, use.order) for use in nossa.in_use] == [("indihome", ["BDG", "JKT"], 3)]
    facts = HistoryEntry.objects.get(act="tool.changed").facts
    assert facts["link"] == ["", nossa.link]
    assert facts["imes"] == [{"sites": ["JKT", "BDG"], "order": 4, "clause": "P-06 11.5"}, None]
    again = browser.post(at, values | {"link": "https://other.example/"})
    assert again.status_code == 400 and "Orang lain mengubahnya" in again.text and "https://other.example/" in again.text
    assert Tool.objects.get(code="nossa").link == nossa.link
    assert "https://nossa.example/IN1234567" in browser.get(at).text


def test_a_tool_is_added_and_switched_off_on_the_page_and_the_matrix_shows_both(sign_in, administrator, agent, ticket, tools):
    browser = sign_in(administrator)
    refused = browser.post("/tools/new/", FIELDS | {"code": "nossa"})
    assert refused.status_code == 400 and "Kode ini sudah dipakai" in refused.text
    assert browser.post("/tools/new/", FIELDS | MATRIX_FIELDS | {"code": "radar", "name": "Radar"}).status_code == 302
    assert "radar" in tools(ticket)
    assert "Radar" in browser.get("/tools/").text
    off = FIELDS | MATRIX_FIELDS | {"name": "Radar", "version": "1"}
    assert browser.post("/tools/radar/edit/", {name: value for name, value in off.items() if name != "active"}).status_code == 302
    assert "radar" not in tools(ticket)
    assert "tidak dipakai" in browser.get("/tools/").text
    assert list(HistoryEntry.objects.filter(act__startswith="tool.").order_by("id").values_list("act", flat=True)) == [
        "tool.created",
        "tool.changed",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 61), ("code", "dua kata"), ("code", ""), ("found", "x"), ("indihome-order", "-1"),
     ("indihome-sites", "YOG"), ("indihome-clause", "x" * 41)],
)  # fmt: skip
def test_the_page_refuses_what_is_no_tool_and_keeps_what_was_typed(sign_in, administrator, agent, field, value):
    answer = sign_in(administrator).post(
        "/tools/new/", FIELDS | MATRIX_FIELDS | {"code": "radar", "link": "https://r.example/", field: value}
    )
    assert (answer.status_code, Tool.objects.filter(name="NOSSA").count()) == (400, 1)
    assert "https://r.example/" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://t.example/{service_number}", "https://t.example/152400000001"),
        ("sip:{service_number}@pbx.example", "sip:152400000001@pbx.example"),
        ("https://t.example/{x}", "Yang dapat diisikan hanya"),
        ("ftp://t.example/", "Tulis alamat lengkap"),
        ("", "Tanpa tautan"),
    ],
)
def test_the_link_is_previewed_with_an_example_number(sign_in, administrator, agent, typed, said):
    assert said in sign_in(administrator).get("/tools/preview/", {"link": typed}).text


def test_the_page_is_the_administrators_alone(sign_in, agent):
    assert {sign_in(agent).get(at).status_code for at in ("/tools/", "/tools/new/", "/tools/nossa/edit/", "/tools/preview/")} == {
        403
    }


def test_the_api_adds_changes_and_switches_off_with_the_version_that_was_seen(api, administrator, agent, ticket):
    program, body = (
        api(administrator),
        {"code": "radar", "name": "Radar", "purpose": "Cek cuaca", "link": "https://r.example/{x}"},
    )
    assert "link" in program.post("/api/v1/tools/", body).json()["errors"]
    uses = [{"service_line": "indihome", "sites": ["JKT"], "order": 2, "clause": "P-06 11.2"}]
    made = program.post("/api/v1/tools/", body | {"link": "https://r.example/{service_number}", "uses": uses})
    assert (made.status_code, made.json()["uses"], made.headers["ETag"]) == (201, uses, '"v1"')
    at, seen = "/api/v1/tools/radar/", made.headers["ETag"]
    assert program.patch(at, {"name": "Radar 2"}).status_code == 428
    changed = program.patch(at, {"name": "Radar 2"}, headers={"If-Match": seen})
    assert (changed.status_code, changed.json()["name"], changed.json()["uses"]) == (200, "Radar 2", uses)
    stale = program.patch(at, {"active": False}, headers={"If-Match": seen})
    assert (stale.status_code, Tool.objects.get(code="radar").active) == (412, True)
    off = program.patch(at, {"active": False, "uses": []}, headers={"If-Match": changed.headers["ETag"]})
    assert (off.status_code, off.json()["uses"], off.json()["active"]) == (200, [], False)
    assert (program.get(at).status_code, api(agent).get(at).status_code) == (200, 404)
    for wrong in ({"uses": [{"service_line": "indihome", "sites": ["YOG"]}]}, {"uses": uses * 2}, {"found": "x"}, {"name": ""}):
        assert program.patch(at, wrong, headers={"If-Match": "*"}).status_code == 400
    assert api(agent).patch(at, {"name": "X"}, headers={"If-Match": "*"}).status_code == 403


def _measure(value):
    return float(value) if isinstance(value, str) and value.strip("-").replace(".", "").isdigit() else value


@pytest.mark.parametrize(
    ("line", "body", "said"),
    [
        (
            "indihome",
            {"tool": "embassy", "attenuation_db": "21.50", "snr_db": "-3", "rate_mbps": "45", "attainable_mbps": "50"},
            "mencatat hasil EMBASSY: redaman 21,5 dB, SNR -3 dB, kecepatan 45 Mbps, kecepatan maksimal 50 Mbps",
        ),
        ("data_internet", {"tool": "mrtg", "link_state": "down"}, "mencatat hasil MRTG: mati"),
        ("data_internet", {"tool": "nms", "link_state": "unstable"}, "mencatat hasil NMS: putus-nyambung"),
        ("indihome", {"tool": "ideas", "registered": False}, "mencatat hasil IDEAS: belum terdaftar"),
        ("indihome", {"tool": "e-payment", "note": "Lunas 3 Nov"}, "mencatat hasil E-Payment"),
    ],
)
def test_a_finding_stands_in_its_fields_on_the_page_in_the_history_and_in_the_api(
    api, post, log, sign_in, agent, line, body, said
):
    ticket = log(agent, service_line=line)
    answer = post(agent, ticket, "findings", body)
    assert answer.status_code == 201
    kept = api(agent).get(f"/api/v1/tickets/{ticket}/").json()["findings"][0]
    assert {name: kept[name] for name in body} == {name: _measure(value) for name, value in body.items()}
    page = sign_in(agent).get(ticket.url).text
    assert said in page and "Alat luar" in page


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tool": "embassy"}, "attenuation_db"),
        ({"tool": "embassy", "attenuation_db": "2150"}, "attenuation_db"),
        ({"tool": "embassy", "snr_db": "-400"}, "snr_db"),
        ({"tool": "embassy", "rate_mbps": "NaN"}, "rate_mbps"),
        ({"tool": "embassy", "attainable_mbps": "-1"}, "attainable_mbps"),
        ({"tool": "embassy", "note": "jelek"}, "attenuation_db"),
        ({"tool": "mrtg"}, "link_state"),
        ({"tool": "mrtg", "link_state": "dancing"}, "link_state"),
        ({"tool": "ideas"}, "registered"),
        ({"tool": "nossa"}, "note"),
        ({"tool": "nossa", "note": "x" * 501}, "note"),
        ({"tool": "crystal-ball", "note": "x"}, "tool"),
        ({"tool": "no\x00ssa", "note": "x"}, "tool"),
        ({}, "tool"),
    ],
)
def test_what_is_no_finding_is_refused_at_its_field(post, agent, ticket, body, field):
    answer = post(agent, ticket, "findings", body)
    assert (answer.status_code, Finding.objects.count()) == (400, 0)
    assert field in answer.json().get("errors", {field: 1})


def test_the_dialog_takes_a_comma_and_keeps_what_was_typed(sign_in, agent, ticket):
    browser = sign_in(agent)
    opened = browser.get(f"{ticket.url}?act=findings&tool=embassy").text
    assert 'value="embassy" data-reveals="found-line" selected' in opened
    wrong = browser.post(f"{ticket.url}findings/", {"tool": "embassy", "snr_db": "dua belas", "note": "lihat nanti"})
    assert wrong.status_code == 400 and "dua belas" in wrong.text and "lihat nanti" in wrong.text and "21,5" in wrong.text
    assert browser.post(f"{ticket.url}findings/", {"tool": "embassy", "snr_db": "12,5"}).status_code == 302
    assert "SNR 12,5 dB" in browser.get(ticket.url).text


def test_an_old_finding_stays_when_its_tool_is_switched_off(post, sign_in, agent, ticket, administrator):
    post(agent, ticket, "findings", {"tool": "embassy", "snr_db": "12"})
    change_tool(Tool.objects.get(code="embassy"), by=administrator, changes={"active": False})
    page = sign_in(agent).get(ticket.url).text
    assert "SNR 12 dB" in page and "?act=findings&amp;tool=embassy" not in page
    assert post(agent, ticket, "findings", {"tool": "embassy", "snr_db": "13"}).status_code == 400


def test_numbers_outside_are_kept_shown_searched_and_taken_back(api, post, sign_in, agent, ticket):
    for system, number in (("mycx", "MX-77"), ("nossa", "IN123"), ("starclick", "SC-1"), ("starclick", "SC-2")):
        assert post(agent, ticket, "references", {"system": system, "number": number}).status_code == 201
    shown = api(agent).get(f"/api/v1/tickets/{ticket}/").json()["outside_references"]
    assert shown == {"mycx": "MX-77", "nossa": "IN123", "starclick": "SC-1, SC-2"}
    browser = sign_in(agent)
    assert "My CX" in browser.get(ticket.url).text
    for asked in ("IN123", "in123", "SC-2"):
        assert [each["number"] for each in api(agent).get("/api/v1/tickets/", {"search": asked}).json()["results"]] == [
            ticket.number
        ]
        assert ticket.number in browser.get("/tickets/", {"q": asked}).text
    post(agent, ticket, "references", {"system": "starclick", "number": "SC-1", "remove": True})
    assert api(agent).get(f"/api/v1/tickets/{ticket}/").json()["outside_references"]["starclick"] == "SC-2"
    assert "melepas nomor Starclick SC-1" in browser.get(ticket.url).text


def test_the_intake_finds_a_customer_by_a_number_outside(post, sign_in, agent, ticket):
    post(agent, ticket, "references", {"system": "nossa", "number": "IN123"})
    assert ticket.number in sign_in(agent).get("/tickets/search/", {"service_number": "IN123"}).text


def test_a_number_names_one_ticket_and_one_that_was_loaded_stays(post, agent, support_hc, ticket, log, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    post(agent, ticket, "references", {"system": "nossa", "number": "IN123"})
    other = log(agent, service_number="152403333333")
    assert post(agent, other, "references", {"system": "nossa", "number": "IN123"}).status_code == 409
    loaded(table(row(1)), support_hc)
    came = OutsideReference.objects.get(number="1")
    OutsideReference.objects.filter(pk=came.pk).update(system="mycx")
    answer = post(support_hc, came.ticket, "references", {"system": "mycx", "number": "1", "remove": True})
    assert (answer.status_code, OutsideReference.objects.filter(pk=came.pk).exists()) == (409, True)


@pytest.mark.parametrize(
    "body", [{}, {"system": "nossa"}, {"system": "moon", "number": "1"}, {"system": "nossa", "number": "x" * 81}]
)
def test_what_is_no_number_is_refused(post, agent, ticket, body):
    assert post(agent, ticket, "references", body).status_code == 400


def test_another_teams_ticket_and_other_roles_are_refused(post, stranger, quality_control, ticket):
    for act in ("findings", "references"):
        assert post(stranger, ticket, act, {"tool": "nossa", "note": "x", "system": "nossa", "number": "1"}).status_code == 404
        assert post(quality_control, ticket, act, {}).status_code == 403


def test_the_collection_tells_the_matrix(api, agent, client_reader):
    listed = api(agent).get("/api/v1/tools/", {"service_line": "imes"}).json()["results"]
    assert {tool["code"] for tool in listed} == {"securecrt", "tenoss", "mycx", "nossa", "mrtg", "telkom-center", "nms"}
    assert {use["clause"] for tool in listed for use in tool["uses"] if use["service_line"] == "imes"} == {
        "P-06 11.5",
        "P-06 6.9",
    }
    assert api(agent).get("/api/v1/tools/embassy/").json()["found"] == "line"
    assert api(client_reader).get("/api/v1/tools/").status_code == 403
