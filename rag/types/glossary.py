"""What papers call things, and what papers are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Term:
    """A short form and what a paper says that it stands for, ``count`` times defined or used so.

    ``word``: the paper also writes the short form in small letters, as an ordinary word ("SET"
    and "set"), so that in small letters it need not be the short form.
    """

    short: str
    long: str
    count: int = 1
    word: bool = False


class NameKind(StrEnum):
    """How a paper comes by a name, from the surest to the least sure, then what else names it.

    ``COINED``: the paper gives it to what it proposes, in its title or abstract. ``SUBJECT``: it
    writes it more than any other coined name, which may be that of another's work. Authors stand
    with their last names, and with all of it as ``FULL_NAME``.
    """

    TITLE = "title"
    COINED = "coined"
    SUBJECT = "subject"
    ARXIV = "arxiv"
    FIRST_AUTHOR = "first author"
    AUTHOR = "author"
    FULL_NAME = "full name"


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a paper, as it is written."""

    text: str
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Glossary:
    """What was mined from one paper."""

    terms: tuple[Term, ...] = ()
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedPaper:
    """A paper that a name was found to mean. ``key`` is the name's (`rag.naming.key`)."""

    key: str
    kind: NameKind
    paper_id: str
    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A pair as the library has it: spelt as it came in first, in ``papers`` papers.

    The keys are those of the forms (`rag.naming.key`); ``word`` is as in `Term`, of any of them.
    """

    short_key: str
    long_key: str
    short: str
    long: str
    papers: int
    word: bool
