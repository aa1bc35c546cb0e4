"""Whether the timers live, what is stuck, and who is told: the page, the API, the bell, metrics, the auditor (O1, O2)."""

import re
from datetime import timedelta

import pytest

from accounts.history import broken_places
from accounts.models import Counter, HistoryEntry
from common.clock import now
from escalation import stopped, tasks
from escalation.actions import auditing, breaker, firing, heartbeats, timers
from escalation.actions.heartbeats import AUDITOR, SENDER, TIMERS
from escalation.actions.parked import release_rung
from escalation.models import Channel, ClockRung, Group, Mailbox, MailMessage, MailPart, Message, Notification
from escalation.stopped import Memory
from tests.escalation.conftest import escort_of
from tests.escalation.mails import letter, mailbox_of, receive, skilled

pytestmark = pytest.mark.req("ESC-3")
STRIP = "Jam dan tangga berhenti sejak"


@pytest.fixture
def parked(hard, monkeypatch, administrator, support_hc):
    """A rung that could not be fired."""
    rung = ClockRung.objects.filter(clock__ticket=hard, clock__milestone="claim").earliest("order")
    ClockRung.objects.filter(pk=rung.pk).update(due_at=now() - timedelta(minutes=1))
    with monkeypatch.context() as patch:
        patch.setattr(firing.Batch, "take", lambda *_: 1 / 0)
        timers.tick()
    return ClockRung.objects.get(pk=rung.pk)


@pytest.fixture
def sure_at_once(monkeypatch):
    """A process that needs no second look; what others have seen is forgotten."""
    monkeypatch.setattr(stopped, "SURE_AFTER", dict.fromkeys(stopped.SURE_AFTER, 0))
    forget(monkeypatch)


def forget(monkeypatch):
    """From now on it is another process of the web, which knows nothing of the first one's words."""
    monkeypatch.setattr(stopped, "MEMORIES", {name: Memory() for name in stopped.MEMORIES})


def dead_since(minutes, part=TIMERS):
    Counter.put(part.counter, int((now() - timedelta(minutes=minutes)).timestamp()))


def alarms(administrator):
    return list(Notification.objects.filter(person=administrator, event="alarm").values_list("text", flat=True))


class TestTheBannerAndTheAlarm:
    def test_everybody_who_depends_on_the_timers_reads_that_they_stopped(self, agent, client_reader, sign_in, sure_at_once):
        dead_since(3)
        assert STRIP in sign_in(agent).get("/me/").content.decode()
        assert STRIP not in sign_in(client_reader).get("/me/").content.decode()

    def test_an_open_page_hears_it_by_the_bell_and_that_it_is_over(self, agent, sign_in, sure_at_once):
        browser, asked = sign_in(agent), {"HX-Request": "true"}
        dead_since(3)
        told = browser.get("/notifications/bell/?v=0", headers=asked).json()
        assert told["stopped"].startswith(STRIP)
        assert browser.get(f"/notifications/bell/?v={told['version']}", headers=asked).status_code == 204
        timers.tick()
        assert browser.get(f"/notifications/bell/?v={told['version']}", headers=asked).json()["stopped"] == ""

    def test_the_web_itself_tells_administrators_once(self, agent, administrator, sign_in, sure_at_once, monkeypatch):
        """The worker is what died; nothing of the alarm needs it."""
        dead_since(3)
        for _ in range(3):
            forget(monkeypatch)
            sign_in(agent).get("/notifications/bell/?v=0")
        assert Notification.objects.filter(person=administrator, event="alarm", key__startswith="stopped:").count() == 1

    def test_with_nobody_on_duty_all_administrators_are_told(self, administrator, client, sure_at_once):
        administrator.duty = "off"
        administrator.save()
        dead_since(3)
        assert client.get("/readyz").status_code == 503
        assert Notification.objects.filter(person=administrator, key__startswith="stopped:").exists()

    def test_a_clock_that_jumped_alarms_nobody(self, agent, administrator, sign_in):
        """The mark must be seen old for a while by a clock that nobody moves."""
        dead_since(30)
        assert sign_in(agent).get("/notifications/bell/?v=0").json()["stopped"] == ""
        assert not Notification.objects.filter(event="alarm").exists()


class TestADeadAuditor:
    """It tells of every part but itself; of it the web tells, and of it alone where the timers live."""

    @pytest.mark.parametrize("door", ["/notifications/bell/?v=0", "/readyz"])
    def test_is_told_once_by_the_bell_of_anybody_and_by_readiness(
        self, agent, administrator, sign_in, sure_at_once, monkeypatch, door
    ):
        dead_since(11, AUDITOR)
        timers.tick()
        for _ in range(2):
            forget(monkeypatch)
            sign_in(agent).get(door)
        assert alarms(administrator) == ["Pemeriksa jam diam sejak 11 menit."]

    def test_that_stopped_with_the_timers_is_one_alarm_and_not_two(self, agent, administrator, sign_in, sure_at_once):
        dead_since(11, AUDITOR)
        dead_since(11)
        sign_in(agent).get("/notifications/bell/?v=0")
        [said] = alarms(administrator)
        assert said.startswith(STRIP)

    def test_is_believed_only_after_it_could_have_had_its_turn(self, agent, administrator, sign_in):
        dead_since(11, AUDITOR)
        timers.tick()
        sign_in(agent).get("/notifications/bell/?v=0")
        assert alarms(administrator) == []

    def test_takes_neither_the_web_away_nor_a_banner_to_people(self, agent, sign_in, sure_at_once, client):
        dead_since(11, AUDITOR)
        timers.tick()
        assert client.get("/readyz").status_code == 200
        assert sign_in(agent).get("/notifications/bell/?v=0").json()["stopped"] == ""


class TestReadiness:
    def test_it_says_how_old_the_last_tick_is_and_is_unready_after_a_minute(self, client, db, forward):
        timers.tick()
        ages = [client.get("/readyz").json()["timers"]["last_tick_seconds"]]
        forward(seconds=50)
        ready = client.get("/readyz")
        forward(seconds=15)
        unready = client.get("/readyz")
        ages += [each.json()["timers"]["last_tick_seconds"] for each in (ready, unready)]
        assert ages == [pytest.approx(age, abs=5) for age in (0, 50, 65)]
        assert (ready.status_code, unready.status_code, unready.json()["timers"]["ok"]) == (200, 503, False)

    def test_it_says_how_old_the_oldest_overdue_rung_is_and_is_unready_after_five_minutes(self, client, hard, agent, forward):
        due = ClockRung.objects.filter(state="waiting").earliest("due_at").due_at
        assert client.get("/readyz").json()["timers"]["oldest_overdue_seconds"] == 0
        forward(seconds=(due - now()).total_seconds() + 290)
        heartbeats.beat(TIMERS)  # they tick, and do not fire
        young = client.get("/readyz")
        forward(seconds=20)
        old = client.get("/readyz")
        ages = [each.json()["timers"]["oldest_overdue_seconds"] for each in (young, old)]
        assert ages == [pytest.approx(290, abs=5), pytest.approx(310, abs=5)]
        assert (young.status_code, old.status_code) == (200, 503)
        timers.tick()
        assert client.get("/readyz").json()["timers"]["oldest_overdue_seconds"] == 0

    def test_it_names_a_sender_that_died_and_takes_the_web_not_away_for_it(self, client, db):
        timers.tick()
        dead_since(2, SENDER)
        answer = client.get("/readyz")
        said = answer.json()["timers"]
        assert (answer.status_code, said["silent"]) == (200, ["sender"])
        assert said["parts"]["sender"] == pytest.approx(120, abs=5)


class TestTheAuditor:
    def test_it_finds_silent_parts_parked_rungs_and_messages_that_nobody_sends(self, parked, hard):
        for part in heartbeats.PARTS:
            heartbeats.beat(part)
        Counter.objects.filter(name=heartbeats.SENDER.counter).update(value=int((now() - timedelta(minutes=20)).timestamp()))
        old = {"created_at": now(), "queued_at": now() - timedelta(minutes=16)}
        Message.objects.create(key="old", ticket=hard, group=Group.objects.get(purpose="c4"), text="…", **old)
        assert set(auditing.findings()) == {"parked", "unsent", "silent-sender"}

    @pytest.mark.parametrize(("minutes", "found"), [(14, set()), (16, {"mail-unsent", "mail-unread", "mailboxes"})])
    def test_it_finds_mail_that_nobody_fetches_reads_or_sends(self, agent, minutes, found):
        [item] = receive(mailbox_of(skilled(agent)), letter())
        ago = now() - timedelta(minutes=minutes)
        Mailbox.objects.update(base_url="imaps://surat.example", next_poll_at=ago)
        MailMessage.objects.update(reading="raw", received_at=ago)
        part = {"kind": "reply", "address": "a@b.example", "text": "…", "by": agent, "created_at": ago}
        MailPart.objects.create(item=item, key="old", next_try_at=ago, **part)
        assert set(auditing.findings()) == found

    def test_each_is_told_once_an_hour_and_read_in_the_readers_language(self, parked, administrator, sign_in):
        for _ in range(2):
            tasks.audit_timers()
        alarms = Notification.objects.filter(person=administrator, key__startswith="audit:")
        assert alarms.count() == 1
        administrator.language = "en"
        administrator.save()
        assert "1 parked rungs wait to be released" in sign_in(administrator).get("/notifications/").content.decode()


class TestParkedRungs:
    def test_an_administrator_releases_one_with_a_reason_and_it_fires(self, parked, administrator, sign_in):
        page = sign_in(administrator)
        assert parked.clock.ticket.number in page.get("/health/").content.decode()
        assert page.post(f"/health/rungs/{parked.pk}/release/", {"reason": "Data tim dibetulkan"}).status_code == 302
        timers.tick()
        parked.refresh_from_db()
        assert (parked.state, parked.problem) == ("late", "")
        entry = HistoryEntry.objects.get(act="clock.rung_released")
        assert (entry.by, entry.details.get(field="reason").after) == (administrator, "Data tim dibetulkan")
        assert list(broken_places()) == []

    def test_without_a_reason_the_page_says_so_and_keeps_it_parked(self, parked, administrator, sign_in):
        answer = sign_in(administrator).post(f"/health/rungs/{parked.pk}/release/", {"reason": "  "})
        assert answer.status_code == 400
        assert "Tulis kenapa boleh dijalankan lagi" in answer.content.decode()
        parked.refresh_from_db()
        assert parked.state == "parked"

    def test_by_the_api_the_second_click_is_a_conflict(self, parked, administrator, support_hc, api):
        address = f"/api/v1/parked-rungs/{parked.pk}/release/"
        assert [each["id"] for each in api(support_hc).get("/api/v1/parked-rungs/").json()["results"]] == [parked.pk]
        assert api(support_hc).post(address, {"reason": "Coba"}).status_code == 403
        assert api(administrator).post(address, {"reason": "\x00"}).status_code == 400
        first, second = (api(administrator).post(address, {"reason": "Data dibetulkan"}) for _ in range(2))
        assert (first.status_code, first.json()["state"], second.status_code) == (200, "waiting", 409)

    def test_a_rung_whose_clock_has_ended_is_cancelled_and_calls_nobody(self, parked, administrator, support_hc, api):
        api(support_hc).post(f"/api/v1/escorts/{escort_of(parked.clock.ticket).pk}/claim/", {})
        api(administrator).post(f"/api/v1/parked-rungs/{parked.pk}/release/", {"reason": "Data dibetulkan"})
        timers.tick()
        parked.refresh_from_db()
        assert parked.state == "cancelled"
        assert not Notification.objects.filter(event="rung").exists()


class TestTheFigures:
    def test_support_hc_looks_and_releases_nothing(self, parked, support_hc, agent, sign_in, api):
        page = sign_in(support_hc).get("/health/").content.decode()
        assert parked.clock.ticket.number in page
        assert "release" not in page
        assert sign_in(agent).get("/health/").status_code == 403
        seen = api(support_hc).get("/api/v1/health/").json()
        assert (seen["parked"], len(seen["parts"]), seen["overdue"]) == (1, 6, 0)

    def test_metrics_say_what_the_database_says(self, parked, client, administrator):
        said = client.get("/metrics").content.decode()
        for line in ("kawal_rungs_fired_total 0.0", "kawal_rungs_due 0.0", "kawal_rungs_parked 1.0"):
            assert line in said
        release_rung(parked, "Data dibetulkan", by=administrator)
        assert "kawal_rungs_due 1.0" in client.get("/metrics").content.decode()
        timers.tick()
        said = client.get("/metrics").content.decode()
        for line in ("kawal_rungs_fired_total 1.0", "kawal_rungs_due 0.0", "kawal_rungs_parked 0.0"):
            assert line in said
        assert 'kawal_part_last_tick_seconds{part="timers"}' in said
        assert "kawal_broker_queue_length" in said

    def test_metrics_say_of_each_channel_whether_its_breaker_is_open(self, dispatched, channel, client, gowa, forward):
        def open_of(slug):
            [found] = re.findall(rf'^kawal_channel_breaker_open{{channel="{slug}"}} (.+)$', client.get("/metrics").text, re.M)
            return float(found)

        Channel.objects.filter(pk=channel.pk).update(failures=breaker.FAILURES_TO_OPEN - 1)
        assert (open_of("wa"), open_of("by-hand")) == (0, 0)
        gowa.answers(500)
        tasks.send_messages()
        assert (open_of("wa"), open_of("by-hand")) == (1, 0)
        forward(seconds=61)
        assert open_of("wa") == 0
