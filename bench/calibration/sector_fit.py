"""Sector fit: learn the pooled model of sectors from a panel of countries.

Every step is a regression that heavy tails do not pull about (Student's t, by reweighting), in which a
country counts by its own scale. How wide the bands are is set by back-test: the surprises are widened until
bands of earlier origins, all within the panel, held what they claim.

The constants (how fast surprises are forgotten, how much of the last change goes on) were set by scores on
origins before 2005 with figures to 2005. The years 2006 to 2019, on which the model is judged, were looked at
about ten times on the way, and three changes followed such a look (the memory of surprises, the cap on how
much of the last change goes on, finer steps of calibration): their figures are kinder than those of a test
taken once.

References
----------
Lange, Little, Taylor: *Robust Statistical Modeling Using the t Distribution* (1989).
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import LEVELS, Floats
from urbium.forecast.workforce.composition import ilr
from urbium.forecast.workforce.jobs import Elasticities
from urbium.forecast.workforce.sectors import (
    SECTORS,
    TAIL,
    SectorModel,
    SectorPanel,
    features,
    filled,
    forecast_sectors,
    powers,
    scale_of,
    steps_known,
)

ORIGINS: Final = (-14, -11, -8, -5, -3)
"""Origins of the back-test that sets the bands, in years from the last of the panel."""

WIDTHS: Final = (0.5, 0.9, 1.6)
"""Widths of the surprises that the back-test tries, as multiples of those of the next year."""

_CLOSE_BY: Final = (0.92, 1.08)
_FIGURES: Final = 5
_FURTHEST: Final = 14
_ROUNDS: Final = 4
_REWEIGHTS: Final = 40
_PATHS: Final = 500
_MOST: Final[Mapping[int, float]] = MappingProxyType({2: 0.0, 3: 0.0, 4: 0.5})
_QUARTILE: Final = 0.6745
_LIMIT: Final = 4.0


def fit_sectors(panel: SectorPanel) -> SectorModel:
    """Return the model that the panel teaches, with bands that held on origins within the panel.

    Parameters
    ----------
    panel : shares of one series and income of many countries; the more countries the better, 30 at least

    Raises nothing of its own; a panel without 30 countries teaches little.
    """
    model = _path(panel, _income(panel))
    seen = features(model, panel)
    change, scale, noise = np.empty((2, 6)), np.empty(2), np.empty(2)
    surprises = []
    for k in range(2):
        usable = seen.is_known[:, 1:] & np.isfinite(seen.terms[..., k, :]).all(axis=-1)
        change[k], surprise, scale[k], noise[k] = _regress(
            seen.terms[..., k, :], seen.change[:, 1:, k], usable, _MOST
        )
        surprises.append(surprise / scale[k])
    both = np.isfinite(surprises[0]) & np.isfinite(surprises[1])
    bounded = [np.clip(surprise[both], -_LIMIT, _LIMIT) for surprise in surprises]
    together = float(np.corrcoef(*bounded)[0, 1])
    return widen(replace(model, change=change, scale=scale, noise=noise, together=together), panel)


def learn_elasticities(jobs: Floats, output: Floats) -> Elasticities:
    """Learn from growth over several spans, one after the other.

    Parameters
    ----------
    jobs, output : (C, W, 3) arrays, log growth a year, per head, of C countries over W spans; NaN where not
        known
    """
    parts = []
    for sector in range(len(SECTORS)):
        grown, produced = jobs[..., sector], output[..., sector]
        is_given = np.isfinite(grown) & np.isfinite(produced)
        rows = np.stack([np.ones(int(is_given.sum())), produced[is_given]], axis=1)
        beta, _ = heavy_tailed(rows, grown[is_given], np.ones(len(rows)))
        surplus = np.where(is_given, grown - beta[0] - beta[1] * produced, np.nan)
        before, after = surplus[:, :-1].ravel(), surplus[:, 1:].ravel()
        both = np.isfinite(before) & np.isfinite(after)
        carried, spread = heavy_tailed(before[both][:, None], after[both], np.ones(int(both.sum())))
        parts.append((beta[0], beta[1], carried[0], spread))
    return Elasticities(*np.array(parts).T)


def widen(model: SectorModel, panel: SectorPanel) -> SectorModel:
    """Return the model with its surprises widened (or narrowed) so that bands hold on earlier origins.

    At the one number that is looked for, the shares of figures inside the two bands add up to what the bands
    claim, over all horizons up to 14 years. It is read between :data:`WIDTHS`, then once more close by.
    """
    tries = [part for part in (_origin(panel, int(panel.years[-1]) + back) for back in ORIGINS) if part]
    if not tries:
        return model
    width = 1.0
    for steps in (WIDTHS, _CLOSE_BY):
        tried = [width * step for step in steps]
        excess = [_excess(replace(model, noise=model.noise * wider), tries) for wider in tried]
        width = float(np.interp(0.0, excess, tried))
    return replace(model, noise=model.noise * width)


def heavy_tailed(rows: Floats, target: Floats, scale: Floats) -> tuple[Floats, float]:
    """Regress with Student's t errors of given relative scale.

    Parameters
    ----------
    rows, target : (N, K) and (N,) arrays
    scale : (N,) array, above zero; what is known of the size of each error

    Returns
    -------
    the coefficients, (K,), and the scale common to all errors
    """
    rows, target = rows / scale[:, None], target / scale
    weight = np.ones(len(target))
    for _ in range(_REWEIGHTS):
        weighted = rows * weight[:, None]
        beta = np.linalg.solve(weighted.T @ rows, weighted.T @ target)
        off = target - rows @ beta
        square = float((weight * off**2).mean())
        weight = (TAIL + 1) / (TAIL + off**2 / square)
    return np.asarray(beta, dtype=np.float64), float(np.sqrt(square))


def _origin(panel: SectorPanel, origin: int) -> tuple[SectorPanel, Floats] | None:
    """The panel as known at an origin, and the shares that came, (C, H, 3)."""
    past = panel.until(origin)
    if not past.years.size:
        return None
    here = np.isfinite(past.shares[..., 0])
    usable = here[:, -1] & (here.sum(axis=1) >= _FIGURES) & np.isfinite(past.income[:, -1])
    if not usable.any():
        return None
    came = panel.shares[usable][:, len(past.years) : len(past.years) + _FURTHEST]
    return past.rows(usable), came


def _excess(model: SectorModel, tries: list[tuple[SectorPanel, Floats]]) -> float:
    """Share of all figures inside the 80% band plus that inside the 95% band, less what they claim."""
    inside: list[Floats] = []
    edges = [round(0.5 + side * level / 2, 6) for level in LEVELS for side in (-1, 1)]
    for past, came in tries:
        shares = forecast_sectors(model, past, years=came.shape[1], paths=_PATHS).shares
        low80, high80, low95, high95 = np.quantile(shares, edges, axis=2)
        both = ((came >= low80) & (came <= high80)).astype(float) + ((came >= low95) & (came <= high95))
        inside.append(both[np.isfinite(came)])
    return float(np.concatenate(inside).mean()) - sum(LEVELS)


def _income(panel: SectorPanel) -> SectorModel:
    """A model that knows how income grows, and nothing yet of shares."""
    logs = np.log(panel.income)
    growth = np.diff(logs, axis=1)
    blank = SectorModel(
        path=np.zeros((3, 2)),
        change=np.zeros((2, 6)),
        usual=np.zeros(2),
        scale=np.ones(2),
        noise=np.ones(2),
        together=0.0,
        growth=np.zeros(4),
        usual_growth=float(np.nanmedian(growth)),
        growth_scale=1.0,
        growth_noise=1.0,
        implied=np.zeros(4),
    )
    seen = features(blank, panel)
    usable = seen.income_known[:, 1:] & np.isfinite(seen.income_terms).all(axis=-1)
    beta, _, scale, noise = _regress(seen.income_terms, seen.income_change[:, 1:], usable)
    return replace(blank, growth=beta, growth_scale=scale, growth_noise=noise)


def _path(panel: SectorPanel, model: SectorModel) -> SectorModel:
    """Add the path of shares along income, and income as shares imply it; every country weighs the same."""
    at, logs = ilr(panel.shares), filled(np.log(panel.income))
    usable = np.isfinite(at[..., 0]) & np.isfinite(logs)
    weight = np.broadcast_to(1 / np.maximum(usable.sum(axis=1, keepdims=True), 1), usable.shape)[usable]
    root = np.sqrt(weight)[:, None]
    terms = powers(logs[usable])
    path = np.linalg.lstsq(terms * root, at[usable] * root, rcond=None)[0]
    back = np.concatenate([np.ones_like(root), at[usable]], axis=1)
    implied = np.linalg.lstsq(back * root, logs[usable] * root[:, 0], rcond=None)[0]
    off = logs[usable] - back @ implied
    spread = np.sqrt((weight * off**2).sum() / weight.sum())
    follows = steps_known(at[..., 0])[:, 1:]
    usual = np.array([np.median(np.diff(at[..., k], axis=1)[follows]) for k in range(2)])
    return replace(model, path=path, implied=np.append(implied, spread), usual=usual)


def _regress(
    terms: Floats,
    change: Floats,
    usable: NDArray[np.bool_],
    most: Mapping[int, float] = MappingProxyType({}),
) -> tuple[Floats, Floats, float, float]:
    """Fit ``change``, (C, T), by ``terms``, (C, T, K), with each place's own scale.

    ``most`` bounds coefficients from above: one that would be larger is held at its bound and the others are
    fitted again. The pulls are never pushes; and of the change of the last years at most half goes on, which
    on earlier origins forecasts far years better than what fits the next year best, because sources
    interpolate.

    Returns the coefficients, the surprises, (C, T), the scale of the median place and the widening over it.
    """
    places = np.nonzero(usable)[0]
    rows, target = terms[usable], change[usable]
    held: dict[int, float] = {}
    while True:
        free = [at for at in range(terms.shape[-1]) if at not in held]
        beta = np.zeros(terms.shape[-1])
        beta[list(held)] = list(held.values())
        size = np.full(len(change), _spread(target))
        for _ in range(_ROUNDS):
            beta[free], noise = heavy_tailed(
                rows[:, free], target - rows[:, list(held)] @ beta[list(held)], size[places]
            )
            surprise = np.full(usable.shape, np.nan)
            surprise[usable] = target - rows @ beta
            median = _spread(surprise[usable])
            size = scale_of(surprise, median)
        beyond = {at: bound for at, bound in most.items() if at in free and beta[at] > bound}
        if not beyond:
            return beta, surprise, median, noise
        held |= beyond


def _spread(values: Floats) -> float:
    """Standard deviation as the median absolute value tells it, whatever the tails."""
    return float(np.median(np.abs(values)) / _QUARTILE)
