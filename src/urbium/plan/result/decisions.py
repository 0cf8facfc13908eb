"""Decisions: what has to be decided before a plan can be carried out, by whom, and what each choice costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import money_words
from urbium.plan.result.years import shortfalls
from urbium.text import Text, paragraph, text, texts


@dataclass(frozen=True, slots=True)
class Instead:
    """A kept plan that needs no unsigned money.

    Parameters
    ----------
    name : what it is called
    projects, capital : how many it has, and what they cost to build, in millions
    benefit : its improvement as a share of that of the plan it stands in for
    """

    name: str
    projects: int
    capital: float
    benefit: float


def decisions_needed(
    plan: Plan,
    money: Mapping[str, Any],
    instead: Instead | None,
    *,
    proposing: Sequence[Text],
    signing: Sequence[Text],
    adopting: Sequence[Text],
) -> Iterator[tuple[Text, Text]]:
    """Yield what each decision is about, and the decision with its price and who takes it.

    Parameters
    ----------
    plan : what is to be carried out
    money : what of its money is signed, as the facts of signed money say it
    instead : the kept plan that does without the unsigned money; None where none is kept
    proposing, signing, adopting : the roles that propose agreements, sign them, and adopt plans
    """
    if money["unsigned"] > 0:
        who = text(
            "Proposed by: {proposing:list}; signed by: {signing:list}. No date has been set; the plan first "
            "uses this money in {year}.",
            proposing=proposing, signing=signing, year=str(money["first unsigned year"]),
        )  # fmt: skip
        yield text("Outside money"), paragraph([_signing(plan, money, instead), who])
    yield (
        text("Funding"),
        paragraph([
            text(
                "Agree on how the {capital} of construction cost is split (in the plan: {payers}), and on "
                "the budgets and limits that the plan assumes.",
                capital=money_words(money["capital"], plan.currency), payers=plan.payers,
            ),
            text("Who decides: each payer, for its own budget; no date has been set."),
        ]),
    )  # fmt: skip
    missed = shortfalls(plan).height
    if missed:
        yield (
            text("Targets missed"),
            paragraph([
                texts(
                    "Accept {count} case in which a target is missed, or change the target or its budget and "
                        "plan again.",
                    "Accept the {count:,} cases in which a target is missed, or change the targets or "
                        "budgets and plan again.",
                    count=missed,
                ),
                text("Who decides: {who:list}; no date has been set.", who=adopting),
            ]),
        )  # fmt: skip


def _signing(plan: Plan, money: Mapping[str, Any], instead: Instead | None) -> Text:
    """Say what is to be signed, and what can be done without it."""
    amount = money_words(money["unsigned"], plan.currency)
    if instead is not None:
        return text(
            "Sign agreements for {amount} in loans and partners' money, or adopt the kept plan “{name}”, "
            "which uses no unsigned money: it costs {capital} to build and keeps {share:.0%} of the "
            "improvement.",
            amount=amount, name=instead.name,
            capital=money_words(instead.capital, plan.currency), share=instead.benefit,
        )  # fmt: skip
    return text(
        "Sign agreements for {amount} in loans and partners' money, or build only the {standing:,} "
            "of {projects:,} projects that do not depend on it, at a cost of {kept}. No plan made "
            "without that money has been saved.",
        amount=amount, standing=money["projects without unsigned money"], projects=money["projects"],
        kept=money_words(money["capital without unsigned money"], plan.currency),
    )  # fmt: skip
