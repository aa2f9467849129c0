"""Which forms of a gold entity are labelled: those that no words stand around that are not the name's own."""

from __future__ import annotations

import pytest

pytest.importorskip("tokenizers", reason="the module cuts words into pieces")
pytest.importorskip("torch", reason="the module makes examples for it")

from hypothesis import given
from hypothesis import strategies as st

from kg.extract.train.examples import core_forms


@pytest.mark.parametrize(
    ("forms", "labelled"),
    [
        (["RoboGPU"], ["RoboGPU"]),
        (["RoboGPU", "RoboGPU architecture"], ["RoboGPU"]),
        (["RoboGPU architecture", "RoboGPU"], ["RoboGPU"]),  # whichever of them is the name
        (["the OakNet network", "OakNet"], ["OakNet"]),
        (["LLaMA", "Meta's LLaMA"], ["LLaMA"]),
        (["LLaMA", "Meta’s LLaMA"], ["LLaMA"]),
        # Both forms of an abbreviation, and not the two with brackets.
        (["Long Form", "LF", "Long Form (LF)"], ["LF", "Long Form"]),
        (["Long Form (LF)", "LF"], ["LF"]),
        (["Long Form (LF)"], ["Long Form (LF)"]),
        # A capital or a digit makes another name.
        (["ImageNet", "ImageNet-1k"], ["ImageNet", "ImageNet-1k"]),
        (["OakNet", "OakNet Large"], ["OakNet", "OakNet Large"]),
        (["OakNet", "OakNet 2"], ["OakNet", "OakNet 2"]),
        (["Elm", "Google Elm"], ["Elm", "Google Elm"]),
        # Not at the start of words, nor inside one.
        (["Oak", "OakNet network"], ["Oak", "OakNet network"]),
        # A term in common words is no name that others extend.
        (["pruning", "pruning of trees"], ["pruning", "pruning of trees"]),
        # A form that only extends one that extends another.
        (["OakNet", "OakNet model", "OakNet model family"], ["OakNet"]),
        # Signs are taken as they stand.
        (["C++", "C++ compiler"], ["C++"]),
        (["OakNet", "oaknet model"], ["OakNet", "oaknet model"]),  # written differently
    ],
)
def test_labelled_forms(forms: list[str], labelled: list[str]) -> None:
    assert sorted(core_forms({"name": forms[0], "aliases": forms[1:]})) == labelled


FORMS = st.lists(st.sampled_from(["Oak", "OakNet", "the", "model", "(ON)", "ON", "Meta's", "2"]), min_size=1, max_size=4).map(" ".join)


@given(st.lists(FORMS, min_size=1, max_size=5, unique=True))
def test_every_entity_keeps_a_form_and_no_new_one_appears(forms: list[str]) -> None:
    found = core_forms({"name": forms[0], "aliases": forms[1:]})
    assert found
    assert found <= set(forms)
    assert core_forms({"name": next(iter(found)), "aliases": sorted(found)}) == found
