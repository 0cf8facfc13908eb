"""Every row that the API answers has the columns that its description says, with values of their kind."""

import re

import pytest

from urbium.packaged import packaged_rows

PYTHON = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list}
ROWS = {row["name"]: row["columns"].split() for row in packaged_rows("result_rows")}


@pytest.fixture(scope="module")
def description(client):
    return client.get("/schema/openapi.json").json()


@pytest.fixture(scope="module")
def answered(client, programme, description):
    """Rows by what they are called, of every address that answers tables."""
    first = programme.required("plan").table.row(0, named=True)
    rows = {}
    for path, operations in description["paths"].items():
        tables = tables_of(operations.get("get", {}), description["components"]["schemas"])
        for code in (first["city"], first["project"]) if tables and "{" in path else [""] * bool(tables):
            answer = client.get(re.sub(r"\{[^}]*\}", code, path))
            if answer.status_code == 200:
                for field, name in tables.items():
                    rows.setdefault(name, []).extend(answer.json().get(field, []))
    return rows


def tables_of(operation, schemas):
    """Return the fields of an answer that are tables, and what their rows are called."""
    schema = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
    record = schemas.get(schema.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
    names = {
        field: one.get("items", {}).get("$ref", "").rpartition("/")[2]
        for field, one in record.get("properties", {}).items()
        if one.get("type") == "array"
    }
    return {field: name for field, name in names.items() if name in ROWS}


def test_the_demo_answers_most_tables(answered):
    assert len([name for name, rows in answered.items() if rows]) > 30


def test_a_row_has_the_columns_of_its_description_and_no_other(answered, description):
    schemas = description["components"]["schemas"]
    wrong = {
        name: sorted(set(schemas[name]["properties"]) ^ set(rows[0]))
        for name, rows in answered.items()
        if rows and set(schemas[name]["properties"]) != set(rows[0])
    }

    assert wrong == {}


def test_a_value_is_of_the_kind_of_its_column_or_null(answered, description):
    schemas = description["components"]["schemas"]
    wrong = {
        (name, column, type(row[column]).__name__)
        for name, rows in answered.items()
        for column, schema in schemas[name]["properties"].items()
        for row in rows
        if row[column] is not None and not isinstance(row[column], PYTHON[schema["oneOf"][0]["type"]])
    }

    assert wrong == set()


def test_every_answer_that_is_declared_is_described_and_answered_somewhere(description):
    declared = {row["name"] for row in packaged_rows("answers")}

    assert declared - description["components"]["schemas"].keys() == {"StageHead"}  # a part of others


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("Summary", "name", {"type": "string"}),
        ("OutlookRow", "held", {"object", "null"}),
        ("Explained", "value", {"number", "string"}),
        ("Explained", "origin", {"type": "object", "additionalProperties": {"type": "string"}}),
        ("KeptPlan", "gap", {"number", "null"}),
        ("JobPage", "items", {"type": "array", "items": {"$ref": "#/components/schemas/JobAnswer"}}),
    ],
)
def test_a_field_is_described_as_its_row_says(description, name, field, kind):
    schema = description["components"]["schemas"][name]["properties"][field]

    assert ({choice["type"] for choice in schema["oneOf"]} if "oneOf" in schema else schema) == kind


def test_an_answer_that_always_has_its_fields_says_so(description):
    schemas = description["components"]["schemas"]

    assert schemas["SignedAnswer"]["required"] == ["agreements", "projects", "standing", "unit", "years"]
    assert schemas["ScoresAnswer"]["required"] == []


def test_every_column_of_a_row_has_the_title_of_the_vocabulary(description):
    schemas = description["components"]["schemas"]

    assert {name for name in ROWS if name not in schemas} == set()
    assert schemas["SpaceYear"]["properties"]["capital"]["title"] == (
        "Construction, from the city's own budget"
    )


def test_an_answer_has_no_field_that_its_description_lacks(client, programme, description):
    schemas, first = description["components"]["schemas"], programme.required("plan").table.row(0, named=True)
    in_languages = re.compile(r"(name|province)_[a-z]{2}")  # as many as the programme has
    unsaid, asked = {}, 0
    for path, operations in description["paths"].items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        record = schema.get("items", schema).get("$ref", "").rpartition("/")[2]
        known = schemas.get(record, {}).get("properties", {}).keys()
        for code in (first["city"], first["project"]) if "{" in path else [""] * bool(known):
            answer = client.get(re.sub(r"\{[^}]*\}", code, path))
            if known and answer.status_code == 200:
                said = answer.json()
                keys = {key for row in (said if isinstance(said, list) else [said]) for key in row}
                unsaid[path] = {key for key in keys - known if not in_languages.fullmatch(key)}
                asked += 1

    assert asked > 60
    assert {path: keys for path, keys in unsaid.items() if keys} == {}
