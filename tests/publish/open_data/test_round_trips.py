"""Every format is read back by a program that is not ours: the figures of the record come out of it again."""

# ruff: noqa: PLC0415 - the readers are slow to import, and each is needed once

import hashlib
import json
import re
import warnings

import numpy as np
import polars as pl
import pytest

from publication_record import FIGURES, files_of, record_of

KEY = ("variable", "place", "boundary", "source", "period")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the readers themselves
WHOLE = (*KEY, "value", "unit", "status", "quality")


def rows_of(record):
    return sorted(record.tables["figures"].select(WHOLE).iter_rows())


def test_csvw_reads_every_table_with_its_keys_and_kinds(record, folder):
    import csvw

    group = csvw.TableGroup.from_file(folder / "csv-metadata.json")
    assert group.check_referential_integrity() is not False
    for name, frame in record.tables.items():
        table = group.tabledict[f"{name}.csv"]
        assert list(table.tableSchema.primaryKey)
        read = [{key: value or "" for key, value in row.items()} for row in table.iterdicts()]
        wanted = [{key: value or "" for key, value in row.items()} for row in frame.to_dicts()]
        assert read == wanted


def test_frictionless_finds_the_package_valid_and_reads_the_same_figures(record, folder):
    from frictionless import Package, system

    with system.use_context(trusted=True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = Package(str(folder / "datapackage.json"))
        report = package.validate()
        assert report.valid, report.flatten(["message"])
        rows = package.get_resource("figures").read_rows()
    read = sorted(tuple(float(row[name]) if name == "value" else row[name] for name in WHOLE) for row in rows)
    assert read == rows_of(record)
    assert package.licenses == [{"path": record.licence}]


def test_pysdmx_validates_the_structure_and_reads_the_same_figures(record, folder):
    from pysdmx.io import get_datasets, read_sdmx

    structures = read_sdmx(str(folder / "sdmx-structure.json"), validate=True).structures
    lists = {
        one.id.removeprefix("CL_").rpartition("_")[0]: one for one in structures if one.id.startswith("CL_")
    }
    names = {concept: {code.id: code.name for code in codes} for concept, codes in lists.items()}
    (data,) = get_datasets(str(folder / "sdmx-figures.csv"), str(folder / "sdmx-structure.json"))
    read = []
    for row in data.data.to_dict("records"):
        assert row["OBS_STATUS"] == ("F" if row["STATUS"] == "projected" else "A")
        plain = {name: names[name][row[name]] for name in ("BOUNDARY", "UNIT_MEASURE", "STATUS", "QUALITY")}
        source = names["SOURCE"][row["SOURCE"]].removeprefix("Title of ")
        read.append(
            (
                row["VARIABLE"], row["PLACE"], plain["BOUNDARY"], source, row["TIME_PERIOD"],
                float(row["OBS_VALUE"]), plain["UNIT_MEASURE"], plain["STATUS"], plain["QUALITY"],
            )
        )  # fmt: skip
    assert sorted(read) == rows_of(record)
    assert {row["FREQ"] for row in data.data.to_dict("records")} == {"A", "M", "Q", "D"}


def test_a_json_stat_validator_and_pyjstat_read_the_same_figures(record, folder, read):
    from jsonstat_validator import validate_jsonstat
    from pyjstat import pyjstat

    cube = read("figures.jsonstat.json")
    assert validate_jsonstat(cube)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pyjstat.Dataset.read(json.dumps(cube)).write("dataframe", naming="id")
    values = table.dropna(subset=["value"]).to_dict("records")
    units = {code: unit["label"] for code, unit in cube["dimension"]["variable"]["category"]["unit"].items()}
    read_back = sorted(
        (
            re.sub(r" \(.*\)$", "", row["variable"]), row["place"], row["boundary"], row["source"],
            row["period"], row["value"], units[row["variable"]],
        )
        for row in values
    )  # fmt: skip
    assert read_back == sorted(row[:7] for row in rows_of(record))
    index = {name: cube["dimension"][name]["category"]["index"].index for name in cube["id"]}
    for row in FIGURES:
        of = dict(zip(("variable", "place", "boundary", "source", "period"), row[:5], strict=True))
        of["variable"] = next(one for one in (f"{row[0]} ({row[6]})", row[0]) if one in units)
        cell = str(np.ravel_multi_index([index[name](of[name]) for name in cube["id"]], cube["size"]))
        assert (cube["status"][cell], cube["extension"]["quality"][cell]) == row[7:]


CORE = {
    "@vocab": "https://uri.etsi.org/ngsi-ld/default-context/",
    "id": "@id",
    "type": "@type",
    "Property": "https://uri.etsi.org/ngsi-ld/Property",
    "Relationship": "https://uri.etsi.org/ngsi-ld/Relationship",
    "GeoProperty": "https://uri.etsi.org/ngsi-ld/GeoProperty",
    "value": "https://uri.etsi.org/ngsi-ld/hasValue",
    "object": {"@id": "https://uri.etsi.org/ngsi-ld/hasObject", "@type": "@id"},
    "observedAt": {
        "@id": "https://uri.etsi.org/ngsi-ld/observedAt",
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
    },
}
"""The terms of the NGSI-LD core context that the file uses, retyped of ETSI GS CIM 009, annex B."""
VALUES = """
prefix n: <https://uri.etsi.org/ngsi-ld/>
prefix d: <https://uri.etsi.org/ngsi-ld/default-context/>
select ?variable ?object ?boundary ?source ?period ?value ?unit ?status ?quality {
  ?one a d:KeyPerformanceIndicator; d:variable/n:hasValue ?variable; d:refPlace/n:hasObject ?object;
    d:boundary/n:hasValue ?boundary; d:source/d:code/n:hasValue ?source; d:kpiValue ?kpi.
  ?kpi n:hasValue ?value; n:observedAt ?at; d:period/n:hasValue ?period; d:unit/n:hasValue ?unit;
    d:status/n:hasValue ?status; d:quality/n:hasValue ?quality.
}
"""


def test_the_ngsi_ld_entities_are_a_graph_of_the_same_figures(record, read):
    import rdflib

    graph = rdflib.Graph()
    for entity in read("figures.ngsild.jsonld"):
        assert entity.pop("@context") == ["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"]
        entity.pop("location", None)
        graph.parse(data=json.dumps({"@context": CORE, **entity}), format="json-ld")
    rows = [[str(cell) for cell in row] for row in graph.query(VALUES)]
    read_back = sorted(
        (row[0], row[1].removeprefix("urn:ngsi-ld:City:"), *row[2:5], float(row[5]), *row[6:]) for row in rows
    )
    assert read_back == rows_of(record)


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape; sh:targetClass dcat:Catalog;
  sh:property [sh:path dct:title; sh:minCount 1], [sh:path dct:description; sh:minCount 1],
    [sh:path dct:publisher; sh:minCount 1; sh:maxCount 1; sh:class foaf:Agent],
    [sh:path dcat:dataset; sh:minCount 1; sh:class dcat:Dataset], [sh:path dct:license; sh:maxCount 1].
[] a sh:NodeShape; sh:targetClass dcat:Dataset;
  sh:property [sh:path dct:title; sh:minCount 1], [sh:path dct:description; sh:minCount 1],
    [sh:path dcat:distribution; sh:minCount 1; sh:class dcat:Distribution],
    [sh:path dct:temporal; sh:class dct:PeriodOfTime], [sh:path dct:spatial; sh:class dct:Location].
[] a sh:NodeShape; sh:targetClass dcat:Distribution;
  sh:property [sh:path dcat:accessURL; sh:minCount 1; sh:nodeKind sh:IRI],
    [sh:path dcat:byteSize; sh:maxCount 1; sh:datatype xsd:nonNegativeInteger],
    [sh:path dct:license; sh:maxCount 1], [sh:path spdx:checksum; sh:maxCount 1; sh:class spdx:Checksum].
[] a sh:NodeShape; sh:targetClass spdx:Checksum;
  sh:property [sh:path spdx:algorithm; sh:minCount 1; sh:maxCount 1],
    [sh:path spdx:checksumValue; sh:minCount 1; sh:maxCount 1; sh:datatype xsd:hexBinary].
[] a sh:NodeShape; sh:targetClass foaf:Agent; sh:property [sh:path foaf:name; sh:minCount 1].
"""
"""What DCAT-AP 3.0.0 demands of the classes that are used, retyped of its tables of properties."""


def test_dcat_meets_what_dcat_ap_demands_and_describes_every_other_file(record, folder):
    import pyshacl
    import rdflib

    graph = rdflib.Graph().parse(folder / "dcat.jsonld", format="json-ld")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=SHAPES))
    assert conforms, report
    dcat, spdx = (
        rdflib.Namespace("http://www.w3.org/ns/dcat#"),
        rdflib.Namespace("http://spdx.org/rdf/terms#"),
    )
    described = {}
    for one in graph.subjects(rdflib.RDF.type, dcat.Distribution):
        name = str(graph.value(one, dcat.downloadURL)).removeprefix(record.uri() + "/")
        digest = graph.value(graph.value(one, spdx.checksum), spdx.checksumValue)
        described[name] = (int(graph.value(one, dcat.byteSize)), str(digest))
    files = [file for file in folder.iterdir() if file.name != "dcat.jsonld"]
    assert described == {
        file.name: (len(file.read_bytes()), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files
    }


def test_geojson_has_the_latest_of_every_series_at_its_place(record, read):
    features = {one["id"]: one for one in read("places.geojson")["features"]}
    assert features["0503"]["geometry"] == {"type": "Point", "coordinates": [4.36, 52.01]}
    assert features["NLD"]["geometry"] is None
    latest = {(one["variable"], one["period"]): one for one in features["0503"]["properties"]["figures"]}
    assert set(latest) == {("air", "2013-07"), ("cover", "2012-Q3")}
    assert latest["cover", "2012-Q3"] == {
        "variable": "cover", "period": "2012-Q3", "value": 61.5, "unit": "%", "boundary": "city",
        "source": "knmi", "status": "reported", "quality": "personal estimate",
    }  # fmt: skip


def test_the_same_record_gives_the_same_bytes(record, folder):
    assert files_of(record_of()) == {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("text", ["=1+1", "-5", 'a,b\n"c"', "国"], ids=["formula", "minus", "signs", "han"])
def test_csv_gives_back_any_text_but_for_the_mark_before_what_a_spreadsheet_would_run(text):
    from urbium.csv_text import unmarked

    rows = [(*FIGURES[0][:2], text, *FIGURES[0][3:])]
    content = files_of(record_of(rows), "csv")["figures.csv"]
    back = pl.read_csv(content, infer_schema=False).with_columns(unmarked(pl.col("boundary")))
    assert back["boundary"].to_list() == [text]
