"""Decisions: what has to be decided before a plan can be carried out, by whom, and what each choice costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import gap_words
from urbium.plan.result.wording import PAYERS, money_words, payers_paid
from urbium.plan.result.years import shortfalls
from urbium.text import Text, paragraph, say, text, texts


class Decision(NamedTuple):
    """A decision that a plan needs: ``key`` for programs, what it is about, and its choices in words."""

    key: str
    about: Text
    said: Text


@dataclass(frozen=True, slots=True)
class Instead:
    """A kept plan that needs no unsigned money.

    Parameters
    ----------
    name : what it is called
    projects, capital : how many it has, and what they cost to build, in millions
    benefit : its improvement as a share of that of the plan it stands in for
    most : that share in the best plan without the money, as far as is proven, if it misses the same targets;
        None where nothing is proven
    """

    name: str
    projects: int
    capital: float
    benefit: float
    most: float | None

    @property
    def words(self) -> Text:
        """Say which share of the improvement it keeps, and how much a better plan of its kind could."""
        if self.most is None:
            return text(
                "keeps {share:.0%} of the improvement (how much a better one could keep is not proven)",
                share=self.benefit,
            )
        if round(self.most, 2) <= round(self.benefit, 2):
            return text("keeps {share:.0%} of the improvement", share=self.benefit)
        return text(
            "keeps {share:.0%} of the improvement (a longer search may find one that keeps up to {most:.0%})",
            share=self.benefit, most=self.most,
        )  # fmt: skip


def decisions_needed(
    plan: Plan,
    money: Mapping[str, Any],
    instead: Instead | None,
    *,
    without: Mapping[str, tuple[int, float]],
    proposing: Sequence[Text],
    signing: Sequence[Text],
    adopting: Sequence[Text],
    this_year: int,
) -> Iterator[Decision]:
    """Yield the decisions in the order in which to take them, with choices, price, who takes it and by when.

    Parameters
    ----------
    plan : what is to be carried out
    money : what of its money is signed, as the facts of signed money say it
    instead : the kept plan that does without the unsigned money; None where none is kept
    without : by payer (``city``, ``nation``), how many projects need none of its money and depend on none
        that does, and what these cost to build, in millions
    proposing, signing, adopting : the roles that propose agreements, sign them, and adopt plans
    this_year : the present one: what was needed before it, or before a day in it, is overdue
    """
    starts = paragraph(
        [
            text("The plan starts in {year}.", year=str(plan.years[0])),
            _needed_before(plan.years[0], this_year),
        ]
    )
    missed = shortfalls(plan).height
    if missed:
        yield Decision(
            "targets", text("Targets missed"), paragraph([*_targets(plan, missed, adopting), starts])
        )
    yield Decision("funding", text("Funding"), paragraph([*_funding(plan, money, without), starts]))
    if money["unsigned"] > 0:
        who = text(
            "Who decides: {adopting:list}. Agreements are proposed by: {proposing:list}; signed by: "
            "{signing:list}. The plan first uses this money in {year}.",
            adopting=adopting, proposing=proposing, signing=signing, year=str(money["first unsigned year"]),
        )  # fmt: skip
        undecided = text(
            "Without a decision, {share:.0%} of the improvement remains.",
            share=money["improvement without unsigned money"],
        )
        said = [_signing(plan, money, instead), *_reading(plan, instead), undecided, who]
        said.append(_needed_before(money["first unsigned year"], this_year))
        yield Decision("outside", text("Outside money"), paragraph(said))


def _needed_before(year: int, this_year: int) -> Text:
    """Say before which year a decision is needed, or was."""
    if year <= this_year:
        return text("The decision should have been taken before {year} and is overdue.", year=str(year))
    return text("The decision is needed before {year}.", year=str(year))


def _reading(plan: Plan, instead: Instead | None) -> Iterator[Text]:
    """Say which choice the objective of plans prefers, where repayments are within the plan's own limits."""
    is_within = not plan.roadmap.repayments.is_empty() and plan.overruns.is_empty()
    if is_within and (instead is None or (instead.most is not None and instead.most < 1)):
        yield text(
            "urbium's reading: sign the agreements, because a plan is judged by its improvement and the "
            "repayments are within its limits."
        )


def _funding(
    plan: Plan, money: Mapping[str, Any], without: Mapping[str, tuple[int, float]]
) -> Iterator[Text]:
    """Say how the cost is split, what is left without each payer, and who decides."""
    if money["unsigned"] > 0:
        yield text(
            "Decide this before the outside money: agreements are needed only for what budgets do not pay."
        )
    yield text(
        "Agree on how the {capital} of construction cost is split, and on the budgets and limits that the "
        "plan assumes: {payers:list}.",
        capital=money_words(money["capital"], plan.currency), payers=_paid(plan),
    )  # fmt: skip
    for payer, (projects, capital) in without.items():
        yield texts(
            "Without the money of {payer}, {count} of {all:,} projects can be built, at a cost of "
                "{capital}.",
            "Without the money of {payer}, {count:,} of {all:,} projects can be built, at a cost of "
                "{capital}.",
            count=projects, all=money["projects"], payer=PAYERS[payer],
            capital=money_words(capital, plan.currency),
        ) if projects else text(
            "Without the money of {payer}, no project can be built.", payer=PAYERS[payer]
        )  # fmt: skip
    yield text(
        "urbium has no rule that prefers one split; a plan with other budgets shows what another one costs. "
        "Without a decision, these amounts remain assumptions that bind no payer. Who decides: each payer, "
        "for its own budget."
    )


def _paid(plan: Plan) -> list[Text]:
    """Return what each payer pays of the capital, and its share."""
    return [
        text(
            "{payer} {amount} ({share:.0%})",
            payer=payer,
            share=share,
            amount=money_words(amount, plan.currency),
        )
        for payer, amount, share in payers_paid(plan.money, plan.roadmap.funds)
    ]


def _targets(plan: Plan, missed: int, adopting: Sequence[Text]) -> Iterator[Text]:
    """Say what accepting the missed targets costs, what meeting them would, and who decides."""
    yield text(
        "Decide this first: other targets or budgets need a new plan, which changes what has to be funded "
        "and signed."
    )
    yield texts(
        "Accept {count} case in which a target is missed, or change the target or its budget and plan again.",
        "Accept the {count:,} cases in which a target is missed, or change the targets or budgets and plan "
        "again.",
        count=missed,
    )
    price = plan.share_of(plan.roadmap.settings.shortfall_price)
    standards = plan.shortfalls.filter(kind="standard").select(standard="what")
    if standards.height and price:
        yield text(
            "Each missed standard is counted as a loss of {share:.2g}% of the plan's improvement, all of "
            "them together as {all:.2g}%. That weight is an assumption.",
            share=100 * price, all=100 * price * standards.height,
        )  # fmt: skip
    count, capital = _cheapest(plan, standards)
    if count:
        yield texts(
            "The cheapest project that would meet {count} missed standard costs {capital} to build, not "
            "counting what it requires.",
            "The cheapest projects that would meet {count:,} missed standards cost {capital} to build, not "
            "counting what they require.",
            count=count, capital=money_words(capital, plan.currency),
        )  # fmt: skip
    yield text("The programme office can compute what a larger budget would gain.")
    if plan.has_useful_bound:
        yield text(
            "urbium's reading: accept them as long as the budgets stay as they are; within them, no plan can "
            "exceed this plan's gain over doing nothing by more than {gap}, as the solver proves. What is "
            "proven without the solver is shown on the page “Proof”.",
            gap=gap_words(plan.gap),
        )
    yield text("Without a decision, the plan stays as it is and misses these targets.")
    yield text("Who decides: {who:list}.", who=adopting)


def _cheapest(plan: Plan, standards: pl.DataFrame) -> tuple[int, float]:
    """Return of how many standards none that covers it is planned, and what the cheapest cost to build."""
    road = plan.roadmap
    late = road.covers.join(plan.table, on="project", how="semi")
    cheapest = (
        road.covers.join(standards, on="standard", how="semi")
        .join(late, on="standard", how="anti")
        .join(road.projects.select("project", "capital"), on="project")
        .sort("capital", "project")
        .unique("standard", keep="first", maintain_order=True)
    )
    return cheapest.height, float(cheapest.unique("project")["capital"].sum())


def _signing(plan: Plan, money: Mapping[str, Any], instead: Instead | None) -> Text:
    """Say what is to be signed, and what can be done without it."""
    amount = money_words(money["unsigned"], plan.currency)
    if instead is not None:
        return text(
            "Sign agreements for {amount} in loans and partners' money, or adopt the kept plan “{name}”, "
            "which uses no unsigned money: it costs {capital} to build and {keeps}.",
            amount=amount, name=say(instead.name),
            capital=money_words(instead.capital, plan.currency), keeps=instead.words,
        )  # fmt: skip
    return text(
        "Sign agreements for {amount} in loans and partners' money, or build only the {standing:,} "
            "of {projects:,} projects that do not depend on it, at a cost of {kept}. No plan made "
            "without that money has been saved.",
        amount=amount, standing=money["projects without unsigned money"], projects=money["projects"],
        kept=money_words(money["capital without unsigned money"], plan.currency),
    )  # fmt: skip
