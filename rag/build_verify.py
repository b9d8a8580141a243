"""Binds the settings of the second look at an answer to what takes it."""

from __future__ import annotations

from rag.build_model import chat_model
from rag.config import Settings
from rag.errors import ConfigError
from rag.protocols import Judge


def judge(settings: Settings) -> Judge | None:
    """The configured judge of written answers; an entailment model is loaded, which takes seconds.

    Raises ConfigError where a model is needed and none is configured, and EmbeddingError where it
    can't be loaded.
    """
    table = settings.verify
    if table.judge == "entailment":
        if not table.model:
            raise ConfigError('verify.judge = "entailment" needs verify.model')
        from rag.judge.entailment import EntailmentJudge

        return EntailmentJudge(table.model, table.threshold, table.device, table.batch_size)
    if table.judge == "llm":
        from rag.judge.asked import LLMJudge

        return LLMJudge(chat_model(settings, "judge", table.deadline_s))
    return None
