"""Removals: how many projects each rule of a mandate removes, and the least change that finds one."""

from dataclasses import dataclass

import numpy as np

from urbium.errors import few
from urbium.market.mandates import Mandate
from urbium.market.prospects import Pipeline, Prospect
from urbium.market.rules import RULES
from urbium.text import Text, paragraph, sentences, text, texts

_NAMED = 3
"""Projects that are named beside the nearest."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What one rule removes.

    Parameters
    ----------
    rule, title : its name, and what it is called
    alone : how many projects it would remove by itself
    in_order : how many it removes of those that the rules before it left
    left : how many are left after it
    unstated : how many it would remove because nothing is stated of them
    """

    rule: str
    title: Text
    alone: int
    in_order: int
    left: int
    unstated: int = 0


@dataclass(frozen=True, slots=True)
class LeastChange:
    """The fewest rules that would have to give way for a project to suit.

    Parameters
    ----------
    rules : their names, in order
    finds : how many projects suit then
    nearest : the one of them with the best known return, or the first by code
    others : the rest of them, in that order
    reasons : what each of the rules says of the nearest
    """

    rules: tuple[str, ...]
    finds: int
    nearest: Prospect
    others: tuple[Prospect, ...]
    reasons: tuple[Text, ...]

    @property
    def said(self) -> Text:
        """The change as a paragraph."""
        titles = {rule.name: rule.title for rule in RULES}
        change = texts(
            "Without the mandate's requirements on {rules:list}, {finds:,} project would suit it.",
            "Without the mandate's requirements on {rules:list}, {finds:,} projects would suit it.",
            count=self.finds,
            finds=self.finds,
            rules=[titles[name] for name in self.rules],
        )
        facts = {
            "title": self.nearest.title, "place": self.nearest.place, "reasons": sentences(self.reasons)
        }  # fmt: skip
        example = (
            text("The nearest match is {title} in {place}: {reasons}.", **facts)
            if self.nearest.measured_return() is not None
            else texts(
                "It is {title} in {place}: {reasons}.", "One of them is {title} in {place}: {reasons}.",
                count=self.finds, **facts
            )
        )  # fmt: skip
        others = [text("{title} in {place}", title=one.title, place=one.place) for one in self.others]
        also = [text("The others: {projects}.", projects=few(others, _NAMED))] if others else []
        return paragraph([change, example, *also])


def removals(mandate: Mandate, pipeline: Pipeline) -> list[Removal]:
    """Return what each rule removes, alone and in order; amounts are in the currency of the pipeline."""
    left = np.ones(len(pipeline), bool)
    rows = []
    for rule in RULES:
        admits = rule.admits(mandate, pipeline)
        after = left & admits
        rows.append(
            Removal(
                rule.name,
                rule.title,
                int((~admits).sum()),
                int(left.sum() - after.sum()),
                int(after.sum()),
                sum(
                    _is_unstated(rule.name, one)
                    for one, suits in zip(pipeline.prospects, admits, strict=True)
                    if not suits
                ),
            )
        )
        left = after
    return rows


def least_change(mandate: Mandate, pipeline: Pipeline) -> LeastChange | None:
    """Return the fewest rules whose giving way lets a project suit; None when one suits, or there is none.

    Among equally few rules those win that let most projects in, then those that stand first in the list.
    """
    refused = ~np.stack([rule.admits(mandate, pipeline) for rule in RULES], axis=1)
    counts = refused.sum(axis=1)
    if not len(pipeline) or counts.min() == 0:
        return None
    sets = np.unique(refused[counts == counts.min()], axis=0)
    finds = [int((refused <= one).all(axis=1).sum()) for one in sets]
    best = min(range(len(sets)), key=lambda at: (-finds[at], tuple(np.flatnonzero(sets[at]).tolist())))
    names = tuple(rule.name for rule, is_in in zip(RULES, sets[best], strict=True) if is_in)
    suiting = [pipeline.prospects[int(at)] for at in np.flatnonzero((refused <= sets[best]).all(axis=1))]
    nearest, *others = sorted(suiting, key=_return, reverse=True)
    reasons = tuple(rule.reason(mandate, nearest) for rule in RULES if rule.name in names)
    return LeastChange(names, finds[best], nearest, tuple(others), reasons)


def _is_unstated(rule: str, prospect: Prospect) -> bool:
    """Say whether a project states nothing of what a rule asks."""
    return (rule == "delivery" and not prospect.delivery) or (rule == "tenor" and prospect.tenor is None)


def _return(prospect: Prospect) -> float:
    """Return what a project is known to earn a year; minus infinity where that is unknown."""
    earned = prospect.measured_return()
    return -np.inf if earned is None else earned.rate
