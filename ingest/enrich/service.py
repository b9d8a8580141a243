"""What a service of bibliographic records is: questions that it takes, answers that it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.stamp import Stamp
from rag.types import Metadata


@dataclass(frozen=True, slots=True)
class Record:
    """A work as a service knows it; unknown fields are empty. A DOI is in lower case."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv_id: str = ""
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A request: a path below the service's address, and parameters."""

    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Service:
    """``questions`` for a paper are put in order, until an answer has a record of it.

    ``read`` takes an answer's bytes apart and raises ValueError for what is none. ``pause_s``
    passes between two requests, by the ``stamp`` also between those of others. ``parameters`` and
    ``headers`` go with every request and may hold a key: neither is told to anybody.
    """

    name: str
    base_url: str
    pause_s: float
    questions: Callable[[Metadata], Sequence[Question]]
    read: Callable[[bytes], Sequence[Record]]
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    stamp: Stamp | None = None
