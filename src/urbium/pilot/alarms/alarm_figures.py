"""Alarms of figures: behind the way to the target, copied from last year, other than the figure in force."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from urbium.pilot.alarms.alarm_case import Alarm, Case, raised, thresholds
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import SHARE, Target, TaskBook, unit_said
from urbium.text import coded

_LEAST_COMPARED: Final = 3
"""Fewer figures that are not 0 say nothing of copying."""


def expected(book: TaskBook, indicator: str, year: float) -> float | None:
    """Return where an indicator should be: on the straight lines from its base through its targets.

    The base is of the year before the first task begins. None where there is no target, no base, or no year.
    A year may have a fraction, such as that of a month.

    >>> from urbium.pilot.contracts.taskbooks import Task
    >>> book = TaskBook(title="", tasks=[Task(code="a", title="a", starts=2021, ends=2024)], targets=[
    ...     Target(indicator="x", year=2024, value=80.0, unit="%", base=40.0)])
    >>> expected(book, "x", 2022)
    60.0
    """
    targets = sorted((one for one in book.targets if one.indicator == indicator), key=lambda one: one.year)
    starts = [task.starts for task in book.tasks if task.starts is not None]
    if not targets or not starts or targets[0].base is None:
        return None
    points = [(min(starts) - 1, targets[0].base), *((one.year, one.value) for one in targets)]
    for (first, low), (last, high) in pairwise(points):
        if first < year <= last:
            return low + (high - low) * (year - first) / (last - first)
    return points[-1][1] if year > points[-1][0] else None


def left_band(case: Case) -> Iterator[Alarm]:
    """Quote the alerts of live figures of the year that is reported."""
    for one in case.crossings if case.report is not None else ():
        back = (
            coded("pilot.alarm.left_band.back", "back within its band in {period:period}", period=one.ended)
            if one.ended
            else coded("pilot.alarm.left_band.out", "not back within its band since")
        )
        message = coded(
            "pilot.alarm.left_band",
            "alert {alert}: {indicator} was at {value:,.4g} {unit} in {period:period}, against a required "
            "{wanted:,.4g}; {back}",
            alert=one.code, indicator=one.indicator, value=one.value, unit=one.unit, period=one.period,
            wanted=one.wanted, back=back
        )  # fmt: skip
        yield raised("left_band", one.indicator, message, value=one.value, wanted=one.wanted)


def drift(case: Case) -> Iterator[Alarm]:
    """Look for indicators that are behind their way to the target."""
    if case.report is None:
        return
    targets: dict[str, Target] = {one.indicator: one for one in case.book.targets}
    for one in case.report.reached:
        target = targets.get(one.indicator)
        wanted = expected(case.book, one.indicator, case.report.year)
        if target is None or target.base is None or wanted is None or one.value is None:
            continue
        way = target.value - target.base
        behind = (wanted - one.value) / way if way else 0.0
        if behind > thresholds()["target_drift"].value:
            named = case.names.get(one.indicator, one.indicator)
            message = (
                coded(
                    "pilot.alarm.target_drift_share",
                    "{indicator}: {value:.1%} of the need is still unmet; to be on track for the target, it "
                    "would have to be {wanted:.1%}",
                    indicator=named,
                    value=one.value,
                    wanted=wanted,
                )
                if one.unit == SHARE
                else coded(
                    "pilot.alarm.target_drift",
                    "{indicator} is at {value:,.4g} {unit}; to be on track for the target, it would have "
                    "to be at {wanted:,.4g}",
                    indicator=named,
                    value=one.value,
                    unit=unit_said(one.unit),
                    wanted=wanted,
                )
            )
            yield raised("target_drift", one.indicator, message, value=one.value, expected=wanted)


def copied(case: Case) -> Iterator[Alarm]:
    """Look whether the figures are those of last year."""
    last = next((one for one in case.earlier if case.report and one.year == case.report.year - 1), None)
    if case.report is None or last is None:
        return
    now, before = _figures(case.report), _figures(last)
    compared = [name for name in now if name in before and (now[name] or before[name])]
    same = [name for name in compared if now[name] == before[name]]
    enough = len(compared) >= _LEAST_COMPARED
    if enough and len(same) >= thresholds()["figures_copied"].value * len(compared):
        message = coded(
            "pilot.alarm.figures_copied",
            "{count} of {all} figures is the same as for {year:d}",
            "{count} of {all} figures are the same as for {year:d}",
            count=len(same),
            all=len(compared),
            year=last.year,
        )
        yield raised("figures_copied", "report", message, same=len(same), compared=len(compared))


def _figures(report: Report) -> dict[str, float]:
    """Return what a report says by itself; planned money is not of its making."""
    money = {
        f"{row.task} {name}": float(amount)
        for row in report.progress
        for name in ("tendered", "contracted", "done", "spent")
        if (amount := getattr(row, name)) is not None
    }
    return money | {one.indicator: one.value for one in report.reached if one.value is not None}


def differs(case: Case) -> Iterator[Alarm]:
    """Look for values that are not the figures in force."""
    for one in case.report.reached if case.report else ():
        stored = case.figures.get(one.indicator)
        if one.value is None or stored is None or one.unit == SHARE:
            continue
        if abs(one.value - stored) > thresholds()["figure_differs"].value * max(abs(stored), abs(one.value)):
            message = coded(
                "pilot.alarm.figure_differs",
                "{indicator} is reported as {value:,.6g}, but the figure in force is {stored:,.6g}",
                indicator=case.names.get(one.indicator, one.indicator),
                value=one.value,
                stored=stored,
            )
            yield raised("figure_differs", one.indicator, message, value=one.value, stored=stored)
