# ruff: noqa: PLC0414 - what pages may read of measuring is handed on by name
"""Method: how an index is computed, in plain words, and in which other ways it might be."""

from collections.abc import Iterator

from urbium.catalogue import Catalogue
from urbium.errors import Fault, UrbiumError, nearest
from urbium.measure.aggregate import check_way
from urbium.measure.means import mean_options as mean_options
from urbium.measure.means import mean_words
from urbium.measure.means import needs_above_zero as needs_above_zero
from urbium.measure.steps.registry import STEPS as STEPS
from urbium.measure.steps.registry import is_for as is_for
from urbium.measure.steps.registry import normalising_options as normalising_options
from urbium.measure.steps.registry import step_words
from urbium.measure.steps.step import Purpose as Purpose
from urbium.measure.weighting.registry import weighting_words
from urbium.model import Index, Weighting
from urbium.text import Text, coded, text, texts


def in_words(index: Index) -> list[Text]:
    """Return what is done at each step of an index, from figures to score.

    >>> from urbium.catalogue import load_catalogue
    >>> in_words(load_catalogue().indices["yearbook"])[-1]
    'A city or pillar gets no score if less than 60% of its indicators are known.'
    """
    levels = len(index.aggregate)
    least = text(
        "A city or pillar gets no score if less than {share:.0%} of its indicators are known.",
        share=index.availability,
    )
    return [
        _figures(index.maximum_age),
        *(step_words(step, index.availability) for step in index.steps),
        *_weighting(index),
        *(mean_words(way, place, levels) for place, way in enumerate(index.aggregate)),
        least,
    ]


def method_faults(catalogue: Catalogue) -> Iterator[Fault]:
    """Yield the steps and means of a programme's own indices that are not known."""
    for index in catalogue.indices.values():
        if ("indices", index.id) not in catalogue.own:
            continue
        for step in index.steps:
            if step.name not in STEPS:
                message = coded(
                    "programme.method.step",
                    "index {index}: there is no step {name!r}",
                    index=index.id,
                    name=step.name,
                )
                yield _method_fault(index, "steps", message, nearest(step.name, STEPS))
        for way in index.aggregate:
            try:
                check_way(way)
            except UrbiumError as error:
                yield _method_fault(index, "aggregate", error.message, error.remedy)


def _method_fault(index: Index, column: str, message: str, remedy: str) -> Fault:
    return Fault(
        "error", message, remedy, "index-method", sheet="indicators/indices.csv", cell=column, value=index.id
    )


def _weighting(index: Index) -> Iterator[Text]:
    """Say where the weights come from, unless they are simply declared."""
    if index.weighting.name != Weighting.DECLARED:
        yield text("Weighting: {words}.", words=weighting_words(index))


def _figures(age: int) -> Text:
    if not age:
        return text(
            "Each indicator is computed by its formula from figures for the year itself; suspect "
            "figures are excluded."
        )
    return texts(
        "Each indicator is computed by its formula from figures up to {count} year old; suspect figures are "
        "excluded.",
        "Each indicator is computed by its formula from figures up to {count} years old; suspect figures are "
        "excluded.",
        count=age,
    )
