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

QUICK, WHOLE, CHUNK = 25, 1000, 25


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


@pytest.mark.parametrize("seed", named_seeds() or range(QUICK))
def test_the_laws_hold_on_the_walk_of_a_seed(seed, tmp_path):
    programme = drawn(seed)
    breaches = breaches_of(programme, tmp_path / "office")
    assert not breaches, said_of(seed, programme, breaches, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("first", range(QUICK, WHOLE, CHUNK))
def test_the_laws_hold_on_the_walks_of_many_seeds(first, tmp_path):
    told = []
    for seed in range(first, first + CHUNK):
        programme = drawn(seed)
        breaches = breaches_of(programme, tmp_path / f"office{seed}", is_whole=True)
        told += [said_of(seed, programme, breaches, tmp_path)] if breaches else []
    assert not told, "\n".join(told)


def test_no_breach_is_let_pass():
    assert not KNOWN
