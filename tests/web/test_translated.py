"""A translation of one word of each place in which sentences stand is seen where the sentence is seen.

The catalogue is made from what was gathered, as a translator makes it; so what is not gathered, or is looked
up under another key than it was gathered under, stays English here.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from babel.messages.pofile import read_po, write_po
from litestar.testing import TestClient

from people_of import staffed
from urbium.cli import main
from urbium.text import translation as texts_of
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

CHANGED = {
    "No external resources are loaded.": "external",  # of a template
    "Notices and licences": "licences",  # of Python, the title of a page
    "Closes on": "Closes",  # of a declared row, the title of a field of a form
    "Base databases: how complete, linked and up to date they are.": "linked",  # of the help of the command
    "there is no {kind} {name!r}": "there",  # of an error with a code
}


@pytest.fixture(scope="module")
def german(gathered, tmp_path_factory):
    """Let German be spoken by the gathered catalogue, with one word changed of each of five sentences."""
    with gathered.open("rb") as file:
        catalogue = read_po(file, locale="de")
    for sentence, word in CHANGED.items():
        catalogue[sentence].string = sentence.replace(word, f"«{word}»")
    folder = tmp_path_factory.mktemp("locale")
    path = folder / "de" / "LC_MESSAGES" / "urbium.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalogue)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_of, "FOLDER", folder)
        texts_of._catalogue.cache_clear()
        yield
    texts_of._catalogue.cache_clear()


@pytest.fixture(scope="module")
def visitor(german):
    with staffed() as programme:
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)
        with TestClient(app, base_url="http://127.0.0.1") as visitor:
            visitor.headers["Accept-Language"] = "de"
            yield visitor


def test_a_changed_word_of_a_template_and_of_python_is_seen_on_a_page(visitor):
    page = visitor.get("/notice").text
    assert '<html lang="de">' in page
    assert "No «external» resources are loaded." in page
    assert "Notices and «licences»" in page.split("<title>")[1].split("</title>")[0]


def test_a_changed_word_of_a_declared_row_is_seen_in_a_form(visitor):
    visitor.post("/demo/take-place", data={"code": "olga"}, follow_redirects=False)
    assert "«Closes» on" in visitor.get("/desk/rounds/begin").text


def test_a_changed_word_of_an_error_is_seen_and_its_code_stays(visitor):
    problem = visitor.get("/api/cities/nowhere").json()
    assert problem["detail"].startswith("«there» is no")
    assert problem["code"] == "errors.not_found"


@pytest.mark.usefixtures("german")
def test_a_changed_word_of_the_help_is_said_by_the_command(capsys):
    with pytest.raises(SystemExit):
        main(["base-data", "--help", "--language", "de"])
    assert "«linked»" in capsys.readouterr().out
