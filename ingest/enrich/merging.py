"""What is taken from a record: what the paper lacks, or has plainly worse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ingest.enrich.agreement import families, letters
from ingest.enrich.service import Record
from ingest.wording import is_upper
from rag.types import Metadata

FIELDS = ("title", "authors", "year", "venue", "doi", "arxiv_id", "abstract")
_WORDS = {"arxiv_id": "arXiv id", "doi": "DOI"}
_FIELD = "|".join(re.escape(_WORDS.get(name, name)) for name in FIELDS)
_TOLD = re.compile(rf"((?:{_FIELD})(?:, (?:{_FIELD}))*): from \S.*")


def lacks(metadata: Metadata) -> bool:
    """Whether there is anything to look up."""
    return not all(getattr(metadata, name) for name in FIELDS if name != "arxiv_id")


def merged(metadata: Metadata, record: Record) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata with what was taken, and the names of the fields that were."""
    taken: dict[str, Any] = {
        name: getattr(record, name)
        for name in FIELDS
        if getattr(record, name) and _is_better(name, metadata, record)
    }
    return replace(metadata, **taken), tuple(taken)


def told(fields: tuple[str, ...], service: str) -> str:
    """The remark that says what came from where."""
    return f"{', '.join(_WORDS.get(name, name) for name in fields)}: from {service}"


def taken(remarks: Iterable[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Those of ``remarks`` that say what came from a service, and the names of the fields."""
    found = [(remark, match) for remark in remarks if (match := _TOLD.fullmatch(remark))]
    names = {name for _, match in found for name in match[1].split(", ")}
    fields = frozenset(name for name in FIELDS if _WORDS.get(name, name) in names)
    return tuple(remark for remark, _ in found), fields


def _is_better(name: str, metadata: Metadata, record: Record) -> bool:
    ours = getattr(metadata, name)
    if not ours:
        return True
    if name == "title":  # the same letters, once not in capitals
        return is_upper(ours) and not is_upper(record.title) and _same(ours, record.title)
    if name == "authors":  # all that were read, and those that were overlooked
        return len(record.authors) > len(ours) and families(ours) < families(record.authors)
    return False


def _same(ours: str, theirs: str) -> bool:
    return letters(ours) == letters(theirs)
