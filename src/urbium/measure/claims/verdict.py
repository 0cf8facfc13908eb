"""Judgement of a claim: the verdict, how precise a stated figure is, and the table and tree that tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import polars as pl

from urbium.columns import schema_of
from urbium.explanation import Explanation, Origin, origin_of
from urbium.measure.claims.findings import Finding
from urbium.model import Claim, Source
from urbium.observations.reasons import graded
from urbium.packaged import words_of
from urbium.text import Text, coded, text


class Verdict(StrEnum):
    """What the stored series say about a claim."""

    CONFIRMED = "confirmed"
    OTHER_SERIES = "matches another series"
    NOT_CONFIRMED = "not confirmed"
    UNCHECKED = "cannot be checked"

    @property
    def words(self) -> Text:
        """What a person reads."""
        return words_of("Verdict")[self]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim with the series it names, the one it matches, and every finding that bears on it."""

    claim: Claim
    verdict: Verdict
    named: Finding | None
    match: Finding | None
    findings: tuple[Finding, ...]
    note: str


def precision(value: float) -> float:
    """Return half a unit of the last digit that was stated: how far a rounded figure may be off.

    Trailing zeros of a whole number count as rounded.

    >>> precision(43), precision(30), precision(59.7)
    (0.5, 5.0, 0.05)
    """
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return float(Decimal(5).scaleb(int(exponent) - 1))


def agrees(claim: Claim, value: float) -> bool:
    """Say whether a stored value (in the claim's unit) agrees with a claim, to its own precision."""
    slack = precision(claim.value) + 1e-9
    match claim.comparison:
        case ">" | ">=":
            return value >= claim.value - slack
        case "<" | "<=":
            return value <= claim.value + slack
        case _:
            return abs(value - claim.value) <= slack


JUDGEMENTS: Final = {
    "claim": pl.String(),
    "text": pl.String(),
    "year": pl.Int64(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "precision": pl.Float64(),
    "verdict": pl.String(),
    "series": pl.String(),
    "series_area": pl.String(),
    "series_period": pl.String(),
    "series_value": pl.Float64(),
    "difference": pl.Float64(),
    "match": pl.String(),
    "match_period": pl.String(),
    "match_value": pl.Float64(),
    "match_difference": pl.Float64(),
    "note": pl.String(),
    "sources": pl.String(),
}
FINDINGS: Final = schema_of("claim series area period value unit basis difference note", claim=pl.String())


def judgement_row(judged: Judgement, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return a judgement as a row with the columns of JUDGEMENTS."""
    claim, named, match = judged.claim, judged.named, judged.match
    cited = dict.fromkeys(source for finding in (named, match) if finding for source in finding.sources)
    return {
        "claim": claim.id,
        "text": claim.text,
        "year": claim.year,
        "value": claim.value,
        "unit": claim.unit,
        "precision": precision(claim.value),
        "verdict": judged.verdict.value,
        "series": named.series if named else None,
        "series_area": named.area if named else None,
        "series_period": named.period if named else None,
        "series_value": named.value if named else None,
        "difference": claim.value - named.value if named else None,
        "match": match.series if match else None,
        "match_period": match.period if match else None,
        "match_value": match.value if match else None,
        "match_difference": claim.value - match.value if match else None,
        "note": judged.note,
        "sources": "; ".join(_cite(source, sources) for source in cited),
    }


def finding_row(claim: Claim, finding: Finding) -> dict[str, Any]:
    """Return a finding as a row with the columns of FINDINGS."""
    return {
        "claim": claim.id,
        "series": finding.series,
        "area": finding.area,
        "period": finding.period,
        "value": finding.value,
        "unit": finding.unit,
        "basis": finding.basis.value,
        "difference": claim.value - finding.value,
        "note": finding.note,
    }


def _cite(name: str, sources: Mapping[str, Source]) -> str:
    source = sources.get(name)
    return (
        ", ".join(part for part in (source.publisher, source.title, source.year) if part) if source else name
    )


def explain_claim(judged: Judgement, sources: Mapping[str, Source]) -> Explanation:
    """Return the tree of a judgement: the claim, the series it names and matches, their observations."""
    claim = judged.claim
    stated = sources.get(claim.source)
    shown = [finding for finding in (judged.named, judged.match) if finding]
    rest = [finding for finding in judged.findings if finding not in shown]
    return Explanation(
        what=coded(
            "measure.claims.judged",
            "{claim} {verdict}: {wording}",
            claim=claim.id,
            verdict=judged.verdict.words,
            wording=claim.text,
        ),
        value=claim.value,
        unit=claim.unit,
        period=str(claim.year),
        grade=text("stated, unverified"),
        origin=_origin(claim.source, stated),
        note=judged.note,
        children=tuple(_explain_finding(finding, sources) for finding in (*shown, *rest)),
    )


def _explain_finding(finding: Finding, sources: Mapping[str, Source]) -> Explanation:
    children = tuple(
        Explanation(
            what=finding.name,
            value=row["value"],
            unit=row["unit"],
            period=row["period"],
            area=row["area"],
            kind="observation",
            grade=graded(row["status"], row["quality"]),
            origin=origin_of(row, sources),
        )
        for row in finding.observations
    )
    if not children:
        children = tuple(
            Explanation(
                what=coded("measure.claims.source", "source"),
                kind="setting",
                origin=_origin(name, sources.get(name)),
            )
            for name in finding.sources
        )
    return Explanation(
        what=finding.name,
        value=finding.value,
        unit=finding.unit,
        period=finding.period,
        area=finding.area,
        kind="indicator",
        grade=finding.basis.words,
        note=finding.note,
        children=children,
    )


def _origin(name: str, source: Source | None) -> Origin:
    if source is None:
        return Origin(publisher=name or text("source not stated"), title="")
    return Origin(source.publisher, source.title, source.year, source.licence)
