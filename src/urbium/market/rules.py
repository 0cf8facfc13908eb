"""Rules: why a project does not suit a mandate, one row a rule: whom it admits, and its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from urbium.market.mandates import Mandate
from urbium.market.prospects import GRADES, READINESS, Pipeline, Prospect
from urbium.market.readiness import DELIVERIES
from urbium.packaged import packaged_rows, words_of
from urbium.text import Text, coded, declared

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a mandate may ask.

    Parameters
    ----------
    name : what it is called in data
    admits : says of every project whether it is as asked
    reason : says of a project that is not, why not and what was asked
    """

    name: str
    admits: Callable[[Mandate, Pipeline], Mask]
    reason: Callable[[Mandate, Prospect], Text]

    @property
    def title(self) -> Text:
        """What people call it."""
        return words_of("rule of a mandate")[self.name]


def admitted(mandate: Mandate, pipeline: Pipeline, *, without: Sequence[str] = ()) -> Mask:
    """Say which projects suit a mandate, by all rules but those left out.

    Amounts of the mandate are in the currency of the pipeline (:meth:`Mandate.in_currency`).
    """
    result = np.ones(len(pipeline), bool)
    for rule in RULES:
        if rule.name not in without:
            result &= rule.admits(mandate, pipeline)
    return result


def _one_of(field: str, terms: Callable[[Mandate], Sequence[str]]) -> Callable[[Mandate, Pipeline], Mask]:
    """Return a rule's test: the field has one of the terms, where any are asked."""

    def admits(mandate: Mandate, pipeline: Pipeline) -> Mask:
        wanted = terms(mandate)
        return pipeline.any_of(field, wanted) if wanted else np.ones(len(pipeline), bool)

    return admits


def _in_place(mandate: Mandate, pipeline: Pipeline) -> Mask:
    if not mandate.places:
        return np.ones(len(pipeline), bool)
    return pipeline.any_of("city", mandate.places) | pipeline.any_of("region", mandate.places)


def _in_sector(mandate: Mandate, pipeline: Pipeline) -> Mask:
    if not mandate.sectors:
        return np.ones(len(pipeline), bool)
    return pipeline.any_of("sector", mandate.sectors) | pipeline.any_of("solution", mandate.sectors)


def _is_large_enough(mandate: Mandate, pipeline: Pipeline) -> Mask:
    return pipeline.numbers("sought") >= mandate.ticket_least


def _is_small_enough(mandate: Mandate, pipeline: Pipeline) -> Mask:
    return pipeline.numbers("least") <= min(mandate.ticket_most, mandate.budget)


def _is_short_enough(mandate: Mandate, pipeline: Pipeline) -> Mask:
    if mandate.tenor is None:
        return np.ones(len(pipeline), bool)
    return pipeline.numbers("tenor") <= mandate.tenor  # an unknown one is not


def _returns(mandate: Mandate, pipeline: Pipeline) -> Mask:
    if mandate.return_asked is None:
        return np.ones(len(pipeline), bool)
    asked = [mandate.return_on(one.returns.basis) if one.returns else None for one in pipeline.prospects]
    return np.asarray(pipeline.returned >= np.array(asked, float), bool)  # None is not reached by any


def _at_least(field: str, order: Sequence[str]) -> Callable[[Mandate, Pipeline], Mask]:
    """Return a rule's test: the field is at least as good as asked, by an order from the best."""

    def admits(mandate: Mandate, pipeline: Pipeline) -> Mask:
        wanted = getattr(mandate, field)
        good = order[: order.index(wanted) + 1] if wanted else ()
        return pipeline.any_of(field, good) if wanted else np.ones(len(pipeline), bool)

    return admits


def _no_return(mandate: Mandate, prospect: Prospect) -> Text:
    least_return = mandate.return_asked or 0.0
    returns = prospect.measured_return()
    if returns is None:
        return coded(
            "finance.rule.return.unknown",
            "no inflow has good enough evidence to show a return, but {asked:.1%} a year ({basis}) is "
            "required",
            asked=least_return,
            basis=mandate.basis,
        )
    asked = mandate.return_on(returns.basis)
    if asked is None:
        return coded(
            "finance.rule.return.basis",
            "the return is {rate:.1%} a year ({basis}); {asked:.1%} ({asked_basis}) is required, and "
            "there is no inflation rate for comparing the two",
            rate=returns.rate, basis=returns.basis, asked=least_return, asked_basis=mandate.basis
        )  # fmt: skip
    if returns.basis != mandate.basis:
        return coded(
            "finance.rule.return.converted",
            "the return is {rate:.1%} a year ({basis}); {asked:.1%} ({asked_basis}) is required, which "
            "is {converted:.1%} ({basis}) with inflation of {inflation:.1%} a year",
            rate=returns.rate, basis=returns.basis, asked=least_return, asked_basis=mandate.basis,
            converted=asked, inflation=mandate.inflation
        )  # fmt: skip
    return coded(
        "finance.rule.return.low",
        "the return is {rate:.1%} a year ({basis}); {asked:.1%} ({asked_basis}) is required",
        rate=returns.rate,
        basis=returns.basis,
        asked=least_return,
        asked_basis=mandate.basis,
    )


def _no_tenor(mandate: Mandate, prospect: Prospect) -> Text:
    if prospect.tenor is None:
        return coded(
            "finance.rule.tenor.unknown",
            "the term for which money is sought is not stated; at most {years:g} years are offered",
            years=mandate.tenor,
        )
    return coded(
        "finance.rule.tenor.long",
        "the term sought is {sought:g} years; at most {years:g} are offered",
        sought=prospect.tenor,
        years=mandate.tenor,
    )


def _models(codes: Sequence[str]) -> list[Text | str]:
    """Return what ways to pay are called; one of a programme's own by its code."""
    names = {row["model_code"]: declared(row["model"]) for row in packaged_rows("funds/terms")}
    return [names.get(code, code) for code in codes]


def _words(words: str, codes: Sequence[str]) -> list[Text | str]:
    """Return what codes are called in a list of words; one that is not among them by its code."""
    names = words_of(words)
    return [names.get(code, code) for code in codes]


def _lacks(of_project: Sequence[str], asked: Sequence[str]) -> list[str]:
    return sorted(set(asked) - set(of_project))


RULES: tuple[Rule, ...] = (
    Rule(
        "country",
        _one_of("country", lambda mandate: mandate.countries),
        lambda mandate, prospect: coded(
            "finance.rule.country",
            "it is in {country}; the mandate is for {asked:list}",
            country=prospect.country,
            asked=list(mandate.countries),
        ),
    ),
    Rule(
        "place",
        _in_place,
        lambda mandate, prospect: coded(
            "finance.rule.place",
            "{place} is not among the places of the mandate: {asked:list}",
            place=prospect.place,
            asked=list(mandate.places),
        ),
    ),
    Rule(
        "sector",
        _in_sector,
        lambda mandate, prospect: coded(
            "finance.rule.sector",
            "its sector is {sector}; the mandate is for {asked:list}",
            sector=_words("domain", [prospect.sector])[0],
            asked=_words("domain", mandate.sectors),
        ),
    ),
    Rule(
        "delivery",
        _one_of("delivery", lambda mandate: mandate.deliveries),
        lambda mandate, prospect: coded(
            "finance.rule.delivery",
            "its mode of delivery is {delivery}; the mandate is for {asked:list}",
            delivery=DELIVERIES.get(prospect.delivery)
            or coded("finance.rule.undecided", "not decided, as no offer states it"),
            asked=[DELIVERIES.get(code, code) for code in mandate.deliveries],
        ),
    ),
    Rule(
        "instrument",
        _one_of("instruments", lambda mandate: mandate.instruments),
        lambda mandate, prospect: coded(
            "finance.rule.instrument",
            "it can be paid for by {instruments:list}; the mandate offers {asked:list}",
            instruments=_models(prospect.instruments)
            or [coded("finance.rule.none", "none that is declared")],
            asked=_models(mandate.instruments),
        ),
    ),
    Rule(
        "ticket_least",
        _is_large_enough,
        lambda mandate, prospect: coded(
            "finance.rule.ticket_least",
            "it seeks {currency} {sought:,.2f} million; the smallest ticket is {currency} {least:,.2f} "
            "million",
            currency=prospect.currency,
            sought=prospect.sought,
            least=mandate.ticket_least,
        ),
    ),
    Rule(
        "ticket_most",
        _is_small_enough,
        lambda mandate, prospect: coded(
            "finance.rule.ticket_most",
            "it needs at least {currency} {least:,.2f} million; the mandate has at most {currency} "
            "{most:,.2f} million for one project",
            currency=prospect.currency,
            least=prospect.least,
            most=min(mandate.ticket_most, mandate.budget),
        ),
    ),
    Rule(
        "currency",
        _one_of("currency", lambda mandate: mandate.currencies),
        lambda mandate, prospect: coded(
            "finance.rule.currency",
            "it repays in {currency}; the mandate accepts {asked:list}",
            currency=prospect.currency,
            asked=list(mandate.currencies),
        ),
    ),
    Rule("tenor", _is_short_enough, _no_tenor),
    Rule("return", _returns, _no_return),
    Rule(
        "evidence",
        _at_least("evidence", GRADES),
        lambda mandate, prospect: coded(
            "finance.rule.evidence",
            "the evidence for its cost is {evidence}; at least {asked} is required",
            evidence=_words("Evidence", [prospect.evidence])[0],
            asked=_words("Evidence", [mandate.evidence])[0],
        ),
    ),
    Rule(
        "standards",
        lambda mandate, pipeline: pipeline.all_of("standards", mandate.standards),
        lambda mandate, prospect: coded(
            "finance.rule.standards",
            "these standards are required but not declared: {missing:list}",
            missing=_lacks(prospect.standards, mandate.standards),
        ),
    ),
    Rule(
        "esg",
        lambda mandate, pipeline: pipeline.all_of("esg", mandate.esg),
        lambda mandate, prospect: coded(
            "finance.rule.esg",
            "these requirements are specified but not documented: {missing:list}",
            missing=_lacks(prospect.esg, mandate.esg),
        ),
    ),
    Rule(
        "readiness",
        _at_least("readiness", READINESS),
        lambda mandate, prospect: coded(
            "finance.rule.readiness",
            "its readiness is {readiness}; at least {asked} is required",
            readiness=prospect.readiness or coded("finance.rule.unsaid", "not said"),
            asked=mandate.readiness,
        ),
    ),
)
"""Every rule, in the order in which they are told."""
