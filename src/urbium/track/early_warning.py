"""Early warning: which targets are likely to be missed, when, how surely, and what can be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

import polars as pl

from urbium.columns import schema_of
from urbium.packaged import words_of
from urbium.pilot.contracts.taskbooks import Target
from urbium.result import Result
from urbium.text import Text, sentences, text, texts
from urbium.track.progress import Tracked, finished_in
from urbium.track.target_outlook import TargetOutlook, by_drift, by_house

SERIOUS: Final = 0.2
UNLIKELY: Final = 0.5
"""Below such a chance a target is a serious warning, or a warning (assumptions)."""
_ROWS: Final = schema_of(
    "taskbook city indicator title year target unit value low high chance severity method last_year figures "
    "remedy"
)

House = Mapping[str, Mapping[int, Mapping[str, float]]]
"""Rows of the city outlook of one city by variable and year: value, low80, high80, high95."""


@dataclass(frozen=True, kw_only=True)
class Warnings(Result):
    """The outlook of every target that is still to come, the least likely first.

    Parameters
    ----------
    table : taskbook, city, indicator, title, year, target and its unit, value with low and high (80%),
        chance that it is met, severity (``serious``, ``warning`` or empty), method, last_year and figures it
        rests on, remedy
    unknown : city, title and year of targets that nothing can be said of
    """

    stage: ClassVar[str] = "early_warning"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {
            "severity": words_of("severity of a warning"),
            "method": words_of("method of a warning"),
        }
    )
    unknown: tuple[tuple[str, str, int], ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        facts = self.facts
        if not facts["targets"] and not facts["unknown"]:
            return text("Early warning: no targets remain").render()
        if not facts["targets"]:
            return texts(
                "Early warning: the {count} remaining target cannot be judged yet",
                "Early warning: none of the {count:,} remaining targets can be judged yet",
                count=facts["unknown"]
            ).render()  # fmt: skip
        rest = text("other targets with too little data: {count:,}", count=facts["unknown"])
        return sentences(
            [
                texts(
                    "Early warning: {bad} of {count} target likely to be missed",
                    "Early warning: {bad:,} of {count:,} targets likely to be missed",
                    count=facts["targets"], bad=facts["unlikely"]
                ),
                *([rest] if facts["unknown"] else []),
            ]
        ).render()  # fmt: skip

    @property
    def overview(self) -> pl.DataFrame:
        """The targets that are likely to be missed."""
        return self.table.filter(pl.col("severity") != "")

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many targets are looked at, how many are likely missed, below which chance, or not judged."""
        return {
            "targets": self.table.height,
            "unlikely": self.overview.height,
            "below": UNLIKELY,
            "unknown": len(self.unknown),
        }

    @property
    def notes(self) -> tuple[Text, ...]:
        """When there is a warning, and how good such chances were on later years (``bench/track.py``)."""
        return (
            text(
                "A target whose chance of being met is below {unlikely:.0%} triggers a warning; "
                    "below {serious:.0%}, the warning is serious (assumptions).",
                unlikely=UNLIKELY, serious=SERIOUS
            ),
            text(
                "When chances computed from the last value and the mean change were tested on "
                    'later years, their Brier score was {score:.2f} ({peer:.2f} for "no change", '
                    "0.25 for tossing a coin). They were overconfident: of those above {limit:.0%}, "
                    "{low:.0%} to {high:.0%} came true.",
                score=0.18, peer=0.21, limit=0.8, low=0.72, high=0.82
            ),
        )  # fmt: skip


def warn(
    books: Sequence[Tracked],
    house: Mapping[str, House],
    tasks: Mapping[str, Sequence[str]],
) -> Warnings:
    """Return the outlook of the targets of task books that are still to come.

    Parameters
    ----------
    books : with their reports and figures
    house : rows of the city outlook, by city
    tasks : that move an indicator, by indicator
    """
    rows, unknown = [], []
    for one in books:
        for target in one.book.targets:
            series = _series(one, target)
            if target.year <= max([*series, one.year or 0]):
                continue
            title = one.titles.get(target.indicator, target.indicator)
            outlook = _outlook(series, target, house.get(one.city, {}))
            if outlook is None:
                unknown.append((one.city, title, target.year))
                continue
            remedy, chance = _remedy(one, target, tasks.get(target.indicator, ())), outlook.chance
            rows.append(
                (
                    one.code, one.city, target.indicator, title, target.year, target.value, target.unit,
                    outlook.value, outlook.low, outlook.high, chance, _severity(chance), outlook.method,
                    outlook.last_year, outlook.count, str(remedy),
                )
            )  # fmt: skip
    table = pl.DataFrame(rows, schema=dict(_ROWS), orient="row")
    return Warnings(table=table.sort("chance", "taskbook", "indicator", "year"), unknown=tuple(unknown))


def _series(one: Tracked, target: Target) -> dict[int, float]:
    """Return the yearly figures of an indicator: reported, and in force, which count first."""
    reported = {
        report.year: row.value
        for report in one.reports
        for row in report.reached
        if row.indicator == target.indicator and row.value is not None and row.unit == target.unit
    }
    in_force = {year: value for year, (value, _) in one.figures.get(target.indicator, {}).items()}
    return reported | in_force


def _outlook(series: Mapping[int, float], target: Target, house: House) -> TargetOutlook | None:
    row = house.get(target.indicator, {}).get(target.year)
    if row is not None and series:
        return by_house(row, target, last_year=max(series), count=len(series))
    return by_drift(series, target)


def _severity(chance: float) -> str:
    if chance < SERIOUS:
        return "serious"
    return "warning" if chance < UNLIKELY else ""


def _late(one: Tracked, codes: Sequence[str]) -> Iterator[str]:
    for task in one.book.tasks:
        is_due = one.year is not None and task.ends is not None and task.ends <= one.year
        if task.code in codes and is_due and finished_in(one, task) is None:
            yield task.title


def _remedy(one: Tracked, target: Target, codes: Sequence[str]) -> Text:
    late = list(_late(one, codes))
    if late:
        return text(
            "replan from reported progress, or complete the overdue work that affects it: {tasks:list}",
            tasks=late,
        )
    if {*codes} & {task.code for task in one.book.tasks}:
        return text("its tasks are on schedule; check their effect in the next report, or replan")
    return text(
        "no task in the task book affects it; replan, or amend the target for {year:d}", year=target.year
    )
