"""Later money: what is paid after a plan is one figure on the pages, in the summary and in the papers."""

import polars as pl
import pytest

from urbium.plan.result.years import later_use, peak_of
from urbium.web.views.plans.later_money import city_burden


def test_a_city_reads_the_same_heaviest_year_on_its_page_and_in_its_paper(programme):
    plan = programme.adopted("plan")
    of_paper = later_use(plan).filter(pl.col("amount").is_not_null())
    cities = plan.table["city"].unique().to_list()

    assert cities
    for city in cities:
        page, paper = city_burden(programme, city)["peak"], peak_of(of_paper.filter(place=city))
        assert (page["year"], page["used"], page["limit"]) == pytest.approx(
            (paper["year"], paper["used"], paper["amount"])
        ), city


def test_the_page_of_the_plan_and_its_summary_name_the_same_heaviest_year(programme):
    space = programme.finances.space()
    page = space.peak(space.yearly(space.later))
    summary = peak_of(
        later_use(programme.adopted("plan")).group_by("year").agg(pl.col("used", "repaid").sum())
    )

    assert (page["year"], page["used"], page["repaid"]) == pytest.approx(
        (summary["year"], summary["used"], summary["repaid"])
    )
