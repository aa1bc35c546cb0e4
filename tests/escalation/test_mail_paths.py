"""The eight paths of W-05 1.2.3 to 1.2.10 through the API (EM-2 to EM-6)."""

import threading

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from accounts.actions import change_team
from accounts.history import broken_places
from common.words import moment
from escalation.actions import mail_sending
from escalation.actions.progress import Said, record_progress
from escalation.models import MailItem, MailPart
from tests.escalation.gateway import dispatch
from tests.escalation.mails import CUSTOMER, letter, mailbox_of, receive, skilled, smtp_channel
from tests.fakes import mail as fake
from tests.tickets.imports import loaded, row, run_next, table
from tickets import actions as tickets
from tickets.actions.importing import queue_load, saved_mapping
from tickets.models import OutsideReference, Report, Ticket, TicketDifference, TicketUpdate

TEXT = "Nama: Sri Wahyuni\nHP: 0812 2045 7731\nID produk: 131172043918\nInternet mati sejak pagi, lampu LOS merah."
DES_FAULT = {"segment": "DES", "interaction": "complaint", "complaint": "new"}
PROGRESS = {"segment": "DES", "interaction": "complaint", "complaint": "progress_question"}


@pytest.fixture
def server():
    with fake.serving() as mail:
        yield mail


@pytest.fixture
def mailbox(agent, settings, tmp_path, server):
    settings.MEDIA_ROOT = tmp_path
    return mailbox_of(agent, smtp_channel(server))


@pytest.fixture
def item(mailbox):
    return receive(mailbox, letter(TEXT, Message_ID="<satu@pelanggan.example>"))[0]


@pytest.fixture
def act(api, agent, item):
    """``act("claim")`` on the item, as its agent; gives the answer."""
    asking = api(agent)

    def done(name, status=200, **body):
        answer = asking.post(f"/api/v1/mail/{item.pk}/{name}/", body)
        assert answer.status_code == status, answer.json()
        return answer.json()

    return done


def send(server):
    mail_sending.send_due()
    return [message["to"] for message in server.messages]


@pytest.mark.req("EM-2")
@pytest.mark.parametrize(
    "said",
    [{"segment": "DCS", "interaction": "complaint", "complaint": "new"}, {"segment": "DBS", "interaction": "request"}],
    ids=["DCS", "DBS request"],
)
@pytest.mark.req("EM-3")
def test_what_is_not_ours_is_one_act_of_three_parts_each_with_its_proof(act, server, said):
    assert act("classify", **said)["rule"]["acts"] == ["forward"]
    assert "teruskan" in act("answer", 409, text="Kami bantu")["detail"]
    forwarded = act("forward")
    assert [part["kind"] for part in forwarded["parts"]] == ["reply", "forward", "group"]
    assert (forwarded["state"], forwarded["outcome"]) == ("done", "forwarded")
    handler = forwarded["parts"][1]["address"]
    assert send(server) == [CUSTOMER, handler]
    assert b"lampu LOS merah" in server.messages[1]["files"][0] and not server.messages[0]["by_machine"]
    group = act("mark-sent", part=forwarded["parts"][2]["id"])["parts"]
    assert [(part["state"], bool(part["gateway_id"]), part["proved_by"]) for part in group] == [
        ("sent", True, None),
        ("sent", True, None),
        ("sent", False, "10001"),
    ]
    assert "Sri" not in group[2]["text"] and CUSTOMER not in group[2]["text"]
    act("forward", 409)


@pytest.mark.req("EM-2")
@pytest.mark.parametrize("segment", ["DES", "DGS"])
def test_a_request_of_the_others_is_handled_on(act, segment):
    assert act("classify", segment=segment, interaction="request")["rule"]["acts"] == ["open_ticket", "answer"]
    number = act("open-ticket", 201, service_line="data_internet")["ticket"]
    assert Ticket.objects.by_number(number).get().interaction == "request"


@pytest.mark.req("EM-4")
def test_information_is_answered_from_a_template_in_the_same_conversation(act, server, agent):
    act("classify", segment="DGS", interaction="information")
    assert act("answer", template="info-jam-layanan")["outcome"] == "reply"
    send(server)
    [sent] = server.messages
    assert sent["reply_to"] == "<satu@pelanggan.example>" and sent["subject"] == "Re: Internet mati"
    assert "Yth. Sri Wahyuni" in sent["text"] and agent.online_name in sent["text"] and "{" not in sent["text"]


@pytest.mark.req("EM-5")
def test_a_question_without_any_number_is_asked_back_and_waits_for_the_customer(act, mailbox, item, server, log, agent):
    ticket = log(agent, service_number="131100000001")
    act("classify", **PROGRESS)
    assert "ask first" in act("answer", 409, text="Sedang dikerjakan")["detail"]
    assert act("answer", template="tanya-nomor", wait=True)["state"] == "waiting_customer"
    receive(mailbox, letter(f"Nomornya {ticket.number}", In_Reply_To=MailPart.objects.get().message_id))
    assert MailItem.objects.get().state == "in_progress"
    assert act("classify", **PROGRESS, ticket=ticket.number)["ticket"] == ticket.number


@pytest.mark.req("EM-5")
def test_a_question_is_answered_with_the_latest_progress_and_what_is_new_goes_to_the_ticket(act, log, agent, support_hc, server):
    ticket = log(agent, service_number="131172043918", criteria=["threat"])
    escort = dispatch(ticket, support_hc)
    record_progress(escort, Said("Teknisi menuju lokasi", publish=True), by=support_hc)
    found = act("classify", **PROGRESS, service_number="1311 7204 3918")
    assert found["ticket"] == ticket.number
    act("answer", template="progres-tiket")
    send(server)
    assert "Teknisi menuju lokasi" in server.messages[0]["text"] and f"[{ticket.number}]" in server.messages[0]["subject"]
    assert Report.objects.filter(ticket=ticket, kind="progress_question").get().description.endswith("lampu LOS merah.")
    assert TicketUpdate.objects.get(ticket=ticket, to="customer").channel == "email"


@pytest.mark.req("EM-5")
def test_a_regular_ticket_is_answered_with_what_its_unit_said_when_it_was_chased(act, log, agent, server):
    ticket = log(agent, service_number="131172043918")
    tickets.forward(ticket, "TREG 3 Bandung", by=agent)
    tickets.chase(ticket, "call", "answered", by=agent, text="Teknisi menuju ODP Cibeureum")
    tickets.chase(ticket, "group", "silent", by=agent)
    assert act("classify", **PROGRESS, service_number="131172043918")["ticket"] == ticket.number
    act("answer", template="progres-tiket")
    send(server)
    assert f"Perkembangan tiket {ticket.number}: Teknisi menuju ODP Cibeureum" in server.messages[0]["text"]


@pytest.fixture
def numbered(log, agent, stranger):
    """A ticket that NOSSA knows, as MyCX knows another team's by the same number; the number comes in the mail."""
    ticket, other = log(agent, segment="DES"), log(stranger)
    OutsideReference.objects.create(ticket=other, system="mycx", number="IN123456789")
    OutsideReference.objects.create(ticket=ticket, system="nossa", number="IN123456789")
    return ticket


@pytest.mark.req("EM-5")
def test_a_nossa_number_that_kawal_knows_is_answered_with_its_tickets_progress(numbered, act, server, agent):
    assert act("classify", **PROGRESS, outside_number="in123456789")["ticket"] == numbered.number
    act("answer", template="progres-tiket")
    send(server)
    assert f"Perkembangan tiket {numbered.number}: Tiket sekarang" in server.messages[0]["text"]


@pytest.mark.req("EM-5")
def test_a_number_that_two_other_systems_gave_to_two_tickets_names_neither(numbered, act):
    OutsideReference.objects.filter(system="nossa").update(system="sephia")
    assert act("classify", **PROGRESS, outside_number="IN123456789")["ticket"] is None
    OutsideReference.objects.filter(system="mycx").delete()
    assert act("classify", **PROGRESS, outside_number="IN123456789")["ticket"] == numbered.number


@pytest.mark.req("EM-5")
def test_the_suggestion_of_a_mail_with_a_nossa_number_names_the_ticket(numbered, mailbox, api, agent):
    found = receive(mailbox, letter("Mohon kabar IN123456789"))[0]
    guess = api(agent).get(f"/api/v1/mail/{found.pk}/").json()["guess"]
    assert (guess["ticket"], guess["segment"], guess["why"]) == (numbered.number, "DES", "ticket")
    assert guess["complaint"] == "progress_question"


@pytest.fixture
def ended(log, agent, team_leader):
    """``ended("ONT diganti")`` is a ticket of the mail's product that was solved so, and closed unless said."""

    def made(solution, *, closed=True):
        ticket = tickets.solve(log(agent, service_number="131172043918"), solution, "ONT rusak", by=agent)
        return tickets.close(ticket, by=team_leader, customer_confirmed=True, further_help_offered=True) if closed else ticket

    return made


@pytest.mark.req("EM-5")
@pytest.mark.parametrize("closed", [False, True], ids=["solved", "closed"])
def test_a_ticket_that_ended_lately_is_found_by_its_product_and_answered_with_its_solution(act, ended, server, closed):
    ticket = ended("Kabel disambung", closed=closed)
    assert act("classify", **PROGRESS, service_number="131172043918")["ticket"] == ticket.number
    act("answer", template="progres-tiket")
    send(server)
    assert f"Perkembangan tiket {ticket.number}: Kabel disambung" in server.messages[0]["text"]


@pytest.mark.req("EM-5")
@pytest.mark.parametrize("which", ["solved", "imported"])
def test_what_is_new_in_the_mail_is_a_note_where_the_ticket_takes_no_report(act, ended, support_hc, which):
    if which == "imported":
        loaded(table(row(7)), support_hc)
    ticket = ended("Kabel disambung", closed=False) if which == "solved" else Ticket.objects.get(imported=True)
    act("classify", **PROGRESS, ticket=ticket.number)
    act("answer", text="Sedang kami cek.")
    notes = TicketUpdate.objects.filter(ticket=ticket).order_by("id").values_list("to", "channel", "text")
    assert list(notes) == [("internal", "email", TEXT), ("customer", "email", "Sedang kami cek.")]
    assert not Report.objects.filter(ticket=ticket, kind="progress_question").exists()


@pytest.mark.req("EM-5")
def test_an_open_ticket_is_found_before_one_that_ended_and_long_after_its_end_none(act, ended, log, agent, forward):
    ended("ONT diganti")
    forward(days=31)
    assert act("classify", **PROGRESS, service_number="131172043918")["ticket"] is None
    opened = log(agent, service_number="131172043918")
    ended("Kabel disambung")
    assert act("classify", **PROGRESS, service_number="131172043918")["ticket"] == opened.number


@pytest.mark.req("EM-5")
def test_a_number_that_kawal_does_not_know_is_answered_from_a_typed_status_and_kept(act, server):
    act("classify", **PROGRESS, outside_number="IN123456789")
    assert "outside_status" in act("answer", 400, template="progres-tiket")["errors"]
    answered = act("answer", template="progres-tiket", outside_status="Menunggu tiang baru")
    assert (answered["outside_number"], answered["outside_status"]) == ("IN123456789", "Menunggu tiang baru")
    send(server)
    assert "IN123456789: Menunggu tiang baru" in server.messages[0]["text"]


@pytest.fixture
def export(support_hc):
    """``export("BACKEND")`` is NOSSA's export, in which IN123456789 stands so, compared with our tickets."""

    def loaded(status):
        lines = f"INCIDENT,STATUS,SERVICE NO\nIN123456789,{status},131172043918"
        file = ContentFile(lines.encode(), name="nossa.csv")
        queue_load(file, "reconciliation", by=support_hc, mapping=saved_mapping("reconciliation", "NOSSA"))
        return run_next()

    return loaded


@pytest.mark.req("EM-5")
def test_a_number_that_kawal_does_not_know_is_answered_from_what_the_last_export_said_and_when(act, server, export, forward):
    export("BACKEND")
    forward(hours=1)
    export("RESOLVED")
    told = f"selesai (menurut NOSSA, {moment(TicketDifference.objects.get().found_at)})"
    act("classify", **PROGRESS, outside_number="IN123456789")
    assert act("answer", template="progres-tiket")["outside_status"] == told
    send(server)
    assert f"IN123456789: {told}" in server.messages[0]["text"]


@pytest.mark.req("EM-5")
def test_the_page_has_the_exports_status_filled_in_and_another_word_of_the_agent_goes_first(act, sign_in, agent, item, export):
    export("BACKEND")
    act("classify", **PROGRESS, outside_number="IN123456789")
    shown = sign_in(agent).get(item.url).content.decode()
    assert f'value="ditangani (menurut NOSSA, {moment(TicketDifference.objects.get().found_at)})"' in shown
    answered = act("answer", template="progres-tiket", outside_status="Menunggu tiang baru")
    assert answered["outside_status"] == "Menunggu tiang baru"


@pytest.mark.req("EM-5")
def test_a_status_that_was_typed_for_one_number_is_not_said_of_another(act):
    act("classify", **PROGRESS, outside_number="IN123456789")
    act("answer", wait=True, text="Mohon tunggu.", outside_status="Menunggu tiang baru")
    assert act("classify", **PROGRESS, outside_number="IN987654321")["outside_status"] == ""


@pytest.mark.req("EM-6")
def test_a_service_that_is_normal_is_told_after_it_was_checked(act, server):
    act("classify", **DES_FAULT, service_number="131172043918")
    assert "record the check" in act("answer", 409, template="layanan-normal")["detail"]
    act("troubleshoot", text="NMS: link up, redaman 18 dB", result="normal")
    assert "record the check" in act("open-ticket", 409)["detail"]
    assert act("answer", template="layanan-normal")["outcome"] == "reply"
    send(server)
    assert "131172043918 dan saat ini terpantau normal" in server.messages[0]["text"]


@pytest.mark.req("EM-6")
def test_a_fault_becomes_a_ticket_with_what_the_mail_says_and_its_number_is_mailed_back(act, api, agent, server):
    act("classify", **DES_FAULT)
    assert set(act("open-ticket", 400, troubleshooting="NMS: link down")["errors"]) == {"service_line"}
    opened = act("open-ticket", 201, troubleshooting="NMS: link down", service_line="data_internet")
    ticket = api(agent).get(f"/api/v1/tickets/{opened['ticket']}/").json()
    wanted = {"service_number": "131172043918", "reporter_name": "Sri Wahyuni", "contact_phone": "+6281220457731"}
    wanted |= {
        "contact_email": CUSTOMER,
        "symptom": "Internet mati",
        "channel": "email",
        "segment": "DES",
        "interaction": "complaint",
    }
    assert {name: ticket[name] for name in wanted} == wanted and "LOS merah" in ticket["description"]
    assert TicketUpdate.objects.get(to="internal").text == "NMS: link down"
    send(server)
    assert opened["ticket"] in server.messages[0]["text"]
    act("open-ticket", 409)
    assert Ticket.objects.count() == 1 and list(broken_places()) == []


@pytest.mark.req("EM-6")
def test_a_later_reply_from_the_ticket_stays_in_the_conversation_and_the_customers_answer_comes_back_to_it(
    act, mailbox, item, server
):
    act("classify", **DES_FAULT)
    number = act("open-ticket", 201, troubleshooting="NMS: link down", service_line="data_internet")["ticket"]
    act("answer", text="Teknisi datang besok pukul sembilan.")
    send(server)
    assert [message["reply_to"] for message in server.messages] == ["<satu@pelanggan.example>"] * 2
    [again] = receive(mailbox, letter("Baik", Subject=f"Re: [{number}] Internet mati"))  # a program that keeps no headers
    assert again.pk == item.pk and again.state == "new"


@pytest.mark.req("EM-1")
def test_one_agent_holds_it_and_the_same_answer_goes_once(act, item, api, agent, colleague, mailbox):
    skilled(colleague)
    act("claim")
    act("claim")
    refused = api(colleague).post(f"/api/v1/mail/{item.pk}/claim/")
    assert refused.status_code == 409 and agent.online_name in refused.json()["detail"]
    act("classify", segment="DES", interaction="information")
    act("answer", text="Silakan.")
    assert "sent already" in act("answer", 409, text="Silakan.")["detail"]
    assert MailPart.objects.count() == 1


@pytest.mark.req("EM-1")
def test_mail_is_for_its_agents_their_tl_and_supervisor(
    item, api, agent, colleague, team_leader, supervisor, stranger, other_team_leader, support_hc
):
    def asked(person):
        return api(person).get(f"/api/v1/mail/{item.pk}/").status_code, api(person).get("/api/v1/mail/").status_code

    assert [asked(person) for person in (agent, team_leader, supervisor)] == [(200, 200)] * 3
    assert [asked(person) for person in (colleague, support_hc)] == [(403, 403)] * 2
    assert [asked(person) for person in (skilled(stranger), other_team_leader)] == [(404, 200)] * 2


@pytest.mark.req("EM-1")
def test_broken_words_are_refused_in_words(act):
    for body in ({"segment": "DXS", "interaction": "request"}, {"segment": "DES", "interaction": "complaint"}, {}):
        assert act("classify", 400, **body)["errors"]
    act("classify", segment="DES", interaction="information")
    assert act("answer", 400)["errors"] and act("answer", 400, template="tidak-ada")["errors"]
    assert "{tiket}" in str(act("answer", 400, text="Tiket {tiket}")["errors"])
    act("answer", text="🙂 {{7*7}} <script>" + "x" * 9_000)


@pytest.mark.servers
@pytest.mark.req("EM-1")
@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_and_one_has_it(item, api, agent, colleague, mailbox):
    skilled(colleague)
    codes = []

    def take(person):
        codes.append(api(person).post(f"/api/v1/mail/{item.pk}/claim/").status_code)
        connection.close()

    threads = [threading.Thread(target=take, args=(person,)) for person in (agent, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 409]


@pytest.mark.req("EM-6", "OB-5")
def test_a_ticket_opened_from_mail_is_given_out_as_the_teams_rule_says(act, agent, colleague, log, team):
    skilled(colleague)
    log(agent)
    change_team(team, by=None, changes={"distribution": "load"})
    act("classify", **DES_FAULT)
    opened = act("open-ticket", 201, troubleshooting="NMS: link down", service_line="indihome")
    assert Ticket.objects.get(pk=int(opened["ticket"].removeprefix("T-"))).assignee == colleague


@pytest.mark.req("EM-6", "OB-5")
def test_mail_about_a_line_of_another_team_goes_to_who_is_on_duty_there(act, team, other_team, stranger):
    skilled(stranger)
    change_team(team, by=None, changes={"distribution": "line", "service_lines": ["indihome"]})
    change_team(other_team, by=None, changes={"distribution": "load"})
    act("classify", **DES_FAULT)
    opened = act("open-ticket", 201, troubleshooting="NMS: link down", service_line="data_internet")
    ticket = Ticket.objects.get(pk=int(opened["ticket"].removeprefix("T-")))
    assert (ticket.assignee, ticket.team) == (stranger, other_team)
    assert TicketUpdate.objects.get(to="internal").text == "NMS: link down"
