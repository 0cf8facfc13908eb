"""The keys of a figure: what the text of each means; units are brought to those of the variables beside.

A text that means nothing is a fault with its cell; its rows are left out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from urbium.errors import UrbiumError, nearest
from urbium.model import Quality, Status
from urbium.model.words import AREAS
from urbium.periods import Period
from urbium.sources.context import CELLS, Context
from urbium.sources.figure_units import convert_units
from urbium.sources.formats.grid import Grid, cell_name
from urbium.sources.headings.headings import HEADINGS, contradiction, folded, said_heading
from urbium.sources.mappings.mapping_plans import TablePlan
from urbium.sources.places import WITHIN
from urbium.sources.spoken import (
    STATUS_WORDS,
    bearers,
    by_name,
    in_words,
    meanings,
    said_units,
    variable_words,
)
from urbium.text import Text, coded, named
from urbium.text import text as sentence
from urbium.text.advice import advice
from urbium.units import unit_words

KEYS = ("city", "within", "variable", "period", "unit", "area", "status", "quality", "source")
_MOST_SUGGESTIONS = 100
_MOST_EXAMPLES = 3
_DAY = len("2012-03-31")
_YEAR = re.compile("^([0-9]{4}) ?年$")
_STATUSES = (Status.REPORTED.value, Status.PROJECTED.value, Status.SUSPECT.value)
_QUALITIES = tuple(grade.value for grade in Quality)


def resolve(
    table: pl.DataFrame,
    grid: Grid,
    plan: TablePlan,
    context: Context,
    *,
    keys: Mapping[str, int | None],
    beside: Sequence[tuple[str, int]] = (),
    lost: Collection[str] = (),
) -> pl.DataFrame:
    """Return parsed figures with the keys of our own codes and the values in the units of their variables.

    Parameters
    ----------
    table : text keys (those of :data:`KEYS`), ``value`` (null where the cell is no number; such a row is left
        out once its keys were looked at), ``row`` and ``column`` (counted from 0)
    keys : the column in which each key stands; None where it is fixed
    beside : part and column of what is said of a key once more; the texts are in :func:`beside_name`
    lost : keys whose column is missing, which was said already
    """
    return _Keys(grid, plan, context, keys, tuple(beside), frozenset(lost)).resolved(table)


def beside_name(number: int) -> str:
    """Return the column of the table that holds what is said of a key once more."""
    return f"beside_{number}"


def stripped(text: str, words: Iterable[str]) -> str:
    """Return a text without the words that stand about it.

    >>> stripped("2012 年", ["年"])
    '2012'
    """
    for word in words:
        text = text.replace(word, "")
    return text.strip()


@dataclass(frozen=True, slots=True)
class _Words:
    """What a text of a key means, and why it means nothing."""

    find: Callable[[str], str | None]
    say: Callable[[str], str]
    suggest: Callable[[str], str]


def _one_of(kind: str, allowed: Iterable[str], called: Mapping[str, Text] | None = None) -> _Words:
    words = frozenset(allowed)
    shown = [in_words(word, called[word]) if called and word in called else word for word in words]
    return _Words(
        lambda text: text if text in words else None,
        lambda text: sentence("{text!r} is not a {kind}", text=text[:60], kind=kind),
        lambda text: nearest(text[:60], shown),
    )


def _span(rows: pl.DataFrame) -> str:
    """Return the range of cells that the rows cover: ``S2:S1990``, or one cell."""
    first = cell_name(int(rows["row"].min()), int(rows["column"].min()))  # type: ignore[arg-type]
    last = cell_name(int(rows["row"].max()), int(rows["column"].max()))  # type: ignore[arg-type]
    return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of the figures of one sheet."""

    grid: Grid
    plan: TablePlan
    context: Context
    keys: Mapping[str, int | None]
    beside: tuple[tuple[str, int], ...]
    lost: frozenset[str]

    def fault(self, cell: str, rule: str, message: str, remedy: str, **key: str) -> None:
        self.context.fault(self.grid.sheet, cell, rule, message, remedy, **key)

    def resolved(self, table: pl.DataFrame) -> pl.DataFrame:
        context, plan = self.context, self.context.plan
        table = self._in_our_words(table)
        words = {
            "city": _Words(
                context.places.find,
                lambda text: context.places.why_not(text)[0],
                lambda text: context.places.why_not(text)[1],
            ),
            "variable": self._variable(),
            "period": self._period(),
        }
        said = table = self._without_others(table, words)
        table = table.with_columns(
            **{name: self._replaced(table, name, find) for name, find in words.items()}
        )
        table = self._in_our_units(table)
        self._compare(said, table)
        self._note_unwritten_units(table)
        default = pl.col("variable")
        by_unit = {name: variable.unit for name, variable in context.variables.items()}
        by_area = {name: variable.area for name, variable in context.variables.items()}
        table = table.with_columns(
            unit=pl.coalesce("unit", default.replace_strict(by_unit, default=None, return_dtype=pl.String)),
            area=pl.coalesce("area", default.replace_strict(by_area, default=None, return_dtype=pl.String)),
            status=pl.coalesce("status", pl.lit(plan.status)),
            quality=pl.coalesce("quality", pl.lit(plan.quality or None, pl.String)),
            source=pl.coalesce("source", pl.lit(plan.source or None, pl.String)),
        )
        sender = pl.col("city").replace_strict(context.senders, default=None, return_dtype=pl.String)
        is_passed_on = sender.is_not_null() & (pl.col("source") != sender)
        table = table.with_columns(
            source=pl.coalesce(sender, "source"), given=pl.when(is_passed_on).then("source")
        )
        areas = tuple(sorted(set(by_area.values())))
        table = table.with_columns(
            area=self._replaced(
                table,
                "area",
                _one_of(sentence("boundary"), areas, AREAS),
                is_needed=False,  # that of the variable stands in; without one, there is no variable
            ),
            status=self._replaced(
                table,
                "status",
                _one_of(
                    sentence("status that a figure in a file may have"),
                    _STATUSES,
                    {status.value: said for status, said in STATUS_WORDS.items()},
                ),
            ),
            quality=self._replaced(
                table,
                "quality",
                _one_of(sentence("quality grade"), _QUALITIES, {grade: grade.label for grade in Quality}),
                is_needed=False,
            ),
            source=self._replaced(table, "source", _one_of(sentence("source"), context.sources)),
        )
        self._note_days(table)
        table = convert_units(table, self.grid.sheet, context, self.keys["unit"])
        table = table.drop_nulls(["city", "variable", "period", "value"])
        return table.with_columns(sheet=pl.lit(self.grid.sheet)).select(
            pl.col(name).cast(kind) for name, kind in CELLS.items()
        )

    def _in_our_words(self, table: pl.DataFrame) -> pl.DataFrame:
        """Put the words of the mapping for those of the file, and beside each city what it lies within.

        In a table of ours, grades and states may be said in any language; units: :meth:`_in_our_units`.
        """
        spoken = meanings(self.context.variables) if self.plan.is_own else {}
        for name, words in spoken.items():
            if name != "unit" and table[name].dtype == pl.String:
                table = table.with_columns(pl.col(name).replace(words))
        for name in KEYS:
            words = getattr(self.plan, name).words
            if words:
                table = table.with_columns(pl.col(name).replace(words))
        within = pl.format("{}" + WITHIN + "{}", "city", "within")
        return table.with_columns(city=pl.coalesce(within, "city")).drop("within")

    def _in_our_units(self, table: pl.DataFrame) -> pl.DataFrame:
        """Put units for their words in a table of ours; a word of several units is that of the variable."""
        if not self.plan.is_own or table["unit"].dtype != pl.String:
            return table
        variables = self.context.variables
        said = [
            (id_, word, unit) for id_, units in said_units(variables).items() for word, unit in units.items()
        ]
        spoken = pl.DataFrame(said, schema=["variable", "unit", "meant"], orient="row").cast(pl.String)
        table = table.join(spoken, on=["variable", "unit"], how="left", maintain_order="left")
        others = pl.col("unit").replace(meanings(variables)["unit"])
        return table.with_columns(unit=pl.coalesce("meant", others)).drop("meant")

    def _without_others(self, table: pl.DataFrame, words: Mapping[str, _Words]) -> pl.DataFrame:
        """Leave out the rows whose text means nothing, where the mapping says so; tell how many."""
        for name, meaning in words.items():
            if not getattr(self.plan, name).skips_others:
                continue
            others = [text for text in table[name].unique() if text is None or meaning.find(text) is None]
            is_other = (
                pl.col(name).is_in([text for text in others if text is not None]) | pl.col(name).is_null()
            )
            skipped = table.filter(is_other)
            if skipped.is_empty():
                continue
            table = table.filter(~is_other)
            examples = sorted(text.replace(WITHIN, ", ") for text in others if text)[:_MOST_EXAMPLES]
            examples = examples or [str(sentence("an empty cell"))]
            self.context.fault(
                self.grid.sheet,
                _span(skipped),
                f"skipped-{name}",
                coded(
                    "sources.key.skipped",
                    "{count} figure is left out, as specified in the mapping, because its {name} is "
                    "unknown: {examples:list}",
                    "{count:,} figures are left out, as specified in the mapping, because their {name} "
                    "is unknown: {examples:list}",
                    count=skipped.height,
                    name=said_heading(name),
                    examples=examples,
                ),
                sentence("no action is needed, unless a figure was left out by mistake"),
                severity="note",
            )
        return table

    def _replaced(
        self,
        table: pl.DataFrame,
        name: str,
        words: _Words,
        *,
        is_needed: bool = True,
    ) -> pl.Series:
        """Replace each text of a key by what it means; name the cells of those that mean nothing."""
        column = self.keys[name]
        meaning = {text: words.find(text) for text in table[name].drop_nulls().unique()}
        wrong = sorted(text for text, code in meaning.items() if code is None)
        suggested = {text: words.suggest(text) for text in wrong[:_MOST_SUGGESTIONS]}
        unknown = sentence("use one of the values already declared")
        rows = (
            table.filter(pl.col(name).is_in(wrong)).unique("row" if column is not None else name).sort("row")
        )
        for row, text in self.context.capped(f"unknown-{name}", rows).select("row", name).iter_rows():
            place = cell_name(row, column) if column is not None else f"A{self.plan.header}"
            remedy = suggested.get(text, unknown)
            self.fault(place, f"unknown-{name}", words.say(text), remedy, value=text[:60])
        if is_needed and name not in self.lost:
            empty = table.filter(pl.col(name).is_null()).unique("row").sort("row")
            if column is None and empty.height:
                self._nowhere(name, empty.height)
                empty = empty.clear()
            for row in self.context.capped(f"missing-{name}", empty)["row"]:
                self.fault(
                    cell_name(row, column or 0),
                    f"missing-{name}",
                    coded(
                        "sources.key.missing", "the row has a figure but no {name}", name=said_heading(name)
                    ),
                    sentence("write the {name}", name=said_heading(name)),
                )
        return table[name].replace_strict(meaning, default=None, return_dtype=pl.String)

    def _nowhere(self, name: str, count: int) -> None:
        """Say once that nothing gives a part of the key: no column, no mapping, no setting."""
        heading = HEADINGS[name][0]
        remedy = advice(
            sentence("add a column {name!r}, or write {name} = ... in a mapping file", name=heading),
            sentence("add a column {name!r}", name=said_heading(heading)),
        )
        if name == "source":
            remedy = advice(
                sentence(
                    "add a column {name!r}, or name a single source for all figures: --source ID",
                    name=heading,
                ),
                sentence(
                    "add a column {name!r}, or choose a source next to the file", name=said_heading(heading)
                ),
            )
        self.fault(
            f"A{self.plan.header}",
            f"missing-{name}",
            coded(
                "sources.key.nowhere",
                "no column gives the {name} of the figure",
                "no column gives the {name} of {count:,} figures",
                count=count,
                name=said_heading(name),
            ),
            remedy,
        )

    def _compare(self, said: pl.DataFrame, resolved: pl.DataFrame) -> None:
        """Refuse rows that say a part of the key twice and not the same: code and name, period and year."""
        for number, (part, place) in enumerate(self.beside):
            pairs = said.select(
                "row", first=part, second=beside_name(number), meant=resolved[part]
            ).drop_nulls(["meant", "second"])
            for first, second, meant in (
                pairs.select("first", "second", "meant").unique().sort("first", "second").iter_rows()
            ):
                if self._agree(part, meant, second):
                    continue
                rows = pairs.filter(pl.col("first") == first, pl.col("second") == second).unique("row")
                rule = f"contradicting-{part}"
                for row in self.context.capped(rule, rows.sort("row"))["row"]:
                    self.fault(
                        cell_name(row, place), rule, *self._said_twice(part, first, second, meant),
                        value=second[:60],
                    )  # fmt: skip

    def _agree(self, part: str, meant: str, second: str) -> bool:
        if part == "city":
            return self.context.places.agrees(meant, second)
        if part == "period":
            return self._period().find(second) == meant
        return second == meant

    def _said_twice(self, part: str, first: str, second: str, meant: str) -> tuple[str, str]:
        if part == "city":
            return self.context.places.contradiction(first.replace(WITHIN, ", "), meant, second)
        return contradiction(part, first, second)

    def _variable(self) -> _Words:
        variables = self.context.variables
        names, shared = (by_name(variables), bearers(variables)) if self.plan.is_own else ({}, {})
        called = (
            [*variables, *(named(one.name, one.id) for one in variables.values())] if names else variables
        )

        def find(text: str) -> str | None:
            return text if text in variables else names.get(folded(text))

        def say(text: str) -> str:
            if ids := shared.get(folded(text)):
                return coded(
                    "sources.variable.ambiguous", "{text!r} is the name of several variables ({names})",
                    text=text[:60], names=", ".join(ids[:_MOST_EXAMPLES]),
                )  # fmt: skip
            return coded("sources.variable.unknown", "there is no variable {name!r}", name=text[:60])

        def suggest(text: str) -> str:
            if folded(text) in shared:
                return sentence("write the id of the variable that you mean")
            holding = [one for one in variables.values() if any(text in said for said in one.name.values())]
            return nearest(text[:60], [named(one.name, one.id) for one in holding] or called)

        return _Words(find, say, suggest)

    def _period(self) -> _Words:
        def find(text: str) -> str | None:
            try:
                bare = _YEAR.sub(r"\1", stripped(text, self.plan.period.strip))
                return str(Period.parse(bare))
            except UrbiumError:
                return None

        return _Words(
            find,
            lambda text: coded("sources.key.not_a_period", "{text!r} is not a period", text=text[:60]),
            lambda _: sentence("write 2012, 2012-Q1, 2012-03 or 2012-03-31"),
        )

    def _note_unwritten_units(self, table: pl.DataFrame) -> None:
        """Say once for each variable that no unit is written, and which one is taken."""
        bare = table.filter(pl.col("unit").is_null() & pl.col("variable").is_not_null())
        for name, rows in bare.group_by("variable", maintain_order=True):
            variable, (row, column) = (
                self.context.variables[str(name[0])],
                rows.select("row", "column").row(0),
            )
            self.context.fault(
                self.grid.sheet,
                cell_name(row, column),
                "unit-not-written",
                coded(
                    "sources.unit.not_written",
                    "no unit is stated; {variable} is assumed to be in {unit}, the unit of the variable",
                    variable=variable_words(self.context.variables, variable.id),
                    unit=unit_words(variable.unit),
                ),
                advice(
                    sentence(
                        "no action is needed if that is right; otherwise state the unit in a "
                        "column, or write unit = ... in a mapping file"
                    ),
                    sentence("no action is needed if that is right; otherwise state the unit in a column"),
                ),
                severity="note",
                variable=variable.id,
            )

    def _note_days(self, table: pl.DataFrame) -> None:
        """Say that figures of single days are stored and used by no stage: all of them go by years."""
        days = table.filter(pl.col("period").str.len_chars() == _DAY).sort("row", "column")
        if days.is_empty():
            return
        row, place, period = days.select("row", "column", "period").row(0)
        column = self.keys["period"]
        message = coded(
            "sources.period.day",
            "{count} figure is for a single day ({period}): no stage uses it",
            "{count:,} figures are for single days (the first for {period}): no stage uses them",
            count=days.height,
            period=period,
        )
        self.context.fault(
            self.grid.sheet,
            cell_name(row, place if column is None else column),
            "period-not-used",
            message,
            sentence("write {year} if the figure is for the whole year", year=period[:4]),
            severity="note",
        )
