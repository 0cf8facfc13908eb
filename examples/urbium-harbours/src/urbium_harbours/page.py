"""A page: the cities of the programme, as harbours."""

from typing import Any

from urbium.text import text
from urbium.web.pages import Page
from urbium.web.rendering.parameters import FromOffice


def harbours(office: FromOffice) -> dict[str, Any]:
    """Gather the names of the cities."""
    return {"cities": office.register.cities()["name_en"].to_list()}


HARBOURS = Page(
    "harbours",
    "/harbours",
    text("Harbours"),
    harbours,
    "cities",
    is_listed=True,
    template="urbium_harbours:harbours.html",
)
