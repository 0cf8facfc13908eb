"""A plan with the names of what it holds, and how a column of its workbook is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.finance.plan_debt import PlanDebt
from urbium.finance.signed_money import SignedMoney
from urbium.model import Source
from urbium.plan import NATIONWIDE, Plan
from urbium.publish.books.band_columns import Listing, called
from urbium.publish.books.sheets import Head
from urbium.text import Text, say, text

__all__ = ["CITY", "CODE", "PROVINCE", "Field", "NamedPlan", "money", "prices", "sheet"]


@dataclass(frozen=True)
class Field:
    """A column of a sheet, declared once.

    Parameters
    ----------
    column : of the rows
    title, unit : of the heading; the unit stands in brackets
    form : an Excel number format, empty for text
    width : in letters
    read : how its cells are read from the rows; the column itself when None
    """

    column: str
    title: str
    form: str = ""
    width: float = 12
    unit: str = ""
    read: pl.Expr | None = None

    @property
    def head(self) -> Head:
        """The heading as the workbook has it, in the language that is spoken."""
        title = self.title
        if self.unit:
            title = text("book.heading", "{title} ({unit})", title=self.title, unit=self.unit)
        return Head(self.column, str(say(title)), self.form, self.width)


def sheet(
    name: str, title: str, note: str, rows: pl.DataFrame, fields: Sequence[Field], *, fixed: int = 2
) -> Listing:
    """Return the table of one sheet: rows, read and shown as the fields declare."""
    read = [field.read.alias(field.column) for field in fields if field.read is not None]
    heads = tuple(field.head for field in fields)
    return Listing(name, str(say(title)), str(say(note)), rows.with_columns(read), heads, fixed)


def money(plan: Plan) -> Text:
    """Return the unit of every amount."""
    return text("book.plan.money", "{currency} million", currency=plan.currency)


def prices(plan: Plan) -> Text:
    """Return at whose prices every amount is."""
    year = plan.roadmap.settings.price_year
    if year:
        return text("book.plan.prices", "prices of {year}", year=year)
    return text("book.plan.roadmap_prices", "prices as in the roadmap")


CITY: Final = Field("name", text("book.plan.city", "City"), width=20)
CODE: Final = Field("city", text("book.plan.code", "Code"), width=9)
PROVINCE: Final = Field("province_en", text("book.plan.province", "Province"), width=15)


@dataclass(frozen=True)
class NamedPlan:
    """A plan with the names of what it holds.

    Parameters
    ----------
    plan : the plan
    cities : code, name_en, province_en of the cities
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
        in_register = dict(self.cities.select("code", "name_en").iter_rows())
        return {code: name for code, name in (in_roadmap | in_register).items() if name}

    @property
    def titles(self) -> dict[str, str]:
        """The names of solutions by code."""
        return {code: solution.name for code, solution in self.catalogue.solutions.items()}

    @property
    def funds(self) -> dict[str, str]:
        """The names of funds by code."""
        return {
            code: name or code for code, name in self.plan.roadmap.funds.select("fund", "name").iter_rows()
        }

    def placed(self, table: pl.DataFrame, code: str = "city") -> pl.DataFrame:
        """Add the names and provinces of cities; the nation is called so."""
        provinces = self.cities.select(pl.col("code").alias(code), "province_en")
        names = {**self.names, NATIONWIDE: str(say(text("book.plan.nation", "The nation")))}
        return called(table, code, names).join(provinces, on=code, how="left", maintain_order="left")
