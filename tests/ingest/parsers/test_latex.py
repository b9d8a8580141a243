"""LaTeX projects: one made for the tests that uses all of it, and what is said of each rule."""

# ruff: noqa: E501  # a case stands on one line, as it is read

from __future__ import annotations

import json
import os
import tarfile
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.build import ParseFile
from ingest.parsers import tree
from ingest.parsers.latex.macros import MAX_GROWTH, Macros
from ingest.parsers.latex.project import MAX_READ, main_file
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import tokens_of
from rag.errors import SourceError
from rag.types import Cell, Kind, LinkKind, Paper, Role
from tests.ingest.places import check_grids

PROJECT = Path(__file__).parent / "latex_project"
GOLDEN = Path(__file__).parents[1] / "golden" / "latex-project.json"
EXAMPLES = Path(__file__).parents[3] / "examples" / "papers" / "src"


def parse(tmp_path: Path, body: str, preamble: str = "", **others: str) -> Paper:
    """The paper of a document with that body; ``others`` are the texts of further files."""
    document = "\\documentclass{article}\n%s\\begin{document}\n%s\n\\end{document}\n"
    (tmp_path / "main.tex").write_text(document % (preamble, body), encoding="utf-8")
    for name, text in others.items():
        (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return ParseFile(100)(tmp_path)


def texts(paper: Paper, kind: Kind = Kind.PARAGRAPH) -> list[str]:
    return [e.span.of(paper.text) for e in paper.elements if e.kind is kind]


def shape(paper: Paper) -> dict[str, Any]:
    m = paper.metadata
    headings = [section.heading or "(none)" for section in paper.sections]
    return {
        "title": m.title,
        "authors": list(m.authors),
        "affiliations": list(m.affiliations),
        "keywords": list(m.keywords),
        "year": m.year,
        "abstract": m.abstract,
        "sections": [
            f"{'  ' * (s.level - 1)}{s.heading or '(none)'} | {s.role.value}"
            for s in paper.sections
        ],
        "elements": [
            [e.kind.value, e.label, headings[e.section], e.span.of(paper.text)]
            for e in paper.elements
        ],
        "grids": [
            [[c.row, c.column, c.rows, c.columns, c.header, c.text] for c in e.grid.cells]
            for e in paper.elements
            if e.grid
        ],
        "links": [
            [
                link.span.of(paper.text),
                link.kind.value,
                headings[link.target]
                if link.kind is LinkKind.SECTION
                else paper.references[link.target].title
                if link.kind is LinkKind.CITATION
                else paper.elements[link.target].label,
            ]
            for link in paper.links
        ],
        "references": [
            [list(r.authors), r.title, r.year, r.venue, r.arxiv_id, r.doi] for r in paper.references
        ],
        "remarks": list(paper.remarks),
    }


def test_the_project_reads_as_agreed(pytestconfig: pytest.Config) -> None:
    found = json.dumps(shape(ParseFile(100)(PROJECT)), indent=1, ensure_ascii=False) + "\n"
    if pytestconfig.getoption("--update-goldens"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_an_archive_gives_the_same_paper_under_its_arxiv_id(tmp_path: Path) -> None:
    path = tmp_path / "2105.01234v3.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(PROJECT, arcname=".")
    paper, folder = ParseFile(100)(path), ParseFile(100)(PROJECT)
    assert (paper.paper_id, paper.metadata.arxiv_version) == ("2105.01234", 3)
    assert paper.text == folder.text
    assert paper.content_hash == folder.content_hash


@pytest.mark.parametrize("name", ["structural-chunking", "hybrid-retrieval"])
def test_our_own_papers_read_from_source_as_from_pdf(name: str) -> None:
    source = ParseFile(100)(EXAMPLES / f"{name}.tex")
    printed = ParseFile(100)(EXAMPLES.parent / f"{name}.pdf")
    assert source.metadata.title.partition(":")[0] == printed.metadata.title.partition(":")[0]

    def numbered(paper: Paper) -> list[str]:
        return [section.heading for section in paper.sections if section.number]

    def labels(paper: Paper, kind: Kind) -> list[str]:
        return sorted(e.label for e in paper.elements if e.kind is kind and e.label)

    assert numbered(source) == numbered(printed)
    for kind in (Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM, Kind.EQUATION):
        assert labels(source, kind) == labels(printed, kind)
    assert not [remark for remark in source.remarks if "defines" in remark]


def test_a_table_has_its_cells(tmp_path: Path) -> None:
    paper = parse(
        tmp_path,
        r"\begin{tabular}{lll} a & \multicolumn{2}{c}{b} \\ \hline"
        r" & 1 & 2 \\ \multirow{-2}{*}{c} & 3 \% & $x \& y$ \\ \hline \end{tabular}",
    )
    [element] = paper.elements
    assert element.grid is not None
    assert element.grid.cells == (
        Cell(0, 0, "a", header=True),
        Cell(0, 1, "b", columns=2, header=True),
        Cell(1, 0, "c", rows=2),
        Cell(1, 1, "1"),
        Cell(1, 2, "2"),
        Cell(2, 1, "3 %"),
        Cell(2, 2, r"$x \& y$"),
    )
    assert element.span.of(paper.text).splitlines()[:2] == ["| a | b | |", "|---|---|---|"]


def test_two_floats_side_by_side_are_two_elements(tmp_path: Path) -> None:
    paper = parse(
        tmp_path,
        r"\begin{table}\begin{minipage}{.5\linewidth}\begin{tabular}{l}one\end{tabular}"
        r"\caption{First.}\label{a}\end{minipage}\begin{minipage}{.5\linewidth}"
        r"\begin{tabular}{l}two\end{tabular}\caption{Second.}\label{b}\end{minipage}\end{table}"
        "\n\nSee \\ref{b}.",
    )
    assert texts(paper, Kind.TABLE) == ["Table 1: First.\n\n| one |", "Table 2: Second.\n\n| two |"]
    [link] = paper.links
    assert (link.span.of(paper.text), link.target) == ("2", 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\'Ecole fran\c{c}aise, Erd\H{o}s, \v Sm\'{\i}d, \o", "École française, Erdős, Šmíd, ø"),
        (r"a\%b \& c\_d --- 1--2 ``q'' \ldots", "a%b & c_d — 1–2 “q” ..."),
        (
            r"{\bf bold} \emph{it} \textcolor{red}{red} \href{http://x.org}{link}",
            "bold it red link",
        ),
        (r"\todo{gone} a\vspace{1em}b\footnotemark c", "abc"),
        (r"$a_{\text{if $b$}}$ costs \$5 and \(x\)", r"$a_{\text{if $b$}}$ costs $5 and $x$"),
        (r"\verb|\x{| and \verb+%+", r"\x{ and %"),
        (r"\unknown[o]{kept} \unknown", "kept"),
        (r"\begin{center} in \end{center}", "in"),
        (r"\captionof{figure}{A picture.}\label{p} See \ref{p}.", "See 1."),
        ("a%\nb % note\n  c", "ab c"),
        (
            r"See \url{http://x.org/a%20b} or \href{http://x.org/c%2Fd}{this} well.",
            "See http://x.org/a%20b or this well.",
        ),
        (r"\nolinkurl{a%7Eb{c}} \path{d%e}.", "a%7Eb{c} d%e."),
        ("\\url{http://x.org%\n} on", "http://x.org on"),
        (r"\mintinline{python}{y} \mintinline[a=b]{c}|z| \lstinline[language=C]{w}", "y z w"),
        (
            r"\SI{5}{\meter}, \si{\kilo\meter\per\square\second}, \SI{3}{\percent} \qty{1}{m.s}",
            "5 m, km/s², 3% 1 m s",
        ),
        (r"\includeonly{sec} \csname foo\endcsname.", "."),
    ],
)
def test_running_text(tmp_path: Path, written: str, read: str) -> None:
    assert " ".join(texts(parse(tmp_path, written))) == read


@pytest.mark.parametrize(
    ("defined", "used", "read"),
    [
        (r"\newcommand{\a}[2]{#2-#1}", r"\a{x}{y}", "y-x"),
        (r"\newcommand*\a[2][o]{#1#2}", r"\a{x} \a[p]{x}", "ox px"),
        (r"\def\a#1#2{#2#1}", r"\a{x}y", "yx"),
        (r"\def\a#1.{no}", r"\a x.", "x."),
        (r"\newcommand{\a}{A}\let\b=\a", r"\b.", "A."),
        (r"\newcommand{\a}{\b}\newcommand{\b}{B}", r"\a", "B"),
        (r"\newcommand{\a}{A\xspace}", r"\a is \a, \a", "A is A, A"),
        (
            r"\newcommand{\R}{\mathbb{R}}\newcommand{\al}{\alpha}",
            r"$\R^n \al x$",
            r"$\mathbb{R}^n \alpha x$",
        ),
        (r"\newenvironment{e}[1]{(#1: }{)}", r"\begin{e}{n}x\end{e}", "(n: x)"),
        (r"\NewDocumentCommand{\a}{O{d} m}{#1#2}", r"\a{x}", "dx"),
        (r"\newif\ifx@ \newif\ifyes \yestrue", r"\ifyes a\else b\fi\ifnum1=2 c\else d\fi", "ad"),
        (
            r"\providecommand{\a}{1}\providecommand{\a}{2}\renewcommand{\url}{no}",
            r"\a\url{b}",
            "1b",
        ),
        (r"\newcommand{\a}{x\a}", r"z", "z"),
        (r"\newcommand{\foo}[1]{<#1>}", r"\csname foo\endcsname{x}", "<x>"),
        (r"\newcommand{\u}[1]{\url{#1%" "\n}}", r"\u{b}", "b"),
    ],
)
def test_macros(tmp_path: Path, defined: str, used: str, read: str) -> None:
    assert texts(parse(tmp_path, used, defined)) == [read]


@pytest.mark.parametrize(
    ("option", "marks"),
    [
        ("", "1. 2."),
        (r"[label=(\alph*)]", "(a) (b)"),
        ("[(i)]", "(i) (ii)"),
        (r"[label=\Roman*.]", "I. II."),
    ],
)
def test_lists_are_marked_as_they_say(tmp_path: Path, option: str, marks: str) -> None:
    paper = parse(tmp_path, rf"\begin{{enumerate}}{option}\item x\item y\end{{enumerate}}")
    first, second = marks.split()
    assert texts(paper, Kind.LIST) == [f"{first} x\n{second} y"]


def test_listings_lose_their_options(tmp_path: Path) -> None:
    code = "\\begin{minted}[x=1]{python}\na = [1]\n\\end{minted}"
    assert texts(parse(tmp_path, code), Kind.ALGORITHM) == ["a = [1]"]
    code = "\\begin{verbatim}\n[1]\n\\end{verbatim}"
    assert texts(parse(tmp_path, code), Kind.ALGORITHM) == ["[1]"]


def test_what_expands_without_end_ends(tmp_path: Path) -> None:
    bomb = "".join(
        rf"\newcommand{{\{a}}}{{\{b}\{b}\{b}\{b}\{b}\{b}\{b}\{b}}}"
        for a, b in pairwise("abcdefghij")
    )
    paper = parse(tmp_path, r"Begin. \a \r End.", bomb + r"\newcommand{\j}{x}\newcommand{\r}{y\r}")
    assert "Begin." in paper.text
    assert "End." in paper.text
    assert len(paper.text) < 10_000_000
    assert any("macros" in remark for remark in paper.remarks)


@pytest.mark.parametrize(
    ("defined", "used"),
    [
        (r"\def\a#1{" + "#1" * 1000 + "}", r"\a{" + "x " * 1000 + "}"),
        (r"\def\a#1{" + "#1" * 8 + r"}", r"\a{" * 30 + "x" * 5000 + "}" * 30),
        (r"\def\a#1{\begin{#1#1}\a{#1#1}}", r"\a{" + "x" * 9 + "}"),
        (r"\newenvironment{e}[1]{\begin{#1#1}\begin{e}{#1#1}}{}", r"\begin{e}{abc}"),
    ],
)
def test_expansion_is_bounded_within_one_macro(tmp_path: Path, defined: str, used: str) -> None:
    reader = Reader(tokens_of(defined + used + " End."), Macros(), lambda *_: [])
    read = 0
    while (token := reader.next()) is not None:
        assert len(token.name) <= 200
        read += len(token.text)
    assert read < 20_000_000
    assert reader.macros.growth < 2 * MAX_GROWTH  # one argument may go beyond
    assert parse(tmp_path, f"{used} End.", defined).text


def test_an_argument_that_never_closes_ends_at_a_blank_line(tmp_path: Path) -> None:
    paper = parse(tmp_path, "\\textbf{One \\footnote{two.\n\nThree.\n\nFour.")
    assert texts(paper)[1:] == ["Three.", "Four."]
    assert any("never close" in remark for remark in paper.remarks)
    many = parse(tmp_path, "\\footnote{two.\n\n" * 3000 + "Last.")
    assert texts(many)[-1] == "Last."


def test_percent_signs_of_a_bib_file_are_characters(tmp_path: Path) -> None:
    paper = parse(
        tmp_path,
        r"\cite{k}\bibliography{refs}",
        refs_bib="@misc{k, title={Only 5% of it}, author={Ann One}, year=2020, "
        "howpublished={\\url{http://x.org/a%20b}}}",
    )
    [reference] = paper.references
    assert reference.title == "Only 5% of it"


@pytest.mark.parametrize(
    "defined",
    [
        r"\newtheorem{thm}{Theorem}[thm]",
        r"\newtheorem{thm}{Theorem}[b]\numberwithin{b}{c}\numberwithin{c}{thm}",
        r"\numberwithin{b}{thm}\numberwithin{c}{b}\newtheorem{thm}{Theorem}[c]",
    ],
)
def test_counters_within_one_another_are_refused(tmp_path: Path, defined: str) -> None:
    paper = parse(tmp_path, r"\begin{thm}x\end{thm}\begin{thm}y\end{thm}", defined)
    labels = [element.label for element in paper.elements]
    assert labels[0].endswith("1")
    assert labels[1].endswith("2")


def test_long_chains_of_counters_are_numbered(tmp_path: Path) -> None:
    names = [f"c{'i' * n}" for n in range(60)]
    chain = "".join(rf"\numberwithin{{{b}}}{{{a}}}" for a, b in pairwise(names))
    body = rf"\newtheorem{{{names[-1]}}}{{T}}\begin{{{names[-1]}}}x\end{{{names[-1]}}}"
    assert parse(tmp_path, body, chain).elements[0].label.endswith("1")


@pytest.mark.parametrize("text", ["\\documentclass[" * 20_000, "\n" * 300_000 + "x"])
def test_the_class_is_looked_for_within_bounds(tmp_path: Path, text: str) -> None:
    assert main_file({"a.tex": text.encode()}) == ""
    assert parse(tmp_path, f"Text. {text}").text.startswith("Text.")


def test_a_printed_bibliography_is_read(tmp_path: Path) -> None:
    paper = parse(
        tmp_path,
        r"As \cite{v} and \cite{k,v} say.\bibliography{refs}",
        main_bbl=r"""\begin{thebibliography}{2}
\bibitem{k} D.~P. Kingma and J.~Ba. \newblock Adam: A method. \newblock In {\em ICLR}, 2015.
\newblock URL \url{https://arxiv.org/abs/1412.6980}.
\bibitem[VSP17]{v} A. Vaswani, N. Shazeer, and I. Polosukhin. Attention is all you need. NeurIPS, 2017.
\end{thebibliography}""",
    )
    assert texts(paper) == ["As [VSP17] and [1, VSP17] say."]
    first, second = paper.references
    assert (first.label, first.authors, first.title) == (
        "1",
        ("D. P. Kingma", "J. Ba"),
        "Adam: A method.".rstrip("."),
    )
    assert (first.venue, first.year, first.arxiv_id) == ("ICLR", 2015, "1412.6980")
    assert second.authors == ("A. Vaswani", "N. Shazeer", "I. Polosukhin")
    assert (second.title, second.year) == ("Attention is all you need", 2017)
    assert [link.target for link in paper.links] == [1, 0, 1]
    assert paper.elements[second.element].kind is Kind.REFERENCE


def test_a_bibliography_of_biblatex_is_read(tmp_path: Path) -> None:
    paper = parse(
        tmp_path,
        r"As \cite{k} says.\printbibliography",
        r"\usepackage{biblatex}\addbibresource{gone.bib}",
        main_bbl=r"""\entry{k}{article}{}
  \name{author}{2}{}{%
    {{un=0,hash=a}{family={Kingma}, familyi={K\bibinitperiod}, given={Diederik\bibnamedelima P.}, giveni={D}}}%
    {{un=0,hash=b}{family={Ba}, given={Jimmy}}}%
  }
  \field{title}{{Adam}: A Method}
  \field{year}{2015}
  \verb{eprint}
  \verb 1412.6980
  \endverb
\endentry""",
    )
    [reference] = paper.references
    assert reference.authors == ("Diederik P. Kingma", "Jimmy Ba")
    assert (reference.title, reference.year) == ("Adam: A Method", 2015)
    assert reference.arxiv_id == "1412.6980"
    assert texts(paper) == ["As [1] says."]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (r"\author{A. One \and B. Two\thanks{x}}", ("A. One", "B. Two")),
        (
            r"\author{Ann One$^{1}$, Bob Two$^{2}$ and Cid Three \\ $^1$MIT $^2$Oxford University}",
            ("Ann One", "Bob Two", "Cid Three"),
        ),
        (
            r"\author{\IEEEauthorblockN{Ann One}\IEEEauthorblockA{Univ. of X} \and \IEEEauthorblockN{Bob Two}}",
            ("Ann One", "Bob Two"),
        ),
        (
            r"\author[1]{Ann One}\author[2]{Bob Two}\affil[1]{University of X}",
            ("Ann One", "Bob Two"),
        ),
        (
            r"\twocolumn[\icmltitle{T}\begin{icmlauthorlist}\icmlauthor{Ann One}{a}\icmlauthor{Bob Two}{b}\end{icmlauthorlist}]",
            ("Ann One", "Bob Two"),
        ),
        (
            r"\author{Ann One \\ Google \\ \texttt{a@b.org} \And Bob Two \\ University of X}",
            ("Ann One", "Bob Two"),
        ),
    ],
)
def test_authors(tmp_path: Path, written: str, names: tuple[str, ...]) -> None:
    assert parse(tmp_path, f"{written}\\maketitle\n\nText.").metadata.authors == names


def test_sections_are_numbered_as_classes_do(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(
        "\\documentclass{IEEEtran}\\begin{document}\\section{A}\\subsection{B}x\\end{document}"
    )
    assert [s.heading for s in ParseFile(9)(tmp_path).sections] == ["I A", "I-A B"]
    (tmp_path / "main.tex").write_text(
        "\\documentclass{report}\\begin{document}\\chapter{A}\\section{B}"
        "\\begin{equation}x\\end{equation}\\appendix\\chapter{C}y\\end{document}"
    )
    paper = ParseFile(9)(tmp_path)
    assert [s.heading for s in paper.sections] == ["1 A", "1.1 B", "A C"]
    assert paper.elements[0].label == "(1.1)"


def test_the_document_is_found_among_several(tmp_path: Path) -> None:
    made = {
        "aaa.tex": "\\documentclass{article}\\begin{document}Supplement.\\end{document}",
        "main.tex": "\\documentclass{article}\\begin{document}\\input{part}Main.\\end{document}",
        "part.tex": "\\documentclass[main]{subfiles}\\begin{document}Part. \\end{document}",
        "commented.tex": "% \\documentclass{article}\n\\begin{document}No.\\end{document}",
    }
    for name, text in made.items():
        (tmp_path / name).write_text(text)
    assert ParseFile(9)(tmp_path).text == "Part. Main."
    assert ParseFile(9)(tmp_path / "aaa.tex").text == "Supplement."


def test_nothing_outside_of_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("SECRET")
    project = tmp_path / "project"
    project.mkdir()
    (project / "link.tex").symlink_to(tmp_path / "secret.tex")
    paper = parse(
        project, f"Text \\input{{../secret}} \\input{{{tmp_path}/secret.tex}} \\input{{link}}"
    )
    assert paper.text == "Text"
    assert len([remark for remark in paper.remarks if "not in the project" in remark]) == 3


@pytest.mark.parametrize("text", ["", "\\section{A}", "\0\1\2"])
def test_no_text_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="no text"):
        parse(tmp_path, text)


def test_formulas_keep_every_character(tmp_path: Path) -> None:
    tex = r"\mathcal{L}(\theta) = -\sum_{t=1}^{T} \log p_\theta\left(x_t \mid x_{<t}\right)"
    paper = parse(tmp_path, f"\\begin{{equation}}\\label{{l}}\n{tex}\n\\end{{equation}}")
    [element] = paper.elements
    assert (element.kind, element.label) == (Kind.EQUATION, "(1)")
    assert element.span.of(paper.text) == f"$$ {tex} $$ (1)"


pieces = st.sampled_from(
    [
        *"{}[]$%&#~^_\\\n ", "\n\n", "$$", "text", "\\section{A}", "\\begin{itemize}", "\\item",
        "\\end{itemize}", "\\begin{equation}", "\\end{equation}", "\\begin{align}", "\\\\",
        "\\begin{table}", "\\end{table}", "\\caption{c}", "\\begin{tabular}{ll}", "\\end{tabular}",
        "\\multirow{2}{*}{x}", "\\multicolumn{9}{c}{y}", "\\newcommand{\\a}[1]{#1\\a}", "\\a",
        "\\def\\b#1{\\b{#1#1}}", "\\b", "\\footnote{n", "\\cite{k}", "\\ref{l}", "\\label{l}",
        "\\iffalse", "\\else", "\\fi", "\\begin{verbatim}", "\\input{main}", "\\'", "\\begin{thm}",
        "\\newtheorem{thm}{T}", "\\begin{algorithm}", "\\If{", "\\Else", "\\title{", "\\author{",
        "\\[", "\\]", "\\(", "\\bibliography{x}", "\\begin{thebibliography}{9}", "\\bibitem{k}",
        "\\end{document}", "\\appendix", "\\verb", "\\begin{abstract}", "\\textbf{", "é", "\ue000",
        "\\subfloat[", "\\hyperref[l]{", "\\makeatletter", "\\let\\c\\a", "\\newif\\ifd",
        "\\csname", "\\endcsname", "\\url{a%b", "\\SI{1}", "\\mintinline", "\\numberwithin{a}{b}",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(pieces, max_size=60).map("".join) | st.text(max_size=80))
def test_any_text_gives_a_sound_paper_or_a_reason(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "main.tex")
        path.write_bytes(
            f"\\documentclass{{article}}\\begin{{document}}{text}".encode("utf-8", "surrogatepass")
        )
        try:
            paper = ParseFile(9)(path)
        except SourceError:
            return
    check_grids(paper)
    assert all(a.span.end < b.span.start for a, b in pairwise(paper.elements))
    assert "\n\n".join(e.span.of(paper.text) for e in paper.elements) == paper.text
    assert all(a.section <= b.section < len(paper.sections) for a, b in pairwise(paper.elements))
    assert all(len(e.span) for e in paper.elements)
    sizes = {LinkKind.CITATION: len(paper.references), LinkKind.SECTION: len(paper.sections)}
    for link in paper.links:
        assert 0 <= link.target < sizes.get(link.kind, len(paper.elements))
        assert link.span.of(paper.text)
    assert all(a.span.start <= b.span.start for a, b in pairwise(paper.links))
    assert not any("\ue000" <= character <= "\uf8ff" for character in paper.text)


def test_nesting_without_end_is_left_as_written(tmp_path: Path) -> None:
    paper = parse(tmp_path, "\\begin{itemize}\\item " * 3000 + "deep")
    assert "deep" in paper.text
    paper = parse(tmp_path, "\\footnote{" * 3000 + "deep")
    assert "deep" in paper.text


@pytest.mark.parametrize(
    "text",
    ["$ { " * 20_000, "\\begin{verbatim}" * 20_000, "\\iffalse " * 20_000, "\\item[" * 20_000,
     "\\begin{tabular}{" * 5_000, "{" * 100_000, "`" * 100_000, "\\author{" * 5_000],
)  # fmt: skip
def test_what_never_ends_takes_no_quadratic_time(tmp_path: Path, text: str) -> None:
    paper = parse(tmp_path, f"Begin. {text}")
    assert paper.text.startswith("Begin.")


def test_roles_follow_the_headings(tmp_path: Path) -> None:
    paper = parse(
        tmp_path,
        "\\begin{abstract}A.\\end{abstract}\\section{Related Work}b\\appendix\\section{X}c",
    )
    assert [s.role for s in paper.sections] == [Role.ABSTRACT, Role.RELATED_WORK, Role.APPENDIX]


def test_a_document_is_made_of_what_it_names_alone(tmp_path: Path) -> None:
    made = {
        "p.tex": "\\documentclass{article}\\usepackage{own}\\newcommand{\\dir}{sec}"
        "\\begin{document}\\cite{k}\\input{\\dir/one} \\import{sec/}{two} \\input three"
        "\n\\bibliography{refs}\\end{document}",
        "own.sty": "\\newcommand{\\w}{word}",
        "sec/one.tex": "One \\w.\\input{sec/deep}",
        "sec/deep.tex": " Deep.",
        "sec/two.tex": "Two.",
        "three.tex": "Three.",
        "refs.bib": "@misc{k, title={A Title of It}, author={Ann One}}",
    }
    for name, text in made.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    paper = ParseFile(9)(tmp_path / "p.tex")
    assert "One word. Deep. Two. Three." in paper.text
    assert (paper.references[0].title, paper.remarks) == ("A Title of It", ())
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "z.tex").write_text("unrelated")
    (tmp_path / "y.bib").write_text("@misc{y, title={y}}")
    assert ParseFile(9)(tmp_path / "p.tex").content_hash == paper.content_hash
    (tmp_path / "sec" / "deep.tex").write_text(" Deeper.")
    assert ParseFile(9)(tmp_path / "p.tex").content_hash != paper.content_hash


def test_files_around_a_document_are_not_even_opened(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    os.mkfifo(tmp_path / "other" / "pipe.tex")
    (tmp_path / "large.tex").write_bytes(b"x" * (tree.MAX_FILE_BYTES + 1))
    paper = parse(tmp_path, "Text. \\input{other/pipe} \\input{large}")
    assert paper.text == "Text."
    assert any("large.tex was left out" in remark for remark in paper.remarks)


def test_a_document_that_is_too_large_is_a_failure_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "main.bbl").write_text("x")
    with pytest.raises(SourceError, match="larger than 4 MiB"):
        parse(tmp_path, "x" * tree.MAX_FILE_BYTES)


def test_a_document_reads_so_many_files(tmp_path: Path) -> None:
    for number in range(MAX_READ + 5):
        (tmp_path / f"s{number}.tex").write_text("s")
    body = "".join(f"\\input{{s{number}}}" for number in range(MAX_READ + 5))
    assert any("not all files" in remark for remark in parse(tmp_path, body).remarks)
