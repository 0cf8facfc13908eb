"""SDMX: figures, scores and outlook as SDMX-CSV 2.0, with their structures as SDMX-JSON 2.0.

A code of SDMX holds letters, digits and ``_ @ $ -`` alone: any other sign is written as its number in
hexadecimal between two ``$``, ``$`` itself as ``$$``, and the name of the code says it as it is.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.periods import Period
from urbium.publish.open_data.csv_tables import BLOCK
from urbium.publish.open_data.record import CUBES, TABLES, OpenData, observed, statistics
from urbium.text import Text, text

AGENCY: Final = "URBIUM"
_VERSION: Final = "1.0.0"
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
    "UNIT_MEASURE": "unit",
    "OBS_STATUS": "obs_status",
    "STATUS": "status",
    "QUALITY": "quality",
    "SCENARIO": "scenario",
}
_CONCEPTS: Final[Mapping[str, Text]] = {
    "FREQ": text("Frequency"),
    "PLACE": text("Place"),
    "VARIABLE": text("Variable"),
    "BOUNDARY": text("Boundary"),
    "SOURCE": text("Source"),
    "STATISTIC": text("Statistic"),
    "TIME_PERIOD": text("Time period"),
    "OBS_VALUE": text("Value"),
    "UNIT_MEASURE": text("Unit of measure"),
    "OBS_STATUS": text("Observation status of SDMX"),
    "STATUS": text("Status"),
    "QUALITY": text("Grade of quality"),
    "SCENARIO": text("Scenario"),
}
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
                pl.lit(f"{AGENCY}:{id_of(table, record)}({_VERSION})").alias("STRUCTURE_ID"),
                pl.lit("I").alias("ACTION"),
                pl.all(),
            )
            yield rows.write_csv(include_header=number == 0)

    return write


def observations(record: OpenData, table: str) -> Iterator[pl.DataFrame]:
    """Yield the observations of a table of figures in blocks, one column a component, in codes."""
    codes: dict[str, dict[str, str]] = {}
    for block in observed(record, table).iter_slices(BLOCK):
        columns = {name: _coded(block, of, codes) for name, of in _of(_DIMENSIONS, block).items()}
        columns |= {"TIME_PERIOD": pl.col("period").cast(pl.String), "OBS_VALUE": pl.col("value")}
        columns |= {name: _coded(block, of, codes) for name, of in _of(_ATTRIBUTES, block).items()}
        yield block.select(**columns)


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


def id_of(name: str, record: OpenData) -> str:
    """Return the id of an artefact: each publication has its own, for its lists hold what it holds."""
    return f"{name}_{record.id}".upper()


def _urn(kind: str, name: str, record: OpenData, item: str = "") -> str:
    package = {"Codelist": "codelist", "Dataflow": "datastructure", "DataStructure": "datastructure"}
    of = package.get(kind, "conceptscheme")
    return f"urn:sdmx:org.sdmx.infomodel.{of}.{kind}={AGENCY}:{id_of(name, record)}({_VERSION}){item}"


def write_structure(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield code lists, concepts, and the data structure and dataflow of each table as SDMX-JSON 2.0.

    References
    ----------
    SDMX Technical Working Group: *SDMX-JSON Structure Message* 2.0.0.
    """
    tables = [table for table in CUBES if not record.tables[table].is_empty()]
    frames = [observed(record, table) for table in tables]
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
        items = {
            code: {"en": code}
            if column in ("frequency", "obs_status")
            else names.get(column, {}).get(name) or {"en": name}
            for name, code in sorted(coded[column].items())
        }
        if items:
            lists.append(_artefact("Codelist", f"CL_{concept}", _CONCEPTS[concept].render(), record) | {
                "isPartial": False, "codes": [{"id": code, **_names(said)} for code, said in items.items()],
            })  # fmt: skip
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
            "sender": {"id": AGENCY},
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


def _artefact(kind: str, id_: str, name: str, record: OpenData) -> dict[str, Any]:
    return {
        "id": id_of(id_, record),
        "version": _VERSION,
        "agencyID": AGENCY,
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
