"""Cross-references: "Table 3", "Figs. 2a and 4", "Eq. (5)", "Section 4.2", "Appendix B"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.linking.numbers import listed
from rag.types import Kind, Link, LinkKind, Paper, Span

_NUMBER = (
    r"(?:(?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[IVXL]{1,6}|[A-Z](?:\.\d{1,2}){0,3})"
)
_ONE = rf"(?:\(?{_NUMBER}\)?(?:\s?\([a-z]\))?(?!\w))"
_BETWEEN = (
    r"(?:\s*[-–—]\s*|\s*,\s*(?:(?:and|or)\s+)?(?:§\s?)?|\s*(?:and|or|to|through|&)\s+(?:§\s?)?)"
)
_LIST = rf"(?P<list>{_ONE}(?:{_BETWEEN}{_ONE}){{0,9}})"
_NAMES = {
    Kind.TABLE: r"[Tt]ables?|[Tt]abs?\.",
    Kind.FIGURE: r"[Ff]igures?\.?|[Ff]igs?\.?",
    Kind.EQUATION: r"[Ee]quations?|[Ee]qs?\.?|[Ee]qns?\.?|[Ii]nequalit(?:y|ies)|[Ff]ormulas?",
    Kind.ALGORITHM: r"[Aa]lgorithms?|[Aa]lgs?\.|[Ll]istings?",
}
_SECTIONS = (
    r"(?:[Ss]ub)?[Ss]ections?|[Ss]ec(?:s|ts?)?\.|§§?|[Aa]ppendix|[Aa]ppendices|[Aa]pp\."
    r"|[Cc]hapters?|[Ss]upplement"
)
_NAMED = re.compile(
    rf"(?<![\w§])(?:{'|'.join(f'(?P<{kind}>{name})' for kind, name in _NAMES.items())}"
    rf"|(?P<section>{_SECTIONS}))[\s~]*{_LIST}"
)
_BARE_EQUATION = re.compile(
    r"\b(?:[Ii]n|[Ff]rom|[Bb]y|[Ss]ee|into|via|of|solv(?:e|ing)|problem|objective|loss|bound|update|constraint)"
    r"\s+(?P<list>\((?:[A-Z]\.?)?\d{1,3}(?:\.\d{1,3})?[a-z]?\))"
    r"(?=[.,;:)]|\s(?:we|is|are|and|with|can|becomes|to)\b|$)"
)
# "Section 4 of [12]", "Figure 2 in Hu et al.": another paper's.
_ELSEWHERE = re.compile(
    r"\s*,?\s*(?:of|in|from)\s+(?:\[|\(?(?:the )?[A-Z][\w’'-]+"
    r"(?:\s(?:et al|and|&)\b|\s?[(\[](?:19|20)\d\d))"
)
_OTHERS = re.compile(
    r"(?:(?:19|20)\d\d[a-z]?|\[\d{1,3}),\s(?:see\s)?$"
)  # "(Yi et al., 2014, Table 2)"
# "Fig.3", "TABLE IV", "(A.1)", "Figure B.2"; a number within a word counts where none stands apart.
_AT_END = re.compile(
    r"(?<![^\W_])((?:[A-Z]{1,2}\.?)?\d[\w.–-]*|(?:[A-Z]\.)?[IVXL]+|[A-Z])$|\d[\w.–-]*$"
)
_SUPPLEMENT = re.compile(r"(?:supplement(?:ary|al)?|extended\s+data)\s+", re.I)
_SUPPLEMENTARY = re.compile(rf"{_SUPPLEMENT.pattern}$", re.I)
_APART = "supplementary "
"""Begins the numbers of what is counted apart: "Supplementary Table 1" is not table 1."""

_AHEAD = 60  # characters in which another work may be named
_BEHIND = 20
_UNDOTTED = re.compile(r"^([A-Z])(\d)")  # "Appendix A1" is A.1
_PART = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class _Targets:
    """What may be pointed to, by number, and elements by kind besides."""

    elements: dict[tuple[str, str], int]
    sections: dict[str, int]

    @classmethod
    def of(cls, paper: Paper) -> _Targets:
        """Of several with one number the first counts."""
        elements: dict[tuple[str, str], int] = {}
        for at, element in enumerate(paper.elements):
            if element.kind in _NAMES and (number := _number(element.label)):
                elements.setdefault((element.kind.value, number), at)
        sections: dict[str, int] = {}
        for at, section in enumerate(paper.sections):
            if section.number:
                sections.setdefault(section.number.rstrip("."), at)
        return cls(elements, sections)

    def link(self, kind: str, number: str, span: Span) -> Link | None:
        """A link to what has this number; a part ("2a") is its whole's where it is nothing else."""
        if kind == "section":
            at = self.sections.get(number, self.sections.get(_UNDOTTED.sub(r"\1.\2", number)))
            return None if at is None else Link(span, LinkKind.SECTION, at)
        whole = number.rstrip(_PART)
        # "Table 6.3" may be table 6, and the mark of a footnote at the sentence's end.
        noted = whole.partition(".")[0] if kind in (Kind.TABLE, Kind.FIGURE) else whole
        for name in (number, whole, noted):
            if (at := self.elements.get((kind, name))) is not None:
                return Link(span, LinkKind.ELEMENT, at)
        return None


def _number(label: str) -> str:
    """The number of a printed label, empty where it has none."""
    found = _AT_END.search(label.strip("(). "))
    number = found[0] if found else ""
    return f"{_APART}{number}" if number and _SUPPLEMENT.match(label) else number


def cross_references(paper: Paper, stretches: Iterable[Span]) -> Iterator[Link]:
    """Links from the names of elements and sections in ``stretches`` of the paper's text.

    "Figure 2a" leads to figure 2 where there is no figure 2a. "(5)" alone counts where a sentence
    uses it as an equation's name and there is such an equation. What another paper has does not.
    """
    targets, text = _Targets.of(paper), paper.text
    for stretch in stretches:
        for match in _NAMED.finditer(text, stretch.start, stretch.end):
            if not _is_anothers(text, match.start(), match.end()):
                kind = next(name for name, value in match.groupdict().items() if value)
                apart = _SUPPLEMENTARY.search(text, max(0, match.start() - _BEHIND), match.start())
                yield from _links(match, match.start(), kind, targets, _APART if apart else "")
        for match in _BARE_EQUATION.finditer(text, stretch.start, stretch.end):
            yield from _links(match, match.start("list"), Kind.EQUATION.value, targets)


def _is_anothers(text: str, start: int, end: int) -> bool:
    """Whether what is named at ``[start, end)`` is said to be another work's."""
    before, after = text[max(0, start - _BEHIND) : start], text[end : end + _AHEAD]
    return bool(_OTHERS.search(before) or _ELSEWHERE.match(after))


def _links(
    match: re.Match[str], start: int, kind: str, targets: _Targets, apart: str = ""
) -> Iterator[Link]:
    """A link for each number of the list; the first begins at ``start``. ``apart`` begins the
    numbers of what is counted apart.
    """
    for at, (span, numbers) in enumerate(listed(match["list"], match.start("list"))):
        around = match.string[span.start - 1 : span.start], match.string[span.end : span.end + 1]
        own = around == ("(", ")")  # brackets of the number, as in "Eq. (5)"
        whole = Span(span.start - own if at else start, span.end + own)
        found = (targets.link(kind, f"{apart}{number}", whole) for number in numbers)
        yield from (link for link in found if link is not None)
