"""Market: the projects that seek money from outside, with filters; what suits a mandate, and why not."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from urbium.access import Actor
from urbium.errors import InputError
from urbium.model import Evidence
from urbium.packaged import words_of
from urbium.periods import span_form, year_form
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.programme.cases.kinds import KINDS
from urbium.spelling import in_order
from urbium.text import Text, say, text, texts
from urbium.text.naming import with_names
from urbium.units import typed_per_million
from urbium.web.desk.cards import card_of
from urbium.web.desk.case import parts_seen
from urbium.web.desk.data_rooms import COST_ONLY, earned, return_words
from urbium.web.desk.typed import decimal, millions
from urbium.web.rendering.amounts import PER_MILLION, per_million_of, typed_in_size
from urbium.web.rendering.listing import CITY_CODE, Listed, Listing
from urbium.web.rendering.parameters import FromActor, FromOffice, PageNumber, Word, Words
from urbium.web.rendering.words import named_rows
from urbium.web.views.frames import lasting
from urbium.web.views.licences import about_list, terms

_LIST: Final = text("Projects that seek outside funding")
_LISTED: Final = (
    Listed("title", "project.title"),
    Listed("sector", "market.sector", is_extra=True), CITY_CODE, Listed("place", "city"),
    Listed("start", "build_years", by="years"), Listed("sought"), Listed("capital"),
    Listed("instruments", cell="models_said", is_extra=True),
    Listed("irr", cell="inflows_said", title=text("Return of the project")),
    Listed("readiness", is_extra=True), Listed("evidence", "cost.evidence", is_extra=True),
    Listed("sheet", by=None, title=text("Paper")),
)  # fmt: skip
_AMOUNTS: Final = ("least", "most")
_READERS: Final[Mapping[str, Callable[[str, str, int], float]]] = {
    **dict.fromkeys(_AMOUNTS, millions),
    "irr": lambda typed, _currency, _per: decimal(typed.replace("%", "")) / 100,
}
"""How the numbers of a filter are read: amounts in millions, a return as a share."""
_SIZE: Final = 8
_NEAREST: Final = 3
_GRADES: Final = tuple(map(str, Evidence))
_READINESS: Final[Mapping[str, Text]] = words_of("readiness of a project")


def market(
    office: FromOffice,
    actor: FromActor,
    *,
    words: Words = "",
    least: Word = "",
    most: Word = "",
    payer: Word = "",
    model: Word = "",
    sector: Word = "",
    place: Word = "",
    readiness: Word = "",
    evidence: Word = "",
    irr: Word = "",
    per_million: Word = "",
    order: Word = "",
    mandate: Word = "",
    by: Word = "sector",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the page of the market; a programme without a plan says how to make one.

    Amounts are in millions; an address that says so by ``per_million`` has them as a language counts money.
    """
    typed_in = {PER_MILLION: per_million}
    least, most = (typed_in_size(one, "million", per_million_of(typed_in)) for one in (least, most))
    filters = {
        "words": words, "least": least, "most": most, "payer": payer, "model": model, "sector": sector,
        "place": place, "readiness": readiness if readiness in _READINESS else "",
        "evidence": evidence if evidence in _GRADES else "", "irr": irr,
    }  # fmt: skip
    context: dict[str, Any] = {"plan": office.adopted("plan"), "asked": filters, "mandate": mandate}
    if context["plan"] is None:
        return context
    sizes, wrong = _sizes(filters, context["plan"].currency)
    table = office.market.table(**{**filters, **sizes})
    suits = office.market.suited(mandate, actor) if mandate else None
    matching = (
        [*suits.prospects, *(one for bundle in suits.bundles for one in bundle.prospects)] if suits else []
    )
    offers = _offers(office, actor)
    shown = office.market.table() if table.is_empty() else table  # what is counted where nothing is found
    named = {("q" if name == "words" else name): value for name, value in filters.items()}
    if typed_per_million() != 1 and any(named[name] for name in _AMOUNTS):
        named[PER_MILLION] = str(typed_per_million())
    return context | {
        "table": Listing(
            _in_words(office, table),
            _LISTED,
            "/market",
            named,
            order or "sought",
            page,
            _SIZE,
            money=office.market.unit(),
            about=partial(about_list, office, terms(office, _LIST, "/market", "plan")),
        ),
        "is_of_all": table.is_empty(),
        "totals": _totals(shown),
        "earning": _earning(office, shown),
        "nearest": _nearest(office, {**filters, **sizes}, table),
        "query": urlencode(
            {name: value for name, value in {**filters, **sizes}.items() if value not in ("", None)}
        ),
        "order": order,
        "wrong": wrong,
        "grades": _GRADES,
        "readiness": _READINESS,
        "choices": lasting(office, "choices of the market", lambda: _choices(office)),
        "funds": named_rows(office.catalogue_of("plan").funds),
        "models": office.market.sum_names("instrument"),
        "mandates": office.market.mandates(actor),
        "offers": offers,
        "offered_evidence": _in_order(one["prospect"].evidence for one in offers.values() if one["prospect"]),
        "suits": suits,
        "matching_evidence": _in_order(one.evidence for one in matching),
        "whose_return": office.finances.return_words(),
        "lenders": lasting(
            office,
            "lenders of the market",
            lambda: office.finances.lender_words(office.market.table()["project"].to_list()),
        ),
        "mandate_terms": _terms_of_mandate(office, actor, mandate) if suits else (),
        "converted": _converted(suits) if suits else "",
        "earned": {one.code: return_words(office, one.code) for one in matching},
        "signed": office.finances.signed().facts["signed"],
        "foreign": office.market.foreign_capital(),
        **_summed(office, by),
        "pilots": office.pilots_register.said(),
    }


def _terms_of_mandate(office: Programme, actor: Actor, code: str) -> list[Any]:
    """Return what a mandate asks, as its reader sees it."""
    return list(parts_seen(office, actor, KINDS["mandate"], office.casework.opened(actor, "mandate", code)))


def _converted(suits: Any) -> Text | str:  # noqa: ANN401 - urbium.programme.money.market.Suited
    """Say how the nominal return that a mandate asks was converted; nothing where it asks none."""
    asked, real = suits.converted, suits.converted.return_on("real")
    if asked.return_asked is None or real is None or asked.basis == "real":
        return ""
    return text(
        "The required return of {asked:.1%} a year, nominal, is about {real:.2%} real at inflation of "
        "{inflation:.1%} a year (assumption); it is compared with the real return of each project.",
        asked=asked.return_asked, real=real, inflation=asked.inflation,
    )  # fmt: skip


def _in_words(office: Programme, table: pl.DataFrame) -> pl.DataFrame:
    """Add what the list says of each project in words: its years, how it may be paid for, what it earns."""
    table = with_names(table, office.register.names(), column="place")
    table = with_names(table, office.solution_names(), code="solution", column="title")
    years = pl.when(pl.col("start") == pl.col("finish")).then(pl.format(year_form(), "start"))
    return table.with_columns(
        years=years.otherwise(pl.format(span_form(), "start", "finish")),
        models_said=pl.col("instruments").list.eval(
            pl.element().replace(
                {code: str(say(name)) for code, name in office.market.sum_names("instrument").items()}
            )
        ),
        inflows_said=pl.col("project").replace_strict(earned(office), default=str(say(COST_ONLY))),
    )


def _offers(office: Programme, actor: Actor) -> dict[str, dict[str, Any]]:
    """Return the open offers that the reader sees, by project, each with the data room open to the reader."""
    rooms = office.market.rooms(actor)
    projects = {one.code: one for one in office.market.pipeline().prospects}
    offers = [card_of(office, one) for one in office.casework.listed(actor, "offer", where={"state": "open"})]
    return {
        one.sight.dossier.content["project"]: {
            "card": one,
            "prospect": projects.get(one.sight.dossier.content["project"]),
            "room": rooms.get(one.code, ""),
        }
        for one in offers
    }


def _summed(office: Programme, asked: str) -> dict[str, Any]:
    dimensions = office.market.dimensions()
    by = asked if asked in dimensions else next(iter(dimensions))
    names = office.market.sum_names(by)
    sums = [row | {by: names.get(row[by], row[by])} for row in office.market.sums(by).to_dicts()]
    return {"by": by, "dimensions": dimensions, "sums": sums}


def _sizes(filters: Mapping[str, str], currency: str) -> tuple[dict[str, float | None], dict[str, Any]]:
    """Return the least and most that is sought, in millions, the least return, and what is wrong of them."""
    sizes: dict[str, float | None] = {}
    wrong: dict[str, Any] = {}
    for name, read in _READERS.items():
        try:
            sizes[name] = (
                read(filters[name], currency, typed_per_million()) if filters[name].strip() else None
            )
        except InputError as error:
            sizes[name], wrong[name] = None, [{"message": error.message, "remedy": error.remedy}]
    return sizes, wrong


def _totals(table: pl.DataFrame) -> dict[str, Any]:
    return {
        "projects": table.height,
        "cities": table["city"].n_unique(),
        "sought": table["sought"].sum(),
        "capital": table["capital"].sum(),
        "cost_only": int(table["is_cost_only"].sum()),
        "prices": next(iter(table["price_year"]), ""),
        "evidence": _in_order(table["evidence"]),
        "basis": label(next(iter(table["basis"]), "")),
    }


def _in_order(grades: Iterable[str]) -> list[str]:
    present = set(grades)
    return [grade for grade in _GRADES if grade in present]


def _earning(office: Programme, table: pl.DataFrame) -> Text | None:
    """Say how many of the projects with inflows earn the programme's own rate; None where none has any."""
    appraisal = office.required("appraisal")
    paying = appraisal.table.join(table.filter(~pl.col("is_cost_only")), on="project", how="semi")
    if paying.is_empty():
        return None
    earning = paying.filter(pl.col("npv") >= 0).height
    rate = appraisal.facts["discount_rate"]
    if not earning:
        return texts(
            "The only project with inflows does not earn the programme's own rate of {rate:.1%} a year, "
                "real.",
            "No project with inflows earns the programme's own rate of {rate:.1%} a year, real (projects "
                "with inflows: {count:,}).",
            count=paying.height, rate=rate,
        )  # fmt: skip
    return text(
        "Projects with inflows: {count:,}; those that earn the programme's own real rate of {rate:.1%} "
        "a year: {earning:,}.",
        count=paying.height,
        earning=earning,
        rate=rate,
    )


def _nearest(office: Programme, asked: Mapping[str, Any], table: pl.DataFrame) -> dict[str, Any] | None:
    """Say that nothing that earns was found, and what comes nearest; None where something was found.

    That is what earns less here, then what earns in the same regions, then anywhere.
    """
    is_narrow = bool(asked["words"] or asked["place"]) or asked["irr"] is not None
    earns = ~pl.col("is_cost_only")
    if not is_narrow or not table.filter(earns).is_empty():
        return None
    here = office.market.table(**{**asked, "irr": None})
    if not here.filter(earns).is_empty():
        rows, said = here.filter(earns), text(
            "No project matches: of those that match the rest of the filter, none earns the "
                "minimum return."
        )  # fmt: skip
    else:
        everywhere = office.market.table(**{**asked, "words": "", "place": "", "irr": None}).filter(earns)
        around = everywhere.filter(pl.col("region").is_in(here["region"].implode()))
        rows = everywhere if around.is_empty() else around
        said = _cost_only(here.height, is_return_asked=asked["irr"] is not None)
    best = rows.sort("irr", "project", descending=[True, False], nulls_last=True).head(_NEAREST)
    return {"said": said, "rows": _in_words(office, best).to_dicts()}


def _cost_only(count: int, *, is_return_asked: bool) -> Text:
    """Say that none of the projects that match, the return asked for aside, has an income."""
    if not count:
        return text("No project matches, with or without an income.")
    if is_return_asked:
        return texts(
            "No project matches. {count:,} project matches all but the return: it is cost-only, because no "
            "inflow has sufficient evidence.",
            "No project matches. {count:,} projects match all but the return: they are cost-only, because no "
            "inflow has sufficient evidence.",
            count=count,
        )
    return texts(
        "{count:,} project matches, and it is cost-only: no inflow has sufficient evidence.",
        "{count:,} projects match, and all are cost-only: no inflow has sufficient evidence.",
        count=count,
    )


def _choices(office: Programme) -> dict[str, Any]:
    """Return what can be chosen in each filter; of regions, what each is called."""
    table = office.market.table()
    return {
        "sector": sorted(table["sector"].unique()),
        "place": dict(
            sorted(office.market.sum_names("region").items(), key=lambda pair: in_order(str(say(pair[1]))))
        ),
        "payer": sorted(table["payers"].explode().drop_nulls().unique()),
        "model": sorted(table["instruments"].explode().drop_nulls().unique()),
        "readiness": [key for key in _READINESS if key in set(table["readiness"])],
    }
