"""A short context for each chunk: what somebody who sees only the chunk would miss.

After "Contextual Retrieval" (Anthropic, September 2024,
https://www.anthropic.com/news/contextual-retrieval). We deviate in three ways. The paper is
shown as its numbered passages, so that one call asks for several of them and the passage is not
sent twice. What the model writes comes after the line of the structure, which is exact and free.
And bibliographies are left out, as nobody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.elaborating.calls import Call
from rag.fence import content_code, fenced
from rag.protocols import TokenCounter
from rag.types import Chunk, Paper, Role

PASSAGES = 12
"""Of one call. The paper is paid for once a call, unless the server keeps prefixes."""

TOKENS = 60
"""About how long one is, its number included."""

FEWEST_WORDS = 3
MOST_WORDS = 80


@dataclass(frozen=True, slots=True)
class Contexts:
    """Asks for contexts. The model is shown at most ``paper_tokens`` of a paper at once: a longer
    one falls into stretches, each after the abstract.
    """

    prompt: str
    count_tokens: TokenCounter
    paper_tokens: int

    def is_wanted(self, paper: Paper, chunk: Chunk) -> bool:
        return paper.sections[chunk.section].role is not Role.REFERENCES

    def calls(self, paper: Paper, wanted: Sequence[Chunk], missing: Sequence[Chunk]) -> list[Call]:
        lacking = {chunk.chunk_id for chunk in missing}
        return [
            _call(stable, part)
            for stretch in self._stretches(wanted)
            if any(chunk.chunk_id in lacking for _, chunk in stretch)
            for stable in [_shown(paper, stretch)]
            for part in _batches([(n, c) for n, c in stretch if c.chunk_id in lacking])
        ]

    def kept(self, lines: Mapping[int, Sequence[str]]) -> str:
        words = " ".join(text for texts in lines.values() for text in texts).split()
        return " ".join(words[:MOST_WORDS]) if len(words) >= FEWEST_WORDS else ""

    def shape(self, chunk: Chunk) -> str:
        return f"{chunk.span.start}-{chunk.span.end}"

    def applied(self, paper: Paper, chunk: Chunk, written: str) -> list[Chunk]:
        del paper
        return [replace(chunk, context="\n".join(filter(None, [chunk.context, written])))]

    def expected_tokens(self, passage_tokens: int) -> int:
        del passage_tokens
        return TOKENS

    def _stretches(self, wanted: Sequence[Chunk]) -> Iterator[list[tuple[int, Chunk]]]:
        """Runs of numbered chunks that are short enough, at least one chunk each."""
        stretch: list[tuple[int, Chunk]] = []
        length = 0
        counts = self.count_tokens([chunk.text for chunk in wanted])
        for number, (chunk, tokens) in enumerate(zip(wanted, counts, strict=True), 1):
            if stretch and length + tokens > self.paper_tokens:
                yield stretch
                stretch, length = [], 0
            stretch.append((number, chunk))
            length += tokens
        if stretch:
            yield stretch


def _shown(paper: Paper, stretch: Sequence[tuple[int, Chunk]]) -> str:
    """The stretch as the model sees it, the same in all calls about it."""
    texts = [chunk.text for _, chunk in stretch]
    code = content_code(paper.metadata.title, *texts)
    parts = [f"Boundary: {code}"]
    if paper.metadata.title:
        parts.append(fenced("title", paper.metadata.title, code))
    if stretch[0][0] > 1 and paper.metadata.abstract:
        parts.append(fenced("abstract", paper.metadata.abstract, code))
    for section, members in groupby(stretch, key=lambda pair: pair[1].section):
        headings = [each.heading for each in paper.path(section) if each.heading]
        if headings:
            parts.append(fenced("section", " > ".join(headings), code))
        parts += [fenced("passage", chunk.text, code, number) for number, chunk in members]
    return "\n\n".join(parts)


def _call(stable: str, part: Sequence[tuple[int, Chunk]]) -> Call:
    numbers = [number for number, _ in part]
    asked = f"Passages asked for: {', '.join(map(str, numbers))}"
    ones = (1,) * len(numbers)
    return Call(stable, asked, tuple(chunk for _, chunk in part), tuple(numbers), ones)


def _batches(numbered: Sequence[tuple[int, Chunk]]) -> list[Sequence[tuple[int, Chunk]]]:
    return [numbered[at : at + PASSAGES] for at in range(0, len(numbered), PASSAGES)]
