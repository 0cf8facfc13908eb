"""Budget: the money of a nation in the form of a plan: what was adopted, and how an amount is typed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import polars as pl

from urbium.errors import Fault, InputError, code_of
from urbium.money import Money
from urbium.pilot.fields import field_words
from urbium.programme import Programme
from urbium.text import Text, coded, say, text
from urbium.units import typed_unit
from urbium.web.desk.forms import Field
from urbium.web.desk.typed import decimal, millions
from urbium.web.rendering.amounts import per_million_of, typed_in_size
from urbium.web.rendering.words import money_in_size, number

_MILLION: Final = 1e6
_EXAMPLE: Final = 1_000.0
"""Millions of a budget that is written as an example where no plan is adopted."""
_NATION: Final = "nation"
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class Adopted:
    """The adopted plan as its form begins from it; of a programme without one, nothing is said.

    Parameters
    ----------
    office : the programme
    """

    def __init__(self, office: Programme) -> None:
        self._office = office

    @cached_property
    def plan(self) -> Any:  # noqa: ANN401 - urbium.plan.Plan or None, not named here
        """The plan; None where none is adopted."""
        return self._office.adopted("plan")

    @cached_property
    def budget(self) -> pl.Series:
        """What the nation was to spend in each year in which something can start, in millions."""
        if self.plan is None:
            return pl.Series()
        return (self._yearly(self.plan.roadmap.budgets, "place", _NATION) + self.added).round(3)

    @cached_property
    def added(self) -> float:
        """What of the nation's budget is added to those of cities each year, as the note of the plan says."""
        if self.plan is None:
            return 0.0
        of_nation = self.plan.roadmap.budgets.filter(pl.col("place") == _NATION)
        note = self.plan.roadmap.words(of_nation["note"][0]) if of_nation.height else ""
        parts = note.parameters.get("parts", ()) if isinstance(note, Text) else ()
        return sum(float(one.parameters.get("added", 0.0)) for one in parts if isinstance(one, Text))

    def of_fund(self, fund: str) -> Text | str:
        """Return the most that a fund may pay per year in it, and the most that it pays."""
        if self.plan is None:
            return ""
        most, currency = self._yearly(self.plan.roadmap.fund_limits, "fund", fund), self.plan.currency
        used = float(self._used.get(fund, 0.0))
        said: dict[str, Text] = {"used": money_in_size(round(used, 2), currency)} if used else {}
        if most.is_empty():
            return (
                text("adopted plan: no separate limit for this fund; uses at most {used} in a year", **said)
                if used
                else text("adopted plan: no separate limit for this fund; not used")
            )
        said |= {"amount": _span(most, currency)}
        return (
            text("adopted plan: limit of {amount} a year; uses at most {used} in a year", **said)
            if used
            else text("adopted plan: limit of {amount} a year; not used", **said)
        )

    @cached_property
    def _used(self) -> dict[str, float]:
        """What each fund pays in the year in which it pays most, of those in which something can start."""
        paid = self.plan.money.filter(pl.col("year").is_in(list(self.plan.start_years)))
        yearly = paid.group_by("fund", "year").agg(pl.col("amount").sum())
        return dict(yearly.group_by("fund").agg(pl.col("amount").max()).iter_rows())

    @cached_property
    def _spent(self) -> float:
        """What the nation spends, with what it adds to cities, in the year in which that is most."""
        spent = self._office.plan_tables().budget_totals().filter(pl.col("whose") == _NATION)
        in_plan = spent.filter(pl.col("year").is_in(list(self.plan.start_years)))["spent"]
        return max(in_plan.to_list(), default=0.0) + self.added

    def beside(self, one: Field) -> Field:
        """Return a field that says what the adopted plan has of it."""
        if one.name != "budget" or self.budget.is_empty():
            return one
        currency = self.plan.currency
        has = {"amount": _span(self.budget, currency), "used": money_in_size(round(self._spent, 2), currency)}
        most = self._office.catalogue.assumptions["floor.of_nation"].value
        said = (
            text(
                "The adopted plan has {amount} a year, including {added} for city budgets, and spends at "
                "most {used} of it in a year. City budgets get at most {most:.0%}: below {least} a year, "
                "some are raised by less.",
                most=most, added=money_in_size(round(self.added, 2), currency),
                least=money_in_size(round(self.added / most, 2), currency), **has,
            )
            if self.added and most
            else text("The adopted plan has {amount} a year and spends at most {used} in a year.", **has)
        )  # fmt: skip
        return replace(one, words=replace(one.words, help=str(say(said))))

    def _yearly(self, table: pl.DataFrame, column: str, code: str) -> pl.Series:
        years = list(self.plan.start_years) if self.plan else []
        return table.filter(pl.col(column) == code, pl.col("year").is_in(years))["amount"]


def _span(amounts: pl.Series, currency: str) -> Text:
    """Write amounts of several years: the one that they all are, or the least and the largest."""
    least, most = float(amounts.min() or 0), float(amounts.max() or 0)  # type: ignore[arg-type]
    if number(least) == number(most):
        return money_in_size(most, currency)
    return text("{least} to {most}", least=money_in_size(least, currency), most=money_in_size(most, currency))


def with_currency(fields: list[Field], typed: Mapping[str, str], currency: str) -> list[Field]:
    """Return fields in which the amount of a budget is followed by its currency."""
    parts: list[Field] = []
    for one in fields:
        if one.name != "budget":
            parts.append(one)
            continue
        words = field_words("job_plan", "currency")
        parts += [
            replace(one, form="number"),
            Field("currency", words, "line", typed.get("currency", currency)),
        ]
    return parts


def in_millions(asked: Mapping[str, Any], currency: str) -> tuple[dict[str, Any], str]:
    """Return what was asked with its budget in millions, and the currency of that."""
    try:
        budget = Money.parse(asked["budget"])
    except InputError:
        return dict(asked), currency
    return {**asked, "budget": f"{budget.amount / _MILLION:.15g}"}, budget.currency


def read_budget(office: Programme, data: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """Return what was sent, its budget as an amount of its currency, and what is wrong with the two.

    An amount that says its own currency and that it is yearly stays as it is.
    """
    written, currency = data.get("budget", "").strip(), data.get("currency", "").strip()
    if not written:
        return dict(data), []
    try:
        amount = millions(written, currency, per_million_of(data))
    except InputError as error:
        try:
            Money.parse(written)
        except InputError:
            return _refused(data, "budget", error.message, _as_asked(office, currency))
        return dict(data), []
    if amount < 0:
        less = coded("web.work.negative", "a budget cannot be less than 0")
        return _refused(data, "budget", less, _as_asked(office, currency))
    if not _CURRENCY.fullmatch(currency):
        none = coded("web.work.no_currency", "{written!r} is not the code of a currency", written=currency)
        return _refused(
            data, "currency", none, text("write the three-letter code of the currency, such as MXN")
        )
    return {**data, "budget": f"{amount:.15g} m {currency}/year"}, []


def _refused(
    data: Mapping[str, str], place: str, message: str, remedy: str
) -> tuple[dict[str, str], list[Fault]]:
    rest = {name: value for name, value in data.items() if name != "budget"}
    return rest, [Fault("error", message, remedy, "form", cell=place)]


def _as_asked(office: Programme, currency: str) -> Text:
    """Return how a budget is written in the form."""
    of_plan = Adopted(office).budget
    example = f"{_EXAMPLE if of_plan.is_empty() else float(of_plan[0]):.15g}"  # as files are written, too
    return text(
        "write a number, such as {example} ({unit})",
        example=typed_in_size(example, "million"),
        unit=typed_unit(currency or office.settings().currency),
    )


def at_currency(fault: Fault, data: Mapping[str, str]) -> Fault:
    """Return a fault of a rate that is missing at the input of the currency, where that was typed apart."""
    is_of_rate = code_of(fault.message) == "catalogue.no_rate"
    try:
        decimal(data.get("budget", ""))
    except InputError:
        return fault
    return replace(fault, cell="currency") if is_of_rate and fault.cell == "budget" else fault
