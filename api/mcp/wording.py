"""What the tools give, as text for assistants."""

from __future__ import annotations

from collections.abc import Iterable

from api.mcp.shapes import (
    AnsweredJson,
    ComparedJson,
    FoundJson,
    PapersJson,
    SaidJson,
    SectionTextJson,
    WhereJson,
)
from api.paper_shapes import PaperJson
from api.shapes import CitedJson, PlaceJson
from rag.citations import names
from rag.types import Metadata


def found(result: FoundJson) -> str:
    """The passages with their places."""
    if not result["passages"]:
        return "Nothing was found."
    return "\n\n".join(
        f"{p['rank']}. {place(p['paper'], p['section'], p['pages'])} [chunk {p['chunk_id']}]\n"
        f"{p['text']}"
        for p in result["passages"]
    )


def answered(result: AnsweredJson) -> str:
    """The answer, and below it what its markers stand for."""
    listed = [f"{c['marker']} {_cited(c)}" for c in result["citations"]]
    doubts = [f"No citation supports: {sentence}" for sentence in result["unsupported"]]
    model = f"Written by {result['model']}." if result["model"] else ""
    parts = [result["answer"], "\n".join(listed), "\n".join(doubts), _note(result["note"]), model]
    return "\n\n".join(filter(None, parts))


def compared(result: ComparedJson) -> str:
    """The conflicts and agreements with both sides, then what each paper says."""
    claims = result["claims"]
    pairs = [
        f"{pair['relation'].capitalize()}: {pair['why']}\n"
        + "\n".join(_said(claims[at]) for at in (pair["first"], pair["second"]))
        for pair in result["pairs"]
    ]
    if claims and not any(pair["relation"] == "conflict" for pair in result["pairs"]):
        pairs.append("No conflict was found between these papers.")
    said = "\n".join(["What each paper says:", *map(_said, claims)]) if claims else ""
    silent = [f"{s['title'] or s['id']}: nothing on this was found." for s in result["silent"]]
    parts = [*pairs, said, "\n".join(silent), _note(result["note"])]
    return "\n\n".join(filter(None, parts))


def section(result: SectionTextJson) -> str:
    """The text, and how to go on."""
    more = (
        f"\n\n[{result['next_offset']:,} of {result['total']:,} characters; "
        f"go on with offset={result['next_offset']}]"
        if result["next_offset"] is not None
        else ""
    )
    return f"{_work(result['paper'])}{_pages(result['pages'])}\n\n{result['text']}{more}"


def papers(result: PapersJson) -> str:
    """A line a paper."""
    lines = [f"- {_work(item)} [{item['id']}]" for item in result["items"]]
    return "\n".join([f"{result['total']} papers", *lines])


def where(result: WhereJson) -> str:
    """The place, the words, and what stands around them."""
    pages = [result["page"]] if result["page"] else result["pages"]
    return "\n\n".join(
        [
            f"{place(result['paper'], result['section'], pages)}: “{result['quote']}”",
            f"Before it: {result['before'] or '(nothing)'}",
            f"The passage: {result['text']}",
            f"After it: {result['after'] or '(nothing)'}",
        ]
    )


def place(paper: PaperJson, at: PlaceJson, pages: Iterable[int]) -> str:
    """Paper, section and pages."""
    heading = f"{at['number']} {at['title']}".strip()
    return f"{_work(paper)}, section “{heading}”{_pages(pages)}"


def _work(paper: PaperJson) -> str:
    by = names(Metadata(authors=tuple(paper["authors"])))
    said = ", ".join(str(part) for part in (by, paper["year"]) if part)
    title = paper["title"] or paper["id"]
    return f"{title} ({said})" if said else title


def _pages(pages: Iterable[int]) -> str:
    listed = ", ".join(map(str, pages))
    return f", p. {listed}" if listed else ""


def _said(claim: SaidJson) -> str:
    """The claim, and where it stands; a quote that it consists of is not repeated."""
    cited = [_where(c) if c["quote"] in claim["text"] else _cited(c) for c in claim["citations"]]
    return "\n".join([f"- {claim['text']}", *(f"  {each}" for each in cited)])


def _cited(citation: CitedJson) -> str:
    return f"{_where(citation)}: “{citation['quote']}”"


def _where(citation: CitedJson) -> str:
    pages = [citation["page"]] if citation["page"] else []
    where = place(citation["paper"], citation["section"], pages)
    return f"{where} [chunk {citation['chunk_id']}]"


def _note(text: str) -> str:
    return f"Note: {text}" if text else ""
