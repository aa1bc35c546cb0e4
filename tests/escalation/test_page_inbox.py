"""The inbox and the paste box: nothing that a group said is lost (HC-5, HC-6)."""

import json

import pytest

from common.clock import now
from escalation.actions import escorts
from escalation.models import Channel, Group, InboundMessage, InboundState, Message, Progress
from tests.escalation.conftest import escort_of

PART = {"HX-Request": "true"}


@pytest.fixture
def page(sign_in, support_hc):
    return sign_in(support_hc)


@pytest.fixture
def sent(hard, support_hc):
    return escorts.dispatch(escorts.claim_escort(escort_of(hard), by=support_hc), by=support_hc)


@pytest.fixture
def inbound(db):
    return InboundMessage.objects.create(
        channel=Channel.objects.get(),
        provider_id="x1",
        raw="{}",
        received_at=now(),
        group=Group.objects.get(name="TIAL REG-3"),
        sender="Ujang S.",
        text="Klinik sdh up, mohon cek",
        state=InboundState.WAITING,
    )


def paste(page, text):
    return page.post("/paste/", {"text": text}, headers=PART)


def save(page, answer, **changes):
    body = {"fixed": answer.context["fixed"]}
    for each in answer.context["rows"]:
        if each["place"] is not None:
            body |= {f"ticket-{each['place']}": each["row"].ticket, f"kind-{each['place']}": each["row"].kind}
    return page.post("/paste/save/", body | changes, headers=PART)


@pytest.mark.req("HC-6")
def test_what_found_no_ticket_is_shown_and_matched(page, sent, inbound):
    assert "Klinik sdh up" in page.get("/inbox/").text
    assert page.post(f"/inbox/{inbound.pk}/match/", {"number": sent.ticket.number.lower()}).url == "/inbox/"
    assert Progress.objects.get().text == "Klinik sdh up, mohon cek"
    assert "Kotak kosong" in page.get("/inbox/").text


@pytest.mark.req("HC-6", "HC-7")
def test_what_the_words_mean_is_chosen_already_and_another_choice_stays_when_refused(page, sent, inbound):
    InboundMessage.objects.filter(pk=inbound.pk).update(text="minta foto ODP")
    assert 'value="needs_data" checked' in page.get("/inbox/").text
    refused = page.post(f"/inbox/{inbound.pk}/match/", {"number": "T-999999", "kind": "done"})
    assert refused.status_code == 400 and 'value="done" checked' in refused.text
    page.post(f"/inbox/{inbound.pk}/match/", {"number": sent.ticket.number, "kind": "progress"})
    assert escort_of(sent.ticket).ticket.holder_kind == "unit"


@pytest.mark.req("HC-6")
def test_an_unknown_number_is_refused_where_it_was_typed(page, inbound):
    answer = page.post(f"/inbox/{inbound.pk}/match/", {"number": "T-999999"})
    assert answer.status_code == 400
    assert 'value="T-999999"' in answer.text and "tidak ada" in answer.text


@pytest.mark.req("HC-6")
def test_what_is_not_for_us_leaves_and_stays_stored(page, inbound):
    assert page.post(f"/inbox/{inbound.pk}/dismiss/").url == "/inbox/"
    inbound.refresh_from_db()
    assert (inbound.state, inbound.text) == ("dismissed", "Klinik sdh up, mohon cek")


@pytest.mark.req("HC-5")
def test_messages_of_tickets_without_an_escort_are_sent_by_hand_from_here(page, sent):
    message = Message.objects.get(is_dispatch=True)
    assert message.text.splitlines()[0].split()[-1] in page.get("/inbox/").text
    assert page.post(f"/messages/{message.pk}/sent/", {"from": "inbox"}).url == "/inbox/"
    assert "Perlu dikirim manual" not in page.get("/inbox/").text


@pytest.mark.parametrize("who", ["agent", "team_leader", "outbound_agent"])
@pytest.mark.parametrize("path", ["/inbox/", "/paste/"])
def test_others_have_no_inbox(request, sign_in, who, path):
    assert sign_in(request.getfixturevalue(who)).get(path).status_code == 403


def test_an_administrator_reads_and_does_not_match(sign_in, administrator, inbound):
    browser = sign_in(administrator)
    assert "Cocokkan" not in browser.get("/inbox/").text
    assert browser.post(f"/inbox/{inbound.pk}/match/", {"number": "T-000001"}).status_code == 403


@pytest.mark.req("HC-6")
def test_pasted_words_are_shown_with_their_tickets_before_anything_is_kept(page, sent):
    answer = paste(page, f"24/11/26 13.41 - Ujang S.: Teknisi menuju ODP #{sent.ticket.number}")
    (row,) = answer.context["rows"]
    assert (row["row"].ticket, row["row"].sender) == (sent.ticket.number, "Ujang S.")
    assert not Progress.objects.exists()


@pytest.mark.req("HC-6")
def test_saved_rows_become_progress_and_are_grey_the_next_time(page, sent):
    text = f"24/11/26 13.41 - Ujang S.: Teknisi menuju ODP #{sent.ticket.number}"
    assert "dicatat" in save(page, paste(page, text)).text
    assert Progress.objects.get().sender == "Ujang S."
    again = paste(page, text)
    assert "Sudah tercatat" in again.text
    assert again.context["to_save"] == 0


@pytest.mark.req("HC-6")
def test_the_person_corrects_kind_and_ticket(page, sent):
    answer = paste(page, "24/11/26 13.52 - Ujang S.: mohon dicek lagi ya")
    save(page, answer, **{"ticket-0": sent.ticket.number, "kind-0": "done"})
    assert escort_of(sent.ticket).state == "solved"


@pytest.mark.req("HC-6")
def test_a_refused_row_comes_back_with_its_words_and_the_reason(page, sent):
    shown = paste(page, "24/11/26 13.52 - Ujang S.: sudah disambung")
    answer = save(page, shown, **{"ticket-0": "T-999999", "kind-0": "progress"})
    assert "tidak sedang dikawal" in answer.text
    assert answer.context["rows"][0]["row"].text == "sudah disambung"


def test_an_empty_paste_says_what_to_do(page):
    answer = paste(page, "")
    assert answer.status_code == 400
    assert "Tempel teks dari grup WhatsApp" in answer.text


@pytest.mark.parametrize("fixed", ["", "[1]", "{}", json.dumps([{"text": "x"}]), "[" * 2000])
def test_broken_rows_are_refused_in_words(page, fixed):
    assert page.post("/paste/save/", {"fixed": fixed}, headers=PART).status_code == 400


def test_without_scripts_the_box_has_a_page_of_its_own(page):
    assert "<html" in page.get("/paste/").text
