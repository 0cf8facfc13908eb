"""Showing: results to standard output, progress to standard error; for people or, with --json, programs."""

import json
import sys
import textwrap
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from cyclopts import Parameter

from urbium.errors import InputError, UrbiumError, by_kind, fault_lines, kind_of, places_of_many
from urbium.text import ENGLISH, Text, coded, say, text, texts
from urbium.text.naming import names_by_code, with_names

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from urbium.explanation import Explanation
    from urbium.programme import Plan, Reading
    from urbium.result import Result

_ROWS_SHOWN = 20
_TEXT_WIDTH = 40
_LEAST_WIDTH = 20
_HEADING_WIDTH = 14
_WEAK = 0.1
_TINY = 1e-6
_YES, _NO = text("yes"), text("no")
_SEVERITIES: Final[Mapping[str, tuple[str, Text]]] = {
    "error": ("bold red", text("error")),
    "warning": ("yellow", text("warning")),
    "note": ("dim", text("note")),
}

Language = Annotated[str, Parameter(env_var="URBIUM_LANGUAGE")]
As = Annotated[str, Parameter(name="--as")]
Flag = Annotated[bool, Parameter(negative=())]


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Options common to all commands.

    Parameters
    ----------
    database
        The programme: a file, or the URL of a PostgreSQL database.
    catalogue
        A folder with your own tables (variables, indicators, indices), which take precedence over those of
        urbium.
    json
        Print one JSON document instead of a table.
    rows
        How many rows of a table to display.
    language
        The language of the answer, such as zh; English is used for messages without a translation.
    """

    database: Annotated[str, Parameter(name=["--database", "-d"], env_var="URBIUM_DATABASE")] = "programme.db"
    catalogue: Annotated[Path | None, Parameter(env_var="URBIUM_CATALOGUE")] = None
    json: Flag = False
    rows: int = _ROWS_SHOWN
    language: Language = ENGLISH


@Parameter(name="*")
@dataclass(frozen=True)
class Saving(Common):
    """Options shared by every command whose table can be saved.

    Parameters
    ----------
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """

    save: Path | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class Looking(Common):
    """Options shared by every command that shows what an account may see.

    Parameters
    ----------
    account
        The account whose view is shown; by default, the public.
    """

    account: As = ""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Acting(Common):
    """Options shared by every command that acts for an account.

    Parameters
    ----------
    account
        The account to act as: it sees and does no more than its roles allow.
    """

    account: As


COMMON: Final = Common()
SAVING: Final = Saving()
LOOKING: Final = Looking()
"""What holds where nothing is asked for."""


def show(words: object) -> None:
    """Print words on standard output, in the language that is spoken."""
    print(say(words))


def tell(words: object) -> None:
    """Print words on standard error, in the language that is spoken."""
    print(say(words), file=sys.stderr)


def say_written(path: Path) -> None:
    """Say on standard error where a file was written."""
    tell(text("written: {path}", path=str(path)))


def print_error(error: UrbiumError, *, is_json: bool) -> None:
    """Say an error on standard error: what, where and what now, or as problem details for a program."""
    if is_json:
        print(_json(error.problem()), file=sys.stderr)
        return
    print(f"urbium: {_sentence(error.place, error.message, error.remedy)}", file=sys.stderr)
    for line in fault_lines(error.faults):
        print(f"  {line}", file=sys.stderr)


def _sentence(place: str, message: str, remedy: str) -> str:
    head = f"{say(place)}: {say(message)}" if place else f"{say(message)}"
    return f"{head}; {say(remedy)}" if remedy else head


def _json(value: object) -> str:
    return json.dumps(_said(value), ensure_ascii=False, default=str)


def _said(value: object) -> object:
    """Return a document with every message in the language that is spoken."""
    if isinstance(value, Mapping):
        return {key: _said(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_said(part) for part in value]
    return say(value)


@contextmanager
def steps() -> Iterator[Any]:
    """Show the steps of a long job on standard error; yields a function of (name, done, total)."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        job = progress.add_task(f"{say(text('starting'))}", total=None)

        def step(name: str, done: int, total: int) -> None:
            progress.update(job, description=f"{say(name)}", completed=done, total=total)

        yield step


def say_facts(facts: Mapping[str, Any], common: Common) -> None:
    """Show a few facts, each under its label."""
    if common.json:
        print(_json(facts))
        return
    from urbium.packaged import packaged_rows

    labels = {row["name"]: row["title_en"] for row in packaged_rows("facts")}
    for name, value in facts.items():
        if value in ("", None, []):
            continue
        lines = ["", *map(_words, value)] if isinstance(value, list) else [_words(value)]
        print(f"{say(labels.get(name, name))}:", "\n  ".join(lines))


def _words(value: object) -> str:
    return str(say(value))


def _console() -> "Console":
    """Return what prints on standard output; a reader who goes away ends the command."""
    from rich.console import Console

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Piped()


def say_table(
    table: "pl.DataFrame", common: Common, *, title: str, of: str = "", is_whole: bool = False
) -> None:
    """Show a table; a long one is cut for people, never for programs.

    Parameters
    ----------
    table : its rows; a program reads them by the names of its columns
    common : what was asked for
    title : what it shows
    of : the subject of its columns in the vocabulary
    is_whole : whether people see all of it, too: every row, and long words on several lines
    """
    if common.json:
        print(_json(table.to_dicts()))
        return
    from rich.markup import escape
    from rich.table import Table

    from urbium.columns import short_title

    console = _console()
    rows = table.height if is_whole else common.rows
    shown = _in_words(table.head(rows))
    titles = {name: _words(short_title(name, of)) for name in table.columns}
    columns = _fitting(shown, titles, console.width)
    grid = Table()
    for name, width in columns.items():
        is_number = table.schema[name].is_numeric()
        justify: Literal["left", "right"] = "right" if is_number else "left"
        is_cut = width >= _TEXT_WIDTH and not is_whole
        grid.add_column(
            escape(textwrap.fill(titles[name], width, break_long_words=False)),
            justify=justify,
            no_wrap=is_cut or is_number,
            max_width=width,
            overflow="ellipsis" if is_cut else "fold",
        )
    for row in shown.select(columns.keys()).iter_rows():
        grid.add_row(*(escape(_cell(value)) for value in row))
    console.print(say(title), markup=False, highlight=False, style="italic")
    console.print(grid)
    empty = [titles[name] for name in table.columns if _is_empty(shown[name])]
    left_out = [titles[name] for name in table.columns if name not in columns and not _is_empty(shown[name])]
    if not shown.height:
        console.print(say(text("nothing to show")), style="dim")
    elif empty:
        console.print(say(text("no values in: {names:list}", names=empty)), style="dim")
    if left_out:
        console.print(
            say(
                text(
                    "columns left out because the table is too wide: {names:list}; --json shows all",
                    names=left_out,
                )
            ),
            style="dim",
        )
    if table.height > rows:
        console.print(say(_more(table.height, rows)), style="dim")


def _in_words(table: "pl.DataFrame") -> "pl.DataFrame":
    """Return a table whose columns of codes say what these are called; other words stay."""
    import polars as pl

    from urbium.programme.base.labels import LABELS, label

    codes = [
        name
        for name, kind in table.schema.items()
        if kind == pl.String and set(table[name].drop_nulls()) - {""} <= LABELS.keys()
    ]
    return table.with_columns(
        pl.col(name).replace({code: label(code) for code in table[name] if code}) for name in codes
    )


def _more(count: int, shown: int) -> Text:
    return texts(
        "{count} more row; --rows {all} or --json shows all",
        "{count:,} more rows; --rows {all} or --json shows all",
        count=count - shown,
        all=count,
    )


def _fitting(table: "pl.DataFrame", titles: Mapping[str, str], width: int) -> dict[str, int]:
    """Return the columns that fit side by side, in their order, and how wide each is at most.

    A text takes at most 40 characters, or is wrapped into what is left of the line. A column in which nothing
    is shown takes no room, unless all are such.
    """
    from rich.cells import cell_len

    chosen: dict[str, int] = {}
    left = width - 1
    full = [name for name in table.columns if not _is_empty(table[name])]
    for name in full or table.columns:
        heading = [min(cell_len(titles[name]), _HEADING_WIDTH), *map(cell_len, titles[name].split())]
        longest = max([*heading, *(cell_len(_cell(value)) for value in table[name])])
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
        print(_json(records))
    elif records:
        _print_faults(records, common, title)
    else:
        show(text("{title}: no faults", title=title))


def _print_faults(records: Sequence[Mapping[str, Any]], common: Common, title: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    heads = (
        text("where"),
        text("problem and recommended action"),
    )
    groups = by_kind(records, _kind)
    grid = Table("", *map(_words, heads), title=_words(title), title_justify="left")
    for group in groups[: common.rows]:
        record = group[0]
        colour, severity = _SEVERITIES[record["severity"]]
        places = ["!".join(part for part in (one["sheet"], one["cell"]) if part) for one in group]
        alone = places[0] or _words(text("whole file"))
        place = alone if len(group) == 1 else _words(places_of_many(len(group), places))
        message = _words(record["message"])
        key = (record["city"], record["variable"], record["period"])
        about = " ".join(part for part in key if part and part not in message.split())
        said = f"[bold]{escape(about)}:[/] {escape(message)}" if about else escape(message)
        said += f"; [dim]{escape(_words(record['remedy']))}[/]"
        grid.add_row(f"[{colour}]{say(severity)}[/]", escape(place), said)
    console = _console()
    console.print(grid)
    if len(groups) > common.rows:
        console.print(say(_more(len(groups), common.rows)), style="dim")


def _kind(record: Mapping[str, Any]) -> tuple[Hashable, Hashable]:
    sheet = "".join(str(record.get(name) or "") for name in ("file", "sheet"))
    return kind_of(
        record["severity"], sheet, record["rule"], record["message"], str(record.get("code") or "")
    )


def say_saved(table: "pl.DataFrame", common: Common) -> None:
    """Write a table where asked, and say so."""
    from urbium.result import save_table

    if isinstance(common, Saving) and common.save:
        say_written(save_table(table, common.save))


def say_result(
    result: "Result", common: Common, *, names: "pl.DataFrame | None" = None, of: str = ""
) -> None:
    """Show a stage's result, and write its table where asked; people see the names of the cities too."""
    say_saved(result.table, common)
    if common.json:
        print(_json(result.record()))
    else:
        say_table(named(result.shown, names), common, title=repr(result), of=of)
        for note in getattr(result, "notes", ()):
            show(text("note: {note}", note=note))


def named(table: "pl.DataFrame", names: "pl.DataFrame | None") -> "pl.DataFrame":
    """Return the table with the city's name in place of its code."""
    if names is None or "city" not in table.columns:
        return table
    return with_names(table, names_by_code(names), column="city")


def say_explanation(explanation: "Explanation", common: Common) -> None:
    """Show an explanation as a tree that ends at sources."""
    if common.json:
        print(_json(explanation.record()))
        return
    from rich.tree import Tree

    _console().print(_tree(Tree("", hide_root=True), explanation))


def _tree(stem: Any, explanation: "Explanation") -> Any:  # noqa: ANN401 - rich's own type is not exported
    from rich.markup import escape

    remarks = "".join(f"\n[dim]{escape(_words(remark))}[/]" for remark in explanation.remarks)
    branch = stem.add(f"[bold]{escape(_words(explanation.headline))}[/]{remarks}")
    for child in explanation.children:
        _tree(branch, child)
    return stem


def _cell(value: object) -> str:
    from urbium.explanation import figure

    if value is None:
        return "-"
    if isinstance(value, bool):
        return _words(_YES if value else _NO)
    if isinstance(value, float) and 0 < value < _TINY:
        return f"< {_TINY:f}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return figure(value) if isinstance(value, float) else str(value)


def mark(reading: "Reading", path: Path) -> None:
    """Write a copy of a file with its faulty cells marked, and say where."""
    if path.suffix.lower() != ".xlsx":
        raise InputError(
            coded("cli.mark.ending", "a marked copy must be a workbook"),
            place=str(path),
            remedy=text("use a name that ends in .xlsx"),
        )
    tell(text("marked copy: {path}", path=str(reading.mark(path))))


def remark(plan: "Plan") -> None:
    """Say on standard error what a person must know before trusting a plan."""
    if plan.work_words is not None:
        tell(text("urbium: {words}", words=plan.work_words))
    if plan.table.is_empty():
        tell(
            text(
                "urbium: nothing is planned: no solution can be built and used within these years and budgets"
            )
        )
    elif not plan.has_useful_bound:
        tell(text("urbium: no useful bound yet: allow more work with --work-limit, or plan fewer years"))
    elif plan.gap > _WEAK:
        tell(
            text(
                "urbium: only a weak bound was found: allow more work with --work-limit, or plan fewer years"
            )
        )
