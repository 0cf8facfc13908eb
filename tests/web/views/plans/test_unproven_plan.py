"""A plan without a bound is kept like any other, and every way to read it says so."""

import json
import math
from dataclasses import replace

import pytest
import python_calamine

import urbium
from urbium.model import City


@pytest.fixture
def unproven(tmp_path, towns):
    """A programme whose adopted plan has no bound, and the same plan kept by name."""
    with urbium.new(tmp_path / "programme.db") as programme:
        cities = [City(code, {"en": name}, "prefecture") for code, name in (("A", "Aston"), ("B", "Bourne"))]
        programme.register(cities=cities, by="office", reason="a beginning")
        plan = replace(programme.plan(towns.towns_roadmap()), bound=math.inf)
        programme.adopt(plan, by="office", reason="in haste", accept_unproven=True)
        programme.keep_plan(plan, name="in haste", by="office")
        yield programme


def test_it_comes_back_as_it_was_kept(unproven):
    assert unproven.plan_called("adopted").bound == math.inf
    assert unproven.plan_called("in haste").gap == math.inf
    assert unproven.plans()["gap"].to_list() == [None]
    assert unproven.certify("adopted").is_valid


def test_pages_and_answers_say_that_there_is_no_bound(unproven, open_client):
    with open_client(unproven) as visitor:
        page = visitor.get("/plan/proof")
        assert page.status_code == 200
        assert "no useful bound yet" in page.text.lower()
        answer = visitor.get("/api/plan")
        facts = json.loads(answer.text, parse_constant=pytest.fail)
        assert (facts["bound"], facts["gap"]) == (None, None)
        assert visitor.get("/plan/compare?a=in+haste&b=adopted").status_code == 200


def test_the_workbook_and_the_brief_say_it_too(unproven, tmp_path):
    unproven.plan_book(tmp_path / "plan.xlsx")
    book = python_calamine.load_workbook(tmp_path / "plan.xlsx")
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = [cell for sheet in sheets for line in sheet for cell in line]
    assert "no useful bound yet" in cells
    assert not any(str(cell).strip() in {"inf", "∞", "nan"} for cell in cells)
    brief = str(unproven.documents.brief("", "", None))
    assert "seful bound" in brief or "not proven" in brief
