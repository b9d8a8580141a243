"""Asks the model, and keeps what it wrote of each chunk: nothing is paid for twice."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
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

    def kept(self, task: Task, paper: Paper, chunk: Chunk) -> str:
        """What was written of the chunk before; empty if nothing was."""
        found = self.cache.find(_key(task, paper, chunk))
        return found.text if found else ""

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
        for chunk in call.chunks:
            if text := found.get(chunk.chunk_id):
                self.cache.keep(_key(task, paper, chunk), Completion(text, Usage()))
        lacking = len(call.chunks) - len(found)
        problem = f"The model {self.model.name} left out {lacking}" if lacking else ""
        return Written(found, completion.usage, problem)


def _key(task: Task, paper: Paper, chunk: Chunk) -> list[Message]:
    """Stands for the request, of which other chunks may have been a part, too."""
    place = [paper.metadata.title, paper.text, task.shape(chunk)]
    digest = hashlib.sha256(json.dumps(place).encode()).hexdigest()
    return [
        {"role": "system", "content": instructions_of(task.prompt)},
        {"role": "user", "content": digest},
    ]
