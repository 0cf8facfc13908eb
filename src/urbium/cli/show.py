"""Showing: results to standard output, progress to standard error; for people or, with --json, programs."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from urbium.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from urbium.explanation import Explanation
    from urbium.plan import Plan
    from urbium.result import Result
    from urbium.sources import Reading

__all__ = [
    "Common",
    "mark",
    "named",
    "remark",
    "say",
    "say_explanation",
    "say_faults",
    "say_result",
    "say_table",
    "steps",
]

_ROWS_SHOWN = 20
_TEXT_WIDTH = 40
_LEAST_WIDTH = 20
_WEAK = 0.1
_TINY = 1e-6


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """What every verb understands."""

    database: Annotated[str, Parameter(name=["--database", "-d"], env_var="URBIUM_DATABASE")] = "programme.db"
    """The programme: a file, or the URL of a PostgreSQL database."""
    catalogue: Annotated[Path | None, Parameter(env_var="URBIUM_CATALOGUE")] = None
    """A folder of tables of your own (variables, indicators, indices), over those of urbium."""
    json: Annotated[bool, Parameter(negative=())] = False
    """Print one JSON document instead of a table."""
    rows: int = _ROWS_SHOWN
    """How many rows of a table to show to a person."""


@contextmanager
def steps() -> Iterator[Any]:
    """Show the steps of a long job on standard error; yields a function of (name, done, total)."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        job = progress.add_task("starting", total=None)

        def step(name: str, done: int, total: int) -> None:
            progress.update(job, description=name, completed=done, total=total)

        yield step


def say(facts: Mapping[str, Any], common: Common) -> None:
    """Show a few facts."""
    if common.json:
        print(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        for name, value in facts.items():
            if value in ("", None):
                continue
            listed = "\n  ".join(["", *map(str, value)]) if isinstance(value, list) else str(value)
            print(f"{name.replace('_', ' ')}: {listed}")


def say_table(table: "pl.DataFrame", common: Common, *, title: str) -> None:
    """Show a table; a long one is cut for people, never for programs."""
    if common.json:
        print(json.dumps(table.to_dicts(), ensure_ascii=False, default=str))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    shown = table.head(common.rows)
    columns = _fitting(shown, console.width)
    grid = Table()
    for name, width in columns.items():
        is_number = table.schema[name].is_numeric()
        justify: Literal["left", "right"] = "right" if is_number else "left"
        is_cut = width >= _TEXT_WIDTH
        grid.add_column(
            name.replace("_", " "),
            justify=justify,
            no_wrap=is_cut or is_number,
            max_width=width,
            overflow="ellipsis" if is_cut else "fold",
        )
    for row in shown.select(columns.keys()).iter_rows():
        grid.add_row(*(escape(_cell(value)) for value in row))
    console.print(title, markup=False, highlight=False, style="italic")
    console.print(grid)
    left_out = [name for name in table.columns if name not in columns and not _is_empty(shown[name])]
    empty = [name for name in table.columns if _is_empty(shown[name])]
    if empty and shown.height:
        console.print(f"nothing in: {', '.join(empty)}", style="dim")
    if left_out:
        console.print(f"not shown for want of width: {', '.join(left_out)}; --json shows all", style="dim")
    if table.height > common.rows:
        more = table.height - common.rows
        console.print(f"{more:,} more rows; --rows {table.height} or --json shows all", style="dim")


def _fitting(table: "pl.DataFrame", width: int) -> dict[str, int]:
    """Return the columns that fit side by side, in their order, and how wide each is at most.

    A text takes at most 40 characters, or is wrapped into what is left of the line. A column in which nothing
    is shown takes no room, unless all are such.
    """
    chosen: dict[str, int] = {}
    left = width - 1
    full = [name for name in table.columns if not _is_empty(table[name])]
    for name in full or table.columns:
        longest = max([len(name), *(len(_cell(value)) for value in table[name])])
        needed = min(longest, _TEXT_WIDTH)
        is_text = not table.schema[name].is_numeric()
        if is_text and needed + 3 > left >= _LEAST_WIDTH + 3:
            needed = left - 3
        if needed + 3 <= left:
            chosen[name] = needed
            left -= needed + 3
    return chosen


def _is_empty(column: "pl.Series") -> bool:
    return all(value is None or value == "" for value in column.to_list())


def say_faults(records: Sequence[Mapping[str, Any]], common: Common, *, title: str) -> None:
    """Show faults: a list of records, always with the same keys."""
    if common.json:
        print(json.dumps(records, ensure_ascii=False, default=str))
    elif records:
        _print_faults(records, common, title)
    else:
        print(f"{title}: no faults")


def _print_faults(records: Sequence[Mapping[str, Any]], common: Common, title: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"error": "bold red", "warning": "yellow", "note": "dim"}
    grid = Table("", "where", "what is wrong, and what now", title=title, title_justify="left")
    for record in records[: common.rows]:
        severity = record["severity"]
        place = "!".join(part for part in (record["sheet"], record["cell"]) if part) or "-"
        about = " ".join(part for part in (record["city"], record["variable"], record["period"]) if part)
        said = f"[bold]{escape(about)}[/] {escape(record['message'])}; [dim]{escape(record['remedy'])}[/]"
        grid.add_row(f"[{colours[severity]}]{severity}[/]", escape(place), said)
    console = Console()
    console.print(grid)
    if len(records) > common.rows:
        more = len(records) - common.rows
        console.print(f"{more:,} more; --rows {len(records)} or --json shows all", style="dim")


def say_result(
    result: "Result", common: Common, save: Path | None = None, *, names: "pl.DataFrame | None" = None
) -> None:
    """Show a stage's result, and write its table where asked; people see the names of the cities too."""
    if save:
        print(f"written: {result.save(save)}", file=sys.stderr)
    if common.json:
        print(json.dumps(result.record(), ensure_ascii=False, default=str))
    else:
        say_table(named(result.overview, names), common, title=repr(result))
        for note in getattr(result, "notes", ()):
            print(f"note: {note}")


def named(table: "pl.DataFrame", names: "pl.DataFrame | None") -> "pl.DataFrame":
    """Return the table with the city's name in place of its code."""
    if names is None or "city" not in table.columns:
        return table
    known = dict(zip(names["code"], names["name_en"], strict=True))
    return table.with_columns(table["city"].replace(known))


def say_explanation(explanation: "Explanation", common: Common) -> None:
    """Show an explanation as a tree that ends at sources."""
    if common.json:
        print(json.dumps(explanation.record(), ensure_ascii=False, default=str))
        return
    from rich.console import Console
    from rich.tree import Tree

    Console().print(_tree(Tree("", hide_root=True), explanation))


def _tree(stem: Any, explanation: "Explanation") -> Any:  # noqa: ANN401 - rich's own type is not exported
    from rich.markup import escape

    remarks = "".join(f"\n[dim]{escape(remark)}[/]" for remark in explanation.remarks)
    branch = stem.add(f"[bold]{escape(explanation.headline)}[/]{remarks}")
    for child in explanation.children:
        _tree(branch, child)
    return stem


def _cell(value: object) -> str:
    from urbium.explanation import figure

    if value is None:
        return "-"
    if isinstance(value, float) and 0 < value < _TINY:
        return f"< {_TINY:f}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return figure(value) if isinstance(value, float) else str(value)


def mark(reading: "Reading", path: Path) -> None:
    """Write a copy of a file with its faulty cells marked, and say where."""
    if path.suffix.lower() != ".xlsx":
        raise InputError("a marked copy is a workbook", place=str(path), remedy="end the name in .xlsx")
    print(f"marked copy: {reading.mark(path)}", file=sys.stderr)


def remark(plan: "Plan") -> None:
    """Say on standard error what a person must know before trusting a plan."""
    if plan.table.is_empty():
        said = "nothing is planned: no solution is built, and of use, within these years and budgets"
    elif plan.gap > _WEAK:
        said = "only a weak bound was found: give more time with --time-limit, or fewer years"
    else:
        return
    print(f"urbium: {said}", file=sys.stderr)
