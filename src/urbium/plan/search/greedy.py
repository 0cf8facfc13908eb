"""A first plan by simple rules: bundles of a project and what it requires, best worth for its money first.

The plan keeps every limit that can be kept by adding projects one bundle after the other, without training
and without money that is kept for later years. It starts the search, and it is the answer when the search
had no time to find a better one.
"""

import heapq
import time

from urbium.plan.search.heuristic import State
from urbium.plan.variables import Integers, Layout

__all__ = ["greedy"]

_TINY = 1e-12


def greedy(lay: Layout, *, deadline: float) -> Integers | None:
    """Return start year indices (-1 for never), or None when what must be chosen does not fit.

    Forced projects come first; then bundles by worth per money. Every start is the earliest that its
    prerequisites and the money allow.
    """
    road = lay.roadmap
    state = State(lay)
    status = road.projects["status"].to_list()
    fixed = [p for p, s in enumerate(status) if s == "committed"]
    fixed.sort(key=lambda p: road.projects["start"][p])
    for project in fixed:
        if not state.place(project, int(road.projects["start"][project]) - road.years[0]):
            return None
    needed = [q for p in fixed for q, _ in state.needs.get(p, ()) if state.start[q] < 0]
    if not all(state.start[q] >= 0 or state.add(q) for q in needed):
        return None
    groups: dict[str, list[int]] = {}
    for group, project in road.alternatives.select("group", "project").iter_rows():
        groups.setdefault(group, []).append(lay.number[project])
    wanted = [[p] for p, s in enumerate(status) if s == "mandatory"] + list(groups.values())
    for choice in wanted:
        if not any(state.start[p] >= 0 for p in choice) and not any(state.add(p) for p in choice):
            return None
    _fill(lay, state, deadline)
    return state.start if state.is_in_order() else None


def _fill(lay: Layout, state: State, deadline: float) -> None:
    """Add bundles by worth per money, judged once each and again when their turn comes."""
    heap = [
        (-density, project)
        for project in range(len(lay.build))
        if (density := state.density(project)) > _TINY
    ]
    heapq.heapify(heap)
    while heap and time.monotonic() < deadline:
        _, project = heapq.heappop(heap)
        density = state.density(project)
        if density <= _TINY:
            continue
        if heap and density < -heap[0][0] - _TINY:
            heapq.heappush(heap, (-density, project))
        else:
            state.add(project)
