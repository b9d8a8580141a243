"""What was answered to a question, whoever answered it, as far as it can be judged."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Usage


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk: where it stands and what it says.

    ``paper`` is the paper's id, ``path`` has the headings down to its section. ``shown`` is what
    the generator read in place of ``text``, where that has a table's names of columns besides.
    """

    chunk_id: str
    paper: str
    text: str
    path: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    title: str = ""
    year: int | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """What a marker of the answer stands for; ``quote`` is verbatim in the passage's text."""

    marker: str
    passage: Passage
    quote: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """One answer. ``text`` has the markers in it.

    ``top`` is the first hit of the search that it was made from. ``unsupported`` are the sentences
    that were marked as such. ``troubles`` tell what went otherwise than asked: a stage that failed
    or was late, a model in whose place another generator answered, a bound that was met.
    ``makeshift`` says that something failed, so that another try may do better; it is not written
    down. ``error`` says why there is no answer. ``first_ms`` is the time to the first words,
    ``latency_ms`` to all of them; both are 0 where they are not known.
    """

    question_id: str
    text: str = ""
    abstained: bool = False
    citations: tuple[Cited, ...] = ()
    top: Passage | None = None
    unsupported: tuple[str, ...] = ()
    usage: Usage = Usage()
    latency_ms: float = 0.0
    first_ms: float = 0.0
    troubles: tuple[str, ...] = ()
    error: str = ""
    makeshift: bool = False

    @property
    def answers(self) -> bool:
        """Whether it says anything on the question."""
        return not self.abstained and not self.error
