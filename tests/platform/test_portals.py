"""Portals: answers of CKAN and data.json, as their own documentation describes them, become resources."""

import json

import pytest

from urbium.errors import InputError
from urbium.platform.portals import read_ckan, read_data_json

PACKAGE = {
    "id": "b1", "name": "bike-counts", "title": "Bike counts", "notes": "Counts by hour", "state": "active",
    "private": False, "license_title": "CC BY", "license_url": "https://creativecommons.org/licenses/by/4.0/",
    "maintainer": "Data desk", "maintainer_email": "data@example.org",
    "metadata_modified": "2026-01-02T03:04:05",
    "organization": {"title": "City"}, "tags": [{"name": "bike"}, {"display_name": "Traffic"}],
    "groups": [{"title": "Transport"}], "extras": [{"key": "frequency", "value": "daily"}],
    "resources": [{"url": "https://example.org/b.csv", "name": "CSV", "format": "CSV", "size": 12},
                  {"url": "javascript:alert(1)"}],
}  # fmt: skip


def test_a_package_of_ckan_is_a_resource():
    answer = {"success": True, "result": {"count": 7, "results": [PACKAGE, PACKAGE | {"state": "deleted"}]}}
    (one,), count = read_ckan(json.dumps(answer).encode())
    assert count == 7
    assert (one.title, one.identifier, one.publisher, one.email) == (
        "Bike counts",
        "b1",
        "City",
        "data@example.org",
    )
    assert (one.periodicity, one.access_rights, one.keywords) == ("DAILY", "PUBLIC", ["Traffic", "bike"])
    assert [form.access_url for form in one.distributions] == ["https://example.org/b.csv"]


def test_a_private_package_is_not_public():
    answer = {"success": True, "result": {"count": 1, "results": [PACKAGE | {"private": True}]}}
    assert read_ckan(json.dumps(answer).encode())[0][0].access_rights == "NON_PUBLIC"


def test_a_data_set_of_data_json_is_a_resource():
    row = {
        "title": "Permits", "identifier": "p", "accessLevel": "restricted public",
        "accrualPeriodicity": "R/P1W",
        "contactPoint": {"fn": "Desk", "hasEmail": "mailto:d@example.org"}, "publisher": {"name": "City"},
        "temporal": "2020-01-01/2021-01-01", "distribution": [{"downloadURL": "https://example.org/p.csv"}],
    }  # fmt: skip
    (one,) = read_data_json(json.dumps({"dataset": [row]}).encode())
    assert (one.access_rights, one.periodicity, one.temporal_end) == ("RESTRICTED", "WEEKLY", "2021-01-01")
    assert (one.email, one.distributions[0].download_url) == ("d@example.org", "https://example.org/p.csv")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"<html>",
        b"null",
        b'{"success": false}',
        b'{"success": true, "result": []}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_none_is_refused(content):
    for read in (read_ckan, read_data_json):
        with pytest.raises(InputError):
            read(content)


def test_values_of_another_type_are_taken_for_nothing():
    row = {"title": 3, "notes": None, "tags": "x", "extras": [1], "resources": [None, 3], "organization": []}
    (one,), _ = read_ckan(json.dumps({"success": True, "result": {"results": [row], "count": "?"}}).encode())
    assert (one.title, one.keywords, one.distributions) == ("", [], [])
