"""What a publication of the demonstration costs: the first of a server that runs, and the next.

Seconds are of the processor, which other work on the machine lengthens little; megabytes are of what is
written, and of what is kept of it compressed. Nothing is stored.

    python bench/publication.py DATABASE [--record]
"""

import argparse
import time
from pathlib import Path

import history
from urbium.programme import open_programme

LICENCE = "https://example.org/licence-of-the-measurement"
"""No publication has it, so that one is written."""


def main() -> None:
    """Measure, print, and record where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("database", type=Path)
    history.add_option(parser)
    options = parser.parse_args()
    with open_programme(options.database) as programme:
        for stage in ("scores", "outlook", "plan"):  # as in a server that runs
            programme.workspace.adopted(stage)
        figures = {}
        for case in ("first", "again"):
            began = time.process_time()
            draft = programme.open_data.draft(licence=f"{LICENCE}/{case}")
            figures[f"{case} seconds"] = time.process_time() - began
        figures["written mb"] = sum(file.size for file in draft.publication.files) / 1e6
        figures["kept mb"] = sum(map(len, draft.contents or [])) / 1e6
    print("\n".join(f"{name:<14} {figure:>8.2f}" for name, figure in figures.items()))
    if options.record:
        history.record("publication", figures)


if __name__ == "__main__":
    main()
