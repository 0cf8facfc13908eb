"""Ways into accounts that somebody forged behind the back of the audit log."""

import pytest
import sqlalchemy as sa

from people_of import PASSWORD, actor, staffed
from urbium.access import Grant, Role
from urbium.errors import ConflictError
from urbium.programme.people.invitations import FOUNDER

OTHER = "another long password"
ID = "(select id from dossier where kind = 'account' and code = '{}')"


@pytest.fixture
def programme():
    with staffed() as programme:
        programme.people.accept(programme.people.invite_again(FOUNDER, "carl"), PASSWORD)
        programme.people.accept(programme.people.invite_again(FOUNDER, "olga"), PASSWORD)
        programme.people.token(actor(programme, "carl"), "sensors", Grant(Role.OFFICER, "city", "0503"))
        yield programme


def forged(programme, statement):
    """Change the store from outside; say what verifying it finds."""
    with programme.store._database._engine.begin() as connection:
        assert connection.execute(sa.text(statement)).rowcount > 0
    with pytest.raises(ConflictError) as refused:
        programme.store.verify()
    return [(fault.cell, fault.message.render()) for fault in refused.value.faults]


def test_a_store_that_nobody_forged_verifies(programme):
    people = programme.people
    people.sign_in("carl", PASSWORD)
    people.sign_out(people.sign_in("carl", PASSWORD).secret)
    people.change_password(actor(programme, "carl"), PASSWORD, OTHER)

    assert programme.store.verify().seq


@pytest.mark.parametrize(
    "statement",
    [
        f"update credential set password = 'forged' where account_id = {ID.format('carl')}",
        f"update credential set totp = 'FORGED' where account_id = {ID.format('carl')}",
        f"delete from credential where account_id = {ID.format('carl')}",
        f"insert into credential values ({ID.format('sven')}, 'forged', '', 0, 0, 0)",
    ],
    ids=["password", "one-time secret", "deleted", "inserted"],
)
def test_an_exchanged_credential_is_found(programme, statement):
    ((account, said),) = forged(programme, statement)

    assert account in ("carl", "sven")
    assert said == "the password or the secret for one-time codes was replaced"


@pytest.mark.parametrize(
    ("statement", "account", "kind"),
    [
        (f"insert into ticket values ('{'0' * 64}', 'session', {ID.format('olga')}, 1, {10**17}, 1, '{{}}')",
         "olga", "session"),
        (f"update ticket set account_id = {ID.format('olga')} where kind = 'token'", "olga", "token"),
        ("update ticket set expires = expires + 1 where kind = 'token'", "carl", "token"),
        ("""update ticket set content = '{"title": "x"}' where kind = 'token'""", "carl", "token"),
        ("update ticket set kind = 'session' where kind = 'token'", "carl", "session"),
    ],
    ids=["inserted", "of another", "for longer", "of another role", "of another kind"],
)  # fmt: skip
def test_a_way_in_that_nobody_was_given_is_found(programme, statement, account, kind):
    said = f"the log does not show that anyone was given this {kind}"
    assert (account, said) in forged(programme, statement)


def test_a_token_that_was_revoked_and_is_there_again_is_found(programme):
    carl = actor(programme, "carl")
    with programme.store._database._engine.begin() as connection:
        connection.execute(sa.text("create table aside as select * from ticket where kind = 'token'"))
    programme.people.revoke(carl, next(iter(programme.people.tokens(carl))))
    with programme.store._database._engine.begin() as connection:
        connection.execute(sa.text("insert into ticket select * from aside"))
        connection.execute(sa.text("drop table aside"))

    with pytest.raises(ConflictError) as refused:
        programme.store.verify()
    assert [fault.cell for fault in refused.value.faults] == ["carl"]


def test_a_lock_that_was_taken_off_is_found(programme):
    for _ in range(5):
        with pytest.raises(Exception, match="wrong"):
            programme.people._signed_in("carl", "wrong", "", "")

    assert forged(programme, "update credential set locked_until = 0 where locked_until > 0") == [
        ("carl", "the lock after failed attempts was removed")
    ]
