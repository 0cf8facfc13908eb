"""Under a language that nobody speaks, what a command says in English was never handed over for translation.

The pseudo-language accents every letter of a message and leaves its parameters. A run of three plain letters
in an answer is then either data (names, codes, units, files, columns) or a sentence built in code.
"""

import json
import re
from dataclasses import fields
from functools import cache
from string import Formatter

import polars as pl
import pytest

from seeds import long_but
from urbium.catalogue import load_catalogue
from urbium.cli import app
from urbium.forecast.ages.cohort_rows import KINDS
from urbium.measure.means import MEANS
from urbium.measure.steps.registry import STEPS
from urbium.model import City, Evidence, Quality, Status
from urbium.programme import new, open_programme
from urbium.programme.base.stages import EXPLAINED, PARTS
from urbium.text import translation as texts_of
from urbium.text.formats import written

PSEUDO = "en-XA"
_PLAIN = re.compile(r"[A-Za-z]{3,}")
_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀćďéƒǵĥíĵķĺḿńóṕɋŕśťúṽẃẋýźÁƁĆĎÉƑǴĤÍĴĶĹḾŃÓṔɊŔŚŤÚṼẂẊÝŹ",
)

COMMANDS = [name for name in app if not name.startswith("-")]

OWN = {
    "an empty programme": ("new", "-d", "{tmp}/new.db"),
    "an upgrade": ("upgrade", "-d", "{db}"),
    "another demo": ("demo", "--no-serve", "-d", "{db}"),
    "a city and its data": ("accept", "A", "gdp", 2012, "--by", "me", "--reason", "x", "-d", "{db}"),
    "kept plans": ("plans", "-d", "{db}"),
    "no scores": ("analyse", "-d", "{db}"),
    "no outlook": ("explain", "Aston", "population", "-d", "{db}"),
    "an unnamed service": ("explain", "Aston", "pressure", "-d", "{db}"),
    "neither years nor roadmap": ("plan", "-d", "{db}"),
    "no time": ("plan", "--years", "2016", "--budget", "1 bn CNY/year", "--time-limit", 0, "-d", "{db}"),
    "a name that is taken": ("plan", "--keep", "adopted", "--by", "me", "-d", "{db}"),
    "an amount that is none": ("marginal-value", "--more", "budget=x", "-d", "{db}"),
    "a weight that is none": ("what-if", "--weight", "economy=x", "-d", "{db}"),
    "actuals that are not there": ("replan", "{tmp}/none.csv", "--today", 2020, "-d", "{db}"),
    "the audit chain": ("verify", "-d", "{db}"),
    "no findings": ("faults", "-d", "{db}"),
    "a port that is none": ("serve", "--port", 70000, "-d", "{db}"),
    "an export": ("export", "{tmp}/open", "-d", "{db}"),
    "a city that is not registered": ("explain", "Astin", "-d", "{db}"),
    "an unknown plan": ("compare", "leen", "-d", "{db}"),
    "no programme": ("plans", "-d", "{tmp}/none.db"),
    "a roadmap": ("roadmap", "{tmp}/road.xlsx", "-d", "{db}"),
    "costs": ("finance", "-d", "{db}"),
    "a file that is not a table": ("check", "{tmp}/readme.txt", "-d", "{db}"),
    "years that are none": (
        "roadmap",
        "{tmp}/r.xlsx",
        "--years",
        "soon",
        "--budget",
        "1 bn CNY",
        "-d",
        "{db}",
    ),
}
"""Answers that say nothing in English of their own."""

OUTLOOK = {
    "people of cities": ("forecast", "population", "--to", 2035),
    "the nation": ("forecast", "nation", "--to", 2035),
    "ages": ("forecast", "ages", "--to", 2035),
    "ages of a city": ("forecast", "ages", "--to", 2035, "--of", "Hefei"),
    "the workforce": ("forecast", "workforce", "--to", 2035),
    "pressure on services": ("forecast", "pressure", "--to", 2035),
    "an outlook that is refused": ("forecast", "population", "--to", 1990),
    "ages of what has none": ("forecast", "nation", "--to", 2035, "--of", "Hefei"),
    "why ages": ("explain", "CHN", "ages"),
    "why sectors": ("explain", "CHN", "workforce", "output"),
    "why the nation": ("explain", "CHN", "nation", "nation"),
}
"""Answers of the outlook, asked of the demo."""

PLANS = {
    "two plans": ("compare", "lean", "-d", "{db}"),
    "a checked plan": ("certify", "-d", "{db}"),
    "costs by fund": ("finance", "-d", "{db}"),
    "what projects are worth": ("appraise", "-d", "{db}"),
    "what may move it": ("appraise", "--draws", 20, "-d", "{db}"),
    "plans as good": ("alternatives", "--time-limit", 5, "-d", "{db}"),
    "plans between two aims": ("pareto", "--against", "capital", "--time-limit", 5, "-d", "{db}"),
    "a plan in draws": ("risk", "-d", "{db}"),
    "a plan for many draws": ("robust", "--time-limit", 5, "-d", "{db}"),
    "a plan after news": ("replan", "{tmp}/actuals.csv", "--today", 2021, "--time-limit", 5, "-d", "{db}"),
    "more of each limit": ("marginal-value", "--most", 2, "-d", "{db}"),
    "a delay": ("delay", "Aston", "-d", "{db}"),
    "similar cities": ("similarity", "-d", "{db}"),
}
"""Answers made of tables: the columns are data, and the codes in them are said in words."""

EMPTY_COLUMNS = "no values in:".translate(_ACCENTS)


MEASURED = {
    "scores": ("measure", "gbt", "--period", 2012, "--availability", 0, "--steps", "min-max", "--runs", 5),
    "scores of no index": ("measure", "u4sc", "--period", 2012),
    "scores by no step": ("measure", "gbt", "--period", 2012, "--steps", "screen > magic"),
    "the parts of an index": ("analyse",),
    "a change": ("what-if", "--weight", "economy=0.5", "--value", "Aston:gdp_per_head=9"),
    "a change of nothing": ("what-if", "--weight", "econom=0.5"),
    "years": ("panel", "--years", "2011-2012"),
    "growth": ("panel", "trends", "--years", "2011-2012"),
    "targets": ("panel", "progress", "--years", "2011-2012"),
    "a profile": ("profile", "Aston"),
    "non-reporting": ("non-reporting",),
    "data to improve": ("data-priorities",),
    "flags": ("anomalies",),
    "why a score": ("explain", "Aston"),
    "sensitivity": ("sensitivity", "--base", 2),
}
"""Answers of measuring, asked of three towns of which one reports too little for a score."""


def pseudo(_code, message, plural, count):
    """Accent every letter of a message, and leave its parameters as they stand."""
    chosen = plural if plural and count != 1 else message
    parts = []
    for words, name, spec, conversion in Formatter().parse(chosen):
        parts.append(words.translate(_ACCENTS))
        if name is not None:
            parts.append(
                "{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
            )
    return "".join(parts)


@pytest.fixture(autouse=True)
def spoken(monkeypatch):
    """Ask for the pseudo-language wherever a command is run."""
    monkeypatch.setitem(texts_of._installed, PSEUDO, pseudo)  # and of no test after it
    monkeypatch.setenv("URBIUM_LANGUAGE", PSEUDO)


@pytest.fixture
def db(tmp_path, towns, once):
    """A programme of two towns with an adopted plan and one kept by name."""
    (tmp_path / "readme.txt").write_text("nothing", encoding="utf-8")
    news = "project,status,start,finish,spent,capital\nA:EGOV,delayed,2022,,,\nA:IOC,started,2020,,,40\n"
    (tmp_path / "actuals.csv").write_text(news, encoding="utf-8")
    return once(tmp_path / "own.db", lambda path: adopt_and_keep(path, towns))


def adopt_and_keep(path, towns):
    with new(path) as programme:
        towns_of = [City("A", {"en": "Aston"}, "prefecture"), City("B", {"en": "Bourne"}, "prefecture")]
        programme.register(cities=towns_of, by="office", reason="a beginning")
        plan = towns.towns_plan()
        programme.adopt(plan, by="office", reason="first")
        programme.keep_plan(plan, name="lean", by="office", reason="try")


@pytest.fixture
def measured(tmp_path, once):
    """A programme of three towns with adopted scores; one of them reports a single figure."""
    figures = {"A": (90.0, 50.0, 70.0), "B": (60.0, 40.0, 30.0), "C": (None, 20.0, None)}
    names = ("gdp", "population_year_end", "green_cover_rate")
    units_of = {"gdp": "10k CNY", "population_year_end": "10k persons", "green_cover_rate": "%"}
    rows = [
        f"{city},{name},{year},{value * (year - 2010)},{units_of[name]},reported,prefecture,ccsy"
        for city, row in figures.items()
        for name, value in zip(names, row, strict=True)
        for year in (2011, 2012)
        if value is not None
    ]
    file = tmp_path / "figures.csv"
    file.write_text(
        "city_code,variable,period,value,unit,status,area,source_id\n" + "\n".join(rows), encoding="utf-8"
    )
    return once(tmp_path / "measured.db", lambda path: measure_and_adopt(path, file))


def measure_and_adopt(path, file):
    with new(path) as programme:
        places = (("A", "Aston"), ("B", "Bourne"), ("C", "Colne"))
        programme.register(
            cities=[City(code, {"en": name}, "prefecture") for code, name in places],
            by="office",
            reason="a beginning",
        )
        programme.load(file, by="office", reason="first")
        programme.adopt(
            programme.measure("yearbook", period=2012, availability=0, runs=20), by="office", reason="first"
        )


def data(towns):
    """Return the words that are data: names, codes, units, columns and the words of the programme itself."""
    catalogue = load_catalogue()
    plan = towns.towns_plan()
    tables = [
        plan.table,
        plan.money,
        *(getattr(plan.roadmap, name) for name in ("cities", "funds", "projects")),
    ]
    words = ["adopted", "office", "urbium", "CNY", "lean", "first", "try", "Aston", "Bourne", "SQLite"]
    words += [str(cell) for row in plan.shortfalls.iter_rows() for cell in row]  # keys of what is missed
    words += [word for kind in (Evidence, Quality, Status) for word in kind]
    words += [word for table in tables for word in table.columns]
    words += [str(cell) for table in tables for row in table.iter_rows() for cell in row]
    words += [
        "name",
        "version",
        "kept",
        "reason",
        "years",
        "projects",
        "capital",
        "currency",
        "closed",
        "gap",
    ]
    words += ["blank", "fitted", "region", "regions", "UTC"]  # settings, as they are typed
    words += [*catalogue.variables, *catalogue.indicators, *catalogue.indices, *catalogue.solutions]
    return {run for word in words for run in _PLAIN.findall(str(word))}


@cache
def of_demo(programme):
    """Return the words that are data of the demo: names of places and sources, codes, units, columns."""
    places, catalogue = programme.places(), programme.catalogue
    words = [str(cell) for row in places.iter_rows() for cell in row]
    declared = [*programme.sources().values(), *catalogue.sources.values(), *catalogue.norms.values()]
    declared += [row for table in catalogue.learned.values() for row in table.values()]
    words += [getattr(row, name) for row in declared for name in row.__dataclass_fields__]
    words += [*programme.observations(cities=["340100", "CHN"]).select(pl.col(pl.String)).iter_rows()]
    parts = [
        programme.ahead(what, programme.register.run(what=what, to=2030, year=2030))
        for what in PARTS
        if what != "households"
    ]  # the demo knows no households
    words += [column for part in parts for column in (*part.overview.columns, *part.table.columns)]
    words += ["cohorts.csv", *KINDS]
    codes = ("place", "kind", "series", "sector", "service")
    words += [
        part.overview[name].unique().to_list() for part in parts for name in codes if name in part.overview
    ]
    return frozenset(run for word in words for run in _PLAIN.findall(str(word)))


_SIGNATURE = re.compile(r"(?<![\w/+])[\w/+]{86}==|\b[0-9a-f]{64}\b")
"""A signature and a hash: letters that are no words."""
_SIZED = re.compile(re.escape(written(1e6, "compact", PSEUDO)).replace("1", r"\d", 1) + r"\b")
"""A number with the word for its size, which is the language's own and in no message."""


def said_in_english(answer, arguments, allowed):
    """Return the runs of plain letters in an answer that are neither data nor in what was typed."""
    typed = {run for argument in arguments for run in _PLAIN.findall(str(argument))}
    worded = _SIZED.sub("", _SIGNATURE.sub("", answer))
    return sorted(set(_PLAIN.findall(worded)) - allowed - typed)


def ask(run, tmp_path, db, arguments):
    typed = [str(argument).format(tmp=tmp_path, db=db) for argument in arguments]
    _, out, err = run(*typed)
    return out + err, [*typed, *tmp_path.rglob("*")]


@pytest.mark.parametrize("name", OWN)
def test_a_command_says_nothing_in_english_of_its_own(run, tmp_path, db, towns, name):
    answer, typed = ask(run, tmp_path, db, OWN[name])

    assert answer
    assert said_in_english(answer, typed, data(towns)) == []


@pytest.mark.long
@pytest.mark.parametrize("name", long_but(("people of cities", "an outlook that is refused"), OUTLOOK))
def test_the_outlook_says_nothing_in_english_of_its_own(run, demo_file, demo, towns, name):
    arguments = [*OUTLOOK[name], "-d", demo_file]
    _, out, err = run(*arguments)

    assert out + err
    assert said_in_english(out + err, arguments, data(towns) | of_demo(demo)) == []


@pytest.mark.parametrize("name", long_but(("two plans", "costs by fund", "a delay"), PLANS))
def test_an_answer_of_the_planner_says_nothing_in_english_of_its_own(run, tmp_path, db, towns, name):
    answer, typed = ask(run, tmp_path, db, PLANS[name])

    without_columns = (line for line in answer.splitlines() if not line.startswith(("┃", EMPTY_COLUMNS)))
    cells = "\n".join(without_columns)
    assert len(cells) < len(answer)
    assert said_in_english(cells, typed, data(towns)) == []


@pytest.mark.parametrize(("city", "solution"), [("Aston", "IOC"), ("Bourne", "EGOV"), ("Bourne", "BACKBONE")])
def test_the_reasons_of_a_project_say_nothing_in_english_of_their_own(run, db, towns, city, solution):
    """What the catalogue and the roadmap say of it is data, each remark as a whole."""
    answer = json.loads(run("explain", city, "project", solution, "-d", str(db), "--json")[1])

    remarks = sorted(declared_words(towns), key=len, reverse=True)
    allowed = data(towns) | {"USD"}
    for words in said_by(answer):
        rest = words
        for remark in remarks:
            rest = rest.replace(remark, " ")
        assert said_in_english(rest, (), allowed) == [], words


def said_by(node):
    """Yield every word of an explanation and of those below it, sources and codes left out."""
    yield from (str(node[name]) for name in ("what", "value", "unit", "grade", "note") if name in node)
    for child in node.get("children", ()):
        yield from said_by(child)


def declared_words(towns):
    """Return every string that stands in the catalogue or the roadmap."""
    catalogue, road = load_catalogue(), towns.towns_roadmap()
    tables = (catalogue.assumptions, catalogue.solutions, catalogue.sources)
    rows = [*catalogue.effects, road.settings, *(row for table in tables for row in table.values())]
    words = {getattr(row, field.name) for row in rows for field in fields(row) if field.type in {"str", str}}
    words |= {str(effect.title) for effect in catalogue.effects}
    words |= {
        word for table in road.tables.values() for word in table.select(pl.col(pl.String)).to_numpy().flat
    }
    return {word for word in words if word and _PLAIN.search(word)}


LIBRARY = {
    *("Usage", "COMMAND", "Commands", "Parameters", "Arguments", "OPTIONS", "ARGS", "env", "var", "default"),
    *("required", "choices", "Display", "this", "message", "and", "exit", "application", "version", "urbium"),
    *(word for part in (*PARTS, *EXPLAINED) for word in _PLAIN.findall(part)),
}
"""What the library of commands says for itself: headings, and marks of a parameter; and the words typed."""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_of_a_command_is_said_in_the_language(run, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "500")
    _, out, _ = run(*filter(None, [command]), "--help")
    options = {run for name in re.findall(r"--?[a-z-]+", out) for run in _PLAIN.findall(name)}
    options |= {part for name in (app[command] if command else ()) for part in _PLAIN.findall(name)}
    shown = [line for line in out.splitlines() if line.strip()]
    words = {run for line in shown for run in _PLAIN.findall(re.sub(r"\[[^]]*\]|\b[A-Z]+\b", " ", line))}

    assert out
    assert words - LIBRARY - options - {part for name in app for part in _PLAIN.findall(name)} == set()


@pytest.mark.parametrize("name", long_but(("scores", "years", "flags"), MEASURED))
def test_measuring_says_nothing_in_english_of_its_own(run, tmp_path, measured, towns, name):
    arguments = MEASURED[name]
    answer, typed = ask(run, tmp_path, measured, (*arguments, "-d", "{db}"))

    whole = re.sub(r"[A-Za-z]+…", "", answer)  # a name that is cut
    assert whole
    assert said_in_english(whole, typed, data(towns) | measured_data(measured)) == []


def measured_data(path):
    """Return the words of the measured programme that are data: names, columns, codes, remarks."""
    catalogue = load_catalogue()
    words = ["Colne", "office", "ccsy", "figures", "prefecture"]
    with open_programme(path) as programme:
        results = [
            programme.adopted("scores"), programme.analyse(), programme.panel("2011-2012"),
            programme.non_reporting(), programme.data_priorities(), programme.anomalies(),
            programme.profile("A"), programme.what_if(),
        ]  # fmt: skip
        tables = [result.table for result in results]
        tables += [results[2].trends, results[2].progress(2030), results[6].strengths, results[6].progress]
        tables += [programme.sensitivity(base=2).table]
        words += [*programme.observations()["reason"].unique()]
        words += [source.publisher for source in programme.sources().values()]
        words += [
            str(part)
            for source in programme.sources().values()
            for part in (source.title, source.licence, source.note, source.origin, source.year)
        ]
    for index in catalogue.indices.values():
        words += [index.note, *(str(step) for step in index.steps), *(str(way) for way in index.aggregate)]
        words += [node.id for node in index.nodes] + [
            name for node in index.nodes for name in node.name.values()
        ]
    words += [
        word for variable in catalogue.variables.values() for word in (*variable.name.values(), variable.unit)
    ]
    words += [
        word for indicator in catalogue.indicators.values() for word in (indicator.note, indicator.unit)
    ]
    words += [row.part + " " + row.alternative for row in catalogue.variations]
    words += [column for table in tables for column in table.columns]
    words += list(STEPS) + list(MEANS)
    return {run for word in words for run in _PLAIN.findall(str(word))}


def test_a_message_keeps_its_parameters_in_the_pseudo_language():
    assert pseudo("", "{n:,.0f} beds", "", 1) == "{n:,.0f} ƀéďś"


def test_an_option_chooses_the_language_before_anything_is_read(run, tmp_path, monkeypatch):
    monkeypatch.delenv("URBIUM_LANGUAGE")

    answer = run("analyse", "-d", tmp_path / "none.db", "--language", PSEUDO)[2]

    assert "urbium demo".translate(_ACCENTS) in answer
    assert "urbium demo" in run("analyse", "-d", tmp_path / "none.db")[2]


def test_names_as_wide_as_they_are_in_chinese_are_not_cut(run, demo_file, monkeypatch):
    monkeypatch.setenv("URBIUM_LANGUAGE", "zh")

    out = run("cities", "-d", demo_file, "--rows", 20)[1]

    assert "张家口" in out
    assert "地级市" in out
    assert "prefecture" not in out
