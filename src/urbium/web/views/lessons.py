"""Lessons: the page of declared effects that rest on finished projects, and of what is still open."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium import charts
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.parameters import FromActor, FromDrawer, FromOffice
from urbium.web.rendering.words import named_rows


def lessons(office: FromOffice, actor: FromActor, drawer: FromDrawer) -> dict[str, Any]:
    """Gather the adopted lessons, by code, and what finished projects show besides."""
    dossiers = [one.dossier for one in office.casework.listed(actor, "lesson", where={"state": "adopted"})]
    units = {name: variable.unit for name, variable in office.catalogue.variables.items()}
    return {
        "lessons": [
            {
                **one.content,
                "code": one.code,
                "adopted": one.recorded_at,
                "by": one.recorded_by,
                "unit_of_variable": units.get(one.content["variable"], ""),
                "cities": [
                    _city(row, drawer, units.get(one.content["variable"], ""))
                    for row in one.content["cities"]
                ],
            }
            for one in dossiers
        ],
        "open": office.track.open_lessons().to_dicts(),
        "solutions": {code: one.name for code, one in office.catalogue.solutions.items()},
        "variables": named_rows(office.catalogue.variables),
        "names": office.register.names(),
    }


def _city(row: Mapping[str, Any], drawer: Drawer, unit: str) -> dict[str, Any]:
    """Return what one city showed, with the chart of its figures where they were kept."""
    years = pl.DataFrame(row.get("years") or [])
    chart = None if years.is_empty() else drawer.draw(charts.comparison_curve(years, y_title=unit))
    return {**row, "compared": row.get("compared") or [], "chart": chart}
