"""Bringing in: registers, figures and ages, each file stored whole or refused whole; and what is doubted."""

import getpass
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from urbium.cli.opening import opened
from urbium.cli.show import Common, mark, say_explanation, say_facts, say_faults, say_result
from urbium.errors import InputError
from urbium.text import text

__all__ = ["VERBS", "Author"]


def _user() -> str:
    """Return who is logged in, whether or not the environment says so; nothing where nobody is."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


@Parameter(name="*")
@dataclass(frozen=True)
class Author:
    """Who does it and why: both go into the audit log.

    Parameters
    ----------
    by
        Who does it; your user name when left out.
    reason
        Why.
    """

    by: Annotated[str, Parameter(env_var="URBIUM_USER")] = _user()
    reason: str = ""


_COMMON = Common()
_AUTHOR = Author()


def register(file: Path, /, *, author: Author = _AUTHOR, common: Common = _COMMON) -> None:
    """Register the cities of a table, or refuse it whole with every fault named by cell.

    Parameters
    ----------
    file
        A table of cities, .csv or .xlsx: code, name_en, level, and what else is known of each.
    """
    with opened(common) as programme:
        count = programme.register_file(file, by=author.by, reason=author.reason or f"register {file.name}")
    say_facts({"registered": count}, common)


def check(
    file: Path,
    /,
    *,
    mapping: Path | None = None,
    marked: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Read a file and list every fault with its cell; store nothing.

    Parameters
    ----------
    file
        A table of observations, .csv or .xlsx.
    mapping
        How to read somebody else's table: which column is what.
    marked
        Write a copy of the file here, with the cells marked.
    """
    with opened(common) as programme:
        reading = programme.check(file, mapping=mapping)
    if marked:
        mark(reading, marked)
    say_faults(
        reading.records(), common, title=text("cli.check.title", "Findings in {file}", file=reading.name)
    )
    if reading.is_refused:
        raise InputError(
            text("cli.check.refused", "this file would be refused as a whole"),
            place=reading.name,
            remedy=text("cli.check.refused_remedy", "correct the errors listed"),
        )


def load(
    file: Path,
    /,
    *,
    mapping: Path | None = None,
    marked: Path | None = None,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    author: Author = _AUTHOR,
    common: Common = _COMMON,
) -> None:
    """Store a file whole, or refuse it whole with every fault named by cell.

    Parameters
    ----------
    file
        A table of observations, .csv or .xlsx.
    mapping
        How to read somebody else's table: which column is what.
    marked
        When there are faults, write a copy of the file here with the cells marked.
    dry_run
        Check only; store nothing.
    """
    if dry_run:
        check(file, mapping=mapping, marked=marked, common=common)
        return
    with opened(common) as programme:
        reading = programme.check(file, mapping=mapping)
        if marked and reading.faults:
            mark(reading, marked)
        receipt = programme.record(reading, by=author.by, reason=author.reason or f"load of {file.name}")
    say_facts({**asdict(receipt), "file": receipt.file.name, "sha256": receipt.file.sha256}, common)


def accept(
    city: str,
    variable: str,
    period: str,
    /,
    *,
    area: str | None = None,
    source: str | None = None,
    author: Author = _AUTHOR,
    common: Common = _COMMON,
) -> None:
    """Accept a suspect figure, with a reason; from then on it enters scores.

    Parameters
    ----------
    city
        The city's code or name.
    variable
        The variable's id.
    period
        The period, for example 2012.
    area
        The boundary, where several are stored.
    source
        The source, where several are stored.
    """
    with opened(common) as programme:
        programme.accept(city, variable, period, area=area, source=source, by=author.by, reason=author.reason)
        say_facts({"accepted": f"{city} {variable} {period}"}, common)


def faults(*, common: Common = _COMMON) -> None:
    """List what is suspect, in which cell and by which rule, of every load; and where sources disagree."""
    with opened(common) as programme:
        say_faults(programme.all_faults(), common, title=text("cli.faults.title", "Findings of all loads"))


def load_ages(file: Path, /, *, author: Author = _AUTHOR, common: Common = _COMMON) -> None:
    """Store counts by age and sex with births, deaths and moves, from which ages are forecast.

    Parameters
    ----------
    file
        A table, .csv: place, variable, period, sex, age, value, unit, status, area, source_id.
    """
    with opened(common) as programme:
        rows = programme.load_ages(file, by=author.by, reason=author.reason or f"ages of {file.name}")
        say_facts({"rows": rows, "file": file.name}, common)


def check_claims(file: Path, /, *, common: Common = _COMMON) -> None:
    """Say of each stated figure whether the stored series confirm it, and which series it really matches.

    Parameters
    ----------
    file
        A table of claims: claim_id, text, place, variable_as_named, year, value, unit, comparison.
    """
    with opened(common) as programme:
        checked = programme.check_claims(file)
    if common.json:
        say_result(checked, common)
        return
    for claim in checked.table["claim"]:
        say_explanation(checked.explain(claim), common)


VERBS: tuple[Callable[..., Any], ...] = (
    register,
    check,
    load,
    load_ages,
    accept,
    faults,
    check_claims,
)
"""Every verb of this room."""
