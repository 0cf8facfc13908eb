"""Assignment: which expert judges which application, by a small optimisation on HiGHS.

Every application gets so many experts, nobody judges where he has a conflict of interest, the loads differ as
little as possible, and among those assignments the expertise fits best.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from urbium.errors import Fault, InfeasibleError
from urbium.text import coded, listed, text

_SECONDS: Final = 20.0


def assign(
    applications: Mapping[str, Collection[str]],
    experts: Mapping[str, Collection[str]],
    *,
    each: int,
    conflicts: Collection[tuple[str, str]] = (),
    fixed: Collection[tuple[str, str]] = (),
    most: int | None = None,
    partly: bool = False,
) -> list[tuple[str, str]]:
    """Return who is to judge what, as pairs of application and expert beside those that are fixed.

    Parameters
    ----------
    applications : the fields that each is about
    experts : the fields that each can judge
    each : reviews an application
    conflicts : pairs that must not be
    fixed : pairs that are there already; they count for both
    most : reviews an expert at most; None for no limit
    partly : whether applications that cannot have so many experts get as many as there are

    Raises
    ------
    InfeasibleError
        When some applications cannot have so many experts, unless ``partly``; it names them and how many are
        missing.

    >>> assign({"a": {"water"}}, {"x": {"water"}, "y": {"roads"}}, each=1)
    [('a', 'x')]
    """
    pairs = [
        (application, expert)
        for application in sorted(applications)
        for expert in sorted(experts)
        if (application, expert) not in conflicts and (application, expert) not in fixed
    ]
    held = {code: sum(pair[0] == code for pair in fixed) for code in applications}
    loads = {code: sum(pair[1] == code for pair in fixed) for code in experts}
    wanted = {code: max(each - held[code], 0) for code in applications}
    if partly:
        missing = _missing(pairs, wanted, loads, most)
        wanted = {code: number - missing.get(code, 0) for code, number in wanted.items()}
    if not any(wanted.values()):
        return []
    fits = [_fit(applications[application], experts[expert]) for application, expert in pairs]
    solution = _solve(pairs, wanted, loads, most, fits) if pairs else None
    if solution is None:
        raise _refused(pairs, wanted, loads, most)
    return [pair for pair, is_taken in zip(pairs, solution, strict=True) if is_taken]


def _fit(fields: Collection[str], expertise: Collection[str]) -> float:
    """Return the share of the fields of an application that an expert can judge."""
    return len(set(fields) & set(expertise)) / len(set(fields)) if fields else 0.0


def _solve(
    pairs: Sequence[tuple[str, str]],
    asked: Mapping[str, int],
    loads: Mapping[str, int],
    most: int | None,
    fits: Sequence[float],
) -> list[bool] | None:
    """Return which pairs are taken; None when there are too few experts.

    Columns: the pairs, then the largest and the smallest load. The difference of the loads weighs more than
    all expertise together.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - heavy, and seldom needed
    from scipy.sparse import lil_matrix  # noqa: PLC0415

    number, experts = len(pairs), sorted(loads)
    heavy = number + 1.0
    cost = np.concatenate([1 - np.asarray(fits), [heavy, -heavy]])
    rows = lil_matrix((len(asked) + 2 * len(experts), number + 2))
    lower = np.empty(rows.shape[0])
    upper = np.empty(rows.shape[0])
    place = {code: at for at, code in enumerate(sorted(asked))}
    row_of = {code: len(asked) + 2 * at for at, code in enumerate(experts)}
    for column, (application, expert) in enumerate(pairs):
        rows[place[application], column] = 1
        rows[row_of[expert], column] = 1
        rows[row_of[expert] + 1, column] = 1
    for code, at in place.items():
        lower[at] = upper[at] = asked[code]
    for code, at in row_of.items():
        rows[at, number] = -1  # load of the expert is at most the largest
        lower[at], upper[at] = -np.inf, -loads[code]
        rows[at + 1, number + 1] = -1  # and at least the smallest
        lower[at + 1], upper[at + 1] = -loads[code], np.inf
    top = sum(asked.values()) + max(loads.values(), default=0)
    limit = top if most is None else most
    answer = milp(
        cost,
        constraints=LinearConstraint(rows.tocsr(), lower, upper),
        bounds=Bounds(np.zeros(number + 2), np.append(np.ones(number), [limit, top])),
        integrality=np.append(np.ones(number), [1, 1]),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-7},
    )
    return None if answer.x is None else [bool(value > 0.5) for value in answer.x[:number]]  # noqa: PLR2004


def _refused(
    pairs: Sequence[tuple[str, str]], asked: Mapping[str, int], loads: Mapping[str, int], most: int | None
) -> InfeasibleError:
    """Return the refusal: which applications lack how many experts when as many as possible are assigned."""
    missing = _missing(pairs, asked, loads, most)
    if not missing:
        return InfeasibleError(
            coded(
                "pilot.assign.slow", "no assignment was found within {seconds:g} seconds", seconds=_SECONDS
            ),
            remedy=text("assign experts to some applications by hand first"),
        )
    faults = [
        Fault(
            "error",
            coded(
                "pilot.assign.lacks",
                "{count} more expert is needed",
                "{count} more experts are needed",
                count=number,
            ),
            text("invite experts who have no conflict of interest with this application"),
            rule="assignment",
            sheet="applications",
            cell=code,
        )
        for code, number in missing.items()
    ]
    return InfeasibleError(
        coded(
            "pilot.assign.infeasible",
            "there are too few experts without a conflict of interest for {applications}",
            applications=listed(list(missing))
        ),
        remedy=text("invite more experts, or require fewer reviews per application"),
        faults=faults,
    )  # fmt: skip


def _missing(
    pairs: Sequence[tuple[str, str]], asked: Mapping[str, int], loads: Mapping[str, int], most: int | None
) -> dict[str, int]:
    """Return how many experts each application lacks when as many as possible are assigned."""
    room = {code: (len(pairs) if most is None else most - load) for code, load in loads.items()}
    open_to: dict[str, list[str]] = {code: [] for code in asked}
    for application, expert in pairs:
        open_to[application].append(expert)
    taken: dict[str, list[str]] = {code: [] for code in loads}

    def place(application: str, visited: set[str]) -> bool:
        for expert in open_to[application]:
            if expert in visited or application in taken[expert]:
                continue
            visited.add(expert)
            if len(taken[expert]) < room[expert]:
                taken[expert].append(application)
                return True
            for other in list(taken[expert]):
                if place(other, visited):
                    taken[expert].remove(other)
                    taken[expert].append(application)
                    return True
        return False

    return {
        code: lacking
        for code, number in sorted(asked.items())
        if (lacking := sum(not place(code, set()) for _ in range(number)))
    }
