"""A language model picks sentences of the evidence, by number.

It is shown every sentence under a number and answers with numbers alone: what it picks is the
paper's own text, and nothing that it might write can get into the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import UnusableAnswer
from rag.fence import content_code, fenced, instructions
from rag.llm_cache import CompletionCache
from rag.protocols import Completer
from rag.select.condensing import Sentence
from rag.thoughts import without_thoughts
from rag.types import Evidence, Message, Query, Span, Usage

_NUMBERS = re.compile(r"(\d{1,5})(?:\s*[-–]\s*#?(\d{1,5}))?")
_NONE = re.compile(r"\W*none\W*", re.I)


@dataclass(frozen=True)
class Picker:
    """Asks ``model``, unless ``cache`` knows the answer."""

    model: Completer
    cache: CompletionCache | None = None

    def pick(
        self,
        prompt: str,
        query: Query,
        evidence: Sequence[Evidence],
        sentences: Sequence[Sequence[Span]],
        **values: object,
    ) -> tuple[set[Sentence], Usage]:
        """What it picks of the ``sentences`` of each passage; ``prompt`` is a file in ``prompts/``,
        which ``values`` fill in. Nothing, where it says so.

        Raises ModelError; UnusableAnswer is one, raised where no number of a sentence is named.
        """
        numbered = [(at, n) for at, of in enumerate(sentences) for n in range(len(of))]
        if not numbered:
            return set(), Usage()
        told = f"{_told(prompt, **values)}\n\n{_told('sentences-v1')}"
        messages = _messages(told, query, evidence, sentences)
        kept = self.cache.find(messages) if self.cache else None
        completion = kept or self.model.complete(messages)
        said = without_thoughts(completion.text).strip()
        numbers = numbers_in(said, len(numbered))
        if not numbers and not _NONE.fullmatch(said):
            what = f"The model {self.model.name} named none of {len(numbered)} sentences"
            raise UnusableAnswer(f"{what}: it wrote {said[:80]!r}", completion.usage)
        if self.cache and not kept:
            self.cache.keep(messages, completion)
        return {numbered[number - 1] for number in numbers}, completion.usage


def numbers_in(text: str, count: int) -> list[int]:
    """The numbers from 1 to ``count`` in ``text``, ascending: ``3, 17-19`` names four."""
    named: set[int] = set()
    for first, last in _NUMBERS.findall(text):
        start, end = int(first), int(last or first)
        named.update(range(max(start, 1), min(end, count) + 1))
    return sorted(named)


def _told(prompt: str, **values: object) -> str:
    return instructions("rag.select", prompt, **values)


def _messages(
    told: str, query: Query, evidence: Sequence[Evidence], sentences: Sequence[Sequence[Span]]
) -> list[Message]:
    """Sentences are numbered from 1, through all passages, and take a line each."""
    passages, number = [], 0
    for each, of in zip(evidence, sentences, strict=True):
        lines = []
        for span in of:
            number += 1
            lines.append(f"#{number} {' '.join(span.of(each.chunk.text).split())}")
        passages.append("\n".join([_place(each), *lines]))
    code = content_code(query.text, *passages)
    fences = [fenced("evidence", text, code, n) for n, text in enumerate(passages, 1)]
    asked = [f"Boundary: {code}", *fences, fenced("question", query.text, code)]
    return [
        {"role": "system", "content": told},
        {"role": "user", "content": "\n\n".join(asked)},
    ]


def _place(evidence: Evidence) -> str:
    path = " > ".join(section.heading for section in evidence.path)
    return f"Title: {evidence.metadata.title}\nSection: {path}"
