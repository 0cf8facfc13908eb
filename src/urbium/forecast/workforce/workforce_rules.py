"""Sector rules: the declared figures of the work force, as the model reads them.

The package does not hold the world: what was learned from it stands in ``data/rules/workforce.csv``, with the
years and the number of countries in each row's note, beside what is assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.workforce.city_sectors import CityGapModel
from urbium.forecast.workforce.jobs import Elasticities
from urbium.forecast.workforce.labour import participation_of
from urbium.forecast.workforce.sector_combination import SectorCombination
from urbium.forecast.workforce.sectors import SectorModel
from urbium.model import Assumption
from urbium.text import coded, text

_SERIES: Final = ("output", "employment")


@dataclass(frozen=True, slots=True)
class SectorRules:
    """The declared figures.

    Attributes
    ----------
    models : the pooled model of each series
    combinations : how it is averaged with the simple members, of each series
    city : how cities move against their nation
    jobs : how jobs follow output
    participation : for each sex the share who work or look for work, by first age
    unemployment : share of the labour force out of work
    rows : the declared rows, by id
    """

    models: Mapping[str, SectorModel]
    combinations: Mapping[str, SectorCombination]
    city: CityGapModel
    jobs: Elasticities
    participation: Mapping[str, Mapping[int, float]]
    unemployment: float
    rows: Mapping[str, Assumption]


def read_rules() -> SectorRules:
    """Return the declared figures.

    Raises InputError, with the row that is missing.

    >>> 0 < read_rules().unemployment < 0.2
    True
    """
    declared = load_catalogue().learned["workforce"]

    def part(head: str) -> dict[str, float]:
        return {
            name.removeprefix(f"{head}."): row.value
            for name, row in declared.items()
            if name.startswith(f"{head}.")
        }

    try:
        return SectorRules(
            {series: SectorModel.of(part(series)) for series in _SERIES},
            {series: SectorCombination.of(part(f"{series}.combination")) for series in _SERIES},
            CityGapModel.of(part("city")),
            Elasticities.of(part("jobs")),
            participation_of(declared),
            declared["unemployment"].value,
            declared,
        )
    except KeyError as error:
        raise InputError(
            coded(
                "forecast.workforce.declared_missing",
                "no figure whose name ends in {name!r} is declared",
                name=error.args[0],
            ),
            place="workforce.csv",
            remedy=text("declare it, or omit your own table"),
        ) from error
