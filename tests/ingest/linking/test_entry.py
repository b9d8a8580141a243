"""Entries of bibliographies in the styles that papers use, read by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.linking.accents import composed
from ingest.linking.entry import read_entry
from ingest.linking.identifiers import find_identifiers
from ingest.linking.names import family_of, read_names
from rag.types import Reference

ENTRIES = {
    # plain: names, title, venue, year
    "[21] A. Krizhevsky, I. Sutskever, and G. Hinton. Imagenet classification with deep "
    "convolutional neural networks. In NIPS, 2012. 3, 7": Reference(
        5,
        "21",
        ("A. Krizhevsky", "I. Sutskever", "G. Hinton"),
        "Imagenet classification with deep convolutional neural networks",
        2012,
        "NIPS",
    ),
    # the year after full names
    "Jacob Devlin, Ming-Wei Chang, Kenton Lee, and Kristina Toutanova. 2019a. BERT: Pre-training "
    "of deep bidirectional transformers for language understanding. In Proceedings of the 2019 "
    "Conference of the North American Chapter of the Association for Computational Linguistics, "
    "pages 4171–4186, Minneapolis.": Reference(
        5,
        "",
        ("Jacob Devlin", "Ming-Wei Chang", "Kenton Lee", "Kristina Toutanova"),
        "BERT: Pre-training of deep bidirectional transformers for language understanding",
        2019,
        "Proceedings of the 2019 Conference of the North American Chapter of the Association for "
        "Computational Linguistics",
    ),
    # families first, a preprint
    "Kingma, D. P. and Ba, J. L. (2015). Adam: A method for stochastic optimization. arXiv "
    "preprint arXiv:1412.6980v9.": Reference(
        5,
        "",
        ("D. P. Kingma", "J. L. Ba"),
        "Adam: A method for stochastic optimization",
        2015,
        "arXiv",
        "1412.6980",
    ),
    # families first with full given names
    "Kingma, Diederik P and Welling, Max. Auto-Encoding Variational Bayes. In The 2nd "
    "International Conference on Learning Representations (ICLR), 2013.": Reference(
        5,
        "",
        ("Diederik P Kingma", "Max Welling"),
        "Auto-Encoding Variational Bayes",
        2013,
        "The 2nd International Conference on Learning Representations (ICLR)",
    ),
    # Springer's: a colon ends the names, a year in brackets the entry
    "8. LeCun, Y., Boser, B., Jackel, L.D.: Backpropagation applied to handwritten zip code "
    "recognition. Neural Computation 1(4), 541–551 (1989)": Reference(
        5,
        "8",
        ("Y. LeCun", "B. Boser", "L.D. Jackel"),
        "Backpropagation applied to handwritten zip code recognition",
        1989,
        "Neural Computation",
    ),
    # IEEE's: the title in quotation marks
    "[4] K. He, X. Zhang, S. Ren, and J. Sun, “Deep residual learning for image recognition,” in "
    "Proc. IEEE Conf. Computer Vision, vol. 1, 2016, pp. 770–778.": Reference(
        5,
        "4",
        ("K. He", "X. Zhang", "S. Ren", "J. Sun"),
        "Deep residual learning for image recognition",
        2016,
        "Proc. IEEE Conf. Computer Vision",
    ),
    # a label of letters, editors, a DOI broken by a line's end
    "[HS97] S. Hochreiter and J. Schmidhuber. Long short-term memory. In Y. Bengio, editor, Neural "
    "Computation, 9(8):1735–1780, 1997. doi: 10.1162/neco.1997.9.8. 1735.": Reference(
        5,
        "HS97",
        ("S. Hochreiter", "J. Schmidhuber"),
        "Long short-term memory",
        1997,
        "Neural Computation",
        doi="10.1162/neco.1997.9.8.1735",
    ),
    # nothing but a title, an address and a year
    "[24] NVIDIA Tesla V100 GPU architecture. http://images.nvidia.com/volta-architecture/ "
    "volta.pdf, 2017. [Online, accessed 22-April-2020].": Reference(
        5,
        "24",
        (),
        "NVIDIA Tesla V100 GPU architecture",
        2017,
        url="http://images.nvidia.com/volta-architecture/volta.pdf",
    ),
    # the title ends in a question mark, others are left out
    "Ribeiro, M. T., Singh, S., et al. Why should I trust you? Explaining any classifier. KDD, "
    "pp. 1135–1144, 2016.": Reference(
        5,
        "",
        ("M. T. Ribeiro", "S. Singh"),
        "Why should I trust you?",
        2016,
        "Explaining any classifier",
    ),
    # a particle, an accent beside its letter, an organisation
    "Bart van Merriënboer, Barlas O˘guz, and Franc¸ois Fleuret. Blocks and Fuel. CoRR, "
    "abs/1506.00619, 2015.": Reference(
        5,
        "",
        ("Bart van Merriënboer", "Barlas Oğuz", "François Fleuret"),
        "Blocks and Fuel",
        2015,
        "CoRR",
        "1506.00619",
    ),
    # Springer's other style: initials without stops
    "Mikolov T, Yih Wt, Zweig G (2013b) Linguistic regularities in continuous space word "
    "representations. In: HLT-NAACL, pp 746–751": Reference(
        5,
        "",
        ("T Mikolov", "Wt Yih", "G Zweig"),
        "Linguistic regularities in continuous space word representations",
        2013,
        "HLT-NAACL",
    ),
    "Google. 2020. Profile your model with cloud tpu tools. https://cloud.google.com/tpu/docs. "
    "Accessed: 2022-11-11.": Reference(
        5,
        "",
        ("Google",),
        "Profile your model with cloud tpu tools",
        2020,
        url="https://cloud.google.com/tpu/docs",
    ),
}


@pytest.mark.parametrize(("text", "expected"), ENTRIES.items())
def test_fields_of_an_entry(text: str, expected: Reference) -> None:
    assert read_entry(text, 5) == expected


@pytest.mark.parametrize("text", ["40", "Adaptive Retrieval Multi-step Approach", "Time per Query"])
def test_what_is_no_entry(text: str) -> None:
    assert read_entry(text, 0) is None


@given(st.text(alphabet=" .,:;()[]“”\"'’-–/&AaBbé˘¸019", max_size=120))
def test_any_text_is_read_or_left(text: str) -> None:
    found = read_entry(text, 3)
    assert found is None or found.element == 3


def test_very_long_lists_of_authors() -> None:
    names = [f"A. B. {chr(65 + n % 26)}{'abcdefghij'[n % 10]}xer" for n in range(3000)]
    found = read_names(f"{', '.join(names)}, and C. Last. A title. 2020.")
    assert found.names[0] == "A. B. Aaxer"
    assert len(found.names) == 400


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Bart van Merriënboer", "van Merriënboer"),
        ("Yann LeCun", "LeCun"),
        ("Li Fei-Fei", "Fei-Fei"),
        ("Sammy Davis, Jr.", "Davis"),
        ("Google", "Google"),
    ],
)
def test_family_names(name: str, family: str) -> None:
    assert family_of(name) == family


@pytest.mark.parametrize(
    ("text", "arxiv_id", "doi", "url"),
    [
        ("arXiv:2005.11401v4 [cs.CL]", "2005.11401", "", ""),
        ("arXiv preprint arXiv: 1810. 04805, 2018", "1810.04805", "", ""),
        ("arXiv:cs/0112017", "cs/0112017", "", ""),
        (
            "URL https://arxiv.org/abs/2005.11401.",
            "2005.11401",
            "",
            "https://arxiv.org/abs/2005.11401",
        ),
        ("doi:10.1145/3298981. URL", "", "10.1145/3298981", ""),
        (
            "https://doi.org/10.1007/s11263-015-0816-y).",
            "",
            "10.1007/s11263-015-0816-y",
            "https://doi.org/10.1007/s11263-015-0816-y",
        ),
        (
            "https://aclanthology. org/2020.emnlp-main.41.",
            "",
            "",
            "https://aclanthology.org/2020.emnlp-main.41",
        ),
        ("pages 10.1 to 10.2", "", "", ""),
    ],
)
def test_identifiers(text: str, arxiv_id: str, doi: str, url: str) -> None:
    found = find_identifiers(text)
    assert (found.arxiv_id, found.doi, found.url) == (arxiv_id, doi, url)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [("O˘guz", "Oğuz"), ("Pas¸ca", "Paşca"), ("Pi˛ekos", "Piękos"), ("˚Aström", "Åström")],
)
def test_loose_accents(printed: str, meant: str) -> None:
    assert composed(printed) == meant
