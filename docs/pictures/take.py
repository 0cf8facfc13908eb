"""Take the pictures of the README and the manual from a served demo: python docs/pictures/take.py ADDRESS.

They show the demo as it is served, in a window of 1280 by 900 pixels.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PICTURES = (("overview", "/", "en"), ("overview.zh", "/", "zh"))
"""The name of each picture, the page that it shows, and its language."""


def take(address: str) -> None:
    """Write every picture beside this file."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, path, language in PICTURES:
            page = browser.new_page(viewport={"width": 1280, "height": 900}, locale=language)
            page.goto(f"{address}{path}", wait_until="networkidle")
            page.screenshot(path=HERE / f"{name}.png")
            sys.stdout.write(f"docs/pictures/{name}.png\n")
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1])
