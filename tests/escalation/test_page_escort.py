"""The right half of the queue: analysis, sending with preview and proof, progress, solved (HC-4 to HC-6, SE-3 to SE-5)."""

import pytest

from escalation.actions import escorts, outbox, progress, raising
from escalation.models import Message, MessageState, Progress
from tests.escalation.conftest import escort_of

PART = {"HX-Request": "true"}
FIELDS = ("cause", "responsible_unit", "severity", "note", "region", "area")


@pytest.fixture
def page(sign_in, support_hc):
    return sign_in(support_hc)


@pytest.fixture
def held(hard, support_hc):
    return escorts.claim_escort(escort_of(hard), by=support_hc)


@pytest.fixture
def sent(held, support_hc):
    return escorts.dispatch(held, by=support_hc)


def shown(page, escort):
    """What the form carries: its values, and beside them what it was shown with."""
    context = page.get(f"/queue/{escort.pk}/", headers=PART).context
    return {**context["was"], **{f"was-{name}": value for name, value in context["was"].items()}}


def post(page, escort, act, body=None):
    return page.post(f"/queue/{escort.pk}/{act}/", body or {}, headers=PART)


@pytest.mark.req("HC-4")
def test_the_analysis_is_saved(page, held):
    body = shown(page, held) | {"cause": "Kabel putus", "responsible_unit": "Access", "severity": "high", "region": "4"}
    assert post(page, held, "analysis", body).status_code == 200
    escort = escort_of(held.ticket)
    assert (escort.cause, escort.severity, escort.ticket.region) == ("Kabel putus", "high", 4)


@pytest.mark.req("HC-4")
def test_a_stale_save_shows_both_and_loses_no_word(page, held, support_hc):
    mine = shown(page, held) | {"cause": "Modem rusak", "note": "Bawa modem baru"}
    escorts.analyse(held, {"cause": "Kabel putus"}, by=support_hc)
    answer = post(page, held, "analysis", mine)
    assert answer.status_code == 412
    for word in ("Modem rusak", "Bawa modem baru", "Kabel putus", "Isian Dewi"):
        assert word in answer.text
    assert escort_of(held.ticket).cause == "Kabel putus"


@pytest.mark.req("HC-4")
@pytest.mark.parametrize(("pick", "kept"), [("mine", "Modem rusak"), ("theirs", "Kabel putus")])
def test_after_the_choice_it_is_saved(page, held, support_hc, pick, kept):
    mine = shown(page, held) | {"cause": "Modem rusak"}
    escorts.analyse(held, {"cause": "Kabel putus"}, by=support_hc)
    asked = post(page, held, "analysis", mine)
    was = {f"was-{name}": value for name, value in asked.context["was"].items()}
    assert post(page, held, "analysis", mine | was | {"pick-cause": pick}).status_code == 200
    assert escort_of(held.ticket).cause == kept


@pytest.mark.req("HC-4")
def test_two_who_changed_different_fields_need_no_choice(page, held, support_hc):
    mine = shown(page, held) | {"note": "Bawa modem baru"}
    escorts.analyse(held, {"cause": "Kabel putus"}, by=support_hc)
    assert post(page, held, "analysis", mine).status_code == 200
    escort = escort_of(held.ticket)
    assert (escort.cause, escort.note) == ("Kabel putus", "Bawa modem baru")


@pytest.mark.req("HC-4")
def test_who_does_not_hold_it_cannot_change_it(sign_in, held, second_support_hc):
    other = sign_in(second_support_hc)
    answer = post(other, held, "analysis", shown(other, held) | {"cause": "x"})
    assert answer.status_code == 409
    assert "Dipegang Dewi" in answer.text


@pytest.mark.req("HC-5")
def test_the_preview_is_what_the_group_will_read(page, held):
    answer = post(page, held, "preview", shown(page, held) | {"note": "Sambung ulang sebelum 16.30", "region": "2"})
    assert "TIAL REG-2" in answer.text and "Sambung ulang sebelum 16.30" in answer.text
    assert held.ticket.customer_name not in answer.text
    assert escort_of(held.ticket).note == ""


@pytest.mark.req("HC-5")
def test_without_a_region_it_says_what_to_fill(page, log, agent, support_hc):
    held = escorts.claim_escort(escort_of(log(agent, criteria=["threat"], region=None)), by=support_hc)
    answer = post(page, held, "analysis", shown(page, held) | {"cause": "Kabel putus", "dispatch": "1"})
    assert answer.status_code == 409
    assert "TREG belum diisi" in answer.text and "Kabel putus" in answer.text
    assert escort_of(held.ticket).cause == ""


@pytest.mark.req("HC-5")
def test_analysis_and_sending_are_one_press(page, held):
    assert post(page, held, "analysis", shown(page, held) | {"cause": "Kabel putus", "dispatch": "1"}).status_code == 200
    assert escort_of(held.ticket).state == "dispatched"
    assert "Kabel putus" in Message.objects.get(is_dispatch=True).text


@pytest.mark.req("SE-3")
def test_tial_reg_and_c4_are_always_two_chips(page, log, agent, team_leader, support_hc):
    ticket = log(agent)
    raising.raise_super_emergency(ticket, "Layanan umum terhenti", by=team_leader)
    held = escorts.claim_escort(escort_of(ticket), by=support_hc)
    chips = page.get(f"/queue/{held.pk}/", headers=PART).context["pane"].chips
    assert [(chip.group.name, chip.message) for chip in chips] == [("TIAL REG-3", None), ("C4", None)]
    post(page, held, "analysis", shown(page, held) | {"dispatch": "1"})
    outbox.mark_sent(Message.objects.get(group__name="C4"), by=support_hc)
    chips = page.get(f"/queue/{held.pk}/", headers=PART).context["pane"].chips
    assert [chip.message.state for chip in chips] == ["to_send_by_hand", "sent"]


@pytest.mark.req("HC-5")
def test_copied_asks_for_the_proof_and_yes_is_the_proof(page, sent, support_hc):
    message = Message.objects.get(is_dispatch=True)
    asked = page.post(f"/messages/{message.pk}/copied/", headers=PART)
    assert "Sudah terkirim ke TIAL REG-3?" in asked.text
    proved = page.post(f"/messages/{message.pk}/sent/", headers=PART)
    assert "Sudah terkirim ke TIAL REG-3?" not in proved.text
    message.refresh_from_db()
    assert message.state == MessageState.SENT


@pytest.mark.req("HC-5")
def test_the_group_is_opened_or_whatsapp_with_the_text(page, sent):
    message = Message.objects.get(is_dispatch=True)
    assert "https://wa.me/?text=%2A" in page.get(f"/queue/{sent.pk}/", headers=PART).text
    message.group.invite_link = "https://chat.whatsapp.com/abc"
    message.group.save()
    assert "https://chat.whatsapp.com/abc" in page.get(f"/queue/{sent.pk}/", headers=PART).text


@pytest.mark.req("HC-5")
def test_what_failed_is_sent_again(page, sent):
    Message.objects.update(state=MessageState.FAILED, problem="Gerbang tidak menjawab")
    message = Message.objects.get(is_dispatch=True)
    assert "Gerbang tidak menjawab" in page.get(f"/queue/{sent.pk}/", headers=PART).text
    assert page.post(f"/messages/{message.pk}/retry/", headers=PART).status_code == 200
    message.refresh_from_db()
    assert message.state == MessageState.TO_SEND_BY_HAND


@pytest.mark.req("HC-6")
def test_the_groups_are_asked_again_in_ones_own_words(page, sent):
    assert post(page, sent, "follow-up", {"text": "Sudah sampai mana?"}).status_code == 200
    assert Message.objects.filter(text__startswith="Sudah sampai mana?").count() == 1


@pytest.mark.req("HC-6", "SE-4")
def test_progress_is_written_down_and_published(page, sent, agent):
    answer = post(page, sent, "progress", {"text": "Teknisi jalan", "publish": "on"})
    assert answer.status_code == 200
    assert "belum dibaca Sari" in answer.text
    assert Progress.objects.get().owed_to == agent


@pytest.mark.req("SE-4")
def test_what_was_not_published_is_passed_on_later(page, sent):
    answer = post(page, sent, "progress", {"text": "Teknisi jalan"})
    assert "Teruskan ke TL" in answer.text
    assert page.post(f"/progress/{Progress.objects.get().pk}/publish/", headers=PART).status_code == 200
    assert Progress.objects.get().published_at


@pytest.mark.req("HC-6")
def test_empty_progress_is_refused_at_its_field(page, sent):
    answer = post(page, sent, "progress", {"text": "  "})
    assert answer.status_code == 400
    assert "Isian ini masih kosong." in answer.text


@pytest.mark.req("SE-5")
def test_solved_by_the_unit_waits_for_caring(page, sent):
    assert post(page, sent, "solve", {"text": "Kabel disambung"}).status_code == 200
    assert escort_of(sent.ticket).state == "caring"


@pytest.mark.req("HC-4")
@pytest.mark.parametrize("act", ["claim", "release", "analysis", "preview", "follow-up", "progress", "solve"])
def test_nobody_else_acts_here(sign_in, team_leader, hard, act):
    assert post(sign_in(team_leader), escort_of(hard), act).status_code == 403


@pytest.mark.req("HC-5")
@pytest.mark.parametrize("act", ["copied", "sent", "retry"])
def test_nobody_else_answers_for_messages(sign_in, team_leader, sent, act):
    message = Message.objects.get(is_dispatch=True)
    assert sign_in(team_leader).post(f"/messages/{message.pk}/{act}/").status_code == 403


def test_without_scripts_the_same_acts_lead_back_to_the_page(page, hard):
    escort = escort_of(hard)
    assert page.post(f"/queue/{escort.pk}/claim/").url == f"/queue/?e={escort.pk}"
    answer = page.post(f"/queue/{escort.pk}/solve/", {"text": ""})
    assert answer.status_code == 400
    assert "<html" in answer.text


def test_deliveries_follow_live_without_touching_forms(page, sent, support_hc):
    version = page.get(f"/queue/{sent.pk}/", headers=PART).context["pane_version"]
    assert page.get(f"/queue/{sent.pk}/live/?v={version}", headers=PART).status_code == 204
    outbox.mark_copied(Message.objects.get(is_dispatch=True), by=support_hc)
    outbox.mark_sent(Message.objects.get(is_dispatch=True), by=support_hc)
    part = page.get(f"/queue/{sent.pk}/live/?v={version}", headers=PART)
    assert 'id="chips"' in part.text and "<textarea" not in part.text


@pytest.mark.req("SE-5")
def test_what_the_unit_says_while_the_pane_is_open_comes_along_for_the_solving(page, sent, support_hc):
    progress.record_progress(sent, progress.Said("Kabel sudah diganti", done=True), by=support_hc)
    part = page.get(f"/queue/{sent.pk}/live/?v=0", headers=PART)
    assert 'data-fills="solved-text" data-words="Kabel sudah diganti"' in part.text
