"""The keys of a figure: what the text of each means, and the unit to which its value is brought.

A text that means nothing is a fault with its cell; its rows are left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from urbium.errors import UrbiumError, nearest
from urbium.model import Quality, Status
from urbium.periods import Period
from urbium.sources.context import CELLS, Context
from urbium.sources.grid import Grid, cell_name
from urbium.sources.mapping import TablePlan
from urbium.sources.places import WITHIN
from urbium.text import text as sentence
from urbium.text import texts
from urbium.units import units

__all__ = ["KEYS", "resolve", "stripped"]

KEYS = ("city", "within", "variable", "period", "unit", "area", "status", "quality", "source")
_MOST_SUGGESTIONS = 100
_MOST_EXAMPLES = 3
_SHARES = ("share", "index")
"""What can be given in percent."""
_DIGITS_OF_A_FLOAT = 15
_DAY = len("2012-03-31")
_FACTOR_TYPES = (pl.String, pl.String, pl.Float64, pl.Float64, pl.String)
_STATUSES = (Status.REPORTED.value, Status.PROJECTED.value, Status.SUSPECT.value)
_QUALITIES = tuple(grade.value for grade in Quality)


def resolve(
    table: pl.DataFrame, grid: Grid, plan: TablePlan, context: Context, keys: Mapping[str, int | None]
) -> pl.DataFrame:
    """Return parsed figures with the keys of our own codes and the values in the units of their variables.

    Parameters
    ----------
    table : text keys (those of :data:`KEYS`), ``value``, ``row`` and ``column`` (counted from 0)
    keys : the column in which each key stands; None where it is fixed
    """
    return _Keys(grid, plan, context, keys).resolved(table)


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
    explain: Callable[[str], tuple[str, str]]


def _one_of(kind: str, allowed: Iterable[str]) -> _Words:
    words = frozenset(allowed)
    return _Words(
        lambda text: text if text in words else None,
        lambda text: (
            sentence("sources.key.is_no", "{text!r} is no {kind}", text=text[:60], kind=kind),
            nearest(text[:60], words),
        ),
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

    def fault(self, cell: str, rule: str, message: str, remedy: str, **key: str) -> None:
        self.context.fault(self.grid.sheet, cell, rule, message, remedy, **key)

    def resolved(self, table: pl.DataFrame) -> pl.DataFrame:
        context, plan = self.context, self.context.plan
        table = self._in_our_words(table)
        words = {
            "city": _Words(context.places.find, context.places.why_not),
            "variable": self._variable(),
            "period": self._period(),
        }
        table = self._without_others(table, words)
        table = table.with_columns(
            **{name: self._replaced(table, name, find) for name, find in words.items()}
        )
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
        areas = tuple(sorted(set(by_area.values())))
        table = table.with_columns(
            area=self._replaced(table, "area", _one_of(sentence("sources.key.boundary", "boundary"), areas)),
            status=self._replaced(
                table,
                "status",
                _one_of(sentence("sources.key.status", "status of a figure in a file"), _STATUSES),
            ),
            quality=self._replaced(
                table,
                "quality",
                _one_of(sentence("sources.key.quality", "quality grade"), _QUALITIES),
                is_needed=False,
            ),
            source=self._replaced(
                table, "source", _one_of(sentence("sources.key.source", "source"), context.sources)
            ),
        )
        self._note_days(table)
        table = self._converted(table.drop_nulls(["city", "variable", "period"]))
        return table.with_columns(sheet=pl.lit(self.grid.sheet)).select(
            pl.col(name).cast(kind) for name, kind in CELLS.items()
        )

    def _in_our_words(self, table: pl.DataFrame) -> pl.DataFrame:
        """Put the words of the mapping for those of the file, and beside each city what it lies within."""
        for name in KEYS:
            words = getattr(self.plan, name).words
            if words:
                table = table.with_columns(pl.col(name).replace(words))
        within = pl.format("{}" + WITHIN + "{}", "city", "within")
        return table.with_columns(city=pl.coalesce(within, "city")).drop("within")

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
            self.context.fault(
                self.grid.sheet,
                _span(skipped),
                f"skipped-{name}",
                texts(
                    "sources.key.skipped",
                    "{count} figure is left out, as the mapping says: no {name} here is {examples:list}",
                    "{count:,} figures are left out, as the mapping says: no {name} here is {examples:list}",
                    count=skipped.height,
                    name=name,
                    examples=examples,
                ),
                sentence("sources.key.skipped.remedy", "nothing to do, unless one of them was meant"),
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
        reasons = {text: words.explain(text) for text in wrong[:_MOST_SUGGESTIONS]}
        rows = (
            table.filter(pl.col(name).is_in(wrong)).unique("row" if column is not None else name).sort("row")
        )
        for row, text in self.context.capped(f"unknown-{name}", rows).select("row", name).iter_rows():
            place = cell_name(row, column) if column is not None else f"A{self.plan.header}"
            message, remedy = reasons.get(
                text,
                (
                    sentence("sources.key.unknown", "{text!r} is no known {name}", text=text[:60], name=name),
                    sentence("sources.key.unknown.remedy", "write a known one"),
                ),
            )
            self.fault(place, f"unknown-{name}", message, remedy, value=text[:60])
        if is_needed:
            empty = table.filter(pl.col(name).is_null()).unique("row").sort("row")
            for row in self.context.capped(f"missing-{name}", empty)["row"]:
                place = cell_name(row, column) if column is not None else f"A{row + 1}"
                self.fault(
                    place,
                    f"missing-{name}",
                    sentence("sources.key.missing", "the row has a figure and no {name}", name=name),
                    sentence("sources.key.missing.remedy", "write the {name}", name=name),
                )
        return table[name].replace_strict(meaning, default=None, return_dtype=pl.String)

    def _variable(self) -> _Words:
        variables = self.context.variables

        def find(text: str) -> str | None:
            return text if text in variables else None

        def explain(text: str) -> tuple[str, str]:
            name = text[:60]
            return sentence("sources.variable.unknown", "there is no variable {name!r}", name=name), nearest(
                name, variables
            )

        return _Words(find, explain)

    def _period(self) -> _Words:
        def find(text: str) -> str | None:
            try:
                return str(Period.parse(stripped(text, self.plan.period.strip)))
            except UrbiumError:
                return None

        return _Words(
            find,
            lambda text: (
                sentence("sources.key.not_a_period", "{text!r} is not a period", text=text[:60]),
                sentence("sources.key.not_a_period.remedy", "write 2012, 2012-Q1, 2012-03 or 2012-03-31"),
            ),
        )

    def _note_days(self, table: pl.DataFrame) -> None:
        """Say that figures of single days are stored and used by no stage: all of them go by years."""
        days = table.filter(pl.col("period").str.len_chars() == _DAY).sort("row", "column")
        if days.is_empty():
            return
        row, place, period = days.select("row", "column", "period").row(0)
        column = self.keys["period"]
        message = texts(
            "sources.period.day",
            "{count} figure is of a single day ({period}): no stage uses it",
            "{count:,} figures are of single days (the first of {period}): no stage uses them",
            count=days.height,
            period=period,
        )
        self.context.fault(
            self.grid.sheet,
            cell_name(row, place if column is None else column),
            "period-not-used",
            message,
            sentence("sources.period.day.remedy", "write {year} if it is of the year", year=period[:4]),
            severity="note",
        )

    def _of_percents(self, table: pl.DataFrame) -> pl.DataFrame:
        """Read a cell that shows 95 % (and holds 0.95) as 95 %; refuse it where no share is asked."""
        if not table["is_percent"].any():
            return table
        factors = {name: 1 / unit.factor for name, unit in units().items() if unit.dimension in _SHARES}
        factor = pl.col("unit").replace_strict(factors, default=None, return_dtype=pl.Float64)
        other = pl.col("is_percent") & factor.is_null() & pl.col("unit").is_in(list(units()))
        for row in self.context.capped("unit", table.filter(other).sort("row", "column")).iter_rows(
            named=True
        ):
            self.fault(
                cell_name(row["row"], row["column"]),
                "unit",
                sentence(
                    "sources.percent.no_share",
                    "the cell shows {share:.4g} %, and {variable} is measured in {unit}",
                    share=100 * row["value"],
                    variable=row["variable"],
                    unit=row["unit"],
                ),
                sentence("sources.percent.no_share.remedy", "correct the figure, or the format of the cell"),
                variable=row["variable"],
            )
        shown = (pl.col("value") * factor).round_sig_figs(_DIGITS_OF_A_FLOAT)
        return table.filter(~other).with_columns(value=pl.when("is_percent").then(shown).otherwise("value"))

    def _converted(self, table: pl.DataFrame) -> pl.DataFrame:
        """Bring every figure to its variable's unit; refuse units that measure something else."""
        table = self._of_percents(table)
        scales, column = units(), self.keys["unit"]
        pairs = table.select("variable", "unit").unique(maintain_order=True)
        factors = []
        for name, given in pairs.iter_rows():
            wanted = self.context.variables[name].unit
            rows = table.filter((pl.col("variable") == name) & (pl.col("unit") == given))
            row, place = rows["row"][0], rows["column"][0] if column is None else column
            count = rows.height
            where = cell_name(row, place)
            key = {"variable": name, "value": given[:60]}
            if given not in scales:
                message = texts(
                    "sources.unit.unknown",
                    "{given!r} is no known unit",
                    "{given!r} is no known unit ({count:,} figures)",
                    given=given[:60],
                    count=count,
                )
                self.fault(
                    where,
                    "unit",
                    message,
                    sentence(
                        "sources.unit.stored",
                        "{given} {name} is stored in {wanted!r}",
                        given=nearest(given[:60], scales),
                        name=name,
                        wanted=wanted,
                    ),
                    **key,
                )
            elif scales[given].dimension != scales[wanted].dimension:
                message = texts(
                    "sources.unit.other_dimension",
                    "{name} is given in {given!r}, which measures {dimension}, not {dimension2}",
                    "{name} is given in {given!r}, which measures {dimension}, not {dimension2} "
                    "({count:,} figures)",
                    name=name,
                    given=given,
                    dimension=scales[given].dimension,
                    dimension2=scales[wanted].dimension,
                    count=count,
                )
                self.fault(
                    where,
                    "unit",
                    message,
                    sentence(
                        "sources.unit.other_dimension.remedy",
                        "give it in {wanted!r} or a unit of the same kind",
                        wanted=wanted,
                    ),
                    **key,
                )
            elif given != wanted:
                span = _span(rows)
                message = texts(
                    "sources.unit.converted",
                    "{name} is given in {given!r} and was converted to {wanted!r}",
                    "{name} is given in {given!r} and was converted to {wanted!r} ({count:,} figures)",
                    name=name,
                    given=given,
                    wanted=wanted,
                    count=count,
                )
                self.context.fault(
                    self.grid.sheet,
                    span,
                    "unit-converted",
                    message,
                    sentence("sources.unit.converted.remedy", "nothing to do"),
                    severity="note",
                    **key,
                )
            if given in scales:
                factors.append((name, given, scales[given].factor, scales[wanted].factor, wanted))
        names = ("variable", "unit", "own", "base", "wanted")
        factor_table = pl.DataFrame(
            factors, schema=dict(zip(names, _FACTOR_TYPES, strict=True)), orient="row"
        )
        return (
            table.join(factor_table, on=["variable", "unit"], how="left", maintain_order="left")
            .with_columns(
                value=pl.when(pl.col("own") == pl.col("base"))
                .then(pl.col("value"))
                .otherwise(pl.col("value") * pl.col("own") / pl.col("base")),
                unit=pl.coalesce("wanted", "unit"),
            )
            .drop_nulls("value")
        )
