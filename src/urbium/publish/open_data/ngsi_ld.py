"""NGSI-LD: one KeyPerformanceIndicator a series, with one value a period (the temporal representation)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from urbium.columns import Column
from urbium.periods import Period
from urbium.publish.open_data.record import CUBES, OpenData, series_of, statistics

_CONTEXT: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"


def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield figures, scores and outlook as NGSI-LD entities, one a line; terms beyond the core are ours.

    References
    ----------
    ETSI GS CIM 009 V1.8.1, *NGSI-LD API*, temporal representation of entities; Smart Data Models:
    ``KeyPerformanceIndicator`` (``kpiValue``, ``calculationPeriod``, ``source``).
    """
    variables = {row["variable"]: row for row in record.tables["variables"].iter_rows(named=True)}
    names = record.names("variables")
    places = {row["place"]: row for row in record.tables["places"].iter_rows(named=True)}
    titles = dict(record.tables["sources"].select("source", "title").iter_rows())
    yield "["
    series = ((table, *one) for table in CUBES for one in series_of(record.tables[table]))
    for number, (table, key, rows) in enumerate(series):
        variable, place, boundary, source = key
        entity = {
            "id": ":".join(("urn:ngsi-ld:KeyPerformanceIndicator", *(quote(part, safe="") for part in key))),
            "type": "KeyPerformanceIndicator",
            "name": _property(next(iter(names.get(variable, {}).values()), variable)),
            "variable": _property(variable),
            "description": _property(variables.get(variable, {}).get("definition") or variable),
            "boundary": _property(boundary),
            "source": _property(titles.get(source) or source) | {"code": _property(source)},
            "provider": _property(record.title),
            "refPlace": {"type": "Relationship", "object": f"urn:ngsi-ld:City:{quote(place, safe='')}"},
            **_location(places.get(place, {})),
            "kpiValue": [_value(row, statistics(table)) for row in rows.iter_rows(named=True)],
            "@context": [_CONTEXT],
        }
        yield ("," if number else "") + "\n" + json.dumps(entity, ensure_ascii=False, allow_nan=False)
    yield "\n]\n"


def _property(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"type": "Property", "value": value}


def _location(place: Mapping[str, Any]) -> dict[str, Any]:
    degrees = [place.get("longitude"), place.get("latitude")]
    if None in degrees:
        return {}
    return {"location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": degrees}}}


def _value(row: Mapping[str, Any], numbers: Mapping[str, Column]) -> dict[str, Any]:
    """Return one value, observed at the end of its period, with what else is said of it."""
    period = Period.parse(row["period"])
    span = {"from": period.start.isoformat(), "to": period.end.isoformat()}
    return _property(row["value"]) | {
        "observedAt": f"{span['to']}T23:59:59Z",
        "calculationPeriod": _property(span),
        **{
            name: _property(row[name])
            for name in ("period", "unit", "status", "quality", "scenario")
            if name in row
        },
        **{
            name: _property(row[name]) | {"unit": _property(column.unit or row["unit"])}
            for name, column in numbers.items()
            if name != "value" and row[name] is not None
        },
    }
