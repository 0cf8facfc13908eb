"""Prospects: projects that seek money, with what their offers and their signed agreements say of them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from urbium.market.offers import Offer
from urbium.market.readiness import readiness
from urbium.model.dossiers import Dossier
from urbium.text import Text, text

if TYPE_CHECKING:
    from urbium.market.prospects import Prospect

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
