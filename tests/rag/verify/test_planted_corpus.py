"""Errors planted by rule in sentences of real papers, and the sentences as they are."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import pytest

from rag.quotes import find_quote, lines_joined
from rag.sentences import sentences
from rag.types import Evidence
from rag.verify import verify
from tests.values import make_evidence, make_paper

PAPERS = 100
A_PAPER = 8
NUMBER = re.compile(r"(?<![\w.$\\{-])\d{2,4}(?:\.\d+)?(?![\w.,$\\}-]|\s?%)")
YEARS = frozenset(map(str, range(1900, 2100)))


@dataclass(frozen=True)
class Sentence:
    """A sentence with a number, the paragraph it is from, and one of the same paper it is not."""

    text: str
    paragraph: str
    other: str


@pytest.fixture(scope="module")
def found(corpus_data: Path) -> list[Sentence]:
    made: list[Sentence] = []
    with gzip.open(corpus_data / "qasper-train" / "papers.jsonl.gz", "rt", "utf-8") as lines:
        for line in islice(lines, PAPERS):
            made += islice(of_paper(json.loads(line)["markdown"].split("\n\n")), A_PAPER)
    return made


def of_paper(paragraphs: Sequence[str]) -> Iterator[Sentence]:
    """One sentence a paragraph."""
    prose = [p for p in paragraphs if len(p) > 300 and not p.startswith("#") and "|" not in p]
    for paragraph, other in pairwise(prose):
        for span in sentences(paragraph):
            text = span.of(paragraph)
            clean = not re.search(r"[\[\]\"“”;:$]|BIBREF|INLINEFORM|REF", text)
            if clean and 60 < len(text) < 250 and text.endswith(".") and NUMBER.search(text):
                yield Sentence(text, paragraph, other)
                break


def evidence(*paragraphs: str) -> tuple[Evidence, ...]:
    return make_evidence(make_paper({"": paragraphs}, title="", year=None))


def marked(text: str, *paragraphs: str) -> bool:
    return bool(verify(text, evidence(*paragraphs)).unsupported)


def share(found: Sequence[Sentence], is_so: Callable[[Sentence], bool]) -> float:
    return sum(map(is_so, found)) / len(found)


def changed(text: str) -> str:
    """The sentence with its first number made another one, which the paragraph does not have."""
    return NUMBER.sub(lambda number: f"{number[0][0]}7{number[0][1:]}3", text, count=1)


def misplaced(sentence: Sentence) -> str:
    """The sentence with its first number made another one of its paragraph; "" if there is none."""
    own = NUMBER.findall(sentence.text)
    elsewhere = [n for n in NUMBER.findall(sentence.paragraph) if n not in own and n not in YEARS]
    if not elsewhere or own[0] in YEARS:
        return ""
    return NUMBER.sub(elsewhere[0], sentence.text, count=1)


def parted(text: str) -> str:
    """The text as a narrow column sets it: long words hyphenated, "fi" a ligature."""
    broken = re.sub(r"\b([a-z]{4})([a-z]{4,})\b", "\\1-\n\\2", text)
    return broken.replace("fi", "\ufb01").replace("fl", "\ufb02").replace(", ", ",\n")


def led_in(text: str) -> str:
    return f"According to the authors, {text[0].lower()}{text[1:]}"


def cited(text: str, quote: str = "") -> str:
    return f'{text.rstrip(".")} [1: "{quote}"].' if quote else f"{text.rstrip('.')} [1]."


@pytest.mark.corpus
def test_sentences_of_papers_bear_themselves_out(found: list[Sentence]) -> None:
    assert len(found) > 200
    assert share(found, lambda s: marked(cited(s.text), s.paragraph)) <= 0.01
    assert share(found, lambda s: marked(cited(s.text, s.text), s.paragraph)) <= 0.01


@pytest.mark.corpus
def test_so_do_sentences_that_are_led_in_to(found: list[Sentence]) -> None:
    """They are no sentences of the paper any more, so that every rule is put to them."""
    assert share(found, lambda s: marked(cited(led_in(s.text)), s.paragraph)) <= 0.02


@pytest.mark.corpus
def test_a_changed_number_is_caught(found: list[Sentence]) -> None:
    assert share(found, lambda s: marked(cited(changed(s.text)), s.paragraph)) >= 0.98


@pytest.mark.corpus
def test_another_number_of_the_paragraph_is_caught(found: list[Sentence]) -> None:
    """The hardest of the rules: the wrong number does stand in what is cited."""
    wrong = [(text, s.paragraph) for s in found if (text := misplaced(s))]
    caught = [marked(cited(text), paragraph) for text, paragraph in wrong]
    assert len(wrong) > 50
    assert sum(caught) / len(caught) >= 0.9


@pytest.mark.corpus
def test_a_quote_with_a_changed_number_is_caught(found: list[Sentence]) -> None:
    wrong = [(s, changed(s.text)) for s in found]
    caught = [marked(cited(s.text, quote), s.paragraph) for s, quote in wrong]
    assert sum(caught) / len(caught) >= 0.98


@pytest.mark.corpus
def test_a_swapped_citation_is_caught(found: list[Sentence]) -> None:
    swapped = [marked(f"{s.text.rstrip('.')} [2].", s.paragraph, s.other) for s in found]
    assert sum(swapped) / len(swapped) >= 0.98


@pytest.mark.corpus
def test_quotes_across_line_breaks_hold(found: list[Sentence]) -> None:
    assert share(found, lambda s: marked(cited(s.text, s.text), parted(s.paragraph))) <= 0.01


@pytest.mark.corpus
def test_quotes_hold_in_the_lines_of_pdfs(corpus_data: Path) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    tried = held = 0
    for path in sorted((corpus_data / "famous" / "papers").glob("*.pdf"))[:8]:
        with pymupdf.open(path) as pdf:
            text = "\n".join(pdf[page].get_text() for page in range(1, min(4, len(pdf))))
        for span in sentences(text):
            quote = " ".join(lines_joined(span.of(text)).split())
            if 80 < len(quote) < 250 and "\n" in span.of(text) and quote.isprintable():
                tried += 1
                held += find_quote(quote, text) is not None
    assert tried > 200
    assert held / tried >= 0.99
