"""Demo people, teams and tickets. All of them are invented."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts import actions as people
from accounts.models import Desk, Duty, Person, Site, Skill, Team
from accounts.roles import Role
from common.clock import now
from config import demo_calls, demo_desk, demo_mail, demo_quality, demo_tools
from escalation.actions import escorts, outages, outbox, progress, promises, raising
from escalation.models import Channel, Escort, Group, Message
from escalation.models.channels import Purpose
from outbound.actions import create_callback
from tickets import actions as tickets
from tickets.actions import Intake
from tickets.models import Kind, Ticket

PASSWORD = "kawal-demo"  # noqa: S105 the published demo login
NEWCOMER = "10006"
SKILLS = {"10005": [Skill.EMAIL]}
ALL_LINES = ["data_internet", "indihome", "telephony", "global", "imes"]
TEAMS: dict[str, list[tuple[str, str, Role]]] = {
    "Merapi": [
        ("20001", "Dimas Wicaksono", Role.TEAM_LEADER),
        ("10001", "Rani Oktaviani", Role.AGENT),
        ("10002", "Bagus Prasetyo", Role.AGENT),
        ("10003", "Yuliana Sari", Role.AGENT),
    ],
    "Bromo": [
        ("20002", "Melati Kusumaningrum", Role.TEAM_LEADER),
        ("10004", "Gilang Ramadhan", Role.AGENT),
        ("10005", "Putri Maharani", Role.AGENT),
        (NEWCOMER, "Fajar Nugroho", Role.AGENT),
    ],
    "Tier-2 Outbound": [
        ("50001", "Intan Permata", Role.OUTBOUND_AGENT),
        ("50002", "Yoga Saputra", Role.OUTBOUND_AGENT),
        ("50003", "Laras Wulandari", Role.OUTBOUND_AGENT),
    ],
    "Support HC": [("40001", "Dewi Anjani", Role.SUPPORT_HC), ("40002", "Arif Rahmat", Role.SUPPORT_HC)],
    "QC": [("60001", "Nadia Paramita", Role.QUALITY_CONTROL), ("60002", "Reza Mahendra", Role.QUALITY_CONTROL)],
    "Supervisor JKT": [("30001", "Ratna Hapsari", Role.SUPERVISOR)],
}
TEAMLESS = [("70001", "Pembaca Telkom", Role.CLIENT), ("90001", "Administrator", Role.ADMINISTRATOR)]
DESKS = {"Merapi": Desk.LEVEL_1, "Bromo": Desk.VIOLET}
LINES = {"Merapi": ["indihome", "telephony"], "Bromo": ALL_LINES}
LEADERS = {"Merapi": "20001", "Tier-2 Outbound": "20001", "Bromo": "20002"}

REGULAR = Intake(
    service_number="131172043918",
    service_line="indihome",
    customer_name="Sri Wahyuni Handayani",
    reporter_name="Hendra (suami)",
    contact_phone="0812-2045-7731",
    symptom="Internet lambat malam hari",
    description="Mulai pukul tujuh malam, video selalu berhenti. Siang hari normal.",
    segment="DCS",
    region=3,
    area="Cicadas, Bandung",
)
HARD = replace(
    REGULAR,
    service_number="131159904126",
    customer_name="Lilis Karlinawati",
    reporter_name="Lilis Karlinawati",
    contact_phone="0813 9022 2290",
    symptom="Internet mati total, lampu LOS merah",
    description="Sejak Minggu malam. Modem sudah dinyalakan ulang tiga kali. Kalau besok belum beres mau cabut.",
    area="Garut Kota, Tasikmalaya",
    criteria=["threat"],
)
ANGRY = replace(
    HARD,
    service_number="131161180934",
    customer_name="Joko Nugraha",
    reporter_name="Joko Nugraha",
    contact_phone="0857 1100 4521",
    symptom="Tiga teknisi berbeda, tetap mati",
    description="Tidak mau bicara dengan agen lagi, minta atasan.",
    region=2,
    area="Gambir, Jakarta Pusat",
    criteria=["refuses_agent", "abusive_speech"],
)
PHARMACY = replace(
    HARD,
    service_number="0614528817",
    service_line="telephony",
    customer_name="Apotek Sehat Sentosa 24 Jam",
    reporter_name="Melinda Manurung",
    contact_phone="0614528817",
    symptom="Internet mati, antrean kasir terhenti",
    description="Kasir dan resep elektronik berhenti sejak pagi, antrean sampai ke jalan.",
    segment="DBS",
    region=1,
    area="Medan Kota",
)
BLOGGER = replace(
    HARD,
    service_number="131175530271",
    customer_name="Kartika Firmansyah",
    reporter_name="Kartika Firmansyah",
    contact_phone="0811 3344 5567",
    symptom="Siaran langsung terputus-putus",
    description="Punya dua ratus ribu pengikut, sudah menulis tentang gangguan ini.",
    region=5,
    area="Sukun, Malang",
)
VISITOR = replace(
    HARD,
    service_number="131164208855",
    customer_name="Wayan Artawan",
    reporter_name="Wayan Artawan",
    contact_phone="0819 3311 7788",
    symptom="Datang ke Plasa, minta kepastian pasang ulang",
    description="Menunggu di Plasa sejak pukul sembilan, ingin bertemu penanggung jawab.",
    region=5,
    area="Denpasar",
)


@transaction.atomic
def make() -> None:
    """Everything, in an empty database."""
    _make_teams()
    _make_groups()
    _make_tickets()
    demo_mail.make(Team.objects.get(name="Bromo"), who("10005"))
    demo_calls.make(who("20001"), who("50001"), who("50002"))
    demo_quality.make()
    demo_desk.make()
    demo_tools.make()


def who(agent_code: str) -> Person:
    """A demo person."""
    return Person.objects.get(agent_code=agent_code)


def _make_teams() -> None:
    site = people.create_site(by=None, code="JKT", name="Jakarta", time_zone="Asia/Jakarta")
    for name, members in TEAMS.items():
        _make_team(name, site, members)
    for name, leader in LEADERS.items():
        people.change_team(Team.objects.get(name=name), by=None, changes={"leader": who(leader)})
    for row in TEAMLESS:
        _make_person(*row, None)


def _make_team(name: str, site: Site, members: list[tuple[str, str, Role]]) -> None:
    team = people.create_team(by=None, name=name, site=site, service_lines=LINES.get(name, []), desk=DESKS.get(name, ""))
    for row in members:
        _make_person(*row, team)


def _make_person(code: str, name: str, role: Role, team: Team | None) -> None:
    fields: dict[str, Any] = {"agent_code": code, "online_name": name, "role": role, "team": team, "skills": SKILLS.get(code, [])}
    person = people.create_person(by=None, password=PASSWORD, **fields)
    if code != NEWCOMER:
        people.sign_statement(person, by=person)
    people.set_duty(person, by=person, duty=Duty.ON)


def _make_groups() -> None:
    by_hand = Channel.objects.get(slug="by-hand")
    for name in ("Merapi", "Bromo"):
        team = Team.objects.get(name=name)
        Group.objects.create(name=f"TL {name}", purpose=Purpose.TEAM_LEADER, team=team, channel=by_hand)


def _make_tickets() -> None:
    agent, other = who("10001"), who("10004")
    tickets.log_ticket(REGULAR, by=agent)
    tickets.log_ticket(HARD, by=agent)
    tickets.log_ticket(ANGRY, by=other)
    raising.raise_super_emergency(
        tickets.log_ticket(PHARMACY, by=agent), "Apotek 24 jam, layanan umum terhenti.", by=who("20001")
    )
    _raise(BLOGGER, Kind.BUZZER, other)
    terms = promises.Terms("Wayan Artawan", "Jadwal pasang ulang dikabarkan", now() + timedelta(hours=3))
    _raise(VISITOR, Kind.BUZZER_VISIT, other, terms)
    _bring_to_caring(tickets.log_ticket(replace(HARD, service_number="131168821407", symptom="Tagihan dobel"), by=agent))
    _make_outage(agent, other)


def _make_outage(agent: Person, other: Person) -> None:
    """One fault with two tickets under it, a third that fits, and news that Tier-2 is to tell."""
    support = who("40001")
    alike: list[Ticket] = []
    for number, person in enumerate((agent, other, agent)):
        intake = replace(
            REGULAR, service_number=f"13116990011{number}", symptom="Internet mati satu perumahan", area="Antapani", region=3
        )
        alike.append(tickets.log_ticket(intake, by=person))
    joined = [each.number for each in alike[:2]]
    outages.open_outage("Kabel feeder Antapani", by=support, tickets=joined, region=3, area="Antapani", symptom=alike[0].symptom)
    create_callback(alike[0], "Kabel feeder sedang disambung, perkiraan selesai pukul 15.", by=support)


def _raise(intake: Intake, kind: Kind, agent: Person, promise: promises.Terms | None = None) -> None:
    ticket = tickets.log_ticket(intake, by=agent)
    raising.raise_super_emergency(ticket, "Pelanggan punya jangkauan publik.", by=who("20002"), kind=kind, promise=promise)


def _bring_to_caring(ticket: Ticket) -> None:
    """One that waits for its caring call, so that every home page has work."""
    support = who("40001")
    escort = escorts.claim_escort(Escort.objects.get(ticket=ticket), by=support)
    escorts.analyse(escort, {"cause": "Migrasi paket", "responsible_unit": "Billing Bandung", "severity": "medium"}, by=support)
    escorts.dispatch(escort, by=support)
    _mark_all_sent(ticket, support)
    progress.record_progress(escort, progress.Said("Tagihan sudah dikoreksi, mohon cek.", publish=True, done=True), by=support)
    escorts.solve_escort(escort, "Tagihan dikoreksi di sistem.", by=support)


def _mark_all_sent(ticket: Ticket, support: Person) -> None:
    for message in Message.objects.filter(ticket=ticket):
        outbox.mark_sent(message, by=support)
