"""Pages of `kg view` beside pyvis as it comes, in one run of Debian's chromium:

    python -m tests.bench.view_pages [--papers 13700] [--keep FOLDER]

Prints medians of five openings (one of the naive page, which takes seconds): ready, heap, longest task, longest frame while the picture is dragged and
zoomed, a keystroke of the search, an expansion, sizes. Compare ratios; the yardstick is `pyvis in_line` of about 100 nodes.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from playwright.sync_api import sync_playwright

from kg import vocab
from kg.view import page
from kg.view.data import read
from tests.bench import synthetic_graph

RUNS = 5
WATCH = """window.__tasks = []; new PerformanceObserver(list => list.getEntries().forEach(e => __tasks.push(e.duration))).observe({type: "longtask", buffered: true});"""
FRAMES = """() => {
  window.__frames = [];
  let last = performance.now();
  const step = now => { __frames.push(now - last); last = now; requestAnimationFrame(step); };
  requestAnimationFrame(step);
}"""


def store_of(papers: int) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in synthetic_graph.triples(papers))
    return store


def naive(nodes: int, edges: int, name_length: int = 25) -> str:
    """What pyvis makes of a graph of the same size when nothing is set but the mode."""
    from pyvis.network import Network

    draw = random.Random(1)
    net = Network(cdn_resources="in_line", directed=True)
    for i in range(nodes):
        net.add_node(i, label=f"Node {i} ".ljust(name_length, "x"), group=i % 5)
    for _ in range(edges):
        net.add_edge(draw.randrange(nodes), draw.randrange(nodes))
    return str(net.generate_html())


@contextmanager
def browser() -> Iterator[Any]:
    """Debian's chromium without a network, with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=shutil.which("chromium"), offline=True, viewport={"width": 1280, "height": 800},
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )  # fmt: skip
        yield context
        context.close()


def opened(context: Any, file: Path, ready: str) -> tuple[Any, float]:
    """A tab with the page, and milliseconds from the start of navigation until `ready` holds."""
    tab = context.new_page()
    tab.add_init_script(WATCH)
    tab.goto(file.as_uri(), wait_until="commit")
    while not tab.evaluate(ready):
        time.sleep(0.005)
    return tab, tab.evaluate("performance.now()")


def heap(tab: Any) -> float:
    """Megabytes of JavaScript objects after a collection."""
    session = tab.context.new_cdp_session(tab)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def frames(tab: Any) -> float:
    """Longest frame in milliseconds while the picture is dragged and zoomed."""
    box = tab.locator("#canvas, #mynetwork").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    tab.mouse.move(x, y)
    tab.evaluate(FRAMES)
    tab.mouse.down()
    for step in range(24):
        tab.mouse.move(x + 6 * step, y + 3 * step)
    tab.mouse.up()
    for _ in range(4):
        tab.mouse.wheel(0, -100)
    tab.wait_for_timeout(200)
    return float(tab.evaluate("Math.max(...__frames.slice(2))"))


KEYSTROKE = (
    """async () => { const began = performance.now(); await __view.source.search("method-12", 12); return performance.now() - began; }"""
)
EXPAND = """async i => { const began = performance.now(); await __view.expand(i); return performance.now() - began; }"""
DRAWN = "document.documentElement.dataset.ready === 'yes'"
SETTLED = "typeof network !== 'undefined' && (network.__done ??= (network.once('stabilizationIterationsDone', () => { network.__at = performance.now(); }), 1), network.__at > 0)"


def of_ours(context: Any, file: Path) -> dict[str, float]:
    """Medians over RUNS openings."""
    found: list[dict[str, float]] = []
    for _ in range(RUNS):
        tab, ready = opened(context, file, DRAWN)
        told = {"ready ms": ready, "heap MB": heap(tab), "longest task ms": tab.evaluate("Math.max(0, ...__tasks)")}
        tab.evaluate(KEYSTROKE)  # the first makes the index
        told["keystroke ms"] = tab.evaluate(KEYSTROKE)
        centre = tab.evaluate("__view.graph.degree.map((d, i) => [d, i]).sort((a, b) => b[0] - a[0]).find(([d]) => d < 60)[1]")
        tab.evaluate("i => __view.open(i)", centre)
        told["frame ms"] = frames(tab)
        near = tab.evaluate(
            "[...__view.picture().marks.keys()].sort((a, b) => __view.graph.degree[b] - __view.graph.degree[a]).find(i => !__view.state().nodes.includes(__view.graph.id[i]))"
        )
        told["expand ms"] = tab.evaluate(EXPAND, near)
        tab.evaluate("__view.navigate({view: 'everything', nodes: []})")
        told["frame ms, everything"] = frames(tab)
        tab.close()
        found.append(told)
    return {name: statistics.median(told[name] for told in found) for name in found[0]}


def main(papers: int, folder: Path) -> None:
    files = {name: folder / f"{name}.html" for name in ("small", "large", "naive")}
    files["small"].write_text(page(store_of(27)), encoding="utf-8", newline="\n")
    if not files["large"].exists():
        files["large"].write_text(page(store_of(papers)), encoding="utf-8", newline="\n")
    small = read(store_of(27))
    files["naive"].write_text(naive(len(small.nodes), len(small.edges)), encoding="utf-8", newline="\n")
    with browser() as context:
        tab, ready = opened(context, files["naive"], SETTLED)
        yard = {"ready ms": ready, "heap MB": heap(tab), "longest task ms": tab.evaluate("Math.max(...__tasks)"), "frame ms": frames(tab)}
        tab.close()
        print(f"naive pyvis, {len(small.nodes)} nodes and {len(small.edges)} edges: " + ", ".join(f"{k} {v:,.1f}" for k, v in yard.items()))
        for name in ("small", "large"):
            told = of_ours(context, files[name])
            tab, _ = opened(context, files[name], DRAWN)
            size = tab.evaluate("[__view.graph.id.length, __view.graph.from.length]")
            tab.close()
            print(f"ours, {size[0]:,} nodes and {size[1]:,} edges, file {files[name].stat().st_size / 1e6:.1f} MB:")
            for key, value in told.items():
                print(f"  {key}: {value:,.1f}" + (f"  = {value / yard[key]:.3f} of naive" if key in yard else ""))
    print(
        f"evidence: {sum(1 for _ in store_of(27).quads_for_pattern(None, vocab.RDF_TYPE, vocab.ANNOTATION, None))} sentences in the small page"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--papers", type=int, default=13_700, help="of the large page: some 3.65 nodes and 11 edges each")
    parser.add_argument("--keep", type=Path, help="folder for the pages; a large one that is there already is taken")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        main(given.papers, given.keep)
    else:
        with tempfile.TemporaryDirectory() as made:
            main(given.papers, Path(made))
