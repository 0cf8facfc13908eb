"""Explanation: where a figure comes from, as a tree that ends at sources (ADR 0017).

Each node says value, unit, period, boundary, grade; an end says publisher, licence, file, sheet and cell. The
same tree is printed by the command, sent by the API and drawn on the page. A stage tells how its result is
explained by registering a function of its own for the result's type with :func:`explain`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import singledispatch
from typing import Any, Final, Literal

import polars as pl

from urbium.errors import NotFoundError, code_of
from urbium.model import Evidence, Source, Variable
from urbium.model.words import AREAS
from urbium.observations.in_force import decide
from urbium.observations.reasons import graded, reason_in_force
from urbium.text import Text, coded, named, say, sentences, text
from urbium.text import declared as said
from urbium.units import UNSAID, sized, unit_words

Row = Mapping[str, Any]


class Kind(StrEnum):
    """What a node of an explanation is."""

    SCORE = "score"
    INDICATOR = "indicator"
    OBSERVATION = "observation"
    SETTING = "setting"
    ASSUMPTION = "assumption"
    MISSING = "missing"
    LIMIT = "limit"
    PROJECT = "project"
    FORECAST = "forecast"


KindName = Literal[
    "score", "indicator", "observation", "setting", "assumption", "missing", "limit", "project", "forecast"
]
"""The kinds by name, as a caller may write them."""

_WHOLE = 10_000
_CATALOGUE: Final = "urbium catalogue"
_SAID: Final = ("what", "answer", "value", "unit", "grade", "note")
"""The fields that may hold a message."""


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
        place = "!".join(str(say(part)) for part in (self.sheet, self.cell) if part)
        parts = [self.publisher, self.title, self.year, self.licence, self.file, place]
        return " · ".join(str(say(part)) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a figure came about: itself, then the figures it was made of, down to sources.

    ``answer`` says in one sentence what the tree below proves, where somebody asked a question.
    ``kind`` becomes a :class:`Kind`; any other name raises ValueError. Words may be a
    :class:`urbium.text.Text`, whose code and parameters programs read in :meth:`record`.
    """

    what: str
    value: float | str | None = None
    unit: str = ""
    period: str = ""
    area: str = ""
    kind: Kind | KindName | None = None
    grade: str = ""
    origin: Origin | None = None
    note: str = ""
    children: tuple["Explanation", ...] = ()
    answer: str = ""

    def __post_init__(self) -> None:
        if self.kind is not None:
            object.__setattr__(self, "kind", Kind(self.kind))

    def walk(self) -> Iterator["Explanation"]:
        """Yield this explanation and every one below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def code(self) -> str:
        """The code of the message that says what it is; empty where that is a name or plain words."""
        return code_of(self.what)

    @property
    def is_stored(self) -> bool:
        """Whether its value stands so in a cell, and is written with every digit."""
        return self.kind is Kind.OBSERVATION

    @property
    def grades(self) -> tuple[str, ...]:
        """The codes of its grade: status and quality of an observation, else the evidence level."""
        if isinstance(self.grade, Text):
            return tuple(self.grade.parameters.values())
        return (self.grade,) if self.grade else ()

    @property
    def sources(self) -> tuple[Origin, ...]:
        """The origins at the ends of the tree, each once."""
        return tuple(dict.fromkeys(node.origin for node in self.walk() if node.origin is not None))

    def record(self) -> dict[str, Any]:
        """Return the tree as plain mappings and lists, without the empty fields.

        ``messages`` holds code and parameters of each field that is a message, beside its words.
        """
        fields: dict[str, Any] = {
            name: say(getattr(self, name))
            for name in ("what", "answer", "value", "unit", "period", "area", "kind", "grade", "note")
            if getattr(self, name) not in ("", None)
        }
        messages = {name: _message(getattr(self, name)) for name in _SAID}
        if any(messages.values()):
            fields["messages"] = {name: message for name, message in messages.items() if message}
        if self.origin is not None:
            names = Origin.__dataclass_fields__
            fields["origin"] = {name: value for name in names if (value := getattr(self.origin, name))}
        if self.children:
            fields["children"] = [child.record() for child in self.children]
        return fields

    @property
    def headline(self) -> str:
        """What it is and how much, in one line."""
        amount, unit = sized(self.value, self.unit)
        if isinstance(amount, float):
            amount = (as_stored if self.is_stored else figure)(amount)
        parts = (amount, "" if unit in UNSAID else unit_words(unit))
        quantity = " ".join(str(say(part)) for part in parts if part not in (None, ""))
        about = ", ".join(
            str(say(part)) for part in (self.period, AREAS.get(self.area, self.area), self.grade) if part
        )
        what = str(say(self.what))
        return (f"{what}: {quantity}" if quantity else what) + (f" ({about})" if about else "")

    @property
    def remarks(self) -> tuple[str, ...]:
        """The answer, the note and the source, where there are any."""
        source = ""
        if self.origin is not None:
            source = text("source: {origin}", origin=str(self.origin))
        return tuple(str(say(part)) for part in (self.answer, self.note, source) if part)

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
    digits = f"{value:,.{max(places, 0)}f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def as_stored(value: float) -> str:
    """Write a figure with every digit that it was given: thousands apart, never as a power of ten.

    >>> as_stored(1612.35), as_stored(147600.00000000003), as_stored(58970000.0), as_stored(1.2e-7)
    ('1,612.35', '147,600', '58,970,000', '0.00000012')
    """
    if not math.isfinite(value):
        return figure(value)
    return f"{Decimal(f'{value:.15g}'):,f}"


def _message(words: object) -> dict[str, Any]:
    """Return code and parameters of a message; nothing for plain words."""
    if not (isinstance(words, Text) and words):
        return {}
    record = words.record()
    return {"code": record["code"], "parameters": record["parameters"]}


def trace(
    history: pl.DataFrame,
    variable: Variable,
    sources: Mapping[str, Source],
    *,
    city: str,
    period: str = "",
    area: str = "",
) -> Explanation:
    """Explain the figure in force, and why it is; other sources and earlier versions are its children.

    Where none is in force (all are suspect, say), the version recorded last is explained.

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
    versions = decided.filter(pl.col("period") == last).sort(
        "is_in_force", "recorded_at", descending=True, nulls_last=True
    )
    if versions.is_empty():
        raise _not_stored(history, variable, city, period)
    now = versions.row(0, named=True)
    others = versions.slice(1).filter(pl.col("area") == now["area"]).iter_rows(named=True)
    return replace(
        observed(now, sources, variable),
        children=tuple(observed(row, sources, variable) for row in others),
    )


def _latest(decided: pl.DataFrame) -> str:
    """Return the last period with a figure in force, or else the last one stored."""
    in_force = decided.filter("is_in_force")["period"].max()
    return str(in_force or decided["period"].max() or "")


def _not_stored(history: pl.DataFrame, variable: Variable, city: str, period: str) -> NotFoundError:
    stored = sorted(set(history["period"]))
    about = {"variable": variable.id, "city": city}
    return NotFoundError(
        coded(
            "explanation.not_stored_for",
            "no {variable} for {city} is stored for {period}",
            period=period,
            **about,
        )
        if period
        else coded("explanation.not_stored", "no {variable} for {city} is stored for any period", **about),
        remedy=text("these periods are stored: {periods:list}", periods=stored)
        if stored
        else text("no period is stored"),
    )


def published(sources: Mapping[str, Source], id: str | None, **where: str) -> Origin:  # noqa: A002 - as it is called
    """Return an origin within what a source published; an unregistered source shows by its id."""
    source = sources.get(id or "")
    if source is None:
        return Origin(id or text("source not stated"), "", **where)
    return Origin(source.publisher, source.title, source.year, source.licence, **where)


def origin_of(observation: Row, sources: Mapping[str, Source]) -> Origin:
    """Return where an observation comes from; an unregistered source shows by its id."""
    recorded = observation["recorded_at"]
    return published(
        sources,
        observation["source"],
        file=observation["file"] or "",
        sheet=observation["sheet"] or "",
        cell=observation["cell"] or "",
        recorded_at=recorded.isoformat() if recorded else "",
        recorded_by=observation["recorded_by"] or "",
    )


def observed(
    observation: Row, sources: Mapping[str, Source], variable: Variable | None = None
) -> Explanation:
    """Return an observation as the end of an explanation, down to its cell.

    With the variable as declared it is called by its name and city, graded by status and quality, and its
    definition stands in the note; without, it is called by the variable's id.
    """
    is_named = variable is not None
    definition = variable.definition if variable is not None else ""
    return Explanation(
        coded(
            "explanation.observed",
            "{variable}, {city}",
            variable=named(variable.name, variable.id),
            city=observation["city"],
        )
        if variable is not None
        else observation["variable"],
        value=observation["value"],
        unit=observation["unit"],
        period=observation["period"],
        area=observation["area"],
        kind=Kind.OBSERVATION,
        grade=graded(observation["status"] if is_named else "", observation["quality"]),
        origin=origin_of(observation, sources),
        note=sentences([said(definition), reason_in_force(observation), observation["reason"] or ""]),
    )


def declared(
    what: str,
    value: float | str | None = None,
    unit: str = "",
    *,
    evidence: str,
    title: str,
    file: str,
    row: str,
    note: str = "",
    children: tuple[Explanation, ...] = (),
) -> Explanation:
    """Return a row of the catalogue as a node of an explanation.

    Parameters
    ----------
    what, value, unit : what is declared
    evidence : ``published``, ``derived``, ``assumption`` ...; an assumption is shown as one
    title, file, row : where it is declared: the name of the thing or table, the table's file, the row's id
    note, children : remark, and what it rests on
    """
    return Explanation(
        what, value, unit, kind=kind_of(evidence), grade=evidence, note=note, children=children,
        origin=Origin(_CATALOGUE, title, file=file, cell=row),
    )  # fmt: skip


def kind_of(evidence: str) -> Kind:
    """Return whether a declared figure is an assumption or a setting.

    >>> kind_of("assumption"), kind_of("published")
    (<Kind.ASSUMPTION: 'assumption'>, <Kind.SETTING: 'setting'>)
    """
    return Kind.ASSUMPTION if evidence == Evidence.ASSUMPTION else Kind.SETTING
