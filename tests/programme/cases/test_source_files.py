"""The file in which a figure stands: who may have it, and what is said to who may not."""

import shutil

import pytest

from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.errors import NotFoundError
from urbium.programme.opening import open_programme

HEAD = "city,variable,period,value,unit,source\n"
OPEN = "wdi"


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    path = tmp_path_factory.mktemp("begun") / "begun.db"
    with staffed(f"sqlite:///{path}"):
        return path


@pytest.fixture
def programme(begun, tmp_path):
    path = shutil.copy(begun, tmp_path / "city.db")
    with open_programme(f"sqlite:///{path}") as programme:
        yield programme


@pytest.fixture
def figures(tmp_path):
    def written(source="", name="figures.csv", value=100000):
        path = tmp_path / name
        path.write_text(f"{HEAD}0503,population,2020,{value},persons,{source}\n")
        return path

    return written


def brought(programme, path, *, is_kept=True):
    olga = actor(programme, "olga")
    reading = programme.figures.check(olga, path)
    programme.figures.record(olga, reading, content=path.read_bytes() if is_kept else b"")
    return reading.sha256


def had(programme, who=ANYBODY):
    (origin,) = programme.explain("0503", "figure", "population").sources
    return programme.source_files.of(who, origin)


def without_licence(programme):
    return next(one for one in programme.sources().values() if not one.licence and one.origin)


def test_everybody_may_have_a_kept_file_whose_source_allows_copies(programme, figures):
    path = figures(OPEN)
    digest = brought(programme, path)
    assert had(programme).sha256 == digest
    assert programme.source_files.opened(ANYBODY, digest) == ("figures.csv", path.read_bytes())


def test_only_a_file_that_comes_along_is_urbiums_own_conversion_of_its_source(
    programme, figures, monkeypatch
):
    path = figures(OPEN)
    digest = brought(programme, path)
    assert not had(programme).is_own
    monkeypatch.setattr("urbium.packaged._figure_files", lambda: frozenset({digest}))
    assert had(programme).is_own


def test_a_kept_file_without_a_licence_is_for_the_office_alone(programme, figures):
    source = without_licence(programme)
    digest = brought(programme, figures(source.id))
    assert had(programme).sha256 == ""
    assert source.origin in had(programme).said
    for who in (ANYBODY, actor(programme, "carl"), actor(programme, "gus")):
        with pytest.raises(NotFoundError):
            programme.source_files.opened(who, digest)
    assert programme.source_files.opened(actor(programme, "olga"), digest)[0] == "figures.csv"


def test_one_source_without_a_licence_closes_a_file_of_several(programme, figures):
    path = figures(OPEN)
    path.write_text(f"{path.read_text()}0503,population,2021,1e5,persons,{without_licence(programme).id}\n")
    digest = brought(programme, path)
    with pytest.raises(NotFoundError):
        programme.source_files.opened(ANYBODY, digest)


def test_a_file_that_is_not_kept_says_where_its_source_has_it(programme, figures):
    digest = brought(programme, figures(OPEN), is_kept=False)
    said = had(programme, actor(programme, "olga"))
    assert said.sha256 == ""
    assert said.said.startswith("The file cannot be downloaded here; its source says where it is: ")
    with pytest.raises(NotFoundError):
        programme.source_files.opened(actor(programme, "olga"), digest)


def test_a_file_that_a_city_sent_is_never_for_strangers_and_its_city_and_the_office_have_it(
    programme, figures
):
    path, carl, olga = figures(), actor(programme, "carl"), actor(programme, "olga")
    reading = programme.figures.check(carl, path)
    sent = programme.figures.submit(carl, reading, path.read_bytes())
    with pytest.raises(NotFoundError):
        programme.source_files.opened(ANYBODY, reading.sha256)
    programme.casework.act(olga, "submission", sent.code, "accept", {}, version=1)
    assert had(programme).sha256 == ""
    assert "ask Delft, city government for it" in had(programme).said
    for who in (ANYBODY, actor(programme, "gus")):
        with pytest.raises(NotFoundError):
            programme.source_files.opened(who, reading.sha256)
    assert had(programme, carl).sha256 == had(programme, olga).sha256 == reading.sha256
    assert programme.source_files.opened(carl, reading.sha256)[1] == path.read_bytes()


def test_a_file_that_is_attached_to_something_else_is_not_a_file_of_figures(programme):
    digest = programme.store.dossiers.keep_attachment(b"secret", "text/plain", by="olga", reason="x")
    for who in (ANYBODY, actor(programme, "olga")):
        with pytest.raises(NotFoundError):
            programme.source_files.opened(who, digest)


def test_of_two_files_with_one_name_a_figure_names_its_own(programme, figures):
    first = brought(programme, figures(OPEN))
    second = brought(programme, figures(OPEN, value=101000))
    newest, oldest = programme.explain("0503", "figure", "population").sources
    assert [programme.source_files.of(ANYBODY, one).sha256 for one in (newest, oldest)] == [second, first]
