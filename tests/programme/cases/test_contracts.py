"""The life of a pilot from a selected application to its certificate, and who sees and does what of it."""

import re
from datetime import date
from types import SimpleNamespace

import msgspec
import polars as pl
import pytest

from observed_figures import observed
from people_of import actor
from urbium.access import ANYBODY
from urbium.catalogue import load_catalogue
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.observations.in_force import decide
from urbium.pilot.alarms.alarms import reason_kept
from urbium.plan import Settings
from urbium.programme import Programme, new
from urbium.programme.cases.rules.contract_cases import figures_of
from urbium.programme.people.invitations import FOUNDER

PEOPLE = {
    "olga": ("office", "all", "", ""),
    "oscar": ("office", "all", "", ""),
    "carl": ("officer", "city", "A", ""),
    "sven": ("signatory", "city", "A", ""),
    "gus": ("officer", "city", "B", ""),
    "pia": ("province", "province", "Avon", ""),
    "ada": ("auditor", "all", "", ""),
    "tim": ("partner", "agreement", "deal", "Council"),
    "sue": ("partner", "agreement", "deal", "Society"),
    "max": ("partner", "agreement", "deal", ""),
    "eve": ("partner", "agreement", "other", "Council"),
}
WEB = "https://pilots.example/certificates/{code}"


def begun(towns) -> Programme:
    """Return a programme of two towns with an adopted plan, people, and a selected application of Aston."""
    programme = new(":memory:", nation="GBR", currency="GBP", name="Trial")
    programme.register(
        cities=[
            City(code, {"en": name}, "municipality", province={"en": "Avon"})
            for code, name in (("A", "Aston"), ("B", "Bourne"))
        ],
        by="test",
        reason="towns",
    )
    for code, (role, scope, where, body) in PEOPLE.items():
        grant = {"role": role, "scope": scope, "code": where}
        programme.people.invite(FOUNDER, code, {"display": code, "grants": [grant], "body": body})
    rows, road = towns.rows, towns.towns_roadmap(with_people=False)
    figures = rows(
        "city figure name value unit period none_at all_at need",
        ("A", "households", "Households", 100.0, "count", "2019", 200.0, 0.0, 0.5),
    )
    gaps = road.gaps.with_columns(
        figures=pl.when(pl.col("city") == "A").then(pl.lit("households")).otherwise(pl.lit(""))
    )
    settings = Settings(price_year="2020", currency="GBP")
    plan = towns.towns_plan(
        with_people=False, roadmap=road.replace(figures=figures, gaps=gaps, settings=settings)
    )
    programme.adopt(plan, by="test", reason="a plan", accept_unproven=True)
    application = {"title": "Aston", "projects": [], "kind": "new", "is_test": False}
    decided = {"title": "r1", "rules": "india-mission"}
    programme.store.dossiers.record(
        [
            Dossier(kind="round", code="r1", state="decided", content=decided),
            Dossier(
                kind="application", code="a1", state="selected", content=application, city="A",
                province="Avon", round="r1", parent="r1", parent_kind="round",
            ),
            Dossier(
                kind="application", code="a2", state="declined", content=application, city="A",
                province="Avon", round="r1", parent="r1", parent_kind="round",
            ),
        ],
        by="test", what="selected", reason="a selection",
    )  # fmt: skip
    return programme


class Work:
    """One dossier, moved on by whoever is named."""

    def __init__(self, programme: Programme, who: str, kind: str, code: str, parent: str = "", **content):
        self.programme, self.kind, self.code = programme, kind, code
        self.sight = programme.casework.begin(actor(programme, who), kind, code, content, parent=parent)

    def act(self, who: str, action: str, **changes):
        self.sight = self.programme.casework.act(
            actor(self.programme, who), self.kind, self.code, action, changes,
            version=self.sight.dossier.version,
        )  # fmt: skip
        return self

    @property
    def content(self):
        return self.sight.dossier.content

    @property
    def state(self):
        return self.sight.dossier.state


def faults(error):
    return {(one.cell, str(one.message)) for one in error.value.faults}


@pytest.fixture(scope="module")
def programme(towns):
    with begun(towns) as programme:
        yield programme


@pytest.fixture(scope="module")
def book(programme):
    """Return the task book of Aston, in force."""
    work = Work(programme, "carl", "taskbook", "t1", "a1", title="Aston")
    with pytest.raises(InputError) as error:
        work.act("carl", "submit")
    assert faults(error) == {
        ("A:IOC", "no responsible body is named"),
        ("A:EGOV", "no responsible body is named"),
    }
    work.act("carl", "change", tasks=[task | {"body": "City works"} for task in work.content["tasks"]])
    with pytest.raises(ForbiddenError):
        work.act("carl", "sign")
    for who, action in (
        ("carl", "submit"), ("sven", "sign"), ("pia", "review"), ("olga", "put_in_force"),
    ):  # fmt: skip
        work.act(who, action)
    return work


def progress(**rows):
    names = ("planned", "tendered", "contracted", "done", "spent")
    return [{"task": f"A:{task}"} | dict(zip(names, money, strict=False)) for task, money in rows.items()]


def reached(value):
    return [{"indicator": "households", "value": value, "unit": "count", "source": "survey"}]


@pytest.fixture(scope="module")
def reports(programme, book):
    """Return three yearly reports, accepted, and an amendment between the first and the second."""
    first = Work(programme, "carl", "report", "y2020", "t1", title="2020", year=2020)
    planned = {row["task"]: row["planned"] for row in first.content["progress"]}
    assert planned == {"A:IOC": 15.0, "A:EGOV": 0.0}
    assert first.content["reached"] == [
        {"indicator": "households", "value": None, "unit": "count", "source": ""}
    ]
    first.act(
        "carl", "change", narrative="begun", reached=reached(125.0),
        progress=progress(IOC=(15, 30, 30, 15, 15), EGOV=(0,)),
    )  # fmt: skip
    send(first)
    tasks = book.sight.dossier.content["tasks"]
    change = Work(programme, "carl", "amendment", "m1", "t1", title="Counter a year later")
    change.act(
        "carl", "change", reason="no land yet", tasks=[tasks[0], tasks[1] | {"starts": 2022, "ends": 2022}]
    )
    for who, action in (("carl", "submit"), ("sven", "sign"), ("pia", "review"), ("oscar", "accept")):
        change.act(who, action)
    second = Work(programme, "carl", "report", "y2021", "t1", title="2021", year=2021)
    second.act(
        "carl", "change", narrative="finished", reached=reached(150.0),
        progress=progress(IOC=(15, 0, 0, 15, 15), EGOV=(0,)),
    )  # fmt: skip
    third = Work(programme, "carl", "report", "y2022", "t1", title="2022", year=2022)
    assert [row["planned"] for row in third.content["progress"]] == [0.0, 10.0]  # moved with its task
    third.act(
        "carl", "change", narrative="finished", reached=reached(170.0),
        progress=progress(IOC=(0,), EGOV=(10, 10, 10, 10, 10)),
    )  # fmt: skip
    return [first, send(second), send(third), change]


def send(report):
    for who, action in (("carl", "submit"), ("pia", "review"), ("olga", "accept")):
        report.act(who, action)
    return report


@pytest.fixture(scope="module")
def grade(programme, reports):
    work = Work(programme, "olga", "grade", "g1", "t1", title="Aston")
    with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
        work.act("olga", "publish")
    return work.act("oscar", "publish")


def test_a_task_book_is_made_of_the_adopted_plan_and_pinned_to_its_version(book):
    content = book.content
    assert (content["plan"], content["currency"]) == ("1", "GBP")
    assert [(task["code"], task["starts"], task["ends"]) for task in content["tasks"]] == [
        ("A:IOC", 2020, 2021), ("A:EGOV", 2021, 2021),
    ]  # fmt: skip
    assert [(one["indicator"], one["value"]) for one in content["targets"]] == [("households", 170.0)]


def test_a_task_book_needs_a_selected_application_and_there_is_one_of_each(programme, book):
    with pytest.raises(InputError) as error:
        Work(programme, "carl", "taskbook", "t2", "a2", title="Aston")
    assert faults(error) == {("parent", "the application was not selected")}
    with pytest.raises(InputError) as error:
        Work(programme, "carl", "taskbook", "t3", "a1", title="Aston")
    assert faults(error) == {("parent", "the application already has a task book")}


def test_a_task_book_in_force_is_changed_by_amendment_alone(programme, book, reports):
    with pytest.raises(ConflictError, match="its state does not allow"):
        programme.casework.act(actor(programme, "carl"), "taskbook", "t1", "change", {"tasks": []}, version=7)
    with pytest.raises(ForbiddenError):
        programme.casework.act(actor(programme, "olga"), "taskbook", "t1", "amend", {}, version=7)
    now = programme.casework.opened(actor(programme, "carl"), "taskbook", "t1").dossier
    assert (now.version, now.action, now.state) == (book.sight.dossier.version + 1, "amend", "in_force")
    assert [task["starts"] for task in now.content["tasks"]] == [2020, 2022]
    programme.store.verify()


def test_an_amendment_shows_its_difference_and_its_effect(reports):
    """The counter is then finished at the end of 2022 and felt after the plan: 0.25 instead of 0.35."""
    content = reports[3].content
    assert [(one["kind"], one["name"], one["before"], one["after"]) for one in content["changes"]] == [
        ("moved", "A:EGOV", "2021-2021", "2022-2022")
    ]
    assert "by -28.57% of the plan's improvement" in content["effect"]


def test_an_amendment_of_a_task_book_that_was_amended_since_is_refused(programme, book, reports):
    stale = Work(programme, "carl", "amendment", "m2", "t1", title="Less")
    tasks = stale.content["tasks"]
    stale.act("carl", "change", reason="cheaper", tasks=tasks[:1])
    other = Work(programme, "carl", "amendment", "m3", "t1", title="Same")
    with pytest.raises(InputError) as error:
        other.act("carl", "submit")
    assert ("tasks", "it changes nothing") in faults(error)
    row = programme.store.dossiers.one("amendment", "m2")
    old = msgspec.structs.replace(row, content=row.content | {"base": 1})
    programme.store.dossiers.record([old], by="test", what="x", reason="y")
    with pytest.raises(InputError) as error:
        programme.casework.act(actor(programme, "carl"), "amendment", "m2", "submit", version=3)
    assert ("base", "the task book has been amended since this amendment was started") in faults(error)


def test_a_report_is_late_and_says_so_and_is_sent_all_the_same(reports):
    (kept,) = reports[0].content["alarms"]
    assert (kept["code"], kept["severity"], kept["place"]) == ("report_late", "warning", "report")
    assert kept["reason"]["parameters"]["due"] == {"date": "2021-03-31"}
    assert reason_kept(kept).startswith("the report for 2020 was due on 31 Mar 2021 and is ")
    assert reason_kept("said by an earlier urbium") == "said by an earlier urbium"


def test_whoever_sent_something_takes_it_back_until_somebody_has_looked_at_it(towns):
    def states(work, *steps):
        return [work.act(*step).state for step in steps]

    with begun(towns) as programme:
        book = Work(programme, "carl", "taskbook", "t1", "a1", title="Aston")
        book.act("carl", "change", tasks=[task | {"body": "City works"} for task in book.content["tasks"]])
        assert states(
            book, ("carl", "submit"), ("carl", "take_back"), ("carl", "submit"), ("sven", "sign"),
        ) == ["submitted", "draft", "submitted", "signed"]  # fmt: skip
        with pytest.raises(ForbiddenError):
            book.act("carl", "take_back")
        again = (("sven", "take_back"), ("carl", "submit"), ("sven", "sign"), ("pia", "review"))
        assert states(book, *again)[0] == "draft"
        with pytest.raises(ConflictError):
            book.act("sven", "take_back")
        book.act("olga", "put_in_force")
        report = Work(programme, "carl", "report", "y2020", "t1", title="2020", year=2020)
        report.act("carl", "change", narrative="begun", reached=reached(125.0), progress=progress(IOC=(0,)))
        report.act("carl", "submit")
        assert report.content["alarms"], "nothing of what was planned has been spent"
        for who in ("sven", "gus", "pia"):
            with pytest.raises((ForbiddenError, NotFoundError)):
                report.act(who, "take_back")
        assert report.act("carl", "take_back").state == "draft"
        assert report.content["alarms"] == []
        with pytest.raises(NotFoundError):
            programme.casework.opened(actor(programme, "pia"), "report", "y2020")
        assert states(report, ("carl", "submit"), ("pia", "review")) == ["submitted", "reviewed"]
        with pytest.raises(ConflictError):
            report.act("carl", "take_back")


def test_a_second_report_of_a_year_is_refused(programme, reports):
    with pytest.raises(InputError) as error:
        Work(programme, "carl", "report", "again", "t1", title="x", year=2020)
    assert faults(error) == {("year", "there is already a report for 2020")}


def test_the_national_list_of_alarms_is_for_those_who_see_the_task_book_as_a_party(programme, book, reports):
    who = {name for name in PEOPLE if programme.alarms(actor(programme, name), on=date(2023, 6, 1))}
    assert who == set()  # all was done as promised
    title = book.content["tasks"][1]["title"].upper()
    programme.store.dossiers.record(
        [
            Dossier(
                kind="project", code="s1", state="listed", content={"title": title}, round="r1", parent="r1",
                parent_kind="round",
            )
        ],
        by="test", what="x", reason="y",
    )  # fmt: skip
    who = {name for name in PEOPLE if programme.alarms(actor(programme, name), on=date(2023, 6, 1))}
    assert who == {"olga", "oscar", "carl", "sven", "pia", "ada"}
    assert programme.alarms(ANYBODY) == []
    (row,) = programme.alarms(actor(programme, "pia"), on=date(2023, 6, 1))
    assert (row.taskbook, row.city, row.year, row.alarm.code, row.alarm.place) == (
        "t1", "A", 2022, "duplicate", "A:EGOV",
    )  # fmt: skip


def test_a_grade_is_computed_and_nobody_types_it(programme, grade):
    assert (grade.content["stars"], grade.content["level"], grade.content["points"]) == (
        3,
        "completed",
        100.0,
    )
    assert sum(part["points"] for part in grade.content["parts"]) == 100.0
    with pytest.raises(ForbiddenError, match="does not set the field 'stars'"):
        Work(programme, "olga", "grade", "g2", "t1", title="Aston", stars=3)
    with pytest.raises(InputError) as error:
        Work(programme, "olga", "grade", "g2", "t1", title="Aston")
    assert faults(error) == {("parent", "the task book already has a grade")}


def test_everybody_sees_a_published_grade_and_only_its_parties_the_parts(programme, grade):
    (public,) = programme.contracts.grades()
    assert (public.dossier.code, public.dossier.content["stars"]) == ("g1", 3)
    assert "parts" not in public.dossier.content
    (own,) = programme.contracts.grades(actor(programme, "sven"))
    assert len(own.dossier.content["parts"]) == 3


def test_a_certificate_is_tagged_says_what_it_certifies_and_is_the_same_twice(programme, grade):
    public = programme.contracts.certificate(ANYBODY, "g1", address=WEB)
    assert public == programme.contracts.certificate(ANYBODY, "g1", address=WEB)
    assert public.startswith(b"%PDF-")
    for mark in (
        b"/StructTreeRoot",
        b"/Lang(en",
        b"/MarkInfo",
        b"/Title",
        b"<pdfuaid:part>1</pdfuaid:part>",
        b"/Alt",
    ):
        assert mark in public, mark
    own = programme.contracts.certificate(actor(programme, "sven"), "g1", address=WEB)
    assert own != public  # the parts of the grade are for its parties
    told = programme.contracts.check_code(programme.casework.opened(ANYBODY, "grade", "g1").dossier)
    assert programme.verify_certificate(told).is_current  # both bear the code of what the public is told


def test_the_code_of_a_certificate_is_verified_until_the_grade_changes(programme, grade):
    check = programme.contracts.check_code(programme.contracts.grades()[0].dossier)
    found = programme.verify_certificate(check.lower())
    assert (found.grade.dossier.code, found.is_current) == ("g1", True)
    assert re.fullmatch(r"([A-Z2-7]{5}-){3}[A-Z2-7]{5}", check)
    for wrong in ("", "AAAAA-AAAAA-AAAAA-AAAAA", check[:-1]):
        with pytest.raises(NotFoundError):
            programme.verify_certificate(wrong)
    grade.act("sven", "appeal", appeal="our figures were wrong")
    with pytest.raises(NotFoundError):
        programme.verify_certificate(check)  # under appeal it certifies nothing, and nobody is told why
    with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
        grade.act("oscar", "confirm")
    grade.act("olga", "confirm")
    assert not programme.verify_certificate(check).is_current
    newest = programme.contracts.check_code(programme.contracts.grades()[0].dossier)
    assert programme.verify_certificate(newest).is_current


def test_where_a_set_of_rules_knows_no_provincial_review_the_office_receives(programme, book):
    """The contract of the EU goes to the office at once; a mission's task book waits for the province."""
    content = book.content
    rounds = {"eu": "eu-contract", "in": "india-mission"}
    programme.store.dossiers.record(
        [
            *(
                Dossier(kind="round", code=code, state="decided", content={"title": code, "rules": rules})
                for code, rules in rounds.items()
            ),
            *(
                Dossier(
                    kind="taskbook", code=f"t-{code}", state="signed", content=content, city="B", round=code,
                )
                for code in rounds
            ),
        ],
        by="test", what="x", reason="y",
    )  # fmt: skip
    office = actor(programme, "olga")
    assert (
        programme.casework.act(office, "taskbook", "t-eu", "receive", version=1).dossier.state == "reviewed"
    )
    with pytest.raises((ConflictError, NotFoundError)):
        programme.casework.act(office, "taskbook", "t-in", "receive", version=1)


def test_a_grade_that_is_not_published_has_no_certificate(programme, book):
    with pytest.raises(NotFoundError):
        programme.contracts.certificate(ANYBODY, "g-none", address=WEB)


def test_what_a_target_reached_is_read_as_plans_read_it_from_the_figures_of_the_year():
    """30 of 40 homes have internet in 2021; of 2020 one of the two figures is not there."""
    stored = observed(
        ("A", "households_with_internet", "2021", 30.0, "count", "reported"),
        ("A", "households", "2021", 40.0, "count", "reported"),
        ("A", "households", "2020", 40.0, "count", "reported"),
        ("A", "green_cover_rate", "2020", 30.0, "%", "reported"),
    )
    stored = stored.with_columns(area=pl.lit("city"))
    catalogue = load_catalogue()
    register = SimpleNamespace(figures_of=lambda _city: decide(stored, catalogue.variables))
    desk = SimpleNamespace(register=register, workspace=SimpleNamespace(catalogue=catalogue))
    code = "EC: ICT: ICT: 1C"
    assert figures_of(desk, "A", 2021, {code})[code] == (
        75.0,
        "%",
        "computed by its formula from figures for 2021",
    )
    assert figures_of(desk, "A", 2020, {code, "green.cover"}) == {
        "households": (40.0, "count", ""),
        "green_cover_rate": (30.0, "%", ""),
        "green.cover": (30.0, "%", ""),
    }


# Agreements

PARTIES = [{"code": "council", "title": "Council"}, {"code": "society", "title": "Society"}]
PROMISES = [
    {
        "code": "1",
        "article": "1",
        "promise": "money",
        "party": "council",
        "due": "2020-03-01",
        "tied_to": ["city A"],
    },
    {"code": "2", "article": "2", "promise": "advice", "party": "society", "tied_to": ["result plan"]},
    {"code": "3", "article": "3", "promise": "standards", "tied_to": ["project A:IOC"]},
]


@pytest.fixture(scope="module")
def deal(programme):
    work = Work(programme, "olga", "agreement", "deal", title="Deal", parties=PARTIES, commitments=PROMISES)
    work.act("olga", "propose")
    with pytest.raises(InputError) as error:
        work.act("max", "sign")
    assert faults(error) == {("parties", "your account does not belong to any party to the agreement")}
    work.act("tim", "sign")
    assert work.state == "proposed"
    with pytest.raises(InputError) as error:
        work.act("tim", "sign")
    assert faults(error) == {("signatures", "your party has already signed")}
    return work.act("sue", "sign", signed_on="2020-01-15")


def test_an_agreement_is_in_force_when_every_party_has_signed(deal):
    assert deal.state == "signed"
    assert [one["party"] for one in deal.content["signatures"]] == ["council", "society"]
    assert deal.content["signed_on"] == "2020-01-15"


def test_a_partner_sees_the_agreement_that_its_grant_names_and_no_other_draft(programme):
    Work(programme, "olga", "agreement", "other", title="Other", parties=PARTIES, commitments=PROMISES)
    seen = {
        name: {one.dossier.code for one in programme.casework.listed(actor(programme, name), "agreement")}
        for name in ("eve", "max", "carl")
    }
    assert "other" in seen["eve"]
    assert "other" not in seen["max"] | seen["carl"]


def test_ties_to_what_is_not_there_are_refused(programme):
    wrong = [PROMISES[0] | {"tied_to": ["city Z", "fund gold", "money"]}]
    with pytest.raises(InputError) as error:
        Work(programme, "olga", "agreement", "ties", title="Ties", parties=PARTIES, commitments=wrong)
    assert {str(one.message) for one in error.value.faults} == {
        "it is tied to 'city Z', which does not exist",
        "it is tied to 'fund gold', which does not exist",
        "it is tied to 'money', which does not exist",
    }


def test_each_partner_reports_on_its_own_promises_and_the_office_on_all(programme, deal):
    def told(number, **changes):
        return [
            one | changes if place == number else one for place, one in enumerate(deal.content["commitments"])
        ]

    with pytest.raises(InputError) as error:
        deal.act("sue", "report", commitments=told(0, state="begun"))
    assert faults(error) == {("1", "this commitment was made by another party")}
    deal.act("sue", "report", commitments=told(1, state="done", evidence="the plan of Aston"))
    deal.act("max", "report", commitments=told(2, state="begun"))
    with pytest.raises(NotFoundError):
        programme.casework.act(actor(programme, "eve"), "agreement", "nowhere", "report", version=1)
    deal.act("olga", "report", commitments=told(0, state="begun"))
    (late,) = programme.contracts.due(ANYBODY, on=date(2020, 3, 31))
    assert (late.party, late.days, late.commitment.code) == ("Council", -30, "1")
    rows = programme.contracts.promises(ANYBODY, "deal", on=date(2020, 3, 31))
    assert {row["code"]: row["state"] for row in rows} == {"1": "begun", "2": "done", "3": "begun"}
