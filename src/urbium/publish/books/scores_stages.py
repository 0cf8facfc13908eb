"""Stages: what each step of an index made of the values, as the columns of a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.measure import Scores
from urbium.measure.matrix import Matrix
from urbium.measure.pipeline import PipelineStage
from urbium.measure.steps.registry import STEPS, step_title
from urbium.model import Choice, Indicator
from urbium.publish.books.sheets import Column, Mark, number_form
from urbium.text import Text, named, sentences, text, texts
from urbium.units import unit, unit_words

_NORMALISED: Final = "Normalised"
_COMMON: Final = "0.00"
_BY_POINTS: Final = ("", "winsorise")


@dataclass(frozen=True)
class StageSheet:
    """A step with the matrix before and after it, and what its sheet is called.

    ``rescaled`` says, (columns,), which columns are no longer in their unit after the step, and ``as_whole``
    which of them this step put on another scale: there no single value can be compared before and after.
    ``reasons`` says, (rows,), why a step left a city out; None when it does not look at cities.
    """

    sheet: str
    title: Text
    words: Text
    note: Text
    before: Matrix
    after: Matrix
    rescaled: NDArray[np.bool_]
    as_whole: NDArray[np.bool_]
    reasons: NDArray[np.object_] | None = None


def list_stages(scores: Scores) -> list[StageSheet]:
    """Return one sheet for each step, in order; the last is called Normalised."""
    build = scores.build
    before = build.raw
    rescaled = np.zeros(len(before.columns), dtype=bool)
    sheets: list[StageSheet] = []
    for number, stage in enumerate(build.stages, start=1):
        is_last = number == len(build.stages)
        after = stage.matrix
        as_whole = _as_whole(stage, before)
        rescaled = rescaled | as_whole
        words = STEPS[stage.choice.name].purpose.words
        called = step_title(Choice(stage.choice.name))
        had_value = before.is_known
        effects = _effects(
            filled=~had_value & after.is_known,
            left_out=had_value & ~after.is_known,
            changed=had_value & after.is_known & (before.values != after.values) & ~as_whole,
            rescaled=as_whole,
        )
        sheets.append(
            StageSheet(
                sheet=_NORMALISED if is_last else text("Step {number} {step}", number=number, step=called),
                title=text(
                    "Step {number} of {count}: {step}",
                    number=number,
                    count=len(build.stages),
                    step=step_title(stage.choice),
                ),
                words=words,
                note=text("{words}: {effects}.", words=words, effects=effects),
                before=before,
                after=after,
                rescaled=rescaled,
                as_whole=as_whole,
                reasons=stage.details.get("reason"),
            )
        )
        before = after
    return sheets


def matrix_columns(scores: Scores, stage: StageSheet, codes: Sequence[str]) -> list[Column]:
    """Return the values after a step, cities in the order of ``codes``, with what it changed marked."""
    places = {code: place for place, code in enumerate(stage.after.rows)}
    order = np.array([places[code] for code in codes], dtype=np.int64)
    columns = []
    for place, name in enumerate(stage.after.columns):
        indicator = scores.catalogue.indicators[name]
        after, before = stage.after.values[order, place], stage.before.values[order, place]
        values = [None if np.isnan(value) else float(value) for value in after]
        title, form = leaf_title(indicator), number_form(unit(indicator.unit).dimension, values)
        if stage.rescaled[place]:
            called, form = named(indicator.name, name).render(), _COMMON
            if stage.after.is_normalised[place]:
                title = text("{indicator} (common scale)", indicator=called)
            else:
                title = text("{indicator} (other scale)", indicator=called)
        marks = _marks(before, after, is_comparable=not stage.as_whole[place])
        columns.append(Column(title, values, form, 15, marks=marks))
    return columns


def left_out(stage: StageSheet, codes: Sequence[str]) -> dict[int, Mark]:
    """Return the cities that a step left out, by their place among ``codes``, with why."""
    if stage.reasons is None:
        return {}
    places = {code: place for place, code in enumerate(stage.after.rows)}
    out = stage.before.is_in & ~stage.after.is_in
    return {
        row: Mark("removed", str(stage.reasons[places[code]]))
        for row, code in enumerate(codes)
        if out[places[code]]
    }


def leaf_title(indicator: Indicator) -> Text:
    """The name of an indicator with its unit, as a heading."""
    name, unit_said = named(indicator.name, indicator.id), unit_words(indicator.unit)
    return text("{indicator} ({unit})", indicator=name, unit=unit_said)


def _as_whole(stage: PipelineStage, before: Matrix) -> NDArray[np.bool_]:
    """Say which columns a step put on another scale: normalised, transformed, or divided by something."""
    columns, parameters = before.columns, stage.choice.parameters
    only, other = (str(parameters.get(name, "")).split("|") for name in ("only", "except"))
    is_wanted = np.array([(only == [""] or name in only) and name not in other for name in columns])
    scaled: NDArray[np.bool_] = np.array(stage.matrix.is_normalised & ~before.is_normalised)
    if STEPS[stage.choice.name].purpose.changes_unit:
        scaled |= is_wanted
    if "way" in stage.details:
        scaled[is_wanted] |= ~np.isin(stage.details["way"].astype(str), _BY_POINTS)
    return scaled


def _marks(
    before: NDArray[np.float64], after: NDArray[np.float64], *, is_comparable: bool
) -> dict[int, Mark]:
    """Return what a step did to the values of one column, by row."""
    marks: dict[int, Mark] = {}
    for row, (old, new) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        was, is_now = not np.isnan(old), not np.isnan(new)
        if was and not is_now:
            marks[row] = Mark("removed", text("left out; it was {value:,.5g}", value=old))
        elif not was and is_now:
            marks[row] = Mark("imputed", text("not reported: filled in by this step"))
        elif not is_now:
            marks[row] = Mark("missing")
        elif is_comparable and old != new:
            marks[row] = Mark("changed", text("it was {value:,.5g}", value=old))
    return marks


def _effects(
    *,
    filled: NDArray[np.bool_],
    left_out: NDArray[np.bool_],
    changed: NDArray[np.bool_],
    rescaled: NDArray[np.bool_],
) -> Text:
    """Say how many values a step filled in, left out and changed, and how many indicators it rescaled."""
    counts = [int(mask.sum()) for mask in (filled, left_out, changed, rescaled)]
    words = [
        texts("{count} value was filled in", "{count:,} values were filled in",
              count=counts[0]),
        texts("{count} value was left out", "{count:,} values were left out",
              count=counts[1]),
        texts("{count} value was changed", "{count:,} values were changed",
              count=counts[2]),
        texts("{count} indicator was rescaled",
              "{count:,} indicators were rescaled", count=counts[3]),
    ]  # fmt: skip
    said = [sentence for sentence, count in zip(words, counts, strict=True) if count]
    return sentences(said) if said else text("no individual value was changed")
