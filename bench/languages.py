"""How much longer the pages of a programme take in another language than in English: seconds of processor.

Each public page without parameters, and the pages of one city, are made in turn in both languages, with
nothing kept of an earlier answer; told is the least of several times, and the ratio of the sums.

    python bench/languages.py DATABASE [--language zh] [--city 340100] [--times 6] [--record]
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient

import history
from urbium.programme import open_programme
from urbium.text import ENGLISH
from urbium.web import create_app
from urbium.web.pages import ROWS
from urbium.web.rendering.drawing import Drawer


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--language", default="zh")
    parser.add_argument("--city", default="340100")
    parser.add_argument("--times", type=int, default=6)
    history.add_option(parser)
    options = parser.parse_args()
    addresses = [row.address.replace("{code:str}", options.city) for row in ROWS.values()]
    languages, sums, pages = (ENGLISH, options.language), [0.0, 0.0], 0
    with open_programme(options.database) as programme:
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            for address in addresses:
                if "{" in address or any(seconds(client, address, each) is None for each in languages):
                    continue
                times = [[seconds(client, address, each) for each in languages] for _ in range(options.times)]
                least = [min(filter(None, column)) for column in zip(*times, strict=True)]
                sums, pages = [a + b for a, b in zip(sums, least, strict=True)], pages + 1
                print(f"{address:40} {least[0] * 1e3:6.0f} ms {least[1] * 1e3:6.0f} ms", flush=True)
    ratio = sums[1] / sums[0]
    print(f"{pages} pages: {ratio:.3f} times as long in {options.language} as in English")
    if options.record:
        history.record("languages", {"ratio": ratio}, case=f"{pages} pages of the demo, {options.language}")


def seconds(client: TestClient[Litestar], address: str, language: str) -> float | None:
    """Return the processor time of an answer that is made for this request; None when a guest has none."""
    began = time.process_time()
    answer = client.get(f"{address}?at={time.monotonic_ns()}", headers={"accept-language": language})
    return time.process_time() - began if answer.status_code == HTTPStatus.OK else None


if __name__ == "__main__":
    main()
