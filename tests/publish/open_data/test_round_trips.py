"""Every format is read back by a program that is not ours: the figures of the record come out of it again."""

# ruff: noqa: PLC0415 - the readers are slow to import, and each is needed once

import hashlib
import json
import re
import warnings
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from publication_record import FIGURES, SCORES, files_of, record_of, told
from urbium.publish.open_data import canonical, digest_of, packed

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


TABLES = ("figures", "scores", "outlook")
MULTIPLES = {("persons", "4"): "10k persons"}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("structure", "ending"), [("json", "csv"), ("xml", "xml")])
def test_pysdmx_validates_the_structure_and_reads_the_same_figures(folder, table, structure, ending):
    from pysdmx.io import get_datasets, read_sdmx

    structured = str(folder / f"sdmx-structure.{structure}")
    structures = read_sdmx(structured, validate=True).structures
    lists = {one.id.removeprefix("CL_"): one for one in structures if one.id.startswith("CL_")}
    names = {concept: {code.id: code.name for code in codes} for concept, codes in lists.items()}
    (data,) = get_datasets(str(folder / f"sdmx-{table}.{ending}"), structured)
    read = []
    for row in data.data.to_dict("records"):
        assert row["OBS_STATUS"] == ("F" if row["STATUS"] == "projected" else "A")
        plain = {name: names[name][row[name]] for name in ("BOUNDARY", "UNIT_MEASURE", "STATUS", "QUALITY")}
        if str(row["UNIT_MULT"]) != "0":
            plain["UNIT_MEASURE"] = MULTIPLES[plain["UNIT_MEASURE"], str(row["UNIT_MULT"])]
        variable, source = (
            names[name][row[name]].removeprefix(before)
            for name, before in (("VARIABLE", "Variable "), ("SOURCE", "Title of "))
        )
        read.append(
            (
                variable, f"{row['PLACE']}".zfill(4), plain["BOUNDARY"], source, str(row["TIME_PERIOD"]),
                row.get("STATISTIC", ""), float(row["OBS_VALUE"]), plain["UNIT_MEASURE"], plain["STATUS"],
                plain["QUALITY"],
            )
        )  # fmt: skip
    assert sorted(read) == [(row[0], row[1].zfill(4), *row[2:]) for row in told(table)]
    frequencies = {"A", "M", "Q", "D"} if table == "figures" else {"A"}
    assert table != "outlook" or {row["SCENARIO"] for row in data.data.to_dict("records")} == {"expected"}
    assert {row["FREQ"] for row in data.data.to_dict("records")} == frequencies


def test_sdmx_ml_keeps_every_sign_of_a_code_and_every_digit_of_a_value_over_blocks(monkeypatch):
    from lxml import etree

    from urbium.publish.open_data import sdmx

    monkeypatch.setattr(sdmx, "BLOCK", 2)
    tree = etree.fromstring(files_of(record_of(), "sdmx-ml")["sdmx-figures.xml"])
    read = [(one.get("PLACE"), float(one.get("OBS_VALUE"))) for one in tree.iter("Obs")]
    assert read == [(row[1], row[5]) for row in FIGURES]


@pytest.mark.parametrize("table", TABLES)
def test_a_json_stat_validator_and_pyjstat_read_the_same_figures(read, table):
    from jsonstat_validator import validate_jsonstat
    from pyjstat import pyjstat

    cube = read(f"{table}.jsonstat.json")
    assert validate_jsonstat(cube)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cells = pyjstat.Dataset.read(json.dumps(cube)).write("dataframe", naming="id")
    values = cells.dropna(subset=["value"]).to_dict("records")
    (metric,) = cube["role"]["metric"]
    units = {code: unit["label"] for code, unit in cube["dimension"][metric]["category"]["unit"].items()}
    read_back = sorted(
        (
            re.sub(r" \(.*\)$", "", row["variable"]), row["place"], row["boundary"], row["source"],
            row["period"], row.get("statistic", ""), row["value"], units[row[metric]],
        )
        for row in values
    )  # fmt: skip
    assert read_back == [row[:8] for row in told(table)]
    index = {name: cube["dimension"][name]["category"]["index"].index for name in cube["id"]}
    for row in told(table):
        of = dict(zip((*KEY, "statistic"), row[:6], strict=True))
        of[metric] = next(one for one in (f"{of[metric]} ({row[7]})", of[metric]) if one in units)
        cell = str(np.ravel_multi_index([index[name](of[name]) for name in cube["id"]], cube["size"]))
        assert (cube["status"][cell], cube["extension"]["quality"][cell]) == row[8:]


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
select ?variable ?object ?boundary ?source ?period ?statistic ?value ?unit ?status ?quality {
  ?one a d:KeyPerformanceIndicator; d:variable/n:hasValue ?variable; d:refPlace/n:hasObject ?object;
    d:boundary/n:hasValue ?boundary; d:source/d:code/n:hasValue ?source; d:kpiValue ?kpi.
  ?kpi n:observedAt ?at; d:period/n:hasValue ?period; d:status/n:hasValue ?status;
    d:quality/n:hasValue ?quality.
  { ?kpi n:hasValue ?value; d:unit/n:hasValue ?unit. bind("value" as ?statistic) }
  union
  { ?kpi ?is ?beside. ?beside n:hasValue ?value; d:unit/n:hasValue ?unit.
    bind(strafter(str(?is), "default-context/") as ?statistic) }
}
"""


def test_the_ngsi_ld_entities_are_a_graph_of_the_same_figures(read):
    import rdflib

    graph = rdflib.Graph()
    for entity in read("figures.ngsild.jsonld"):
        assert entity.pop("@context") == ["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"]
        entity.pop("location", None)
        graph.parse(data=json.dumps({"@context": CORE, **entity}), format="json-ld")
    read_back = sorted(
        (row[0], row[1].removeprefix("urn:ngsi-ld:City:"), *row[2:6], float(row[6]), *row[7:])
        for row in ([str(cell) for cell in row] for row in graph.query(VALUES))
    )
    rows = (row for table in TABLES for row in told(table))
    assert read_back == sorted((*row[:5], row[5] or "value", *row[6:]) for row in rows)


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
    described, kept = set(), {}
    for one in graph.subjects(rdflib.RDF.type, dcat.Distribution):
        name = str(graph.value(one, dcat.downloadURL)).removeprefix(record.uri() + "/")
        described.add(name)
        if size := graph.value(one, dcat.byteSize):
            kept[name] = (
                int(size), str(graph.value(graph.value(one, spdx.checksum), spdx.checksumValue)),
            )  # fmt: skip
    files = [file for file in folder.iterdir() if file.name != "dcat.jsonld"]
    assert described == {file.name for file in files}
    assert {f"{table}.csv" for table in record.tables} < set(kept)
    assert kept == {
        file.name: (len(file.read_bytes()), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in files
        if file.name in kept
    }


def test_a_table_is_a_dataset_in_a_series_that_keeps_its_name_in_the_next_publication(record, folder):
    import rdflib

    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    called = rdflib.URIRef("http://www.w3.org/2006/vcard/ns#fn")
    later = replace(record, id="fedcba9876543210", known_on=record.known_on + timedelta(days=1))
    series = []
    for content in ((folder / "dcat.jsonld").read_text(), files_of(later, "dcat")["dcat.jsonld"].decode()):
        graph = rdflib.Graph().parse(data=content, format="json-ld")
        series.append(set(graph.objects(None, dcat.inSeries)))
        for one in graph.subjects(rdflib.RDF.type, dcat.Dataset):
            assert graph.value(one, dcat.keyword), one
            assert graph.value(graph.value(one, dcat.contactPoint), called) is not None
            assert str(graph.value(one, rdflib.DCTERMS.accrualPeriodicity)).endswith("/IRREG")
        days = graph.value(
            rdflib.URIRef(f"{json.loads(content)['@graph'][1]['@id']}#outlook"), rdflib.DCTERMS.temporal
        )
        assert str(graph.value(days, dcat.startDate)) == "2030-01-01"
    assert series[0] == series[1]
    assert rdflib.URIRef("https://data.example.org/datasets/figures") in series[0]


def test_a_dataflow_keeps_agency_and_id_and_its_version_grows(record, read):
    later = replace(record, id="fedcba9876543210", known_on=record.known_on + timedelta(seconds=1))
    first, second = (
        structure["data"]["dataflows"]
        for structure in (
            read("sdmx-structure.json"),
            json.loads(files_of(later, "sdmx")["sdmx-structure.json"]),
        )
    )
    assert [(one["agencyID"], one["id"]) for one in first] == [
        ("URBIUM.NLD", "FIGURES"), ("URBIUM.NLD", "SCORES"), ("URBIUM.NLD", "OUTLOOK"),
    ]  # fmt: skip
    assert [(one["agencyID"], one["id"]) for one in second] == [(one["agencyID"], one["id"]) for one in first]
    before, after = ([int(part) for part in one[0]["version"].split(".")] for one in (first, second))
    assert before < after


def test_a_unit_has_its_code_of_ucum(read):
    lists = {one["id"]: one["codes"] for one in read("sdmx-structure.json")["data"]["codelists"]}
    units = [one for one in lists["CL_UNIT_MEASURE"] if "annotations" in one]
    ucum = {one["name"]: one["annotations"][0]["title"] for one in units}
    assert ucum == {"ug/m3": "ug/m3", "persons": "{persons}", "%": "%"}


def test_the_record_is_read_again_from_what_is_kept_of_it(record, folder):
    read_again = canonical.read(lambda name: (folder / name).read_bytes())
    tables = {name: record.tables[name] for name in read_again.tables}
    for name, frame in read_again.tables.items():
        assert frame.rows() == tables[name].rows(), name
    assert digest_of(read_again.tables) == digest_of(tables)
    assert replace(read_again, tables=record.tables) == record
    assert files_of(read_again) == files_of(record)


def test_what_is_kept_is_written_and_the_rest_is_not_before_it_is_asked_for(record):
    written = {one.name for one in packed(record) if one.content}
    assert written == {"csv-metadata.json", "datapackage.json", *(f"{name}.csv" for name in record.tables)}


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
    (score,) = features["0503"]["properties"]["scores"]
    assert {score[name] for name in ("variable", "period", "value", "rank", "rank_high")} == {
        SCORES[0][at] for at in (0, 4, 5, 9, 11)
    }


def test_what_is_empty_has_its_columns_in_csv_and_no_file_of_its_own_elsewhere(record):
    nothing = {name: record.tables[name].clear() for name in ("scores", "outlook")}
    files = files_of(record_of(tables=nothing))
    assert files["scores.csv"].decode().strip().startswith("variable,place,boundary")
    assert not {"scores.jsonstat.json", "sdmx-outlook.csv", "sdmx-outlook.xml"} & set(files)


def test_the_same_record_gives_the_same_bytes(record, folder):
    assert files_of(record_of()) == {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("text", ["=1+1", "-5", 'a,b\n"c"', "国"], ids=["formula", "minus", "signs", "han"])
def test_csv_gives_back_any_text_but_for_the_mark_before_what_a_spreadsheet_would_run(text):
    from urbium.csv_text import unmarked

    rows = [(*FIGURES[0][:2], text, *FIGURES[0][3:])]
    content = files_of(record_of(rows), "csv")["figures.csv"]
    back = pl.read_csv(content, infer_schema=False).with_columns(unmarked(pl.col("boundary")))
    assert back["boundary"].to_list() == [text]
