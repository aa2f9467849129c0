"""Eleven competency questions, each answered from the page alone in at most four actions from the start on.

An action is a click, or a search: typing a name and taking the first hit.
"""

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import settled, until

from kg.view import page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Open = Callable[..., Any]


def _corpus() -> list[Any]:
    """Twenty-four papers of four years: Oak and Elm are used everywhere but never on one data set, Oak rises, each Leaf is based on the one before."""
    papers = []
    for n in range(24):
        says = [("introduces", "Method", f"Leaf {n}"), ("runsOn", "Hardware", f"Board {n % 3}")][: 1 if n == 5 else 2]
        says += [("uses", "Method", "Oak" if n % 4 < 2 else "Elm"), ("evaluatesOn", "Dataset", f"Grove {n % 4}")]
        says += [("uses", "Dataset", "Acorns" if n % 2 else "Cones"), ("addresses", "Task", f"counting {n % 2}")]
        says += [("affiliatedWith", "Organisation", f"Institute {n % 5}")]
        says += [("uses", "Method", "Moss")] if n >= 12 else []
        relations = [(f"Leaf {n}", "basedOn", f"Leaf {n - 1}")] if n % 8 else []
        says += [("comparesWith", "Method", f"Leaf {n - 1}")] if n % 8 else []
        abstract = " ".join([*(f"Here {name} stands." for _, _, name in says), *(f"{s} is based on {o}." for s, _, o in relations)])
        papers.append(
            {
                "title": f"Paper {n} on leaves",
                "abstract": abstract,
                "issued": f"{2030 + n // 6}-05-01",
                "says": says,
                "relations": relations,
            }
        )
    return papers


class Reader:
    """Somebody at the page, whose actions are counted."""

    def __init__(self, tab: Any) -> None:
        self.tab, self.actions = tab, 0

    def find(self, name: str) -> None:
        """Search for a name."""
        self.actions += 1
        self.tab.locator("#search").fill(name)
        self.tab.locator("#hits [role=option] bdi", has_text=name).first.wait_for()
        self.tab.keyboard.press("Enter")
        self.tab.locator("#title", has_text=name).wait_for()
        settled(self.tab)

    def pick(self, label: str, name: str) -> None:
        """Search for a name in an input of the view."""
        self.actions += 1
        self.tab.get_by_label(label, exact=True).fill(name)
        self.tab.locator("#sheet [role=option] bdi", has_text=name).first.wait_for()
        self.tab.keyboard.press("Enter")
        until(self.tab, f"__view.state().nodes.length > 1 && document.documentElement.dataset.ready && '{name}'")

    def click(self, selector: str, text: str | None = None) -> None:
        self.actions += 1
        self.tab.locator(selector, **({"has_text": text} if text else {})).first.click()
        settled(self.tab)

    def names(self, type: str) -> set[str]:
        """What is drawn of a type."""
        drawn = "t => __view.made().rows.filter(i => __view.graph.type[i] === t).map(i => __view.graph.name[i])"
        return set(self.tab.evaluate(drawn, type))

    def panel(self) -> str:
        return str(self.tab.locator("#panel").inner_text())

    def sheet(self) -> str:
        return str(self.tab.locator("#sheet").inner_text())


@pytest.fixture(scope="module")
def html(make_store: Callable[[list[Any]], ox.Store]) -> str:
    return page(make_store(_corpus()))


@pytest.fixture
def reader(open_page: Open, html: str) -> Any:
    someone = Reader(open_page(html))
    yield someone
    print(f"{someone.actions} actions")
    assert someone.actions <= 4


def test_who_first_proposed_a_method(reader: Reader) -> None:
    reader.find("Leaf 9")
    assert "introduced by" in reader.panel()
    assert "Here Leaf 9 stands." in reader.panel()
    assert "Paper 9 on leaves" in reader.panel()


def test_which_datasets_do_papers_that_use_a_method_use(reader: Reader) -> None:
    reader.find("Elm")
    reader.click("#chips button", "two steps")
    assert reader.names("dataset") == {"Grove 2", "Grove 3", "Acorns", "Cones"}


def test_on_what_hardware_was_a_method_run(reader: Reader) -> None:
    reader.find("Elm")
    reader.click("#chips button", "two steps")
    reader.click('[aria-label="Only Hardware"]')
    assert reader.names("hardware") == {"Board 0", "Board 1", "Board 2"}


def test_which_organisations_work_on_a_task(reader: Reader) -> None:
    reader.find("counting 1")
    reader.click("#chips button", "two steps")
    reader.click('[aria-label="Only Organisations"]')
    assert len(reader.names("organisation")) == 5


def test_which_pairs_are_untried_though_both_are_common(reader: Reader) -> None:
    reader.click("#menu button", "Used together")
    reader.click("#chips button", "never together")
    assert "Elm" in reader.sheet()
    assert "Grove 0" in reader.sheet()
    assert "Probability of none" in reader.sheet()


def test_what_is_a_method_built_on_and_what_builds_on_it(reader: Reader) -> None:
    reader.find("Leaf 11")
    reader.click("#menu button", "Lineage")
    assert {"Leaf 8", "Leaf 9", "Leaf 10", "Leaf 11", "Leaf 15"} <= reader.names("method")
    assert "Leaf 7" not in reader.names("method")


def test_what_do_two_papers_share_and_where_do_they_differ(reader: Reader) -> None:
    reader.find("Paper 2 on leaves")
    reader.click("#menu button", "Compare")
    reader.pick("Add another", "Paper 6 on leaves")
    shared = reader.tab.locator("#sheet li.shared").all_inner_texts()
    assert any("Elm" in text for text in shared)
    assert any("Grove 2" in text for text in shared)


def test_show_every_sentence_behind_an_edge(reader: Reader) -> None:
    reader.find("Leaf 4")
    reader.click("#panel .fact button.edge")
    assert reader.tab.locator("#panel mark").count() >= 1


def test_which_papers_state_no_hardware(reader: Reader) -> None:
    reader.click("#menu button", "Hardware")
    reader.click("#chips button", "1 paper with no device")
    assert reader.names("paper") == {"Paper 5 on leaves"}


def test_which_methods_rise(reader: Reader) -> None:
    reader.click("#menu button", "Timeline")
    rises = reader.tab.locator("#sheet section", has_text="Rising").inner_text()
    assert "Moss" in rises


def test_how_do_i_get_from_a_dataset_to_a_device(reader: Reader) -> None:
    reader.find("Acorns")
    reader.click("#panel #path")
    reader.pick("To", "Board 2")
    assert "shortest way" in reader.sheet()
    assert reader.tab.locator("ol.way blockquote").count() >= 2
