"""Track: the verbs of what became of plans, of what is likely to be missed, and of what is learnt."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from urbium.cli.cases.casework import acting
from urbium.cli.opening import opened
from urbium.cli.show import SAVING, As, Saving, say_facts, say_result, say_saved, say_table, say_written
from urbium.files import write_whole
from urbium.text import text

_EARNED: Final = (
    "level", "item", "year", "pv", "ev", "ac", "spi", "cpi", "bac", "eac", "spi_t", "city", "currency",
)  # fmt: skip


def track(
    *,
    city: str = "",
    workbook: Path | None = None,
    common: Saving = SAVING,
) -> None:
    """Report the progress of task books in time, money, people and effect, and the targets at risk.

    Parameters
    ----------
    city
        Only the task books of this city, by code or name.
    workbook
        Write all tables as a workbook here (.xlsx).
    """
    with opened(common) as programme:
        result, warnings = programme.track.progress(city), programme.track.warnings(city)
        if workbook is not None:
            say_written(write_whole(workbook, programme.track.workbook(city)))
        if common.json:
            say_saved(result.table, common)
            say_facts(
                {**result.record(), "earned": result.earned.to_dicts(), "targets": warnings.record()}, common
            )
            return
        say_result(result, common)
        title = text("Earned value, millions")
        say_table(result.earned.select(_EARNED), common, title=title, of="earned")
        say_result(warnings, replace(common, save=None), of="targets")


def lessons(
    solution: str = "",
    /,
    *,
    indicator: str = "",
    variable: str = "",
    propose: str = "",
    account: As = "",
    common: Saving = SAVING,
) -> None:
    """Compare cities that have finished projects with similar cities that have not.

    The result shows what the comparison means for a declared effect. Nothing changes automatically: --propose
    creates a lesson that someone else adopts at the desk.

    Parameters
    ----------
    solution
        The kind of project; by default, the finished projects are listed.
    indicator
        The declared effect, if the kind of project has several.
    variable
        The figure to compare, if the indicator is not itself a variable.
    propose
        The code for a lesson made from the comparison, to be adopted by another account.
    account
        The account that proposes.
    """
    with opened(common) as programme:
        if not solution:
            title = text("Finished projects from which lessons can be drawn")
            say_table(programme.track.finished(), common, title=title)
            return
        result = programme.track.lessons(solution, indicator, variable)
        if propose:
            facts = result.facts
            content = {
                "title": propose,
                **{name: facts[name] for name in ("solution", "indicator", "variable")},
            }
            programme.casework.begin(acting(programme, account), "lesson", propose, content)
        say_result(result, common)


VERBS: Final[tuple[Callable[..., None], ...]] = (track, lessons)
"""Every verb of this file, in the order of the help."""
