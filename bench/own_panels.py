"""Own panels: forecasts of one country from its own yearly figures, beside damped trends chosen afterwards.

Run ``python bench/own_panels.py`` with the reference folder beside the clone: OECD functional areas of 2009
to 2019, countries with five areas or more, halved as in ADR 0113 ("Countries that turn together").
"""

import numpy as np
import polars as pl
from python_calamine import load_workbook
from scipy.special import ndtri

from forecast import WORLD, number, world_table
from truth import OECD, SPELLED, STRATA
from urbium.forecast import CityPanel
from urbium.forecast.accuracy import crps
from urbium.forecast.cities.bands import stray
from urbium.forecast.cities.curves import faded
from urbium.forecast.cities.projection import project
from urbium.forecast.paths import LEVELS, Floats

SEED = 113
CASES = ((2014, 1), (2014, 3), (2014, 5), (2016, 1), (2016, 3))
SPANS = (1, 3, 5)
NORMAL = ndtri((1 + np.array(LEVELS)) / 2)


def halves() -> dict[str, bool]:
    """Countries by name, and whether they are of the half that built."""
    codes = world_table()["country"].unique().sort().to_list()
    first = {codes[at] for at in np.random.default_rng(SEED).permutation(len(codes))[: len(codes) // 2]}
    body = load_workbook(WORLD).get_sheet_by_index(0).to_python(skip_empty_area=False)[17:]
    return {str(row[2]): str(int(number(row[1]))) in first for row in body if row[0] != ""}


def panels() -> dict[str, CityPanel]:
    """One panel a country."""
    table = pl.read_csv(OECD).filter(pl.col("variable").str.starts_with("Population, all"))
    years = [name for name in table.columns if name.isdigit()]
    return {
        SPELLED.get(str(country), str(country)): CityPanel(
            tuple(rows["city"]), np.array(years, dtype=np.int64), np.log(rows.select(years).to_numpy())
        )
        for (country,), rows in table.group_by("country", maintain_order=True)
        if rows.height >= max(SPANS)
    }


def came(panel: CityPanel, origin: int, ahead: int) -> Floats:
    """The change of log population from a year."""
    first, last = np.searchsorted(panel.years, [origin, origin + ahead])
    return panel.logs[:, last] - panel.logs[:, first]


def damped(panel: CityPanel, origin: int, ahead: int, span: int) -> Floats:
    """Growth of the last years until an origin, which halves every ten years."""
    first = max(int(panel.years[0]), origin - span)
    return came(panel, first, origin - first) / (origin - first) * faded(np.array([float(ahead)]))


def damped_width(panel: CityPanel, origin: int, ahead: int, span: int) -> float:
    """Its root mean square error so many years ahead until an origin, or of the furthest seen."""
    squares: dict[int, list[float]] = {}
    for year in range(int(panel.years[0]) + 1, origin):
        for horizon in (far for far in SPANS if year + far <= origin):
            off = damped(panel, year, horizon, span) - came(panel, year, horizon)
            squares.setdefault(horizon, []).append(float(np.mean(off**2)))
    horizon = ahead if ahead in squares else max(squares)
    return float(np.sqrt(np.mean(squares[horizon]))) * ahead / horizon


def scores(panel: CityPanel, origin: int, ahead: int) -> tuple[float, float]:
    """CRPS of our forecast over that of the best of the damped trends, and the share within 80% bands."""
    seen = panel.through(origin)
    rows = project(seen, seen.cities, origin + ahead).rows.filter(year=origin + ahead)
    place = {city: row for row, city in enumerate(panel.cities)}
    at = np.array([place[city] for city in rows["city"]])
    middle = np.log(rows["value"].to_numpy())
    reach = np.log(rows.select("high80", "high95").to_numpy()) - middle[:, None]
    happened = came(panel, origin, ahead)
    off = panel.logs[at, np.searchsorted(panel.years, origin)] + happened[at] - middle
    rivals = []
    for span in SPANS:
        width = damped_width(panel, origin, ahead, span) * NORMAL
        error = happened - damped(panel, origin, ahead, span)
        rivals.append(_crps(error, np.broadcast_to(width, (len(error), 2))))
    return _crps(off, reach) / min(rivals), float(np.mean(np.abs(off) <= reach[:, 0]))


def _crps(error: Floats, reach: Floats) -> float:
    return float(crps(stray(reach, STRATA) - error[:, None], np.zeros(len(error))).mean())


def main() -> None:
    builds, by_country = halves(), panels()
    for half in (True, False):
        ratio, inside = np.array(
            [
                scores(panel, *case)
                for name, panel in by_country.items()
                if builds.get(name) is half
                for case in CASES
            ]
        ).T
        print(
            f"{'building' if half else 'judging'}: {len(ratio)} cases, CRPS to the best damped trend"
            f" {np.exp(np.log(ratio).mean()):.3f}, worst decile {np.quantile(ratio, 0.9):.2f},"
            f" most {ratio.max():.2f}; 80% bands hold {inside.mean():.0%}"
        )


if __name__ == "__main__":
    main()
