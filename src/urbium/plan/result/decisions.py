"""Decisions: what has to be decided before a plan can be carried out, by whom, and what each choice costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import gap_words
from urbium.plan.result.upkeep_words import tight_upkeep
from urbium.plan.result.wording import PAYERS, money_words, payers_paid
from urbium.plan.result.years import shortfalls
from urbium.plan.rules.repayments import repaid
from urbium.text import Text, listed, paragraph, say, text, texts


class Decision(NamedTuple):
    """A decision that a plan needs.

    Attributes
    ----------
    key : by which programs name it
    about : what it is about
    choices : between what is to be chosen
    grounds : what speaks for and against each choice
    advice : which choice urbium advises, and why; or that it advises none
    otherwise : what follows without a decision
    who, when : who decides, and by when
    """

    key: str
    about: Text
    choices: Text
    grounds: Text
    advice: Text
    otherwise: Text
    who: Text
    when: Text

    @property
    def in_short(self) -> list[tuple[Text, Text]]:
        """What is to be chosen, under what it is about, and of :attr:`rows` the advice and who decides."""
        return [(self.about, self.choices), self.rows[2], self.rows[4]]

    @property
    def rows(self) -> list[tuple[Text, Text]]:
        """What is to be chosen and all that is said of it, each with its label, in this order."""
        return [
            (text("Decide"), self.choices),
            (text("To consider"), self.grounds),
            (text("urbium's advice"), self.advice),
            (text("Without a decision"), self.otherwise),
            (text("Who decides"), self.who),
            (text("By when"), self.when),
        ]


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
            "targets", text("Targets missed"),
            texts(
                "Accept {count} case in which a target is missed, or change the target or its budget and "
                "plan again.",
                "Accept the {count:,} cases in which a target is missed, or change the targets or budgets "
                "and plan again.",
                count=missed,
            ),
            paragraph(_of_targets(plan)),
            _accepting(plan),
            text("The plan stays as it is and misses these targets."),
            listed(adopting),
            starts,
        )  # fmt: skip
    yield Decision(
        "funding", text("Funding"),
        text(
            "Agree on how the {capital} of construction cost is split, and on the budgets and limits that "
            "the plan assumes: {payers:list}.",
            capital=money_words(money["capital"], plan.currency), payers=_paid(plan),
        ),
        paragraph(_of_funding(plan, money, without)),
        text(
            "No split is advised: urbium has no rule that prefers one. A plan with other budgets shows what "
            "another split costs."
        ),
        text("These amounts remain assumptions that bind no payer."),
        text(
            "Each payer, for its own money: {payers:list}",
            payers=[payer for payer, _, _ in payers_paid(plan.money, plan.roadmap.funds)],
        ),
        starts,
    )  # fmt: skip
    first = money["first unsigned year"]
    if money["unsigned"] > 0:
        yield Decision(
            "outside", text("Outside money"),
            _signing(plan, money, instead),
            _of_signing(plan, instead),
            _reading(plan, instead),
            text(
                "{share:.0%} of the improvement remains.",
                share=money["improvement without unsigned money"],
            ),
            text(
                "{adopting:list}. Agreements are proposed by: {proposing:list}; signed by: {signing:list}.",
                adopting=adopting, proposing=proposing, signing=signing,
            ),
            paragraph(
                [
                    text("The plan first uses this money in {year}.", year=str(first)),
                    _needed_before(first, this_year),
                ]
            ),
        )  # fmt: skip


def _needed_before(year: int, this_year: int) -> Text:
    """Say before which year a decision is needed, or was."""
    if year <= this_year:
        return text("The decision should have been taken before {year} and is overdue.", year=str(year))
    return text("The decision is needed before {year}.", year=str(year))


def _of_signing(plan: Plan, instead: Instead | None) -> Text:
    """Say what signing brings beyond the kept plan, and what is repaid."""
    back = repaid(plan.roadmap, plan.money).filter(pl.col("amount") > 0)
    said = []
    if instead is not None and instead.benefit < 1:
        said.append(
            text(
                "Signing brings the remaining {share:.0%} of the improvement.",
                share=1 - round(instead.benefit, 2),
            )
        )
    if back.height:
        said.append(
            text(
                "Repayments on loans come to {amount} by {year}.",
                amount=money_words(float(back["amount"].sum()), plan.currency), year=str(back["year"].max()),
            )
        )  # fmt: skip
    return paragraph(said or [text("The plan has nothing to repay.")])


def _reading(plan: Plan, instead: Instead | None) -> Text:
    """Say which choice the objective of plans prefers, where repayments are within the plan's own limits."""
    is_within = not plan.roadmap.repayments.is_empty() and plan.overruns.is_empty()
    if is_within and (instead is None or (instead.most is not None and instead.most < 1)):
        return text(
            "Sign the agreements: a plan is judged by its improvement, and its costs count only as limits. "
            "The repayments are within these limits; whether the additional improvement is worth them is "
            "for those who decide."
        )
    return text("No choice is advised: whether the agreements are worth their cost has not been computed.")


def _of_funding(
    plan: Plan, money: Mapping[str, Any], without: Mapping[str, tuple[int, float]]
) -> Iterator[Text]:
    """Say in which order money is decided, and what is left without each payer."""
    if money["unsigned"] > 0:
        yield text(
            "Decide this before the outside money: agreements are needed only for what budgets do not pay."
        )
    for payer, (projects, capital) in without.items():
        yield texts(
            "Without the money from {payer}, {count} of {all:,} projects can be built, at a cost of "
            "{capital}.",
            "Without the money from {payer}, {count:,} of {all:,} projects can be built, at a cost of "
            "{capital}.",
            count=projects, all=money["projects"], payer=PAYERS[payer],
            capital=money_words(capital, plan.currency),
        ) if projects else text(
            "Without the money from {payer}, no project can be built.", payer=PAYERS[payer]
        )  # fmt: skip


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


def _of_targets(plan: Plan) -> Iterator[Text]:
    """Say what accepting missed targets costs, what meeting them would, and which limit leaves no room."""
    yield text(
        "Decide this first: other targets or budgets need a new plan, which changes what has to be funded "
        "and signed."
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
    tight = tight_upkeep(plan)
    if tight is not None:
        yield tight


def _accepting(plan: Plan) -> Text:
    """Say whether the targets are better accepted, by what the solver proves of the plan."""
    if not plan.has_useful_bound:
        return text("No choice is advised: it is not yet proven how good the plan is.")
    if plan.gap_of_improvement is None:
        return text(
            "Accept them as long as the budgets stay as they are: within them, no plan can exceed this "
            "plan's gain over doing nothing by more than {gap}, as the solver proves (see “Proof”).",
            gap=gap_words(plan.gap),
        )
    return text(
        "Accept them as long as the budgets stay as they are: within them, no plan can be better than this "
        "one by more than {gap} of its improvement, as the solver proves (see “Proof”).",
        gap=gap_words(plan.gap_of_improvement),
    )


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
