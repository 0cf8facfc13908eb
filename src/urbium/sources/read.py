"""Reads a file of observations whole: recognises its shape, gathers every fault, marks what is suspect."""

import difflib
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import polars as pl

from urbium.clock import latest_day
from urbium.errors import Fault, InputError
from urbium.model import OBSERVATION, Quality, Source, ValueRule, Variable
from urbium.sources.checks.plausibility import check
from urbium.sources.context import CELLS, COLUMN_NOT_READ, ROW_NOT_READ, Context
from urbium.sources.formats.control_characters import refuse_control_characters
from urbium.sources.formats.csv_layout import CsvForm, refuse_short_headings
from urbium.sources.formats.grid import Grid, cell_name, column_letters
from urbium.sources.formats.signature import check_signature
from urbium.sources.headings.header_rows import find_header
from urbium.sources.headings.headings import HEADINGS
from urbium.sources.mappings.mapping import read_mapping
from urbium.sources.mappings.mapping_plans import FilePlan, TablePlan
from urbium.sources.own import is_guide, own_plan
from urbium.sources.places import Places
from urbium.sources.projections import name_after_edition, refuse_future, with_projections
from urbium.sources.report import Reading
from urbium.sources.spoken import in_words
from urbium.sources.table import read_grid
from urbium.text import Text, coded, text
from urbium.text.advice import advice

_SHEET_NOT_READ = "sheet-not-read"
_NOT_READ = (_SHEET_NOT_READ, COLUMN_NOT_READ, ROW_NOT_READ)
_PLAIN = CsvForm()


class _Declared(Protocol):
    """The part of the catalogue that reading needs."""

    @property
    def variables(self) -> Mapping[str, Variable]:
        """Variables by id."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """Sources by id."""

    @property
    def rules(self) -> tuple[ValueRule, ...]:
        """The declared checks."""


def read_file(
    path: str | Path,
    *,
    catalogue: _Declared,
    cities: pl.DataFrame,
    mapping: str | Path | Mapping[str, Any] | None = None,
    stored: pl.DataFrame | None = None,
    source: str = "",
    quality: str = "",
    sources: Collection[str] = (),
    projected_from: str = "",
    encoding: str = "",
    senders: Mapping[str, str] = MappingProxyType({}),
    today: date | None = None,
    strict: bool = False,
) -> Reading:
    """Read observations from a CSV or Excel (.xlsx) file and check them.

    Parameters
    ----------
    path : the file
    catalogue : variables, sources and rules
    cities : table with ``code``, names and provinces
    mapping : how to read a table that is not ours (see :mod:`urbium.sources.mappings.mapping`)
    stored : stored observations, against which jumps and spreads between sources are measured too
    source, quality : what holds where neither the file nor the mapping says it
    sources : ids of further sources that a store knows beside the catalogue's
    projected_from : figures of this period and later ones are projections, where no column says otherwise
    encoding : of a text, before that of the mapping; where neither names one, UTF-8 or what its first bytes
        mark
    senders : by city, the source of its figures, where that is who sends them and not whom the file names
    today : the day of recording, after which nothing can be reported; this day when left out
    strict : refuse the file for a value that is impossible by definition, as always with ``senders``

    Raises
    ------
    InputError
        when the file cannot be read at all: no table, not text, a macro, a bomb. Faults of single cells
        are in the ``faults`` of the result, which ``raise_if_refused()`` turns into one InputError.
    """
    path = Path(path)
    plan = FilePlan() if mapping is None else read_mapping(mapping)
    plan = replace(
        plan,
        source=plan.source or source,
        quality=plan.quality or quality,
        projected_from=plan.projected_from or projected_from,
        encoding=encoding or plan.encoding,
    )
    skip = frozenset(row for table in plan.tables for row in table.skip)
    form = CsvForm(plan.encoding, plan.delimiter, skip, may_have_titles=True, has_option=True)
    grids = open_grids(path, form)
    known_sources = frozenset(catalogue.sources) | frozenset(sources)
    known_sources |= frozenset(senders.values())
    context = Context(catalogue.variables, known_sources, Places(cities, plan.names), plan, senders)
    planned = _planned(path, grids, plan, catalogue.variables)
    planned = [(grid, _with_header(grid, table)) for grid, table in planned]
    for grid, laid_out in planned:
        refuse_short_headings(path, grid, laid_out.header)
    context.faults += _not_read(grids, {grid.sheet for grid, _ in planned}, is_mapped=bool(plan.tables))
    context.faults += _hidden_rows(planned)
    tables = [read_grid(grid, table, context) for grid, table in planned]
    table = pl.concat(tables) if tables else pl.DataFrame(schema=CELLS)
    if table.height == 0 and not context.errors and all(fault.rule in _NOT_READ for fault in context.faults):
        raise InputError(
            coded("sources.file.no_figures", "the table has headings but no figures"),
            place=path.name,
            remedy=text("fill in at least one value"),
        )
    table = with_projections(table, plan.projected_from)
    table = _graded(table, context, catalogue.sources)
    refuse_future(table, context, today or latest_day())
    name_after_edition(table, context, catalogue.sources)
    context.close()
    checked = check(
        table,
        variables=catalogue.variables,
        rules=catalogue.rules,
        cities=cities,
        stored=stored,
        strict=strict or bool(senders),  # who sends figures of its own can correct them
    )
    return Reading(
        table=_observations(checked.table, path.name),
        faults=(*context.faults, *checked.faults),
        path=path,
        sha256=_sha256(path),
        form=form,
    )


def open_grids(path: Path, form: CsvForm = _PLAIN) -> list[Grid]:
    """Return the sheets of a file as grids of cells, after every check that keeps a parser safe."""
    grids = check_signature(path).read(path, form)
    refuse_control_characters(path, grids)
    return grids


def _with_header(grid: Grid, plan: TablePlan) -> TablePlan:
    """Return the plan with its rows of headings, found where it names none."""
    if plan.header:
        return plan
    header, heads = find_header(grid, plan.headings)
    return replace(plan, header=header, heads=heads)


def _planned(
    path: Path, grids: list[Grid], plan: FilePlan, variables: Mapping[str, Variable]
) -> list[tuple[Grid, TablePlan]]:
    """Pair every sheet that holds observations with how to read it."""
    pairs: list[tuple[Grid, TablePlan]] = []
    for grid in grids:
        if plan.tables:
            pairs += [
                (grid, table)
                for table in plan.tables
                if table.fits(grid.sheet) and (not grid.is_hidden or grid.sheet in table.sheets)
            ]
        elif grid.is_hidden or is_guide(grid):
            continue  # nobody who sends the file sees it, or it is what urbium added
        elif (own_table := own_plan(grid, variables)) is not None:
            pairs.append((grid, own_table))
    if pairs:
        return pairs
    names = ", ".join(repr(grid.sheet) for grid in grids[:12] if grid.sheet)
    if all(grid.frame.height == 0 for grid in grids):
        raise InputError(
            coded("sources.file.empty", "the file is empty"),
            place=path.name,
            remedy=text("submit the table with its header row"),
        )
    if plan.tables:
        raise InputError(
            coded("sources.file.no_mapped_sheet", "no sheet has any of the names in the mapping file"),
            place=path.name,
            remedy=text("the sheets are {names}", names=names),
        )
    raise InputError(
        coded("sources.file.not_recognised", "no table of observations was recognised"),
        place=path.name,
        remedy=advice(
            text("use the columns city, variable, period and value, the template, or a mapping file"),
            text("use the columns city, variable, period and value, or the template"),
        ),
    )


def _not_read(grids: Iterable[Grid], read: Collection[str], *, is_mapped: bool) -> Iterator[Fault]:
    """Name every sheet with content that is not read: a mapping left it out, or its headings are not ours."""
    for grid in grids:
        if grid.sheet in read or grid.is_empty or is_guide(grid):
            continue
        rows = text("the sheet is not read (rows: {height:,})", height=grid.frame.height)
        if grid.is_hidden:
            yield Fault(
                "warning",
                coded("sources.sheet.hidden", "{rows}: it is hidden", rows=rows),
                advice(
                    text("if it contains figures, unhide it or name it in a mapping file"),
                    text("if it contains figures, unhide it"),
                ),
                rule=_SHEET_NOT_READ,
                sheet=grid.sheet,
            )
        elif is_mapped:
            remedy = text(
                "if it contains observations, name it in the mapping file; otherwise no action is needed"
            )
            yield Fault(
                "note",
                coded("sources.sheet.not_mapped", "{rows}: the mapping does not mention it", rows=rows),
                remedy,
                rule=_SHEET_NOT_READ,
                sheet=grid.sheet,
            )
        else:
            yield Fault(
                "warning",
                coded(
                    "sources.sheet.no_headings",
                    "{rows}: no header row with the columns city, variable, period and value",
                    rows=rows,
                ),
                _right_headings(grid),
                rule=_SHEET_NOT_READ,
                sheet=grid.sheet,
            )


def _hidden_rows(planned: Iterable[tuple[Grid, TablePlan]]) -> Iterator[Fault]:
    """Say that hidden rows hold figures, of which whoever sends or accepts the file may not know."""
    for grid, table in planned:
        rows = sorted(
            row
            for row in grid.hidden_rows
            if row >= table.header and row + 1 not in table.skip and any(grid.row(row))
        )
        if rows:
            yield Fault(
                "warning",
                coded("sources.sheet.hidden_rows",
                      "hidden rows are read like any others; hidden rows that contain figures: "
                      "{count:,}",
                      count=len(rows)),
                text("check them; delete those that should not count"),
                rule="hidden",
                sheet=grid.sheet,
                cell=cell_name(rows[0], 0),
            )  # fmt: skip


def _right_headings(grid: Grid) -> str:
    """What to write instead of the headings of a sheet that was not recognised."""
    ours = [word for part in ("city", "variable", "period", "value") for word in HEADINGS[part]]
    given = {heading for heading in grid.row(0) if heading and heading not in ours}
    meant = {
        heading: match[0]
        for heading in sorted(given)
        if (match := difflib.get_close_matches(heading.lower(), ours, 1, 0.75))
    }
    if meant:
        pairs = ", ".join(
            coded("sources.sheet.heading_for", "{right!r} for {wrong!r}", right=right, wrong=wrong)
            for wrong, right in meant.items()
        )
        return advice(
            coded(
                "sources.sheet.headings_meant",
                "did you mean {pairs}? Correct the heading and submit the file again, or write a mapping "
                "file",
                pairs=pairs,
            ),
            text("did you mean {pairs}? Correct the heading and submit the file again", pairs=pairs),
        )
    return advice(
        text(
            "correct its headings or write a mapping file if it contains figures; otherwise no action is "
            "needed"
        ),
        text("correct its headings if it contains figures; otherwise no action is needed"),
    )


def _graded(table: pl.DataFrame, context: Context, sources: Mapping[str, Source]) -> pl.DataFrame:
    """Give figures without a quality grade their source's, or else the lowest one, and say so."""
    declared = {source.id: source.quality.value for source in sources.values() if source.quality}
    grade = pl.col("source").replace_strict(declared, default=None, return_dtype=pl.String)
    table = table.with_columns(pl.col("quality").fill_null(grade))
    bare, lowest = table["quality"].null_count(), Quality.NOT_GRADED.value
    if bare:
        context.faults.append(
            Fault(
                "note",
                coded(
                    "sources.quality.not_given",
                    "one figure has no stated quality grade and is treated as {lowest!r}",
                    "{count:,} figures have no stated quality grade and are treated as {lowest!r}",
                    count=bare,
                    lowest=in_words(lowest, Quality.NOT_GRADED.label),
                ),
                advice(
                    text("enter it in the quality column, or in the mapping file"),
                    text("enter it in the quality column, if it is known"),
                ),
                rule="quality",
            )
        )
    return table.with_columns(pl.col("quality").fill_null(lowest))


def _observations(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Return the table in the shape of all observations, each with file, sheet and cell."""
    letters = {int(column): column_letters(int(column)) for column in table["column"].unique()}
    names = [name for name in OBSERVATION if not name.startswith("recorded_")]
    passed_on: dict[str, Callable[[str], Text]] = {
        "given": lambda name: coded("sources.source.given", "as given by {name}", name=name[:60]),
        "mark": lambda mark: coded("sources.figure.marked", "marked {mark!r} in its cell", mark=mark[:60]),
    }
    said = [
        pl.col(column).replace_strict(
            {words: say(words).render() for words in table[column].drop_nulls().unique()},
            default=None,
            return_dtype=pl.String,
        )
        for column, say in passed_on.items()
    ]
    reason = pl.when(pl.col("reason") != "").then("reason")
    return table.with_columns(
        reason=pl.concat_str(reason, *said, separator="; ", ignore_nulls=True),
        file=pl.lit(file),
        cell=pl.col("column").replace_strict(letters, return_dtype=pl.String, default=None)
        + (pl.col("row") + 1).cast(pl.String),
    ).select(names)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
