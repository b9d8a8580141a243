"""Papers by the names that a data set has for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from eval.datasets import Corpus, Question
from rag.library import Library
from rag.store.catalog import Catalog

_NAMED = 10


def paper_names(library: Library | Catalog, corpus: Corpus) -> dict[str, str]:
    """Paper id to name in the data set."""
    return {p.paper_id: corpus.name(p.source) for p in library.papers()}


def ids_by_name(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The ids, in order, of the papers of each name: files of one stem in two folders share it."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for paper_id in sorted(names):
        ids[names[paper_id]].append(paper_id)
    return {name: tuple(each) for name, each in ids.items()}


def lacking(questions: Iterable[Question], held: Collection[str]) -> list[str]:
    """A remark on the questions about papers that are not among ``held`` names; none if all are."""
    lost = [absent for q in questions if (absent := [n for n in _about(q) if n not in held])]
    if not lost:
        return []
    missing = dict.fromkeys(name for absent in lost for name in absent)
    about = "1 question is" if len(lost) == 1 else f"{len(lost)} questions are"
    return [f"{about} about papers that are not there: {listed(missing)}"]


def listed(names: Collection[str]) -> str:
    """The first few, and how many more there are."""
    first = list(names)[:_NAMED]
    more = len(names) - len(first)
    return ", ".join(first) + (f" and {more} more" if more else "")


def _about(question: Question) -> list[str]:
    relevant = (name for name, grade in question.grades.items() if grade > 0)
    return list(dict.fromkeys((*question.papers, *relevant)))
