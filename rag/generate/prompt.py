"""What the model is asked: fixed instructions, then the evidence, then the question.

The instructions come first and never change from request to request, so that a server can
keep them in its prefix cache. Evidence is fenced by a code that is drawn anew for every
request. A paper was written before the code was drawn, so it can't close the fence; should
the code turn up in a text all the same, it is taken out there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from rag.llm import Message
from rag.types import Evidence, Query

Boundary = Callable[[], str]

# What looks like a fence, and what some servers read as the end of a turn wherever it stands;
# a blank takes the sense away.
_CONTROL = re.compile(
    r"<(?=\|)|(?<=\|)>|<(?=/?s>|/?(?:start|end)_of_turn>|/?(?:evidence|question)\b|<SYS>>|</SYS>>)|\[(?=/?INST\])",
    re.I,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


def random_code() -> str:
    """A code that nobody can have known beforehand."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Instructions under the name of their version."""

    name: str
    instructions: str

    def messages(self, query: Query, evidence: Sequence[Evidence], code: str) -> list[Message]:
        """The conversation that asks ``query``; evidence is numbered from 1 in its order."""
        passages = [_passage(number, each, code) for number, each in enumerate(evidence, 1)]
        question = f"<question {code}>\n{_inert(query.text, code)}\n</question {code}>"
        asked = "\n\n".join([f"Boundary: {code}", *passages, question])
        return [
            {"role": "system", "content": self.instructions},
            {"role": "user", "content": asked},
        ]


def load_prompt(name: str = "answer-v1", *, max_words: int = 120) -> Prompt:
    """The prompt of that name; ``max_words`` bounds the answer."""
    text = (files("rag.generate") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    return Prompt(name, Template(text).substitute(max_words=max_words).strip())


def _passage(number: int, evidence: Evidence, code: str) -> str:
    path = " > ".join(section.heading for section in evidence.path)
    year = evidence.metadata.year
    facts = {
        "Title": evidence.metadata.title + (f" ({year})" if year else ""),
        "Section": path,
        "Page": ", ".join(map(str, evidence.chunk.pages)),
        "Text": "\n" + evidence.chunk.text,
    }
    body = "\n".join(f"{name}: {value}" for name, value in facts.items() if value.strip())
    fence = f"evidence {code} {number}"
    return f"<{fence}>\n{_inert(body, code)}\n</{fence}>"


def _inert(text: str, code: str) -> str:
    """``text`` without the code, invisible characters, and marks that end a turn."""
    seen = _INVISIBLE.sub(" ", text)
    return _CONTROL.sub(
        lambda mark: _apart(mark[0]), re.sub(re.escape(code), "…", seen, flags=re.I)
    )


def _apart(mark: str) -> str:
    return f" {mark}" if mark == ">" else f"{mark} "
