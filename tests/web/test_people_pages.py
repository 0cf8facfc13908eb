"""The pages of the manual about people: their addresses open for who they are about, their steps exist."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from litestar.testing import TestClient

import urbium
from urbium.pilot.rulesets import rule_sets
from urbium.pilot.steps import steps
from urbium.web import create_app
from urbium.web.drawing import Drawer

PEOPLE = Path(__file__).resolve().parents[2] / "docs" / "manual" / "people"
PAGES = sorted(PEOPLE.glob("*.md"))
ADDRESS = re.compile(r"`(/[\w/-]*)`")


@pytest.fixture(scope="module")
def visitor(demo_file, tmp_path_factory):
    copy = shutil.copy(demo_file, tmp_path_factory.mktemp("people") / "demo.db")
    with urbium.open(copy) as demo:
        app = create_app(demo, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
            yield visitor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_address_of_a_page_about_somebody_opens_for_that_person(visitor, page):
    written = page.read_text(encoding="utf-8")
    bar = re.search(r'<div class="demo-bar">.*?</form>', visitor.get("/notice").text, re.DOTALL)[0]
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_step_that_a_page_names_is_one_of_the_rules(page):
    titles = {
        one.title[:1].upper() + one.title[1:] for rules in ("", *rule_sets()) for one in steps(rules).values()
    }
    named = {
        " ".join(step.split()) for step in re.findall(r"\*\*(.+?)\*\*", page.read_text("utf-8"), re.DOTALL)
    }
    assert named
    assert named - titles == set()
