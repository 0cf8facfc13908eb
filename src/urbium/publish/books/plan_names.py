"""Plan told: a plan with the names of what it holds, as the sheets of its workbook need them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import Source
from urbium.plan import NATIONWIDE, Plan
from urbium.publish.books.band_columns import called
from urbium.publish.books.sheets import Head

__all__ = ["CITY", "CODE", "PROVINCE", "Told"]

CITY: Final = Head("name", "City", "", 20)
CODE: Final = Head("city", "Code", "", 9)
PROVINCE: Final = Head("province_en", "Province", "", 15)


@dataclass(frozen=True)
class Told:
    """A plan with the names of what it holds.

    Parameters
    ----------
    plan : the plan
    cities : code, name_en, province_en of the cities
    catalogue : solutions and effects as declared
    sources : by id
    """

    plan: Plan
    cities: pl.DataFrame
    catalogue: Catalogue
    sources: Mapping[str, Source]

    @property
    def names(self) -> dict[str, str]:
        """The names of cities by code."""
        own = dict(self.plan.roadmap.cities.select("city", "name").iter_rows())
        known = dict(self.cities.select("code", "name_en").iter_rows())
        return {code: name for code, name in (own | known).items() if name}

    @property
    def titles(self) -> dict[str, str]:
        """The names of solutions by code."""
        return {code: each.name for code, each in self.catalogue.solutions.items()}

    @property
    def funds(self) -> dict[str, str]:
        """The names of funds by code."""
        return {
            code: name or code for code, name in self.plan.roadmap.funds.select("fund", "name").iter_rows()
        }

    def placed(self, table: pl.DataFrame, code: str = "city") -> pl.DataFrame:
        """Add the names and provinces of cities; the nation is called so."""
        provinces = self.cities.select(pl.col("code").alias(code), "province_en")
        names = {**self.names, NATIONWIDE: "The nation"}
        return called(table, code, names).join(provinces, on=code, how="left", maintain_order="left")
