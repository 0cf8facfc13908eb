"""What each solution does to which indicator, as a share of the indicator's potential (ADR 0106)."""

import math
from collections.abc import Mapping

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import Ceiling, Effect, Evidence, ResultKind, Solution
from urbium.plan.inputs.assumptions import Assumed
from urbium.plan.inputs.domains import OTHER, weights
from urbium.plan.inputs.notes import cell
from urbium.plan.problem.tables import TABLES
from urbium.text import declared, sentences, text

_PLACEHOLDER = (50.0, 100.0)
_OF_FIGURE = ("pct", "pp")
"""Units of effects that are a part, or points, of the city's own figure."""

_INDEX_WEIGHT = text(
    "the total weight that the indicators of the adopted index would have under equal weights, shared "
    "out in proportion to their weights in that index"
)


def effects_of(catalogue: Catalogue, assumed: Assumed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the indicators with their weights, and the effects by solution."""
    used = [effect for effect in catalogue.effects if effect.is_counted]
    ceilings, most = _ceilings(catalogue), _potentials(catalogue)
    domain_of = {effect.indicator_code: effect.domain for effect in used if effect.domain}
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for effect in used:
        code = effect.indicator_code
        rows[effect.solution, code] = _effect(
            effect, catalogue.solutions[effect.solution], sum(most[code]) / 2, code in ceilings, assumed
        )
    kinds = {effect.indicator_code: effect.kind.value for effect in used}
    names = {effect.indicator_code: effect.title for effect in used}
    note = text(
        "fields have equal weight, and so do the outcomes within each; outputs have {share:.0%} of "
        "the weight of outcomes (assumption)",
        share=assumed("benefit.output_weight"),
    )
    indicators = pl.DataFrame(
        [
            {
                "indicator": code, "name": cell(names[code]), "kind": kinds[code],
                "domain": domain_of.get(code, OTHER),
                "evidence": Evidence.ASSUMPTION.value, "note": cell(note),
            }
            for code in names
        ]
    )  # fmt: skip
    indicators = indicators.with_columns(weight=weights(indicators, assumed("benefit.output_weight")))
    return indicators, pl.DataFrame(list(rows.values()))


def potentials_of(catalogue: Catalogue) -> pl.DataFrame:
    """Return the table ``potentials``: what the whole potential of each outcome changes, where that is said.

    Of the city's own figure it is the share or the points that the effects are found in, where all of an
    outcome are found in the same and one way; and an amount where the source of the ceiling says one.
    """
    ceilings, most = _ceilings(catalogue), _potentials(catalogue)
    ways: dict[str, set[tuple[str, str]]] = {}
    for effect in catalogue.effects:
        if effect.is_counted and effect.kind is ResultKind.OUTCOME:
            ways.setdefault(effect.indicator_code, set()).add((effect.unit, effect.direction))
    rows: list[tuple[object, ...]] = []
    for code, found_in in ways.items():
        unit, direction = next(iter(found_in))
        if len(found_in) > 1 or unit not in _OF_FIGURE:
            continue
        sign = 1.0 if direction == "up" else -1.0
        low, high = most[code]
        rows.append((code, unit, sign * low, sign * high, "", "", ""))
        ceiling = ceilings.get(code)
        if ceiling and ceiling.amount_low is not None and ceiling.amount_high is not None:
            amounts = (sign * ceiling.amount_low, sign * ceiling.amount_high)
            limit = Evidence.STUDY_LIMIT.value
            rows.append(
                (
                    code,
                    ceiling.amount_unit,
                    *amounts,
                    cell(ceiling.indicator),
                    limit,
                    cell(declared(ceiling.note)),
                )
            )
    return pl.DataFrame(rows, schema=TABLES["potentials"], orient="row")


def _ceilings(catalogue: Catalogue) -> dict[str, Ceiling]:
    """Return the published ceiling of each indicator that has one."""
    by_name = {ceiling.indicator: ceiling for ceiling in catalogue.ceilings}
    return {
        effect.indicator_code: by_name[effect.ceiling]
        for effect in catalogue.effects
        if effect.is_counted and effect.ceiling in by_name
    }


def _potentials(catalogue: Catalogue) -> dict[str, tuple[float, float]]:
    """Return the low and the high end of each indicator's potential: its ceiling, or the sum of effects."""
    sums: dict[str, tuple[float, float]] = {}
    for effect in catalogue.effects:
        if effect.is_counted:
            low, high = sums.get(effect.indicator_code, (0.0, 0.0))
            sums[effect.indicator_code] = (low + effect.low, high + effect.high)
    return sums | {code: (ceiling.low, ceiling.high) for code, ceiling in _ceilings(catalogue).items()}


def rolled_out(catalogue: Catalogue) -> frozenset[str]:
    """Return the indicators that tell how far something is rolled out, and which no rule of needs tells."""
    read = {code for need in catalogue.needs.values() for code in need.indicators}
    counted = {row.indicator_code for row in catalogue.effects if row.evidence == Evidence.BY_CONSTRUCTION}
    return frozenset(counted - read)


def weighed(indicators: pl.DataFrame, shares: Mapping[str, float], output: float = 1.0) -> pl.DataFrame:
    """Return the indicators with the weight of those that an index knows shared out as the index does.

    Together they keep the weight that equal weights give them; what the index does not know keeps its own.

    Parameters
    ----------
    indicators : as :func:`effects_of` returns them
    shares : of each indicator in the index, by its code
    output : what an output counts of what an outcome with the same share does
    """
    in_index = pl.col("indicator").is_in(list(shares))
    counted = pl.when(pl.col("kind") == ResultKind.OUTPUT.value).then(output).otherwise(1.0)
    share = counted * pl.col("indicator").replace_strict(shares, default=0.0, return_dtype=pl.Float64)
    together = pl.col("weight").filter(in_index).sum()
    if not indicators.select(share.sum()).item() > 0:
        return indicators
    return indicators.with_columns(
        weight=pl.when(in_index).then(together * share / share.sum()).otherwise("weight"),
        evidence=pl.when(in_index).then(pl.lit(Evidence.DERIVED.value)).otherwise("evidence"),
        note=pl.when(in_index).then(pl.lit(cell(_INDEX_WEIGHT))).otherwise("note"),
    )


def _effect(
    effect: Effect, solution: Solution, potential: float, has_ceiling: bool, assumed: Assumed
) -> dict[str, object]:
    rolled_out = effect.evidence == Evidence.BY_CONSTRUCTION
    build = math.ceil(solution.build_years)
    if rolled_out and (effect.low, effect.high) == _PLACEHOLDER:
        share, level = assumed("coverage.planned"), Evidence.BY_CONSTRUCTION
        notes = [text("planned coverage")]
    else:
        share, level = min((effect.low + effect.high) / 2 / potential, 1.0), effect.evidence
        notes = [
            text("share of the published ceiling")
            if has_ceiling
            else text("share of the combined effect of all solutions in the catalogue")
        ]
        if effect.evidence is Evidence.STUDY_LIMIT:
            share *= assumed("effect.study_limit")
            notes.append(text("limit given in a study, multiplied by the share of the limit that is counted"))
        if effect.scope != "citywide":
            share, level = share * assumed("coverage.partial"), Evidence.ASSUMPTION
            notes.append(
                text(
                    "applies to {scope}, so it is multiplied by the factor for partial coverage",
                    scope=declared(effect.scope),
                )
            )
    lag = math.ceil(effect.lag)
    middle = (effect.low + effect.high) / 2
    return {
        "solution": effect.solution,
        "indicator": effect.indicator_code,
        "effect": share,
        "low": share * effect.low / middle if middle else None,
        "high": share * effect.high / middle if middle else None,
        "lag": max(lag - build, 0) if rolled_out else lag,
        "evidence": level.value,
        "note": cell(sentences(notes)),
    }
