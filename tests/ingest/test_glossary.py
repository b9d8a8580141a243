from __future__ import annotations

from pathlib import Path

import pytest

from ingest.acronyms import define
from ingest.coined import is_coined
from ingest.commands import ingest
from ingest.events import Stored
from ingest.glossary import VERSION, mine, mine_library
from rag.config import Settings
from rag.store.catalog_writer import WritableCatalog
from rag.types import Metadata, NameKind, Paper
from tests.values import make_chunks, make_paper


def pairs(text: str) -> list[tuple[str, str]]:
    return [(term.short, term.long) for term in define(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We study low-rank adaptation (LoRA) here.", "LoRA", "low-rank adaptation"),
        ("We study LoRA (low-rank adaptation) here.", "LoRA", "low-rank adaptation"),
        (
            "This is Bidirectional Encoder Representations from Transformers, BERT, a model.",
            "BERT",
            "Bidirectional Encoder Representations from Transformers",
        ),
        (
            "BERT, which stands for Bidirectional Encoder Representations from Transformers, is",
            "BERT",
            "Bidirectional Encoder Representations from Transformers",
        ),
        ("We propose Low-Rank Adaptation, or LoRA, which", "LoRA", "Low-Rank Adaptation"),
        ("a novel graph attention network (GAT) is", "GAT", "graph attention network"),
        ("the Dense Convolutional Network (DenseNet),", "DenseNet", "Dense Convolutional Network"),
        (
            "convolutional neural networks (CNNs; LeCun 1989)",
            "CNN",
            "convolutional neural networks",
        ),
        ("long short-term memory (LSTM BIBREF3) cells", "LSTM", "long short-term memory"),
        ("a Variational\nAutoencoder (VAE) with", "VAE", "Variational Autoencoder"),
        ("the out-of-vocabulary (OOV) words", "OOV", "out-of-vocabulary"),
        ("area under the curve (AUC)", "AUC", "area under the curve"),
        ("bag of words (BoW)", "BoW", "bag of words"),
    ],
)
def test_definitions_are_found(text: str, short: str, long: str) -> None:
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "The results (Table 1) are good (Figure 2).",
        "We use a large corpus (WMT) of text.",
        "as shown before (Devlin et al., 2019)",
        "the first three (II) are fine (see A)",
        "models trained on text (BERT) are",
        "our best model (B-M) wins",
        "we train on images (e.g. ImageNet)",
        "",
    ],
)
def test_what_defines_nothing(text: str) -> None:
    assert pairs(text) == []


def test_uses_are_counted_and_ordinary_words_told_apart() -> None:
    text = "Stacked entity tagging (SET) works. SET is used on the training set. SETs differ."
    [term] = define(text)
    assert (term.short, term.count, term.word) == ("SET", 3, True)
    [term] = define("low-rank adaptation (LoRA). See github.com/x/lora for LoRA.")
    assert (term.count, term.word) == (2, False)


def test_the_commonest_long_form_stays() -> None:
    text = "A word error rate (WER). Our word edit rate (WER). The word error rate (WER)."
    assert pairs(text) == [("WER", "word error rate")]


def test_a_long_text_takes_little_time() -> None:
    define("word " * 100_000 + "(" * 1000 + "A, " * 20_000)


def names_of(title: str, abstract: str, text: str = "", **more: object) -> dict[NameKind, set[str]]:
    meta = Metadata(title, abstract=abstract, **more)  # type: ignore[arg-type]
    paper = Paper("p", meta, text or abstract, (), (), 0, "", "")
    found: dict[NameKind, set[str]] = {}
    for name in mine(paper).names:
        found.setdefault(name.kind, set()).add(name.text)
    return found


@pytest.mark.parametrize(
    ("title", "abstract", "coined"),
    [
        ("BERT: Pre-training of Deep Transformers", "We introduce a new model.", {"BERT"}),
        (
            "Densely Connected Convolutional Networks",
            "In this paper, we introduce the Dense Convolutional Network (DenseNet), which",
            {"DenseNet"},
        ),
        (
            "Low-Rank Models",
            "We propose Low-Rank Adaptation, or LoRA, which freezes the weights.",
            {"LoRA"},
        ),
        ("A New Reader", "We propose a reader for text. We call it DocReader.", {"DocReader"}),
        ("A Corpus", "We present a new corpus for testing called GoldSet2.", {"GoldSet2"}),
        (
            "Dense Passage Retrieval for Answering",
            "Our Dense Passage Retriever (DPR) is good. " + "DPR is good. " * 15,
            {"DPR"},
        ),
        (
            "Better Dense Passage Retrieval",  # by others, for all that the title says
            "Our Dense Passage Retriever (DPR) is good. " + "DPR is good. " * 15,
            set(),
        ),
        (
            "Going Deeper",
            "One incarnation is called GoogLeNet. " + "GoogLeNet is deep. " * 5,
            {"GoogLeNet"},
        ),
        ("Probing", "We look at a model based on one called XLNet. " + "XLNet it is. " * 9, set()),
        (
            "Densely Connected Nets",
            "In this paper, we embrace this observation and introduce the Dense Convolutional "
            "Network (DenseNet), which connects",
            {"DenseNet"},
        ),
        ("Better Tagging", "We propose a method based on a model called BERT.", set()),
        ("Embeddings", "We describe embeddings for Latvian, called ELMo BIBREF3, here.", set()),
        ("Tagging", "We propose a new model for named entity recognition (NER).", set()),
        ("Question Answering: A Survey", "We survey the field.", set()),
        ("Shared Task: Tagging", "We present a Shared Task.", set()),
        ("Recurrent Nets", "We propose a recurrent neural network (RNN) for tagging.", set()),
    ],
)
def test_coined_names(title: str, abstract: str, coined: set[str]) -> None:
    assert names_of(title, abstract).get(NameKind.COINED, set()) == coined


def test_a_plain_word_before_the_colon_has_to_be_used_as_a_name() -> None:
    used = "we compare with Adam, and let Adam run; the rate of Adam is low. " * 2
    title = "Adam: A Method for Stochastic Optimization"
    assert names_of(title, "We optimise.", used)[NameKind.COINED] == {"Adam"}
    assert NameKind.COINED not in names_of(title, "We optimise.", "nothing of that name")


def test_what_else_a_paper_goes_by() -> None:
    found = names_of(
        "Deep Residual Learning: Networks for Image Recognition",
        "We learn.",
        "ResNet-50 and ResNet-101 beat VGG. " * 20,
        authors=("Kaiming He", "Xiangyu Zhang Jr."),
        arxiv_id="1512.03385",
    )
    assert found[NameKind.SUBJECT] == {"ResNet"}
    assert "Networks for Image Recognition" in found[NameKind.TITLE]
    assert found[NameKind.ARXIV] == {"1512.03385"}
    assert found[NameKind.FIRST_AUTHOR] == {"He"}
    assert found[NameKind.AUTHOR] == {"Zhang"}
    assert found[NameKind.FULL_NAME] == {"Kaiming He", "Xiangyu Zhang"}


@pytest.mark.parametrize("word", ["DenseNet", "LoRA", "BERT", "GPT-2", "YOLOv3", "t5X"])
def test_coinages_look_like_it(word: str) -> None:
    assert is_coined(word)


@pytest.mark.parametrize(
    "word", ["Dense", "network", "CNN", "LSTMs", "Long-Short", "INLINEFORM0", "A", "2d"]
)
def test_words_and_common_short_forms_do_not(word: str) -> None:
    assert not is_coined(word)


def test_a_paper_that_can_not_be_mined_comes_in_without_a_glossary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.glossary.define", lambda _: 1 / 0)
    (tmp_path / "a.md").write_text("# A Paper\n\nWe use low-rank adaptation (LoRA).\n")
    settings = Settings.model_validate({"embedder": {"kind": "hashing"}})
    events = list(ingest([tmp_path / "a.md"], tmp_path / "library", settings))
    assert isinstance(events[-1], Stored)
    with WritableCatalog(tmp_path / "library") as catalog:
        with catalog.transaction():
            catalog.set_meta("glossary", "0")
        assert [event.done for event in mine_library(catalog)] == [1]
        assert catalog.meta("glossary") == VERSION
        assert catalog.select("SELECT * FROM terms") == []


def test_others_write_while_a_library_is_mined(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog, WritableCatalog(tmp_path) as other:
        with catalog.transaction():
            catalog.put(make_paper({"Method": ["We use low-rank adaptation (LoRA)."]}), [])
        mining = mine_library(catalog)
        next(mining)
        with other.transaction():
            pass
        mining.close()
        assert catalog.meta("glossary") != VERSION, "it is mined from the beginning next time"


def test_a_library_is_mined_once_for_each_version(tmp_path: Path) -> None:
    paper = make_paper({"Method": ["We use low-rank adaptation (LoRA)."]})
    with WritableCatalog(tmp_path) as catalog:
        with catalog.transaction():
            catalog.put(paper, make_chunks(paper))
        assert catalog.select("SELECT * FROM terms") == []
        list(mine_library(catalog))
        [row] = catalog.select("SELECT short, long, paper_id FROM terms")
        assert tuple(row) == ("LoRA", "low-rank adaptation", paper.paper_id)
        assert catalog.meta("glossary") == VERSION
        with catalog.transaction():
            catalog.put_glossary(paper.paper_id, mine(make_paper({})))
        list(mine_library(catalog))
        assert catalog.select("SELECT * FROM terms") == []
