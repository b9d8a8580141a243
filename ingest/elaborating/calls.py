"""What is asked of the model, and how its answers are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.fence import instructions, visible
from rag.thoughts import without_thoughts
from rag.types import Chunk, Completion, Message, Paper

_NUMBERED = re.compile(
    r"^\W{0,3}(?:passage |sentence )?(\d{1,5})\W{0,3}[:.)\]]\W{0,3}\s+(\S.*)$", re.I
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request about some chunks of a paper.

    It says ``stable``, which the paper's other calls begin with too, and then ``asked``. ``first``
    is the number of the first thing that an answer may be about, for each of ``chunks``, and
    ``counts`` how many numbers each has.
    """

    stable: str
    asked: str
    chunks: tuple[Chunk, ...]
    first: tuple[int, ...]
    counts: tuple[int, ...]

    def messages(self, prompt: str) -> list[Message]:
        """The conversation, with what never changes first: servers keep such prefixes."""
        content = f"{self.stable}\n\n{self.asked}" if self.stable else self.asked
        user: Message = {"role": "user", "content": content}
        if self.stable:
            user["stable"] = len(self.stable)
        return [{"role": "system", "content": instructions_of(prompt)}, user]


class Task(Protocol):
    """Something that a model is to write of each chunk."""

    @property
    def prompt(self) -> str:
        """The name of the prompt, with its version."""
        ...

    def is_wanted(self, paper: Paper, chunk: Chunk) -> bool:
        """Whether it is worth asking for."""
        ...

    def calls(self, paper: Paper, wanted: Sequence[Chunk], missing: Sequence[Chunk]) -> list[Call]:
        """How to ask for ``missing``, some of all that are ``wanted``, both in reading order."""
        ...

    def kept(self, lines: Mapping[int, Sequence[str]]) -> str:
        """A chunk's part of an answer as it is kept; empty where there is nothing of use.

        ``lines`` are what was written, by numbers that count from 0 within the chunk.
        """
        ...

    def shape(self, chunk: Chunk) -> str:
        """How the chunk is cut for it: what was written of another cut is of no use."""
        ...

    def applied(self, paper: Paper, chunk: Chunk, written: str) -> list[Chunk]:
        """What becomes of the chunk with what was ``written`` of it, as `kept` gives it."""
        ...

    def expected_tokens(self, passage_tokens: int) -> int:
        """About how long an answer is on a chunk of so many tokens."""
        ...


def instructions_of(prompt: str) -> str:
    """The prompt of that name."""
    return instructions("ingest.elaborating", prompt)


def read(completion: Completion, call: Call, task: Task) -> dict[str, str]:
    """What was written of each chunk, by id; chunks that it says nothing of are left out.

    Of an answer that was cut off, the last line is taken to be incomplete.
    """
    lines = visible_lines(completion.text)
    if completion.truncated:
        lines = lines[:-1]
    said: dict[int, list[str]] = {}
    for number, text in _numbered(lines):
        if text not in said.setdefault(number, []):
            said[number].append(text)
    found = {}
    for chunk, first, count in zip(call.chunks, call.first, call.counts, strict=True):
        own = {at: said[first + at] for at in range(count) if first + at in said}
        if kept := task.kept(own):
            found[chunk.chunk_id] = kept
    return found


def visible_lines(text: str) -> list[str]:
    """The lines of an answer, without thoughts and without what nobody sees."""
    said = without_thoughts(text)
    return [line for each in said.splitlines() if (line := visible(each).strip())]


def _numbered(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        if match := _NUMBERED.match(line):
            yield int(match[1]), " ".join(match[2].split())
