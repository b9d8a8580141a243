"""Asks the model, and keeps what it wrote of each chunk: nothing is paid for twice."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.elaborating.calls import Call, Task, instructions_of, read
from rag.errors import ContextTooLong, ModelError
from rag.llm_cache import CompletionCache
from rag.protocols import Completer
from rag.types import Chunk, Completion, Message, Paper, Usage

PATIENCE = 4
"""Calls that fail one after the other before a model is taken to be down, for the run."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a call: what was written by chunk id, what it cost, and why there is less."""

    by_chunk: Mapping[str, str]
    usage: Usage = Usage()
    problem: str = ""


@dataclass
class Asker:
    """A model and what it wrote before. May be shared between threads.

    Kept texts are known by prompt, paper and chunk, not by the call that brought them: a run that
    was stopped, or that got half an answer, asks for what is missing.
    """

    model: Completer
    cache: CompletionCache
    _failures: int = 0
    _last: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def kept(self, task: Task, paper: Paper, chunks: Sequence[Chunk]) -> dict[str, str]:
        """What was written of the chunks before, by id; those without are left out."""
        keys = _Keys.of(task, paper)
        found = self.cache.find_all([keys.key(chunk) for chunk in chunks])
        return {
            chunk.chunk_id: completion.text
            for chunk, completion in zip(chunks, found, strict=True)
            if completion and completion.text
        }

    def ask(self, task: Task, paper: Paper, call: Call) -> Written:
        """Makes the call. A failure is a problem of the result; nothing is raised for it."""
        if self._failures >= PATIENCE:
            return Written({}, problem=f"{self._last}; it is not asked any more")
        try:
            completion = self.model.complete(call.messages(task.prompt))
        except ContextTooLong as error:  # of this paper: the next may be shorter
            problem = f"{error.what}: lower context.paper_tokens, or choose a model that reads more"
            return Written({}, error.usage or Usage(), problem)
        except ModelError as error:
            with self._lock:
                self._failures += 1
                self._last = str(error)
            return Written({}, error.usage or Usage(), str(error))
        with self._lock:
            self._failures = 0
        found = read(completion, call, task)
        keys = _Keys.of(task, paper)
        self.cache.keep_all(
            [
                (keys.key(chunk), Completion(text, Usage()))
                for chunk in call.chunks
                if (text := found.get(chunk.chunk_id))
            ]
        )
        lacking = len(call.chunks) - len(found)
        problem = f"The model {self.model.name} left out {lacking}" if lacking else ""
        return Written(found, completion.usage, problem)


@dataclass(frozen=True, slots=True)
class _Keys:
    """What stands for requests about a paper's chunks, of which other chunks may have been a part.

    The title has no part in it: a look-up may change it, and what was written stays true.
    """

    task: Task
    instructions: str
    digest: str

    @classmethod
    def of(cls, task: Task, paper: Paper) -> _Keys:
        digest = hashlib.sha256(paper.text.encode("utf-8", "surrogatepass")).hexdigest()
        return cls(task, instructions_of(task.prompt), digest)

    def key(self, chunk: Chunk) -> list[Message]:
        return [
            {"role": "system", "content": self.instructions},
            {"role": "user", "content": f"{self.digest} {self.task.shape(chunk)}"},
        ]
