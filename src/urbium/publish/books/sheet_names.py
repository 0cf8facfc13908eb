"""Sheet names: what the sheets of workbooks are called, by the English name that code has for each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from urbium.text import Text, meant, say

_MOST: Final = 31
"""Characters of the name of a sheet of Excel."""
_NAMES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "Cover": meant("of a sheet", "Cover"),
        "Value": meant("of a sheet", "Value"),
        "Figures": meant("of a sheet", "Figures"),
        "About": meant("of a sheet", "About"),
        "Ages": meant("of a sheet", "Ages"),
        "Assumptions": meant("of a sheet", "Assumptions"),
        "Back-test cities": meant("of a sheet", "Back-test cities"),
        "Back-test sectors": meant("of a sheet", "Back-test sectors"),
        "Benefit": meant("of a sheet", "Benefit"),
        "Budgets": meant("of a sheet", "Budgets"),
        "Cities": meant("of a sheet", "Cities"),
        "Demographic assumptions": meant("of a sheet", "Demographic assumptions"),
        "Earned value": meant("of a sheet", "Earned value"),
        "Fiscal space": meant("of a sheet", "Fiscal space"),
        "Households": meant("of a sheet", "Households"),
        "Indicators": meant("of a sheet", "Indicators"),
        "Jobs": meant("of a sheet", "Jobs"),
        "Left out": meant("of a sheet", "Left out"),
        "Liabilities": meant("of a sheet", "Liabilities"),
        "Missing": meant("of a sheet", "Missing"),
        "Money": meant("of a sheet", "Money"),
        "Nation": meant("of a sheet", "Nation"),
        "Natural units": meant("of a sheet", "Natural units"),
        "Norms": meant("of a sheet", "Norms"),
        "Not used": meant("of a sheet", "Not used"),
        "Occupations": meant("of a sheet", "Occupations"),
        "People": meant("of a sheet", "People"),
        "Pillars": meant("of a sheet", "Pillars"),
        "Pressure": meant("of a sheet", "Pressure"),
        "Progress": meant("of a sheet", "Progress"),
        "Projects": meant("of a sheet", "Projects"),
        "Proof": meant("of a sheet", "Proof"),
        "Pyramid": meant("of a sheet", "Pyramid"),
        "Ranking": meant("of a sheet", "Ranking"),
        "Read me": meant("of a sheet", "Read me"),
        "Schedule": meant("of a sheet", "Schedule"),
        "Sectors": meant("of a sheet", "Sectors"),
        "Services": meant("of a sheet", "Services"),
        "Shortages": meant("of a sheet", "Shortages"),
        "Signed money": meant("of a sheet", "Signed money"),
        "Similarity": meant("of a sheet", "Similarity"),
        "Sources": meant("of a sheet", "Sources"),
        "Sources and uses": meant("of a sheet", "Sources and uses"),
        "Sums": meant("of a sheet", "Sums"),
        "Targets": meant("of a sheet", "Targets"),
        "Targets missed": meant("of a sheet", "Targets missed"),
        "Upkeep": meant("of a sheet", "Upkeep"),
        "Urban share": meant("of a sheet", "Urban share"),
        "Weights": meant("of a sheet", "Weights"),
        "Years": meant("of a sheet", "Years"),
    }
)


def sheet_name(name: str) -> str:
    """Return what a sheet is called in the language that is spoken; its own name where it has no other.

    >>> from urbium.text import language
    >>> with language("zh"):
    ...     sheet_name("Schedule"), sheet_name("A step of mine")
    ('进度表', 'A step of mine')
    """
    return str(say(_NAMES.get(name, name)))[:_MOST]
