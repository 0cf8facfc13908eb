"""A language begins as a folder: a programme has its own names in it, and what is not translated is marked.

The Spanish of these tests has three hundred sentences; Vietnamese has none.
"""

import re
from pathlib import Path

import pytest

import urbium
from test_language import Visible
from urbium.model import City
from urbium.text import language, languages
from urbium.text import translation as texts_of
from urbium.web.rendering.marks import marked

LOCALES = Path(__file__).parent.parent / "text" / "locale"
MARKED = re.compile(r'<span lang="en">')


@pytest.fixture(scope="module", autouse=True)
def spanish():
    """Spanish as a folder beside those that come along."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_of, "FOLDER", LOCALES)
        texts_of._catalogue.cache_clear()
        yield
    texts_of._catalogue.cache_clear()


def begun(folder, languages, nation, name, cities):
    programme = urbium.new(folder / "programme.db", nation=nation, languages=languages, name=name)
    programme.register(cities=cities, by="office", reason="a beginning")
    return programme


@pytest.fixture(scope="module")
def mexican(tmp_path_factory):
    cities = [
        City("MX-LEO", {"es": "León de los Aldama"}, "municipio", {"es": "Guanajuato"}),
        City("MX-MER", {"es": "Mérida"}, "municipio", {"es": "Yucatán"}),
    ]
    with begun(
        tmp_path_factory.mktemp("es"), "es,en", "MEX", {"es": "Ciudades del futuro"}, cities
    ) as programme:
        yield programme


@pytest.fixture(scope="module")
def vietnamese(tmp_path_factory):
    cities = [City("VN-26", {"vi": "Huế"}, "city", {"vi": "Miền Trung"})]
    with begun(tmp_path_factory.mktemp("vi"), "vi", "VNM", {"vi": "Thành phố mới"}, cities) as programme:
        yield programme


@pytest.fixture(scope="module")
def reader(mexican, open_client):
    with open_client(mexican) as client:
        yield lambda address, tongue="es": client.get(address, headers={"Accept-Language": tongue}).text


def visible(page):
    seen = Visible()
    seen.feed(page)
    return " ".join(seen.words)


def test_a_folder_makes_a_language():
    assert languages() == ["en", "es"]


def test_the_first_three_hundred_sentences_are_there():
    with language("es"):
        assert texts_of.translate("Find a city") == "Buscar una ciudad"
        assert texts_of.translate("%(count)s flagged pair") == "%(count)s flagged pair"
        assert texts_of.translate("in %(count)s city", "in %(count)s cities", 2) == "en %(count)s ciudades"
    assert len(texts_of._catalogue("es")._translations) >= 300


def test_a_page_has_its_title_and_the_names_of_the_programme_in_spanish(reader):
    page = reader("/cities")
    assert '<html lang="es">' in page
    assert "<title>Clasificación de las ciudades · urbium</title>" in page
    assert "León de los Aldama" in page
    assert "Yucatán" in page
    assert "Ciudades del futuro" in reader("/")


def test_what_is_not_translated_is_marked_and_counted_for_the_reader(reader):
    page = reader("/cities")
    count = int(re.search(r"(\d+) sentences on this page", page)[1])
    assert count >= len(MARKED.findall(page)) > 0  # those in attributes bear no element


def test_nothing_of_a_translated_sentence_is_marked(reader):
    page = reader("/cities")
    assert '<span lang="en">Buscar' not in page
    assert not re.search("[\ue000-\ue003]", page)


def test_a_name_in_another_language_is_marked_on_an_english_page(reader):
    page = reader("/cities", "en")
    assert '<span lang="es">León de los Aldama</span>' in page
    assert "not translated" not in page


def test_a_programme_without_a_catalogue_has_its_own_names(vietnamese, open_client):
    with open_client(vietnamese) as client:
        page = client.get("/cities/VN-26", headers={"Accept-Language": "vi"}).text
        assert '<html lang="en">' in page
        assert '<span lang="vi">Huế</span>' in page
        assert "Thành phố mới" in client.get("/").text


def test_a_document_has_the_names_of_the_programme(mexican, vietnamese):
    with language("es"):
        assert "León de los Aldama" in mexican.city("MX-LEO").title.render()
    for programme, code, said in ((mexican, "MX-MER", "Mérida"), (vietnamese, "VN-26", "Huế")):
        with language(programme.settings().languages[0]):
            document = programme.documents.compose("city", code)
            assert said in str(document.title) + str(document.name)


def test_signs_are_left_out_where_no_element_may_stand():
    page = "<option>\ue000es\ue001León\ue002</option><p>\ue002\ue000es\ue001León\ue002</p>"
    assert marked(page) == '<option>León</option><p><span lang="es">León</span></p>'
