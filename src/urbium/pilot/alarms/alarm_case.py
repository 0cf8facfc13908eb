"""What alarms are looked for in, and from where on something is one (``data/rulesets/alarms.csv``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final

from urbium.packaged import packaged_rows
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import TaskBook
from urbium.text import Text

SEVERITIES: Final = ("serious", "warning")
"""How grave an alarm is, the gravest first."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on something is an alarm: the severity, the figure and its unit, what it means."""

    code: str
    severity: str
    value: float
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to look at.

    Parameters
    ----------
    code : of its threshold
    severity : of :data:`SEVERITIES`
    place : the task, indicator or report that it is about
    message : the reason as a sentence
    figures : what the reason rests on
    """

    code: str
    severity: str
    place: str
    message: Text
    figures: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Other:
    """What another body builds or promises, in public: its kind and code, title, city, kind of project."""

    kind: str
    code: str
    title: str
    city: str = ""
    solution: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """An alert of live figures: the indicator that left its band, its figure then, and when it came back."""

    code: str
    indicator: str
    period: str
    value: float
    unit: str
    wanted: float
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What an alarm is looked for in.

    Parameters
    ----------
    book, city : the task book, and the code of its city
    report : of the year; None when there is none (yet)
    earlier : reports of the years before
    first : the task book as it was first put in force; None when it was never amended
    due_year, due : the year whose report is due, and the day by which; None when none is
    sent : the day on which it was sent; today where it was not
    others : what others build
    figures : values in force of the year, by variable
    crossings : alerts of live figures of the year
    names : what indicators are called, by code
    """

    book: TaskBook
    city: str
    report: Report | None
    earlier: Sequence[Report] = ()
    first: TaskBook | None = None
    due_year: int | None = None
    due: date | None = None
    sent: date | None = None
    others: Sequence[Other] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    crossings: Sequence[Crossing] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@cache
def thresholds() -> Mapping[str, Threshold]:
    """Return the thresholds of alarms by code."""
    return {
        row["code"]: Threshold(
            row["code"], row["severity"], float(row["threshold"]), row["unit"], row["meaning_en"]
        )
        for row in packaged_rows("rulesets/alarms")
    }


def raised(code: str, place: str, message: Text, **figures: float | str) -> Alarm:
    """Return an alarm with the severity that its row declares."""
    return Alarm(code, thresholds()[code].severity, place, message, figures)
