"""Rules of reviews: who may be asked to judge what, and what a review must hold; conflicts are found here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.pilot.selection.reviewing import Person, conflicts, score_faults
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.judging import HANDED_IN, UNDER_WAY, rules_of
from urbium.text import Text, coded, text

_WORKED_ON = ("application", "taskbook", "report", "grade", "agreement")
_OF_CITY = ("officer", "signatory")


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """Who works for whom, and who has worked with whom: what conflicts of interest are found in.

    Parameters
    ----------
    people : everybody, by account
    of_city : accounts that act for a city, by its code
    workers : the accounts that worked on a dossier, by kind and code
    """

    people: Mapping[str, Person]
    of_city: Mapping[str, frozenset[str]]
    workers: Mapping[tuple[str, str], frozenset[str]]

    @classmethod
    def gather(cls, desk: Desk) -> "Acquaintances":
        """Return who knows whom, as the store has it now."""
        accounts = desk.dossiers("account")
        of_city: dict[str, set[str]] = {}
        for account in accounts:
            for grant in account.content["grants"]:
                if grant["role"] in _OF_CITY:
                    of_city.setdefault(grant["code"], set()).add(account.code)
        return cls(
            {account.code: _person(account) for account in accounts},
            {code: frozenset(names) for code, names in of_city.items()},
            desk.workspace.store.dossiers.workers(_WORKED_ON),
        )

    def conflicts(self, expert: str, application: Dossier, questions: Iterable[str]) -> list[Text]:
        """Return the conflicts of an expert with an application; ``questions`` are those that name bodies."""
        own = self.workers.get(("application", application.code), frozenset())
        acting = self.of_city.get(application.city, frozenset())
        applicants = acting | (own & frozenset().union(*self.of_city.values()))
        named = [str(application.content["answers"].get(code, "")) for code in questions]
        return conflicts(
            self.people.get(expert, Person(expert)),
            city=application.city,
            province=application.province,
            bodies=[*named, *(self.people[one].body for one in applicants if one in self.people)],
            applicants=applicants,
            worked_together=(
                group for key, group in self.workers.items() if key != ("application", application.code)
            ),
        )


def _person(account: Dossier) -> Person:
    content = account.content
    return Person(
        account.code,
        content["body"],
        content["city"],
        content["province"],
        frozenset(content["expertise"]),
    )


def experts_of(desk: Desk) -> dict[str, Person]:
    """Return the experts who can be asked: accounts of that role that are not closed."""
    return {
        account.code: _person(account)
        for account in desk.dossiers("account")
        if account.state != "closed" and any(grant["role"] == "expert" for grant in account.content["grants"])
    }


def expert_faults(desk: Desk, application: Dossier, expert: str) -> list[Fault]:
    """Return the conflicts of interest of an expert with an application, as faults."""
    bodies = [one.code for one in rules_of(desk, application).questions if one.type == "body"]
    return [
        _fault(
            "owner",
            coded(
                "programme.review.conflict",
                "conflict of interest of {expert}: {what}",
                expert=expert,
                what=what,
            ),
            text("ask another expert"),
        )
        for what in Acquaintances.gather(desk).conflicts(expert, application, bodies)
    ]


def _assigned(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the application is under review, and that this expert may judge it."""
    application = desk.dossier("application", dossier.parent)
    if application is None:
        return []
    faults = list(_under_review(desk, application))
    if application.content["is_test"]:
        faults.append(
            _fault(
                "parent",
                coded("programme.review.test", "this application is a trial of the form and is not assessed"),
                text("choose another application"),
            )
        )
    if dossier.owner not in experts_of(desk):
        faults.append(
            _fault(
                "owner",
                coded(
                    "programme.review.no_expert",
                    "{name!r} is not an expert of the programme",
                    name=dossier.owner,
                ),
                text("name the account of an expert"),
            )
        )
    twice = [
        one
        for one in desk.dossiers("review", parent=dossier.parent, owner=dossier.owner)
        if one.code != dossier.code
    ]
    if twice:
        faults.append(
            _fault(
                "owner",
                coded(
                    "programme.review.twice",
                    "this expert has already been asked for a review: {review}",
                    review=twice[0].code,
                ),
                text("ask another expert"),
            )
        )
    return [*faults, *expert_faults(desk, application, dossier.owner)]


def _under_review(desk: Desk, application: Dossier | None) -> Iterable[Fault]:
    """Yield why an application cannot be judged now."""
    stored = desk.dossier("round", application.round) if application else None
    is_open = stored is None or stored.state in UNDER_WAY
    if application is None or application.state != "admitted" or not is_open:
        yield _fault(
            "parent",
            coded("programme.review.over", "this application is not under review"),
            text("leave the review unchanged"),
        )


def _scored(desk: Desk, dossier: Dossier, *, is_whole: bool = False) -> Sequence[Fault]:
    """Check the scores against the criteria of the round."""
    criteria = {one.code: one.title for one in rules_of(desk, dossier).criteria}
    return [
        *_under_review(desk, desk.dossier("application", dossier.parent)),
        *score_faults(dossier.content["scores"], criteria, is_whole=is_whole),
    ]


def _handed_in(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that every criterion is scored, and that no conflict of interest came up meanwhile."""
    application = desk.dossier("application", dossier.parent)
    found = expert_faults(desk, application, dossier.owner) if application else []
    return [*_scored(desk, dossier, is_whole=True), *found]


def _accepted(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check once more for conflicts: people change their work between two steps."""
    application = desk.dossier("application", dossier.parent)
    if application is None:
        return []
    return [*_under_review(desk, application), *expert_faults(desk, application, dossier.owner)]


def _declined(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the conflict is described, and of a review handed in, that nothing is decided yet."""
    review, application = desk.dossier("review", dossier.code), desk.dossier("application", dossier.parent)
    if review and review.state == HANDED_IN and (application is None or application.state != "admitted"):
        return [
            _fault(
                "conflict",
                coded("programme.review.decided", "the application has already been decided"),
                text("leave the review unchanged"),
            )
        ]
    if dossier.content["conflict"].strip():
        return []
    return [
        _fault(
            "conflict",
            coded("programme.review.no_reason", "the conflict of interest is not described"),
            text("describe it in a few words"),
        )
    ]


def _fault(field: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="review", cell=field)


CHECKS: Mapping[str, Any] = {
    "create": _assigned,
    "accept": _accepted,
    "decline": _declined,
    "change": _scored,
    "hand_in": _handed_in,
}
"""What is checked before a step of a review."""
