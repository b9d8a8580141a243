"""Real papers, and odd files that people do have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.parsers.pdf import PdfParser
from rag.errors import SourceError
from rag.types import Kind, Paper
from tests.ingest.places import check_grids

pytestmark = pytest.mark.corpus

BAD = {
    "lfs-pointer.pdf": "git-lfs pointer",
    "old-badfont-lecun95.pdf": "gibberish",
    "pypdf-bad-metadata.pdf": "truncated or damaged",
    "pypdf-image-only.pdf": "scanned, needs OCR",
    "pypdf-password.pdf": "needs a password",
    "scanned-bengio1994.pdf": "scanned, needs OCR",
    "truncated-1706.03762.pdf": "truncated or damaged",
    "truncated-2005.11401.pdf": "truncated or damaged",
}
GOOD = {
    "book-crf-tutorial.pdf": "conditional random field",
    "korean-cf-note.pdf": "논문에서는",
    "lecture-silver-rl.pdf": "Model-Free Control",
    "pypdf-arabic.pdf": "habibi",
    "pypdf-attachment.pdf": "Lorem ipsum",
    "pypdf-multicolumn.pdf": "Lorem ipsum",
    "report-portuguese.pdf": "SPLADE",
    "slides-korean-attention.pdf": "Attention",
    "slides-sam.pdf": "prompt",
}


def check_invariants(paper: Paper) -> None:
    check_grids(paper)
    end = 0
    for element in paper.elements:
        assert element.span.start >= end
        end = element.span.end
        for line in element.lines:
            assert element.span.start <= line.span.start <= line.span.end <= element.span.end


@pytest.mark.parametrize(("name", "reason"), BAD.items())
def test_bad_files_say_why(corpus_data: Path, name: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        PdfParser().parse(corpus_data / "odd-pdfs" / name)
    assert reason in caught.value.reason


@pytest.mark.parametrize(("name", "words"), GOOD.items())
def test_odd_but_readable_files_are_read(corpus_data: Path, name: str, words: str) -> None:
    paper = PdfParser().parse(corpus_data / "odd-pdfs" / name)
    check_invariants(paper)
    assert words in paper.text


def test_every_odd_file_is_listed_here(corpus_data: Path) -> None:
    files = {path.name for path in (corpus_data / "odd-pdfs").glob("*.pdf")}
    assert files == BAD.keys() | GOOD.keys()


def paper(corpus_data: Path, name: str) -> Paper:
    parsed = PdfParser().parse(corpus_data / "famous" / "papers" / name)
    check_invariants(parsed)
    return parsed


def labels(parsed: Paper, kind: Kind) -> list[str]:
    return [e.label for e in parsed.elements if e.kind is kind and e.label]


def test_a_two_column_conference_paper(corpus_data: Path) -> None:
    parsed = paper(corpus_data, "resnet.pdf")
    assert labels(parsed, Kind.FIGURE)[:2] == ["Figure 1", "Figure 2"]
    assert labels(parsed, Kind.EQUATION) == ["(1)", "(2)"]
    assert sum(e.kind is Kind.REFERENCE for e in parsed.elements) == 50
    assert "we let these layers" not in parsed.text
    assert "rather than expect stacked layers to approximate H(x)" in parsed.text
    assert "arXiv:1512" not in parsed.text


def test_an_algorithm_in_a_one_column_paper(corpus_data: Path) -> None:
    parsed = paper(corpus_data, "adam.pdf")
    (first, *_) = [e for e in parsed.elements if e.kind is Kind.ALGORITHM]
    text = first.span.of(parsed.text)
    assert text.startswith("Algorithm 1: Adam")
    assert text.endswith("return θt (Resulting parameters)")


def test_a_file_with_readers_annotations(corpus_data: Path) -> None:
    parsed = paper(corpus_data, "lora.pdf")
    assert "GPT-3 (LoRA) | 37.7M" in parsed.text


def test_words_in_pieces_are_whole(corpus_data: Path) -> None:
    parsed = paper(corpus_data, "lstm-1997.pdf")
    assert (
        "can learn to bridge minimal time lags in excess of 1000 discrete time steps" in parsed.text
    )
    alone = re.findall(r"(?<= )[b-hj-z](?= )", parsed.text)
    assert len(alone) < 0.05 * len(parsed.text.split())


@pytest.mark.parametrize("name", ["instructor.pdf", "lora.pdf", "realm.pdf", "squeezenet.pdf"])
def test_cells_between_lines_take_no_place_of_another(corpus_data: Path, name: str) -> None:
    assert any(element.grid for element in paper(corpus_data, name).elements)
