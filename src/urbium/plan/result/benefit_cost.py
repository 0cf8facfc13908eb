"""What each candidate is worth by itself for its cost, nothing else being built and nothing scarce."""

import numpy as np
import polars as pl

from urbium.plan.variables import Floats, Integers, Variables


def benefit_cost_ratios(lay: Variables) -> Floats:
    """Return what each project would gain by itself, built at once, for each million spent: (projects,).

    The gain is the discounted worth of what it closes, the spending is discounted capital and operation. A
    project that others require has at least the ratio of the best of those.
    """
    project, _, value = link_gains(lay)
    gain = np.zeros(len(lay.build))
    np.add.at(gain, project, value)
    spent = spending_alone(lay)
    ratio: Floats = np.divide(gain, spent, out=np.where(gain > 0, np.inf, 0.0), where=spent > 0)
    pairs = [
        (lay.number[p], lay.number[q])
        for p, q in lay.roadmap.hard_prerequisites.select("project", "requires").iter_rows()
    ]
    while any(ratio[q] < ratio[p] for p, q in pairs):
        for p, q in pairs:
            ratio[q] = max(ratio[q], ratio[p])
    return ratio


def link_gains(lay: Variables) -> tuple[Integers, Integers, Floats]:
    """Return project, gap and gain of each effect, its project built at once and alone: (effects,) each."""
    road = lay.roadmap
    links = road.effects.join(
        road.projects.select("project", "city", "build_years"),
        on="project",
        how="left",
        maintain_order="left",
    ).join(lay.gaps.select("city", "indicator", "gap"), on=["city", "indicator"], maintain_order="left")
    project = np.array([lay.number[p] for p in links["project"]], dtype=np.int64)
    gap = links["gap"].to_numpy().astype(np.int64)
    wait = links.select((pl.col("build_years") + pl.col("lag")).cast(pl.Int64)).to_series().to_numpy()
    begins = np.cumsum(lay.widths, axis=1) - lay.widths
    closed = np.clip(links["effect"].to_numpy()[:, None] - begins[gap], 0.0, lay.widths[gap])
    later = np.cumsum(lay.year_worth[::-1])[::-1]
    first, share = lay.felt(wait.astype(np.int64))
    value = (closed @ lay.slopes) * lay.gaps["worth"].to_numpy()[gap] * later[first] * share
    return project, gap, np.asarray(value)


def spending_alone(lay: Variables) -> Floats:
    """Return the discounted capital and operation of each project built at once: (projects,) in millions."""
    later = np.append(np.cumsum(lay.discount[::-1])[::-1], 0.0)
    built = np.minimum(lay.build, lay.years)
    return np.asarray(lay.capital / lay.build * (later[0] - later[built]) + lay.yearly * later[built])
