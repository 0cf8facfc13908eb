"""Coming in by an invitation's link, and by a passkey that Chromium's virtual authenticator keeps."""

import pytest

from people_of import PASSWORD, staffed
from urbium.programme.people.invitations import FOUNDER

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture(scope="module")
def here(programme, serve):
    """Serve the small programme at localhost, whose name a passkey can be bound to."""
    with serve(programme) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()


def test_an_invitation_goes_from_its_link_into_the_form_and_a_passkey_comes_in_without_a_password(
    programme, here, page
):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    secret = programme.people.invite_again(FOUNDER, "carl")
    page.goto(f"{here}/invitation#{secret}")
    assert page.url == f"{here}/invitation"
    assert page.input_value("[name=secret]") == secret
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/invitation'] button")
    page.wait_for_url(f"{here}/desk")

    page.goto(f"{here}/account")
    page.fill("[name=title]:visible", "laptop")
    page.click("form[data-passkey] button")
    page.wait_for_selector("li:has-text('laptop')")
    page.click("form[action='/sign-out'] button")
    page.goto(f"{here}/sign-in?to=/account")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{here}/account")
    assert "Carl" in page.text_content("header")
    assert not [address for address in asked if secret in address]
