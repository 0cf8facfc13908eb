"""Contents: what a bundle holds, made from scores, and the scores made from it again.

What goes in are the observations, the cities and the declared rows; what comes out are the tables and the
explanations. Whatever is computed for a bundle is computed from its own contents, so that a reader who has
nothing else comes to the same.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from urbium.errors import InputError, UrbiumError
from urbium.measure import Scores, measure_index
from urbium.model import OBSERVATION
from urbium.publish.bundle.bundle_catalogue import Declared, declared_by, read_declared
from urbium.publish.bundle.lossless_csv import kinds_of, read_exact, write_exact
from urbium.publish.bundle.plain_records import write_json
from urbium.publish.bundle.verification import KEYS
from urbium.sources.formats.size_limits import MAX_CELLS
from urbium.text import coded, text

_CATALOGUE, _CITIES, _FIGURES = "catalogue.json", "cities.csv", "observations.csv"
_EXPLANATIONS, _README = "explanations.jsonl", "README.txt"
_TABLES: Final = (_CITIES, _FIGURES, *(f"{name}.csv" for name in KEYS))
SIGNED: Final = (_README, _CATALOGUE, _EXPLANATIONS, *_TABLES)
"""The members of a bundle that its manifest signs."""

_ORDER: Final = (
    "city",
    "variable",
    "area",
    "period",
    "source",
    "file",
    "sheet",
    "cell",
    "value",
    "recorded_at",
)
_KEPT_OUT: Final = "kept_out"
_NEEDED: Final = ("city", "variable", "period", "area")
_MOST_CITIES: Final = 5_000  # the United States have some 3,100 counties
_MOST_FIGURES: Final = 10 * MAX_CELLS  # places for figures: cities x boundaries x variables
_MOST_WORK: Final = 500_000_000  # runs x cities x indicators: about a minute
_LAST_YEAR: Final = 9999
_PAIR: Final = 2
_WORDS: Final = """\
A measurement by urbium that can be checked without trusting anybody.

  observations.csv     every figure, in its own unit, with file, sheet and cell; column kept_out: why it was
                       not used (empty: it was)
  cities.csv           the cities measured
  catalogue.json       the index with its tree, weights and steps; indicators, variables, sources, units
  scores.csv, pillars.csv, indicators.csv, goalposts.csv   what was computed
  explanations.jsonl   one line a city: its score down to the cells
  manifest.json        settings, versions, and the SHA-256 of every file above
  manifest.sig         the signature (Ed25519) of the SHA-256 of manifest.json; signer.pem is the public key

Tables: texts stand in quotes, an empty cell is a missing value, numbers read back as the same 64 bits.

To check it with urbium:   urbium verify FILE
To check it without:       sha256sum scores.csv ...        and compare with manifest.json
                           openssl dgst -sha256 -binary -out digest manifest.json
                           openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in digest \\
                             -sigfile manifest.sig
                           openssl pkey -pubin -in signer.pem -outform DER | tail -c 32 | sha256sum
                           the last is the fingerprint: compare it with the one the signer told you
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a measurement was asked for beside its index: the year, and the runs behind the intervals."""

    period: int
    runs: int
    seed: int


def run_of(scores: Scores) -> Run:
    """Return what scores were asked for."""
    doubt = scores.uncertainty
    return Run(scores.period, doubt.asked if doubt else 0, int(scores.settings.get("seed", 0)))


def contents_of(scores: Scores) -> tuple[dict[str, bytes], dict[str, list[list[str]]]]:
    """Return the signed members, and the columns of those that are tables.

    All that is computed is computed again from what the bundle will hold, so that it can be once more.
    """
    tables = {_CITIES: scores.cities, _FIGURES: _figures(scores)}
    declared = declared_by(
        scores.index,
        scores.catalogue,
        scores.sources,
        used=tables[_FIGURES]["source"].drop_nulls().to_list(),
        named=tables[_FIGURES]["unit"].drop_nulls().to_list(),
    )
    written = {name: write_exact(table) for name, table in tables.items()}
    written[_CATALOGUE] = write_json(declared.record())
    again = computed(
        read_declared(written[_CATALOGUE], place=_CATALOGUE),
        {name: read_exact(written[name], kinds_of(table), place=name) for name, table in tables.items()},
        run_of(scores),
    )
    stated = results(scores)
    for name, table in results(again).items():
        tables[f"{name}.csv"], written[f"{name}.csv"] = table, write_exact(table)
        same_columns = stated[name].select(
            column for column in table.columns if column in stated[name].columns
        )
        if write_exact(same_columns) != written[f"{name}.csv"]:
            raise InputError(
                coded(
                    "bundle.contents.other_table",
                    "the table {name} does not match its own observations",
                    name=name,
                ),
                place=repr(scores),
                remedy=text("measure again with measure_index, and bundle what it returns"),
            )
    written |= {_EXPLANATIONS: _explanations(again), _README: _WORDS.encode()}
    return written, {name: [[*pair] for pair in kinds_of(table).items()] for name, table in tables.items()}


def read_contents(
    content: Mapping[str, bytes], columns: Mapping[str, Any]
) -> tuple[Declared, dict[str, pl.DataFrame]]:
    """Return the catalogue and the tables; raise InputError for any text that is not as it is written."""
    tables = {name: read_exact(content[name], _kinds(name, columns), place=name) for name in _TABLES}
    return read_declared(content[_CATALOGUE], place=_CATALOGUE), tables


def results(scores: Scores) -> dict[str, pl.DataFrame]:
    """Return the tables of a measurement, each in one order."""
    tables = {name: scores.table if name == "scores" else getattr(scores, name) for name in KEYS}
    return {
        name: table.sort(["rank", "city"] if name == "scores" else KEYS[name], nulls_last=True)
        for name, table in tables.items()
    }


def computed(declared: Declared, tables: Mapping[str, pl.DataFrame], run: Run) -> Scores:
    """Measure from what a bundle holds; raise InputError when it cannot be done, or would take too much."""
    cities, figures = tables[_CITIES], tables[_FIGURES]
    _check_inputs(declared, cities, figures, run)
    with _computing():
        return measure_index(
            figures.drop(_KEPT_OUT),
            declared.index,
            declared.catalogue,
            cities=cities,
            period=run.period,
            sources=declared.catalogue.sources,
            runs=run.runs,
            seed=run.seed,
        )


def reworded(again: Scores, content: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the members whose words are not those that are written here."""
    if write_exact(_figures(again)) != content[_FIGURES]:
        yield _FIGURES
    with _computing():
        is_told_so = _explanations(again) == content[_EXPLANATIONS]
    if not is_told_so:
        yield _EXPLANATIONS


@contextmanager
def _computing() -> Iterator[None]:
    """Let whatever contents lead to end as a refusal, not as a crash."""
    try:
        with np.errstate(all="ignore"):
            yield
    except UrbiumError as error:
        raise InputError(
            error.message, place=error.place or _CATALOGUE, remedy=error.remedy, faults=error.faults
        ) from error
    except (
        ArithmeticError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
        pl.exceptions.PolarsError,
    ) as error:
        raise InputError(
            coded(
                "bundle.contents.not_computable", "the scores cannot be computed: {error}", error=str(error)
            ),
            place=_CATALOGUE,
        ) from error


def _figures(scores: Scores) -> pl.DataFrame:
    """Return the observations used and withheld, in one order, with why they were kept out."""
    used = scores.used.select(*OBSERVATION, pl.lit(None, pl.String).alias(_KEPT_OUT))
    withheld = scores.withheld.select(*OBSERVATION, pl.col("why").alias(_KEPT_OUT))
    return pl.concat([used, withheld]).sort(_ORDER, nulls_last=True, maintain_order=True)


def _explanations(scores: Scores) -> bytes:
    """Return one line of JSON for each city, by code."""
    lines = (
        json.dumps(
            {"city": city, **scores.explain(city).record()},
            ensure_ascii=False,
            allow_nan=False,
            sort_keys=True,
        )
        for city in sorted(scores.table["city"])
    )
    return "".join(line + "\n" for line in lines).encode()


def _check_inputs(declared: Declared, cities: pl.DataFrame, figures: pl.DataFrame, run: Run) -> None:
    """Refuse tables without what is needed, and such as would take more memory than a file may."""
    names = [kind for name, kind in cities.schema.items() if name.startswith("name_")]
    if cities.schema.get("code") != pl.String() or not names or {*names} - {pl.String()}:
        raise InputError(
            coded(
                "bundle.contents.city_columns", "each city needs a code, and a name in at least one language"
            ),
            place=_CITIES,
        )
    if cities["code"].null_count():
        raise InputError(coded("bundle.contents.city_code", "a city has no code"), place=_CITIES)
    if figures.schema != {**OBSERVATION, _KEPT_OUT: pl.String()}:
        raise InputError(
            coded(
                "bundle.contents.observation_columns",
                "the observations need the columns {names}",
                names=", ".join(OBSERVATION),
            ),
            place=_FIGURES,
        )
    if sum(figures.select(_NEEDED).null_count().row(0)):
        raise InputError(
            coded(
                "bundle.contents.observation_lacks",
                "an observation lacks one of {names}",
                names=", ".join(_NEEDED),
            ),
            place=_FIGURES,
        )
    variables = declared.catalogue.variables.values()
    areas = len({*figures["area"].unique(), *(variable.area for variable in variables)})
    places = cities.height * max(areas * len(variables), len(declared.catalogue.indicators))
    if cities.height > _MOST_CITIES or places > _MOST_FIGURES:
        raise InputError(
            coded(
                "bundle.contents.too_many",
                "{cities:,} cities with up to {places:,} figures are too many to compute here",
                cities=cities.height,
                places=places,
            ),
            place=_CITIES,
        )
    work = run.runs * cities.height * len(declared.catalogue.indicators)
    if not 0 <= run.period <= _LAST_YEAR or run.runs < 0 or run.seed < 0 or work > _MOST_WORK:
        raise InputError(
            coded(
                "bundle.contents.run_not_computable", "the run {run} cannot be computed here", run=str(run)
            ),
            place="manifest.json",
        )


def _kinds(name: str, columns: Mapping[str, Any]) -> dict[str, str]:
    """Return the kind of each column of a table, as the manifest has it."""
    pairs = columns.get(name)
    if (
        not isinstance(pairs, list)
        or not all(map(_is_pair, pairs))
        or len({pair[0] for pair in pairs}) < len(pairs)
    ):
        raise InputError(
            coded("bundle.contents.no_columns", "the manifest does not state its columns"), place=name
        )
    return dict(pairs)


def _is_pair(given: object) -> bool:
    return isinstance(given, list) and len(given) == _PAIR and all(isinstance(part, str) for part in given)
