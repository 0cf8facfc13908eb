"""Alarms: what is to be looked at in the report of a pilot, each with its reason and its figures.

An alarm refuses nothing. What is compared: the task book, the task book as it was first, the reports of
earlier years, what others build, and figures in force.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from urbium.pilot.alarms.alarm_case import SEVERITIES, Alarm, Case
from urbium.pilot.alarms.alarm_figures import copied, differs, drift, left_band
from urbium.pilot.alarms.alarm_money import (
    duplicates,
    exceeded,
    late_report,
    late_tasks,
    scope,
    silent_tasks,
    underspent,
    unspent,
)
from urbium.pilot.contracts.reports import Noticed, Said
from urbium.text import packed, unpacked

_LOOKS: Final[tuple[Callable[[Case], Iterator[Alarm]], ...]] = (
    late_report, silent_tasks, late_tasks, exceeded, underspent, unspent, scope, duplicates, drift, left_band,
    copied, differs,
)  # fmt: skip


def alarms(case: Case) -> list[Alarm]:
    """Return what is to be looked at in a case, the gravest first."""
    rows = [alarm for look in _LOOKS for alarm in look(case)]
    return sorted(rows, key=lambda row: SEVERITIES.index(row.severity))


def kept(alarm: Alarm) -> Noticed:
    """Return an alarm as a report keeps it."""
    reason = msgspec.convert(packed(alarm.message), Said)
    return Noticed(code=alarm.code, severity=alarm.severity, place=alarm.place, reason=reason)


def reason_kept(alarm: Mapping[str, Any] | str) -> str:
    """Return the reason of an alarm that a report keeps, to be said in the reader's language."""
    return alarm if isinstance(alarm, str) else unpacked(alarm["reason"])
