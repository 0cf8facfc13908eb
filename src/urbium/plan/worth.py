"""What a choice of start years is worth and costs, computed directly from the roadmap's arrays."""

import numpy as np
import polars as pl

from urbium.plan.layout import Floats, Integers, Layout

__all__ = ["attained", "objective", "spending", "starts_of", "worth_by_project"]


def starts_of(lay: Layout, x: Floats) -> Integers:
    """Read the start year index of each project off the start variables; -1 for never."""
    padded = np.append(x[: lay.starts], 0.0)
    chosen = (padded[lay.start] > 0.5) & (np.arange(lay.years) <= lay.last_start[:, None])  # noqa: PLR2004 - a half
    return np.where(chosen.any(axis=1), chosen.argmax(axis=1), -1)


def _links(lay: Layout) -> tuple[Integers, Integers, Floats, Integers]:
    """Effects as (project, gap, effect, years from start to effect)."""
    road = lay.roadmap
    linked = road.effects.join(
        road.projects.select("project", "city", "build_years"),
        on="project",
        how="left",
        maintain_order="left",
    )
    linked = linked.join(
        lay.gaps.select("city", "indicator", "gap"), on=["city", "indicator"], maintain_order="left"
    )
    project = np.array([lay.number[p] for p in linked["project"]], dtype=np.int64)
    wait = linked.select((pl.col("build_years") + pl.col("lag")).cast(pl.Int64)).to_series().to_numpy()
    return project, linked["gap"].to_numpy().astype(np.int64), linked["effect"].to_numpy(), wait


def attained(lay: Layout, start: Integers) -> Floats:
    """Return the summed effects on each gap in each year, before any ceiling: (gaps, years)."""
    project, gap, effect, wait = _links(lay)
    begun = start[project]
    real = begun >= 0
    reached = np.zeros((lay.gaps.height, lay.years + 1))
    first = np.minimum(begun + wait, lay.years)[real]
    np.add.at(reached, (gap[real], first), effect[real])
    return np.cumsum(reached[:, : lay.years], axis=1)


def _closed_value(lay: Layout, reached: Floats) -> Floats:
    """Discounted worth of what is closed, by gap and year."""
    ends = np.cumsum(lay.widths, axis=1)
    begins = ends - lay.widths
    parts = np.clip(reached[:, :, None] - begins[:, None, :], 0.0, lay.widths[:, None, :])
    return np.asarray((parts @ lay.slopes) * lay.gaps["worth"].to_numpy()[:, None] * lay.discount)


def spending(lay: Layout, start: Integers) -> tuple[Floats, Floats]:
    """Return capital and operation of each project and year: two (projects, years) arrays."""
    year = np.arange(lay.years)[None, :]
    begun = start[:, None]
    built = (begun >= 0) & (year >= begun) & (year < begun + lay.build[:, None])
    runs = (begun >= 0) & (year >= begun + lay.build[:, None])
    return built * (lay.capital / lay.build)[:, None], runs * lay.operation[:, None]


def objective(lay: Layout, start: Integers) -> float:
    """Return the plan's objective: weighted discounted gap closed minus the small price of spending.

    Premiums of the layout count too.
    """
    capital, operation = spending(lay, start)
    price = lay.roadmap.settings.spending_price
    return float(
        _closed_value(lay, attained(lay, start)).sum()
        - price * ((capital + operation) @ lay.discount).sum()
        + _premium(lay, start).sum()
    )


def _premium(lay: Layout, start: Integers) -> Floats:
    """Return the premium of each project at its start year; 0 for what is not chosen."""
    own = lay.premium[np.arange(len(start)), np.maximum(start, 0)]
    return np.where(start >= 0, own, 0.0)


def worth_by_project(lay: Layout, start: Integers) -> Floats:
    """Return what each chosen project adds last: the objective lost when it alone (nothing else) goes."""
    project, gap, effect, wait = _links(lay)
    reached = attained(lay, start)
    lost = np.zeros(len(start))
    base = _closed_value(lay, reached)
    begun = start[project]
    real = np.flatnonzero(begun >= 0)
    ends = np.cumsum(lay.widths, axis=1)
    begins = ends - lay.widths
    active = np.arange(lay.years)[None, :] >= (begun[real] + wait[real])[:, None]
    less = reached[gap[real]] - active * effect[real][:, None]
    widths = lay.widths[gap[real]]
    parts = np.clip(less[:, :, None] - begins[gap[real]][:, None, :], 0.0, widths[:, None, :])
    value = (parts @ lay.slopes) * lay.gaps["worth"].to_numpy()[gap[real]][:, None] * lay.discount
    np.add.at(lost, project[real], (base[gap[real]] - value).sum(axis=1))
    capital, operation = spending(lay, start)
    spent = lay.roadmap.settings.spending_price * ((capital + operation) @ lay.discount)
    return lost - spent + _premium(lay, start)
