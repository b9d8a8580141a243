"""What the reader is trained on: questions, every chunk of the paper they are asked of, and what of
it answers.

QASPER's own questions; corrupted ones (`made_questions`); half of the telling ones asked of another
paper; details that papers usually report (``usual-details.toml``), up to three a paper that it does
and three that it does not; off-topic ones; and our own, ``told`` and ``untold``
(`qasper_train.written`). Each has its copy in other words but ours, in which a word often makes the
difference.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from extractive_examples import sentence_targets
from made_questions import corrupted, in_other_words, near_words, seeded, telling
from numpy.typing import NDArray

from eval.datasets import Question as Asked
from eval.training.examples import gains
from rag.generate.candidates import Candidate, candidates
from rag.minilm.pairs import PASSAGE_TOKENS, QUESTION_TOKENS, token_ids
from rag.protocols import Embedder
from rag.store.catalog import Catalog
from rag.text import analyse
from rag.types import Chunk, Evidence

QUESTIONS = Path(__file__).parent / "questions"

DETAILS = 3
ELSEWHERE = 0.5
OFF_TOPIC = 6
"""Papers that each off-topic question is asked of."""

OURS = frozenset({"told", "untold"})

Ints = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Passage:
    """A chunk as the reader sees it: ``ids`` of its tokens, and for each the place of the sentence
    that it is in among the chunk's ``sentences``, or -1.
    """

    chunk_id: str
    ids: Ints
    of: Ints
    sentences: Sequence[Candidate]


@dataclass(frozen=True, eq=False)
class Example:
    """A question asked of one paper, as token ``ids`` and in other words as ``copy``.

    ``paper`` counts the papers from 0; ``gains`` says of each passage how much of the evidence it
    holds, of sum 1, ``targets`` of each sentence how much of the answer, -1 where that does not
    count. Where the paper does not answer, the gains are 0 and there are no targets.
    """

    group: str
    text: str
    paper: int
    ids: list[int]
    copy: list[int]
    gains: NDArray[np.float32]
    targets: Sequence[Sequence[float]] | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """``papers`` holds the passages of each paper, ``names`` what the papers are called, ``ids``
    their ids in the library.
    """

    names: Sequence[str]
    ids: Sequence[str]
    papers: Sequence[Sequence[Passage]]
    examples: Sequence[Example]


@dataclass(frozen=True, eq=False)
class _Paper:
    place: int
    name: str
    text: str
    chunks: Sequence[Chunk]
    passages: Sequence[Passage]

    @property
    def sentences(self) -> list[Candidate]:
        return [sentence for passage in self.passages for sentence in passage.sentences]


def material(
    library: Path,
    questions: Sequence[Asked],
    written: Sequence[Asked],
    embedder: Embedder,
    tokens: Any,
) -> Material:
    """From the papers in ``library``, whose files are named as the questions name their papers;
    ``written`` are our own questions.
    """
    with Catalog(library) as catalog:
        ids = {Path(row.source).stem: row.paper_id for row in catalog.papers()}
        names = sorted(ids)
        papers = [_paper(catalog, i, n, ids[n], tokens) for i, n in enumerate(names)]
    making = _Making(questions, written, papers, embedder, tokens)
    found = [*(e for paper in papers for e in making.of(paper)), *making.off_topic()]
    return Material(names, [ids[n] for n in names], [paper.passages for paper in papers], found)


def _paper(catalog: Catalog, place: int, name: str, paper_id: str, tokens: Any) -> _Paper:
    chunks = catalog.chunks_of(paper_id)
    evidence = catalog.evidence([(chunk, 0.0) for chunk in chunks])
    passages = [_passage(item, tokens) for item in evidence]
    return _Paper(place, name, catalog.paper(paper_id).text, chunks, passages)


def _passage(evidence: Evidence, tokens: Any) -> Passage:
    chunk = evidence.chunk
    told = tokens.encode(chunk.indexed_text, add_special_tokens=False)
    shift = len(chunk.indexed_text) - len(chunk.text)
    found = candidates([evidence])
    spans = [(c.span.start + shift, c.span.end + shift) for c in found]
    of = [
        next((i for i, (start, end) in enumerate(spans) if start <= a and b <= end), -1)
        for a, b in told.offsets[:PASSAGE_TOKENS]
    ]
    ids = np.array(told.ids[:PASSAGE_TOKENS], dtype=np.int16)
    return Passage(chunk.chunk_id, ids, np.array(of, dtype=np.int16), found)


class _Making:
    """Makes the examples of each paper."""

    def __init__(
        self,
        questions: Sequence[Asked],
        written: Sequence[Asked],
        papers: Sequence[_Paper],
        embedder: Embedder,
        tokens: Any,
    ) -> None:
        self._papers, self._tokens = papers, tokens
        self._asked, self._written = (_by_paper(some) for some in (questions, written))
        self._telling = [(word, q.papers[0]) for q in questions for word in telling(q.text)]
        details = (QUESTIONS / "usual-details.toml").read_text("utf-8")
        self._details = tomllib.loads(details)["detail"]
        self._strange = (QUESTIONS / "off-topic-training.txt").read_text("utf-8").splitlines()
        self._asides = (QUESTIONS / "asides.txt").read_text("utf-8").splitlines()
        usual = [wording for detail in self._details for wording in detail["asked"]]
        self._near = near_words([*(q.text for q in questions), *usual, *self._strange], embedder)

    def of(self, paper: _Paper) -> Iterator[Example]:
        terms = frozenset(analyse(paper.text))
        for question in self._asked[paper.name]:
            if not question.answerable:
                yield self._unanswered("unanswerable", question.text, paper)
            else:
                yield from self._answered("answerable", question, paper)
                if wrong := corrupted(question, self._telling, terms):
                    yield self._unanswered("corrupted", wrong.text, paper)
            if telling(question.text) and seeded(question.text).random() < ELSEWHERE:
                other = (paper.place + len(self._papers) // 2) % len(self._papers)
                yield self._unanswered("elsewhere", question.text, self._papers[other])
        yield from self._usual(paper)
        for question in self._written[paper.name]:
            if question.answerable:
                yield from self._answered("told", question, paper)
            else:
                yield self._unanswered("untold", question.text, paper)

    def off_topic(self) -> Iterator[Example]:
        for line in self._strange:
            for turn in range(OFF_TOPIC):
                place = random.Random(f"{line}{turn}").randrange(len(self._papers))
                yield self._unanswered("off-topic", line, self._papers[place])

    def _answered(self, group: str, question: Asked, paper: _Paper) -> Iterator[Example]:
        held = gains(question.evidence, [chunk.text for chunk in paper.chunks])
        if held.any():
            shares, counts = sentence_targets(question, paper.sentences)
            flat = iter(np.where(counts > 0, shares, -1.0).tolist())
            targets = [[next(flat) for _ in passage.sentences] for passage in paper.passages]
            yield self._example(group, question.text, paper, held, targets)

    def _unanswered(self, group: str, text: str, paper: _Paper) -> Example:
        return self._example(group, text, paper, np.zeros(len(paper.passages), dtype=np.float32))

    def _usual(self, paper: _Paper) -> Iterator[Example]:
        """Questions for details that the paper reports, and for some that it does not."""
        chance = seeded(paper.name)
        for group, reported in (("reported", True), ("unreported", False)):
            picked = [d for d in self._details if _says(d, paper.text) == reported]
            chance.shuffle(picked)
            for detail in picked[:DETAILS]:
                wording = chance.choice(detail["asked"])
                if not reported:
                    yield self._unanswered(group, wording, paper)
                    continue
                held = np.array([_says(detail, c.text) for c in paper.chunks], dtype=np.float32)
                if held.any():
                    targets = [
                        [float(_says(detail, sentence.shown)) for sentence in passage.sentences]
                        for passage in paper.passages
                    ]
                    yield self._example(group, wording, paper, held / held.sum(), targets)

    def _example(
        self,
        group: str,
        text: str,
        paper: _Paper,
        held: NDArray[np.float32],
        targets: Sequence[Sequence[float]] | None = None,
    ) -> Example:
        ours = group in OURS
        copy = text if ours else in_other_words(text, self._near, self._asides)
        ids, others = (token_ids(self._tokens, told)[:QUESTION_TOKENS] for told in (text, copy))
        return Example(group, text, paper.place, ids, others, held, targets)


def _by_paper(questions: Sequence[Asked]) -> defaultdict[str, list[Asked]]:
    found: defaultdict[str, list[Asked]] = defaultdict(list)
    for question in questions:
        found[question.papers[0]].append(question)
    return found


def _says(detail: Mapping[str, Any], text: str) -> bool:
    return re.search(detail["said"], text, re.IGNORECASE | re.DOTALL) is not None
