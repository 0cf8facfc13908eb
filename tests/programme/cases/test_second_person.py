"""Four eyes on accounts against one clever person of the office."""

import pytest

from people_of import PASSWORD, actor, staffed
from urbium.errors import ForbiddenError, InputError
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import step
from urbium.programme import new
from urbium.programme.cases.four_eyes import check_four_eyes
from urbium.programme.people.invitations import FOUNDER

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


def take(programme, who, code, action, changes, *, version):
    """Take a step with an account as pages do: proposed, where a second person is needed."""
    what = (who, "account", code, action, changes)
    return programme.people.proposed_instead(*what) or programme.casework.act(*what, version=version)


def change(programme, who, code, **changes):
    version = programme.store.dossiers.one("account", code).version
    return take(programme, actor(programme, who), code, "change", changes, version=version)


def content(programme, code):
    return programme.store.dossiers.one("account", code).content


@pytest.mark.parametrize("grant", [OFFICE, SIGNATORY, {"role": "auditor", "scope": "all", "code": ""}])
def test_an_account_that_decides_for_others_is_made_by_two_and_its_secret_is_shown_to_none(programme, grant):
    olga = actor(programme, "olga")
    account = {"display": "Puppet", "email": "puppet@example.org", "grants": [grant]}

    assert programme.people.invite(olga, "puppet", account) == ""
    assert "puppet" not in programme.people.codes()
    with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
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
    take(programme, olga, "ada", "close", {}, version=2)

    take(programme, olga, "ada", "reopen", {}, version=3)
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
    with pytest.raises(ForbiddenError, match="only to the person concerned"):
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
    assert "is reserved for this programme" in refused.value.faults[0].message.render()


# --- who was shown an invitation --------------------------------------------------------------------------

TAMAR = {"display": "Tamar", "grants": [{"role": "officer", "scope": "city", "code": "0599"}]}


@pytest.fixture
def send(programme, tmp_path):
    def sent(who):
        path = tmp_path / "figures.csv"
        path.write_text("city,variable,period,value,unit\n0599,green_cover_rate,2020,31,%\n")
        sender = actor(programme, who)
        reading = programme.figures.check(sender, path)
        return programme.figures.submit(sender, reading, path.read_bytes(), reason="yearbook").code

    return sent


def accept_figures(programme, who, code):
    return programme.casework.act(
        actor(programme, who), "submission", code, "accept", {"answer": "as in the yearbook"}, version=1
    ).dossier.state


def test_who_was_shown_an_invitation_does_not_accept_what_its_account_sends(programme, send):
    programme.people.accept(programme.people.invite(actor(programme, "olga"), "tamar", TAMAR), PASSWORD)
    code = send("tamar")

    with pytest.raises(ForbiddenError, match="you were shown the invitation for tamar"):
        accept_figures(programme, "olga", code)
    waiting = [one.dossier.code for one in programme.casework.waiting(actor(programme, "olga"))]
    assert code not in waiting
    assert accept_figures(programme, "oscar", code) == "accepted"


def test_a_new_invitation_that_is_shown_counts_from_when_it_is_used(programme, send):
    programme.people.take_place("gus")
    before = send("gus")
    secret = programme.people.invite_again(actor(programme, "olga"), "gus")
    unused = send("gus")
    programme.people.accept(secret, PASSWORD)
    used = send("gus")

    assert (
        accept_figures(programme, "olga", before) == accept_figures(programme, "olga", unused) == "accepted"
    )
    with pytest.raises(ForbiddenError):
        accept_figures(programme, "olga", used)


def test_an_invitation_that_goes_to_its_person_later_does_not_clean_what_was_sent_before(programme, send):
    programme.people.accept(programme.people.invite(actor(programme, "olga"), "tamar", TAMAR), PASSWORD)
    before = send("tamar")
    programme.people.change_password(actor(programme, "tamar"), PASSWORD, "another long password")
    same = send("tamar")
    programme.people.accept(programme.people.invite_again(FOUNDER, "tamar"), PASSWORD)
    after = send("tamar")

    for code in (before, same):
        with pytest.raises(ForbiddenError):
            accept_figures(programme, "olga", code)
    assert accept_figures(programme, "olga", after) == "accepted"


def test_two_accounts_whose_invitations_one_person_was_shown_are_no_two_people(programme):
    for code in ("puppet", "other"):
        secret = programme.people.invite(actor(programme, "olga"), code, TAMAR)
        programme.people.accept(secret, PASSWORD)
    begun = Dossier(kind="round", code="r1", state="draft", content={}, action="create", recorded_by="puppet")
    (stored,) = programme.store.dossiers.record([begun], by="puppet", what="round: create", reason="test")

    with pytest.raises(ForbiddenError, match="olga could have acted both as puppet"):
        check_four_eyes(programme.store.dossiers, step("round", "publish"), "other", stored)
    check_four_eyes(programme.store.dossiers, step("round", "publish"), "oscar", stored)


def test_nobody_says_who_was_shown_an_invitation(programme):
    olga = actor(programme, "olga")
    programme.people.accept(programme.people.invite(olga, "tamar", TAMAR | {"shown_to": "oscar"}), PASSWORD)
    version = programme.store.dossiers.one("account", "tamar").version

    assert content(programme, "tamar")["shown_to"] == "olga"
    with pytest.raises(ForbiddenError, match="shown_to"):
        take(programme, olga, "tamar", "change", {"shown_to": ""}, version=version)
    change(programme, "olga", "tamar", grants=[*TAMAR["grants"], OFFICE])
    decide(programme, "oscar")
    assert content(programme, "tamar")["shown_to"] == "olga"


def test_the_log_says_who_was_shown_an_invitation(programme):
    programme.people.invite(actor(programme, "olga"), "tamar", TAMAR)
    programme.people.invite_again(FOUNDER, "tamar")

    entries = programme.store.audit().select("who", "what", "why").rows()
    assert ("olga", "account: invitation", "invited (shown to olga)") in entries
    assert ("urbium", "account: end invitation", "a new invitation") in entries
    assert ("urbium", "account: invitation", "invited (by command)") in entries


def test_an_invitation_that_reaches_nobody_ends_none_that_does(programme):
    change(programme, "olga", "sven", email="sven@example.org")
    decide(programme, "oscar")
    secret = programme.people.invite_again(FOUNDER, "sven")
    programme.people.invite_again(actor(programme, "olga"), "sven")

    assert programme.people.accept(secret, PASSWORD).actor.account == "sven"


# --- closing ----------------------------------------------------------------------------------------------


def close(programme, who, code):
    version = programme.store.dossiers.one("account", code).version
    return take(programme, actor(programme, who), code, "close", {}, version=version)


def test_nobody_of_the_office_is_left_alone_by_closing_an_account_without_a_second_person(programme):
    for code in ("olga", "oscar"):
        programme.people.take_place(code)
    session = programme.people.take_place("oscar").secret

    assert close(programme, "olga", "oscar").dossier.kind == "account_change"
    with pytest.raises(ForbiddenError, match="second person"):
        programme.casework.act(actor(programme, "olga"), "account", "oscar", "close", version=2)
    assert programme.people.actor(session) is not None

    decide(programme, "oscar")
    assert programme.people.actor(session) is None
    assert programme.store.dossiers.one("account", "oscar").state == "closed"


def test_an_account_of_the_office_is_closed_at_once_where_two_are_left(programme):
    programme.people.invite(FOUNDER, "otto", {"display": "Otto", "grants": [OFFICE]})
    for code in ("olga", "oscar", "otto"):
        programme.people.take_place(code)

    assert close(programme, "olga", "oscar").dossier.state == "closed"


# --- the log ----------------------------------------------------------------------------------------------


def test_the_reason_of_an_entry_is_the_answer_that_its_step_gives(programme, send):
    programme.people.take_place("gus")
    accept_figures(programme, "olga", send("gus"))

    assert "accept: as in the yearbook" in programme.store.audit()["why"].to_list()


def test_the_last_person_of_the_office_does_not_close_the_own_account(tmp_path):
    with new(tmp_path / "alone.db", nation="NLD") as programme:
        secret = programme.people.invite(FOUNDER, "olga", {"display": "Olga", "grants": [OFFICE]})
        programme.people.accept(secret, PASSWORD)
        version = programme.store.dossiers.one("account", "olga").version
        with pytest.raises(InputError) as refused:
            programme.casework.act(actor(programme, "olga"), "account", "olga", "close", version=version)

    assert "the last account of the programme office" in str(refused.value.faults[0].message)
