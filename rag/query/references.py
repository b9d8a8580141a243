"""Which papers does a question name, and does it ask about them or only speak of them?

A paper is *meant* where the question says so ("the DenseNet paper", "in Hu et al. (2021)",
"the authors of BERT", a title in quotes, an arXiv id), and *mentioned* where a thing by its name
may be spoken of instead ("how does BERT differ from ELMo"). Words of comparison make a meant paper
a mentioned one: "how does this differ from the BERT paper?" asks about another. So do words that
leave it behind ("what came after the BERT paper?") and a question for papers that it is said to
have to do with ("which papers use the BERT paper's masking?").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.naming import key, runs, words
from rag.protocols import Names
from rag.text import STOP_WORDS
from rag.types import NamedPaper, NameKind

_MAX_WORDS, _LONGEST, _SHARED = 64, 16, 3
_TITLE_WORDS, _CAPITALISED, _PART_WORDS = 4, 5, 3

_NAMES = (NameKind.TITLE, NameKind.COINED, NameKind.SUBJECT, NameKind.FULL_NAME)

_WHOLE = 0.8  # of a question is all of it: a title may be one
_OPEN, _CLOSE = ('"', "“", "'", "‘"), ('"', "”", "'", "’", ',"', ",”")

_COMPARED = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs|than|unlike|similar\w*|same|like|as in|as (?:the|they)|"
    r"follow\w*|based on|besides|cit\w+|extend\w*|outperform\w*|replicat\w+|reproduc\w+|"
    r"adopt\w*|borrow\w*|taken? from|inspired|instead|relative to|baselines?|contrast|beat\w*|"
    r"other|re-?implement\w*)\b",
    re.I,
)
_SPEAKER = re.compile(
    r"\b(?:they|their|them|we|our|it|its|this (?:paper|work|article|study)|the authors?(?! of)|"
    r"the (?:proposed|model|method|system|approach))\b"
    r"|\bthe paper\b(?! (?:on|about|titled|called|by|of|that|which|\w+ing)\b)",
    re.I,
)
_WORK = r"(?:paper|article|preprint|publication|manuscript)"
_UP_TO_NAME = (
    rf"(?:\s(?:the|original|seminal|first|results?|scores?|{_WORK}|authors?|of|on|about|titled|"
    r"entitled|called|named|that|which|(?:introduc|propos|present|describ)\w+))*\s[\"“'‘]?$"
)
_LEFT_BEHIND = re.compile(
    r"\b(?:after|since|beyond|except(?:ing)?(?:\sfor)?|excluding|(?:apart|aside)\sfrom|but\snot|"
    r"improv\w+\s(?:on|upon|over)|buil\w+\s(?:on|upon)|influenced\sby|critici[sz]\w+|critiqu\w+|"
    rf"challeng\w+|contradict\w*|refut\w+|surpass\w*|supersed\w+){_UP_TO_NAME}",
    re.I,
)
_FOR_PAPERS = re.compile(
    r"\b(?:which|what|any|all|list|find)\s(?:\w+\s){0,2}?(?:papers|articles|works|studies)\b"
    r"(?!\s(?:\w+\s)?(?:by|of)\b)"
    r"|\bwho\b(?!\s(?:wrote|authored|published|is|are|was|were)\b)",
    re.I,
)
_HELD = re.compile(
    r"\b(?:in|according to|do|does|did)\s(?:the\s(?:\w+\s){1,3}of\s)?(?:the\s)?(?:original\s)?"
    r"[\"“'‘]?$",
    re.I,
)
_BEFORE_NAME = re.compile(
    rf"(?:\b(?:the|original)\s(?:{_WORK}|authors?)\s"
    r"(?:on|about|titled|entitled|called|named|introducing|proposing|presenting|describing|of|"
    r"(?:that|which)\s(?:introduc|propos|present)\w+)\s(?:the\s)?|\bauthors?\sof\s(?:the\s)?)[\"“'‘]?$",
    re.I,
)
_THE = re.compile(r"\b(?:the|original|of|in)\s(?:original\s|seminal\s|first\s)?[\"“'‘]?$", re.I)
_PAPER_AFTER = re.compile(
    rf"^[\"”'’]?(?:['’]s)?\s(?:\(?\d{{4}}\)?\s)?(?:{_WORK}(?!s)|authors?)\b", re.I
)
_THE_PAPER = re.compile(
    rf"\bthe\s(?:original\s)?((?:(?!the\s)[\w'’-]+,?\s){{2,15}}?[\w'’-]+)\s{_WORK}\b", re.I
)
_AND = r"\s(?:and|or|vs\.?|versus|with)\s(?:the\s)?"
_PAPERS_AFTER = re.compile(rf"^(?:{_AND}\S+(?:\s\S+)?)?\s(?:papers|articles)\b", re.I)
_FIRST = re.compile(r"\b(?:the|between|of|in)\s(?:original\s)?$", re.I)
_PAIRED = re.compile(rf"\b(?:the|between)\s.{{1,60}}?{_AND}$", re.I)
_QUOTED = re.compile(r"[\"“]([^\"“”]{8,200})[\"”]")
_LEADING = re.compile(r"^\W*(?:in|according to|for|from)\s(?:the\s)?(?:original\s)?[\"“'‘]?$", re.I)
_WHERE = re.compile(r"\b(?:in|according to)\s(?:the\s)?(?:original\s)?[\"“'‘]?$", re.I)
_PLACE = re.compile(r"(?:^|\b(?:in|according to|does|did|from))\W*(?:the\s)?$", re.I)
_ARXIV = re.compile(r"\b(\d{4}\.\d{4,5})(?:v\d+)?\b|\b([a-z][a-z-]{1,10}(?:\.[A-Z]{2})?/\d{7})\b")
_ET_AL = re.compile(
    r"\b([A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?)(?:\set\sal\b\.?|\s(?:and|&)\s([A-Z][\w'’-]+))"
    r"(?:['’]s)?,?\s?\(?((?:19|20)\d\d)[a-z]?\)?"
    r"|\b([A-Z][\w'’-]+)\set\sal\b\.?"
)
_BY = re.compile(
    r"\b(?:papers?|works?|articles?)\s(?:written\s|published\s|authored\s)?(?:by|of)\s$", re.I
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Papers that one stretch of a question, from ``start`` to ``end``, names.

    ``meant``: as a place to look in, not as a thing; there is one of them, or all of an author's.
    """

    papers: tuple[NamedPaper, ...]
    start: int
    end: int
    meant: bool


def references(question: str, names: Names) -> list[Reference]:
    """The papers named, by where; of overlapping stretches the surest, then the longest."""
    found = [*_by_id(question, names), *_by_author(question, names), *_by_name(question, names)]
    kept: list[Reference] = []
    for each in sorted(found, key=lambda r: (not r.meant, r.start - r.end, r.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda r: r.start)


def asked_about(question: str, found: Sequence[Reference]) -> bool:
    """Whether the question is about the papers of ``found``, beyond doubt, and about no other."""
    meant = [each for each in found if each.meant]
    if not meant:
        return False
    if _LEADING.match(question[: meant[0].start]):
        return True  # whatever is spoken of after that
    if len(meant) < len(found):
        return False
    before = question[: meant[0].start]
    compared = len(meant) == 1 and _COMPARED.search(before)
    elsewhere = not _WHERE.search(before) and _SPEAKER.search(question)
    return not compared and not elsewhere and not _asks_for_others(before)


def _asks_for_others(before: str) -> bool:
    """Whether the words before a paper's name ask for other papers, which have to do with it."""
    if _LEFT_BEHIND.search(before):
        return True
    return bool(_FOR_PAPERS.search(before)) and not _HELD.search(before)


def _by_id(question: str, names: Names) -> Iterator[Reference]:
    for match in _ARXIV.finditer(question):
        papers = names.named([key(match[1] or match[2])], [NameKind.ARXIV])
        if papers:
            yield Reference(tuple(papers), *match.span(), meant=len(papers) == 1)


def _by_author(question: str, names: Names) -> Iterator[Reference]:
    for match in _ET_AL.finditer(question):
        surname, second = match[1] or match[4], match[2]
        year = int(match[3]) if match[3] else None
        papers = names.named([key(surname.split()[-1])], [NameKind.FIRST_AUTHOR], year)
        if second:
            also = {p.paper_id for p in names.named([key(second)], [NameKind.AUTHOR], year)}
            papers = [p for p in papers if p.paper_id in also]
        exact = [p for p in papers if year and p.year == year]
        if 0 < len(exact or papers) <= _SHARED:
            yield Reference(tuple(exact or papers), *match.span(), meant=len(exact) == 1)


def _by_name(question: str, names: Names) -> Iterator[Reference]:
    """Titles, coined names and full names of authors; then beginnings of titles."""
    spelt = words(question)[:_MAX_WORDS]
    at: dict[str, list[tuple[int, int]]] = {}
    for first, end, found in runs(spelt, 1, _LONGEST):
        if end - first > 1 or _may_name(spelt[first].text):
            at.setdefault(found, []).append((spelt[first].start, spelt[end - 1].end))
    by_key: dict[str, list[NamedPaper]] = {}
    for paper in names.named(at, _NAMES):
        by_key.setdefault(paper.key, []).append(paper)
    for found, papers in by_key.items():
        for start, end in at[found]:
            yield from _judged(question, start, end, papers)
    yield from _by_beginning(question, names)


def _judged(
    question: str, start: int, end: int, papers: Sequence[NamedPaper]
) -> Iterator[Reference]:
    """What the stretch is taken for, given all papers that bear the name."""
    if any(p.kind is NameKind.FULL_NAME for p in papers):
        meant = _BY.search(question[:start]) is not None
        if meant or len(papers) <= _SHARED:
            yield Reference(_each_once(papers), start, end, meant)
        return
    cue, own = _cued(question, start, end), [p for p in papers if p.kind is not NameKind.SUBJECT]
    bearers = _each_once(own or papers)
    if len(bearers) > _SHARED or not (cue or (own and _like_a_name(question, start, end))):
        return
    yield Reference(bearers, start, end, meant=bool(cue and own) and len(bearers) == 1)


def _by_beginning(question: str, names: Names) -> Iterator[Reference]:
    """Papers meant by the first words of their titles."""
    for match in (*_QUOTED.finditer(question), *_THE_PAPER.finditer(question)):
        said = words(match[1])
        if _PART_WORDS <= len(said) <= _LONGEST:
            papers = _each_once(names.beginning(key(match[1]), [NameKind.TITLE]))
            if 0 < len(papers) <= _SHARED:
                yield Reference(papers, *match.span(1), meant=len(papers) == 1)


def _cued(question: str, start: int, end: int) -> bool:
    """Whether the words around say that a paper of this name is meant."""
    before, after = question[:start], _PAPER_AFTER.match(question[end:])
    if after and (_THE.search(before) or after[0].lstrip('"”').startswith(("'s", "’s"))):
        return True
    return (
        bool(_BEFORE_NAME.search(before))
        or _is_paired(question, start, end)
        or _is_title(question, start, end)
    )


def _is_paired(question: str, start: int, end: int) -> bool:
    """Whether it is one of two, as in "the BERT and ELMo papers"."""
    before, after = question[:start], question[end:]
    found = _PAPERS_AFTER.match(after)
    if not found:
        return False
    first = re.match(_AND, after, re.I) is not None
    return bool(_FIRST.search(before)) if first else bool(_PAIRED.search(before))


def _is_title(question: str, start: int, end: int) -> bool:
    """Whether it is written as a title is, in a longer question: in quotes; or with capitals where
    a paper rather than a method stands, and too long for a method.
    """
    said, before = question[start:end], question[:start]
    spelt = [word.text for word in words(said)]
    if len(spelt) < _TITLE_WORDS or len(said) > _WHOLE * len(question):
        return False
    if before.endswith(_OPEN) and question[end:].startswith(_CLOSE):
        return True
    capitals = all(word[0].isupper() for word in spelt if word.lower() not in STOP_WORDS)
    return capitals and len(spelt) >= _CAPITALISED and bool(_PLACE.search(before))


def _like_a_name(question: str, start: int, end: int) -> bool:
    """Whether it is written as a proper name, or is too long for anything but a title."""
    said = question[start:end]
    if len(words(said)) >= _TITLE_WORDS:
        return True
    inside = any(c.isupper() or c.isdigit() for c in said[1:])
    return inside or (said[0].isupper() and bool(question[:start].strip()))


def _may_name(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word.lower() not in STOP_WORDS


def _each_once(papers: Sequence[NamedPaper]) -> tuple[NamedPaper, ...]:
    return tuple({paper.paper_id: paper for paper in papers}.values())
