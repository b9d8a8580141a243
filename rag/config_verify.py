"""Settings of what holds an answer to its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from rag.config_values import Positive, Seconds, Share, Table


class VerifyTable(Table):
    """Who looks at a written answer's sentences besides the check of words and numbers.

    "entailment" is a cross-encoder for natural language inference, ``model`` by hub name or path:
    a sentence is borne out from a probability of ``threshold`` on. "llm" is the language model, in
    one call of at most ``deadline_s``. Either only ever adds to what is marked as unsupported.
    """

    USES: ClassVar[Mapping[str, frozenset[str]]] = {
        "none": frozenset(),
        "entailment": frozenset({"model", "device", "batch_size", "threshold"}),
        "llm": frozenset({"deadline_s"}),
    }
    judge: Literal["none", "entailment", "llm"] = "none"
    model: str = ""
    device: str = ""
    batch_size: Positive = 16
    threshold: Share = 0.5
    deadline_s: Seconds = 15.0

    @model_validator(mode="after")
    def _nothing_idle(self) -> Self:
        fields = type(self).model_fields
        changed = {key for key in fields if getattr(self, key) != fields[key].default}
        if idle := sorted(changed - {"judge", *self.USES[self.judge]}):
            raise ValueError(
                f'{", ".join(idle)} would do nothing with judge = "{self.judge}": '
                "leave it out, or choose another judge"
            )
        return self
