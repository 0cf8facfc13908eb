"""Households of a programme: which people, figures and shares they are made of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from urbium.programme.base.register import Register
from urbium.programme.base.workspace import Workspace

if TYPE_CHECKING:
    from urbium.forecast import Cohorts, Households, Outlook, Paths

_NATIONAL = "national"


def households_of(
    register: Register,
    workspace: Workspace,
    run: Mapping[str, Any],
    *,
    outlook: "Outlook",
    people: Mapping[str, "Paths"],
    nation: "Paths | None",
    ages: "Cohorts | None",
    counted: Mapping[int, float],
) -> "Households":
    """Return the households of a run.

    Parameters
    ----------
    outlook, people : of the cities, and the futures drawn from it by boundary
    nation : futures of the nation and its parts; None where it has none
    ages : people of the nation by age; None where they are not known
    counted : persons of the nation by year, as observed
    """
    from urbium.forecast import Paths, forecast_households  # noqa: PLC0415 - heavy, and only when asked for

    code = register.sole_nation()
    total = None
    if code and nation is not None:
        at = nation.keys.index("nation")
        total = Paths((code,), nation.years, nation.values[at : at + 1])
    observed = outlook.table.filter(kind="observed").select("area", "year", place="city", persons="value")
    national = pl.DataFrame(
        {
            "place": [code] * len(counted),
            "area": [_NATIONAL] * len(counted),
            "year": list(counted),
            "persons": list(counted.values()),
        },
        schema={"place": pl.String, "area": pl.String, "year": pl.Int64, "persons": pl.Float64},
    )
    return forecast_households(
        register.known_on(run),
        people,
        variables=workspace.catalogue.variables,
        nation=code,
        total=total,
        ages=ages,
        headship={} if ages is None else ages.inputs.headship,
        persons=pl.concat([observed.select(national.columns), national]),
        outlooks=dict.fromkeys(people, outlook),
        sources=register.sources_of(run),
        roles=workspace.catalogue.roles,
    )
