from __future__ import annotations

import json
from dataclasses import replace

from api.schemas import (
    answer_json,
    file_json,
    hit_json,
    paper_detail_json,
    paper_row_json,
    search_json,
)
from ingest.events import Embedded, Failed, Stored, Unchanged
from rag.types import Span

PAPER = {
    "id": "1706.03762",
    "title": "Attention [bold]Is[/bold] All",
    "authors": ["Ashish Vaswani", "Noam Shazeer", "Niki Parmar"],
    "year": 2017,
}
SECTION = {
    "number": "5.4",
    "title": "Regularization",
    "path": ["5 Training", "5.4 Regularization"],
    "role": "experiments",
}
BOX = {"page": 8, "x0": 10.0, "y0": 20, "x1": 110.0, "y1": 30}
HIT = {
    "rank": 1,
    "score": 0.0325,
    "chunk_id": "c2",
    "paper": PAPER,
    "section": SECTION,
    "pages": [8],
    "text": "We use a dropout rate of 0.1 in the base model.",
    "boxes": [BOX],
    "tables": [],
    "emphasis": [],
    "shown": [],
}
TRACE = {
    "variants": [{"name": "original", "text": "dropout rate"}],
    "transforms": [
        {
            "name": "hyde",
            "status": "late",
            "ms": 8000.0,
            "note": "not there after 8 s",
            "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0},
        }
    ],
    "stages": [
        {"name": "embed", "ms": 2.51},
        {"name": "dense", "ms": 4.0},
    ],
    "hits": [
        {
            "chunk_id": "c2",
            "ranks": {"bm25/original": 1, "dense/original": 3},
            "fused_rank": 1,
            "reranked": 1,
            "final_rank": 1,
            "duplicates": ["c9"],
        }
    ],
    "steps": [],
}


def plain(value: object) -> object:
    return json.loads(json.dumps(value))


def test_a_search_has_the_published_shape(retrieval):
    assert plain(search_json(retrieval)) == {"query": "dropout rate", "hits": [HIT], "trace": TRACE}


def test_an_answer_has_the_published_shape(answer):
    citation = {key: HIT[key] for key in ("chunk_id", "paper", "section", "boxes", "tables")}
    citation |= {"marker": "[1]", "page": 8, "quote": HIT["text"]}
    assert plain(answer_json(answer)) == {
        "question": "Which dropout rate?",
        "answer": "The rate is 0.1 [1].",
        "abstained": False,
        "citations": [citation],
        "evidence": [HIT],
        "unsupported": [],
        "note": "",
        "model": "",
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0},
        "trace": TRACE,
    }


def test_emphasis_is_told_by_place_and_words(answer):
    [evidence, *_] = answer.evidence
    read = replace(evidence, marked=(Span(0, 3),), shown=(Span(0, 3), Span(5, 9)))
    hit = hit_json(read)
    text = evidence.chunk.text
    assert hit["emphasis"] == [{"start": 0, "end": 3, "text": text[:3]}]
    assert [part["text"] for part in hit["shown"]] == [text[:3], text[5:9]]
    assert hit["text"] == text


def test_a_paper_has_the_published_shape(row, paper):
    line = PAPER | {"pages": 15, "chunks": 2, "source": "/papers/attention.pdf"}
    assert plain(paper_row_json(row)) == line
    detail = plain(paper_detail_json(row, paper))
    assert {key: detail[key] for key in line} == line
    facts = {"arxiv_id", "arxiv_version", "doi", "venue", "affiliations", "keywords", "code"}
    whole = {"abstract", "remarks", "sections", "references", "elements"}
    assert set(detail) == {*line, *facts, *whole}
    assert detail["abstract"] == "We propose the Transformer."
    assert detail["sections"][2] == {
        "number": "5.4", "title": "Regularization", "level": 2, "page": 8, "role": "experiments",
    }  # fmt: skip
    assert detail["elements"][1] == {
        "position": 1, "kind": "paragraph", "section": 2, "pages": [8], "boxes": [BOX],
        "area": None, "label": "", "text": HIT["text"], "cells": [], "links": [],
    }  # fmt: skip


def test_each_file_is_one_line_and_progress_none():
    stored = Stored("a.pdf", "p1", "A", 3, 7)
    nothing = {"paper_id": None, "title": None, "pages": None, "chunks": None, "reason": None}
    assert file_json(stored) == {
        "source": "a.pdf", "status": "stored", "paper_id": "p1", "title": "A",
        "pages": 3, "chunks": 7, "reason": None,
    }  # fmt: skip
    replaced = file_json(Stored("a.pdf", "p1", "A", 3, 7, replaced=True))
    assert replaced is not None
    assert replaced["status"] == "replaced"
    assert file_json(Unchanged("a.pdf", "p1")) == nothing | {
        "source": "a.pdf", "status": "unchanged", "paper_id": "p1",
    }  # fmt: skip
    assert file_json(Failed("a.pdf", "is empty")) == nothing | {
        "source": "a.pdf", "status": "failed", "reason": "is empty",
    }  # fmt: skip
    assert file_json(Embedded(3, 0.1)) is None
