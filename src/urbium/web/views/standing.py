"""Standing: how sure a city's rank is, how it compares with its peers, and which data would move it."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.programme import Programme
from urbium.text import Text, say, text, texts
from urbium.web.rendering.drawing import Drawer, Drawing
from urbium.web.rendering.words import named_rows
from urbium.web.views.frames import NAMES, named_cities
from urbium.web.views.index import information, profile, standings
from urbium.web.views.licences import with_sources

_MOST_DATA: Final = 6
_PEERS: Final = 12


def standing(office: Programme, drawer: Drawer, code: str, place: str) -> dict[str, Any] | None:
    """Gather what an index says of a city beside its score; None when it was not measured.

    Parameters
    ----------
    code, place : code and name of the city
    """
    scores = office.adopted("scores")
    if scores is None or code not in scores.table["city"]:
        return None
    table = standings(scores)
    names = named_rows({node.id: node for node in scores.index.nodes})
    about = profile(office, code)
    peers = _peers(table, about)
    sides = [row | {"name": str(say(about.said(row["name"])))} for row in _sides(about)]
    return {
        "words": rank_in_words(table, code),
        "index_id": scores.index.id,
        "peers": peers[:_PEERS],
        "peer_count": len(peers),
        "profile": _profile(
            drawer, scores, _pillars(scores, code, [row["city"] for row in peers], names), place
        ),
        "sides": drawer.apart(
            with_sources(charts.sides(pl.DataFrame(sides, infer_schema_length=None)), scores.used)
        )
        if sides
        else None,
        "data": _data(office, code, names),
        "progress": _progress(about, names),
        "ranks": drawer.apart(charts.rank_intervals(_named(office, table), city=code, most=15))
        if table.filter(pl.col("city") == code)["rank_low"].count()
        else None,
    }


def pillar_chart(office: Programme, drawer: Drawer, code: str, place: str) -> Drawing | None:
    """Return the chart of a city's pillars beside its peers; None where it has no score in any."""
    scores = office.adopted("scores")
    if scores is None or code not in scores.table["city"]:
        return None
    names = named_rows({node.id: node for node in scores.index.nodes})
    peers = [row["city"] for row in _peers(standings(scores), profile(office, code))]
    return _profile(drawer, scores, _pillars(scores, code, peers, names), place)


def _profile(
    drawer: Drawer,
    scores: Any,  # noqa: ANN401 - the scores' own class
    rows: list[dict[str, Any]],
    place: str,
) -> Drawing | None:
    if all(row["score"] is None for row in rows):
        return None
    spec = charts.pillar_profile(pl.DataFrame(rows, infer_schema_length=None), city=place)
    return drawer.apart(with_sources(spec, scores.used))


def rank_in_words(table: pl.DataFrame, code: str) -> Text:
    """Say the rank of a city, how certain it is, and with how many others it shares its group.

    >>> ranks = {"rank": [1, 2], "rank_low": [1, 1], "rank_high": [2, 2], "tier": [1, 1]}
    >>> rank_in_words(pl.DataFrame({"city": ["a", "b"]} | ranks), "a")
    'Rank 1 of 2, between 1 and 2 in at least 90% of the runs; with 1 other city in group 1 of 1.'
    """
    row = table.filter(pl.col("city") == code).row(0, named=True)
    if row["rank"] is None:
        return text("No rank: too little data for a score.")
    rank = text("Rank {rank} of {count}", rank=row["rank"], count=table["rank"].count())
    if row["rank_low"] is None or row["rank_high"] is None:
        return text("{rank}. No uncertainty analysis was run, so its certainty is unknown.", rank=rank)
    given: dict[str, Any] = {"rank": rank, "interval": _interval(row), "lean": _lean(row)}
    if row["tier"] is None:
        return text("{rank}, {interval}{lean}.", **given)
    others = table.filter(pl.col("tier") == row["tier"]).height - 1
    groups = table["tier"].n_unique() - (table["tier"].null_count() > 0)
    given |= {"group": row["tier"], "groups": groups}
    if others == 0:
        return text("{rank}, {interval}{lean}; alone in group {group} of {groups}.", **given)
    return texts(
        "{rank}, {interval}{lean}; with {count} other city in group {group} of {groups}.",
        "{rank}, {interval}{lean}; with {count} other cities in group {group} of {groups}.",
        count=others,
        **given,
    )


def _interval(row: Mapping[str, Any]) -> Text:
    if row["rank_low"] == row["rank_high"]:
        return text("{rank} in at least 90% of the runs", rank=row["rank_low"])
    return text(
        "between {low} and {high} in at least 90% of the runs",
        low=row["rank_low"], high=row["rank_high"]
    )  # fmt: skip


def _lean(row: Mapping[str, Any]) -> Text | str:
    """Which way most other choices would move a rank that lies outside its interval."""
    if row["rank"] < row["rank_low"]:
        return text(" (most other choices would rank it lower)")
    if row["rank"] > row["rank_high"]:
        return text(" (most other choices would rank it higher)")
    return ""


def _peers(table: pl.DataFrame, about: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the profile's own class
    """The peers of a city with their names and ranks, in the order given; empty when none are known."""
    given = getattr(about, "peers", None)
    if given is None:
        return []
    frame = (
        given
        if isinstance(given, pl.DataFrame)
        else pl.DataFrame({"city": [*given]}, schema={"city": pl.String})
    )
    ranks = table.select("city", "rank", "score")
    shown = [name for name in ("distance",) if name in frame.columns]
    return frame.select("city", *shown).join(ranks, on="city", how="left", maintain_order="left").to_dicts()


def _pillars(scores: Any, code: str, peers: list[str], names: Mapping[str, str]) -> list[dict[str, Any]]:  # noqa: ANN401 - the scores' own class
    """The pillars of a city beside the quartiles of its peers; of all cities when it has none."""
    root = next(node.id for node in scores.index.nodes if not node.parent)
    tops = scores.pillars.filter(pl.col("parent").fill_null("") == root)
    among = tops.filter(pl.col("city").is_in(peers)) if peers else tops
    spread = among.group_by("node").agg(
        low=pl.col("score").quantile(0.25, "linear"),
        median=pl.col("score").median(),
        high=pl.col("score").quantile(0.75, "linear"),
    )
    order = [node.id for node in scores.index.nodes]
    of_city = tops.filter(pl.col("city") == code).join(spread, on="node", how="left").to_dicts()
    shown = ("score", "low", "median", "high")
    return [
        {"name": names.get(row["node"], row["node"]), **{key: row[key] for key in shown}}
        for row in sorted(of_city, key=lambda row: order.index(row["node"]))
    ]  # fmt: skip


def _sides(about: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the profile's own class
    """Strengths, best first, then weaknesses, worst last."""
    best, worst = (getattr(about, side, None) for side in ("strengths", "weaknesses"))
    if best is None or worst is None:
        return []
    return [row | {"side": "strength"} for row in best.to_dicts()] + [
        row | {"side": "weakness"} for row in reversed(worst.to_dicts())
    ]


def _data(office: Programme, code: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The missing and poor figures that would move the rank of a city most."""
    table = information(office)
    if table is None:
        return []
    gives = pl.col("gives_score") if "gives_score" in table.columns else pl.lit(value=False)
    of_city = table.filter(pl.col("city") == code).with_columns(
        pl.col("expected_move").cast(pl.Float64).fill_nan(None), gives_score=gives
    )
    moves = of_city.filter((pl.col("expected_move") > 0) | pl.col("gives_score"))
    first = moves.sort("gives_score", "expected_move", descending=True, nulls_last=True).head(_MOST_DATA)
    return [row | {"name": names.get(row["indicator"], row["indicator"])} for row in first.to_dicts()]


def _progress(about: Any, names: Mapping[str, str]) -> dict[str, Any] | None:  # noqa: ANN401 - the profile's own class
    """The indicators with a target and a figure, and how many targets have no figure."""
    table = getattr(about, "progress", None)
    if table is None or table.is_empty():
        return None
    aimed = table.with_columns(pl.col(pl.Float64).fill_nan(None)).drop_nulls("target")
    blank: dict[str, Any] = dict.fromkeys(("unit", "share", "grade"))
    rows = [
        blank | row | {"name": names.get(row["indicator"], row["indicator"])}
        for row in aimed.drop_nulls("value").to_dicts()
    ]
    return {"rows": rows, "unknown": aimed["value"].null_count()} if aimed.height else None


def _named(office: Programme, table: pl.DataFrame) -> pl.DataFrame:
    named = named_cities(office).select("city", *NAMES)
    return table.join(named, on="city", how="left", maintain_order="left")
