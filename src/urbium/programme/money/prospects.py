"""Prospects: projects that seek money, with what their offers and their signed agreements say of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from urbium.market.offers import Offer
from urbium.market.readiness import readiness
from urbium.model.dossiers import Dossier
from urbium.programme.money.finances import Finances
from urbium.text import Text, text

if TYPE_CHECKING:
    from urbium.market.prospects import Prospect
    from urbium.market.sheets import Sheet

_SMALLEST: Final = 1e-6
_UNSIGNED: Final = "finance.market.risk.unsigned"


def with_offer(prospect: "Prospect", dossier: Dossier) -> "Prospect":
    """Return a project with what its offer says."""
    offer = dossier.content_as(Offer)
    return replace(
        prospect,
        delivery=offer.delivery,
        tenor=offer.tenor,
        least=min(offer.least or prospect.least, prospect.sought),
        esg=tuple(offer.esg),
        risks=(*prospect.risks, *offer.risks),
        readiness=readiness(offer.delivery, offer.answers)[0],
    )


def risks_of(prospect: "Prospect", unsigned: float) -> tuple[str | Text, ...]:
    """Return the risks of a project of whose money from outside agreements sign all but some millions."""
    others = [one for one in prospect.risks if getattr(one, "code", "") != _UNSIGNED]
    if unsigned < _SMALLEST:
        return tuple(others)
    said = text(
        "Signed agreements cover only part of the outside funding; {currency} {unsigned:millions} "
        "is not yet covered.",
        currency=prospect.currency,
        unsigned=unsigned,
    )
    return (said, *others)


def grounded(
    sheet: "Sheet", finances: Finances, projects: Sequence[str], standing: Iterable[Text | str] = ()
) -> "Sheet":
    """Return a sheet with what its loans and its income rest on, and with what else stands about it."""
    from urbium.catalogue.bookings import NO_SOURCE, source_words  # noqa: PLC0415 - loads the catalogue

    rows = [finances.income(one) for one in projects] if sheet.profile else []
    income = dict.fromkeys(source_words(*row) if row else NO_SOURCE for row in rows)
    said = [text("{words}", words=one) for one in standing if one]
    return replace(sheet, loans=finances.loan_words(projects), income=list(income), standing=said)
