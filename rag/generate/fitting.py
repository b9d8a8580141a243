"""Evidence that a model's window holds: what does not fit is known before the model is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.protocols import TokenCounter
from rag.quotes import passages
from rag.types import Evidence, Message, Span

Asked = Callable[[Sequence[Evidence]], Sequence[Message]]
"""What a model is asked from so much evidence."""

FEWEST_CHARS = 200
"""Of a passage that is cut; less says nothing."""

SAFETY = 0.9
"""A passage is cut to so much of what would fit by its share of the tokens, as these are uneven."""


def fitting(
    evidence: Sequence[Evidence], room: int, asked: Asked, count_tokens: TokenCounter
) -> Sequence[Evidence]:
    """The first of ``evidence``, as much as a prompt of ``room`` tokens holds, and at least one.

    If not even the first fits, less of it is shown: its beginning.
    """

    def tokens(of: Sequence[Evidence]) -> int:
        return sum(count_tokens([message["content"] for message in asked(of)]))

    if _bytes(asked(evidence)) <= room or tokens(evidence) <= room:
        return evidence
    fits, fails = 0, len(evidence)
    while fails - fits > 1:
        middle = (fits + fails) // 2
        fits, fails = (middle, fails) if tokens(evidence[:middle]) <= room else (fits, middle)
    return evidence[:fits] or [_cut(evidence[0], room, tokens)]


def _cut(evidence: Evidence, room: int, tokens: Callable[[Sequence[Evidence]], int]) -> Evidence:
    """The beginning of a passage; the rest of the prompt is what it is."""
    around = tokens([beginning(evidence, 0)])
    while (whole := tokens([evidence])) > room:
        chars = sum(map(len, _shown(evidence)))
        share = SAFETY * max(room - around, 0) / (whole - around) if whole > around else 0.0
        if chars <= FEWEST_CHARS:
            break
        evidence = beginning(evidence, max(int(chars * share), FEWEST_CHARS))
    return evidence


def beginning(evidence: Evidence, chars: int) -> Evidence:
    """The passage with no more shown of it than the first characters of what is."""
    parts: list[Span] = []
    for part in _shown(evidence):
        left = chars - sum(map(len, parts))
        if len(part) > left:
            parts.append(_to_an_end(evidence.chunk.text, part, left))
            return replace(evidence, shown=tuple(filter(len, parts)) or (Span(0, 0),))
        parts.append(part)
    return evidence


def _shown(evidence: Evidence) -> tuple[Span, ...]:
    return evidence.shown or (Span(0, len(evidence.chunk.text)),)


def _to_an_end(text: str, part: Span, chars: int) -> Span:
    """At most the first characters of ``part``: to the end of a sentence, or else of a word, if
    there is one, as half of a number would be another.
    """
    most = part.start + chars
    ends = [span.end for span in passages(text) if part.start < span.end <= most]
    blank = max(text.rfind(blank, part.start, most + 1) for blank in " \n")
    return Span(part.start, max(ends, default=blank if blank > part.start else most))


def _bytes(messages: Sequence[Message]) -> int:
    """No tokenizer of those in use makes more tokens of a text than it has bytes."""
    return sum(len(message["content"].encode("utf-8", "replace")) for message in messages)
