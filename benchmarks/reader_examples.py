"""What the reader is trained on: questions, every chunk of the paper they are asked of, and what of
it answers.

The kinds of questions are those of `extractive_examples`; of the details that papers usually report
there are up to three of either kind a paper, and half of the telling questions are asked elsewhere,
too. Each question has its copy in other words.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from extractive_examples import (
    HERE,
    corrupted,
    in_other_words,
    near_words,
    seeded,
    sentence_targets,
    telling,
)
from numpy.typing import NDArray

from eval.datasets import Question as Asked
from eval.training.examples import gains
from rag.generate.candidates import Candidate, candidates
from rag.minilm.pairs import PASSAGE_TOKENS, QUESTION_TOKENS
from rag.protocols import Embedder
from rag.store.catalog import Catalog
from rag.text import analyse
from rag.types import Chunk, Evidence

DETAILS = 3
ELSEWHERE = 0.5
OFF_TOPIC = 6
"""Papers that each off-topic question is asked of."""

Ints = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Passage:
    """A chunk as the reader sees it: ``ids`` of its tokens, and for each the place of the sentence
    that it is in among the chunk's ``sentences``, or -1.
    """

    ids: Ints
    of: Ints
    sentences: Sequence[Candidate]


@dataclass(frozen=True, eq=False)
class Example:
    """A question asked of one paper, as token ``ids`` and in other words as ``copy``.

    ``paper`` counts the papers from 0; ``gains`` says of each passage how much of the evidence it
    holds, of sum 1, ``targets`` of each sentence how much of the answer, -1 where that does not
    count. Neither is there for a question that the paper does not answer.
    """

    group: str
    text: str
    paper: int
    ids: list[int]
    copy: list[int]
    gains: NDArray[np.float32] | None = None
    targets: Sequence[Sequence[float]] | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """``papers`` holds the passages of each paper, ``names`` what the papers are called."""

    names: Sequence[str]
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
    library: Path, questions: Sequence[Asked], embedder: Embedder, tokens: Any
) -> Material:
    """From the papers in ``library``, whose files are named as the questions name their papers."""
    with Catalog(library) as catalog:
        ids = {Path(row.source).stem: row.paper_id for row in catalog.papers()}
        names = sorted(ids)
        papers = [_paper(catalog, i, n, ids[n], tokens) for i, n in enumerate(names)]
    making = _Making(questions, names, embedder, tokens)
    found = [*(e for paper in papers for e in making.of(paper)), *making.off_topic()]
    return Material(names, [paper.passages for paper in papers], found)


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
    return Passage(ids, np.array(of, dtype=np.int16), found)


class _Making:
    """Makes the examples of each paper."""

    def __init__(
        self, questions: Sequence[Asked], names: Sequence[str], embedder: Embedder, tokens: Any
    ) -> None:
        self._names, self._tokens = names, tokens
        self._asked: dict[str, list[Asked]] = {name: [] for name in names}
        for question in questions:
            self._asked[question.papers[0]].append(question)
        self._told = [(word, q.papers[0]) for q in questions for word in telling(q.text)]
        self._details = tomllib.loads((HERE / "usual_details.toml").read_text("utf-8"))["detail"]
        self._strange = (HERE / "off_topic.txt").read_text("utf-8").splitlines()
        self._asides = (HERE / "asides.txt").read_text("utf-8").splitlines()
        usual = [wording for detail in self._details for wording in detail["asked"]]
        self._near = near_words([*(q.text for q in questions), *usual, *self._strange], embedder)

    def of(self, paper: _Paper) -> Iterator[Example]:
        terms = frozenset(analyse(paper.text))
        for question in self._asked[paper.name]:
            if not question.answerable:
                yield self._example("unanswerable", question.text, paper.place)
            else:
                yield from self._answerable(paper, question)
                if wrong := corrupted(question, self._told, terms):
                    yield self._example("corrupted", wrong.text, paper.place)
            if telling(question.text) and seeded(question.text).random() < ELSEWHERE:
                other = (paper.place + len(self._names) // 2) % len(self._names)
                yield self._example("elsewhere", question.text, other)
        yield from self._usual(paper)

    def off_topic(self) -> Iterator[Example]:
        for line in self._strange:
            for turn in range(OFF_TOPIC):
                place = random.Random(f"{line}{turn}").randrange(len(self._names))
                yield self._example("off-topic", line, place)

    def _answerable(self, paper: _Paper, question: Asked) -> Iterator[Example]:
        held = gains(question.evidence, [chunk.text for chunk in paper.chunks])
        if held.any():
            shares, counts = sentence_targets(question, paper.sentences)
            flat = iter(np.where(counts > 0, shares, -1.0).tolist())
            targets = [[next(flat) for _ in passage.sentences] for passage in paper.passages]
            yield self._example("answerable", question.text, paper.place, held, targets)

    def _usual(self, paper: _Paper) -> Iterator[Example]:
        """Questions for details that the paper reports, and for some that it does not."""
        chance = seeded(paper.name)
        for group, reported in (("reported", True), ("unreported", False)):
            picked = [d for d in self._details if _says(d, paper.text) == reported]
            chance.shuffle(picked)
            for detail in picked[:DETAILS]:
                wording = chance.choice(detail["asked"])
                if not reported:
                    yield self._example(group, wording, paper.place)
                    continue
                held = np.array([_says(detail, c.text) for c in paper.chunks], dtype=np.float32)
                if held.any():
                    targets = [
                        [float(_says(detail, sentence.shown)) for sentence in passage.sentences]
                        for passage in paper.passages
                    ]
                    yield self._example(group, wording, paper.place, held / held.sum(), targets)

    def _example(self, group: str, text: str, paper: int, *answer: Any) -> Example:
        copy = in_other_words(text, self._near, self._asides)
        return Example(group, text, paper, self._ids(text), self._ids(copy), *answer)

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokens.encode(text, add_special_tokens=False).ids
        return ids[:QUESTION_TOKENS]


def _says(detail: Mapping[str, Any], text: str) -> bool:
    return re.search(detail["said"], text, re.IGNORECASE | re.DOTALL) is not None
