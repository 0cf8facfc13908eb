"""Four eyes on accounts against one clever person of the office."""

import pytest

from people_of import PASSWORD, actor, staffed
from urbium.errors import ForbiddenError, InputError
from urbium.programme.people import FOUNDER

OFFICE = {"role": "office", "scope": "all", "code": ""}
SIGNATORY = {"role": "signatory", "scope": "city", "code": "0503"}


@pytest.fixture
def programme():
    with staffed() as programme:
        yield programme


def newest(programme):
    """Return the newest change of an account that was proposed."""
    (sight,) = programme.casework.listed(FOUNDER, "account_change", where={"state": "proposed"})
    return sight.dossier


def decide(programme, who, action="approve"):
    change = newest(programme)
    return programme.casework.act(actor(programme, who), change.kind, change.code, action, version=1)


def change(programme, who, code, **changes):
    version = programme.store.dossiers.one("account", code).version
    return programme.people.act(actor(programme, who), "account", code, "change", changes, version=version)


def content(programme, code):
    return programme.store.dossiers.one("account", code).content


@pytest.mark.parametrize("grant", [OFFICE, SIGNATORY, {"role": "auditor", "scope": "all", "code": ""}])
def test_an_account_that_decides_for_others_is_made_by_two_and_its_secret_is_shown_to_none(programme, grant):
    olga = actor(programme, "olga")
    account = {"display": "Puppet", "email": "puppet@example.org", "grants": [grant]}

    assert programme.people.invite(olga, "puppet", account) == ""
    assert "puppet" not in programme.people.codes()
    with pytest.raises(ForbiddenError, match="somebody else"):
        decide(programme, "olga")
    decide(programme, "oscar")

    assert content(programme, "puppet")["grants"] == [grant]
    assert programme.outbox.count(FOUNDER) == {"waiting": 1}
    assert programme.store.audit().select("who", "what").rows()[-2:] == [
        ("olga", "account_change: create"),
        ("oscar", "account_change: approve"),
    ]


def test_the_step_itself_is_refused_to_one_alone(programme):
    olga = actor(programme, "olga")

    with pytest.raises(ForbiddenError, match="second person"):
        programme.casework.begin(olga, "account", "puppet", {"display": "P", "grants": [OFFICE]})
    for code, changes in (
        ("olga", {"grants": [OFFICE, SIGNATORY]}),
        ("olga", {"email": "other@example.org"}),
        ("sven", {"email": "olga@example.org"}),
        ("ada", {"grants": [OFFICE]}),
        ("carl", {"grants": [SIGNATORY]}),
    ):
        with pytest.raises(ForbiddenError, match="second person"):
            programme.casework.act(olga, "account", code, "change", changes, version=1)


def test_ones_own_roles_are_changed_by_another_and_hold_when_they_are_approved(programme):
    change(programme, "olga", "olga", grants=[OFFICE, SIGNATORY])
    assert content(programme, "olga")["grants"] == [OFFICE]

    decide(programme, "oscar")
    assert content(programme, "olga")["grants"] == [OFFICE, SIGNATORY]


def test_two_people_of_an_office_take_turns_for_years(programme):
    for proposes, approves, address in (("olga", "oscar", "a@x.org"), ("oscar", "olga", "b@x.org")) * 2:
        change(programme, proposes, "sven", email=address)
        decide(programme, approves)
        assert content(programme, "sven")["email"] == address


def test_what_is_refused_changes_nothing(programme):
    change(programme, "olga", "sven", email="olga@example.org")
    decide(programme, "oscar", "refuse")

    assert content(programme, "sven")["email"] == ""
    assert programme.casework.count(FOUNDER, "account_change") == {"refused": 1}


def test_an_account_is_opened_again_by_two(programme):
    olga = actor(programme, "olga")
    programme.people.take_place("ada")
    programme.people.act(olga, "account", "ada", "close", version=2)

    programme.people.act(olga, "account", "ada", "reopen", version=3)
    assert programme.store.dossiers.one("account", "ada").state == "closed"
    decide(programme, "oscar")
    assert programme.store.dossiers.one("account", "ada").state == "active"


def test_a_proposal_that_time_has_overtaken_is_refused(programme):
    account = {"display": "Puppet", "grants": [OFFICE]}
    programme.people.invite(actor(programme, "olga"), "late", account)
    programme.people.invite(FOUNDER, "late", account)

    with pytest.raises(InputError):
        decide(programme, "oscar")


def test_a_new_invitation_to_who_decides_for_others_goes_by_letter_alone(programme):
    olga = actor(programme, "olga")
    programme.people.take_place("sven")
    with pytest.raises(ForbiddenError, match="to its person alone"):
        programme.people.invite_again(olga, "sven")
    change(programme, "olga", "sven", email="sven@example.org")
    decide(programme, "oscar")

    assert programme.people.invite_again(olga, "sven") == ""
    assert [(one.letter.account, one.letter.what) for one in programme.outbox.listed(FOUNDER)] == [
        ("sven", "invitation")
    ]


def test_the_others_are_shown_to_the_office_unless_letters_are_sent(programme):
    olga = actor(programme, "olga")
    account = {"display": "Eva", "email": "new@example.org", "grants": [{"role": "expert"}]}

    assert programme.people.invite(olga, "new", account)
    programme.settings.change(by="test", reason="test", mail="smtps://post@mail.example.org")
    assert programme.people.invite_again(olga, "new") == ""


def test_whoever_runs_the_machine_needs_nobody_and_the_log_says_so(programme):
    secret = programme.people.invite(FOUNDER, "first", {"display": "First", "grants": [OFFICE]})

    assert programme.people.accept(secret, PASSWORD).actor.account == "first"
    assert ("urbium", "account: create") in programme.store.audit().select("who", "what").rows()


def test_nobody_is_called_as_the_programme_itself(programme):
    account = {"display": "U", "grants": [{"role": "expert"}]}

    with pytest.raises(InputError) as refused:
        programme.people.invite(actor(programme, "olga"), "urbium", account)
    assert "stands for this programme" in refused.value.faults[0].message.render()
