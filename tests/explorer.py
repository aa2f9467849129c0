"""What tests ask of an explorer page in a browser: nodes by name, what is drawn, what stands marked."""

import base64
import json
import re
import time
import zlib
from typing import Any

INK = """() => {
  const canvas = document.querySelector("#canvas canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set(); let inked = 0;
  for (let k = 0; k < pixels.length; k += 4) {
    if (pixels[k + 3]) { inked++; colours.add(pixels.slice(k, k + 3).join()); }
  }
  return { share: inked / (pixels.length / 4), colours: colours.size };
}"""

READY = "html[data-ready]"


def unpack(block: str) -> Any:
    """What a block of a page holds."""
    return json.loads(zlib.decompress(base64.b64decode(block), -zlib.MAX_WBITS))


def carried(html: str) -> dict[str, Any]:
    """Every block of a page by its name; "head" too."""
    blocks = {name: unpack(text) for name, text in re.findall(r'<script type="application/octet-stream" id="([\w-]+)">([^<]*)<', html)}
    found = re.search(r'<script type="application/json" id="head">([^<]*)<', html)
    assert found
    return blocks | {"head": json.loads(found[1])}


def number(tab: Any, name: str) -> int:
    """The number of the node with this name, in the page."""
    found: int = tab.evaluate("name => __view.find(name)", name)
    assert found >= 0, f"the page knows no {name}"
    return found


def edge(tab: Any, subject: str, relation: str, object: str) -> int:
    found: int = tab.evaluate("ends => __view.edge(...ends)", [number(tab, subject), relation, number(tab, object)])
    assert found >= 0, f"the page knows no {subject} {relation} {object}"
    return found


def drawn(tab: Any) -> set[str]:
    """Names of the nodes and groups on the canvas."""
    return set(tab.evaluate("__view.names()"))


def settled(tab: Any) -> Any:
    """The page, once it has drawn what was last asked of it."""
    tab.locator(READY).wait_for(state="attached")
    return tab


def until(tab: Any, expression: str, seconds: float = 10) -> None:
    """Wait for a condition; the page's policy forbids the browser's own way of polling a text of JavaScript."""
    end = time.monotonic() + seconds
    while not tab.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        time.sleep(0.02)


def go(tab: Any, address: str) -> Any:
    """Follow an address within the page."""
    tab.evaluate(
        "address => { if (location.hash !== address) { delete document.documentElement.dataset.ready; location.hash = address; } }", address
    )
    return settled(tab)


def select(tab: Any, **what: Any) -> Any:
    """Select a node, edge or tie: what its panel shows stands when this returns."""
    tab.evaluate("what => __view.select(what)", what or None)
    return settled(tab)


def marks(tab: Any, sentence: str) -> list[str]:
    """The words that are marked in the first shown sentence that holds this."""
    return list(tab.locator("blockquote", has_text=sentence).first.locator("mark").all_inner_texts())
