"""Generated programmes: whatever nation, files and tables an office has, the laws hold on its whole walk.

Seeds of choice: ``URBIUM_NET_SEEDS=17,900-920 pytest tests/net -k of_a_seed``. A seed that breaks a law is
made small by ``URBIUM_NET_REDUCE=1``, which says by which facets alone it does.
"""

import os
from pathlib import Path

import pytest

from drawn_programmes import Drawn, drawn, reduced
from laws import KNOWN, broken
from office_walk import walk_of

QUICK = (7, *(pytest.param(seed, marks=pytest.mark.long) for seed in (5, 0, 3, 6, 13)))
"""Seeds of every run, and of the long one: between them every stage, kind of file and of catalogue, and
what is handed out."""
WHOLE, CHUNK = 1000, 25
"""Seeds of a release, and how many of these a test tries: one of them on every page, with PDF, three
addresses of each route and ten commands of advice, which costs several times as much."""


def named_seeds() -> list[int]:
    """Return the seeds that the environment names."""
    seeds: list[int] = []
    for part in filter(None, os.environ.get("URBIUM_NET_SEEDS", "").split(",")):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def breaches_of(programme: Drawn, folder: Path, *, is_whole: bool = False) -> list[str]:
    folder.mkdir()
    return broken(walk_of(programme, folder, is_whole=is_whole).breaches)


def said_of(seed: int, programme: Drawn, breaches: list[str], tmp_path: Path) -> str:
    """Return what is broken, by which facets, and how to run it again."""
    if os.environ.get("URBIUM_NET_REDUCE"):
        law = breaches[0].split("]")[0]
        tries = iter(range(1000))
        programme = reduced(
            programme,
            lambda smaller: any(
                line.startswith(law) for line in breaches_of(smaller, tmp_path / f"smaller{next(tries)}")
            ),
        )
    lines = "\n  ".join(breaches)
    return f"seed {seed}, URBIUM_NET_SEEDS={seed}\n  {lines}\n  drawn: {programme.odd()}"


@pytest.mark.parametrize("seed", named_seeds() or QUICK)
def test_the_laws_hold_on_the_walk_of_a_seed(seed, tmp_path):
    programme = drawn(seed)
    breaches = breaches_of(programme, tmp_path / "office")
    assert not breaches, said_of(seed, programme, breaches, tmp_path)


_BRIEF = {"catalogue": "roles only", "forecasts": (), "hands_out": ()}
NAMED = {
    "a budget without money is said in words": Drawn(budget=0.0, stages="outlook and plan", **_BRIEF),
    "no plan is called ready without funds": Drawn(
        catalogue="parts", retired=("funds", "needs"), stages="plan"
    ),
    "a city alone with people of one year has no outlook, and the doctor says so": Drawn(
        cities=1, years=1, stages="outlook", is_visited=False, **_BRIEF
    ),
    "pages of an outlook and a plan need no counts by age": Drawn(stages="outlook and plan", **_BRIEF),
    "effects of the starter are words without a code": Drawn(
        stages="plan", forecasts=(), hands_out=(), is_visited=False
    ),
}
"""What seeds once found, by the facets that were left of them."""


@pytest.mark.long
@pytest.mark.parametrize("case", NAMED)
def test_what_a_seed_once_found_stays_mended(case, tmp_path):
    breaches = breaches_of(NAMED[case], tmp_path / "office")
    assert not breaches, "\n".join(breaches)


@pytest.mark.release
@pytest.mark.parametrize("first", range(0, WHOLE, CHUNK))
def test_the_laws_hold_on_the_walks_of_many_seeds(first, tmp_path):
    told = []
    for seed in range(first, first + CHUNK):
        programme = drawn(seed)
        breaches = breaches_of(programme, tmp_path / f"office{seed}", is_whole=seed % CHUNK == 0)
        told += [said_of(seed, programme, breaches, tmp_path)] if breaches else []
    assert not told, "\n".join(told)


def test_no_breach_is_let_pass():
    assert not KNOWN
