"""Showing: results to standard output, progress to standard error; for people or, with --json, programs."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    import polars as pl

    from urbium.result import Explanation, Result

__all__ = ["Common", "say", "say_explanation", "say_faults", "say_result", "say_table", "search", "steps"]

_ROWS_SHOWN = 20


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """What every verb understands."""

    database: Annotated[str, Parameter(name=["--database", "-d"], env_var="URBIUM_DATABASE")] = "programme.db"
    """The programme: a file, or the URL of a PostgreSQL database."""
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


@contextmanager
def search(time_limit: float) -> Iterator[Any]:
    """Show a search on standard error: seconds, plan value, bound and gap."""
    with steps() as step:

        def progress(seconds: float, value: float | None, bound: float | None) -> bool:
            gap = f", proven gap {bound / value - 1:.2%}" if value and bound else ""
            found = f"plan {value:,.2f}{gap}" if value is not None else "no plan yet"
            step(f"searching: {found}", min(int(seconds), int(time_limit)), int(time_limit) or 1)
            return False

        yield progress


def say(facts: Mapping[str, Any], common: Common) -> None:
    """Show a few facts."""
    if common.json:
        print(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        for name, value in facts.items():
            listed = "\n  ".join(["", *map(str, value)]) if isinstance(value, list) else str(value)
            print(f"{name.replace('_', ' ')}: {listed}")


def say_table(table: "pl.DataFrame", common: Common, *, title: str) -> None:
    """Show a table; a long one is cut for people, never for programs."""
    if common.json:
        print(json.dumps(table.to_dicts(), ensure_ascii=False, default=str))
        return
    from rich.console import Console
    from rich.table import Table

    grid = Table(title=title, title_justify="left")
    for name, kind in table.schema.items():
        grid.add_column(name.replace("_", " "), justify="right" if kind.is_numeric() else "left")
    for row in table.head(common.rows).iter_rows():
        grid.add_row(*(_cell(value) for value in row))
    console = Console()
    console.print(grid)
    if table.height > common.rows:
        console.print(f"{table.height - common.rows} more rows; --rows {table.height} or --json shows all")


def say_faults(records: Sequence[Mapping[str, Any]], common: Common, *, title: str) -> None:
    """Show faults: a list of records, always with the same keys."""
    import polars as pl

    if common.json:
        print(json.dumps(records, ensure_ascii=False, default=str))
    elif records:
        frame = pl.DataFrame(records, infer_schema_length=None)
        shown = ["severity", "sheet", "cell", "city", "variable", "period", "value", "message", "remedy"]
        say_table(frame.select(shown), common, title=title)
    else:
        print(f"{title}: no faults")


def say_result(result: "Result", common: Common, save: Path | None) -> None:
    """Show a stage's result, and write its table where asked."""
    if save:
        print(f"written: {result.save(save)}", file=sys.stderr)
    if common.json:
        print(json.dumps(result.record(), ensure_ascii=False, default=str))
    else:
        say_table(result.table, common, title=repr(result))


def say_explanation(explanation: "Explanation", common: Common) -> None:
    """Show an explanation as a tree that ends at sources."""
    if common.json:
        print(json.dumps(explanation.record(), ensure_ascii=False, default=str))
        return
    from rich.console import Console
    from rich.tree import Tree

    Console(soft_wrap=True).print(_tree(Tree(""), explanation))


def _tree(stem: Any, explanation: "Explanation") -> Any:  # noqa: ANN401 - rich's own type is not exported
    from rich.markup import escape

    remarks = "".join(f"\n[dim]{escape(remark)}[/]" for remark in explanation.remarks)
    branch = stem.add(f"[bold]{escape(explanation.headline)}[/]{remarks}")
    for child in explanation.children:
        _tree(branch, child)
    return stem


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
