"""Kinds: every kind of dossier of a programme is one row: what it is called, holds, hangs on, and checks.

See ADR 0062.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import msgspec

from urbium.errors import Fault, NotFoundError
from urbium.market.investor_mandates import InvestorMandate
from urbium.market.offers import Interest, Offer, Visit
from urbium.model.accounts import Account, AccountChange
from urbium.model.dossiers import Dossier, circles_of_fields
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
    submission_rules,
)
from urbium.text import Text, text

Check = Callable[[Desk, Dossier], Sequence[Fault]]
"""Says what is wrong with a dossier as a step would leave it; a fault that is an error refuses the step.

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
    content : the class of what it holds
    parents : the kinds it can hang on; empty when it stands for itself
    checks, made : by action, what is checked before the step is stored, and what else it changes
    then : by action, what it changes that is no dossier
    begin : what a link that begins one says, where it says more than that
    is_loose : whether one can stand for itself, too, where it can hang on another
    """

    name: str
    plural: str
    title: Text
    titles: Text
    content: type[msgspec.Struct]
    parents: tuple[str, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=lambda: MappingProxyType({}))
    made: Mapping[str, Made] = field(default_factory=lambda: MappingProxyType({}))
    then: Mapping[str, Then] = field(default_factory=lambda: MappingProxyType({}))
    begin: Text | None = None
    is_loose: bool = False

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


_ROWS = (
    Kind(
        "account",
        "accounts",
        text("account"),
        text("accounts"),
        Account,
        checks=account_rules.CHECKS,
    ),
    Kind(
        "account_change",
        "account-changes",
        text("change of an account"),
        text("changes of accounts"),
        AccountChange,
        (),
        *account_rules.CHANGES,
        begin=text("Propose a change of an account"),
    ),
    Kind(
        "round",
        "rounds",
        text("round"),
        text("rounds"),
        Round,
        checks=round_rules.CHECKS,
        made=round_rules.MADE,
        begin=text("Open a call"),
    ),
    Kind(
        "application",
        "applications",
        text("application"),
        text("applications"),
        Application,
        ("round",),
        checks=application_rules.CHECKS,
        made=application_rules.MADE,
        begin=text("Apply to a call"),
    ),
    Kind(
        "review",
        "reviews",
        text("review"),
        text("reviews"),
        Review,
        ("application",),
        checks=review_rules.CHECKS,
        begin=text("Ask an expert for a review"),
    ),
    Kind(
        "agreement",
        "agreements",
        text("agreement"),
        text("agreements"),
        Agreement,
        checks=agreement_rules.CHECKS,
        made=agreement_rules.MADE,
        begin=text("Draw up an agreement"),
    ),
    Kind(
        "taskbook",
        "taskbooks",
        text("task book"),
        text("task books"),
        TaskBook,
        ("application",),
        *contract_rules.TASKBOOKS,
        begin=text("Write a task book from the plan"),
    ),
    Kind(
        "amendment",
        "amendments",
        text("amendment"),
        text("amendments"),
        Amendment,
        ("taskbook",),
        *contract_rules.AMENDMENTS,
        begin=text("Ask for a change of a task book"),
    ),
    Kind(
        "report",
        "reports",
        text("report"),
        text("reports"),
        Report,
        ("taskbook",),
        *contract_rules.REPORTS,
        begin=text("Write a yearly report"),
    ),
    Kind(
        "grade",
        "grades",
        text("grade"),
        text("grades"),
        Grade,
        ("taskbook",),
        *contract_rules.GRADES,
        begin=text("Propose a grade"),
    ),
    Kind(
        "organisation",
        "organisations",
        text("organisation"),
        text("organisations"),
        Organisation,
        begin=text("Add an organisation"),
    ),
    Kind(
        "project",
        "special-projects",
        text("special project"),
        text("special projects"),
        SpecialProject,
        ("round",),
        begin=text("Add a special project"),
    ),
    Kind(
        "mandate",
        "mandates",
        text("mandate"),
        text("mandates"),
        InvestorMandate,
        (),
        *market_rules.MANDATES,
        begin=text("Describe what you want to invest in"),
    ),
    Kind(
        "offer",
        "offers",
        text("offer to investors"),
        text("offers to investors"),
        Offer,
        (),
        *market_rules.OFFERS,
        begin=text("Offer a project to investors"),
    ),
    Kind(
        "interest",
        "interests",
        text("expression of interest"),
        text("expressions of interest"),
        Interest,
        ("offer",),
        *market_rules.INTERESTS,
        begin=text("Answer an offer"),
    ),
    Kind(
        "resource",
        "resources",
        text("resource"),
        text("resources"),
        Resource,
        (),
        *platform_rules.RESOURCES,
        then=dict.fromkeys(("publish", "share", "adopt"), pushes.of_resource),
        begin=text("Describe a data set or service"),
    ),
    Kind(
        "harvest",
        "harvests",
        text("harvested catalogue"),
        text("harvested catalogues"),
        HarvestedCatalogue,
        (),
        *platform_rules.HARVESTS,
        begin=text("Harvest another catalogue"),
    ),
    Kind(
        "data_request",
        "data-requests",
        text("request for data"),
        text("requests for data"),
        DataRequest,
        ("resource",),
        *platform_rules.REQUESTS,
        then={"deliver": pushes.of_files},
        begin=text("Ask for data"),
    ),
    Kind(
        "delivery",
        "deliveries",
        text("delivery of data"),
        text("deliveries of data"),
        Delivery,
        ("data_request",),
    ),
    Kind(
        "base_report",
        "base-reports",
        text("report of base data"),
        text("reports of base data"),
        BaseReport,
        (),
        *platform_rules.BASE_REPORTS,
        begin=text("Report on a base database"),
    ),
    Kind(
        "visit",
        "visits",
        text("look into a data room"),
        text("looks into data rooms"),
        Visit,
        ("interest",),
        *market_rules.VISITS,
    ),
    Kind(
        "lesson",
        "lessons",
        text("lesson"),
        text("lessons"),
        Lesson,
        (),
        *lesson_rules.LESSONS,
        begin=text("Propose a lesson of finished projects"),
    ),
    Kind(
        "feed",
        "feeds",
        text("feed"),
        text("feeds"),
        FeedDossier,
        (),
        *feed_rules.FEEDS,
        begin=text("Connect sensors"),
    ),
    Kind(
        "submission",
        "submissions",
        text("submission of figures"),
        text("submissions of figures"),
        Submission,
        (),
        *submission_rules.SUBMISSIONS,
    ),
    Kind(
        "adoption",
        "adoptions",
        text("adoption"),
        text("adoptions"),
        Adoption,
        (),
        *adoption_rules.ADOPTIONS,
    ),
    Kind(
        "alert",
        "alerts",
        text("alert"),
        text("alerts"),
        Alert,
        ("taskbook", "feed"),
        begin=text("Raise an alert"),
    ),
    Kind(
        "circular",
        "circulars",
        text("letter to several cities"),
        text("letters to several cities"),
        Circular,
        (),
        *circular_rules.CIRCULARS,
        begin=text("Write to several cities"),
    ),
    Kind(
        "city_letter",
        "city-letters",
        text("letter to a city"),
        text("letters to a city"),
        CityLetter,
        ("circular",),
        *circular_rules.CITY_LETTERS,
        begin=text("Write to a city"),
        is_loose=True,
    ),
    Kind(
        "comment",
        "comments",
        text("comment"),
        text("comments"),
        Comment,
        (
            "round",
            "application",
            "review",
            "agreement",
            "taskbook",
            "amendment",
            "report",
            "grade",
            "mandate",
            "offer",
            "interest",
            "resource",
            "base_report",
            "feed",
            "submission",
            "alert",
        ),
        *comment_rules.COMMENTS,
        is_loose=True,
    ),
)

KINDS: Mapping[str, Kind] = {row.name: row for row in _ROWS}
"""Every kind by name."""


def kind_named(name: str) -> Kind:
    """Return a kind by its name or what several are called; raise NotFoundError for another.

    Words of a name are joined by a hyphen or an underscore, as they are typed.

    >>> kind_named("data_requests").name == kind_named("data-request").name == "data_request"
    True
    """
    typed = name.replace("-", "_")
    for row in _ROWS:
        if typed in (row.name, row.plural.replace("-", "_")):
            return row
    raise NotFoundError.named(text("kind of dossier"), name, KINDS)
