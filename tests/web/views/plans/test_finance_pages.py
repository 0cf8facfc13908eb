"""No figure of money on a finance page without currency and unit, prices, real or nominal, and evidence.

A page says them once, at its head, or in the section of the figure.
"""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import polars as pl
import pytest

MONEY = re.compile(r"\b[A-Z]{3} -?[\d.,]+\b|\b[A-Z]{3} million\b|\b[Mm]illion,? [A-Z]{3}\b")
UNIT = re.compile(r"\bUnit\b|posts|\b[A-Z]{3} million|\bmillions?\b|\b[A-Z]{3}\b.*\bmillion", re.IGNORECASE)
EVIDENCE = re.compile(
    r"\b(published|derived|by definition|assumptions?|verified|not stated|set for this plan)\b"
)
AMOUNT = re.compile(r"^-?[\d.,]+$")
COUNTED = re.compile(
    r"year|started|under construction|completed|used|places|cities|projects|fully|share of planned|"
    r"share of the most ever spent|knowing|posts|units|contracted$|moved|put off|by itself|of those left|"
    r"left after|^of all$",
    re.IGNORECASE,
)
"""Columns of figures that are no money: years, counts, shares."""


class Section(HTMLParser):
    """A section of a page: its words, and its tables as caption, heads and rows."""

    def __init__(self, source):
        super().__init__()
        self.words, self.tables, self._into = [], [], None
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append({"caption": [], "heads": [], "rows": []})
        elif self.tables and tag == "tr":
            self.tables[-1]["rows"].append([])
        if tag == "caption":
            self._into = self.tables[-1]["caption"]
        elif tag in ("th", "td") and self.tables:
            self._into = []
            self.tables[-1]["rows"][-1].append(self._into)

    def handle_endtag(self, tag):
        if tag in ("caption", "th", "td"):
            self._into = None

    def handle_data(self, data):
        self.words.append(data)
        if self._into is not None:
            self._into.append(data)


def said(parts):
    return " ".join(" ".join(parts).split())


def sections(source):
    """Return name and content of each section of a page."""
    source = re.sub(r"<(script|svg)\b.*?</\1>", " ", source, flags=re.DOTALL)
    for opening, body in re.findall(r"<section([^>]*)>(.*?)</section>", source, re.DOTALL):
        name = re.search(r'id="([^"]*)"', opening)
        yield name.group(1) if name else opening.strip(), Section(body)


def said_once(source):
    """Return what the head of a page says of all its amounts."""
    words = next((unescape(said(section.words)) for _, section in sections(source)), "")
    basis = re.search(r"Amounts: .*weakest evidence behind them: [a-z ]+", words)
    return basis[0] if basis else ""


def lacks_unit(table, basis):
    """Return the heads of columns of plain amounts to which nothing gives a currency and unit."""
    rows = [[said(cell) for cell in row] for row in table["rows"] if row]
    heads, *body = rows
    caption = f"{basis} {said(table['caption'])} {'Unit' if 'Unit' in heads else ''}"
    for at, head in enumerate(heads):
        cells = [row[at] for row in body if len(row) == len(heads)]
        plain = any(AMOUNT.match(cell) for cell in cells)
        if plain and not COUNTED.search(head) and not head.isdigit() and not UNIT.search(f"{head} {caption}"):
            yield head


def misses(source, *, only=""):
    """Return what is not said of the money of a page: (section, what), of all sections or of one."""
    basis = said_once(source)
    for name, section in sections(source):
        text = f"{basis} {unescape(said(section.words))}"
        if not MONEY.search(said(section.words)) or (only and name != only):
            continue
        if not re.search(r"prices of|\d{4} prices|nominal", text):
            yield name, "price year"
        if not re.search(r"\b(real|nominal)\b", text):
            yield name, "real or nominal"
        if not EVIDENCE.search(text):
            yield name, "evidence"
        for table in section.tables:
            yield from ((name, f"unit of {head}") for head in lacks_unit(table, basis))


def check(client, address, only=""):
    page = client.get(address)

    assert page.status_code == 200
    assert any(MONEY.search(said(section.words)) for _, section in sections(page.text))
    assert list(misses(page.text, only=only)) == []


@pytest.mark.parametrize("address", ["/plan", "/plan/money", "/plan/afterwards", "/plan/risks", "/market"])
def test_every_figure_of_money_says_unit_prices_real_or_nominal_and_evidence(client, address):
    check(client, address)


@pytest.mark.parametrize("code", ["340100", "110000"])
def test_the_plan_of_a_city_says_its_money_in_full(client, code):
    check(client, f"/cities/{code}/plan")


@pytest.mark.parametrize("kind", ["cost-only", "earning"])
def test_the_appraisal_of_a_project_and_why_it_is_planned_say_their_money_in_full(client, programme, kind):
    row = programme.adopted("appraisal").table.filter(kind=kind).row(0, named=True)

    check(client, f"/cities/{row['city']}/explain/appraisal")
    check(client, f"/cities/{row['city']}/explain/appraisal?name={row['solution']}")
    check(client, f"/plan/why?city={row['city']}&solution={row['solution']}")


def test_what_suits_a_mandate_says_its_money_in_full(client, programme):
    codes = [mandate.code for mandate in programme.market.mandates()]

    assert codes
    for code in codes:
        assert list(misses(client.get(f"/market?mandate={quote(code)}").text)) == []


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        ("<p>CNY 5 million</p>", ["price year", "real or nominal", "evidence"]),
        ("<p>CNY 5 million in real terms, at 2016 prices, assumption</p>", []),
        ("<p>CNY 5 million nominal, published</p><table><tr><th>Limit</th></tr><tr><td>3.5</td></tr></table>",
         ["unit of Limit"]),
        ("<p>7 projects</p>", []),
    ],
)  # fmt: skip
def test_the_walk_finds_what_is_not_said(source, lacking):
    assert [what for _, what in misses(f"<section id='x'>{source}</section>")] == lacking


def test_the_years_after_the_plan_reach_to_the_last_payment_and_add_up_as_the_command_says(client, programme):
    rows = next(
        section.tables[0]["rows"]
        for name, section in sections(client.get("/plan/afterwards").text)
        if name == "upkeep"
    )
    space = programme.finances.space()
    shown = [[said(cell) for cell in row] for row in rows[1:]]

    assert [row[0] for row in shown] == [str(year) for year in space.later["year"].unique().sort()]
    assert [row[4] for row in shown] == [f"{used:,.0f}" for used in space.yearly(space.later)["used"]]


def test_fiscal_space_and_sources_and_uses_are_answered_with_unit_and_evidence(client, programme):
    space, uses = (client.get(f"/api/finance/{noun}").json() for noun in ("space", "uses"))
    money = programme.adopted("plan").money
    paid = sum(row["amount"] for row in uses["rows"] if row["use"] == "capital")

    assert len(space["cities"]) == programme.finances.space().table.height
    assert "in real terms, at " in space["unit"]
    assert set(space["evidence"]) == {"running", "repaid", "limit"}
    assert paid == pytest.approx(money.filter(kind="capital")["amount"].sum())


def test_liabilities_are_answered_by_year_and_place_and_the_page_shows_the_same(client, programme):
    answer = client.get("/api/finance/liabilities").json()
    debt = programme.finances.debt()
    rows = next(
        section.tables[0]["rows"]
        for name, section in sections(client.get("/plan/afterwards").text)
        if name == "liabilities"
    )

    assert "in real terms, at " in answer["unit"]
    assert answer["evidence"] == debt.evidence
    assert len(answer["places"]) == debt.table.height
    owed = {str(row["year"]): f"{row['debt']:,.0f}" for row in answer["years"]}
    assert {said(row[0]): said(row[1]) for row in rows[1:]}.items() <= owed.items()


@pytest.mark.parametrize("page", ["/plan/money", "/plan/risks"])
def test_what_nobody_has_signed_is_one_line_with_its_funds(client, programme, page):
    parts = programme.finances.signed().by_fund
    line = re.search(r"Not signed: (CNY [\d.]+ billion)\. Of this: ([^<]*)", unescape(client.get(page).text))
    assert line[1] == f"CNY {parts['unsigned'].sum() / 1000:.3g} billion"
    assert len(re.findall(r"CNY", line[2])) == parts.height


def test_what_unsigned_money_costs_is_told_by_payer_the_largest_loss_first(client, programme):
    page = client.get("/plan/risks").text
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition('id="threats"')[2].partition("</table>")[0])
    lost = [int(re.search(r">(\d+)%<", row)[1]) for row in rows[1:]]
    standing, shares = programme.finances.signed().standing, programme.plan_tables().shares()
    whole = 100 * shares.join(standing.filter(~pl.col("stands")), on="project", how="semi")["share"].sum()
    outside = [share for share, row in zip(lost, rows[1:], strict=True) if "Budget money from" not in row]

    assert len(outside) == programme.finances.signed().by_fund.height > 1
    assert len(lost) == len(outside) + 2  # the cities, and the nation
    assert lost == sorted(lost, reverse=True)
    assert outside[0] <= round(whole) <= sum(outside) + len(outside)


def test_what_leaves_little_room_is_said_in_the_words_and_numbers_of_the_pages_it_leads_to(client):
    panel = client.get("/plan/risks").text.partition('id="limits"')[2].partition("</section>")[0]
    linked = re.findall(r'<p>([^<]+) <a href="(/plan/[a-z]+)#', panel)
    assert [address for _, address in linked] == ["/plan/money", "/plan/staff"]
    for sentence, address in linked:
        assert sentence in client.get(address).text


def test_what_is_signed_adds_up_to_the_capital_of_the_plan(client, programme):
    answer = client.get("/api/finance/signed").json()
    money = programme.adopted("plan").money.filter(kind="capital")["amount"].sum()

    assert sum(row["budgets"] + row["signed"] + row["unsigned"] for row in answer["years"]) == pytest.approx(
        money
    )
    assert answer["standing"] <= answer["projects"] == programme.adopted("plan").table.height


@pytest.mark.parametrize("address", ["/api/finance/mix", "/api/finance/mix?code=340100"])
def test_the_mix_pays_for_everything_or_says_what_nobody_pays(client, programme, address):
    answer = client.get(address).json()
    table = programme.adopted("plan").table
    rows = table if address.endswith("mix") else table.filter(city="340100")
    paid = sum(row["amount"] for row in [*answer["instruments"], *answer["short"]])

    assert paid == pytest.approx(rows["capital"].sum(), rel=1e-6)
    assert "in real terms, at " in answer["unit"]


def test_of_a_cost_only_project_the_answer_says_only_that(client, programme):
    table = programme.adopted("appraisal").table
    code = table.filter(kind="cost-only")["project"][0]
    earning = table.filter(kind="earning")["project"][0]

    assert client.get(f"/api/finance/projects/{code}").json() == {"project": code, "kind": "cost-only"}
    assert {"rates", "profile", "cover"} <= set(client.get(f"/api/finance/projects/{earning}").json())
    assert client.get("/api/finance/projects/none").status_code == 404
    assert client.get("/api/finance/mix?code=none").status_code == 404


def test_the_page_of_the_plan_says_which_share_of_projects_is_cost_only(client, programme):
    table = programme.adopted("appraisal").table
    share = table.filter(kind="cost-only").height / table.height
    section = next(one for name, one in sections(client.get("/plan/money").text) if name == "paying")

    assert f"({share:.1%}" in said(section.words)
