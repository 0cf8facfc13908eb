"""Projects and mandates of the tests of the market; every figure is made up."""

from urbium.market.mandates import Mandate
from urbium.market.prospects import Prospect


def prospect(code="a", **changes):
    """Return a lighting project of 30 million that seeks 10, in any amount from 1."""
    return Prospect(
        **{
            "code": code,
            "title": "Street lighting",
            "city": "X",
            "place": "Xtown",
            "region": "West",
            "country": "MEX",
            "solution": "LIGHT",
            "sector": "energy",
            "start": 2030,
            "finish": 2031,
            "capital": 30.0,
            "operation": 1.0,
            "sought": 10.0,
            "least": 1.0,
            "currency": "MXN",
            "price_year": "2025",
            "evidence": "derived",
            "instruments": ("PPP", "FDI"),
            "standards": ("ISO 37122 cl.7",),
            **changes,
        }
    )


def mandate(code="fund", **changes):
    """Return a mandate that asks for nothing but a ticket of 5 to 50 million."""
    return Mandate(
        **{
            "code": code,
            "title": "Example fund",
            "country": "NLD",
            "currency": "MXN",
            "ticket_least": 5.0,
            "ticket_most": 50.0,
            "budget": 100.0,
            **changes,
        }
    )
