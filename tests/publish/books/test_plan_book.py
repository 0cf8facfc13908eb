"""The workbook of a plan, read by another program: figures as they are added up in the head."""

import math
import re
import shutil
import subprocess

import openpyxl
import polars as pl
import pytest
import python_calamine

from urbium.catalogue import load_catalogue
from urbium.catalogue.offers import offers
from urbium.errors import InputError
from urbium.finance.of_plan import appraise_plan
from urbium.finance.plan_debt import plan_debt
from urbium.finance.signed_money import FUNDING as FUNDED
from urbium.finance.signed_money import signed_money
from urbium.publish.books.plan_book import plan_book, write_plan
from urbium.publish.books.plan_lists import SHEETS
from urbium.text import language

CATALOGUE = load_catalogue()
HOSTILE = "=cmd|' /C calc'!A0"
CITIES = pl.DataFrame({"code": ["A", "B"], "name_en": [HOSTILE, "Bourne"], "province_en": ["North", None]})

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # bars of cells


FUNDING = [("deal", "A loan", "2020-01-01", "B:IOC", "BANK", 5.0, "CNY")]


def write(path, plan):
    """Write a plan with what is owed of it and an agreement that signs a quarter of the loan."""
    debt = plan_debt(
        plan, CATALOGUE, offers(CATALOGUE, "CHN", 2020), appraise_plan(plan, CATALOGUE), inflation=0.0
    )
    signed = signed_money(plan, pl.DataFrame(FUNDING, schema=FUNDED, orient="row"), {"CNY": 1.0}.get)
    return write_plan(path, plan, cities=CITIES, catalogue=CATALOGUE, debt=debt, signed=signed)


@pytest.fixture(scope="module")
def path(towns, tmp_path_factory):
    upkeep = towns.rows("place since amount evidence note", ("A", 2023, 5.0, "assumption", "as in the plan"))
    repayments = towns.rows(
        "fund payer after share evidence",
        ("BANK", "city", 1, 0.3, "assumption"), ("BANK", "users", 2, 0.1, "assumption"),
    )  # fmt: skip
    potentials = towns.rows(
        "indicator unit low high name evidence",
        ("calls", "pct", -10.0, -20.0, "", ""),
        ("calls", "kg per person", -30.0, -130.0, "Waste", "study_limit"),
    )  # fmt: skip
    road = towns.towns_roadmap(upkeep=upkeep, repayments=repayments, potentials=potentials)
    plan = towns.towns_plan(roadmap=road)
    return write(tmp_path_factory.mktemp("book") / "plan.xlsx", plan)


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def table(book, sheet):
    """Return the rows of a sheet as mappings by their headings."""
    lines = list(book[sheet].iter_rows(min_row=3, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def words(book):
    return [(row[0] or "", row[1] or "") for row in book["Read me"].iter_rows(values_only=True)]


def test_the_sheets_stand_in_the_order_that_is_announced(book):
    assert book.sheetnames == ["Read me", *(sheet.name for sheet in SHEETS)]


def test_what_changes_in_natural_units_stands_by_city_with_its_base(book):
    """Aston closes 0.7 of a need of one half: 0.7 x 80 kg; 10.5% is all of 10%, and 0.525 of 20%."""
    (row,) = table(book, "Natural units")

    assert (row["From"], row["Middle"], row["To"]) == pytest.approx((-15.0, -28.0, -0.525 * 130 / 2))
    assert (row["Code"], row["Outcome"]) == ("A", "Waste")
    assert row["Computed"] == "from the amount that a study states, not from the city's own figures"


def test_the_first_sheet_says_the_plan_in_words_with_gap(book):
    told = " ".join(text for _, text in words(book))

    assert "3 projects of 2 kinds in 2 cities" in told
    assert "can exceed this plan's gain over doing nothing by more than 5.00%" in told
    assert ("Proven gap, from the solver", "5.00%") in words(book)


def test_what_is_built_when_is_counted_by_city_and_year(book):
    rows = {row["Code"]: (row["2020"], row["2021"], row["2022"]) for row in table(book, "Schedule")}

    assert rows == {"A": (1, 2, 0), "B": (0, 0, 1)}


def test_every_project_has_its_years_cost_payers_and_evidence(book):
    row = next(row for row in table(book, "Projects") if (row["Code"], row["Solution"]) == ("A", "IOC"))

    assert (row["Start"], row["Last year of construction"], row["Cost to build (CNY million)"]) == (
        2020,
        2021,
        30,
    )
    assert (row["Paid by National grant (CNY million)"], row["Paid by City budget (CNY million)"]) == (20, 10)
    # 1 of an improvement of 0.35 in the third year at 5%
    assert row["Lost without it"] == pytest.approx(1 / (0.35 / 1.05**2))
    assert row["Share of the improvement"] == pytest.approx(5 / 7)
    assert row["Cost evidence"] == "assumption"


def test_what_running_all_that_is_built_needs_after_the_plan_is_listed(book):
    row = table(book, "Upkeep")[0]

    amounts = row["Limit (CNY million a year)"], row["Needed (CNY million a year)"]
    assert (row["Code"], row["Since"], *amounts) == (
        "A", 2023, 5, 4,
    )  # fmt: skip


def test_who_pays_for_what_is_listed_by_year(book):
    row = next(row for row in table(book, "Sources and uses") if row["Who pays"] == "City budget")

    assert [row[f"{year} (CNY million)"] for year in (2020, 2021, 2022)] == [10, 10, 0]
    assert (row["For what"], row["Total (CNY million)"]) == ("building", 20)


def test_running_costs_and_repayments_are_listed_by_city_and_year_to_the_last_payment(book):
    rows = {(row["Code"], row["Year"]): row for row in table(book, "Fiscal space")}
    titles = ("Running costs", "Set aside for renewal", "Repayments", "Limit", "Left", "Repaid by users")

    assert max(year for _, year in rows) == 2032
    assert [rows["A", 2023][f"{title} (CNY million)"] for title in titles] == [4, 0, 0, 5, 1, 0]
    assert [rows["B", 2023][f"{title} (CNY million)"] for title in titles] == [2, 0, 6, None, None, 0]
    assert rows["B", 2024]["Repaid by users (CNY million)"] == 2
    assert "real" in book["Fiscal space"]["A2"].value.lower()


def test_what_is_owed_and_signed_is_listed_by_year_with_unit_and_terms(book):
    owed = {(row["Code"], row["Year"]): row for row in table(book, "Liabilities")}
    signed = {row["Year"]: row for row in table(book, "Signed money")}

    assert owed["nation", 2021]["Spending of the programme, all counted as additional (CNY million)"] == 15
    assert owed["A", 2022]["Spending of the programme, all counted as additional (CNY million)"] == 4
    assert signed[2022]["Signed by an agreement (CNY million)"] == 5
    assert signed[2022]["Not signed (CNY million)"] == 15
    assert "A loan" in book["Signed money"]["A2"].value
    for sheet in ("Liabilities", "Signed money"):
        assert "real" in book[sheet]["A2"].value.lower()


def test_the_parts_of_the_plan_benefit_are_listed_with_their_evidence(book):
    row = table(book, "Benefit")[0]

    assert row["Part"] == "improvement of outcomes"
    assert row["Plan benefit"] == pytest.approx(0.7 * 0.5 / 1.05**2)


def test_the_payers_of_all_projects_add_up_to_their_cost(book):
    rows = table(book, "Projects")
    paid = [sum(v or 0 for name, v in row.items() if name.startswith("Paid by")) for row in rows]

    assert paid == [row["Cost to build (CNY million)"] for row in rows]


def test_money_stands_by_year_and_payer_with_what_is_run_and_trained(book):
    rows = [
        (row["National grant"], row["City budget"], row["Bank loan"], row["Running costs"],
         row["Training of people"], row["Total"])
        for row in table(book, "Money")
    ]  # fmt: skip

    assert rows == [(5, 10, 0, 0, 2, 17), (15, 10, 0, 0, 0, 25), (0, 0, 20, 4, 0, 24)]


def test_budgets_begin_with_the_nation_and_say_what_is_used(book):
    rows = table(book, "Budgets")

    assert [row["Place"] for row in rows[:3]] == ["The nation"] * 3
    assert (rows[1]["Spent (CNY million)"], rows[1]["Used"]) == (15, 0.75)


def test_people_and_shortfalls_are_there_when_the_plan_has_them(book):
    assert [row["Lent by the nation"] for row in table(book, "People")] == [1, 3, 3]
    assert {row["Occupation"] for row in table(book, "People")} == {"Engineers"}
    assert {row["Kind"] for row in table(book, "Targets missed")} == {
        "Standard not met by its deadline", "Limit exceeded by committed projects",
    }  # fmt: skip


def test_without_people_the_first_sheet_says_why_there_is_no_such_sheet(towns, tmp_path):
    plan = towns.towns_plan(with_people=False, overruns=towns.towns_plan().overruns.head(0))
    book = openpyxl.load_workbook(write(tmp_path / "plan.xlsx", plan))

    assert {"People", "Targets missed"} & set(book.sheetnames) == set()
    assert dict(words(book))["People"] == "Not included: this plan was made without limits on people."


def test_what_is_left_out_says_why_and_what_it_would_cost(book):
    rows = {
        row["Solution"]: (row["City"], row["Reason"], row["Cost to build (CNY million)"])
        for row in table(book, "Left out")
    }

    assert rows == {
        "BACKBONE": ("Bourne", "no cable reaches Bourne", None),
        "EGOV": ("Bourne", "a candidate that was not chosen", 8),
    }


def test_assumptions_name_sources_that_stand_on_their_own_sheet(book):
    named = {part for row in table(book, "Assumptions") for part in (row["Source"] or "").split(", ")}
    listed = {row["Source"] for row in table(book, "Sources")}

    assert listed
    assert named - {""} <= listed


def test_a_name_that_begins_like_a_formula_stays_text(book):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == HOSTILE]

    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_no_cell_holds_a_formula_or_an_error(book):
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}

    assert kinds <= {"s", "n"}


def test_the_same_plan_gives_the_same_bytes(towns):
    once, again = (plan_book(towns.towns_plan(), cities=CITIES, catalogue=CATALOGUE) for _ in range(2))

    assert once == again


def test_another_reader_finds_the_same_figures(path, book):
    sheet = python_calamine.load_workbook(path).get_sheet_by_name("Money").to_python()

    assert [row[-1] for row in sheet[3:]] == [row["Total"] for row in table(book, "Money")]


def test_an_unknown_bound_is_said_and_not_made_up(towns, tmp_path):
    book = openpyxl.load_workbook(write(tmp_path / "plan.xlsx", towns.towns_plan(bound=math.inf)))

    assert ("Proven gap, from the solver", "no useful bound yet") in words(book)


def test_a_plan_without_projects_is_still_a_workbook(towns, tmp_path):
    whole = towns.towns_plan()
    plan = towns.towns_plan(
        table=whole.table.head(0), money=whole.money.head(0), training=whole.training.head(0)
    )
    book = openpyxl.load_workbook(write(tmp_path / "plan.xlsx", plan))

    assert "No useful project was found" in words(book)[2][1]


@pytest.mark.parametrize("name", ["plan.pdf", "no/such/folder/plan.xlsx"])
def test_a_place_that_cannot_be_written_is_refused(towns, tmp_path, name):
    with pytest.raises(InputError):
        write(tmp_path / name, towns.towns_plan())


@pytest.mark.long
def test_libreoffice_opens_it(path, tmp_path):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed (sh .ci/install libreoffice-calc-nogui)")
    command = [office, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path]
    subprocess.run(command, check=True, capture_output=True, timeout=180)

    assert (tmp_path / "plan.pdf").stat().st_size > 10_000


def test_the_sheet_of_occupations_says_when_most_people_are_needed_as_everywhere(book):
    said = book["Occupations"]["A2"].value

    assert "Staffing peaks in 2021: 6 full-time posts (2 to 18)." in said
    assert "Of these, 6 are in the only occupations with a limit in the plan: Engineers." in said


def test_the_sheets_and_what_is_said_of_them_are_chinese_to_a_reader_of_chinese(towns, tmp_path):
    with language("zh"):
        book = openpyxl.load_workbook(write(tmp_path / "plan.xlsx", towns.towns_plan()))
    assert {"说明", "进度表", "项目", "来源", "验证"} <= set(book.sheetnames)
    notes = [str(sheet["A2"].value or "") for sheet in book]
    assert [one for one in notes if one and not re.search("[\u3400-\u9fff]", one)] == []
