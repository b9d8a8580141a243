"""Evidence that a model's window holds: what does not fit is known before the model is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.protocols import TokenCounter
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

    If not even the first fits, it is cut at its end.
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
        chars = len(evidence.chunk.text)
        share = SAFETY * max(room - around, 0) / (whole - around) if whole > around else 0.0
        if chars <= FEWEST_CHARS:
            break
        evidence = beginning(evidence, max(int(chars * share), FEWEST_CHARS))
    return evidence


def beginning(evidence: Evidence, chars: int) -> Evidence:
    """The first characters of a passage."""
    chunk = evidence.chunk
    text = chunk.text[:chars]
    span = Span(chunk.span.start, chunk.span.start + len(text))
    return replace(evidence, chunk=replace(chunk, text=text, span=span))


def _bytes(messages: Sequence[Message]) -> int:
    """No tokenizer of those in use makes more tokens of a text than it has bytes."""
    return sum(len(message["content"].encode("utf-8", "replace")) for message in messages)
