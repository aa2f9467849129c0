"""How well extraction does against gold: graphs of papers, and mentions and relations in annotated corpora.

    score(gold_rows, predicted_rows)               graphs in the gold format → Scores
    score_mentions(gold, tagger.tag(gold))         annotated sentences → MentionScores

Every F1 comes with its 95 % interval over documents.
"""

from __future__ import annotations

from kg.evaluate.bootstrap import Interval, intervals
from kg.evaluate.differences import Difference, differences
from kg.evaluate.gold import documents, read_rows
from kg.evaluate.graphs import Mistake, PaperScore, Row, Scores, comparable, comparable_url, match, score
from kg.evaluate.mentions import Measure, MentionScores, score_mentions
from kg.evaluate.quoting import sentence_of
from kg.evaluate.tagging import SentenceTagger
from kg.evaluate.tally import PRF, Tally

__all__ = [
    "PRF", "Difference", "Interval", "Measure", "MentionScores", "Mistake", "PaperScore", "Row", "Scores", "SentenceTagger", "Tally",
    "comparable", "comparable_url", "differences", "documents", "intervals", "match", "read_rows", "score", "score_mentions", "sentence_of",
]  # fmt: skip
