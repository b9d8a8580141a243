"""A judge of answers decides whether passages bear out a statement."""

from __future__ import annotations

from collections.abc import Sequence

from eval.answers.attribution import Support
from eval.answers.support import JudgeKind, evidence_of, lexical
from eval.answers.values import Passage
from rag.build_verify import judge
from rag.config import Settings
from rag.protocols import Judge
from rag.types import Statement


def support_by(kind: JudgeKind, settings: Settings) -> Support:
    """What decides, as ``[verify]`` sets it up.

    Raises ConfigError where the model that it needs is not configured, EmbeddingError where it
    can't be loaded.
    """
    if kind == "lexical":
        return lexical
    table = settings.verify.model_copy(update={"judge": kind})
    made = judge(settings.model_copy(update={"verify": table}))
    return JudgeSupport(made) if made else lexical


class JudgeSupport:
    """Asks ``judge``, once for the same statement and passages. Raises what it raises."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._known: dict[Statement, bool] = {}

    def __call__(self, statement: str, passages: Sequence[Passage]) -> bool:
        asked = Statement(statement, tuple(map(evidence_of, passages)))
        if asked not in self._known:
            [self._known[asked]] = self._judge.judge([asked]).borne_out
        return self._known[asked]
