"""Rules of the market: what is checked of mandates, offers, interests, and of the log of data rooms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from urbium.errors import Fault, nearest
from urbium.market.arrangements import ASSET_CLASSES, Arrangement
from urbium.market.investor_mandates import MANDATE_SHARED, InvestorMandate, mandate_of
from urbium.market.offers import Interest, Offer, RoomFile
from urbium.market.readiness import DELIVERIES
from urbium.model.dossiers import Dossier
from urbium.packaged import packaged_rows
from urbium.periods import date_of
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.market.mandates import Mandate


_EXACT: Final = 1 + 1e-9
"""By what an amount may exceed a limit because of how computers count."""


def _mandate(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    from urbium.market.mandates import mandate_faults  # noqa: PLC0415 - loads the planner

    mandate = mandate_of(dossier.code, dossier.content)
    return [*mandate_faults(mandate), *_word_faults(desk, mandate), *_rate_faults(desk, mandate)]


def _drafted_mandate(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check what is filled in of a draft: what is still empty is asked for when the mandate is shared."""
    blank = msgspec.structs.asdict(InvestorMandate(title=""))
    empty = {name for name, value in dossier.content.items() if value == blank[name]}
    return [one for one in _mandate(desk, dossier) if one.cell not in empty]


def _rate_faults(desk: Desk, mandate: "Mandate") -> Iterator[Fault]:
    """Yield that no rate leads to the currency of the plan: no project could be held against the mandate."""
    plan, settings = desk.workspace.adopted("plan"), desk.settings
    currency = settings().currency if plan is None else plan.currency
    if currency and mandate.currency and not settings.exchange().knows(mandate.currency, currency):
        yield _fault(
            "currency",
            coded(
                "programme.mandate.rate",
                "no exchange rate from {source} to {target} is known",
                source=mandate.currency,
                target=currency,
            ),
            text(
                "enter the amounts in one of these currencies: {names:list}; or ask the programme "
                "office to enter a rate",
                names=list(settings.exchange().known_to(currency)),
            ),
        )


def _word_faults(desk: Desk, mandate: "Mandate") -> Iterator[Fault]:
    """Yield the words by which no project could ever be found."""
    catalogue = desk.workspace.catalogue
    solutions = catalogue.solutions
    models = {model for one in solutions.values() for model in one.finance_models}
    lists: tuple[tuple[str, Sequence[str], Iterable[str]], ...] = (
        ("sectors", mandate.sectors, {*solutions, *(one.domain for one in solutions.values())}),
        ("places", mandate.places, {*desk.register.provinces(), *desk.register.names()}),
        ("deliveries", mandate.deliveries, DELIVERIES),
        ("instruments", mandate.instruments, models),
    )
    for field, words, known in lists:
        for word in words:
            if word not in set(known):
                yield _fault(
                    field,
                    coded("programme.mandate.word", "{word!r} is unknown here", word=word),
                    nearest(word, known),
                )


def _offer(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    offer = dossier.content_as(Offer)
    return [
        *_project_faults(desk, dossier, offer.project),
        *_file_faults(desk, dossier, offer),
        *_answer_faults(offer),
    ]


def _project_faults(desk: Desk, dossier: Dossier, project: str) -> Iterator[Fault]:
    """Yield that the project is none of the adopted plan in the city."""
    plan = desk.workspace.adopted("plan")
    if plan is None:
        yield _fault(
            "project",
            coded("programme.offer.no_plan", "there is no adopted plan to which the project could belong"),
            text("adopt a plan first"),
        )
        return
    rows = dict(plan.table.select("project", "city").iter_rows())
    if rows.get(project) != dossier.city:
        yield _fault(
            "project",
            coded(
                "programme.offer.project",
                "{name!r} is not a project in the plan for this city",
                name=project,
            ),
            nearest(project, [code for code, city in rows.items() if city == dossier.city]),
        )


def _file_faults(desk: Desk, dossier: Dossier, offer: Offer) -> Iterator[Fault]:
    """Yield the files that are attached to no application of the city."""
    attached = _attached(desk, dossier.city)
    for file in offer.documents:
        if not any(_is_of(file, one) for one in attached):
            yield _fault(
                "documents",
                coded("programme.offer.file", "none of this city's applications has the file {name!r}",
                     name=file.name or file.sha256),
                text("attach it to one of the city's applications first"),
            )  # fmt: skip


def _attached(desk: Desk, city: str) -> list[RoomFile]:
    """Return every file that is attached to an application of a city."""
    return [
        RoomFile(application=application.code, sha256=one["sha256"], name=one["name"])
        for application in desk.dossiers("application", city=city)
        for one in application.content["attachments"]
    ]


def _is_of(file: RoomFile, attached: RoomFile) -> bool:
    """Say whether a file of a data room is an attached one; the application need not be named."""
    return file.sha256 == attached.sha256 and file.application in ("", attached.application)


def _with_files(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Note of each file of the data room what it is called, and to which application it is attached."""
    offer, attached = dossier.content_as(Offer), _attached(desk, dossier.city)
    documents = [
        msgspec.to_builtins(msgspec.structs.replace(one, name=file.name or one.name))
        for file in offer.documents
        for one in [next(one for one in attached if _is_of(file, one))]
    ]
    return [dossier.noting(documents=documents)]


def _answer_faults(offer: Offer) -> Iterator[Fault]:
    """Yield answers to what is not asked."""
    questions = {row["id"] for row in packaged_rows("market/questions")}
    for one in offer.answers:
        if one.question not in questions:
            yield _fault(
                "answers",
                coded("programme.offer.question", "there is no question {name!r}", name=one.question),
                text("answer one of these questions: {names:list}", names=sorted(questions)),
            )


def _interest(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the offer is open, or what is asked of a project without one; amounts have a currency."""
    interest = dossier.content_as(Interest)
    faults = list(_of_offer(desk, dossier) if dossier.parent else _question(desk, dossier, interest))
    if interest.amount < 0:
        faults.append(
            _fault(
                "amount",
                coded("programme.interest.amount", "the amount is below 0"),
                text("enter an amount of at least 0"),
            )
        )
    if interest.amount and not interest.currency:
        faults.append(
            _fault(
                "currency",
                coded("programme.interest.currency", "the amount has no currency"),
                text("choose the currency of the amount"),
            )
        )
    mandate = desk.dossier("mandate", interest.mandate) if interest.mandate else None
    if mandate is not None and mandate.owner == dossier.owner and mandate.state not in MANDATE_SHARED:
        faults.append(
            _fault(
                "mandate",
                coded(
                    "programme.interest.unshared", "the mandate has not been shared with the programme office"
                ),
                text("share it first, or name no mandate"),
            )
        )
    return [*faults, *_amount_notes(desk, dossier, interest)]


def _amount_notes(desk: Desk, dossier: Dossier, interest: Interest) -> Iterator[Fault]:
    """Yield, as notes, that the amount is more than the project seeks, or than the mandate allows."""
    plan, exchange = desk.workspace.adopted("plan"), desk.settings.exchange()
    offer = desk.dossier("offer", dossier.parent) if dossier.parent else None
    named = desk.dossier("mandate", interest.mandate) if interest.mandate else None
    mandate = named if named is not None and named.owner == dossier.owner else None  # of nobody else
    limits = []
    if plan is not None:
        from urbium.finance.plan_money import capital_of  # noqa: PLC0415 - loads the planner

        project = offer.content["project"] if offer else interest.project
        sought = float(capital_of(plan, "outside").filter(project=project)["amount"].sum())
        limits.append((sought, plan.currency, coded(
            "programme.interest.above_need", "the project seeks no more than {currency} {money:compact}",
            currency=plan.currency, money=sought * 1e6,
        )))  # fmt: skip
    if mandate is not None:
        said = mandate.content
        most = min(said["ticket_most"], said["budget"])
        limits.append((most, said["currency"], coded(
            "programme.interest.above_mandate",
            "your mandate allows no more than {currency} {money:compact} for one project",
            currency=said["currency"], money=most * 1e6,
        )))  # fmt: skip
    for limit, currency, message in limits:
        is_known = limit > 0 and interest.currency and exchange.knows(interest.currency, currency)
        if is_known and interest.amount * exchange.factor(interest.currency, currency) > limit * _EXACT:
            remedy = text("check the amount and its unit; you can send it as it is")
            yield Fault("note", message, remedy, rule="market", cell="amount")


def _of_offer(desk: Desk, dossier: Dossier) -> Iterator[Fault]:
    """Yield that an offer is not open."""
    offer = desk.dossier("offer", dossier.parent)
    if offer is None or offer.state != "open":
        yield _fault(
            "parent",
            coded("programme.interest.closed", "the offer is not open"),
            text("choose another offer, or ask the programme office"),
        )


def _question(desk: Desk, dossier: Dossier, interest: Interest) -> Iterator[Fault]:
    """Yield why the office cannot be asked about a project: it is none of the plan, or nothing is asked."""
    yield from _project_faults(desk, dossier, interest.project)
    offers = desk.dossiers("offer", state="open", city=dossier.city) if dossier.city else []
    if any(one.content["project"] == interest.project for one in offers):
        yield _fault(
            "project",
            coded("programme.interest.offered", "this project is already offered to investors"),
            text("respond to the offer instead"),
        )
    if not any(one.strip() for one in interest.questions) and interest.amount <= 0:
        yield _fault(
            "questions",
            coded("programme.interest.no_question", "there is neither a question nor an amount"),
            text("say what you want to know, or what amount you have in mind"),
        )


def _asked(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Return what is asked of a project without an offer as it lies on the desk of the office."""
    return [] if dossier.parent else [msgspec.structs.replace(dossier, state="asked")]


def _answered(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that there is an answer."""
    if str(dossier.content["answer"]).strip():
        return []
    return [
        _fault(
            "answer",
            coded("programme.interest.no_answer", "the answer is empty"),
            text("write what the investor should know"),
        )
    ]


def _committed(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check what was agreed: a day, and for each arrangement an amount with its currency."""
    interest = dossier.content_as(Interest)
    if not interest.finance or date_of(interest.agreed_on) is None:
        return [
            _fault(
                "finance",
                coded("programme.interest.nothing", "the agreed amount, or its date, is missing"),
                text("enter the date in the form 2030-12-31, and at least one arrangement"),
            )
        ]
    return list(_arrangement_faults(interest.finance))


def _arrangement_faults(arrangements: Iterable[Arrangement]) -> Iterator[Fault]:
    for one in arrangements:
        if one.amount is None or one.amount <= 0 or not one.currency:
            yield _fault(
                "finance",
                coded(
                    "programme.finance.amount", "{name!r} needs an amount above 0 and a currency", name=one.id
                ),
                text("enter the amount in millions and its currency"),
            )
        if set(one.assetClass) - set(ASSET_CLASSES):
            yield _fault(
                "finance",
                coded("programme.finance.class", "{name!r} is neither debt nor equity", name=one.id),
                text("enter debt, equity or both"),
            )


def _disbursed(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check what was paid: days that are ones, amounts above 0, and not more than was agreed."""
    interest = dossier.content_as(Interest)
    paid = interest.disbursements
    agreed = sum(one.amount or 0.0 for one in interest.finance)
    if all(date_of(one.on) and one.amount > 0 for one in paid) and sum(one.amount for one in paid) <= agreed:
        return []
    return [
        _fault(
            "disbursements",
            coded(
                "programme.interest.paid",
                "a payment has no date or no amount above 0, or the payments together exceed the "
                "agreed amount",
            ),
            text(
                "enter dates such as 2030-12-31, and amounts above 0 that together do not exceed the "
                "agreed amount"
            ),
        )
    ]


def _visit(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that what is logged is a file of an offer whose room is open to the investor."""
    interest = desk.dossier("interest", dossier.parent)
    offer = None if interest is None else desk.dossier("offer", interest.parent)
    is_admitted = interest is not None and interest.state in ("admitted", "committed")
    files = [] if offer is None else [one["sha256"] for one in offer.content["documents"]]
    if is_admitted and dossier.content["sha256"] in files:
        return []
    return [
        _fault(
            "sha256",
            coded("programme.visit.closed", "the data room is not open to you, or has no such file"),
            text("send an expression of interest, and wait for the answer"),
        )
    ]


def _fault(cell: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="market", cell=cell)


_Rules = Mapping[str, Any]
MANDATES: Final[tuple[_Rules, _Rules]] = (
    {
        "create": _drafted_mandate,
        "change": _drafted_mandate,
        "share": _mandate,
        "answer": _answered,
        "publish": _mandate,
    },
    {},
)
"""What is checked of mandates, by action; a draft may be unfinished."""
OFFERS: Final[tuple[_Rules, _Rules]] = (
    {"create": _offer, "change": _offer, "publish": _offer, "update": _offer},
    {"create": _with_files, "change": _with_files, "update": _with_files},
)
"""What is checked of offers, by action."""
INTERESTS: Final[tuple[_Rules, _Rules]] = (
    {
        "create": _interest,
        "change": _interest,
        "send": _interest,
        "answer": _answered,
        "commit": _committed,
        "disburse": _disbursed,
    },
    {"create": _asked},
)
"""What is checked of interests, by action."""
VISITS: Final[tuple[_Rules, _Rules]] = ({"create": _visit}, {})
"""What is checked of entries of the log, by action."""
