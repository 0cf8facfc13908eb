"""Explain: how a figure of a city came about, down to its cell; each stage answers for its own."""

from typing import TYPE_CHECKING, cast

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, trace
from urbium.periods import PeriodLike
from urbium.programme.base.stages import EXPLAINED, FIGURE, Nouns, Question, explained_by
from urbium.text import text

if TYPE_CHECKING:
    from urbium.result import Result


def explain(programme: Nouns, question: Question, *, what: str, area: str = "") -> Explanation:
    """Answer a question about a city; raise NotFoundError where nothing of the kind is explained."""
    if what == FIGURE:
        return explain_observation(programme, question.city, question.name, question.period, area)
    stage = explained_by(what)
    if stage is None:
        raise NotFoundError.named(text("kind of explanation"), what, EXPLAINED)
    if stage.explain is not None:
        return stage.explain(programme, question)
    return cast("Result", programme.required(stage.name)).explain(stage.key(question))


def explain_observation(
    programme: Nouns, city: str, variable: str, period: PeriodLike = "", area: str = ""
) -> Explanation:
    """Say where one stored figure comes from; its earlier versions are its children."""
    variables = programme.catalogue.variables
    if variable not in variables:
        raise NotFoundError.named(text("variable"), variable, variables)
    code = programme.register.city(city).code
    history = programme.observations(cities=[code], variables=[variable], history=True)
    declared = variables[variable]
    return trace(history, declared, programme.sources(), city=code, period=str(period), area=area)
