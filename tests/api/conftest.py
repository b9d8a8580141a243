"""A small paper, as values, and what could be found in it; what servers said when a test fails."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from rag.types import (
    Answer,
    Box,
    Chunk,
    Citation,
    Element,
    Evidence,
    HitTrace,
    Kind,
    Line,
    Metadata,
    Paper,
    PaperRow,
    Query,
    Retrieval,
    Role,
    Section,
    Span,
    StageTrace,
    Status,
    Trace,
    TransformTrace,
    Variant,
)
from tests.api import hosting

INTRO = "Dropout [1] switches units off at random."
RATE = "We use a dropout rate of 0.1 in the base model."
TEXT = f"{INTRO}\n\n{RATE}"


@pytest.fixture
def metadata() -> Metadata:
    return Metadata(
        "Attention [bold]Is[/bold] All",
        ("Ashish Vaswani", "Noam Shazeer", "Niki Parmar"),
        2017,
        "1706.03762",
        "We propose the Transformer.",
    )


@pytest.fixture
def paper(metadata: Metadata) -> Paper:
    sections = (
        Section("1", "Introduction", 1, Role.INTRODUCTION, None, 1),
        Section("5", "Training", 1, Role.EXPERIMENTS, None, 7),
        Section("5.4", "Regularization", 2, Role.EXPERIMENTS, 1, 8),
    )
    second = Span(len(INTRO) + 2, len(TEXT))
    elements = (
        Element(Kind.PARAGRAPH, Span(0, len(INTRO)), 0),
        Element(Kind.PARAGRAPH, second, 2, (Line(second, Box(8, 10, 20, 110, 30)),)),
    )
    return Paper(
        "1706.03762", metadata, TEXT, sections, elements, 15, "/papers/attention.pdf", "ab" * 32
    )


@pytest.fixture
def row(paper: Paper) -> PaperRow:
    return PaperRow(
        paper.paper_id, paper.metadata, paper.pages, 2, paper.source, paper.content_hash
    )


@pytest.fixture
def evidence(paper: Paper) -> Evidence:
    element = paper.elements[1]
    chunk = Chunk("c2", paper.paper_id, 2, element.span, RATE, "Attention > 5.4", (1,), (8,))
    return Evidence(chunk, 0.0325, 1, paper.metadata, paper.path(2), (element,))


@pytest.fixture
def trace() -> Trace:
    return Trace(
        (Variant("original", "dropout rate"),),
        (TransformTrace("hyde", Status.LATE, 8000.0, "not there after 8 s"),),
        (StageTrace("embed", 2.51), StageTrace("dense", 4.0)),
        (HitTrace("c2", {"bm25/original": 1, "dense/original": 3}, 1, 1, 1, ("c9",)),),
    )


@pytest.fixture
def retrieval(evidence: Evidence, trace: Trace) -> Retrieval:
    return Retrieval(Query("dropout rate"), Query("dropout rate"), (evidence,), trace)


@pytest.fixture
def answer(evidence: Evidence, trace: Trace) -> Answer:
    span = evidence.chunk.span
    citation = Citation("[1]", evidence, RATE, span, 8, evidence.boxes(span))
    return Answer(
        Query("Which dropout rate?"), "The rate is 0.1 [1].", False, (citation,), (evidence,), trace
    )


SHOWN = 4000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        for log in dict.fromkeys(hosting.logs):
            if log.exists() and log.stat().st_mtime >= call.start:
                said = log.read_text(encoding="utf-8", errors="replace")[-SHOWN:]
                report.sections.append((f"server that writes to {log}", said))
    return report
