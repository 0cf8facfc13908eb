"""Projects whose cash flows are worked out by hand, for the tests of appraisals."""

from urbium.finance import Basis, DiscountRate, Inflow, ProjectCosts, Terms
from urbium.model import Evidence

BASIS = Basis("EUR", "2016")


def terms(**given):
    """Six years from 2016 at 10%."""
    declared = {"years": range(2016, 2022), "rate": DiscountRate(0.10, True, "assumption", "example")}
    return Terms(**{**declared, "basis": BASIS, **given})


def lights(**given):
    """Lights of 90 and 10 in two years, 5 a year to run from 2018 on, that last three years."""
    declared = {
        "project": "X:LED", "city": "X", "solution": "LED", "capital": {2016: 90.0, 2017: 10.0},
        "operation": 5.0, "first_use": 2018, "life": 3.0, "evidence": "derived", "basis": BASIS,
    }  # fmt: skip
    return ProjectCosts(**{**declared, **given})


def saving(**given):
    """The city pays 40 to 60 less a year."""
    declared = {
        "project": "X:LED", "kind": "city_saving", "receiver": "city", "low": 40.0, "high": 60.0,
        "basis": BASIS, "evidence": Evidence.PUBLISHED,
    }  # fmt: skip
    return Inflow(**{**declared, **given})
