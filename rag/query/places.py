"""Which years and which kinds of section does a question name?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import Filter, Role

_YEAR = r"((?:19|20)\d\d)"
_NO_YEAR = (
    r"(?![\d.,%-]*\d|\s*(?:%|percent|examples|sentences|words|samples|steps|papers\b(?=\s+in)))"
)
_SPANS = (
    (re.compile(rf"\b(?:between|from)\s{_YEAR}\s(?:and|to|until|till)\s{_YEAR}\b", re.I), (1, 2)),
    (re.compile(rf"\b(?:since\s|from\s(?=\d{{4}}\son)){_YEAR}\b{_NO_YEAR}", re.I), (1, None)),
    (re.compile(rf"\b(?:until|up\sto|by)\s{_YEAR}\b{_NO_YEAR}", re.I), (None, 1)),
    (re.compile(rf"\b(?:in|during|of|from|(?<=the\s))\s?{_YEAR}\b{_NO_YEAR}", re.I), (1, 1)),
)
_AFTER = re.compile(rf"\b(after|before)\s{_YEAR}\b{_NO_YEAR}", re.I)
_WORKS = r"(?:papers?|articles?|works?|studies|publications?|preprints?|published|written|appeared)"
_OF_PAPERS = re.compile(
    rf"\b{_WORKS}\s(?:\w+\s){{0,3}}?(?:in|from|since|before|after|until|between|of|by)\s{_YEAR}"
    rf"|\b{_YEAR}\s(?:\w+\s)?{_WORKS}\b",
    re.I,
)

_PART = r"\b(?:in|of|from|to)\s(?:the|its|their|an?|this)\s(?:\w+\s)?"
_ROLES = (
    (re.compile(r"\b(?:limitations?|shortcomings?|weakness(?:es)?|drawbacks?)\b", re.I),
     (Role.DISCUSSION, Role.CONCLUSION)),
    (re.compile(r"\bfuture (?:work|directions?|research)\b", re.I),
     (Role.CONCLUSION, Role.DISCUSSION)),
    (re.compile(r"\b(?:related|prior|previous) works?\s(?:on|in|about|of|for|section)\b", re.I),
     (Role.RELATED_WORK,)),
    (re.compile(rf"{_PART}(?:appendix|appendices|supplement(?:ary material)?)\b", re.I),
     (Role.APPENDIX,)),
    (re.compile(rf"{_PART}abstract\b(?=\s*(?:of\b|[?.,]|$))", re.I), (Role.ABSTRACT,)),
    (re.compile(rf"{_PART}introduction\b(?=\s*(?:of\sthe\b|[?.,]|$))", re.I), (Role.INTRODUCTION,)),
    (re.compile(rf"{_PART}conclusions?\b(?=\s*(?:of\b|[?.,]|$))", re.I), (Role.CONCLUSION,)),
    (re.compile(rf"{_PART}(?:discussion)\b(?=\s*(?:of\sthe\b|section|[?.,]|$))", re.I),
     (Role.DISCUSSION,)),
    (re.compile(r"\bmethods?\ssection\b", re.I), (Role.METHOD,)),
    (re.compile(r"\bexperiments?(?:al)?\ssection\b", re.I), (Role.EXPERIMENTS,)),
    (re.compile(r"\bresults?\ssection\b", re.I), (Role.RESULTS,)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Years:
    """Years from ``first`` to ``last``; ``of_papers`` where papers are said to be of them."""

    first: int | None = None
    last: int | None = None
    of_papers: bool = False

    @property
    def as_filter(self) -> Filter:
        """What lets these years through: everything where no year is named."""
        return Filter(year_from=self.first, year_to=self.last)


def years_in(question: str) -> Years:
    """The years that the question names."""
    found = _after(question) or _span(question)
    return Years(*found, bool(_OF_PAPERS.search(question))) if found else Years()


def roles_in(question: str) -> frozenset[Role]:
    """The kinds of section in which what the question names is likely to stand."""
    return frozenset(role for cue, roles in _ROLES if cue.search(question) for role in roles)


def _after(question: str) -> tuple[int | None, int | None] | None:
    if not (found := _AFTER.search(question)):
        return None
    year = int(found[2])
    return (year + 1, None) if found[1].lower() == "after" else (None, year - 1)


def _span(question: str) -> tuple[int | None, int | None] | None:
    for pattern, (first, last) in _SPANS:
        if found := pattern.search(question):
            return (int(found[first]) if first else None, int(found[last]) if last else None)
    return None
