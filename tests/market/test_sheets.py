"""One page of a project or bundle: cost-only comes first, and every figure has unit, prices and evidence."""

import io
from dataclasses import replace

import openpyxl
import polars as pl
import pytest

from offered import prospect
from urbium.errors import InputError
from urbium.finance.internal_rates import Returns
from urbium.finance.project_returns import ProjectReturns
from urbium.market.bundles import Bundle
from urbium.market.prospects import CashFlow, IndicatorGain, Return
from urbium.market.sheets import sheet_of_bundle, sheet_of_project
from urbium.publish.books.book_head import NEVER
from urbium.publish.documents.files import content as file_of
from urbium.publish.documents.project_page import project_page
from urbium.publish.market_books import sheet_book
from urbium.text import language, named, text
from urbium.units import million

MEASURED = {"inflow_evidence": "derived", "returns": Return(0.07, "nominal", "derived")}


def bundle(count=3):
    projects = [
        prospect(
            f"p{at}", city=f"c{at}", place=f"Town {at}", flows=(CashFlow(2030, "capital", -30.0, "derived"),)
        )
        for at in range(count)
    ]
    return Bundle(family="LIGHT", instrument="PPP", delivery="", prospects=tuple(projects), worth=1.0)


def sheet_pdf(sheet, programme):
    return file_of(project_page(sheet, programme=programme, created=NEVER), "pdf")


def texts_of(sheet):
    return [str(part) for figure in sheet.figures for part in (figure.label, figure.value, figure.evidence)]


def test_a_project_without_inflows_is_cost_only_in_the_first_line():
    sheet = sheet_of_project(prospect())
    assert sheet.first_line.startswith("COST-ONLY")
    assert "Return of the project" not in texts_of(sheet)


def test_a_return_of_assumed_inflows_is_never_printed():
    sheet = sheet_of_project(
        prospect(inflow_evidence="assumption", returns=Return(0.3, "nominal", "assumption"))
    )
    assert sheet.first_line.startswith("COST-ONLY")
    assert not any("30.0" in words and "%" in words for words in texts_of(sheet))


def test_a_measured_return_stands_with_its_basis_and_evidence():
    sheet = sheet_of_project(prospect(**MEASURED))
    assert texts_of(sheet)[-3:] == ["Return of the project", "7.0% a year (nominal)", "derived"]


def test_every_amount_has_currency_basis_and_price_year():
    amounts = [str(figure.value) for figure in sheet_of_project(prospect()).figures]
    assert amounts[0] == "MXN 30 million (real, at 2025 prices)"
    assert all("MXN" in words and "real" in words and "2025" in words for words in amounts)


def test_a_sheet_is_said_in_chinese_with_prices_grades_and_one_number_where_both_ends_are_one():
    lamps = named({"en": "Lighting electricity", "zh": "照明用电"})
    gain = IndicatorGain(lamps, "down", 672.0, 672.0, "kWh", "assumption", "x")
    with language("zh"):
        sheet = sheet_of_project(prospect(**MEASURED, gains=(gain,), country="CHN", place="北京市"))
        assert sheet.figures[0].value.render() == "3000万墨西哥比索（2025年不变价）"
        assert sheet.place.render().startswith("中国北京市；")
        assert sheet.gains[0].render() == "照明用电：下降672千瓦时（假设；x）"


def test_a_bundle_adds_up_its_projects():
    sheet = sheet_of_bundle(bundle(), "Lights of three towns")
    assert str(sheet.figures[0].value) == "MXN 90 million (real, at 2025 prices)"
    assert [(flow.year, flow.amount) for flow in sheet.flows] == [(2030, -90.0)]


def test_a_bundle_with_one_cost_only_project_is_cost_only():
    mixed = Bundle(
        family="LIGHT",
        instrument="PPP",
        delivery="",
        prospects=(prospect("a", **MEASURED), prospect("b")),
        worth=1.0,
    )
    assert sheet_of_bundle(mixed, "Lights").first_line.startswith("COST-ONLY")


def test_a_page_is_one_tagged_page_of_pdf():
    content = sheet_pdf(sheet_of_bundle(bundle(40), "Lights of forty towns"), programme="A programme")
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type/Page/") <= 1
    assert b"pdfuaid" in content


def test_the_same_page_has_the_same_bytes():
    sheet = sheet_of_project(prospect())
    assert sheet_pdf(sheet, programme="A") == sheet_pdf(sheet, programme="A")


def test_what_does_not_fit_on_one_page_is_refused():
    long = prospect(risks=tuple(f"{'a long risk ' * 300}{at}" for at in range(8)))
    with pytest.raises(InputError, match="does not fit on one page"):
        sheet_pdf(sheet_of_project(long), programme="A")


def test_a_project_that_earns_may_take_a_second_page():
    profile = tuple((f"{rate}%", f"{rate}.0") for rate in range(40))
    earns = replace(sheet_of_project(prospect(**MEASURED)), profile=profile, earned_grade="derived")
    assert sheet_pdf(earns, programme="A").startswith(b"%PDF-")


def test_the_workbook_says_the_same():
    book = openpyxl.load_workbook(io.BytesIO(sheet_book(sheet_of_bundle(bundle(), "Lights"))))
    assert book.sheetnames == ["Read me", "Figures", "Projects", "Money"]
    assert any("COST-ONLY" in str(cell.value) for row in book["Read me"].rows for cell in row)
    money = [[cell.value for cell in row] for row in book["Money"].rows]
    assert [2030, "to build", -90, "derived"] in money


def earning(**changes):
    """What a project earns whose cash covers least of its debt in 2032, when it is replaced."""
    cover = pl.DataFrame(
        {
            "year": [*range(2020, 2040)],
            "service": 1.0,
            "owed": 2.0,
            "dscr_low": [-3.0 if year == 2032 else 2.0 for year in range(2020, 2040)],
            "dscr_high": [-2.0 if year == 2032 else 3.0 for year in range(2020, 2040)],
            "llcr_low": 1.0,
            "llcr_high": 1.5,
        }
    )
    values = {
        "npv": -1.0, "rate": 0.04, "returns": Returns((0.027,), (1,)), "rate_range": (0.021, 0.034),
        "receivers": ("city", "operator"), "profile": pl.DataFrame({"rate": [0.0], "value": [2.0]}),
        "cover": cover, "uncovered": (2032,), "is_of_capital": True, "years": range(2020, 2046),
        "flows": pl.DataFrame({"year": [2045], "line": ["residual"], "amount": [2.5]}),
        "unit": million("MXN"), "nominal_unit": text("million MXN nominal"), "evidence": "derived",
        "cover_evidence": "assumption",
    }  # fmt: skip
    return ProjectReturns(**{**values, **changes})


def test_an_investor_reads_the_worst_year_the_range_of_the_return_who_receives_it_and_the_risks():
    sheet = sheet_of_project(prospect(**MEASURED), earns=earning())
    sections = project_page(sheet, programme="A", created=NEVER).sections
    said = [str(part) for section in sections for part in section.parts]
    assert sheet.worst_year == 2032
    assert any("Cover is lowest in 2032, when worn-out assets are replaced." in words for words in said)
    covers = next(one.parts[-1] for one in sections if str(one.title).startswith("Debt cover"))
    assert "2032" in [row[0] for row in covers.rows]
    assert any("2.1% to 3.4% over the range of the income" in words for words in texts_of(sheet))
    assert "the city and the operator (the investor is repaid out of this income)" in texts_of(sheet)
    risks = " ".join(str(one) for one in sheet.risks)
    assert "It earns less than the programme's own rate of" in risks
    assert "the plan sets aside for renewal" in risks
    assert "2032" in risks
    assert sheet.first_line.startswith("It earns less than the programme's own rate of")


def test_the_paper_shows_the_first_years_and_replacements_and_adds_up_and_the_workbook_has_every_year():
    flows = tuple(CashFlow(year, "operation", -1.0, "derived") for year in range(2020, 2046))
    sheet = sheet_of_project(prospect(flows=(*flows, CashFlow(2045, "replacement", -9.0, "derived"))))
    section = next(
        one for one in project_page(sheet, programme="A", created=NEVER).sections if one.title == "Cash flows"
    )
    money = openpyxl.load_workbook(io.BytesIO(sheet_book(sheet)))["Money"]

    assert [row[0] for row in section.parts[0].rows] == [
        *map(str, range(2020, 2028)),
        "2045",
        "other years",
        "total",
    ]
    assert "the workbook has all years to 2045" in str(section.parts[1])
    assert sum(isinstance(row[0], int) for row in money.iter_rows(values_only=True)) == 27


def test_what_remains_at_the_end_is_a_line_of_its_own_in_paper_and_workbook():
    flows = [CashFlow(year, "operation", -1.0, "derived") for year in range(2020, 2046)]
    flows.append(CashFlow(2045, "residual", 2.5, "derived"))
    sheet = sheet_of_project(prospect(**MEASURED, flows=tuple(flows)), earns=earning())
    section = next(
        one for one in project_page(sheet, programme="A", created=NEVER).sections if one.title == "Cash flows"
    )
    money = openpyxl.load_workbook(io.BytesIO(sheet_book(sheet)))["Money"]

    assert "remaining value, not paid" in map(str, section.parts[0].headings)
    assert [*map(str, section.parts[0].rows[-3])] == ["2045", "-1.00", "2.50", "1.50"]
    assert [*map(str, section.parts[0].rows[-1])] == ["total", "-26.00", "2.50", "-23.50"]
    assert (2045, "remaining value, not paid", 2.5, "derived") in money.iter_rows(values_only=True)
    assert "remaining value of assets that are not yet worn out (MXN 2.5 million)" in str(sheet.flow_note)


def test_an_effect_on_a_part_of_a_city_says_which_part():
    lamps = IndicatorGain("Use", "down", 40, 63, "pct", "measured_elsewhere", "A 2011", "replaced lights")
    (said,) = sheet_of_project(prospect(gains=(lamps,))).gains
    assert str(said) == "Use (replaced lights): down by 40 to 63% (measured elsewhere; A 2011)"


def test_an_effect_that_somebody_assumed_names_no_code_of_a_source():
    assumed = IndicatorGain("Lamps", "down", 1.0, 2.0, "kWh", "assumption", "")
    assert (
        str(sheet_of_project(prospect(gains=(assumed,))).gains[0]) == "Lamps: down by 1 to 2 kWh (assumption)"
    )
