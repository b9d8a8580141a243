"""What an answer claims: its sentences, headings, table rows and blocks of code, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.markers import Marker
from rag.negation import negations
from rag.numbers import numbers
from rag.sentences import sentences
from rag.types import Span

_LONGEST_LEAD = 8  # words
_FRAGMENT_WORDS = 2
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"\w\.\w|://|@")
_YES_OR_NO = re.compile(r"\W*(?:yes|no)\W*", re.I)
_FENCE = r"[ \t]*(?P<fence>```|~~~).*?(?:\n[ \t]*(?P=fence)[^\n]*$|\Z)"
_HEADING = r"[ \t]*\#[^\n]*$"
_ROW = r"[ \t]*\|[^\n]*$"
_BARE_ROW = r"[^\n|]*\|[^\n]*$"
_RULE = re.compile(r"^[ \t|:-]*-[ \t]*\|[ \t|:-]*$|^[ \t]*\|[ \t:-]*-[ \t|:-]*$", re.M)
_FORMULA = re.compile(
    r"\$\$.+\$\$|\\\[.+\\\]|\\begin\{(?:equation|align|gather|multline)\*?\}.+", re.S
)
_OPENS_FORMULA = re.compile(r"[ \t]*(?:\$\$|\\\[|\\begin\{)")
_LONE_DIGIT = re.compile(r"(?<![\d.,])\d(?![\d.,]*\d)")
_COLON = re.compile(r":[*_]*[ \t]*(?:$|\Z)", re.M)


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of the answer (offsets into its plain text), and the markers it carries.

    A mark after all of it is put at ``end``. ``leads``: it is a heading, or a line that leads
    in to others.
    """

    span: Span
    text: str
    markers: tuple[Marker, ...]
    leads: bool

    @property
    def needs_support(self) -> bool:
        """Whether it says anything: short headings and lead-ins do not, nor do mere signs."""
        words = _WORD.findall(self.text)
        if not self.leads:
            return bool(words)
        telling = _ADDRESS.search(self.text) or numbers(self.text) or negations(self.text)
        digits = any(character.isdigit() for character in self.text)
        return bool(telling) or digits or len(words) > _LONGEST_LEAD

    @property
    def formula(self) -> str:
        """A formula on lines of its own, without lone digits, which are notation; else ""."""
        return _LONE_DIGIT.sub(" ", self.text) if _FORMULA.fullmatch(self.text) else ""

    @property
    def end(self) -> int:
        """Where a mark goes: in a row's last cell, since what follows it is never shown."""
        if "\n" in self.text or not self.text.endswith("|"):
            return self.span.end
        return self.span.start + len(self.text[:-1].rstrip())


def claims(plain: str, markers: Sequence[Marker]) -> list[Claim]:
    """The claims of ``plain`` in order, each marker with the one it belongs to."""
    spans = _joined(plain, list(_parts(plain, markers)))
    owners = [_owner(plain, spans, marker) for marker in markers]
    return [
        Claim(
            span,
            span.of(plain),
            tuple(m for m, owner in zip(markers, owners, strict=True) if owner == i),
            _leads(plain, span),
        )
        for i, span in enumerate(spans)
    ]


def _parts(plain: str, markers: Sequence[Marker]) -> Iterator[Span]:
    """Blocks as wholes, and the sentences between them; a line that ends in a marker ends one."""
    row = _BARE_ROW if _RULE.search(plain) else _ROW
    block = re.compile(rf"^(?:{_FENCE}|{_HEADING}|{row})", re.M | re.S)
    blocks = {match.start(): match.end() for match in block.finditer(plain)}
    ends = {marker.at for marker in markers if plain[marker.at : marker.at + 1] == "\n"}
    ends |= {match.end() for match in _COLON.finditer(plain)}
    ends = {at for at in ends if not any(start < at < end for start, end in blocks.items())}
    cuts = sorted({0, len(plain), *blocks, *blocks.values(), *ends})
    for start, end in pairwise(cuts):
        part = plain[start:end]
        if start in blocks and part.strip():
            lead = len(part) - len(part.lstrip())
            yield Span(start + lead, start + len(part.rstrip()))
        elif start not in blocks:
            yield from (Span(start + s.start, start + s.end) for s in sentences(part))


def _leads(plain: str, span: Span) -> bool:
    text = span.of(plain)
    after = plain[span.end :].lstrip("\n").partition("\n")[0]
    is_header = "|" in text and _RULE.match(after) is not None
    to_formula = _OPENS_FORMULA.match(after) is not None and text[-1] not in ".!?"
    return "\n" not in text and (
        text.startswith("#") or is_header or to_formula or _COLON.search(text) is not None
    )


def _joined(plain: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, each fragment together with the one after it on the same line.

    A "Yes." that ends a line goes with the sentence before it.
    """
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        near = last is not None and "\n" not in plain[last.end : span.start]
        if last and near and (_is_fragment(last.of(plain)) or _YES_OR_NO.fullmatch(span.of(plain))):
            joined[-1] = Span(last.start, span.end)
        else:
            joined.append(span)
    return joined


def _is_fragment(sentence: str) -> bool:
    return len(_WORD.findall(sentence)) <= _FRAGMENT_WORDS and not numbers(sentence)


def _owner(plain: str, spans: Sequence[Span], marker: Marker) -> int:
    """The claim that a marker belongs to: the one before it, unless it opens a line."""
    before = sum(span.start < marker.at for span in spans) - 1
    opens = plain[: marker.at].rpartition("\n")[2].strip() == ""
    ended = before < 0 or spans[before].end <= marker.at
    if ended and opens and plain[marker.at : marker.at + 1].strip() and before + 1 < len(spans):
        return before + 1
    return max(before, 0)
