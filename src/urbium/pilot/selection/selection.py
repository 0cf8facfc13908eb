"""Selection: which applications are selected under the quotas of a round, with the reason of each (ADR 0064).

Applications are taken in the order of their points; one that no quota has room for is passed over, and the
reason names that quota. Nobody is passed over by somebody with fewer points whom the same quotas limit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from urbium.pilot.calls.rounds import Quota
from urbium.pilot.fields import field_words
from urbium.text import Text, listed, sentences, text, texts

_DRAWS, _REACH = 500, 0.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application that can be selected: its code, kind and province."""

    application: str
    kind: str = "new"
    province: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is proposed for an application.

    Parameters
    ----------
    application, points, rank : which one, with its points (0 to 100) and rank (1 is best, equals share one)
    is_selected : whether it is selected
    reason : why, without naming another application: the applicant reads it
    tied : applications of equal points that were decided the other way
    tie : what the office is told of them; empty where there are none
    """

    application: str
    points: float
    rank: int
    is_selected: bool
    reason: Text
    tied: tuple[str, ...] = ()
    tie: str = ""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How an application fares under other weights.

    Parameters
    ----------
    application : its code
    selected_share : in which share (0 to 1) of the drawn weights it is selected
    smallest_change : the least weight (0 to 1) that must move between criteria until it changes places with
        ``against``; None when no weights do it
    against : the application that would take its place, or whose place it would take
    """

    application: str
    selected_share: float
    smallest_change: float | None
    against: str = ""


def select(
    candidates: Sequence[Candidate], points: Mapping[str, float], quotas: Sequence[Quota] = ()
) -> list[Choice]:
    """Propose which applications are selected.

    Parameters
    ----------
    candidates : the applications under review
    points : by application, 0 to 100
    quotas : at most so many of a kind (empty: of all kinds), in a province (empty: in all); none: no limit

    >>> both = [Candidate("a"), Candidate("b")]
    >>> [(one.application, one.is_selected) for one in select(both, {"a": 50, "b": 70}, [Quota("new", 1)])]
    [('b', True), ('a', False)]
    """
    ordered = sorted(candidates, key=lambda one: (-points[one.application], one.application))
    chosen: set[str] = set()
    full: dict[str, Quota] = {}
    for candidate in ordered:
        limit = _full(candidate, ordered, chosen, quotas)
        if limit is None:
            chosen.add(candidate.application)
        else:
            full[candidate.application] = limit
    return [_choice(one, ordered, points, chosen, full, is_limited=bool(quotas)) for one in ordered]


def broken_quotas(
    candidates: Sequence[Candidate], chosen: Sequence[str], quotas: Sequence[Quota]
) -> list[Quota]:
    """Return the quotas that a selection exceeds."""
    taken = set(chosen)
    return [
        quota
        for quota in quotas
        if sum(one.application in taken and _is_under(one, quota) for one in candidates) > quota.most
    ]


def sensitivity(
    candidates: Sequence[Candidate],
    scores: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
    quotas: Sequence[Quota] = (),
    *,
    seed: int = 0,
) -> list[Sensitivity]:
    """Say who would be in or out under other weights of the criteria.

    Parameters
    ----------
    candidates, quotas : as for :func:`select`
    scores : mean scores by application and criterion, 0 to 100
    weights : by criterion, sum 1; drawn anew within a quarter of each, and scaled to 1 again
    seed : of the draws
    """
    from urbium.pilot.selection.ranking import smallest_change  # noqa: PLC0415 - siblings

    criteria = list(weights)
    base = np.array([weights[code] for code in criteria])
    table = {one.application: [scores[one.application][code] for code in criteria] for one in candidates}
    matrix = np.array([table[one.application] for one in candidates]).reshape(len(candidates), len(criteria))
    drawn = base * np.random.default_rng(seed).uniform(1 - _REACH, 1 + _REACH, (_DRAWS, len(criteria)))
    totals = np.round(matrix @ (drawn / drawn.sum(axis=1, keepdims=True)).T, 9)
    codes = [one.application for one in candidates]
    counts = dict.fromkeys(codes, 0)
    for draw in range(_DRAWS):
        for code in _taken(candidates, dict(zip(codes, totals[:, draw], strict=True)), quotas):
            counts[code] += 1
    chosen = _taken(candidates, dict(zip(codes, np.round(matrix @ base, 9), strict=True)), quotas)
    rows = []
    for one in candidates:
        is_in = one.application in chosen
        rivals = [
            other.application
            for other in candidates
            if (other.application in chosen) != is_in and _compete(one, other, quotas)
        ]
        changes = []
        for rival in rivals:
            ahead, behind = (one.application, rival) if is_in else (rival, one.application)
            change = smallest_change(table[ahead], table[behind], base.tolist())
            if change is not None:
                changes.append((change, rival))
        change, against = min(changes, default=(None, ""))
        rows.append(Sensitivity(one.application, counts[one.application] / _DRAWS, change, against))
    return rows


def _taken(candidates: Sequence[Candidate], points: Mapping[str, float], quotas: Sequence[Quota]) -> set[str]:
    left = {quota: quota.most for quota in quotas}
    taken = set()
    for one in sorted(candidates, key=lambda one: (-points[one.application], one.application)):
        limits = [quota for quota in left if _is_under(one, quota)]
        if all(left[quota] > 0 for quota in limits):
            taken.add(one.application)
            for quota in limits:
                left[quota] -= 1
    return taken


def _is_under(candidate: Candidate, quota: Quota) -> bool:
    return quota.kind in ("", candidate.kind) and quota.province in ("", candidate.province)


def _compete(one: Candidate, other: Candidate, quotas: Sequence[Quota]) -> bool:
    """Return whether both are under a quota together, so that one can take the other's place."""
    return any(_is_under(one, quota) and _is_under(other, quota) for quota in quotas)


def _full(
    candidate: Candidate, ordered: Sequence[Candidate], chosen: set[str], quotas: Sequence[Quota]
) -> Quota | None:
    """Return the first quota that has no room for a candidate."""
    for quota in quotas:
        if _is_under(candidate, quota):
            taken = sum(one.application in chosen and _is_under(one, quota) for one in ordered)
            if taken >= quota.most:
                return quota
    return None


def _choice(
    one: Candidate,
    ordered: Sequence[Candidate],
    points: Mapping[str, float],
    chosen: set[str],
    full: Mapping[str, Quota],
    *,
    is_limited: bool,
) -> Choice:
    own = points[one.application]
    rank = 1 + sum(points[other.application] > own for other in ordered)
    is_selected = one.application in chosen
    tied = tuple(
        other.application
        for other in ordered
        if points[other.application] == own and (other.application in chosen) != is_selected
    )
    place = text(
        "rank {rank} of {count} with {points:,.4g} points",
        rank=rank, count=len(ordered), points=own
    )  # fmt: skip
    if not is_selected:
        why = _of_quota(full[one.application])
    elif is_limited:
        why = text("within the quotas")
    else:
        why = text("the round has no quota")
    tie = (
        text("same number of points as {others}: they are ranked by code, and the office decides",
             others=listed(tied))
        if tied
        else ""
    )  # fmt: skip
    return Choice(one.application, own, rank, is_selected, sentences([place, why]), tied, tie)


def _of_quota(quota: Quota) -> Text:
    """Say which places are taken."""
    if quota.province or quota.kind:
        kinds = field_words("round", "quotas.kind").words
        what = quota.province or kinds.get(quota.kind, quota.kind)
        if not quota.most:
            return text("there is no place for {what}", what=what)
        return texts(
            "the {count} place for {what} is taken", "all {count} places for {what} are taken",
            count=quota.most, what=what,
        )  # fmt: skip
    if not quota.most:
        return text("the call offers no places")
    return texts("the {count} place is taken", "all {count} places are taken", count=quota.most)
