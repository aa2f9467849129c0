"""The page round a graph: template, style and scripts; with everything inside for a file, by links for a server.

Nothing is loaded from anywhere else: the drawing library is the vis-network file that pyvis carries, and a page in a file forbids itself
everything but its own scripts and style by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from kg.view.model import DRAWN_AT_MOST, Json
from kg.view.style import RELATION_STYLES, TYPE_STYLES, rank_of, relation_style

Adapter = Literal["embedded", "fetched"]

# One scope, in this order; the source goes between the first two and the rest, the views are in the order of the menu.
_BEFORE = ("base.js", "source.js")
_AFTER = ("state.js", "layouts.js", "canvas.js", "labels.js", "panel.js", "legend.js", "finder.js", "rows.js", "export.js")
_VIEWS = ("result", "start", "ego", "grid", "lineage", "timeline", "couse", "path", "compare", "table", "everything")
_LAST = ("shell.js", "main.js")
_VIS = "templates/lib/vis-9.1.2/vis-network.min.js"  # inside pyvis; its hash is pinned in the tests


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says of itself."""

    title: str
    subtitle: str
    notes: tuple[str, ...] = ()  # what was left out, and why


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page that is served finds its parts."""

    home: str
    style: str
    scripts: tuple[str, ...]


def head(words: Words, counts: Json, options: Json, relations: Sequence[str], start: str, **more: object) -> Json:
    """What every page knows before it has a node: looks, words, counts, limits, the address that it starts with.

    Args:
        words: of the page.
        counts: of `kg.view.embedding.counts`.
        options: of vis-network.
        relations: local names that the graph has, beside those that have a style.
        start: the address of the first picture, "#v=start".
        more: what else the source needs.
    """
    names = sorted({*RELATION_STYLES, *relations}, key=lambda name: (rank_of(name), name))
    return {
        "types": {type: asdict(style) for type, style in TYPE_STYLES.items()},
        "relations": {name: asdict(relation_style(name)) | {"rank": rank_of(name)} for name in names},
        "options": options,
        "most": DRAWN_AT_MOST,
        "counts": counts,
        "words": asdict(words),
        "start": start,
        **more,
    }


def whole(head: Json, blocks: Sequence[tuple[str, str]], words: Words) -> str:
    """HTML of a page that carries all it needs; write it as UTF-8 with line feeds alone."""
    scripts = (vis_network(), viewer("embedded"))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data: blob:; "
        f"script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style())}"
    )
    return _render(policy=policy, words=words, style=style(), scripts=scripts, head=_json(head), blocks=blocks, links=None)


def served(head: Json, words: Words, links: Links) -> str:
    """HTML of a page whose scripts, style and data come from the server that it comes from; the policy is the server's to set."""
    return _render(policy="", words=words, style="", scripts=(), head=_json(head), blocks=(), links=links)


def viewer(adapter: Adapter) -> str:
    """The page's own script, with its data from the page itself or from the server."""
    names = [*_BEFORE, f"{adapter}.js", *_AFTER, *(f"views/{view}.js" for view in _VIEWS), *_LAST]
    parts = [_text(name) for name in names]
    parts.insert(len(_BEFORE) + 1, f"const source = {adapter}();\n")
    return '(() => {\n"use strict";\n' + _bare("\n".join(parts)) + "\n})();\n"


def _bare(script: str) -> str:
    """A script without the lines that are comments and without indentation; no text of ours goes over the end of a line."""
    return re.sub(r"^[ \t]+", "", re.sub(r"^[ \t]*//.*\n", "", script, flags=re.MULTILINE), flags=re.MULTILINE)


def style() -> str:
    """The page's style: the shell's, then that of each view that has one."""
    return "\n".join(filter(None, [_text("page.css"), *(_text(f"views/{view}.css") for view in _VIEWS)]))


def vis_network() -> str:
    """The drawing library as it can stand in a page, its licence at the top."""
    import pyvis

    text = (Path(pyvis.__file__).parent / _VIS).read_text(encoding="utf-8")  # universal newlines: the browser hashes "\n"
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE)


def _text(name: str) -> str:
    """A file of the page; "" for a view without such a file."""
    file = resources.files(__package__) / "page" / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _render(**values: object) -> str:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(_text("template.html.j2")).render(**values)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Json) -> str:
    """JSON that can stand inside a script element: "<" and the line ends of JavaScript are escaped."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
