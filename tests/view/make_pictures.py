"""Makes the README's pictures again: python tests/view/make_pictures.py STORE (needs Debian's chromium).

Writes .assets/graph.png (the whole graph) and .assets/paper.png (one paper, with its sentences).
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import kg

ASSETS = Path(__file__).parents[2] / ".assets"
PAPER = "MegaScale"  # begins the title of the paper that the second picture shows


def main(store: str) -> None:
    ASSETS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, kg.open(store) as graph:
        page = Path(folder) / "graph.html"
        page.write_text(graph.view(), encoding="utf-8", newline="\n")
        context = playwright.chromium.launch_persistent_context(
            Path(folder) / "profile",
            executable_path=shutil.which("chromium"),
            offline=True,
            viewport={"width": 1440, "height": 900},
            reduced_motion="reduce",
            args=["--no-sandbox", "--disable-gpu"],
        )
        tab = context.pages[0]
        tab.goto(page.as_uri())
        tab.wait_for_function("document.documentElement.dataset.ready")
        tab.screenshot(path=ASSETS / "graph.png")
        tab.evaluate("name => __view.goTo(__view.data.nodes.findIndex(node => node.name.startsWith(name)))", PAPER + ":")
        tab.screenshot(path=ASSETS / "paper.png")
        context.close()


if __name__ == "__main__":
    main(sys.argv[1])
