"""Market: what seeks money from outside, which mandates it suits, and the one page of a project or bundle.

``--as`` names the account that looks: it sees no more mandates than its roles let it, as on the pages.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from urbium.cli.cases.casework import acting
from urbium.cli.opening import opened
from urbium.cli.show import LOOKING, Looking, say_facts, say_table, say_written
from urbium.errors import InputError
from urbium.files import write_whole
from urbium.text import coded, text

_ENDINGS: Final = (".pdf", ".xlsx")
_SUMS: Final = (".csv", ".xlsx")


def market(
    *,
    words: str = "",
    least: float | None = None,
    most: float | None = None,
    payer: str = "",
    model: str = "",
    sector: str = "",
    place: str = "",
    readiness: str = "",
    evidence: str = "",
    irr: float | None = None,
    order: str = "sought",
    by: Literal["sector", "region", "year", "instrument", "readiness"] | None = None,
    to: Path | None = None,
    common: Looking = LOOKING,
) -> None:
    """List the projects in the adopted plan that seek outside funding, or their totals; amounts in millions.

    Parameters
    ----------
    words
        Words that occur in the name of a project, city or region.
    least
        The minimum amount sought, in millions.
    most
        The maximum amount sought, in millions.
    payer
        A fund that pays for part of the plan, such as FOREIGN.
    model
        A possible funding model, such as PPP.
    sector
        A sector or a solution.
    place
        A city or a region.
    readiness
        green, yellow or red.
    evidence
        The weakest evidence to accept for the cost, such as published, derived or assumption.
    irr
        The minimum real return per year, such as 0.03 for 3%.
    order
        sought, capital, place, title, start or irr.
    by
        Instead of listing the projects, sum them by sector, region, year, instrument or readiness.
    to
        Write the totals here (.csv or .xlsx).
    """
    if to is not None and (by is None or to.suffix not in _SUMS):
        raise InputError(
            coded("cli.sums.ending", "totals can be written only as .csv or .xlsx"),
            place=str(to),
            remedy=text("use --by, and a name that ends in .csv or .xlsx"),
        )
    with opened(common) as programme:
        if by is not None and to is not None:
            content = programme.market.sums_file(by, to.suffix[1:], acting(programme, common.account))
            say_written(write_whole(to, content))
            return
        if by is not None:
            title = text("Projects that seek outside funding, by {by}; {unit}",
                         by=by, unit=programme.market.unit())  # fmt: skip
            say_table(
                programme.market.sums(by, acting(programme, common.account)), common, title=title, of="market"
            )
            return
        table = programme.market.table(
            words=words, least=least, most=most, payer=payer, model=model, sector=sector, place=place,
            readiness=readiness, evidence=evidence, irr=irr, order=order,
        )  # fmt: skip
        title = text("Projects that seek outside funding; {unit}",
                     unit=programme.market.unit())  # fmt: skip
        say_table(table, common, title=title, of="market")


def match(mandate: str = "", /, *, related: bool = False, common: Looking = LOOKING) -> None:
    """Show which projects suit a mandate, which projects each of its rules removes, and possible bundles.

    Parameters
    ----------
    mandate
        The code of a mandate; by default, all mandates are matched with all projects.
    related
        Combine small projects from a whole sector, rather than from one solution only.
    """
    with opened(common) as programme:
        actor = acting(programme, common.account)
        if not mandate:
            say_facts(programme.market.match_facts(actor), common)
            return
        facts = programme.market.suited_facts(mandate, actor, related=related)
        say_facts(facts, common)


def sheet(code: str, /, *, to: Path, bundle: int = 0, common: Looking = LOOKING) -> None:
    """Write the one-page profile of a project in the pipeline, or of a bundle found for a mandate.

    Parameters
    ----------
    code
        The code of the project or, with --bundle, of the mandate.
    to
        The file to write: .pdf (PDF/UA) or .xlsx.
    bundle
        The number of the mandate's bundle; 1 is the best.
    """
    if to.suffix.lower() not in _ENDINGS:
        raise InputError(
            coded("cli.market.ending", "a page can be written only as .pdf or .xlsx"),
            place=str(to),
            remedy=text("use a name that ends in .pdf or .xlsx"),
        )
    with opened(common) as programme:
        actor = acting(programme, common.account)
        page = programme.market.bundle_sheet(code, bundle, actor) if bundle else programme.market.sheet(code)
        say_written(write_whole(to, programme.market.sheet_file(page, to.suffix.lower()[1:])))


def arrangements(*, common: Looking = LOOKING) -> None:
    """Write the agreed funding, by project, in the OC4IDS format (Finance), for use by other programs."""
    with opened(common) as programme:
        rows = programme.market.arrangements(acting(programme, common.account))
        say_facts({"arrangements": rows}, replace(common, json=True))


VERBS: Final[tuple[Callable[..., None], ...]] = (market, match, sheet, arrangements)
"""Every verb of this file, in the order of the help."""
