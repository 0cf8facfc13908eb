"""Population: the people of a place by boundary, from the figures in force.

A place has people within its built-up agglomeration, registered people within its prefecture, and a nation
has a share of its people who live in cities. The three are different counts and never stand in for another
unsaid: where registered people x an urban share is used, the evidence and the note say so.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import polars as pl

from urbium.errors import Fault, UrbiumError, refuse
from urbium.model import Variable
from urbium.observations.in_force import UNDECLARED, decide, figures_in_force
from urbium.observations.reasons import reason_in_force
from urbium.observations.roles import PACKAGED, Roles
from urbium.text import coded
from urbium.units import convert

SIZES: Final = ("urban_population", "registered_population")
"""The roles that a city's size is taken from."""


def decide_people(
    observations: pl.DataFrame,
    variables: Collection[str],
    declared: Mapping[str, Variable] = UNDECLARED,
) -> pl.DataFrame:
    """Return every figure of ``variables`` in ``persons``, and whether it is in force, as ``decide`` says.

    Raises InputError with every unit that does not count people.
    """
    table = observations.filter(pl.col("variable").is_in(list(variables)))
    decided = decide(table, declared)
    return decided.with_columns(persons=pl.col("value") * factor_to_persons(decided))


def latest_people(
    observations: pl.DataFrame,
    variable: str,
    declared: Mapping[str, Variable] = UNDECLARED,
    *,
    period: str = "",
) -> pl.DataFrame:
    """Return the figure in force of the latest period, or of ``period``, one row a city, with ``persons``.

    Only the boundary that is declared for the variable counts; of an undeclared one the first in the
    alphabet. Figures that are not above zero count no people.
    """
    people = figures_in_force(observations.filter(pl.col("variable") == variable), declared)
    people = people.with_columns(persons=pl.col("value") * factor_to_persons(people))
    people = people.filter(pl.col("persons") > 0)
    if variable in declared:
        people = people.filter(pl.col("area") == declared[variable].area)
    if period:
        people = people.filter(pl.col("period") == period)
    return people.sort("period", "area", descending=[True, False]).unique(
        "city", keep="first", maintain_order=True
    )


def first_known(observations: pl.DataFrame, variables: Sequence[str]) -> str:
    """Return the first of the variables that any figure is of; the first of all where there is none.

    One variable then speaks for every city: boundaries are never mixed.
    """
    reported = set(observations["variable"].unique())
    return next((name for name in variables if name in reported), variables[0])


def urban_people(
    codes: pl.Series,
    observations: pl.DataFrame,
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> pl.DataFrame:
    """Return of what each city's size is taken: the people of the urban area, else the registered ones.

    The variables that fill these two roles speak in the order of their rank. Columns code, variable, people
    (persons as counted, null where nothing is known), counted (the period), reason (why that figure is in
    force where several are known, else empty); the codes in their order.
    """
    sized = pl.concat([_sized(observations, variable, declared) for variable in roles.variables(*SIZES)])
    first = sized.unique("code", keep="first", maintain_order=True)
    return pl.DataFrame({"code": codes}).join(first, on="code", how="left", maintain_order="left")


def _sized(observations: pl.DataFrame, variable: str, declared: Mapping[str, Variable]) -> pl.DataFrame:
    rows = latest_people(observations, variable, declared)
    reasons = [str(reason_in_force(row)) for row in rows.iter_rows(named=True)]
    return rows.select(
        code="city", variable="variable", people="persons", counted="period",
        reason=pl.Series(reasons, dtype=pl.String),
    )  # fmt: skip


def factor_to_persons(table: pl.DataFrame) -> pl.Expr:
    """Return how many persons one unit of each row is; raise InputError with every unit of another kind."""
    factors: dict[str | None, float] = {}
    faults: list[Fault] = []
    for name in table["unit"].unique().to_list():
        try:
            factors[name] = convert(1.0, name or "", "persons")
        except UrbiumError as error:
            faults.append(Fault("error", error.message, error.remedy, rule="unit", value=str(name)))
    refuse(
        faults,
        "",
        coded("observations.population.unit", "the population figures are in units that do not count people"),
    )
    if not factors:
        return pl.lit(1.0)
    return pl.col("unit").replace_strict(factors, return_dtype=pl.Float64)
