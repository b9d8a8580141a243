"""The words of a sentence that tell what it says, and the clauses that it is made of."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.sentences import sentences
from rag.text import STOP_WORDS, analyse
from rag.types import Evidence

LIGHT = frozenset(
    analyse(
        "achieve attain get give gain have hold reach report obtain show set take score result use "
        "yield about around total value number amount respective case per make find see one "
        "those other each experiment"
    )
)
"""Terms that say that something is said, and not what."""

OURS = "ours"
"""Stands for all the words by which a paper speaks of its own."""

_OURS = re.compile(r"\b(?:our|ours|we|us|proposed|this (?:paper|work))\b", re.I)

_CLAUSE = re.compile(
    r"[;:()]|,(?!\d)|\s[–—]\s"
    r"|\b(?:but|while|whereas|yet|though|although|however|because|since|unlike)\b",
    re.I,
)

_MARKED = re.compile(r"\b([a-z])[a-z]+-([a-z\d])\b")

_SUBJECT = re.compile(
    r"^\W*(?:and\s+)?(?:(?:the|an?|our|its|their)\s+(?P<noun>[\w-]+)|(?P<name>[A-Z][\w-]+))", re.I
)


@lru_cache(maxsize=4096)
def telling(text: str) -> frozenset[str]:
    """The terms of ``text`` that tell something."""
    return frozenset(analyse(text)) - LIGHT


def own(text: str) -> frozenset[str]:
    """`OURS`, if ``text`` speaks of what is the paper's own."""
    return frozenset({OURS}) if _OURS.search(text) else frozenset()


@lru_cache(maxsize=512)
def parts(text: str) -> tuple[str, ...]:
    """The sentences of ``text``; rows of a table one by one."""
    whole = [span.of(text) for span in sentences(text)]
    return tuple(part for each in whole for part in (each.splitlines() if "|" in each else [each]))


@lru_cache(maxsize=4096)
def clauses(sentence: str) -> tuple[str, ...]:
    """Its clauses, as commas and conjunctions part them; "and" and "or" may join words alone."""
    return tuple(part for part in _CLAUSE.split(sentence) if part.strip())


def subject(clause: str) -> frozenset[str]:
    """The noun or name that a clause opens with, if it opens with one."""
    match = _SUBJECT.match(clause.strip())
    if match is None or (match["name"] and not match["name"][0].isupper()):
        return frozenset()
    return telling(match["noun"] or match["name"])


def headings(evidence: Evidence) -> str:
    """What its paper and its sections are called, and the year."""
    called = (section.heading for section in evidence.path)
    return "\n".join([evidence.metadata.title, str(evidence.metadata.year or ""), *called])


def initialisms(text: str) -> frozenset[str]:
    """What two to four words of ``text`` in a row may be shortened to: "em" for "exact match"; and
    "rl" for "ROUGE-L".
    """
    words = re.findall(r"[^\W\d_]\w*", text.lower())
    letters = [word[0] for word in words if word not in STOP_WORDS]
    marked = frozenset("".join(found) for found in _MARKED.findall(text.lower()))
    return marked | frozenset(
        "".join(letters[start : start + length])
        for length in (2, 3, 4)
        for start in range(len(letters) - length + 1)
    )
