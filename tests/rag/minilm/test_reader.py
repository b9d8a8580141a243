from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.cache import default_cache
from rag.errors import EmbeddingError
from rag.minilm import reader as module
from rag.minilm.package import model_folder
from rag.minilm.pairs import PASSAGE_TOKENS, QUESTION_TOKENS
from rag.minilm.reader import MiniLMReader, file_name
from rag.types import Span

QUESTION = "Which optimizer is used?"
ADAM = (
    "Training\nSentences are cut into word pieces. We use the Adam optimizer with warm-up. "
    "The development set decides when to stop."
)
PASSAGES = [
    "Data\nThe corpus holds 10,000 annotated newspaper articles, of which 500 are held out.",
    ADAM,
    "Related work\nAttention goes back to work on alignment in translation.",
]


def test_the_passage_that_answers_is_the_most_relevant(reader: MiniLMReader) -> None:
    relevance = [passage.relevance for passage in reader.read(QUESTION, PASSAGES)]
    assert int(np.argmax(relevance)) == 1


def test_the_sentence_that_answers_speaks_for_itself(reader: MiniLMReader) -> None:
    passage = reader.read(QUESTION, [ADAM])[0]
    starts = [ADAM.index(word) for word in ("Sentences", "We use", "The dev")]
    spans = [Span(a, b) for a, b in zip(starts, [*starts[1:], len(ADAM)], strict=True)]
    assert int(np.argmax([passage.of(span) for span in spans])) == 1


def test_a_question_that_nothing_answers_has_worse_odds(reader: MiniLMReader) -> None:
    asked, strange = (
        max(passage.relevance for passage in reader.read(text, PASSAGES))
        for text in (QUESTION, "What is the capital of Peru?")
    )
    assert asked > 0 > strange


def test_what_is_read_beside_a_passage_does_not_matter(reader: MiniLMReader) -> None:
    together = reader.read(QUESTION, PASSAGES)
    alone = [MiniLMReader(default_cache(), threads=1).read(QUESTION, [p])[0] for p in PASSAGES]
    for one, other in zip(together, alone, strict=True):
        assert one.relevance == other.relevance
        np.testing.assert_array_equal(one.answers, other.answers)
        np.testing.assert_array_equal(one.spans, other.spans)


def test_nothing_to_read_gives_nothing(reader: MiniLMReader) -> None:
    assert reader.read(QUESTION, []) == []


def test_what_stands_too_far_on_is_not_seen(reader: MiniLMReader) -> None:
    text = "word " * (PASSAGE_TOKENS - 1) + "seen unseen"
    passage = reader.read("word " * (QUESTION_TOKENS + 9), [text])[0]
    assert len(passage.answers) == len(passage.spans) == PASSAGE_TOKENS
    assert text[slice(*passage.spans[-1])] == "seen"
    assert passage.of(Span(text.index(" seen") + 1, len(text) - 7)) > -math.inf
    assert passage.of(Span(len(text) - 6, len(text))) == -math.inf


@settings(max_examples=25)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_can_be_read(question: str, text: str) -> None:
    passage = MiniLMReader(default_cache()).read(question, [text])[0]
    assert np.isfinite(passage.relevance)
    assert len(passage.answers) == len(passage.spans)
    assert all(0 <= a <= b <= len(text) for a, b in passage.spans)


def test_other_weights_are_another_file(tmp_path: Path) -> None:
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    assert file_name(one) != file_name(other)


def test_learned_weights_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"nonsense")
    with pytest.raises(EmbeddingError, match=r"export .*reader-\w+-\w+-int8-v1\.onnx.* failed: "):
        MiniLMReader(tmp_path / "cache", changes=broken)


def test_a_file_that_reads_otherwise_than_torch_is_refused(
    reader: MiniLMReader, tmp_path: Path
) -> None:
    from importlib.resources import files

    import torch

    from rag.minilm.reading import Reading

    def other(ids: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.tensor(50.0), torch.arange(ids.shape[1], dtype=torch.float32)

    shipped = Path(str(files(module.__package__) / "reader.npz"))
    with pytest.raises(ValueError, match=r"differs from torch's for 'The encoder .*apart"):
        Reading(shipped).check(other, model_folder(), default_cache() / file_name(shipped))
