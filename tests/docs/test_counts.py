"""What the README counts is what there is."""

import re
from collections import Counter
from pathlib import Path

from urbium.catalogue import load_catalogue

README = " ".join((Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8").split())


def counts(pattern: str) -> list[int]:
    """Return the numbers of a sentence of the README."""
    found = re.search(pattern, README)
    assert found is not None, pattern
    return [int(number.replace(",", "")) for number in found.groups()]


def test_the_solutions_of_the_readme_are_those_of_the_catalogue_by_their_evidence():
    solutions = load_catalogue().solutions.values()
    by_evidence = Counter(solution.evidence.value for solution in solutions)

    assert counts(
        r"(\d+) solutions of which one has a published cost, (\d+) a derived and (\d+) an assumed one"
    ) == [len(solutions), by_evidence["derived"], by_evidence["assumption"]]
    assert by_evidence["published"] == 1


def test_the_cities_pilots_and_figures_of_the_readme_are_those_of_the_demo(demo):
    summary, pilots = demo.summary(), demo.pilots()
    national = demo.observations().filter(city="CHN").height

    assert counts(r"(\d+) Chinese cities and (\d+) pilots .* seen for (\d+) of them") == [
        summary["cities"], summary["pilots"], pilots.filter(status="seen").height,
    ]  # fmt: skip
    assert counts(r"([\d,]+) city and (\d+) national figures .* \(([\d,]+) of them suspect") == [
        summary["observations"] - national, national, summary["suspects"],
    ]  # fmt: skip
