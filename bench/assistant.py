"""How many questions about the demonstration its assistant's tools answer right, and how well founded.

Questions are drawn by a seed over the cities, variables and years of the raw files of the demonstration; what
is right is read of those files alone. Each is asked through the tools of ``urbium mcp``, over the protocol,
as a guest: no language model takes part, so what is measured is whether the tools hold the answer. A figure
is right with its value, its unit, the publisher of its source, and the file and cell in which it stands. What
only signed-in people may see must stand in no answer of any tool.

    python bench/assistant.py DATABASE [--questions 200] [--seed 1] [--record]
"""

import argparse
import csv
import json
import math
import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import polars as pl
import uvicorn
from mcp import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import TextContent

import history
import urbium
from urbium.programme import open_programme
from urbium.web import create_app

DEMO = Path(urbium.__file__).parent / "data" / "demo"
SHARES = {
    "figure": 0.4, "nation": 0.1, "change": 0.1, "larger": 0.1, "highest": 0.1, "number": 0.1, "level": 0.1,
}  # fmt: skip
"""What part of the questions is of each kind."""
MOST = 5
"""Cities at most of a province of which the highest figure is asked for: each is a question of its own."""
Ask = Callable[..., Awaitable[dict[str, Any]]]
"""Calls a tool by its name, and returns what it answers."""


Drawing = tuple[str, Sequence[Mapping[str, Any]], Any]
"""Words of a question, what it is about, and what is right."""


@dataclass(frozen=True)
class Question:
    """A question: its kind, its words, what it is about, and the answer that is right."""

    kind: str
    words: str
    about: tuple[Mapping[str, Any], ...]
    right: Any


@dataclass(frozen=True)
class Raw:
    """The raw files: cities, and figures of places with the file and the line that they stand in."""

    cities: pl.DataFrame
    figures: pl.DataFrame

    @classmethod
    def read(cls, folder: Path = DEMO) -> "Raw":
        """Read the files of the demonstration."""
        cities = pl.read_csv(folder / "cities.csv", infer_schema=False).select(
            "code", "level", name="name_en", province="province_en"
        )
        parts = [
            pl.read_csv(folder / file, infer_schema=False, row_index_name="line", row_index_offset=2).select(
                pl.col(place).alias("place"),
                "variable", "period", pl.col("value").cast(pl.Float64), "unit", "status",
                pl.format("D{}", "line").alias("cell"), file=pl.lit(file),
            )
            for file, place in (("observations.csv", "city_code"), ("national.csv", "country"))
        ]  # fmt: skip
        return cls(cities, pl.concat(parts).drop_nulls("value"))


class Drawn:
    """Draws questions; the same for a seed."""

    def __init__(self, raw: Raw, seed: int) -> None:
        self._draw = random.Random(seed)
        self._cities = {row["code"]: row for row in raw.cities.iter_rows(named=True)}
        rows = raw.figures.to_dicts()
        self._of_cities = [row for row in rows if row["place"] in self._cities]
        self._of_nation = [row for row in rows if row["place"] not in self._cities]
        self._series = self._grouped("place", "variable")
        self._compared = self._grouped("variable", "period")
        self._provinces = Counter(row["province"] for row in self._cities.values())

    def questions(self, count: int) -> Iterator[Question]:
        """Yield so many questions, of each kind its share."""
        for kind, share in SHARES.items():
            for _ in range(round(count * share)):
                words, about, right = getattr(self, f"_{kind}")()
                yield Question(kind, words, tuple(about), right)

    def _grouped(self, *by: str) -> list[list[dict[str, Any]]]:
        """Return the figures of cities in groups of several."""
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self._of_cities:
            groups.setdefault(tuple(row[name] for name in by), []).append(row)
        return [rows for rows in groups.values() if len(rows) > 1]

    def _named(self, row: Mapping[str, Any]) -> str:
        city = self._cities[row["place"]]
        return f"{city['name']} ({city['province']})"

    def _figure(self) -> Drawing:
        row = self._draw.choice(self._of_cities)
        return f"What was {row['variable']} of {self._named(row)} in {row['period']}?", [row], row["value"]

    def _nation(self) -> Drawing:
        row = self._draw.choice(self._of_nation)
        return f"What was {row['variable']} of {row['place']} in {row['period']}?", [row], row["value"]

    def _change(self) -> Drawing:
        first, last = self._draw.sample(self._draw.choice(self._series), 2)
        what, where = first["variable"], self._named(first)
        words = f"By how much did {what} of {where} change from {first['period']} to {last['period']}?"
        return words, [first, last], last["value"] - first["value"]

    def _larger(self) -> Drawing:
        first, last = self._draw.sample(self._draw.choice(self._compared), 2)
        where = f"{self._named(first)} or {self._named(last)}"
        words = f"How much {first['variable']} had {where}, whichever had more, in {first['period']}?"
        return words, [first, last], max(first["value"], last["value"])

    def _highest(self) -> Drawing:
        few = [province for province, number in self._provinces.items() if number <= MOST]
        province = self._draw.choice(sorted(few))
        rows = [
            [row for row in rows if self._cities[row["place"]]["province"] == province]
            for rows in self._compared
        ]
        drawn = self._draw.choice([some for some in rows if some])
        words = f"What was the highest {drawn[0]['variable']} of {province} in {drawn[0]['period']}?"
        return words, drawn, max(row["value"] for row in drawn)

    def _number(self) -> Drawing:
        province = self._draw.choice(sorted(self._provinces))
        words = f"How many cities of {province} are there?"
        return words, [{"province": province}], self._provinces[province]

    def _level(self) -> Drawing:
        city = self._cities[self._draw.choice(sorted(self._cities))]
        return f"At which level is {city['name']} ({city['province']})?", [city], city["level"]


async def answered(ask: Ask, raw: Raw, question: Question) -> tuple[Any, list[str]]:
    """Return the answer to a question, and what its figures lack."""
    if question.kind == "number":
        (about,) = question.about
        got = await ask("cities", words=about["province"], columns="province", most=200)
        return sum(row["province"] == about["province"] for row in got["answer"]), []
    if question.kind == "level":
        (about,) = question.about
        got = await ask("city", code=about["code"], columns="level", most=1)
        return got["answer"]["level"], []
    values: list[float] = []
    lacks: list[str] = []
    for row in question.about:
        code = row["place"]
        if question.kind != "nation":
            city = raw.cities.row(by_predicate=pl.col("code") == code, named=True)
            listed = await ask(
                "cities", words=f"{city['name']} {city['province']}", columns="city,name_en,province"
            )
            (code,) = [
                one["city"] for one in listed["answer"]
                if (one["name_en"], one["province"]) == (city["name"], city["province"])
            ]  # fmt: skip
        got = await ask(
            "explain_figure", code=code, what="figure", name=row["variable"], period=row["period"]
        )
        figure = got["answer"]
        values.append(figure["value"])
        lacks += _lacking(figure, row)
    if question.kind == "change":
        return values[1] - values[0], lacks
    return max(values), lacks


def _lacking(figure: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a figure lacks of unit, source and evidence; the evidence is looked up in the raw file."""
    origin = figure.get("origin") or {}
    if figure.get("unit") != row["unit"]:
        yield "unit"
    if not (origin.get("publisher") and origin.get("title")):
        yield "source"
    if (origin.get("file"), origin.get("cell")) != (row["file"], row["cell"]):
        yield "evidence"


def is_right(question: Question, answer: object) -> bool:
    """Say whether an answer is the one of the raw files; a number to nine digits."""
    if isinstance(question.right, float) and isinstance(answer, int | float):
        return math.isclose(question.right, answer, rel_tol=1e-9, abs_tol=1e-9)
    return bool(question.right == answer)


@contextmanager
def served(database: Path) -> Iterator[str]:
    """Serve a programme at an address of this machine; yields it."""
    with open_programme(database) as programme:
        server = uvicorn.Server(uvicorn.Config(create_app(programme), port=0, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.02)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


async def asked(command: Sequence[str], use: Callable[[Ask, Sequence[str]], Awaitable[None]]) -> None:
    """Start a server of the protocol and use its tools; their names are given, too."""
    server = StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(os.environ))
    async with stdio_client(server) as (incoming, outgoing), ClientSession(incoming, outgoing) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools

        async def ask(tool: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - as the tool takes them
            answer = await session.call_tool(tool, arguments)
            said = "".join(part.text for part in answer.content if isinstance(part, TextContent))
            if answer.is_error:
                raise ValueError(said)
            return dict(json.loads(said))

        free = [tool.name for tool in tools if not tool.input_schema.get("required")]
        await use(ask, free)


def private() -> set[str]:
    """Return what no guest may read of the people of the demonstration: their addresses and their names."""
    with (DEMO / "accounts.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = {row["display"] for row in rows if " " in row["display"] and row["account"] != "office"}
    return {f"{row['account']}@demo.example" for row in rows} | names


async def share_right(
    ask: Ask, raw: Raw, drawn: Sequence[Question]
) -> tuple[Counter[str], Counter[str], list[str]]:
    """Return how many of each kind were answered right, how many figures lack what, and each fault."""
    right: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    faults = []
    for question in drawn:
        try:
            answer, lacks = await answered(ask, raw, question)
        except ValueError as error:
            answer, lacks = f"refused: {error}", []
        lacking.update(lacks)
        if is_right(question, answer) and not lacks:
            right[question.kind] += 1
        else:
            faults.append(f"{question.words} {question.right} is right; answered: {answer}; lacks: {lacks}")
    return right, lacking, faults


def main() -> None:
    """Ask, print the share that is right by kind and every fault, and record where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("database", type=Path, help="the demonstration, which is served meanwhile")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    history.add_option(parser)
    options = parser.parse_args()
    raw = Raw.read()
    drawn = list(Drawn(raw, options.seed).questions(options.questions))
    answers: list[str] = []

    async def use(ask: Ask, tools: Sequence[str]) -> None:
        async def kept(tool: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
            answer = await ask(tool, **arguments)
            answers.append(json.dumps(answer, ensure_ascii=False))
            return answer

        right, lacking, faults = await share_right(kept, raw, drawn)
        for tool in tools:
            await kept(tool, most=200)
        asked_for = Counter(question.kind for question in drawn)
        print("\n".join(faults))
        for kind, number in asked_for.items():
            print(f"{kind:<8} {right[kind]:>4} of {number}")
        leaks = sorted({word for word in private() for answer in answers if word in answer})
        share = right.total() / len(drawn)
        print(f"right: {share:.1%}; lacking: {dict(lacking)}; private: {leaks}; {len(answers)} answers read")
        if options.record:
            figures = {
                "right": share,
                "without unit, source or evidence": lacking.total(),
                "private": len(leaks),
            }
            history.record(
                "assistant",
                figures,
                case=f"{len(drawn)} questions, seed {options.seed}",
                units={"right": "share"},
            )

    with served(options.database) as address:
        anyio.run(asked, [sys.executable, "-m", "urbium", "mcp", address], use)


if __name__ == "__main__":
    main()
