"""The training of the reader, for two steps: what it saves is what is read with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import train_reader
from reader_examples import Material, material
from train_reader import Shown, fit, loss_of, run, save

from eval.datasets import Question
from rag.embed.hashing import HashingEmbedder
from rag.minilm.package import load_tokenizer, model_folder
from rag.minilm.pairs import pair
from rag.minilm.reading import Reading
from rag.store.catalog import Catalog


@pytest.fixture(scope="module")
def found(small_library: Path) -> Material:
    """The example papers, with a question of which the first paragraph of each is the answer."""
    with Catalog(small_library) as catalog:
        rows = catalog.papers()
        texts = [catalog.chunks_of(row.paper_id)[1].text for row in rows]
    names = [Path(row.source).stem for row in rows]
    questions = [
        Question(str(i), "What is said of retrieval there?", (name,), True, ((text,),), (text,))
        for i, (name, text) in enumerate(zip(names, texts, strict=True))
    ]
    questions.append(Question("none", "How large is Vienna?", (names[0],), False))
    return material(small_library, questions, HashingEmbedder(), load_tokenizer(model_folder()))


def test_the_material_tells_what_answers(found: Material) -> None:
    groups = {example.group for example in found.examples}
    assert {"answerable", "unanswerable", "reported", "unreported", "off-topic"} <= groups
    for example in found.examples:
        assert (example.gains is None) == (example.group not in {"answerable", "reported"})
        if example.gains is not None and example.targets is not None:
            passages = found.papers[example.paper]
            assert example.gains.sum() == pytest.approx(1)
            assert [len(t) for t in example.targets] == [len(p.sentences) for p in passages]
    for passages in found.papers:
        for passage in passages:
            assert len(passage.ids) == len(passage.of)
            assert passage.of.max(initial=-1) < len(passage.sentences)


def test_what_is_saved_reads_as_what_was_trained(
    found: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_reader, "EPOCHS", 1)
    monkeypatch.setattr(train_reader, "QUESTIONS", 2)
    monkeypatch.setattr(train_reader, "PASSAGES", 4)
    examples = [e for e in found.examples if e.group in {"answerable", "unanswerable"}]
    reader = fit(found, examples)
    save(reader, tmp_path / "reader.npz")
    loaded = Reading(tmp_path / "reader.npz").module(model_folder())
    example = next(e for e in examples if e.group == "answerable")
    with torch.no_grad():
        relevance, _ = run(reader, found, [Shown(example, [0, 1])])
        for place in (0, 1):
            passage = found.papers[example.paper][place]
            inputs, _ = pair(example.ids, passage.ids.tolist())
            ours, _ = loaded(*map(torch.from_numpy, inputs.values()))
            assert float(ours) == pytest.approx(float(relevance[place] - reader.none), abs=0.05)


def test_the_loss_is_less_where_the_answer_is_known(found: Material) -> None:
    """Of a reader whose head is made to favour the passage that answers."""
    reader = train_reader.Reader().eval()
    example = next(e for e in found.examples if e.group == "answerable")
    assert example.gains is not None
    places = [int(np.argmax(example.gains)), int(np.argmin(example.gains))]
    shown = Shown(example, places)
    with torch.no_grad():
        before = float(loss_of(reader, found, [shown]))
        reader.none -= 50  # there is an answer
        after = float(loss_of(reader, found, [shown]))
    assert after < before
