"""The tools of an assistant ask a served programme, see what a guest sees, and say whence an answer is."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import anyio
import polars as pl
import pytest
import uvicorn
from mcp import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client

import assistant
import urbium
from urbium.clients.assistant import Tools
from urbium.errors import InputError, UnavailableError
from urbium.model import City, Source
from urbium.store import FileStamp
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

TOWNS = [(f"{21000 + at}", f"Town {at:02}") for at in range(30)]


@contextmanager
def served(programme):
    """Serve a programme at an address of this machine; yields it."""
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve a programme of thirty towns in which nothing was measured."""
    with urbium.new(
        tmp_path_factory.mktemp("assistant") / "mx.db", nation="MX", name="Ciudades"
    ) as programme:
        cities = [City(code, {"en": name}, "metro", {"en": "Centro"}) for code, name in TOWNS]
        programme.register(cities=cities, by="ann", reason="a beginning")
        with served(programme) as address:
            yield address


@pytest.fixture(scope="module")
def tools(address):
    return Tools(address)


def test_there_are_twenty_tools_and_each_says_what_it_does(tools):
    listed = list(tools.list())

    assert len(listed) >= 20
    assert all(one["description"].startswith("Return ") for one in listed)


def test_an_answer_says_where_it_is_from_and_what_its_columns_mean(tools, address):
    answer = tools.call("summary", {})

    assert answer["from"] == f"{address}/api/summary"
    assert answer["answer"]["cities"] == 30
    assert answer["columns"]["cities"]["title"] == "Cities"


def test_a_long_table_is_cut_and_says_how_long_it_is(tools):
    answer = tools.call("cities", {"sort": "-city"})

    assert len(answer["answer"]) == 20
    assert answer["rows_in_all"] == {"answer": 30}
    assert answer["answer"][0]["city"] == TOWNS[-1][0]


def test_rows_and_columns_are_chosen(tools):
    answer = tools.call("cities", {"words": "town 07", "columns": "name,score"})

    assert answer["answer"] == [{"name": "Town 07", "score": None}]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("delete_everything", {}, "no tool"),
        ("cities", {"drop": "table"}, "does not take these arguments: drop"),
        ("city", {"code": "../../log"}, "no such page"),
        ("scores", {}, "urbium measure"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(tools, tool, arguments, said):
    with pytest.raises(InputError) as refused:
        tools.call(tool, arguments)

    assert said in f"{refused.value} {refused.value.remedy}"


def test_an_address_where_nothing_answers_is_named():
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9"):
        Tools("http://127.0.0.1:9")


def test_a_client_of_the_protocol_lists_the_tools_and_calls_one(address):
    async def ask():
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "urbium", "mcp", address], env=dict(os.environ)
        )
        async with (
            stdio_client(command) as (incoming, outgoing),
            ClientSession(incoming, outgoing) as session,
        ):
            await session.initialize()
            listed = await session.list_tools()
            return len(listed.tools), await session.call_tool("cities", {"most": 1})

    count, answer = anyio.run(ask)

    assert count >= 20
    assert not answer.is_error
    assert '"from": "http://127.0.0.1' in answer.content[0].text


@pytest.fixture(scope="module")
def raw():
    """Return what the raw files of the demonstration say of the cities of Anhui, and of the nation."""
    whole = assistant.Raw.read()
    cities = whole.cities.filter(pl.col("province") == "Anhui").head(4)
    places = [*cities["code"], "CHN"]
    return assistant.Raw(cities, whole.figures.filter(pl.col("place").is_in(places)))


@pytest.fixture(scope="module")
def asked_at(raw, tmp_path_factory):
    """Serve a programme that holds those figures."""
    sources = [Source("raw", "A publisher", "Raw files")]
    with urbium.new(tmp_path_factory.mktemp("raw") / "raw.db", nation="CN", name="Cities") as programme:
        cities = [
            City(row["code"], {"en": row["name"]}, row["level"], {"en": row["province"]})
            for row in raw.cities.iter_rows(named=True)
        ]
        programme.register(cities=cities, sources=sources, by="ann", reason="a beginning")
        areas = {name: one.area for name, one in programme.catalogue.variables.items()}
        for (file,), rows in raw.figures.group_by("file"):
            table = rows.rename({"place": "city"}).with_columns(
                area=pl.col("variable").replace_strict(areas),
                quality=pl.lit("measured"), source=pl.lit("raw"), sheet=pl.lit(""), reason=pl.lit(""),
            )  # fmt: skip
            programme.store.record(table, by="ann", reason="raw", file=FileStamp(file, "0" * 64))
        with served(programme) as address:
            yield address


def test_ten_questions_are_answered_as_the_raw_files_say_with_unit_source_and_cell(raw, asked_at):
    drawn = list(assistant.Drawn(raw, 3).questions(10))
    results = []

    async def use(ask, _tools):
        results.extend(await assistant.share_right(ask, raw, drawn))

    anyio.run(assistant.asked, [sys.executable, "-m", "urbium", "mcp", asked_at], use)

    right, lacking, faults = results
    assert faults == []
    assert right.total() == len(drawn) == 10
    assert not lacking


def test_an_answer_that_is_wrong_or_without_evidence_is_counted_as_such(raw):
    (question,) = [one for one in assistant.Drawn(raw, 3).questions(10) if one.kind == "nation"]
    (row,) = question.about
    figure = {"value": row["value"], "unit": row["unit"], "origin": {"publisher": "A", "title": "B"}}

    async def ask(_tool, **_):
        return {"answer": figure}

    async def refuse(_tool, **_):
        raise ValueError

    assert anyio.run(assistant.answered, ask, raw, question) == (row["value"], ["evidence"])
    assert anyio.run(assistant.share_right, refuse, raw, [question])[0].total() == 0
    assert not assistant.is_right(question, row["value"] + 1)
