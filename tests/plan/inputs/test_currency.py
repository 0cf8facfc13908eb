"""Plans from the catalogue in any currency: what is declared in another is converted by a rate, or refused.

Rates: the yuan's is the catalogue's assumption (6.64 CNY per USD); 18.66 MXN per USD is the mean of 2016 of
the Banco de México's FIX rate, retyped; 0.85 is made up.
"""

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.errors import InputError
from urbium.model import ExchangeRate
from urbium.plan import NATIONWIDE, build_roadmap, check_roadmap, rests_on

YEARS = range(2016, 2021)
CITIES = pl.DataFrame({"code": ["A", "B"], "name_en": ["North", "South"], "latitude": [40.0, 25.0]})
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("B", "population_year_end", "2012", 100.0, "10k persons", "reported"),
    ("A", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
)
OF_2016 = ExchangeRate("MXN", "USD", 18.66, "2016", "Banco de México, FIX, mean of the year")
OF_2012 = ExchangeRate("MXN", "USD", 13.17, "2012", "Banco de México, FIX, mean of the year")
PESOS_OF_A_YUAN = 18.66 / 6.64


def road(budget, *, rates=(), period="", currency=""):
    catalogue = load_catalogue()
    exchange = Exchange(rates, catalogue.assumptions, period)
    return build_roadmap(
        catalogue, CITIES, FIGURES, years=YEARS, budget=budget, currency=currency, exchange=exchange,
        nation="CHN",
    )  # fmt: skip


@pytest.fixture(scope="module")
def yuan():
    return road("12 bn CNY/year")


@pytest.fixture(scope="module")
def pesos():
    return road(f"{12 * PESOS_OF_A_YUAN:.12f} bn MXN/year", rates=[OF_2016])


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("projects", "capital"), ("projects", "operation"), ("budgets", "amount"), ("upkeep", "amount"),
        ("fund_limits", "amount"), ("training", "cost"),
    ],
)  # fmt: skip
def test_every_amount_of_a_plan_in_pesos_is_that_in_yuan_at_the_rate(yuan, pesos, table, column):
    ours, theirs = yuan.tables[table][column], pesos.tables[table][column]

    assert ours.len()
    assert theirs.to_list() == pytest.approx((ours * PESOS_OF_A_YUAN).to_list(), rel=1e-3, abs=2e-3)


def test_the_price_of_spending_is_per_million_of_the_currency_of_the_plan(yuan, pesos):
    assert pesos.settings.spending_price == pytest.approx(yuan.settings.spending_price / PESOS_OF_A_YUAN)


def test_a_plan_in_pesos_has_no_fault_and_says_its_rate_with_date_and_source(pesos):
    check_roadmap(pesos)
    assert pesos.settings.currency == "MXN"
    assert "MXN 18.66 per USD (2016; Banco de México, FIX, mean of the year; published)" in (
        pesos.settings.note
    )


def test_what_is_not_money_is_the_same_in_every_currency(yuan, pesos):
    for table in ("effects", "gaps", "pools", "staff", "prerequisites"):
        assert pesos.tables[table].equals(yuan.tables[table])
    for phase in ("build_posts", "run_posts"):
        assert yuan.projects[phase].sum() > 0
        assert pesos.projects[phase].to_list() == pytest.approx(yuan.projects[phase].to_list(), abs=2e-3)


def test_without_a_rate_the_plan_is_refused_and_the_missing_rate_named():
    with pytest.raises(InputError, match=r"no exchange rate from \w{3} to MXN is known") as refused:
        road("12 bn MXN/year")

    assert "urbium settings --rate" in refused.value.remedy


def test_a_budget_in_another_currency_is_converted_and_its_note_says_how():
    made = road("1 bn USD/year", currency="CNY")
    nation = made.budgets.filter(pl.col("place") == NATIONWIDE)

    assert nation["amount"].to_list() == [6640.0] * 5 + [5976.0] * 2
    assert "USD 1 billion a year at CNY 6.64 per USD" in nation["note"][0]


def test_the_rate_of_the_price_year_counts():
    rates = [OF_2016, OF_2012]

    assert Exchange(rates, {}, "2012").factor("USD", "MXN") == 13.17
    assert Exchange(rates, {}, "2014").factor("USD", "MXN") == 13.17
    assert Exchange(rates, {}, "").factor("USD", "MXN") == 18.66
    assert Exchange(rates, {}, "2010").factor("USD", "MXN") == 13.17


def test_a_rate_is_inverted_and_chained_where_it_is_given_the_other_way():
    chain = Exchange([OF_2016, ExchangeRate("USD", "EUR", 0.85, "2016", "made up")], {})

    assert chain.factor("MXN", "USD") == pytest.approx(1 / 18.66)
    assert chain.factor("EUR", "MXN") == pytest.approx(0.85 * 18.66)
    assert chain.factor("MXN", "MXN") == 1


def test_an_explanation_names_the_rate_that_the_plan_used():
    catalogue = load_catalogue()
    exchange = Exchange([OF_2016], catalogue.assumptions)

    own = [row for row in rests_on(catalogue, "SPONGE", exchange, "MXN") if row.what == "exchange rate"]
    theirs = [row for row in rests_on(catalogue, "SPONGE", exchange, "CNY") if row.what == "exchange rate"]
    nobodys = [row for row in rests_on(catalogue, "SPONGE", exchange, "GBP") if row.what == "exchange rate"]

    assert [(row.value, row.unit, row.period) for row in own] == [(18.66, "MXN per USD", "2016")]
    assert [row.value for row in theirs] == [6.64]
    assert not nobodys
