"""Moves: what would raise a city's score: a figure at the level of the best quarter, or as a reader asks."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError
from urbium.model import rank
from urbium.programme import Programme
from urbium.text import Text, named, paragraph, sentences, text
from urbium.web.rendering.words import measured, named_rows
from urbium.web.views.frames import lasting, ranked
from urbium.web.views.index import RankChanges, moved
from urbium.web.views.whatif import asked, changes

_SHOWN: Final = 4
_GOOD: Final = 0.75
"""Beyond this share of the other cities begins the best quarter."""
_LEAST_GAIN: Final = 1e-9
_SOLUTIONS: Final = 3


def nearest_moves(office: Programme, code: str) -> dict[str, Any] | None:
    """Gather what each figure at the level of the best quarter would do, or what a score still needs.

    None where no score is adopted, or the city was not measured.
    """
    scores = office.adopted("scores")
    if scores is None or code not in scores.table["city"]:
        return None

    def gather() -> dict[str, Any]:
        score = scores.table.filter(pl.col("city") == code)["score"].item()
        needed = office.needed_figures(code) if score is None else []
        names = {name: named(scores.catalogue.variables[name].name, name).render() for name in needed}
        rows = [] if score is None else _moves(office, scores, code)
        return {"rows": rows[:_SHOWN], "needed": names}

    moves = lasting(office, f"what would move {code}", gather)
    rows = [row | {"acting": acting_on(scores.catalogue, row["indicator"])} for row in moves["rows"]]
    return moves | {"rows": rows}


def _moves(office: Programme, scores: Any, code: str) -> list[dict[str, Any]]:  # noqa: ANN401 - the scores' own class
    """The figures of a city that would raise its score at the level of the best quarter, the most first."""
    rows = []
    names = named_rows({node.id: node for node in scores.index.nodes})
    for row in (
        scores.indicators.filter(pl.col("city") == code).drop_nulls("normalised").iter_rows(named=True)
    ):
        name, sign = row["indicator"], scores.catalogue.indicators[row["indicator"]].direction
        values = scores.indicators.filter(pl.col("indicator") == name)["value"] * sign
        level = values.quantile(_GOOD, "nearest")
        if level is None or level <= row["value"] * sign:
            continue
        after = moved(office, RankChanges({}, values={(code, name): level * sign}))
        then = after.filter(pl.col("city") == code).row(0, named=True)
        if then["score"] - then["score_before"] > _LEAST_GAIN:
            then = {key: then[key] for key in ("score", "rank", "change")}
            rows.append(row | {"name": names[name], "level": level * sign} | then)
    return sorted(rows, key=lambda row: (-row["score"], row["name"]))


def acting_on(catalogue: Catalogue, indicator: str) -> dict[str, str]:
    """Return the names of solutions that improve an indicator by a declared effect, the best founded first.

    >>> from urbium.catalogue import load_catalogue
    >>> catalogue = load_catalogue()
    >>> list(acting_on(catalogue, "EC: I: WS: 3C")), acting_on(catalogue, "hospital_beds_per_100k")
    (['NRW', 'PRESSURE'], {})
    """
    wanted = "up" if catalogue.indicators[indicator].direction > 0 else "down"
    effects = [
        one for one in catalogue.effects
        if (one.indicator_code, one.direction) == (indicator, wanted) and one.is_of_city
    ]  # fmt: skip
    best = sorted(effects, key=lambda one: (rank(one.evidence), one.solution))
    codes = list(dict.fromkeys(one.solution for one in best))[:_SOLUTIONS]
    return {code: catalogue.solutions[code].name for code in codes}


def what_if_here(office: Programme, code: str, figure: str, value: str) -> dict[str, Any] | None:
    """Gather the form that asks what another value of a figure would do, and its answer.

    None where no score is adopted, or the city was not measured.
    """
    scores = office.adopted("scores")
    if scores is None or code not in scores.table["city"]:
        return None
    index = scores.index
    names = named_rows({node.id: node for node in index.nodes if node.id in index.indicators})
    units = dict(scores.indicators.drop_nulls("unit").select("indicator", "unit").unique().iter_rows())
    counting = set(scores.indicators.drop_nulls("normalised")["indicator"])
    needed = (nearest_moves(office, code) or {"needed": {}})["needed"]
    names |= needed
    units |= {name: scores.catalogue.variables[name].unit for name in needed}
    offered = {*needed, *counting}
    context = {"index": index.id, "figure": figure, "value": value, "units": units, "said": "", "fault": "",
               "figures": {name: names[name] for name in [*needed, *names] if name in offered}}  # fmt: skip
    if not (figure and value.strip()):
        return context
    try:
        wanted = asked(index, {"of": code, "figure": figure, "value": value}, variables=needed)
        after = moved(office, changes(index, wanted)).filter(pl.col("city") == code).row(0, named=True)
    except InputError as error:
        said = [part for fault in error.faults for part in (fault.message, fault.remedy) if part]
        return context | {"fault": sentences(said) or error.on_page}
    if figure not in offered:
        return context | {"said": text(
            "{figure} does not count towards any score: no city has a sound figure for it in {year}.",
            figure=names[figure], year=str(scores.period)
        )}  # fmt: skip
    level = measured(float(wanted.value), units.get(figure, ""), of=names[figure])
    changed = text("{figure} at {value}", figure=names[figure], value=level)
    others = [name for variable, name in needed.items() if variable != figure]
    said = [_answer(changed, after, others), *_within(office, code, after)]
    return context | {"said": paragraph(said)}


def _within(office: Programme, code: str, after: dict[str, Any]) -> Iterator[Text]:
    """Say how wide the rank of a city is, so that a small change of it is not taken for a large one."""
    low, high = ranked(office).filter(city=code).select("rank_low", "rank_high").row(0)
    if after["score"] is not None and low is not None:
        yield text(
            "With other reasonable choices of method, its present rank lies between {low} and {high}.",
            low=low, high=high,
        )  # fmt: skip


def _answer(changed: Text, after: dict[str, Any], needed: Sequence[str]) -> Text:
    if after["score"] is None and needed:
        return text(
            "With {changed} alone, the city would still have no score: it also needs {names:list}, "
                "from which several indicators are computed.",
            changed=changed, names=needed
        )  # fmt: skip
    if after["score"] is None:
        return text("With {changed}, the city would have no score.", changed=changed)
    values = {"changed": changed, "score": after["score"], "rank": after["rank"]}
    if after["score_before"] is None:
        return text("With {changed}, the city would score {score:.1f} and rank {rank}.", **values)
    return text(
        "With {changed}, the city would score {score:.1f} instead of {before:.1f}, and rank {rank} "
            "instead of {rank_before}; all other figures of all cities stay as they are.",
        before=after["score_before"], rank_before=after["rank_before"], **values
    )  # fmt: skip
