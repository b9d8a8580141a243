"""What a model is about to say, sentence by sentence, and where it is unsure.

Pure. FLARE (Jiang et al. 2023, arXiv 2305.06983) takes a sentence for unsure that has a token less
likely than a threshold. Here only tokens with letters or digits count, and none of a marker: what a
model copies says nothing of what it knows. Where the server gives no log-probabilities, nothing is
unsure, and verification alone decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from rag.claims import Claim, claims
from rag.markers import Marker, parse, spans
from rag.thoughts import without_thoughts
from rag.types import Completion, Evidence, Span, TokenLogprob
from rag.verify import verify


@dataclass(frozen=True, slots=True)
class Unsure:
    """A word that the model was unsure of: where it stands in the sentence, how likely it was."""

    span: Span
    probability: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """A sentence (or row, or block) that the model would write.

    ``text`` is without markers; ``raw`` has them, and what parts it from the next sentence.
    """

    text: str
    raw: str
    needs_support: bool
    unsure: tuple[Unsure, ...] = ()

    def masked(self) -> str:
        """The sentence without the words that the model was unsure of, to search with."""
        kept, at = "", 0
        for each in self.unsure:
            kept += self.text[at : each.span.start]
            at = each.span.end
        return " ".join((kept + self.text[at:]).split())


def read_ahead(completion: Completion, least: float) -> list[Ahead]:
    """The sentences of a completion; unsure are words with a token less likely than ``least``."""
    said = without_thoughts(completion.text).strip()
    marked = parse(said)
    likely = _by_place(completion, said, marked.plain)
    found = claims(marked.plain, marked.markers)
    starts = [claim.span.start for claim in found]
    made = []
    for claim, end in zip(found, [*starts[1:], len(marked.plain)], strict=False):
        words = _words(claim, likely, least)
        raw = _with_markers(marked.plain, Span(claim.span.start, end), claim.markers)
        made.append(Ahead(claim.text, raw, claim.needs_support, tuple(words)))
    return made


def _with_markers(plain: str, span: Span, markers: Sequence[Marker]) -> str:
    """The part of ``plain`` with its markers; one that opens it is followed by the blank."""
    opening = [_mark(marker) for marker in markers if marker.at <= span.start]
    later = [marker for marker in markers if marker.at > span.start]
    cuts = [span.start, *(marker.at for marker in later), span.end]
    parts = [plain[start:end] for start, end in pairwise(cuts)]
    marks = ["".join(f"{mark} " for mark in opening), *(f" {_mark(marker)}" for marker in later)]
    return "".join(mark + part for mark, part in zip(marks, parts, strict=True))


def _mark(marker: Marker) -> str:
    if not marker.quote:
        return f"[{marker.number}]"
    quote = f"“{marker.quote}”" if '"' in marker.quote else f'"{marker.quote}"'
    return f"[{marker.number}: {quote}]"


def _by_place(completion: Completion, said: str, plain: str) -> list[tuple[Span, float]]:
    """The tokens outside of markers by their places in ``plain``, with their probabilities; none
    where the tokens do not make up the text.
    """
    tokens = completion.logprobs
    if not tokens or "".join(token.text for token in tokens) != completion.text:
        return []
    begin = completion.text.rfind(said)
    hidden = [Span(begin + s.start, begin + s.end) for s in spans(said)]
    # Blanks and markers apart, `plain` is what was said, character by character.
    solid = _solid(completion.text, begin)
    outer = [at for at in solid if not any(s.start <= at < s.end for s in hidden)]
    inner = dict(zip(outer, _solid(plain, 0), strict=False))
    return list(_placed(tokens, inner))


def _solid(text: str, begin: int) -> Iterator[int]:
    return (at for at in range(begin, len(text)) if not text[at].isspace())


def _placed(tokens: Sequence[TokenLogprob], inner: dict[int, int]) -> Iterator[tuple[Span, float]]:
    """Tokens by their letters and digits that stand outside of markers."""
    at = 0
    for token in tokens:
        telling = (at + n for n, character in enumerate(token.text) if character.isalnum())
        places = [inner[n] for n in telling if n in inner]
        at += len(token.text)
        if places:
            yield Span(places[0], places[-1] + 1), exp(min(token.logprob, 0.0))


def _words(claim: Claim, likely: Sequence[tuple[Span, float]], least: float) -> Iterator[Unsure]:
    """The words of the claim with an unlikely token, by their places in it, the least likely
    token of each.
    """
    start = 0
    for word in claim.text.split():
        start = claim.text.index(word, start)
        span = Span(claim.span.start + start, claim.span.start + start + len(word))
        chances = [p for place, p in likely if place.overlaps(span)]
        if chances and min(chances) < least:
            yield Unsure(Span(start, start + len(word)), min(chances))
        start += len(word)


def is_borne_out(sentence: Ahead, evidence: Sequence[Evidence], question: str = "") -> bool:
    """Whether the sentence says nothing to be borne out, or its citations do so."""
    return not sentence.needs_support or not verify(sentence.raw, evidence, question).unsupported
