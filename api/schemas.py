"""What leaves Scholium as JSON: how the values become the shapes of
`api.paper_shapes` and `api.shapes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from api.paper_shapes import (
    BoxJson,
    ElementJson,
    FactsJson,
    FileJson,
    LinkJson,
    PaperDetailJson,
    PaperJson,
    PaperRowJson,
    ReferenceJson,
    SectionJson,
)
from api.shapes import AnswerJson, CitationJson, CitedJson, HitJson, PlaceJson, SearchJson, SpanJson
from api.tables import cell_json, tables_json
from api.traces import trace_json, usage_json
from ingest.events import Event, Failed, Gone, Skipped, Stored, Unchanged
from rag.types import (
    Answer,
    Box,
    Citation,
    Evidence,
    Link,
    Metadata,
    Paper,
    PaperRow,
    Reference,
    Retrieval,
    Section,
    Span,
)


def search_json(found: Retrieval) -> SearchJson:
    """A search's result."""
    return {
        "query": found.query.text,
        "hits": [hit_json(evidence) for evidence in found.evidence],
        "trace": trace_json(found.trace),
    }


def answer_json(answer: Answer) -> AnswerJson:
    """An answer with its citations and its evidence."""
    return {
        "question": answer.query.text,
        "answer": answer.text,
        "abstained": answer.abstained,
        "citations": [citation_json(citation) for citation in answer.citations],
        "evidence": [hit_json(evidence) for evidence in answer.evidence],
        "unsupported": list(answer.unsupported),
        "note": answer.note,
        "model": answer.model,
        "usage": usage_json(answer.usage),
        "trace": trace_json(answer.trace),
    }


def paper_row_json(row: PaperRow) -> PaperRowJson:
    """A line of the list of papers."""
    return {
        **paper_json(row.paper_id, row.metadata),
        "pages": row.pages,
        "chunks": row.chunks,
        "source": row.source,
    }


def public_row_json(row: PaperRow) -> PaperRowJson:
    """The same for clients elsewhere, who needn't know where the file lies: its name alone."""
    return {**paper_row_json(row), "source": Path(row.source).name}


def paper_detail_json(row: PaperRow, paper: Paper) -> PaperDetailJson:
    """A paper with its structure; ``row`` is its line in the list."""
    return {
        **paper_row_json(row),
        **facts_json(paper.metadata),
        "remarks": list(paper.remarks),
        "sections": [section_json(section) for section in paper.sections],
        "references": [reference_json(reference) for reference in paper.references],
        "elements": [element_json(paper, at) for at in range(len(paper.elements))],
    }


def hit_json(evidence: Evidence) -> HitJson:
    """A passage that was found."""
    return {
        "rank": evidence.rank,
        "score": evidence.score,
        "chunk_id": evidence.chunk.chunk_id,
        "paper": paper_json(evidence.chunk.paper_id, evidence.metadata),
        "section": place_json(evidence.path),
        "pages": list(evidence.chunk.pages),
        "text": evidence.chunk.text,
        "boxes": [box_json(box) for box in evidence.boxes()],
        "tables": tables_json(evidence),
        "emphasis": [span_json(span, evidence.chunk.text) for span in evidence.marked],
        "shown": [span_json(span, evidence.chunk.text) for span in evidence.shown],
    }


def span_json(span: Span, text: str) -> SpanJson:
    """A part of ``text``."""
    return {"start": span.start, "end": span.end, "text": span.of(text)}


def citation_json(citation: Citation) -> CitationJson:
    """What a marker stands for, and where it is."""
    return {
        **cited_json(citation),
        "boxes": [box_json(box) for box in citation.boxes],
        "tables": tables_json(citation.evidence, citation.span),
    }


def cited_json(citation: Citation) -> CitedJson:
    """What a marker stands for."""
    evidence = citation.evidence
    return {
        "marker": citation.marker,
        "chunk_id": evidence.chunk.chunk_id,
        "paper": paper_json(evidence.chunk.paper_id, evidence.metadata),
        "section": place_json(evidence.path),
        "page": citation.page,
        "quote": citation.quote,
    }


def paper_json(paper_id: str, metadata: Metadata) -> PaperJson:
    """Which paper it is."""
    return {
        "id": paper_id,
        "title": metadata.title,
        "authors": list(metadata.authors),
        "year": metadata.year,
    }


def place_json(path: Sequence[Section]) -> PlaceJson:
    """The section at the end of ``path`` and the headings down to it."""
    section = path[-1]
    return {
        "number": section.number,
        "title": section.title,
        "path": [step.heading for step in path],
        "role": section.role.value,
    }


def section_json(section: Section) -> SectionJson:
    """A section of the tree."""
    return {
        "number": section.number,
        "title": section.title,
        "level": section.level,
        "page": section.page,
        "role": section.role.value,
    }


def facts_json(metadata: Metadata) -> FactsJson:
    """What else is known about a paper."""
    return {
        "abstract": metadata.abstract,
        "arxiv_id": metadata.arxiv_id,
        "arxiv_version": metadata.arxiv_version,
        "doi": metadata.doi,
        "venue": metadata.venue,
        "affiliations": list(metadata.affiliations),
        "keywords": list(metadata.keywords),
        "code": list(metadata.code),
    }


def reference_json(reference: Reference) -> ReferenceJson:
    """An entry of the bibliography."""
    return {
        "element": reference.element,
        "label": reference.label,
        "authors": list(reference.authors),
        "title": reference.title,
        "year": reference.year,
        "venue": reference.venue,
        "arxiv_id": reference.arxiv_id,
        "doi": reference.doi,
        "url": reference.url,
    }


def link_json(paper: Paper, link: Link) -> LinkJson:
    """Words of ``paper`` that point elsewhere in it."""
    return {"text": link.span.of(paper.text), "kind": link.kind.value, "target": link.target}


def element_json(paper: Paper, position: int) -> ElementJson:
    """The block at ``position`` of ``paper``."""
    element = paper.elements[position]
    return {
        "position": position,
        "kind": element.kind.value,
        "section": element.section,
        "pages": list(element.pages),
        "boxes": [box_json(line.box) for line in element.lines],
        "area": box_json(element.area) if element.area else None,
        "label": element.label,
        "text": element.span.of(paper.text),
        "cells": [cell_json(cell) for cell in element.grid.cells] if element.grid else [],
        "links": [link_json(paper, link) for link in paper.links_within(element.span)],
    }


def box_json(box: Box) -> BoxJson:
    """A rectangle."""
    return {"page": box.page, "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1}


def file_json(event: Event) -> FileJson | None:
    """What became of a file; ``None`` for an event that settles none."""
    match event:
        case Stored():
            return {
                "source": event.source,
                "status": "replaced" if event.replaced else "stored",
                "paper_id": event.paper_id,
                "title": event.title,
                "pages": event.pages,
                "chunks": event.chunks,
                "reason": None,
            }
        case Unchanged():
            return {**_no_paper(event.source, "unchanged"), "paper_id": event.paper_id}
        case Failed():
            return {**_no_paper(event.source, "failed"), "reason": event.reason}
        case Skipped():
            return {**_no_paper(event.source, "skipped"), "reason": event.reason}
        case Gone():
            status = "removed" if event.removed else "gone"
            return {**_no_paper(event.source, status), "paper_id": event.paper_id}
        case _:
            return None


def _no_paper(source: str, status: str) -> FileJson:
    return {
        "source": source,
        "status": status,
        "paper_id": None,
        "title": None,
        "pages": None,
        "chunks": None,
        "reason": None,
    }
