"""A plan to begin with: whether a search may begin with start years that are given, and what they break.

What is given comes from people or from another method, so that it is looked at before the search trusts it:
the compiled evaluator counts money and people, but neither windows nor prerequisites nor exclusions.
"""

from collections.abc import Iterator

import numpy as np

from urbium.errors import InputError
from urbium.plan.search.national.annealing import Annealed, Schedule, anneal_nation
from urbium.plan.search.national.evaluate import evaluate
from urbium.plan.search.national.instance import Instance, Integers
from urbium.plan.search.national.layout import Tables, tables
from urbium.plan.search.national.training import cheapest_training
from urbium.text import Text, coded, text


def checked(instance: Instance, table: Tables, start: Integers) -> Annealed:
    """Return start years as a search that ended where it began, with the cheapest training they need.

    Raises
    ------
    InputError
        When they do not fit the instance, or break a hard limit; the limits are named.
    """
    if start.shape != (len(instance.projects.city),):
        raise InputError(
            coded("plan.beginning.shape", "start years supplied: {given}", given=len(start)),
            place="start",
            remedy=text("start years needed, one for each project: {projects}",
                        projects=len(instance.projects.city)),
        )  # fmt: skip
    if not _is_in_windows(instance, start):
        raise InputError(
            coded("plan.beginning.window",
                 "the starting plan starts projects outside their windows"),
            place="start",
            remedy=text("choose each start year from the project's earliest to its latest year, or -1 "
                        "for never"),
        )  # fmt: skip
    judged = _judged(instance, table, start)
    broken = [*_broken(instance, table, start)]
    if not broken and not np.isfinite(judged.best):
        broken = [text("shared by all cities")]
    if broken:
        raise InputError(
            coded(
                "plan.beginning.broken",
                "the starting plan violates these limits: {limits:list}",
                limits=broken,
            ),
            place="start",
            remedy=text("repair it, or omit it"),
        )
    return judged


def _broken(instance: Instance, table: Tables, start: Integers) -> Iterator[Text]:
    """Name what start years break in single cities."""
    duration, is_chosen = instance.projects.duration, start >= 0
    before, after, lag = instance.needs.T
    ready = np.where(is_chosen[before], start[before] + duration[before] + lag, instance.years + 1)
    if (is_chosen[after] & (start[after] < ready)).any():
        yield text("prerequisites")
    group, member = instance.exclusive.T
    if (np.bincount(group, is_chosen[member], minlength=1) > 1).any():
        yield text("exclusions")
    if (evaluate(table, start).violation > 0).any():
        yield text("a limit on city money, or a standard that falls due")


def is_possible(instance: Instance, start: Integers) -> bool:
    """Say whether start years keep windows, money and people; prerequisites are not looked at."""
    if not _is_in_windows(instance, start):
        return False
    return bool(np.isfinite(_judged(instance, tables(instance), start).best))


def _is_in_windows(instance: Instance, start: Integers) -> bool:
    """Say whether each start year is -1 or one that its project may start in."""
    p = instance.projects
    return bool(((start == -1) | ((start >= p.earliest) & (start <= p.latest))).all())


def _judged(instance: Instance, table: Tables, start: Integers) -> Annealed:
    """Return start years as a search that ended where it began, with the cheapest training they need."""
    training = cheapest_training(instance, table, start)
    if training is None:
        training = np.zeros((instance.occupations, instance.years), dtype=np.int64)
    return anneal_nation(table, start, training, np.zeros(instance.rows), Schedule(0))
