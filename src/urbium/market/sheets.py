"""Sheets: what stands on the one page that an investor reads of a project or of a bundle.

Every figure carries its unit, price year, basis and evidence. Where no inflow of the declared grade is known
the first line says that the project is cost-only, and no return stands anywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from urbium.finance.project_returns import OF_CAPITAL, ProjectReturns
from urbium.market.bundles import Bundle
from urbium.market.prospects import CashFlow, IndicatorGain, Prospect
from urbium.model import Effect, Evidence, weakest
from urbium.nations import nation_names
from urbium.packaged import words_of
from urbium.text import Text, coded, sentences, spoken, text, texts
from urbium.units import range_words

GRADE_WORDS: Final[Mapping[str, Text]] = {
    **{evidence.value: evidence.label for evidence in Evidence},
    "": text("none"),
}
"""What the grades of evidence are called."""
READINESS_WORDS: Final = words_of("readiness")
"""What readiness is called."""
_BASES: Final[Mapping[str, Text]] = {"real": text("real"), "nominal": text("nominal")}
_MILLION: Final = 1_000_000
_MOST = 8
"""Rows of a list that a page has room for; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a page says it: what it is, with its unit and prices, and how well it is founded."""

    label: Text
    value: Text
    evidence: Text


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page.

    Parameters
    ----------
    code, title : of the project or bundle
    first_line : what must be read before anything else
    place : where, and when
    what : what it builds; empty where nobody says
    figures : the key figures
    flows : money by year: year, kind, amount with unit, evidence
    gains : what it does to indicators, each with range, unit, evidence and source
    risks, standards, readiness, notes : further parts, by line
    progress : what accepted reports say of it, by line
    projects : of a bundle: city, project, amount sought
    unit : of the amounts of ``flows``
    flow_note : over which years the return counts; empty without any
    profile : net present value at several rates, as said; none where it is cost-only
    cover : by year: service and what is owed before it, in millions of ``cover_unit``; debt service and loan
        life cover ratios, as said
    worst_year : in which cash covers least of the debt service; None without debt
    cover_notes : what the covers say, and the worst year
    loans : on which terms the plan assumes that loans pay for it
    income : what the income rests on, each with its sources
    standing : that the plan is of the past, what the city has left, whether it is offered
    earned_grade, cover_grade : the weakest evidence behind ``profile``, and behind ``cover``, as said
    """

    code: str
    title: str
    first_line: Text
    place: Text
    figures: Sequence[Figure]
    flows: Sequence[CashFlow]
    unit: Text
    gains: Sequence[Text]
    risks: Sequence[Text | str]
    standards: Sequence[str]
    readiness: Sequence[Text | str]
    notes: Sequence[Text | str]
    what: Text | str = ""
    progress: Sequence[Text | str] = ()
    projects: Sequence[tuple[str, str, Text]] = ()
    flow_note: Text | str = ""
    profile: Sequence[tuple[Text, Text]] = ()
    cover: Sequence[tuple[int, float, float, Text, Text]] = ()
    worst_year: int | None = None
    cover_unit: Text | str = ""
    cover_notes: Sequence[Text | str] = ()
    loans: Sequence[Text | str] = ()
    income: Sequence[Text | str] = ()
    standing: Sequence[Text | str] = ()
    earned_grade: Text | str = ""
    cover_grade: Text | str = ""


def sheet_of_project(
    prospect: Prospect,
    *,
    grade: str = Evidence.DERIVED,
    readiness: Sequence[Text | str] = (),
    progress: Sequence[Text | str] = (),
    earns: ProjectReturns | None = None,
    what: Text | str = "",
    payers: Sequence[Text] = (),
) -> Sheet:
    """Return what stands on the page of a project.

    Parameters
    ----------
    prospect : the project
    grade : the weakest grade of inflows by which a return may be shown
    readiness : what is open, or green, by question
    progress : what accepted reports say of it
    earns : what it earns and how it covers its debt; None where it is cost-only
    what : what it builds
    payers : who pays to build it in the plan, each with what it pays
    """
    paid = Figure(
        text("Who pays to build it"),
        text("{payers:list}", payers=payers),
        text("from the plan; {grade}", grade=GRADE_WORDS[prospect.evidence]),
    )
    return Sheet(
        code=prospect.code,
        title=text("{project}, {place}", project=prospect.title, place=prospect.place),
        first_line=_first_line([prospect], grade, earns),
        place=text(
            "{place}, {country}; {first}-{last}",
            place=prospect.place,
            country=nation_names(spoken()).get(prospect.country, prospect.country),
            first=prospect.start,
            last=prospect.finish,
        ),
        what=what,
        figures=[*_figures([prospect], grade, earns), *([paid] if payers else [])],
        flows=_summed([prospect]),
        unit=unit_of([prospect]),
        gains=_limited([gain_words(one) for one in prospect.gains]),
        risks=_limited([*prospect.risks, *_risks([prospect], grade, earns)] or [_NO_RISKS]),
        standards=list(prospect.standards),
        readiness=list(readiness) or ([READINESS_WORDS[prospect.readiness]] if prospect.readiness else []),
        progress=progress,
        notes=[prospect.note] if prospect.note else [],
        **_earned([prospect], grade, earns),
    )


def sheet_of_bundle(
    bundle: Bundle, title: str, *, grade: str = Evidence.DERIVED, earns: ProjectReturns | None = None
) -> Sheet:
    """Return what stands on the page of a bundle; ``title`` says what is put together."""
    prospects = bundle.prospects
    risks = list(dict.fromkeys(risk for one in prospects for risk in one.risks))
    gains = list(dict.fromkeys(gain_words(gain) for one in prospects for gain in one.gains))
    worst = max((one.readiness for one in prospects), key=list(READINESS_WORDS).index)
    return Sheet(
        code=bundle.code,
        title=title,
        first_line=_first_line(prospects, grade, earns),
        place=texts(
            "{count} city: {cities:list}; {first}-{last}",
            "{count:,} cities: {cities:list}; {first}-{last}",
            count=len(bundle.cities),
            cities=list(bundle.cities),
            first=min(one.start for one in prospects),
            last=max(one.finish for one in prospects),
        ),
        figures=list(_figures(prospects, grade, earns)),
        flows=_summed(prospects),
        unit=unit_of(prospects),
        gains=_limited(gains),
        risks=_limited([*risks, *_risks(prospects, grade, earns)] or [_NO_RISKS]),
        standards=sorted(set.intersection(*(set(one.standards) for one in prospects))),
        readiness=[text("the least ready project: {readiness}", readiness=READINESS_WORDS[worst])],
        notes=list(dict.fromkeys(one.note for one in prospects if one.note)),
        projects=[(one.place, one.title, _money(one.sought, prospects)) for one in prospects],
        **_earned(prospects, grade, earns),
    )


_NO_RISKS: Final = text("none have been declared, which does not mean that there are none")


def _first_line(prospects: Sequence[Prospect], grade: str, earns: ProjectReturns | None) -> Text:
    """Return the first line: cost-only, or whether it earns the programme's own rate."""
    if any(one.is_cost_only(grade) for one in prospects):
        return text(
            "COST-ONLY: there is no inflow with evidence of at least grade {grade!r}. No return, net "
            "present value or debt cover is shown.",
            grade=GRADE_WORDS[grade],
        )
    if earns is None:
        return text(
            "It has income, supported by evidence of grade {grade!r} or better: what it earns is "
            "shown below.",
            grade=GRADE_WORDS[grade],
        )
    facts = {"rate": earns.rate, "worth": _money(earns.npv, prospects), "grade": GRADE_WORDS[grade]}
    if earns.npv >= 0:
        return text(
            "It earns at least the programme's own rate of {rate:.1%} a year (real): at that rate, its net "
            "present value is {worth}. The evidence for the income is of grade {grade!r} or better.",
            **facts,
        )
    return text(
        "It earns less than the programme's own rate of {rate:.1%} a year (real): at that rate, its net "
        "present value is {worth}. The evidence for the income is of grade {grade!r} or better.",
        **facts,
    )


def _risks(prospects: Sequence[Prospect], grade: str, earns: ProjectReturns | None) -> Iterator[Text]:
    """Yield the risks that follow from what is shown of income and debt; none of what is cost-only."""
    if earns is None or any(one.is_cost_only(grade) for one in prospects):
        return
    if earns.is_of_capital:
        yield text("The income was measured elsewhere and may be different here.")
    if earns.npv < 0:
        yield text(
            "It earns less than the programme's own rate of {rate:.1%} a year (real): at that rate, its net "
            "present value is {npv}.",
            rate=earns.rate, npv=_money(earns.npv, prospects),
        )  # fmt: skip
    if earns.uncovered:
        yield text(
            "The year's cash alone does not cover replacements in {years:list}: money that the "
            "plan sets aside for renewal in earlier years is also needed.",
            years=earns.uncovered,
        )


def _figures(prospects: Sequence[Prospect], grade: str, earns: ProjectReturns | None) -> Iterator[Figure]:
    """Yield the key figures, each with unit, prices and evidence."""
    cost = GRADE_WORDS[weakest([one.evidence for one in prospects])]
    plan = text("from the plan; {grade}", grade=cost)
    yield Figure(
        text("Cost to build"),
        _money(sum(one.capital for one in prospects), prospects),
        cost,
    )
    yield Figure(
        text("Annual running cost"),
        _money(sum(one.operation for one in prospects), prospects),
        cost,
    )
    sought = sum(one.sought for one in prospects)
    if sought > 0:
        yield Figure(text("Sought from investors"), _money(sought, prospects), plan)
    returns = prospects[0].measured_return(grade) if len(prospects) == 1 else None
    if returns is not None:
        yield Figure(
            text("Return of the project"),
            sentences(
                [
                    text("{rate:.1%} a year ({basis})", rate=returns.rate, basis=_BASES[returns.basis]),
                    "" if earns is None else earns.range_words,
                    OF_CAPITAL if returns.is_of_capital else "",
                ]
            ),
            GRADE_WORDS[returns.evidence],
        )
        if earns is not None and earns.receivers:
            yield Figure(text("Who receives the income"), earns.income_words, GRADE_WORDS[returns.evidence])


def _earned(prospects: Sequence[Prospect], grade: str, earns: ProjectReturns | None) -> dict[str, Any]:
    """Return the value at several rates and the cover of debt; neither where one of them is cost-only."""
    if earns is None or any(one.is_cost_only(grade) for one in prospects):
        return {}
    return {
        "flow_note": earns.terms_words,
        "profile": [
            (
                text("{rate:.1%}, the programme's own rate", rate=rate)
                if rate == earns.rate
                else text("{rate:.0%}", rate=rate),
                _money(value, prospects),
            )
            for rate, value in earns.steps.iter_rows()
        ],
        "cover": [
            (row["year"], row["service"], row["owed"], _range(row, "dscr"), _range(row, "llcr"))
            for row in earns.cover.iter_rows(named=True)
        ],
        "cover_unit": earns.nominal_unit,
        "worst_year": earns.worst_year,
        "cover_notes": [one for one in (earns.cover_words, earns.worst_words) if one],
        "earned_grade": GRADE_WORDS[earns.evidence],
        "cover_grade": GRADE_WORDS[earns.cover_evidence],
    }


def _range(row: Mapping[str, float | None], ratio: str) -> Text | str:
    """Return a ratio at the low and the high end of cash; a dash where nothing is due."""
    low, high = row[f"{ratio}_low"], row[f"{ratio}_high"]
    if low is None or high is None:
        return "–"
    if round(low, 2) == round(high, 2):
        return text("{low:,.2f}", low=low)
    return text("{low:,.2f} to {high:,.2f}", low=low, high=high)


def _money(amount: float, prospects: Sequence[Prospect]) -> Text:
    basis = _basis(prospects) | {"money": float(amount) * _MILLION}
    if basis["basis"] == "real":
        return text("{currency} {money:compact} (real, at {prices} prices)", **basis)
    return text("{currency} {money:compact} ({basis}, at {prices} prices)", **_in_words(basis))


def unit_of(prospects: Sequence[Prospect]) -> Text:
    """Return currency, kind and year of the prices of all amounts of some projects, one or more."""
    about = _in_words(_basis(prospects))
    return coded(
        "units.million.terms", "{currency} million, {terms}, prices of {prices}",
        currency=about["currency"], terms=about["basis"], prices=about["prices"],
    )  # fmt: skip


def _basis(prospects: Sequence[Prospect]) -> dict[str, Any]:
    first = prospects[0]
    return {"currency": first.currency, "basis": first.basis, "prices": first.price_year}


def _in_words(basis: Mapping[str, Any]) -> dict[str, Any]:
    return {**basis, "basis": _BASES.get(basis["basis"], basis["basis"])}


def _summed(prospects: Sequence[Prospect]) -> list[CashFlow]:
    """Return the money of all projects by year and kind, with the weakest evidence of what is added up."""
    sums: dict[tuple[int, str], list[CashFlow]] = {}
    for flow in (flow for one in prospects for flow in one.flows):
        sums.setdefault((flow.year, flow.kind), []).append(flow)
    return [
        CashFlow(year, kind, sum(one.amount for one in rows), weakest([one.evidence for one in rows]))
        for (year, kind), rows in sorted(sums.items())
    ]


def gain_words(gain: IndicatorGain) -> Text:
    """Say what a solution does to an indicator: where, by how much, and who found it."""
    about = {
        "indicator": text("{indicator} ({scope})", indicator=gain.indicator, scope=gain.scope)
        if gain.scope
        else gain.indicator,
        "change": change_words(gain),
        "evidence": GRADE_WORDS[gain.evidence],
        "source": gain.source,
    }
    if not gain.source:
        return text("{indicator}: {change} ({evidence})", **about)
    return text("{indicator}: {change} ({evidence}; {source})", **about)


def change_words(change: IndicatorGain | Effect) -> Text:
    """Say which way and by how much a solution changes an indicator."""
    return text(
        "{way} by {range}",
        way=words_of("direction").get(change.direction, change.direction),
        range=range_words(change.low, change.high, change.unit),
    )


def _limited(rows: Sequence[Text | str]) -> list[Text]:
    """Return the first rows, and how many more there are."""
    shown = [row if isinstance(row, Text) else text("{words}", words=row) for row in rows[:_MOST]]
    if len(rows) > _MOST:
        shown.append(texts("and {count} more", "and {count:,} more", count=len(rows) - _MOST))
    return shown
