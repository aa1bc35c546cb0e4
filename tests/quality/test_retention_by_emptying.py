"""Tickets, results and the history: what names people is emptied, what is counted stays; nonconformities go (QM-5)."""

from datetime import datetime, time, timedelta

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.history import broken_places, record
from accounts.models import HistoryDetail
from common.clock import now
from escalation.actions.escorts import analyse, claim_escort, dispatch, solve_escort
from escalation.actions.progress import Said, record_progress
from escalation.models.mail import MailItem, MailState
from outbound.actions.figures import figures_of
from outbound.models import Callback, CaringResult, DoNotCall, Payment, Prospect
from quality.actions import papers, retention
from quality.actions.nonconformities import identify, improve, verify
from quality.models import Evaluation, Evidence, Nonconformity, RetentionRun, RetentionTerm
from tests.escalation.conftest import escort_of, hard, log  # noqa: F401 fixtures
from tests.escalation.mails import letter, mailbox_of, receive, skilled
from tickets.models import Customer, Status, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.req("QM-5")]
EMPTIED = ["tickets", "results", "history", "nonconformities"]
# By what an own class keeps: words to and from groups, mail, and what people look at meanwhile.
OWN_CLASS = {"message", "inboundmessage", "notification", "dispatchline", "draft", "mailitem", "idempotentanswer"}


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT, settings.RETENTION_CAP_LEAST = tmp_path, 10_000


@pytest.fixture
def term():
    """``term("tickets")``: from now on a year."""

    def given(*names: str) -> None:
        RetentionTerm.objects.filter(record_class__in=names).update(days=365)

    return given


def noon(days):
    return timezone.make_aware(datetime.combine(timezone.localdate(now()) - timedelta(days=days), time(12)))


def purge():
    run = retention.begin_run(by=None)
    while retention.tick():
        pass
    return RetentionRun.objects.get(pk=run.pk)


def close(days, **which):
    Ticket.objects.filter(**which).update(status=Status.CLOSED, solved_at=noon(days), closed_at=noon(days))


def traces(*words):
    """Where in all tables one of these words still stands."""
    found = []
    for model in apps.get_models():
        if model._meta.model_name in OWN_CLASS or model._meta.app_label in ("axes", "sessions"):
            continue
        names = [f.attname for f in model._meta.fields if isinstance(f, models.CharField | models.TextField | models.JSONField)]
        for row in model._default_manager.values(*names) if names else ():
            found += [f"{model.__name__}.{name}" for name in names for word in words if word in str(row[name])]
    return found


PHONE = "81220457731"


@pytest.fixture
def told(hard, api, agent, team_leader, support_hc, outbound_agent):  # noqa: F811
    """A ticket with something personal in every place that has room for it, solved, called and closed."""
    record(hard.customer, "customer.refreshed", by=None, personal={"name": ("Sri RAHASIA", "Sri Wahyuni")})
    program, at = api(agent), f"/api/v1/tickets/{hard.number}"
    assert program.post(f"{at}/repeat-reports/", {"description": "kata RAHASIA"}).status_code < 300
    assert program.post(f"{at}/updates/", {"text": "kata RAHASIA", "to": "internal"}).status_code < 300
    assert program.post(f"{at}/findings/", {"tool": "nossa", "note": "kata RAHASIA"}).status_code < 300
    promise = {"promised_to": "Sri RAHASIA", "what": "kata RAHASIA", "due_at": (now() + timedelta(hours=3)).isoformat()}
    body = {"reason": "kata RAHASIA", "promise": promise}
    assert api(team_leader).post(f"{at}/super-emergency/", body).status_code == 200
    analyse(claim_escort(escort_of(hard), by=support_hc), {"note": "kata RAHASIA"}, by=support_hc)
    dispatch(escort_of(hard), by=support_hc)
    record_progress(escort_of(hard), Said("kata RAHASIA", publish=True), by=support_hc)
    solve_escort(escort_of(hard), "kata RAHASIA", by=support_hc)
    callback = Callback.objects.filter(ticket=hard, state="waiting").latest("id")
    caller = api(outbound_agent)
    assert caller.post(f"/api/v1/callbacks/{callback.pk}/claim/").status_code == 200
    said = {"outcome": "reached", "response": "kata RAHASIA", "satisfied": True, "further_help_offered": True}
    assert caller.post(f"/api/v1/callbacks/{callback.pk}/attempts/", said).status_code < 300
    return Ticket.objects.get(pk=hard.pk)


def test_no_word_of_a_closed_ticket_is_left_and_what_is_counted_stays(told, term, api, supervisor):
    names = ("Sri Wahyuni", PHONE, told.service_number, "RAHASIA", "Minggu malam")
    assert {"Ticket.customer_name", "Report.description", "Progress.text", "Promise.what"} <= set(traces(*names))
    figures = "/api/v1/figures/escorts/"
    close(366, pk=told.pk)
    before = api(supervisor).get(figures).json()
    term("tickets")
    assert purge().purged == {"tickets": 1}
    assert traces(*names) == []
    assert api(supervisor).get(figures).json() == before
    after = Ticket.objects.get(pk=told.pk)
    assert (after.reporter_name, after.erased_at is not None) == (None, True)
    assert (after.number, after.kind, after.symptom, after.team) == (told.number, told.kind, told.symptom, told.team)
    assert list(broken_places()) == [] and purge().purged == {}


@pytest.mark.parametrize("days", [365, None])
def test_a_ticket_is_kept_until_its_term_and_for_ever_without_one(told, term, days):
    close(days or 9_000, pk=told.pk)
    term(*(["tickets"] if days else []))
    assert purge().purged == {}


def test_what_is_emptied_says_so_on_its_page_and_is_not_opened_again(told, term, api, sign_in, agent):
    close(366, pk=told.pk)
    term("tickets")
    purge()
    page = sign_in(agent).get(f"/tickets/{told.number}/")
    assert page.status_code == 200 and "Nama, nomor, dan kata-kata pelanggan dihapus" in page.text
    assert "Buka lagi" not in page.text
    answer = api(agent).post(f"/api/v1/tickets/{told.number}/reopen/", {"reason": "Mati lagi"})
    assert (answer.status_code, "Make a new ticket" in answer.json()["detail"]) == (409, True)


def test_a_customer_with_another_ticket_stays(hard, log, agent, term):  # noqa: F811
    other = log(agent, service_number="999")
    Ticket.objects.filter(pk=other.pk).update(customer=hard.customer)
    close(366, pk=hard.pk)
    term("tickets")
    assert purge().purged == {"tickets": 1} and Customer.objects.filter(pk=hard.customer_id).exists()
    close(366)
    purge()
    assert not Customer.objects.filter(pk=hard.customer_id).exists()


@pytest.mark.parametrize("record_class", ["", "tickets", "messages"])
def test_a_hold_of_the_customer_keeps_the_ticket_by_which_other_classes_are_found(hard, term, administrator, record_class):  # noqa: F811
    close(366, pk=hard.pk)
    term("tickets")
    number = hard.service_number
    hold = retention.lay_hold("Sengketa", by=administrator, service_number=number, record_class=record_class)
    assert purge().purged == {}
    retention.lift_hold(hold, by=administrator)
    assert purge().purged == {"tickets": 1}


def test_a_ticket_about_which_mail_goes_on_stays(hard, term, agent):  # noqa: F811
    [item] = receive(mailbox_of(skilled(agent)), letter())
    MailItem.objects.filter(pk=item.pk).update(ticket=hard)
    close(366)
    term("tickets")
    assert purge().purged == {}
    MailItem.objects.update(state=MailState.DONE)
    assert purge().purged == {"tickets": 1}


def test_killed_in_the_middle_it_goes_on_behind_what_is_emptied(log, agent, term, monkeypatch):  # noqa: F811
    for _each in range(3):
        log(agent)
    close(366)
    term("tickets")
    monkeypatch.setattr(retention, "STEP", 1)
    monkeypatch.setattr(retention, "STEPS_A_TICK", 1)
    run = retention.begin_run(by=None)
    assert [retention.tick() for _each in range(4)] == [1, 1, 1, 0]
    run.refresh_from_db()
    assert (run.purged, run.state) == ({"tickets": 3}, "done")


def age_results(days):
    CaringResult.objects.update(at=noon(days))
    Prospect.objects.update(created_at=noon(days), state="done")


def test_no_word_of_a_prospect_is_left_and_figures_and_do_not_call_stay(agreed, term, outbound_agent):
    result = agreed()
    prospect = result.prospect
    CaringResult.objects.update(note="kata RAHASIA", state="approved", promise_state="kept")
    of_one_day = {"team": prospect.team, "prospect": prospect, "paid_on": "2025-01-01", "amount": 100, "loaded_at": now()}
    for number in (1, 2):
        Payment.objects.create(reference=f"RAHASIA {number}", **of_one_day)
    DoNotCall.objects.create(phone=prospect.contact_phone, prospect=prospect, by=outbound_agent, at=now())
    names = (prospect.customer_name, prospect.contact_phone, prospect.service_number, "RAHASIA")
    before = figures_of(CaringResult.objects.all())
    age_results(366)
    term("results")
    assert purge().purged == {"results": 1}
    assert set(traces(*names)) == {"DoNotCall.phone"} and Payment.objects.count() == 2
    assert figures_of(CaringResult.objects.all()) == before
    assert list(broken_places()) == [] and purge().purged == {}


def test_its_page_says_so(agreed, term, sign_in, team_leader):
    result = agreed()
    CaringResult.objects.update(state="approved", promise_state="kept")
    age_results(366)
    term("results")
    purge()
    page = sign_in(team_leader).get(result.prospect.url)
    assert page.status_code == 200 and "dihapus menurut retensi" in page.text


@pytest.mark.parametrize("still", [{"state": "awaiting_validation"}, {"promise_state": "open"}, {"at": noon(365)}])
def test_what_is_under_way_is_kept(agreed, term, still):
    agreed()
    CaringResult.objects.update(state="approved", promise_state="kept")
    age_results(366)
    CaringResult.objects.update(**still)
    term("results")
    assert purge().purged == {}


def test_the_values_of_the_history_are_emptied_and_its_chains_verify(hard, term, settings):  # noqa: F811
    term("history")
    assert purge().purged == {}
    record(hard.customer, "customer.refreshed", by=None, personal={"name": ("Sri", "Sri Wahyuni")})
    of_ticket = HistoryDetail.objects.filter(entry__subject_kind="ticket").count()
    count = HistoryDetail.objects.count() - of_ticket
    assert of_ticket and count
    with pytest.MonkeyPatch.context() as later:
        later.setattr(retention, "now", lambda: now() + timedelta(days=367))
        assert purge().purged == {"history": count}  # the ticket is open
        close(0)
        assert purge().purged == {"history": of_ticket}
    assert not HistoryDetail.objects.filter(erased_at=None).exists() and list(broken_places()) == []


def test_a_verified_nonconformity_goes_with_its_papers_and_an_open_one_stays(
    term, quality_control, second_quality_control, team_leader
):
    matters = [identify("Janji", "Tidak diulang", by=quality_control) for _each in range(2)]
    done = improve(matters[0], "Lupa", "Latihan", team_leader, now() + timedelta(days=1), by=quality_control)
    verify(done, effective=True, verification="Terdengar", by=second_quality_control)
    papers.paper_of_nonconformity(Nonconformity.objects.get(pk=done.pk), by=quality_control)
    assert Evidence.objects.count() == 1
    Nonconformity.objects.filter(pk=done.pk).update(ended_at=noon(366))
    term("nonconformities")
    assert purge().purged == {"nonconformities": 1}
    assert list(Nonconformity.objects.all()) == [matters[1]] and not Evidence.objects.exists()


def test_a_hold_of_the_customer_keeps_the_sheet_of_a_ticket(evaluate, hard, administrator):  # noqa: F811
    sheet = evaluate()
    Evaluation.objects.update(ticket=hard, finished_at=noon(731))
    retention.lay_hold("Sengketa", by=administrator, service_number=hard.service_number, record_class="sheets")
    assert purge().purged == {} and Evaluation.objects.get() == sheet


@pytest.mark.parametrize("name", EMPTIED)
def test_an_administrator_sets_the_term_and_the_page_says_what_happens(name, api, administrator, sign_in):
    found = RetentionTerm.objects.get(record_class=name)
    assert found.days is None
    assert api(administrator).post(f"/api/v1/retention-terms/{found.pk}/change/", {"days": 1825}).status_code == 200
    page = sign_in(administrator).get("/retention/").text
    assert 'value="1825"' in page and "Dikosongkan: nama, nomor, dan kata-kata hilang" in page
