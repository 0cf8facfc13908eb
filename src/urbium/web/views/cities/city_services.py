"""City services: which services of a city run short when, and what the city publishes of itself."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from urbium.programme import Programme
from urbium.text import Text, sentences, text
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Segment
from urbium.web.views.cities.city import city_head
from urbium.web.views.outlook import part, pressure_rows
from urbium.web.views.resources import base_data_of, catalogue_of


def city_services(office: FromOffice, drawer: FromDrawer, code: Segment) -> dict[str, Any]:
    """Gather the services of one city, each with the reason where nothing is shown, and its resources."""
    head = city_head(office, code, "services")
    city = head["place"].code
    short, no_short = part(office, "pressure")
    if short is not None and city not in short.table["city"]:
        short, no_short = None, text("no outlook is known for {city}", city=head["place"].title)
    rows = [] if short is None else pressure_rows(office, short, city)
    areas = dict.fromkeys(row["area"] for row in rows if row["capacity"] is not None)
    return head | {
        "short": None if short is None else rows,
        "whose": sentences(_whose(office, short, city, areas)) if short is not None else "",
        "short_chart": None if short is None else drawer.apart(short.chart(city)),
        "no_short": no_short,
        "catalogue": partial(catalogue_of, office, city),
        "base_data": partial(base_data_of, office, city),
    }


def _whose(office: Programme, short: Any, city: str, areas: Iterable[str]) -> list[Text]:  # noqa: ANN401 - urbium.forecast.Pressure
    """Say for whom the demand for services with a known capacity is computed."""
    said = (short.whose_words(city, area, office.catalogue.variables) for area in areas)
    return [words for words in said if words]
