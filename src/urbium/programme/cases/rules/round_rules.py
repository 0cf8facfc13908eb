"""Rules of rounds: what is checked of a call and of a selection proposed and decided, and what follows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from urbium.errors import ConflictError, Fault
from urbium.model.dossiers import Dossier
from urbium.periods import date_of
from urbium.pilot.calls.calls import round_faults, selection_faults
from urbium.pilot.calls.rounds import Proposed, Round
from urbium.pilot.selection.selection import broken_quotas
from urbium.pilot.steps import state
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.judging import (
    FAR_APART,
    HANDED_IN,
    Judgement,
    judged,
    live_candidates,
    proposal,
    rules_of,
)
from urbium.text import coded, text


def _declared(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check what a round says of itself."""
    return list(round_faults(dossier.content_as(Round)))


def _publishable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check a round before it is published, and note where a call does not say by when to apply."""
    round_ = dossier.content_as(Round)
    if round_.closes or round_.decided_on:
        return _declared(desk, dossier)
    endless = Fault(
        "note",
        coded("programme.round.endless", "the call does not say by when to apply"),
        text("enter the last day for applications, unless the call is to stay open"),
        rule="round",
        cell="closes",
    )
    return [*_declared(desk, dossier), endless]


def _closable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Warn before a call is closed while applications are still due."""
    closes = date_of(dossier.content_as(Round).closes)
    if closes is None or closes < desk.today():
        return []
    early = Fault(
        "warning",
        coded(
            "programme.round.early",
            "the call promises to take applications until {day:date}; once it is closed, no city can hand in "
            "an application that it is still writing",
            day=closes,
        ),
        text("give a reason for closing it early"),
        rule="round",
        cell="closes",
    )
    return [
        early,
        *(
            Fault(
                "note",
                coded(
                    "programme.round.waits",
                    "the application from {place} is not under review yet: {state}",
                    place=place,
                    state=state("application", one.state).title,
                ),
                text("it can still come under review until the selection is proposed"),
                rule="round",
                cell=one.code,
            )
            for place, one in _outside(desk, dossier)
        ),
    ]


def _outside(desk: Desk, dossier: Dossier) -> Iterator[tuple[str, Dossier]]:
    """Yield the applications of a round that were handed in and have not reached the office, with places."""
    rows = desk.dossiers("application", round=dossier.code, state=["signed", "returned"])
    names = desk.register.names() if rows else {}
    for one in rows:
        if not one.content["is_test"]:
            yield names.get(one.city, one.content["title"]), one


def _warned(desk: Desk, dossier: Dossier) -> Iterator[Fault]:
    """Yield what a proposal leaves out: applications that were handed in, and reviews that the rules ask."""
    for place, one in _outside(desk, dossier):
        yield Fault(
            "warning",
            coded(
                "programme.round.shut_out",
                "the application from {place} will not be judged: {state}",
                place=place,
                state=state("application", one.state).title,
            ),
            text("wait until it is under review, or give a reason for leaving it out"),
            rule="selection",
            cell=one.code,
        )
    reviews_each = rules_of(desk, dossier).reviews_each
    came = Counter(one.parent for one in desk.dossiers("review", round=dossier.code, state=HANDED_IN))
    few = [one for one in live_candidates(desk, dossier.code) if came[one.code] < reviews_each]
    names = desk.register.names() if few else {}
    for one in few:
        yield Fault(
            "note",
            coded(
                "programme.round.few_reviews",
                "reviews received for the application from {place}: {came} of {each} expected",
                place=names.get(one.city, one.content["title"]),
                came=came[one.code],
                each=reviews_each,
            ),
            text("assign more experts, or say why these are enough"),
            rule="selection",
            cell=one.code,
        )


def _considered(desk: Desk, dossier: Dossier) -> Iterator[Fault]:
    """Yield what both officials consider: what is left out, declared conflicts, and experts far apart."""
    yield from _warned(desk, dossier)
    names, rules = desk.register.names(), rules_of(desk, dossier)
    places = {
        one.code: names.get(one.city, one.content["title"]) for one in live_candidates(desk, dossier.code)
    }
    for review in desk.dossiers("review", round=dossier.code, state="withdrawn"):
        if review.parent in places and review.content["conflict"].strip():
            yield Fault(
                "note",
                coded(
                    "programme.round.conflict",
                    "{expert} declared a conflict of interest with the application from {place}",
                    expert=_person(desk, review.owner),
                    place=places[review.parent],
                ),
                text("check that enough other experts have judged it"),
                rule="selection",
                cell=review.parent,
            )
    judgement = judged(desk, dossier.code, rules)
    for code, place in places.items():
        apart = judgement.apart(code)
        if apart > FAR_APART:
            yield Fault(
                "note",
                coded(
                    "programme.round.far_apart",
                    "the experts' points for the application from {place} are {apart:.0f} apart",
                    place=place,
                    apart=apart,
                ),
                text("read the reasons of the experts"),
                rule="selection",
                cell=code,
            )


def _person(desk: Desk, code: str) -> str:
    account = desk.dossier("account", code)
    return account.content["display"] if account else code


def _proposable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that a selection can be proposed: all is judged, or what is proposed by hand is whole."""
    waiting = [
        one
        for one in desk.dossiers("application", round=dossier.code, state="recommended")
        if not one.content["is_test"]
    ]
    names = desk.register.names() if waiting else {}
    faults = [
        _fault(
            one.code,
            coded(
                "programme.round.not_admitted",
                "the application from {place} was recommended, but has been neither admitted nor returned",
                place=names.get(one.city, one.content["title"]),
            ),
            text("admit it, or request changes"),
        )
        for one in waiting
    ]
    faults += _considered(desk, dossier)
    selection = dossier.content_as(Round).selection
    if selection:
        return [*faults, *_whole(desk, dossier, selection)]
    judgement = judged(desk, dossier.code, rules_of(desk, dossier))
    return [*faults, *_unjudged(desk, judgement)]


def _unjudged(desk: Desk, judgement: Judgement) -> list[Fault]:
    """Return what of the review is missing before a selection can be computed."""
    if not (judgement.unjudged or judgement.pending):
        return []
    names = desk.register.names()

    def place(code: str) -> str:
        application = desk.dossier("application", code)
        return names.get(application.city, application.content["title"]) if application else code

    faults = [
        _fault(
            code,
            coded(
                "programme.round.unjudged",
                "no review of the application from {place} has been handed in",
                place=place(code),
            ),
            text("assign experts, or submit the selection with its reasons"),
        )
        for code in judgement.unjudged
    ]
    pending = [one for code in judgement.pending if (one := desk.dossier("review", code)) is not None]
    return faults + [
        _fault(
            one.code,
            coded(
                "programme.round.pending",
                "the review of the application from {place} by {expert} has not been handed in: {state}",
                place=place(one.parent),
                expert=_person(desk, one.owner),
                state=state("review", one.state).title,
            ),
            text("write to the expert, or withdraw the review"),
        )
        for one in pending
    ]


def _decidable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the proposed selection is still of the applications under review.

    Who decides sees what who proposed had to consider; the reasons were given with the proposal.
    """
    seen = (replace(one, severity="note") for one in _considered(desk, dossier))
    return [*seen, *_whole(desk, dossier, dossier.content_as(Round).selection)]


def _whole(desk: Desk, dossier: Dossier, selection: dict[str, Proposed]) -> list[Fault]:
    rules = rules_of(desk, dossier)
    candidates = judged(desk, dossier.code, rules).candidates
    chosen = [code for code, one in selection.items() if one.decision == "selected"]
    broken = broken_quotas(candidates, chosen, rules.quotas)
    return list(selection_faults(selection, {one.application for one in candidates}, broken))


def _with_proposal(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Put the computed selection into the round, unless one was given."""
    if dossier.content["selection"]:
        return []
    selection = proposal(judged(desk, dossier.code, rules_of(desk, dossier)))
    return [dossier.noting(selection={code: msgspec.to_builtins(one) for code, one in selection.items()})]


def _without_proposal(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Take the selection out of the round again."""
    return [dossier.noting(selection={})]


def _decided(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Select and decline every application as it was proposed."""
    selection = dossier.content_as(Round).selection
    reviews = desk.dossiers("review", round=dossier.code, state=HANDED_IN)
    titles = {one.code: one.title for one in rules_of(desk, dossier).criteria}
    decided = []
    for application in live_candidates(desk, dossier.code):
        one = selection.get(application.code)
        if one is None:
            raise ConflictError(
                coded(
                    "programme.round.moved",
                    "an application has come under review since the selection was proposed",
                ),
                place=application.code,
                remedy=text("reconsider, and propose the selection again"),
            )
        remarks = {
            remark
            for review in reviews
            if review.parent == application.code
            for remark in _remarks(review.content, titles)
        }
        moved = application.noting(decision=one.decision, reasons=one.reason, feedback=sorted(remarks))
        action = "select" if one.decision == "selected" else "decline"
        decided.append(
            msgspec.structs.replace(moved, state=one.decision, action=action, recorded_by=dossier.recorded_by)
        )
    return decided


def _remarks(review: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield what a review tells the applicant: its remark, and why it gave how many points by criterion."""
    if remark := review["to_applicant"].strip():
        yield remark
    for code, points in review["scores"].items():
        if reason := review.get("reasons", {}).get(code, "").strip():
            yield str(
                text(
                    "{criterion}, {points:g} of 100 points: {reason}",
                    criterion=titles.get(code, code), points=points, reason=reason,
                )
            )  # fmt: skip


def _fault(code: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="selection", sheet="applications", cell=code)


CHECKS: Mapping[str, Any] = {
    "create": _declared,
    "change": _declared,
    "publish": _publishable,
    "close": _closable,
    "propose": _proposable,
    "decide": _decidable,
}
"""What is checked before a step of a round."""
MADE: Mapping[str, Any] = {
    "propose": _with_proposal,
    "reconsider": _without_proposal,
    "decide": _decided,
}
"""What else a step of a round changes."""
