"""What every stage returns: a frozen result with four faces (table, chart, explain, save)."""

import functools
import html
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

import polars as pl

from urbium.charts.chart import Chart
from urbium.csv_text import WORKBOOK, as_csv
from urbium.errors import InputError, UrbiumError
from urbium.explanation import Explanation, explain
from urbium.files import write_whole
from urbium.spelling import folded, plain
from urbium.text import Text, coded, say, text

if TYPE_CHECKING:
    import pandas as pd

_ENDINGS = frozenset((".csv", ".xlsx", ".json", ".parquet"))
_PARTING: Final = " /:"
"""What may stand between a key and the rest of what is asked for."""

_ROWS_SHOWN: Final = 12
"""Rows of a table that a notebook shows."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The base of every stage's result: a table, and the settings and versions it was made with.

    A column of a table holds plain words; ``messages`` are those sentences of it that can be said in any
    language, by their English words: see :meth:`said`.
    """

    stage: ClassVar[str] = ""
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType({})
    """What the codes in a column of the table are called, by column and code."""

    table: pl.DataFrame
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    messages: Mapping[str, Text] = field(default_factory=dict, repr=False)

    def said(self, words: str) -> str:
        """Return the message behind a sentence of the table; the words themselves where there is none."""
        return self.messages.get(words, words)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: a copy, since a thread may be adding what is computed at first sight."""
        return vars(self).copy()

    def __init_subclass__(cls, **rest: Any) -> None:  # noqa: ANN401 - what a class may be told
        """Let the chart of every stage draw and save itself, and its explanations take names and codes."""
        super().__init_subclass__(**rest)
        if "chart" in cls.__dict__:
            cls.chart = _drawing(cls.chart)  # type: ignore[method-assign]
        if "explain" in cls.__dict__:
            cls.explain = _by_name(cls.explain)  # type: ignore[method-assign]

    def to_pandas(self) -> "pd.DataFrame":
        """Return the table as a pandas data frame; raise InputError where pandas is not installed."""
        try:
            import pandas as pd  # noqa: PLC0415 - optional
        except ImportError as error:
            raise InputError(
                coded("result.no_pandas", "pandas is not installed"),
                remedy=text("install pandas, or use the polars table"),
            ) from error
        return pd.DataFrame(self.table.to_dict(as_series=False))

    @property
    def described(self) -> Mapping[str, Text]:
        """What columns of the table hold, with their unit; those not named say it themselves."""
        return {}

    @property
    def names_of_keys(self) -> Mapping[str, Sequence[str]]:
        """The names that a person may give a key of :meth:`explain`, by key; empty for none."""
        names = getattr(self, "names", None)
        if isinstance(names, Mapping):
            return {str(key): (str(name),) for key, name in names.items()}
        parts = (getattr(self, part, None) for part in ("scores", "plan"))
        held = next((part for part in parts if isinstance(part, Result)), None)
        return {} if held is None else held.names_of_keys

    def key_of(self, name: str) -> str:
        """Return the key of a row by its key or name; what comes after a space, slash or colon stays.

        A name that is not known, or that several bear, is returned as it is.
        """
        if name in self.names_of_keys:
            return name
        for spelt in (folded, plain):
            pairs = {
                (spelt(said), key) for key, names in self.names_of_keys.items() for said in names if said
            }
            bearers = Counter(said for said, _ in pairs)
            keys = {said: key for said, key in pairs if bearers[said] == 1}
            heads = [name, *(name[:place] for place, sign in enumerate(name) if sign in _PARTING)]
            named = next((head for head in sorted(heads, key=len, reverse=True) if spelt(head) in keys), "")
            if named:
                return keys[spelt(named)] + name[len(named) :]
        return name

    def _repr_html_(self) -> str:
        """Return what a notebook shows: what it is, its first rows, and its chart."""
        shown = self.shown
        head = shown.head(_ROWS_SHOWN)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_cell(value))}</td>" for value in row) + "</tr>"
            for row in head.iter_rows()
        )
        columns = "".join(f"<th>{html.escape(str(name))}</th>" for name in head.columns)
        more = shown.height - head.height
        rest = text("further rows: {count:,}", count=more).render() if more > 0 else ""
        table = f"<table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
        parts = (
            f"<p><strong>{html.escape(repr(self))}</strong></p>",
            table,
            html.escape(rest),
            self._picture(),
        )
        return "<div>" + "".join(part for part in parts if part) + "</div>"

    def _picture(self) -> str:
        """Return the drawing of the chart; nothing where the result has none, or it cannot be drawn."""
        from urbium.charts.rendering import render  # noqa: PLC0415 - heavy, and only in notebooks

        try:
            return render(self.chart()).decode()
        except (NotImplementedError, UrbiumError):
            return ""

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures that stand for the whole result (an objective, a bound, a count)."""
        return {}

    @property
    def overview(self) -> pl.DataFrame:
        """The rows that a person reads first; the whole table unless a stage knows better."""
        return self.table

    @property
    def shown(self) -> pl.DataFrame:
        """The overview with its codes in words, in the language that is spoken."""
        return self.in_words(self.overview)

    def in_words(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table of the result with its codes and messages in the language that is spoken."""
        titles = {
            name: {code: str(say(title)) for code, title in words.items()}
            for name, words in self.words.items()
            if name in table.columns
        }
        table = table.with_columns(pl.col(name).replace(words) for name, words in titles.items())
        messages = {words: str(say(message)) for words, message in self.messages.items()}
        return table.with_columns(pl.col(pl.String).replace(messages)) if messages else table

    def record(self) -> dict[str, Any]:
        """Return the result as plain mappings and lists: what it is, how it was made, its rows."""
        return {
            "about": repr(self),
            "settings": dict(self.settings),
            **self.facts,
            "table": self.table.to_dicts(),
        }

    def chart(self) -> dict[str, Any]:
        """Return one Vega-Lite or Vega specification of the result; ``.save("x.png")`` draws it."""
        raise NotImplementedError

    def explain(self, key: str) -> Explanation:
        """Say how the row called ``key``, by its code or its name, came about, down to its sources."""
        return explain(self, self.key_of(key))

    def save(self, path: str | Path) -> Path:
        """Write the table to ``path``; its ending (.csv, .xlsx, .json, .parquet) chooses the form."""
        return save_table(self.table, path)


def _drawing(chart: Callable[..., Mapping[str, Any]]) -> Callable[..., Chart]:
    """Return a chart method whose specifications draw themselves."""

    @functools.wraps(chart)
    def drawn(*given: Any, **named: Any) -> Chart:  # noqa: ANN401 - what the chart of a stage is told
        return Chart(chart(*given, **named))

    return drawn


def _by_name(explained: Callable[..., Explanation]) -> Callable[..., Explanation]:
    """Return a method of explaining that takes names as well as codes."""

    @functools.wraps(explained)
    def by_name(self: Result, key: str) -> Explanation:
        return explained(self, self.key_of(key))

    return by_name


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def save_table(table: pl.DataFrame, path: str | Path) -> Path:
    """Write a table by the ending of ``path``: .csv, .xlsx, .json or .parquet."""
    import xlsxwriter  # noqa: PLC0415 - heavy, and only when a workbook is written

    target = check_ending(path)
    into = io.BytesIO()
    match target.suffix.lower():
        case ".csv":
            into.write(as_csv(table).encode())
        case ".xlsx":
            with xlsxwriter.Workbook(into, WORKBOOK) as book:
                table.write_excel(book, autofit=True)
        case ".json":
            into.write(json.dumps(table.to_dicts(), ensure_ascii=False, default=str).encode())
        case ".parquet":
            table.write_parquet(into)
    return write_whole(target, into.getvalue())


def check_ending(path: str | Path) -> Path:
    """Return the path of a table to be written; raise InputError when no table is written in such a file."""
    target = Path(path)
    if target.suffix.lower() not in _ENDINGS:
        raise InputError(
            coded(
                "result.ending",
                "{suffix} is not a file type that can be written here",
                suffix=target.suffix or "no ending",
            ),
            place=str(target),
            remedy=text("use a name that ends in .csv, .xlsx, .json or .parquet"),
        )
    return target
