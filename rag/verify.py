"""Holds an answer to its evidence: what a citation does not bear out is marked as unsupported.

A sentence is supported when at least one of its markers names a chunk that was given, the
quote (if there is one) is in that chunk, chunk and sentence share enough words, and every
number of the sentence is in what it cites. This can tell an invented quote, number or source;
it can't tell a false reading of a true quote, such as a lost negation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.citations import cite
from rag.markers import Marker, parse
from rag.numbers import borne_out
from rag.quotes import FEWEST_WORDS, best_passage, find_misquote, find_quote, sentence_at
from rag.sentences import sentences
from rag.text import analyse
from rag.types import Citation, Draft, Evidence, Span

UNSUPPORTED = "[unsupported]"
"""Stands in the text after a sentence that no citation supports."""

MIN_SHARED = 0.25
"""The share of a sentence's terms that its evidence must have.

docs/adr/0005-llm-and-citations.md has what it was chosen on.
"""

_FRAGMENT_WORDS = 2
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence of the answer (offsets into its plain text), and the markers it carries."""

    span: Span
    text: str
    markers: tuple[Marker, ...]

    @property
    def needs_support(self) -> bool:
        """Headings and lines that lead in to others claim nothing themselves."""
        return bool(_WORD.search(self.text)) and not (
            self.text.endswith(":") or self.text.startswith("#")
        )


def verify(text: str, evidence: Sequence[Evidence]) -> Draft:
    """The answer ``text`` with the citations that hold, by marker and in order.

    Marker ``[n]`` is ``evidence[n - 1]``. Markers that do not hold are taken out. Each
    (marker, quote) is listed once.
    """
    marked = parse(text.strip())
    inserts: list[tuple[int, str]] = []
    citations: list[Citation] = []
    unsupported: list[str] = []
    for claim in _claims(marked.plain, marked.markers):
        held = [(m, c) for m in claim.markers if (c := _resolve(m, claim.text, evidence))]
        inserts += _shown(marked.plain, held)
        citations += [citation for _, citation in held]
        if claim.needs_support and not _supported(claim.text, [c for _, c in held]):
            unsupported.append(claim.text)
            inserts.append((max([claim.span.end, *(m.at for m, _ in held)]), f" {UNSUPPORTED}"))
    return Draft(
        text=_inserted(marked.plain, inserts),
        citations=tuple({(c.marker, c.span): c for c in citations}.values()),
        unsupported=tuple(unsupported),
    )


def _claims(plain: str, markers: Sequence[Marker]) -> list[_Claim]:
    spans = _joined(plain, sentences(plain))
    owners = [_owner(plain, spans, marker) for marker in markers]
    return [
        _Claim(
            span, span.of(plain), tuple(m for m, o in zip(markers, owners, strict=True) if o == i)
        )
        for i, span in enumerate(spans)
    ]


def _joined(plain: str, spans: Sequence[Span]) -> list[Span]:
    """The sentences, each fragment ("Yes.") together with the one after it on the same line."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and _is_fragment(last.of(plain)) and "\n" not in plain[last.end : span.start]:
            joined[-1] = Span(last.start, span.end)
        else:
            joined.append(span)
    return joined


def _is_fragment(sentence: str) -> bool:
    words = _WORD.findall(sentence)
    return len(words) <= _FRAGMENT_WORDS and not any(word.isdigit() for word in words)


def _owner(plain: str, spans: Sequence[Span], marker: Marker) -> int:
    """The sentence that a marker belongs to: the one before it, unless it opens a line."""
    before = sum(span.start < marker.at for span in spans) - 1
    opens = plain[: marker.at].rpartition("\n")[2].strip() == ""
    if opens and plain[marker.at : marker.at + 1].strip() and before + 1 < len(spans):
        return before + 1
    return max(before, 0)


def _resolve(marker: Marker, claim: str, evidence: Sequence[Evidence]) -> Citation | None:
    """The citation that ``marker`` stands for, if there is such evidence and it bears it out."""
    if not 1 <= marker.number <= len(evidence):
        return None
    cited = evidence[marker.number - 1]
    span = _quoted(marker.quote, claim, cited.chunk.text)
    if span is None or not _on_topic(claim, cited):
        return None
    return cite(marker.number, cited, span)


def _quoted(quote: str, claim: str, text: str) -> Span | None:
    if not quote:
        return best_passage(claim, text)
    span = find_quote(quote, text)
    if span is None:
        return find_misquote(quote, text)
    return sentence_at(text, span) if len(_WORD.findall(quote)) < FEWEST_WORDS else span


def _on_topic(claim: str, cited: Evidence) -> bool:
    terms = set(analyse(claim))
    shared = terms & set(analyse(_readable(cited)))
    return len(shared) >= MIN_SHARED * len(terms)


def _supported(claim: str, citations: Sequence[Citation]) -> bool:
    if not citations:
        return False
    return borne_out(claim, "\n".join(_readable(citation.evidence) for citation in citations))


def _readable(evidence: Evidence) -> str:
    """All that the model was shown of a piece of evidence."""
    headings = (section.heading for section in evidence.path)
    year = str(evidence.metadata.year or "")
    return "\n".join([evidence.metadata.title, year, *headings, evidence.chunk.text])


def _shown(plain: str, held: Sequence[tuple[Marker, Citation]]) -> list[tuple[int, str]]:
    """What to put where for the markers that hold: each once at each place."""
    places = {(marker.at, citation.marker): None for marker, citation in held}
    return [
        (at, f"{'' if _opens(plain, at) else ' '}{mark}{' ' if _opens(plain, at) else ''}")
        for at, mark in places
    ]


def _opens(plain: str, at: int) -> bool:
    return at == 0 or plain[at - 1] == "\n"


def _inserted(plain: str, inserts: Sequence[tuple[int, str]]) -> str:
    """``plain`` with the texts put in at their offsets; markers side by side are not spaced."""
    ordered = sorted(inserts, key=lambda insert: insert[0])
    cuts = [0, *(at for at, _ in ordered), len(plain)]
    parts = [plain[start:end] for start, end in pairwise(cuts)]
    texts = ["", *(text for _, text in ordered)]
    joined = "".join(text + part for text, part in zip(texts, parts, strict=True))
    return re.sub(r"(\[\d+\]) (?=\[\d+\])", r"\1", joined).strip()
