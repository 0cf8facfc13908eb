"""Yearbook: what a programme publishes of itself: cities, pilots, plan, money, people, methods, sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from urbium.columns import headings
from urbium.publish.documents import programme_parts as parts
from urbium.publish.documents.basis import Basis, called, number
from urbium.publish.documents.city_parts import sources
from urbium.publish.documents.document import Document, Part, Section, Table
from urbium.text import Text, declared, spoken, text


@dataclass(frozen=True, slots=True)
class Published:
    """What the reader may see beside results: pilots counted by round, what was adopted when, and cases.

    Parameters
    ----------
    pilots : round, kind, known by name, declared, source
    pilots_said : the same in a sentence
    adopted : what, which version, and on which day
    cases : kind, state, and how many the reader may see
    """

    pilots: Sequence[tuple[str, str, int, int | None, str]]
    pilots_said: Text
    adopted: Sequence[tuple[Text, int, date]]
    cases: Sequence[tuple[Text | str, Text | str, int]]


def yearbook(basis: Basis, published: Published) -> Document:
    """Return the yearbook of a programme."""
    return Document(
        name="yearbook",
        title=text("Yearbook {year}: {programme}",
                   year=str(basis.created.year), programme=basis.programme),
        first_line=basis.first([
            text("Suspect figures are left out everywhere; assumptions are marked.")]),
        programme=basis.programme,
        created=basis.created,
        language=spoken(),
        has_contents=True,
        sections=[
            Section(text("Key figures"), [parts.key_figures(basis)]),
            Section(text("Where the cities are"), parts.map_of_cities(basis)),
            Section(text("Figures for the cities"), parts.cities(basis)),
            Section(text("Pilots"), _pilots(published)),
            Section(text("Population outlook"), parts.outlook(basis)),
            Section(text("Services"), parts.shortages(basis)),
            Section(text("The plan"), parts.plan_words(basis)),
            Section(text("Schedule"), parts.schedule(basis)),
            Section(text("Money"), parts.money(basis)),
            Section(text("Staff needed"), parts.people(basis)),
            Section(text("What was published"), _published(published)),
            Section(text("Methods"), _methods(basis)),
            Section(text("Sources"), sources(basis)),
        ],
    )  # fmt: skip


def _pilots(published: Published) -> list[Part]:
    if not published.pilots:
        return [text("No pilot is registered.")]
    head = headings("round", "kind", "known", "declared", "source")
    unsaid = text("not said")
    cells = [(round_ or unsaid, kind, number(known), number(declared), source)
             for round_, kind, known, declared, source in published.pilots]  # fmt: skip
    origin = text("Register of pilots; each row names the source of the declared number.")
    return [published.pilots_said, Table(head, cells, origin, frozenset({2, 3}))]


def _published(published: Published) -> list[Part]:
    adopted = [(title, number(version), text("{day:date}", day=day))
               for title, version, day in published.adopted]  # fmt: skip
    seen = [(kind, state, number(count)) for kind, state, count in published.cases]
    origin = text("Programme store; limited to what the reader of this document may see.")
    tables: list[Part] = []
    if adopted:
        head = headings("result", "version", "on")
        tables.append(Table(head, adopted, origin, frozenset({1})))
    if seen:
        head = headings("kind", "state", "cases.count")
        tables.append(Table(head, seen, origin, frozenset({2})))
    return tables or [text("Nothing has been published yet.")]


def _methods(basis: Basis) -> list[Part]:
    """Say by which methods the results were made; each result names its own."""
    scores, plan = basis.results.get("scores"), basis.results.get("plan")
    said: list[Part] = []
    if scores is not None:
        said.append(
            text(
                "Scores: {index} ({note}).", index=called(scores.index.name), note=declared(scores.index.note)
            )
        )
    for stage in ("outlook", "pressure"):
        result = basis.results.get(stage)
        if result is not None:
            said += [note for note in result.notes if note not in said]
    if plan is not None:
        said += [
            plan.proof_words,
            text("Plan assumptions: {note}.", note=plan.roadmap.words(plan.roadmap.settings.note)),
        ]
    return said or [text("No result has been adopted yet.")]
