"""What every stage returns: a frozen result with four faces (table, chart, explain, save)."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl

from urbium.errors import InputError
from urbium.explanation import Explanation, explain
from urbium.files import write_whole
from urbium.text import Text, say, text

__all__ = ["Result", "check_ending", "save_table"]

_ENDINGS = frozenset((".csv", ".xlsx", ".json", ".parquet"))


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
        """Return one Vega-Lite or Vega specification of the result."""
        raise NotImplementedError

    def explain(self, key: str) -> Explanation:
        """Say how the row called ``key`` came about, down to its sources."""
        return explain(self, key)

    def save(self, path: str | Path) -> Path:
        """Write the table to ``path``; its ending (.csv, .xlsx, .json, .parquet) chooses the form."""
        return save_table(self.table, path)


def save_table(table: pl.DataFrame, path: str | Path) -> Path:
    """Write a table by the ending of ``path``: .csv, .xlsx, .json or .parquet."""
    target = check_ending(path)
    into = io.BytesIO()
    match target.suffix.lower():
        case ".csv":
            table.write_csv(into)
        case ".xlsx":
            table.write_excel(into, autofit=True)
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
            text(
                "result.ending",
                "{suffix} is not a kind of file that is written here",
                suffix=target.suffix or "no ending",
            ),
            place=str(target),
            remedy=text("result.ending.remedy", "end the name in .csv, .xlsx, .json or .parquet"),
        )
    return target
