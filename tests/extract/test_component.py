"""The extractor inside a spaCy pipeline of somebody else's."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.component import as_document


@pytest.mark.parametrize("name", ["rules", "fast"])
def test_mentions_with_types_and_scores(name: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_mentions", config={"extractor": name})
    doc = nlp("Finding owls\n\nWe propose OwlNet, a model for parsing. It outperforms YOLOv8 on ImageNet.")
    group = doc.spans["kg"]
    assert ("OwlNet", "Method") in [(span.text, span.label_) for span in group]
    assert ("ImageNet", "Dataset") in [(span.text, span.label_) for span in group]
    assert len(group.attrs["scores"]) == len(group)
    assert all(0 <= score <= 1 for score in group.attrs["scores"])


@given(st.text(min_size=1))
def test_offsets_are_those_of_the_text(text: str) -> None:
    assert as_document(text).text == text
