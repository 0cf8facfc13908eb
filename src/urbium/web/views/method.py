"""Method: how an index is computed, in plain words."""

from collections.abc import Iterator

from urbium.measure.means import mean_words
from urbium.measure.steps.registry import step_words
from urbium.measure.weighting.registry import weighting_words
from urbium.model import Index, Weighting
from urbium.text import text

__all__ = ["in_words"]


def in_words(index: Index) -> list[dict[str, str]]:
    """Return the steps of an index from figures to score: what is done, and how the index writes it.

    >>> from urbium.catalogue import load_catalogue
    >>> [row["code"] for row in in_words(load_catalogue().indices["yearbook"])]
    ['maximum_age=3', 'screen', 'min-max', 'arithmetic', 'availability=0.6']
    """
    age = index.maximum_age
    years = f"up to {age} {'year' if age == 1 else 'years'} old" if age else "of the year itself"
    levels = len(index.aggregate)
    bound = _share(index.availability)
    rows = [
        (f"Each indicator is computed by its formula from figures {years}; suspect figures stay out.",
         f"maximum_age={age}"),
        *((step_words(step, index.availability), str(step)) for step in index.steps),
        *_weighting_rows(index),
        *((mean_words(way, place, levels), str(way)) for place, way in enumerate(index.aggregate)),
        (f"A city or pillar of which less than {bound} of the indicators are known gets no score.",
         f"availability={index.availability:g}"),
    ]  # fmt: skip
    return [{"words": words, "code": code} for words, code in rows]


def _weighting_rows(index: Index) -> Iterator[tuple[str, str]]:
    """Say where the weights come from, unless they are simply declared."""
    if index.weighting.name != Weighting.DECLARED:
        words = weighting_words(index)
        yield text("web.method.weighting", "Weighting: {words}.", words=words), str(index.weighting)


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
