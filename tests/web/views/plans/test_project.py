"""The page of a project says what the plan, its city's page, the papers and the API say."""

import re
from html import unescape
from http import HTTPStatus
from urllib.parse import quote

import polars as pl
import pytest
from tests.web.views.plans.test_finance_pages import check

from urbium.plan.result.wording import money_words
from urbium.web.rendering.words import amount, people
from urbium.web.views.plans.noticed import found_of

PLANNED = [("340100", "DATA_PLATFORM"), ("340100", "BACKBONE"), ("110000", "LED_SL")]


def address(city, solution):
    return f"/plan/projects/{city}/{solution}"


def words(source):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", source)).split())


@pytest.fixture(params=PLANNED, ids=":".join)
def planned(request, programme):
    city, solution = request.param
    plan = programme.adopted("plan")
    row = plan.table.filter(city=city, solution=solution).row(0, named=True)
    return row | {"currency": plan.currency}


def test_cost_and_years_are_those_of_every_other_face(client, planned):
    city, solution, currency = planned["city"], planned["solution"], planned["currency"]
    page = words(client.get(address(city, solution)).text)
    costs = [amount(planned[name], currency) for name in ("capital", "operation", "renewal")]
    years = re.search(r"Building (\S+)", page)[1]
    lists = [
        words(client.get(f"/plan/projects?q={city}&solution={solution}").text),
        words(client.get(f"/cities/{city}/plan").text),
    ]
    table = client.get("/api/plan").json()["table"]
    (answer,) = (row for row in table if row["project"] == planned["project"])
    paper = words(client.get(f"/api/documents/project/html?about={quote(planned['project'])}").text)

    assert all(cost in page for cost in costs)
    yearly = amount(planned["operation"] + planned["renewal"], currency)
    assert all(years in other and costs[0] in other for other in lists)
    assert costs[1] in lists[0]
    assert yearly in lists[1]
    assert yearly in page
    assert [answer[name] for name in ("capital", "operation", "start", "finish")] == [
        planned[name] for name in ("capital", "operation", "start", "finish")
    ]
    assert all(cost in paper for cost in costs[:2])


@pytest.mark.parametrize(("solution", "said"), [("AQ_NET", "assumption"), ("LED_SL", "derived")])
def test_the_weakest_evidence_of_the_amounts_counts_that_of_the_size_of_the_city(
    client, programme, solution, said
):
    city = programme.adopted("plan").table.filter(solution=solution, evidence="derived")["city"][0]
    for page in (address(city, solution), f"/plan/why?city={city}&solution={solution}"):
        assert f"weakest evidence behind them: {said}" in words(client.get(page).text)


def test_the_benefit_begins_with_what_people_notice_in_natural_units_first(client):
    benefit = client.get(address("110000", "LED_SL")).text.partition('id="benefit"')[2]
    noticed = words(benefit.partition("What the plan counts")[0])
    assert "Electricity use per street light a year: 672 kWh less (replaced lights) derived" in noticed
    assert "Street lighting electricity: 40 to 63% less (replaced lights) measured elsewhere" in noticed
    assert noticed.index("672 kWh") < noticed.index("40 to 63%")


def test_a_solution_without_outcomes_says_what_is_built(programme):
    said = [str(sentence) for sentence, _ in found_of(programme, "EHR")]
    assert said[0] == "Electronic health records: 50 to 100 percentage points more"


def test_the_paper_says_what_is_built_and_who_pays(client, programme, planned):
    paper = words(client.get(f"/api/documents/project/html?about={quote(planned['project'])}").text)
    payers = programme.finances.payers(planned["project"])
    assert programme.catalogue.solutions[planned["solution"]].description in paper
    for row in payers.to_dicts():
        assert f"{row['name']} {money_words(row['amount'], planned['currency'])} (" in paper


def test_a_table_of_cash_flows_stands_across_the_page(client):
    assert '<section class="panel across" id="finance">' in client.get(address("340200", "LED_SL")).text
    assert '<section class="panel" id="finance">' in client.get(address("340200", "CYBERSEC")).text


def test_who_pays_adds_up_and_what_is_unsigned_is_said_as_the_page_of_risks_counts_it(programme):
    standing = programme.finances.signed().standing.sort("unsigned", descending=True)

    for row in (*standing.head(8).iter_rows(named=True), *standing.tail(8).iter_rows(named=True)):
        payers = programme.finances.payers(row["project"])
        assert payers["amount"].sum() == pytest.approx(row["capital"])
        assert payers["share"].sum() == pytest.approx(1)
        assert payers["unsigned"].sum() == pytest.approx(row["unsigned"])


def test_who_is_paid_and_what_it_keeps_to_stand_on_the_page_as_on_the_paper(client, programme):
    sheet = programme.market.sheet("110000:LED_SL")
    income = next(one.value for one in sheet.figures if str(one.label) == "Who receives the income")
    page = words(client.get(address("110000", "LED_SL")).text)

    assert f"Who receives the income {income}" in page
    assert f"Standards {', '.join(sheet.standards)}" in page


def test_unsigned_money_is_said_before_who_pays(client, programme):
    row = programme.finances.signed().standing.sort("unsigned").row(-1, named=True)
    project = programme.adopted("plan").table.filter(project=row["project"]).row(0, named=True)
    page = words(client.get(address(project["city"], project["solution"])).text)

    unsigned, capital = (amount(row[name], "CNY") for name in ("unsigned", "capital"))
    said = f"{unsigned} of the {capital} is not covered by any signed agreement."
    assert said in page.partition("Who pays")[2].partition("Who pays to build it")[0]


def test_what_running_and_renewal_leave_is_the_row_of_the_citys_own_table(client, programme, planned):
    rows = programme.finances.space().table.filter(city=planned["city"], year=planned["finish"] + 1)
    page = words(client.get(address(planned["city"], planned["solution"])).text)

    assert f"together leave {amount(rows['room'].item(), 'CNY')} of that limit" in page
    assert f"of the {amount(rows['limit'].item(), 'CNY')} that" in page


def test_the_share_of_the_improvement_is_that_of_the_list_of_projects(client, planned):
    listed = client.get(f"/plan/projects?q={planned['city']}&solution={planned['solution']}").text
    share = re.search(r">([\d.]+%|supports other projects)</td>", listed)[1]

    assert share in words(client.get(address(planned["city"], planned["solution"])).text)


def test_a_project_without_inflows_has_no_return_anywhere(client, programme):
    row = programme.adopted("appraisal").table.filter(kind="cost-only").row(0, named=True)
    page = client.get(address(row["city"], row["solution"])).text

    assert "No net present value, return or debt cover is shown." in page
    assert re.search(r"present value -?\d|rate of return|DSCR", words(page)) is None
    assert amount(row["life_cycle_cost"], "CNY") in words(page)


def test_a_project_with_inflows_shows_the_value_and_return_of_its_appraisal(client, programme):
    row = programme.adopted("appraisal").table.filter(kind="earning").row(0, named=True)
    page = words(client.get(address(row["city"], row["solution"])).text)

    assert f"net present value {amount(row['npv'], 'CNY')} (real, prices of 2016)" in page
    assert programme.finances.returns([row["project"]]).words.partition(" ")[2] in page


@pytest.mark.parametrize("kind", ["cost-only", "earning"])
def test_its_money_is_said_in_full(client, programme, kind):
    row = programme.adopted("appraisal").table.filter(kind=kind).row(0, named=True)

    check(client, address(row["city"], row["solution"]), only="returns")


def test_why_it_is_planned_begins_with_one_plain_sentence(client):
    support = words(client.get("/plan/why?city=340100&solution=BACKBONE").text)
    improving = words(client.get("/plan/why?city=110000&solution=LED_SL").text)

    assert "The reasons It is built in Hefei because other projects need it: " in support
    assert "The reasons It is built in Beijing to improve " in improving
    assert "It is built" not in words(client.get("/plan/why?city=340100&solution=LED_SL").text)


def test_the_page_names_the_range_of_the_return_and_the_risks_that_its_paper_names(client, programme):
    page = words(client.get(address("110000", "LED_SL")).text)
    sheet = programme.market.sheet("110000:LED_SL")

    assert programme.finances.returns(["110000:LED_SL"]).range_words in page
    assert sheet.risks
    assert all(str(risk) in page for risk in sheet.risks)


def test_what_its_page_lists_adds_up_to_its_value_at_no_discount(client, programme):
    page = client.get(address("110000", "LED_SL")).text
    table = words(page.partition('<table id="flows">')[2].partition("</table>")[0])
    steps = dict(programme.finances.returns(["110000:LED_SL"]).steps.iter_rows())

    assert "remaining value, not paid" in table
    assert table.endswith(f" {steps[0.0]:,.1f}")


def test_a_project_that_is_not_planned_says_why_as_the_page_of_reasons_does(client, programme):
    page = words(client.get(address("340100", "LED_SL")).text)
    answer = programme.explain("340100", "project", "LED_SL").answer

    assert f"It is not in the plan of Hefei. {answer}" in page
    assert str(answer) in words(client.get("/plan/why?city=340100&solution=LED_SL").text)
    assert "Only projects in the plan are appraised." in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_reason_for_no_candidate_has_its_page(client, programme, language):
    kinds = programme.adopted("plan").roadmap.omitted.unique("reason").sort("reason")
    assert kinds.height > 1

    for city, solution in kinds.select("city", "solution").iter_rows():
        page = client.get(address(city, solution), headers={"Accept-Language": language})
        assert page.status_code == HTTPStatus.OK, (city, solution)
        assert f'<html lang="{language}">' in page.text


def test_two_pages_name_the_same_source_beside_each_effect_and_lead_to_it(client, programme):
    pages = [
        client.get(one).text for one in (address("330100", "LED_SL"), "/plan/why?city=330100&solution=LED_SL")
    ]
    tables = [
        re.search(r"<caption>Effects and their evidence</caption>.*?</table>", one, re.DOTALL)[0]
        for one in pages
    ]

    assert tables[0] == tables[1]
    assert not re.search(r"OTHER:|ISO37120:|U4SSC:", tables[0])
    lighting = next(row for row in tables[0].split("<tr>") if "Lighting electricity" in row)
    source = programme.catalogue.sources["wb_led"]
    assert "down by 40 to 60%" in lighting
    assert f'<a href="{source.address}" rel="noreferrer">{source.publisher}</a>, {source.year}' in lighting


def test_the_people_it_is_sized_for_are_those_of_the_roadmap(client, programme, planned):
    weight = programme.adopted("plan").roadmap.cities.filter(city=planned["city"])["weight"].item()

    page = words(client.get(address(planned["city"], planned["solution"])).text)
    assert f"for {people(weight * 1e6)} people" in page


def test_what_needs_it_is_said_on_both_pages(client, programme):
    road = programme.adopted("plan").roadmap
    row = road.prerequisites.filter(kind="hard").row(0, named=True)
    names = {
        name: road.projects.filter(project=row[name]).row(0, named=True) for name in ("project", "requires")
    }

    for one, other in (("project", "requires"), ("requires", "project")):
        page = client.get(address(names[one]["city"], names[one]["solution"])).text
        assert f'href="{address(names[other]["city"], names[other]["solution"])}"' in page


def test_a_guest_sees_the_task_book_in_force_and_no_draft_of_a_report(client):
    page = client.get(address("340200", "BACKBONE")).text

    assert "/programme/taskbooks/example-340200" in page
    assert "/programme/reports/example-340200-2016" in page
    assert "example-340200-2017" not in page
    assert "example-funding" not in page


@pytest.mark.parametrize(
    "page",
    ["/plan/projects", "/cities/340100/plan", "/market", "/track", "/plan/why?city=340100&solution=IOC"],
)
def test_every_list_of_projects_leads_to_their_pages(client, page):
    leads = re.findall(r'href="(/plan/projects/[^"]+)"', client.get(page).text)

    assert leads
    assert client.get(unescape(leads[0])).status_code == 200


def test_a_solution_that_is_not_there_is_refused_with_the_nearest(client):
    answer = client.get(address("340100", "LED_SLL"))

    assert answer.status_code == 404
    assert "LED_SL" in answer.text


def test_the_others_for_the_same_outcomes_share_at_least_one(programme):
    plan, tables = programme.adopted("plan"), programme.plan_tables()
    effects = plan.roadmap.effects
    for city, solution in PLANNED:
        key = plan.project_of(city, solution)
        of = set(effects.filter(project=key, effect=pl.col("effect"))["indicator"])
        others = tables.improves_same(key)
        assert others["share"].is_between(0, 1).all()
        assert others["share"].is_sorted(descending=True)
        for other in others["project"]:
            assert of & set(effects.filter(project=other)["indicator"])
