"""Keeps what a model says from memory apart from what papers say.

Pure. A sentence from memory ends in `OWN`. It is never cited for: a marker in it is taken out
before verification, which then finds it without support, as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.claims import claims
from rag.markers import parse
from rag.protocols import Judge
from rag.types import Draft, Evidence
from rag.verify import UNSUPPORTED, verify

OWN = "not from the papers"
"""What stands in brackets behind a sentence that rests on the model's memory."""

_MARK = f"[{OWN}]"
_WRITTEN = re.compile(
    r"[ \t]*[\[(]\s*(?:not from (?:the |these )?papers?|(?:from )?(?:my |the model'?s )?own "
    r"(?:knowledge|memory)|(?:from )?(?:my )?memory|own(?:[ -]?\d+)?)\s*[\])]",
    re.I,
)
_STOP_BEFORE = re.compile(r"([.!?])(\s*(?:\[\d[^\]]*\]\s*)*)" + re.escape(f" {_MARK}"))


def verified(
    text: str, evidence: Sequence[Evidence], question: str = "", judge: Judge | None = None
) -> Draft:
    """``text`` held to the evidence as any answer, its sentences from memory marked as that, and
    among the unsupported.
    """
    draft = verify(_uncited(_uniform(text)), evidence, question, judge)
    shown = draft.text.replace(f"{_MARK} {UNSUPPORTED}", _MARK)
    shown = re.sub(rf"{re.escape(_MARK)}([.!?]?) {re.escape(UNSUPPORTED)}", rf"{_MARK}\1", shown)
    plain = tuple(_without(each) for each in draft.unsupported)
    return replace(draft, text=shown, unsupported=plain)


def from_memory(text: str) -> tuple[str, ...]:
    """The sentences of ``text`` that are marked as resting on memory, without the mark."""
    found = claims(parse(_uniform(text)).plain, ())
    return tuple(_without(claim.text) for claim in found if _MARK in claim.text)


def _uniform(text: str) -> str:
    """With the mark always in the same words, before the full stop of its sentence."""
    marked = _WRITTEN.sub(f" {_MARK}", text)
    return _STOP_BEFORE.sub(rf" {_MARK}\1\2", marked)


def _uncited(text: str) -> str:
    """Without the markers of sentences from memory."""
    marked = parse(text)
    kept = [
        marker
        for claim in claims(marked.plain, marked.markers)
        for marker in claim.markers
        if _MARK not in claim.text
    ]
    shown, at = "", 0
    for marker in kept:
        quote = f': "{marker.quote}"' if marker.quote else ""
        shown += f"{marked.plain[at : marker.at]} [{marker.number}{quote}]"
        at = marker.at
    return shown + marked.plain[at:]


def _without(sentence: str) -> str:
    return " ".join(sentence.replace(_MARK, "").split()).replace(" .", ".")
