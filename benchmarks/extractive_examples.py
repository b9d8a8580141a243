"""What the extractive answer is fitted to: questions, the evidence found for them, and targets.

Besides QASPER's own questions there are five made kinds: the same asked of another paper;
``corrupted`` ones, in which a telling word is one of another paper's question and stands nowhere
in this paper; details that papers usually report (``usual_details.toml``), in papers that do and
that do not; and off-topic ones. Every question has a copy in other words: near words by the
embedder in place of some, an aside (``asides.txt``) before it, as people ask who have not just
read the abstract.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from qasper_train import fold_of

from eval.datasets import Question as Asked
from rag.generate.answerable import answerable_features
from rag.generate.candidates import Candidate
from rag.generate.linear_model import Matrix
from rag.generate.question import Question
from rag.generate.rarity import rarity
from rag.generate.reading import WORDS, Reading, read, unmet_words
from rag.generate.sentence_features import features
from rag.library import Library
from rag.protocols import Embedder, Reader
from rag.text import analyse
from rag.types import Filter

HERE = Path(__file__).parent
EVIDENCE = 10
TELLING = 0.5
NEAR, ALIKE = 0.5, 0.97
"""Words whose cosine lies between these are near, and not one word twice."""

REWORDED, ASIDES = 0.35, 0.5
"""The shares of the words, and of the copies, that are altered."""

YES_NO = frozenset({"yes", "no"})
_WORD = re.compile(r"[^\W_]+(?:[-_.'][^\W_]+)*")


@dataclass(frozen=True, eq=False)
class Example:
    """A question and the sentences found: their features and targets, and what is known of the
    question's being answered, as it is and ``reworded``.

    ``counts`` is 0 for sentences that may answer outside the gold passages.
    """

    group: str
    question: Asked
    found: Sequence[Candidate]
    rows: Matrix
    targets: Matrix
    counts: Matrix
    judged: Matrix
    reworded: Matrix


@dataclass(frozen=True)
class Unseeing:
    """What searches and reads, and has not seen some of the papers in its training."""

    library: Library
    asking: Embedder
    reader: Reader | None


@dataclass(frozen=True)
class Collecting:
    """Makes examples from a library; ``papers`` maps the questions' names of papers to ids.

    ``folds`` are several ways to open it: a question is asked of the one that has not seen its
    paper. Of a ranker or a reader that knows the answers one would learn to trust it too much.
    """

    folds: Sequence[Unseeing]
    embedder: Embedder
    papers: Mapping[str, str]
    near: Mapping[str, Sequence[str]]
    asides: Sequence[str]

    @property
    def library(self) -> Library:
        """For what is not learned."""
        return self.folds[0].library

    def example(self, group: str, question: Asked, papers: Collection[str]) -> Iterator[Example]:
        """The example, where anything is found in ``papers`` (ids; none: in all)."""
        where = Filter(frozenset(papers))
        fold = self.folds[fold_of((*question.papers, question.text)[0], len(self.folds))]
        evidence = fold.library.search(question.text, where, EVIDENCE).evidence
        reading = read(question.text, evidence, self.embedder, fold.asking, reader=fold.reader)
        if reading.found:
            targets, counts = sentence_targets(question, reading.found)
            judged, copy = map(answerable_features, (reading, self._copy(reading, fold)))
            rows = features(reading)
            yield Example(group, question, reading.found, rows, targets, counts, judged, copy)

    def _copy(self, reading: Reading, fold: Unseeing) -> Reading:
        """The question in other words, the evidence and its sentences as they are."""
        text = in_other_words(reading.question.text, self.near, self.asides)
        words = unmet_words(text, reading.evidence)[:WORDS]
        return replace(
            reading,
            question=Question(text),
            vector=self.embedder.embed_queries([text])[0],
            turned=fold.asking.embed_queries([text])[0],
            unmet=dict(zip(words, self.embedder.embed_documents(words), strict=True)),
        )


def examples(collecting: Collecting, questions: Sequence[Asked]) -> Iterator[Example]:
    """Of all kinds but off-topic, question by question."""
    terms = {n: _terms(collecting.library, i) for n, i in collecting.papers.items()}
    order = sorted(collecting.papers)
    told = [(word, q.papers[0]) for q in questions for word in telling(q.text)]
    for question in questions:
        name = question.papers[0]
        own = {collecting.papers[name]}
        group = "answerable" if question.answerable else "unanswerable"
        yield from collecting.example(group, question, own)
        if question.answerable and (wrong := corrupted(question, told, terms[name])):
            yield from collecting.example("corrupted", wrong, own)
        if telling(question.text) and seeded(question.text).random() < 1 / 3:
            other = order[(order.index(name) + len(order) // 2) % len(order)]
            yield from collecting.example("elsewhere", question, {collecting.papers[other]})
    for name in order:
        for group, question in usual_details(collecting.library, name, collecting.papers[name]):
            yield from collecting.example(group, question, {collecting.papers[name]})


def off_topic(collecting: Collecting) -> Iterator[Example]:
    """Asked of the whole library."""
    for i, line in enumerate((HERE / "off_topic.txt").read_text(encoding="utf-8").splitlines()):
        yield from collecting.example("off-topic", Asked(str(i), line, ()), ())


def usual_details(library: Library, name: str, paper_id: str) -> Iterator[tuple[str, Asked]]:
    """A question for something that the paper reports, and one for something that it does not."""
    details = tomllib.loads((HERE / "usual_details.toml").read_text(encoding="utf-8"))["detail"]
    text, chance = library.paper(paper_id).text, seeded(name)
    said = [re.search(d["said"], text, re.IGNORECASE | re.DOTALL) is not None for d in details]
    for group, reported in (("reported", True), ("unreported", False)):
        choice = [d for d, is_said in zip(details, said, strict=True) if is_said == reported]
        if choice:
            asked = chance.choice(chance.choice(choice)["asked"])
            yield group, Asked(f"{name}-{group}", asked, (name,), reported)


def corrupted(
    question: Asked, told: Sequence[tuple[str, str]], terms: frozenset[str]
) -> Asked | None:
    """The question with one word from another paper's question that its own paper lacks."""
    chance = seeded(question.text)
    if not (own := telling(question.text)):
        return None
    word = chance.choice(own)
    strange = [
        other
        for other, paper in told
        if paper != question.papers[0]
        and _is_name(other) == _is_name(word)
        and any(rarity(term) >= TELLING for term in analyse(other) if term not in terms)
    ]
    text = question.text.replace(word, chance.choice(strange), 1) if strange else ""
    return replace(question, text=text, answerable=False) if text else None


def telling(text: str) -> list[str]:
    """The rare words of a question, its first one left out."""
    words = _WORD.findall(text)[1:]
    return [w for w in words if max(map(rarity, analyse(w)), default=0.0) >= TELLING]


def near_words(texts: Sequence[str], embedder: Embedder) -> dict[str, list[str]]:
    """For each word of the texts up to four others of them that mean about the same."""
    words = sorted({w for text in texts for w in _WORD.findall(text) if analyse(w)})
    vectors = embedder.embed_documents(words)
    near = {}
    for i, word in enumerate(words):
        cosines = vectors @ vectors[i]
        first = [words[j] for j in np.argsort(-cosines)[:12] if NEAR <= cosines[j] < ALIKE]
        if others := [w for w in first if not set(analyse(w)) & set(analyse(word))]:
            near[word] = others[:4]
    return near


def in_other_words(text: str, near: Mapping[str, Sequence[str]], asides: Sequence[str]) -> str:
    """A copy of a question, always the same."""
    chance = seeded(text)

    def other(match: re.Match[str]) -> str:
        altered = match[0] in near and chance.random() < REWORDED
        return chance.choice(near[match[0]]) if altered else match[0]

    said = _WORD.sub(other, text)
    return f"{chance.choice(asides)} {said}" if chance.random() < ASIDES else said


def answer_terms(question: Asked) -> list[frozenset[str]]:
    """What each answer says beyond the question; nothing for yes and no."""
    known = frozenset(analyse(question.text))
    said = [
        frozenset(analyse(answer))
        for answer in question.answers
        if answer.strip(" .").lower() not in YES_NO
    ]
    return [terms - known or terms for terms in said if terms]


def sentence_targets(question: Asked, found: Sequence[Candidate]) -> tuple[Matrix, Matrix]:
    """The share of an answer that each sentence has, and whether the sentence counts."""
    passages = [_runs(p) for annotator in question.evidence for p in annotator]
    answers = answer_terms(question)
    targets, counts = np.zeros(len(found)), np.ones(len(found))
    for i, candidate in enumerate(found):
        own, runs = frozenset(analyse(candidate.shown)), _runs(candidate.shown)
        share = max((len(a & own) / len(a) for a in answers), default=0.3)
        if any(len(runs & passage) >= 0.6 * len(runs) for passage in passages):
            targets[i] = share
        elif answers and share >= 0.7:
            counts[i] = 0
    return targets, counts


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    terms = analyse(text)
    return frozenset(zip(terms, terms[1:], terms[2:], strict=False)) or frozenset({tuple(terms)})


def _terms(library: Library, paper_id: str) -> frozenset[str]:
    return frozenset(analyse(library.paper(paper_id).text))


def _is_name(word: str) -> bool:
    return any(letter.isupper() for letter in word)


def seeded(text: str) -> random.Random:
    return random.Random(text)
