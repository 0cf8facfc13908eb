"""The walk of an office through urbium: from ``new`` to publishing and every public page, by its commands.

Each step is a command as it is typed, run in this process; where one is refused, the refusal is held against
the laws, and the office does what the manual says instead. What is broken is gathered, not raised, so that
one walk tells all.
"""

import csv
import io
import json
import logging
import os
import re
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import polars as pl

from advice import advised, parses
from drawn_programmes import Drawn, seen
from laws import Breach, of_document, of_refusal, of_text
from office_files import Figure, figures_file, figures_of, register_file
from site_visit import visit
from urbium.cli import main
from urbium.programme import open_programme
from urbium.units import convert

_STAGES = ("scores", "outlook", "plan")
_OFFICE = "ann"
_CLOSE = 1e-9
_SECONDS = 1


class Walk:
    """One office's walk, and the laws that did not hold on it."""

    def __init__(self, programme: Drawn, folder: Path) -> None:
        self.programme, self.folder = programme, folder
        self.breaches: list[Breach] = []
        self.refusals: dict[str, Mapping[str, Any]] = {}
        self.advice: list[str] = []
        self.adopted: list[str] = []
        self.store = folder / "programme.db"

    def run(self, *words: object, is_json: bool = True) -> Any:
        """Type a command; return its answer, or None where it was refused or failed."""
        typed = [*map(str, words), *(["--json"] if is_json else [])]
        place = "urbium " + " ".join(typed[:4])
        said, told = io.StringIO(), io.StringIO()
        code: object = 0
        try:
            with redirect_stdout(said), redirect_stderr(told):
                main(typed)
        except SystemExit as stop:
            code = stop.code or 0
        except Exception:  # noqa: BLE001 - the law is that none arises
            self.breaches.append(Breach("no traceback", place, traceback.format_exc()[-900:]))
            return None
        if code == 0:
            answer = said.getvalue()
            self.breaches += of_text(place, answer if not is_json else "", self.own_words)
            return self._document(place, answer) if is_json else answer
        self._refused(place, told.getvalue(), is_json=is_json)
        return None

    def _document(self, place: str, answer: str) -> Any:
        try:
            return json.loads(answer, parse_constant=self._no_number(place)) if answer.strip() else {}
        except json.JSONDecodeError:
            self._break("an answer for programs is JSON", place, answer[:200])
            return {}

    def _no_number(self, place: str) -> Callable[[str], None]:
        return lambda word: self._break("no number is missing in what programs read", place, word)

    def _refused(self, place: str, told: str, *, is_json: bool) -> None:
        if not is_json or "{" not in told:
            self.refusals[place] = {"detail": told}
            if "Error" in told:  # a command that is not understood
                self.breaches.append(Breach("a typed command is understood", place, told[-300:]))
            return
        problem = json.loads(told[told.index("{") :])
        self.refusals[place] = problem
        self.breaches += of_refusal(place, problem)
        self.advice += [str(problem["remedy"]), *(str(f["remedy"]) for f in problem["faults"])]

    # --- the steps ------------------------------------------------------------------------------------------

    def begin(self) -> bool:
        """Make the programme; where nation, money or languages are refused, make it without them."""
        drawn = self.programme
        wanted = {
            "--nation": drawn.nation, "--currency": drawn.currency, "--languages": drawn.languages,
            "--time-zone": drawn.zone,
            "--price-year": drawn.price_year, "--set": drawn.set,
            "--fiscal-year": "" if drawn.fiscal_year == 1 else str(drawn.fiscal_year),
        }  # fmt: skip
        asked = [part for option, value in wanted.items() if value for part in (option, value)]
        made = self.run("new", "--name", "Cities of a nation", *asked)
        return made is not None or self.run("new") is not None

    def register(self) -> None:
        path = register_file(self.programme, self.folder)
        if self.run("register", path, "--reason", "our cities") is None:
            self._says_where(path)
            self.run("register", register_file(self.programme, self.folder, is_plain=True))
        with open_programme(self.store) as programme:
            stored = dict(programme.cities().select("code", "name_en").iter_rows())
        for town in self.programme.towns:
            if seen(stored.get(town.code) or "") != seen(town.name):
                self._break("a name is stored as it is written", path.name, f"{town} became {stored}")

    def declare(self) -> None:
        """Bring in the tables of one's own: of roles, and what was drawn of the starter."""
        drawn = self.programme
        if drawn.catalogue == "none":
            return
        begun = self.run("catalogue", "start", "roles", "--role", *drawn.roles)
        if begun is None and self.run("settings", "--currency", "USD", "--reason", "our money") is not None:
            begun = self.run("catalogue", "start", "roles", "--role", *drawn.roles)
        if begun is not None:
            self.advice += begun["next"]
            for table in (self.folder / "roles").rglob("*.csv"):
                asked = table.read_text(encoding="utf-8")
                table.write_text(re.sub(r"\[write here[^\]]*\]", "a yearbook", asked), encoding="utf-8")
            self.run("catalogue", "import", "roles", "--add", "--reason", "roles")
        if drawn.catalogue == "roles only":
            return
        self.run("catalogue", "start", "starter")
        self._thin_out(self.folder / "starter")
        imported = self.run("catalogue", "import", "starter", "--add", "--reason", "ours")
        if imported is None:
            self.run("catalogue", "start", "whole")
            self.run("catalogue", "import", "whole", "--add", "--reason", "ours")
        for table in drawn.retired:
            self.run("catalogue", "retire", table, "*", "--reason", "not ours")

    def _thin_out(self, starter: Path) -> None:
        """Leave out the tables and blank the cells that were drawn."""
        for table in self.programme.left_out if self.programme.catalogue == "parts" else ():
            (starter / table).unlink(missing_ok=True)
        for name in self.programme.blanked:
            table, column = name.split(".")
            for path in starter.rglob(f"{'own' if table in {'variables', 'indicators'} else table}.csv"):
                with path.open(encoding="utf-8", newline="") as file:
                    rows = list(csv.DictReader(file))
                if rows and column in rows[0]:
                    with path.open("w", encoding="utf-8", newline="") as file:
                        writer = csv.DictWriter(file, rows[0].keys())
                        writer.writeheader()
                        writer.writerows([row | {column: ""} for row in rows])

    def load(self) -> None:
        """Load the figures as the office has them, and plainly where they were refused."""
        figures = figures_of(self.programme)
        if not figures:
            return
        file = figures_file(self.programme, self.folder, figures)
        mapped = ["--mapping", file.mapping] if file.mapping else []
        if file.mapping:
            self.run("mapping", "draft", file.path)
        loaded = self.run("load", file.path, *mapped, "--reason", "ours")
        if loaded is None:
            self._says_where(file.path)
            plain = figures_file(self.programme, self.folder, figures, is_plain=True)
            loaded = self.run("load", plain.path, "--reason", "ours")
        if loaded is not None:
            self._equal(file.path.name, figures)

    def _equal(self, place: str, figures: list[Figure]) -> None:
        with open_programme(self.store) as programme:
            rows = programme.observations(statuses=["reported", "suspect", "projected", "accepted"])
        stored = {
            (row["city"], row["variable"], row["period"]): (row["value"], row["unit"])
            for row in rows.iter_rows(named=True)
        }
        for figure in figures:
            value, in_unit = stored.get((figure.city, figure.variable, figure.period), (None, figure.unit))
            is_told = figure.unit and self.programme.layout == "own long"  # others are in the variable's unit
            written = convert(figure.value, figure.unit, in_unit) if is_told else figure.value
            if value is None or abs(value - written) > _CLOSE * max(1, abs(written)):
                self._break("a figure is stored as it is written", place, f"{figure} became {value}")
                return

    def _says_where(self, path: Path) -> None:
        """Every error of a refused file has its cell, unless it is of the file as a whole."""
        problem = list(self.refusals.values())[-1]
        faults = problem.get("faults") or ()
        if not faults and path.name not in f"{problem.get('place')} {problem.get('detail')}":
            self._break("a refused file is named", path.name, str(problem))

    def stages(self) -> None:
        """Measure, project and plan what was drawn; whatever the doctor calls ready runs."""
        ready = self._ready()
        drawn = self.programme
        wanted = set(_STAGES) if drawn.stages == "all" else set(drawn.stages.split(" and "))
        reason = ("--adopt", "--reason", "first")
        if "scores" in wanted:
            index = "own_index" if drawn.catalogue in {"starter", "parts"} else "yearbook"
            self.run("measure", index, "--period", 2010 + drawn.years - 1, *reason)
        if "outlook" in wanted:
            for what in ("population", *drawn.forecasts):
                if what == "population" or ready.get(what):
                    adopting = reason if what == "population" else ()
                    made = self.run("forecast", what, "--to", drawn.horizon, *adopting)
                    if made is None and ready.get(what) and drawn.horizon > 2010 + drawn.years:
                        self._not_ready(what)
        if "plan" in wanted:
            self._plan(ready, reason)
        self._adopted_is_not_empty()

    def _plan(self, ready: Mapping[str, bool], reason: tuple[str, ...]) -> None:
        """Plan in the money of the programme, once a rate is given where one is needed."""
        with open_programme(self.store) as programme:
            money = programme.settings().currency
        if money and not ready.get("plan"):
            self.run("settings", "--rate", f"2.5 {money}/USD 2019 Central bank", "--reason", "rate")
            ready = self._ready()
        money = money or "USD"
        without = [part for rule in self.programme.without for part in ("--without", rule)]
        asked = ("--years", self.programme.plan_years, "--budget", f"{self.programme.budget} m {money}/year")
        limits = ("--time-limit", _SECONDS, "--gap", 0.05, "--accept-unproven")
        made = self.run("plan", *asked, *limits, *without, *reason)
        problem = self.refusals.get("urbium plan --years " + self.programme.plan_years + " --budget")
        if made is None and ready.get("plan") and problem and problem.get("status") == 422:
            is_of_question = self.programme.budget == 0 or "wrong-input" not in str(problem.get("type"))
            if not is_of_question:
                self._not_ready("plan")

    def _ready(self) -> dict[str, bool]:
        found = self.run("doctor") or []
        self.advice += [str(finding["remedy"]) for finding in found]
        states = [(str(finding["stage"]), str(finding["state"])) for finding in found]
        lacking = {stage for stage, state in states if state == "missing"}
        return {stage: not {stage, "register"} & lacking for stage, _ in states}

    def _not_ready(self, stage: str) -> None:
        self._break("what the doctor calls ready runs", stage, str(list(self.refusals.items())[-1]))

    def _adopted_is_not_empty(self) -> None:
        with open_programme(self.store) as programme:
            for stage in _STAGES:
                if not programme.workspace.is_adopted(stage):
                    continue
                self.adopted.append(stage)
                table = programme.adopted(stage).table
                values = table.select(pl.selectors.numeric())
                if not table.height or (
                    values.width and values.null_count().sum_horizontal()[0] == values.height * values.width
                ):
                    self._break("nothing empty is adopted", stage, f"{table.height} rows")

    def explain(self) -> None:
        """Ask where figures come from."""
        first, second = self.programme.towns[0], self.programme.towns[-1]
        if "plan" in self.adopted:
            with open_programme(self.store) as programme:
                solution = next(iter(programme.catalogue.solutions), "IOC")
            self.run("explain", first.code, "project", solution)
            self.run("finance")
            self.run("talent")
        elif "scores" in self.adopted:
            self.run("explain", first.code, "score", is_json=False)
            self.run("gap", first.code, second.code)
        elif "outlook" in self.adopted:
            self.run("explain", first.code, "population", is_json=False)

    def hand_out(self, endings: tuple[str, ...]) -> None:
        """Write a document of a city, the open files, and publish."""
        wanted = self.programme.hands_out
        for ending in endings if "city" in wanted else ():
            path = self.folder / f"city.{ending}"
            self.run("document", "city", "--city", self.programme.towns[0].code, "--to", path)
            if path.exists():
                self.breaches += of_document(path.name, path.read_bytes(), ending)
        if "export" in wanted and self.run("export", "out") is not None:
            for file in (self.folder / "out").glob("*.csv"):
                words = file.read_text(encoding="utf-8")
                if re.search(r"(?:^|,)(?:None|nan|NaN|inf)(?:,|$)", words, re.MULTILINE):
                    self._break("no number is missing in what programs read", file.name, "NaN or None")
        if "publish" in wanted:
            self.run("publish", "--reason", "first")

    def obey(self, most: int) -> None:
        """Type what was advised: it parses, and no traceback ends it."""
        for command in dict.fromkeys(c for remedy in self.advice for c in advised(remedy)):
            if not parses(command):
                self._break("advice can be typed", command, "it is not understood")
            elif most > 0:
                most -= 1
                words = parses(command)
                if words and words[0] not in {"serve", "demo", "new"}:
                    self.run(*words)

    def _break(self, law: str, place: str, words: str) -> None:
        self.breaches.append(Breach(law, place, words))

    @property
    def own_words(self) -> str:
        """What the office itself wrote: it may hold any word."""
        return " ".join(f"{town.code} {town.name}" for town in self.programme.towns)


@contextmanager
def _in_office(folder: Path, programme: Drawn) -> Iterator[None]:
    """Work in a folder, as one person, in a time zone; put all back."""
    before, here, silenced = dict(os.environ), Path.cwd(), logging.root.manager.disable
    logging.disable(logging.INFO)
    os.environ |= {"URBIUM_DATABASE": str(folder / "programme.db"), "URBIUM_USER": _OFFICE}
    os.environ |= {"TZ": programme.zone} if programme.zone else {}
    os.chdir(folder)
    time.tzset()
    try:
        yield
    finally:
        logging.disable(silenced)
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
        time.tzset()


def walk_of(programme: Drawn, folder: Path, *, is_whole: bool = False) -> Walk:
    """Walk a programme in an empty folder; return the walk with what was broken."""
    walk = Walk(programme, folder)
    with _in_office(folder, programme):
        if walk.begin():
            walk.register()
            walk.declare()
            walk.load()
            walk.stages()
            walk.explain()
            walk.hand_out(("html", "pdf") if is_whole else ("html",))
            if programme.is_visited or is_whole:
                with open_programme(walk.store) as opened:
                    walk.breaches += visit(opened, walk.own_words, each=3 if is_whole else 1)
            walk.obey(10 if is_whole else 1)
    return walk
