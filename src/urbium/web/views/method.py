"""Method: how an index is computed, in plain words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from urbium.model import Choice, Index
from urbium.text import Text, text, texts

__all__ = ["in_words", "mean_words", "step_words"]

_Given = Mapping[str, Any]


def in_words(index: Index) -> list[dict[str, str]]:
    """Return the steps of an index from figures to score: what is done, and how the index writes it.

    >>> from urbium.catalogue import load_catalogue
    >>> [row["code"] for row in in_words(load_catalogue().indices["yearbook"])]
    ['maximum_age=3', 'screen', 'min-max', 'arithmetic', 'availability=0.6']
    """
    levels = len(index.aggregate)
    least = text(
        "web.method.availability",
        "A city or pillar of which less than {share:.0%} of the indicators are known gets no score.",
        share=index.availability,
    )
    rows = [
        (_figures(index.maximum_age), f"maximum_age={index.maximum_age}"),
        *((step_words(step, index.availability), str(step)) for step in index.steps),
        *((mean_words(way, place, levels), str(way)) for place, way in enumerate(index.aggregate)),
        (least, f"availability={index.availability:g}"),
    ]
    return [{"words": words, "code": code} for words, code in rows]


def _figures(age: int) -> Text:
    if not age:
        return text(
            "web.method.figures",
            "Each indicator is computed by its formula from figures of the year itself; suspect figures are "
            "excluded.",
        )
    return texts(
        "web.method.figures_old",
        "Each indicator is computed by its formula from figures up to {count} year old; suspect figures are "
        "excluded.",
        "Each indicator is computed by its formula from figures up to {count} years old; suspect figures are "
        "excluded.",
        count=age,
    )


def step_words(step: Choice, availability: float) -> Text:
    """Say what a step does, and on which indicators where it is not all of them.

    >>> step_words(Choice.parse("impute-mean(group=province, only=beds|staff)"), 0.6)
    'Missing values are replaced by the mean of the same province. Only for: beds, staff.'
    """
    given = step.parameters
    words = (
        _STEPS[step.name](given, availability)
        if step.name in _STEPS
        else text("web.method.step", "The step {step} is made.", step=str(step))
    )
    for name, code in (("only", "web.method.only"), ("except", "web.method.except")):
        if given.get(name):
            words = _limited(words, code, str(given[name]).replace("|", ", "))
    return words


def _limited(words: Text, code: str, names: str) -> Text:
    if code == "web.method.only":
        return text("web.method.only", "{words} Only for: {names}.", words=words, names=names)
    return text("web.method.except", "{words} Not for: {names}.", words=words, names=names)


def mean_words(way: Any, place: int, levels: int) -> Text:  # noqa: ANN401 - a choice, or an own function
    """Say how the nodes of a level are aggregated; ``place`` counts the levels from the bottom up."""
    name = way.name if isinstance(way, Choice) else "own"
    mean = {
        "arithmetic": text(
            "web.method.arithmetic",
            "the weighted arithmetic mean of its parts: a strength in one makes up for a weakness in another",
        ),
        "geometric": text(
            "web.method.geometric",
            "the weighted geometric mean of its parts: a weak part costs more than a strong one adds",
        ),
        "harmonic": text(
            "web.method.harmonic", "the weighted harmonic mean of its parts: the weakest part counts most"
        ),
        "power": text("web.method.power", "the weighted power mean of its parts ({way})", way=str(way)),
        "copeland": text(
            "web.method.copeland",
            "the number of cities it beats in a vote of its parts, less the number that beat it (Copeland)",
        ),
    }.get(name) or text("web.method.own", "what a function of its own makes of its parts")
    if levels == 1:
        return text("web.method.one_level", "Each pillar, and then the index, is {mean}.", mean=mean)
    if not place:
        return text("web.method.lowest", "On the lowest level, each node is {mean}.", mean=mean)
    if place == levels - 1:
        return text(
            "web.method.above", "On level {level} and above, each node is {mean}.", level=place + 1, mean=mean
        )
    return text("web.method.level", "On level {level}, each node is {mean}.", level=place + 1, mean=mean)


def _screened(given: _Given, availability: float) -> Text:
    words = text(
        "web.method.screen",
        "Cities with less than {share:.0%} of the indicators known are excluded, so that one extreme figure "
        "changes no other score.",
        share=float(given.get("availability", availability)),
    )
    if "nonzero" in given:
        words = text(
            "web.method.nonzero",
            "{words} So are cities with less than {share:.0%} of them above zero.",
            words=words, share=float(given["nonzero"]),
        )  # fmt: skip
    if given.get("include"):
        words = text("web.method.include", "{words} Always included: {names}.", words=words,
                     names=str(given["include"]).replace("|", ", "))  # fmt: skip
    if given.get("exclude"):
        words = text("web.method.exclude", "{words} Always excluded: {names}.", words=words,
                     names=str(given["exclude"]).replace("|", ", "))  # fmt: skip
    return words


def _filled_with_mean(given: _Given, _: float) -> Text:
    if given.get("group"):
        return text(
            "web.method.group_mean",
            "Missing values are replaced by the mean of the same {group}.",
            group=given["group"],
        )
    return text("web.method.mean", "Missing values are replaced by the mean of all cities.")


def _filled_with_median(given: _Given, _: float) -> Text:
    if given.get("group"):
        return text(
            "web.method.group_median",
            "Missing values are replaced by the median of the same {group}.",
            group=given["group"],
        )
    return text("web.method.median", "Missing values are replaced by the median of all cities.")


def _winsorised(given: _Given, _: float) -> Text:
    then = {
        "log": text("web.method.then_log", "its logarithm is taken"),
        "box-cox": text("web.method.then_box_cox", "it is transformed by a power (Box-Cox)"),
    }
    name = str(given.get("then", "log"))
    return text(
        "web.method.winsorise",
        "An indicator with outliers (skewness above {skew:.4g} and kurtosis above {kurtosis:.4g}) has up to "
        "{limit} of its extreme values set to the next one; if that is not enough, {then}.",
        skew=float(given.get("skew", 2)), kurtosis=float(given.get("kurtosis", 3.5)),
        limit=int(given.get("limit", 5)), then=then.get(name, name),
    )  # fmt: skip


def _min_max(given: _Given, _: float) -> Text:
    return text(
        "web.method.min_max",
        "Each indicator is put on one scale: the worst city has {low:.4g}, the best {high:.4g}.",
        low=float(given.get("low", 0)),
        high=float(given.get("high", 100)),
    )


def _z_score(given: _Given, _: float) -> Text:
    return text(
        "web.method.z_score",
        "Each indicator is put on one scale: the average city has {mean:.4g}, and one standard deviation is "
        "{spread:.4g}.",
        mean=float(given.get("mean", 0)),
        spread=float(given.get("spread", 1)),
    )


def _denominated(given: _Given, _: float) -> Text:
    if given.get("by"):
        return text("web.method.denominate", "Figures are divided by {by} of the city.", by=given["by"])
    return text("web.method.denominate_any", "Figures are divided by a quantity of the city.")


def _plain(words: Text) -> Callable[[_Given, float], Text]:
    return lambda _given, _availability: words


_STEPS: Final[Mapping[str, Callable[[_Given, float], Text]]] = {
    "screen": _screened,
    "denominate": _denominated,
    "impute-mean": _filled_with_mean,
    "impute-median": _filled_with_median,
    "impute-siblings": _plain(
        text("web.step.siblings", "Missing values are replaced by the city's own mean in the same pillar.")
    ),
    "impute-nearest-year": _plain(
        text("web.step.nearest_year", "Missing values are taken from the nearest year that is known.")
    ),
    "impute-linear": _plain(
        text("web.step.linear", "Missing values are interpolated linearly between the years that are known.")
    ),
    "impute-lowest": _plain(
        text("web.step.lowest", "Missing values count as the lowest value of all cities.")
    ),
    "winsorise": _winsorised,
    "log": _plain(
        text("web.step.log", "Logarithms are taken, so that a few very large values do not set the scale.")
    ),
    "log-plus": _plain(text("web.step.log_plus", "Logarithms are taken, shifted above zero.")),
    "log-plain": _plain(text("web.step.log_plain", "Logarithms are taken.")),
    "log-innovation": _plain(
        text("web.step.log_innovation", "Logarithms are taken as in the Global Innovation Index.")
    ),
    "box-cox": _plain(text("web.step.box_cox", "Values are transformed by a power (Box-Cox).")),
    "min-max": _min_max,
    "z-score": _z_score,
    "scaled": _plain(text("web.step.scaled", "Each indicator is put on a scale between fixed bounds.")),
    "rank": _plain(
        text("web.step.rank", "Only the order of the cities in each indicator counts: the worst has 1.")
    ),
    "percentile": _plain(
        text("web.step.percentile", "Each indicator gives the share of the other cities that a city exceeds.")
    ),
    "borda": _plain(text("web.step.borda", "Each indicator gives the number of cities that a city exceeds.")),
    "distance-to-maximum": _plain(
        text("web.step.to_maximum", "Each indicator gives a city's position between the worst and the best.")
    ),
    "distance-to-reference": _plain(
        text("web.step.to_reference", "Each indicator is compared with that of one reference city.")
    ),
    "distance-to-target": _plain(
        text("web.step.to_target", "Each indicator gives how far a city has come towards the target.")
    ),
    "fraction-of-maximum": _plain(
        text("web.step.fraction", "Each indicator is divided by that of the best city.")
    ),
    "goalposts": _plain(
        text("web.step.goalposts", "Each indicator is put on a scale between fixed goalposts.")
    ),
    "points": _plain(
        text(
            "web.step.points", "Each indicator earns 1 to 4 points by its distance to its benchmark (U4SSC)."
        )
    ),
}
