"""Which language a page or the API speaks, and what time it shows."""

from django.test import Client

from accounts import actions
from accounts.models import Person


def said_in(answer):
    return answer["Content-Language"]


def test_pages_speak_indonesian_unless_asked():
    assert said_in(Client().get("/login/")) == "id"


def test_the_browser_may_ask_for_english():
    assert said_in(Client().get("/login/", headers={"Accept-Language": "en-GB,en;q=0.8"})) == "en"


def test_a_language_that_we_do_not_speak_gives_indonesian():
    assert said_in(Client().get("/login/", headers={"Accept-Language": "fr,\x7f;q=x"})) == "id"


def test_the_switch_is_kept_in_a_cookie_and_goes_before_the_browser():
    browser = Client(headers={"Accept-Language": "id"})
    browser.post("/language/", {"language": "en"})
    assert said_in(browser.get("/login/")) == "en"


def test_the_choice_of_the_person_goes_before_the_cookie(agent, sign_in):
    browser = sign_in(agent)
    browser.post("/language/", {"language": "en"})
    browser.cookies["language"] = "id"
    assert said_in(browser.get("/me/")) == "en"
    assert Person.objects.get(pk=agent.pk).language == "en"


def test_an_unknown_language_changes_nothing(agent, sign_in):
    sign_in(agent).post("/language/", {"language": "xx"})
    assert Person.objects.get(pk=agent.pk).language == ""


def test_the_api_speaks_english_unless_asked(agent, api):
    assert said_in(api(agent).get("/api/v1/me/")) == "en"
    assert said_in(api(agent).get("/api/v1/me/", headers={"Accept-Language": "id"})) == "id"


def test_the_account_page_keeps_colours_and_sound(agent, sign_in):
    sign_in(agent).post("/me/", {"theme": "dark", "language": "id", "sound": "on"})
    kept = Person.objects.get(pk=agent.pk)
    assert (kept.theme, kept.language, kept.sound) == ("dark", "id", True)


def test_the_account_page_refuses_a_colour_that_is_none(agent, sign_in):
    assert sign_in(agent).post("/me/", {"theme": "pink"}).status_code == 400


def test_duty_can_be_set_by_hand(agent, sign_in):
    sign_in(agent).post("/me/", {"duty": "on_break"})
    assert Person.objects.get(pk=agent.pk).duty == "on_break"


def test_pages_show_the_time_of_the_persons_site(agent, site, sign_in):
    actions.change_site(site, by=None, changes={"time_zone": "Asia/Makassar"})
    assert "WITA" in sign_in(agent).get("/me/").content.decode()
