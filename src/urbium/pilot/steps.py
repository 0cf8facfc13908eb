"""Steps: what can be done with a dossier in each state, and what comes of it.

They are configuration: rows of ``data/rules/steps.csv`` (and the states they lead to, of ``states.csv``). A
row without ``rules`` holds in every set of rules; a row that names one replaces it there. Who may take a step
says ``data/rules/rights.csv``; a step in ``not_by`` must have been taken by somebody else (four eyes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from urbium.errors import ConflictError
from urbium.model.dossiers import Dossier
from urbium.packaged import packaged_rows
from urbium.text import coded, text

CREATE, CHANGE = "create", "change"
DRAFT = "draft"
"""The state in which a dossier is written."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with dossiers of a kind.

    Parameters
    ----------
    kind, action : what is done to what
    title : what it is called
    before : the states in which it can be done; empty where it makes the dossier
    after : the state it leads to; empty where the state stays
    not_by : actions whose doers may not do this one; ``review.hand_in`` is one of the reviews below the
        dossier, ``round.propose`` one of the round above it
    is_due : whether the dossier waits for it
    fields : the fields that it may set
    """

    kind: str
    action: str
    title: str
    before: frozenset[str]
    after: str
    not_by: tuple[str, ...] = ()
    is_due: bool = False
    fields: frozenset[str] = frozenset()

    def lets_out(self, state: str) -> bool:
        """Say whether it lets out a draft: it sets nothing, and whoever changed the draft may not take it."""
        return state == DRAFT and CHANGE in self.not_by and not self.fields


@dataclass(frozen=True, slots=True)
class State:
    """A state of a kind: what its parties call it, and what the public is told (empty: nothing)."""

    kind: str
    name: str
    title: str
    public: str


@cache
def every_step() -> tuple[Step, ...]:
    """Return the steps of all sets of rules."""
    return tuple(_step(row) for row in packaged_rows("rules/steps"))


@cache
def steps(rules: str = "") -> Mapping[tuple[str, str], Step]:
    """Return the steps of a set of rules by kind and action; of what holds in all when it is empty."""
    rows = [row for row in packaged_rows("rules/steps") if row["rules"] in ("", rules)]
    return {
        (row["kind"], row["action"]): _step(row) for row in sorted(rows, key=lambda row: bool(row["rules"]))
    }


def _step(row: Mapping[str, str]) -> Step:
    return Step(
        row["kind"],
        row["action"],
        row["title_en"],
        frozenset(row["before"].split()),
        row["after"],
        tuple(row["not_by"].split()),
        row["is_due"] == "yes",
        frozenset(row["fields"].split()),
    )


@cache
def _states() -> Mapping[tuple[str, str], State]:
    rows = packaged_rows("rules/states")
    return {
        (row["kind"], row["state"]): State(row["kind"], row["state"], row["title_en"], row["public_en"])
        for row in rows
    }


def state(kind: str, name: str) -> State:
    """Return a state of a kind.

    >>> state("application", "admitted").title
    'under review'
    """
    return _states()[kind, name]


def states_of(kind: str) -> list[str]:
    """Return the names of the states of a kind."""
    return [one.name for one in _states().values() if one.kind == kind]


def public_state(kind: str, name: str) -> str:
    """Return the first state of a kind that the public is told the same of.

    >>> public_state("round", "proposed")
    'closed'
    """
    said = state(kind, name).public
    return next(one.name for one in _states().values() if one.kind == kind and one.public == said)


def step(kind: str, action: str, rules: str = "") -> Step:
    """Return a step; raise ConflictError when the rules have none of that name."""
    try:
        return steps(rules)[kind, action]
    except KeyError:
        raise ConflictError(
            coded(
                "pilot.step.unknown", "there is no step {action!r} for this kind of dossier", action=action
            ),
            place=kind,
            remedy=text("open the dossier to see which steps are possible"),
        ) from None


def possible(dossier: Dossier, rules: str = "") -> list[Step]:
    """Return the steps that the state of a dossier allows, whoever takes them."""
    return [one for one in steps(rules).values() if one.kind == dossier.kind and dossier.state in one.before]
