"""Reviews: experts assigned to the applications of a round, and what the round's reviews say together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import polars as pl

from urbium.access import Actor, clauses, demand
from urbium.columns import schema_of
from urbium.errors import ForbiddenError
from urbium.model.dossiers import Dossier
from urbium.pilot.selection.assignment import assign
from urbium.pilot.selection.reviewing import Person
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.judging import (
    PENDING,
    UNDER_WAY,
    Judgement,
    judged,
    judged_candidates,
    live_candidates,
    rules_of,
)
from urbium.programme.cases.rules.review_rules import Acquaintances, experts_of
from urbium.programme.cases.sight import Seen
from urbium.text import Text, coded, text

_GONE = "withdrawn"


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """What the reviews of a round say, for the programme office.

    Parameters
    ----------
    judgement : the ranking raw and adjusted, agreement, the proposal, and other weights
    table : a row an application: what each of them says of it
    """

    judgement: Judgement
    table: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ReviewField:
    """Who can judge what in a round.

    Parameters
    ----------
    applications, people : the applications under review, or of a decided round those that were, and the
        experts, by code
    reviews : what was assigned so far, withdrawn ones included
    conflicts : the conflicts of interest that are known, by application and expert
    open_reviews : by expert, how many reviews of all calls wait to be handed in
    each, rules : reviews an application, and the title of the rules that say so; empty where no rule does
    """

    applications: Mapping[str, Dossier]
    people: Mapping[str, Person]
    reviews: Sequence[Dossier]
    conflicts: Mapping[tuple[str, str], Sequence[Text]]
    open_reviews: Mapping[str, int]
    each: int
    rules: str = ""

    @property
    def proposed(self) -> int:
        """Reviews an application: as the rules say, or as many as each one can get, but at least one."""
        assigned = Counter(of for of, _ in self.assigned)
        possible = [assigned[one] + len(self.free(one)) for one in self.applications]
        return max(1, min([self.each, *possible]))

    @property
    def assigned(self) -> set[tuple[str, str]]:
        """The pairs of application and expert that are assigned and not withdrawn."""
        return {(one.parent, one.owner) for one in self.reviews if one.state != _GONE}

    def free(self, application: str) -> list[str]:
        """Return the experts who could still be asked for an application: nobody is asked twice."""
        pairs = {(one.parent, one.owner) for one in self.reviews} | self.conflicts.keys()
        return [expert for expert in self.people if (application, expert) not in pairs]


class Reviews:
    """Experts assigned to applications, and what the reviews of a round say."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk = desk
        self._casework = casework

    def assignment(
        self,
        actor: Actor,
        round: str,  # noqa: A002 - what it is called everywhere
        *,
        each: int | None = None,
        most: int | None = None,
        partly: bool = False,
    ) -> list[tuple[str, str]]:
        """Return which expert should judge which application, beside what is assigned; store nothing.

        Parameters
        ----------
        actor, round : who asks, for which round
        each : reviews an application; as the rules of the round say when left out
        most : reviews an expert at most
        partly : whether applications that lack experts get as many as there are

        Raises, unless ``partly``, InfeasibleError that names the applications which lack experts without a
        conflict of interest, and ForbiddenError unless the actor may assign.
        """
        field = self.field(actor, round)
        solutions = self._desk.workspace.catalogue.solutions
        fields = {
            code: {
                solutions[project["solution"]].domain
                for project in application.content["projects"]
                if project["solution"] in solutions
            }
            for code, application in field.applications.items()
        }
        asked_before = {(one.parent, one.owner) for one in field.reviews if one.state == _GONE}
        return assign(
            fields,
            {code: person.expertise for code, person in field.people.items()},
            each=field.each if each is None else each,
            conflicts={*field.conflicts} | asked_before,
            fixed=field.assigned,
            most=most,
            partly=partly,
        )

    def field(self, actor: Actor, round: str) -> ReviewField:  # noqa: A002
        """Return who can judge what in a round; ForbiddenError unless the actor may assign."""
        stored = self._casework.opened(actor, "round", round).dossier
        demand(actor, "create", Dossier(kind="review", code="", state="", content={}, round=round))
        rules = rules_of(self._desk, stored)
        bodies = [one.code for one in rules.questions if one.type == "body"]
        applications = {one.code: one for one in judged_candidates(self._desk, stored)}
        people = experts_of(self._desk)
        acquaintances = Acquaintances.gather(self._desk)
        reviews = [one for one in self._desk.dossiers("review", round=round) if one.parent in applications]
        conflicts = {
            (code, expert): acquaintances.conflicts(expert, applications[code], bodies)
            for code in applications
            for expert in people
        }
        for one in reviews:
            if one.state == _GONE and one.content["conflict"]:
                declared = text("has declared a conflict ({what})", what=one.content["conflict"])
                conflicts.setdefault((one.parent, one.owner), []).append(declared)
        return ReviewField(
            applications,
            people,
            reviews,
            {pair: reasons for pair, reasons in conflicts.items() if reasons},
            Counter(one.owner for one in self._desk.dossiers("review", state=PENDING)),
            rules.reviews_each,
            rules.title,
        )

    def unassigned(self, actor: Actor) -> dict[str, int]:
        """Return how many applications have fewer experts than the rules ask for, by round that is under way.

        {} unless the actor assigns.
        """
        if not clauses(actor, "review", "create"):
            return {}
        counts: dict[str, int] = {}
        for round_ in self._desk.dossiers("round", state=UNDER_WAY):
            reviews = self._desk.dossiers("review", round=round_.code)
            asked = Counter(one.parent for one in reviews if one.state != _GONE)
            each = rules_of(self._desk, round_).reviews_each
            candidates = live_candidates(self._desk, round_.code)
            counts[round_.code] = sum(asked[one.code] < each for one in candidates)
        return {code: count for code, count in counts.items() if count}

    def can_assign(self, actor: Actor, round: str) -> bool:  # noqa: A002
        """Say whether an expert is left to ask for an application of a round that lacks one."""
        field = self.field(actor, round)
        assigned = Counter(of for of, _ in field.assigned)
        return any(assigned[one] < field.each and field.free(one) for one in field.applications)

    def assign(
        self,
        actor: Actor,
        round: str,  # noqa: A002
        *,
        each: int | None = None,
        most: int | None = None,
        partly: bool = False,
    ) -> list[Seen]:
        """Assign experts to the applications under review and return the new reviews; see :meth:`assignment`.

        What is assigned stays; called again it adds what is missing.
        """
        pairs = self.assignment(actor, round, each=each, most=most, partly=partly)
        taken = {one.code for one in self._desk.dossiers("review", round=round)}
        begun = []
        for application, expert in pairs:
            number = 1
            while (code := f"{application}.{number}") in taken:
                number += 1
            taken.add(code)
            begun.append(self._casework.begin(actor, "review", code, {}, parent=application, owner=expert))
        return begun

    def standing(self, actor: Actor, round: str) -> RoundStanding:  # noqa: A002
        """Return what the reviews of a round say; ForbiddenError for whoever does not see all of it."""
        sight = self._casework.opened(actor, "round", round)
        if "internal" not in sight.circles:
            raise ForbiddenError(
                coded(
                    "programme.reviews.forbidden",
                    "only the office sees all reviews of a round together",
                ),
                place=round,
                remedy=text("sign in as someone from the programme office"),
            )
        rules = rules_of(self._desk, sight.dossier)
        candidates = judged_candidates(self._desk, sight.dossier)
        judgement = judged(self._desk, round, rules, with_sensitivity=True, candidates_are=candidates)
        return RoundStanding(judgement, _table(judgement))


def _table(judgement: Judgement) -> pl.DataFrame:
    """Return a row an application, best first: ranking, proposal with its reason, and other weights."""
    chosen = {one.application: one for one in judgement.choices}
    tried = {one.application: one for one in judgement.sensitivity}
    kinds = {one.application: one for one in judgement.candidates}
    rows = []
    for row in judgement.standings.rows:
        choice, other = chosen.get(row.application), tried.get(row.application)
        rows.append(
            {
                "application": row.application,
                "kind": kinds[row.application].kind,
                "province": kinds[row.application].province,
                **{name: value for name, value in asdict(row).items() if name != "application"},
                "is_selected": None if choice is None else choice.is_selected,
                "reason": "" if choice is None else choice.reason.render(),
                "tied": [] if choice is None else list(choice.tied),
                "selected_share": None if other is None else other.selected_share,
                "smallest_change": None if other is None else other.smallest_change,
                "against": "" if other is None else other.against,
            }
        )
    return pl.DataFrame(rows, schema_overrides=_COLUMNS) if rows else pl.DataFrame(schema=_COLUMNS)


_COLUMNS = schema_of(
    "application kind province reviews raw raw_low raw_high adjusted adjusted_low adjusted_high raw_rank "
    "raw_first raw_last adjusted_rank adjusted_first adjusted_last is_selected reason tied selected_share "
    "smallest_change against"
)
