"""Documents of a programme: composed of what is adopted, without suspect figures, for one city or for all."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError, UrbiumError
from urbium.model import City
from urbium.plan import Settings
from urbium.programme import new
from urbium.programme.publishing.document_kinds import DOCUMENT_KINDS
from urbium.programme.worker import do
from urbium.publish.documents import fonts

FIGURES = """city,variable,period,value,unit,source_id
A,population,2018,100000,persons,ccsy
A,population,2019,101000,persons,ccsy
A,population,2020,98765432,persons,ccsy
"""


@pytest.fixture(scope="module")
def programme(towns, tmp_path_factory):
    """Two towns of a nation with pounds, an adopted plan, and a figure that is suspect."""
    folder = tmp_path_factory.mktemp("documents")
    with new(folder / "own.db", nation="GBR", currency="GBP", name="Two towns") as own:
        cities = [
            City("A", {"en": "Aston"}, "prefecture"),
            City("B", {"en": "Bourne", "zh": "伯恩"}, "prefecture"),
        ]
        own.register(cities=cities, by="office", reason="a beginning")
        plan = towns.towns_plan()
        pounds = plan.roadmap.replace(settings=Settings(price_year="2020", currency="GBP"))
        own.adopt(replace(plan, roadmap=pounds), by="office")
        file = folder / "figures.csv"
        file.write_text(FIGURES)
        assert own.load(file, by="office", reason="figures").suspects == 1
        yield own


def about(kind):
    return {"city": "A", "project": "A:EGOV", "": ""}[DOCUMENT_KINDS[kind].about]


def said(programme, kind, who=ANYBODY, **more):
    document = programme.documents.compose(kind, about(kind), actor=who, **more)
    return programme.documents.content(document, "md").decode()


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_no_document_says_a_suspect_figure(programme, kind):
    document = programme.documents.compose(kind, about(kind))
    for ending in ("md", "html"):
        words = programme.documents.content(document, ending).decode()
        assert "98,765,432" not in words
        assert "98765432" not in words


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_no_nation_and_no_money_of_another_one_is_said(programme, kind):
    lines = said(programme, kind).splitlines()
    words = "\n".join(line for line in lines if "for another nation" not in line)  # these are named
    assert "CNY" not in words
    assert "GB/T 36333" not in words


def test_a_design_says_figures_with_unit_year_and_source(programme):
    words = said(programme, "design")
    assert "| Inhabitants of the city | 101,000 | persons | 2019 | National Bureau" in words


def test_a_design_says_what_was_not_run_and_what_is_left_to_the_city(programme):
    words = said(programme, "design")
    assert "Not shown: no measurement has been adopted yet" in words
    assert words.count("Aston writes the section that the programme's figures do not cover: Vision.") == 1


def test_a_design_lists_the_projects_of_its_city_only(programme):
    plan = programme.adopted("plan").table
    document = programme.documents.compose("design", "B")
    words = programme.documents.content(document, "md").decode()
    assert "伯恩" in words
    for city, capital in plan.select("city", "capital").iter_rows():
        assert (f"| {capital:,.0f} |" in words) == (
            city == "B" or capital in set(plan.filter(city="B")["capital"])
        )


def test_the_money_of_a_design_is_that_of_the_plan_by_year_and_fund(programme):
    plan, basis = programme.adopted("plan"), programme.documents.basis()
    paid = plan.money.filter(kind="capital", city="A")
    assert basis.money_of("A")["amount"].sum() == pytest.approx(paid["amount"].sum())


def test_a_page_of_a_project_is_there_for_one_that_seeks_no_money(programme):
    asking = set(programme.market.table()["project"])
    silent = [code for code in programme.adopted("plan").table["project"] if code not in asking]
    assert silent
    words = programme.documents.content(programme.documents.compose("project", silent[0]), "md").decode()
    assert "Cost to build" in words
    assert "Sought from investors" not in words


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [
        ("poem", "", {}),
        ("design", "C", {}),
        ("project", "A:TRAM", {}),
        ("design", "A", {"outline": "own.csv"}),
    ],
)
def test_what_is_not_there_is_said(programme, kind, name, more):
    with pytest.raises(NotFoundError):
        programme.documents.compose(kind, name, **more)


def test_the_documents_of_all_cities_are_one_archive_and_it_is_said_how_far_it_is(programme):
    reports = []
    with ThreadPoolExecutor(1) as executor:
        packed = programme.documents.of_every_city("design", "md", report=reports.append, executor=executor)
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["design-A.md", "design-B.md"]
    assert [one["done"] for one in reports] == [1, 2]
    assert reports[-1]["share"] == 1.0


def test_a_city_whose_document_cannot_be_written_is_named_and_the_others_are_there(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "system_fonts", tuple)
    with new(tmp_path / "own.db") as own:
        cities = [City("A", {"en": "Aston"}, "city"), City("B", {"en": "ᚠᚢᚦ"}, "city")]
        own.register(cities=cities, by="office", reason="a beginning")
        with ThreadPoolExecutor(1) as executor:
            packed = own.documents.of_every_city("city", "pdf", executor=executor)
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert archive.namelist() == ["city-A.pdf", "refused.txt"]
    assert archive.read("refused.txt").decode().startswith("B: no font on this machine has ᚠ (U+16A0)")


def test_what_stops_the_report_stops_the_work(programme):
    def stop(_):
        raise InputError("stopped")

    with ThreadPoolExecutor(1) as executor, pytest.raises(UrbiumError, match="stopped"):
        programme.documents.of_every_city("city", "md", report=stop, executor=executor)


@pytest.mark.parametrize(("kind", "ending"), [("brief", "pdf"), ("design", "pages")])
def test_only_documents_about_a_city_are_written_for_all(programme, kind, ending):
    with pytest.raises(NotFoundError):
        programme.documents.of_every_city(kind, ending)


def test_a_yearbook_counts_only_what_its_reader_may_see():
    with staffed() as own:
        office = actor(own, "olga")
        own.casework.begin(office, "round", "r-secret", {"title": "Secret round"})
        assert own.casework.counts(ANYBODY).get("round", {}) == {}
        assert "round" not in said(own, "yearbook").split("What was published")[1].split("Methods")[0]
        listed = said(own, "yearbook", office).split("What was published")[1].split("Methods")[0]
        assert "round | being drafted" in listed


def test_a_programme_without_name_and_plan_says_so_and_counts_no_projects():
    with new(":memory:") as own:
        own.register(cities=[City("A", {"en": "Aston"}, "prefecture")], by="office", reason="a beginning")
        assert "Brief: programme without a name" in said(own, "brief")
        assert "| Aston | – | – | – | – | – |" in said(own, "yearbook")


def test_the_brief_says_what_of_the_plan_is_not_measured_and_what_to_collect_first(programme):
    sentence = re.search(r"To collect first \| (.*)", said(programme, "brief"))[1]
    assert re.match(
        r"No part of the plan's improvement comes from measured needs; 100% of the improvement depends on",
        sentence,
    )


def test_effects_are_told_in_units_that_a_reader_knows(programme):
    words = said(programme, "design")
    assert "percentage points" in words
    assert " pct " not in words
    assert " pp " not in words


def test_who_may_not_ask_for_all_documents_is_refused_and_a_job_makes_one_file():
    with staffed() as own:
        with pytest.raises(ForbiddenError):
            own.jobs.begin(actor(own, "carl"), "documents", {})
        olga = actor(own, "olga")
        job = own.jobs.begin(olga, "documents", {"kind": "city", "ending": "md"})
        own.store.jobs.lease("w", now=10**18, until=10**18 + 1)
        do(own, job.id, "w")
        made = own.jobs.file(olga, job.id)
    assert made.name == "city-md.zip"
    names = zipfile.ZipFile(io.BytesIO(made.content)).namelist()
    assert sorted(names) == ["city-0344.md", "city-0503.md", "city-0599.md"]
