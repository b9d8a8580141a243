"""Papers that come as records, a title and a text each, rather than as files."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from ingest.identity import paper_id_of
from rag.errors import SourceError
from rag.types import Element, Kind, Metadata, Paper, Role, Section, Span

_TYPABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PARAGRAPH = re.compile(r"\S.*?(?=\n\s*\n|\s*\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as a collection has it. ``role`` is what the text is of a paper."""

    record_id: str
    title: str
    text: str
    year: int | None = None
    role: Role = Role.OTHER


def paper_of(record: Record, collection: str) -> Paper:
    """The record as a paper of one section without heading, a paragraph to an element.

    Where there is no text, the title stands in for it. The record's own id becomes the paper's
    if it can be typed; the source is ``collection#record_id``. Raises SourceError where there is
    neither text nor title.
    """
    text = (record.text.strip() or record.title.strip()).replace("\r\n", "\n")
    source = f"{collection}#{record.record_id}"
    if not text:
        raise SourceError(source, "has neither title nor text")
    elements = tuple(Element(Kind.PARAGRAPH, Span(*m.span()), 0) for m in _PARAGRAPH.finditer(text))
    abstract = text if record.role is Role.ABSTRACT else ""
    metadata = Metadata(record.title.strip(), year=record.year, abstract=abstract)
    parts = (record.record_id, record.title, text, str(record.year), record.role.value)
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    sections = (Section("", "", 1, record.role),)
    named = _TYPABLE.fullmatch(record.record_id)
    paper_id = record.record_id if named else paper_id_of(metadata, digest, "")
    return Paper(paper_id, metadata, text, sections, elements, 0, source, digest)
