import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunking.fixed import FixedChunker
from ingest.chunking.pieces import Piece, balance
from ingest.chunking.structural import StructuralChunker
from ingest.contextualise import no_context, structure_context, with_structure
from ingest.parsers.markdown import MarkdownParser
from rag.protocols import Chunker
from rag.types import Box, Element, Kind, Line, Metadata, Paper, Role, Section, Span


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def paper_of(*parts: tuple[Kind, str, int]) -> Paper:
    """A paper of elements given as (kind, text, section), joined by blank lines."""
    elements, start = [], 0
    for kind, text, section in parts:
        elements.append(Element(kind, Span(start, start + len(text)), section))
        start += len(text) + 2
    sections = tuple(
        Section(str(i), f"S{i}", 1, Role.OTHER)
        for i in range(max((p[2] for p in parts), default=0) + 1)
    )
    text = "\n\n".join(text for _, text, _ in parts)
    return Paper("p1", Metadata("T"), text, sections, tuple(elements), 0, "x.md", "00")


def prose(words: int, first: str = "One") -> str:
    """A sentence of so many words."""
    return " ".join([first, *["word"] * (words - 2), "end."])


def texts(paper: Paper, target: int = 10, most: int = 20) -> list[str]:
    return [c.text for c in StructuralChunker(count_words, target, most).chunk(paper)]


P, E, R = Kind.PARAGRAPH, Kind.EQUATION, Kind.REFERENCE


def test_short_neighbours_are_merged_up_to_the_target() -> None:
    a, b, c = prose(4), prose(5), prose(6)
    paper = paper_of((P, a, 0), (P, b, 0), (P, c, 0))
    assert texts(paper) == [f"{a}\n\n{b}", c]


def test_a_stub_is_merged_past_the_target() -> None:
    stub, long = prose(2), prose(10)
    assert texts(paper_of((P, stub, 0), (P, long, 0))) == [f"{stub}\n\n{long}"]


def test_sections_are_never_mixed() -> None:
    assert texts(paper_of((P, "a", 0), (P, "b", 1))) == ["a", "b"]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_equal_parts() -> None:
    four = [prose(6) for _ in range(4)]
    assert texts(paper_of((P, " ".join(four), 0))) == [" ".join(four[:2]), " ".join(four[2:])]


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    assert [len(t.split()) for t in texts(paper_of((P, prose(50), 0)))] == [17, 17, 16]


def test_a_word_that_is_too_long_stays_whole() -> None:
    def count_letters(words: Sequence[str]) -> list[int]:
        return [len("".join(word.split())) for word in words]

    paper = paper_of((P, "short " + "x" * 50, 0))
    assert [c.text for c in StructuralChunker(count_letters, 10, 20).chunk(paper)] == [
        "short",
        "x" * 50,
    ]


def test_an_equation_goes_with_the_text_around_it() -> None:
    before, after, last = prose(8), prose(7), prose(9)
    paper = paper_of((P, before, 0), (E, "$$x$$", 0), (P, after, 0), (P, last, 0))
    assert texts(paper) == [f"{before}\n\n$$x$$\n\n{after}", last]


def test_an_equation_takes_the_last_sentence_of_a_paragraph_that_is_too_long() -> None:
    three = [prose(10) for _ in range(3)]
    paper = paper_of((P, " ".join(three), 0), (E, "$$x = y$$", 0))
    assert texts(paper) == [" ".join(three[:2]), f"{three[2]}\n\n$$x = y$$"]


def test_floats_stay_by_themselves_and_whole() -> None:
    table = "\n".join(["a b c d e f g h"] * 4)
    paper = paper_of((P, "Before.", 0), (Kind.TABLE, table, 0), (P, "After.", 0))
    assert texts(paper) == ["Before.", table, "After."]


def test_a_float_beyond_all_bounds_is_cut_by_rows_that_keep_the_caption_in_sight() -> None:
    row = "a b c d e f g"
    table = "\n".join(["Table 1: Some rows.", *[row] * 6])
    paper = paper_of((Kind.TABLE, table, 0))
    chunks = with_structure(paper, StructuralChunker(count_words, 10, 20).chunk(paper))
    assert len(chunks) > 1
    assert all(chunk.text.endswith(row) for chunk in chunks)
    assert "Table 1" not in chunks[0].context
    assert all(chunk.context.endswith("> Table 1: Some rows.") for chunk in chunks[1:])


def test_references_share_chunks_but_not_with_prose() -> None:
    entries = [(R, f"[{i}] A. B. C.", 0) for i in range(3)]
    assert texts(paper_of((P, "See.", 0), *entries)) == [
        "See.",
        "[0] A. B. C.\n\n[1] A. B. C.",
        "[2] A. B. C.",
    ]


def test_chunks_know_their_elements_and_pages() -> None:
    paper = paper_of((P, "One two.", 0), (P, "Three.", 0))
    lines = tuple(Line(Span(0, 8), Box(page, 0, 0, 9, 9)) for page in (2, 1))
    paper = Paper(
        **{
            **{f: getattr(paper, f) for f in paper.__slots__},
            "elements": (Element(P, Span(0, 8), 0, lines), paper.elements[1]),
        }
    )
    [chunk] = StructuralChunker(count_words, 10, 20).chunk(paper)
    assert chunk.elements == (0, 1)
    assert chunk.pages == (1, 2)


def test_ids_follow_from_content_and_place() -> None:
    [chunk] = StructuralChunker(count_words, 10, 20).chunk(paper_of((P, "One.", 0)))
    assert chunk.chunk_id == hashlib.sha256(b"p1\x000\x004\x00One.").hexdigest()[:16]


def test_windows_overlap_by_whole_words() -> None:
    paper = paper_of((P, "a b c d", 0), (P, "e f g", 1))
    chunks = FixedChunker(count_words, 4, 1).chunk(paper)
    assert [(c.text, c.section) for c in chunks] == [("a b c d", 0), ("d\n\ne f g", 0)]


def test_an_overlap_of_a_whole_window_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap 4"):
        FixedChunker(count_words, 4, 4)


def test_the_context_is_title_and_section_path(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("# Title\n\n## 1 Method\n\nx\n\n### 1.1 Loss\n\ny\n")
    paper = MarkdownParser().parse(file)
    assert structure_context(paper, 1) == "Title > Method > Loss"
    chunks = StructuralChunker(count_words, 10, 20).chunk(paper)
    assert [c.indexed_text for c in with_structure(paper, chunks)] == [
        "Title > Method\nx",
        "Title > Method > Loss\ny",
    ]
    assert no_context(paper, chunks) == chunks


words_ = st.text(alphabet="ab.$A1", min_size=1, max_size=4)
element_texts = st.lists(words_, min_size=1, max_size=60).map(
    lambda ws: "".join(w + ("\n" if len(w) == 4 else " ") for w in ws).strip()
)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    kinds = st.sampled_from(list(Kind))
    parts = draw(st.lists(st.tuples(kinds, element_texts, st.integers(0, 1)), max_size=12))
    return paper_of(*sorted(parts, key=lambda part: part[2]))


CHUNKERS = [StructuralChunker(count_words, 7, 15), FixedChunker(count_words, 15, 4)]


@pytest.mark.parametrize("chunker", CHUNKERS, ids=["structural", "fixed"])
@given(paper=papers())
def test_chunks_reproduce_the_paper_in_order(chunker: Chunker, paper: Paper) -> None:
    chunks = chunker.chunk(paper)
    assert all(c.span.of(paper.text) == c.text for c in chunks)
    assert all(c.text.strip() == c.text != "" for c in chunks)
    assert all(a.span.start < b.span.start for a, b in pairwise(chunks))
    floats = {Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM, Kind.CODE}
    for c in chunks:
        whole = (
            isinstance(chunker, StructuralChunker) and paper.elements[c.elements[0]].kind in floats
        )
        assert len(c.text.split()) <= (30 if whole else 15)
    assert len({c.chunk_id for c in chunks}) == len(chunks)
    covered = {i for c in chunks for i in range(c.span.start, c.span.end)}
    assert all(paper.text[i].isspace() for i in set(range(len(paper.text))) - covered)
    for chunk in chunks:
        touched = [i for i, e in enumerate(paper.elements) if e.span.overlaps(chunk.span)]
        assert list(chunk.elements) == touched
        assert paper.elements[touched[0]].section == chunk.section


@given(paper=papers())
def test_structural_chunks_are_disjoint_and_inside_one_section(paper: Paper) -> None:
    chunks = CHUNKERS[0].chunk(paper)
    assert all(a.span.end <= b.span.start for a, b in pairwise(chunks))
    for chunk in chunks:
        assert {paper.elements[i].section for i in chunk.elements} == {chunk.section}


@pytest.mark.corpus
def test_real_papers_are_cut_whole(corpus_data: Path) -> None:
    for file in sorted((corpus_data / "qasper-dev/papers").glob("*.md"))[:10]:
        paper = MarkdownParser().parse(file)
        chunks = StructuralChunker(count_words, 90, 150).chunk(paper)
        kept = "".join("".join(c.text.split()) for c in chunks)
        assert kept == "".join(paper.text.split())
        assert max(count_words([c.text for c in chunks])) <= 150


def test_very_many_pieces_are_cut_evenly_in_little_work() -> None:
    class Counted(list[Piece]):
        reads = 0

        def __getitem__(self, at):  # type: ignore[no-untyped-def]
            type(self).reads += 1
            return super().__getitem__(at)

    pieces = Counted(Piece(Span(5 * i, 5 * i + 4), 1, 0.25 * (i > 0)) for i in range(5000))
    runs = balance(pieces, 256)
    assert [piece for run in runs for piece in run] == list(pieces)
    assert len(runs) == 20
    assert all(230 <= len(run) <= 256 for run in runs)
    assert Counted.reads < 20 * len(pieces)
