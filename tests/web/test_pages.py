"""Pages: each is whole HTML, names no other machine, and says what it shows."""

import html
import re
from functools import cache
from html.parser import HTMLParser
from types import SimpleNamespace
from unittest.mock import Mock

import polars as pl
import pytest

from urbium.examples.demo import DEMO
from urbium.programme.base.shown_names import told_apart
from urbium.text import say
from urbium.text.naming import names_by_code
from urbium.web.pages import pages_behind, source_of_charts
from urbium.web.rendering.choices import mandate_choices
from urbium.web.views.frames import registered_people

ADDRESSES = (
    "/",
    "/cities",
    "/cities?q=anhui&order=growth&page=9",
    "/cities?province=Anhui",
    "/cities/110000",
    "/cities/340100",
    "/cities/hefei",
    "/cities/110000?figure=green_cover&value=45",
    "/cities/110000?figure=green_cover&value=many",
    "/cities/340100/plan",
    "/cities/340100/people",
    "/cities/340100/services",
    "/cities/340100/figures",
    "/cities/340100/progress",
    "/cities/compare",
    "/cities/compare?city=110000&city=Hefei&city=Shenzhen&city=Nowhere",
    "/cities/340100/explain/score",
    "/cities/340100/explain/population",
    "/cities/340100/explain/figure?name=gdp&period=2012&area=prefecture",
    "/indices",
    "/indices/yearbook",
    "/indices/yearbook?w.economy=70&way=rank&mean=geometric&show=around&city=Hefei",
    "/indices/yearbook?show=all",
    "/indices/u4ssc",
    "/nation",
    "/plan",
    "/plan/money",
    "/plan/afterwards",
    "/plan/where-and-when",
    "/plan/where-and-when?year=2019",
    "/plan/staff",
    "/plan/risks",
    "/plan/projects",
    "/plan/projects?q=beijing&start=2017&order=cost&page=9",
    "/plan/proof",
    "/market",
    "/market?q=lighting&least=1&most=500&sector=energy&order=capital&page=9",
    "/market?mandate=example-foreign",
    "/market?mandate=example-nothing&evidence=derived&readiness=green",
    "/plan/compare",
    "/plan/compare?a=adopted&b=adopted",
    "/plan/why?city=110000&solution=CYBERSEC",
    "/plan/projects/110000/CYBERSEC",
    "/plan/projects/Hefei/IOC",
    "/plan/why?city=Hefei&solution=IOC",
    "/data",
    "/data?q=hefei&severity=warning",
    "/about/assumptions",
    "/about/sources",
    "/about/pilots",
    "/about/how-good",
    "/notice",
)
BARE = (
    "/",
    "/cities",
    "/cities/340100",
    "/cities/340100/plan",
    "/cities/340100/people",
    "/cities/340100/services",
    "/cities/340100/figures",
    "/cities/340100/progress",
    "/cities/compare?city=110000&city=340100",
    "/indices",
    "/indices/yearbook",
    "/indices/u4ssc",
    "/plan",
    "/plan/money",
    "/plan/proof",
    "/plan/compare",
    "/data",
    "/about/assumptions",
    "/about/sources",
)
RANKED = re.compile(r'<th scope="row"[^>]*><a href="/cities/(\d{6})"')
QUARTERS = ("What it achieves", "What it costs", "What threatens it", "Where it stands")
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Reader(HTMLParser):
    """Reads a page: open elements, visible words, addresses, ids."""

    def __init__(self):
        super().__init__()
        self.open, self.words, self.addresses, self.ids, self.faults = [], [], [], [], []
        self.led_to, self.styled = [], False

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.styled |= "style" in named or tag == "style"
        if tag == "a" and "noreferrer" in (named.get("rel") or "").split():
            self.led_to.append(named["href"])
        else:
            self.addresses += [
                named[key] for key in ("href", "src", "action", "xlink:href") if named.get(key)
            ]
        self.ids += [named["id"]] if named.get("id") else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, text):
        if self.open and self.open[-1] != "script":
            self.words.append(text)


@cache
def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def page(client):
    """Return the answer at an address, asked for once."""
    return cache(client.get)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_whole_html(page, address):
    answer = page(address)
    reader = read(answer.text)
    assert answer.status_code == 200, answer.text
    assert (reader.open, reader.faults) == ([], [])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_no_other_machine_and_leads_to_one_without_saying_whence(page, address):
    read_page = read(page(address).text)
    addresses = read_page.addresses
    assert addresses
    assert all(each.startswith(("https://", "http://")) for each in read_page.led_to)
    assert [each for each in addresses if not each.startswith(("/", "#", "?")) or each.startswith("//")] == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_shows_no_word_of_a_program(page, address):
    words = " ".join(read(page(address).text).words)
    assert re.findall(r"\b(?:nan|None|null|undefined|inf|True|False)\b", words) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_no_style_of_its_own_which_the_policy_would_block(page, address):
    assert not read(page(address).text).styled


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_ids_of_a_page_are_unique(page, address):
    ids = read(page(address).text).ids
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("address", BARE)
def test_a_programme_without_results_has_the_same_pages(empty, address):
    assert empty.get(address).status_code == 200


def test_a_stage_that_was_not_run_says_which_command_runs_it(empty):
    assert "urbium plan" in empty.get("/plan").text
    assert "urbium measure" in empty.get("/cities/340100").text
    assert "urbium measure" in empty.get("/cities/340100/figures").text
    assert "urbium forecast" in empty.get("/cities/340100/people").text


def test_the_ranking_lists_every_city_with_a_link(client):
    pages = [client.get("/cities", params={"page": number}).text for number in range(1, 7)]
    links = [code for page in pages for code in RANKED.findall(page)]
    assert len(links) == len(set(links)) == 286


def test_the_search_without_scripts_finds_a_city_by_its_chinese_name(client):
    assert RANKED.findall(client.get("/cities?q=合肥").text) == ["340100"]


def test_the_first_page_counts_the_cities_that_the_page_of_the_index_counts(client, programme):
    measured = programme.adopted("scores").table.height
    assert f"{measured} cities, measured by the Yearbook index" in said(client, "/")
    assert f"cities with a score of {measured}" in said(client, "/indices/yearbook")


def test_a_missed_share_of_the_gaps_is_a_percentage(client):
    row = re.search(
        r"City below its minimum improvement (?:\S+ )+?(\S+) share of the gaps", said(client, "/plan/risks")
    )
    assert row[1].endswith("%")


def test_the_chart_of_fields_says_of_which_index_and_year_it_is(client):
    for page in ("/cities/340200", "/cities/340200/figures"):
        assert "compared with similar cities (Yearbook index, 2012)" in client.get(page).text


def test_the_order_by_projects_puts_cities_with_projects_first(client):
    links = RANKED.findall(client.get("/cities?order=projects").text)
    counts = {row["city"]: row["projects"] for row in client.get("/api/cities").json()}
    assert [counts[code] for code in links] == sorted(counts.values(), reverse=True)[: len(links)]


def test_the_first_page_says_what_the_programme_achieves_costs_and_risks_and_names_both_ends(
    client, programme
):
    words, plan = said(client, "/"), programme.adopted("plan")
    assert [words.index(head) for head in QUARTERS] == sorted(words.index(head) for head in QUARTERS)
    assert str(plan.gain_words) in words
    assert "More than half of the improvement comes from" in words
    undecided = plan.table["capital"].sum()
    assert f"CNY {undecided / 1000:.3g} billion is not yet agreed or signed" in words
    people = dict(plan.roadmap.cities.select("city", "weight").iter_rows())
    a_head = plan.table["capital"].sum() / sum(people[city] for city in set(plan.table["city"]))
    assert f"That is CNY {a_head:.3g} for each of the" in words
    ranks = [int(rank) for rank in re.findall(r'<tr><td class="num">(\d+)</td>', client.get("/").text)]
    scored = programme.adopted("scores").table["score"].count()
    assert ranks == [*range(1, 11), *range(scored - 9, scored + 1)]


def test_the_overview_says_in_which_order_the_plan_is_decided_by_whom_and_names_no_example_as_next(client):
    for words in (said(client, "/"), said(client, "/plan")):
        first, then = words.index("Accept the "), words.index("Agree on how the CNY ")
        assert first < then < words.index("Sign agreements for CNY ")
        assert "Next decision:" not in words
    assert "By when The plan starts in 2016. The decision should have been taken before 2016" in words
    assert "Agreements are proposed by: programme office; signed by: " in words
    assert "urbium's advice Accept them as long as the budgets stay as they are" in words


def test_the_brief_begins_with_the_warning_and_decides_right_after_the_verdict(programme):
    brief = programme.documents.compose("brief")
    assert str(say(brief.first_line)).startswith(str(programme.plan_reasons.past_words()))
    assert [section.title for section in brief.sections][:2] == ["In short", "Decisions needed"]
    verdict = [sentence for part in brief.sections[0].parts for _, sentence in part.rows]
    assert any("a year to operate and renew what is built" in sentence for sentence in verdict)


def test_a_plan_that_was_made_after_its_years_says_so_and_blames_nobody(client, programme):
    past = str(programme.plan_reasons.past_words())
    assert past.startswith("The plan is for 2016 to 2020 but was made on ")
    for address in (
        "/",
        "/plan",
        "/cities/340100/citizens",
        "/cities/340100/plan",
        "/plan/projects/340100/AQ_NET",
    ):
        assert past in said(client, address), address
    assert "but nothing has been reported" not in said(client, "/cities/340100/citizens")


def test_the_greatest_threat_is_said_first_and_what_a_new_plan_would_keep(client):
    risks = said(client, "/plan/risks")
    threat = "Without the money that no one has signed for, and with nothing planned in its place"
    assert threat in said(client, "/")
    assert risks.index(threat) < risks.index("none has been made yet") < risks.index("Not achievable in time")


def test_a_row_that_may_be_of_another_year_is_called_so_wherever_its_figures_are_shown(client):
    doubt = "Several figures of Hefei for 2012 are suspect and left out"
    shown = (
        "",
        "/citizens",
        "/services",
        "/figures",
        "/explain/figure?name=hospital_beds&period=2012&area=prefecture",
    )
    for tab in shown:
        assert doubt in said(client, f"/cities/340100{tab}"), tab
    assert doubt not in said(
        client, "/cities/340100/explain/figure?name=hospital_beds&period=2011&area=prefecture"
    )
    assert "All figures below are from 2012 or earlier" in said(client, "/cities/340100/citizens")


def test_a_figure_of_a_city_leads_to_publisher_licence_file_and_cell(client):
    page = client.get("/cities/340100/figures").text
    address = re.search(r'/cities/340100/explain/figure\?name=gdp&amp;period=2012[^"]*', page)[0]
    words = " ".join(read(client.get(address.replace("&amp;", "&")).text).words)
    assert "National Bureau of Statistics of China" in words
    assert "statistical facts" in words
    assert "observations.csv" in words
    assert re.search(r"\bD13525\b", words)  # its line in observations.csv
    assert "This file is urbium's own conversion of the source, not a file of its publisher." in words
    assert "In the original, this figure is in the file “1999-2018 Cities data.xlsx”" in words
    assert "https://github.com/jcdasheng/China_City_sustainability" in words


def test_a_suspect_figure_is_shown_as_kept_out_with_its_reason(client):
    kept_out = client.get("/cities/340100/figures").text.split('id="kept-out"')[1]
    assert 'class="suspect"' in kept_out
    assert '<p class="note">' in kept_out


def test_the_plan_benefit_is_a_share_and_its_arithmetic_is_folded(client, programme):
    page, plan = client.get("/plan/proof").text, programme.adopted("plan")
    benefit = page.split('id="benefit"')[1].split("</section>")[0]
    head, fold = benefit.split("<details")
    assert str(plan.closed_words) in html.unescape(head)
    assert "years of weighted improvement" not in page.replace(fold, "")
    assert "no plan can exceed a plan benefit of" in fold
    assert str(plan.benefit_words) in html.unescape(fold)


def test_what_holds_for_a_whole_economy_stands_on_no_page_or_design_of_a_city(client, programme):
    """Open data is said to raise GDP by what a scenario of the G20 gives: no city gains that."""
    cities = programme.adopted("plan").table.filter(pl.col("solution") == "OPENDATA")["city"]
    design = programme.documents.compose("design", cities[0])
    for words in (
        said(client, f"/plan/why?city={cities[0]}&solution=OPENDATA"),
        programme.documents.content(design, "md").decode(),
    ):
        assert "Open data portal" in words
        assert "five-year cumulative" not in words


def test_a_missed_standard_is_called_by_its_name(client):
    missed = client.get("/plan/risks").text.split('id="short"')[1].split("</section>")[0]
    assert "Urban public base database" in missed
    assert "BASE_DATA" not in missed


def test_what_cannot_be_finished_in_time_stands_at_the_head_of_the_plan_and_on_a_city(client, programme):
    """Water pressure is managed where leaks are found, which waits for a map: it could begin in 2022 only."""
    tables, names = programme.plan_tables(), programme.solution_names()
    head = html.unescape(client.get("/plan").text)
    assert str(tables.late_words(names)) in head
    assert "Water pressure management (2023)" in head
    assert str(tables.late_words(names, "340100")) in html.unescape(client.get("/cities/340100/plan").text)


def test_a_project_that_is_completed_after_the_plan_says_so_in_the_plan_and_on_its_city(client, programme):
    plan = programme.adopted("plan")
    late = plan.table.filter(pl.col("finish") > 2020)
    capital = dict(plan.roadmap.projects.select("project", "capital").iter_rows())
    build = dict(plan.roadmap.projects.select("project", "build_years").iter_rows())
    later = sum(
        capital[name] * (start + build[name] - 2021) / build[name]
        for name, start in late.select("project", "start").iter_rows()
    )
    assert f"CNY {later:.3g} million is paid after 2020" in html.unescape(
        client.get("/plan/where-and-when").text
    )
    page = html.unescape(client.get(f"/cities/{late['city'][0]}/plan").text)
    assert "completed after them, in 2021" in page
    assert "<small>after the plan</small>" in page


@pytest.mark.usefixtures("nothing_kept")
def test_the_page_of_the_plan_says_the_proof_with_its_condition(client, programme, monkeypatch):
    monkeypatch.setattr(type(programme.adopted("plan")), "gap", property(lambda _: 0.02))
    words = said(client, "/plan/proof")
    assert (
        "No plan within these limits can exceed this plan's gain over doing nothing, including targets met, "
        "by more than 2.00%" in words
    )
    assert re.search(r"proven for the inputs shown: \d+% of the needs are assumed, \d+% are est", words)


@pytest.mark.usefixtures("nothing_kept")
def test_a_plan_without_a_useful_bound_says_so_and_never_thousands_of_per_cent(
    client, programme, monkeypatch
):
    monkeypatch.setattr(type(programme.adopted("plan")), "gap", property(lambda _: 22.14))
    words = said(client, "/plan/proof")
    assert "No useful bound yet" in words
    assert "2,214" not in words + said(client, "/plan")
    assert "a longer search may prove how good the plan is" in said(client, "/plan")


def test_the_page_of_the_plan_shows_the_benefit_in_parts_that_add_up(client, programme):
    plan = programme.adopted("plan")
    words = said(client, "/plan/proof")
    assert (
        f"The plan brings an improvement of {plan.improvement:,.4g} (years of weighted improvement" in words
    )
    assert plan.benefit["amount"].sum() == pytest.approx(plan.objective, abs=1e-6)


@pytest.mark.usefixtures("nothing_kept")
def test_a_gap_is_never_shown_smaller_than_it_is(client, programme, monkeypatch):
    monkeypatch.setattr(type(programme.adopted("plan")), "gap", property(lambda _: 0.048713))
    assert "including targets met, by more than 4.88%" in said(client, "/plan/proof")


def test_the_table_of_projects_is_paged(client):
    text = client.get("/plan/projects?page=2").text
    assert "Rows 21 to 40 of" in text
    assert 'href="/plan/projects?order=start&amp;page=3#table"' in text


def test_an_unknown_city_is_answered_by_a_page_with_the_nearest_name(client):
    answer = client.get("/cities/Hefe")
    assert answer.status_code == 404
    assert "did you mean &#39;Hefei&#39;?" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_what_a_reader_types_is_never_markup(client):
    assert "<script>alert" not in client.get("/cities?q=<script>alert(1)</script>").text
    assert "<script>alert" not in client.get("/cities/<script>alert(1)<script>").text


def test_the_first_page_is_small_when_compressed(client):
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 150_000


def test_the_size_of_a_city_is_of_one_boundary(programme, monkeypatch):
    sizes = programme.observations(variables=["population_year_end"])
    other = sizes.with_columns(area=pl.lit("districts"), period=pl.lit("2099"), value=pl.lit(1.0))
    before = registered_people(programme).sort("city")
    monkeypatch.setattr(programme, "observations", lambda **_: pl.concat([sizes, other]))
    assert registered_people(programme).sort("city").equals(before)


@pytest.mark.parametrize(("address", "name", "shown"), [
    ("/plan/projects", "start", '">why</a>'), ("/plan/where-and-when", "year", "<tr data-city"),
])  # fmt: skip
def test_a_year_that_is_none_is_ignored(client, address, name, shown):
    everything = client.get(address).text.count(shown)
    assert everything
    for year in ("9" * 80, "-2017", "٢٠١٧", "1066", "2017.0"):
        answer = client.get(address, params={name: year})
        assert (answer.status_code, answer.text.count(shown)) == (200, everything)


def said(client, address):
    return " ".join(" ".join(read(client.get(address).text).words).split())


def test_every_sentence_of_the_plan_in_words_stands_on_one_of_its_pages(client, programme):
    names = dict(programme.cities().select("code", "name_en").iter_rows())
    summary = programme.plan_tables().summary(
        names, programme.solution_names(), programme.plan_reasons.standard_names(), programme.similarity()
    )
    shown = " ".join(said(client, page.address) for page in pages_behind("plan"))
    assert [sentence for _, sentence in summary if str(sentence) not in shown] == []


def test_the_map_shows_the_year_asked_for_and_the_table_beside_it_the_same(client, programme):
    text = client.get("/plan/where-and-when?year=2016").text
    where = text.split('id="where"')[1].split("</section>")[0]
    row = re.search(
        r'data-city="110000".*?data-building>(\d+)<.*?data-finished>(\d+)<.*?num">(\d+)<', where, re.DOTALL
    )
    plan = programme.adopted("plan").table.filter(city="110000")
    building = plan.filter(pl.col("start") <= 2016, pl.col("finish") >= 2016).height
    finished = plan.filter(pl.col("finish") <= 2016).height
    assert "Location of projects in <span" in text
    assert tuple(map(int, row.groups())) == (building, finished, plan.height)


def test_the_map_without_scripts_leads_to_every_year_of_the_plan(client):
    links = re.findall(
        r'href="/plan/where-and-when\?year=(\d{4})#where"( aria-current)?',
        client.get("/plan/where-and-when?year=2019").text,
    )
    assert [int(year) for year, _ in links] == list(range(2016, 2023))
    assert [year for year, current in links if current] == ["2019"]


def test_budgets_say_how_much_of_them_is_used(client):
    # the demo's national budget is 12 billion a year for five years, less what it adds to poor cities
    words = said(client, "/plan/money")
    assert re.search(r"CNY [\d.]+ billion of CNY 58.\d billion is used in the plan years", words)
    assert re.search(r"set for this plan; less CNY \d+(\.\d)? million a year", words)


def test_people_and_shortfalls_stand_on_the_page_when_the_plan_has_them(client):
    assert "Staff needed" in said(client, "/plan/staff")
    assert "Targets missed" in said(client, "/plan/risks")


def test_a_section_of_which_the_plan_has_nothing_is_absent(own, open_client):
    with open_client(own) as visitor:
        pages = [visitor.get(f"/plan/{name}").text for name in ("money", "risks")]
    ids = {name for page in pages for name in read(page).ids}
    assert "short" not in ids
    assert {"money", "budgets", "alike"} <= ids


def test_two_plans_are_compared_in_words_and_figures(own, open_client):
    with open_client(own) as visitor:
        other = said(visitor, "/plan/compare?a=adopted&b=half%20the%20money")
        same = said(visitor, "/plan/compare?a=adopted&b=adopted")
    assert "The two plans answer different questions" in other
    assert "limits, costs, needs and weights are identical" in same


def test_an_unknown_plan_is_answered_with_the_nearest_name(own, open_client):
    with open_client(own) as visitor:
        answer = visitor.get("/plan/compare?b=half%20the%20mone")
    assert answer.status_code == 404
    assert "did you mean &#39;half the money&#39;?" in answer.text


def test_one_plan_alone_says_how_to_keep_another(empty):
    assert "--keep" in empty.get("/plan/compare").text


@pytest.mark.usefixtures("nothing_kept")
def test_the_page_says_that_a_plan_is_still_being_checked(client, monkeypatch):
    monkeypatch.setattr("urbium.web.views.plans.plan.checked", lambda _made: None)
    words = said(client, "/plan/proof")
    assert "is being checked again from the raw data" in words
    assert "Checked again without the solver" not in words
    assert "not yet checked without the solver" in said(client, "/plan")


def test_a_city_shows_its_budget_and_whose_plan_is_most_similar(client):
    words = said(client, "/cities/110000/plan")
    assert re.search(
        r"Over all years, the plan uses CNY [\d.]+ \w+ of the CNY [\d.]+ \w+ in the budget of Beijing", words
    )
    assert re.search(r"the two share \d+% of their solutions", words)


def test_the_assumptions_show_people_standards_and_regions_with_their_sources(client):
    words = " ".join(read(client.get("/about/assumptions").text).words)
    assert "Information and communications professionals" in words
    assert "Urban public information platform" in words
    assert "Interim measures for the administration of national smart city pilots" in words
    assert "Liaoning, Jilin, Heilongjiang" in words


def test_the_page_of_the_call_says_its_last_day_who_decides_and_by_when(client):
    page = client.get("/programme/rounds/example-call").text
    decided = page[page.index('id="decision"') :]
    assert "Who decides: programme office." in decided
    assert re.search(r"Applications close on 31 Dec \d{4}\.", decided)
    assert re.search(r"The selection must be decided by 31 Mar \d{4}\.", decided)
    earlier = client.get("/programme/rounds/example-earlier-call").text
    assert "The selection was decided on " in earlier


def test_the_market_reads_amounts_as_chinese_writes_them_and_refuses_what_is_none_at_its_field(client):
    def page(least):
        return client.get("/market", params={"least": least}, headers={"Accept-Language": "zh"}).text

    def projects(least):
        return re.findall(r"/plan/projects/\d+/\w+", page(least).partition('id="table"')[2])

    assert projects("1亿元") == projects("100") != projects("")
    assert 'id="wrong-least"' in page("许多")


def test_a_citizen_reads_what_became_better_and_worse_between_the_first_and_the_last_known_year(client):
    page = client.get("/cities/420100/citizens").text
    rows = re.findall(r"<tr>.*?</tr>", page[page.index('id="changed"') :], re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    figures = pl.read_csv(DEMO / "observations.csv", infer_schema=False)
    cover = figures.filter(city_code="420100", variable="green_cover_rate").sort("period")
    first, last = (f"{float(cover['value'][at]):g}" for at in (0, -1))
    assert words[0] == f"Indicator {cover['period'][0]} {cover['period'][-1]}, the last known year Result"
    assert [one for one in words if one.startswith("Green cover")] == [
        f"Green cover of the built-up area % {first} {last} better"
    ]
    assert any(one.startswith("Tertiary share") and one.endswith("worse") for one in words)


def test_a_chart_taken_as_a_file_names_publishers_their_licences_and_a_whole_address(programme):
    said = source_of_charts(programme, "http://127.0.0.1:8000")
    assert "Figures: National Bureau of Statistics of China (through " in said
    assert "Population Division (CC BY 3.0 IGO) and World Bank (through Gapminder) (CC BY 4.0)" in said
    assert said.startswith("Licence of this chart: CC BY 4.0. Source: ")
    assert said.endswith("listed at http://127.0.0.1:8000/about/sources")


def test_a_chart_of_scores_credits_the_sources_of_its_figures_alone(client, programme):
    scores = programme.adopted("scores")
    of_scores = {programme.sources()[one].publisher for one in scores.used["source"].unique()}
    page = client.get("/cities/340200/figures").text
    key = re.search(r"/charts/(\w+)\.csv", page)[1]

    said = client.get(f"/charts/{key}-metadata.json").json()["dc:source"]
    assert all(one in said for one in of_scores)
    assert "United Nations" not in said
    assert "World Bank" not in said


def test_the_data_of_a_chart_are_rounded_as_they_are_shown_with_both_bands(client):
    page = client.get("/cities/340100/people").text
    rows = client.get(re.search(r"/charts/\w+\.csv", page)[0]).text.splitlines()
    assert rows[0] == "year,Persons,80% from,80% to,95% from,95% to"
    assert re.fullmatch(r"2035(,\d+){5}", rows[-1])


def test_places_of_one_name_are_told_apart_where_an_investor_chooses_them(programme):
    places = mandate_choices(programme)["places"]()
    called = [str(say(one)) for one in places.values()]
    assert len(called) == len(set(called))
    assert {"Beijing (province)", "Beijing (city in Beijing)", "Fuzhou (Fujian)", "Fuzhou (Jiangxi)"} <= set(
        called
    )


def test_places_of_one_name_in_one_part_of_a_nation_are_told_apart_by_their_codes():
    columns = {
        "code": ["1", "2", "3"],
        "name_en": ["Newport", "Newport", "North"],
        "province_en": ["North"] * 3,
    }
    cities = pl.DataFrame(columns)
    register = SimpleNamespace(
        cities=lambda: cities,
        names=lambda: told_apart(cities, names_by_code(cities)),
        provinces=lambda: {"North": "North"},
    )
    office = SimpleNamespace(register=register, settings=Mock(word=lambda _: "region"))
    assert [str(say(one)) for one in mandate_choices(office)["places"]().values()] == [
        "North (region)", "Newport (North) (city 1)", "Newport (North) (city 2)", "North (city in North)",
    ]  # fmt: skip


def test_the_origin_of_a_stored_figure_names_city_and_variable_and_shows_its_source_once(client):
    page = client.get("/cities/340100/explain/figure?name=hospital_beds&period=2012").text
    assert "Beds in hospitals and health centres, Hefei" in page
    assert "Open any line" not in page
    assert page.count("China City Statistical Yearbook") == 1
    score = client.get("/cities/340100/explain/score").text
    assert "Open any line" in score
    assert "public_toilets: suspect" not in score
    assert "gdp, industrial_output and retail_sales" not in client.get("/cities/340100").text


def test_no_code_of_a_variable_stands_in_the_origin_of_a_score(client):
    page = client.get("/cities/340100/explain/score").text
    text = re.sub(r"<[^>]*>", " ", page[page.index('class="tree"') :])
    assert "hospital_beds" not in text
    assert "population_year_end" not in text


def test_a_name_in_an_official_language_stands_alone(client):
    shown = {
        tongue: client.get("/cities/340200", headers={"Accept-Language": tongue}).text
        for tongue in ("en", "zh")
    }
    assert ["other-name" in page for page in shown.values()] == [True, False]
