"""Propositions: statements that stand alone, each indexed, the paper's own sentence cited.

After Chen et al. 2023, "Dense X Retrieval" (arXiv:2312.06648), whose propositions are minimal,
self-contained statements that a model writes of a passage with its title and section. We ask for
them sentence by sentence, so that each can be traced to the words that it came from: such a
chunk's text is the sentence and its context ends with the proposition. We index both, where they
index the proposition alone: what a model left out or got wrong stays findable by the paper's words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.chunking.chunks import make_chunk
from ingest.elaborating.calls import Call
from rag.fence import content_code, fenced
from rag.sentences import sentences
from rag.types import Chunk, Kind, Paper, Role, Span

PASSAGES = 6
"""Of one call. Nothing else is repeated from call to call, so few of them cost no more."""

GROWTH = 1.6
"""How much longer propositions and their numbers are than the sentences: what is said once there
is repeated in each of them. An estimate, for telling costs."""

NONE = "NONE"
"""Stands for the propositions of a sentence that has none."""

MOST_WORDS = 80
MOST_OF_A_SENTENCE = 12

_PROSE = frozenset({Kind.PARAGRAPH, Kind.LIST, Kind.FOOTNOTE})


@dataclass(frozen=True, slots=True)
class Propositions:
    """Asks for the propositions of prose. Floats, formulas and bibliographies stay as they are."""

    prompt: str

    def is_wanted(self, paper: Paper, chunk: Chunk) -> bool:
        prose = all(paper.elements[index].kind in _PROSE for index in chunk.elements)
        return prose and paper.sections[chunk.section].role is not Role.REFERENCES

    def calls(self, paper: Paper, wanted: Sequence[Chunk], missing: Sequence[Chunk]) -> list[Call]:
        del wanted
        parts = [missing[at : at + PASSAGES] for at in range(0, len(missing), PASSAGES)]
        return [_call(paper, part) for part in parts]

    def kept(self, lines: Mapping[int, Sequence[str]]) -> str:
        found = {str(at): _statements(texts) for at, texts in lines.items()}
        return json.dumps(found, ensure_ascii=False) if found else ""

    def shape(self, chunk: Chunk) -> str:
        return " ".join(f"{span.start}-{span.end}" for span in _sentences(chunk))

    def applied(self, paper: Paper, chunk: Chunk, written: str) -> list[Chunk]:
        said = {int(at): texts for at, texts in json.loads(written).items()}
        return list(_cut(paper, chunk, said))

    def expected_tokens(self, passage_tokens: int) -> int:
        return round(GROWTH * passage_tokens)


def _statements(texts: Sequence[str]) -> list[str]:
    said = [text for text in texts if text.strip(" .").upper() != NONE]
    return [text for text in said if len(text.split()) <= MOST_WORDS][:MOST_OF_A_SENTENCE]


def _cut(paper: Paper, chunk: Chunk, said: Mapping[int, Sequence[str]]) -> Iterator[Chunk]:
    """A chunk for each proposition, and for each run of sentences that have none."""
    silent: list[Span] = []
    for at, span in enumerate(_sentences(chunk)):
        if not said.get(at):
            silent.append(span)
            continue
        yield from _whole(paper, chunk, silent)
        silent = []
        for proposition in said[at]:
            context = "\n".join(filter(None, [chunk.context, proposition]))
            yield replace(make_chunk(paper, chunk.section, span, proposition), context=context)
    yield from _whole(paper, chunk, silent)


def _whole(paper: Paper, chunk: Chunk, run: Sequence[Span]) -> Iterator[Chunk]:
    if run:
        made = make_chunk(paper, chunk.section, Span(run[0].start, run[-1].end))
        yield replace(made, context=chunk.context)


def _sentences(chunk: Chunk) -> list[Span]:
    """The sentences of the chunk, as spans of the paper's text."""
    start = chunk.span.start
    return [Span(start + s.start, start + s.end) for s in sentences(chunk.text)]


def _call(paper: Paper, part: Sequence[Chunk]) -> Call:
    title = paper.metadata.title
    code = content_code(title, *(chunk.text for chunk in part))
    parts = [f"Boundary: {code}", *([fenced("title", title, code)] if title else [])]
    first, number = [], 1
    for chunk in part:
        headings = [each.heading for each in paper.path(chunk.section) if each.heading]
        if headings:
            parts.append(fenced("section", " > ".join(headings), code))
        first.append(number)
        for span in _sentences(chunk):
            parts.append(fenced("sentence", span.of(paper.text), code, number))
            number += 1
    counts = tuple(b - a for a, b in zip(first, [*first[1:], number], strict=True))
    return Call("", "\n".join(parts), tuple(part), tuple(first), counts)
