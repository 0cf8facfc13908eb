"""Open data over HTTP: pages, files that never change, and features as a client of OGC reads them."""

import gzip
import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

import polars as pl
import pytest
import uvicorn
from owslib.ogcapi.features import Features

from urbium.model import City, Source
from urbium.programme import new
from urbium.publish.open_data import made as write
from urbium.store import FileStamp
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

TOWNS = [
    ("21853", "Mexico City", 19.43, -99.14, "", ""),
    ("21847", "León", 21.12, -101.68, "2011", ""),
    ("21855", "Monterrey", 25.67, -100.32, "", "1999"),
    ("21899", "Nowhere", None, None, "", ""),
]


def stored(programme, period, value):
    row = {
        "city": "21847", "variable": "population_agglomeration", "period": period, "value": value,
        "unit": "persons", "area": "agglomeration", "status": "reported", "quality": "measured",
        "source": "wup", "file": "people.csv", "sheet": "", "cell": "", "reason": "",
    }  # fmt: skip
    stamp = FileStamp("people.csv", "0" * 64)
    programme.store.record(pl.DataFrame([row]), by="ann", reason="people", file=stamp)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A programme of four towns with two publications, the later one first."""
    with new(tmp_path_factory.mktemp("open") / "mx.db", nation="MX", name="Ciudades") as programme:
        cities = [
            City(code, {"en": name}, "metro", {"en": "Centro"}, north, east, valid_from=since, valid_to=until)
            for code, name, north, east, since, until in TOWNS
        ]
        sources = [Source("wup", "United Nations", "Prospects", "2018", "CC BY 3.0 IGO")]
        programme.register(cities=cities, sources=sources, by="ann", reason="a beginning")
        stored(programme, "2010", 1_611_000.0)
        earlier = programme.publish(by="ann")
        stored(programme, "2015", 1_714_000.0)
        yield programme, programme.publish(by="ann", licence="https://example.org/licence"), earlier


@pytest.fixture(scope="module")
def visitor(published, open_client):
    with open_client(published[0]) as client:
        yield client


@contextmanager
def served(programme):
    """Serve a programme at an address of this machine; yields it."""
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_the_pages_list_publications_and_say_how_to_cite_one(published, visitor):
    _, newest, earlier = published
    listing = visitor.get("/publications").text
    assert listing.index(newest.id) < listing.index(earlier.id)
    page = visitor.get(f"/publications/{newest.id}").text
    assert re.search(rf"Ciudades: publication {newest.id}, data as of \d+ \w+ \d{{4}}\.", page)
    assert f"http://127.0.0.1/publications/{newest.id}" in page
    assert "https://example.org/licence" in page
    assert all(file.name in page for file in newest.files)
    old = visitor.get(f"/publications/{earlier.id}").text
    assert "There is a later publication" in old
    assert "No licence was stated for the publication as a whole." in old


def test_a_publication_says_what_it_changed_and_hands_out_the_rows(published, visitor):
    _, later, earlier = published
    page = visitor.get(f"/publications/{later.id}").text
    (figures,) = re.findall(r'<tr><th scope="row">Figures</th>(.*?)</tr>', page)
    assert re.findall(r'class="num"[^>]*>(\d+)<', figures) == ["1", "0", "0"]
    file = visitor.get(re.search(r'href="([^"]*figures\.csv)"', figures)[1])
    assert file.headers["content-disposition"] == 'attachment; filename="figures-changes.csv"'
    head, row = file.text.lstrip("\ufeff").splitlines()
    assert head.startswith("change,")
    assert row.startswith("added,")
    assert "1714000" in row
    first = visitor.get(f"/publications/{earlier.id}").text
    assert "This is the first publication: there is no earlier one to compare it with." in first
    assert visitor.get(f"/publications/{earlier.id}/changes/figures.csv").status_code == 404


def test_the_newest_publication_leads_to_what_has_changed_since(published, visitor):
    _, later, earlier = published
    link = re.compile(r'href="(/\?since=[^"]*)#news"')
    since = link.search(visitor.get(f"/publications/{later.id}").text)[1]
    news = visitor.get(since).text
    assert "Nothing that you may see has changed." in news  # of its day, but within it
    assert re.search(r"<h2>Changed since \d{4}-\d\d-\d\d \d\d:\d\d UTC", news)
    assert not link.search(visitor.get(f"/publications/{earlier.id}").text)


def test_the_api_says_what_a_publication_is_pinned_to(published, visitor):
    _, newest, earlier = published
    first, second = visitor.get("/api/publications").json()
    assert (first["id"], first["supersedes"]) == (newest.id, earlier.id)
    assert second["superseded_by"] == [newest.id]
    assert {"known_on", "code", "settings", "catalogue", "policy", "content"} <= set(second)
    assert visitor.get(f"/api/publications/{earlier.id}").json() == second


def test_a_file_is_sent_as_it_was_kept_compressed_or_plain(published, visitor):
    _, newest, earlier = published
    for file in newest.files:
        address = f"/publications/{newest.id}/{file.name}"
        with visitor.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
            assert answer.headers["content-encoding"] == "gzip"
        plain = visitor.get(address, headers={"Accept-Encoding": "identity"})
        assert gzip.decompress(packed) == plain.content
        digest = hashlib.sha256(plain.content).hexdigest()
        assert file.sha256 in ("", digest)
        assert plain.headers["etag"] == f'W/"{digest}"'
        assert plain.headers["content-type"].startswith(file.media_type)
        assert ("immutable" in plain.headers["cache-control"]) is bool(file.kept)
        assert f'</publications/{earlier.id}>; rel="predecessor-version"' in plain.headers["link"]


def test_who_has_a_file_is_not_sent_it_again(published, visitor):
    _, newest, _ = published
    address = f"/publications/{newest.id}/figures.csv"
    mark = visitor.get(address).headers["etag"]
    for packing in ("gzip", "identity"):
        again = visitor.get(address, headers={"If-None-Match": mark, "Accept-Encoding": packing})
        assert (again.status_code, again.content) == (304, b"")
    assert visitor.get(address, headers={"If-None-Match": 'W/"another"'}).status_code == 200


def test_what_is_made_when_it_is_asked_for_is_made_once_for_all(published, visitor, monkeypatch):
    _, newest, earlier = published
    made = []
    monkeypatch.setattr(
        "urbium.publish.open_data.made",
        lambda record, name, beside: made.append((record.id, name)) or write(record, name, beside),
    )
    for _ in range(2):
        for publication in (earlier, newest):
            assert visitor.get(f"/publications/{publication.id}/projects.geojson").status_code == 200
    assert (earlier.id, "projects.geojson") in made  # of the newest, another test may have asked for it
    assert len(made) == len(set(made))


def test_what_was_never_published_is_not_found(published, visitor):
    _, newest, _ = published
    assert visitor.get(f"/publications/{newest.id}/none.csv").status_code == 404
    assert visitor.get("/publications/none").status_code == 404
    assert visitor.get("/api/publications/none").status_code == 404


def test_before_anything_is_published_pages_say_so(empty):
    assert "urbium publish" in empty.get("/publications").text
    answer = empty.get("/ogc")
    assert (answer.status_code, answer.json()["detail"]) == (404, "nothing has been published yet")


def test_a_client_of_ogc_reads_the_collections_and_their_features(published):
    programme, *_ = published
    with served(programme) as address:
        features = Features(f"{address}/ogc/")
        assert any(one.endswith("/conf/geojson") for one in features.conformance()["conformsTo"])
        assert features.feature_collections() == ["places", "projects"]
        page = features.collection_items("places", limit=2)
        assert (page["numberMatched"], page["numberReturned"]) == (5, 2)  # the nation is one
        assert datetime.fromisoformat(page["timeStamp"]).utcoffset() == timedelta()
        (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
        assert "offset=2" in following
        (town,) = features.collection_items("places", bbox=[-102, 20, -101, 22])["features"]
        assert town["geometry"]["coordinates"] == [-101.68, 21.12]
        one = features.collection_item("places", "21847")
        assert one["properties"]["population_agglomeration"] == 1_714_000.0
        assert one["properties"]["population_agglomeration_period"] == "2015"


def test_queryables_are_the_properties_with_type_title_and_unit(visitor):
    schema = visitor.get("/ogc/collections/places/queryables")
    assert schema.headers["content-type"] == "application/schema+json"
    properties = schema.json()["properties"]
    assert properties["population_agglomeration"] == {
        "title": "Population of the urban agglomeration", "type": "number",
        "x-urbium-unit": "persons", "x-ogc-unit": "{persons}", "x-ogc-unitLang": "UCUM",
    }  # fmt: skip
    page = visitor.get("/ogc/collections/places/items").json()
    for feature in page["features"]:
        assert set(feature["properties"]) == set(properties) - {"geometry"}
        assert not [one for one in feature["properties"].values() if isinstance(one, list | dict)]


def test_the_next_page_has_the_filters_of_the_first(visitor):
    page = visitor.get("/ogc/collections/places/items?level=metro&limit=3").json()
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    rest = visitor.get(following.removeprefix("http://127.0.0.1")).json()
    assert [one["properties"]["level"] for one in (*page["features"], *rest["features"])] == ["metro"] * 4


def test_the_description_of_the_api_is_sent_as_what_its_link_says(visitor):
    (link,) = [one for one in visitor.get("/ogc").json()["links"] if one["rel"] == "service-desc"]
    answer = visitor.get("/schema/openapi.json")
    assert answer.headers["content-type"] == link["type"]
    assert answer.json()["openapi"].startswith("3.")


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("datetime=2000-01-01", {"21853", "21899", "MEX"}),
        ("datetime=2015-01-01/..", {"21853", "21847", "21899", "MEX"}),
        ("datetime=../1990-06-01", {"21853", "21855", "21899", "MEX"}),
        ("bbox=-100,19,-99,20", {"21853"}),
        ("bbox=-100,19,0,-99,20,9", {"21853"}),
        ("bbox=170,-90,-101,90", {"21847"}),
        ("limit=1&offset=4", {"MEX"}),
        ("level=nation", {"MEX"}),
        ("level=metro&valid_from=2011", {"21847"}),
        ("population_agglomeration=1714000", {"21847"}),
        ("population_agglomeration=1714000&level=nation", set()),
        ("name_en=Le%C3%B3n", {"21847"}),
    ],
)
def test_features_are_those_of_the_box_and_the_days(visitor, asked, codes):
    page = visitor.get(f"/ogc/collections/places/items?{asked}").json()
    assert {one["id"] for one in page["features"]} == codes


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("places/items?colour=red", 400),
        ("places/items?population_agglomeration=many", 400),
        ("places/queryables?colour=red", 400),
        ("rivers/queryables", 404),
        ("places/items?bbox=1,2,3", 400),
        ("places/items?bbox=1,2,3,nan", 400),
        ("places/items?bbox=900,0,1,1", 400),
        ("places/items?datetime=yesterday", 400),
        ("places/items?datetime=2016-01-01/2017-01-01/2018-01-01", 400),
        ("places/items?limit=0", 400),
        ("places/items?offset=-1", 400),
        ("places/items/none", 404),
        ("rivers", 404),
        ("rivers/items", 404),
    ],
)
def test_what_cannot_be_answered_is_refused_as_a_problem(visitor, address, status):
    answer = visitor.get(f"/ogc/collections/{address}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
