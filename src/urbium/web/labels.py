"""Labels: what the codes that stand in tables are called on a page: grades, states, series, sectors, limits.

A code without a label is shown as it is: it is data.
"""

from collections.abc import Mapping

from urbium.catalogue.words import AREAS, DOMAINS
from urbium.model import NATION, Evidence
from urbium.observations.reasons import GRADES
from urbium.text import Text, say, text

__all__ = ["LABELS", "label", "level"]

LABELS: Mapping[str, Text] = {
    # the quality grades and states of figures
    **GRADES,
    # how well a figure is founded
    **{evidence.value: evidence.label for evidence in Evidence},
    "verified": text("web.label.verified", "verified"),
    "recalled": text("web.label.recalled", "recalled"),
    "confirmed": text("web.label.confirmed", "confirmed"),
    "assumed": text("web.label.assumed", "assumed"),
    # the state of a figure
    "observed": text("web.label.observed", "observed"),
    "missing": text("web.label.missing", "missing"),
    # the gravity of a finding
    "error": text("web.label.error", "error"),
    "warning": text("web.label.warning", "warning"),
    "note": text("web.label.note", "note"),
    # of an alarm
    "serious": text("web.label.serious", "serious"),
    # boundaries
    **AREAS,
    # sectors and series
    "agriculture": text("web.label.agriculture", "agriculture"),
    "industry": text("web.label.industry", "industry"),
    "services": text("web.label.services", "services"),
    "agriculture and industry": text("web.label.primary_secondary", "agriculture and industry"),
    "output": text("web.label.output", "output"),
    "employment": text("web.label.employment", "employment"),
    # methods of forecasting
    "damped": text("web.label.damped", "damped trend"),
    "gompertz": text("web.label.gompertz", "Gompertz curve"),
    "logistic": text("web.label.logistic", "logistic curve"),
    "last growth": text("web.label.naive", "naive (last growth continues)"),
    "drift": text("web.label.drift", "drift"),
    "combination": text("web.label.combination", "combination of methods (our forecast)"),
    "recent damped": text("web.label.recent_damped", "damped trend of the last two years"),
    "pooled damped": text("web.label.pooled_damped", "damped trend of city and country"),
    "theta": text("web.label.theta", "Theta method"),
    "pooled model": text("web.label.pooled_model", "model of all countries"),
    "drift of all": text("web.label.drift_of_all", "average change of all countries"),
    "persistence with bands": text("web.label.persistence", "no change, with bands"),
    "linear trend with bands": text("web.label.linear_trend", "linear trend, with bands"),
    "no change with bands": text("web.label.no_change_bands", "no change, with bands"),
    "forecast": text("web.label.forecast", "our forecast"),
    "estimates taken as exact": text("web.label.exact_estimates", "the same, with estimates taken as exact"),
    "no change": text("web.label.no_change", "no change"),
    # how a figure moves towards its target
    "target reached": text("web.label.target_reached", "target reached"),
    "on track": text("web.label.on_track", "on track"),
    "improving too slowly": text("web.label.too_slow", "improving too slowly"),
    "stagnating": text("web.label.stagnating", "stagnating"),
    "moving away": text("web.label.moving_away", "moving away"),
    "not known": text("web.label.not_known", "not known"),
    # correlations
    "alike": text("web.label.alike", "overlap"),
    "opposed": text("web.label.opposed", "conflict"),
    "negative": text("web.label.negative", "conflict"),
    # who has a budget, and units of shortfalls
    "missed": text("web.label.missed", "missed"),
    "share of the gaps": text("web.label.share_of_gaps", "share of the gaps"),
    "against": text("web.label.against", "conflict"),
    "own": text("web.label.own", "of the roadmap itself"),
    # learned coefficients
    "population": text("web.label.population", "population"),
    "ages": text("web.label.ages", "ages"),
    "workforce": text("web.label.workforce", "workforce"),
    "sectors": text("web.label.sectors", "sectors"),
    "growth": text("web.label.growth", "growth"),
    "urbanisation": text("web.label.urbanisation", "urbanisation"),
    "demography": text("web.label.demography", "demography"),
    # what a catalogue of resources is asked
    "dataset": text("web.label.dataset", "data set"),
    "service": text("web.label.service", "service"),
    "mandatory": text("web.label.mandatory", "mandatory"),
    "recommended": text("web.label.recommended", "recommended"),
    # what a solution is about
    **DOMAINS,
}
"""What each code is called."""

_NATION = text("web.level.nation", "nation")


def label(code: str | None) -> str:
    """Return what a code is called; the code itself when it has no label, nothing for none.

    >>> label("by_construction"), label("GDP"), label(None)
    ('by construction', 'GDP', '')
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
