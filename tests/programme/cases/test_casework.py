"""What people do with dossiers: a life from the call to the selection, and who sees and does what."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from people_of import actor, staffed
from urbium.access import ANYBODY, Actor, Grant, Role
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.programme import Programme


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


class Life:
    """One application, moved on by whoever is named."""

    def __init__(self, programme: Programme, name: str) -> None:
        self.programme, self.round, self.code = programme, f"r-{name}", f"a-{name}"
        self.version = 1
        cases = programme.casework
        cases.begin(actor(programme, "olga"), "round", self.round, {"title": name})
        cases.act(actor(programme, "oscar"), "round", self.round, "publish", version=1)
        cases.begin(
            actor(programme, "carl"),
            "application",
            self.code,
            {"title": "Delft"},
            city="0503",
            parent=self.round,
        )

    def act(self, who: str, action: str, **changes):
        sight = self.programme.casework.act(
            actor(self.programme, who), "application", self.code, action, changes, version=self.version
        )
        self.version = sight.dossier.version
        return sight

    def seen_by(self, who: str):
        reader = actor(self.programme, who) if who else ANYBODY
        return [
            sight
            for sight in self.programme.casework.listed(reader, "application")
            if sight.dossier.code == self.code
        ]


def test_an_application_goes_from_the_city_to_the_review(programme):
    life = Life(programme, "way")
    life.act("carl", "complete")
    life.act("sven", "sign")
    life.act("pia", "recommend", recommendation="a good plan", province_report="checked")
    assert life.act("olga", "admit").dossier.state == "admitted"
    history = programme.casework.history(actor(programme, "ada"), "application", life.code)
    assert [one.dossier.action for one in history] == [
        "create", "complete", "sign", "recommend", "admit",
    ]  # fmt: skip


def test_who_prepared_a_call_does_not_publish_it(programme):
    cases = programme.casework
    cases.begin(actor(programme, "olga"), "round", "eyes", {"title": "Eyes"})
    with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
        cases.act(actor(programme, "olga"), "round", "eyes", "publish", version=1)


def test_a_draft_is_seen_by_its_city_and_the_auditor_alone(programme):
    life = Life(programme, "draft")
    everybody = ("olga", "carl", "sven", "gus", "pia", "nora", "eva", "ada", "")
    assert {who for who in everybody if life.seen_by(who)} == {"carl", "sven", "ada"}


def test_what_may_not_be_seen_is_as_if_it_were_not_there(programme):
    life = Life(programme, "absent")
    cases, other = programme.casework, actor(programme, "gus")
    with pytest.raises(NotFoundError) as hidden:
        cases.opened(other, "application", life.code)
    with pytest.raises(NotFoundError) as absent:
        cases.opened(other, "application", "a-abseil")
    assert str(hidden.value).replace(life.code, "a-abseil") == str(absent.value)
    with pytest.raises(NotFoundError):
        cases.act(other, "application", life.code, "complete", version=1)


def test_fields_of_a_circle_are_seen_by_that_circle(programme):
    life = Life(programme, "circles")
    life.act("carl", "complete")
    life.act("sven", "sign")
    life.act("pia", "recommend", province_report="weak finances")
    (city,), (office,) = life.seen_by("sven"), life.seen_by("olga")
    assert "province_report" not in city.dossier.content
    assert office.dossier.content["province_report"] == "weak finances"


def test_a_step_sets_only_its_own_fields(programme):
    life = Life(programme, "fields")
    with pytest.raises(ForbiddenError, match="does not set the field 'decision'"):
        life.act("carl", "change", decision="selected")


def test_of_two_who_change_one_version_the_second_is_told(programme):
    life = Life(programme, "twice")
    life.act("carl", "change", answers={"aim": "clean water"})
    with pytest.raises(ConflictError, match="someone else has changed it"):
        programme.casework.act(
            actor(programme, "carl"), "application", life.code, "change", {"answers": {}}, version=1
        )


def test_a_step_that_the_state_does_not_allow_says_what_is_possible(programme):
    life = Life(programme, "state")
    with pytest.raises(ConflictError) as error:
        life.act("sven", "sign")
    assert "possible now" in str(error.value)


def test_unknown_fields_and_wrong_values_are_refused(programme):
    cases, office = programme.casework, actor(programme, "olga")
    with pytest.raises(InputError, match="'colour'"):
        cases.begin(office, "round", "r-wrong", {"title": "x", "colour": "red"})
    with pytest.raises(InputError, match="criteria"):
        cases.begin(office, "round", "r-wrong", {"title": "x", "criteria": "many"})
    with pytest.raises(InputError, match="cannot be a code"):
        cases.begin(office, "round", "../etc", {"title": "x"})


def test_an_expert_sees_what_a_review_was_assigned_for_until_it_is_withdrawn(programme):
    life = Life(programme, "expert")
    life.act("carl", "complete")
    life.act("sven", "sign")
    life.act("pia", "recommend")
    life.act("olga", "admit")
    cases, office = programme.casework, actor(programme, "olga")
    cases.begin(office, "review", "v-expert", {}, parent=life.code, owner="eva")
    (closed,) = life.seen_by("eva")
    assert {"open", "parties"} & closed.circles == {"open"}
    assert closed.dossier.content.keys() == {"title", "kind"}
    assert (
        cases.opened(actor(programme, "eva"), "application", life.code).dossier.content
        == closed.dossier.content
    )
    assert not life.seen_by("erik")
    cases.act(actor(programme, "eva"), "review", "v-expert", "accept", version=1)
    (opened,) = life.seen_by("eva")
    assert {"answers", "projects", "province_report"} <= opened.dossier.content.keys()
    cases.act(actor(programme, "eva"), "review", "v-expert", "decline", {"conflict": "my brother"}, version=2)
    assert not life.seen_by("eva")


def test_the_public_sees_neither_who_worked_on_it_nor_that_a_selection_is_proposed(programme):
    cases = programme.casework
    cases.begin(actor(programme, "olga"), "round", "quiet", {"title": "Quiet", "note": "secret"})
    for version, (who, action) in enumerate(
        (("oscar", "publish"), ("olga", "close"), ("olga", "propose")), 1
    ):
        cases.act(actor(programme, who), "round", "quiet", action, version=version)
    sight = cases.opened(ANYBODY, "round", "quiet")
    assert (sight.dossier.state, sight.dossier.recorded_by, sight.dossier.action) == ("closed", "", "")
    assert "note" not in sight.dossier.content
    assert not sight.actions


def test_neither_version_nor_time_of_a_round_tells_the_public_that_a_selection_is_proposed(programme):
    cases = programme.casework
    cases.begin(actor(programme, "olga"), "round", "hush", {"title": "Hush"})
    steps = (("oscar", "publish"), ("olga", "close"), ("olga", "propose"), ("olga", "reconsider"))
    seen = []
    for version, (who, action) in enumerate(steps, 1):
        cases.act(actor(programme, who), "round", "hush", action, version=version)
        seen.append(cases.opened(ANYBODY, "round", "hush"))
    closed, *later = seen[1:]
    assert later == [closed, closed]
    assert [one.dossier.version for one in cases.history(ANYBODY, "round", "hush")] == [1, 2]
    for version in (4, 5, 6):
        with pytest.raises(NotFoundError):
            cases.opened(ANYBODY, "round", "hush", version=version)
    assert len(cases.history(actor(programme, "olga"), "round", "hush")) == 5


def test_as_known_on_a_day_gives_the_same_list_again(programme):
    life = Life(programme, "known")
    then = programme.store.last_change()
    life.act("carl", "change", answers={"aim": "shade"})
    (past,) = [
        one.dossier
        for one in programme.casework.listed(actor(programme, "carl"), "application", as_known_on=then)
        if one.dossier.code == life.code
    ]
    assert (past.version, past.content["answers"]) == (1, {})


def test_what_waits_for_somebody_is_what_he_may_do_next(programme):
    life = Life(programme, "waits")
    life.act("carl", "complete")
    waiting = {one.dossier.code for one in programme.casework.waiting(actor(programme, "sven"))}
    assert life.code in waiting
    assert life.code not in {one.dossier.code for one in programme.casework.waiting(actor(programme, "gus"))}


def test_the_audit_log_holds_every_step_and_the_store_stays_whole(programme):
    life = Life(programme, "audit")
    life.act("carl", "complete")
    last = programme.store.audit().row(-1, named=True)
    assert (last["who"], last["what"]) == ("carl", "application: complete")
    assert msgspec.json.decode(last["after"])["dossiers"][f"application {life.code}"]["action"] == "complete"
    programme.store.verify()


def test_what_hangs_on_something_is_of_its_city(programme):
    programme.store.dossiers.record(
        [
            Dossier(kind="round", code="r-theirs", state="decided", content={"title": "R"}),
            Dossier(
                kind="application",
                code="a-theirs",
                state="selected",
                content={"title": "Delft"},
                city="0503",
                province="Zuid-Holland",
                parent="r-theirs",
                parent_kind="round",
                round="r-theirs",
            ),
        ],
        by="olga",
        what="fill",
        reason="test",
    )
    with pytest.raises(InputError, match="belongs to a different city"):
        programme.casework.begin(
            actor(programme, "gus"), "taskbook", "t-theirs", {"title": "T"}, city="0599", parent="a-theirs"
        )


def test_what_a_new_dossier_names_is_refused_alike_whether_hidden_or_absent(programme):
    life, cases = Life(programme, "names"), programme.casework
    cases.begin(actor(programme, "olga"), "agreement", "g-hidden", {"title": "A secret"})
    said = set()
    for pointer, name in (
        ("agreement", "g-hidden"),
        ("agreement", "g-absent"),
        ("owner", "olga"),
        ("owner", "nobody"),
        ("owner", "carl"),
    ):
        with pytest.raises(InputError) as error:
            cases.begin(
                actor(programme, "carl"),
                "application",
                "a-names-2",
                {"title": "Delft"},
                city="0503",
                parent=life.round,
                **{pointer: name},
            )
        said.add(str(error.value).replace(repr(name), "NAME"))
    assert len(said) == 1


def test_a_code_of_a_city_is_for_its_dossiers_so_that_trying_one_tells_nothing(programme):
    life, cases = Life(programme, "codes"), programme.casework

    def begin(who, city, code):
        return cases.begin(
            actor(programme, who), "application", code, {"title": who}, city=city, parent=life.round
        )

    begin("carl", "0503", "0503-plan")
    said = set()
    for code in ("0503-plan", "0503-other"):
        with pytest.raises(InputError) as error:
            begin("gus", "0599", code)
        said.add(str(error.value).replace(code, "CODE"))
    assert len(said) == 1


def test_the_public_counts_only_the_changes_that_it_sees(programme):
    cases = programme.casework
    cases.begin(actor(programme, "olga"), "round", "told", {"title": "Told", "note": "first thoughts"})
    cases.act(actor(programme, "olga"), "round", "told", "change", {"note": "second thoughts"}, version=1)
    for version, (who, action) in enumerate((("oscar", "publish"), ("olga", "close")), 2):
        cases.act(actor(programme, who), "round", "told", action, version=version)
    before = cases.opened(ANYBODY, "round", "told")
    assert (before.dossier.version, before.mark) == (2, "open-2")
    cases.act(actor(programme, "olga"), "round", "told", "propose", version=4)
    assert cases.opened(ANYBODY, "round", "told").dossier == before.dossier
    assert [one.dossier.version for one in cases.history(ANYBODY, "round", "told")] == [1, 2]
    assert not [
        one
        for one in cases.listed(ANYBODY, "round", where={"state": "proposed"})
        if one.dossier.code == "told"
    ]
    assert "proposed" not in cases.count(ANYBODY, "round")
    for version in (3, 4, 5):
        with pytest.raises(NotFoundError):
            cases.opened(ANYBODY, "round", "told", version=version)


def test_what_was_never_sent_cannot_be_withdrawn_and_so_be_shown(programme):
    life = Life(programme, "unsent")
    with pytest.raises(ConflictError, match="does not allow"):
        life.act("sven", "withdraw")
    assert not life.seen_by("olga")
    assert not life.seen_by("pia")


def test_a_grant_of_a_narrower_scope_holds_there_alone(programme):
    life = Life(programme, "narrow")
    life.act("carl", "complete")
    life.act("sven", "sign")
    here, there = (Actor("olga", (Grant(Role.OFFICE, "city", city),)) for city in ("0503", "0599"))
    codes = [
        [one.dossier.code for one in programme.casework.listed(who, "application")] for who in (here, there)
    ]
    assert [life.code in seen for seen in codes] == [True, False]
    with pytest.raises(NotFoundError):
        programme.casework.act(there, "application", life.code, "admit", version=life.version)


def test_what_people_do_lets_nothing_be_computed_again(programme):
    made = []

    def make():
        made.append(1)
        return "a forecast"

    programme.once("slow", make)
    Life(programme, "slow").act("carl", "complete")
    programme.people.take_place("eva")
    programme.once("slow", make)
    assert made == [1]
    programme.register(cities=[City("0363", {"en": "Amsterdam"}, "municipality")], by="t", reason="t")
    programme.once("slow", make)
    assert made == [1, 1]


def test_what_is_made_at_an_earlier_instant_is_kept_by_nobody(programme):
    made = []

    def register():
        programme.register(cities=[City("0518", {"en": "Den Haag"}, "municipality")], by="t", reason="t")
        programme.once("late", lambda: made.append("late") or "late")

    with ThreadPoolExecutor(1) as another, programme.store.at_one_instant():
        programme.once("before", lambda: "before")
        another.submit(register).result()
        programme.once("early", lambda: made.append("early") or "early")
    programme.once("early", lambda: made.append("early") or "early")
    programme.once("late", lambda: made.append("late") or "late")
    assert made == ["late", "early", "early"]


def test_a_step_that_needs_somebody_else_does_not_wait_for_who_prepared_it(programme):
    def waits():
        return [
            who
            for who in ("olga", "oscar")
            if "other-eyes" in {one.dossier.code for one in programme.casework.waiting(actor(programme, who))}
        ]

    olga, call = actor(programme, "olga"), {"title": "Other eyes"}
    programme.casework.begin(olga, "round", "other-eyes", call)
    assert waits() == []  # it does not say yet by when to apply
    programme.casework.act(olga, "round", "other-eyes", "change", {**call, "closes": "2030-06-30"}, version=1)
    assert waits() == ["oscar"]
