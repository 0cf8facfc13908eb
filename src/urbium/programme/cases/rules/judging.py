"""Judging: what a round's reviews say: who stands for selection, their points, and the proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from urbium.model.dossiers import Dossier
from urbium.pilot.calls.rounds import Proposed, Round
from urbium.pilot.calls.rulesets import RuleSet, rules_of_round
from urbium.pilot.selection.ranking import Standings, standings
from urbium.pilot.selection.reliability import Agreement, agreement
from urbium.pilot.selection.reviewing import points
from urbium.pilot.selection.selection import Candidate, Choice, Sensitivity, select, sensitivity
from urbium.programme.cases.desk import Desk

HANDED_IN, PENDING = "handed_in", ("assigned", "accepted")
UNDER_WAY, DECIDED = ("open", "closed"), "decided"
FAR_APART: Final = 20.0
"""Points between two experts from which on it is said (an assumption: a fifth of the scale)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the reviews of a round say.

    Parameters
    ----------
    candidates : the applications under review
    unjudged : those of them without a review that was handed in
    pending : codes of reviews that are not handed in
    points : 0 to 100 by application and expert
    standings, agreement : the ranking raw and adjusted, and how far experts agree
    choices : what is proposed under the quotas, best first; empty while some are unjudged
    sensitivity : who would be in or out under other weights; empty where nobody could be
    """

    candidates: tuple[Candidate, ...]
    unjudged: tuple[str, ...]
    pending: tuple[str, ...]
    points: Mapping[tuple[str, str], float]
    standings: Standings
    agreement: Agreement
    choices: tuple[Choice, ...]
    sensitivity: tuple[Sensitivity, ...]

    def apart(self, application: str) -> float:
        """How far the points of an application's experts are apart; 0 where fewer than two judged it."""
        given = [value for (of, _), value in self.points.items() if of == application]
        return max(given, default=0.0) - min(given, default=0.0)


def rules_of(desk: Desk, dossier: Dossier) -> RuleSet:
    """Return the rules of the round that a dossier belongs to."""
    stored = dossier if dossier.kind == "round" else desk.dossier("round", dossier.round)
    return rules_of_round(stored.content if stored else {})


def live_candidates(desk: Desk, code: str) -> list[Dossier]:
    """Return the applications of a round that stand for selection: admitted, and not made to try the form."""
    rows = desk.dossiers("application", round=code, state="admitted")
    return [one for one in rows if not one.content["is_test"]]


def judged_candidates(desk: Desk, stored: Dossier) -> list[Dossier]:
    """Return the applications that stand for selection in a round; of a decided one, those that did."""
    if stored.state != DECIDED:
        return live_candidates(desk, stored.code)
    selection = stored.content_as(Round).selection
    return [one for one in desk.dossiers("application", round=stored.code) if one.code in selection]


def judged(
    desk: Desk,
    code: str,
    rules: RuleSet,
    *,
    with_sensitivity: bool = False,
    candidates_are: Sequence[Dossier] | None = None,
) -> Judgement:
    """Return what the reviews of a round say.

    Parameters
    ----------
    desk : what is stored
    code, rules : of the round
    with_sensitivity : whether other weights are tried, too
    candidates_are : the applications that stand for selection; those under review when left out
    """
    rows = live_candidates(desk, code) if candidates_are is None else candidates_are
    candidates = tuple(Candidate(one.code, one.content["kind"], one.province) for one in rows)
    under_review = {one.code for one in rows}
    reviews = [one for one in desk.dossiers("review", round=code) if one.parent in under_review]
    pending = tuple(one.code for one in reviews if one.state in PENDING)
    scores = {
        (one.parent, one.owner): one.content["scores"]
        for one in reviews
        if one.state == HANDED_IN and set(rules.weights) <= set(one.content["scores"])
    }
    by_review = (
        {pair: points(given, rules.weights) for pair, given in scores.items()} if rules.weights else {}
    )
    unjudged = tuple(sorted(under_review - {application for application, _ in by_review}))
    ranked = standings(by_review)
    choices: tuple[Choice, ...] = ()
    tried: tuple[Sensitivity, ...] = ()
    if candidates and not unjudged:
        is_adjusted = rules.ranking == "adjusted" and ranked.is_linked
        official = {
            row.application: row.adjusted if is_adjusted and row.adjusted is not None else row.raw
            for row in ranked.rows
        }
        choices = tuple(select(candidates, official, rules.quotas))
        if with_sensitivity:
            means = {one.application: _means(one.application, scores, rules) for one in candidates}
            tried = tuple(sensitivity(candidates, means, rules.weights, rules.quotas))
    return Judgement(candidates, unjudged, pending, by_review, ranked, agreement(by_review), choices, tried)


def _means(
    application: str, scores: Mapping[tuple[str, str], Mapping[str, float]], rules: RuleSet
) -> dict[str, float]:
    """Return the mean score of an application by criterion."""
    mine = [given for (code, _), given in scores.items() if code == application]
    return {code: sum(given[code] for given in mine) / len(mine) for code in rules.weights}


def proposal(judgement: Judgement) -> dict[str, Proposed]:
    """Return the proposed selection as a round keeps it."""
    return {
        one.application: Proposed(
            decision="selected" if one.is_selected else "declined",
            reason=one.reason.render(),
            points=round(one.points, 6),
            rank=one.rank,
            tied=list(one.tied),
        )
        for one in judgement.choices
    }
