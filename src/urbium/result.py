"""What every stage returns: a frozen result with four faces (table, chart, explain, save).

An explanation is a tree that ends at sources: value, unit, period, boundary, publisher, licence, file,
sheet and cell. The same tree is printed by the command, sent by the API and drawn on the page.
"""

import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl

from urbium.errors import InputError
from urbium.files import write_whole

__all__ = ["Explanation", "Origin", "Result", "check_ending", "figure", "save_table"]

_WHOLE = 10_000
_ENDINGS = frozenset((".csv", ".xlsx", ".json", ".parquet"))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from: who published it, under what licence, in which cell of which file."""

    publisher: str
    title: str
    year: str = ""
    licence: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    recorded_at: str = ""
    recorded_by: str = ""

    def __str__(self) -> str:
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        parts = [self.publisher, self.title, self.year, self.licence, self.file, place]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a figure came about: itself, then the figures it was made of, down to sources.

    ``kind`` is one of ``score``, ``indicator``, ``observation``, ``setting``, ``assumption``, ``missing``,
    ``limit``, ``project``, ``forecast``.
    """

    what: str
    value: float | str | None = None
    unit: str = ""
    period: str = ""
    area: str = ""
    kind: str = ""
    grade: str = ""
    origin: Origin | None = None
    note: str = ""
    children: tuple["Explanation", ...] = ()

    def walk(self) -> Iterator["Explanation"]:
        """Yield this explanation and every one below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def sources(self) -> tuple[Origin, ...]:
        """The origins at the ends of the tree, each once."""
        return tuple(dict.fromkeys(node.origin for node in self.walk() if node.origin is not None))

    def record(self) -> dict[str, Any]:
        """Return the tree as plain mappings and lists, without the empty fields."""
        own = {
            name: getattr(self, name)
            for name in ("what", "value", "unit", "period", "area", "kind", "grade", "note")
            if getattr(self, name) not in ("", None)
        }
        if self.origin is not None:
            names = Origin.__dataclass_fields__
            own["origin"] = {name: text for name in names if (text := getattr(self.origin, name))}
        if self.children:
            own["children"] = [child.record() for child in self.children]
        return own

    @property
    def headline(self) -> str:
        """What it is and how much, in one line."""
        amount = figure(self.value) if isinstance(self.value, float) else self.value
        told = " ".join(str(part) for part in (amount, self.unit) if part not in (None, ""))
        about = ", ".join(part for part in (self.period, self.area, self.grade) if part)
        return (f"{self.what}: {told}" if told else self.what) + (f" ({about})" if about else "")

    @property
    def remarks(self) -> tuple[str, ...]:
        """The note and the source, where there are any."""
        source = f"source: {self.origin}" if self.origin is not None else ""
        return tuple(text for text in (self.note, source) if text)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the tree as indented lines for a terminal."""
        yield "  " * depth + self.headline
        yield from ("  " * (depth + 1) + remark for remark in self.remarks)
        for child in self.children:
            yield from child.lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


@dataclass(frozen=True, kw_only=True)
class Result:
    """The base of every stage's result: a table, and the settings and versions it was made with."""

    stage: ClassVar[str] = ""
    table: pl.DataFrame
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures that stand for the whole result (an objective, a bound, a count)."""
        return {}

    @property
    def overview(self) -> pl.DataFrame:
        """The rows that a person reads first; the whole table unless a stage knows better."""
        return self.table

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
        raise NotImplementedError

    def save(self, path: str | Path) -> Path:
        """Write the table to ``path``; its ending (.csv, .xlsx, .json, .parquet) chooses the form."""
        return save_table(self.table, path)


def figure(value: float) -> str:
    """Write a number for a person: thousands apart, five figures that count, never as a power of ten.

    >>> figure(58970000.0), figure(1.630656), figure(0.000012345)
    ('58,970,000', '1.6307', '0.000012345')
    """
    if not math.isfinite(value):
        return "unbounded"
    size = abs(value)
    places = 0 if size >= _WHOLE or value == int(value) else 4 - (math.floor(math.log10(size)) if size else 0)
    text = f"{value:,.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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
            f"{target.suffix or 'no ending'} is not a kind of file that is written here",
            place=str(target),
            remedy="end the name in .csv, .xlsx, .json or .parquet",
        )
    return target
