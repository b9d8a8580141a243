"""The tools: what an assistant may ask of a library. They block, and run in threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NotRequired

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent
from pydantic import Field
from starlette.requests import Request
from typing_extensions import TypedDict

from api.mcp import reading, wording
from api.mcp.gate import Gate
from api.mcp.schemas import answered_json, compared_json, passage_json
from api.mcp.shapes import (
    AnsweredJson,
    ComparedJson,
    FoundJson,
    PapersJson,
    SectionTextJson,
    WhereJson,
)
from api.schemas import (
    box_json,
    paper_json,
    place_json,
    public_row_json,
    section_json,
)
from api.unlinked import unlinked
from rag.citations import cite
from rag.comparing import MOST_PAPERS, compare
from rag.errors import UsageError
from rag.library import Library
from rag.protocols import Comparer
from rag.questions import MAX_QUESTION
from rag.quotes import find_quote
from rag.select.widening import whole_sections
from rag.store.listing import Listing, listed
from rag.types import Citation, CitedPaper, Filter, Role, Span, Turn

PAGE = 8_000
"""Characters of a section given at once: some two thousand tokens."""

AROUND = 600
"""Characters of the text before and after a chunk."""


Question = Annotated[str, Field(max_length=MAX_QUESTION)]
Papers = Annotated[
    list[str] | None,
    Field(max_length=100, description="Only these papers: ids, file names or parts of titles"),
]
Sections = Annotated[
    list[Role] | None, Field(max_length=20, description="Only sections of these roles")
]
Year = Annotated[int | None, Field(ge=0, le=9999)]
Offset = Annotated[int, Field(ge=0, le=2**31)]


class TurnJson(TypedDict):
    """An earlier question of the conversation, what was answered, and the ids of the papers that
    the answer cites, in order.
    """

    question: str
    answer: NotRequired[str]
    papers: NotRequired[list[str]]


@dataclass(frozen=True)
class Tools:
    """What `api.mcp.server` registers, by the methods' names and docstrings."""

    library: Library
    comparer: Comparer
    gate: Gate

    def search(
        self,
        query: Question,
        ctx: Context,
        papers: Papers = None,
        sections: Sections = None,
        year_from: Year = None,
        year_to: Year = None,
        k: Annotated[int, Field(ge=1, le=50)] = 8,
    ) -> Annotated[CallToolResult, FoundJson]:
        """Find passages in the papers, by meaning and by word, best first.

        Each has its paper, section, pages and chunk id.
        """
        where = _filter(papers, sections, year_from, year_to)
        found = self.gate.search(_request(ctx), lambda: self.library.search(query, where, k))
        passages = [passage_json(evidence) for evidence in found.evidence]
        result: FoundJson = {"query": query, "passages": passages}
        return _said(wording.found(result), result)

    def ask(
        self,
        question: Question,
        ctx: Context,
        papers: Papers = None,
        sections: Sections = None,
        year_from: Year = None,
        year_to: Year = None,
        history: Annotated[
            list[TurnJson] | None,
            Field(max_length=50, description="Earlier turns, oldest first, for a follow-up"),
        ] = None,
    ) -> Annotated[CallToolResult, AnsweredJson]:
        """Answer a question from the papers, with a citation behind every sentence.

        Markers such as [1] stand for the citations, whose quotes are verbatim in the papers. It
        says so when the papers do not hold the answer.
        """
        where = _filter(papers, sections, year_from, year_to)
        turns = [
            Turn(t["question"], t.get("answer", ""), tuple(map(CitedPaper, t.get("papers", ()))))
            for t in history or ()
        ]
        answer = self.gate.ask(_request(ctx), lambda: self.library.ask(question, where, turns))
        result = answered_json(answer)
        return _said(wording.answered(result), result)

    def compare(
        self,
        question: Question,
        ctx: Context,
        papers: Papers = None,
        sections: Sections = None,
        year_from: Year = None,
        year_to: Year = None,
        most: Annotated[
            int,
            Field(ge=2, le=MOST_PAPERS, description="Papers to look for where none is named"),
        ] = 4,
    ) -> Annotated[CallToolResult, ComparedJson]:
        """Ask several papers one question, each by itself, and find where they contradict.

        Name 2 to 12 papers, or none to have those looked for that are about the question. Both
        sides of a conflict are cited.
        """
        where = _filter(papers, sections, year_from, year_to)
        found = self.gate.ask(
            _request(ctx), lambda: compare(self.library, self.comparer, question, where, most)
        )
        result = compared_json(found)
        return _said(wording.compared(result), result)

    def get_section(
        self,
        paper: Annotated[str, Field(description="Id, file name or a part of the title")],
        section: Annotated[str, Field(description='Number or title: "3.2", "Related Work"')],
        offset: Offset = 0,
    ) -> Annotated[CallToolResult, SectionTextJson]:
        """Read a section of a paper with the sections inside it.

        A long one comes in parts: go on with the offset that is given.
        """
        found = self.library.paper(paper)
        at = reading.find_section(found, section)
        text = reading.section_text(found, at)
        end = _end(text, offset)
        result: SectionTextJson = {
            "paper": paper_json(found.paper_id, found.metadata),
            "section": section_json(found.sections[at]),
            "pages": reading.section_pages(found, at),
            "text": text[offset:end],
            "offset": offset,
            "next_offset": end if end < len(text) else None,
            "total": len(text),
        }
        return _said(wording.section(result), result)

    def list_papers(
        self,
        q: Annotated[str, Field(max_length=200, description="In title, authors or id")] = "",
        limit: Annotated[int, Field(ge=1, le=200)] = 50,
        offset: Offset = 0,
    ) -> Annotated[CallToolResult, PapersJson]:
        """List the papers of the library, by title."""
        rows, total = listed(self.library.catalog, Listing(q, limit=limit, offset=offset))
        result: PapersJson = {"items": [public_row_json(row) for row in rows], "total": total}
        return _said(wording.papers(result), result)

    def get_citation(
        self,
        chunk_id: Annotated[str, Field(description="As `search` and `ask` give it")],
        quote: Annotated[
            str, Field(max_length=5_000, description="Words of the chunk; all of it without")
        ] = "",
    ) -> Annotated[CallToolResult, WhereJson]:
        """Show where words stand: paper, section, page, boxes on the page, the text around."""
        citation = self._citation(chunk_id, quote)
        evidence = citation.evidence
        text, span = self.library.paper(evidence.chunk.paper_id).text, evidence.chunk.span
        result: WhereJson = {
            "chunk_id": chunk_id,
            "paper": paper_json(evidence.chunk.paper_id, evidence.metadata),
            "section": place_json(evidence.path),
            "page": citation.page,
            "pages": list(evidence.chunk.pages),
            "boxes": [box_json(box) for box in citation.boxes],
            "quote": citation.quote,
            "text": evidence.chunk.text,
            "before": text[max(span.start - AROUND, 0) : span.start].strip(),
            "after": text[span.end : span.end + AROUND].strip(),
        }
        return _said(wording.where(result), result)

    def _citation(self, chunk_id: str, quote: str) -> Citation:
        catalog = self.library.catalog
        chunks = catalog.chunks([chunk_id])
        evidence = catalog.evidence([(chunk, 1.0) for chunk in chunks.values()])
        if not evidence:
            raise UsageError(f"no chunk {chunk_id!r}: take an id that search or ask has given")
        text = evidence[0].chunk.text
        span = _stands(quote.strip() or text, text)
        if span is None:  # an answer may have been made from more of the section
            evidence = whole_sections(catalog, evidence)
            span = _stands(quote, evidence[0].chunk.text)
        if span is None:
            raise UsageError(
                f"chunk {chunk_id} does not say {quote[:200]!r}: quote it word for word, "
                "or leave quote out to see the chunk"
            )
        return cite(1, evidence[0], span)


def _request(ctx: Context) -> Request | None:
    """That over which the call came, if it came over HTTP."""
    request = ctx.request_context.request
    return request if isinstance(request, Request) else None


def _stands(quote: str, text: str) -> Span | None:
    """Where ``text`` has the quote: as it is, or however it was copied."""
    at = text.find(quote)
    return Span(at, at + len(quote)) if at >= 0 else find_quote(quote, text)


def _filter(
    papers: Sequence[str] | None,
    sections: Sequence[Role] | None,
    year_from: int | None,
    year_to: int | None,
) -> Filter:
    if year_from and year_to and year_from > year_to:
        raise UsageError(f"year_from {year_from} is after year_to {year_to}")
    return Filter(frozenset(papers or ()), frozenset(sections or ()), year_from, year_to)


def _end(text: str, offset: int) -> int:
    """Where the part from ``offset`` ends: between paragraphs, if one ends in its second half."""
    end = offset + PAGE
    if end >= len(text):
        return len(text)
    pause = text.rfind("\n\n", offset + PAGE // 2, end)
    return pause if pause > 0 else end


def _said(text: str, result: object) -> CallToolResult:
    """For people and for programs: who shows the text is not led anywhere by it."""
    return CallToolResult(
        content=[TextContent(type="text", text=unlinked(text))],
        structured_content=dict(result),  # type: ignore[call-overload]
    )
