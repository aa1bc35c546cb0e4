"""Changing a ticket's fields on the page; two people at once lose no word (HC-4)."""

import pytest

from tests.tickets.conftest import E164, FORM
from tickets import actions
from tickets.models import Ticket


@pytest.fixture
def opened(sign_in):
    """What a browser holds after opening the form: ``values = opened(agent, ticket)``."""

    def values(person, ticket):
        form = sign_in(person).get(f"{ticket.url}edit/").context["form"]
        return {**{name: value for name, value in form.initial.items() if value is not None}, **form.bases}

    return values


@pytest.fixture
def save(sign_in):
    return lambda person, ticket, values: sign_in(person).post(f"{ticket.url}edit/", values, follow=True)


def test_it_changes_what_was_changed_and_tells_it_in_the_timeline(opened, save, agent, ticket):
    answer = save(agent, ticket, opened(agent, ticket) | {"symptom": "Internet lambat", "region": "3"})
    assert "<del>Internet mati total</del>" in answer.text
    changed = Ticket.objects.get()
    assert (changed.symptom, changed.region, changed.version) == ("Internet lambat", 3, 2)


def test_saving_without_a_change_changes_nothing(opened, save, agent, ticket):
    save(agent, ticket, opened(agent, ticket))
    assert Ticket.objects.get().version == 1


@pytest.mark.req("QM-3")
def test_the_phone_is_covered_here_too_and_left_empty_it_stays(opened, save, sign_in, agent, ticket):
    text = sign_in(agent).get(f"{ticket.url}edit/").text
    assert "0812 •••• 7731" in text
    assert "20457731" not in text
    save(agent, ticket, opened(agent, ticket) | {"area": "Cicadas"})
    assert Ticket.objects.get().contact_phone == E164
    save(agent, ticket, opened(agent, ticket) | {"contact_phone": "0813 1111 2222"})
    assert Ticket.objects.get().contact_phone == "+6281311112222"


def test_a_wrong_phone_is_refused_at_its_field(opened, save, agent, ticket):
    answer = save(agent, ticket, opened(agent, ticket) | {"contact_phone": "12", "symptom": "Lambat"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"contact_phone"})
    assert 'value="Lambat"' in answer.text


@pytest.mark.req("HC-4")
def test_the_second_of_two_sees_both_texts(opened, save, agent, colleague, ticket):
    mine = opened(agent, ticket) | {"symptom": "Lampu LOS merah", "area": "Cicadas"}
    save(colleague, ticket, opened(colleague, ticket) | {"symptom": "Internet lambat"})
    answer = save(agent, ticket, mine)
    assert answer.status_code == 412
    assert answer.context["rows"][0] | {"label": ""} == {
        "name": "pick-symptom", "label": "", "mine": "Lampu LOS merah", "theirs": "Internet lambat", "pick": "mine",
    }  # fmt: skip
    assert "Bayu mengubah tiket ini" in answer.text
    assert 'value="Cicadas"' in answer.text
    assert Ticket.objects.get().symptom == "Internet lambat"


@pytest.mark.req("HC-4")
@pytest.mark.parametrize(("pick", "kept"), [("mine", "Lampu LOS merah"), ("theirs", "Internet lambat")])
def test_the_picked_text_is_saved_and_the_rest_too(opened, save, agent, colleague, ticket, pick, kept):
    mine = opened(agent, ticket) | {"symptom": "Lampu LOS merah", "area": "Cicadas"}
    save(colleague, ticket, opened(colleague, ticket) | {"symptom": "Internet lambat"})
    form = save(agent, ticket, mine).context["form"]
    again = {**{name: value for name, value in form.initial.items() if value is not None}, **form.bases}
    assert save(agent, ticket, again | {"pick-symptom": pick}).status_code == 200
    changed = Ticket.objects.get()
    assert (changed.symptom, changed.area) == (kept, "Cicadas")


@pytest.mark.req("HC-4")
def test_what_the_other_changed_elsewhere_is_told_and_not_overwritten(opened, save, agent, colleague, ticket):
    mine = opened(agent, ticket) | {"area": "Cicadas"}
    save(colleague, ticket, opened(colleague, ticket) | {"symptom": "Internet lambat"})
    answer = save(agent, ticket, mine)
    assert [(row["name"], row["pick"]) for row in answer.context["rows"]] == [("pick-symptom", "theirs")]
    form = answer.context["form"]
    again = {**{name: value for name, value in form.initial.items() if value is not None}, **form.bases}
    save(agent, ticket, again | {"pick-symptom": "theirs"})
    changed = Ticket.objects.get()
    assert (changed.symptom, changed.area) == ("Internet lambat", "Cicadas")


def test_an_act_on_the_state_between_is_told_too(opened, save, agent, colleague, ticket):
    mine = opened(agent, ticket) | {"area": "Cicadas"}
    actions.pause(ticket, "Menunggu ODP", by=colleague)
    answer = save(agent, ticket, mine)
    assert answer.status_code == 412
    assert "pada isian yang tidak Anda ubah" in answer.text
    assert 'value="Cicadas"' in answer.text


def test_a_closed_ticket_is_not_changed(opened, save, agent, ticket):
    mine = opened(agent, ticket)
    actions.close(ticket, by=agent, customer_confirmed=True, further_help_offered=True, solution="Beres", cause="Kabel")
    form = mine | {"version": "2", "area": "Cicadas"}
    assert save(agent, ticket, form).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("outbound_agent", 403), ("administrator", 403)])
def test_who_may_not_change_it_gets_no_form(sign_in, ticket, who, status, request):
    answer = sign_in(request.getfixturevalue(who)).get(f"{ticket.url}edit/")
    assert answer.status_code == status
    assert FORM["customer_name"] not in answer.text


@pytest.mark.req("HC-1")
def test_a_sign_that_shows_later_makes_it_hard_and_known_ones_are_not_offered(opened, save, sign_in, agent, ticket):
    answer = save(agent, ticket, opened(agent, ticket) | {"more_signs": ["threat"]})
    assert "menaikkan menjadi hard complaint" in answer.text
    assert (Ticket.objects.get().kind, Ticket.objects.get().criteria) == ("hard_complaint", ["threat"])
    assert 'name="more_signs" value="threat"' not in sign_in(agent).get(f"{ticket.url}edit/").text


def test_what_an_imported_ticket_never_had_may_stay_empty(opened, save, agent, ticket):
    Ticket.objects.update(customer_name=None, reporter_name=None)
    assert save(agent, ticket, opened(agent, ticket) | {"area": "Cicadas"}).status_code == 200
    assert (Ticket.objects.get().customer_name, Ticket.objects.get().area) == (None, "Cicadas")
