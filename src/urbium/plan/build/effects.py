"""What each solution does to which indicator, as a share of the indicator's potential."""

import math
from collections.abc import Mapping

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import Effect, Evidence, ResultKind, Solution
from urbium.plan.build.assumptions import Assumed
from urbium.plan.build.domains import OTHER, weights
from urbium.text import sentences, text

__all__ = ["effects_of", "rolled_out", "weighed"]

_PLACEHOLDER = (50.0, 100.0)

_INDEX_WEIGHT = text(
    "plan.weight.index", "weight in the adopted index, of what its indicators have together by equal weights"
)


def effects_of(catalogue: Catalogue, assumed: Assumed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the indicators with their weights, and the effects by solution."""
    used = [effect for effect in catalogue.effects if effect.is_counted]
    ceilings = {ceiling.indicator: ceiling for ceiling in catalogue.ceilings}
    ceiling_of = {effect.indicator_code: effect.ceiling for effect in used if effect.ceiling}
    domain_of = {effect.indicator_code: effect.domain for effect in used if effect.domain}
    totals: dict[str, float] = {}
    for effect in used:
        totals[effect.indicator_code] = (
            totals.get(effect.indicator_code, 0.0) + (effect.low + effect.high) / 2
        )
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for effect in used:
        ceiling = ceilings.get(ceiling_of.get(effect.indicator_code, ""))
        potential = (ceiling.low + ceiling.high) / 2 if ceiling else totals[effect.indicator_code]
        rows[effect.solution, effect.indicator_code] = _effect(
            effect, catalogue.solutions[effect.solution], potential, bool(ceiling), assumed
        )
    kinds = {effect.indicator_code: effect.kind.value for effect in used}
    names = {effect.indicator_code: effect.indicator.rpartition(":")[2] for effect in used}
    note = text(
        "plan.weight.equal",
        "domains weigh the same, and so do the outcomes within each; outputs count {share:.0%} of outcomes "
        "(assumption benefit.output_weight)",
        share=assumed("benefit.output_weight"),
    )
    indicators = pl.DataFrame(
        [
            {
                "indicator": code, "name": names[code], "kind": kinds[code],
                "domain": domain_of.get(code, OTHER),
                "evidence": Evidence.ASSUMPTION.value, "note": str(note),
            }
            for code in names
        ]
    )  # fmt: skip
    indicators = indicators.with_columns(weight=weights(indicators, assumed("benefit.output_weight")))
    return indicators, pl.DataFrame(list(rows.values()))


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
        note=pl.when(in_index).then(pl.lit(str(_INDEX_WEIGHT))).otherwise("note"),
    )


def _effect(
    effect: Effect, solution: Solution, potential: float, has_ceiling: bool, assumed: Assumed
) -> dict[str, object]:
    rolled_out = effect.evidence == Evidence.BY_CONSTRUCTION
    build = math.ceil(solution.build_years)
    if rolled_out and (effect.low, effect.high) == _PLACEHOLDER:
        share, level = assumed("coverage.planned"), Evidence.BY_CONSTRUCTION
        notes = [text("plan.effect.coverage", "planned coverage")]
    else:
        share, level = min((effect.low + effect.high) / 2 / potential, 1.0), effect.evidence
        notes = [
            text("plan.effect.of_ceiling", "share of the published ceiling")
            if has_ceiling
            else text("plan.effect.of_sum", "share of the sum over the catalogue")
        ]
        if effect.evidence is Evidence.STUDY_LIMIT:
            share *= assumed("effect.study_limit")
            notes.append(
                text("plan.effect.study_limit", "limit named by a study: x the part of it that counts")
            )
        if effect.scope != "citywide":
            share, level = share * assumed("coverage.partial"), Evidence.ASSUMPTION
            notes.append(
                text("plan.effect.partial", "holds for {scope}: x partial coverage", scope=effect.scope)
            )
    lag = math.ceil(effect.lag)
    return {
        "solution": effect.solution,
        "indicator": effect.indicator_code,
        "effect": share,
        "lag": max(lag - build, 0) if rolled_out else lag,
        "evidence": level.value,
        "note": str(sentences(notes)),
    }
