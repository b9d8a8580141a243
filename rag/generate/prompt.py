"""What the model is asked: fixed instructions, the evidence, the kind of answer, the question.

The instructions come first and never change from request to request, so that a server can
keep them in its prefix cache. Evidence is fenced by a code that is drawn anew for every
request: a paper was written before the code was drawn, so it can't close the fence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.fence import fenced, instructions
from rag.generate.kinds import guidance, kind_of
from rag.generate.passage import explained, passage_text
from rag.types import Evidence, Message, Query

Boundary = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Instructions under the name of their version; ``max_words`` are for a plain answer."""

    name: str
    instructions: str
    max_words: int

    def messages(self, query: Query, evidence: Sequence[Evidence], code: str) -> list[Message]:
        """The conversation that asks ``query``; evidence is numbered from 1 in its order."""
        passages = [_passage(number, each, code) for number, each in enumerate(evidence, 1)]
        kind = guidance(kind_of(query.text), self.max_words)
        question = f"{kind}\n\n{fenced('question', query.text, code)}"
        parts = [f"Boundary: {code}", explained(evidence), *passages, question]
        asked = "\n\n".join(filter(None, parts))
        return [
            {"role": "system", "content": self.instructions},
            {"role": "user", "content": asked},
        ]


def load_prompt(name: str = "answer-v2", *, max_words: int = 120) -> Prompt:
    """The prompt of that name; ``max_words`` bounds a plain answer."""
    return Prompt(name, instructions("rag.generate", name), max_words)


def _passage(number: int, evidence: Evidence, code: str) -> str:
    path = " > ".join(section.heading for section in evidence.path)
    year = evidence.metadata.year
    facts = {
        "Title": evidence.metadata.title + (f" ({year})" if year else ""),
        "Section": path,
        "Page": ", ".join(map(str, evidence.chunk.pages)),
        "Text": "\n" + passage_text(evidence),
    }
    body = "\n".join(f"{name}: {value}" for name, value in facts.items() if value.strip())
    return fenced("evidence", body, code, number)
