"""What a language model wrote for questions some other time, standing in for it now.

One JSON object a line: ``id`` of the question, ``hyde`` (a hypothetical passage that answers
it; Gao et al. 2022), ``queries`` (rewrites) and ``step_back`` (a more general question).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.datasets import Question
from eval.datasets.lines import objects, wrong
from rag.errors import UsageError

REMARK = (
    "What a language model contributes here was recorded beforehand, in {file}: no model was "
    "called, so its time and cost are not in the figures. The model may have known these papers "
    "from its training; part of what its texts gain may be memory, and not carry over to papers "
    "that it has not seen."
)


@dataclass(frozen=True, slots=True)
class Generation:
    """What was written for one question. Empty parts were not recorded."""

    question_id: str
    hyde: str = ""
    queries: tuple[str, ...] = ()
    step_back: str = ""


def read_generations(path: Path) -> dict[str, Generation]:
    """Generations by question id. Raises UsageError, naming the line."""
    found: dict[str, Generation] = {}
    for number, raw in objects(path):
        try:
            generation = _generation(raw)
        except (KeyError, TypeError) as error:
            raise wrong(path, number, f"not a generation: {error!r}") from error
        if generation.question_id in found:
            raise wrong(path, number, f"{generation.question_id!r} comes a second time")
        found[generation.question_id] = generation
    if not found:
        raise UsageError(f"{path} holds no generation")
    return found


def recorded_only(
    questions: Sequence[Question], generations: Mapping[str, Generation]
) -> tuple[Question, ...]:
    """The questions that something was written for. Raises UsageError if there is none."""
    kept = tuple(q for q in questions if q.question_id in generations)
    if not kept:
        raise UsageError(
            "the generations are for none of the data set's questions: do their ids agree?"
        )
    return kept


def _generation(raw: Mapping[str, Any]) -> Generation:
    texts = {key: raw.get(key) or "" for key in ("hyde", "step_back")}
    queries = raw.get("queries") or []
    if not isinstance(queries, list) or not all(isinstance(q, str) for q in queries):
        raise TypeError(f"queries must be a list of strings, not {queries!r:.60}")
    for key, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{key} must be a string, not {text!r:.60}")
    return Generation(str(raw["id"]), texts["hyde"], tuple(queries), texts["step_back"])
