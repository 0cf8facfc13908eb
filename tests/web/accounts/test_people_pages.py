"""The pages of the manual about people: their addresses open for who they are about, their steps exist."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import urbium
from urbium.catalogue.tables.packaged import DATA
from urbium.pilot.calls.rulesets import rule_sets
from urbium.pilot.steps import steps

PEOPLE = Path(__file__).resolve().parents[3] / "docs" / "manual" / "people"
POT = DATA.parent / "text" / "locale" / "urbium.pot"
TEMPLATES = DATA.parent / "web" / "templates"
PAGES = sorted(PEOPLE.glob("*.md"))
ADDRESS = re.compile(r"`(/[\w/-]*)`")


@pytest.fixture(scope="module")
def programme(demo_file, tmp_path_factory):
    """A demo of its own, which the people of the pages may change."""
    with urbium.open(shutil.copy(demo_file, tmp_path_factory.mktemp("people") / "demo.db")) as demo:
        yield demo


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_address_of_a_page_about_somebody_opens_for_that_person(visitor, page):
    written = page.read_text(encoding="utf-8")
    bar = re.search(r'<details class="demo">.*?</form>', visitor.get("/notice").text, re.DOTALL)[0]
    named = {
        display: code for code, display in re.findall(r'value="(\S+?)".*?>([^<]+?)</(?:span|button)>', bar)
    }
    who = re.search(r"[Cc]hoose \*([^*]+)\*", written)[1]
    visitor.post("/demo/take-place", data={"code": named[who]}, follow_redirects=False)
    closed = {
        address: status
        for address in ADDRESS.findall(written)
        for status in [visitor.get(address, follow_redirects=False).status_code]
        if status != 200
    }
    assert closed == {}


def words_of_pages():
    """Return what pages say as patterns: titles of steps and fields, templates, the catalogue of texts."""
    titles = [one.title for rules in ("", *rule_sets()) for one in steps(rules).values()]
    with (DATA / "rules" / "fields.csv").open(encoding="utf-8", newline="") as fields:
        titles += [row["title_en"] for row in csv.DictReader(fields)]
    for template in sorted(TEMPLATES.glob("*.html")):
        titles += re.findall(r'_\("([^"]+)"', template.read_text("utf-8"))
    with POT.open(encoding="utf-8") as pot:
        messages = [message.id for message in read_po(pot) if isinstance(message.id, str)]
    titles += [re.sub(r": %\(\w+\)s$", "", message) for message in messages]  # "Still missing: 3"
    parts = [re.split(r"(?<!{){[^{}]*}|%\(\w+\)s", title) for title in titles]
    spoken = [part for part in parts if sum(len(words.strip()) for words in part) >= len("Desk")]
    return [re.compile(".+".join(map(re.escape, part)), re.IGNORECASE) for part in spoken]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_of_the_manual_tells_to_press_is_said_by_some_page(page):
    patterns = words_of_pages()
    named = {
        " ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", page.read_text("utf-8"), re.DOTALL)
    }
    said = named - {"this"}
    assert said
    assert {words for words in said if not any(pattern.fullmatch(words) for pattern in patterns)} == set()
