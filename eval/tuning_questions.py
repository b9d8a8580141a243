"""Which questions of a data set a library can be tuned to, and are they enough?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.datasets import Question
from eval.paper_names import listed
from eval.scoring import has_evidence
from eval.training.split import groups
from rag.errors import UsageError

LEAST_QUESTIONS = 50
LEAST_PAPERS = 5


@dataclass(frozen=True, slots=True)
class Usable:
    """The questions to go by, and why the others are left out.

    ``unjudged`` counts those without text evidence, or of no paper; ``missing`` names the papers
    that the library lacks, and ``absent`` counts their questions.
    """

    questions: tuple[Question, ...]
    unjudged: int
    missing: tuple[str, ...]
    absent: int

    @property
    def papers(self) -> int:
        """How many papers they are about; those that a question joins count as one."""
        return len(set(groups(self.questions).values()))


def usable(questions: Iterable[Question], held: Collection[str]) -> Usable:
    """``held`` are the names of the papers in the library."""
    judged, unjudged, missing = [], 0, list[str]()
    for question in questions:
        if not _judged(question):
            unjudged += 1
            continue
        missing += [name for name in question.papers if name not in held]
        judged.append(question)
    kept = tuple(q for q in judged if all(name in held for name in q.papers))
    return Usable(kept, unjudged, tuple(dict.fromkeys(missing)), len(judged) - len(kept))


def enough(found: Usable, dataset: str, library: Path) -> None:
    """Raises UsageError, saying how many there are, if tuning would learn from chance."""
    if found.missing and not found.questions:
        raise UsageError(
            f"{library} holds none of the papers that the questions of {dataset} are about "
            f"({listed(found.missing)}): ingest them first with "
            f"`scholium ingest PAPERS --library {library}`"
        )
    if len(found.questions) < LEAST_QUESTIONS or found.papers < LEAST_PAPERS:
        raise UsageError(
            f"tuning takes at least {LEAST_QUESTIONS} questions with text evidence in at least "
            f"{LEAST_PAPERS} papers of the library, to learn from some papers and be judged on "
            f"others; {dataset} has {len(found.questions)} in {found.papers}{_left_out(found)}"
        )


def _left_out(found: Usable) -> str:
    if not found.missing:
        return ""
    return f", and {found.absent} about papers that it lacks ({listed(found.missing)})"


def _judged(question: Question) -> bool:
    return bool(question.papers) and has_evidence(question)
