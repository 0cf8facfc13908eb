"""Claims: hold a stated figure against the stored series, and find the series it was really taken from.

A claim is read by declared words (``data/rules/claim_words.csv``): they name the series it speaks of, its
subject and whether it is a figure of a series, a count of cities, or a count of pilots. It is confirmed when
the series it names agrees, in the year it names, to the precision in which it was stated. Otherwise the
other series of the same subject are searched, in that year and the years beside it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.catalogue import DATA, Catalogue
from urbium.errors import NotFoundError
from urbium.explanation import Explanation
from urbium.measure.claims.findings import (
    Basis,
    Finding,
    count_findings,
    round_findings,
    series_findings,
    usable,
)
from urbium.measure.claims.verdict import (
    FINDINGS,
    JUDGEMENTS,
    Judgement,
    Verdict,
    agrees,
    explain_claim,
    finding_row,
    judgement_row,
)
from urbium.model import NATION, Claim, Source
from urbium.model.words import AREAS
from urbium.result import Result
from urbium.text import Text, declared, sentences, text, texts
from urbium.units import units

_YEARS_BESIDE: Final = 1
"""How many years away another series may agree: a figure called "today's" is often last year's."""


@dataclass(frozen=True, slots=True)
class _Words:
    """A row of the table of words: what a claim that uses them speaks of."""

    id: str
    words: tuple[tuple[str, ...], ...]
    kind: str
    series: tuple[str, ...]
    subject: str
    concept: str
    threshold: float
    note: str

    def matched(self, wording: str) -> int:
        """How many characters of a wording the words account for; 0 when a word is lacking."""
        present = [[w for w in group if re.search(rf"\b{re.escape(w)}\b", wording)] for group in self.words]
        return sum(max(map(len, group)) for group in present) if all(present) else 0


@dataclass(frozen=True, kw_only=True, repr=False)
class ClaimCheck(Result):
    """What became of each claim.

    ``table`` has one row a claim: claim, text, year, value, unit, precision, verdict, series, series_area,
    series_period, series_value, difference (stated less stored), match, match_period, match_value,
    match_difference, note, sources. ``findings`` lists every figure that was looked at, one row each.
    """

    findings: pl.DataFrame
    explanations: Mapping[str, Explanation]

    def __repr__(self) -> str:
        verdicts = self.table["verdict"].to_list()
        return texts(
            "Check of {count} claim: {verdicts:list}",
            "Check of {count:,} claims: {verdicts:list}",
            count=len(verdicts),
            verdicts=[
                text("{verdict} ({number})",
                     number=verdicts.count(verdict.value), verdict=verdict.words)
                for verdict in Verdict
                if verdict.value in verdicts
            ]
        ).render()  # fmt: skip

    def explain(self, key: str) -> Explanation:
        """Say what was found about the claim ``key``; raise NotFoundError when it was not checked."""
        if key not in self.explanations:
            raise NotFoundError.named("claim", key, self.explanations)
        return self.explanations[key]


def check_claims(
    claims: Iterable[Claim],
    observations: pl.DataFrame,
    catalogue: Catalogue,
    *,
    cities: pl.DataFrame,
    pilots: pl.DataFrame,
    sources: Mapping[str, Source] | None = None,
    rounds: pl.DataFrame | None = None,
) -> ClaimCheck:
    """Say of each claim whether the stored series confirm it, and which series it really matches.

    Parameters
    ----------
    claims : what was stated
    observations : table with the columns of :data:`urbium.model.OBSERVATION`, nation and cities
    catalogue : what is declared
    cities : code, name_en, name_zh, level of every place; the nation has the level "nation"
    pilots : the register, with the columns kind and year
    sources : where figures come from, by id; those of the catalogue when left out
    rounds : programme, round, date, kind, count, source; the packaged ones when left out

    Suspect figures and projections are not looked at.
    """
    publishers = catalogue.sources if sources is None else sources
    desk = _Desk(
        catalogue=catalogue,
        figures=usable(observations, catalogue.variables),
        places=cities,
        pilots=pilots,
        rounds=_packaged_rounds() if rounds is None else rounds,
    )
    judged = [desk.judge(claim) for claim in claims]
    return ClaimCheck(
        table=pl.DataFrame([judgement_row(verdict, publishers) for verdict in judged], schema=JUDGEMENTS),
        settings=MappingProxyType({"claims": len(judged), "years_beside": _YEARS_BESIDE}),
        findings=pl.DataFrame(
            [finding_row(verdict.claim, row) for verdict in judged for row in verdict.findings],
            schema=FINDINGS,
        ),
        explanations=MappingProxyType(
            {verdict.claim.id: explain_claim(verdict, publishers) for verdict in judged}
        ),
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    """What claims are held against."""

    catalogue: Catalogue
    figures: pl.DataFrame
    places: pl.DataFrame
    pilots: pl.DataFrame
    rounds: pl.DataFrame

    def judge(self, claim: Claim) -> Judgement:
        """Hold one claim against the stored series."""
        wording = f"{claim.variable_as_named} {claim.text}".lower()
        words = max(_claim_words(), key=lambda row: row.matched(wording))
        nation = self.nation(claim.place)
        if not words.matched(wording):
            return _unchecked(claim, text("no declared word in the claim shows which series it refers to"))
        if nation is None:
            return _unchecked(
                claim,
                text("no nation called {place!r} is registered", place=claim.place),
            )
        if claim.unit not in units():
            return _unchecked(claim, text("the unit {unit!r} is unknown", unit=claim.unit))
        match words.kind:
            case "series":
                return self.judge_series(claim, words, self.figures.filter(pl.col("city") == nation))
            case "count":
                return self.judge_count(claim, words, self.within(nation))
            case _:
                return self.judge_rounds(claim, words)

    def nation(self, name: str) -> str | None:
        """The code of the nation a claim speaks of."""
        called = pl.any_horizontal(pl.col("code", "name_en", "name_zh") == name)
        codes = self.places.filter(called, pl.col("level") == NATION)["code"].to_list()
        return codes[0] if codes else None

    def judge_series(self, claim: Claim, words: _Words, figures: pl.DataFrame) -> Judgement:
        """Compare with the series named, else with the others of the same subject, else with any."""
        of_series = list(self.series(claim, words.series, figures))
        named = of_series[0] if of_series else None
        if named and named.basis == Basis.REPORTED and agrees(claim, named.value):
            note = text("named as {concept}", concept=declared(words.concept))
            return Judgement(claim, Verdict.CONFIRMED, named, None, tuple(of_series), note)
        kin = {name: row for row in _claim_words() if row.subject == words.subject for name in row.series}
        others = [name for name in kin if name not in words.series]
        related = list(self.series(claim, others, figures))
        beside = [finding for finding in related if agrees(claim, finding.value)]
        absent = "" if named and named.basis == Basis.REPORTED else _absent(claim, named)
        if beside:
            best = min(beside, key=lambda f: (abs(int(f.period) - claim.year), _off(claim, f)))
            note = text(
                "quoted as {concept}, but the figure matches {other} of {period}: these are two "
                "different series",
                concept=declared(words.concept),
                other=declared(kin[best.series].concept),
                period=best.period,
            )
            note = sentences([note, absent])
            return Judgement(claim, Verdict.OTHER_SERIES, named, best, (*of_series, *related), note)
        shares = [name for name in self.catalogue.variables if name not in {*words.series, *others}]
        rest = list(self.series(claim, shares, figures))
        everything = (*of_series, *related, *rest)
        closest = min(everything, key=lambda f: _off(claim, f), default=None)
        if closest is None:
            return _unchecked(claim, text("no series of this kind is stored near that year"))
        note = text(
            "no series for {subject} agrees; the closest is {series}",
            subject=declared(words.subject),
            series=closest.name,
        )
        return Judgement(claim, Verdict.NOT_CONFIRMED, named, closest, everything, sentences([note, absent]))

    def series(self, claim: Claim, names: Iterable[str], figures: pl.DataFrame) -> Iterator[Finding]:
        """The figures of several series near the year of a claim."""
        for name in names:
            yield from series_findings(
                figures,
                name,
                year=claim.year,
                wanted=claim.unit,
                within=_YEARS_BESIDE,
                catalogue=self.catalogue,
            )

    def within(self, nation: str) -> pl.DataFrame:
        """The figures of a nation and of the cities: all but those of other nations."""
        nations = self.places.filter(pl.col("level") == NATION)["code"].to_list()
        others = [code for code in nations if code != nation]
        return self.figures.filter(~pl.col("city").is_in(others))

    def judge_count(self, claim: Claim, words: _Words, figures: pl.DataFrame) -> Judgement:
        """Count the cities under every boundary that is stored."""
        counts = tuple(
            count_findings(
                figures,
                words.series,
                year=claim.year,
                threshold=words.threshold,
                catalogue=self.catalogue,
            )
        )
        if not counts:
            return _unchecked(claim, text("no city populations are stored"))
        counted = [f for f in counts if f.period == str(claim.year) and f.basis == Basis.REPORTED]
        agreeing = [f for f in counted if agrees(claim, f.value)]
        closest = min(agreeing or counts, key=lambda f: (f.period != str(claim.year), _off(claim, f)))
        note = text(
            "{remark}. Counted: {counts}",
            remark=declared(words.note),
            counts=sentences(map(_count_text, counts)),
        )
        verdict = Verdict.CONFIRMED if agreeing else Verdict.NOT_CONFIRMED
        return Judgement(claim, verdict, closest, None, counts, note)

    def judge_rounds(self, claim: Claim, words: _Words) -> Judgement:
        """Compare with the declared rounds of the programme."""
        rounds = tuple(round_findings(self.rounds, self.pilots, year=claim.year))
        named = next((finding for finding in rounds if finding.series in words.series), None)
        listed = [text("{name} {remark}", name=finding.name, remark=finding.note) for finding in rounds]
        note = text("{remark}. Declared: {rounds}", remark=declared(words.note), rounds=sentences(listed))
        if named and agrees(claim, named.value):
            return Judgement(claim, Verdict.CONFIRMED, named, None, rounds, note)
        others = [finding for finding in rounds if finding is not named and agrees(claim, finding.value)]
        if others:
            return Judgement(claim, Verdict.OTHER_SERIES, named, others[0], rounds, note)
        if named is None:
            return _unchecked(
                claim,
                text("no round of this kind is declared for that year or earlier"),
            )
        return Judgement(claim, Verdict.NOT_CONFIRMED, named, None, rounds, note)


def _unchecked(claim: Claim, note: Text) -> Judgement:
    return Judgement(claim, Verdict.UNCHECKED, None, None, (), note)


def _off(claim: Claim, finding: Finding) -> float:
    return abs(finding.value - claim.value)


def _absent(claim: Claim, named: Finding | None) -> Text:
    if named is None:
        return text("the named series has no figure near {year:d}", year=claim.year)
    return text(
        "the named series has no figure for {year:d}; the nearest is for {period}",
        year=claim.year,
        period=named.period,
    )


def _count_text(finding: Finding) -> Text:
    given = {
        "count": finding.value, "name": finding.name, "area": AREAS.get(finding.area, finding.area),
        "period": finding.period, "basis": finding.basis.words, "remark": finding.note,
    }  # fmt: skip
    if finding.note:
        return text("{count:.0f} {name}, {area} ({period}, {basis}, {remark})", **given)
    return text("{count:.0f} {name}, {area} ({period}, {basis})", **given)


@cache
def _claim_words() -> tuple[_Words, ...]:
    table = pl.read_csv(DATA / "rules" / "claim_words.csv", infer_schema=False)
    return tuple(
        _Words(
            id=row["id"],
            words=tuple(tuple(group.split("|")) for group in row["words"].split(";")),
            kind=row["kind"],
            series=tuple(row["series"].split("|")),
            subject=row["subject"],
            concept=row["concept"],
            threshold=float(row["threshold"] or 0),
            note=row["note"] or "",
        )
        for row in table.iter_rows(named=True)
    )


def _packaged_rounds() -> pl.DataFrame:
    return pl.read_csv(DATA / "demo" / "rounds.csv", schema_overrides={"date": pl.String, "round": pl.String})
