"""What a data set is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ingest.events import Event
from rag.config import Settings


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of its answer.

    ``papers`` are the names of the papers that it is asked within; none is the whole library.
    ``evidence`` has one list of passages per annotator. ``grades`` says how relevant which papers
    are, by name, where relevance is judged by paper. ``section`` is the heading of the section in
    which the answer stands, ``page`` its page, counted from 1, where they are told.
    """

    question_id: str
    text: str
    papers: tuple[str, ...] = ()
    answerable: bool = True
    evidence: tuple[tuple[str, ...], ...] = ()
    answers: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)
    section: str = ""
    page: int | None = None


class Corpus(Protocol):
    """The papers of a data set. A paper's name is what the questions and judgements call it."""

    def ingest(self, library: Path, settings: Settings) -> Iterator[Event]:
        """Brings into the library what it lacks."""
        ...

    def name(self, source: str) -> str:
        """The name of the paper that has this source."""
        ...

    def digest(self) -> str:
        """A SHA-256 over names and content, whatever folder they lie in."""
        ...


@dataclass(frozen=True, slots=True)
class Dataset:
    """Papers to ingest and questions to ask them. ``digest`` is a SHA-256 of the questions."""

    name: str
    corpus: Corpus
    questions: tuple[Question, ...]
    digest: str = ""
