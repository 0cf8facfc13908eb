"""SDMX: figures, scores and outlook as SDMX-CSV 2.0, with their structures as SDMX-JSON 2.0.

The dataflow of a table keeps agency and id from one publication to the next, and its version grows: the first
number is that of the structure, the others are the day and the second on which everything in it was known.

A code of SDMX holds letters, digits and ``_ @ $ -`` alone: any other sign is written as its number in
hexadecimal between two ``$``, ``$`` itself as ``$$``, and the name of the code says it as it is.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, Final

import polars as pl

from urbium.packaged import words_of
from urbium.periods import Period
from urbium.publish.open_data.record import BLOCK, CUBES, TABLES, OpenData, observed, statistics
from urbium.text import Text

SENDER: Final = "URBIUM"
_STRUCTURE: Final = 2
"""Grows when dimensions or attributes change."""
_OTHER: Final = re.compile(r"[^A-Za-z0-9_@-]")
_DIMENSIONS: Final[Mapping[str, str]] = {
    "FREQ": "frequency",
    "PLACE": "place",
    "VARIABLE": "variable",
    "BOUNDARY": "boundary",
    "SOURCE": "source",
    "STATISTIC": "statistic",
}
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "UNIT_MEASURE": "base",
    "UNIT_MULT": "multiplier",
    "OBS_STATUS": "obs_status",
    "STATUS": "status",
    "QUALITY": "quality",
    "SCENARIO": "scenario",
}
_CONCEPTS: Final[Mapping[str, Text]] = words_of("concept of SDMX")
_OBS_STATUS: Final[Mapping[str, str]] = {"reported": "A", "accepted": "A", "computed": "A", "projected": "F"}
"""SDMX code list CL_OBS_STATUS: A normal value, F forecast value."""
_FREQUENCIES: Final = ((31, "M"), (92, "Q"), (184, "S"), (366, "A"))
"""SDMX code list CL_FREQ: the frequency of a period of so many days at most."""


def code_of(name: str) -> str:
    """Return a name as a code of SDMX; another name gives another code.

    >>> code_of("urban districts"), code_of("%"), code_of("10k EUR")
    ('urban$20$districts', '$25$', '10k$20$EUR')
    """
    return _OTHER.sub(lambda sign: "$$" if sign[0] == "$" else f"${ord(sign[0]):X}$", name) or "$"


def rows_of(table: str) -> Callable[[OpenData, Sequence[Any]], Iterator[str]]:
    """Return what writes a table of figures as SDMX-CSV 2.0.

    References
    ----------
    SDMX Technical Working Group: *SDMX-CSV 2.0*, field guide.
    """

    def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
        for number, block in enumerate(observations(record, table)):
            rows = block.select(
                pl.lit("dataflow").alias("STRUCTURE"),
                pl.lit(f"{agency_of(record)}:{id_of(table)}({version_of(record)})").alias("STRUCTURE_ID"),
                pl.lit("I").alias("ACTION"),
                pl.all(),
            )
            yield rows.write_csv(include_header=number == 0)

    return write


def observations(record: OpenData, table: str) -> Iterator[pl.DataFrame]:
    """Yield the observations of a table of figures in blocks, one column a component, in codes."""
    codes: dict[str, dict[str, str]] = {}
    for block in _in_units(record, table).iter_slices(BLOCK):
        columns = {name: _coded(block, of, codes) for name, of in _of(_DIMENSIONS, block).items()}
        columns |= {"TIME_PERIOD": pl.col("period").cast(pl.String), "OBS_VALUE": pl.col("value")}
        columns |= {name: _coded(block, of, codes) for name, of in _of(_ATTRIBUTES, block).items()}
        yield block.select(**columns)


def _in_units(record: OpenData, table: str) -> pl.DataFrame:
    """Return the figures of a table with the unit that theirs counts, and by which power of ten."""
    units, unit = record.tables["units"], pl.col("unit").cast(pl.String)
    return observed(record, table).with_columns(
        base=unit.replace(units["unit"], units["base"]),
        multiplier=unit.replace_strict(units["unit"], units["multiplier"].cast(pl.String), default="0"),
    )


def _of(components: Mapping[str, str], frame: pl.DataFrame) -> dict[str, str]:
    """Return the components that a table has, and the column of each."""
    return {name: of for name, of in components.items() if _column_of(of) in frame.columns}


def _coded(block: pl.DataFrame, column: str, codes: dict[str, dict[str, str]]) -> pl.Expr:
    """Return a column in codes; each name is coded once."""
    of = _column_of(column)
    make = {"frequency": _frequency, "obs_status": _OBS_STATUS.__getitem__}.get(column, code_of)
    coded = codes.setdefault(column, {})
    coded |= {name: make(name) for name in block[of].unique() if name not in coded}
    return pl.col(of).cast(pl.String).replace_strict(coded, return_dtype=pl.String)


def _column_of(column: str) -> str:
    """Return the column that the codes of another are made of."""
    return {"frequency": "period", "obs_status": "status"}.get(column, column)


def _frequency(period: str) -> str:
    whole = Period.parse(period)
    days = (whole.end - whole.start).days + 1
    return "D" if days == 1 else next(code for longest, code in _FREQUENCIES if days <= longest)


def id_of(name: str) -> str:
    """Return the id of an artefact, the same in every publication."""
    return name.upper()


def agency_of(record: OpenData) -> str:
    """Return who maintains the artefacts of a programme: its nation, below urbium."""
    return f"{SENDER}.{record.nation}" if record.nation else SENDER


def version_of(record: OpenData) -> str:
    """Return the version of the artefacts of a publication: structure, day and second of the day."""
    at = record.known_on.astimezone(UTC)
    return f"{_STRUCTURE}.{at:%Y%m%d}.{(at.hour * 60 + at.minute) * 60 + at.second}"


def _urn(kind: str, name: str, record: OpenData, item: str = "") -> str:
    package = {"Codelist": "codelist", "Dataflow": "datastructure", "DataStructure": "datastructure"}
    of, artefact = package.get(kind, "conceptscheme"), f"{agency_of(record)}:{id_of(name)}"
    return f"urn:sdmx:org.sdmx.infomodel.{of}.{kind}={artefact}({version_of(record)}){item}"


def write_structure(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield code lists, concepts, and the data structure and dataflow of each table as SDMX-JSON 2.0.

    References
    ----------
    SDMX Technical Working Group: *SDMX-JSON Structure Message* 2.0.0.
    """
    tables = [table for table in CUBES if not record.tables[table].is_empty()]
    frames = [_in_units(record, table) for table in tables]
    ucum = dict(record.tables["units"].filter(pl.col("ucum") != "").select("unit", "ucum").iter_rows())
    sources = record.tables["sources"].select("source", "title").iter_rows()
    names = {
        "place": record.names("places"),
        "variable": record.names("variables"),
        "source": {source: {"en": title} for source, title in sources},
        "statistic": {
            name: {"en": one.says.render()} for table in tables for name, one in statistics(table).items()
        },
    }
    lists = []
    for concept, column in {**_DIMENSIONS, **_ATTRIBUTES}.items():
        coded: dict[str, dict[str, str]] = {column: {}}
        for frame in frames:
            if _column_of(column) in frame.columns:
                _coded(frame, column, coded)
        codes = [
            {
                "id": code,
                **_names(
                    {"en": code}
                    if column in ("frequency", "obs_status")
                    else names.get(column, {}).get(name) or {"en": name}
                ),
                **_annotated("UCUM", ucum.get(name, "") if column == "base" else ""),
            }
            for code, name in {code: name for name, code in sorted(coded[column].items())}.items()
        ]
        if codes:
            listed = _artefact("Codelist", f"CL_{concept}", _CONCEPTS[concept].render(), record)
            lists.append(listed | {"isPartial": False, "codes": codes})
    concepts = _artefact("ConceptScheme", "CONCEPTS", "Concepts", record) | {
        "isPartial": False,
        "concepts": [
            {"id": name, **_names({"en": said.render()}), **_links("Concept", "CONCEPTS", record, f".{name}")}
            for name, said in _CONCEPTS.items()
        ],
    }
    structures = [
        _artefact("DataStructure", table, TABLES[table].title.render(), record)
        | {"dataStructureComponents": _components(record, frame)}
        for table, frame in zip(tables, frames, strict=True)
    ]
    dataflows = [
        _artefact("Dataflow", table, TABLES[table].title.render(), record)
        | {"structure": _urn("DataStructure", table, record)}
        for table in tables
    ]
    message = {
        "meta": {
            "schema": "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json",
            "id": record.id,
            "test": False,
            "prepared": record.issued,
            "sender": {"id": SENDER},
            "contentLanguages": ["en"],
        },
        "data": {
            "codelists": lists,
            "conceptSchemes": [concepts],
            "dataStructures": structures,
            "dataflows": dataflows,
        },
    }
    yield json.dumps(message, ensure_ascii=False, indent=1)


def _names(said: Mapping[str, str]) -> dict[str, Any]:
    return {"name": said.get("en") or next(iter(said.values())), "names": dict(said)}


def _annotated(kind: str, said: str) -> dict[str, Any]:
    return {"annotations": [{"id": kind, "type": kind, "title": said}]} if said else {}


def _artefact(kind: str, id_: str, name: str, record: OpenData) -> dict[str, Any]:
    return {
        "id": id_of(id_),
        "version": version_of(record),
        "agencyID": agency_of(record),
        "isExternalReference": False,
        **_names({"en": name}),
        **_links(kind, id_, record),
    }


def _links(kind: str, name: str, record: OpenData, item: str = "") -> dict[str, Any]:
    return {"links": [{"rel": "self", "type": "sdmx_artefact", "urn": _urn(kind, name, record, item)}]}


def _components(record: OpenData, frame: pl.DataFrame) -> dict[str, Any]:
    def component(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a component
        concept = _urn("Concept", "CONCEPTS", record, f".{name}")
        listed = {"enumeration": _urn("Codelist", f"CL_{name}", record)}
        return {"id": name, "conceptIdentity": concept, "localRepresentation": listed} | more

    dimensions = [component(name, position=at) for at, name in enumerate(_of(_DIMENSIONS, frame))]
    time = component("TIME_PERIOD", localRepresentation={"format": {"dataType": "ObservationalTimePeriod"}})
    value = component("OBS_VALUE", localRepresentation={"format": {"dataType": "Double"}}, usage="mandatory")
    attributes = [
        component(name, usage="mandatory", attributeRelationship={"observation": {}})
        for name in _of(_ATTRIBUTES, frame)
    ]
    return {
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": time,
        },
        "measureList": {"id": "MeasureDescriptor", "measures": [value]},
    }
