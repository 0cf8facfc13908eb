"""A second country: Mexico, from nothing to a plan in pesos, by what ``urbium doctor`` asks for.

Thousand people of eight urban agglomerations: United Nations, World Urbanization Prospects 2018, file 12.
Urban people and share, value added and income of the nation: World Bank, World Development Indicators. All
retyped. The revenue of the municipality is made up: no such figure is known here.
"""

import re

import polars as pl
import pytest
from litestar.testing import TestClient

from seeds import long_but
from urbium.catalogue import DATA, load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.programme import new, open_programme
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.results.doctor import FOREIGN
from urbium.programme.worker import do
from urbium.web import create_app
from urbium.web.pages import ROWS
from urbium.web.server import kept_answers

PLACES = """code,name_en,level,latitude,longitude
21853,Mexico City,metro,19.43,-99.14
21841,Guadalajara,metro,20.67,-103.33
21847,León,metro,21.12,-101.68
21851,Mérida,metro,20.97,-89.62
21855,Monterrey,metro,25.67,-100.32
21862,Puebla,metro,19.04,-98.20
21871,Tijuana,metro,32.53,-117.02
21872,Toluca,metro,19.28,-99.66
"""
PEOPLE = {
    "21853": (15642, 17017, 18457, 19276, 20137, 21340),
    "21841": (3023, 3357, 3724, 4067, 4441, 4796),
    "21847": (991, 1127, 1280, 1437, 1611, 1714),
    "21851": (634, 717, 810, 888, 975, 1064),
    "21855": (2691, 3030, 3405, 3742, 4112, 4478),
    "21862": (1790, 2025, 2285, 2499, 2732, 2955),
    "21871": (812, 1058, 1365, 1548, 1754, 1939),
    "21872": (1121, 1323, 1553, 1736, 1940, 2189),
}
YEARS = (1990, 1995, 2000, 2005, 2010, 2015)
NATION = {
    "urban_population": ("persons", (59182472, 66598755, 73890571, 80919202, 86950054, 93456180)),
    "urban_population_share": ("%", (71.45901, 73.29623, 74.92031, 76.47486, 76.52444, 77.19039)),
    "gdp_share_agriculture": ("%", (6.6671, 4.13057, 3.15927, 2.94567, 3.09201, 3.08519)),
    "gdp_share_industry": ("%", (26.14693, 33.29222, 34.3868, 33.05314, 32.53949, 30.84025)),
    "gdp_share_services": ("%", (59.69396, 58.76417, 58.02239, 60.04399, 60.47835, 60.50614)),
    "gdp_per_capita_constant_usd": (
        "constant USD", (8036.86, 7970.64, 9581.97, 9491.52, 9389.07, 10021.24),
    ),
}  # fmt: skip
RATE = "18.66 MXN/USD 2016 Banco de México, FIX, mean of the year"
MONEY = "2 bn MXN/year"


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    """A catalogue folder with a variable of one's own that fills the role of revenue."""
    folder = tmp_path_factory.mktemp("own")
    for name in ("variables", "rules"):
        (folder / name).mkdir()
    (folder / "variables" / "own.csv").write_text(
        "id,name_en,name_zh,unit,area,level,definition,hard_min,hard_max,plausible_min,plausible_max,"
        "direction,source,note\nmunicipal_revenue,Revenue of the municipality,,million MXN,city,city,"
        "All revenue of the year,0,,,,0,,\n",
        encoding="utf-8",
    )
    (folder / "rules" / "roles.csv").write_text(
        "role,variable,rank,note\nrevenue,municipal_revenue,5,\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def mexico(tmp_path, own):
    with new(tmp_path / "mx.db", catalogue=own, nation="MX", name="Cities of Mexico") as programme:
        yield programme


def rows_of(variable):
    """The lines of a file of figures of one variable, as somebody would type them."""
    if variable == "population_agglomeration":
        return [
            f"{city},{variable},{year},{1000 * people},persons,reported,agglomeration,wup18"
            for city, counted in PEOPLE.items()
            for year, people in zip(YEARS, counted, strict=True)
        ]
    if variable == "municipal_revenue":
        return ["21841,municipal_revenue,2015,8000,million MXN,reported,city,wdi"]
    unit, values = NATION[variable]
    return [
        f"MEX,{variable},{year},{value},{unit},reported,national,wdi"
        for year, value in zip(YEARS, values, strict=True)
    ]


def bring_in(programme, folder, *variables):
    path = folder / f"{variables[0]}.csv"
    lines = [line for variable in variables for line in rows_of(variable)]
    head = "city_code,variable,period,value,unit,status,area,source_id"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    programme.load(path, by="ann", reason="figures")


def register(programme, folder):
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    programme.register_file(folder / "places.csv", by="ann", reason="founding")


def missing(programme, stage):
    return [found for found in programme.doctor() if found.stage == stage and found.state == "missing"]


def fill(programme, folder, stage):
    """Do what the doctor says for a stage, and nothing else: the first way of each thing that is missing."""
    for found in missing(programme, "register"):
        assert "register" in found.remedy
        register(programme, folder)
    for found in missing(programme, stage):
        if found.variables:
            assert all(name in found.remedy for name in found.variables)
            figures_of_an_index(programme, folder, found.variables)
        elif "load-ages" in found.remedy:
            assert "for MEX" in found.remedy
            programme.load_ages(ages_of_mexico(folder), by="ann", reason="ages")
        elif found.roles:
            names = [programme.catalogue.roles.variables(role)[0] for role in found.roles[0]]
            assert all(name in found.remedy for name in names)
            bring_in(programme, folder, *names)
        else:
            assert "urbium settings --rate" in found.remedy
            programme.settings.change(by="ann", reason="rate", rates=[RATE])


def figures_of_an_index(programme, folder, names):
    """Made-up figures of eight cities in the middle of what is plausible of each variable."""
    declared = [programme.catalogue.variables[name] for name in names]
    lines = [
        f"{city},{row.id},2015,{plausible(row, place)},{row.unit},reported,{row.area},wdi"
        for row in declared
        for place, city in enumerate(PEOPLE)
    ]
    path = folder / "index.csv"
    head = "city_code,variable,period,value,unit,status,area,source_id"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    programme.load(path, by="ann", reason="figures")


def plausible(variable, place):
    low = variable.plausible_min if variable.plausible_min is not None else variable.hard_min or 0.0
    high = variable.plausible_max if variable.plausible_max is not None else variable.hard_max or low + 100
    return round(low + (high - low) * (0.3 + 0.03 * place), None if variable.unit == "count" else 6)


def ages_of_mexico(folder):
    """Counts of the demo under the code of Mexico: tested is that they are taken, not what they say."""
    path = folder / "ages.csv"
    counted = (DATA / "demo" / "cohorts.csv").read_text(encoding="utf-8")
    path.write_text(counted.replace("CHN,", "MEX,"), encoding="utf-8")
    return path


RUNS = {
    "scores": lambda programme: programme.measure("gbt33356_2022", period=2015, runs=0),
    "ages": lambda programme: programme.forecast("ages", to=2025),
    "workforce": lambda programme: programme.forecast("workforce", to=2025),
    "population": lambda programme: programme.forecast(to=2025),
    "nation": lambda programme: programme.forecast("nation", to=2025),
    "pressure": lambda programme: programme.forecast("pressure", to=2025),
    "plan": lambda programme: programme.roadmap(years="2016-2018", budget=MONEY),
}


@pytest.mark.parametrize("stage", long_but(("population", "plan"), RUNS))
def test_filling_exactly_what_the_doctor_says_makes_the_stage_run(mexico, tmp_path, stage):
    with pytest.raises((InputError, NotFoundError)):
        RUNS[stage](mexico)
    assert not mexico.doctor.ready()[stage]

    fill(mexico, tmp_path, stage)

    assert not missing(mexico, stage)
    assert mexico.doctor.ready()[stage]
    assert RUNS[stage](mexico) is not None


def test_ages_of_another_nation_are_missing_and_not_there(mexico, tmp_path):
    path = ages_of_mexico(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("MEX,", "BRA,"), encoding="utf-8")
    mexico.load_ages(path, by="ann", reason="by mistake")

    (found,) = (found for found in missing(mexico, "ages") if "load-ages" in found.remedy)
    assert found.known == "for BRA"


def test_every_city_is_forecast_and_the_nation_is_theirs(mexico, tmp_path):
    register(mexico, tmp_path)
    bring_in(mexico, tmp_path, "population_agglomeration")
    bring_in(mexico, tmp_path, "urban_population", "urban_population_share")
    outlook, nation = mexico.forecast(to=2025), mexico.forecast("nation", to=2025)

    assert repr(outlook) == "Outlook for 8 cities to 2025"
    seen = nation.table.filter(place="nation", year=2015)["value"][0]
    assert seen == pytest.approx(93456180 / 0.7719039, rel=1e-6)


def test_an_outlook_of_no_city_gives_its_reason_and_the_variables_that_would_do(mexico, tmp_path):
    register(mexico, tmp_path)
    said = repr(mexico.forecast(to=2025))

    assert "Outlook to 2025: no city could be forecast (8 refused: no figure for its population" in said
    assert "population_agglomeration" in said
    assert "no city has a forecast" in mexico.forecast(to=2025).notes[0]
    with pytest.raises(InputError, match="it contains nothing to adopt: Outlook to 2025: no city") as refused:
        mexico.adopt(mexico.forecast(to=2025), by="ann")
    assert "urbium doctor" in refused.value.remedy


def test_a_nation_without_cities_names_the_role_and_its_variables(mexico, tmp_path):
    register(mexico, tmp_path)
    with pytest.raises(NotFoundError) as refused:
        mexico.forecast("nation", to=2025)

    assert refused.value.place == "role urban_population"
    assert "population_agglomeration or population" in refused.value.remedy


def test_a_plan_in_pesos_needs_the_rate_and_then_is_made_in_pesos(mexico, tmp_path):
    register(mexico, tmp_path)
    bring_in(mexico, tmp_path, "population_agglomeration")
    bring_in(mexico, tmp_path, "municipal_revenue")
    with pytest.raises(InputError, match=r"no exchange rate from \w{3} to MXN is known"):
        mexico.roadmap(years="2016-2018", budget=MONEY)

    mexico.settings.change(by="ann", reason="rate", rates=[RATE])
    plan = mexico.plan(years="2016-2018", budget=MONEY, work_limit=3.0)

    assert plan.currency == "MXN"
    assert plan.table.height > 0
    assert plan.certificate.is_valid
    own = plan.roadmap.budgets.filter(place="21841")
    share = load_catalogue().assumptions["city_budget.share_of_fiscal_revenue"].value
    a_year = 8000 * share * 1.02  # at prices of 2016
    assert own["amount"].to_list() == pytest.approx([a_year] * 3 + [0.9 * a_year] * 2)  # less the reserve
    assert "% of the revenue in 2015 (the share is an assumption)" in own["note"][0]


def test_a_job_plans_in_pesos_with_what_was_chosen_by_the_names_of_cities(mexico, tmp_path):
    register(mexico, tmp_path)
    bring_in(mexico, tmp_path, "population_agglomeration")
    bring_in(mexico, tmp_path, "municipal_revenue")
    mexico.settings.change(by="ann", reason="rate", rates=[RATE])
    grant = {"role": "office", "scope": "all", "code": ""}
    mexico.people.invite(FOUNDER, "ana", {"display": "Ana", "grants": [grant]})
    asked = {
        "years": "2016-2018", "budget": MONEY, "work_limit": 3, "name": "con datos", "propose": True,
        "accept_unproven": True, "must": [{"solution": "DISEASE_SURV", "city": "Mexico City"}],
        "must_not": [{"solution": "EVCHARGE"}], "weights": {"safety": 0.4},
        "funds": {"CITY": 500, "BANK": 50},
    }  # fmt: skip
    job = mexico.jobs.begin(mexico.people.named("ana"), "plan", asked)
    mexico.store.jobs.lease("w", now=10**18, until=10**18 + 1)
    do(mexico, job.id, "w")

    assert "problem" not in mexico.store.jobs.one(job.id).answer
    plan = mexico.plan_called("con datos")
    assert plan.currency == "MXN"
    assert "21853:DISEASE_SURV" in set(plan.table["project"])
    assert "EVCHARGE" not in set(plan.table["solution"])
    domains = plan.roadmap.indicators.group_by("domain").agg(pl.col("weight").sum())
    assert domains.filter(domain="safety")["weight"].item() == pytest.approx(0.4)
    assert dict(plan.roadmap.fund_limits.group_by("fund").agg(pl.col("amount").max()).iter_rows()) == {
        "CITY": 500.0  # no bank offers anything here, so that a limit of banks changes nothing
    }
    assert plan.certificate.is_valid
    assert not mexico.workspace.is_adopted("plan")


def test_a_variable_of_ones_own_counts_the_people_of_cities(tmp_path, own):
    (own / "variables" / "people.csv").write_text(
        "id,name_en,name_zh,unit,area,level,definition,hard_min,hard_max,plausible_min,plausible_max,"
        "direction,source,note\nmetro_people,People of the metropolitan area,,persons,metro,city,"
        "Residents,0,,,,0,,\n",
        encoding="utf-8",
    )
    (own / "rules" / "roles.csv").write_text(
        "role,variable,rank,note\nrevenue,municipal_revenue,5,\nurban_population,metro_people,5,\n",
        encoding="utf-8",
    )
    with new(tmp_path / "own.db", catalogue=own, nation="MX") as programme:
        register(programme, tmp_path)
        lines = [
            line.replace("population_agglomeration", "metro_people").replace("agglomeration", "metro")
            for line in rows_of("population_agglomeration")
        ]
        head = "city_code,variable,period,value,unit,status,area,source_id"
        (tmp_path / "metro.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        programme.load(tmp_path / "metro.csv", by="ann", reason="figures")
        bring_in(programme, tmp_path, "urban_population", "urban_population_share")
        bring_in(programme, tmp_path, "municipal_revenue")
        programme.settings.change(by="ann", reason="rate", rates=[RATE])

        assert programme.forecast(to=2025).curves["variable"].unique().to_list() == ["metro_people"]
        assert programme.forecast("nation", to=2025).table.filter(area="metro")["place"].n_unique() == 8
        road = programme.roadmap(years="2016-2018", budget=MONEY)
        weights = road.cities.select("city", "evidence")
        assert weights.height == 8
        assert "assumption" not in weights["evidence"].to_list()


def test_the_pages_of_the_programme_show_its_cities_words_and_money(mexico, tmp_path):
    register(mexico, tmp_path)
    bring_in(mexico, tmp_path, "population_agglomeration")
    mexico.settings.change(by="ann", reason="words", words={"region": "state", "level metro": "zone"})
    with TestClient(create_app(mexico), base_url="http://127.0.0.1") as client:
        home, ranking, city, plan = (
            client.get(path).text for path in ("/", "/cities", "/cities/21841", "/plan")
        )

    assert "City or state" in ranking
    assert "None" not in home + ranking
    assert "MXN/year" in plan
    assert "Zone ·" in city
    assert len(re.findall(r'<th scope="row"[^>]*><a href="/cities/', ranking)) == 8


@pytest.fixture(scope="module")
def without_ages(tmp_path_factory, own):
    """A nation whose outlook and plan are adopted, and of which nobody counted ages."""
    folder = tmp_path_factory.mktemp("ageless")
    with new(folder / "mx.db", catalogue=own, nation="MX", name="Cities of Mexico") as programme:
        register(programme, folder)
        bring_in(programme, folder, "population_agglomeration")
        bring_in(programme, folder, "municipal_revenue")
        programme.settings.change(by="ann", reason="rate", rates=[RATE])
        programme.adopt(programme.forecast(to=2025), by="ann", reason="first")
        plan = programme.plan(years="2016-2018", budget=MONEY, time_limit=3.0)
        programme.adopt(plan, by="ann", reason="first", accept_unproven=True)
        with TestClient(create_app(programme), base_url="http://127.0.0.1") as client:
            yield programme, client


@pytest.mark.parametrize(
    "address",
    [*(page.address for page in ROWS.values()
       if "{" not in page.address and page.name not in ("why", "compare", "claims")),
     *(f"/cities/21841{end}" for end in ("", "/plan", "/people", "/services", "/figures", "/progress")),
     "/cities/compare?city=21841&city=21853", "/api/talent", "/api/plan"],
)  # fmt: skip
def test_every_page_of_a_nation_without_ages_is_there(without_ages, address):
    assert without_ages[1].get(address).status_code == 200


def test_without_ages_the_people_of_the_plan_say_what_is_assumed_in_their_place(without_ages):
    programme, client = without_ages
    assumed = "there is no projection of ages for the nation"

    assert assumed in programme.adopted("talent").about_supply
    assert assumed in client.get("/plan/staff").text


def test_what_holds_of_another_nation_is_said_first_and_its_promises_do_not_hold(without_ages):
    programme, client = without_ages
    taken_over = "numbers that were set for another nation (China) are used"
    first = programme.doctor()[0]
    plan = programme.adopted("plan")

    assert taken_over in first.known
    assert "city_budget.share_of_fiscal_revenue 0.0025 (share)" in first.known
    assert (first.state, programme.doctor.ready().get("assumptions")) == (FOREIGN, None)
    assert "rules/assumptions.csv" in first.remedy
    assert taken_over in plan.roadmap.settings.note
    assert taken_over in client.get("/plan/risks").text
    assert taken_over in client.get("/about/assumptions").text
    assert plan.roadmap.standards.is_empty()
    brief = programme.documents.compose("brief")
    assert f"Adopted from elsewhere: 5 {taken_over}" in programme.documents.content(brief, "md").decode()


def test_everything_adopted_without_ages_is_exported(without_ages, tmp_path):
    written = {path.name for path in without_ages[0].export(tmp_path / "out")}
    assert {"plan.csv", "talent.csv"} <= written


def test_a_part_that_cannot_be_made_says_why_and_the_rest_of_its_page_is_there(without_ages, monkeypatch):
    programme, client = without_ages

    def unknown(*_, **__):
        raise NotFoundError("nobody counted them", remedy="count them")

    monkeypatch.setattr(programme.talent, "staff", unknown)
    monkeypatch.setattr(programme.workspace, "_results", {})
    monkeypatch.setattr(kept_answers._Answer, "is_valid", lambda *_: False)
    for address, rest in (("/plan/staff", "Staff needed"), ("/cities/21853/plan", "Funding")):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.text.count("Part of this page is not shown: nobody counted them; count them") == 1
        assert rest in answer.text


def test_another_process_reads_the_same_doctor(mexico, own):
    with open_programme(mexico.store.place, catalogue=own) as again:
        assert again.doctor.table().equals(mexico.doctor.table())
        assert isinstance(again.doctor.table(), pl.DataFrame)


def test_a_plan_of_fiscal_years_says_from_when_to_when_they_are(mexico, tmp_path):
    register(mexico, tmp_path)
    bring_in(mexico, tmp_path, "population_agglomeration")
    bring_in(mexico, tmp_path, "municipal_revenue")
    mexico.settings.change(by="ann", reason="money", rates=[RATE])
    assert "fiscal years" not in mexico.roadmap(years="2016-2018", budget=MONEY).settings.note

    mexico.settings.change(by="ann", reason="April to March", fiscal_year=4)
    note = mexico.roadmap(years="2016-2018", budget=MONEY).settings.note
    assert "plan years are fiscal years: 2016 runs from 2016-04 to 2017-03" in note
