"""Publications: pinned, the same twice, kept as they were, and of another nation as of any."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import msgspec
import polars as pl
import pytest
import sqlalchemy as sa

from life_of import with_plan
from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.model import City, Source
from urbium.model.dossiers import Dossier
from urbium.programme import new
from urbium.programme.publishing.open_publishing import OpenPublishing
from urbium.publish.open_data import FORMATS, PUBLIC_STATUSES, changed_rows, digest_of
from urbium.store import FileStamp
from urbium.store.audit_log import sha256_of_bytes
from urbium.store.publications import PublicationStore

FILE = FileStamp("secret-folder/figures.csv", "0" * 64)


@pytest.fixture
def mexico():
    with new(":memory:", nation="MX", name="Ciudades") as programme:
        programme.register(
            cities=[City("21847", {"en": "León"}, "metro", latitude=21.12, longitude=-101.68)],
            sources=[
                Source("wup", "United Nations", "World Urbanization Prospects", "2018", "CC BY 3.0 IGO")
            ],
            by="ann",
            reason="a beginning",
        )
        yield programme


def store(programme, observe, *rows, **common):
    common = {"area": "agglomeration", "unit": "persons", "source": "wup"} | common
    common |= {"file": FILE.name}
    table = observe(*rows, **common).drop("recorded_at", "recorded_by")
    programme.store.record(table, by="ann", reason="remark of ann", file=FILE)


PEOPLE = ("21847", "population_agglomeration", 2015, 1_714_000.0)


def figures(programme, publication):
    return pl.read_csv(programme.open_data.content(publication.id, "figures.csv"), infer_schema=False)


def test_publishing_twice_is_one_publication(mexico, observe):
    store(mexico, observe, PEOPLE)
    first = mexico.publish(by="ann")
    assert mexico.publish(by="bob") == first
    assert mexico.open_data.listed() == [first]


def test_the_same_instant_gives_the_same_publication_and_bytes(mexico, observe):
    store(mexico, observe, PEOPLE)
    then = mexico.store.last_change()
    first = mexico.publish(by="ann", as_known_on=then)
    again = mexico.publish(by="ann", as_known_on=then, dry_run=True)
    assert [(one.name, one.sha256) for one in again.files] == [(one.name, one.sha256) for one in first.files]
    assert again.id == first.id


def test_a_correction_makes_a_publication_that_supersedes_and_leaves_the_earlier_one(mexico, observe):
    store(mexico, observe, PEOPLE)
    first = mexico.publish(by="ann")
    before = mexico.open_data.content(first.id, "figures.csv")
    store(mexico, observe, (*PEOPLE[:3], 1_800_000.0))
    second = mexico.publish(by="ann")
    assert second.supersedes == first.id
    assert mexico.open_data.facts(first)["superseded_by"] == [second.id]
    assert mexico.open_data.content(first.id, "figures.csv") == before
    assert figures(mexico, second)["value"].to_list() == ["1800000.0"]


def test_a_publication_says_which_rows_differ_from_the_one_before_it(mexico, observe):
    other, late = ((PEOPLE[0], PEOPLE[1], year, 1_500_000.0) for year in (2010, 2020))
    store(mexico, observe, PEOPLE, other)
    first = mexico.publish(by="ann")
    store(mexico, observe, (*PEOPLE[:3], 1_800_000.0), late)
    second = mexico.publish(by="ann")

    rows = mexico.open_data.changes(second.id)["figures"].select("change", "period", "value")
    assert rows.rows() == [
        ("before", "2015", 1_714_000.0), ("after", "2015", 1_800_000.0), ("added", "2020", 1_500_000.0)
    ]  # fmt: skip
    counted = {row.pop("name"): row for row in mexico.open_data.changed(second.id)}
    figures = counted["figures"]
    assert (figures["added"], figures["changed"], figures["withdrawn"], figures["rows"]) == (1, 1, 0, 3)
    assert counted["places"]["rows"] == 0
    assert mexico.open_data.changes(first.id) == {}


def test_a_row_that_a_later_publication_lacks_is_withdrawn(mexico, observe):
    store(mexico, observe, PEOPLE)
    mexico.publish(by="ann")
    record = mexico.open_data.record()
    without = replace(record, tables=record.tables | {"figures": record.tables["figures"].clear()})
    assert changed_rows(record, without)["figures"]["change"].to_list() == ["withdrawn"]


def test_as_known_on_an_instant_holds_what_was_known_then_and_supersedes_nothing_later(mexico, observe):
    store(mexico, observe, PEOPLE)
    then = mexico.store.last_change()
    store(mexico, observe, (*PEOPLE[:3], 1_800_000.0))
    mexico.register(cities=[City("21851", {"en": "Mérida"}, "metro")], by="ann", reason="one more")
    newest = mexico.publish(by="ann")
    earlier = mexico.publish(by="ann", as_known_on=then)
    assert figures(mexico, earlier)["value"].to_list() == ["1714000.0"]
    assert b"21851" not in mexico.open_data.content(earlier.id, "places.csv")
    assert earlier.supersedes == ""
    assert mexico.open_data.one() == newest


def test_suspect_and_rejected_figures_are_in_no_format_nor_who_brought_them_in(mexico, observe):
    store(mexico, observe, PEOPLE)
    store(mexico, observe, ("21847", "population_agglomeration", 2016, 7_654_321.0), status="suspect")
    publication = mexico.publish(by="ann")
    assert {one.format for one in publication.files} == {row.name for row in FORMATS.values()}
    for file in publication.files:
        content = mexico.open_data.content(publication.id, file.name).decode()
        assert not re.search(r"7654321|suspect\b(?! and)|secret-folder|remark of ann|C14|anna", content), (
            file.name
        )


def test_an_accepted_figure_says_so(mexico, observe):
    store(mexico, observe, (*PEOPLE[:3], 9e9), status="suspect")
    with pytest.raises(InputError, match="no figure"):
        mexico.publish(by="ann")
    mexico.store.accept(city=PEOPLE[0], variable=PEOPLE[1], period="2015", by="ann", reason="checked")
    publication = mexico.publish(by="ann")
    assert figures(mexico, publication)["status"].to_list() == ["accepted"]


def test_every_public_status_is_published_and_no_other():
    assert set(PUBLIC_STATUSES) == {"reported", "accepted", "projected"}


def test_a_publication_has_the_licence_of_the_settings_unless_it_is_given_another(mexico, observe):
    store(mexico, observe, PEOPLE)
    mexico.settings.change(by="office", reason="ours", licence="https://example.org/ours")

    assert mexico.publish(by="office").licence == "https://example.org/ours"
    assert mexico.publish(by="office", licence="https://example.org/l").licence == "https://example.org/l"


def test_settings_are_pinned_and_a_letter_box_is_none_of_them(mexico, observe):
    store(mexico, observe, PEOPLE)
    first = mexico.publish(by="ann")
    mexico.settings.change(
        by="ann", reason="letters", mail="smtps://robot@mail.example.org", sender="a@b.example"
    )
    assert mexico.publish(by="ann") == first
    mexico.settings.change(by="ann", reason="an address", address="https://datos.example.mx")
    second = mexico.publish(by="ann")
    catalogue = json.loads(mexico.open_data.content(second.id, "dcat.jsonld"))
    assert catalogue["@graph"][1]["@id"] == f"https://datos.example.mx/publications/{second.id}"
    assert second.settings != first.settings


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"formats": ["sdmxx"]}, NotFoundError, "no format"),
        ({"licence": "CC BY"}, InputError, "not the address of a licence"),
        ({"as_known_on": datetime.now(UTC) + timedelta(days=9)}, InputError, "is in the future"),
        ({"as_known_on": datetime(2001, 1, 1, tzinfo=UTC)}, InputError, "no figure"),
    ],
)
def test_what_cannot_be_published_is_refused_and_nothing_is_kept(mexico, observe, asked, error, words):
    store(mexico, observe, PEOPLE)
    with pytest.raises(error, match=words):
        mexico.publish(by="ann", **asked)
    assert mexico.open_data.listed() == []


def test_a_publication_is_kept_whole_or_not_at_all(mexico, observe, monkeypatch):
    store(mexico, observe, PEOPLE)
    publication = mexico.publish(by="ann", dry_run=True)

    def broken(*_, **__):
        raise ConflictError("the disk went away")

    with monkeypatch.context() as patched:
        patched.setattr(PublicationStore, "add", broken)
        with pytest.raises(ConflictError):
            mexico.publish(by="ann")
    assert mexico.open_data.listed() == []
    for file in publication.files[:1]:
        assert mexico.store.dossiers.attachment(file.kept) is None
    mexico.publish(by="ann")
    mexico.store.verify()


def test_a_publication_altered_behind_the_store_is_found(mexico, observe):
    store(mexico, observe, PEOPLE)
    mexico.publish(by="ann", formats=["csv"])
    with mexico.store._database.writing() as connection:
        connection.execute(sa.text("drop trigger publication_no_update"))
        connection.execute(
            sa.text("update publication set files = replace(files, 'figures.csv', 'other.csv')")
        )
    with pytest.raises(ConflictError, match="publication stored with the entry differ"):
        mexico.store.verify()


def test_some_formats_alone_are_a_publication_of_their_own(mexico, observe):
    store(mexico, observe, PEOPLE)
    whole = mexico.publish(by="ann")
    part = mexico.publish(by="ann", formats=["sdmx"])
    assert {file.format for file in part.files} == {"csv", "sdmx"}  # what is kept is always of it
    assert set(mexico.open_data.absent(part)) == {row.name for row in FORMATS.values()} - {"csv", "sdmx"}
    assert part.id != whole.id
    with pytest.raises(NotFoundError, match="file in the publication"):
        mexico.open_data.file(part.id, "places.geojson")


def test_what_is_not_kept_is_made_of_what_was_published_when_somebody_asks_for_it(mexico, observe):
    store(mexico, observe, PEOPLE)
    first = mexico.publish(by="ann")
    store(mexico, observe, (*PEOPLE[:3], 1_800_000.0))
    mexico.settings.change(by="ann", reason="another name", name="Otras ciudades")
    mexico.publish(by="ann")
    file, _ = mexico.open_data.file(first.id, "places.geojson")
    (kept,) = [one for one in first.files if one.name == "places.geojson"]
    assert (kept.kept, kept.size, kept.sha256) == ("", 0, "")
    content = mexico.open_data.content(first.id, "places.geojson")
    assert (file.size, file.sha256) == (len(content), sha256_of_bytes(content))
    (town,) = [one for one in json.loads(content)["features"] if one["id"] == "21847"]
    assert town["properties"]["figures"][0]["value"] == 1_714_000.0
    catalogue = json.loads(mexico.open_data.content(first.id, "dcat.jsonld"))
    assert catalogue["@graph"][0]["dct:title"][0]["@value"] == "Ciudades"


def test_the_record_of_a_publication_is_the_one_that_it_is_pinned_to(mexico, observe):
    store(mexico, observe, PEOPLE)
    publication = mexico.publish(by="ann", formats=["csv"])
    record = mexico.open_data.record(publication.id)
    assert (record.id, record.content) == (publication.id, publication.content)
    assert digest_of(record.tables) == publication.content
    assert record.name == {"en": "Ciudades"}


def test_a_publication_of_an_earlier_urbium_is_sent_as_it_was_kept_and_has_no_record(mexico, observe):
    store(mexico, observe, PEOPLE)
    publication = mexico.publish(by="ann", formats=["csv"])
    (package,) = [one for one in publication.files if one.name == "datapackage.json"]
    before = json.loads(mexico.open_data.content(publication.id, package.name))
    del before["urbium"]
    content = json.dumps(before).encode()
    with (
        patch.object(OpenPublishing, "content", lambda *_: content),
        pytest.raises(NotFoundError, match="earlier version of urbium"),
    ):
        mexico.open_data.record(publication.id)


def test_a_format_that_is_no_longer_installed_is_not_found(mexico, observe, monkeypatch):
    store(mexico, observe, PEOPLE)
    publication = mexico.publish(by="ann", formats=["geojson"])
    left = {name: row for name, row in FORMATS.items() if name != "projects.geojson"}
    monkeypatch.setattr("urbium.publish.open_data.FORMATS", left)
    with pytest.raises(NotFoundError, match="file in the publication"):
        mexico.open_data.file(publication.id, "projects.geojson")


def test_what_is_corrected_back_is_a_publication_of_its_own(mexico, observe):
    store(mexico, observe, PEOPLE)
    first = mexico.publish(by="ann")
    store(mexico, observe, (*PEOPLE[:3], 1_800_000.0))
    second = mexico.publish(by="ann")
    store(mexico, observe, PEOPLE)
    third = mexico.publish(by="ann")
    assert third.supersedes == second.id
    assert third.id != first.id
    assert third.content == first.content
    mexico.publish(by="ann", formats=["csv"])
    assert mexico.publish(by="ann") == third


def test_the_adopted_plan_is_published_in_the_money_of_its_nation_as_unsigned(towns, observe):
    with with_plan(towns) as programme:
        programme.register(sources=[Source("wup", "UN", "Prospects")], by="ann", reason="a source")
        store(programme, observe, ("A", "population_agglomeration", 2015, 100_000.0))
        publication = programme.publish(by="ann")
        package = json.loads(programme.open_data.content(publication.id, "oc4ids.json"))
        plan = programme.adopted("plan")
        budgets = {one["id"]: one["budget"]["amount"] for one in package["projects"]}
        capital = (
            plan.money.filter(pl.col("kind") == "capital").group_by("project").agg(pl.col("amount").sum())
        )
        assert budgets == {
            code: {"amount": pytest.approx(amount * 1e6), "currency": "GBP"}
            for code, amount in capital.iter_rows()
        }
        assert {one["status"] for one in package["projects"]} <= {"identification", "preparation"}


def test_only_a_task_book_in_force_is_published_and_takes_the_place_of_its_project(towns, observe):
    with with_plan(towns) as programme:
        programme.register(sources=[Source("wup", "UN", "Prospects")], by="ann", reason="a source")
        store(programme, observe, ("A", "population_agglomeration", 2015, 100_000.0))
        plan = programme.adopted("plan").table.filter(pl.col("city") == "A").row(0, named=True)
        task = {"code": plan["project"], "title": "Works", "solution": plan["solution"], "body": "City works",
                "starts": 2020, "ends": 2021, "money": {"CITY": 7.25}}  # fmt: skip
        content = {
            "title": "Aston", "currency": "GBP", "tasks": [task], "note": "internal remark",
            "targets": [{"indicator": "households", "year": 2022, "value": 170.0, "unit": "count"}],
        }  # fmt: skip
        book = Dossier(kind="taskbook", code="t1", state="draft", content=content, city="A", province="Avon")
        (stored,) = programme.store.dossiers.record([book], by="carl", what="make", reason="a book")
        unsigned = programme.publish(by="ann")
        for file in unsigned.files:
            content = programme.open_data.content(unsigned.id, file.name).decode()
            assert "City works" not in content, file.name
            assert "pilot:t1" not in content, file.name
        in_force = msgspec.structs.replace(stored, state="in_force")
        programme.store.dossiers.record([in_force], by="olga", what="put_in_force", reason="signed")
        signed = programme.publish(by="ann")
        package = json.loads(programme.open_data.content(signed.id, "oc4ids.json"))
        projects = {one["id"]: one for one in package["projects"]}
        work = projects[plan["project"]]
        assert work["budget"]["amount"] == {"amount": 7_250_000.0, "currency": "GBP"}
        assert (work["publicAuthority"]["name"], work["status"]) == ("City works", "implementation")
        assert projects["pilot:t1"]["forecasts"][0]["observations"][0]["measure"] == 170.0
        assert b"internal remark" not in programme.open_data.content(signed.id, "oc4ids.json")
