"""Arrangements: what was agreed of money, by the field names of OC4IDS, and as OC4IDS writes it."""

from typing import Any, Final

import msgspec

ASSET_CLASSES: Final = ("debt", "equity")
_NOTHING: Final[tuple[Any, ...]] = ("", [], {}, None)
_MILLION: Final = 1_000_000


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """One financing arrangement; parts of a part (value, period, interest rate) stand flat, joined by name.

    ``amount`` is in millions of ``currency``; shares are from 0 to 1; days are ISO 8601. What is not known is
    left out.

    References
    ----------
    Open Contracting for Infrastructure Data Standard, project schema, definition ``Finance``.
    """

    id: str
    title: str = ""
    description: str = ""
    amount: float | None = None
    currency: str = ""
    financingParty: str = ""  # noqa: N815 - the standard's own names
    financingPartyType: str = ""  # noqa: N815
    source: str = ""
    assetClass: list[str] = []  # noqa: N815
    type: str = ""
    repaymentPriority: str = ""  # noqa: N815
    concessional: bool | None = None
    resultsBased: bool | None = None  # noqa: N815
    startDate: str = ""  # noqa: N815
    endDate: str = ""  # noqa: N815
    paymentStartDate: str = ""  # noqa: N815
    paymentEndDate: str = ""  # noqa: N815
    paymentFrequency: float | None = None  # noqa: N815
    interestRateBase: str = ""  # noqa: N815
    interestRateMargin: float | None = None  # noqa: N815
    interestRateFixed: bool | None = None  # noqa: N815
    exchangeRateGuarantee: bool | None = None  # noqa: N815
    stepInRights: bool | None = None  # noqa: N815


_PLAIN: Final = (
    "id", "title", "description", "financingPartyType", "source", "assetClass", "type", "repaymentPriority",
    "concessional", "resultsBased", "paymentFrequency", "exchangeRateGuarantee", "stepInRights",
)  # fmt: skip


def as_oc4ids(arrangement: Arrangement) -> dict[str, Any]:
    """Return an arrangement as an OC4IDS ``Finance`` object; what is not known is not there.

    >>> as_oc4ids(Arrangement(id="1", amount=2.5, currency="EUR", assetClass=["debt"]))
    {'id': '1', 'assetClass': ['debt'], 'value': {'amount': 2500000.0, 'currency': 'EUR'}}
    """
    row = msgspec.structs.asdict(arrangement)
    amount = None if arrangement.amount is None else arrangement.amount * _MILLION
    parts: dict[str, Any] = {name: row[name] for name in _PLAIN}
    parts["value"] = _known(
        {"amount": amount, "currency": arrangement.currency if amount is not None else ""}
    )
    parts["financingParty"] = _known({"name": arrangement.financingParty})
    parts["period"] = _known({"startDate": arrangement.startDate, "endDate": arrangement.endDate})
    parts["paymentPeriod"] = _known(
        {"startDate": arrangement.paymentStartDate, "endDate": arrangement.paymentEndDate}
    )
    parts["interestRate"] = _known(
        {
            "base": arrangement.interestRateBase,
            "margin": arrangement.interestRateMargin,
            "fixed": arrangement.interestRateFixed,
        }
    )
    return _known(parts)


def _known(parts: dict[str, Any]) -> dict[str, Any]:
    """Return the parts that are known."""
    return {
        name: value
        for name, value in parts.items()
        if not any(value is one or value == one for one in _NOTHING)
    }
