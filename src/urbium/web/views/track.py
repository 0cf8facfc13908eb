"""Track: the page of what became of plans, and a city's part of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from urbium import charts
from urbium.programme import Programme
from urbium.text import text
from urbium.text.naming import with_names
from urbium.units import million
from urbium.web.rendering.drawing import Drawer, Drawing
from urbium.web.rendering.listing import CITY_CODE, Listed, Listing
from urbium.web.rendering.parameters import FromDrawer, FromOffice, PageNumber, Word
from urbium.web.views.frames import solutions_planned

_LISTED: Final = (
    Listed("item", by="title"), Listed("source", title=text("Source or price basis"), is_extra=True),
    CITY_CODE, Listed("city", by="city_name"), Listed("measure"), Listed("planned"), Listed("actual"),
    Listed("difference"), Listed("unit"), Listed("year"), Listed("evidence"),
)  # fmt: skip
_SIZE: Final = 20


def track(
    office: FromOffice, drawer: FromDrawer, *, city: Word = "", order: Word = "", page: PageNumber = 1
) -> dict[str, Any]:
    """Gather progress, earned value and warnings, of one city or of all."""
    city = office.city(city).code if city else ""
    context = _gathered(office, drawer.draw, city)
    names = office.register.names()
    progress = context["progress"]
    rows = with_names(context["rows"], names, column="city_name")
    return context | {
        "names": names,
        "money": million(office.settings().currency),
        "city": city,
        "cities": sorted({code: names.get(code, code) for code in progress.table["city"]}.items()),
        "table": Listing(rows, _LISTED, "/track", {"city": city}, order, page, _SIZE),
        "may_replan": progress.year is not None
        and not progress.is_example
        and office.adopted("plan") is not None,
        "finished": office.track.finished().height,
        "planned": solutions_planned(office),
    }


def city_track(office: Programme, drawer: Drawer, code: str) -> dict[str, Any] | None:
    """Gather a city's progress and warnings; None where no task book of it is in force."""
    context = _gathered(office, drawer.apart, code)
    return None if context["progress"].table.is_empty() else context


def _gathered(office: Programme, draw: Callable[[Mapping[str, Any]], Drawing], city: str) -> dict[str, Any]:
    progress, warnings = office.track.progress(city), office.track.warnings(city)
    level = "taskbook" if city else "city"
    earned = progress.earned
    return {
        "progress": progress,
        "said": repr(progress),
        "warnings_said": repr(warnings),
        "rows": progress.in_words(progress.table),
        "sums": earned.filter(level="programme").to_dicts(),
        "earned": earned.filter(level=level).sort("spi_t", nulls_last=True).to_dicts(),
        "warnings": warnings.in_words(warnings.overview).to_dicts(),
        "judged": warnings.facts["targets"],
        "least": warnings.facts["below"],
        "unknown": warnings.unknown,
        "notes": warnings.notes,
        "curves": [
            (
                row["currency"],
                draw(
                    charts.progress_curve(
                        progress.curve.filter(currency=row["currency"]), currency=row["currency"]
                    )
                ),
            )
            for row in progress.curve.select("currency").unique(maintain_order=True).to_dicts()
        ],
    }
