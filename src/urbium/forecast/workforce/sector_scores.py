"""Back-test of shares: how futures of sectors are scored, and the simple rivals they are held against."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from urbium.columns import schema_of
from urbium.forecast.accuracy import crps
from urbium.forecast.paths import LEVELS, Floats
from urbium.forecast.workforce.composition import close, replace_zeros
from urbium.forecast.workforce.sectors import LEAST, SECTORS, SectorPanel

REPORT: Final = schema_of("method horizon sector places figures crps coverage80 coverage95")
"""The columns of a report; horizon null and sector ``all`` stand for all of them, scores are shares."""

FEWEST: Final = 3
"""Years without which a trend is taken as flat."""

Point = Callable[[SectorPanel, int], Floats]
"""From shares and a number of years to the shares of those years, (C, H, 3)."""


def score_futures(
    method: str, shares: Floats, came: Floats, parts: tuple[str, ...] = SECTORS
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the report of one method: by horizon and sector, and over all.

    Parameters
    ----------
    method : what it is called
    shares : (C, H, P, D) array of paths; one path is a point
    came : (C, H, D) array, NaN where not known
    parts : the D sectors
    """
    spread = np.moveaxis(shares, 2, 3)
    is_known = np.isfinite(came)
    score = crps(spread, np.where(is_known, came, 0.0))
    edges = [round(0.5 + side * level / 2, 6) for level in LEVELS for side in (-1, 1)]
    low80, high80, low95, high95 = np.quantile(spread, edges, axis=-1)
    inside80 = np.asarray((came >= low80) & (came <= high80), dtype=np.float64)
    inside95 = np.asarray((came >= low95) & (came <= high95), dtype=np.float64)
    is_point = shares.shape[2] == 1
    for horizon in (None, *range(1, came.shape[1] + 1)):
        for sector in ("all", *parts):
            here = is_known.copy()
            here[:, [step for step in range(came.shape[1]) if horizon not in (None, step + 1)]] = False
            here[..., [at for at, name in enumerate(parts) if sector not in ("all", name)]] = False
            if here.any():
                yield (
                    method, horizon, sector, int(here.any(axis=(1, 2)).sum()), int(here.sum()),
                    float(score[here].mean()),
                    None if is_point else float(inside80[here].mean()),
                    None if is_point else float(inside95[here].mean()),
                )  # fmt: skip


def persistence(panel: SectorPanel, years: int) -> Floats:
    """Return the last shares, (C, H, 3), for every year to come."""
    return np.repeat(panel.shares[:, -1:], years, axis=1)


def linear_trend(window: int) -> Point:
    """Return the rival that draws a straight line through so many last years on from the last one."""

    def point(panel: SectorPanel, years: int) -> Floats:
        recent = panel.shares[:, -window:]
        here = np.isfinite(recent)
        count = np.maximum(here.sum(axis=1, keepdims=True), 1)
        time = np.where(here, np.arange(recent.shape[1], dtype=float)[None, :, None], 0.0)
        time = np.where(here, time - time.sum(axis=1, keepdims=True) / count, 0.0)
        slope = (time * np.where(here, recent, 0.0)).sum(axis=1) / np.maximum((time**2).sum(axis=1), 1e-9)
        slope = np.where(here.sum(axis=1) >= FEWEST, slope, 0.0)
        ahead = np.arange(1, years + 1, dtype=float)[None, :, None]
        drawn = np.maximum(panel.shares[:, -1][:, None] + ahead * slope[:, None], 0.0)
        return replace_zeros(close(drawn), LEAST)

    return point
