"""The programme joins the rooms: what is adopted stays as published, whatever is reported later."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

import urbium as ub
from urbium.access import ANYBODY
from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.examples.demo import SEARCH_WORK
from urbium.model import City

HEADER = "city_code,variable,period,value,unit,status,area,source_id\n"


@pytest.fixture
def programme(demo_copy):
    """A copy of the demo programme that a test may change."""
    with ub.open(demo_copy) as opened:
        yield opened


@pytest.fixture
def corrected(programme, tmp_path):
    """The demo programme after a report: Shijiazhuang corrects its hospital beds of 2012."""
    file = tmp_path / "correction.csv"
    file.write_text(
        HEADER + "130100,hospital_beds,2012,70000,beds,reported,prefecture,ccsy\n", encoding="utf-8"
    )
    programme.load(file, by="Shijiazhuang", reason="recount")
    return programme


def score_of(scores, city):
    return scores.table.filter(scores.table["city"] == city)["score"].item()


def test_a_figure_of_another_source_that_counts_from_then_on_is_a_correction(programme, tmp_path):
    file = tmp_path / "of the city.csv"
    file.write_text(
        HEADER + "340200,hospital_beds,2012,15000,beds,reported,prefecture,wup14\n", encoding="utf-8"
    )
    arrivals = programme.arrivals(programme.check(file))
    assert (arrivals.new, arrivals.changed, arrivals.disputed) == (1, 0, 1)
    receipt = programme.load(file, by="Wuhu", reason="recount")

    found = programme.news.corrected(receipt.recorded_at - timedelta(microseconds=1))
    assert found.select("before", "before_source", "value", "source", "recorded_by", "reason").rows() == [
        (13655.0, "ccsy", 15000.0, "wup14", "Wuhu", "recount")
    ]
    before = programme.workspace.known_when_adopted("plan")
    told = [str(one.said) for one in programme.city_news.since(ANYBODY, "340200", before, most=100)]
    assert "1 figure was corrected: Beds in hospitals and health centres." in told
    assert not any("entered" in one for one in told)


def test_an_adopted_score_stays_as_published_after_a_correction(programme, tmp_path):
    published = score_of(programme.adopted("scores"), "130100")
    file = tmp_path / "correction.csv"
    file.write_text(
        HEADER + "130100,hospital_beds,2012,70000,beds,reported,prefecture,ccsy\n", encoding="utf-8"
    )
    programme.load(file, by="Shijiazhuang", reason="recount")

    assert score_of(programme.adopted("scores"), "130100") == published
    assert score_of(programme.measure("yearbook", period=2012), "130100") != published


def test_another_process_reads_the_same_adopted_plan(programme, demo_copy):
    plan = programme.adopted("plan")
    with ub.open(demo_copy) as other:
        again = other.adopted("plan")

    assert again.table.equals(plan.table)
    assert (again.objective, again.bound) == (plan.objective, plan.bound)


def test_a_correction_is_explained_with_the_figure_it_replaced(corrected):
    told = corrected.explain("130100", "figure", "hospital_beds", period="2012")

    assert told.value == 70000
    assert told.origin.recorded_by == "Shijiazhuang"
    assert len(told.children) == 1
    assert told.children[0].origin.file == "observations.csv"


def test_every_figure_that_reached_a_score_has_file_cell_publisher_and_licence(demo):
    origins = [node for node in demo.explain("130100").walk() if node.kind == "observation"]

    assert len(origins) > 10
    assert all(
        node.origin
        and node.origin.file
        and node.origin.cell
        and node.origin.publisher
        and node.origin.licence
        for node in origins
    )


def test_no_suspect_figure_reached_a_score(demo):
    used = demo.adopted("scores").used

    assert used.height > 3000
    assert "suspect" not in set(used["status"])


def test_a_figure_never_stored_is_said_to_be_unknown(demo):
    with pytest.raises(NotFoundError, match="no gdp for 130100 is stored for 1999"):
        demo.explain("130100", "figure", "gdp", period="1999")


def test_a_city_is_found_by_its_english_name(demo):
    assert demo.city("shijiazhuang").code == "130100"


def test_a_name_that_two_cities_bear_is_not_guessed(demo):
    with pytest.raises(
        NotFoundError, match=r"write one of these codes: 320500 \(Jiangsu\), 341300 \(Anhui\)"
    ):
        demo.city("Suzhou")
    names = demo.register.names()
    assert [str(names[code]) for code in ("320500", "341300", "340200")] == [
        "Suzhou (Jiangsu)", "Suzhou (Anhui)", "Wuhu",
    ]  # fmt: skip
    assert (names["341300"].render("zh"), demo.city("Suzhou (Anhui)").code) == ("宿州市", "341300")


def test_money_cannot_be_adopted_apart_from_its_plan(demo):
    with pytest.raises(InputError, match="adopt scores, a plan, or the population outlook"):
        demo.adopt(demo.finance(), by="office")


def test_an_empty_programme_says_what_to_run_first(tmp_path):
    with (
        ub.new(tmp_path / "own.db") as empty,
        pytest.raises(NotFoundError, match="no plan has been adopted yet; run urbium plan --years"),
    ):
        empty.finance()


def test_the_demo_never_opens_another_programme(tmp_path):
    ub.new(tmp_path / "own.db").close()

    with pytest.raises(ConflictError, match="a different programme"):
        ub.open_demo(tmp_path / "own.db")


def test_a_demo_that_is_stopped_half_way_leaves_no_file(tmp_path):
    def stop(name, done, _total):
        if done:
            raise KeyboardInterrupt(name)

    with pytest.raises(KeyboardInterrupt):
        ub.open_demo(tmp_path / "demo.db", on_step=stop)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_demo_that_is_stopped_while_it_plans_is_finished_by_the_next_call(tmp_path, monkeypatch):
    """As `urbium demo` does it: pages are served of the scored cities, and the plan follows.

    It is searched for a tenth as long: which plan is found is no matter here.
    """
    monkeypatch.setattr("urbium.examples.demo.SEARCH_WORK", SEARCH_WORK / 10)
    with ub.open_demo(tmp_path / "demo.db", with_plan=False) as begun:
        assert begun.adopted("plan") is None
        assert begun.adopted("scores").table.height == 285
        assert begun.adopted("outlook").table["city"].n_unique() == 285
    steps = []
    with ub.open_demo(tmp_path / "demo.db", on_step=lambda name, *_: steps.append(name.code)) as finished:
        assert finished.adopted("plan").table.height > 0
    with ub.open_demo(tmp_path / "demo.db", on_step=lambda name, *_: steps.append(name.code)) as again:
        assert again.workspace.is_adopted("plan")

    first = ["demo.platform", "demo.plan", "demo.publish", "demo.ready"]
    assert steps == [*first, "demo.ready"], "nothing is left to make the second time"


def test_a_demo_never_takes_away_what_stands_beside_it(tmp_path):
    (tmp_path / "demo.db.building-notes.txt").write_text("mine", encoding="utf-8")

    def stop(name, done, _total):
        if done:
            raise KeyboardInterrupt(name)

    with pytest.raises(KeyboardInterrupt):
        ub.open_demo(tmp_path / "demo.db", on_step=stop)

    assert [path.name for path in tmp_path.iterdir()] == ["demo.db.building-notes.txt"]


def test_a_demo_at_an_address_never_writes_into_another_programme(tmp_path):
    address = f"sqlite:///{tmp_path / 'own.db'}"
    ub.new(address).close()

    with pytest.raises(ConflictError, match="a different programme"):
        ub.open_demo(address)
    with pytest.raises(ConflictError, match="already a programme"):
        ub.new(address)


@pytest.mark.long
def test_adopted_scores_do_not_change_when_another_city_joins(programme):
    before = programme.adopted("scores").table
    programme.register(cities=[City("999999", {"en": "Newtown"}, "town")], by="office", reason="joins")

    assert programme.adopted("scores").table.equals(before)
    assert programme.measure("yearbook", period=2012, runs=0).table.height == before.height + 1


def test_figures_of_another_boundary_are_never_told_as_earlier_versions(programme, tmp_path):
    file = tmp_path / "districts.csv"
    file.write_text(
        HEADER + "130100,population_year_end,2012,260,10k persons,reported,urban districts,wup18\n",
        encoding="utf-8",
    )
    programme.load(file, by="office", reason="another boundary")
    told = programme.explain("130100", "figure", "population_year_end", period="2012")

    assert told.area == "prefecture"
    assert all(child.area == "prefecture" for child in told.children)


def test_a_nation_has_no_projects(demo):
    with pytest.raises(NotFoundError, match="projects are in cities"):
        demo.why("CHN", "SPONGE")


@pytest.mark.parametrize("seconds", [0, -3, float("nan"), float("inf")])
def test_a_search_without_time_is_refused(demo, seconds):
    with pytest.raises(InputError, match="allow more than 0 seconds"):
        demo.plan(years="2016-2017", budget="1 bn CNY/year", time_limit=seconds)


@pytest.mark.parametrize("gap", [-0.1, float("nan")])
def test_a_gap_that_is_none_is_refused(demo, gap):
    with pytest.raises(InputError, match="enter a share of 0 or more"):
        demo.plan(years="2016-2017", budget="1 bn CNY/year", gap=gap)


def test_a_plan_of_a_lifetime_is_refused(demo):
    with pytest.raises(InputError, match="plan for 1 to 30 years"):
        demo.plan(years="2016-2100", budget="1 bn CNY/year")


@pytest.fixture
def own(demo):
    """The adopted roadmap of Hefei, with a project of its own that it must build."""
    road = demo.adopted("plan").roadmap.of_city("340100")
    tram = road.projects.head(1).with_columns(
        project=pl.lit("340100:TRAM"), solution=pl.lit("TRAM"), capital=20.0, status=pl.lit("mandatory"),
        finance_models=pl.lit("MDB"), evidence=pl.lit("published"), note=pl.lit("tender of 2015"),
    )  # fmt: skip
    effect = road.effects.head(1).with_columns(project=pl.lit("340100:TRAM"), effect=0.4, note=pl.lit(""))
    return road.replace(projects=pl.concat([road.projects, tram]), effects=pl.concat([road.effects, effect]))


def test_a_city_plans_a_project_of_its_own(programme, own, tmp_path):
    plan = programme.plan(own.save(tmp_path / "hefei.xlsx"), work_limit=20)
    programme.adopt(plan, by="Hefei", reason="with its tram")
    told = programme.why("340100", "TRAM")

    assert "in the plan" in told.value
    assert "tender of 2015" in str(told)
    assert "these figures come from the roadmap itself" in str(told)
    assert plan.certificate.is_valid


def test_a_roadmap_of_a_lifetime_is_refused(demo, own):
    with pytest.raises(InputError, match="plan for 1 to 30 years"):
        demo.plan(own.replace(years=range(2016, 2100)))


def test_a_roadmap_of_cities_that_are_not_registered_is_refused(demo, towns):
    with pytest.raises(InputError, match="not registered: A, B"):
        demo.plan(towns.towns_roadmap())


def test_a_plan_is_asked_for_by_years_and_budget_or_by_a_roadmap(demo, own):
    with pytest.raises(InputError, match="neither a roadmap nor years and a budget"):
        demo.plan(years="2016-2017")
    with pytest.raises(InputError, match="a roadmap has its own years"):
        demo.plan(own, budget="1 bn CNY/year")


def test_a_catalogue_that_is_not_there_leaves_no_programme_behind(tmp_path):
    with pytest.raises(NotFoundError, match="no such folder"):
        ub.new(tmp_path / "own.db", catalogue=tmp_path / "nowhere")

    assert not (tmp_path / "own.db").exists()


@pytest.mark.long  # a whole outlook
def test_a_roadmap_is_sized_for_the_people_whom_the_adopted_outlook_expects(demo):
    road = demo.roadmap(years="2016-2020", budget="12 bn CNY/year")
    today = demo.roadmap(years="2016-2020", budget="12 bn CNY/year", without=["growth"])
    paths = demo.adopted("outlook").paths(["130100"])
    expected = paths.values[0, paths.years.tolist().index(2020)].mean()

    assert road.cities.filter(pl.col("city") == "130100")["weight"].item() == pytest.approx(expected / 1e6)
    assert (road.cities["weight"] / today.cities["weight"]).mean() > 1
    assert "x " not in " ".join(today.cities["note"].str.replace("x urban share", ""))


@pytest.mark.long
def test_a_roadmap_beyond_the_outlook_is_sized_for_the_people_of_today(demo):
    road = demo.roadmap(years="2036-2040", budget="12 bn CNY/year")

    assert road.cities["note"].str.contains("no outlook starts from this figure").all()


def test_a_city_that_no_plan_knows_has_no_weight_in_it(programme):
    road = programme.adopted("plan").roadmap
    gone = road.cities["city"][0]
    less = road.of_city(road.cities["city"][1])
    omitted = pl.DataFrame({"city": [gone], "solution": ["IOC"], "reason": ["nobody knows its people"]})
    whole = programme.adopted("plan")
    table, money = (rows.filter(pl.col("city") != gone) for rows in (whole.table, whole.money))
    plan = replace(whole, roadmap=less.replace(omitted=omitted), table=table, money=money)
    programme.adopt(plan, by="office", reason="tried", accept_unproven=True)

    told = programme.why(gone, "IOC")
    assert "weight of the city in the plan" not in str(told)


def test_who_asks_for_one_result_does_not_wait_for_another(programme):
    plan, begun, may_end = programme.adopted("plan"), threading.Event(), threading.Event()

    def slowly():
        begun.set()
        may_end.wait(30)
        return plan

    slow = threading.Thread(target=programme.once, args=("slow", slowly))
    slow.start()
    begun.wait(30)
    programme.once("quick", lambda: plan)
    is_waiting = slow.is_alive()
    may_end.set()
    slow.join()

    assert is_waiting


def test_a_result_that_two_ask_for_is_made_once(programme):
    plan, made, meet = programme.adopted("plan"), [], threading.Barrier(2)

    def make():
        made.append(1)
        time.sleep(0.2)
        return plan

    def ask():
        meet.wait(30)
        programme.once("shared", make)

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()

    assert made == [1]
