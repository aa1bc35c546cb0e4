"""Demo addresses of outside tools, all of them invented, and what an agent found in one."""

from decimal import Decimal

from accounts.models import Person
from tickets.actions import Look, change_tool, record_finding, refer
from tickets.models import Ticket, Tool

LINKS = {
    "nossa": "https://nossa.kawal.example/incident/{reference}",
    "mycx": "https://mycx.kawal.example/search?product={service_number}",
    "embassy": "https://embassy.kawal.example/line/{service_number}",
    "i-siska": "https://siska.kawal.example/customer?nd={service_number}",
    "mrtg": "https://mrtg.kawal.example/?link={service_number}",
}


def make() -> None:
    """Links for some tools, a measure and a number on the first ticket."""
    administrator, agent = Person.objects.get(agent_code="90001"), Person.objects.get(agent_code="10001")
    for code, link in LINKS.items():
        change_tool(Tool.objects.get(code=code), by=administrator, changes={"link": link})
    ticket = Ticket.objects.visible_to(agent).open().filter(service_line="indihome").order_by("id")[0]
    look = Look("embassy", Decimal("28.5"), Decimal("6"), Decimal("4.2"), Decimal("18"), note="SNR rendah pada malam hari")
    record_finding(ticket, look, by=agent)
    refer(ticket, "nossa", "IN48201177", by=agent)
