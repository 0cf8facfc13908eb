"""Assumed: the declared assumptions about people that a plan's staff is judged by, in the plan's money."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from urbium.catalogue import Catalogue, load_catalogue
from urbium.model import Assumption, Evidence
from urbium.plan.inputs.assumptions import Assumed as PlanAssumed

_PREFIX = "talent."


class Assumed:
    """Reads the assumptions called ``talent.*``; one that is not declared is refused, never guessed.

    Parameters
    ----------
    catalogue : in which they stand; urbium's own where it is older than they are and has none
    rate_from : how many units of the plan's currency one unit of another is; amounts of money stand as they
        are declared when it is left out
    """

    def __init__(self, catalogue: Catalogue, rate_from: Callable[[str], float] | None = None) -> None:
        has_any = any(name.startswith(_PREFIX) for name in catalogue.assumptions)
        self._assumptions = catalogue.assumptions if has_any else load_catalogue().assumptions
        self._read = PlanAssumed(replace(catalogue, assumptions=self._assumptions), rate_from)

    def __call__(self, name: str) -> float:
        """Return the value of ``talent.<name>``; raise NotFoundError where it is not declared."""
        return self._read(_PREFIX + name)

    @cached_property
    def factors(self) -> Mapping[str, float]:
        """By how many times a staffing figure may be higher or lower, by evidence level.

        What counts by construction, or was measured or published anywhere, is as sure as what is published.
        """
        less_sure = (Evidence.DERIVED, Evidence.ASSUMPTION)
        factors = dict.fromkeys(map(str, Evidence), self(f"range.{Evidence.PUBLISHED}"))
        return factors | {level.value: self(f"range.{level}") for level in less_sure}

    @property
    def rows(self) -> list[Assumption]:
        """Every assumption about people, in its declared order."""
        return [row for name, row in self._assumptions.items() if name.startswith(_PREFIX)]
