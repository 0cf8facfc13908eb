"""Work balance: jobs needed against jobs in sight, year by year, path by path.

In: putting labour force, output and what is particular to a place together, as :mod:`.jobs`
defines it. Not in: the definitions themselves.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from urbium.errors import InputError
from urbium.forecast.paths import LIMITS, Floats, limits
from urbium.forecast.workforce.city_workforce import NationalSectors
from urbium.forecast.workforce.composition import ilr, ilr_inverse
from urbium.forecast.workforce.jobs import SPAN, jobs_in_sight, particular
from urbium.forecast.workforce.labour import ByAge, labour_force, persons
from urbium.forecast.workforce.sectors import SECTORS, SectorPaths, filled
from urbium.forecast.workforce.workforce_rules import SectorRules
from urbium.text import coded, text

_WHOLE: Final = "all"


def balance(
    people: ByAge,
    place: str,
    *,
    output: NationalSectors,
    employment: NationalSectors,
    futures: SectorPaths,
    rules: SectorRules,
    seed: Sequence[int],
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return labour force, jobs needed, in sight and short, and what must be said of them.

    Parameters
    ----------
    people : persons by age and sex from the last year with shares of employment to the last year ahead
    output, employment : both series of the nation
    futures : shares of output and income ahead
    seed : of the random draws

    Returns
    -------
    quantity (labour force, needed, in sight, shortfall), sector, year, value and limits, in persons
    """
    base = int(employment.panel.years[-1])
    last = int(output.panel.years[-1]) + len(output.shares)
    paths = output.shares.shape[1]
    years = range(base, last + 1)
    force = _spread(labour_force(people, place, years, rules.participation), paths)
    everybody = _spread(persons(people, place, years), paths)
    needed = force * (1 - rules.unemployment)
    parts, income = _output(output, futures, base)
    grown = np.log(parts / parts[:1]) + np.log(income / income[:1])[..., None]
    particular, remarks = _particular(employment, output, rules)
    held = needed[0][:, None] * employment.panel.shares[0, -1]
    sight = jobs_in_sight(rules.jobs, held, grown[1:], particular, np.random.default_rng(seed))
    sight *= (everybody[1:] / everybody[0])[..., None]
    total = sight.sum(axis=-1)
    rows = [_rows("labour force", _WHOLE, years, force), _rows("needed", _WHOLE, years, needed)]
    after = years[1:]
    rows += [_rows("in sight", sector, after, sight[..., at]) for at, sector in enumerate(SECTORS)]
    rows += [_rows("in sight", _WHOLE, after, total), _rows("shortfall", _WHOLE, after, needed[1:] - total)]
    taken = text(
        "jobs: in {year} the number of jobs is assumed to equal the number needed, with "
        "{unemployment:.1%} unemployed",
        year=base,
        unemployment=rules.unemployment,
    )
    notes = (
        taken,
        text("jobs: participation rates are declared and held constant"),
        *remarks,
    )
    return pl.concat(rows), notes


def _spread(values: Floats, paths: int) -> Floats:
    """Repeat (or cut) the futures of persons to as many as those of sectors."""
    return values[:, np.arange(paths) % values.shape[1]]


def _output(output: NationalSectors, futures: SectorPaths, base: int) -> tuple[Floats, Floats]:
    """Shares of output, (Y, P, 3), and income, (Y, P), from the base year on: observed, then ahead."""
    panel = output.panel
    start = base - int(panel.years[0])
    seen = ilr_inverse(filled(ilr(panel.shares[0]).T).T)[max(start, 0) :]
    income = np.exp(filled(np.log(panel.income)))[0][max(start, 0) :]
    if start < 0 or not seen.size or not np.isfinite(seen).all() or not np.isfinite(income).all():
        raise InputError(
            coded(
                "forecast.workforce.no_output_from",
                "output shares and income are unknown from {base} (the last year with employment "
                "shares) onwards",
                base=base,
            ),
            place="jobs",
            remedy=text("load output shares and income for that year and later, or omit labour"),
        )
    paths = output.shares.shape[1]
    return (
        np.concatenate([np.repeat(seen[:, None], paths, axis=1), output.shares]),
        np.concatenate([np.repeat(income[:, None], paths, axis=1), futures.income[0]]),
    )


def _particular(
    employment: NationalSectors, output: NationalSectors, rules: SectorRules
) -> tuple[Floats, tuple[str, ...]]:
    """What is particular to the place, log a year, from its last ten years."""
    base = int(employment.panel.years[-1])
    ends = (base - SPAN, base)
    logs = []
    for nation in (employment, output):
        at = [year - int(nation.panel.years[0]) for year in ends]
        shares, income = nation.panel.shares[0], nation.panel.income[0]
        if min(at) < 0 or not (np.isfinite(shares[at]).all() and np.isfinite(income[at]).all()):
            remark = text(
                "jobs: without figures for {year}, jobs follow output as in the median country",
                year=base - SPAN,
            )
            return np.zeros(len(SECTORS)), (remark,)
        logs.append(np.log(shares[at]) + (nation is output) * np.log(income[at])[:, None])
    jobs, grown = (np.diff(log, axis=0)[0] / SPAN for log in logs)
    return particular(rules.jobs, jobs, grown), (
        text(
            "jobs: the relation between jobs and output from {start} to {end} continues in part",
            start=ends[0],
            end=ends[1],
        ),
    )


def _rows(quantity: str, sector: str, years: Sequence[int], values: Floats) -> pl.DataFrame:
    return pl.DataFrame(
        {"quantity": quantity, "sector": sector, "year": np.array(years)}
        | dict(zip(LIMITS, limits(values).T, strict=True))
    )
