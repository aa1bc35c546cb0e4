"""The administrator's pages and API of channels and groups (HC-5): secrets go in and never come out; one click to by hand."""

import re
from datetime import datetime, timedelta

import pytest

from accounts.models import HistoryEntry
from common.clock import now
from common.words import hm, moment, nearby
from escalation.actions import probes, sending
from escalation.actions.channels import change_channel
from escalation.models import Channel, ChannelKind, Group, Message, Probe
from escalation.secrets import opened
from tests.escalation.gateway import C4, SECRETS, TIAL, channel_values
from tests.fakes.gowa import DEVICE, PASSWORD, WEBHOOK_SECRET, ack_event, message_event

JID = f"{DEVICE}@s.whatsapp.net"
pytestmark = pytest.mark.req("HC-5")


@pytest.fixture
def page(administrator, sign_in):
    return sign_in(administrator)


@pytest.fixture
def program(administrator, api):
    return api(administrator)


def filled(server, **changes):
    return {**channel_values(server), **SECRETS, "pace": "20", **changes}


def test_an_administrator_makes_a_channel_and_never_reads_its_secrets_back(page, gowa):
    assert page.post("/channels/new/", filled(gowa)).status_code == 302
    made = Channel.objects.get(slug="wa")
    assert opened(made.secrets) == {"password": PASSWORD, "webhook_secret": WEBHOOK_SECRET}
    shown = page.get("/channels/wa/").content.decode()
    assert DEVICE in shown and PASSWORD not in shown and WEBHOOK_SECRET not in shown


def test_a_change_without_secrets_keeps_them_and_stands_in_the_history(channel, page, gowa, administrator):
    values = filled(gowa, name="WA baru", password="", webhook_secret="", version=channel.version)
    assert page.post("/channels/wa/", values).status_code == 302
    changed = Channel.objects.get(pk=channel.pk)
    assert (changed.name, opened(changed.secrets)["password"]) == ("WA baru", PASSWORD)
    entry = HistoryEntry.objects.filter(subject_kind="channel", subject_id=channel.pk).latest("sequence")
    assert (entry.by, entry.facts) == (administrator, {"name": ["WhatsApp", "WA baru"]})


def test_of_two_administrators_the_later_hears_of_the_first(channel, page, gowa):
    values = filled(gowa, name="WA satu", version=channel.version)
    page.post("/channels/wa/", values)
    answer = page.post("/channels/wa/", values | {"name": "WA dua"})
    assert answer.status_code == 400 and "Orang lain mengubahnya" in answer.content.decode()
    assert Channel.objects.get(slug="wa").name == "WA satu"


@pytest.mark.parametrize(
    "changes",
    [{"webhook_secret": "secret"}, {"webhook_secret": ""}, {"base_url": "http://evil.invalid/"}, {"base_url": ""}]
    + [{"base_url": "https://169.254.169.254/"}, {"user": ""}, {"slug": "by-hand"}, {"slug": "a b"}, {"pace": "0"}, {"name": ""}]
    + [{"name": "n" * 81}],
)
def test_what_makes_no_channel_is_refused_beside_its_field_and_kept(page, gowa, changes):
    answer = page.post("/channels/new/", filled(gowa, **changes))
    assert answer.status_code == 400
    assert 'class="errors"' in answer.content.decode() and DEVICE in answer.content.decode()
    assert not Channel.objects.filter(slug="wa").exists()


@pytest.mark.parametrize("version", ["satu", "²", "9" * 30, ""])
def test_a_form_from_nowhere_changes_nothing(channel, page, gowa, version):
    answer = page.post("/channels/wa/", filled(gowa, name="Lain", version=version))
    assert answer.status_code == 400
    assert Channel.objects.get(slug="wa").name != "Lain"


@pytest.mark.parametrize("kind", ChannelKind.values)
def test_every_kind_has_its_form(page, kind, db):
    assert page.get("/channels/new/", {"kind": kind}).status_code == 200


def test_the_list_shows_channels_and_groups(page, channel):
    shown = page.get("/channels/").content.decode()
    assert "WhatsApp" in shown and "TIAL REG-3" in shown and TIAL in shown


def test_one_click_to_by_hand_and_back(page, dispatched):
    assert page.post("/channels/wa/by-hand/").status_code == 302
    sending.send_due()
    assert Message.objects.get().state == "to_send_by_hand"
    assert "manual sejak" in page.get("/channels/wa/").content.decode()
    page.post("/channels/wa/by-itself/")
    assert Channel.objects.get(slug="wa").by_hand_since is None


@pytest.fixture
def lived(sent, channel, hook, gowa):
    """A channel with a life: it sent, was answered, has a session, and a canary that came back."""
    hook(message_event(TIAL, "Teknisi menuju", replied_to_id=sent.gateway_id))
    change_channel(channel, by=None, changes={"canary_group": Group.objects.get(address=C4), "canary_minutes": 15})
    gowa.expect(C4, containing="Kenari")
    probes.watch()
    hook(ack_event(C4, Probe.objects.get().gateway_id))
    channel.refresh_from_db()
    return channel


def facts(page) -> dict[str, str]:
    """What the page says of the channel, each under its name."""
    shown = page.get("/channels/wa/").content.decode()
    rows = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", shown, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", said).split()) for name, said in rows}


def test_the_page_says_when_it_last_proved_itself_and_was_heard_how_its_session_and_breaker_are(lived, page):
    shown = facts(page)
    assert (shown["Bukti terakhir"], shown["Masuk terakhir"]) == (moment(lived.last_proof_at), moment(lived.last_inbound_at))
    assert (shown["Sesi di gerbang"], shown["Pemutus"]) == (f"tersambung, {JID}", "tertutup, kegagalan beruntun: 0")
    assert shown["Antrean di sini"] == "pesan: 0"


def test_the_page_shows_the_canary_and_that_it_came_back(lived, page):
    shown = page.get("/channels/wa/").content.decode()
    row = next(each for each in re.findall(r"<tr>.*?</tr>", shown, re.DOTALL) if "kenari" in each)
    assert "terbukti sampai" in row and Group.objects.get(address=C4).name in row
    assert re.search(r'name="canary_minutes"[^>]*value="15"|value="15"[^>]*name="canary_minutes"', shown)


def test_a_channel_that_is_new_says_that_nothing_is_known(channel, page):
    shown = facts(page)
    assert [shown[name] for name in ("Bukti terakhir", "Masuk terakhir", "Sesi di gerbang")] == ["–", "–", "belum ditanya"]


def test_a_session_that_ended_says_so(lived, page, gowa, forward):
    gowa.signed_in = False
    forward(minutes=2)
    probes.watch()
    assert "logged in False" in facts(page)["Sesi di gerbang"]


def test_a_breaker_says_since_when_it_is_open_and_when_it_is_tried_again(dispatched, channel, page, gowa, forward):
    gowa.answers(429)
    sending.send_due()
    channel.refresh_from_db()
    assert facts(page)["Pemutus"] == f"gerbang minta ditunggu sampai {hm(channel.open_until)}"
    gowa.answers(*[503] * 5)
    for _ in range(4):
        forward(minutes=1)
        Message.objects.update(next_try_at=now())
        sending.send_due()
    channel.refresh_from_db()
    said = facts(page)["Pemutus"]
    assert said == f"terbuka sejak {nearby(channel.open_since)}, dicoba lagi {hm(channel.open_until)}"


def test_a_canary_that_is_lost_stands_beside_the_breaker(channel, page, gowa, forward):
    change_channel(channel, by=None, changes={"canary_group": Group.objects.get(address=C4), "canary_minutes": 15})
    gowa.expect(C4, containing="Kenari")
    probes.watch()
    forward(minutes=4)
    probes.watch()
    assert "kenari tidak kembali" in facts(page)["Pemutus"]
    assert "Tidak kembali dalam tiga menit" in page.get("/channels/wa/").content.decode()


def test_the_list_says_which_channel_is_down(lived, page):
    assert "tidak sampai sejak" not in page.get("/channels/").content.decode()
    Channel.objects.filter(pk=lived.pk).update(open_since=now(), open_until=now() + timedelta(minutes=1), failures=5)
    lived.refresh_from_db()
    assert f"tidak sampai sejak {nearby(lived.open_since)}" in page.get("/channels/").content.decode()


def test_the_api_says_it_too(lived, program):
    said = program.get("/api/v1/channels/wa/").json()
    for name in ("last_proof_at", "last_inbound_at", "session_at"):
        assert datetime.fromisoformat(said[name]) == getattr(lived, name)
    assert (said["session_ok"], said["session_words"], said["failures"], said["down_since"]) == (True, JID, 0, None)
    assert (said["canary_minutes"], said["canary_lost_at"]) == (15, None)


def test_a_test_message_is_seen_on_its_way(page, channel, gowa):
    assert page.post("/channels/wa/test/", {"group": Group.objects.get(address=C4).pk}).status_code == 302
    gowa.expect(C4, containing="Uji saluran")
    probes.watch()
    assert "diterima gerbang" in page.get("/channels/wa/").content.decode()


def test_a_test_to_a_group_elsewhere_is_refused(page, channel):
    assert page.post("/channels/wa/test/", {"group": Group.objects.get(region=5).pk}).status_code == 400
    assert not Probe.objects.exists()


def test_the_page_says_nothing_when_nothing_is_new(page, channel):
    first = page.get("/channels/wa/", headers={"HX-Request": "true"})
    again = page.get("/channels/wa/", {"v": first["X-Version"]}, headers={"HX-Request": "true"})
    assert again.status_code == 204


def test_a_canary_needs_a_group_of_the_channel(page, channel):
    own = {"canary_group": Group.objects.get(address=C4).pk, "canary_minutes": "15"}
    assert page.post("/channels/wa/canary/", own | {"canary_group": ""}).status_code == 400
    assert page.post("/channels/wa/canary/", own).status_code == 302
    assert Channel.objects.get(slug="wa").canary_minutes == 15


def test_a_group_on_a_gateway_needs_its_address_and_a_region_has_one(page, channel):
    group = Group.objects.get(region=1)
    values = {"name": group.name, "purpose": group.purpose, "region": "1", "channel": channel.pk, "active": "on", "version": "1"}
    address = f"/groups/{group.pk}/"
    assert page.post(address, values).status_code == 400
    assert page.post(address, values | {"address": "1203@g.us", "region": "2"}).status_code == 400
    assert page.post(address, values | {"address": "1203@g.us"}).status_code == 302
    group.refresh_from_db()
    assert (group.address, group.version) == ("1203@g.us", 2)


@pytest.mark.parametrize("address", ["/channels/", "/channels/wa/", "/channels/new/", "/groups/1/"])
def test_nobody_else_comes_near(support_hc, sign_in, channel, address):
    assert sign_in(support_hc).get(address).status_code == 403


def test_what_is_not_there_is_not_found(page, db):
    assert {page.get(each).status_code for each in ("/channels/no/", "/groups/999999/")} == {404}


# API


def test_the_api_makes_shows_and_changes(program, gowa):
    made = program.post("/api/v1/channels/", filled(gowa, pace=30))
    assert made.status_code == 201, made.content
    assert made.json()["can"]["hears"] and PASSWORD not in made.content.decode()
    answer = program.patch("/api/v1/channels/wa/", {"name": "WA"}, headers={"If-Match": made["ETag"]})
    assert (answer.status_code, answer.json()["name"]) == (200, "WA")
    stale = program.patch("/api/v1/channels/wa/", {"name": "X"}, headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412


def test_the_api_does_what_the_pages_do(program, channel, gowa):
    own = Group.objects.get(address=C4)
    assert program.post("/api/v1/channels/wa/test/", {"group": own.pk}).status_code == 202
    assert program.post("/api/v1/channels/wa/by-hand/").json()["by_hand_since"]
    assert program.post("/api/v1/channels/wa/by-itself/").json()["by_hand_since"] is None
    assert program.post("/api/v1/channels/wa/close-breaker/").status_code == 200
    group = {"name": "Baru", "purpose": "coordination", "channel": "wa", "address": "5@g.us"}
    assert program.post("/api/v1/groups/", group).status_code == 201
    assert program.post("/api/v1/groups/", group).status_code == 400


def test_the_api_is_for_administrators(support_hc, api, channel):
    program = api(support_hc)
    assert {program.get(f"/api/v1/{each}/").status_code for each in ("channels", "groups")} == {403}
    assert program.post("/api/v1/channels/wa/by-hand/").status_code == 403


def test_what_the_page_costs(page, channel, query_count):
    with query_count("channel page"):
        page.get("/channels/wa/")
    with query_count("channels"):
        page.get("/channels/")
