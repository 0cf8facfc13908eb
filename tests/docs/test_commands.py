"""Every command that the README and the tour show, and that a page or an error advises, runs as written.

They run one after the other, in the order in which they are shown, on a programme of ten cities of the
demo, by somebody whom no variable of the environment names. Searches are given a few seconds, and the server
is not left running; nothing else is changed.
"""

import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from urbium import cli
from urbium.cli import app, main
from urbium.examples.demo import DEMO, demo_cities
from urbium.programme import new, open_programme
from urbium.programme.people.invitations import FOUNDER

ROOT = Path(__file__).resolve().parents[2]
CITIES = {
    *("130100", "130200", "340100", "340200", "110000"),
    *("310000", "440100", "430400", "610100", "510100"),
}
SECONDS = "4"
OFFICE = {"role": "office", "scope": "all"}
TIMED = {"plan", "alternatives", "robust", "pareto", "replan"}
NAMES = {
    "--role {first}": "--role urban_population", "--period YEAR": "--period 2012", "WHY": "because",
    "FILE": "cities.csv", "CITY": "Hefei", "SOLUTION": "IOC", "NAME": "lean", "VARIABLE": "gdp",
    "FIRST-LAST": "2016-2020", "{years}": "2016-2020", "{millions}": "12000",
    "AMOUNT": "12 bn CNY/year", "FOLDER": "starter", "{folder}": "starter",
    "INDEX": "yearbook", "{amount}": "12 bn", "{currency}": "CNY",
    "CODE": "CNY", "RATE": "18.66", "YEAR": "2016", "SOURCE": "somebody", "{first}": "USD",
    "{target}": "MXN", "{source}": "USD",
    "{place}": "demo.db", "{index}": "yearbook", "{name!r}": "lean",
    "{host} private": "data.delft.example private", "HOST": "data.delft.example",
    "{account}": "lean", "ANOTHER": "second", "THIS_FILE": "cities.toml",
    "{variables}": "gdp", "{year}": "2035", "{period}": "2012",
    "ADDRESS": "https://urbium.example.org", "SERVER": "smtps://office@mail.example.org:465",
    "DATABASE": "demo.db",
}  # fmt: skip
WORDS = r"(?:[^.;,:()<]|[.:](?=[\w/]))*"  # a point or a colon within a word ends no sentence
ADVICE = re.compile(rf"urbium ((?:{'|'.join(name for name in app if name[0] != '-')})\b{WORDS})")


def shown():
    """Return the commands of the README and of the manual's tour, in their order."""
    pages = "".join(
        (ROOT / page).read_text(encoding="utf-8") for page in ("docs/manual/tour.md", "README.md")
    )
    blocks = re.findall(r"```sh\n(.*?)```", pages, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("urbium ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def advised():
    """Return the commands that stand in the sentences of the package and in its templates."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src" / "urbium").rglob("*")
        if path.suffix in {".py", ".html"} and path.parent.name != "bundle"
    ]
    sentences = {
        " ".join(
            re.split(r"\n(?=\S)|\n\n", found)[0]
            .replace('" ~ index.id ~ "', "yearbook")
            .replace('"', " ")
            .split()
        )
        for text in texts
        for found in ADVICE.findall(text)
    }
    return sorted(sentence for sentence in sentences if is_command(sentence))


def is_command(sentence):
    """Whether it goes on like a command, with an option or a name in capitals; or is one that needs nothing.

    The demo is left out: it is built by the tests that read it.
    """
    first, *more = sentence.split()
    if first == "demo":
        return False
    return first in {"new", "plans", "faults"} or any(
        word.startswith(("-", "{")) or word.isupper() for word in more
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a programme of ten cities, and the files that the README names."""
    folder = tmp_path_factory.mktemp("readme")
    with new(folder / "demo.db") as programme:
        nation, *cities = demo_cities()
        chosen = [city for city in cities if city.code in CITIES]
        programme.register(cities=[nation, *chosen], by="a test", reason="ten cities")
        programme.load(DEMO / "national.csv", by="a test", reason="series")
        programme.load_ages(DEMO / "cohorts.csv", by="a test", reason="ages")
        table = pl.read_csv(DEMO / "observations.csv", infer_schema=False)
        table.filter(pl.col("city_code").is_in(CITIES)).write_csv(folder / "observations.csv")
        programme.load(folder / "observations.csv", by="a test", reason="yearbook")
    (folder / "src").symlink_to(ROOT / "src")
    (folder / "ages.csv").write_bytes((DEMO / "cohorts.csv").read_bytes())
    (folder / "claims.csv").write_bytes((DEMO / "claims.csv").read_bytes())
    header = "code,name_en,level\n"
    (folder / "cities.csv").write_text(f"{header}990100,Nowhere,prefecture\n", encoding="utf-8")
    mapping = 'source = "ccsy"\n[cities]\ncode = "code"\nname = "name_en"\nlevel = "level"\n'
    (folder / "cities.toml").write_text(mapping, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def answers(folder):
    """Return the exit code of each command: what must be adopted first, the README's, the advised."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("URBIUM_DATABASE", "demo.db")
        patch.setenv("URBIUM_KEY", str(folder / "key.pem"))
        for name in ("USER", "LOGNAME", "URBIUM_USER"):
            patch.delenv(name, raising=False)
        patch.setattr(cli.serving, "serve_until_stopped", lambda *_, **__: None)
        begun = [
            ["measure", "yearbook", "--period", "2012", "--adopt"],
            ["forecast", "population", "--to", "2035", "--adopt"],
            ["plan", "--years", "2016-2020", "--budget", "12 bn CNY/year", "--adopt", "--work-limit", "4"],
        ]
        for command in begun:
            assert answer(command) == 0
        said = {}
        for command in shown():
            prepare(folder, command)
            said[shlex.join(command)] = answer(command)
        for sentence in advised():
            command = shlex.split(filled(sentence))
            command += ["-d", "other.db"] if command == ["new"] else []
            prepare(folder, command)
            said[sentence] = answer(command)
        return said


def filled(sentence):
    """Return a command with something in place of the words that stand for it."""
    sentence = sentence.replace("load-ages FILE", "load-ages ages.csv")
    sentence = sentence.replace("load FILE", "load observations.csv")
    sentence = sentence.replace("check-claims FILE", "check-claims claims.csv")
    for word, name in NAMES.items():
        sentence = re.sub(rf"(?<![\w-]){re.escape(word)}(?!\w)", name, sentence)
    return sentence


def prepare(folder, command):
    """Do what the reader does between two commands: fill in a report, write down what has happened."""
    match command:
        case ["check", "report.xlsx", *_]:
            book = openpyxl.load_workbook(folder / "report.xlsx")
            heads = [cell.value for cell in book["Data"][1]]
            row = next(
                row
                for row in book["Data"].iter_rows(min_row=2)
                if row[heads.index("variable")].value == "gdp"
            )
            row[heads.index("value")].value, row[heads.index("source_id")].value = 70_000_000, "ccsy"
            book.save(folder / "report.xlsx")
        case ["catalogue", "start", *_]:
            shutil.rmtree(folder / "starter", ignore_errors=True)
        case ["catalogue", "import", *_]:
            shutil.rmtree(folder / "starter", ignore_errors=True)
            (folder / "starter").mkdir()
            units = "id,dimension,factor,name\ndozens,count,12,dozens\n"
            (folder / "starter" / "units.csv").write_text(units, encoding="utf-8")
        case ["case", "act", "account-changes", *_]:
            with open_programme(folder / "demo.db") as programme:
                for code in ("first", "second"):
                    programme.people.invite(FOUNDER, code, {"display": code, "grants": [OFFICE]})
                    programme.people.take_up(code)
                host = programme.people.named("first")
                programme.people.invite(host, "third", {"display": "third", "grants": [OFFICE]})
                command[3] = programme.people.proposed(host, "third")
        case ["certify", "plan.json", *_]:
            with open_programme(folder / "demo.db") as programme:
                (folder / "plan.json").write_bytes(programme.plans.file())
                starts = programme.adopted("plan").table.select("project", "start")
                starts.write_csv(folder / "starts.csv")
        case ["certify", "--starts", _]:
            with open_programme(folder / "demo.db") as programme:
                plan = programme.adopted("plan")
                plan.table.select("project", "start").write_csv(folder / "plan.csv")
        case ["replan", *_]:
            with open_programme(folder / "demo.db") as programme:
                first = programme.adopted("plan").table.sort("start").row(0, named=True)
            news = f"project,status,start\n{first['project']},started,{first['start']}\n"
            (folder / "actuals.csv").write_text(news, encoding="utf-8")


def answer(command):
    """Run a command in this process; return its exit code."""
    given = list(command)
    if given[0] in TIMED and "--work-limit" not in given:
        if "--time-limit" in given:
            given[given.index("--time-limit") + 1] = SECONDS
        else:
            given += ["--time-limit", SECONDS]
    try:
        main(given)
    except SystemExit as stop:
        return stop.code or 0
    return 0


@pytest.mark.long
def test_every_command_of_the_readme_and_every_advice_runs_as_written(answers):
    assert len(answers) > 50
    assert [command for command, code in answers.items() if code] == []


def test_the_readme_and_the_package_show_commands():
    assert len(shown()) > 40
    assert "plan --years FIRST-LAST --budget 'AMOUNT' --adopt" in advised()
