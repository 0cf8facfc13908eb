"""Accounts, passwords, one-time codes, sessions and tokens."""

import pyotp
import pytest
from argon2 import Type
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from people_of import PASSWORD, actor, staffed
from urbium.access import Grant, Role
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.programme.people.devices import remember
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.people.passwords import check_password
from urbium.programme.people.people import People

MINUTE = 60_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def people(programme, clock):
    return People(programme.workspace, programme.casework, clock=clock)


@pytest.fixture
def carl(people):
    people.accept(people.invite_again(FOUNDER, "carl"), PASSWORD)
    return "carl"


def test_passwords_are_hashed_at_least_as_dearly_as_owasp_advises(hasher):
    assert hasher.type is Type.ID
    assert hasher.memory_cost >= 19_456
    assert hasher.time_cost >= 2


def test_an_invitation_counts_once_and_two_weeks(people, clock):
    secret = people.invite_again(FOUNDER, "nora")
    assert people.accept(secret, PASSWORD).actor.account == "nora"
    with pytest.raises(NotFoundError, match="used or expired"):
        people.accept(secret, PASSWORD)
    late = people.invite_again(FOUNDER, "nora")
    clock.now += 15 * 24 * 60 * MINUTE
    with pytest.raises(NotFoundError):
        people.accept(late, PASSWORD)


def test_a_new_invitation_ends_the_one_before(people):
    first = people.invite_again(FOUNDER, "pia")
    people.invite_again(FOUNDER, "pia")
    with pytest.raises(NotFoundError):
        people.accept(first, PASSWORD)


def test_only_the_office_invites(programme, people):
    for who in ("carl", "pia", "eva", "ada"):
        with pytest.raises(ForbiddenError):
            people.invite(actor(programme, who), "mole", {"display": "Mole"})
        with pytest.raises(ForbiddenError):
            people.invite_again(actor(programme, who), "olga")


@pytest.mark.parametrize(
    "grant",
    [
        {"role": "king"},
        {"role": "public"},
        {"role": "officer"},
        {"role": "officer", "scope": "all"},
        {"role": "officer", "scope": "province", "code": "Utrecht"},
        {"role": "office", "scope": "city", "code": "0503"},
    ],
)
def test_a_role_or_scope_that_does_not_exist_is_refused(people, grant):
    with pytest.raises(InputError):
        people.invite(FOUNDER, "wrong", {"display": "Wrong", "grants": [grant]})
    with pytest.raises(NotFoundError):
        people.named("wrong")


def test_an_account_is_made_once(people):
    with pytest.raises(ConflictError):
        people.invite(FOUNDER, "carl", {"display": "Carl"})


@pytest.mark.parametrize("password", ["short", "x" * 257, "carl"])
def test_a_weak_password_is_refused_and_the_invitation_stays(people, password):
    secret = people.invite_again(FOUNDER, "carl")
    with pytest.raises(InputError):
        people.accept(secret, password)
    assert people.accept(secret, PASSWORD)


def test_whatever_was_wrong_the_refusal_says_the_same(people, carl):
    said = set()
    for name, password in ((carl, "wrong"), ("nobody", PASSWORD), ("eva", PASSWORD)):
        with pytest.raises(ForbiddenError) as error:
            people.sign_in(name, password)
        said.add(str(error.value))
    assert len(said) == 1


def test_five_failures_lock_for_five_minutes(people, clock, carl):
    for _ in range(5):
        with pytest.raises(ForbiddenError):
            people.sign_in(carl, "wrong")
    with pytest.raises(ForbiddenError):
        people.sign_in(carl, PASSWORD)
    clock.now += 6 * MINUTE
    assert people.sign_in(carl, PASSWORD)


def test_a_session_ends_when_idle_and_after_twelve_hours(people, clock, carl):
    secret = people.sign_in(carl, PASSWORD).secret
    for _ in range(23):
        clock.now += 30 * MINUTE
        assert people.actor(secret)
    clock.now += 31 * MINUTE
    assert people.actor(secret) is None
    idle = people.sign_in(carl, PASSWORD).secret
    clock.now += 61 * MINUTE
    assert people.actor(idle) is None


def test_signing_out_and_a_new_password_end_sessions(people, carl):
    first, second = people.sign_in(carl, PASSWORD).secret, people.sign_in(carl, PASSWORD).secret
    people.sign_out(first)
    assert people.actor(first) is None
    assert people.actor(second)
    people.set_password(carl, "another long password", by="carl", reason="changed")
    assert people.actor(second) is None


def test_a_one_time_code_counts_once(people, clock, carl):
    me = people.named(carl)
    secret = people.begin_one_time()
    codes = pyotp.TOTP(secret)
    with pytest.raises(InputError):
        people.confirm_one_time(me, secret, "000000x")
    people.confirm_one_time(me, secret, codes.at(clock.now // 1_000_000), proof=PASSWORD)
    clock.now += MINUTE
    code = codes.at(clock.now // 1_000_000)
    with pytest.raises(ForbiddenError):
        people.sign_in(carl, PASSWORD)
    assert people.sign_in(carl, PASSWORD, code)
    with pytest.raises(ForbiddenError):
        people.sign_in(carl, PASSWORD, code)


def test_one_time_codes_are_replaced_by_the_password_or_an_old_code_and_by_nothing_else(people, clock, carl):
    me, first, second = people.named(carl), people.begin_one_time(), people.begin_one_time()

    def code(secret):
        return pyotp.TOTP(secret).at(clock.now // 1_000_000)

    people.confirm_one_time(me, first, code(first), proof=PASSWORD)
    clock.now += MINUTE
    for wrong in ("", "a wrong password", "000000", code(second)):
        with pytest.raises(ForbiddenError):
            people.confirm_one_time(me, second, code(second), proof=wrong)
    clock.now += 10 * MINUTE  # what was wrong counted as it does when somebody signs in
    people.confirm_one_time(me, second, code(second), proof=code(first))
    clock.now += MINUTE
    assert people.sign_in(carl, PASSWORD, code(second))


@pytest.mark.parametrize("way", ["changed", "set", "reset"])
def test_a_new_password_ends_every_other_way_in(programme, people, way):
    signed = people.accept(people.invite_again(FOUNDER, "gus"), PASSWORD)
    token = people.token(signed.actor, "sensors", Grant(Role.OFFICER, "city", "0599"))
    device = people.sign_in("gus", PASSWORD).device
    invitation = people.invite_again(FOUNDER, "gus")
    if way == "changed":
        people.change_password(signed.actor, PASSWORD, "another long password")
    elif way == "set":
        people.set_password("gus", "another long password", by="gus", reason="changed")
    else:
        people.accept(people.invite_again(FOUNDER, "gus"), "another long password")

    assert [people.actor(secret) for secret in (signed.secret, token)] == [None, None]
    assert not people.knows("gus", device)
    with pytest.raises(NotFoundError):
        people.accept(invitation, PASSWORD)


def test_the_log_says_who_did_what_with_an_account(programme, people):
    first = programme.store.head().seq
    secret = people.invite_again(actor(programme, "olga"), "eva", reason="a lost letter")
    eva = people.accept(secret, PASSWORD).actor
    people.token(eva, "reviews", Grant(Role.EXPERT))
    people.revoke(eva, next(iter(people.tokens(eva))))
    people.end_sessions(eva)

    log = programme.store.audit()
    assert [row for row in log.select("who", "what").rows()[first:] if row[1] != "account: activate"] == [
        ("olga", "account: invitation"),
        ("eva", "account: accept"),
        ("eva", "set password"),
        ("eva", "sign in"),
        ("eva", "account: token"),
        ("eva", "account: revoke token"),
        ("eva", "account: end session"),
    ]


def test_a_token_does_one_role_of_its_owner_and_no_more(programme, people, clock):
    people.accept(people.invite_again(FOUNDER, "olga"), PASSWORD)
    office = actor(programme, "olga")
    secret = people.token(office, "reports", Grant(Role.OFFICE), days=1)
    assert people.actor(secret).account == "olga"
    (short,) = people.tokens(office)
    people.revoke(office, short)
    assert people.actor(secret) is None
    with pytest.raises(InputError, match="cannot do more"):
        people.token(actor(programme, "carl"), "too much", Grant(Role.OFFICE))
    second = people.token(office, "reports", Grant(Role.OFFICE), days=1)
    clock.now += 25 * 60 * MINUTE
    assert people.actor(second) is None


def test_no_secret_stands_in_the_store(tmp_path):
    with staffed(tmp_path / "p.db") as programme:
        invitation = programme.people.invite_again(FOUNDER, "carl")
        session = programme.people.accept(invitation, PASSWORD).secret
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [secret for secret in (PASSWORD, invitation, session) if secret.encode() in content]


def test_a_closed_account_gets_none_of_its_ways_in_back(programme, people):
    office = actor(programme, "olga")
    session = people.accept(people.invite_again(FOUNDER, "erik"), PASSWORD).secret
    token = people.token(actor(programme, "erik"), "old", Grant(Role.EXPERT))
    invitation = people.invite_again(FOUNDER, "erik")

    def move(action):
        version = programme.store.dossiers.one("account", "erik").version
        programme.casework.act(office, "account", "erik", action, version=version)

    move("close")
    assert (people.actor(session), people.actor(token)) == (None, None)
    with pytest.raises(NotFoundError):
        people.accept(invitation, PASSWORD)
    move("reopen")
    assert (people.actor(session), people.actor(token)) == (None, None)
    with pytest.raises(NotFoundError):
        people.accept(invitation, PASSWORD)


def test_a_failure_brings_back_no_replaced_password_and_each_counts(programme, people, clock):
    people.accept(people.invite_again(FOUNDER, "nora"), PASSWORD)
    passwords = people._passwords
    check = passwords.is_right

    def replaced_meanwhile(kept, password):
        passwords.is_right = check
        people.set_password("nora", "a quite other password", by="nora", reason="stolen")
        return check(kept, password)

    passwords.is_right = replaced_meanwhile
    with pytest.raises(ForbiddenError):
        people.sign_in("nora", "wrong")
    assert programme.store.accounts.credential("nora").failures == 1
    with pytest.raises(ForbiddenError):
        people.sign_in("nora", PASSWORD)
    assert people.sign_in("nora", "a quite other password")


def test_every_refusal_is_as_late_as_any_other(programme, clock):
    waits = []
    people = People(programme.workspace, programme.casework, clock=clock, pause=waits.append)
    for name in ("pia", "nobody"):
        with pytest.raises(ForbiddenError):
            people.sign_in(name, "wrong")
    assert len(waits) == 2


def test_a_role_that_does_not_exist_is_refused_however_it_is_written(programme):
    office = actor(programme, "olga")
    for grant in ({"role": "king"}, {"role": "officer", "scope": "all"}, {"role": "public"}):
        with pytest.raises(InputError):
            programme.casework.begin(office, "account", "wrong", {"display": "W", "grants": [grant]})


def test_a_password_may_hold_any_characters_and_counts_as_it_is(people):
    password = "合肥 ünï  cödé 🙂 " + "x" * 60
    people.accept(people.invite_again(FOUNDER, "gus"), password)
    for wrong in (password[:-1], password[:64], password.upper()):
        with pytest.raises(ForbiddenError):
            people.sign_in("gus", wrong)
    assert people.sign_in("gus", password)


def common():
    """The 3,000 commonest passwords of zxcvbn's list, each made 12 characters long as people do."""
    words = list(FREQUENCY_LISTS["passwords"])
    return [word if len(word) >= 12 else (word * 12)[: max(12, 2 * len(word))] for word in words], words


def test_a_common_password_is_refused(people):
    padded, words = common()
    for password in (*[one for one in words if len(one) >= 12][:60], *padded[:3000:50]):
        with pytest.raises(InputError):
            people.set_password("erik", password, by="erik", reason="test")


@pytest.mark.long
def test_each_of_the_commonest_passwords_is_refused_that_the_length_lets_through(people):
    padded, words = common()
    kept = []
    for password in {*[one for one in words if len(one) >= 12], *padded[:3000]}:
        try:
            check_password(password, ())
        except InputError:
            continue
        kept.append(password)
    assert kept == []


@pytest.mark.parametrize(
    "weak",
    [
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaa",
        "Passwordpassword1",
        "erik.erik.erik",
    ],
)
def test_a_pattern_or_the_owners_name_is_refused(people, weak):
    with pytest.raises(InputError):
        people.set_password("erik", weak, by="erik", reason="test")


def test_an_account_knows_ten_browsers(programme, people, clock):
    accounts = programme.store.accounts
    for number in range(11):
        clock.now += MINUTE
        remember(accounts, f"browser {number}", "ada", clock.now)
    assert list(accounts.tickets("ada", "device")) == [f"browser {number}" for number in range(1, 11)]
