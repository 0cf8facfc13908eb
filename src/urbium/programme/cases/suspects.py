"""Suspects: suspect figures in groups, each decided at once with a reason, and decisions that are undone.

A group is what one rule, or the same rules together, say of one column; a city, or a period, cuts it further.
Who may accept or reject a single figure may do so with a group, in the cities in which it is allowed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from urbium.access import Actor
from urbium.errors import InputError, NotFoundError
from urbium.model import Status
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.figures import check_cities
from urbium.store import Decided
from urbium.text import coded, named, text

_KIND: Final = "figures"
_RULES: Final = r"(?:^|; )([a-z0-9-]+): "
_CODE: Final = r"(^|; )[a-z0-9-]+: "
_VERDICTS: Final = {"accept": Status.ACCEPTED, "reject": Status.REJECTED}
_RIGHTS: Final = {Status.ACCEPTED.value: "accept", Status.REJECTED.value: "reject"}


@dataclass(frozen=True, slots=True)
class Group:
    """Which suspect figures are meant: those of a rule, a column, a city and a period; empty for any."""

    rule: str = ""
    variable: str = ""
    city: str = ""
    period: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether it names a rule and a column, or a city: what is decided at once is one thing."""
        return bool((self.rule and self.variable) or self.city)


@dataclass(frozen=True, slots=True)
class Effect:
    """What of the adopted results reads a column.

    Parameters
    ----------
    indicators : the names of the indicators of the adopted scores that are made of it
    roles : what it is to the outlook and the plan
    """

    indicators: tuple[str, ...]
    roles: tuple[str, ...]


def without_rules(reason: pl.Expr) -> pl.Expr:
    """Return doubts without the codes of the rules that they begin with, as a page says them."""
    return reason.str.replace_all(_CODE, "${1}")


class Suspects:
    """Suspect figures in groups, each decided at once, and decisions that are undone."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._store = desk, desk.workspace.store

    def table(self, actor: Actor, group: Group | None = None) -> pl.DataFrame:
        """Return the suspect figures of a group that an actor may accept or reject; all without a group.

        Columns: those of :data:`urbium.model.OBSERVATION`, and ``rule``, the rules that doubt the figure.
        Raises ForbiddenError for who may decide on none.
        """
        allowed = check_cities(actor, _KIND, "accept", ())
        suspects = self._desk.workspace.once("suspect figures", self._suspects)
        if allowed is not None:
            suspects = suspects.filter(pl.col("city").is_in(allowed))
        wanted = {} if group is None else {name: getattr(group, name) for name in group.__slots__}
        return suspects.filter(*(pl.col(name) == value for name, value in wanted.items() if value))

    def _suspects(self) -> pl.DataFrame:
        rules = pl.col("reason").str.extract_all(_RULES).list.eval(pl.element().str.strip_chars("; :"))
        suspects = self._store.observations(statuses=[Status.SUSPECT])
        return suspects.with_columns(rule=rules.list.join(", ")).sort("city", "variable", "period")

    def groups(self, actor: Actor, group: Group | None = None, *, by_city: bool = False) -> pl.DataFrame:
        """Return the groups among the suspect figures of a group, the largest first.

        Parameters
        ----------
        actor, group : who asks, and which figures are meant
        by_city : cut the groups of rule and column by city

        Returns
        -------
        rule, variable (and city), figures, cities, first and last (periods), share (of the stored figures of
        the column), and ``example_city``, ``_period``, ``_value``, ``_unit`` and ``_reason`` of the first.
        """
        column = ("variable", "city") if by_city else ("variable",)
        stored = self._desk.workspace.once("figures by column", self._by_column)
        example = ("city", "period", "value", "unit", "reason")
        return (
            self.table(actor, group)
            .group_by("rule", *column)
            .agg(
                figures=pl.len(), cities=pl.col("city").n_unique(), first=pl.col("period").min(),
                last=pl.col("period").max(), **{f"example_{name}": pl.col(name).first() for name in example},
            )
            .join(stored.group_by(column).agg(pl.col("stored").sum()), on=column, how="left")
            .with_columns(share=pl.col("figures") / pl.col("stored"))
            .drop("stored")
            .sort("figures", "rule", *column, descending=[True, False, *(False for _ in column)])
        )  # fmt: skip

    def _by_column(self) -> pl.DataFrame:
        return self._store.observations().group_by("variable", "city").agg(stored=pl.len())

    def effect(self, variables: Iterable[str]) -> Effect:
        """Return what of the adopted results reads some columns: accepted figures of them may change it."""
        wanted, catalogue = set(variables), self._desk.workspace.catalogue
        scores = self._desk.workspace.adopted("scores")
        scored = [] if scores is None else scores.indicators["indicator"].unique().sort().to_list()
        indicators = [catalogue.indicators[name] for name in scored if name in catalogue.indicators]
        roles = catalogue.roles
        return Effect(
            tuple(named(one.name, one.id) for one in indicators if wanted & set(one.variables)),
            tuple(roles.name(role) for role in roles.kinds if wanted & set(roles.variables(role))),
        )

    def decide(self, actor: Actor, verdict: str, group: Group, *, seen: datetime, reason: str) -> Decided:
        """Accept or reject a group by one decision.

        Parameters
        ----------
        actor, verdict : who decides, and whether to ``accept`` or ``reject``
        group : a rule and a column, or a city
        seen : when the group was looked at; a figure that came in, or became suspect, later is not touched
        reason : why

        Raises ForbiddenError unless the actor may in every city of the group, InputError for a group that is
        too wide or for an empty reason, ConflictError where none of its figures is suspect any more.
        """
        if verdict not in _VERDICTS:
            raise NotFoundError.named(coded("programme.suspects.verdict", "decision"), verdict, _VERDICTS)
        if not group.is_narrow:
            raise InputError(
                coded(
                    "programme.suspects.wide", "a decision must apply to a rule and a column, or to a city"
                ),
                remedy=text("choose a group from the list"),
            )
        with self._store.together():
            figures = self.table(actor, group).filter(pl.col("recorded_at") <= seen)
            check_cities(actor, _KIND, verdict, figures["city"])
            return self._store.decisions.judge(figures, _VERDICTS[verdict], by=actor.account, reason=reason)

    def decisions(self, actor: Actor) -> pl.DataFrame:
        """Return the decisions on suspect figures, newest first: see :class:`urbium.store.DecisionStore`.

        Raises ForbiddenError for who may decide on the figures of some cities only, or of none.
        """
        check_cities(actor, _KIND, "accept", self._desk.register.places()["code"])
        return self._desk.workspace.once("decisions on figures", self._store.decisions.listed)

    def decided(self, actor: Actor, entry: int) -> tuple[Mapping[str, object], pl.DataFrame]:
        """Return a decision and its figures as it stored them, ``is_standing`` where nothing came after.

        Raises NotFoundError where there is no such decision, ForbiddenError as :meth:`decisions`.
        """
        listed = self.decisions(actor).filter(pl.col("entry") == entry)
        if listed.is_empty():
            raise NotFoundError(
                coded("programme.suspects.no_decision", "there is no decision {entry}", entry=entry),
                remedy=text("choose one from the list of decisions"),
            )
        return listed.row(0, named=True), self._store.decisions.values(entry)

    def undo(self, actor: Actor, entry: int, *, reason: str) -> Decided:
        """Undo a decision whole: its figures are suspect again.

        A figure that was decided or brought in again since then stays as it is.

        Raises ForbiddenError unless the actor may take such decisions in every city, NotFoundError where
        there is no such decision, ConflictError where nothing of it is left, InputError for no reason.
        """
        decision, _ = self.decided(actor, entry)
        right = _RIGHTS.get(str(decision["status"]), "accept")
        check_cities(actor, _KIND, right, self._desk.register.places()["code"])
        return self._store.decisions.undo(entry, by=actor.account, reason=reason)
