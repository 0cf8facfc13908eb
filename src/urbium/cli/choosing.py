"""Choosing: what of a plan its maker chooses in a command: projects, weights of domains, money of funds."""

from dataclasses import dataclass
from typing import Annotated, Final

from cyclopts import Parameter

from urbium.cli.inquiry import typed_number, typed_pair
from urbium.plan_rules import Choices
from urbium.text import text

_Several = Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())]


@Parameter(name="*")
@dataclass(frozen=True)
class Choosing:
    """What is chosen for the plan.

    Parameters
    ----------
    must
        A project that the plan must include: CITY:SOLUTION, with the name or code of the city, or SOLUTION
        for every city that could build it. May be given several times.
    must_not
        A project that the plan must not include, given in the same form.
    weigh
        The total weight of the indicators of a field, for example safety=0.3; the other fields share the
        rest as before.
    fund
        The most that a fund pays per year, in millions of the plan's currency, for example BANK=2000.
    """

    must: _Several = None
    must_not: _Several = None
    weigh: _Several = None
    fund: _Several = None

    @property
    def choices(self) -> Choices:
        """What was chosen; InputError for a weight or an amount that cannot be read."""
        remedy = text("write a name and a number, such as safety=0.3 or BANK=2000")
        weights, funds = (
            {
                name: typed_number(number, typed, remedy)
                for typed in several or ()
                for name, number in [typed_pair(typed, remedy)]
            }
            for several in (self.weigh, self.fund)
        )
        return Choices(
            must=tuple(self.must or ()), must_not=tuple(self.must_not or ()), weights=weights, funds=funds
        )


CHOOSING: Final = Choosing()
