"""Which papers of the conversation does a follow-up speak of? By rules; pure.

"In the second paper" means the second that an answer cited; "there" and "these papers" mean those
of the last answer, as a follow-up without such words probably does; "what is d_k?" has to do with
the papers of the answer that had the symbol. Papers stand in the order of their first citations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from rag.query.follow_up import is_follow_up, names
from rag.types import CitedPaper, Turn

_WORK = r"(?:papers?|articles?|works?|stud(?:y|ies)|preprints?|publications?)"
_ORDINAL = re.compile(
    r"(?P<inside>\b(?:in|by|from|of|for)\s)?\bthe\s"
    r"(?:(?P<pair>former|latter)|(?P<place>first|second|third|fourth|fifth|last|other))\b"
    rf"(?:\s(?P<work>{_WORK})\b|(?(pair)|(?:\sone\b|\sof\s(?:them|these|those|the)\b|\W*$)))",
    re.I,
)
_THIS_ONE = re.compile(
    r"\b(?:this|that|the(?: same)?) (?:paper|article|work|study|preprint|publication)\b"
    r"(?!\s(?:on|about|titled|called|by|of|that|which|\w+ing)\b)",
    re.I,
)
_LAST_CITED = re.compile(
    rf"\b(?:these|those|both|the)\s(?:(?:two|three|same|cited|above)\s)?{_WORK}\b"
    r"(?!\s(?:on|about|titled|called|by|of|that|which|\w+ing)\b)"
    r"|\bthe authors?\b(?!\sof\b)"
    r"|\bthere\b(?!\s(?:is|are|was|were|any|exists?)\b)(?<!is there)(?<!are there)"
    r"|\b(?:in|from)\s(?:it|them|both)\b",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:which|what|any|all|other|list|find)\s"
    r"(?:(?!(?:do|did|these|those|the|both)\b)\w+\s){0,2}?(?:papers|articles|works|studies)\b"
    r"|\b(?:after|since|besides|except|instead of|other than|improv\w+ (?:on|upon|over)"
    r"|buil\w+ (?:on|upon)|supersed\w+|follow\w* up)\s(?:it|this|that|them|these|the)\b"
    r"|\b(?:elsewhere|another paper|other papers)\b",
    re.I,
)
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}
_PLACES |= {"former": 0, "last": -1, "latter": -1}

_FORMULA = re.compile(r"\$([^$\n]{1,40})\$")
_SYMBOL = re.compile(
    r"(?<![\w\\])(?:\\?[A-Za-z]{1,8}[_^]\{?\w{1,8}\}?|[Α-Ωα-ω]\w{0,3}|[A-Z]{2,6})\b"
)


@dataclass(frozen=True, slots=True)
class Meant:
    """Papers that a question is put to, beyond doubt (``sure``) or probably."""

    papers: tuple[CitedPaper, ...] = ()
    sure: bool = False


def meant(question: str, history: Sequence[Turn]) -> Meant:
    """The papers that ``question`` speaks of without naming them; none where it asks for others."""
    cited = [turn.papers for turn in history if turn.papers and turn.question]
    if not cited or _ELSEWHERE.search(question):
        return Meant()
    return (
        _by_place(question, cited)
        or _by_reference(question, history, cited[-1])
        or _by_symbol(question, history)
        or Meant()
    )


def symbols(text: str) -> frozenset[str]:
    """The symbols and short forms in ``text`` (d_k, α, BLEU), whichever way they are set."""
    plain = _FORMULA.sub(lambda formula: f" {formula[1]} ", text)
    return frozenset(re.sub(r"[\\{}]", "", match[0]) for match in _SYMBOL.finditer(plain))


def _by_place(question: str, cited: Sequence[Sequence[CitedPaper]]) -> Meant | None:
    """One of several that an answer cited: "the second one", "the latter", "the other paper"."""
    found = _ORDINAL.search(question)
    several = [papers for papers in cited if len(papers) > 1]
    if not found or not several:
        return None
    which = (found["pair"] or found["place"]).casefold()
    sure = bool(found["work"] or found["inside"])
    papers = several[-1]
    if which == "other":
        left = [paper for paper in papers if paper not in cited[-1]]
        return Meant(tuple(left), sure) if len(left) == 1 else None
    place = _PLACES[which]
    return Meant((papers[place],), sure) if place < len(papers) else None


def _by_reference(
    question: str, history: Sequence[Turn], last: tuple[CitedPaper, ...]
) -> Meant | None:
    if _THIS_ONE.search(question):  # of several, what the answer began with
        return Meant(last[:1], sure=len(last) == 1)
    if _LAST_CITED.search(question):
        return Meant(last, sure=True)
    if is_follow_up(question) and not _brings_in(question, history):
        return Meant(last)
    return None


def _by_symbol(question: str, history: Sequence[Turn]) -> Meant | None:
    """The papers of the last answer that has the question's symbols."""
    asked = symbols(question)
    having = (turn.papers for turn in reversed(history) if asked & symbols(turn.answer))
    papers = next(having, ())
    return Meant(papers) if papers else None


def _brings_in(question: str, history: Sequence[Turn]) -> bool:
    """Whether it names what the conversation has not: "And BERT?" asks the same of another."""
    said = chain.from_iterable(
        (t.question, t.answer, *(p.title for p in t.papers)) for t in history
    )
    known = " ".join(said).casefold()
    return any(name.casefold() not in known for name in names(question))
