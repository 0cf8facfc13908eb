"""Labels: what the codes that stand in tables are called on a face: grades, states, series, sectors, limits.

A code without a label is shown as it is: it is data.
"""

from collections.abc import Mapping

from urbium.model import NATION, Evidence
from urbium.model.words import AREAS, DOMAINS
from urbium.observations.reasons import GRADES
from urbium.packaged import words_of
from urbium.text import Text, meant, say, text

LABELS: Mapping[str, Text] = {
    # the quality grades and states of figures
    **GRADES,
    # how well a figure is founded
    **{evidence.value: evidence.label for evidence in Evidence},
    "verified": text("verified"),
    "recalled": text("recalled"),
    "confirmed": text("confirmed"),
    "assumed": text("assumed"),
    # the state of a figure
    "observed": text("observed"),
    "missing": text("missing"),
    # the gravity of a finding
    **words_of("severity"),
    # of an alarm
    "serious": text("serious"),
    # boundaries
    **AREAS,
    # sectors and series
    "agriculture": text("agriculture"),
    "industry": text("industry"),
    "services": text("services"),
    "agriculture and industry": text("agriculture and industry"),
    "output": text("output"),
    "employment": text("employment"),
    # methods of forecasting
    "damped": text("damped trend"),
    "gompertz": text("Gompertz curve"),
    "logistic": text("logistic curve"),
    "last growth": text("naive (last growth continues)"),
    "drift": text("drift"),
    "combination": text("combination of methods (our forecast)"),
    "recent damped": text("damped trend of the last two years"),
    "pooled damped": text("damped trend of city and country"),
    "theta": text("Theta method"),
    "pooled model": text("model of all countries"),
    "drift of all": text("average change of all countries"),
    "persistence with bands": text("no change, with bands"),
    "linear trend with bands": text("linear trend, with bands"),
    "no change with bands": text("no change, with bands"),
    "forecast": text("our forecast"),
    "estimates taken as exact": text("the same, with estimates treated as exact"),
    "no change": text("no change"),
    # how a figure moves towards its target
    "target reached": text("target reached"),
    "on track": text("on track"),
    "improving too slowly": text("improving too slowly"),
    "stagnating": text("stagnating"),
    "moving away": text("moving away"),
    "not known": text("unknown"),
    # correlations
    "alike": text("overlap"),
    "opposed": text("conflict"),
    "negative": text("conflict"),
    # who has a budget, and units of shortfalls
    "missed": text("missed"),
    "share of the gaps": text("share of the gaps"),
    "against": text("conflict"),
    "own": text("of the roadmap itself"),
    # prices of amounts
    "real": text("real"),
    "nominal": text("nominal"),
    # what money is for
    "capital": text("cost to build"),
    "operation": text("running cost"),
    "renewal": text("renewal"),
    # learned coefficients
    "population": text("population"),
    "households": meant("of an outlook", "households"),
    "pressure": text("pressure on services"),
    "ages": text("ages"),
    "workforce": text("workforce"),
    "sectors": text("sectors"),
    "growth": text("growth"),
    "urbanisation": text("urbanisation"),
    "demography": text("demography"),
    # what a catalogue of resources is asked
    "dataset": text("data set"),
    "service": text("service"),
    "mandatory": text("mandatory"),
    "recommended": text("recommended"),
    # what a solution is about
    **DOMAINS,
}
"""What each code is called."""

_NATION = text("nation")


def label(code: str | None) -> str:
    """Return what a code is called; the code itself when it has no label, nothing for none.

    >>> label("by_construction"), label("GDP"), label(None)
    ('by definition', 'GDP', '')
    """
    if not code:
        return ""
    return str(say(LABELS.get(str(code), code)))


def level(code: str, word: str = "") -> str:
    """Return what a level of places is called: the programme's word, else the code itself.

    >>> level("metro", "metropolitan area"), level("metro"), level("nation")
    ('metropolitan area', 'metro', 'nation')
    """
    return word or (str(say(_NATION)) if code == NATION else code)
