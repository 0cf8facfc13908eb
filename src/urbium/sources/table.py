"""From a grid of cells to observations: finds the columns, resolves keys, parses figures, keeps the cell.

Whatever is wrong is gathered as a fault with its cell; nothing is raised here.
"""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from urbium.errors import UrbiumError, nearest
from urbium.model import Status
from urbium.periods import Period
from urbium.sources.context import CELLS, COLUMN_NOT_READ, ROW_NOT_READ, Context
from urbium.sources.figure_keys import KEYS, beside_name, resolve, stripped
from urbium.sources.formats.grid import CellKind, Grid, cell_name, column_letters, column_number, plain_text
from urbium.sources.formats.typed_figures import explain_figure
from urbium.sources.headings.draft_lines import lines_of_marks, quoted
from urbium.sources.headings.header_rows import heading_rows, headings_of, joined
from urbium.sources.headings.heading_words import mark_beside
from urbium.sources.headings.headings import SPOKEN, in_language, nearest_heading, ours, places_of
from urbium.sources.mappings.mapping_plans import Place, TablePlan
from urbium.text import coded
from urbium.text import text as sentence
from urbium.text.advice import advice

_MOST_NAMED = 12
_MOST_NAMED_ROWS = 3


def read_grid(grid: Grid, plan: TablePlan, context: Context) -> pl.DataFrame:
    """Return the observations of one sheet with the columns of :data:`CELLS`; faults go to ``context``."""
    return _SheetReader(grid, plan, context).read()


class _SheetReader:
    """One sheet on its way from cells to observations."""

    def __init__(self, grid: Grid, plan: TablePlan, context: Context) -> None:
        self.grid, self.plan, self.context = grid, plan, context
        self.heads = heading_rows(grid, plan.header, plan.heads)
        self.headings = headings_of(grid, plan.header, plan.heads)
        self.used: dict[int, str] = {}
        self.percents: dict[int, list[int]] = {}
        for row, column in grid.percents:
            self.percents.setdefault(column, []).append(row)
        self.body = self._body()

    def fault(self, cell: str, rule: str, message: str, remedy: str, **key: str) -> None:
        self.context.fault(self.grid.sheet, cell, rule, message, remedy, **key)

    def read(self) -> pl.DataFrame:
        values = self._values()
        places: dict[str, Place] = {name: getattr(self.plan, name) for name in KEYS}
        keys = {name: self.find(place.column) if place.column else None for name, place in places.items()}
        beside = [(part, place) for part, name in self.plan.beside if (place := self.find(name)) is not None]
        self.columns_of_figures = [column for column, _ in values]
        self._check_cells()
        self._name_unread()
        self._name_hidden()
        self._name_rows_without_figures([column for column, _ in values], keys["city"])
        if self.plan.period.pattern and (period := keys["period"]) is not None:
            texts_of = (
                self.body.select("row", text=self._key(period))
                .drop_nulls()
                .unique("text", maintain_order=True)
            )
            cells = ((text, cell_name(row, period)) for row, text in texts_of.iter_rows())
            self._refuse_lost_marks(cells, f"column = {quoted(self.plan.period.column)}")
        lost = frozenset(name for name, place in places.items() if place.column and keys[name] is None)
        if self.body.height == 0 or not values:
            return pl.DataFrame(schema=CELLS)
        self.context.admit(sum(self.body[str(column)].count() for column, _ in values))
        chunks = [self._chunk(column, fixed, keys, beside) for column, fixed in values]
        table = self._parsed(pl.concat(chunks))
        resolved = resolve(table, self.grid, self.plan, self.context, keys=keys, beside=beside, lost=lost)
        return resolved.clear() if lost else resolved

    # The columns of the sheet.

    def _body(self) -> pl.DataFrame:
        skipped = [row - 1 for row in self.plan.skip]
        body = self.grid.frame.with_row_index("row").slice(self.plan.header)
        filled = (
            pl.any_horizontal(pl.exclude("row").is_not_null()) if self.grid.frame.width else pl.lit(False)
        )
        body = body.filter(~pl.col("row").is_in(skipped) & filled)
        for condition in self.plan.where:
            place = self.find(condition.column)
            if place is not None:
                is_named = self._key(place).is_in(list(condition.words)).fill_null(value=False)
                body = body.filter(~is_named if condition.is_left_out else is_named)
        return body

    def find(self, name: str, rule: str = "column") -> int | None:
        """Return the place of the column with that heading (or ``$letter``), or None and a fault."""
        if name.startswith("$") and name[1:].isalpha():
            place = column_number(name[1:].upper())
            if place < self.grid.frame.width:
                self.used[place] = name
                return place
        places = places_of(self.headings, name)
        if len(places) == 1:
            self.used[places[0]] = name
            return places[0]
        if places:
            cells = ", ".join(cell_name(self.plan.header - 1, place) for place in places[:5])
            message = coded(
                "sources.heading.repeated",
                "the heading {name!r} appears {number} times ({cells})",
                name=name,
                number=len(places),
                cells=cells,
            )
            self.fault(
                cell_name(self.plan.header - 1, places[1]),
                "duplicated-heading",
                message,
                sentence("rename or delete one"),
            )
        else:
            headings = [heading for heading in self.headings if heading]
            message = coded(
                "sources.heading.missing",
                "there is no column {name!r} in row {header}",
                name=name,
                header=self.plan.header,
            )
            self.fault(f"A{self.plan.header}", rule, message, nearest(name, headings))
        return None

    def has(self, name: str) -> bool:
        """Whether a column has that heading, or there is a column of that letter."""
        if name.startswith("$") and name[1:].isalpha():
            return column_number(name[1:].upper()) < self.grid.frame.width
        return bool(places_of(self.headings, name))

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
            if planned.is_optional and not self.has(planned.column):
                continue
            place = self.find(planned.column)
            if planned.variable not in self.context.variables:
                where = cell_name(plan.header - 1, place or 0)
                message = coded(
                    "sources.variable.unknown_in_mapping",
                    "there is no variable {variable!r}",
                    variable=planned.variable,
                )
                self.fault(
                    where, "unknown-variable", message, nearest(planned.variable, self.context.variables)
                )
            elif place is not None:
                parts = ("variable", "unit", "area", "source", "status", "quality")
                fixed = {name: getattr(planned, name) for name in parts if getattr(planned, name)}
                columns.append((place, fixed))
        return columns

    def _period_columns(self) -> list[tuple[int, dict[str, str]]]:
        """Return the columns headed by a period, each with what else its headings say."""
        columns: list[tuple[int, dict[str, str]]] = []
        seen: dict[tuple[str, ...], int] = {}
        of_header = [name for name in KEYS if getattr(self.plan, name).from_header]
        of_keys = {place for name in self.plan.headings for place in places_of(self.headings, name)}
        for i in (column for column in range(len(self.headings)) if column not in of_keys):
            period, rest = self._period_above(i)
            if not period:
                continue
            where = cell_name(self.plan.header - 1, i)
            fixed = {name: _above(getattr(self.plan, name), rest) for name in of_header}
            key = (period, *fixed.values())
            if key in seen:
                first = cell_name(self.plan.header - 1, seen[key])
                message = coded(
                    "sources.heading.repeated_period",
                    "the period {period} appears twice (first in {first})",
                    period=period,
                    first=first,
                )
                remedy = sentence("rename or delete one")
                if rest and not of_header:
                    remedy = sentence(
                        "if the headings above state the variable of each column, write variable = "
                        '{{from = "header"}} in the mapping'
                    )
                self.fault(where, "duplicated-heading", message, remedy)
            seen[key] = i
            self.used[i] = self.headings[i]
            columns.append((i, {"period": period} | {name: word for name, word in fixed.items() if word}))
        if self.plan.period.pattern:
            cells = ((self.headings[i], cell_name(self.plan.header - 1, i)) for i, _ in columns)
            self._refuse_lost_marks(cells, 'from = "header"')
        if not columns:
            message = coded(
                "sources.heading.no_period", "no heading in row {header} is a period", header=self.plan.header
            )
            self.fault(
                f"A{self.plan.header}",
                "column",
                message,
                sentence("state which row has headings such as 2010, 2011"),
            )
        return columns

    def _refuse_lost_marks(self, periods: Iterable[tuple[str, str]], place: str) -> None:
        """Refuse texts of which the year alone is read, and not a mark beside it, as of preliminary figures.

        ``periods`` are the texts with their cells, ``place`` says where they stand as a mapping does.
        """
        whole = self.context.plan
        of_file = {"quality": whole.quality, "status": whole.projected_from and Status.PROJECTED.value}
        lost: dict[str, tuple[str, str]] = {}
        for words, cell in periods:
            if (beside := mark_beside(words)) is not None:
                mark, part, meaning = beside
                if not getattr(self.plan, part).is_given and of_file[part] != meaning:
                    lost.setdefault(mark, (words, cell))
        for mark, (words, cell) in lost.items():
            self.fault(
                cell,
                "mark",
                coded(
                    "sources.mark.lost",
                    "{words!r} has the mark {mark!r}, but the mapping reads only the year",
                    words=words[:60],
                    mark=mark,
                ),
                sentence(
                    "state in the mapping what the mark means: {line}",
                    line=next(lines_of_marks(place, [words])),
                ),
            )

    def _period_above(self, column: int) -> tuple[str, str]:
        """Return the period above a column, or nothing, and what else stands there."""
        words = [row[column] for row in self.heads]
        place = self.plan.period
        for number, word in enumerate(words):
            said = stripped(_above(place, word), place.strip)
            if said[:4].isdigit() and (period := _period(said)):
                others = words if place.pattern else words[:number] + words[number + 1 :]
                return period, joined(others)
        return "", ""

    def _name_unread(self) -> None:
        """Name the columns with a heading that are not read: nothing is dropped in silence."""
        unread = {
            place: heading
            for place, heading in enumerate(self.headings)
            if heading
            and place not in self.used
            and not (self.plan.is_own and (ours(heading) in SPOKEN or in_language(heading)))
        }
        if not unread:
            return
        message = coded(
            "sources.column.unread",
            "the column {names} is not read",
            "{count} columns are not read: {names}",
            count=len(unread),
            names=", ".join(repr(heading[:60]) for heading in list(unread.values())[:_MOST_NAMED]),
        )
        if self.plan.is_own:
            severity, remedy = "warning", nearest_heading(unread.values())
        else:
            severity = "note"
            remedy = sentence("no action is needed unless one of them contains figures")
        self.context.fault(
            self.grid.sheet,
            cell_name(self.plan.header - 1, next(iter(unread))),
            COLUMN_NOT_READ,
            message,
            remedy,
            severity=severity,
        )

    def _name_hidden(self) -> None:
        """Name the columns that are read and hidden: whoever sends the file may not know of them."""
        columns = sorted(self.grid.hidden_columns & self.used.keys())
        filled = [column for column in columns if self.body[str(column)].count()]
        if filled:
            self.context.fault(
                self.grid.sheet,
                cell_name(self.plan.header - 1, filled[0]),
                "hidden",
                coded(
                    "sources.sheet.hidden_columns",
                    "hidden columns are read like all others: {letters:list}",
                    letters=[column_letters(column) for column in filled[:_MOST_NAMED]],
                ),
                sentence("check them; delete those that should not count"),
                severity="warning",
            )

    def _name_rows_without_figures(self, columns: Sequence[int], city: int | None) -> None:
        """Name the rows with words and no figure whose city is none: notes, and headings between rows."""
        place = self.plan.city
        if not columns or (place.column and city is None) or not place.column or place.skips_others:
            return
        is_without = pl.all_horizontal(pl.col(str(column)).is_null() for column in columns)
        names = self._part(place, city)
        rows = self.body.filter(is_without).with_columns(name=names.replace(dict(place.words)))
        places = self.context.places
        empty = [
            name for name in rows["name"].unique()
            if name is not None and places.find(name) is None and not places.whose(name)
        ]  # fmt: skip
        is_no_city = pl.col("name").is_in(empty) | pl.col("name").is_null()
        rows = rows.filter(is_no_city)
        if rows.is_empty():
            return
        words = [
            next((plain_text(cell) for cell in row if cell is not None), "")[:60]
            for row in rows.drop("row", "name").head(_MOST_NAMED_ROWS).iter_rows()
        ]
        message = coded(
            "sources.row.unread",
            "a row below the headings has no figure and no known city, and is not read: {words:list}",
            "{count:,} rows below the headings have no figure and no known city, and are not read: "
            "{words:list}",
            count=rows.height,
            words=words,
        )
        remedy = advice(
            sentence("no action is needed if they are notes; a mapping file can say so with skip = [rows]"),
            sentence("no action is needed if they are notes"),
        )
        severity = "warning" if self.plan.is_own else "note"
        cell = cell_name(rows["row"][0], city or 0)
        self.context.fault(self.grid.sheet, cell, ROW_NOT_READ, message, remedy, severity=severity)

    def _check_cells(self) -> None:
        """Formulas, errors and merged cells in the columns that are read."""
        top = self.plan.header - self.plan.heads
        for row, column in sorted(self.grid.formulas):
            if row >= top and column in self.used:
                message = coded(
                    "sources.cell.formula", "the cell contains a formula, which is not computed here"
                )
                self.fault(
                    cell_name(row, column),
                    "formula",
                    message,
                    sentence("replace the formula with its value"),
                )
        for (row, column), shown in sorted(self.grid.errors.items()):
            if row >= top and column in self.used and (row, column) not in self.grid.formulas:
                reason, remedy = explain_figure(shown)
                self.fault(cell_name(row, column), "type", reason, remedy)
        for first, left, last, right in self.grid.merged:
            if not self._is_harmless(first, left, last, right):
                span = f"{cell_name(first, left)}:{cell_name(last, right)}"
                message = coded(
                    "sources.cell.merged",
                    "the cells {span} are merged, so only the first contains a value",
                    span=span,
                )
                self.fault(
                    span,
                    "merged-cells",
                    message,
                    sentence("unmerge them and fill every cell"),
                )

    def _is_harmless(self, first: int, left: int, last: int, right: int) -> bool:
        """Whether merged cells hide nothing that is read: they are headings, or a row without a figure."""
        if last < self.plan.header or not any(left <= column <= right for column in self.used):
            return True
        rows = self.body.filter(pl.col("row").is_between(first, last))
        figures = [str(column) for column in self.columns_of_figures]
        is_bare = all(rows[column].null_count() == rows.height for column in figures)
        return rows.is_empty() or (first == last and is_bare)

    # The figures.

    def _chunk(
        self,
        column: int,
        fixed: dict[str, str],
        keys: Mapping[str, int | None],
        beside: Sequence[tuple[str, int]],
    ) -> pl.DataFrame:
        """Return one column of figures with the texts of its keys."""
        kind = self.grid.kind(column).gather(self.body["row"]).rename("kind")
        cells, is_number = pl.col(str(column)), pl.col("kind") == CellKind.NUMBER
        shown = {
            "text": pl.when(~is_number).then(cells.cast(pl.String).str.strip_chars().replace({"": None})),
            "value": pl.when(is_number).then(cells.cast(pl.Float64, strict=False)),
            "kind": pl.col("kind"),
            "row": pl.col("row"),
            "column": pl.lit(column, pl.UInt32),
            "is_percent": self._is_percent(column),
        }
        for name, place in keys.items():
            if name in fixed:
                shown[name] = pl.lit(fixed[name])
            else:
                shown[name] = self._part(
                    getattr(self.plan, name), place, is_optional=name in {"quality", "status"}
                )
        for number, (_, place) in enumerate(beside):
            shown[beside_name(number)] = self._key(place)
        return (
            self.body.with_columns(kind)
            .select(**shown)
            .filter(pl.col("text").is_not_null() | pl.col("value").is_not_null())
        )

    def _part(self, given: Place, column: int | None, *, is_optional: bool = False) -> pl.Expr:
        """Return the texts of a part of the key: those of its column, or the one that is fixed."""
        if column is None:
            text = self.grid.sheet if given.from_sheet else given.value
            texts = pl.lit(text or None, pl.String)
        else:
            texts = self._key(column)
        if not given.pattern:
            return texts
        part = texts.str.extract(given.pattern, 1)
        return part if is_optional else part.fill_null(texts)

    def _is_percent(self, column: int) -> pl.Expr:
        rows = self.percents.get(column)
        return pl.col("row").is_in(rows) if rows else pl.lit(value=False)

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
        plan = self.context.plan
        text, is_typed = pl.col("text"), pl.col("kind") == CellKind.TEXT
        words = pl.Series("text", [word for word in plan.missing if word], pl.String)
        numbers = words.to_frame().select(plan.signs.numbers(text)).to_series().drop_nulls()
        is_missing = pl.any_horizontal(
            text.is_in(words.implode()),
            plan.signs.bare(text).is_in(words.implode()),
            pl.col("value").is_in(numbers.implode()),
        ).fill_null(value=False)
        table = table.filter(~is_missing).with_columns(
            value=pl.coalesce("value", pl.when(is_typed).then(plan.signs.numbers(text))),
            mark=pl.when(is_typed).then(plan.signs.marks(text)),
        )
        table = table.with_columns(value=pl.when(pl.col("value").is_finite()).then("value"))
        wrong = table.filter(pl.col("value").is_null()).sort("row", "column")
        for row in self.context.capped("type", wrong).iter_rows(named=True):
            word, variable = row["text"] or "inf", row["variable"] or ""
            self.fault(
                cell_name(row["row"], row["column"]),
                "type",
                *explain_figure(word, plan.signs),
                value=word[:60],
                city=self.context.places.find(row["city"] or "") or "",
                variable=variable if variable in self.context.variables else "",
            )
        return table.drop("kind")


def _above(place: Place, heading: str) -> str:
    """Return the part of a heading that counts."""
    if not place.pattern:
        return heading
    return str(pl.Series([heading]).str.extract(place.pattern, 1).fill_null("")[0])


def _period(word: str) -> str:
    try:
        return str(Period.parse(word))
    except UrbiumError:
        return ""
