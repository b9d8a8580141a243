"""Which years and which kinds of section does a question name?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rag.types import Filter, Role

_Stretch = tuple[int, int]

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
_AS_DATA = re.compile(
    rf"\b{_WORKS}\b.*\b(?:in|of)\s(?:the|their|its|this)\s(?:\w+\s)?"
    r"(?:corpus|data\s?set|collection)\b",
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
    """Years from ``first`` to ``last``; ``of_papers`` where papers are said to be of them, and
    nothing else is dated.
    """

    first: int | None = None
    last: int | None = None
    of_papers: bool = False

    @property
    def as_filter(self) -> Filter:
        """What lets these years through: everything where no year is named."""
        return Filter(year_from=self.first, year_to=self.last)


def years_in(question: str) -> Years:
    """The years that the question names: of several, those that papers are said to be of."""
    named = _named(question)
    said = [found.span() for found in _OF_PAPERS.finditer(question)]
    of_papers = [years for span, years in named.items() if _meets_any(span, said)]
    sure = bool(of_papers) and len(set(named.values())) == 1 and not _AS_DATA.search(question)
    return replace(next(iter([*of_papers, *named.values()]), Years()), of_papers=sure)


def roles_in(question: str) -> frozenset[Role]:
    """The kinds of section in which what the question names is likely to stand."""
    return frozenset(role for cue, roles in _ROLES if cue.search(question) for role in roles)


def _named(question: str) -> dict[_Stretch, Years]:
    """All years that are named, by where; of stretches that meet, the one read first."""
    named: dict[_Stretch, Years] = {}
    for span, years in (*_after(question), *_spans(question)):
        if not _meets_any(span, named):
            named[span] = years
    return named


def _after(question: str) -> Iterator[tuple[_Stretch, Years]]:
    for found in _AFTER.finditer(question):
        year, after = int(found[2]), found[1].lower() == "after"
        yield found.span(), Years(first=year + 1) if after else Years(last=year - 1)


def _spans(question: str) -> Iterator[tuple[_Stretch, Years]]:
    for pattern, (first, last) in _SPANS:
        for found in pattern.finditer(question):
            yield (
                found.span(),
                Years(int(found[first]) if first else None, int(found[last]) if last else None),
            )


def _meets_any(span: _Stretch, others: Iterable[_Stretch]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
