"""SDMX: the figures as SDMX-CSV 2.0, with their structure as SDMX-JSON 2.0.

A code of SDMX holds letters, digits and ``_ @ $ -`` alone: any other sign is written as its number in
hexadecimal between two ``$``, ``$`` itself as ``$$``, and the name of the code says it as it is.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.periods import Period
from urbium.publish.open_data.csv_tables import BLOCK
from urbium.publish.open_data.record import OpenData
from urbium.text import Text, text

__all__ = ["AGENCY", "code_of", "write_figures", "write_structure"]

AGENCY: Final = "URBIUM"
_VERSION: Final = "1.0.0"
_OTHER: Final = re.compile(r"[^A-Za-z0-9_@-]")
_DIMENSIONS: Final[Mapping[str, str]] = {
    "FREQ": "frequency",
    "PLACE": "place",
    "VARIABLE": "variable",
    "BOUNDARY": "boundary",
    "SOURCE": "source",
}
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "UNIT_MEASURE": "unit",
    "OBS_STATUS": "obs_status",
    "STATUS": "status",
    "QUALITY": "quality",
}
_CONCEPTS: Final[Mapping[str, Text]] = {
    "FREQ": text("publish.sdmx.freq", "Frequency"),
    "PLACE": text("publish.sdmx.place", "Place"),
    "VARIABLE": text("publish.sdmx.variable", "Variable"),
    "BOUNDARY": text("publish.sdmx.boundary", "Boundary"),
    "SOURCE": text("publish.sdmx.source", "Source"),
    "TIME_PERIOD": text("publish.sdmx.time", "Time period"),
    "OBS_VALUE": text("publish.sdmx.value", "Value"),
    "UNIT_MEASURE": text("publish.sdmx.unit", "Unit of measure"),
    "OBS_STATUS": text("publish.sdmx.obs_status", "Observation status of SDMX"),
    "STATUS": text("publish.sdmx.status", "Status"),
    "QUALITY": text("publish.sdmx.quality", "Grade of quality"),
}
_OBS_STATUS: Final[Mapping[str, str]] = {"reported": "A", "accepted": "A", "projected": "F"}
"""SDMX code list CL_OBS_STATUS: A normal value, F forecast value."""
_FREQUENCIES: Final = ((31, "M"), (92, "Q"), (184, "S"), (366, "A"))
"""SDMX code list CL_FREQ: the frequency of a period of so many days at most."""


def code_of(name: str) -> str:
    """Return a name as a code of SDMX; another name gives another code.

    >>> code_of("urban districts"), code_of("%"), code_of("10k EUR")
    ('urban$20$districts', '$25$', '10k$20$EUR')
    """
    return _OTHER.sub(lambda sign: "$$" if sign[0] == "$" else f"${ord(sign[0]):X}$", name) or "$"


def write_figures(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield the figures as SDMX-CSV 2.0.

    References
    ----------
    SDMX Technical Working Group: *SDMX-CSV 2.0*, field guide.
    """
    codes: dict[str, dict[str, str]] = {}
    for number, block in enumerate(record.tables["figures"].iter_slices(BLOCK)):
        columns = {
            "STRUCTURE": pl.lit("dataflow"),
            "STRUCTURE_ID": pl.lit(_dataflow(record)),
            "ACTION": pl.lit("I"),
        }
        columns |= {name: _coded(block, column, codes) for name, column in _DIMENSIONS.items()}
        columns |= {"TIME_PERIOD": pl.col("period").cast(pl.String), "OBS_VALUE": pl.col("value")}
        columns |= {name: _coded(block, column, codes) for name, column in _ATTRIBUTES.items()}
        yield block.select(**columns).write_csv(include_header=number == 0)


def _coded(block: pl.DataFrame, column: str, codes: dict[str, dict[str, str]]) -> pl.Expr:
    """Return a column in codes; each name is coded once."""
    of = {"frequency": "period", "obs_status": "status"}.get(column, column)
    make = {"frequency": _frequency, "obs_status": _OBS_STATUS.__getitem__}.get(column, code_of)
    coded = codes.setdefault(column, {})
    coded |= {name: make(name) for name in block[of].unique() if name not in coded}
    return pl.col(of).cast(pl.String).replace_strict(coded, return_dtype=pl.String)


def _frequency(period: str) -> str:
    whole = Period.parse(period)
    days = (whole.end - whole.start).days + 1
    return "D" if days == 1 else next(code for longest, code in _FREQUENCIES if days <= longest)


def _dataflow(record: OpenData) -> str:
    return f"{AGENCY}:{_id('FIGURES', record)}({_VERSION})"


def _id(name: str, record: OpenData) -> str:
    """Return the id of an artefact: each publication has its own, for its lists hold what it holds."""
    return f"{name}_{record.id.upper()}"


def _urn(kind: str, name: str, record: OpenData, item: str = "") -> str:
    package = {"Codelist": "codelist", "Dataflow": "datastructure", "DataStructure": "datastructure"}
    of = package.get(kind, "conceptscheme")
    return f"urn:sdmx:org.sdmx.infomodel.{of}.{kind}={AGENCY}:{_id(name, record)}({_VERSION}){item}"


def write_structure(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield code lists, concepts, data structure and dataflow of the figures as SDMX-JSON 2.0.

    References
    ----------
    SDMX Technical Working Group: *SDMX-JSON Structure Message* 2.0.0.
    """
    figures = record.tables["figures"]
    columns = {**_DIMENSIONS, **_ATTRIBUTES}
    names = record.names("places") | record.names("variables")
    names |= {row["source"]: {"en": row["title"]} for row in record.tables["sources"].iter_rows(named=True)}
    lists = []
    for concept, column in columns.items():
        coded: dict[str, dict[str, str]] = {}
        _coded(figures, column, coded)
        items = {
            code: {"en": code} if column in ("frequency", "obs_status") else names.get(name) or {"en": name}
            for name, code in sorted(coded[column].items())
        }
        lists.append(_artefact("Codelist", f"CL_{concept}", _CONCEPTS[concept].render(), record) | {
            "isPartial": False, "codes": [{"id": code, **_names(said)} for code, said in items.items()],
        })  # fmt: skip
    concepts = _artefact("ConceptScheme", "CONCEPTS", "Concepts", record) | {
        "isPartial": False,
        "concepts": [{"id": name, **_names({"en": said.render()})} for name, said in _CONCEPTS.items()],
    }
    structure = _artefact("DataStructure", "FIGURES", record.title, record) | {
        "dataStructureComponents": _components(record)
    }
    dataflow = _artefact("Dataflow", "FIGURES", record.title, record) | {
        "structure": _urn("DataStructure", "FIGURES", record)
    }
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
            "dataStructures": [structure],
            "dataflows": [dataflow],
        },
    }
    yield json.dumps(message, ensure_ascii=False, indent=1)


def _names(said: Mapping[str, str]) -> dict[str, Any]:
    return {"name": said.get("en") or next(iter(said.values())), "names": dict(said)}


def _artefact(kind: str, id_: str, name: str, record: OpenData) -> dict[str, Any]:
    return {
        "id": _id(id_, record),
        "version": _VERSION,
        "agencyID": AGENCY,
        "isExternalReference": False,
        **_names({"en": name}),
        "links": [{"rel": "self", "type": "sdmx_artefact", "urn": _urn(kind, id_, record)}],
    }


def _components(record: OpenData) -> dict[str, Any]:
    def component(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a component
        concept = _urn("Concept", "CONCEPTS", record, f".{name}")
        listed = {"enumeration": _urn("Codelist", f"CL_{name}", record)}
        return {"id": name, "conceptIdentity": concept, "localRepresentation": listed} | more

    dimensions = [component(name, position=at) for at, name in enumerate(_DIMENSIONS)]
    time = component("TIME_PERIOD", localRepresentation={"format": {"dataType": "ObservationalTimePeriod"}})
    value = component("OBS_VALUE", localRepresentation={"format": {"dataType": "Double"}}, usage="mandatory")
    attributes = [
        component(name, usage="mandatory", attributeRelationship={"observation": {}}) for name in _ATTRIBUTES
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
