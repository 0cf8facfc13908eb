"""City progress: what became of one city's plans: tasks, targets, warnings and alerts."""

from functools import partial
from typing import Any

from urbium.web.rendering.parameters import FromDrawer, FromOffice, Segment
from urbium.web.views.cities.city import city_head
from urbium.web.views.track import city_track


def city_progress(office: FromOffice, drawer: FromDrawer, code: Segment) -> dict[str, Any]:
    """Gather the progress of one city; ``tracked`` is empty where no task book of it is in force."""
    head = city_head(office, code, "progress")
    city = head["place"].code
    return head | {
        "tracked": partial(city_track, office, drawer, city),
        "alerts": [
            alert.dossier for alert in office.operations.alerts(city=city) if alert.dossier.state != "over"
        ],
    }
