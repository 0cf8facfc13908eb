"""Sector back-test: the forecast of sectors on years held out, against persistence and linear trends.

The rivals come twice: as a point, whose score is the absolute error, and with bands made of their own past
errors, in log-ratios, at the same horizon, of all countries. The trend uses as many own years as served
best on earlier origins. ``drift of all`` is persistence with the past errors as they were, not centred: what
the mean country did, every country does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from calibration.sector_combination_fit import fit_combination
from calibration.sector_fit import fit_sectors
from urbium.errors import InputError
from urbium.forecast.paths import Floats
from urbium.forecast.workforce.composition import ilr, ilr_inverse
from urbium.forecast.workforce.sector_combination import combine_paths
from urbium.forecast.workforce.sector_scores import (
    FEWEST,
    REPORT,
    Point,
    linear_trend,
    persistence,
    score_futures,
)
from urbium.forecast.workforce.sectors import SectorModel, SectorPanel, forecast_sectors
from urbium.text import coded, text

METHODS: Final = (
    "combination",
    "model",
    "persistence",
    "persistence with bands",
    "linear trend",
    "linear trend with bands",
    "drift of all",
)
"""The forecast, the pooled model alone, and the rivals."""

_WINDOWS: Final = (5, 10, 15, 30)
_DRAWS: Final = 400


@dataclass(frozen=True, slots=True)
class SectorBacktest:
    """What a back-test found.

    Attributes
    ----------
    model : as learned from the years up to the origin
    report : columns of :data:`REPORT`
    used : countries forecast
    left_out : place, reason
    window : years behind the linear trend
    futures : by method, (C, H, P, 3) arrays of shares; one path is a point
    came : (C, H, 3) array, NaN where not known
    """

    model: SectorModel
    report: pl.DataFrame
    used: tuple[str, ...]
    left_out: pl.DataFrame
    window: int
    futures: Mapping[str, Floats]
    came: Floats

    def figure(
        self, name: str, method: str = "model", *, horizon: int | None = None, sector: str = "all"
    ) -> float:
        """Return one figure of the report, such as ``crps`` or ``coverage80``."""
        row = self.report.filter(
            pl.col("method") == method,
            pl.col("horizon").eq_missing(pl.lit(horizon)),
            pl.col("sector") == sector,
        )
        return float(row[name].item())


def backtest_sectors(
    panel: SectorPanel, *, origin: int, to: int, paths: int = 1000, seed: int = 0
) -> SectorBacktest:
    """Learn from the years up to ``origin``, forecast to ``to``, and compare with what came.

    Parameters
    ----------
    panel : shares of one series and income; what lies after ``origin`` only judges
    origin, to : years; a country takes part with shares and income at the origin and shares after it

    Raises InputError when the panel does not reach beyond the origin.
    """
    if not panel.years[0] <= origin < to <= panel.years[-1]:
        raise InputError(
            coded(
                "forecast.calibration.years",
                "{origin} to {to} is not within the figures, {first} to {last}",
                origin=origin,
                to=to,
                first=int(panel.years[0]),
                last=int(panel.years[-1]),
            ),
            place="back-test",
            remedy=text("choose years that were observed"),
        )
    past = panel.until(origin)
    after = panel.shares[:, len(past.years) : len(past.years) + to - origin]
    usable, left_out = _takes_part(past, after, origin)
    model = fit_sectors(past)
    start, came = past.rows(usable), after[usable]
    years = to - origin
    window = min(_WINDOWS, key=lambda size: _past_loss(past, size, years))
    trend = linear_trend(window)
    drawn = forecast_sectors(model, start, years=years, paths=paths, seed=seed)
    futures = {
        "combination": combine_paths(fit_combination(past), start, drawn).shares,
        "model": drawn.shares,
        "persistence": persistence(start, years)[:, :, None],
        "persistence with bands": _banded(past, start, years, persistence, 0.5, centred=True),
        "linear trend": trend(start, years)[:, :, None],
        "linear trend with bands": _banded(past, start, years, trend, 1.0, centred=True),
        "drift of all": _banded(past, start, years, persistence, 1.0, centred=False),
    }
    rows = [row for method in METHODS for row in score_futures(method, futures[method], came)]
    return SectorBacktest(
        model,
        pl.DataFrame(rows, schema=REPORT, orient="row"),
        start.places,
        left_out,
        window,
        futures,
        came,
    )


def _takes_part(past: SectorPanel, after: Floats, origin: int) -> tuple[NDArray[np.bool_], pl.DataFrame]:
    """Mark the countries that take part, and list the others with the reason."""
    checks: dict[str, NDArray[np.bool_]] = {
        text("no usable shares in {year}", year=origin): np.isfinite(past.shares[:, -1, 0]),
        text("no income in {year}", year=origin): np.isfinite(past.income[:, -1]),
        text("no usable shares after {year}", year=origin): np.asarray(
            np.isfinite(after[..., 0]).any(axis=1)
        ),
    }
    usable = np.asarray(np.stack(list(checks.values())).all(axis=0), dtype=np.bool_)
    rows = [
        (place, next(reason for reason, passed in checks.items() if not passed[at]))
        for at, place in enumerate(past.places)
        if not usable[at]
    ]
    return usable, pl.DataFrame(rows, schema={"place": pl.String, "reason": pl.String}, orient="row")


def _origins(panel: SectorPanel) -> Iterator[tuple[SectorPanel, Floats]]:
    """Every earlier origin: the countries with shares then, and the shares that came, (C, H, 3)."""
    for at in range(FEWEST, len(panel.years) - 1):
        usable = np.isfinite(panel.shares[:, at, 0])
        if usable.any():
            yield panel.until(int(panel.years[at])).rows(usable), panel.shares[usable, at + 1 :]


def _past_loss(panel: SectorPanel, window: int, years: int) -> float:
    """Mean absolute error of a trend of this window on earlier origins."""
    off = [
        np.abs(linear_trend(window)(past, min(years, came.shape[1])) - came[:, :years]).ravel()
        for past, came in _origins(panel)
    ]
    return float(np.nanmean(np.concatenate(off)))


def _banded(
    panel: SectorPanel, start: SectorPanel, years: int, point: Point, power: float, *, centred: bool
) -> Floats:
    """Put the past errors of a rival, (E, 2) at each horizon, around its point: (C, H, E, 3).

    Beyond the longest horizon seen, its errors grow with the power; centred errors come with both signs.
    """
    errors: dict[int, list[Floats]] = {}
    for past, came in _origins(panel):
        reach = min(years, came.shape[1])
        off = ilr(came[:, :reach]) - ilr(point(past, reach))
        for step in range(reach):
            errors.setdefault(step, []).append(off[:, step][np.isfinite(off[:, step, 0])])
    pooled = {step: np.concatenate(parts) for step, parts in errors.items()}
    pooled = {step: part for step, part in pooled.items() if len(part) >= FEWEST}
    middle = ilr(point(start, years))
    shares = []
    for step in range(years):
        nearest = min(step, max(pooled))
        part = pooled[nearest] * ((step + 1) / (nearest + 1)) ** power
        part = part[np.linspace(0, len(part) - 1, min(len(part), _DRAWS // 2)).round().astype(int)]
        part = np.concatenate([part, -part]) if centred else np.concatenate([part, part])
        shares.append(ilr_inverse(middle[:, step, None] + part))
    most = max(part.shape[1] for part in shares)
    return np.stack(
        [np.resize(part.swapaxes(0, 1), (most, *part.shape[::2])).swapaxes(0, 1) for part in shares], axis=1
    )
