"""What is checked of an application, when, and that every fault says where it stands."""

import datetime as dt

import pytest

from people_of import actor, staffed
from rounds_of import FORM, PROJECT, Way, called, complete_file, moved
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.programme.base.settings import Settings


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture(scope="module")
def call(programme):
    return called(programme, "r-apply", opens="2020-01-01", closes="2099-12-31")


def wheres(error) -> set[str]:
    return {fault.where for fault in error.value.faults if fault.severity == "error"}


def refused(programme, call, code, **changes):
    """Return where the faults of an application stand that lacks nothing but what is changed."""
    way = Way(programme, call, code, complete_file(programme, code, **changes))
    with pytest.raises(InputError) as error:
        way.act("carl", "complete")
    return wheres(error)


@pytest.mark.parametrize(
    ("name", "changes", "where"),
    [
        ("size", {"size": None}, "projects!P1.size"),
        ("cost", {"cost": 0.0, "sources": {"CITY": 0.0}, "private": 0.0}, "projects!P1.cost"),
        ("sum", {"sources": {"CITY": 1e6}}, "projects!P1.sources"),
        ("fund", {"sources": {"LOTTERY": 5e6}}, "projects!P1.sources"),
        ("nofund", {"sources": {}}, "projects!P1.sources"),
        ("dates", {"starts": 2030}, "projects!P1.ends"),
        ("land", {"land": ""}, "projects!P1.land"),
        ("clear", {"clearances": ""}, "projects!P1.clearances"),
        ("revenue", {"revenue": ""}, "projects!P1"),
        ("others", {"built_by_others": "the water board"}, "projects!P1"),
        ("need", {"solution": "IOC"}, "projects!P1"),
        ("unknown", {"solution": "TELEPORT"}, "projects!P1"),
    ],
)
def test_a_key_project_with_a_gap_is_named(programme, call, name, changes, where):
    assert refused(programme, call, f"gap-{name}", projects=[PROJECT | changes]) == {where}


def test_missing_documents_and_answers_are_named(programme, call):
    answers = {name: value for name, value in FORM.items() if name not in ("leader", "plan_name")}
    found = refused(programme, call, "gap-documents", attachments=[], answers=answers, projects=[])
    assert found == {
        "documents!outline", "documents!plan", "documents!financing", "answers!leader", "answers!plan_name",
        "projects",
    }  # fmt: skip


def test_a_question_is_asked_only_where_its_condition_holds(programme, call):
    answers = {name: value for name, value in FORM.items() if name != "plan_name"} | {"in_plan": False}
    assert refused(programme, call, "gap-condition", answers=answers) == {"answers!in_plan"}


def test_answers_of_the_wrong_type_or_beyond_bounds_are_refused_at_once(programme, call):
    for code, answers in (
        ("people", {"people": "many"}),
        ("creation_years", {"creation_years": 9}),
        ("level", {"level": "galaxy"}),
        ("private_share", {"private_share": 3}),
        ("colour", {"colour": "red"}),
    ):
        with pytest.raises(InputError) as error:
            Way(programme, call, f"wrong-{code}", {"title": f"wrong {code}", "answers": answers})
        assert wheres(error) == {f"answers!{code}"}


def test_calculated_answers_follow_from_projects(programme, call):
    Way(programme, call, "sums", complete_file(programme, "Sums"))
    answers = programme.applications.answers(actor(programme, "carl"), "sums")
    assert (answers["cost"], answers["private"], answers["private_share"]) == (5e6, 2e6, 40.0)
    with pytest.raises(NotFoundError):
        programme.applications.answers(actor(programme, "gus"), "sums")


def test_one_place_has_one_live_application_a_round_and_kind(programme, call):
    Way(programme, call, "once-a", {"title": "Old Town"})
    with pytest.raises(InputError, match="with once-a"):
        Way(programme, call, "once-b", {"title": "old  town"})
    Way(programme, call, "once-c", {"title": "New Town"})
    Way(programme, call, "once-d", {"title": "Old Town", "kind": "widened"})
    test = Way(programme, call, "once-e", {"title": "Old Town", "is_test": True})
    with pytest.raises(InputError, match="with once-a"):
        test.act("carl", "change", is_test=False)


def test_an_application_that_tries_the_form_is_checked_and_goes_no_further(programme, call):
    way = Way(programme, call, "trial", complete_file(programme, "Trial", is_test=True))
    way.act("carl", "complete")
    with pytest.raises(InputError, match="is not counted anywhere"):
        way.act("sven", "sign")


def test_the_call_takes_applications_on_its_days_alone(programme, monkeypatch):
    days = called(programme, "r-days", opens="2026-03-01", closes="2026-03-31")
    for day, is_open in (
        ("2026-02-28", False),
        ("2026-03-01", True),
        ("2026-03-31", True),
        ("2026-04-01", False),
    ):
        monkeypatch.setattr(Settings, "today", lambda _, day=day: dt.date.fromisoformat(day))
        if is_open:
            Way(programme, days, f"day-{day}", {"title": day})
        else:
            with pytest.raises(InputError, match=r"round opens on|due by"):
                Way(programme, days, f"day-{day}", {"title": day})


def test_changes_are_asked_for_with_words_and_made_after_the_call_is_closed(programme):
    code = called(programme, "r-return")
    way = Way(programme, code, "back", complete_file(programme, "Back"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    for requests in ([], [" "], ["one", "two"]):
        with pytest.raises(InputError, match="not possible yet"):
            way.act("pia", "return", requests=requests)
    way.act("pia", "return", requests=["state who pays"])
    moved(programme, "oscar", code, "close")
    with pytest.raises(InputError, match="not open"):
        Way(programme, code, "late", {"title": "Late"})
    way.act("carl", "change", projects=[PROJECT | {"unit": "water meters"}])
    way.act("carl", "complete")
    assert way.act("sven", "sign").dossier.state == "signed"


def steps_of(programme, who, code):
    sight = programme.casework.opened(actor(programme, who), "application", code)
    return {one.action for one in sight.actions}


def test_the_signatory_takes_back_what_nobody_has_looked_at_while_the_call_is_open(programme):
    code = called(programme, "r-back")
    way = Way(programme, code, "taken", complete_file(programme, "Taken back"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    assert "take_back" not in steps_of(programme, "carl", "taken")
    assert way.act("sven", "take_back").dossier.state == "draft"
    with pytest.raises(NotFoundError):
        programme.casework.opened(actor(programme, "pia"), "application", "taken")
    way.act("carl", "change", title="Taken back and mended")
    way.act("carl", "complete")
    way.act("sven", "sign")
    moved(programme, "oscar", code, "close")
    assert steps_of(programme, "sven", "taken") == {"withdraw"}, "it could not be handed in again"
    with pytest.raises(InputError, match="not open"):
        way.act("sven", "take_back")


def test_what_was_recommended_is_not_taken_back(programme, call):
    way = Way(programme, call, "late-back", complete_file(programme, "Late back"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    way.act("pia", "recommend", recommendation="yes", province_report="checked")
    assert "take_back" not in steps_of(programme, "sven", "late-back")
    with pytest.raises(ConflictError):
        way.act("sven", "take_back")


def test_nobody_is_offered_a_step_that_a_round_under_decision_refuses(programme):
    code = called(programme, "r-shut")
    way = Way(programme, code, "shut", complete_file(programme, "Shut out"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    assert steps_of(programme, "pia", "shut") == {"return", "recommend"}
    moved(programme, "olga", code, "close")
    programme.casework.act(
        actor(programme, "olga"), "round", code, "propose", {"selection": {}}, version=3, reason="too late"
    )
    assert steps_of(programme, "pia", "shut") == set()
    assert steps_of(programme, "sven", "shut") == {"withdraw"}
    listed = programme.casework.listed(actor(programme, "pia"), "application", where={"round": code})
    assert [one.actions for one in listed] == [()]


def test_the_province_gives_letter_and_report(programme, call):
    way = Way(programme, call, "letter", complete_file(programme, "Letter"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    with pytest.raises(InputError) as error:
        way.act("pia", "recommend", recommendation="good")
    assert wheres(error) == {"documents!province_report"}


def test_a_contract_city_has_no_province_and_the_office_receives(programme):
    code = called(programme, "r-contract", rules="eu-contract")
    file = complete_file(programme, "Contract")
    names = ("commitments", "action_plan", "investment_plan")
    files = [one | {"document": name} for one, name in zip(file["attachments"], names, strict=True)]
    answers = {"body": "Delft", "people": 1000, "commits": True, "neutral_by": 2035, "residual": 0}
    way = Way(programme, code, "contract", file | {"answers": answers, "attachments": files})
    way.act("carl", "complete")
    way.act("sven", "sign")
    assert way.act("olga", "receive").dossier.state == "recommended"
    assert way.act("olga", "admit").dossier.state == "admitted"


def test_the_step_of_one_set_of_rules_is_none_of_another(programme, call):
    way = Way(programme, call, "nostep", complete_file(programme, "Nostep"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    with pytest.raises(ConflictError, match="no step 'receive'"):
        way.act("olga", "receive")


def test_files_are_attached_by_who_may_change_and_read_by_the_parties(programme, call):
    way = Way(programme, call, "files", {"title": "Files"})
    files, carl = programme.attachments, actor(programme, "carl")
    sight = files.attach(carl, "application", "files", "plan", "../plan.txt", b"two pumps", version=1)
    (kept,) = sight.dossier.content["attachments"]
    assert (kept["name"], files.opened(carl, "application", "files", kept["sha256"])[1]) == (
        "plan.txt",
        b"two pumps",
    )
    replaced = files.attach(carl, "application", "files", "plan", "plan.txt", b"three pumps", version=2)
    assert len(replaced.dossier.content["attachments"]) == 1
    for who in ("gus", "pia", "eva"):
        with pytest.raises(NotFoundError):
            files.opened(actor(programme, who), "application", "files", kept["sha256"])
    with pytest.raises(ForbiddenError):
        files.attach(actor(programme, "sven"), "application", "files", "plan", "x.txt", b"x", version=3)
    with pytest.raises(InputError, match="is not one of the documents requested") as refused:
        files.attach(carl, "application", "files", "plan\0", "x.txt", b"x", version=3)
    assert refused.value.field == "document"
    way.version = 3
    with pytest.raises(InputError, match="has not been saved yet"):
        way.act("carl", "change", attachments=[kept | {"media_type": "text/html"}])
    with pytest.raises(InputError, match="has not been saved yet"):
        way.act("carl", "change", attachments=[kept | {"sha256": "0" * 64}])


def test_a_file_is_removed_by_who_may_attach_while_the_application_is_in_the_city_s_hands(programme, call):
    way = Way(programme, call, "removed", complete_file(programme, "Removed"))
    files, carl = programme.attachments, actor(programme, "carl")
    whole = way.act("carl", "change", title="Removed again").dossier.content["attachments"]
    added = files.attach(carl, "application", "removed", "plan", "draft.txt", b"one pump", version=2)
    digest = added.dossier.content["attachments"][-1]["sha256"]
    for who, refusal in (("gus", NotFoundError), ("sven", ForbiddenError)):
        with pytest.raises(refusal):
            files.detach(actor(programme, who), "application", "removed", "plan", "draft.txt", version=3)

    after = files.detach(carl, "application", "removed", "plan", "draft.txt", version=3)
    assert after.dossier.content["attachments"] == whole
    with pytest.raises(NotFoundError):
        files.opened(carl, "application", "removed", digest)
    entry = programme.store.audit()[-1].to_dicts()[0]
    assert (entry["who"], entry["what"], entry["why"]) == (
        "carl",
        "application: change",
        "removed: draft.txt",
    )
    with pytest.raises(NotFoundError):
        files.detach(carl, "application", "removed", "plan", "draft.txt", version=4)
    way.version = 4
    way.act("carl", "complete")
    with pytest.raises(ForbiddenError):
        files.detach(carl, "application", "removed", whole[0]["document"], whole[0]["name"], version=5)


def test_a_form_is_known_by_its_version(programme, call):
    way = Way(programme, call, "version", {"title": "Version"})
    content = programme.casework.opened(actor(programme, "carl"), "application", way.code).dossier.content
    assert content["form"] == programme.applications.form(actor(programme, "carl"), call).form


def test_who_gets_an_application_back_reads_why(programme, call):
    way = Way(programme, call, "given-back", complete_file(programme, "Back"))
    way.act("carl", "complete")
    cases, carl, sven = programme.casework, actor(programme, "carl"), actor(programme, "sven")
    assert cases.reasons(carl, cases.opened(carl, "application", "given-back")) == {}
    why = "the budget is that of last year"
    returned = cases.act(sven, "application", "given-back", "reopen", version=way.version, reason=why)
    assert list(cases.reasons(carl, cases.opened(carl, "application", "given-back")).values()) == [why]
    assert cases.reasons(sven, returned) == {}
