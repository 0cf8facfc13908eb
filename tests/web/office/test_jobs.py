"""Long work at the desk: who sees it, faults at their fields, a job's page from its begin to its end."""

import re
import time

import polars as pl
import pytest

from english_words import MOST, said_of
from life_of import with_plan
from urbium.pilot.fields import field_words
from urbium.programme.worker import do
from urbium.web.desk.forms import Field
from urbium.web.office.budget import Adopted
from urbium.web.rendering.words import number

NOW = time.time_ns() // 1000 + 10**9  # later than every clock of the tests
FORM = {"ticks": "sent", "years": "2020-2022", "budget": "20", "currency": "GBP", "work_limit": "5"}


@pytest.fixture(scope="module")
def programme(towns):
    with with_plan(towns) as programme:
        yield programme


@pytest.fixture
def office(as_somebody, programme, towns, monkeypatch):
    monkeypatch.setattr(programme.plans, "roadmap", lambda **_: towns.towns_roadmap())
    return as_somebody("olga")


def send(visitor, page, address, **fields):
    """Send a form of a page with its secret."""
    csrf = re.search(r'name="csrf" value="(\w+)"', visitor.get(page).text)[1]
    return visitor.post(address, data={"csrf": csrf} | fields, follow_redirects=False)


def begun(visitor, kind, **fields):
    """Begin work by its form, and return the address of its page."""
    answer = send(visitor, f"/office/begin/{kind}", f"/office/begin/{kind}/send", **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def work(programme, address, *, leased_only=False):
    id_ = address.rpartition("/")[2]
    assert programme.store.jobs.lease("w", now=NOW, until=NOW + 1).id == id_
    if not leased_only:
        do(programme, id_, "w")


PAGES = ("/office", "/office/plans", "/office/begin/plan", "/office/begin/measure", "/office/jobs/none")


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_of_the_office_is_refused_and_a_guest_is_led_to_sign_in(as_somebody, page):
    for who in ("carl", "sven", "pia", "eva"):
        assert as_somebody(who).get(page).status_code == 404
    assert as_somebody("").get(page, follow_redirects=False).status_code == 303


def test_no_form_of_another_persons_page_begins_work_or_proposes(as_somebody, programme):
    before = len(programme.store.jobs.listed(None))
    carl = as_somebody("carl")
    for address in ("/office/begin/plan/send", "/office/plans/propose"):
        assert send(carl, "/account", address, **FORM, name="adopted").status_code == 404
    assert len(programme.store.jobs.listed(None)) == before


@pytest.mark.parametrize("kind", ["measure", "forecast", "plan", "replan", "publish"])
def test_each_kind_has_a_form_with_words_for_every_field(office, kind):
    page = office.get(f"/office/begin/{kind}").text
    assert f'action="/office/begin/{kind}/send"' in page
    assert 'name="reason"' in page
    assert office.get("/office").text.count(f"/office/begin/{kind}") == 1


def test_the_form_of_a_plan_begins_with_the_years_and_money_of_the_programme(office):
    page = office.get("/office/begin/plan").text
    assert 'name="years" value="2020-2022"' in page
    assert re.search(r'<option value="GBP" selected', page)
    assert "Development bank loan" in page
    assert "Operations centre" in page or "operations" in page.lower()


def test_the_form_says_what_the_adopted_plan_has_of_money(office, programme):
    page = " ".join(office.get("/office/begin/plan").text.split())
    of_nation = programme.adopted("plan").roadmap.budgets.row(
        by_predicate=(pl.col("place") == "nation") & (pl.col("year") == 2020), named=True
    )["amount"]
    assert f"The adopted plan has GBP {of_nation:g} million a year and spends at most GBP " in page
    assert "adopted plan: no separate limit for this fund; " in page


def test_the_form_says_how_much_the_adopted_plan_uses_of_a_fund(demo):
    paid = demo.adopted("plan").money.filter(fund="BANK")
    used = max(paid.filter(year=year)["amount"].sum() for year in demo.adopted("plan").start_years)
    assert Adopted(demo).of_fund("BANK").endswith(f"; uses at most CNY {number(used)} million in a year")


def test_the_budget_of_the_adopted_plan_is_named_as_it_was_asked_for(demo):
    (budget,) = Adopted(demo).budget.unique()
    assert budget == 12_000
    net = demo.adopted("plan").roadmap.budgets.filter(pl.col("place") == "nation")["amount"][0]
    assert Adopted(demo).added == pytest.approx(12_000 - net, abs=1e-3) != 0
    field = Field("budget", field_words("job_plan", "budget"), "number", "")
    said = Adopted(demo).beside(field).words.help
    assert said.startswith("The adopted plan has CNY 12,000 million a year, including CNY 332.81 million for")


def test_a_budget_is_explained_in_the_money_of_its_field(office):
    def said(written):
        answer = send(office, "/office/begin/plan", "/office/begin/plan/send", **FORM | {"budget": written})
        assert answer.status_code == 422
        return re.search(r'id="wrong-budget">(.*?)</small>', answer.text)[1]

    for written in ("much", "-5", "8 loads"):
        assert re.search(r"write a number, such as [\d.]+ \(GBP million\)", said(written))
        assert "EUR" not in said(written)


def test_a_budget_is_read_as_pages_write_numbers(office, programme):
    address = begun(office, "plan", **FORM | {"budget": "8,000"})
    assert "GBP 8 billion a year" in office.get(address).text
    send(office, address, f"{address}/cancel")


def test_a_budget_is_read_with_the_word_of_the_language_for_its_size(office):
    chinese = {"Accept-Language": "zh"}
    csrf = re.search(r'name="csrf" value="(\w+)"', office.get("/office/begin/plan").text)[1]
    sent = FORM | {"csrf": csrf, "budget": "58亿英镑", "years": "20-2"}
    page = office.post("/office/begin/plan/send", data=sent, headers=chinese).text
    assert 'id="wrong-years"' in page
    assert 'id="wrong-budget"' not in page


@pytest.mark.parametrize(
    ("place", "typed"),
    [("currency", {"budget": "20", "currency": "USD"}), ("budget", {"budget": "20 m USD/year"})],
)
def test_a_currency_without_a_rate_is_refused_at_once_at_its_field(office, programme, place, typed):
    before = len(programme.store.jobs.listed(None))
    answer = send(office, "/office/begin/plan", "/office/begin/plan/send", **FORM | typed)
    assert answer.status_code == 422
    said = re.search(rf'id="wrong-{place}">(.*?)</small>', answer.text)[1]
    assert "No exchange rate from USD to GBP is known" in said
    assert "write the amount in one of these currencies: GBP" in said
    assert "urbium settings" not in answer.text
    assert len(programme.store.jobs.listed(None)) == before


def test_everything_that_is_wrong_stands_at_its_field_and_what_was_typed_stays(office):
    wrong = {
        **FORM, "years": "20-2", "budget": "much", "gap": "7", "seed": "often", "must[0].solution": "IOC",
        "must[0].city": "Astin", "weights[0].name": "water", "weights[0].value": "0.7",
        "without[0].name": "people", "without[0].value": "yes",
    }  # fmt: skip
    answer = send(office, "/office/begin/plan", "/office/begin/plan/send", **wrong)
    assert answer.status_code == 422
    marked = set(re.findall(r'id="wrong-([^"]+)"', answer.text))
    assert marked == {"years", "budget", "gap", "seed", "must[0].city"}
    assert "Aston" in re.search(r'id="wrong-must\[0\].city">(.*?)</small>', answer.text)[1]
    assert 'value="20-2"' in answer.text
    assert re.search(r'name="without\[0\].value" value="yes" checked', answer.text)


def test_a_plan_is_begun_followed_and_kept(office, programme):
    address = begun(office, "plan", **FORM, name="by form", reason="a try")
    waiting = office.get(address).text
    assert "Waiting for a free worker" in waiting
    assert "GBP 20 million a year" in waiting
    assert "Stop and keep" not in waiting
    work(programme, address)
    page = office.get(address).text
    assert "Plan: <span" in page
    assert "Benefit of the best plan and its bound" in page
    assert 'href="/plan/compare?b=by%20form"' in page
    assert "See how far it has got" not in page
    plans = office.get("/office/plans").text
    assert "by form" in plans
    assert "Gain and bound: years of weighted improvement" in plans
    chinese = {"Accept-Language": "zh"}
    assert "个项目的规划" in office.get(address, headers=chinese).text.partition('id="result"')[2]
    compared = office.get("/plan/compare?a=adopted&b=by%20form", headers=chinese).text
    assert ">adopted<" not in compared
    share, said = said_of("compare", compared[compared.index("<main") :], programme)
    assert share <= MOST, said


def test_the_list_names_a_plan_says_what_was_asked_and_leads_to_what_was_made(office, programme):
    address = begun(office, "plan", **FORM, name="listed one")
    assert "listed one" in office.get("/office").text, "while it waits"
    work(programme, address)
    row = re.search(rf'<a href="{address}">.*?</tr>', office.get("/office").text, re.DOTALL)[0]
    assert "listed one" in row
    assert "2020–2022" in row or "2020-2022" in row
    assert 'href="/plan/compare?b=listed%20one"' in row


def test_a_search_is_stopped_by_a_button_and_its_plan_is_kept(office, programme):
    address = begun(office, "plan", **FORM, name="stopped")
    work(programme, address, leased_only=True)
    assert "Stop and keep the best plan" in office.get(address).text
    id_ = address.rpartition("/")[2]
    for share, is_offered in ((1.0, False), (0.5, True)):
        programme.store.jobs.report(id_, "w", {"share": share, "seconds": 9.0}, now=NOW)
        assert ("Stop and keep the best plan" in office.get(address).text) is is_offered
    assert send(office, address, f"{address}/stop").headers["location"] == address
    assert "The job is ending" in office.get(address).text
    do(programme, address.rpartition("/")[2], "w")
    assert programme.plan_called("stopped").settings["ended_by"] == "stop"
    said = "he search was stopped before it had tried anything: this is the plan it started from"
    assert said in office.get(address).text
    assert said in office.get("/office/plans").text


def test_work_is_thrown_away_by_a_button(office, programme):
    address = begun(office, "publish", reason="monthly")
    send(office, address, f"{address}/cancel")
    assert "Discarded" in office.get(address).text
    assert office.get("/office").text.count("Publication") >= 1


def test_work_that_failed_says_why(office, programme):
    address = begun(office, "measure", ticks="sent", index="yearbook", period="1901")
    work(programme, address)
    page = office.get(address).text
    assert "Failed" in page
    assert 'class="notice refused"' in page
    again = re.search(r'href="(/office/begin/measure\?again=[^"]+)">Correct and begin again', page)[1]
    assert 'name="period" value="1901"' in office.get(again).text
    assert office.get(again.replace("measure", "plan")).status_code == 404


def test_a_plan_that_was_thrown_away_is_begun_again_with_what_was_typed(office, programme):
    typed = FORM | {
        "budget": "21.5",
        "years": "2021-2022",
        "must[0].solution": "IOC",
        "must[0].city": "Aston",
    }
    address = begun(office, "plan", **typed)
    send(office, address, f"{address}/cancel")
    again = re.search(r'href="([^"]+)">Correct and begin again', office.get(address).text)[1]
    page = office.get(again).text
    assert 'name="budget" value="21.5"' in page
    assert 'name="years" value="2021-2022"' in page
    assert 'name="must[0].city" value="Aston"' in page
    assert re.search(r'<option value="GBP" selected', page)


def test_a_kept_plan_is_proposed_by_one_person_and_adopted_by_another(as_somebody, office, programme):
    address = begun(office, "plan", **FORM, name="to adopt")
    work(programme, address)
    before = programme.workspace.adopted_number("plan")
    refused = send(office, "/office/plans", "/office/plans/propose", name="no such", note="why")
    assert refused.status_code == 404
    case = send(office, "/office/plans", "/office/plans/propose", name="to adopt", note="best").headers[
        "location"
    ]
    assert "Two people are needed" in office.get(case).text
    act = {"version": "1", "action": "adopt"}
    assert send(office, case, f"{case}/act", **act).status_code == 403
    assert programme.workspace.adopted_number("plan") == before

    other = as_somebody("oscar")
    assert "Adopt to adopt, or refuse it" in other.get("/desk").text
    assert case in other.get("/office/plans").text
    assert send(other, case, f"{case}/act", **act, answer="agreed").status_code == 303
    assert programme.workspace.adopted_number("plan") == before + 1
    assert case not in other.get("/office/plans").text


def test_who_adopts_a_plan_sees_what_it_would_replace(as_somebody, office, programme):
    programme.keep_plan(programme.adopted("plan"), name="the same", by="test", reason="to compare")
    case = send(office, "/office/plans", "/office/plans/propose", name="the same", note="best").headers[
        "location"
    ]
    other = as_somebody("oscar")
    page = other.get(case).text
    replaced = page[page.index('id="replaces"') :]
    assert "Share of the possible improvement that is achieved" in replaced
    assert "Proven gap" in replaced
    assert "Targets missed" in replaced
    assert "These inputs differ" not in replaced, "it is the same plan"
    assert "as in the adopted plan, 0 starting in different years, 0 new, 0 dropped." in replaced
    assert 'href="/plan/compare?a=adopted&amp;b=the%20same"' in replaced
    decline = {"version": "1", "action": "decline", "answer": "no change"}
    assert send(other, case, f"{case}/act", **decline).status_code == 303
    assert 'id="replaces"' not in other.get(case).text


def test_the_address_to_which_a_form_is_sent_leads_to_the_form(office):
    answer = office.get("/office/begin/plan/send", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/begin/plan")


def test_a_job_that_has_no_form_stands_in_the_list_by_its_title_alone(office, programme):
    job = programme.jobs.begin(programme.people.named("olga"), "export", {})

    row = re.search(rf'<a href="/office/jobs/{job.id}">.*?</tr>', office.get("/office").text, re.DOTALL)[0]

    assert ": <span" not in row
