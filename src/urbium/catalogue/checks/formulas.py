"""Formulas of indicators: whether each makes the unit that it declares."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.errors import Fault
from urbium.model import Indicator, Variable
from urbium.text import coded, text
from urbium.units import unit

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

_TABLE: Final = "indicators"
_TOLERANCE: Final = 1e-6  # of a declared factor against the unit it makes


def formulas(c: "Catalogue") -> Iterator[Fault]:
    """Every formula over declared variables makes the unit of its indicator."""
    for indicator in c.indicators.values():
        if set(indicator.variables) <= c.variables.keys():
            yield from formula_faults(indicator, c.variables)


def formula_faults(indicator: Indicator, variables: Mapping[str, Variable]) -> Iterator[Fault]:
    """Say where a formula cannot make the unit it declares: unlike terms, wrong dimension, wrong factor."""
    above, below = (
        [unit(variables[name].unit).dimension for name, _ in part]
        for part in (indicator.numerator, indicator.denominator)
    )
    unlike = [("numerator", set(above)), ("denominator", set(below))]
    unlike = [(column, kinds) for column, kinds in unlike if len(kinds) > 1]
    for column, kinds in unlike:
        yield found(
            (_TABLE, indicator.id, column),
            coded(
                "catalogue.indicator.unlike", "indicator {id} adds quantities of different kinds: "
                                              "{names:list}",
                id=indicator.id, names=sorted(kinds)
            ),
            text("add only quantities of the same kind"),
            "dimension",
        )  # fmt: skip
    if not unlike:
        yield from _unit_faults(indicator, above[0], below[0] if below else "")


def _unit_faults(indicator: Indicator, above: str, below: str) -> Iterator[Fault]:
    """Say where a quotient of two dimensions, or one dimension alone, is not what the unit measures."""
    declared = unit(indicator.unit)
    dimensions = _quotient_dimensions(above, below) if below else {above}
    if declared.dimension not in dimensions:
        quotient = text("{above} over {below}", above=above, below=below)
        yield found(
            (_TABLE, indicator.id, "unit"),
            coded(
                "catalogue.formula.dimension",
                "indicator {indicator} yields {quotient}, but its unit {unit!r} measures {dimension}",
                indicator=indicator.id,
                quotient=quotient if below else above,
                unit=indicator.unit,
                dimension=declared.dimension,
            ),
            text("use a unit of one of these kinds: {kinds:list}", kinds=sorted(dimensions)),
            "formula-dimension",
        )
    elif below and abs(indicator.factor * declared.factor - 1) > _TOLERANCE:
        yield found(
            (_TABLE, indicator.id, "factor"),
            coded(
                "catalogue.formula.factor",
                "indicator {indicator} has the factor {factor:.6g}, but its unit {unit!r} requires "
                "{needed:.6g}",
                indicator=indicator.id,
                factor=indicator.factor,
                unit=indicator.unit,
                needed=1 / declared.factor,
            ),
            text(
                "enter {needed:.6g} (figures are divided in base units, such as persons, "
                "regardless of the units they are given in), or correct the unit",
                needed=1 / declared.factor,
            ),
            "formula-factor",
        )


def _quotient_dimensions(above: str, below: str) -> set[str]:
    """The dimensions a quotient may be declared in; a count has none of its own."""
    one = below.removesuffix("s")
    dimensions = {f"{above} per {one}"}
    if above == below:
        dimensions.add("share")
    if above in {"count", below}:
        dimensions.add(f"per {one}")
    if below == "count":
        dimensions.add(above)
    return dimensions
