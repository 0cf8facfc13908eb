"""A plan with the names of what it holds, and the unit and the prices of its money."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from urbium.catalogue import Catalogue
from urbium.finance.plan_debt import PlanDebt
from urbium.finance.signed_money import SignedMoney
from urbium.model import Source
from urbium.plan import NATIONWIDE, Plan
from urbium.publish.books.band_columns import called
from urbium.spelling import in_order
from urbium.text import Text, named, say, text
from urbium.text.naming import names_by_code
from urbium.units import MoneySize, money_size


def money(plan: Plan) -> MoneySize:
    """Return in what size every amount stands."""
    return money_size(plan.currency)


def ordered(*columns: str | pl.Expr) -> list[pl.Expr]:
    """Return what a sheet is sorted by: the names in columns, as the reader's language orders them."""
    named = [pl.col(name) if isinstance(name, str) else name for name in columns]
    return [one.map_elements(in_order, return_dtype=pl.String) for one in named]


def prices(plan: Plan) -> Text:
    """Return at whose prices every amount is."""
    year = plan.roadmap.settings.price_year
    if year:
        return text("prices of {year}", year=year)
    return text("prices as in the roadmap")


@dataclass(frozen=True)
class NamedPlan:
    """A plan with the names of what it holds.

    Parameters
    ----------
    plan : the plan
    cities : code and names of the cities, and of the part of the nation in which they lie
    catalogue : solutions and effects as declared
    sources : by id
    debt, signed : what is owed of the plan, and what of its money is signed; None where nobody asked
    """

    plan: Plan
    cities: pl.DataFrame
    catalogue: Catalogue
    sources: Mapping[str, Source]
    debt: PlanDebt | None = None
    signed: SignedMoney | None = None

    @property
    def names(self) -> dict[str, str]:
        """The names of cities by code."""
        in_roadmap = dict(self.plan.roadmap.cities.select("city", "name").iter_rows())
        in_register = {code: name.render() for code, name in names_by_code(self.cities).items()}
        return {code: name for code, name in (in_roadmap | in_register).items() if name}

    @property
    def titles(self) -> dict[str, str]:
        """The names of solutions by code."""
        return {code: str(say(solution.name)) for code, solution in self.catalogue.solutions.items()}

    @property
    def standards(self) -> dict[str, str]:
        """The names of the standards that cities owe, by code."""
        return {code: named(row.name, code).render() for code, row in self.catalogue.promises.items()}

    @property
    def funds(self) -> dict[str, str]:
        """The names of funds by code."""
        names = self.plan.roadmap.named("funds")
        return {code: str(say(name)) or code for code, name in names.items()}

    @property
    def wordings(self) -> dict[str, str]:
        """What the sentences that the roadmap holds read as in the language that is spoken."""
        road = self.plan.roadmap
        return {said: str(say(road.words(said))) for said in road.wordings["said"]}

    def placed(self, table: pl.DataFrame, code: str = "city") -> pl.DataFrame:
        """Add the names and provinces of cities; the nation is called so."""
        names = {**self.names, NATIONWIDE: str(say(text("The nation")))}
        regions = {key: one.render() for key, one in names_by_code(self.cities, part="province").items()}
        region = pl.col(code).replace_strict(regions, default=None, return_dtype=pl.String)
        return called(table, code, names).with_columns(province=region.replace("", None))
