"""Values: the bounds of declared figures, the words that a cell may hold, and what is the smaller of two.

Each bound is one row here; a rule that looks at more than a row stands in ``checks``, ``norms`` or ``needs``.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.tables.table_kinds import TABLES
from urbium.errors import Fault, nearest
from urbium.text import coded

if TYPE_CHECKING:
    from urbium.catalogue.tables.table_rows import TableRow

_INF: Final = math.inf


@dataclass(frozen=True, slots=True)
class _Bound:
    """A figure lies between two ends; ``is_open`` where it must be more than the lower one."""

    low: float
    high: float = _INF
    is_open: bool = False

    def holds(self, value: float) -> bool:
        """Return whether a figure lies within."""
        return (self.low < value if self.is_open else self.low <= value) and value <= self.high


_SHARE: Final = _Bound(0, 1)
_NOT_NEGATIVE: Final = _Bound(0)
_ABOVE_ZERO: Final = _Bound(0, is_open=True)
_YEAR: Final = _Bound(1900, 2200)

_BOUNDS: Final[Mapping[str, Mapping[str, _Bound]]] = MappingProxyType(
    {
        "units": {"factor": _ABOVE_ZERO},
        "variables": {"direction": _Bound(-1, 1)},
        "indicators": {"direction": _Bound(-1, 1), "factor": _ABOVE_ZERO},
        "indices": {"availability": _SHARE, "maximum_age": _Bound(0, 100)},
        "solutions": {
            "capital_low": _NOT_NEGATIVE, "capital_high": _ABOVE_ZERO, "price_year": _YEAR,
            "operation_share": _SHARE, "lifetime": _ABOVE_ZERO, "build_years": _Bound(0, 50, is_open=True),
            "wage": _ABOVE_ZERO, "build_labour_share": _SHARE, "run_labour_share": _SHARE,
            "build_person_years_per_100k": _NOT_NEGATIVE, "run_posts_per_100k": _NOT_NEGATIVE,
        },
        "effects": {"low": _NOT_NEGATIVE, "high": _NOT_NEGATIVE, "lag": _Bound(0, 50)},
        "ceilings": {
            "low": _NOT_NEGATIVE, "high": _NOT_NEGATIVE,
            "amount_low": _NOT_NEGATIVE, "amount_high": _NOT_NEGATIVE,
        },
        "skills": {"build_share": _SHARE, "run_share": _SHARE},
        "inflows": {
            "low": _NOT_NEGATIVE, "high": _NOT_NEGATIVE, "price_year": _YEAR,
            "years": _Bound(0, 100, is_open=True),
        },
        "funds": {"share_max": _SHARE},
        "instruments": {"people_min": _NOT_NEGATIVE},
        "foreign_limits": {"share_max": _SHARE, "people_min": _NOT_NEGATIVE},
        "occupations": {
            "city_per_100k": _NOT_NEGATIVE, "nation_per_100k": _NOT_NEGATIVE, "training_cost": _NOT_NEGATIVE,
            "training_places": _NOT_NEGATIVE, "training_most": _NOT_NEGATIVE, "training_lag": _Bound(0, 50),
            "training_drop_out": _Bound(0, 0.99),
        },
        "promises": {"years": _Bound(1, 50)},
        "norms": {"valid_from": _YEAR},
        "base_data": {"days": _ABOVE_ZERO},
        "city_services": {"days": _ABOVE_ZERO},
        "live_attributes": {"silent_after": _ABOVE_ZERO, "stuck_after": _ABOVE_ZERO},
        "live": {"interval": _ABOVE_ZERO, "coverage": _SHARE, "factor": _ABOVE_ZERO},
    }
)  # fmt: skip
"""The bounds of figures, by table and field."""

FIELDS_ASKED: Final = (
    "access_rights", "agreement", "conforms_to", "contact", "description", "distributions", "endpoint",
    "endpoint_description", "identifier", "issued", "keywords", "landing_page", "legislation", "licence",
    "modified", "periodicity", "publisher", "serves", "spatial", "temporal", "themes", "title", "version",
)  # fmt: skip
"""The fields of resources that a profile may ask for; the record itself stands in a room above this one."""

_WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "effects": {"direction": ("up", "down")},
        "ceilings": {"direction": ("up", "down")},
        "funds": {"scope": ("nation", "city", "outside")},
        "instruments": {"payer": ("city", "nation", "users", "none")},
        "checks": {
            "kind": (
                "beside", "change", "fall", "history", "level", "order", "ratio", "repeat", "row", "slip",
                "spread", "step", "sum", "whole",
            ),
            "severity": ("error", "warning", "note"),
        },
        "proxies": {"use": ("value",)},
        "profiles": {"nature": ("dataset", "service"), "field": FIELDS_ASKED},
    }
)  # fmt: skip
"""The words of fields that hold one of a few, by table and field."""

_IN_ORDER: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "solutions": ("capital_low", "capital_high"),
        "effects": ("low", "high"),
        "ceilings": ("low", "high"),
        "inflows": ("low", "high"),
        "instrument_terms": ("low", "high"),
        "candidates": ("least", "most"),
        "checks": ("low", "high"),
    }
)
"""Fields of which the first is not larger than the second, by table."""

_FILLED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "units": ("dimension", "name"),
        "sources": ("publisher", "title"),
        "variables": ("area", "level"),
        "indicators": ("numerator",),
        "indices": ("aggregate",),
        "solutions": ("name", "domain", "finance_models", "sources"),
        "inflows": ("sources",),
        "instruments": ("finance_models",),
        "instrument_terms": ("sources",),
        "foreign_limits": ("edition", "valid_from"),
        "occupations": ("codes",),
        "promises": ("solutions",),
        "needs": ("indicators", "inputs"),
        "checks": ("message", "remedy"),
        "base_data": ("identifier", "source"),
        "city_services": ("source",),
        "profiles": ("source",),
        "outlines": ("name", "source"),
        "outline_sections": ("title",),
        "retired": ("reason",),
    }
)
"""Fields that must say something, by table."""

_HISTORY: Final = "history"
"""The kind of check whose two figures are two limits, and no range."""


def row_faults(row: "TableRow", table: str, key: str, record: Any) -> Iterator[Fault]:  # noqa: ANN401 - any record of the catalogue
    """Yield what is wrong with the figures and words of one record."""
    questions = _Asked(row, table, key, record)
    for rule in (_bounds, _words, _order, _blanks, _names):
        yield from rule(questions)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A record with its row, table and key."""

    row: "TableRow"
    table: str
    key: str
    record: Any

    def column(self, name: str) -> str:
        """Return the column of a field."""
        shape = TABLES[self.table].shape
        columns = shape.columns_of(name) if shape else (name,)
        return next((one for one in columns if one in self.row.cells), name)

    def fault(self, column: str, message: str, remedy: str) -> Fault:
        """Return a fault in a column of the row."""
        return found((self.table, self.key, column), message, remedy, "catalogue-value")


def _bounds(asked: _Asked) -> Iterator[Fault]:
    for name, bound in _BOUNDS.get(asked.table, {}).items():
        value, column = getattr(asked.record, name), asked.column(name)
        if value is not None and not bound.holds(value):
            message = coded(
                "catalogue.value.bounds", "{column}: {value:g} is out of range", column=column, value=value
            )
            yield asked.fault(column, message, _within(bound))


def _words(asked: _Asked) -> Iterator[Fault]:
    for name, words in _WORDS.get(asked.table, {}).items():
        value, column = getattr(asked.record, name), asked.column(name)
        if value not in words:
            message = coded(
                "catalogue.cell.not_a_word", "{column}: {value!r} is not one of {words:list}",
                column=column, value=value, words=list(words)
            )  # fmt: skip
            yield asked.fault(column, message, nearest(value, words))


def _order(asked: _Asked) -> Iterator[Fault]:
    if asked.table not in _IN_ORDER or getattr(asked.record, "kind", "") == _HISTORY:
        return
    first, second = _IN_ORDER[asked.table]
    low, high = getattr(asked.record, first), getattr(asked.record, second)
    if low is not None and high is not None and low > high:
        message = coded(
            "catalogue.value.order", "{first} {low:g} is more than {second} {high:g}",
            first=asked.column(first), low=low, second=asked.column(second), high=high
        )  # fmt: skip
        remedy = coded("catalogue.value.order.remedy", "enter the smaller one first")
        yield asked.fault(asked.column(first), message, remedy)


def _blanks(asked: _Asked) -> Iterator[Fault]:
    for name in _FILLED.get(asked.table, ()):
        value, column = getattr(asked.record, name), asked.column(name)
        if not value or (isinstance(value, str) and not value.strip()):
            message = coded("catalogue.value.blank", "{column}: the cell is blank", column=column)
            yield asked.fault(column, message, coded("catalogue.value.blank.remedy", "fill it in"))


def _names(asked: _Asked) -> Iterator[Fault]:
    name = getattr(asked.record, "name", None)
    if isinstance(name, Mapping) and not name.get("en") and asked.table != "index_tree":
        message = coded("catalogue.value.no_name", "name_en: the entry has no name")
        remedy = coded(
            "catalogue.value.no_name.remedy",
            "enter one here, or in a column for another language, such as name_es",
        )
        yield asked.fault("name_en", message, remedy)


def _within(bound: _Bound) -> str:
    if bound.high == _INF:
        return (
            coded("catalogue.value.above", "enter a figure above {low:g}", low=bound.low)
            if bound.is_open
            else coded("catalogue.value.least", "enter a figure of {low:g} or more", low=bound.low)
        )
    return coded(
        "catalogue.value.between", "enter a figure from {low:g} to {high:g}", low=bound.low, high=bound.high
    )
