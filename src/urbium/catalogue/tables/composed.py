"""Composed: fields of declared records that are read from several columns, or by a rule of their own."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from urbium.catalogue.tables.rows import Row, cell, converted, wrong_cell
from urbium.errors import InputError
from urbium.model import Choice, CostUnit, Weighting
from urbium.nations import check_currency
from urbium.text import coded, text
from urbium.units import unit

_PERSON: Final = "person"
_TERM = re.compile(r"\s*([+-])?\s*([a-z_0-9]+)\s*")


def _unit(row: Row) -> str:
    return unit(cell(row, "unit")).id


def _amount_unit(row: Row) -> str:
    name = row.get("amount_unit", "").strip()
    return unit(name).id if name else ""


def _terms(column: str) -> Callable[[Row], tuple[tuple[str, int], ...]]:
    """Return what reads a sum of variables, ``a + b - c``, as names and signs; another text is refused."""

    def read(row: Row) -> tuple[tuple[str, int], ...]:
        said = cell(row, column)
        signed: list[tuple[str, int]] = []
        end = 0
        while end < len(said):
            match = _TERM.match(said, end)
            if match is None or (signed and match[1] is None):
                raise InputError(
                    coded(
                        "catalogue.formula.unreadable",
                        "{column}: {value!r} is not a sum of variables",
                        column=column,
                        value=said,
                    ),
                    remedy=text(
                        "enter the ids of variables with + or - between them, such as a + b - c; "
                        "quotient and factor have their own columns"
                    ),
                )
            signed.append((match[2], -1 if match[1] == "-" else 1))
            end = match.end()
        return tuple(signed)

    return read


def _ages(row: Row) -> tuple[int, int | None] | None:
    """First and last age of a norm; None for all."""
    first, last = (converted(cell(row, column), int | None, column) for column in ("age_from", "age_to"))
    if first is None and last is not None:
        raise wrong_cell(coded("catalogue.norm.no_first_age", "age_to: there is a last age but no first age"))
    return None if first is None else (first, last)


def _alternative(row: Row) -> str:
    """What varies: a number, a mean or a row of steps, by what it is an alternative of."""
    alternative = cell(row, "alternative")
    match cell(row, "part"):
        case "weights" | "data":
            converted(alternative, float, "alternative")
        case "aggregate" | "missing":
            Choice.parse(alternative)
        case _:
            Choice.row(alternative)
    return alternative


def _cost_unit(row: Row) -> CostUnit:
    """Return the unit of a cost: a currency, and perhaps of each person or unit of a variable.

    >>> _cost_unit({"cost_unit": "BRL/km road_length"})
    CostUnit(currency='BRL', unit='km', variable='road_length')
    """
    written = cell(row, "cost_unit")
    currency, is_divided, each = (part.strip() for part in written.partition("/"))
    counted, _, variable = each.rpartition(" ")
    if not currency or (is_divided and not counted and each != _PERSON):
        raise InputError(
            coded("catalogue.cost_unit", "cost_unit: {written!r} is not a cost unit", written=written),
            remedy=text(
                "write a currency and a unit: BRL/person, BRL for a lump sum in each city, or BRL/km "
                "road_length for each km of the variable road_length"
            ),
        )
    money = check_currency(currency)
    return CostUnit(money, unit(counted).id, variable) if counted else CostUnit(money, each)


COMPOSED: Final[Mapping[str, Mapping[str, Callable[[Row], Any]]]] = MappingProxyType(
    {
        "variables": {"unit": _unit},
        "indicators": {
            "unit": _unit, "numerator": _terms("numerator"), "denominator": _terms("denominator"),
        },
        "indices": {
            "nodes": lambda _: (),  # they stand in a table of their own
            "steps": lambda row: Choice.row(cell(row, "steps")),
            "aggregate": lambda row: Choice.row(cell(row, "aggregate")),
            "weighting": lambda row: Choice.parse(row.get("weighting") or Weighting.DECLARED),
        },
        "variations": {"alternative": _alternative},
        "solutions": {"cost_unit": _cost_unit},
        "ceilings": {"amount_unit": _amount_unit},
        "norms": {"unit": _unit, "ages": _ages},
        "province_facts": {"unit": _unit},
    }
)  # fmt: skip
"""What reads a field of a record, by table."""

READS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "indices": {"nodes": ()},
        "variations": {"alternative": ("alternative", "part")},
        "norms": {"ages": ("age_from", "age_to")},
    }
)
"""The columns that such a field is read from, where they are not the one called as the field is."""
