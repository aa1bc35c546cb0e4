"""The e-mail agents' pages and the administrator's (EM-1 to EM-6): forms do what the API does, and refuse in words."""

import pytest

from accounts.actions import set_duty
from escalation.models import Mailbox, MailItem, MailRule, MailTemplate
from tests.escalation.mails import CUSTOMER, letter, mailbox_of, receive, skilled
from tickets.models import Ticket

pytestmark = pytest.mark.req("EM-1")
FAULT = {"segment": "DES", "contact": "new", "service_number": "131172043918"}


@pytest.fixture
def mailbox(agent, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return mailbox_of(agent)


@pytest.fixture
def item(mailbox):
    text = "Nama: Sri\nHP: 0812 2045 7731\nInternet mati.\n\n-- \nSri\n\nPada 24 Nov 2026, TENESA menulis:\n> Sudah normal."
    return receive(mailbox, letter(text))[0]


@pytest.fixture
def page(sign_in, agent, item):
    """``page("classify", segment=...)`` posts as the item's agent; without a name it is the page itself."""
    browser = sign_in(agent)

    def asked(name="", status=302, **values):
        address = f"/mail/{item.pk}/{name}/" if name else f"/mail/{item.pk}/"
        answer = browser.post(address, values) if name else browser.get(address)
        assert answer.status_code == (status if name else 200), answer.content.decode()[:2000]
        item.refresh_from_db()
        return answer.content.decode()

    return asked


def test_the_list_follows_live_and_the_rail_leads_there(sign_in, agent, colleague, support_hc, item, query_count):
    browser = sign_in(agent)
    assert 'href="/mail/"' in browser.get("/tickets/").content.decode()
    with query_count("mail list"):
        shown = browser.get("/mail/")
    assert item.number in shown.content.decode()
    version = shown["X-Version"]
    assert browser.get(f"/mail/?tab=new&v={version}", headers={"HX-Request": "true"}).status_code == 204
    assert 'href="/mail/"' not in sign_in(colleague).get("/tickets/").content.decode()
    assert [sign_in(person).get("/mail/").status_code for person in (colleague, support_hc)] == [403, 403]
    assert sign_in(skilled(colleague)).get(item.url).status_code == 200


def test_the_page_shows_own_words_first_and_folds_the_rest(page, item, sign_in, agent, query_count):
    browser = sign_in(agent)
    with query_count("mail page"):
        shown = browser.get(item.url).content.decode()
    assert "Internet mati." in shown and "Kutipan surat sebelumnya" in shown and CUSTOMER in shown
    assert "<img" not in shown.split('class="wrap mail"')[1]


def test_take_next_claims_and_release_gives_back(sign_in, agent, page, item):
    assert sign_in(agent).post("/mail/next/").headers["Location"] == item.url
    item.refresh_from_db()
    assert (item.state, item.holder) == ("in_progress", agent)
    page("release")
    assert item.state == "new" and item.holder is None


@pytest.mark.req("OB-7")
@pytest.mark.parametrize("duty", ["on_break", "off"])
def test_the_next_one_goes_only_to_people_on_duty(sign_in, agent, item, duty):
    browser = sign_in(agent)  # which puts them on duty
    set_duty(agent, by=agent, duty=duty)
    refused = browser.post("/mail/next/")
    item.refresh_from_db()
    assert (refused.status_code, item.holder) == (409, None)
    assert "tidak bertugas" in refused.content.decode()


@pytest.mark.req("EM-6")
def test_a_fault_from_the_first_look_to_the_ticket(page, item, sign_in, agent):
    assert "Pilih salah satu" in page("classify", 400, segment="DES")
    page("classify", **FAULT)
    assert "Cek layanan" in page() and "Buka tiket dari surat ini" not in page()
    page("check", text="NMS down", result="fault")
    shown = page()
    assert 'value="0812 2045 7731"' in shown and 'value="Sri"' in shown
    refused = page("open-ticket", 400, service_number="131172043918", customer_name="Sri", symptom="Mati & <b>")
    assert "Mati &amp; &lt;b&gt;" in refused and not Ticket.objects.exists()
    fields = {"service_line": "data_internet", "reporter_name": "Sri", "contact_phone": "081220457731"}
    fields |= {"contact_email": CUSTOMER, "symptom": "Mati", "description": "Mati sejak pagi", "service_number": "131172043918"}
    page("open-ticket", customer_name="Sri", **fields)
    assert item.ticket == Ticket.objects.get() and item.outcome == "ticket"
    assert item.number in sign_in(agent).get(item.ticket.url).content.decode()
    sign_in(agent).post(f"/tickets/{item.ticket.number}/mail-reply/", {"text": "Teknisi datang besok."})
    assert [part.kind for part in item.parts.all()] == ["reply", "reply"]


@pytest.mark.req("EM-2")
def test_three_parts_and_their_proofs_by_hand(page, item):
    page("classify", segment="DCS", contact="information")
    assert "Satu tindakan, tiga bagian" in page()
    page("forward", text="Kami teruskan.")
    for part in item.parts.all():
        page(f"parts/{part.pk}")
    assert set(item.parts.values_list("state", flat=True)) == {"sent"} and "dikirim manual oleh" in page()


@pytest.mark.req("EM-4")
@pytest.mark.req("EM-5")
def test_asking_waits_and_answering_ends(page, item):
    page("classify", segment="DES", contact="progress_question")
    assert "Tanyakan nomornya" in page()
    page("answer", text="Nomor berapa?", wait="1")
    assert item.state == "waiting_customer"
    page("classify", segment="DES", contact="information")
    assert "Isian ini masih kosong" in page("answer", 400, text=" ")
    page("answer", text="Buka 24 jam.")
    assert (item.state, item.outcome) == ("done", "reply")


def test_quarantine_and_back(page, item):
    page("quarantine")
    assert item.quarantine == "by_hand" and "Ditulis orang, tangani" in page()
    page("accept")
    assert item.state == "new"
    page("dismiss")
    assert (item.state, item.outcome) == ("done", "dismissed")


def test_another_teams_mail_is_not_there(sign_in, stranger, item):
    assert sign_in(skilled(stranger)).get(item.url).status_code == 404
    assert MailItem.objects.visible_to(stranger).count() == 0


def test_an_administrator_makes_a_mailbox_and_changes_the_table(sign_in, administrator, team):
    browser = sign_in(administrator)
    form = {"name": "TENESA", "address": "Tenesa@Contoh.co.id", "team": team.pk, "folder": "INBOX", "active": "on"}
    assert 'value="INBOX"' in browser.get("/mailboxes/new/").content.decode()
    assert browser.post("/mailboxes/new/", form | {"base_url": "imap://10.0.0.1"}).status_code == 400
    assert browser.post("/mailboxes/new/", form).status_code == 302
    box = Mailbox.objects.get()
    assert box.address == "tenesa@contoh.co.id" and "Tabel keputusan" in browser.get("/mailboxes/").content.decode()
    assert browser.post(f"/mailboxes/{box.pk}/", form | {"version": "9"}).status_code == 400
    too_long = browser.post(f"/mailboxes/{box.pk}/", form | {"version": box.version, "user": "u" * 400})
    assert (too_long.status_code, "Paling banyak" in too_long.content.decode()) == (400, True)
    rule = MailRule.objects.get(clause="W-05 1.2.5")
    values = {
        "order": 40,
        "name": "Informasi",
        "clause": "W-05 1.2.5",
        "segments": "DES",
        "interaction": "information",
        "acts": "answer",
    }
    browser.post(f"/admin/escalation/mailrule/{rule.pk}/change/", values | {"active": "on"})
    rule.refresh_from_db()
    assert rule.segments == ["DES"]
    words = MailTemplate.objects.get(slug="info-tagihan")
    wrong = {"slug": words.slug, "title": words.title, "use": words.use, "text": "{rahasia}"}
    assert "Ada isian tak dikenal" in browser.post(f"/admin/escalation/mailtemplate/{words.pk}/change/", wrong).content.decode()
