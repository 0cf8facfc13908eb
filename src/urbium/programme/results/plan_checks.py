"""What may be asked of plans: names, times to search, spans, choices; and what a weight is made of."""

import math
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError
from urbium.explanation import Explanation
from urbium.plan_rules import Choices
from urbium.programme.base.register import Register
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.plan import Certificate, Plan

ADOPTED: Final = "adopted"
"""What the adopted plan is called among the plans."""
NONE: Final = "none"
"""What a search is told that begins with no other plan; no plan is called so."""

_LONGEST: Final = 60
_LONGEST_PLAN: Final = 30


def certify_file(path: str | Path, *, starts: str | Path | None = None) -> "Certificate":
    """Check the plan of a file from its raw tables, as :meth:`ProgrammePlans.certify` checks a kept one.

    No programme is needed. Raises InputError where the file holds no plan, or the starts have faults.
    """
    from urbium.plan import certify, proposed, read_plan, read_starts  # noqa: PLC0415

    plan = read_plan(path)
    return plan.certificate if starts is None else certify(plan.roadmap, proposed(plan, read_starts(starts)))


def plan_title(name: str) -> str:
    """Return what people call a plan: the name it is kept by, or the adopted plan.

    >>> plan_title("half the money"), plan_title(ADOPTED)
    ('half the money', 'the adopted plan')
    """
    return text("the adopted plan") if name == ADOPTED else name


def plan_name(name: str) -> str:
    """Return a name of a plan without blanks around it; raise InputError when it is none."""
    called = name.strip()
    if called in {"", NONE} or len(called) > _LONGEST or not called.isprintable():
        raise InputError(
            coded("programme.plan.name", "{name!r} cannot be the name of a plan", name=name[:_LONGEST]),
            place="name",
            remedy=text(
                "use a name of up to {most} printable characters, such as 'half the money'", most=_LONGEST
            ),
        )
    if called == ADOPTED:
        raise InputError(
            coded(
                "programme.plan.name_taken",
                "{name!r} is the name of the plan shown on the pages",
                name=ADOPTED,
            ),
            place="name",
            remedy=text("adopt the plan, or choose another name"),
        )
    return called


def check_limits(work: float, seconds: float) -> None:
    """Raise InputError for work or a time in which nothing can be searched."""
    if not (math.isfinite(seconds) and seconds > 0):
        raise InputError(
            coded("programme.search.time", "{seconds:g} s is too short for a search", seconds=seconds),
            remedy=text("allow more than 0 seconds"),
        )
    if not (math.isfinite(work) and work > 0):
        raise InputError(
            coded("programme.search.work", "{work:g} units of work are too few for a search", work=work),
            remedy=text("use more than 0 units"),
        )


def check_span(years: range) -> None:
    """Raise InputError for a plan of no year, or of more than thirty."""
    if not 1 <= len(years) <= _LONGEST_PLAN:
        raise InputError(
            coded("programme.plan.span", "{count} plan year", "{count} plan years", count=len(years)),
            remedy=text("plan for 1 to {most} years, such as 2016-2020", most=_LONGEST_PLAN),
        )


def coded_choices(register: Register, choices: Choices, idle: Collection[str] = ()) -> Choices:
    """Return choices in which the cities of projects are codes; they may be named.

    Parameters
    ----------
    idle : funds that pay nothing here, so that a limit of theirs changes nothing

    Raises NotFoundError for a city that there is not.
    """

    def projects(names: Iterable[str]) -> tuple[str, ...]:
        parts = (name.rpartition(":") for name in names)
        return tuple(
            f"{register.city(city).code}:{solution}" if colon else solution for city, colon, solution in parts
        )

    funds = {fund: most for fund, most in choices.funds.items() if fund not in idle}
    return replace(choices, must=projects(choices.must), must_not=projects(choices.must_not), funds=funds)


def domains_of(catalogue: Catalogue) -> list[str]:
    """Return the domains by which a plan can be weighed: those of effects that count."""
    return sorted({effect.domain for effect in catalogue.effects if effect.is_counted and effect.domain})


def weight_explained(plan: "Plan", city: str) -> tuple[Explanation, ...]:
    """Explain the weight of a city in a plan, and what it is made of; nothing where it has none."""
    return tuple(
        Explanation(
            coded("programme.why.weight", "weight of the city in the plan"),
            row["weight"],
            unit=plan.roadmap.settings.weight_unit,
            kind="setting",
            grade=row["evidence"],
            note=plan.roadmap.words(row["note"]),
        )
        for row in plan.roadmap.cities.filter(pl.col("city") == city).iter_rows(named=True)
    )
