"""What a person follows, chosen on its own page and ended from a letter without signing in."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import staffed
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(scope="module")
def programme():
    with staffed() as opened:
        yield opened


@pytest.fixture
def client(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def carl(programme, client):
    client.cookies.set("urbium_session", programme.people.take_place("carl").secret)
    yield client
    programme.following.follow(programme.people.named("carl"), [])


def csrf(client):
    return re.search(r'name="csrf" value="([^"]+)"', client.get("/account").text)[1]


def send(client, **form):
    return client.post("/account/follow", data={"csrf": csrf(client), **form}, follow_redirects=False)


def test_cities_are_followed_by_name_or_code_beside_programme_and_plan(programme, carl):
    answer = send(carl, plan="yes", cities="Delft, 0599")

    assert (answer.status_code, answer.headers["location"]) == (303, "/account#following")
    assert programme.following.followed("carl") == ["plan", "0503", "0599"]
    page = carl.get("/account").text
    assert 'value="Delft, Rotterdam"' in page
    assert re.search(r'name="plan" value="yes" checked', page)
    assert not re.search(r'name="programme" value="yes" checked', page)
    send(carl)
    assert programme.following.followed("carl") == []


def test_a_city_that_is_none_is_refused_at_its_input_and_what_was_typed_stays(programme, carl):
    send(carl, programme="yes")
    answer = send(carl, cities="Delfft")

    assert answer.status_code == 404
    assert 'value="Delfft"' in answer.text
    assert programme.following.followed("carl") == ["programme"]


def test_the_page_of_a_city_offers_to_follow_it_to_who_has_signed_in(programme, carl):
    address = "/account?follow=0503#following"
    assert address in carl.get("/cities/0503").text
    assert 'value="Delft"' in carl.get(address).text
    assert programme.following.followed("carl") == []  # offered, and not yet chosen
    carl.cookies.clear()
    assert address not in carl.get("/cities/0503").text


def test_the_link_of_a_letter_ends_it_when_it_is_confirmed_and_not_when_it_is_looked_at(
    programme, carl, client
):
    send(carl, programme="yes")
    address = f"/unfollow/{programme.following.leaving('carl')}"
    client.cookies.clear()
    page = client.get(address)
    assert page.status_code == 200
    assert f'action="{address}"' in page.text
    assert programme.following.followed("carl") == ["programme"]

    assert client.post(address).status_code == 200
    assert programme.following.followed("carl") == []


def test_a_mail_program_ends_it_by_one_click(programme, carl, client):
    send(carl, programme="yes")
    address = f"/unfollow/{programme.following.leaving('carl')}"
    client.cookies.clear()

    assert client.post(address, data=ONE_CLICK).status_code == 200
    assert programme.following.followed("carl") == []


def test_the_answer_tells_nobody_whether_a_secret_is_one_nor_whose(programme, carl, client):
    send(carl, programme="yes")
    secret = programme.following.leaving("carl")
    wrong = "A" * len(secret)
    client.cookies.clear()
    looks = [client.get(f"/unfollow/{one}").text.replace(one, "") for one in (secret, wrong)]
    answers = [client.post(f"/unfollow/{one}") for one in (wrong, secret, secret)]

    assert looks[0] == looks[1]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert "carl" not in looks[0] + answers[0].text


def test_a_secret_ends_letters_and_opens_nothing_else(programme, carl, client):
    secret = programme.following.leaving("carl")
    client.cookies.clear()
    headers = {"Authorization": f"Bearer {secret}"}

    assert client.get("/ngsi-ld/v1/types", headers=headers).status_code == 401
    client.cookies.set("urbium_session", secret)
    assert client.get("/account", follow_redirects=False).status_code == 303


def test_a_form_of_another_session_follows_nothing(programme, carl):
    answer = carl.post("/account/follow", data={"csrf": "0" * 40, "programme": "yes"}, follow_redirects=False)

    assert programme.following.followed("carl") == []
    assert answer.status_code != 303 or "/account#" not in answer.headers["location"]
