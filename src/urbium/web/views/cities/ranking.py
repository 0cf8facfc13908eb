"""Ranking: all cities by score, in the order and of the region asked for."""

from functools import partial
from typing import Any

import numpy as np
import polars as pl

from urbium import charts
from urbium.programme import Programme
from urbium.text import Text, named, paragraph, text, texts
from urbium.web.rendering.listing import CITY_CODE, Listed, Listing
from urbium.web.rendering.parameters import FromDrawer, FromOffice, PageNumber, Word, Words
from urbium.web.views.finding import SEARCHED, projects_of, solutions_found
from urbium.web.views.frames import lasting, matching, provinces_of, ranked, sizes
from urbium.web.views.licences import about_list, by_use, ranking_title, terms

_LOW, _HIGH = text("Change: lower end of the 80% band"), text("Change: upper end of the 80% band")


def _columns(office: Programme, ahead: object) -> tuple[Listed, ...]:
    people = text("People in {year}", year=ahead) if ahead else text("People")
    return (
        Listed("rank"), Listed("range", "ranking.range"), CITY_CODE,
        Listed("name", "city", by="in_order", cell="name"),
        Listed("region", by="region", title=office.settings.word("region"), is_extra=True),
        Listed("score", "ranking.score"), Listed("coverage", "ranking.coverage", is_extra=True),
        Listed("population", "people", by="people_then", title=people, is_extra=True),
        Listed("growth", "ranking.growth", is_extra=True),
        Listed("growth_low", "ranking.growth", title=_LOW, is_filed=True),
        Listed("growth_high", "ranking.growth", title=_HIGH, is_filed=True),
        Listed("projects", "ranking.projects", is_extra=True),
    )  # fmt: skip


def ranking(
    office: FromOffice,
    drawer: FromDrawer,
    *,
    words: Words = "",
    province: Word = "",
    order: Word = "",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the list of cities, a page of it at a time."""
    everything = ranked(office).with_columns(
        **{
            name: pl.col(then) / pl.col("people_now") - 1
            for name, then in (
                ("growth", "people_then"),
                ("growth_low", "then_low"),
                ("growth_high", "then_high"),
            )
        },
        range=pl.when(pl.col("rank_low").is_not_null()).then(pl.format("{}–{}", "rank_low", "rank_high")),
    )
    shown = matching(everything, words, *SEARCHED)
    if province:
        shown = shown.filter(pl.col("province") == province)
    ahead = everything["year_then"].max()
    asked = {"q": words, "province": province}
    scores, handed_out = office.adopted("scores"), terms(office, ranking_title(office), "/cities", "scores")
    used = sources_of_cities(office)
    return {
        "spread": drawer.draw(charts.histogram(everything)) if scores is not None else None,
        "sentence": _sentence(everything),
        "table": Listing(
            shown,
            _columns(office, ahead),
            "/cities",
            asked,
            order or "rank",
            page,
            about=partial(about_list, office, handed_out, used=used),
        ),
        "elsewhere": None
        if not words.strip() or shown.height
        else {projects_of(code): name for code, name in solutions_found(office, words).items()},
        "total": everything.height,
        "period": None if scores is None else scores.period,
        "ahead": ahead,
        "provinces": provinces_of(office, everything),
        "query": asked | {"order": order},
        "index": _index(scores),
        "terms": handed_out,
        "sources": sorted({office.sources()[one].publisher for one in used if one in office.sources()}),
    }


def _sentence(frame: pl.DataFrame) -> Text:
    """How the scores lie, in words, and who has none."""
    scored = frame.drop_nulls("score").sort("score", descending=True)
    if scored.is_empty():
        return text("No city has a score yet.")
    best, last = scored.row(0, named=True), scored.row(-1, named=True)
    is_ended = pl.col("valid_to").fill_null("") != ""
    unscored, ended = (frame.filter(pl.col("score").is_null(), is_such) for is_such in (~is_ended, is_ended))
    said = text(
        "Scores range from {high:.1f} ({best}) to {low:.1f} ({last}); half of the {scored} scored "
        "cities lie below {median:.1f}.",
        high=best["score"], best=best["name"], low=last["score"], last=last["name"],
        scored=scored.height, median=float(np.median(scored["score"].to_numpy()))
    )  # fmt: skip
    lacking = texts(
        "{count} city does not have enough data for a score.",
        "{count} cities do not have enough data for a score.",
        count=unscored.height,
    )
    gone = texts(
        "{names:list} no longer exists.",
        "{names:list} no longer exist.",
        count=ended.height, names=ended["name"]
    )  # fmt: skip
    return paragraph([said, *([lacking] if unscored.height else []), *([gone] if ended.height else [])])


def _index(scores: Any) -> dict[str, Any] | None:  # noqa: ANN401 - the scores' own class
    if scores is None:
        return None
    return {
        "id": scores.index.id,
        "name": named(scores.index.name, scores.index.id).render(),
        "period": scores.period,
        "note": scores.index.note,
    }


def sources_of_cities(office: Programme) -> list[str]:
    """Return the ids of the sources of people, output and what is scored, that of most figures first."""

    def read() -> list[str]:
        scores, declared = office.adopted("scores"), office.catalogue_of("scores").indicators
        names = [] if scores is None else scores.indicators["indicator"].unique().to_list()
        measured = {variable for name in names if name in declared for variable in declared[name].variables}
        shown = [*sizes(office), *office.catalogue.roles.variables("output"), *sorted(measured)]
        return by_use(office.observations(variables=shown))

    return lasting(office, "sources of cities", read)
