"""Reviews: experts assigned to the applications of a round, and what the round's reviews say together."""

from dataclasses import asdict, dataclass

import polars as pl

from urbium.access import Actor, demand
from urbium.errors import ForbiddenError
from urbium.model.dossiers import Dossier
from urbium.pilot.selection.assignment import assign
from urbium.programme.cases.casework import Casework, Seen
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.judging import Judgement, judged, live_candidates, rules_of
from urbium.programme.cases.rules.review_rules import Acquaintances, experts_of
from urbium.text import coded, text

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


class Reviews:
    """The reviews of a programme beside their steps: who judges what, and what comes of it.

    Parameters
    ----------
    desk : what the programme knows
    casework : who sees and does what
    """

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
    ) -> list[tuple[str, str]]:
        """Return which expert should judge which application, beside what is assigned; store nothing.

        Parameters
        ----------
        actor, round : who asks, for which round
        each : reviews an application; as the rules of the round say when left out
        most : reviews an expert at most

        Raises InfeasibleError that names the applications which lack experts without a conflict of interest,
        ForbiddenError unless the actor may assign.
        """
        stored = self._casework.opened(actor, "round", round).dossier
        demand(actor, "create", Dossier(kind="review", code="", state="", content={}, round=round))
        rules = rules_of(self._desk, stored)
        bodies = [one.code for one in rules.questions if one.type == "body"]
        applications = {one.code: one for one in live_candidates(self._desk, round)}
        reviews = [one for one in self._desk.dossiers("review", round=round) if one.parent in applications]
        people = experts_of(self._desk)
        known = Acquaintances.gather(self._desk)
        asked_before = {(one.parent, one.owner) for one in reviews if one.state == _GONE}
        found = {
            (code, expert)
            for code, application in applications.items()
            for expert in people
            if known.conflicts(expert, application, bodies)
        }
        solutions = self._desk.workspace.catalogue.solutions
        fields = {
            code: {
                solutions[project["solution"]].domain
                for project in application.content["projects"]
                if project["solution"] in solutions
            }
            for code, application in applications.items()
        }
        return assign(
            fields,
            {code: person.expertise for code, person in people.items()},
            each=rules.reviews_each if each is None else each,
            conflicts=found | asked_before,
            fixed={(one.parent, one.owner) for one in reviews if one.state != _GONE},
            most=most,
        )

    def assign(
        self,
        actor: Actor,
        round: str,  # noqa: A002
        *,
        each: int | None = None,
        most: int | None = None,
    ) -> list[Seen]:
        """Assign experts to the applications under review and return the new reviews; see :meth:`assignment`.

        What is assigned stays; called again it adds what is missing.
        """
        pairs = self.assignment(actor, round, each=each, most=most)
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
        judgement = judged(self._desk, round, rules, with_sensitivity=True)
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


_COLUMNS = {
    "application": pl.String(), "kind": pl.String(), "province": pl.String(), "reviews": pl.Int64(),
    **{
        f"{which}{part}": pl.Float64() for which in ("raw", "adjusted") for part in ("", "_low", "_high")
    },
    **{
        f"{which}_{part}": pl.Int64() for which in ("raw", "adjusted") for part in ("rank", "first", "last")
    },
    "is_selected": pl.Boolean(), "reason": pl.String(),
    "tied": pl.List(pl.String()), "selected_share": pl.Float64(),
    "smallest_change": pl.Float64(), "against": pl.String(),
}  # fmt: skip
