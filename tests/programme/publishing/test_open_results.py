"""Publications of adopted results and of finance: as they were adopted and signed, and nothing hidden."""

import json
import shutil
from io import BytesIO

import polars as pl
import pytest

from life_of import with_plan
from urbium import extras
from urbium.errors import InputError
from urbium.model import City, Source
from urbium.model.dossiers import Dossier
from urbium.programme import new, open_programme, start_catalogue
from urbium.programme.base.pinned import Difference
from urbium.programme.publishing import open_records
from urbium.publish.open_data import formats
from urbium.store import FileStamp

WHO = {"by": "ann", "reason": "a test"}
CITIES = {"1": 10.0, "2": 20.0, "3": 30.0, "4": 40.0, "5": 55.0}
"""Clinics of five Mexican cities of 100,000 people: their index runs from the fewest, 0, to the most, 100."""


@pytest.fixture(scope="module")
def country(tmp_path_factory, observe):
    """A programme whose catalogue has an index of one indicator: clinics for each 100,000 people."""
    folder = tmp_path_factory.mktemp("country")
    start_catalogue(folder / "catalogue")
    (folder / "catalogue" / "indicators" / "index_tree.csv").write_text(
        "index,id,parent,weight,name_en\nown_index,own_index,,1,Own\nown_index,own_clinics_per_100k,own_index,1,\n"
    )
    with new(folder / "mx.db", nation="MX", name="Ciudades") as programme:
        programme.import_catalogue(folder / "catalogue", **WHO)
        cities = [City(code, {"en": f"City {code}"}, "metro") for code in CITIES]
        programme.register(cities=cities, sources=[Source("inegi", "INEGI", "Counts")], **WHO)
        clinics = [(code, "own_clinics", 2020, number) for code, number in CITIES.items()]
        bring_in(programme, observe, *clinics, unit="count", quality="estimate with assumptions")
        bring_in(programme, observe, *((code, "population", 2020, 100_000.0) for code in CITIES))
    return folder / "mx.db"


@pytest.fixture
def mexico(country, tmp_path):
    with open_programme(shutil.copy(country, tmp_path / "mx.db")) as programme:
        yield programme


def measured(programme):
    return programme.measure("own_index", period=2020, runs=20)


def bring_in(programme, observe, *rows, **common):
    common = {"area": "city", "unit": "persons", "source": "inegi", "file": "f.csv"} | common
    table = observe(*rows, **common).drop("recorded_at", "recorded_by")
    programme.store.record(table, **WHO, file=FileStamp("f.csv", "0" * 64))


def table(programme, publication, name):
    content = programme.open_data.content(publication.id, f"{name}.csv")
    return pl.read_csv(BytesIO(content), infer_schema_length=None, schema_overrides={"place": pl.String})


def everything(programme, publication):
    return {
        file.name: programme.open_data.content(publication.id, file.name).decode()
        for file in publication.files
    }


def test_adopted_scores_are_published_with_their_ranks_bands_quality_and_what_they_rest_on(mexico):
    mexico.adopt(measured(mexico), **WHO)
    publication = mexico.publish(by="ann")

    rows = table(mexico, publication, "scores").sort("place")
    assert rows["value"].to_list() == pytest.approx([0.0, 100 * 10 / 45, 100 * 20 / 45, 100 * 30 / 45, 100.0])
    assert rows["rank"].to_list() == [5, 4, 3, 2, 1]
    assert (rows["rank_low"] <= rows["rank"]).all()
    assert (rows["rank_high"] >= rows["rank"]).all()
    facts = rows.select("variable", "period", "boundary", "quality", "status", "coverage").unique().rows()
    assert facts == [("index:own_index", 2020, "city", "estimate with assumptions", "computed", 1.0)]
    origin = dict(table(mexico, publication, "sources").select("source", "origin").iter_rows())
    known_on = mexico.adopted("scores").settings["as_known_on"]
    assert f"data as of {known_on}" in origin[rows["source"][0]]
    assert "index:own_index" in table(mexico, publication, "variables")["variable"].to_list()


def test_what_is_not_adopted_or_was_adopted_later_is_not_published(mexico):
    scores = measured(mexico)
    before = mexico.store.last_change()
    assert table(mexico, mexico.publish(by="ann"), "scores").is_empty()
    mexico.adopt(scores, **WHO)
    earlier = mexico.publish(by="ann", as_known_on=before)
    assert table(mexico, earlier, "scores").is_empty()
    assert "own_index" not in "".join(everything(mexico, earlier).values())


@pytest.mark.parametrize("status", ["suspect", "rejected"])
def test_a_score_that_rests_on_a_figure_that_is_no_longer_public_is_in_no_format(mexico, observe, status):
    mexico.adopt(measured(mexico), **WHO)
    score = 100 * 30 / 45
    assert str(score) in everything(mexico, mexico.publish(by="ann"))["scores.csv"]
    bring_in(mexico, observe, ("4", "own_clinics", 2020, 40.0), unit="count", status="suspect")
    if status == "rejected":
        mexico.store.reject(city="4", variable="own_clinics", period="2020", **WHO)
    publication = mexico.publish(by="ann")

    assert table(mexico, publication, "scores")["place"].to_list() == ["5", "3", "2", "1"]
    for name, content in everything(mexico, publication).items():
        assert str(score) not in content, name


def test_a_result_that_is_no_longer_made_again_as_it_was_adopted_is_left_out(mexico, monkeypatch):
    mexico.adopt(measured(mexico), **WHO)
    monkeypatch.setattr(open_records, "difference", lambda *_: Difference(1, 5, "0.0.1"))
    assert table(mexico, mexico.publish(by="ann"), "scores").is_empty()


def test_the_adopted_outlook_is_published_with_its_bands_and_not_what_was_observed(mexico, observe):
    for code, start in {"1": 500_000.0, "2": 900_000.0}.items():
        people = [
            (code, "population_agglomeration", year, start * 1.1 ** (year - 1990))
            for year in range(1990, 2021, 5)
        ]
        bring_in(mexico, observe, *people, area="agglomeration", quality="survey extrapolated")
    adopted = mexico.forecast("population", to=2030)
    mexico.adopt(adopted, **WHO)
    publication = mexico.publish(by="ann")

    rows = table(mexico, publication, "outlook")
    bands = ("value", "low80", "high80", "low95", "high95")
    wanted = adopted.table.filter(kind="projected").select(
        pl.col("city").alias("place"), pl.col("year").alias("period"), *bands
    )
    assert rows.select("place", "period", *bands).equals(wanted)
    assert rows.select("variable", "boundary", "unit", "status", "quality", "scenario").unique().rows() == [
        (
            "population_agglomeration",
            "agglomeration",
            "persons",
            "projected",
            "survey extrapolated",
            "expected",
        )
    ]
    bring_in(mexico, observe, people[-1], area="agglomeration", status="suspect")
    later = mexico.publish(by="ann")
    assert table(mexico, later, "outlook")["place"].unique().to_list() == ["1"]


DEAL = {
    "title": "Loan for Bourne", "signed_on": "2020-02-29", "note": "internal remark",
    "funding": [{"project": "B:IOC", "fund": "BANK", "amount": 12.0, "currency": "GBP"}],
}  # fmt: skip


@pytest.fixture
def britain(towns, observe):
    with with_plan(towns) as programme:
        programme.register(sources=[Source("inegi", "A statistician", "Counts")], **WHO)
        bring_in(programme, observe, ("A", "population", 2020, 100_000.0))
        yield programme


def put(programme, kind, code, state, content, **more):
    dossier = Dossier(kind=kind, code=code, state=state, content=content, **more)
    programme.store.dossiers.record([dossier], by="olga", what="make", reason="a test")


def test_finance_says_who_pays_what_of_the_plan_and_how_much_of_it_is_signed(britain):
    put(britain, "agreement", "deal", "signed", DEAL)
    publication = britain.publish(by="ann")

    finance = {
        (row["project"], row["arrangement"]): row for row in table(britain, publication, "finance").to_dicts()
    }
    loan, deal = finance["B:IOC", "planned:BANK"], finance["B:IOC", "signed:deal:BANK"]
    assert (loan["value"], loan["signed"], loan["unit"]) == (20_000_000.0, 12_000_000.0, "GBP")
    assert (loan["first_day"], loan["last_day"], loan["evidence"]) == (
        "2022-01-01",
        "2022-12-31",
        "assumption",
    )
    assert (deal["value"], deal["signed_on"], deal["source"]) == (
        12_000_000.0,
        "2020-02-29",
        "Loan for Bourne",
    )
    planned = {key: row["value"] for key, row in finance.items() if row["kind"] == "planned"}
    assert sum(planned.values()) == 60_000_000.0
    package = json.loads(britain.open_data.content(publication.id, "oc4ids.json"))
    (project,) = [one for one in package["projects"] if one["id"] == "B:IOC"]
    assert [one["value"]["amount"] for one in project["budget"]["finance"]] == [8_000_000.0, 12_000_000.0]


def test_an_agreement_not_in_force_and_what_an_investor_agreed_are_in_no_format(britain):
    put(britain, "agreement", "draft", "draft", DEAL)
    put(britain, "agreement", "proposal", "proposed", DEAL)
    put(britain, "agreement", "over", "ended", DEAL)
    put(britain, "offer", "o1", "open", {"title": "Centre", "project": "B:IOC"}, city="B")
    agreed = {
        "title": "A fund abroad", "agreed_on": "2020-01-01",
        "finance": [{"id": "1", "amount": 7.654321, "currency": "GBP", "financingParty": "A fund abroad"}],
    }  # fmt: skip
    put(britain, "interest", "i1", "committed", agreed, parent="o1", parent_kind="offer")
    publication = britain.publish(by="ann")

    assert set(table(britain, publication, "finance")["kind"]) == {"planned"}
    for name, content in everything(britain, publication).items():
        assert not any(word in content for word in ("Loan for Bourne", "A fund abroad", "7654321")), name


def test_an_agreement_counts_from_the_instant_on_which_it_was_signed(britain):
    before = britain.store.last_change()
    put(britain, "agreement", "deal", "signed", DEAL)
    earlier = britain.publish(by="ann", as_known_on=before)
    assert set(table(britain, earlier, "finance")["signed"]) == {0.0}


@pytest.fixture
def without_extra(monkeypatch):
    """Stand in for a machine on which pysdmx is not installed."""
    find_spec = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "pysdmx" else find_spec(name))


@pytest.mark.usefixtures("without_extra")
def test_without_its_extra_sdmx_ml_is_refused_by_name_and_left_out_of_all_formats(mexico):
    with pytest.raises(InputError, match=r"cannot write sdmx-ml.*urbium\[sdmx\]"):
        mexico.publish(by="ann", formats=["sdmx-ml"])
    publication = mexico.publish(by="ann")
    assert mexico.open_data.absent(publication) == {"sdmx-ml": "sdmx"}


def test_a_publication_without_sdmx_ml_is_not_the_one_with_it(mexico, monkeypatch):
    with monkeypatch.context() as bare:
        bare.setattr(formats, "missing", lambda: {"sdmx-ml": "sdmx"})
        part = mexico.publish(by="ann")
    whole = mexico.publish(by="ann")
    assert whole.id != part.id
    assert mexico.open_data.absent(whole) == {}
    assert (whole.content, whole.supersedes) == (part.content, part.id)
