"""Rules of lessons: one is computed when it is proposed, and adopted as a row of the catalogue.

Somebody else adopts it than who proposed it (``data/rules/steps.csv``); nothing changes by itself.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from urbium.catalogue.tables.layers import laid_over
from urbium.errors import Fault, NotFoundError
from urbium.model import Evidence
from urbium.model.dossiers import Dossier
from urbium.pilot.lessons import CityEffect, ComparedCity, ComparedYear, Lesson
from urbium.programme.base.catalogues import Catalogues
from urbium.programme.base.kept_catalogue import current_tables
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.track_cases import lessons_of
from urbium.text import Text, coded, text, texts

if TYPE_CHECKING:
    from urbium.track.synthetic_control import Comparison

_EFFECTS: Final = "effects"


def _computed(desk: Desk, lesson: Lesson) -> Lesson:
    """Return a lesson with what is computed of it today."""
    result = lessons_of(desk, lesson.solution, lesson.indicator, lesson.variable)
    facts = result.facts
    columns = ("city", "begin", "effect", "error", "p_value", "reason")
    cities = [
        CityEffect(**row, **_compared(result.comparisons.get((row["city"], row["begin"]))))
        for row in result.table.select(columns).iter_rows(named=True)
    ]
    names = ("indicator", "variable", "unit", "direction", "declared_low", "declared_high", "mean", "between")
    computed = {name: facts[name] for name in names}
    return msgspec.structs.replace(lesson, **computed, low=facts["low"], high=facts["high"], cities=cities)


def _compared(one: "Comparison | None") -> dict[str, Any]:
    """Return what a city was compared with, as it is kept; nothing where it was not."""
    if one is None:
        return {}
    rows = zip(one.years, one.observed.tolist(), one.synthetic.tolist(), strict=True)
    return {
        "compared": [ComparedCity(city=city, weight=weight) for city, weight in one.shares],
        "years": [ComparedYear(year=year, observed=seen, synthetic=mean) for year, seen, mean in rows],
    }


def _filled(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    content = dict(msgspec.to_builtins(_computed(desk, dossier.content_as(Lesson))))
    return [msgspec.structs.replace(dossier, content=content)]


def _proposable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that there is something to propose."""
    if _computed(desk, dossier.content_as(Lesson)).low is not None:
        return ()
    return [
        _fault(
            coded(
                "programme.lesson.nothing",
                "no finished project can be judged, or all effects were in the opposite direction",
            ),
            text("use the lessons command to see, for each city, why it does not count"),
        )
    ]


def _current(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that what is adopted is what is computed today."""
    lesson = dossier.content_as(Lesson)
    with suppress(NotFoundError):  # its solution, or the effect, has left the catalogue since
        if _computed(desk, lesson) == lesson:
            return ()
    return [
        _fault(
            coded(
                "programme.lesson.stale",
                "reports, figures or the catalogue have changed since the lesson was proposed",
            ),
            text("decline it, and propose it again"),
        )
    ]


def _adopt(desk: Desk, dossier: Dossier) -> None:
    """Lay the proposed range over the declared one in the programme's own catalogue."""
    lesson = dossier.content_as(Lesson)
    rows = laid_over(current_tables(desk.workspace.store).tables).rows[_EFFECTS]
    declared = next(
        row.cells
        for row in rows
        if (row.cells["solution_code"], row.cells["indicator"]) == (lesson.solution, lesson.indicator)
    )
    count = sum(not one.reason for one in lesson.cities)
    note = texts(
        "observed in {count} city (lesson {lesson}); previously {low:g} to {high:g}, {evidence}: {note}",
        "observed in {count} cities (lesson {lesson}); previously {low:g} to {high:g}, {evidence}: {note}",
        count=count, lesson=dossier.code, low=lesson.declared_low, high=lesson.declared_high,
        evidence=declared["evidence_level"], note=declared.get("note", "")
    )  # fmt: skip
    cells = {
        **declared,
        "effect_low_pct": f"{lesson.low:.6g}",
        "effect_high_pct": f"{lesson.high:.6g}",
        "evidence_level": Evidence.MEASURED_HERE.value,
        "note": note.render(),
    }
    catalogues = Catalogues(desk.workspace, desk.register, desk.settings)
    catalogues.lay_over(_EFFECTS, [cells], by=dossier.recorded_by, reason=f"lesson {dossier.code}")


def _fault(message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="lesson", cell="solution")


LESSONS: Final[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]] = (
    {"create": _proposable, "adopt": _current},
    {"create": _filled},
    {"adopt": _adopt},
)
"""What is checked, what is computed, and what else changes, by action."""
