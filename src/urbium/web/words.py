"""Words: how figures are written on a page. A figure that is not known is a dash, never a nought."""

from typing import Any

__all__ = ["FILTERS", "amount", "chance", "number", "people", "percent"]

_DASH = "–"
_BILLION_IN_MILLIONS = 1000


def number(value: float | str | None, digits: int | None = None) -> str:
    """Write a number with thousands separated; the digits follow its size unless they are given.

    >>> [number(value) for value in (None, 12, 3704500.0, 61.234, 0.01234)]
    ['–', '12', '3,704,500', '61.23', '0.01234']
    """
    if value is None or value == "":
        return _DASH
    if isinstance(value, str):
        return value
    if digits is not None:
        return f"{value:,.{digits}f}"
    size = abs(value)
    if float(value).is_integer() or size >= 1000:  # noqa: PLR2004 - four digits need no decimals
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:.4g}"


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share (0 to 1) in percent.

    >>> percent(0.0083, 1)
    '0.8 %'
    """
    return _DASH if share is None else f"{100 * share:,.{digits}f} %"


def people(count: float | None) -> str:
    """Write a number of persons in billions, millions or thousands.

    >>> people(1_419_360_000), people(3_704_500), people(-296_000)
    ('1.419 bn', '3.70 m', '-296 k')
    """
    if count is None:
        return _DASH
    size = abs(count)
    if size >= 1e9:  # noqa: PLR2004 - a billion
        return f"{count / 1e9:,.3f} bn"
    if size >= 1e6:  # noqa: PLR2004 - a million
        return f"{count / 1e6:,.2f} m"
    return f"{count / 1e3:,.0f} k"


def amount(millions: float | None, currency: str = "CNY") -> str:
    """Write money given in millions.

    >>> amount(12_345.0), amount(3.456)
    ('12.3 bn CNY', '3.46 m CNY')
    """
    if millions is None:
        return _DASH
    if abs(millions) >= _BILLION_IN_MILLIONS:
        return f"{millions / _BILLION_IN_MILLIONS:,.1f} bn {currency}"
    return f"{millions:,.3g} m {currency}" if abs(millions) < 100 else f"{millions:,.0f} m {currency}"  # noqa: PLR2004


def chance(probability: float | None) -> str:
    """Write a p-value: to three digits, or that it is smaller than any of them.

    >>> chance(0.0314), chance(1e-9)
    ('0.031', '< 0.001')
    """
    if probability is None:
        return _DASH
    return "< 0.001" if probability < 0.001 else f"{probability:.3f}"  # noqa: PLR2004 - the last digit written


FILTERS: dict[str, Any] = {
    "number": number,
    "percent": percent,
    "people": people,
    "amount": amount,
    "chance": chance,
}
"""The filters of the templates."""
