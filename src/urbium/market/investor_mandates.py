"""Mandates as people work on them: what an investor asks, from a draft to what everybody may read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from urbium.model.dossiers import Internal, Open, Parties

if TYPE_CHECKING:
    from urbium.market.mandates import Mandate

MANDATE_SHARED = ("shared", "answered", "open")
"""The states of a mandate that others than its author know of."""
_APART = frozenset({"answer", "note"})
"""What the office writes of a mandate, which asks for nothing."""


class InvestorMandate(msgspec.Struct, frozen=True, kw_only=True):
    """What an investor asks; amounts in millions of ``currency``. See :class:`urbium.market.Mandate`.

    Who may read it at all is a matter of its state: while it is shared, its party and the office alone.
    """

    title: Open[str]
    country: Open[str] = ""
    currency: Open[str] = ""
    ticket_least: Open[float] = 0.0
    ticket_most: Open[float] = 0.0
    budget: Open[float] = 0.0
    countries: Open[list[str]] = []
    places: Open[list[str]] = []
    sectors: Open[list[str]] = []
    deliveries: Open[list[str]] = []
    instruments: Open[list[str]] = []
    currencies: Open[list[str]] = []
    tenor: Open[float | None] = None
    return_asked: Open[float | None] = None
    basis: Open[str] = "nominal"
    evidence: Open[str] = ""
    readiness: Open[str] = ""
    standards: Open[list[str]] = []
    esg: Open[list[str]] = []
    seats: Open[int] = 10
    cities_least: Open[int] = 1
    cities_most: Open[int] = 10
    is_example: Open[bool] = False
    source: Open[str] = ""
    answer: Parties[str] = ""
    note: Internal[str] = ""


def mandate_of(code: str, content: Mapping[str, Any]) -> "Mandate":
    """Return a mandate as the market reads it.

    >>> mandate_of("m", {"title": "A fund", "country": "NLD", "currency": "EUR"}).seats
    10
    """
    from urbium.market.mandates import Mandate  # noqa: PLC0415 - loads the planner

    written = msgspec.convert({**content, "answer": "", "note": ""}, InvestorMandate)
    fields = {name: value for name, value in msgspec.structs.asdict(written).items() if name not in _APART}
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Mandate(code=code, **{**fields, **lists})
