"""How near the words of an answer are to those of a gold answer.

Token F1 and exact match as in SQuAD (Rajpurkar et al. 2016, arXiv 1606.05250), applied as QASPER
does (Dasigi et al. 2021, arXiv 2105.03011): the annotator with the best value counts, and what
can't be answered has the gold answer "Unanswerable", which is what a refusal says.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from eval.answers.values import Given
from eval.datasets import Question
from rag.verify import UNSUPPORTED

REFUSAL = "Unanswerable"
YES_NO = ("yes", "no")

_MARKER = re.compile(r"\s*\[\d+\]")
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_DROPPED = str.maketrans("", "", string.punctuation)


def plain(text: str) -> str:
    """The answer without what marks its citations, or the lack of them."""
    return _MARKER.sub("", text.replace(UNSUPPORTED, "")).strip()


def tokens(text: str) -> list[str]:
    """Lower-case words without punctuation and articles."""
    return _ARTICLE.sub(" ", text.lower().translate(_DROPPED)).split()


def token_f1(answer: str, gold: str) -> float:
    """The harmonic mean of the shares of words that each has of the other; 0 for none in common."""
    own, wanted = Counter(tokens(answer)), Counter(tokens(gold))
    shared = (own & wanted).total()
    return 2 * shared / (own.total() + wanted.total()) if shared else 0.0


def exact_match(answer: str, gold: str) -> float:
    """1 where both have the same words in the same order, else 0."""
    return float(tokens(answer) == tokens(gold))


def overlap(question: Question, given: Given) -> dict[str, float]:
    """``answer F1`` and ``exact match``, and for yes-or-no questions ``yes/no``, which looks at the
    answer's first word alone; none where no gold answer is known.
    """
    golds = gold_answers(question)
    if not golds:
        return {}
    said = "" if given.error else REFUSAL if given.abstained else plain(given.text)
    found = {
        "answer F1": max(token_f1(said, gold) for gold in golds),
        "exact match": max(exact_match(said, gold) for gold in golds),
    }
    wanted = {word for gold in golds if (word := " ".join(tokens(gold))) in YES_NO}
    if wanted:
        found["yes/no"] = float(tokens(said)[:1] in [[word] for word in wanted])
    return found


def gold_answers(question: Question) -> Sequence[str]:
    """One per annotator; of what can't be answered, a refusal."""
    return question.answers if question.answerable else (REFUSAL,)


def must_contain(question: Question, given: Given) -> dict[str, float]:
    """Whether all the expressions match that a right answer matches; a refusal never does.

    The markers are taken out first: they are no numbers of the paper's.
    """
    if not question.answerable or not question.must_contain:
        return {}
    said = plain(given.text) if given.answers else ""
    right = given.answers and all(re.search(pattern, said) for pattern in question.must_contain)
    return {"must contain": float(right)}
