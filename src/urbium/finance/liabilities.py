"""Liabilities of the public side: debt, PPPs and guarantees, as stock and flow by year, beside the deficit.

In: debt service by instrument, guarantees, and what a place earns, spends and owes anyway. Out: the figures
with and without the projects. The quantities are those that the PPP Fiscal Risk Assessment Model reports
(International Monetary Fund and World Bank, PFRAM 2.0, user guide, 2019): fiscal balance, debt, contingent
liabilities; nothing of its workings was taken over.

- *Direct debt*: what the city or the nation owes of loans and bonds that it repays itself.
- *PPP commitments*: what is left to pay of the capital that availability payments and contracts repay. It is
  counted with debt, since the payer cannot get out of it while the service is there.
- *Contingent*: what a guarantor owes only if a project cannot pay: the guaranteed share of what users still
  owe (stock), and that share of a year's service x the probability that it is called (expected flow).
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from urbium.catalogue.offers import Offers
from urbium.columns import schema_of
from urbium.errors import Fault, InputError, refuse
from urbium.model import InstrumentKind
from urbium.text import coded, text

COMMITTED: Final = (InstrumentKind.PPP_AVAILABILITY, InstrumentKind.ENERGY_PERFORMANCE_CONTRACT)
"""Kinds whose capital the public side repays by payments, and does not owe as debt."""
_PUBLIC: Final = ("city", "nation")
_NATION: Final = "nation"

_STOCKS: Final = schema_of(
    "place year debt commitments contingent interest repaid payments calls_low calls_high"
)


def liabilities(rows: pl.DataFrame, offers: Offers, guarantees: pl.DataFrame) -> pl.DataFrame:
    """Return what is owed, and what falls due, by place and year.

    Parameters
    ----------
    rows : as :func:`urbium.finance.debt.service` returns them, all nominal or all real
    guarantees : project, instrument, guarantor (a city, or ``nation``), share (0 to 1 of the service that is
        guaranteed), called_low and called_high (probability a year that it is called; 0 to 1)

    Columns: place, year; stocks at the end of the year: debt, commitments (PPPs), contingent; flows of the
    year: interest (of the debt, fees included), repaid (its principal), payments (of the PPPs), calls_low and
    calls_high (expected calls of guarantees). Millions.

    Raises InputError when nominal and real amounts are mixed, or a guarantee is not possible.
    """
    refuse(_faults(rows, guarantees), "liabilities")
    committed = [name for name, offer in offers.available.items() if offer.instrument.kind in COMMITTED]
    paid = rows.filter(pl.col("payer").is_in(_PUBLIC)).select(
        place=pl.when(pl.col("payer") == _NATION).then(pl.lit(_NATION)).otherwise("city"),
        year="year",
        is_committed=pl.col("instrument").is_in(committed),
        owed="owed",
        interest=pl.col("interest") + pl.col("fees"),
        principal="principal",
    )
    by_place = paid.group_by("place", "year").agg(
        debt=pl.col("owed").filter(~pl.col("is_committed")).sum(),
        commitments=pl.col("owed").filter(pl.col("is_committed")).sum(),
        interest=pl.col("interest").filter(~pl.col("is_committed")).sum(),
        repaid=pl.col("principal").filter(~pl.col("is_committed")).sum(),
        payments=(pl.col("interest") + pl.col("principal")).filter(pl.col("is_committed")).sum(),
    )
    guaranteed = (
        rows.join(guarantees, on=["project", "instrument"])
        .with_columns(due=pl.col("interest") + pl.col("principal") + pl.col("fees"))
        .group_by(place="guarantor", year="year")
        .agg(
            contingent=(pl.col("owed") * pl.col("share")).sum(),
            calls_low=(pl.col("due") * pl.col("share") * pl.col("called_low")).sum(),
            calls_high=(pl.col("due") * pl.col("share") * pl.col("called_high")).sum(),
        )
    )
    both = by_place.join(guaranteed, on=["place", "year"], how="full", coalesce=True)
    amounts = [name for name in _STOCKS if name not in {"place", "year"}]
    return (
        both.with_columns(pl.col(amounts).fill_null(0.0))
        .select(pl.col(name).cast(kind) for name, kind in _STOCKS.items())
        .sort("place", "year")
    )


def with_and_without(base: pl.DataFrame, owed: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """Return deficit and debt of each place and year without the projects, and with them.

    Repaying principal is no spending, and drawing a loan no revenue; what a loan builds is in ``costs``. What
    a PPP builds is not: its payments are.

    Parameters
    ----------
    base : place, year, revenue, spending, debt: what there is anyway (millions, same prices as the rest)
    owed : as :func:`liabilities` returns it
    costs : place, year, amount: what the place pays to build and to run the projects, less what they bring it

    Columns: place, year, deficit_without and deficit_with (spending less revenue), debt_without and debt_with
    (commitments included), contingent, calls_low, calls_high. Expected calls are not in the deficit: they are
    shown beside it. A year in which something is owed and of which the base says nothing is refused.
    """
    lacking = owed.join(base, on=["place", "year"], how="anti")
    if lacking.height:
        row = lacking.row(0, named=True)
        raise InputError(
            coded("finance.liabilities.no_base", "there is no information on the budget of {place} in "
                                                 "{year:d}",
                 place=row["place"], year=row["year"]),
            place="base",
            remedy=text("supply revenue, spending and debt for every year in which something is owed"),
        )  # fmt: skip
    deficit = pl.col("spending") - pl.col("revenue")
    of_projects = [name for name in owed.columns if name not in {"place", "year"}]
    return (
        base.rename({"debt": "debt_without"})
        .join(owed, on=["place", "year"], how="left")
        .join(costs.rename({"amount": "costs"}), on=["place", "year"], how="left")
        .with_columns(pl.col("costs", *of_projects).fill_null(0.0))
        .select(
            "place",
            "year",
            deficit_without=deficit,
            deficit_with=deficit + pl.col("costs") + pl.col("interest") + pl.col("payments"),
            debt_without="debt_without",
            debt_with=pl.col("debt_without") + pl.col("debt") + pl.col("commitments"),
            contingent="contingent",
            calls_low="calls_low",
            calls_high="calls_high",
        )
        .sort("place", "year")
    )


def _faults(rows: pl.DataFrame, guarantees: pl.DataFrame) -> Iterator[Fault]:
    """Yield what is wrong with debt service and guarantees that are to be added up."""
    if rows["prices"].n_unique() > 1:
        yield _fault("prices", coded("finance.liabilities.mixed", "nominal and real amounts are mixed"),
                     text("first convert everything to the prices of a single year"))  # fmt: skip
    pairs = set(rows.select("project", "instrument").iter_rows())
    for row in guarantees.iter_rows(named=True):
        name = f"{row['project']} | {row['instrument']}"
        if (row["project"], row["instrument"]) not in pairs:
            yield _fault(name, coded("finance.liabilities.no_debt", "the project does not draw on this "
                                                                    "instrument, so there is no debt to "
                                                                    "guarantee"),
                         text("name a project and an instrument that it draws on"))  # fmt: skip
        shares = [row[column] for column in ("share", "called_low", "called_high")]
        if any(value is None or not 0 <= value <= 1 for value in shares) or shares[1] > shares[2]:
            yield _fault(name, coded("finance.liabilities.share", "the share and the probabilities "
                                                                  "({values}) are not valid",
                                    values=", ".join(str(value) for value in shares)),
                         text("enter values from 0 to 1; the low probability must not exceed the high "
                             "one"))  # fmt: skip


def _fault(place: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, "liabilities", sheet="guarantees", cell=place)
