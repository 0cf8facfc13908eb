"""From a grid of cells to observations: finds the columns, resolves keys, parses figures, keeps the cell.

Whatever is wrong is gathered as a fault with its cell; nothing is raised here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from urbium.errors import Fault, UrbiumError, nearest
from urbium.model import Quality, Status, Variable
from urbium.periods import Period
from urbium.sources.figures import explain_figure
from urbium.sources.grid import Grid, cell_name, column_number
from urbium.sources.limits import MAX_LISTED
from urbium.sources.mapping import FilePlan, Place, TablePlan
from urbium.sources.places import Places
from urbium.text import text as sentence
from urbium.units import units

__all__ = ["CELLS", "Context", "read_grid"]

CELLS: Mapping[str, pl.DataType] = {
    "city": pl.String(),
    "variable": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "area": pl.String(),
    "status": pl.String(),
    "quality": pl.String(),
    "source": pl.String(),
    "sheet": pl.String(),
    "row": pl.UInt32(),
    "column": pl.UInt32(),
}
"""Columns of the observations of a sheet before they are checked; row and column count from 0."""

_STATUSES = (Status.REPORTED.value, Status.PROJECTED.value, Status.SUSPECT.value)
_QUALITIES = tuple(grade.value for grade in Quality)


@dataclass(slots=True)
class Context:
    """What a sheet is read against, and where its faults are gathered."""

    variables: Mapping[str, Variable]
    sources: frozenset[str]
    places: Places
    plan: FilePlan
    faults: list[Fault] = field(default_factory=list)
    listed: dict[str, int] = field(default_factory=dict)

    def fault(
        self,
        sheet: str,
        cell: str,
        rule: str,
        message: str,
        remedy: str,
        *,
        severity: str = "error",
        **key: str,
    ) -> None:
        """Gather one fault; beyond a cap a rule's faults are only counted."""
        self.listed[rule] = self.listed.get(rule, 0) + 1
        if self.listed[rule] <= MAX_LISTED:
            self.faults.append(
                Fault(severity, message, remedy, rule=rule, sheet=sheet, cell=cell, **key)  # type: ignore[arg-type]
            )

    def close(self) -> None:
        """Say for each rule how many faults were not listed."""
        for rule, count in self.listed.items():
            if count > MAX_LISTED:
                self.faults.append(
                    Fault(
                        "error",
                        sentence(
                            "sources.rule.more_cells",
                            "{number:,} more cells break the rule {rule!r}",
                            number=count - MAX_LISTED,
                            rule=rule,
                        ),
                        sentence("sources.rule.more_cells.remedy", "correct those listed and check again"),
                        rule=rule,
                    )
                )


def read_grid(grid: Grid, plan: TablePlan, context: Context) -> pl.DataFrame:
    """Return the observations of one sheet with the columns of :data:`CELLS`; faults go to ``context``."""
    return _SheetReader(grid, plan, context).read()


class _SheetReader:
    """One sheet on its way from cells to observations."""

    def __init__(self, grid: Grid, plan: TablePlan, context: Context) -> None:
        self.grid, self.plan, self.context = grid, plan, context
        self.headings = grid.row(plan.header - 1)
        self.used: dict[int, str] = {}
        self.body = self._body()

    def fault(self, cell: str, rule: str, message: str, remedy: str, **key: str) -> None:
        self.context.fault(self.grid.sheet, cell, rule, message, remedy, **key)

    def read(self) -> pl.DataFrame:
        values = self._values()
        places: dict[str, Place] = {name: getattr(self.plan, name) for name in _KEYS}
        keys = {name: self.find(place.column) if place.column else None for name, place in places.items()}
        self._check_cells()
        is_lost = any(place.column and keys[name] is None for name, place in places.items())
        if self.body.height == 0 or not values or is_lost:
            return pl.DataFrame(schema=CELLS)
        chunks = [self._chunk(column, fixed, keys) for column, fixed in values]
        table = pl.concat([chunk for chunk in chunks if chunk is not None])
        return self._resolved(self._parsed(table), keys)

    # The columns of the sheet.

    def _body(self) -> pl.DataFrame:
        skipped = [row - 1 for row in self.plan.skip]
        body = self.grid.frame.with_row_index("row").slice(self.plan.header)
        filled = (
            pl.any_horizontal(pl.exclude("row").is_not_null()) if self.grid.frame.width else pl.lit(False)
        )
        return body.filter(~pl.col("row").is_in(skipped) & filled)

    def find(self, name: str, rule: str = "column") -> int | None:
        """Return the place of the column with that heading (or ``$letter``), or None and a fault."""
        if name.startswith("$") and name[1:].isalpha():
            place = column_number(name[1:].upper())
            if place < self.grid.frame.width:
                self.used[place] = name
                return place
        places = [i for i, heading in enumerate(self.headings) if heading == name.strip()]
        if len(places) == 1:
            self.used[places[0]] = name
            return places[0]
        if places:
            cells = ", ".join(cell_name(self.plan.header - 1, place) for place in places[:5])
            message = sentence(
                "sources.heading.repeated",
                "the heading {name!r} stands {number} times ({cells})",
                name=name,
                number=len(places),
                cells=cells,
            )
            self.fault(
                cell_name(self.plan.header - 1, places[1]),
                "duplicated-heading",
                message,
                sentence("sources.heading.repeated.remedy", "rename or delete one"),
            )
        else:
            headings = [heading for heading in self.headings if heading]
            message = sentence(
                "sources.heading.missing",
                "there is no column {name!r} in row {header}",
                name=name,
                header=self.plan.header,
            )
            self.fault(f"A{self.plan.header}", rule, message, nearest(name, headings))
        return None

    def _values(self) -> list[tuple[int, dict[str, str]]]:
        """Return the columns of figures, each with the parts of the key that it fixes."""
        plan = self.plan
        if plan.layout == "long":
            place = self.find(plan.value.column)
            return [] if place is None else [(place, {})]
        if plan.layout == "periods":
            return self._period_columns()
        columns = []
        for planned in plan.columns:
            place = self.find(planned.column)
            if planned.variable not in self.context.variables:
                where = cell_name(plan.header - 1, place or 0)
                message = sentence(
                    "sources.variable.unknown_in_mapping",
                    "there is no variable {variable!r}",
                    variable=planned.variable,
                )
                self.fault(
                    where, "unknown-variable", message, nearest(planned.variable, self.context.variables)
                )
            elif place is not None:
                fixed = {"variable": planned.variable, "unit": planned.unit, "area": planned.area}
                columns.append((place, {k: v for k, v in (fixed | {"source": planned.source}).items() if v}))
        return columns

    def _period_columns(self) -> list[tuple[int, dict[str, str]]]:
        columns: list[tuple[int, dict[str, str]]] = []
        seen: dict[str, int] = {}
        for i, heading in enumerate(self.headings):
            text = _stripped(heading, self.plan.period.strip)
            if not text or not text[:4].isdigit():
                continue
            try:
                period = str(Period.parse(text))
            except UrbiumError:
                continue
            where = cell_name(self.plan.header - 1, i)
            if period in seen:
                first = cell_name(self.plan.header - 1, seen[period])
                message = sentence(
                    "sources.heading.repeated_period",
                    "the period {period} stands twice (first in {first})",
                    period=period,
                    first=first,
                )
                self.fault(
                    where,
                    "duplicated-heading",
                    message,
                    sentence("sources.heading.repeated.remedy", "rename or delete one"),
                )
            seen[period] = i
            self.used[i] = heading
            columns.append((i, {"period": period}))
        if not columns:
            message = sentence(
                "sources.heading.no_period",
                "no heading of row {header} is a period",
                header=self.plan.header,
            )
            self.fault(
                f"A{self.plan.header}",
                "column",
                message,
                sentence("sources.heading.no_period.remedy", "name the row of headings such as 2010, 2011"),
            )
        return columns

    def _check_cells(self) -> None:
        """Formulas, errors and merged cells in the columns that are read."""
        top = self.plan.header - 1
        for row, column in sorted(self.grid.formulas):
            if row >= top and column in self.used:
                message = sentence(
                    "sources.cell.formula", "the cell holds a formula, which is not computed here"
                )
                self.fault(
                    cell_name(row, column),
                    "formula",
                    message,
                    sentence("sources.cell.formula.remedy", "paste its value"),
                )
        for (row, column), shown in sorted(self.grid.errors.items()):
            if row >= top and column in self.used and (row, column) not in self.grid.formulas:
                reason, remedy = explain_figure(shown)
                self.fault(cell_name(row, column), "type", reason, remedy)
        for first, left, last, right in self.grid.merged:
            if last >= top and any(left <= column <= right for column in self.used):
                span = f"{cell_name(first, left)}:{cell_name(last, right)}"
                message = sentence(
                    "sources.cell.merged",
                    "the cells {span} are merged, so that only the first holds a value",
                    span=span,
                )
                self.fault(
                    span,
                    "merged-cells",
                    message,
                    sentence("sources.cell.merged.remedy", "unmerge them and fill every cell"),
                )

    # The figures.

    def _chunk(
        self, column: int, fixed: dict[str, str], keys: Mapping[str, int | None]
    ) -> pl.DataFrame | None:
        """Return one column of figures with the texts of its keys."""
        cells = pl.col(str(column))
        is_number = self.grid.frame.schema[str(column)] == pl.Float64
        shown = {
            "text": pl.lit(None, pl.String) if is_number else cells.str.strip_chars().replace({"": None}),
            "value": cells if is_number else pl.lit(None, pl.Float64),
            "row": pl.col("row"),
            "column": pl.lit(column, pl.UInt32),
        }
        for name, place in keys.items():
            if name in fixed:
                shown[name] = pl.lit(fixed[name])
            elif place is not None:
                shown[name] = self._key(place)
            else:
                given: Place = getattr(self.plan, name)
                text = self.grid.sheet if given.from_sheet else given.value
                shown[name] = pl.lit(text or None, pl.String)
        return self.body.select(**shown).filter(pl.col("text").is_not_null() | pl.col("value").is_not_null())

    def _key(self, column: int) -> pl.Expr:
        cells = pl.col(str(column))
        if self.grid.frame.schema[str(column)] == pl.Float64:
            whole = (cells.round() == cells) & (cells.abs() < 1e15)  # noqa: PLR2004 - exact in a float
            return (
                pl.when(whole)
                .then(cells.cast(pl.Int64, strict=False).cast(pl.String))
                .otherwise(cells.cast(pl.String))
            )
        return cells.str.strip_chars().replace({"": None})

    def _parsed(self, table: pl.DataFrame) -> pl.DataFrame:
        """Turn texts into figures; what is none becomes a fault."""
        missing = pl.col("text").is_in(list(self.context.plan.missing))
        table = table.filter(pl.col("text").is_null() | ~missing).with_columns(
            value=pl.coalesce("value", pl.col("text").cast(pl.Float64, strict=False))
        )
        bad = pl.col("value").is_null() | ~pl.col("value").is_finite()
        wrong = table.filter(bad).sort("row", "column")
        for row, column, text in self._capped("type", wrong).select("row", "column", "text").iter_rows():
            message, remedy = explain_figure(text or "inf")
            self.fault(cell_name(row, column), "type", message, remedy, value=(text or "inf")[:60])
        return table.filter(~bad)

    # The keys.

    def _resolved(self, table: pl.DataFrame, keys: Mapping[str, int | None]) -> pl.DataFrame:
        context, plan = self.context, self.context.plan
        table = table.with_columns(
            city=self._replaced(table, "city", keys, _Words(context.places.find, context.places.why_not)),
            variable=self._replaced(table, "variable", keys, self._variable()),
            period=self._replaced(table, "period", keys, self._period()),
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
            area=self._replaced(
                table, "area", keys, _one_of(sentence("sources.key.boundary", "boundary"), areas)
            ),
            status=self._replaced(
                table,
                "status",
                keys,
                _one_of(sentence("sources.key.status", "status of a figure in a file"), _STATUSES),
            ),
            quality=self._replaced(
                table,
                "quality",
                keys,
                _one_of(sentence("sources.key.quality", "quality grade"), _QUALITIES),
                is_needed=False,
            ),
            source=self._replaced(
                table, "source", keys, _one_of(sentence("sources.key.source", "source"), context.sources)
            ),
        )
        table = self._converted(table.drop_nulls(["city", "variable", "period"]), keys)
        return table.with_columns(sheet=pl.lit(self.grid.sheet)).select(
            pl.col(name).cast(kind) for name, kind in CELLS.items()
        )

    def _capped(self, rule: str, wrong: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are still listed singly; the others are counted."""
        room = max(MAX_LISTED - self.context.listed.get(rule, 0), 0)
        if wrong.height > room:
            self.context.listed[rule] = self.context.listed.get(rule, 0) + wrong.height - room
        return wrong.head(room)

    def _replaced(
        self,
        table: pl.DataFrame,
        name: str,
        keys: Mapping[str, int | None],
        words: "_Words",
        *,
        is_needed: bool = True,
    ) -> pl.Series:
        """Replace each text of a key by what it means; name the cells of those that mean nothing."""
        column = keys[name]
        meaning = {text: words.find(text) for text in table[name].drop_nulls().unique()}
        wrong = sorted(text for text, code in meaning.items() if code is None)
        reasons = {text: words.explain(text) for text in wrong[:_MOST_SUGGESTIONS]}
        rows = (
            table.filter(pl.col(name).is_in(wrong)).unique("row" if column is not None else name).sort("row")
        )
        for row, text in self._capped(f"unknown-{name}", rows).select("row", name).iter_rows():
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
            for row in self._capped(f"missing-{name}", empty)["row"]:
                place = cell_name(row, column) if column is not None else f"A{row + 1}"
                self.fault(
                    place,
                    f"missing-{name}",
                    sentence("sources.key.missing", "the row has a figure and no {name}", name=name),
                    sentence("sources.key.missing.remedy", "write the {name}", name=name),
                )
        return table[name].replace_strict(meaning, default=None, return_dtype=pl.String)

    def _variable(self) -> "_Words":
        words, variables = self.plan.variable.words, self.context.variables

        def find(text: str) -> str | None:
            name = words.get(text, text)
            return name if name in variables else None

        def explain(text: str) -> tuple[str, str]:
            name = words.get(text, text)[:60]
            return sentence("sources.variable.unknown", "there is no variable {name!r}", name=name), nearest(
                name, variables
            )

        return _Words(find, explain)

    def _period(self) -> "_Words":
        def find(text: str) -> str | None:
            try:
                return str(Period.parse(_stripped(text, self.plan.period.strip)))
            except UrbiumError:
                return None

        return _Words(
            find,
            lambda text: (
                sentence("sources.key.not_a_period", "{text!r} is not a period", text=text[:60]),
                sentence("sources.key.not_a_period.remedy", "write 2012, 2012-Q1, 2012-03 or 2012-03-31"),
            ),
        )

    def _converted(self, table: pl.DataFrame, keys: Mapping[str, int | None]) -> pl.DataFrame:
        """Bring every figure to its variable's unit; refuse units that measure something else."""
        scales, column = units(), keys["unit"]
        pairs = table.select("variable", "unit").unique(maintain_order=True)
        factors = []
        for name, given in pairs.iter_rows():
            wanted = self.context.variables[name].unit
            rows = table.filter((pl.col("variable") == name) & (pl.col("unit") == given))
            row, place = rows["row"][0], rows["column"][0] if column is None else column
            more = f" ({rows.height:,} figures)" if rows.height > 1 else ""
            where = cell_name(row, place)
            key = {"variable": name, "value": given[:60]}
            if given not in scales:
                message = sentence(
                    "sources.unit.unknown", "{given!r} is no known unit{more}", given=given[:60], more=more
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
                message = sentence(
                    "sources.unit.other_dimension",
                    "{name} is given in {given!r}, which measures {dimension}, not {dimension2}{more}",
                    name=name,
                    given=given,
                    dimension=scales[given].dimension,
                    dimension2=scales[wanted].dimension,
                    more=more,
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
                message = sentence(
                    "sources.unit.converted",
                    "{name} is given in {given!r} and was converted to {wanted!r}{more}",
                    name=name,
                    given=given,
                    wanted=wanted,
                    more=more,
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


_KEYS = ("city", "variable", "period", "unit", "area", "status", "quality", "source")
_MOST_SUGGESTIONS = 100
_FACTOR_TYPES = (pl.String, pl.String, pl.Float64, pl.Float64, pl.String)


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


def _stripped(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text.strip()
