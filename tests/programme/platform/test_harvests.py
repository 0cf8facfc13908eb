"""Catalogues of cities are harvested whole, again and again, and what differs from what is held is shown."""

import json

import msgspec
import pytest

from catalogues_of import CITY, TREES, harvested, portal
from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.errors import InputError
from urbium.platform.dcat import catalogue_document
from urbium.platform.resources import DESCRIBED
from urbium.programme.platform.harvests import Harvests


@pytest.fixture(scope="module")
def server():
    with portal() as one:
        yield one


@pytest.fixture
def programme(server):
    server.answers.clear()
    server.asked.clear()
    server.status = 200
    with staffed() as one:
        yield one


def named(name, **changes):
    return msgspec.structs.replace(TREES, identifier=name, title=name.title(), **changes)


def document(*resources, city=CITY):
    rows = [(str(number), city, one) for number, one in enumerate(resources)]
    return catalogue_document(rows, address="https://city.example.org", title="Delft", publisher="Delft")


def counts(outcome):
    return (outcome.new, outcome.changed, outcome.unchanged, outcome.gone, outcome.differing)


def resources(programme, who="olga"):
    sights = programme.casework.listed(actor(programme, who), "resource")
    return {one.dossier.content["identifier"]: one.dossier for one in sights}


def test_a_catalogue_that_a_programme_publishes_is_harvested_by_another_as_it_was(programme, server):
    server.say("/catalogue.jsonld", document(TREES))
    harvested(programme, f"{server.address}/catalogue.jsonld", form="urbium")
    assert counts(programme.harvests.run("delft", by="olga")) == (1, 0, 0, 0, 0)
    again = json.loads(programme.resources.document(address="https://nation.example.org"))
    server.say("/nation.jsonld", again)
    with staffed() as other:
        harvested(other, f"{server.address}/nation.jsonld", form="urbium")
        other.harvests.run("delft", by="olga")
        (one,) = resources(other).values()
    said = msgspec.to_builtins(TREES)
    assert {name: one.content[name] for name in DESCRIBED} == {name: said[name] for name in DESCRIBED}
    assert (one.city, one.state) == (CITY, "published")


def test_a_second_harvest_of_the_same_stores_nothing(programme, server):
    server.say("/c", document(named("a"), named("b")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    entries = programme.store.audit().height
    assert counts(programme.harvests.run("delft", by="olga")) == (0, 0, 2, 0, 0)
    assert programme.store.audit().height == entries


def test_a_document_that_has_not_changed_is_not_sent_again(programme, server):
    server.say("/c", document(named("a")), etag='"1"')
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    assert counts(programme.harvests.run("delft", by="olga")) == (0, 0, 1, 0, 0)
    server.say("/c", document(named("a", version="2")), etag='"2"')
    assert counts(programme.harvests.run("delft", by="olga")) == (0, 1, 0, 0, 0)


def test_what_is_removed_at_its_source_is_shown_as_gone_and_comes_back(programme, server):
    server.say("/c", document(named("a"), named("b")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    server.say("/c", document(named("a")))
    assert counts(programme.harvests.run("delft", by="olga")) == (0, 0, 1, 1, 0)
    assert {name: one.state for name, one in resources(programme).items()} == {"a": "published", "b": "gone"}
    assert programme.resources.table().filter(state="gone")["identifier"].to_list() == ["b"]
    server.say("/c", document(named("a"), named("b")))
    programme.harvests.run("delft", by="olga")
    assert resources(programme)["b"].state == "published"


def test_a_source_that_fails_makes_nothing_gone_and_says_why(programme, server):
    server.say("/c", document(named("a")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    server.status = 503
    outcome = programme.harvests.run("delft", by="olga")
    assert "status 503" in outcome.failure
    assert resources(programme)["a"].state == "published"


def test_what_is_not_public_is_seen_by_no_stranger_and_stands_in_no_published_catalogue(programme, server):
    server.say("/c", document(named("open"), named("secret", access_rights="NON_PUBLIC")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    assert set(resources(programme)) == {"open", "secret"}
    assert [one.dossier.content["identifier"] for one in programme.casework.listed(ANYBODY, "resource")] == [
        "open"
    ]
    assert "secret" not in programme.resources.document().lower()
    server.say("/c", document(named("open")))
    programme.harvests.run("delft", by="olga")
    assert programme.resources.table()["identifier"].to_list() == ["open"]


def revise(programme, code, **changes):
    case, olga = programme.casework, actor(programme, "olga")
    version = case.opened(olga, "resource", code).dossier.version
    case.act(olga, "resource", code, "revise", version=version)
    case.act(olga, "resource", code, "change", changes, version=version + 1)
    case.act(olga, "resource", code, "propose", version=version + 2)
    return case.act(actor(programme, "oscar"), "resource", code, "publish", version=version + 3)


def test_what_was_changed_here_stays_and_the_difference_is_shown_until_it_is_settled(programme, server):
    server.say("/c", document(named("a")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    olga, code = actor(programme, "olga"), resources(programme)["a"].code
    revise(programme, code, licence="CC0")
    (shown,) = programme.harvests.differences(olga, CITY).iter_rows(named=True)
    assert (shown["field"], shown["here"], shown["there"]) == ("licence", "CC0", TREES.licence)
    server.say("/c", document(named("a", version="9")))
    assert counts(programme.harvests.run("delft", by="olga")) == (0, 1, 0, 0, 1)
    held = resources(programme)["a"]
    assert (held.content["licence"], held.content["version"]) == ("CC0", "1.2")
    programme.casework.act(olga, "resource", code, "keep", version=held.version)
    assert programme.harvests.differences(olga, CITY).is_empty()
    assert counts(programme.harvests.run("delft", by="olga")) == (0, 0, 1, 0, 0)
    server.say("/c", document(named("a", version="10")))
    programme.harvests.run("delft", by="olga")
    held = resources(programme)["a"]
    assert held.content["said"] == {"licence": TREES.licence, "version": "10"}
    programme.casework.act(olga, "resource", code, "adopt", version=held.version)
    assert resources(programme)["a"].content["version"] == "10"


def test_what_is_not_public_any_more_is_shown_to_no_stranger_even_if_changed_here(programme, server):
    server.say("/c", document(named("a")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    revise(programme, resources(programme)["a"].code, licence="CC0")
    server.say("/c", document(named("a", access_rights="NON_PUBLIC")))
    programme.harvests.run("delft", by="olga")
    assert programme.casework.listed(ANYBODY, "resource") == []
    assert programme.resources.table().is_empty()


def test_what_was_entered_by_hand_is_found_by_its_identifier_and_not_overwritten(programme, server):
    case, olga = programme.casework, actor(programme, "olga")
    content = {name: value for name, value in msgspec.to_builtins(named("a")).items() if name in DESCRIBED}
    case.begin(olga, "resource", "by-hand", content | {"title": "Ours"}, city=CITY)
    case.act(olga, "resource", "by-hand", "propose", version=1)
    case.act(actor(programme, "oscar"), "resource", "by-hand", "publish", version=2)
    server.say("/c", document(named("a")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    (one,) = resources(programme).values()
    assert (one.code, one.content["title"], one.content["said"]) == ("by-hand", "Ours", {"title": "A"})


def test_strangers_and_other_cities_are_told_of_no_difference(programme, server):
    server.say("/c", document(named("a")))
    harvested(programme, f"{server.address}/c")
    programme.harvests.run("delft", by="olga")
    revise(programme, resources(programme)["a"].code, licence="CC0")
    assert programme.harvests.differences(actor(programme, "carl"), CITY).height == 1
    assert programme.harvests.differences(actor(programme, "gus"), CITY).is_empty()
    assert programme.harvests.differences(ANYBODY, CITY).is_empty()
    assert programme.harvests.table(ANYBODY).is_empty()


def ckan(server, count, *, breaks_at=None):
    """Let the server answer package_search over some packages; it breaks at one page, once."""
    packages = [
        {"id": f"p{number:04}", "title": f"Package {number}", "notes": "n"} for number in range(count)
    ]
    state = {"broken": False}

    def page(start):
        def answer(_):
            if start == breaks_at and not state["broken"]:
                state["broken"] = True
                return None
            body = {"success": True, "result": {"count": count, "results": packages[start : start + 100]}}
            return json.dumps(body).encode(), "application/json", ""

        return answer

    for start in range(0, count + 100, 100):
        path = f"/api/3/action/package_search?rows=100&start={start}&sort=id+asc"
        server.answers[path] = page(start)


def test_an_interrupted_harvest_goes_on_at_the_page_where_it_was(programme, server):
    ckan(server, 250, breaks_at=200)
    harvested(programme, server.address, form="ckan")
    first = programme.harvests.run("delft", by="olga")
    assert (first.new, bool(first.failure)) == (200, True)
    server.asked.clear()
    second = programme.harvests.run("delft", by="olga")
    assert (second.new, second.gone, second.failure, len(server.asked)) == (250, 0, "", 1)
    assert len(resources(programme)) == 250


def test_a_city_that_the_catalogue_names_is_believed_of_another_programme_alone(programme, server):
    server.say("/c", document(named("a"), city="0599"))
    harvested(programme, f"{server.address}/c", code="plain")
    harvested(programme, f"{server.address}/c", code="programme", form="urbium")
    programme.harvests.run("plain", by="olga")
    programme.harvests.run("programme", by="olga")
    cities = {one.dossier.city for one in programme.casework.listed(actor(programme, "olga"), "resource")}
    assert cities == {CITY, "0599"}


def test_a_catalogue_of_a_host_that_is_not_allowed_cannot_begin_to_be_harvested(programme, server):
    harvested(programme, f"{server.address}/c", code="one")
    case = programme.casework
    content = {"title": "Else", "address": "https://elsewhere.example.org/", "format": "dcat"}
    case.begin(actor(programme, "carl"), "harvest", "two", content, city=CITY)
    with pytest.raises(InputError) as refusal:
        case.act(actor(programme, "olga"), "harvest", "two", "activate", version=1)
    assert refusal.value.faults[0].cell == "address"


def test_catalogues_are_due_after_their_days_and_one_job_at_a_time_harvests_them(programme, server):
    server.say("/c", document(named("a")))
    harvested(programme, f"{server.address}/c")
    assert programme.harvests.due() == ["delft"]
    assert programme.harvests.ask_when_due().account == "olga"
    assert programme.harvests.ask_when_due() is None
    programme.harvests.run("delft", by="olga")
    assert programme.harvests.due() == []
    tomorrow = programme.store.harvests.runs()["delft"].finished + 24 * 3600 * 1_000_000
    later = Harvests(programme._desk, programme.casework, clock=lambda: tomorrow)
    assert later.due() == ["delft"]
