"""Kept two years, then purged on schedule: exact sets, files too, tried, held, capped, and going on after a kill (QM-5)."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.history import broken_places
from accounts.models import HistoryDetail, HistoryEntry, Person
from common.clock import now
from escalation.models import Notification
from outbound.actions.figures import figures_of
from outbound.actions.recordings import attach_recording
from outbound.models import CaringResult, Recording
from quality.actions import papers, retention
from quality.actions.nonconformities import identify
from quality.actions.reports import ask_report, make_due_reports
from quality.actions.retained import TWO_YEARS
from quality.actions.sampling import make_plan
from quality.models import Draw, Evaluation, Evidence, Mark, PurgedFile, Report, RetentionRun, RetentionTerm, Validation
from tests.outbound.test_recordings import wav

pytestmark = pytest.mark.req("QM-5")


def aged(days: int):
    """Noon of the day so many days ago, on the house's calendar."""
    return timezone.make_aware(datetime.combine(timezone.localdate(now()) - timedelta(days=days), time(12)))


def purge(**given) -> RetentionRun:
    run = retention.begin_run(by=None, **given)
    while retention.tick():
        pass
    run.refresh_from_db()
    return run


@pytest.fixture
def recordings(agreed, outbound_agent):
    """``recordings(729, 730)`` are recordings of so many days ago."""
    result = agreed()

    def made(*ages: int) -> list[Recording]:
        kept = []
        for age in ages:
            sound = SimpleUploadedFile("rekaman.wav", wav(0.1))
            one = attach_recording(result.prospect, result=result, file=sound, by=outbound_agent)
            Recording.objects.filter(pk=one.pk).update(at=aged(age))
            kept.append(one)
        return kept

    return made


def test_at_730_days_it_is_kept_and_at_731_it_goes_with_its_file(recordings):
    young, edge, old = recordings(729, 730, 731)
    run = purge()
    assert set(Recording.objects.all()) == {young, edge}
    assert [Path(each.file.path).exists() for each in (young, edge, old)] == [True, True, False]
    assert (run.state, run.found["recordings"], run.purged) == ("done", 1, {"recordings": 1})
    assert CaringResult.objects.exists()


def test_a_try_lists_the_same_set_and_touches_nothing(recordings, api, administrator):
    recordings(10, 731, 900)
    tried = api(administrator).post("/api/v1/retention-runs/", {"is_try": True}).json()
    assert (tried["found"]["recordings"], tried["purged"], Recording.objects.count()) == (2, {}, 3)
    assert purge().purged == {"recordings": 2}


def test_more_than_the_cap_stops_until_an_administrator_confirms(recordings, settings, sign_in, administrator):
    settings.RETENTION_CAP_LEAST = 1
    recordings(10, 800, 801)
    run = purge()
    assert (run.state, run.over_cap, Recording.objects.count()) == ("stopped", ["recordings"], 3)
    assert Notification.objects.get(person=administrator).url == "/retention/"
    page = sign_in(administrator)
    assert "Lanjutkan melewati batas" in page.get("/retention/").text
    page.post(f"/retention/runs/{run.pk}/confirm/")
    assert (retention.tick(), Recording.objects.count()) == (2, 1)


def test_that_it_stopped_is_told_to_all_administrators_where_none_is_on_duty(recordings, settings, administrator):
    settings.RETENTION_CAP_LEAST = 0
    Person.objects.update(duty="off")
    recordings(800)
    assert (purge().state, Notification.objects.get(event="alarm").person) == ("stopped", administrator)


def test_given_up_nothing_goes(recordings, settings, api, administrator):
    settings.RETENTION_CAP_LEAST = 0
    recordings(800)
    run = purge()
    assert api(administrator).post(f"/api/v1/retention-runs/{run.pk}/give-up/").json()["state"] == "done"
    assert (retention.tick(), Recording.objects.count()) == (0, 1)


@pytest.mark.parametrize("hold", [{"record_class": "recordings"}, {}, {"service_number": "own"}])
def test_a_legal_hold_keeps_what_it_covers(recordings, administrator, hold):
    [kept] = recordings(800)
    if "service_number" in hold:
        hold = {"service_number": kept.prospect.service_number}
    laid = retention.lay_hold("Sengketa 17/2026", by=administrator, **hold)
    assert purge().purged == {}
    retention.lift_hold(laid, by=administrator)
    assert purge().purged == {"recordings": 1}


def test_a_hold_of_another_customer_keeps_nothing_here(recordings, administrator):
    recordings(800)
    retention.lay_hold("Sengketa", by=administrator, service_number="000")
    assert purge().purged == {"recordings": 1}


def test_sheets_go_with_their_papers_but_not_under_an_open_nonconformity(evaluate, quality_control):
    gone, kept = evaluate(p4="no"), evaluate(p6="no")
    paper = papers.paper_of_sheet(gone, by=quality_control)
    identify("Janji", "Tidak diulang", by=quality_control, evaluation=kept)
    Evaluation.objects.update(finished_at=aged(731))
    assert purge().purged == {"sheets": 1}
    assert (set(Evaluation.objects.all()), Evidence.objects.count()) == ({kept}, 0)
    assert not Path(settings.MEDIA_ROOT, str(paper.pdf.name)).exists()


def test_what_was_drawn_for_a_purged_sheet_is_not_tapped_again(agreed, evaluate, quality_control):
    plan = make_plan(by=quality_control, name="Mingguan", at_random=1)
    sheet, result = evaluate(), agreed()
    Draw.objects.create(
        plan=plan, result=result, person=result.by, team=None, why="at_random", fact="", drawn_at=now(), evaluation=sheet
    )
    Evaluation.objects.update(finished_at=aged(731))
    purge()
    assert not Draw.objects.waiting().exists()


@pytest.mark.parametrize(
    ("today", "kept", "gone"), [("2028-02-29", "2026-03-01", "2026-02-28"), ("2029-03-01", "2027-03-02", "2027-03-01")]
)
def test_two_years_over_a_leap_day_are_730_days(recordings, today, kept, gone):
    [one] = recordings(0)
    for day, left in ((kept, True), (gone, False)):
        Recording.objects.filter(pk=one.pk).update(at=timezone.make_aware(datetime.fromisoformat(f"{day}T23:59:59")))
        with time_machine.travel(timezone.make_aware(datetime.fromisoformat(f"{today}T12:00:00"))):
            [(_kept, due)] = retention.due_rows("recordings", timezone.localdate(now()))
            assert due.exists() is not left


def test_figures_and_what_hangs_on_it_stand_when_recordings_and_sheets_are_gone(recordings, evaluate, agreed):
    results = CaringResult.objects.all()
    recordings(800, 801)
    evaluate()
    before = figures_of(results)
    Evaluation.objects.update(finished_at=aged(731))
    assert purge().purged == {"recordings": 2, "sheets": 1}
    assert figures_of(results) == before
    assert not Mark.objects.exists()


def test_validations_and_reports_go_and_the_history_still_verifies(claimed, api, quality_control):
    program = api(quality_control)
    program.post(f"/api/v1/validations/{claimed.pk}/return/", {"reason": "R-04, janji tidak diulang"})
    today = timezone.localdate(now())
    ask_report(today, today, by=quality_control)
    make_due_reports()
    Validation.objects.update(decided_at=aged(731))
    Report.objects.update(created_at=aged(731))
    assert purge().purged == {"validations": 1, "reports": 1}
    assert not (Validation.objects.exists() or Report.objects.exists() or Evidence.objects.exists())
    kept = HistoryDetail.objects.filter(entry__subject_kind="validation", erased_at=None)
    assert (kept.count(), list(broken_places())) == (0, [])
    assert HistoryEntry.objects.filter(act="retention.purged").count() == 2


def test_what_still_waits_is_never_purged(waiting):
    Validation.objects.update(created_at=aged(2_000))
    assert purge().purged == {}


class Killed(Exception):
    """The process ends here."""


class Dying(FileSystemStorage):
    """A disk at which the process is killed before it removes a file."""

    def delete(self, name: str) -> None:
        raise Killed


def test_killed_in_the_middle_it_goes_on_where_it_was(recordings, monkeypatch):
    files = [Path(each.file.path) for each in recordings(800, 801, 802)]
    monkeypatch.setattr(retention, "STEP", 1)
    run = retention.begin_run(by=None)
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(retention, "default_storage", Dying())
        retention.tick()
    assert (PurgedFile.objects.count(), all(file.exists() for file in files)) == (3, True)
    retention.tick()
    run.refresh_from_db()
    assert (run.state, run.purged, PurgedFile.objects.count()) == ("done", {"recordings": 3}, 0)
    assert not any(file.exists() for file in files)


def test_the_run_of_the_day_comes_once_after_two_at_night(recordings):
    recordings(800)
    midnight = timezone.localtime(now()).replace(hour=0, minute=5)
    with time_machine.travel(midnight + timedelta(hours=1)):
        assert (retention.tick(), RetentionRun.objects.count()) == (0, 0)
    for expected in (1, 0):
        with time_machine.travel(midnight + timedelta(hours=3)):
            assert (retention.tick(), RetentionRun.objects.count()) == (expected, 1)


def test_other_classes_have_no_term_at_first_and_only_an_administrator_sets_one(api, administrator, quality_control):
    rows = {row["record_class"]: row for row in api(quality_control).get("/api/v1/retention-terms/").json()["results"]}
    assert {name: row["days"] for name, row in rows.items() if row["days"]} == dict.fromkeys(TWO_YEARS, 730)
    program = api(administrator)
    tickets = f"/api/v1/retention-terms/{rows['tickets']['id']}/change/"
    assert program.post(tickets, {"days": 7}).status_code == 400
    assert program.post(tickets, {"days": 730}).json()["days"] == 730
    assert program.post(tickets, {"days": None}).status_code == 200
    assert api(quality_control).post(tickets, {"days": None}).status_code == 403


def test_the_administrator_sets_terms_and_holds_on_the_page(sign_in, administrator, recordings):
    page, term = sign_in(administrator), RetentionTerm.objects.get(record_class="recordings")
    assert page.post(f"/retention/terms/{term.pk}/", {"days": "7"}).status_code == 400
    page.post(f"/retention/terms/{term.pk}/", {"days": ""})
    recordings(9_000)
    assert purge().purged == {}
    page.post(f"/retention/terms/{term.pk}/", {"days": "1000"})
    assert page.post("/retention/holds/", {"reason": ""}).status_code == 400
    page.post("/retention/holds/", {"reason": "Sengketa", "record_class": "sheets"})
    assert "Sengketa" in page.get("/retention/").text
    page.post("/retention/runs/", {"try": "1"})
    assert RetentionRun.objects.filter(is_try=True).count() == 1


@pytest.mark.parametrize("who", ["quality_control", "supervisor", "client_reader", "team_leader"])
def test_nobody_else_purges(api, sign_in, request, who):
    person = request.getfixturevalue(who)
    assert api(person).post("/api/v1/retention-runs/", {"is_try": False}).status_code == 403
    assert sign_in(person).post("/retention/runs/", {"purge": "1"}).status_code == 403
