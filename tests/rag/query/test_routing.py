from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.glossary import mine
from rag.query.places import Years, roles_in, years_in
from rag.query.routing import Routing, joined
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.glossary import CatalogGlossary
from rag.types import Filter, Glossary, Metadata, Name, NameKind, Paper, Query, Role
from tests.values import make_chunks, make_paper

# paper_id, title, authors, year, arXiv id, abstract
PAPERS = [
    ("densenet", "Densely Connected Convolutional Networks", ("Gao Huang", "Zhuang Liu"), 2017,
     "1608.06993", "In this paper, we introduce the Dense Convolutional Network (DenseNet), which"),
    ("resnet", "Deep Residual Learning for Image Recognition", ("Kaiming He", "Jian Sun"), 2016,
     "1512.03385", "We present a residual framework. " + "ResNet is deep. " * 20),
    ("transformer", "Attention Is All You Need", ("Ashish Vaswani", "Noam Shazeer"), 2017,
     "1706.03762", "We propose a new simple architecture, the Transformer."),
    ("bert", "BERT: Pre-training of Deep Bidirectional Transformers", ("Jacob Devlin",), 2019,
     "1810.04805", "We introduce a model called BERT, which is bidirectional."),
    ("lora", "LoRA: Low-Rank Adaptation of Large Language Models", ("Edward Hu",), 2022,
     "2106.09685", "We propose Low-Rank Adaptation, or LoRA, which freezes weights."),
    ("adam", "Adam: A Method for Stochastic Optimization", ("Diederik Kingma", "Jimmy Ba"), 2015,
     "1412.6980", "We introduce Adam. It is called Adam, as we use Adam, so that Adam is, Adam"),
    ("hu-other", "Knowledge Graphs in Practice", ("Xia Hu",), 2021, "", "We study graphs."),
    ("mask", "Mask R-CNN", ("Kaiming He", "Georgia Gkioxari"), 2017, "", "We segment instances."),
    ("net-a", "TwinNet: A Network", ("A One",), 2018, "", "We propose TwinNet, a network."),
    ("net-b", "TwinNet: Another Network", ("B Two",), 2020, "", "We propose TwinNet, a net."),
    ("how", "How Can We Know What Language Models Know?", ("Z Jiang",), 2020, "", "We probe."),
]  # fmt: skip
SECTIONS = {"Method": Role.METHOD, "Limitations": Role.DISCUSSION}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library")
    with WritableCatalog(path) as catalog, catalog.transaction():
        for paper_id, title, authors, year, arxiv_id, abstract in PAPERS:
            made = make_paper(
                {"Method": [abstract], "Limitations": ["It is slow."]},
                paper_id=paper_id,
                source=f"/papers/{paper_id}.pdf",
                roles=SECTIONS,
            )
            meta = Metadata(title, authors, year, arxiv_id, abstract)
            paper = Paper(
                paper_id, meta, made.text, made.sections, made.elements, 2, made.source, paper_id
            )
            catalog.put(paper, make_chunks(paper), mine(paper))
    return path


@pytest.fixture
def routing(library: Path) -> Iterator[Routing]:
    with Catalog(library) as catalog:
        yield Routing(CatalogGlossary(catalog))


@pytest.fixture(scope="module")
def of_one_subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Routing]:
    """A library in which more papers write of BERT than anyone looks at."""
    path = tmp_path_factory.mktemp("subject")
    subject = Glossary(names=(Name("BERT", NameKind.SUBJECT), Name("Ann Wu", NameKind.FULL_NAME)))
    with WritableCatalog(path) as catalog:
        with catalog.transaction():
            for number in range(1200):
                paper = make_paper({"Method": ["We use it."]}, paper_id=f"on-bert-{number:04}")
                catalog.put(paper, make_chunks(paper), subject)
            for paper_id, name in (("that-of-bert", "BERT"), ("that-of-lora", "LoRA")):
                paper = make_paper({"Method": ["We propose it."]}, paper_id=paper_id)
                named = Glossary(names=(Name(name, NameKind.COINED),))
                catalog.put(paper, make_chunks(paper), named)
        yield Routing(CatalogGlossary(catalog))


def test_a_name_that_very_many_papers_write_hides_no_other(of_one_subject: Routing) -> None:
    where = soft(of_one_subject, "How does BERT compare with LoRA?")
    assert where == Filter(frozenset({"that-of-bert", "that-of-lora"}))
    assert hard(of_one_subject, "How are tokens masked in the BERT paper?") == {"that-of-bert"}


def test_some_of_very_many_papers_are_not_taken_for_all(of_one_subject: Routing) -> None:
    assert hard(of_one_subject, "What do the papers by Ann Wu say?") is None


def hard(routing: Routing, question: str, where: Filter = Filter()) -> set[str] | None:
    """The papers that the question is restricted to, None if it is not."""
    made = routing.transform(Query(question, where)).query
    return set(made.where.papers) if made else None


def soft(routing: Routing, question: str, where: Filter = Filter()) -> Filter | None:
    """Where the question is asked besides."""
    made = routing.transform(Query(question, where))
    assert len(made.variants) < 2
    for variant in made.variants:
        assert (variant.name, variant.text) == ("narrowed", question)
        return variant.where
    return None


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("What dropout does the DenseNet paper use?", {"densenet"}),
        ("what dropout does the densenet paper use?", {"densenet"}),
        ("In the DenseNet paper, how does it compare with ResNet?", {"densenet"}),
        ("What dropout rate is used in the DenseNet paper?", {"densenet"}),
        ("What is the DenseNet paper's growth rate?", {"densenet"}),
        ("What do the DenseNet authors say about memory?", {"densenet"}),
        ("What default step size do Adam's authors recommend?", {"adam"}),
        ("What did the authors of LoRA train?", {"lora"}),
        ("What is frozen in the paper introducing LoRA?", {"lora"}),
        ("According to the original BERT paper, how are tokens masked?", {"bert"}),
        ("How many heads are used in Attention Is All You Need?", {"transformer"}),
        ("How many heads are used in 'Attention is all you need'?", {"transformer"}),
        ('What does "Deep Residual Learning" say about depth?', {"resnet"}),
        ("How deep is the net of the deep residual learning paper?", {"resnet"}),
        ("What is the backbone in the Mask R-CNN paper?", {"mask"}),
        ("What is the warmup in 1706.03762?", {"transformer"}),
        ("What is the warmup in arXiv:1706.03762v5?", {"transformer"}),
        ("In Vaswani et al. 2017, what is the label smoothing value?", {"transformer"}),
        ("What rank is used by Hu et al. (2022)?", {"lora"}),
        ("What is the step size in Kingma and Ba (2015)?", {"adam"}),
        ("What do the papers by Kaiming He say about depth?", {"resnet", "mask"}),
        ("What is the difference between the BERT paper and the LoRA paper?", {"bert", "lora"}),
        ("What is the difference between the DenseNet and BERT papers?", {"densenet", "bert"}),
        ("How do the DenseNet paper and the BERT paper differ?", {"densenet", "bert"}),
        ("What happens after pooling in the DenseNet paper?", {"densenet"}),
        ("What does the LoRA paper improve on since 2020?", {"lora"}),
        ("By how much does accuracy improve on CIFAR in the DenseNet paper?", {"densenet"}),
        ("Which papers does the BERT paper name?", {"bert"}),
        ("Which studies stand in the introduction of the BERT paper?", {"bert"}),
        ("Which papers by Kaiming He use residuals?", {"resnet", "mask"}),
        ("Who wrote the BERT paper?", {"bert"}),
        ("Who are the authors of LoRA?", {"lora"}),
        ("Which models are trained in the BERT paper?", {"bert"}),
    ],
)
def test_a_paper_that_is_meant_becomes_a_filter(
    routing: Routing, question: str, papers: set[str]
) -> None:
    assert hard(routing, question) == papers


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("How does BERT compare with LoRA?", {"bert", "lora"}),
        ("Does the model use BERT?", {"bert"}),
        ("How does this differ from the BERT paper?", {"bert"}),
        ("Do they follow the settings of the BERT paper?", {"bert"}),
        ("Do they use the BERT paper's vocabulary?", {"bert"}),
        ("Does the BERT paper say what LoRA trains?", {"bert", "lora"}),
        ("What is TwinNet?", {"net-a", "net-b"}),
        ("What is the rate in the TwinNet paper?", {"net-a", "net-b"}),
        ("How deep is the net of the ResNet paper?", {"resnet"}),  # it writes it, but coins nothing
        ("Do they compare against Devlin et al. 2019?", {"bert"}),
        ("How does Devlin et al. (2018) mask?", {"bert"}),  # the preprint's year, or another paper
        ("What do Vaswani et al. propose?", {"transformer"}),
        ("How Can We Know What Language Models Know?", {"how"}),
        ("What is the key work on Deep Residual Learning for Image Recognition?", {"resnet"}),
        ("What does Kaiming He think of depth?", {"resnet", "mask"}),
        ("Which papers improve on the BERT paper?", {"bert"}),
        ("Which methods improve upon the results of the BERT paper?", {"bert"}),
        ("What came after the BERT paper?", {"bert"}),
        ("What has changed since the original BERT paper?", {"bert"}),
        ("Which papers build on the BERT paper?", {"bert"}),
        ("Which papers except the BERT paper use masking?", {"bert"}),
        ("Which papers were influenced by the BERT paper?", {"bert"}),
        ("Which recent papers use the BERT paper's masking?", {"bert"}),
        ("Who criticised the DenseNet paper?", {"densenet"}),
        ("Who has tried the DenseNet paper's idea elsewhere?", {"densenet"}),
        ("What critiques the paper introducing LoRA?", {"lora"}),
        ("What improves on the BERT paper and the LoRA paper?", {"bert", "lora"}),
    ],
)
def test_a_paper_that_is_mentioned_is_searched_besides(
    routing: Routing, question: str, papers: set[str]
) -> None:
    assert hard(routing, question) is None
    where = soft(routing, question)
    assert where is not None
    assert where.papers == papers


@pytest.mark.parametrize(
    "question",
    [
        "What learning rate is used?",
        "What datasets are used in this paper?",
        "What does the paper say about adapters?",
        "Is there a survey paper on attention?",
        "What does the GPT-9 paper say?",
        "Who are the authors of the paper?",
        "How does Nobody et al. (2017) mask?",
        "What is 1234.56789?",
        "How many examples are there in 2000 documents?",
        "Is the accuracy in the range of 1990 to 2010 samples?",
        "How large is the graph?",
        "¿Qué?",
        "",
    ],
)
def test_a_question_that_names_nothing(routing: Routing, question: str) -> None:
    made = routing.transform(Query(question))
    assert made.query is None
    assert made.variants == ()


def test_the_users_papers_are_left_alone(routing: Routing) -> None:
    mine_only = Filter(papers=frozenset({"lora"}))
    assert hard(routing, "What dropout does the DenseNet paper use?", mine_only) is None
    assert soft(routing, "Does it use BERT?", mine_only) is None
    where = soft(routing, "limitations of LoRA", mine_only)
    assert where == Filter(frozenset({"lora"}), frozenset({Role.DISCUSSION, Role.CONCLUSION}))


def test_the_users_filter_is_never_widened_nor_emptied(routing: Routing) -> None:
    late = Filter(year_from=2019)
    assert hard(routing, "What rank is used in the LoRA paper?", late) == {"lora"}
    made = routing.transform(Query("What rank is used in the LoRA paper?", late)).query
    assert made is not None
    assert made.where.year_from == 2019
    assert hard(routing, "What dropout does the DenseNet paper use?", late) is None
    assert soft(routing, "What dropout does the DenseNet paper use?", late) is None
    methods = Filter(roles=frozenset({Role.METHOD}))
    assert soft(routing, "limitations of attention", methods) is None
    unseen = Filter(roles=frozenset({Role.APPENDIX}))
    assert hard(routing, "What dropout does the DenseNet paper use?", unseen) is None


def test_limitations_of_a_named_thing_are_looked_for_in_its_discussion(routing: Routing) -> None:
    where = soft(routing, "What are the limitations of LoRA?")
    assert where == Filter(frozenset({"lora"}), frozenset({Role.DISCUSSION, Role.CONCLUSION}))
    appendix = soft(routing, "What does LoRA list in the appendix?")
    assert appendix == Filter(frozenset({"lora"}))  # it has none


def test_both_at_once(routing: Routing) -> None:
    made = routing.transform(Query("What are the limitations in the LoRA paper?"))
    assert made.query is not None
    assert made.query.where == Filter(frozenset({"lora"}))
    [variant] = made.variants
    assert variant.where == Filter(
        frozenset({"lora"}), frozenset({Role.DISCUSSION, Role.CONCLUSION})
    )
    assert made.note == (
        "only in LoRA: Low-Rank Adaptation of Large Language Models; "
        "rather in sections: conclusion, discussion"
    )


def test_years_of_papers_are_a_filter_and_others_are_not(routing: Routing) -> None:
    made = routing.transform(Query("Which papers published since 2020 adapt models?")).query
    assert made is not None
    assert made.where == Filter(year_from=2020)
    assert hard(routing, "What was new in adaptation since 2020?") is None
    assert soft(routing, "What was new in adaptation since 2020?") == Filter(year_from=2020)
    dated = "Which papers since 2020 adapt models from before 2018?"
    assert hard(routing, dated) is None
    assert soft(routing, dated) == Filter(year_from=2020)
    assert routing.transform(Query("Which papers from 1950 adapt models?")).query is None


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("papers in 2017", Years(2017, 2017, True)),
        ("the 2017 paper on attention", Years(2017, 2017, True)),
        ("papers since 2020", Years(2020, None, True)),
        ("work before 2015", Years(None, 2014, True)),
        ("work after 2015", Years(2016, None, True)),
        ("papers between 2015 and 2018", Years(2015, 2018, True)),
        ("papers published from 2015 to 2018", Years(2015, 2018, True)),
        ("what was best in 2017?", Years(2017, 2017)),
        ("what was known until 2017?", Years(None, 2017)),
        ("papers since 2020 on SemEval-2016", Years(2020, None, True)),
        ("the 2017 paper that won in 2017", Years(2017, 2017, True)),
        ("papers published in 2021 that use data from before 2015", Years(2021, 2021)),
        ("papers since 2020 that beat the results from before 2018", Years(2020, None)),
        ("what beat the papers from 2018 in 2019?", Years(2018, 2018)),
        ("what was new after 2015 and gone by 2020?", Years(2016, None)),
        ("how many articles from 2016 are in the corpus?", Years(2016, 2016)),
        ("articles from 2016 about a corpus of tweets", Years(2016, 2016, True)),
        ("SemEval-2016 task 4", Years()),
        ("trained for 2000 steps", Years()),
        ("a drop of 2000 samples", Years()),
        ("the first 1999", Years()),
    ],
)
def test_years_are_read(question: str, years: Years) -> None:
    assert years_in(question) == years


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("limitations of LoRA", Role.DISCUSSION),
        ("related work on parsing", Role.RELATED_WORK),
        ("what stands in the appendix?", Role.APPENDIX),
        ("what is claimed in the abstract of the paper?", Role.ABSTRACT),
        ("what is said in the conclusion?", Role.CONCLUSION),
        ("what future work is planned?", Role.CONCLUSION),
    ],
)
def test_kinds_of_section_are_read(question: str, role: Role) -> None:
    assert role in roles_in(question)


@pytest.mark.parametrize(
    "question",
    ["abstract meaning representation", "what is in the conclusion tree bank", "methods"],
)
def test_words_that_only_sound_like_sections(question: str) -> None:
    assert roles_in(question) == frozenset()


def test_joined_filters_let_through_what_both_do() -> None:
    a, b = frozenset("ab"), frozenset("b")
    assert joined(Filter(a, year_from=2000), Filter(b, year_to=2010)) == Filter(
        b, year_from=2000, year_to=2010
    )
    assert joined(Filter(a), Filter(frozenset("c"))) is None
    assert joined(Filter(year_from=2011), Filter(year_to=2010)) is None
    assert joined(Filter(), Filter(b)) == Filter(b)


def test_a_library_without_glossary_is_not_routed(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        catalog.select("DROP TABLE term_counts")
        assert hard(Routing(CatalogGlossary(catalog)), "in the DenseNet paper") is None
