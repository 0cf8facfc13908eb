"""The market of a programme: projects before investors, mandates, how they match, and data rooms.

Everything is read as an actor may see it: a mandate that is not shown is not matched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
import polars as pl

from urbium.access import ANYBODY, Actor, allows, seen_circles
from urbium.errors import NotFoundError
from urbium.market.arrangements import as_oc4ids
from urbium.market.investor_mandates import MANDATE_SHARED, mandate_of
from urbium.market.offers import Interest, Offer, RoomFile
from urbium.market.readiness import OpenQuestion, questions_for, readiness
from urbium.market.sums import DIMENSIONS, market_sums
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import CREATE, DRAFT
from urbium.programme.base.pilots_register import PilotsRegister
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.money.finances import Finances
from urbium.programme.money.foreign_capital import (
    AGREED,
    ForeignCapital,
    foreign_capital,
    interests_of,
    sees_interests,
)
from urbium.programme.money.prospects import grounded, risks_of, with_offer
from urbium.programme.money.spending import Spending
from urbium.text import Text, coded, declared, say, sentences, text

if TYPE_CHECKING:
    from urbium.market.bundles import Bundle
    from urbium.market.mandates import Mandate
    from urbium.market.match import Match
    from urbium.market.prospects import Pipeline, Prospect
    from urbium.market.removals import LeastChange, Removal
    from urbium.market.sheets import Sheet
    from urbium.model import Effect, Source

_Coded = TypeVar("_Coded", "Mandate", "Prospect")

_OPEN: Final = "open"
_ROOM: Final = ("admitted", AGREED)
"""The states of an expression of interest in which its data room is open."""


@dataclass(frozen=True, kw_only=True)
class Suited:
    """What suits a mandate, and why the rest does not.

    Parameters
    ----------
    mandate : with its own amounts
    converted : with amounts in the currency of the projects
    rate : by which they were converted, with date and source; empty for the same currency
    factor : how much of the mandate's currency one of the projects' is
    prospects : the projects that suit
    removals : what each rule removes
    change : the least change that would find one; None where one suits
    bundles : small projects of several cities as one ticket, the best first
    """

    mandate: "Mandate"
    converted: "Mandate"
    rate: Text | str
    factor: float
    prospects: "Sequence[Prospect]"
    removals: "Sequence[Removal]"
    change: "LeastChange | None"
    bundles: "Sequence[Bundle]"

    @property
    def in_part(self) -> frozenset[str]:
        """The codes of the projects that suit and seek more than the mandate may pay for one of them."""
        most = min(self.converted.ticket_most, self.converted.budget)
        return frozenset(one.code for one in self.prospects if one.sought > most)


@dataclass(frozen=True, slots=True)
class Room:
    """The data room of an expression of interest, as somebody sees it.

    Parameters
    ----------
    title : of the offer
    files : its documents; none for whom they are not
    may_open : whether the reader can open them, which is entered in the log
    visits : who opened which, the newest first, of what the reader may see
    """

    title: str
    files: Sequence[RoomFile]
    may_open: bool
    visits: Sequence[Dossier]


class Market:
    """Projects before investors, mandates, and how they match.

    Parameters
    ----------
    desk : what may be asked
    casework : what actors see
    finances : what projects earn, and how they cover their debt
    """

    def __init__(self, desk: Desk, casework: Casework, finances: Finances) -> None:
        self._desk, self._casework, self._finances = desk, casework, finances

    # --- projects -------------------------------------------------------------------------------------------

    def pipeline(self) -> "Pipeline":
        """Return the projects of the adopted plan that seek money from outside, with what offers say of them.

        Raises NotFoundError when no plan is adopted.
        """
        from urbium.market.prospects import Pipeline  # noqa: PLC0415 - loads the planner

        offers = {one.content["project"]: one for one in self._desk.dossiers("offer", state=_OPEN)}
        planned = self._desk.workspace.once("market", self._planned)
        if not offers:
            return planned
        return Pipeline(
            with_offer(one, offers[one.code]) if one.code in offers else one for one in planned.prospects
        )

    def table(self, **asked: Any) -> pl.DataFrame:  # noqa: ANN401 - the fields of PipelineQuery
        """Return the pipeline as a table; see :class:`urbium.market.listing.PipelineQuery`."""
        from urbium.market.listing import PipelineQuery, listed  # noqa: PLC0415

        return listed(self.pipeline(), PipelineQuery(**asked))

    def unit(self) -> Text | str:
        """Return currency and prices of the amounts of the pipeline; nothing where it is empty."""
        from urbium.market.sheets import unit_of  # noqa: PLC0415

        prospects = self.pipeline().prospects
        return unit_of(prospects) if prospects else ""

    def prospect(self, code: str) -> "Prospect":
        """Return a project of the pipeline; NotFoundError with the nearest code otherwise."""
        return _named(text("project in the pipeline"), code, self.pipeline().prospects)

    def open_questions(self, code: str) -> list[OpenQuestion]:
        """Return what is open of a project's readiness; none where nobody has answered."""
        offer = self._offer(code)
        return [] if offer is None else readiness(offer.delivery, offer.answers)[1]

    def questions(self) -> Mapping[str, Text]:
        """Return the questions of readiness by code, as they are asked."""
        return {row["id"]: declared(row["title_en"]) for row in questions_for("")}

    def sheet(self, code: str) -> "Sheet":
        """Return what stands on the one page of a project."""
        return self._sheet(self.prospect(code))

    def dimensions(self) -> Mapping[str, Text]:
        """Return by what the pipeline can be summed, and what each is called."""
        return DIMENSIONS

    def sums(self, by: str, actor: Actor = ANYBODY) -> pl.DataFrame:
        """Return the pipeline summed by sector, region, year, instrument or readiness; amounts in millions.

        By region, ``pilots`` are those of the register that are known by name. What is not public enters as
        :mod:`urbium.market.sums` says. Raises NotFoundError for another dimension, and where no plan is
        adopted.
        """
        table = self.table()
        currency = next(iter(table["currency"]), "")
        offers = {one.code: str(one.content["project"]) for one in self._desk.dossiers("offer")}
        rows = [
            (offers.get(one.parent, ""), float(one.content["amount"]))
            for one in interests_of(self._desk)
            if one.content["currency"] == currency
        ]
        interests = pl.DataFrame(rows, schema={"project": pl.String, "amount": pl.Float64}, orient="row")
        sums = market_sums(table, by, interests, may_see=sees_interests(actor))
        if by != "region":
            return sums
        pilots = PilotsRegister(self._desk.workspace).pilots().group_by(region="province").len("pilots")
        joined = sums.join(pilots, on="region", how="left", maintain_order="left")
        return joined.with_columns(pl.col("pilots").fill_null(0))

    def sums_file(self, by: str, ending: str, actor: Actor = ANYBODY) -> bytes:
        """Return the sums as a file, ``csv`` or ``xlsx``, with what they are and are not."""
        from urbium.publish.books.track_book import sums_book, sums_csv  # noqa: PLC0415

        sums, prospects = self.sums(by, actor), self.pipeline().prospects
        prices = str(prospects[0].price_year) if prospects else ""
        if ending != "xlsx":
            return sums_csv(sums, prices=prices)
        names = {code: str(say(name)) for code, name in self.sum_names(by).items()}
        named = sums.with_columns(pl.col(by).replace(names))
        return sums_book(named, by, prices=prices, programme=self._desk.settings.name())

    def sum_names(self, by: str) -> Mapping[str, str]:
        """Return what the rows of :meth:`sums` are called, where the plan or its catalogue names them."""
        if by == "region":
            return {str(one.region): one.region for one in self.pipeline().prospects if one.region}
        if by == "instrument":
            terms = self._desk.workspace.catalogue_of("plan").terms
            return {one.model: declared(one.model_name) for one in terms}
        return {}

    def project_sheet(self, code: str) -> "Sheet":
        """Return what stands on the page of any project of the adopted plan, also of one that seeks no money.

        Raises NotFoundError, with the nearest code, for another one.
        """
        every = self._desk.workspace.once("projects as prospects", lambda: self._planned(every=True))
        kind = text("project in the plan")
        return self._sheet(_named(kind, code, [*every.prospects, *self.pipeline().prospects]))

    def effects_found(self, solution: str) -> "list[tuple[Effect, Text, Source | None]]":
        """Return what a solution does to indicators, how much in words, and where each was found.

        The source is None for what was assumed.
        """
        from urbium.market.plan_pipeline import effects_found  # noqa: PLC0415
        from urbium.market.sheets import change_words  # noqa: PLC0415

        effects = effects_found(self._desk.workspace.catalogue_of("plan"))
        return [(one, change_words(one), source) for one, source in effects if one.solution == solution]

    def _sheet(self, prospect: "Prospect") -> "Sheet":
        from urbium.market.sheets import sheet_of_project  # noqa: PLC0415

        solution = self._desk.workspace.catalogue_of("plan").solutions.get(prospect.solution)
        sheet = sheet_of_project(
            prospect,
            what=declared(solution.description) if solution else "",
            payers=self._finances.payers_words(prospect.code),
            readiness=[one.said for one in self.open_questions(prospect.code)],
            progress=list(self._progress(prospect)),
            earns=self._finances.returns([prospect.code]),
        )
        is_offered = self._offer(prospect.code) is not None
        standing = [
            self._desk.plan_reasons.past_words() or "", self._finances.upkeep_words(prospect.code),
            "" if is_offered else text("It is not currently on offer."),
        ]  # fmt: skip
        return grounded(sheet, self._finances, [prospect.code], standing)

    def _progress(self, prospect: "Prospect") -> Iterator[Text]:
        """Yield what accepted reports say of a project, year by year; examples say nothing."""
        reported = (
            Spending(self._desk)
            .reported()
            .filter(pl.col("city") == prospect.city, pl.col("task").str.ends_with(f"/{prospect.code}"))
        )
        for row in reported.sort("year").iter_rows(named=True):
            yield text(
                "{year}: {currency} {done:compact} of work done, {currency} {spent:compact} spent "
                "(accepted report)",
                year=row["year"], currency=row["currency"],
                done=row["done"] * 1e6, spent=row["spent"] * 1e6,
            )  # fmt: skip

    # --- mandates -------------------------------------------------------------------------------------------

    def mandates(self, actor: Actor = ANYBODY) -> "list[Mandate]":
        """Return the mandates in force that an actor may see, with their own amounts."""
        sights = self._casework.listed(actor, "mandate", where={"state": list(MANDATE_SHARED)})
        return [mandate_of(one.dossier.code, one.dossier.content) for one in sights]

    def mandate(self, code: str, actor: Actor = ANYBODY) -> "Mandate":
        """Return a mandate in force, or a draft of the actor's own; NotFoundError for one not to be seen."""
        of_author = {"state": DRAFT, "owner": actor.account}
        sights = self._casework.listed(actor, "mandate", where=of_author) if actor.account else []
        drafts = [mandate_of(one.dossier.code, one.dossier.content) for one in sights]
        return _named(text("mandate"), code, [*self.mandates(actor), *drafts])

    def suited(self, code: str, actor: Actor = ANYBODY, *, related: bool = False) -> Suited:
        """Return what suits a mandate, why the rest does not, and bundles of what is too small.

        Raises InputError where no rate between the currencies is declared.
        """
        from urbium.market.bundles import bundles  # noqa: PLC0415
        from urbium.market.removals import least_change, removals  # noqa: PLC0415
        from urbium.market.rules import admitted  # noqa: PLC0415

        mandate, pipeline = self.mandate(code, actor), self.pipeline()
        converted = self._converted(mandate, pipeline)
        mask = admitted(converted, pipeline)
        steps = self._desk.settings.exchange().steps(mandate.currency, pipeline.currency or mandate.currency)
        return Suited(
            mandate=mandate,
            converted=converted,
            rate=sentences([step.words for step in steps]) if steps else "",
            factor=1 / prod(step.factor for step in steps),
            prospects=[one for one, suits in zip(pipeline.prospects, mask, strict=True) if suits],
            removals=removals(converted, pipeline),
            change=least_change(converted, pipeline),
            bundles=bundles(converted, pipeline, related=related),
        )

    def bundle_sheet(self, code: str, number: int = 1, actor: Actor = ANYBODY) -> "Sheet":
        """Return what stands on the one page of a bundle of a mandate, the first being the best."""
        from urbium.market.sheets import sheet_of_bundle  # noqa: PLC0415

        suiting = self.suited(code, actor)
        if not 1 <= number <= len(suiting.bundles):
            raise NotFoundError(
                coded(
                    "programme.market.no_bundle",
                    "the mandate {name!r} has no bundle {number}",
                    name=code,
                    number=number,
                ),
                remedy=text("bundles found: {count:,}", count=len(suiting.bundles)),
            )
        bundle = suiting.bundles[number - 1]
        title = text(
            "{title} (projects: {projects:,}; cities: {cities:,})",
            title=bundle.prospects[0].title,
            projects=len(bundle.prospects),
            cities=len(bundle.cities),
        )
        codes = [one.code for one in bundle.prospects]
        sheet = sheet_of_bundle(bundle, title.render(), earns=self._finances.returns(codes, name=bundle.code))
        return grounded(sheet, self._finances, codes, [self._desk.plan_reasons.past_words() or ""])

    def match(self, actor: Actor = ANYBODY, *, seconds: float = 60.0) -> "Match":
        """Bring all mandates that an actor sees and all projects together: shortlists, then money."""
        from urbium.market.match import match  # noqa: PLC0415

        pipeline = self.pipeline()
        return match(
            pipeline, [self._converted(one, pipeline) for one in self.mandates(actor)], seconds=seconds
        )

    def _converted(self, mandate: "Mandate", pipeline: "Pipeline") -> "Mandate":
        """Return a mandate in the currency of the projects, with the inflation by which returns compare."""
        currency = pipeline.currency or mandate.currency
        factor = self._desk.settings.exchange().factor(mandate.currency, currency)
        return replace(mandate.in_currency(currency, factor), inflation=self._finances.inflation())

    def suited_facts(self, code: str, actor: Actor = ANYBODY, *, related: bool = False) -> dict[str, Any]:
        """Return what suits a mandate as plain facts, for the command and the API."""
        suits = self.suited(code, actor, related=related)
        return {
            "mandate": suits.mandate.code,
            "title": suits.mandate.title,
            "is_example": suits.mandate.is_example,
            "rate": suits.rate,
            "currency": suits.converted.currency,
            "projects": [one.code for one in suits.prospects],
            "removals": [
                {"rule": one.rule, "alone": one.alone, "in_order": one.in_order, "left": one.left}
                for one in suits.removals
            ],
            "change": "" if suits.change is None else suits.change.said,
            "bundles": [
                {
                    "code": one.code,
                    "projects": [inside.code for inside in one.prospects],
                    "cities": list(one.cities),
                    "sought": one.sought,
                }
                for one in suits.bundles
            ],
        }

    def match_facts(self, actor: Actor = ANYBODY, *, seconds: float = 60.0) -> dict[str, Any]:
        """Return what came of matching all mandates that an actor sees, as plain facts."""
        result = self.match(actor, seconds=seconds)
        return {
            "currency": result.pipeline.currency,
            "admitted": dict(result.admitted),
            "is_stable": result.seats.is_stable,
            "gap": result.placement.gap,
            "shortlists": result.table.to_dicts(),
            "blocking": [
                {"project": one.project, "mandate": one.mandate, "paid": one.paid, "wanted": one.wanted}
                for one in result.blocking
            ],
        }

    # --- sheets as files ------------------------------------------------------------------------------------

    def sheet_file(self, sheet: "Sheet", ending: str) -> bytes:
        """Return a sheet as a file: ``xlsx``, or an ending of a document."""
        from urbium.publish.documents.files import content  # noqa: PLC0415
        from urbium.publish.documents.project_page import project_page  # noqa: PLC0415
        from urbium.publish.market_books import sheet_book  # noqa: PLC0415

        if ending == "xlsx":
            return sheet_book(sheet)
        created = self._desk.workspace.known_on()
        return content(project_page(sheet, programme=self._desk.settings.name(), created=created), ending)

    # --- data rooms -----------------------------------------------------------------------------------------

    def room(self, actor: Actor, interest: str) -> Room:
        """Return the data room of an expression of interest; NotFoundError where the actor does not see that.

        The documents are shown to who may open them, and to who sees those of the offer anyway.
        """
        sight = self._casework.opened(actor, "interest", interest)
        dossier = sight.dossier
        stored = self._desk.dossier("offer", dossier.parent)
        offer = Offer(title="") if stored is None else stored.content_as(Offer)
        visit = msgspec.structs.replace(dossier, kind="visit", state="")
        may_open = dossier.state in _ROOM and allows(actor, CREATE, visit)
        sees = may_open or (stored is not None and "parties" in seen_circles(actor, stored))
        visits = [one.dossier for one in self._casework.listed(actor, "visit", where={"parent": interest})]
        return Room(
            title=offer.title,
            files=offer.documents if sees else [],
            may_open=may_open,
            visits=sorted(visits, key=lambda one: str(one.recorded_at), reverse=True),
        )

    def rooms(self, actor: Actor) -> dict[str, str]:
        """Return the expressions of interest whose data room an actor may open documents of, by offer."""
        listed = self._casework.listed(actor, "interest", where={"state": list(_ROOM)})
        return {
            one.dossier.parent: one.dossier.code
            for one in listed
            if allows(actor, CREATE, msgspec.structs.replace(one.dossier, kind="visit", state=""))
        }

    def document(self, actor: Actor, interest: str, sha256: str) -> tuple[str, bytes, str]:
        """Return name, content and media type of a file of a data room, after the look is entered in its log.

        Raises NotFoundError where the actor does not see the interest, InputError where the room is not open.
        """
        sight = self._casework.opened(actor, "interest", interest)
        offer = self._desk.dossier("offer", sight.dossier.parent)
        files = [] if offer is None else offer.content["documents"]
        name = next((str(one["name"]) for one in files if one["sha256"] == sha256), "")
        number = len(self._desk.dossiers("visit", parent=interest)) + 1
        self._casework.begin(
            actor,
            "visit",
            f"{interest}.{number}",
            {"title": name or sha256[:12], "sha256": sha256},
            parent=interest,
            agreement=sight.dossier.agreement,
        )
        kept = self._desk.workspace.store.dossiers.attachment(sha256)
        if kept is None:
            raise NotFoundError(
                coded("programme.market.no_file", "there is no such file"),
                place=interest,
                remedy=text("open the offer to see its files"),
            )
        return name or sha256[:12], *kept

    def arrangements(self, actor: Actor = ANYBODY) -> list[dict[str, Any]]:
        """Return what was agreed, of what an actor sees: project, and ``finance`` as OC4IDS has it."""
        rows = []
        for one in self._casework.listed(actor, "interest", where={"state": AGREED}):
            interest = msgspec.convert({**one.dossier.content, "note": ""}, Interest)
            offer = self._desk.dossier("offer", one.dossier.parent)
            project = "" if offer is None else str(offer.content["project"])
            rows.append({"project": project, "finance": [as_oc4ids(each) for each in interest.finance]})
        return rows

    def foreign_capital(self, actor: Actor = ANYBODY) -> list[ForeignCapital]:
        """Return capital from abroad by year and currency, as :func:`foreign_capital` does."""
        return foreign_capital(self._desk, may_see=sees_interests(actor))

    def _planned(self, *, every: bool = False) -> "Pipeline":
        from urbium.market.plan_pipeline import pipeline_of_plan  # noqa: PLC0415
        from urbium.market.prospects import Pipeline  # noqa: PLC0415

        workspace = self._desk.workspace
        plan = workspace.required("plan")
        nation = self._desk.settings().nation
        planned = pipeline_of_plan(
            plan, workspace.catalogue_of("plan"), self._desk.register.cities(), nation, every=every
        )
        signed = self._finances.signed()
        unsigned = dict(signed.standing.select("project", "unsigned").iter_rows())
        touched = {project for project, _ in signed.shares}
        return Pipeline(
            replace(one, risks=risks_of(one, unsigned[one.code])) if one.code in touched else one
            for one in planned.prospects
        )

    def _offer(self, project: str) -> Offer | None:
        rows = [one for one in self._desk.dossiers("offer", state=_OPEN) if one.content["project"] == project]
        return rows[0].content_as(Offer) if rows else None


def _named(kind: Text, code: str, rows: Iterable[_Coded]) -> _Coded:
    """Return what goes by a code, the last of several; NotFoundError with the nearest code otherwise."""
    by_code = {one.code: one for one in rows}
    if code not in by_code:
        raise NotFoundError.named(kind, code, by_code)
    return by_code[code]
