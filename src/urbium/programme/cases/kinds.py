"""Kinds: every kind of dossier of a programme: a row of ``data/rules/kinds.csv``, its record and its rules.

See ADR 0062.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import msgspec

from urbium.errors import Fault, NotFoundError
from urbium.market.investor_mandates import InvestorMandate
from urbium.market.offers import Interest, Offer, Visit
from urbium.model.accounts import Account, AccountChange, SettingChange
from urbium.model.dossiers import Dossier, circles_of_fields
from urbium.packaged import packaged_rows
from urbium.pilot.adoptions import Adoption
from urbium.pilot.calls.applications import Application
from urbium.pilot.calls.rounds import Organisation, Round, SpecialProject
from urbium.pilot.circulars import Circular, CityLetter, Comment
from urbium.pilot.contracts.agreements import Agreement
from urbium.pilot.contracts.grades import Grade
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import Amendment, TaskBook
from urbium.pilot.lessons import Lesson
from urbium.pilot.selection.reviews import Review
from urbium.pilot.submissions import Submission
from urbium.platform.base_data import BaseReport
from urbium.platform.exchange import DataRequest, Delivery
from urbium.platform.feeds import Alert, FeedDossier
from urbium.platform.harvest import HarvestedCatalogue
from urbium.platform.resources import Resource
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules import (
    account_rules,
    adoption_rules,
    agreement_rules,
    application_rules,
    circular_rules,
    comment_rules,
    contract_rules,
    feed_rules,
    lesson_rules,
    market_rules,
    platform_rules,
    pushes,
    review_rules,
    round_rules,
    setting_rules,
    submission_rules,
)
from urbium.text import Text, declared, text

Check = Callable[[Desk, Dossier], Sequence[Fault]]
"""Says what is wrong with a dossier as a step would leave it; a fault that is an error refuses the step,
a warning the step that gives no reason; a note refuses nothing.

``recorded_by`` of the dossier is who takes the step."""
Made = Callable[[Desk, Dossier], Sequence[Dossier]]
"""Returns what else a step changes: versions of other dossiers, and of the dossier itself where the
step computes some of it; all are stored in the same entry."""
Then = Callable[[Desk, Dossier], None]
"""Changes what is no dossier, given the dossier as it was stored; both are one change."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of dossier.

    Parameters
    ----------
    name, plural : what one and several are called in addresses and data
    title, titles : what one and several are called on pages
    begin : what a link that begins one says; empty where it says no more than that
    parents : the kinds it can hang on; empty when it stands for itself
    is_loose : whether one can stand for itself, too, where it can hang on another
    content : the class of what it holds
    checks, made : by action, what is checked before the step is stored, and what else it changes
    then : by action, what it changes that is no dossier
    """

    name: str
    plural: str
    title: Text
    titles: Text
    begin: Text
    parents: tuple[str, ...]
    is_loose: bool
    content: type[msgspec.Struct]
    checks: Mapping[str, Check] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)
    then: Mapping[str, Then] = field(default_factory=dict)

    @property
    def verb(self) -> Text:
        """What a link that begins one says."""
        return self.begin or text("Begin: {kind}", kind=self.title)

    @property
    def circles(self) -> Mapping[str, str]:
        """The circle of readers of every field."""
        return _circles(self.content)


@cache
def _circles(content: type[msgspec.Struct]) -> Mapping[str, str]:
    return MappingProxyType(circles_of_fields(content))


_HELD: Final[Mapping[str, tuple[Any, ...]]] = {
    "account": (Account, account_rules.CHECKS),
    "account_change": (AccountChange, *account_rules.CHANGES),
    "setting_change": (SettingChange, *setting_rules.SETTING_CHANGES),
    "round": (Round, round_rules.CHECKS, round_rules.MADE),
    "application": (Application, application_rules.CHECKS, application_rules.MADE),
    "review": (Review, review_rules.CHECKS),
    "agreement": (Agreement, agreement_rules.CHECKS, agreement_rules.MADE),
    "taskbook": (TaskBook, *contract_rules.TASKBOOKS),
    "amendment": (Amendment, *contract_rules.AMENDMENTS),
    "report": (Report, *contract_rules.REPORTS),
    "grade": (Grade, *contract_rules.GRADES),
    "organisation": (Organisation,),
    "project": (SpecialProject,),
    "mandate": (InvestorMandate, *market_rules.MANDATES),
    "offer": (Offer, *market_rules.OFFERS),
    "interest": (Interest, *market_rules.INTERESTS),
    "resource": (Resource, *platform_rules.RESOURCES,
                 dict.fromkeys(("publish", "share", "adopt"), pushes.of_resource)),
    "harvest": (HarvestedCatalogue, *platform_rules.HARVESTS),
    "data_request": (DataRequest, *platform_rules.REQUESTS, {"deliver": pushes.of_files}),
    "delivery": (Delivery,),
    "base_report": (BaseReport, *platform_rules.BASE_REPORTS),
    "visit": (Visit, *market_rules.VISITS),
    "lesson": (Lesson, *lesson_rules.LESSONS),
    "feed": (FeedDossier, *feed_rules.FEEDS),
    "submission": (Submission, *submission_rules.SUBMISSIONS),
    "adoption": (Adoption, *adoption_rules.ADOPTIONS),
    "alert": (Alert,),
    "circular": (Circular, *circular_rules.CIRCULARS),
    "city_letter": (CityLetter, *circular_rules.CITY_LETTERS),
    "comment": (Comment, *comment_rules.COMMENTS),
}  # fmt: skip
"""Of each kind, the last fields of its row: what it holds, and what its steps check and change."""


def _kind(row: Mapping[str, str]) -> Kind:
    title, titles, begin = (declared(row[f"{name}_en"]) for name in ("title", "titles", "begin"))
    parents, is_loose = tuple(row["parents"].split()), bool(row["is_loose"])
    return Kind(row["kind"], row["plural"], title, titles, begin, parents, is_loose, *_HELD[row["kind"]])


KINDS: Final[Mapping[str, Kind]] = {row["kind"]: _kind(row) for row in packaged_rows("rules/kinds")}
"""Every kind by name, in the order of ``data/rules/kinds.csv``."""


def kind_named(name: str) -> Kind:
    """Return a kind by its name or what several are called; raise NotFoundError for another.

    Words of a name are joined by a hyphen or an underscore, as they are typed.

    >>> kind_named("data_requests").name == kind_named("data-request").name == "data_request"
    True
    """
    typed = name.replace("-", "_")
    for row in KINDS.values():
        if typed in (row.name, row.plural.replace("-", "_")):
            return row
    raise NotFoundError.named(text("kind of dossier"), name, KINDS)
