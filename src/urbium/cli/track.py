"""Track: the verbs of what became of plans, of what is likely to be missed, and of what is learnt."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from urbium.cli.casework import acting
from urbium.cli.opening import opened
from urbium.cli.show import Common, say_facts, say_result, say_table, say_written
from urbium.files import write_whole
from urbium.text import text

__all__ = ["VERBS"]

_COMMON = Common()
_As = Annotated[str, Parameter(name="--as")]


def track(
    *,
    city: str = "",
    save: Path | None = None,
    workbook: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Say how far task books are in time, money, people and effect, and which targets may be missed.

    Parameters
    ----------
    city
        Only the task books of this city, by code or name.
    save
        Write plan against actuals here (.csv, .xlsx, .json, .parquet).
    workbook
        Write all tables as a workbook here (.xlsx).
    """
    with opened(common) as programme:
        result, warnings = programme.track.progress(city), programme.track.warnings(city)
        if workbook is not None:
            say_written(write_whole(workbook, programme.track.workbook(city)))
        if common.json:
            say_facts(
                {**result.record(), "earned": result.earned.to_dicts(), "targets": warnings.record()}, common
            )
            return
        say_result(result, common, save)
        columns = (
            "level", "city", "item", "year", "currency", "bac", "pv", "ev", "ac", "spi", "cpi", "eac",
            "spi_t",
        )  # fmt: skip
        title = text("cli.track.earned", "Earned value, millions")
        say_table(result.earned.select(columns), common, title=title)
        say_result(warnings, common)


def lessons(
    solution: str = "",
    /,
    *,
    indicator: str = "",
    variable: str = "",
    propose: str = "",
    account: _As = "",
    save: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Say what finished projects did beside comparable cities, and what that makes of the declared effect.

    Nothing changes by itself: --propose makes a lesson that somebody else adopts at the desk.

    Parameters
    ----------
    solution
        The kind of project; the finished projects are listed when left out.
    indicator
        The declared effect, where the kind of project has several.
    variable
        The figure that is compared, where the indicator is not a variable by itself.
    propose
        The code of a lesson to make of it, to be adopted by another account.
    account
        The account that proposes.
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        if not solution:
            title = text("cli.lessons.finished", "Finished projects that can be learnt from")
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
        say_result(result, common, save)


VERBS: Final[tuple[Callable[..., None], ...]] = (track, lessons)
"""Every verb of this file, in the order of the help."""
