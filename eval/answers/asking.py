"""Asks a library every question of a data set, within its papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from eval.answers.journal import AnswerJournal
from eval.answers.values import Cited, Given, Passage
from eval.datasets import Corpus, Question
from eval.paper_names import ids_by_name, paper_names
from rag.errors import ScholiumError
from rag.library import Library
from rag.tables import as_shown
from rag.types import Answer, Citation, Evidence, Filter, Retrieval, Status


def ask_all(
    questions: Sequence[Question],
    library: Library,
    corpus: Corpus,
    journal: AnswerJournal | None = None,
    writer: str | None = None,
) -> Iterator[Given]:
    """One answer per question, in order.

    What fails is an answer with an ``error``, and the others are asked all the same. With a
    journal, what stands there is not asked again. Latencies are of a library that has warmed up.

    ``writer`` is the model that is to answer, "" where none is: what its own answers have to tell
    besides is no failure. Without it, every note is taken for one.
    """
    done = journal.answers(questions) if journal else {}
    if len(done) < len(questions) and library.papers():
        library.probe()  # loads the models
    ids = ids_by_name(paper_names(library, corpus))
    for question in questions:
        given = done.get(question.question_id) or ask(question, library, ids, writer)
        if journal and question.question_id not in done:
            journal.add(question, given)
        yield given


def ask(
    question: Question,
    library: Library,
    ids: Mapping[str, tuple[str, ...]],
    writer: str | None = None,
) -> Given:
    """The answer of ``library``; ``ids`` has the ids of the papers of each name."""
    papers = frozenset(each for name in question.papers for each in ids.get(name, ()))
    if question.papers and not papers:
        named = ", ".join(question.papers)
        return Given(question.question_id, error=f"its paper is not in the library: {named}")
    start = perf_counter()
    try:
        heard = _heard(library, question.text, Filter(papers), start)
    except ScholiumError as error:
        return Given(question.question_id, latency_ms=_ms(start), error=str(error))
    return _given(question.question_id, heard, writer)


@dataclass(slots=True)
class _Heard:
    """What a reader at a screen is sent, and when: what was found, words, the answer at last.

    Whatever else comes between them is no words of the answer's.
    """

    top: Evidence | None = None
    answer: Answer | None = None
    first_ms: float = 0.0
    latency_ms: float = 0.0


def _heard(library: Library, text: str, where: Filter, start: float) -> _Heard:
    heard = _Heard()
    for piece in library.ask_stream(text, where):
        if isinstance(piece, Retrieval):
            heard.top = heard.top or next(iter(piece.evidence), None)
        if isinstance(piece, str | Answer):
            heard.first_ms = heard.first_ms or _ms(start)
        if isinstance(piece, Answer):
            heard.answer = piece
    heard.latency_ms = _ms(start)
    return heard


def _given(question_id: str, heard: _Heard, writer: str | None) -> Given:
    answer = heard.answer
    if answer is None:
        return Given(question_id, error="the answer broke off", latency_ms=heard.latency_ms)
    bad = [t for t in answer.trace.transforms if t.status in (Status.FAILED, Status.LATE)]
    return Given(
        question_id,
        answer.text,
        answer.abstained,
        tuple(map(_cited, answer.citations)),
        _passage(heard.top) if heard.top else None,
        answer.unsupported,
        answer.usage,
        heard.latency_ms,
        heard.first_ms,
        (*(f"{t.name} {t.status}" for t in bad), *filter(None, [answer.note])),
        makeshift=bool(bad or (answer.note and answer.model != writer)),
    )


def _cited(citation: Citation) -> Cited:
    return Cited(citation.marker, _passage(citation.evidence), citation.quote, citation.page)


def _passage(evidence: Evidence) -> Passage:
    chunk, metadata, shown = evidence.chunk, evidence.metadata, as_shown(evidence)
    return Passage(
        chunk.chunk_id,
        chunk.paper_id,
        chunk.text,
        tuple(section.heading for section in evidence.path),
        chunk.pages,
        metadata.title,
        metadata.year,
        shown if shown != chunk.text else "",
    )


def _ms(start: float) -> float:
    return round(1000 * (perf_counter() - start), 2)
