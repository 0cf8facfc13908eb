"""From ``urbium new`` to an adopted plan in the nation's own money, as somebody new goes, by command.

Each walk does what manual and ``--help`` say, and where it is refused, what the refusal says and nothing
else. The files have the shapes of those that many have (OECD, Smart Cities challenge); their figures are made
up where the test makes them, and the real ones where the reference folder is there.
"""

import csv
import json
import re

import pytest

from urbium.catalogue import load_catalogue
from urbium.cli import main
from urbium.errors import InputError, NotFoundError
from urbium.programme import open_programme

REFUSALS_AT_MOST = 2
"""What the issue grants a newcomer."""
READABLE = 330
"""Letters of a refusal that is understood at first reading: two or three lines of a terminal."""
YEARS = tuple(range(2009, 2020))


class Walk:
    """One walk: its commands, and what it was refused."""

    def __init__(self, folder, capsys, monkeypatch):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("URBIUM_DATABASE", str(folder / "programme.db"))
        monkeypatch.setenv("URBIUM_USER", "ann")
        self.folder, self.capsys, self.refusals = folder, capsys, []

    def __call__(self, *words):
        """Run a command; return its answer, or the text of its refusal."""
        with pytest.raises(SystemExit) as stop:
            main([*map(str, words), "--json"])
        said = self.capsys.readouterr()
        if stop.value.code in (None, 0):
            return json.loads(said.out) if said.out.strip() else {}
        refused = json.loads(said.err[said.err.index("{") :])
        refusal = f"{refused['place']}: {refused['detail']}; {refused['remedy']}"
        self.refusals.append(refusal)
        return refusal

    def write(self, name, rows):
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return name

    def plan(self, city, *, years, budget, revenue):
        """Plan and adopt, and do what each refusal says, at most as often as a newcomer may be refused."""
        for _ in range(REFUSALS_AT_MOST + 1):
            before = len(self.refusals)
            asked = ["--years", years, "--budget", budget, "--time-limit", 3]
            self("plan", *asked, "--adopt", "--accept-unproven", "--reason", "first")
            if len(self.refusals) == before:
                return
            self.obey(self.refusals[-1], city, revenue)
        pytest.fail("\n".join(self.refusals))

    def obey(self, refusal, city, revenue):
        """Do what a refusal says, and what the command it names says to do next."""
        if "urbium settings --rate" in refusal:
            (pair,) = re.findall(r"RATE (\w{3}/\w{3}) YEAR", refusal)
            self("settings", "--rate", f"19.6629 {pair} 2017 Banco de México", "--reason", "money")
            return
        (role,) = re.findall(r"urbium catalogue start FOLDER --role (\w+)", refusal)
        begun = self("catalogue", "start", "own", "--role", role)
        self.fill_in("own")
        (brought,) = (step for step in begun["next"] if step.startswith("urbium catalogue import"))
        self(*brought.replace('"..."', "budgets").split()[1:])
        (asked,) = re.findall(r"--variables (\w+)", " ".join(begun["next"]))
        declared = (self.folder / "own" / "variables" / "own.csv").read_text(encoding="utf-8")
        (unit,) = (row["unit"] for row in csv.DictReader(declared.splitlines()))
        head = ["city", "variable", "period", "value", "unit", "area", "source"]
        figure = [city, asked, 2018, revenue, unit, "city", f"own_{role}_source"]
        file = self.write("budget.csv", [head, figure])
        self("load", file, "--reason", "budgets")

    def fill_in(self, folder):
        """Write something where a starter says that only its user knows."""
        for table in (self.folder / folder).rglob("*.csv"):
            asked = table.read_text(encoding="utf-8")
            table.write_text(re.sub(r"\[write here[^\]]*\]", "a yearbook", asked), encoding="utf-8")

    def adopted(self):
        with open_programme(self.folder / "programme.db") as programme:
            return programme.adopted("plan")


@pytest.fixture
def walk(tmp_path, capsys, monkeypatch):
    return Walk(tmp_path, capsys, monkeypatch)


def is_easy(walk):
    """Whether no more was refused than is granted, and each refusal is read at a glance."""
    assert len(walk.refusals) <= REFUSALS_AT_MOST, walk.refusals
    assert all(len(refusal) <= READABLE for refusal in walk.refusals), walk.refusals
    return True


# Small files in the shapes of the real ones.


def oecd(walk, places, start=300_000):
    """A file of the OECD: a row a city and variable, a column a year."""
    people = "Population, all ages, administrative data"
    rows = [
        [nation, city, people, *(round(start * (1 + 0.5 * place) * 1.01 ** (year - 2009)) for year in YEARS)]
        for place, (nation, city) in enumerate(places)
    ]
    return walk.write("oecd.csv", [["country", "city", "variable", *YEARS], *rows])


def register(walk, rows):
    return walk.write("cities.csv", [["code", "name", "level", "province_en"], *rows])


@pytest.mark.long
def test_mexico_from_nothing_to_an_adopted_plan_in_pesos(walk):
    names = ["Guadalajara", "León", "Mérida"]
    walk("new", "--name", "Metropolitan areas", "--nation", "MX", "--currency", "MXN")
    walk("register", register(walk, [[f"MX{n}", name, "area", "Mexico"] for n, name in enumerate(names)]))
    loaded = walk("load", oecd(walk, [("Mexico", name) for name in names]), "--mapping", "oecd-cities")
    assert loaded["stored"] == 33
    walk("forecast", "population", "--to", 2035, "--adopt", "--reason", "first")
    walk.plan("Guadalajara", years="2021-2022", budget="300 m MXN/year", revenue=17_000)

    assert walk.adopted().currency == "MXN"
    assert walk.adopted().table.height > 0
    assert len(walk.refusals) == 2  # the rate, and what a city may spend: only the ministry knows them
    assert is_easy(walk)


@pytest.mark.long
def test_india_from_nothing_to_an_adopted_plan_in_rupees(walk):
    cities = [("Odisha", "Bhubaneswar", "8,37,737"), ("Maharashtra", "Pune", "31,15,431")]
    head = [
        "Rank",
        "State/UT",
        "City",
        "Longitude",
        "Latitude",
        "Score",
        "Population",
        "Status",
        "All",
        "Fast",
    ]
    rows = [
        [1, state, city, 80, 20, "78.83%", people, "selected", "all", "No"] for state, city, people in cities
    ]
    walk("new", "--set", "india-scm")
    walk(
        "register",
        register(walk, [[f"IN{n}", city, "city", state] for n, (state, city, _) in enumerate(cities)]),
    )
    challenge = walk.write("challenge.csv", [head, *rows])
    assert walk("load", challenge, "--mapping", "india-smart-cities-challenge")["stored"] == 4
    walk("forecast", "population", "--to", 2035, "--adopt", "--reason", "first")
    walk.plan("Pune", years="2017-2018", budget="2 bn INR/year", revenue=60_000)

    assert walk.adopted().currency == "INR"
    assert walk.adopted().table.height > 0
    assert is_easy(walk)


@pytest.mark.long
def test_cities_of_several_nations_from_nothing_to_an_adopted_plan_in_euros(walk):
    places = [("Belgium", "Antwerp"), ("Spain", "Guadalajara"), ("France", "Lyon")]
    walk("new", "--set", "eu-mission")
    walk(
        "register",
        register(walk, [[f"EU{n}", city, "city", nation] for n, (nation, city) in enumerate(places)]),
    )
    loaded = walk("load", oecd(walk, [*places, ("Mexico", "Guadalajara")]), "--mapping", "oecd-cities")
    assert loaded["stored"] == 33  # the one in Mexico is left out
    walk("forecast", "population", "--to", 2035, "--adopt", "--reason", "first")
    walk.plan("Antwerp", years="2023-2024", budget="50 m EUR/year", revenue=1700)

    assert walk.adopted().currency == "EUR"
    assert is_easy(walk)


def test_a_city_known_by_its_state_is_found_in_a_file_that_tells_it_by_its_nation(walk):
    walk("new", "--nation", "IN")
    walk("register", register(walk, [["IN1", "Pune", "city", "Maharashtra"]]))
    assert walk("load", oecd(walk, [("India", "Pune")]), "--mapping", "oecd-cities")["stored"] == 11


def test_a_plan_is_made_for_the_people_of_today_where_the_outlook_has_no_city(walk):
    walk("new", "--set", "india-scm")
    walk("register", register(walk, [["IN1", "Pune", "city", "Maharashtra"]]))
    head = ["city", "variable", "period", "value", "unit", "area", "source"]
    walk(
        "load",
        walk.write("one.csv", [head, ["Pune", "population", 2011, 3_115_431, "persons", "city", "scm16"]]),
    )
    walk("forecast", "population", "--to", 2030, "--adopt", "--reason", "first")
    walk.plan("Pune", years="2017-2018", budget="2 bn INR/year", revenue=60_000)
    assert "today's population" in walk.adopted().roadmap.settings.note


def test_a_starter_for_a_role_of_money_needs_the_currency(walk):
    walk("new")
    assert "urbium settings --currency CODE" in walk("catalogue", "start", "own", "--role", "revenue")


def test_a_starter_for_a_role_that_is_none_names_the_nearest(walk):
    walk("new", "--nation", "MX")
    assert "revenue" in walk("catalogue", "start", "own", "--role", "revenu")


def test_a_starter_for_roles_is_imported_once_it_is_filled_in_and_never_over_files_of_ones_own(walk):
    walk("new", "--nation", "MX")
    walk("catalogue", "start", "own", "--role", "revenue", "urban_population", "output_industry", "income")
    with pytest.raises(InputError, match="who publishes the figures") as refused:
        load_catalogue(walk.folder / "own")
    cells = {(fault.sheet, fault.cell) for fault in refused.value.faults}
    assert cells >= {("sources.csv", "B2"), ("variables/own.csv", "F5")}
    walk.fill_in("own")
    assert walk("catalogue", "import", "own", "--dry-run")["added"] == 9
    assert not walk.refusals
    assert "not empty" in walk("catalogue", "start", "own", "--role", "revenue")
    with open_programme(walk.folder / "programme.db") as programme, pytest.raises(NotFoundError):
        programme.catalogues.start(walk.folder / "more", roles=["nothing"])


EUROPE = ("Spain", "France", "Germany", "Italy", "Poland", "Belgium")
NATIONS = {
    "Mexico": (("--nation", "MX"), ("Mexico",), 100, "2021-2022", "3 bn MXN/year", 17_000),
    "Europe": (("--set", "eu-mission"), EUROPE, 6, "2023-2024", "500 m EUR/year", 1700),
}

# The real files, where the reference folder is there.


def of_oecd(shared, nations, most):
    """Code, name and nation of cities whose people the OECD's file has, at most so many of each nation."""
    with (shared / "data/real/indicators/oecd_fua_city_statistics_2009_2019.csv").open(
        encoding="utf-8"
    ) as file:
        counted = (row for row in csv.DictReader(file) if row["variable"].startswith("Population, all ages"))
        seen = dict.fromkeys((row["country"], row["city"]) for row in counted)
    picked = [city for nation in nations for city in [key for key in seen if key[0] == nation][:most]]
    return [[f"C{n:03}", city, "city", nation] for n, (nation, city) in enumerate(picked)]


@pytest.mark.long
@pytest.mark.parametrize("nation", ["Mexico", "Europe"])
def test_real_files_lead_from_nothing_to_an_adopted_plan(walk, shared, nation):
    settings, nations, most, *asked = NATIONS[nation]
    cities = of_oecd(shared, nations, most)
    assert len(cities) >= 25
    real = shared / "data" / "real"
    walk("new", *settings)
    walk("register", register(walk, cities))
    walk("load", real / "indicators/oecd_fua_city_statistics_2009_2019.csv", "--mapping", "oecd-cities")
    walk("load", real / "cities/WUP2018-F12-Cities_Over_300K.xls", "--mapping", "wup-agglomerations")
    walk("forecast", "population", "--to", 2035, "--adopt", "--reason", "first")
    years, money, revenue = asked
    walk.plan(cities[0][1], years=years, budget=money, revenue=revenue)

    assert f"{walk.adopted().currency}/year" in money
    assert walk.adopted().roadmap.cities.height >= 25
    assert is_easy(walk)


@pytest.mark.long
def test_real_files_of_india_lead_from_nothing_to_an_adopted_plan(walk, shared):
    real = shared / "data" / "real"
    path = real / "indicators/india_smart_city_challenge_2016.csv"
    with path.open(encoding="utf-8") as file:
        rows = [
            [f"IN{n}", row["City"], "mission city", row["State/UT"]]
            for n, row in enumerate(csv.DictReader(file))
        ]
    walk("new", "--set", "india-scm")
    walk("register", register(walk, rows))
    walk("load", path, "--mapping", "india-smart-cities-challenge")
    assert walk("load", real / "cities/WUP2018-F12-Cities_Over_300K.xls", "--mapping", "wup-agglomerations")[
        "stored"
    ]
    for name in ("urban_population", "urban_population_percent_of_total", "agriculture_percent_of_gdp"):
        loaded = walk("load", real / f"countries_wdi/{name}.csv", "--mapping", "world-bank-gapminder")
        assert loaded["stored"] > 0
    walk("forecast", "population", "--to", 2035, "--adopt", "--reason", "first")
    walk.plan("Pune", years="2017-2018", budget="93 bn INR/year", revenue=60_000)

    assert walk.adopted().currency == "INR"
    assert walk.adopted().roadmap.cities.height >= 25
    assert is_easy(walk)


@pytest.mark.long
def test_no_share_of_output_of_the_nations_walked_is_suspect(walk, shared):
    walk("new", "--nation", "MX")
    for name in ("agriculture", "industry", "services"):
        file = shared / f"data/real/countries_wdi/{name}_percent_of_gdp.csv"
        loaded = walk("load", file, "--mapping", "world-bank-gapminder")
        assert (loaded["stored"], loaded["suspects"]) == (60, 0)
