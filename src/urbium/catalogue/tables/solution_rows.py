"""How a table row becomes the record of a solution: what its cost is counted in is read from one cell."""

from typing import Final

from urbium.catalogue.tables.rows import Row, Shape, cell
from urbium.errors import InputError
from urbium.model import CostUnit, Solution
from urbium.nations import check_currency
from urbium.text import coded, text
from urbium.units import unit

_PERSON: Final = "person"


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


solution = Shape(
    Solution,
    columns={
        "capital_low": "cost_low",
        "capital_high": "cost_high",
        "operation_share": "opex_share_per_year",
        "lifetime": "lifetime_years",
        "evidence": "evidence_level",
    },
    composed={"cost_unit": _cost_unit},
    optional=frozenset({
        "stock", "wage", "build_labour_share", "run_labour_share", "build_person_years_per_100k",
        "run_posts_per_100k",
    }),
)  # fmt: skip
