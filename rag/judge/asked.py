"""A language model tells which statements their evidence bears out, all in one call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import UnusableAnswer
from rag.fence import content_code, fenced, instructions
from rag.llm import ChatModel
from rag.tables import as_shown
from rag.thoughts import without_thoughts
from rag.types import Evidence, Message, Statement, Verdicts

_VERDICT = re.compile(r"^\W*(?P<number>\d{1,3})\W+(?P<word>yes|no)\b", re.I | re.M)


class LLMJudge:
    """Asks for a yes or no to each statement. Raises ModelError.

    A statement that it says nothing of counts as borne out, and the note tells of it; it is
    UnusableAnswer where it says nothing of any.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._instructions = instructions("rag.judge", "judge-v1")

    @property
    def name(self) -> str:
        return "llm"

    def judge(self, statements: Sequence[Statement]) -> Verdicts:
        if not statements:
            return Verdicts(())
        completion = self._model.complete(self._messages(statements))
        said = _read(without_thoughts(completion.text))
        told = [said[n] for n in range(1, len(statements) + 1) if n in said]
        if not told:
            what = f"The model {self._model.name} judged none of {len(statements)} sentences"
            raise UnusableAnswer(f"{what}: it wrote {completion.text[:80]!r}", completion.usage)
        left = len(statements) - len(told)
        note = f"The second check passed over {left} of {len(statements)} sentences." * bool(left)
        verdicts = tuple(said.get(number, True) for number in range(1, len(statements) + 1))
        return Verdicts(verdicts, completion.usage, note)

    def _messages(self, statements: Sequence[Statement]) -> list[Message]:
        """Instructions, each piece of evidence once, then statements with the numbers of theirs."""
        evidence = list({e.chunk.chunk_id: e for s in statements for e in s.evidence}.values())
        places = {each.chunk.chunk_id: number for number, each in enumerate(evidence, 1)}
        shown = [_shown(each) for each in evidence]
        code = content_code(*shown, *(statement.text for statement in statements))
        asked = [f"Boundary: {code}"]
        asked += [fenced("evidence", text, code, n) for n, text in enumerate(shown, 1)]
        for number, statement in enumerate(statements, 1):
            cited = ", ".join(str(places[each.chunk.chunk_id]) for each in statement.evidence)
            text = f"{statement.text}\nEvidence: {cited}"
            asked.append(fenced("statement", text, code, number))
        return [
            {"role": "system", "content": self._instructions},
            {"role": "user", "content": "\n\n".join(asked)},
        ]


def _read(text: str) -> dict[int, bool]:
    """What is said of each number; the first word counts."""
    said: dict[int, bool] = {}
    for match in _VERDICT.finditer(text):
        said.setdefault(int(match["number"]), match["word"].lower() == "yes")
    return said


def _shown(evidence: Evidence) -> str:
    path = " > ".join(section.heading for section in evidence.path)
    return f"Title: {evidence.metadata.title}\nSection: {path}\nText:\n{as_shown(evidence)}"
