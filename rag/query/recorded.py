"""Generations that were recorded once stand in for a model: for evaluation without one.

What a model wrote for a question is looked up by the question's text. Its variants are those
that the model's transforms make, so results compare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import UsageError
from rag.query.hyde import hypothetical
from rag.query.multi_query import rewritten
from rag.query.reading import distinct, wording
from rag.query.step_back import general
from rag.types import Query, Rewriting, Variant


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model once wrote for one question; empty where it wasn't asked."""

    hyde: str = ""
    queries: tuple[str, ...] = ()
    step_back: str = ""


class Recorded:
    """Generations by the text of their question, whatever its case and punctuation.

    Questions of one wording may be about several papers, and have a generation for each:
    ``within`` has those by the question and the ids of the papers that it is asked within.
    """

    def __init__(
        self,
        by_question: Mapping[str, Generation],
        within: Mapping[tuple[str, frozenset[str]], Generation] | None = None,
    ) -> None:
        self._known = {wording(text): each for text, each in by_question.items()}
        self._within = {(wording(t), papers): each for (t, papers), each in (within or {}).items()}

    def variants(
        self, query: Query, choose: Callable[[Generation], tuple[Variant, ...]]
    ) -> Rewriting:
        """The variants that ``choose`` makes of what is known; none, and a note, otherwise."""
        asked = wording(query.text)
        known = self._within.get((asked, query.where.papers), self._known.get(asked))
        if known is None:
            return Rewriting(note="nothing is recorded for this question")
        return Rewriting(variants=choose(known), note="recorded")


@dataclass(frozen=True)
class RecordedHyDE:
    """`HyDE`, from what was recorded."""

    recorded: Recorded
    name: str = "hyde"

    def transform(self, query: Query) -> Rewriting:
        return self.recorded.variants(query, lambda known: hypothetical(known.hyde))


@dataclass(frozen=True)
class RecordedMultiQuery:
    """`MultiQuery`, from what was recorded: the first ``rewrites`` of it."""

    recorded: Recorded
    rewrites: int = 4
    name: str = "multi-query"

    def transform(self, query: Query) -> Rewriting:
        return self.recorded.variants(
            query,
            lambda known: rewritten(distinct(known.queries, query.text)[: self.rewrites]),
        )


@dataclass(frozen=True)
class RecordedStepBack:
    """`StepBack`, from what was recorded."""

    recorded: Recorded
    name: str = "step-back"

    def transform(self, query: Query) -> Rewriting:
        return self.recorded.variants(query, lambda known: general(known.step_back, query.text))


def load_generations(path: Path) -> dict[str, Generation]:
    """The generations of a file by question id: one JSON object with ``id`` a line.

    ``hyde`` and ``step_back`` are texts, ``queries`` a list of them; each may be absent.
    Raises UsageError, naming the file and the line.
    """
    try:
        # Not splitlines(): JSON may hold the other characters that end a line there.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"can't read the generations {path}: {error}") from error
    return dict(_generation(path, n, each) for n, each in enumerate(lines, 1) if each.strip())


class _Line(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str
    hyde: str = ""
    queries: tuple[str, ...] = ()
    step_back: str = ""


def _generation(path: Path, number: int, text: str) -> tuple[str, Generation]:
    try:
        found = _Line.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        reason = f"{where}: {first['msg']}" if where else first["msg"]
        raise UsageError(f"{path}, line {number}: not a generation ({reason})") from error
    return found.id, Generation(found.hyde, found.queries, found.step_back)
