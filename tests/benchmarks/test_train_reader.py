"""The training of the reader, for two steps: what it saves is what is read with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from qasper_train import written
from reader_examples import Material, material
from reader_model import DEVICE, Reader, Shown, loss_of, run, save
from train_reader import QUESTIONS, Course, Found, batches, by_lot, fit, report

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


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_course_goes_over_its_share_of_each_group(found: Material, share: float) -> None:
    groups = ("answerable", "unanswerable", "untold")
    examples = [e for e in found.examples if e.group in groups] * 200
    course = Course(1, 1e-4, 1e-3, 2, kept={"unanswerable": 0.5, "untold": 0.0}, share=share)
    shown = [s for b in batches(examples, course, by_lot, np.random.default_rng(0)) for s in b]
    for group, kept in zip(groups, (1.0, 0.5, 0.0), strict=True):
        all_ = sum(e.group == group for e in examples)
        seen = sum(s.example.group == group for s in shown)
        assert seen == pytest.approx(kept * share * all_, abs=(QUESTIONS + 0.1 * all_) * (kept > 0))


class _Knowing(Reader):
    """Sees at once which passage answers: the only one with its words."""

    def __init__(self, found: Material) -> None:
        super().__init__()
        answer = next(e for e in found.examples if e.group == "answerable")
        self.known = found.papers[answer.paper][int(np.argmax(answer.gains))].ids.tolist()

    def forward(self, ids: Any, types: Any, seen: Any) -> tuple[Any, Any]:
        rows = [row[kind == 1].tolist() for row, kind in zip(ids, types, strict=True)]
        right = [row[: len(self.known)] == self.known for row in rows]
        odds = torch.tensor([20.0 if r else -20.0 for r in right])
        return odds.to(DEVICE), torch.zeros(ids.shape, device=DEVICE)


def test_the_report_ranks_passages_and_tells_groups_apart(
    found: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    first = next(e for e in found.examples if e.group == "answerable")
    other = (first.paper + 1) % len(found.papers)
    none = np.zeros(len(found.papers[other]), dtype=np.float32)
    elsewhere = replace(first, group="unanswerable", paper=other, gains=none, targets=None)
    report(_Knowing(found).eval(), found, [first, elsewhere])
    told = capsys.readouterr().out
    assert "MRR 1.0000 of 1 questions" in told
    assert "answerable above unanswerable: 1.000 of the pairs" in told
    assert "told above untold" not in told  # there were none


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
    assert len({(q.papers, q.text) for q in questions}) == len(questions) > 11_000
    told = [q for q in questions if q.answerable]
    assert 0.45 < len(told) / len(questions) < 0.55
    for question in told:
        assert all(len(passage) > 20 for (passage,) in question.evidence), question
        assert question.answers[0]
