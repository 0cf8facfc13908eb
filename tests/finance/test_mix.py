"""The cheapest mix keeps what money asks, and says of every instrument that is not in it why."""

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from urbium.catalogue import load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.offers import offers
from urbium.errors import InputError
from urbium.finance.debt import real_service, service
from urbium.finance.mix import cheapest_mix
from urbium.finance.mix_task import MixRules
from urbium.model import Term

CATALOGUE = load_catalogue()
CHINA = offers(CATALOGUE, "CHN", 2016)
EXCHANGE = Exchange((), CATALOGUE.assumptions)
LIGHTS = {
    "project": "A:LED_SL", "city": "A", "solution": "LED_SL", "capital": 100.0, "cash": 0.0, "years": 15.0,
}  # fmt: skip
PARKING = {
    "project": "A:PARKING", "city": "A", "solution": "PARKING", "capital": 100.0, "cash": 8.0, "years": 20.0,
}  # fmt: skip


def mix_of(*rows, nation=CHINA, exchange=EXCHANGE, **rules):
    asked = {"currency": "CNY", "discount": 0.03, "inflation": 0.02} | rules
    return cheapest_mix(pl.DataFrame(list(rows)), CATALOGUE, nation, exchange, MixRules(**asked))


def none_of(*kinds):
    return {("nation", kind): 0.0 for kind in kinds}


def amounts(mix, project="A:LED_SL"):
    rows = mix.table.filter(pl.col("project") == project)
    return dict(rows.select("kind", "amount").iter_rows())


def reasons(mix, project="A:LED_SL"):
    return dict(mix.refused.filter(pl.col("project") == project).select("instrument", "reason").iter_rows())


def test_a_loan_cheaper_than_money_of_today_is_taken_up_to_its_share():
    mix = mix_of(LIGHTS)
    price = mix.table.filter(pl.col("instrument") == "development_bank_CHN")["price"].item()

    # 20 years with 4 of grace at 4.9% nominal: interest alone for 4 years, then an annuity of 16
    nominal = 1.03 * 1.02
    annuity = 0.049 / (1 - 1.049**-16)
    worth = sum(0.049 / nominal**year for year in range(1, 5))
    worth += sum(annuity / nominal**year for year in range(5, 21))
    assert price == pytest.approx(worth, rel=1e-12)
    assert amounts(mix)["development_bank_loan"] == pytest.approx(70)
    assert mix.table["amount"].sum() == pytest.approx(100)


def test_where_later_money_counts_in_full_nothing_is_borrowed():
    mix = mix_of(LIGHTS, discount=0.0)

    assert set(amounts(mix)) <= {"budget", "grant"}
    assert reasons(mix)["development_bank_CHN"].endswith(
        "more expensive in present value than the funding that is used"
    )


def test_a_concession_of_a_cost_only_project_is_refused_and_says_so():
    bikes = LIGHTS | {"project": "A:BIKE", "solution": "BIKESHARE"}
    mix = mix_of(bikes)

    assert reasons(mix, "A:BIKE")["ppp_concession_CHN"] == (
        "users would repay it, but the project earns no money"
    )


def test_users_repay_no_more_than_cash_over_the_cover_allows():
    mix = mix_of(PARKING, caps=none_of("budget", "grant", "commercial_loan", "ppp_availability"))
    taken = mix.table.filter(pl.col("kind") == "ppp_concession").row(0, named=True)

    offer = CHINA.available["ppp_concession_CHN"]
    yearly = offer.schedule().at_constant_prices(0.02).payments[1]
    assert taken["amount"] * yearly * 1.75 == pytest.approx(8.0)  # cover of 1.5 to 2 in the middle
    assert mix.short.row(0, named=True)["project"] == "A:PARKING"


def test_debt_service_stays_within_the_room_of_a_city():
    mix = mix_of(LIGHTS, room={"A": 2.0})
    bank = CHINA.available["development_bank_CHN"].schedule().at_constant_prices(0.02).payments

    assert amounts(mix)["development_bank_loan"] * max(bank[1:]) <= 2.0 + 1e-6
    assert 0 < amounts(mix)["development_bank_loan"] < 70


def test_money_that_is_not_sure_to_be_signed_can_be_left_out():
    mix = mix_of(LIGHTS, signed_only=True)

    assert set(mix.table["signed_low"]) == {1.0}
    assert (
        reasons(mix)["development_bank_CHN"] == "it is not certain to be signed: the probability is 0% to 45%"
    )


def test_what_nobody_pays_is_told_with_the_limit_that_is_used_up():
    mix = mix_of(LIGHTS, signed_only=True, caps={("A", "budget"): 10.0, ("nation", "grant"): 20.0})
    short = mix.short.row(0, named=True)

    assert short["amount"] == pytest.approx(70)
    assert "budget in the city" in short["reason"]
    assert "grant in the nation" in short["reason"]


def test_foreign_money_in_all_keeps_the_share_of_the_plan():
    meters = LIGHTS | {"project": "A:EVCHARGE", "solution": "EVCHARGE", "cash": 50.0}
    mix = mix_of(meters, foreign_share_max=0.1, discount=0.15,
                 caps=none_of("ppp_concession", "ppp_availability"))  # fmt: skip

    assert mix.table.filter("is_foreign")["amount"].sum() == pytest.approx(10)


def test_foreign_ownership_keeps_the_limit_of_the_edition():
    fibre = LIGHTS | {"project": "A:FIBRE", "solution": "FIBRE", "cash": 60.0, "years": 30.0}
    caps = none_of(
        "development_bank_loan", "commercial_loan", "ppp_concession", "ppp_availability", "foreign_loan"
    )
    mix = mix_of(fibre, discount=0.3, caps=caps)

    assert amounts(mix, "A:FIBRE")["foreign_equity"] == pytest.approx(49)


def test_mexico_opens_and_uses_no_terms_of_china():
    mexico = offers(CATALOGUE, "MEX", 2022)
    rate = Exchange((), {})
    mix = mix_of(LIGHTS, nation=mexico, exchange=rate, currency="MXN")

    assert set(mix.table["instrument"]) <= {"budget", "grant"}
    assert not [name for name in mexico.available if name.endswith(("_CHN", "_IND"))]
    assert "and do not apply to" in str(mexico.missing["commercial_loan"])
    assert "no exchange rate from EUR to MXN is known" in (reasons(mix)["development_bank"])


def test_india_has_offers_of_its_own_and_no_terms_of_china():
    india = offers(CATALOGUE, "IND", 2018)

    assert {"commercial_IND", "green_bond_IND", "grant", "grant_IND_vgf"} <= set(india.available)
    assert not [name for name in india.available if name.endswith("_CHN")]
    assert [kind.value for kind in india.missing] == ["ppp_availability"]


def test_terms_of_other_years_are_not_offered_and_say_so():
    said = "no terms are declared for 2016, but there are terms for other years: Municipal or green bond"
    assert said in str(CHINA.missing["green_bond"])


def test_wrong_projects_and_rules_are_refused_together_each_by_its_name():
    wrong = [LIGHTS, LIGHTS, LIGHTS | {"project": "B", "solution": "LIGHTS"},
             LIGHTS | {"project": "C", "capital": -1.0}]  # fmt: skip
    with pytest.raises(InputError) as caught:
        mix_of(*wrong, discount=5.0, at=1.5)

    assert {fault.cell: f"{fault.message}; {fault.remedy}" for fault in caught.value.faults} == {
        LIGHTS["project"]: "the project appears twice; keep one of its rows",
        "B": "its solution 'LIGHTS' is not declared; declare it in the catalogue",
        "C": "its capital is -1.0; enter a figure of zero or more",
        "discount": "it is 5.0; enter a share per year, such as 0.05",
        "at": "1.5 is outside the range; enter a share from 0 (low) to 1 (high)",
    }


@pytest.mark.parametrize("seed", a_few_of(range(20), 4))
def test_every_year_of_every_debt_keeps_the_room_and_the_cover_that_was_asked(seed):
    random = np.random.default_rng(seed)
    names = ("LED_SL", "PARKING", "EVCHARGE", "NRW", "AMI_E", "BRT")
    projects = [
        {
            "project": f"{city}:{name}", "city": city, "solution": name,
            "capital": float(random.uniform(10, 300)), "cash": float(random.uniform(0, 30)),
            "years": float(random.integers(5, 26)),
        }
        for city in ("A", "B")
        for name in names
    ]  # fmt: skip
    room = {"A": float(random.uniform(1, 20)), "B": float(random.uniform(1, 20))}
    mix = mix_of(*projects, room=room, foreign_share_max=0.3, at=0.0, caps=none_of("budget", "grant"))

    drawn = mix.table.select("project", "city", "instrument", "amount", year=pl.lit(2016))
    due = real_service(service(drawn, CHINA.available, at=0.0), 0.02, 2016).filter(pl.col("year") > 2016)
    asked = {
        name: max(offer.value(Term.DSCR, 0.0, default=1.0), 1.0) for name, offer in CHINA.available.items()
    }
    due = due.with_columns(
        amount=pl.col("interest") + pl.col("principal") + pl.col("fees"),
        asked=pl.col("instrument").replace_strict(asked, return_dtype=pl.Float64),
    )
    cities = due.filter(pl.col("payer") == "city").group_by("city", "year").agg(
        total=(pl.col("amount") * pl.col("asked")).sum()
    )  # fmt: skip
    assert all(total <= room[city] + 1e-4 for city, _, total in cities.iter_rows())
    users = due.filter(pl.col("payer") == "users").group_by("project", "year").agg(
        total=pl.col("amount").sum() * pl.col("asked").max()
    )  # fmt: skip
    cash = {row["project"]: (row["cash"], row["years"]) for row in projects}
    late = [
        (project, year)
        for project, year, total in users.iter_rows()
        if total > (cash[project][0] if year - 2016 <= cash[project][1] else 0.0) + 1e-4
    ]
    assert late == []
    assert users.height > 0
