"""What is published as portals, feeds and search engines ask for it, and as pages of other sites read it."""

import json
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph
from rdflib.plugins.parsers.jsonld import to_rdf

from urbium.programme import new

from .test_open_data import published, visitor  # noqa: F401 - the same two publications


@pytest.fixture(scope="module")
def empty(tmp_path_factory, open_client):
    """A programme that has published nothing."""
    file = tmp_path_factory.mktemp("empty") / "e.db"
    with new(file, nation="MX", name="Ciudades") as programme, open_client(programme) as client:
        yield client


def test_pages_of_other_sites_read_what_is_public(visitor):  # noqa: F811
    for address in ("/api/publications", "/ogc/collections", "/data.json", "/api/cities"):
        answer = visitor.get(address, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["access-control-allow-origin"] == "*", address
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "access-control-allow-credentials" not in answer.headers


def test_pages_of_other_sites_read_nothing_of_people(visitor):  # noqa: F811
    for address in ("/", "/account", "/desk", "/api/cases", "/sign-in", "/api/nothing"):
        answer = visitor.get(address, headers={"Origin": "https://elsewhere.example"}, follow_redirects=False)
        assert "access-control-allow-origin" not in answer.headers, address


def test_every_dataset_of_data_json_has_what_the_schema_demands(visitor):  # noqa: F811
    catalogue = visitor.get("/data.json").json()

    assert {one["identifier"].rpartition("/")[2] for one in catalogue["dataset"]} >= {"places", "figures"}
    for one in catalogue["dataset"]:
        assert all(one[name] for name in ("title", "description", "keyword", "modified", "publisher"))
        assert one["accrualPeriodicity"] == "irregular"
        for file in one["distribution"]:
            address = file["downloadURL"].removeprefix("http://127.0.0.1")
            assert visitor.get(address).status_code == 200, address


def test_a_client_of_ckan_lists_searches_and_reads_packages(visitor):  # noqa: F811
    names = visitor.get("/api/3/action/package_list").json()["result"]
    assert "figures" in names

    found = visitor.get("/api/3/action/package_search", params={"q": "places", "rows": "1"}).json()["result"]
    assert len(found["results"]) == 1 <= found["count"]

    shown = visitor.get("/api/3/action/package_show", params={"id": "figures"}).json()
    assert shown["success"]
    assert {one["format"] for one in shown["result"]["resources"]} >= {"CSV"}
    assert {one["name"] for one in shown["result"]["tags"]} >= {"Figures"}


def test_the_name_of_a_dataset_leads_to_the_newest_publication_of_it(visitor, published):  # noqa: F811
    (figures,) = [
        one for one in visitor.get("/data.json").json()["dataset"] if one["identifier"].endswith("/figures")
    ]
    assert figures["temporal"] == "2010-01-01/2015-12-31"
    assert "Population of the urban agglomeration" in figures["keyword"]
    answer = visitor.get(figures["identifier"].removeprefix("http://127.0.0.1"), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/publications/{published[1].id}")
    assert visitor.get("/datasets/none").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"), [("package_show?id=nothing", 404), ("package_show", 404), ("package_delete", 400)]
)
def test_what_ckan_does_not_have_is_refused_as_its_clients_expect(visitor, asked, status):  # noqa: F811
    answer = visitor.get(f"/api/3/action/{asked}")

    assert answer.status_code == status
    assert answer.json()["success"] is False
    assert answer.json()["error"]["__type"]


def test_the_feed_tells_of_each_publication_the_newest_first(visitor, published):  # noqa: F811
    root = ET.fromstring(visitor.get("/feed.atom").content)
    names = {"atom": "http://www.w3.org/2005/Atom"}
    ids = [one.text.rpartition("/")[2] for one in root.findall("atom:entry/atom:id", names)]

    assert ids == [published[1].id, published[2].id]
    assert root.find("atom:updated", names).text == root.find("atom:entry/atom:updated", names).text


def test_the_sitemap_leads_to_pages_that_are_there(visitor):  # noqa: F811
    root = ET.fromstring(visitor.get("/sitemap.xml").content)
    addresses = [one.text.removeprefix("http://127.0.0.1") for one in root.iter() if one.tag.endswith("loc")]

    assert "/cities/21847" in addresses
    assert "Sitemap: http://127.0.0.1/sitemap.xml" in visitor.get("/robots.txt").text
    for address in addresses[-3:]:
        assert visitor.get(address).status_code == 200, address


def test_the_catalogue_in_turtle_says_what_it_says_in_json(visitor):  # noqa: F811
    turtle = Graph().parse(data=visitor.get("/catalogue.ttl").text, format="turtle")
    as_json = Graph()
    to_rdf(visitor.get("/catalogue.jsonld").json(), as_json)

    assert len(turtle) == len(as_json) > 0


def test_a_search_engine_reads_a_publication_as_a_dataset(visitor, published):  # noqa: F811
    page = visitor.get(f"/publications/{published[1].id}").text
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]

    said = json.loads(block)
    assert (said["@type"], said["identifier"]) == ("Dataset", published[1].id)
    assert len(said["distribution"]) == len(published[1].files)
    assert "Figures" in said["keywords"]
    assert said["temporalCoverage"] == "2010-01-01/2015-12-31"


def test_before_anything_is_published_lists_and_the_feed_are_empty(empty):
    assert empty.get("/data.json").json()["dataset"] == []
    assert empty.get("/api/3/action/package_list").json()["result"] == []
    assert b"<entry>" not in empty.get("/feed.atom").content
