"""Choices: what whoever plans chooses of a roadmap: projects in or out, weights, money of funds."""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan_rules import Choices
from urbium.text import coded, text


def with_choices(roadmap: Roadmap, choices: Choices) -> Roadmap:
    """Return a roadmap with what was chosen for it.

    Raises NotFoundError for a project, domain or fund that the roadmap does not have, and InputError for a
    project that must and must not be, and for weights that are more than the whole.
    """
    return roadmap.replace(
        projects=_with_statuses(roadmap, choices),
        indicators=_weighed(roadmap.indicators, choices.weights),
        fund_limits=_limited(roadmap, choices.funds),
    )


def _with_statuses(roadmap: Roadmap, choices: Choices) -> pl.DataFrame:
    must = set(_named(roadmap, choices.must))
    must_not = set(_named(roadmap, choices.must_not))
    if both := sorted(must & must_not):
        raise InputError(
            coded(
                "plan.choices.both",
                "{project} is both required in the plan and excluded from it",
                project=both[0],
            ),
            remedy=text("choose one of the two"),
            field="must_not",
        )
    is_in, is_out = pl.col("project").is_in(must), pl.col("project").is_in(must_not)
    is_settled = (is_in & (pl.col("status") == "forbidden")) | (is_out & (pl.col("status") == "committed"))
    if settled := roadmap.projects.filter(is_settled)["project"].to_list():
        raise InputError(
            coded("plan.choices.settled", "{project} is already committed or forbidden", project=settled[0]),
            remedy=text("leave it out of the list"),
            field="must" if settled[0] in must else "must_not",
        )
    is_in &= pl.col("status") != "committed"
    status = pl.when(is_in).then(pl.lit("mandatory")).when(is_out).then(pl.lit("forbidden"))
    return roadmap.projects.with_columns(status=status.otherwise("status"))


def _named(roadmap: Roadmap, names: Iterable[str]) -> Iterator[str]:
    """Yield the projects that are named, each alone or with those of its solution in every city."""
    projects = set(roadmap.projects["project"])
    for name in names:
        of_solution = roadmap.projects.filter(solution=name)["project"].to_list()
        if name not in projects and not of_solution:
            raise _absent(roadmap, name, projects)
        yield from of_solution or [name]


def _absent(roadmap: Roadmap, name: str, projects: set[str]) -> NotFoundError:
    """Say that there is no such project, and why where the city cannot have it."""
    city, _, solution = name.partition(":")
    reasons = roadmap.omitted.filter(city=city, solution=solution)["reason"].to_list()
    if not reasons:
        return NotFoundError.named(text("project"), name, projects | set(roadmap.projects["solution"]))
    return NotFoundError(
        coded("plan.choices.omitted", "{project} is not a candidate: {reason}", project=name,
              reason=reasons[0]),
        remedy=text("leave it out of the list"),
    )  # fmt: skip


def _weighed(indicators: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """Give named domains what their indicators weigh together; the others share what is left as before."""
    if not weights:
        return indicators
    domains = set(indicators["domain"])
    for domain in weights:
        if domain not in domains:
            raise NotFoundError.named(text("domain"), domain, domains)
    named, total = pl.col("domain").is_in(weights), sum(weights.values())
    rest = float(indicators.filter(~named)["weight"].sum())
    if total > 1 or not (rest or total == 1):
        raise InputError(
            coded("plan.choices.weights", "the weights add up to {total:.0%}", total=total),
            remedy=text("make them add up to 100%, or to less if some fields are left out"),
            field="weights",
        )
    within = pl.col("weight") / pl.col("weight").sum().over("domain")
    chosen = pl.col("domain").replace_strict(weights, default=0.0, return_dtype=pl.Float64()) * within
    others = pl.col("weight") * ((1 - total) / rest if rest else 0.0)
    note = text("the field weights were chosen for this plan").render()
    return indicators.with_columns(weight=pl.when(named).then(chosen).otherwise(others), note=pl.lit(note))


def _limited(roadmap: Roadmap, funds: Mapping[str, float]) -> pl.DataFrame:
    """Let each named fund pay at most so much in each year, and no more than it could before."""
    names = set(roadmap.funds["fund"])
    for fund in funds:
        if fund not in names:
            raise NotFoundError.named(text("fund"), fund, names)
    before = roadmap.fund_limits
    chosen = pl.DataFrame(
        [(fund, year, float(most)) for fund, most in funds.items() for year in roadmap.years],
        schema=before.schema, orient="row",
    )  # fmt: skip
    return pl.concat([before, chosen]).group_by("fund", "year", maintain_order=True).agg(
        pl.col("amount").min()
    )  # fmt: skip
