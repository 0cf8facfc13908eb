"""Foreign capital: what is sought, matched, agreed and paid from abroad, by year and currency.

Sums over expressions of interest tell nobody of a single investor who may not read of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from urbium.access import Actor, clauses
from urbium.market.offers import Interest
from urbium.model.dossiers import Dossier
from urbium.programme.cases.desk import Desk

AGREED: Final = "committed"
"""The state of an expression of interest that was agreed on."""


@dataclass(frozen=True, slots=True)
class ForeignCapital:
    """Capital from abroad in one year and currency, in millions.

    ``matched`` is what investors have in mind who are in a data room or have agreed. None is not public:
    too few investors stand behind it.
    """

    year: int
    currency: str
    sought: float | None = 0.0
    matched: float | None = 0.0
    committed: float | None = 0.0
    disbursed: float | None = 0.0


def interests_of(desk: Desk) -> list[Dossier]:
    """Return the expressions of interest that were admitted or agreed on."""
    return desk.dossiers("interest", state=["admitted", AGREED])


def sees_interests(actor: Actor) -> bool:
    """Say whether an actor may read every expression of interest of the programme."""
    granted = clauses(actor, "interest", "read")
    wanted = {"admitted", AGREED}
    return any(one.place == "all" and (not one.states or wanted <= one.states) for one in granted)


def foreign_capital(desk: Desk, *, may_see: bool) -> list[ForeignCapital]:
    """Return capital from abroad by year and currency: sought, matched, committed and disbursed.

    Sought is what the adopted plan has from foreign funds; the rest are sums over expressions of interest of
    investors of other nations. Amounts of different currencies are never added.

    Parameters
    ----------
    may_see : whether the reader may read the interests; others get no sum of one or two of them (None), nor
        one that tells it by subtraction
    """
    sums: dict[tuple[int, str], dict[str, float | None]] = {}
    behind: dict[tuple[str, str], dict[int, set[str]]] = {}

    def add(year: int, currency: str, what: str, amount: float) -> None:
        if amount > 0:
            row = sums.setdefault((year, currency), {})
            row[what] = (row.get(what) or 0.0) + amount

    for year, currency, amount in _sought(desk):
        add(year, currency, "sought", amount)
    home = desk.settings().nation
    for one in interests_of(desk):
        interest = one.content_as(Interest)
        if interest.country and interest.country != home:
            for year, currency, what, amount in _of_interest(one, interest):
                add(year, currency, what, amount)
                if amount > 0:
                    behind.setdefault((currency, what), {}).setdefault(year, set()).add(one.code)
    if not may_see:
        _hide(sums, behind)
    return [ForeignCapital(year, currency, **row) for (year, currency), row in sorted(sums.items())]


def _sought(desk: Desk) -> Iterable[tuple[int, str, float]]:
    plan = desk.workspace.adopted("plan")
    if plan is None:
        return
    foreign = {code for code, one in desk.workspace.catalogue_of("plan").funds.items() if one.is_foreign}
    for fund, year, kind, amount in plan.money.select("fund", "year", "kind", "amount").iter_rows():
        if fund in foreign and kind == "capital":
            yield year, plan.currency, amount


def _hide(
    sums: dict[tuple[int, str], dict[str, float | None]],
    behind: Mapping[tuple[str, str], Mapping[int, set[str]]],
) -> None:
    """Take out of sums by year and currency what too few interests stand behind."""
    from urbium.market.sums import hidden  # noqa: PLC0415

    for (currency, what), by_year in behind.items():
        keys = [key for key in sums if key[1] == currency]
        mask = hidden([len(by_year.get(year, ())) for year, _ in keys])
        for key, out in zip(keys, mask, strict=True):
            if out:
                sums[key][what] = None
    for key in [key for key, row in sums.items() if not any(row.values())]:
        del sums[key]  # that there is a row would tell of an interest


def _of_interest(dossier: Dossier, interest: Interest) -> Iterable[tuple[int, str, str, float]]:
    """Yield year, currency, what and amount of an expression of interest."""
    agreed = _year(interest.agreed_on)
    begun = agreed or (dossier.recorded_at.year if dossier.recorded_at else 0)
    yield begun, interest.currency, "matched", interest.amount
    if dossier.state != AGREED:
        return
    currencies = [one.currency for one in interest.finance]
    for one in interest.finance:
        yield agreed, one.currency, "committed", one.amount or 0.0
    for payment in interest.disbursements:
        yield _year(payment.on), currencies[0], "disbursed", payment.amount


def _year(day: str) -> int:
    return date.fromisoformat(day).year if day else 0
