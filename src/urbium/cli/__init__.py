"""The command: one function a verb; each opens the programme, calls one of its verbs and shows the result.

Results go to standard output, as a table for people or with ``--json`` for programs; progress and errors go
to standard error; the exit code tells the class of an error (``urbium.errors``). Heavy modules are imported
where they are used, so that ``urbium --help`` answers at once.

Where to change what:

- what a command prints: the sentences and the table of the stage's result (``__repr__``, ``table``);
  which verb is in which module: ``__init__.py``; the labels of facts: ``data/facts.csv``
- a new command: its module, its row in the list of ``__init__.py``; tables are saved by ``save_table`` of
  ``result.py``, what a spreadsheet would run is made harmless by ``csv_text.py``; exit codes: ``errors.py``
- an option that many commands have (``--database``, ``--language``, ``--save``, ``--as``), its default and
  its variable (``URBIUM_DATABASE``; what is typed goes first, there is no file of settings): the records of
  ``show.py``; of the server alone (``--host``, ``--port``): ``serve`` of ``serving.py``
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Group, Parameter

from urbium import __version__
from urbium.cli import (
    bringing,
    documents,
    finances,
    inquiry,
    live,
    margins,
    market,
    operating,
    options,
    planning,
    platform,
    proving,
    publishing,
    serving,
    settings,
    talent,
    track,
    working,
)
from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.cases import contracts, rounds
from urbium.cli.catalogues import catalogue as catalogue_app
from urbium.cli.help import translated
from urbium.cli.opening import opened
from urbium.cli.show import (
    COMMON,
    SAVING,
    Common,
    Flag,
    Saving,
    print_error,
    say_explanation,
    say_facts,
    say_result,
    say_table,
    say_written,
    tell,
)
from urbium.errors import InputError, UrbiumError
from urbium.files import FULL, file_error
from urbium.interrupt import Interrupt
from urbium.programme.base.stages import EXPLAINED, FIGURE, PARTS, explained_by
from urbium.text import ENGLISH, Text, coded, language, text

__all__ = ["app", "main"]

app = App(
    name="urbium",
    version=__version__,
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)

_GROUPS = (*rounds.GROUPS, *contracts.GROUPS, *platform.GROUPS)
_INTERRUPTED = 130
_READER_GONE = 141
"""What a shell says of a command that the signal of a closed pipe ended, such as ``cat`` before ``head``."""
_ASKS_OF_FIGURE = text("name a variable, for example gdp")


if TYPE_CHECKING:
    import polars as pl

    from urbium.programme import Programme

if TYPE_CHECKING:  # what the stages declare is known only when the program runs
    Part = str
    Explained = str
else:
    Part = Literal[PARTS]
    Explained = Literal[EXPLAINED]


def upgrade(*, common: Common = COMMON) -> None:
    """Upgrade a programme made by an earlier version of urbium; stored data does not change."""
    from urbium import programme

    programme.upgrade(common.database)
    with opened(common) as upgraded:
        say_facts(upgraded.summary(), common)


def mappings(*, common: Common = COMMON) -> None:
    """List the mappings supplied with urbium for widely used file layouts (--mapping NAME)."""
    from urbium.programme import packaged_mappings

    title = text("Third-party files read with --mapping")
    say_table(packaged_mappings(), common, title=title)


def template(
    file: Path,
    /,
    *,
    variables: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    periods: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    city: str = "",
    form: Literal["long", "wide"] = "long",
    common: Common = COMMON,
) -> None:
    """Write the Excel template in which cities report figures, in the language given by --language.

    Parameters
    ----------
    file
        The file to write (.xlsx).
    variables
        The variables to request; by default, those of the yearbook.
    periods
        The periods to request; by default, the year after the last stored one.
    city
        Request data only from this city, given by code or name.
    form
        long has a row for each figure; wide has a column for each variable.
    """
    with opened(common) as programme:
        written = programme.template(file, variables=variables, periods=periods or (), city=city, form=form)
        say_facts({"written": str(written)}, common)


_mapping = App(name="mapping")
_mapping.command(bringing.draft)


@_mapping.command(name="keys")
def mapping_keys(*, common: Common = COMMON) -> None:
    """List the keys of a mapping file, each with a description.

    Where a description says "where to read" something, give a heading or a table of keys.
    """
    from urbium.programme import mapping_keys as every_key

    say_table(every_key(), common, title=text("Keys of a mapping file"))


def measure(
    index: str = "yearbook",
    /,
    *,
    period: int,
    availability: float | None = None,
    steps: str | None = None,
    aggregate: str | None = None,
    runs: int | None = None,
    adopt: Flag = False,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Score every city by an index, with an interval for each rank.

    Parameters
    ----------
    index
        The index: yearbook, u4ssc, or one you have declared.
    period
        The year.
    availability
        The minimum share (0 to 1) of indicators with known values, instead of the index's own minimum.
    steps
        Normalisation steps, such as "screen > winsorise > z-score", to use instead of the index's own.
    aggregate
        The mean for each level from the bottom up, such as "geometric > arithmetic", to use instead of the
        index's own.
    runs
        How many times to repeat the measurement with different choices and data, to find the intervals; 0 for
        none.
    adopt
        Adopt the scores: pages show them and later stages use them.
    """
    with opened(common, by=author.by) as programme:
        scores = programme.measure(
            index, period=period, availability=availability, steps=steps, aggregate=aggregate, runs=runs
        )
        if adopt:
            programme.adopt(scores, by=author.by, reason=author.reason)
        say_result(scores, common, names=programme.cities())


def forecast(
    what: Part = "population",
    /,
    *,
    to: int,
    of: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    given: Path | None = None,
    workbook: Path | None = None,
    adopt: Flag = False,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Make projections of people, work and services, with 80% and 95% bands.

    Parameters
    ----------
    what
        population of each city; the nation and its parts, which add up; ages of the nation; households;
        workforce, its sectors and jobs; pressure on the services of each city.
    to
        The last year.
    of
        With "ages": the cities to include; by default, the nation as a whole.
    given
        A CSV file of changes in levers, used to show how the population would develop. Its columns: city,
        lever (net migration, housing, jobs), since (year), change (per year, in addition to what is expected:
        persons per 1,000 people, or percent).
    workbook
        Write every part of the forecast here, as one Excel workbook (.xlsx).
    adopt
        Adopt the forecast, so that pages show it.
    """
    with opened(common, by=author.by) as programme:
        if given:
            _check_given(what, is_adopted=adopt)
            outlook = programme.conditional(given, to=to)
        else:
            outlook = programme.forecast(what, to=to, of=[programme.city(name).code for name in of or ()])
        if workbook:
            say_written(programme.outlook_book(workbook, to=to))
        if adopt:
            programme.adopt(outlook, by=author.by, reason=author.reason)
        say_result(outlook, common, names=programme.cities())


def _check_given(what: str, *, is_adopted: bool) -> None:
    """Raise InputError where levers cannot be moved, or what they give would be taken for a forecast."""
    if what != "population":
        raise InputError(
            coded("cli.forecast.given_what", "levers change the population of cities, not {what}", what=what),
            remedy=text("omit {what}", what=what),
        )
    if is_adopted:
        raise InputError(
            coded(
                "cli.forecast.given_adopt", "results from levers are not a forecast, and cannot be adopted"
            ),
            remedy=text("omit --adopt or --given"),
        )


def explain(
    city: str,
    what: Explained = "score",
    name: str = "",
    /,
    *,
    period: str = "",
    area: str = "",
    common: Common = COMMON,
) -> None:
    """Explain how a figure was obtained, down to file, sheet and cell.

    Parameters
    ----------
    city
        The city, given by code or name.
    what
        score, population (the outlook), nation (how all parts add up), ages, households, workforce, pressure
        (on a service), figure (an observation) or project (why it is or is not in the plan).
    name
        For a figure, its variable; for a project, its solution; for pressure, the service (such as beds); for
        the workforce, the series (employment, output, jobs); for the nation, one of its parts (such as
        urban).
    period
        For a figure, its period; for ages or households, the year; by default, the latest one.
    area
        The boundary of a figure; by default, the one declared for its variable.
    """
    stage = explained_by(what)
    asks = _ASKS_OF_FIGURE if what == FIGURE else stage.asks if stage else ""
    if asks and not name:
        raise InputError(coded("cli.explain.which", "which {what}?", what=what), remedy=asks)
    with opened(common) as programme:
        say_explanation(programme.explain(city, what, name, period=period, area=area), common)


def export(path: Path, /, *, history: Flag = False, common: Common = COMMON) -> None:
    """Write the register, the figures with their sources, and the adopted results as open files.

    Parameters
    ----------
    path
        A folder, created if missing; or a file that ends in .parquet, for the figures alone.
    history
        Include every earlier version of each figure, including those that were corrected or rejected.
    """
    with opened(common) as programme:
        written = programme.export(path, history=history)
        say_facts({"written": [str(file) for file in written]}, common)


def cities(*, common: Common = COMMON) -> None:
    """List the registered cities and the areas to which they belong, by code."""
    with opened(common) as programme:
        places = programme.cities().select("code", "^name_.*$", "level", "parent")
        if not common.json:  # a program reads the names in every language
            places = _places_in_words(programme, places)
        say_table(places, common, title=text("Registered places"))


def _places_in_words(programme: "Programme", places: "pl.DataFrame") -> "pl.DataFrame":
    """Return places by their names in the language spoken, with what their levels are called."""
    import polars as pl

    from urbium.programme.base.labels import level
    from urbium.text.naming import names_by_code, with_names

    words = {code: level(code, programme.settings.word(f"level {code}")) for code in places["level"].unique()}
    named = with_names(places, names_by_code(places), code="code")
    return named.select("code", "name", pl.col("level").replace(words), "parent")


def help_(*command: str) -> None:
    """Say what urbium does, or what a command does.

    Parameters
    ----------
    command
        The command, such as plan.
    """
    app.help_print(list(command))


_STAGES: tuple[tuple[Text, tuple[Callable[..., Any] | App, ...]], ...] = (
    (
        text("Setting up"),
        (serving.demo, settings.new, settings.settings, catalogue_app, settings.doctor, upgrade, help_),
    ),
    (
        text("Bringing in data"),
        (template, mappings, _mapping, *bringing.VERBS, *platform.VERBS),
    ),
    (
        text("Measuring cities"),
        (cities, measure, *inquiry.VERBS),
    ),
    (
        text("Looking ahead"),
        (forecast,),
    ),
    (
        text("Planning"),
        (*planning.VERBS, *options.VERBS, *margins.VERBS),
    ),
    (
        text("Money and people in the plan"),
        (*finances.VERBS, *market.VERBS, *talent.VERBS),
    ),
    (
        text("Jobs and sectors"),
        (*(group for group, _ in _GROUPS), *rounds.VERBS),
    ),
    (
        text("Current activity, and results of plans"),
        (live.feeds, *live.VERBS, *track.VERBS),
    ),
    (
        text("Explanation and export"),
        (explain, *documents.VERBS, export, *publishing.VERBS, *proving.VERBS),
    ),
    (
        text("Serving"),
        (serving.serve, working.work, working.send_letters, *operating.VERBS, serving.client, serving.mcp),
    ),
)
"""Every command, by the stage of the programme that it belongs to, in the order of the help."""

_PLAIN = {"measure": "rank", "profile": "city"}
"""What a newcomer calls a command."""

for _, _verbs in _STAGES:
    for _verb in _verbs:
        app.command(_verb, alias=_PLAIN.get(getattr(_verb, "__name__", "")))


def _grouped() -> None:
    """Let the help list the commands by stage, in the language that is spoken."""
    for place, (title, verbs) in enumerate(_STAGES):
        group = Group(title.render(), sort_key=place)
        for verb in verbs:
            name = verb.name[0] if isinstance(verb, App) else app.name_transform(verb.__name__)
            app[name].group = group


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command in the language asked for."""
    gc.set_threshold(20_000)  # usual searches for garbage take a quarter of the time that imports take
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    with language(_language(tokens)), translated(app):
        catalogue_app.help = text("Declare your own indicators, solutions, norms and rules.").render()
        _mapping.help = text("Describe how a table from another source is read.").render()
        for group, words in _GROUPS:
            group.help = words.render()
        app.help = text("Run a national smart-city programme as one integrated model.").render()
        _grouped()
        _run(tokens)


def _stop(number: int, _: object) -> None:
    """End as Ctrl-C does, so that whatever was begun is put away."""
    sys.exit(128 + number)


def _language(tokens: Sequence[str]) -> str:
    """Return the language asked for, before anything is read: what is refused is said in it too.

    >>> _language(["plans", "--language", "zh"]), _language(["plans", "--language=zh"])
    ('zh', 'zh')
    """
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        name, has_value, value = token.partition("=")
        if name == "--language":
            return value if has_value else following or ENGLISH
    return os.environ.get("URBIUM_LANGUAGE") or ENGLISH


def _leave_output() -> None:
    """Give up a standard output that takes nothing more, so that the end does not try again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(tokens: Sequence[str]) -> None:
    try:
        with Interrupt():
            _answer(tokens)
    except KeyboardInterrupt:
        tell(text("urbium: stopped; nothing was left half-written"))
        # Python ends by the signal itself where Ctrl-C fell into code run from a text, as that of dataclasses
        # is while a module is imported, although it was caught; running another text makes it forget.
        exec("")  # noqa: S102
        sys.exit(_INTERRUPTED)


def _answer(tokens: Sequence[str]) -> None:
    """Run the command; errors end it with the exit code of their class."""
    try:
        try:
            app(tokens)
        finally:
            sys.stdout.flush()  # a full disk behind it is noticed here, not after the end
    except BrokenPipeError:
        _leave_output()
        sys.exit(_READER_GONE)
    except UrbiumError as error:
        print_error(error, is_json="--json" in tokens)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.errno in FULL:
            refusal = file_error(error, error.filename or "")
            _leave_output()
            print_error(refusal, is_json="--json" in tokens)
            sys.exit(refusal.exit_code)
        tell(text("urbium: {file}: {reason}; check the path", file=error.filename, reason=error.strerror))
        sys.exit(InputError.exit_code)
