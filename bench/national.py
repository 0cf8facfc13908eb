"""The seeded national instances of the reference folder, read as our arrays (see ``instances.py``)."""

from types import ModuleType
from typing import Any

import numpy as np

from instances import drawn
from urbium.plan.search.national.instance import Cities, Instance, Nation, ProjectArrays


def read(cities: list[dict[str, Any]], nation: dict[str, Any], module: ModuleType) -> Instance:
    """Read what ``gen`` returns; the constants of its model are those of its module."""
    count, years = len(cities), len(nation["N"])
    size = np.array([len(city["d"]) for city in cities])
    first = np.cumsum(size) - size

    def joined(name: str) -> np.ndarray:
        return np.concatenate([city[name] for city in cities])

    duration, cost = joined("d").astype(np.int64), joined("cost")
    teaching = np.zeros((size.sum(), module.K))
    for city, begin in zip(cities, first, strict=True):
        for project, occupation, places in city["train"]:
            teaching[begin + project, occupation] += places
    projects = ProjectArrays(
        city=np.repeat(np.arange(count), size),
        duration=duration,
        earliest=np.zeros(size.sum(), dtype=np.int64),
        latest=years - duration,
        cost=cost,
        operation=0.04 * cost,
        private=joined("rho"),
        foreign=joined("phi"),
        outside=joined("sig"),
        **dict.fromkeys(
            ("national", "private_national", "foreign_national", "besides"), np.ones(size.sum())
        ),  # the nation's share is limited by city, not by project
        effect=joined("v"),
        effect_lag=np.zeros((size.sum(), module.I), dtype=np.int64),
        rollout=np.ones((size.sum(), module.I), dtype=np.int64),
        staff=joined("r"),
        running=np.zeros((size.sum(), module.K)),
        teaching=teaching,
        premium=np.zeros((size.sum(), years)),
    )
    worth = np.array([city["w"] for city in cities])
    weight = np.array([city["gapw"] for city in cities])
    own = Cities(
        region=np.unique([city["reg"] for city in cities], return_inverse=True)[1].astype(np.int64),
        budget=np.array([city["B"] for city in cities]),
        upkeep=np.full(len(cities), np.finfo(float).max),
        pool=np.repeat(np.array([city["P"] for city in cities])[:, :, None], years, axis=2),
        worth=worth,
        weight=weight,
        ceiling=np.ones_like(weight),
        least_closing=np.array([city["theta"] for city in cities]),
    )
    shared = Nation(
        budget=nation["N"],
        pool=np.repeat(nation["Q"][:, None], years, axis=1),
        training_cost=nation["zc"],
        training_places=nation["ze"],
        training_most=np.full(module.K, nation["zmax"]),
        at_start=np.zeros(module.K, dtype=bool),
        training_lag=module.LAGTR,
        teaching_lag=1,
        national_share=0.6,
        private_share=0.35,
        foreign_share=module.PHI,
        parity=module.KAPPA,
        year_weight=nation["delta"] / nation["delta"].sum(),
        spending_price=np.zeros(years),
        width=module.SEG,
        slope=module.SL,
        shortfall_price=float(worth.sum(axis=1).max()),
        region_price=float(worth.sum(axis=1).max()),
    )
    groups = [(begin, group) for city, begin in zip(cities, first, strict=True) for group in city["excl"]]
    standards = [
        (c, begin, s) for c, (city, begin) in enumerate(zip(cities, first, strict=True)) for s in city["std"]
    ]
    return Instance(
        projects,
        own,
        shared,
        needs=_table(
            [
                (begin + i, begin + j, lag)
                for city, begin in zip(cities, first, strict=True)
                for i, j, lag in city["prec"]
            ],
            3,
        ),
        exclusive=_table([(g, begin + j) for g, (begin, group) in enumerate(groups) for j in group], 2),
        standards=_table([(c, min(8, years - 2)) for c, _, _ in standards], 2),
        is_due=np.zeros(len(standards), dtype=bool),
        wishes=_table([], 3),
        wish_price=np.zeros(0),
        covers=_table(
            [(s, begin + j) for s, (_, begin, members) in enumerate(standards) for j in members], 2
        ),
    )


def seeded(size: str, seed: int = 1, *, is_tight: bool = False) -> Instance:
    """Return the instance of a size (S, M, L, XL) and seed; tight: parity 0.85 and least closing 0.22."""
    return read(*drawn(size, seed, is_tight=is_tight))


def _table(rows: list[tuple[int, ...]], width: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(-1, width)
