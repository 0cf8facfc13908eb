"""Explanation: where a figure comes from, as a tree that ends at sources.

Each node says value, unit, period, boundary, grade; an end says publisher, licence, file, sheet and cell. The
same tree is printed by the command, sent by the API and drawn on the page. A stage tells how its result is
explained by registering a function of its own for the result's type with :func:`explain`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import polars as pl

from urbium.errors import NotFoundError
from urbium.model import Source, Variable
from urbium.observations.in_force import decide
from urbium.observations.reasons import reason_in_force
from urbium.text import sentences

__all__ = ["Explanation", "Origin", "explain", "figure", "observed", "origin_of", "told", "trace"]

Row = Mapping[str, Any]

_WHOLE = 10_000


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


@singledispatch
def explain(result: object, key: str) -> Explanation:
    """Say how the row called ``key`` of a result came about; each stage registers how its results do.

    Raises NotFoundError when the result has no such row.
    """
    raise NotImplementedError(f"{type(result).__name__} has no explanation of {key!r}")


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


def trace(
    history: pl.DataFrame,
    variable: Variable,
    sources: Mapping[str, Source],
    *,
    city: str,
    period: str = "",
    area: str = "",
) -> Explanation:
    """Tell of the figure in force, and why it is; other sources and earlier versions are its children.

    Where none is in force (all are suspect, say), the version recorded last is told of.

    Parameters
    ----------
    history : every version of the city's figures of one variable, with the columns of ``OBSERVATION``
    variable : as declared
    sources : publishers by id
    city : the code, for the answer when there is no figure
    period : when empty the last with a figure in force, or else the last one stored
    area : the boundary; the one the variable declares when empty, or else any that is stored

    Raises
    ------
    NotFoundError
        When no such figure is stored; the periods that are stored are named.
    """
    wanted = area or variable.area
    within = history.filter(pl.col("area") == wanted) if wanted in set(history["area"]) else history
    decided = decide(within, {variable.id: variable}, history=True)
    last = period or _latest(decided)
    found = decided.filter(pl.col("period") == last).sort(
        "is_in_force", "recorded_at", descending=True, nulls_last=True
    )
    if found.is_empty():
        known = sorted(set(history["period"])) or ["no period"]
        raise NotFoundError(
            f"no {variable.id} of {city} is stored for {period or 'any period'}",
            remedy=f"stored are {', '.join(known)}",
        )
    now = found.row(0, named=True)
    others = found.slice(1).filter(pl.col("area") == now["area"]).iter_rows(named=True)
    return replace(
        told(now, variable, sources), children=tuple(told(row, variable, sources) for row in others)
    )


def _latest(decided: pl.DataFrame) -> str:
    """Return the last period with a figure in force, or else the last one stored."""
    in_force = decided.filter("is_in_force")["period"].max()
    return str(in_force or decided["period"].max() or "")


def told(row: Mapping[str, Any], variable: Variable, sources: Mapping[str, Source]) -> Explanation:
    """Tell of one version of a figure: value, unit, period, boundary, grade, publisher, licence, cell."""
    source = sources.get(row["source"])
    return Explanation(
        what=f"{variable.name.get('en', variable.id)}, {row['city']}",
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        area=row["area"],
        kind="observation",
        grade=f"{row['status']}, {row['quality']}",
        origin=Origin(
            publisher=source.publisher if source else row["source"],
            title=source.title if source else "source not registered",
            year=source.year if source else "",
            licence=source.licence if source else "",
            file=row["file"],
            sheet=row["sheet"],
            cell=row["cell"],
            recorded_at=row["recorded_at"].isoformat(),
            recorded_by=row["recorded_by"],
        ),
        note=sentences([variable.definition, reason_in_force(row), row["reason"]]),
    )


def origin_of(observation: Row, sources: Mapping[str, Source]) -> Origin:
    """Return where an observation comes from; an unregistered source shows by its id."""
    source = sources.get(observation["source"])
    recorded = observation["recorded_at"]
    return Origin(
        publisher=source.publisher if source else observation["source"] or "source not stated",
        title=source.title if source else "",
        year=source.year if source else "",
        licence=source.licence if source else "",
        file=observation["file"] or "",
        sheet=observation["sheet"] or "",
        cell=observation["cell"] or "",
        recorded_at=recorded.isoformat() if recorded else "",
        recorded_by=observation["recorded_by"] or "",
    )


def observed(observation: Row, sources: Mapping[str, Source]) -> Explanation:
    """Return an observation as the end of an explanation, down to its cell."""
    return Explanation(
        observation["variable"],
        value=observation["value"],
        unit=observation["unit"],
        period=observation["period"],
        area=observation["area"],
        kind="observation",
        grade=observation["quality"] or "",
        origin=origin_of(observation, sources),
        note=sentences([reason_in_force(observation), observation["reason"] or ""]),
    )
