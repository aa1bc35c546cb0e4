"""The cast and the tools of all tests.

The cast, as the demo has it: 20001 leads the agents 10001-10003 and, in a second team, the Tier-2 agents 50001-50003; 20002 leads
10004-10006; Support HC and QC are teams of their own; 30001 leads the site JKT.

    agent, colleague      10001 and 10002, in one team, led by team_leader (20001)
    stranger              10004, led by other_team_leader (20002)
    supervisor            30001
    support_hc            40001; second_support_hc 40002
    outbound_agent        50001; second_outbound_agent 50002
    quality_control       60001
    client_reader         70001, the role `client` (pytest-django has a fixture of that name)
    administrator         90001
    newcomer              10006, who has not signed the statement

All others have signed it and are on duty; everybody's password is `kawal-demo`.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client, override_settings
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts import actions, triggers
from accounts.models import Duty, Person, Site, Team
from accounts.models import settings as counters
from accounts.roles import Role
from escalation import tasks
from escalation.models.calendars import hours_of

PASSWORD = "kawal-demo"


# Argon2 is slow on purpose; that it is what we use has a test of its own. Static files come from where they lie. What tests do by
# telephone must not depend on the hour at which they run; the calling hours have tests of their own.
QUICK = {
    "CALLING_HOURS": (0, 24),
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "STORAGES": settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
}


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """What only costs time in tests is left out."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    with override_settings(**QUICK):
        yield


@pytest.fixture(scope="session", autouse=True)
def emptying_lifts_the_triggers() -> Iterator[None]:
    """Transactional tests empty the tables afterwards, which the history's triggers refuse; they are lifted for just that.

    On PostgreSQL TRUNCATE of every table writes new files for each of them, which costs a second; most are empty anyway.
    """
    empty = BaseDatabaseOperations.execute_sql_flush

    def lifted(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        triggers.remove(self.connection)
        empty(self, emptying_what_is_filled(self.connection) if self.connection.vendor == "postgresql" else sql_list)
        triggers.install(self.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lifted)
        yield


def emptying_what_is_filled(connection: BaseDatabaseWrapper) -> list[str]:
    """DELETE for each table with rows; the order does not matter, because foreign keys are looked at when it commits."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"select '{table}' where exists (select from {table})" for table in tables))
        return [f"delete from {table}" for (table,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def counters_grow_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is rolled back never commits, so there the counters that wait for the commit grow at once."""
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(request.fixturenames)
    if not commits:
        monkeypatch.setattr(counters, "on_commit", lambda grow, **_options: grow())


@pytest.fixture(autouse=True)
def no_requests_counted_yet() -> None:
    """SQLite gives ids again after a rollback, so the request counts of one test would meet the people of the next."""
    if "locmem" in str(settings.CACHES["default"]["BACKEND"]):
        cache.clear()


@pytest.fixture(autouse=True)
def no_calendar_read_yet() -> None:
    """A version of a calendar never changes, so a process reads it once; but a rollback gives its id away again."""
    hours_of.cache_clear()


@pytest.fixture(autouse=True)
def nothing_learned_of_a_gateway_yet() -> None:
    """A process remembers how many messages its gateways take; a rollback gives the channel's id away again."""
    tasks.together.clear()


@pytest.fixture
def site(db: None) -> Site:
    return actions.create_site(by=None, code="JKT", name="Jakarta", time_zone="Asia/Jakarta")


def arrive(code: str, name: str, role: Role, team: Team | None = None) -> Person:
    """A new person who has signed the statement and is on duty."""
    known: dict[str, Any] = {"online_name": name, "role": role, "team": team}  # signed and on duty at once: each test pays for it
    known |= {"statement_signed_at": timezone.now(), "duty": Duty.ON}
    return Person.objects.get(pk=actions.create_person(by=None, agent_code=code, password=PASSWORD, **known).pk)


def leading(code: str, name: str, team: Team) -> Person:
    """The same, as the leader of ``team`` and a member of it."""
    leader = arrive(code, name, Role.TEAM_LEADER, team)
    actions.change_team(team, by=None, changes={"leader": leader})
    return leader


@pytest.fixture
def team(site: Site) -> Team:
    return actions.create_team(by=None, name="IndiHome A", site=site, service_lines=["indihome", "telephony"])


@pytest.fixture
def other_team(site: Site) -> Team:
    lines = ["data_internet", "indihome", "telephony", "global", "imes"]
    return actions.create_team(by=None, name="Semua Lini", site=site, service_lines=lines)


@pytest.fixture
def team_leader(team: Team) -> Person:
    return leading("20001", "Dimas", team)


@pytest.fixture
def other_team_leader(other_team: Team) -> Person:
    return leading("20002", "Laras", other_team)


@pytest.fixture
def outbound_team(site: Site, team_leader: Person) -> Team:
    return actions.create_team(by=None, name="Tier-2", site=site, leader=team_leader)


@pytest.fixture
def support_team(site: Site) -> Team:
    return actions.create_team(by=None, name="Support HC", site=site)


@pytest.fixture
def quality_team(site: Site) -> Team:
    return actions.create_team(by=None, name="QC", site=site)


@pytest.fixture
def agent(team: Team, team_leader: Person) -> Person:
    return arrive("10001", "Sari", Role.AGENT, team)


@pytest.fixture
def colleague(team: Team, team_leader: Person) -> Person:
    return arrive("10002", "Bayu", Role.AGENT, team)


@pytest.fixture
def stranger(other_team: Team, other_team_leader: Person) -> Person:
    return arrive("10004", "Rina", Role.AGENT, other_team)


@pytest.fixture
def newcomer(other_team: Team, other_team_leader: Person) -> Person:
    return actions.create_person(
        by=None, agent_code="10006", password=PASSWORD, online_name="Yoga", role=Role.AGENT, team=other_team
    )


@pytest.fixture
def supervisor(site: Site) -> Person:
    return arrive("30001", "Hendra", Role.SUPERVISOR, actions.create_team(by=None, name="Supervisor JKT", site=site))


@pytest.fixture
def support_hc(support_team: Team) -> Person:
    return arrive("40001", "Dewi", Role.SUPPORT_HC, support_team)


@pytest.fixture
def second_support_hc(support_team: Team) -> Person:
    return arrive("40002", "Arif", Role.SUPPORT_HC, support_team)


@pytest.fixture
def outbound_agent(outbound_team: Team) -> Person:
    return arrive("50001", "Putri", Role.OUTBOUND_AGENT, outbound_team)


@pytest.fixture
def second_outbound_agent(outbound_team: Team) -> Person:
    return arrive("50002", "Fajar", Role.OUTBOUND_AGENT, outbound_team)


@pytest.fixture
def quality_control(quality_team: Team) -> Person:
    return arrive("60001", "Maya", Role.QUALITY_CONTROL, quality_team)


@pytest.fixture
def client_reader(db: None) -> Person:
    return arrive("70001", "Pembaca", Role.CLIENT)


@pytest.fixture
def administrator(db: None) -> Person:
    return arrive("90001", "Admin", Role.ADMINISTRATOR)


@pytest.fixture
def sign_in(db: None) -> Callable[[Person], Client]:
    """``sign_in(agent)`` is a browser in which that person is signed in."""

    def signed_in(person: Person) -> Client:
        browser = Client()
        browser.force_login(person)
        return browser

    return signed_in


@pytest.fixture
def api(db: None) -> Callable[[Person | None], APIClient]:
    """``api(agent)`` is a program with that person's token; ``api(None)`` one without. Bodies go as JSON."""

    def program(person: Person | None) -> APIClient:
        asking = APIClient()
        asking.default_format = "json"
        if person:
            asking.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=person)[0].key}")
        return asking

    return program


@pytest.fixture
def forward() -> Iterator[Callable[..., None]]:
    """``forward(minutes=30)`` moves the time of this process ahead; it goes on ticking from there."""
    with time_machine.travel(timezone.now(), tick=True) as traveller:

        def moved(**length: Any) -> None:
            traveller.shift(timedelta(**length))

        yield moved
