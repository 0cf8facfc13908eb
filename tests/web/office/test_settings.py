"""The page of settings: the office changes them, alone or by two, and nobody else knows of the page."""

import re

import pytest

from people_of import actor, staffed
from urbium.errors import InputError


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture
def olga(as_somebody):
    return as_somebody("olga")


def send(visitor, name, value, why=""):
    csrf = re.search(r'name="csrf" value="(\w+)"', visitor.get("/desk").text)[1]
    data = {"csrf": csrf, "value": value, "why": why}
    return visitor.post(f"/office/settings/{name}/send", data=data, follow_redirects=False)


def test_the_desk_leads_the_office_to_the_address_that_is_not_stated(olga):
    page = olga.get("/desk").text
    assert 'href="/office/settings/sender"' in page
    assert "urbium settings" not in page


@pytest.mark.parametrize("page", ["/", "/cities/0503", "/cities/0503/figures", "/publications", "/plan"])
def test_the_office_is_led_to_forms_and_not_to_commands(olga, page):
    text = olga.get(page).text
    assert not re.findall(r"urbium (?:settings|measure|forecast|plan|publish|doctor)\b", text)
    assert "/office/begin/" in text


def test_one_person_states_the_licence_and_the_page_says_who_and_when(olga, programme):
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert send(olga, "licence", licence, "agreed").status_code == 303
    assert programme.settings().licence == licence
    row = re.search(r'<tr id="licence">.*?</tr>', olga.get("/office/settings").text, re.DOTALL)[0]
    assert licence in row
    assert "Olga" in row
    assert programme.settings.versions()["reason"].to_list()[-1] == "agreed"


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [("sender", "office@example.org", "sender"), ("outbound_hosts", "data.example.org", "outbound_hosts")],
)
def test_what_leaves_the_programme_changes_once_a_second_person_approves(olga, programme, name, value, field):
    before = programme.settings()
    address = send(olga, name, value).headers["location"]
    assert programme.settings() == before
    code = address.rpartition("/")[2]
    oscar = actor(programme, "oscar")
    programme.casework.act(oscar, "setting_change", code, "approve", version=1)
    assert getattr(programme.settings(), field) in (value, (value,))
    assert programme.settings.origins()[name]["recorded_by"] == "oscar"


def test_whoever_proposed_a_setting_cannot_approve_it(olga, programme):
    address = send(olga, "sender", "office@example.org").headers["location"]
    page = olga.get(address).text
    assert "Address of the programme office" in page
    assert 'value="approve"' not in page


def test_what_a_setting_cannot_be_is_said_at_the_field_as_the_command_says_it(olga, programme):
    page = send(olga, "licence", "no address")
    assert page.status_code == 422
    assert 'aria-describedby="wrong-value"' in page.text
    assert "is not the address of a licence" in page.text
    assert 'value="no address"' in page.text
    before = programme.casework.count(actor(programme, "olga"), "setting_change")
    assert send(olga, "sender", "nobody").status_code == 422
    assert programme.casework.count(actor(programme, "olga"), "setting_change") == before


def test_settings_with_secrets_of_the_server_are_left_to_the_command(olga, programme):
    assert "urbium settings --mail" in olga.get("/office/settings").text
    assert olga.get("/office/settings/mail").status_code == 404
    assert send(olga, "mail", "smtp://mail.example.org:587").status_code == 404
    assert programme.settings().mail == ""


@pytest.mark.parametrize("who", ["carl", "pia", "eva", "ada"])
def test_nobody_else_knows_of_the_settings(as_somebody, programme, who):
    visitor = as_somebody(who)
    assert visitor.get("/office/settings").status_code == 404
    before = programme.settings()
    assert send(visitor, "licence", "https://example.org/").status_code == 404
    assert programme.settings() == before


def test_what_someone_else_changed_meanwhile_is_not_overwritten_unseen(olga, programme):
    address = "/office/settings/licence"
    form = olga.get(address).text
    before = re.search(r'name="before" value="([^"]*)"', form)[1]
    programme.settings.change(by="oscar", reason="agreed", licence="https://example.org/other")
    csrf = re.search(r'name="csrf" value="(\w+)"', form)[1]
    typed = {"csrf": csrf, "before": before, "value": "https://example.org/mine"}
    answer = olga.post(f"{address}/send", data=typed, follow_redirects=False)
    assert answer.status_code == 409
    assert "Someone else has changed this setting in the meantime" in answer.text
    assert "https://example.org/other" in answer.text
    assert programme.settings().licence == "https://example.org/other"


def test_a_proposal_is_not_approved_once_the_setting_is_another(olga, programme):
    code = send(olga, "sender", "second@example.org").headers["location"].rpartition("/")[2]
    programme.settings.change(by="oscar", reason="moved", sender="third@example.org")
    with pytest.raises(InputError, match="has been changed since this was proposed"):
        programme.casework.act(actor(programme, "oscar"), "setting_change", code, "approve", version=1)
    assert programme.settings().sender == "third@example.org"
