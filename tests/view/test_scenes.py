"""What the views start, co-use and everything draw: chosen and placed from papers and what they name."""

import json
import random
from collections.abc import Callable
from itertools import accumulate, combinations
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
from explorer import carried
from hypothesis import given, settings
from hypothesis import strategies as st
from made_corpora import at_random, corpus

from kg import analyse
from kg.analyse.corpus import Corpus
from kg.view import data, page
from kg.view.scenes import DRAWN, GROUPS, SCENES, Scene, as_json, corpus_of
from kg.view.scenes.clusters import communities
from kg.view.scenes.groups import parted
from kg.view.scenes.places import arrange

Paper = dict[str, Any]
MakeStore = Callable[[list[Paper]], ox.Store]

MAPS = ("start", "co-use", "everything")

# Two fields that share a data set in one paper: leaves (papers 0 to 3) and stars (4 to 7).
LEAVES = [(2031, ["m:leafnet", "d:grove", "t:counting"]), (2032, ["m:leafnet", "d:grove"]), (None, ["m:leafnet", "m:twig", "d:grove"])]
STARS = [(2030, ["m:starnet", "d:sky", "h:scope"]), (2030, ["m:starnet", "d:sky"]), (2029, ["m:starnet", "d:sky", "d:grove"])]
FIELDS = corpus(LEAVES + STARS)
CLEAR = corpus([(2030, [f"m:a{k}", f"d:a{k}", f"d:b{k}"]) for k in range(8) for _ in range(4)])  # eight triples, each in four papers

graphs = st.lists(
    st.tuples(st.sampled_from([None, 2030, 2031]), st.lists(st.sampled_from([f"{k}:{n}" for k in "mdhot" for n in "abcdef"]), unique=True)),
    max_size=60,
).map(corpus)


def ids(made: Corpus) -> list[str]:
    return sorted([paper.id for paper in made.papers] + [entity.id for entity in made.entities])


def shuffled(store: ox.Store, seed: int) -> ox.Store:
    quads = list(store)
    random.Random(seed).shuffle(quads)
    other = ox.Store()
    for quad in quads:
        other.add(quad)
    return other


def test_a_page_has_the_corpus_of_its_store(store: ox.Store, make_store: MakeStore, many_papers: list[Paper]) -> None:
    for filled in (store, make_store(many_papers), make_store([])):
        assert corpus_of(data.read(filled)) == analyse.read(filled)


def test_the_corpus_of_a_page_has_the_relations_and_leaves_out_what_the_page_leaves_out(make_store: MakeStore) -> None:
    built = {
        "title": "TwigNet on trees", "abstract": "TwigNet is based on LeafNet.", "issued": "2031",
        "says": [("introduces", "Method", "TwigNet"), ("uses", "Method", "LeafNet", 0.3)],
        "relations": [("TwigNet", "basedOn", "LeafNet")],
    }  # fmt: skip
    filled = make_store([built, {"title": "Old", "abstract": "We use LeafNet.", "issued": "2001", "says": [("uses", "Method", "LeafNet")]}])
    assert corpus_of(data.read(filled)) == analyse.read(filled)
    assert [said.papers for said in corpus_of(data.read(filled)).relations] == [(1,)]
    assert [paper.year for paper in corpus_of(data.read(filled, since=2020)).papers] == [2031]


@pytest.mark.parametrize("view", MAPS)
def test_the_order_of_the_store_changes_nothing(view: str, make_store: MakeStore, many_papers: list[Paper]) -> None:
    filled = make_store(many_papers)
    first, *rest = [as_json(SCENES[view](corpus_of(data.read(shuffled(filled, seed))))) for seed in range(3)]
    assert rest == [first, first]
    assert json.loads(json.dumps(first)) == first


@pytest.mark.parametrize("view", MAPS)
def test_without_papers_a_view_says_what_to_do(view: str) -> None:
    scene = SCENES[view](corpus([]))
    assert scene.empty == "The graph holds no papers yet. `kg build PATH…` reads papers into it."
    assert (scene.nodes, scene.groups) == ((), ())


@pytest.mark.parametrize("papers", [1, 2])
def test_one_paper_or_two_are_enough_for_start_and_everything_but_use_nothing_together(papers: int) -> None:
    few = corpus([(2031, ["m:leafnet", "d:grove"]), (2032, [])][:papers])
    assert not SCENES["start"](few).empty
    assert not SCENES["everything"](few).empty
    together = SCENES["co-use"](few)
    assert together.empty.startswith("Nothing is used together: 1 paper that work with such things have 0 pairs")
    assert "`kg build PATH…`" in together.empty


# start


def test_start_has_the_newest_papers_first_and_those_without_a_year_last() -> None:
    newest = SCENES["start"](FIELDS).facts["newest"]
    assert [(fact["id"][-1], fact["year"]) for fact in newest] == [
        ("1", 2032), ("0", 2031), ("3", 2030), ("4", 2030), ("5", 2029), ("2", None),
    ]  # fmt: skip


def test_start_counts_and_says_how_many_papers_work_with_each_starting_point() -> None:
    facts = SCENES["start"](FIELDS).facts
    assert facts["counts"] == {"paper": 6, "method": 3, "dataset": 2, "hardware": 1, "organisation": 0, "task": 1}
    assert facts["starting"]["dataset"] == [
        {"id": "dataset/grove", "papers": 4, "mentions": 0, "rank": 1, "roles": {"uses": 4}},
        {"id": "dataset/sky", "papers": 3, "mentions": 0, "rank": 2, "roles": {"uses": 3}},
    ]


def test_what_a_fifth_of_a_large_corpus_names_stands_apart() -> None:
    papers = [(2030, ["m:tuning", f"m:own{k // 3}"] if k < 6 else [f"m:own{k // 3}"]) for k in range(24)]
    facts = SCENES["start"](corpus(papers)).facts
    assert [fact["id"] for fact in facts["hubs"]["method"]] == ["method/tuning"]
    assert "method/tuning" not in [fact["id"] for fact in facts["starting"]["method"]]
    assert len(facts["starting"]["method"]) == 6
    assert SCENES["start"](corpus(papers[:12])).facts["hubs"]["method"] == []  # half of twelve papers is no crowd


def test_the_map_of_start_is_that_of_everything() -> None:
    start, whole = SCENES["start"](FIELDS), SCENES["everything"](FIELDS)
    assert [(group.name, group.papers, group.x, group.y) for group in start.groups] == [
        (group.name, group.papers, group.x, group.y) for group in whole.groups
    ]
    assert start.ties == whole.ties


# everything


def test_fields_are_groups_with_their_telling_things_as_names_tied_by_the_papers_that_name_things_of_both() -> None:
    scene = SCENES["everything"](FIELDS)
    assert [(group.name, group.papers) for group in scene.groups] == [("LEAFNET, GROVE, COUNTING", 3), ("SKY, STARNET, SCOPE", 3)]
    assert scene.groups[0].nodes[:2] == ("dataset/grove", "method/leafnet")  # of most papers first
    assert [(tie.one, tie.other, tie.papers) for tie in scene.ties] == [(0, 1, 1)]
    assert scene.facts["sizes"] == [7, 6]
    assert scene.total == 13


@settings(deadline=None, max_examples=150)
@given(graphs)
def test_every_node_is_in_exactly_one_group(made: Corpus) -> None:
    parts = parted(made)
    assert sorted(id for part in parts for id in part.ranked) == ids(made)
    assert len(parts) <= GROUPS
    if made.papers:
        scene = SCENES["everything"](made)
        assert sorted(id for group in scene.groups for id in group.nodes) == ids(made)
        assert scene.total == sum(scene.facts["sizes"]) == len(ids(made))
        assert all(group.name for group in scene.groups)


def test_many_small_groups_become_forty_at_most_and_the_rest_is_gathered_by_kind() -> None:
    alone = [(2030, [f"m:own{k}", f"d:own{k}"]) for k in range(120)]
    scene = SCENES["everything"](corpus(alone))
    assert [group.name for group in scene.groups] == ["Papers", "Methods", "Datasets"]
    beside = SCENES["everything"](corpus([*alone, *LEAVES]))
    assert [group.name for group in beside.groups] == ["GROVE, LEAFNET, COUNTING", "Other papers", "Other methods", "Other datasets"]
    assert beside.facts["others"] == 3
    assert len(SCENES["everything"](corpus(alone[:34])).groups) == 34  # each by its title, where there is room


def test_small_groups_join_the_one_they_share_most_papers_with() -> None:
    chain = [(2030, [f"m:{k}", f"m:{k + 1}", f"d:{k // 2}"]) for k in range(400)]
    scene = SCENES["everything"](corpus(chain))
    assert 20 < len(scene.groups) <= 34
    assert scene.facts["others"] == 0


def test_pairs_of_groups_that_nothing_else_ties_are_joined_and_what_is_too_much_is_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.view.scenes.groups.GROUPS", 10)
    field = ["m:{0}{1}", "d:{0}{1}", "t:{0}{1}"]  # six pairs of fields, a paper of each of the two names the same organisation
    papers = [
        [name.format(side, k) for name in field] + [f"o:{k}"] * (n == 0)
        for k in range(6)
        for side in "ab"
        for n in range(12 + (side == "a"))
    ]
    made = corpus([(2030, names) for names in papers])
    parts = parted(made)
    assert sorted(id for part in parts for id in part.ranked) == ids(made)
    assert len([part for part in parts if not part.gathered]) == 4
    assert sum(len(part.papers) for part in parts if part.gathered) == 50


def test_a_group_has_all_of_its_nodes_carries_the_first_and_says_how_many_there_are() -> None:
    made = corpus([(2030, [f"m:{k}", "d:all"]) for k in range(200)])
    scene = SCENES["everything"](made)
    [group] = scene.groups
    assert sorted(group.nodes) == ids(made)
    assert group.nodes[0] == "dataset/all"
    assert as_json(scene)["groups"][0]["nodes"] == list(group.nodes[:DRAWN])
    assert scene.facts["sizes"] == [401]
    assert scene.notes == ("groups of more than 150 nodes open with the 150 of most links; the others follow, 150 at a time",)
    assert SCENES["everything"](FIELDS).notes == ()


def test_a_page_has_every_node_in_one_group_in_the_order_of_its_scene(make_store: MakeStore, many_papers: list[Paper]) -> None:
    filled = make_store([*many_papers, {"title": "Alone", "abstract": ""}])
    carries, scene = carried(page(filled)), SCENES["everything"](corpus_of(data.read(filled)))
    groups = [[carries["graph"]["nodes"]["id"][place] for place in accumulate(steps)] for steps in carries["members"]]
    assert groups == [list(group.nodes) for group in scene.groups]
    assert sorted(id for group in groups for id in group) == sorted(carries["graph"]["nodes"]["id"])


@pytest.mark.parametrize("made", [FIELDS, CLEAR, at_random(300, 1), at_random(900, 2, methods=400, datasets=200)], ids=str)
def test_the_communities_are_as_good_as_those_of_networkx(made: Corpus) -> None:
    first = len(made.papers)
    edges = [(paper, first + thing, 1) for paper in range(first) for thing in made.named(paper)]
    graph = nx.Graph((one, other) for one, other, _ in edges)
    graph.add_nodes_from(range(first + len(made.entities)))
    theirs = nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=1))
    ours = nx.community.modularity(graph, communities(graph.number_of_nodes(), edges))
    assert ours > theirs - 0.02


# places


def circles_overlap(scene: Scene) -> bool:
    radii = scene.facts["radii"]
    return any(
        (scene.groups[a].x - scene.groups[b].x) ** 2 + (scene.groups[a].y - scene.groups[b].y) ** 2 < (radii[a] + radii[b]) ** 2
        for a, b in combinations(range(len(radii)), 2)
    )


@settings(deadline=None, max_examples=100)
@given(graphs)
def test_no_two_circles_overlap(made: Corpus) -> None:
    assert not circles_overlap(SCENES["everything"](made))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(5, 90), st.integers(5, 60)), max_size=40), st.randoms(use_true_random=False))
def test_no_two_boxes_overlap_whatever_their_size_and_ties(boxes: list[tuple[int, int]], chance: random.Random) -> None:
    pulls = [(a, b, 0.5) for a, b in combinations(range(len(boxes)), 2) if chance.random() < 0.1]
    placed = arrange(boxes, pulls)
    assert arrange(boxes, pulls) == placed
    for (a, b), (c, d) in combinations(zip(placed, boxes, strict=True), 2):
        assert abs(a[0] - c[0]) >= b[0] + d[0] or abs(a[1] - c[1]) >= b[1] + d[1]


def test_tied_groups_are_nearer_than_others() -> None:
    boxes = [(40, 40)] * 8
    places = arrange(boxes, [(0, 7, 1.0), (1, 6, 1.0)])

    def far(a: int, b: int) -> float:
        return ((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2) ** 0.5

    assert max(far(0, 7), far(1, 6)) < min(far(0, 6), far(1, 7), far(0, 1))


# co-use


def test_what_is_used_together_forms_communities_that_stand_apart() -> None:
    scene = SCENES["co-use"](CLEAR)
    assert len(scene.nodes) == len(scene.at) == 24
    assert [(tie.papers, tie.weight) for tie in scene.ties] == [(4, 1.0)] * 24
    assert [(len(group.nodes), group.papers) for group in scene.groups] == [(3, 4)] * 8
    assert scene.groups[0].name == "A0, B0, A0"
    for number, group in enumerate(scene.groups):
        assert {scene.facts["community"][scene.nodes.index(id)] for id in group.nodes} == {number}
    boxes = [[scene.at[scene.nodes.index(id)] for id in group.nodes] for group in scene.groups]
    for one, other in combinations(boxes, 2):  # no box round a community meets another
        sides = [
            (min(p[axis] for p in one), max(p[axis] for p in one), min(p[axis] for p in other), max(p[axis] for p in other))
            for axis in (0, 1)
        ]
        assert any(high < low_there or high_there < low for low, high, low_there, high_there in sides)


@pytest.mark.parametrize("seed", range(3))
def test_of_each_thing_three_pairs_are_drawn_at_most_and_no_two_labels_overlap(seed: int) -> None:
    chance = random.Random(seed)
    topics = [[f"{'md'[n % 2]}:{topic}-{n}" for n in range(12)] for topic in range(25)]
    made = corpus([(2030, sorted(chance.sample(chance.choice(topics), 5))) for _ in range(1500)])
    scene = SCENES["co-use"](made)
    assert DRAWN // 2 < len(scene.nodes) <= DRAWN
    assert scene.total == 300
    ends = [end for tie in scene.ties for end in (tie.one, tie.other)]
    assert {ends.count(node) for node in range(len(scene.nodes))} <= {1, 2, 3}
    assert len(scene.groups) <= GROUPS
    for (x, y), (other_x, other_y) in combinations(scene.at, 2):
        assert abs(x - other_x) >= 130 or abs(y - other_y) >= 18


def test_pairs_that_are_never_together_are_told_with_their_numbers() -> None:
    papers = [(2030, ["m:a", "d:a"])] * 20 + [(2030, ["m:b", "d:b"])] * 20
    facts = SCENES["co-use"](corpus(papers)).facts
    gap = facts["gaps"][0]
    assert (gap["method"], gap["other"]) == ("method/a", "dataset/b")
    assert (gap["method_papers"], gap["other_papers"], gap["expected"], gap["surprising"]) == (20, 20, 10.0, True)
    assert 0 < gap["probability"] < 1e-9
    assert facts["gaps_papers"] == 40
    assert facts["gaps_method"].startswith("N: papers that work with a method")


def test_names_are_shown_without_what_turns_the_direction_of_text(make_store: MakeStore) -> None:
    title = "safe\u202egnp.exe"
    scene = SCENES["everything"](analyse.read(make_store([{"title": title, "abstract": ""}])))
    assert "\u202e" not in json.dumps(as_json(scene), ensure_ascii=False)
