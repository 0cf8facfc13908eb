"""Who is written to about what, and what a letter says when it is sent."""

import csv
import re
import shutil
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import polars as pl
import pytest

import urbium
from people_of import PASSWORD, PEOPLE, actor, staffed
from rounds_of import Way, called, complete_file, moved
from urbium.access import Role
from urbium.errors import ConflictError, ForbiddenError, InputError
from urbium.model import Source
from urbium.model.dossiers import Dossier
from urbium.packaged import packaged_rows
from urbium.pilot.steps import every_step
from urbium.programme import open_programme
from urbium.programme.base.mail import Refused
from urbium.programme.cases import news
from urbium.programme.cases.letters import INVITE, LETTERS, LOCK, REMIND, WEEK, letter_rows
from urbium.programme.cases.sight import Seen
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.people.letter_texts import _of_step
from urbium.programme.people.outbox import Outbox
from urbium.programme.people.people import People
from urbium.store import FileStamp

SENDER = "urbium@example.org"
DAY = 24 * 3600 * 1_000_000


class Box:
    """A post that keeps what it carries; ``refusal`` is raised instead where there is one."""

    def __init__(self, refusal: Refused | None = None) -> None:
        self.letters: list[EmailMessage] = []
        self.refusal = refusal

    def carry(self, letter: EmailMessage) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.letters.append(letter)

    def subjects(self) -> dict[str, str]:
        return {str(one["To"]).partition("@")[0]: str(one["Subject"]) for one in self.letters}

    def text(self, who: str) -> str:
        return "".join(one.get_content() for one in self.letters if str(one["To"]).startswith(f"{who}@"))


def with_addresses(programme, *people):
    for code in people:
        sight = programme.casework.opened(FOUNDER, "account", code)
        programme.casework.act(
            FOUNDER,
            "account",
            code,
            "change",
            {"email": f"{code}@example.org"},
            version=sight.dossier.version,
        )
        programme.people.take_place(code)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A programme of people with addresses, and an open call, as a file."""
    file = tmp_path_factory.mktemp("letters") / "made.db"
    with staffed(str(file)) as programme:
        programme.settings.change(by="test", reason="test", address="https://urbium.example.org")
        with_addresses(programme, *PEOPLE)
        called(programme, "call")
        sent(programme)
    return file


@pytest.fixture
def programme(made, tmp_path):
    with open_programme(shutil.copy(made, tmp_path / "programme.db")) as programme:
        yield programme


def sent(programme, box=None):
    box = box or Box()
    programme.outbox.send(box, sender=SENDER)
    return box


def written(programme):
    return {(one.account, one.what) for one in programme.store.letters.listed(None) if one.state == "waiting"}


# --- the list -----------------------------------------------------------------------------------------------


def test_every_row_of_the_list_names_a_step_that_there_is_and_receivers_that_there_are():
    steps = {(one.kind, one.action) for one in every_step()}
    of_accounts = {("account", event) for event in (INVITE, LOCK, WEEK)}
    events = of_accounts | {("agreement", REMIND), ("taskbook", REMIND)}
    roles = {role.value for role in Role}
    rows = letter_rows()
    assert {row.letter for row in rows} == set(LETTERS)
    assert {(row.kind, row.action) for row in rows} <= steps | events | {("*", "*")}
    assert all(
        set(row.to) <= roles or row.to in (("next",), ("last",), ("owner",), ("itself",)) for row in rows
    )


def test_every_letter_of_a_step_has_a_text():
    sight = Seen(Dossier(kind="application", code="a", state="draft", content={}), frozenset({"parties"}), ())
    apart = {"locked", "taken_back"}  # of what nothing is read: test_outbox.py
    named = {row.letter for row in letter_rows() if row.action not in (INVITE, LOCK, REMIND, WEEK)} - apart

    assert {
        name for name in named if "Bourne" not in _of_step(name, sight, "Bourne").subject.render()
    } == set()


def test_reminders_go_to_roles_alone_and_a_kind_has_one_for_all_are_written_together():
    reminders = [row for row in letter_rows() if row.action == REMIND]

    assert len({row.kind for row in reminders}) == len(reminders)
    assert {name for row in reminders for name in row.to} <= {role.value for role in Role}


def test_owners_are_written_to_of_kinds_that_have_one_alone():
    owned = {
        row["kind"]
        for row in packaged_rows("rules/rights")
        if (row["action"], row["where"]) == ("create", "own")
    }

    assert {row.kind for row in letter_rows() if row.to == ("owner",)} <= owned | {"review"}


def test_the_list_is_read_as_it_is_written():
    path = Path(urbium.__file__).parent / "data" / "rules" / "letters.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        assert [tuple(row.values()) for row in csv.DictReader(lines)] == [
            (row.letter, row.kind, row.action, " ".join(row.to)) for row in letter_rows()
        ]


# --- to whom ------------------------------------------------------------------------------------------------


def test_each_step_of_an_application_is_written_to_whoever_is_next_and_to_nobody_else(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    assert written(programme) == set()  # who has begun it knows that it waits
    reached = []
    for who, action, changes in (
        ("carl", "complete", {}),
        ("sven", "sign", {}),
        ("pia", "return", {"requests": ["the dates"]}),
        ("carl", "complete", {}),
        ("sven", "sign", {}),
        ("pia", "recommend", {"recommendation": "yes", "province_report": "checked"}),
    ):
        way.act(who, action, **changes)
        reached.append(written(programme))
        sent(programme)
    signatory, province, office = (
        {("sven", "waits")},
        {("pia", "waits")},
        {("olga", "waits"), ("oscar", "waits")},
    )
    assert reached == [signatory, province, {("carl", "changes")}, signatory, province, office]


def test_what_is_taken_back_is_told_to_who_waited_for_it_and_to_who_is_to_change_it(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    sent(programme)
    way.act("sven", "take_back")
    assert written(programme) == {("pia", "taken_back"), ("carl", "waits")}
    box = sent(programme)
    assert box.subjects()["pia"] == "[Proef] Taken back: application Delft"
    assert "was taken back for changes" in box.text("pia")
    assert "https://urbium.example.org/desk\n" in box.text("pia")


def test_no_letter_asks_for_a_step_that_the_round_refuses_by_now(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    assert ("pia", "waits") in written(programme)
    moved(programme, "olga", "call", "close")
    selection = {"selection": {}}
    programme.casework.act(
        actor(programme, "olga"), "round", "call", "propose", selection, version=3, reason="none came in time"
    )
    assert "pia" not in sent(programme).subjects()


def test_who_prepared_a_selection_is_not_asked_to_decide_it(programme):
    Way(programme, "call", "delft", complete_file(programme, "Delft")).admitted()
    sent(programme)
    moved(programme, "olga", "call", "close")
    sent(programme)
    moved(
        programme, "olga", "call", "propose", selection={"delft": {"decision": "selected", "reason": "good"}}
    )
    assert written(programme) == {("oscar", "waits")}
    sent(programme)
    moved(programme, "oscar", "call", "decide")
    assert written(programme) == {("carl", "decision"), ("sven", "decision")}
    box = sent(programme)
    assert box.subjects()["carl"] == "[Proef] Decided: application Delft"
    assert "Current position: selected." in box.text("carl")
    assert "https://urbium.example.org/desk/applications/delft" in box.text("carl")


def test_an_expert_is_written_to_about_what_is_to_be_judged_and_when_that_is_withdrawn(programme):
    Way(programme, "call", "delft", complete_file(programme, "Delft")).admitted()
    sent(programme)
    olga = actor(programme, "olga")
    programme.casework.begin(olga, "review", "r1", {}, parent="delft", owner="eva")
    assert sent(programme).subjects() == {"eva": "[Proef] Waiting for you: review Delft"}
    programme.casework.act(olga, "review", "r1", "withdraw", version=1)
    assert set(sent(programme).subjects()) == {"eva"}


def test_a_letter_is_in_the_language_of_its_receiver(programme):
    programme.people.choose_language(actor(programme, "sven"), "zh")
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    way.act("carl", "complete")
    (subject,) = sent(programme).subjects().values()
    way.act("sven", "sign")
    other = sent(programme).subjects()["pia"]
    assert (re.search("[\u4e00-\u9fff]", subject) is None, "Waiting for you" in other) == (False, True)


def test_a_person_without_an_address_is_not_written_to(programme):
    version = programme.casework.opened(FOUNDER, "account", "sven").dossier.version
    programme.casework.act(FOUNDER, "account", "sven", "change", {"email": ""}, version=version)
    Way(programme, "call", "delft", complete_file(programme, "Delft")).act("carl", "complete")
    assert written(programme) == set()


@pytest.mark.parametrize(
    "address", ["carl", "carl@example.org\r\nBcc: x@example.org", "a@example.org,b@example.org"]
)
def test_an_account_gets_no_address_that_is_none(programme, address):
    version = programme.casework.opened(FOUNDER, "account", "carl").dossier.version
    with pytest.raises(InputError) as refused:
        programme.casework.act(FOUNDER, "account", "carl", "change", {"email": address}, version=version)
    assert "not an e-mail address" in str(refused.value)


def test_a_step_that_is_refused_writes_nothing(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    with pytest.raises(ForbiddenError):
        way.act("carl", "complete", requests="no field of this step")
    with pytest.raises(ConflictError):
        programme.casework.act(actor(programme, "carl"), "application", "delft", "complete", version=9)
    assert written(programme) == set()


def test_a_step_whose_letters_cannot_be_written_is_not_taken(programme, monkeypatch):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))

    def fails(_):
        raise ZeroDivisionError

    monkeypatch.setattr(programme.store.letters, "add", fails)
    with pytest.raises(ZeroDivisionError):
        way.act("carl", "complete")
    assert programme.store.dossiers.one("application", "delft").state == "draft"


# --- what it says when it is sent ---------------------------------------------------------------------------


def test_what_the_receiver_may_see_no_more_is_not_written_about(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Secret title"))
    way.act("carl", "complete")
    version = programme.casework.opened(FOUNDER, "account", "sven").dossier.version
    elsewhere = [{"role": "signatory", "scope": "city", "code": "0344"}]
    programme.casework.act(FOUNDER, "account", "sven", "change", {"grants": elsewhere}, version=version)
    assert sent(programme).letters == []
    (kept,) = (one for one in programme.store.letters.listed("sven") if one.what == "waits")
    assert (kept.state, kept.failure) == ("dropped", "the recipient is no longer allowed to see this")


def test_what_waits_no_more_is_not_written_about(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    way.act("carl", "complete")
    way.act("sven", "reopen")
    assert "sven" not in sent(programme).subjects()


def test_a_closed_account_is_not_written_to(programme):
    Way(programme, "call", "delft", complete_file(programme, "Delft")).act("carl", "complete")
    version = programme.casework.opened(FOUNDER, "account", "sven").dossier.version
    programme.casework.act(FOUNDER, "account", "sven", "close", version=version)
    assert sent(programme).letters == []


def test_a_title_makes_no_header(programme):
    title = "Delft\r\nBcc: everybody@example.org"
    Way(programme, "call", "delft", complete_file(programme, title)).act("carl", "complete")
    (letter,) = sent(programme).letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "[Proef] Waiting for you: application Delft Bcc: everybody@example.org"


def test_a_refusal_for_good_has_failed_and_one_for_now_waits(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    way.act("carl", "complete")
    sent(programme, Box(Refused("550 nobody", is_final=True)))
    (kept,) = (one for one in programme.store.letters.listed("sven") if one.what == "waits")
    assert (kept.state, kept.failure) == ("failed", "550 nobody")
    way.act("sven", "sign")
    sent(programme, Box(Refused("451 later")))
    (kept,) = (one for one in programme.store.letters.listed("pia") if one.what == "waits")
    assert (kept.state, kept.attempts, kept.failure) == ("waiting", 1, "451 later")


def test_a_post_that_is_over_is_given_no_other_letter(programme):
    way = Way(programme, "call", "delft", complete_file(programme, "Delft"))
    for who, action, changes in (
        ("carl", "complete", {}),
        ("sven", "sign", {}),
        ("pia", "recommend", {"recommendation": "yes", "province_report": "checked"}),
    ):
        way.act(who, action, **changes)
    programme.outbox.send(Box(Refused("gone", is_over=True)), sender=SENDER)
    kept = [one for one in programme.store.letters.listed(None) if one.state == "waiting"]
    assert sorted((one.account, one.attempts) for one in kept) in (
        [("olga", 0), ("oscar", 1)],
        [("olga", 1), ("oscar", 0)],
    )


def test_letters_go_nowhere_without_a_mail_server(programme):
    with pytest.raises(InputError, match="the mail server or the sender is not set"):
        programme.outbox.deliver()


def test_letters_go_into_a_folder(programme, tmp_path):
    Way(programme, "call", "delft", complete_file(programme, "Delft")).act("carl", "complete")
    assert programme.outbox.deliver(folder=tmp_path / "out").sent == 1
    assert len(list((tmp_path / "out").glob("*.eml"))) == 1


# --- accounts -----------------------------------------------------------------------------------------------


def test_an_invitation_is_sent_with_a_secret_that_the_store_does_not_hold(programme):
    shown = programme.people.invite(FOUNDER, "new", {"display": "New", "email": "new@example.org"})
    box = sent(programme)
    body = box.text("new").replace("=\r\n", "")
    secret = body.partition("/invitation#")[2].split()[0]
    assert secret not in str(programme.store.letters.listed(None))
    assert "invitation?" not in body  # no secret in what a server logs
    assert programme.people.accept(secret, PASSWORD).actor.account == "new"
    with pytest.raises(Exception, match="used or expired"):
        programme.people.accept(shown, PASSWORD)


def test_an_invitation_that_was_used_meanwhile_is_not_sent(programme):
    shown = programme.people.invite(FOUNDER, "new", {"display": "New", "email": "new@example.org"})
    programme.people.accept(shown, PASSWORD)
    assert sent(programme).letters == []


def test_a_locked_account_is_told_its_owner_once_a_day(programme):
    now = [1_800_000_000_000_000]
    people = People(programme.workspace, programme.casework, clock=lambda: now[0], pause=lambda _: None)
    people.set_password("carl", PASSWORD, by="test", reason="test")
    for _ in range(3):
        for _ in range(5):
            with pytest.raises(ForbiddenError):
                people.sign_in("carl", "wrong")
        now[0] += 301 * 1_000_000
    assert [(one.account, one.what) for one in programme.store.letters.listed("carl")] == [("carl", "locked")]
    assert "five times in a row" in sent(programme).text("carl")


# --- reminders ----------------------------------------------------------------------------------------------


def keep(programme, *dossiers):
    programme.store.dossiers.record(dossiers, by="test", what="test", reason="test")


def commitment(**fields):
    return {"code": "c1", "article": "1", "promise": "a book", "party": "a", "due": "2026-12-31"} | fields


@pytest.fixture
def deal(programme):
    content = {"title": "Deal", "parties": [{"code": "a", "title": "Council"}], "commitments": [commitment()]}
    keep(programme, Dossier(kind="agreement", code="deal", state="signed", content=content))
    grants = [{"role": "partner", "scope": "agreement", "code": "deal"}]
    programme.people.invite(FOUNDER, "paul", {"display": "Paul", "grants": grants})
    with_addresses(programme, "paul")
    sent(programme)
    return programme


def outbox_on(programme, day):
    at = int((day - date(1970, 1, 1)).total_seconds()) * 1_000_000
    return Outbox(programme._desk, programme.casework, programme.people, clock=lambda: at)


def test_partner_and_office_are_reminded_of_a_commitment_once_when_due_soon_and_once_when_late(deal):
    counts = [
        outbox_on(deal, day).remind()
        for day in (
            date(2026, 11, 1),
            date(2026, 12, 2),
            date(2026, 12, 3),
            date(2027, 1, 1),
            date(2027, 2, 1),
        )
    ]
    assert counts == [0, 3, 0, 3, 0]
    box = Box()
    outbox_on(deal, date(2027, 1, 1)).send(box, sender=SENDER)
    assert set(box.subjects()) == {"paul", "olga", "oscar"}
    assert "Council: a book was due on 2026-12-31 (days overdue: 1)" in box.text("paul")


def test_a_commitment_that_was_kept_meanwhile_is_not_written_about(deal):
    outbox_on(deal, date(2026, 12, 2)).remind()
    before = deal.store.dossiers.one("agreement", "deal")
    done = before.content | {"commitments": [commitment(state="done")]}
    fields = {name: getattr(before, name) for name in Dossier.__struct_fields__}
    keep(deal, Dossier(**fields | {"content": done}))
    box = Box()
    outbox_on(deal, date(2026, 12, 3)).send(box, sender=SENDER)
    assert box.letters == []


def test_officers_are_reminded_of_the_report_of_a_year_that_nobody_has_sent(programme):
    tasks = [{"code": "t", "title": "Meters", "starts": 2026, "ends": 2027}]
    content = {"title": "Book of Delft", "tasks": tasks}
    keep(
        programme,
        Dossier(kind="taskbook", code="book", state="in_force", content=content, city="0503",
                province="Zuid-Holland"),
    )  # fmt: skip
    assert outbox_on(programme, date(2026, 12, 15)).remind() == 1
    box = Box()
    outbox_on(programme, date(2026, 12, 15)).send(box, sender=SENDER)
    assert box.subjects() == {"carl": "[Proef] Reminder: the report for 2026 on Book of Delft"}
    report = {"title": "Report", "year": 2026}
    keep(
        programme,
        Dossier(kind="report", code="r26", state="submitted", content=report, city="0503", parent="book",
                parent_kind="taskbook", province="Zuid-Holland"),
    )  # fmt: skip
    assert outbox_on(programme, date(2027, 1, 5)).remind() == 0


# --- the weekly letter --------------------------------------------------------------------------------------


FIGURE = {
    "city": "0503", "variable": "gdp", "period": "2020", "unit": "10k CNY", "area": "prefecture",
    "status": "reported", "quality": "not graded", "source": "yb", "file": "yearbook.csv", "sheet": "",
    "cell": "B2", "reason": "",
}  # fmt: skip


def this_monday(programme):
    today = programme.settings.today()
    return today - timedelta(days=today.weekday())


def weekly(programme, weeks=1):
    """Return the outbox on the Monday that ends this week, or a later one."""
    return outbox_on(programme, this_monday(programme) + timedelta(weeks=weeks, hours=30))


def follows(programme, who, *what):
    programme.following.follow(actor(programme, who), what)


def box_of_week(programme, weeks=1):
    sent(programme)  # what else is written of the steps
    box = Box()
    outbox = weekly(programme, weeks)
    outbox.remind()
    outbox.send(box, sender=SENDER)
    return box


def report_of(programme, city, title):
    programme.casework.begin(
        actor(programme, "carl"), "base_report", title.lower(), {"title": title, "database": "d"}, city=city
    )


def test_who_follows_the_programme_gets_one_letter_of_a_week_with_what_it_may_see(programme):
    report_of(programme, "0503", "Hidden")
    follows(programme, "sven", "programme")
    follows(programme, "gus", "programme")
    report_of(programme, "0503", "Later")

    box = box_of_week(programme)
    assert box.subjects().keys() == {"sven"}  # the other's city has no part in it
    text = box.text("sven")
    assert (
        "Later (report on base data): being drafted (https://urbium.example.org/desk/base-reports/later)"
        in text
    )
    assert "Hidden" not in text  # before it was followed
    first = this_monday(programme)
    assert f"/desk?since={first.isoformat()}#news" in text
    assert box_of_week(programme).letters == []
    assert weekly(programme).remind() == 0


@pytest.mark.parametrize(
    ("what", "is_told"), [(("0503",), True), (("0599", "plan"), False), (("programme",), True)]
)
def test_who_follows_a_city_is_told_of_that_city_and_of_no_other(programme, what, is_told):
    follows(programme, "sven", *what)
    report_of(programme, "0503", "Delft")

    assert bool(box_of_week(programme).letters) == is_told


@pytest.mark.parametrize(
    ("what", "is_told"), [(("0599",), False), (("0503",), True), (("plan",), True), (("0599", "plan"), True)]
)
def test_what_becomes_of_the_plan_in_one_city_is_no_news_of_another(programme, monkeypatch, what, is_told):
    monkeypatch.setattr(news, "_OF_PLAN", frozenset({"base_report"}))
    follows(programme, "sven", *what)
    report_of(programme, "0503", "Delft")

    assert bool(box_of_week(programme).letters) == is_told


def test_corrected_figures_are_counted_for_the_cities_that_are_followed(programme):
    follows(programme, "sven", "0503")
    follows(programme, "gus", "0599")
    programme.register(sources=[Source("yb", "Bureau", "Yearbook")], by="test", reason="test")
    for value in (100.0, 101.0):
        table = pl.DataFrame([FIGURE | {"value": value}])
        programme.store.record(table, by="test", reason="test", file=FileStamp("yearbook.csv", "0" * 64))

    box = box_of_week(programme)
    assert box.subjects().keys() == {"sven"}
    assert "1 figure was corrected." in box.text("sven")


def test_nothing_is_sent_where_nothing_changed(programme):
    follows(programme, "carl", "plan")
    report_of(programme, "0503", "Own")

    assert box_of_week(programme).letters == []
    assert [one.state for one in programme.store.letters.listed("carl") if one.what == "week"] == ["dropped"]


def test_nothing_is_written_before_a_week_that_was_followed_is_over(programme):
    follows(programme, "sven", "programme")
    report_of(programme, "0503", "Delft")

    assert weekly(programme, weeks=0).remind() == 0
    assert weekly(programme, weeks=1).remind() == 1


def test_what_changed_in_another_week_is_of_the_letter_of_that_week(programme):
    follows(programme, "sven", "programme")
    report_of(programme, "0503", "Delft")

    assert box_of_week(programme, weeks=2).letters == []


def test_the_letter_is_written_as_its_receiver_may_see_things_when_it_is_sent(programme):
    follows(programme, "sven", "programme")
    report_of(programme, "0503", "Delft")
    weekly(programme).remind()
    sight = programme.casework.opened(FOUNDER, "account", "sven")
    grants = [{"role": "signatory", "scope": "city", "code": "0599"}]
    programme.casework.act(
        FOUNDER, "account", "sven", "change", {"grants": grants}, version=sight.dossier.version
    )

    sent(programme)
    box = Box()
    weekly(programme).send(box, sender=SENDER)
    assert box.letters == []
    assert {one.state for one in programme.store.letters.listed("sven") if one.what == "week"} == {"dropped"}


def test_an_account_that_is_closed_gets_no_weekly_letter(programme):
    follows(programme, "sven", "programme")
    report_of(programme, "0503", "Delft")
    sight = programme.casework.opened(FOUNDER, "account", "sven")
    programme.casework.act(FOUNDER, "account", "sven", "close", {}, version=sight.dossier.version)

    assert box_of_week(programme).letters == []


def test_a_letter_says_where_to_end_it_in_its_head_and_its_text(programme):
    follows(programme, "sven", "programme")
    report_of(programme, "0503", "Delft")
    [letter] = box_of_week(programme).letters
    address = re.search(r"https://urbium\.example\.org/unfollow/[\w-]+", letter.get_content())[0]

    assert f"List-Unsubscribe: <{address}>".encode() in letter.as_bytes()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.rpartition("/")[2] not in str(programme.store.accounts.every("leaving"))


def test_the_link_of_a_letter_that_arrived_holds_though_it_was_sent_again(programme):
    follows(programme, "sven", "programme")
    report_of(programme, "0503", "Delft")
    sent(programme)
    tuesday = this_monday(programme) + timedelta(weeks=1, days=1)
    outbox_on(programme, tuesday).remind()
    carried = []
    for days in (0, 1):  # whoever sends it dies after it was taken, and it goes out once more
        box = Box(Refused("the connection was lost"))
        box.letters, box.carry = carried, lambda letter, box=box: (
            carried.append(letter), Box.carry(box, letter)
        )  # fmt: skip
        outbox_on(programme, tuesday + timedelta(days=days)).send(box, sender=SENDER)
    secrets = [re.search(r"/unfollow/([\w-]+)", one.get_content())[1] for one in carried]

    assert len(secrets) == 2
    assert len({str(one["Message-ID"]) for one in carried}) == 1
    programme.following.leave(secrets[0])
    assert programme.following.followed("sven") == []


def test_a_new_password_leaves_what_is_followed(programme):
    follows(programme, "sven", "programme", "0503")
    programme.people.take_up("sven")
    assert programme.following.followed("sven") == ["programme", "0503"]


def test_what_cannot_be_followed_is_refused_and_nothing_changes(programme):
    follows(programme, "sven", "plan")
    for wrong in (["nowhere"], ["0503", ""]):
        with pytest.raises(InputError, match="you can follow"):
            follows(programme, "sven", *wrong)
    assert programme.following.followed("sven") == ["plan"]
    follows(programme, "sven")
    assert programme.following.followed("sven") == []


# --- who sees them ------------------------------------------------------------------------------------------


def test_the_office_sees_all_letters_and_a_person_its_own(programme):
    Way(programme, "call", "delft", complete_file(programme, "Delft")).act("carl", "complete")
    assert {one.letter.account for one in programme.outbox.listed(actor(programme, "olga"))} >= {"sven"}
    assert {one.letter.account for one in programme.outbox.listed(actor(programme, "sven"))} == {"sven"}
    assert programme.outbox.count(actor(programme, "carl")) == {}
