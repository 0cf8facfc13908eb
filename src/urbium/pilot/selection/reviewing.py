"""Reviewing: what an expert may hand in, and which conflicts of interest forbid that he judges at all."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from urbium.errors import Fault
from urbium.text import Text, coded, text

_BEST = 100.0


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody for conflicts of interest; empty where nothing is.

    Parameters
    ----------
    account : the code of the account
    body, city, province : for whom the person works, and where
    expertise : fields that the person can judge
    """

    account: str
    body: str = ""
    city: str = ""
    province: str = ""
    expertise: frozenset[str] = frozenset()


def conflicts(
    expert: Person,
    *,
    city: str,
    province: str,
    bodies: Iterable[str],
    applicants: Iterable[str],
    worked_together: Iterable[Iterable[str]] = (),
) -> list[Text]:
    """Return the conflicts of interest of an expert with an application; none when none is found.

    Parameters
    ----------
    expert : who would judge
    city, province : of the application
    bodies : that apply, or for which the people of the application work
    applicants : accounts that work for the applicant
    worked_together : the accounts that worked on each earlier dossier

    What is not known (an expert whose body, city or province is empty) is no conflict.

    >>> conflicts(Person("eva", city="0503"), city="0503", province="", bodies=[], applicants=[])[0]
    'works in the same city'
    """
    people = set(applicants)
    found = []
    if expert.account in people:
        found.append(text("works on this application"))
    if expert.body and _plain(expert.body) in {_plain(body) for body in bodies if body}:
        found.append(text("works for the same body: {body}", body=expert.body))
    if expert.city and expert.city == city:
        found.append(text("works in the same city"))
    if expert.province and expert.province == province:
        found.append(text("also works in {province}", province=province))
    colleagues = sorted(
        {
            other
            for group in map(set, worked_together)
            if expert.account in group
            for other in group & people - {expert.account}
        }
    )
    if colleagues:
        found.append(text("has worked with {people:list} on an earlier dossier", people=colleagues))
    return found


def score_faults(
    scores: Mapping[str, Any], criteria: Mapping[str, str], *, is_whole: bool
) -> Iterator[Fault]:
    """Yield what is wrong with the scores of a review.

    Parameters
    ----------
    scores : 0 to 100 by criterion
    criteria : titles by code
    is_whole : whether every criterion must be scored
    """
    for code, score in scores.items():
        if code not in criteria:
            yield _fault(
                code,
                coded("pilot.review.criterion", "the round has no criterion {name!r}", name=code),
                text("score: {names:list}", names=list(criteria)),
            )
        elif not (math.isfinite(score) and 0 <= score <= _BEST):
            yield _fault(
                code,
                coded(
                    "pilot.review.score",
                    "{score:g} is not a score",
                    score=score,
                ),
                text("enter 0 to 100"),
            )
    for code in criteria:
        if is_whole and code not in scores:
            yield _fault(
                code,
                coded("pilot.review.missing", "it has not been scored"),
                text("enter 0 to 100"),
            )


def points(scores: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the points of a review: its scores, weighted; 0 to 100.

    >>> points({"plan": 80, "money": 50}, {"plan": 0.6, "money": 0.4})
    68.0
    """
    return math.fsum(weight * scores[code] for code, weight in weights.items())


def _fault(code: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="review", sheet="scores", cell=code)


def _plain(body: str) -> str:
    return " ".join(body.casefold().split())
