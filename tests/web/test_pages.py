"""Pages: each is whole HTML, names no other machine, and says what it shows."""

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import polars as pl
import pytest
from litestar.testing import TestClient

from urbium.web import create_app
from urbium.web.drawing import Drawer
from urbium.web.views.frames import SIZE_VARIABLE, registered_people

ADDRESSES = (
    "/",
    "/?q=anhui&order=growth",
    "/?province=Anhui",
    "/cities/110000",
    "/cities/340100",
    "/cities/hefei",
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
    "/plan?q=beijing&start=2017&order=cost&page=9",
    "/plan?year=2019",
    "/plan/compare",
    "/plan/compare?a=adopted&b=a%20year%20later",
    "/plan/compare?a=adopted&b=adopted",
    "/plan/why?city=110000&solution=CYBERSEC",
    "/plan/why?city=Hefei&solution=IOC",
    "/data",
    "/data?q=dongguan&severity=warning",
    "/about/assumptions",
    "/about/sources",
    "/notice",
)
BARE = (
    "/",
    "/cities/340100",
    "/indices",
    "/indices/yearbook",
    "/indices/u4ssc",
    "/plan",
    "/plan/compare",
    "/data",
    "/about/assumptions",
    "/about/sources",
)
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Reader(HTMLParser):
    """Reads a page: open elements, visible words, addresses, ids."""

    def __init__(self):
        super().__init__()
        self.open, self.words, self.addresses, self.ids, self.faults = [], [], [], [], []
        self.styled = False

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.styled |= "style" in named or tag == "style"
        self.addresses += [named[key] for key in ("href", "src", "action", "xlink:href") if named.get(key)]
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


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_whole_html(client, address):
    answer = client.get(address)
    reader = read(answer.text)
    assert answer.status_code == 200, answer.text
    assert (reader.open, reader.faults) == ([], [])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_names_no_other_machine(client, address):
    addresses = read(client.get(address).text).addresses
    assert addresses
    assert [each for each in addresses if not each.startswith(("/", "#")) or each.startswith("//")] == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_shows_no_word_of_a_program(client, address):
    words = " ".join(read(client.get(address).text).words)
    assert re.findall(r"\b(?:nan|None|null|undefined|inf|True|False)\b", words) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_no_style_of_its_own_which_the_policy_would_block(client, address):
    assert not read(client.get(address).text).styled


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_ids_of_a_page_are_unique(client, address):
    ids = read(client.get(address).text).ids
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("address", BARE)
def test_a_programme_without_results_has_the_same_pages(empty, address):
    assert empty.get(address).status_code == 200


def test_a_stage_that_was_not_run_says_which_command_runs_it(empty):
    assert "urbium plan" in empty.get("/plan").text
    assert "urbium measure" in empty.get("/cities/340100").text
    assert "urbium forecast" in empty.get("/cities/340100").text


def test_the_ranking_lists_every_city_with_a_link(client):
    links = re.findall(r'<th scope="row"><a href="/cities/(\d{6})"', client.get("/").text)
    assert len(set(links)) == 286


def test_the_search_without_scripts_finds_a_city_by_its_chinese_name(client):
    links = re.findall(r'<th scope="row"><a href="/cities/(\d{6})"', client.get("/?q=合肥").text)
    assert links == ["340100"]


def test_the_order_by_projects_puts_cities_with_projects_first(client):
    links = re.findall(r'<th scope="row"><a href="/cities/(\d{6})"', client.get("/?order=projects").text)
    assert "110000" in links[:60]
    assert "650200" not in links[:60]


def test_a_figure_of_a_city_leads_to_publisher_licence_file_and_cell(client):
    page = client.get("/cities/340100").text
    address = re.search(r'/cities/340100/explain/figure\?name=gdp&amp;period=2012[^"]*', page)[0]
    words = " ".join(read(client.get(address.replace("&amp;", "&")).text).words)
    assert "National Bureau of Statistics of China" in words
    assert "MIT (repository); statistical facts" in words
    assert "observations.csv" in words
    assert re.search(r"\bD\d+\b", words)


def test_a_suspect_figure_is_shown_as_kept_out_with_its_reason(client):
    kept_out = client.get("/cities/340100").text.split('id="kept-out"')[1]
    assert "Public green area" in kept_out
    assert "thousands of square metres" in kept_out


def test_the_page_of_the_plan_says_the_proof_in_words(client):
    words = " ".join(" ".join(read(client.get("/plan").text).words).split())
    assert "can be better than this one by more than 0.80 %" in words


def test_a_gap_is_never_told_smaller_than_it_is(stand_in):
    office = stand_in()
    office.adopted("plan").more["gap"] = 0.048713
    app = create_app(office, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        assert "by more than 4.88 %" in said(opened, "/plan")


def test_the_table_of_projects_is_paged(client):
    text = client.get("/plan?page=2").text
    assert "51 to 100 of" in text
    assert 'href="/plan?q=&amp;province=&amp;solution=&amp;start=&amp;order=start&amp;page=3#table"' in text


def test_an_unknown_city_is_answered_by_a_page_with_the_nearest_name(client):
    answer = client.get("/cities/Hefe")
    assert answer.status_code == 404
    assert "did you mean &#39;Hefei&#39;?" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_what_a_reader_types_is_never_markup(client):
    assert "<script>alert" not in client.get("/?q=<script>alert(1)</script>").text
    assert "<script>alert" not in client.get("/cities/<script>alert(1)<script>").text


def test_the_first_page_is_small_when_compressed(client):
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 150_000


def test_the_size_of_a_city_is_of_one_boundary(stand_in):
    office = stand_in()
    size = pl.col("variable") == SIZE_VARIABLE
    other = office.observations().filter(size).with_columns(
        area=pl.lit("districts"), period=pl.lit("2099"), value=pl.lit(1.0)
    )  # fmt: skip
    before = registered_people(office).sort("city")
    office.__dict__["_observations"] = pl.concat([office.observations(), other])
    assert registered_people(office).sort("city").equals(before)


@pytest.mark.parametrize("name", ["year", "start"])
def test_a_year_that_is_none_is_ignored(client, name):
    everything = client.get("/plan").text.count('">why</a>')
    for year in ("9" * 80, "-2017", "٢٠١٧", "1066", "2017.0"):
        answer = client.get("/plan", params={name: year})
        assert (answer.status_code, answer.text.count('">why</a>')) == (200, everything)


def said(client, address):
    return " ".join(" ".join(read(client.get(address).text).words).split())


def test_the_plan_is_told_in_words_before_anything_else(client):
    words = said(client, "/plan")
    assert "420 projects of 7 kinds in 60 cities, starting from 2016 to 2028" in words
    assert words.index("In short") < words.index("How good it is, proven")


def test_the_map_shows_the_year_asked_for_and_the_table_beside_it_the_same(client):
    text = client.get("/plan?year=2016").text
    where = text.split('id="where"')[1].split("</section>")[0]
    first = re.search(
        r'data-city="110000".*?data-building>(\d+)<.*?data-finished>(\d+)<.*?num">(\d+)<', where, re.DOTALL
    )
    assert "Where is built in <span" in text
    assert first.groups() == ("1", "0", "7")  # one of seven solutions starts in 2016, and takes two years


def test_the_map_without_scripts_leads_to_every_year_of_the_plan(client):
    links = re.findall(
        r'href="/plan\?year=(\d{4})#where"( aria-current)?', client.get("/plan?year=2019").text
    )
    assert [int(year) for year, _ in links] == list(range(2016, 2031))
    assert [year for year, current in links if current] == ["2019"]


def test_budgets_say_how_much_of_them_is_used(client):
    # 60 cities cost 10 to 69 m for each of 7 solutions, half of it paid by the nation: 8,295 of 15 x 9,000 m
    assert "The nation: 8.3 bn CNY of 135.0 bn CNY over all years (6 %)" in said(client, "/plan")


def test_people_and_shortfalls_stand_on_the_page_when_the_plan_has_them(client):
    words = said(client, "/plan")
    assert "Who is needed" in words
    assert "Standard missed by its deadline: 1" in words


def test_a_section_of_which_the_plan_has_nothing_is_absent(stand_in):
    office = stand_in()
    bare = office.adopted("plan")
    bare.more["roadmap"] = bare.roadmap.replace(staff=bare.roadmap.staff.head(0))
    bare.more["shortfalls"] = bare.shortfalls.head(0)
    app = create_app(office, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        ids = read(opened.get("/plan").text).ids
    assert {"people", "short"} & set(ids) == set()
    assert {"money", "budgets", "alike"} <= set(ids)


def test_two_plans_are_compared_in_words_and_figures(client):
    words = said(client, "/plan/compare?a=adopted&b=a%20year%20later")
    assert "0 projects are the same, 420 start in other years" in words
    assert "no limit, cost, need or weight differs" in words
    assert "+1.0" in words


def test_an_unknown_plan_is_answered_with_the_nearest_name(client):
    answer = client.get("/plan/compare?b=a%20year%20late")
    assert answer.status_code == 404
    assert "did you mean &#39;a year later&#39;?" in answer.text


def test_one_plan_alone_says_how_to_keep_another(empty):
    assert "--keep" in empty.get("/plan/compare").text


def test_the_page_says_that_a_plan_is_still_being_checked(stand_in, monkeypatch):
    monkeypatch.setattr("urbium.web.views.plan.checked", lambda _made: None)
    app = create_app(stand_in(), drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        words = said(opened, "/plan")
    assert "is just being checked again" in words
    assert "certificate holds" not in words


def test_a_city_shows_its_budget_and_whose_plan_is_like_its_own(client):
    words = said(client, "/cities/110000")
    assert "The plan uses 35 m CNY of the 3.0 bn CNY of Beijing" in words
    assert "they share 100 % of their solutions" in words


def test_the_assumptions_show_people_standards_and_regions_with_their_sources(client):
    words = " ".join(read(client.get("/about/assumptions").text).words)
    assert "Information and communications professionals" in words
    assert "Urban public information platform" in words
    assert "Interim measures for the administration of national smart city pilots" in words
    assert "Liaoning, Jilin, Heilongjiang" in words
