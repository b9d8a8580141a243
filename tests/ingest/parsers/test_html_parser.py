"""Articles in HTML: one that LaTeXML made, one as Distill writes them, and plain ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.build import ParseFile
from rag.errors import SourceError
from rag.types import Cell, Element, Grid, Kind, LinkKind, Paper, Role

LATEXML = Path(__file__).parent / "html_samples" / "latexml.html"


def parsed(path: Path) -> Paper:
    return ParseFile(10)(path)


def page(folder: Path, html: str, encoding: str = "utf-8") -> Paper:
    path = folder / "page.html"
    path.write_bytes(html.encode(encoding))
    return parsed(path)


def of(paper: Paper, kind: Kind) -> list[str]:
    return [e.span.of(paper.text) for e in paper.elements if e.kind is kind]


def headings(paper: Paper) -> list[tuple[int, str, Role]]:
    return [(s.level, s.heading, s.role) for s in paper.sections]


@pytest.fixture(scope="module")
def latexml() -> Paper:
    return parsed(LATEXML)


def test_the_front_of_latexmls_page(latexml):
    front = latexml.metadata
    assert front.title == "Reading Pages: A Made-Up Paper"
    assert front.authors == ("Ada Lovelace", "Grace Hopper")
    assert front.year == 2019
    assert front.abstract == "We read pages with $x_{i}^{2}$ and find their parts. It works."


def test_its_sections(latexml):
    assert headings(latexml) == [
        (1, "Abstract", Role.ABSTRACT),
        (1, "1 Introduction", Role.INTRODUCTION),
        (2, "1.1 Contributions", Role.INTRODUCTION),
        (3, "Speed", Role.INTRODUCTION),
        (1, "2 Method", Role.METHOD),
        (1, "Acknowledgements", Role.OTHER),
        (1, "References", Role.REFERENCES),
        (1, "A More Details", Role.APPENDIX),
    ]


def test_its_text(latexml):
    assert of(latexml, Kind.PARAGRAPH)[1] == (
        "Pages are long (Vaswani et al., 2017; Ba et al., 2016). As Ba et al. (2016) say, "
        "see Section 2, Table 1 and Eq. (1)."
    )
    assert of(latexml, Kind.LIST) == ["• First thing.\n• Second thing."]
    assert of(latexml, Kind.FOOTNOTE) == ["A footnote with $y$."]
    assert of(latexml, Kind.ALGORITHM) == ["def f(x):\n    return x"]
    assert of(latexml, Kind.FIGURE) == ["Figure 1: A figure of the model with $k$."]


def test_its_formulas(latexml):
    assert of(latexml, Kind.EQUATION) == [
        r"$$\mathcal{L}=\sum_{i=1}^{n}(y_{i}-\hat{y}_{i})^{2}\tag{1}$$",
        "$$a =b+c \\\\\nd =e\\tag{2}$$",
    ]


def test_its_table_cell_by_cell(latexml):
    [table] = [e for e in latexml.elements if e.kind is Kind.TABLE]
    assert table.label == "Table 1"
    assert table.grid
    assert (table.grid.rows, table.grid.columns, table.grid.header_rows) == (4, 3, 2)
    assert table.grid.cells[:4] == (
        Cell(0, 0, "Model", rows=2, header=True),
        Cell(0, 1, "Accuracy", columns=2, header=True),
        Cell(1, 1, "A", header=True),
        Cell(1, 2, "B", header=True),
    )
    assert table.span.of(latexml.text).splitlines() == [
        "Table 1: Results on two sets.",
        "Model | Accuracy",
        "A | B",
        r"Ours | 1.5 | $2.5\pm 0.1$",
        "Theirs | 0.5 | –",
    ]


def test_its_references(latexml):
    first, second = latexml.references
    assert (first.title, first.year) == ("Attention is all you need", 2017)
    assert (second.title, second.arxiv_id) == ("Layer normalization", "1607.06450")
    assert (first.authors, second.authors) == (("Ashish Vaswani",), ("Jimmy Ba",))
    assert latexml.elements[first.element].kind is Kind.REFERENCE


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Ada Lovelace, C. Babbage, and G. Hopper.", ("Ada Lovelace", "C. Babbage", "G. Hopper")),
        ("Lovelace, A., Babbage, C.", ()),
        ("OpenAI.", ()),
    ],
)
def test_authors_where_they_can_be_told_apart(tmp_path, printed, names):
    texts = (printed, "A Title.", "2001")
    blocks = "".join(f"<span class=ltx_bibblock>{text}</span>" for text in texts)
    paper = page(
        tmp_path, f"<h2>References</h2><ul class=ltx_biblist><li class=ltx_bibitem>{blocks}</ul>"
    )
    [reference] = paper.references
    assert (reference.title, reference.authors) == ("A Title", names)


def test_its_links(latexml):
    links = [(link.kind, link.span.of(latexml.text), link.target) for link in latexml.links]
    table = next(i for i, e in enumerate(latexml.elements) if e.kind is Kind.TABLE)
    equation = next(i for i, e in enumerate(latexml.elements) if e.kind is Kind.EQUATION)
    assert links == [
        (LinkKind.CITATION, "2017", 0),
        (LinkKind.CITATION, "2016", 1),
        (LinkKind.CITATION, "2016", 1),
        (LinkKind.SECTION, "2", 4),
        (LinkKind.ELEMENT, "1", table),
        (LinkKind.ELEMENT, "1", equation),
    ]


DISTILL = """<!doctype html>
<html><head><script>var tracking = "evil";</script></head><body>
<d-front-matter><script type="text/json">{"title": "Why Pages Work", "description": "On pages.",
 "authors": [{"author": "Ada Lovelace"}, {"author": "Grace Hopper"}]}</script></d-front-matter>
<d-title><h1>Why Pages Work</h1><p>On pages.</p></d-title><d-byline></d-byline>
<d-article><d-contents><nav><a href="#one">One</a></nav></d-contents>
<p>Pages work <d-cite key="goh2017"></d-cite>, for <d-math>x > 1</d-math>.
<d-footnote>Mostly.</d-footnote></p>
<d-math block>a = \\frac{1}{2}</d-math>
<h2 id="one">Why</h2><p>Because.</p>
<d-figure><figure><figcaption>A page.</figcaption></figure></d-figure>
</d-article>
<d-appendix><h3>Acknowledgments</h3><p>Thanks.</p><d-footnote-list></d-footnote-list></d-appendix>
<d-bibliography><script type="text/%s">%s</script></d-bibliography>
</body></html>"""
AS_JSON = '[["goh2017", {"title": "Why Momentum Really Works", "author": "Goh, Gabriel",'
AS_JSON += ' "year": "2017"}]]'
AS_BIBTEX = """@article{goh2017, title={Why Momentum Really Works},
 author={Goh, Gabriel}, year=2017}"""


@pytest.mark.parametrize(("kind", "data"), [("json", AS_JSON), ("bibtex", AS_BIBTEX)])
def test_distills_articles(tmp_path, kind, data):
    paper = page(tmp_path, DISTILL % (kind, data))
    assert paper.metadata.title == "Why Pages Work"
    assert paper.metadata.authors == ("Ada Lovelace", "Grace Hopper")
    assert paper.metadata.abstract == "On pages."
    assert of(paper, Kind.PARAGRAPH) == [
        "Pages work [goh2017], for $x > 1$.", "Because.", "Thanks.",
    ]  # fmt: skip
    assert of(paper, Kind.EQUATION) == ["$$a = \\frac{1}{2}$$"]
    assert of(paper, Kind.FOOTNOTE) == ["Mostly."]
    assert of(paper, Kind.FIGURE) == ["A page."]
    [reference] = paper.references
    assert (reference.title, reference.year) == ("Why Momentum Really Works", 2017)
    [link] = paper.links
    assert (link.kind, link.span.of(paper.text), link.target) == (
        LinkKind.CITATION, "goh2017", 0,
    )  # fmt: skip


PLAIN = """<html><head><title>A Page | A Site</title>
<meta name="citation_title" content="A Plain Page">
<meta name="citation_author" content="Lovelace, Ada">
<meta name="citation_author" content="Grace Hopper">
<meta name="citation_publication_date" content="2021/05/03">
<meta name="citation_doi" content="10.1000/182">
<meta name="citation_conference_title" content="Conference on Pages">
<meta name="citation_arxiv_id" content="2105.00001v2">
<meta name="citation_keywords" content="pages; reading"></head>
<body><header><h1>A Site</h1></header><nav>Home | About</nav>
<main><h1>A Plain Page</h1>
<p>Loose &amp; <b>bold</b> words,<br>on two lines.<p>Another.
<div>Words in no paragraph <p>and one in one</p> and after it</div>
<h2>1 Method</h2><ol><li>One<li>Two</ol><pre>x = 1
  y</pre>
<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>k</mi></mrow>
<annotation encoding="application/x-tex">k^2</annotation></semantics></math></span>
<span class="katex-html" aria-hidden="true">k2</span></span>
<table role="presentation"><tr><td><p>Only arranged.</p></td></tr></table>
<p style="x" hidden>Not to be seen.</p><noscript>Turn on scripts.</noscript>
<h2>References</h2><ol><li id="r1">A. Author. A Thing. doi:10.1000/183, 2001.</li></ol>
</main><footer>Imprint</footer></body></html>"""


def test_plain_pages(tmp_path):
    paper = page(tmp_path, PLAIN)
    front = paper.metadata
    assert (front.title, front.authors) == ("A Plain Page", ("Ada Lovelace", "Grace Hopper"))
    assert (front.year, front.doi, front.venue) == (2021, "10.1000/182", "Conference on Pages")
    assert (front.arxiv_id, front.arxiv_version) == ("2105.00001", 2)
    assert front.keywords == ("pages", "reading")
    assert paper.paper_id == "2105.00001"
    assert of(paper, Kind.PARAGRAPH) == [
        "Loose & bold words, on two lines.", "Another.", "Words in no paragraph",
        "and one in one", "and after it", "$k^2$", "Only arranged.",
    ]  # fmt: skip
    assert of(paper, Kind.LIST) == ["1. One\n2. Two"]
    assert of(paper, Kind.ALGORITHM) == ["x = 1\n  y"]
    [reference] = paper.references
    assert (reference.label, reference.doi, reference.year) == ("1", "10.1000/183", 2001)
    assert headings(paper) == [
        (1, "", Role.OTHER), (1, "1 Method", Role.METHOD), (1, "References", Role.REFERENCES),
    ]  # fmt: skip


def test_spans_of_cells_that_claim_too_much(tmp_path):
    paper = page(
        tmp_path,
        "<table><tr><td rowspan=9>a<td colspan=2>b<tr><td>c<td rowspan=0>d<tr><td>e</table>"
        "<table><tr><td colspan=1000 rowspan=1000>x<td>y</table>"
        + "<table>" + "<tr><td colspan=1000>z<td>w" * 30 + "</table>",
    )  # fmt: skip
    first, second, third = [e.grid for e in paper.elements]
    assert first == Grid(
        3, 3,
        (Cell(0, 0, "a", rows=3), Cell(0, 1, "b", columns=2), Cell(1, 1, "c"), Cell(1, 2, "d"),
         Cell(2, 1, "e")),
    )  # fmt: skip
    assert second == Grid(1, 1001, (Cell(0, 0, "x", columns=1000), Cell(0, 1000, "y")))
    assert third is None


def test_floats(tmp_path):
    paper = page(
        tmp_path,
        """<figure id="f"><figure><img alt="x"><figcaption>(a) left</figcaption></figure>
        <figcaption>Figure 2: Both.</figcaption></figure>
        <figure><img src="y.png" alt="A plot."></figure>
        <figure><p>Words alone.</p></figure>
        <figure class="ltx_float ltx_algorithm"><figcaption>Algorithm 1 Train</figcaption>
        <div class="ltx_listing"><div class="ltx_listingline">x = 1</div>
        <div class="ltx_listingline">y = 2</div></div></figure>
        <figure><table><tr><td>a<td><table><tr><td>b<td>c</table></table></figure>""",
    )
    assert [(e.kind, e.label, e.span.of(paper.text)) for e in paper.elements] == [
        (Kind.FIGURE, "Figure 2", "Figure 2: Both.\n(a) left"),
        (Kind.FIGURE, "", "A plot."),
        (Kind.PARAGRAPH, "", "Words alone."),
        (Kind.ALGORITHM, "Algorithm 1", "Algorithm 1 Train\nx = 1\ny = 2"),
        (Kind.TABLE, "", "a | b c"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-2"])
def test_encodings(tmp_path, encoding):
    html = f'<!doctype html><meta charset="{encoding}"><p>Žluťoučký kůň.</p>'
    assert page(tmp_path, html, encoding).text == "Žluťoučký kůň."


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02", "not HTML"),
        (b"<html><body><script>x</script></body></html>", "no text"),
        (b"<h1>Only a heading</h1>", "no text"),
        (b"<!-- -->", "nothing in it|no text"),
    ],
)
def test_what_is_no_article(tmp_path, content, complaint):
    (tmp_path / "page.html").write_bytes(content)
    with pytest.raises(SourceError, match=complaint):
        parsed(tmp_path / "page.html")


def test_spans_reproduce_the_text_and_links_lie_in_it(latexml):
    ends = [e.span.end for e in latexml.elements]
    assert ends == sorted(ends)
    assert latexml.text[: ends[-1]] == latexml.text
    inside: list[Element] = [
        e for e in latexml.elements for link in latexml.links if e.span.overlaps(link.span)
    ]
    assert len(inside) == len(latexml.links)


def nested(depth: int) -> str:
    return "<div>" * depth + "deep" + "</div>" * depth + "<p>And on.</p>"


def test_nesting_is_followed_as_far_as_anybody_means_it(tmp_path):
    assert page(tmp_path, nested(200)).text == "deep\n\nAnd on."
    with pytest.raises(SourceError):
        page(tmp_path, nested(5000))


@pytest.mark.parametrize("end", ["?>", ">", " ? >"])
def test_an_xml_declaration_however_it_ends(tmp_path, end):
    html = (
        f'<?xml version="1.0" encoding="utf-8"{end}\n<html><body><p>Words of it.</p></body></html>'
    )
    assert of(page(tmp_path, html), Kind.PARAGRAPH) == ["Words of it."]
