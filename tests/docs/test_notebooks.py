"""The notebooks of docs/notebooks: every cell runs, and what they say is true of what they show."""

import csv
import importlib.util
import math
from pathlib import Path

import polars as pl
import pytest

from seeds import long_but
from urbium.catalogue import DATA

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.py"))
_RAN = {}


def ran(name):
    """Return what a notebook shows (outputs of its cells) and defines; an error in a cell is raised."""
    if name not in _RAN:
        spec = importlib.util.spec_from_file_location(f"notebook_{name}", FOLDER / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _RAN[name] = module.app.run()
    return _RAN[name]


def said(name):
    """Return the words of a notebook's texts."""
    outputs, _ = ran(name)
    return "\n".join(output.text for output in outputs if hasattr(output, "text"))


def test_there_are_five_notebooks():
    assert NOTEBOOKS == ["another_nation", "origins", "plan", "population", "ranks"]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", long_but(["population"], NOTEBOOKS))  # that of the plan searches for 15 s
def test_every_cell_of_a_notebook_runs_and_what_it_says_is_true(name):
    _, defined = ran(name)

    assert len(defined["claims"]) >= 3
    assert [sentence for sentence, is_true in defined["claims"].items() if not is_true] == []
    words = said(name).replace("&#x27;", "'")
    assert [sentence for sentence in defined["claims"] if sentence not in words] == []


@pytest.mark.filterwarnings("default")
def test_the_scores_of_the_notebook_are_those_of_the_formula_by_hand():
    _, defined = ran("ranks")
    frame, scores = defined["frame"], defined["scores"].table

    def scaled(column, direction):
        values = direction * frame[column]
        return 100 * (values - values.min()) / (values.max() - values.min())

    by_hand = dict(zip(frame["city"], (scaled("income", 1) + scaled("dust", -1)) / 2, strict=True))
    assert dict(scores.select("city", "score").iter_rows()) == pytest.approx(by_hand)


@pytest.mark.filterwarnings("default")
def test_the_errors_of_the_notebook_are_those_of_the_packaged_figures():
    _, defined = ran("population")
    people = pl.read_csv(DATA / "examples" / "mexico" / "agglomerations.csv")
    actual = {city: 1000 * value for city, value in people.select("city", "2015").iter_rows()}

    rows = defined["tested"].select("city", "value", "error").rows()
    assert [abs(value / actual[city] - 1) for city, value, _ in rows] == pytest.approx(
        [error for *_, error in rows]
    )


def years_until_built(solution, declared):
    """Return how long a solution takes with all that must be built before it, by the packaged table."""
    before = [needed for needed in declared[solution]["prerequisites"].split(";") if needed]
    own = math.ceil(float(declared[solution]["build_years"]))
    return own + max((years_until_built(needed, declared) for needed in before), default=0)


@pytest.mark.filterwarnings("default")
def test_the_project_that_could_not_be_completed_waits_until_the_years_of_the_plan_are_over():
    _, defined = ran("plan")
    with (DATA / "solutions" / "solutions.csv").open(encoding="utf-8", newline="") as table:
        declared = {row["code"]: row for row in csv.DictReader(table)}

    solution, plan = defined["cheapest"]["solution"], defined["plan"]
    waits = years_until_built(solution, declared) - math.ceil(float(declared[solution]["build_years"]))
    assert waits >= len(plan.start_years)
