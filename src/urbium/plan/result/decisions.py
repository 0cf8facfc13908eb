"""Decisions: what has to be decided before a plan can be carried out."""

from collections.abc import Iterator

from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import money_words
from urbium.plan.result.years import shortfalls
from urbium.text import Text, text, texts


def decisions_needed(plan: Plan, unsigned: float) -> Iterator[tuple[Text, Text]]:
    """Yield what each decision is about, and the decision.

    Parameters
    ----------
    plan : what is to be carried out
    unsigned : outside money in it that nobody has signed for, in millions of its currency
    """
    if unsigned > 0:
        yield (
            text("Outside money"),
            text(
                "Sign the agreements for {amount} in loans and partners' money, or drop what depends on "
                "them.",
                amount=money_words(unsigned, plan.currency),
            ),
        )
    yield (
        text("Funding"),
        text(
            "Agree the split between the cities, the nation and others, and the budgets and limits that the "
            "plan assumes."
        ),
    )
    missed = shortfalls(plan).height
    if missed:
        yield (
            text("Targets missed"),
            texts(
                "Accept {count} case in which a target is missed, or change the target or its budget.",
                "Accept the {count:,} cases in which a target is missed, or change the targets or budgets.",
                count=missed,
            ),
        )
