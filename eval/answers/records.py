"""Answers as lines of JSON: what ``--answers-out`` writes and ``--recorded`` reads.

A line is what ``scholium ask --json`` prints, as far as it is needed, with the question's ``id``
and the times besides. Lines of ``ask --json`` itself, or of another system in that form, will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.answers.values import Cited, Given, Passage
from eval.datasets import Question
from eval.datasets.lines import objects, unlike
from eval.report.files import write_lines
from rag.errors import UsageError
from rag.types import Usage


def write_answers(path: Path, questions: Iterable[Question], answers: Iterable[Given]) -> None:
    """One line per answer, in the order of the questions."""
    write_lines(path, (record(q, given) for q, given in zip(questions, answers, strict=True)))


def record(question: Question, given: Given) -> dict[str, object]:
    """The answer as a value of JSON."""
    usage, passages = given.usage, {c.passage.chunk_id: c.passage for c in given.citations}
    return {
        "id": given.question_id,
        "question": question.text,
        "papers": list(question.papers),
        "answer": given.text,
        "abstained": given.abstained,
        "citations": [
            {"marker": c.marker, "page": c.page, "quote": c.quote, **_place(c.passage)}
            for c in given.citations
        ],
        "evidence": [_passage(passage) for passage in passages.values()],
        "top": _passage(given.top) if given.top else None,
        "unsupported": list(given.unsupported),
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cost_usd": usage.cost_usd,
        },
        "latency_ms": given.latency_ms,
        "first_ms": given.first_ms,
        "troubles": list(given.troubles),
        "error": given.error,
    }


def read_recorded(path: Path, questions: Sequence[Question]) -> dict[str, Given]:
    """The answers of a file to any of ``questions``, by question id; of two to one, the last.

    A line without ``id`` is of the question with its words. Raises UsageError, naming the line,
    for what is no answer, and where the file has an answer to none of the questions.
    """
    ids = {question.question_id for question in questions}
    by_text = {question.text: question.question_id for question in questions}
    found = {}
    for number, raw in objects(path):
        question_id = str(raw["id"]) if "id" in raw else by_text.get(str(raw.get("question")), "")
        if question_id in ids:
            try:
                found[question_id] = given_of(question_id, raw)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise unlike(path, number, "an answer", error) from error
    if not found:
        raise UsageError(f"{path} has no answer to any of the questions: a line needs their id")
    return found


def given_of(question_id: str, raw: Mapping[str, Any]) -> Given:
    """The answer in a record. Raises KeyError, TypeError, ValueError or AttributeError where it is
    none: it has to answer, to refuse or to say what went wrong.
    """
    if not raw.keys() & {"answer", "abstained", "error"}:
        raise KeyError("answer")
    evidence = [_read_passage(each) for each in raw.get("evidence") or ()]
    known = {passage.chunk_id: passage for passage in evidence}
    usage = raw.get("usage") or {}
    top = raw.get("top")
    return Given(
        question_id,
        _text(raw.get("answer") or ""),
        bool(raw.get("abstained")),
        tuple(_read_cited(each, known) for each in raw.get("citations") or ()),
        _read_passage(top) if top else next(iter(evidence), None),
        tuple(map(_text, raw.get("unsupported") or ())),
        Usage(
            int(usage.get("prompt_tokens") or 0),
            int(usage.get("completion_tokens") or 0),
            float(usage.get("cost_usd") or 0.0),
        ),
        float(raw.get("latency_ms") or 0.0),
        float(raw.get("first_ms") or 0.0),
        (*map(_text, raw.get("troubles") or ()), *filter(None, [_text(raw.get("note") or "")])),
        _text(raw.get("error") or ""),
    )


def _place(passage: Passage) -> dict[str, object]:
    return {
        "chunk_id": passage.chunk_id,
        "paper": {"id": passage.paper, "title": passage.title, "year": passage.year},
        "section": {"path": list(passage.path)},
    }


def _passage(passage: Passage) -> dict[str, object]:
    shown = {"shown": passage.shown} if passage.shown else {}
    return {**_place(passage), "pages": list(passage.pages), "text": passage.text, **shown}


def _read_cited(raw: Mapping[str, Any], known: Mapping[str, Passage]) -> Cited:
    """A citation whose chunk is not told has its quote for a passage."""
    quote, page = _text(raw.get("quote") or ""), raw.get("page")
    own = _read_passage({"text": quote, **raw})
    passage = known.get(own.chunk_id, own)
    return Cited(_text(raw["marker"]), passage, quote, None if page is None else int(page))


def _read_passage(raw: Mapping[str, Any]) -> Passage:
    paper, section = raw.get("paper") or {}, raw.get("section") or {}
    year, text = paper.get("year"), _text(raw["text"])
    return Passage(
        str(raw.get("chunk_id") or text),
        str(paper.get("id") or ""),
        text,
        tuple(map(_text, section.get("path") or ())),
        tuple(map(int, raw.get("pages") or ())),
        _text(paper.get("title") or ""),
        None if year is None else int(year),
        _text(raw.get("shown") or ""),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a string is needed, not {value!r:.60}")
    value.encode()  # raises UnicodeEncodeError, a ValueError, for what no file can hold
    return value
