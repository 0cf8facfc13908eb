"""How fast a market is matched: 5,000 projects and 500 mandates through rules, shortlists, money and checks.

Projects and mandates are made up. Times are those of the processor; the bound says by how much the money
could be better placed at most.

    python bench/market.py [--projects 5000] [--mandates 500]
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from urbium.market.mandates import Mandate
from urbium.market.match import match
from urbium.market.prospects import GRADES, Pipeline, Prospect

SECTORS = ("energy", "water", "mobility", "health", "waste")
MODELS = ("PPP", "FDI", "MDB", "GREENBOND", "ESCO")


def prospects(random: np.random.Generator, count: int) -> list[Prospect]:
    """Return made-up projects of a few millions up to some hundreds."""
    rows = []
    for at in range(count):
        sought = float(random.lognormal(3.0, 1.0)) + 1.0
        rows.append(
            Prospect(
                code=f"p{at:05}", title="Made up", city=f"c{at % 286:03}", place=f"c{at % 286:03}",
                country="MEX", solution=f"S{at % 55}", sector=SECTORS[at % 5], start=2030, finish=2032,
                capital=sought * 2, sought=sought,
                least=sought * float(random.uniform(0.05, 0.5)), currency="EUR",
                price_year="2025", evidence=GRADES[at % 4], tenor=float(random.integers(5, 25)),
                instruments=tuple(random.choice(MODELS, 2, replace=False).tolist()),
            )
        )  # fmt: skip
    return rows


def mandates(random: np.random.Generator, count: int) -> list[Mandate]:
    """Return made-up mandates; half ask for sectors, a third for evidence."""
    rows = []
    for at in range(count):
        least = float(random.uniform(2, 20))
        most = least * float(random.uniform(2, 10))
        rows.append(
            Mandate(
                code=f"m{at:04}", title="Made up", country="NLD", currency="EUR", ticket_least=least,
                ticket_most=most, budget=most * float(random.uniform(1, 5)),
                seats=int(random.integers(5, 30)),
                sectors=tuple(random.choice(SECTORS, 2, replace=False).tolist()) if at % 2 else (),
                instruments=tuple(random.choice(MODELS, 2, replace=False).tolist()),
                tenor=float(random.integers(8, 25)), evidence="by_construction" if at % 3 == 0 else "",
            )
        )  # fmt: skip
    return rows


@contextmanager
def timed(name: str) -> Iterator[None]:
    began = time.process_time()
    yield
    print(f"{name:<34}{time.process_time() - began:6.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=5000)
    parser.add_argument("--mandates", type=int, default=500)
    options = parser.parse_args()
    random = np.random.default_rng(0)
    pipeline, funds = Pipeline(prospects(random, options.projects)), mandates(random, options.mandates)
    with timed("rules, shortlists and money"):
        result = match(pipeline, funds, seconds=3.0)
    with timed("shortlists checked"):
        is_stable = result.seats.is_stable
    with timed("money that blocks"):
        blocking = result.blocking
    pairs, seats = len(result.pairs.project), int(result.has_seat.sum())
    print(f"{pairs:,} pairs admitted, {seats:,} seats, stable: {is_stable}")
    sought, offered = result.tickets.lacking.sum(), result.tickets.budget.sum()
    print(
        f"placed {result.placement.amounts.sum():,.0f} million; {sought:,.0f} sought, {offered:,.0f} offered"
    )
    print(f"other amounts could be better by {result.placement.gap:.2%} at most")
    print(f"{len(blocking):,} pairs would move {sum(row.moved for row in blocking):,.0f} million")


if __name__ == "__main__":
    main()
