"""A language model decides whether passages bear out a statement."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.answers.attribution import Support
from eval.answers.support import JudgeKind, lexical
from eval.answers.values import Passage
from rag.build_model import chat_model
from rag.config import Settings
from rag.errors import UnusableAnswer
from rag.fence import content_code, fenced, instructions
from rag.protocols import Completer
from rag.thoughts import without_thoughts
from rag.types import Message

_WORD = re.compile(r"\W*(yes|no)\b", re.I)


def support_by(judge: JudgeKind, settings: Settings) -> Support:
    """What decides. Raises ConfigError where the model that it needs is not configured."""
    return lexical if judge == "lexical" else ModelSupport(chat_model(settings, "judge"))


class ModelSupport:
    """Asks ``model`` for a yes or no, once for the same statement and passages.

    Raises ModelError; UnusableAnswer where the model says neither.
    """

    def __init__(self, model: Completer) -> None:
        self._model = model
        self._known: dict[str, bool] = {}
        self._instructions = instructions("eval.answers", "support-v1")

    def __call__(self, statement: str, passages: Sequence[Passage]) -> bool:
        messages = self._messages(statement, passages)
        asked = messages[-1]["content"]
        if asked not in self._known:
            self._known[asked] = self._asked(messages)
        return self._known[asked]

    def _asked(self, messages: Sequence[Message]) -> bool:
        completion = self._model.complete(messages)
        said = _WORD.match(without_thoughts(completion.text))
        if said is None:
            what = f"The model {self._model.name} was asked for yes or no and wrote"
            raise UnusableAnswer(f"{what} {completion.text[:60]!r}", completion.usage)
        return said[1].lower() == "yes"

    def _messages(self, statement: str, passages: Sequence[Passage]) -> list[Message]:
        texts = [_shown(passage) for passage in passages]
        code = content_code(statement, *texts)
        fences = [fenced("evidence", text, code, n) for n, text in enumerate(texts, 1)]
        asked = [f"Boundary: {code}", *fences, fenced("statement", statement, code)]
        return [
            {"role": "system", "content": self._instructions},
            {"role": "user", "content": "\n\n".join(asked)},
        ]


def _shown(passage: Passage) -> str:
    head = f"Title: {passage.title}\nSection: {' > '.join(passage.path)}"
    return f"{head}\nText:\n{passage.shown or passage.text}"
