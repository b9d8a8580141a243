"""The training of the reader, for two steps: what it saves is what is read with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from qasper_train import written
from reader_examples import Material, material
from reader_model import Reader, Shown, loss_of, run, save
from train_reader import Course, Found, by_lot, fit

from eval.datasets import Question
from rag.embed.hashing import HashingEmbedder
from rag.library import Library
from rag.minilm.package import load_tokenizer, model_folder
from rag.minilm.pairs import pair
from rag.minilm.reading import Reading
from rag.store.catalog import Catalog
from rag.types import Filter


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
    own = [
        Question("told", "And there?", (names[1],), True, ((texts[1],),), ("retrieval",)),
        Question("untold", "How heavy is it?", (names[1],), False),
    ]
    tokens = load_tokenizer(model_folder())
    return material(small_library, questions, own, HashingEmbedder(), tokens)


def test_the_material_tells_what_answers(found: Material) -> None:
    groups = {example.group for example in found.examples}
    assert groups > {"answerable", "unanswerable", "reported", "unreported", "off-topic"}
    assert groups > {"told", "untold"}
    answered = {"answerable", "reported", "told"}
    for example in found.examples:
        passages = found.papers[example.paper]
        assert len(example.gains) == len(passages)
        assert example.gains.sum() == pytest.approx(float(example.group in answered))
        if example.targets is not None:
            assert [len(t) for t in example.targets] == [len(p.sentences) for p in passages]
    for passages in found.papers:
        for passage in passages:
            assert len(passage.ids) == len(passage.of)
            assert passage.of.max(initial=-1) < len(passage.sentences)


def test_what_is_saved_reads_as_what_was_trained(found: Material, tmp_path: Path) -> None:
    """After two courses, the second from a file of the first."""
    examples = [e for e in found.examples if e.group in {"answerable", "unanswerable"}]
    courses = Course(1, 1e-4, 1e-3, 4), Course(1, 1e-4, 1e-3, 4, held=2)
    batched = [*examples, *examples, *examples]
    save(fit(Reader(), courses[0], found, batched, by_lot), tmp_path / "first.npz")
    again = fit(Reader.loaded(tmp_path / "first.npz"), courses[1], found, batched, by_lot)
    save(again, tmp_path / "reader.npz")
    first, loaded = (
        Reading(tmp_path / name).module(model_folder()) for name in ("first.npz", "reader.npz")
    )
    changed = [
        int(name.split(".")[3])
        for name, value in loaded.state_dict().items()
        if name.startswith("bert.encoder")
        and not torch.allclose(value, first.state_dict()[name], atol=1e-5)
    ]
    assert changed
    assert min(changed) == 2  # the two lowest layers were held
    example = next(e for e in examples if e.group == "answerable")
    with torch.no_grad():
        relevance, _ = run(again, found, [Shown(example, [0, 1])])
        for place in (0, 1):
            passage = found.papers[example.paper][place]
            inputs, _ = pair(example.ids, passage.ids.tolist())
            ours, _ = loaded(*map(torch.from_numpy, inputs.values()))
            assert float(ours) == pytest.approx(float(relevance[place] - again.none), abs=0.05)


def test_the_loss_is_less_where_the_answer_is_known(found: Material) -> None:
    """Of a reader whose head is made to favour the passage that answers."""
    reader = Reader().eval()
    example = next(e for e in found.examples if e.group == "answerable")
    places = [int(np.argmax(example.gains)), int(np.argmin(example.gains))]
    shown = Shown(example, places)
    with torch.no_grad():
        before = float(loss_of(reader, found, [shown]))
        reader.none -= 50  # there is an answer
        after = float(loss_of(reader, found, [shown]))
    assert after < before


def test_a_search_finds_what_is_shown_besides_the_answer(
    found: Material, small_library: Path
) -> None:
    example = next(e for e in found.examples if e.group == "told")
    chance = np.random.default_rng(0)
    with Library.open(small_library) as library:
        places = Found(library, found)(example, 4, chance)
        hits = library.search(example.text, Filter(frozenset({found.ids[example.paper]})), 4)
    shown = [found.papers[example.paper][place].chunk_id for place in places]
    assert example.gains[places[0]] > 0
    assert len(set(shown)) == len(shown) == 4
    assert set(shown[1:]) <= {hit.chunk.chunk_id for hit in hits.evidence}


@pytest.mark.corpus
def test_our_questions_are_about_paragraphs_that_are_there(corpus_data: Path) -> None:
    questions = written(corpus_data / "qasper-train")
    assert len({(q.papers, q.text) for q in questions}) == len(questions) > 3000
    told = [q for q in questions if q.answerable]
    assert 0.45 < len(told) / len(questions) < 0.55
    for question in told:
        assert all(len(passage) > 20 for (passage,) in question.evidence), question
        assert question.answers[0]
