"""Makes the README's pictures again: python tests/view/make_pictures.py STORE (needs Debian's chromium).

STORE is the store of the seed papers. Writes .assets/graph.png (where a page begins), .assets/paper.png (one paper with its sentences) and
.assets/datasets.png (papers and their datasets, in the dark).
"""

import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

import kg

ASSETS = Path(__file__).parents[2] / ".assets"
PAPER = "Large-Scale Domain-Specific Pretraining for Biomedical Vision-Language Processing"


def main(store: str) -> None:
    ASSETS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, kg.open(store) as graph:
        page = Path(folder) / "graph.html"
        graph.view(output=page)
        id = quote(graph.show(PAPER).thing.iri, safe="")
        for name, address, scheme in (
            ("graph", "#v=start", "light"),
            ("paper", f"#v=paper&n={id}&s={id}", "light"),
            ("datasets", "#v=grid-dataset", "dark"),
        ):
            context = playwright.chromium.launch_persistent_context(
                Path(folder) / name,
                executable_path=shutil.which("chromium"),
                offline=True,
                viewport={"width": 1440, "height": 900},
                reduced_motion="reduce",
                color_scheme=scheme,
                args=["--no-sandbox", "--disable-gpu"],
            )
            tab = context.pages[0]
            tab.goto(page.as_uri() + address)
            tab.locator("html[data-ready]").wait_for(state="attached")
            tab.screenshot(path=ASSETS / f"{name}.png")
            context.close()


if __name__ == "__main__":
    main(sys.argv[1])
