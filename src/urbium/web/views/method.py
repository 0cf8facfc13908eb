"""Method: how an index is computed, in plain words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from urbium.measure.means import mean_words
from urbium.model import Choice, Index

__all__ = ["in_words", "step_words"]

_Given = Mapping[str, Any]

_THEN: Final = {"log": "its logarithm is taken", "box-cox": "it is straightened by a power (Box-Cox)"}


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
        *((mean_words(way, place, levels), str(way)) for place, way in enumerate(index.aggregate)),
        (f"A city or pillar of which less than {bound} of the indicators are known gets no score.",
         f"availability={index.availability:g}"),
    ]  # fmt: skip
    return [{"words": words, "code": code} for words, code in rows]


def step_words(step: Choice, availability: float) -> str:
    """Say what a step does, and on which indicators where it is not all of them.

    >>> step_words(Choice.parse("impute-mean(group=province, only=beds|staff)"), 0.6)
    'What is missing is filled with the mean of its province. Only for: beds, staff.'
    """
    given = step.parameters
    told = _STEPS[step.name](given, availability) if step.name in _STEPS else f"The step {step} is made."
    for name, word in (("only", "Only for"), ("except", "Not for")):
        if given.get(name):
            told += f" {word}: {', '.join(str(given[name]).split('|'))}."
    return told


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _screened(given: _Given, availability: float) -> str:
    told = (
        f"Cities with less than {_share(float(given.get('availability', availability)))} of the indicators "
    )
    told += "known stay out, so that one wild figure moves nobody"
    if "nonzero" in given:
        told += f"; so do those with less than {_share(float(given['nonzero']))} of them above zero"
    for name, words in (("include", "kept in in any case"), ("exclude", "left out in any case")):
        if given.get(name):
            told += f"; {words}: {', '.join(str(given[name]).split('|'))}"
    return told + "."


def _filled(middle: str) -> Callable[[_Given, float], str]:
    def told(given: _Given, _: float) -> str:
        group = given.get("group")
        whose = f"its {group}" if group else "all cities"
        return f"What is missing is filled with the {middle} of {whose}."

    return told


def _winsorised(given: _Given, _: float) -> str:
    limit, then = int(given.get("limit", 5)), str(given.get("then", "log"))
    return (
        f"An indicator with outliers (skewness above {given.get('skew', 2):g} and kurtosis above "
        f"{given.get('kurtosis', 3.5):g}) has up to {limit} of its extreme values drawn in to the next one; "
        f"if that does not do, {_THEN.get(then, then)}."
    )


def _min_max(given: _Given, _: float) -> str:
    low, high = given.get("low", 0), given.get("high", 100)
    return f"Each indicator is put on one scale: the worst city has {low:g}, the best {high:g}."


def _z_score(given: _Given, _: float) -> str:
    return (
        f"Each indicator is put on one scale: the average city has {given.get('mean', 0):g}, and one "
        f"standard deviation is {given.get('spread', 1):g}."
    )


def _plain(words: str) -> Callable[[_Given, float], str]:
    return lambda _given, _availability: words


_STEPS: Final[Mapping[str, Callable[[_Given, float], str]]] = {
    "screen": _screened,
    "denominate": lambda given, _: f"Figures are divided by {given.get('by', 'a quantity')} of the city.",
    "impute-mean": _filled("mean"),
    "impute-median": _filled("median"),
    "impute-siblings": _plain("What is missing is filled with the city's own mean in the same pillar."),
    "impute-nearest-year": _plain("What is missing is taken from the nearest year that is known."),
    "impute-linear": _plain("What is missing is read off a straight line between the years that are known."),
    "impute-lowest": _plain("What is missing counts as the lowest value of all cities."),
    "winsorise": _winsorised,
    "log": _plain("Logarithms are taken, so that a few very large values do not set the scale alone."),
    "log-plus": _plain("Logarithms are taken, shifted above zero."),
    "log-plain": _plain("Logarithms are taken."),
    "log-innovation": _plain("Logarithms are taken as in the Global Innovation Index."),
    "box-cox": _plain("Values are straightened by a power (Box-Cox)."),
    "min-max": _min_max,
    "z-score": _z_score,
    "scaled": _plain("Each indicator is put on a scale between fixed bounds."),
    "rank": _plain("Only the order of the cities in each indicator counts: the worst has 1."),
    "percentile": _plain("Each indicator says which share of the other cities a city is ahead of."),
    "borda": _plain("Each indicator says how many cities a city is ahead of."),
    "distance-to-maximum": _plain("Each indicator says how far a city has come from the worst to the best."),
    "distance-to-reference": _plain("Each indicator is held against that of one reference city."),
    "distance-to-target": _plain("Each indicator says how far a city has come on the way to the target."),
    "fraction-of-maximum": _plain("Each indicator is divided by that of the best city."),
    "goalposts": _plain("Each indicator is put on a scale between fixed goalposts."),
    "points": _plain("Each indicator earns 1 to 4 points by how near it is to its benchmark (U4SSC)."),
}
