from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.answer_html import LONGEST, answer_html
from api.web.sanitise import MATH_TAGS, TEXT_TAGS, sanitised
from rag.generate.wording import shown
from rag.markers import parse
from rag.types import Kind
from tests.api.web.payloads import PAYLOADS

CITED = ["[1]", "[2]"]
TEXT_ATTRIBUTES = {
    "a": {"class", "data-marker", "href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "tr": {"class"},
}
FORBIDDEN_IN_MATH = {"href", "xlink:href", "style", "class", "id", "mathcolor", "mathbackground"}
MOVING = {"voffset", "height", "depth"}
VOID = {"br", "hr"}
CITATION = '<a class="citation" data-marker="[{0}]" href="#citation-{0}">[{0}]</a>'


class Elements(HTMLParser):
    """What a page would be made of."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.odd: list[str] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def check(html: str) -> Elements:
    """Nothing but what is listed, by a parser that is not the one that made it."""
    page = Elements(html)
    assert page.odd == []
    assert page.open == []
    for tag, attributes in page.found:
        if tag in MATH_TAGS:
            assert not FORBIDDEN_IN_MATH & set(attributes)
            assert not [name for name in attributes if name.startswith("on")]
            check_place(attributes)
        else:
            assert tag in TEXT_TAGS
            assert set(attributes) <= TEXT_ATTRIBUTES.get(tag, set())
        if tag == "a":
            check_link(attributes)
    assert sanitised(html) == html
    return page


def check_place(attributes: dict[str, str | None]) -> None:
    """What stands where it stands, and as large as it is."""
    assert not MOVING & set(attributes)
    assert attributes.get("scriptlevel", "0") in {"0", "1", "2", "3"}
    for value in attributes.values():
        for size, unit in re.findall(r"-([0-9.]+)(px|pt|ex|em|%)?", value or ""):
            assert float(size) <= {"px": 32, "pt": 24, "ex": 4}.get(unit, 2)


def check_link(attributes: dict[str, str | None]) -> None:
    marker = attributes["data-marker"]
    assert marker in CITED
    assert attributes == {
        "class": "citation",
        "data-marker": marker,
        "href": f"#citation-{marker[1:-1]}",
    }


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_more_than_text(payload: str) -> None:
    for text in (payload, f"Yes. [1] {payload} [2]", f"- a\n\n{payload}\n\n> {payload}"):
        check(answer_html(text, CITED))


def test_the_corpus_is_large_and_has_no_payload_twice() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_second_line_of_defence_holds_alone(payload: str) -> None:
    page = Elements(sanitised(payload.replace("\ud800", "")))
    assert {tag for tag, _ in page.found} <= TEXT_TAGS | MATH_TAGS
    for _, attributes in page.found:
        assert not FORBIDDEN_IN_MATH - {"href", "class"} & set(attributes)
        check_place(attributes)
        url = attributes.get("href")
        assert url is None or url.startswith("#citation-")


PIECES = st.sampled_from(
    [
        *("<", ">", "&", '"', "'", "`", "$", "$$", "\\(", "\\)", "\\[", "\\]", "[1]", "[2, 3]"),
        *("[", "](", ")", "![", "javascript:", "https://a.b/", "|", "\n", "\n\n", "- ", "> "),
        *("```", "\\begin{align}", "\\end{align}", "\\frac{1}{2}", "\\text{", "}", "<b>", "<!--"),
        *("</p>", "\\href{", "onerror=", "&lt;", "&#60;", "\\style{", "^", "_", "\\hspace{9em}"),
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=5))).map("".join)))
def test_whatever_is_written_only_listed_elements_come_out(text: str) -> None:
    check(answer_html(text, CITED))


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"])))
def test_plain_words_stay(words: str) -> None:
    page = check(answer_html(f"so {words} it is", CITED))
    assert page.words.split() == f"so {words} it is".split()


def html(text: str) -> str:
    return answer_html(text, CITED).strip()


def test_markers_with_a_citation_become_links() -> None:
    one, two = CITATION.format(1), CITATION.format(2)
    assert html("So. [1]") == f"<p>So. {one}</p>"
    assert html("[1][2] [3]") == f"<p>{one}{two} [3]</p>"
    assert html("[1, 2]; [4, 2]") == f"<p>{one}{two}; [4]{two}</p>"
    assert html("[3, 4]") == "<p>[3, 4]</p>"
    assert html("x[1]: y") == f"<p>x{one}: y</p>"
    assert html("[1]: y") == f"<p>{one}: y</p>"
    assert html("**[1]**") == f"<p><strong>{one}</strong></p>"


def test_values_that_a_quoted_sentence_keeps_are_no_markers() -> None:
    quoted = shown("With k = [1, 2], rates are [0, 1] or in [1, 2] [1, 2].", Kind.PARAGRAPH)
    said = "With k = (1, 2), rates are [0,&nbsp;1] or in [1,&nbsp;2]."
    assert html(f"{quoted} [2]") == f"<p>{said} {CITATION.format(2)}</p>"
    assert len(parse(f"{quoted} [2]").markers) == 1


def test_markers_in_code_stay() -> None:
    assert html("`x[1]`") == "<p><code>x[1]</code></p>"


def test_formulas_in_all_delimiters_become_mathml() -> None:
    inline = '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    block = inline.replace("inline", "block")
    assert html("$x^2$") == html(r"\(x^2\)") == f"<p>{inline}</p>"
    assert html("so $$x^2$$ it") == html(r"so \[x^2\] it") == f"<p>so {block} it</p>"
    assert html("$$\nx^2\n$$") == html("\\[\nx^2\n\\]") == f"<p>{block}</p>"
    assert "<mtable" in html("\\begin{align}\na &= b\\\\\n\\end{align}")


def test_prices_are_no_formulas() -> None:
    assert html("$5 and $6") == "<p>$5 and $6</p>"


@pytest.mark.parametrize(
    "formula",
    [
        "x" * 3000,
        "{" * 60 + "x" + "}" * 60,
        r"\left(" * 60 + "x" + r"\right)" * 60,
        r"\left(x",
        r"\nocommand",
        r"\def\a{\b\b}\a",
        "^" * 900,
        r"\frac" * 390,
    ],
)
def test_a_formula_that_cannot_be_converted_is_code(formula: str) -> None:
    assert html(f"${formula}$") == f"<p><code>{formula}</code></p>"


def test_arrows_are_no_braces() -> None:
    assert "←" in html("$" + r"\leftarrow a" * 30 + "$")
    deep = "{" * 26 + "x" + "}" * 26
    assert html(f"${deep}$").startswith("<p><code>")
    for closing in (r"\rightarrow" * 30, r"\right." * 30):
        assert html(f"${closing}{deep}$").startswith("<p><code>")


def test_a_link_is_words_and_an_address() -> None:
    shown = "https://a.b/?c&amp;d"
    assert html("[the *paper*](https://a.b/?c&d 'e')") == f"<p>the <em>paper</em> ({shown})</p>"
    assert html("[x](/v1/jobs)") == "<p>x</p>"
    assert html("[x](https://your.bank@evil.example/)") == "<p>x</p>"
    assert html("[x](https://a.b?c@d)") == "<p>x (https://a.b?c@d)</p>"
    assert html("[x](mailto:a@b.c)") == "<p>x (mailto:a@b.c)</p>"
    assert html(f"[x](https://a.b/{'c' * 300})") == "<p>x</p>"
    assert sanitised('<a href="https://a.b/">x</a>') == "<a>x</a>"


def test_nothing_is_loaded() -> None:
    assert "<img" not in html("![x](https://a.b/c.png)")


def test_tables_lists_and_code_are_set() -> None:
    assert "<td>1</td>" in html("|a|\n|-|\n|1|")
    assert html("3. x").startswith('<ol start="3">')
    assert html("```py\nx = '<'\n```") == "<pre><code>x = '&lt;'\n</code></pre>"


def test_what_changes_the_direction_of_text_is_left_out() -> None:
    assert html("a\u202eb\u2066c\x1bd\ue000") == "<p>abcd</p>"
    assert html("می\u200cخواهم") == "<p>می\u200cخواهم</p>"


@pytest.mark.parametrize(
    "piece",
    [
        *("$", "$$", r"\(", r"\[", "\\begin{align}\n", "[", "![", "[](", "*a_", "`a", "> ", "- "),
        *("|a", "[1]", "\\", "&", "<", "~~", "$x$ ", r"$\frac{a}{b}$ ", "[a](https://a.b)", "\n"),
        *("```\n", "**a ", "_a", "&#60;", "(", "\\(x\\) ", "1. ", "    a\n", "a|b\n-|-\n", "[1, "),
    ],
)
def test_pathological_texts_come_to_an_end(piece: str) -> None:
    made = answer_html((piece * LONGEST)[:LONGEST], CITED)
    assert len(made) <= 60 * LONGEST
    check(made)


def test_what_is_no_answer_is_shown_as_it_is() -> None:
    shown = html("<b> [1] " * LONGEST)
    assert shown.startswith("<pre>&lt;b&gt; [1] &lt;")
    assert not re.search("<(?!/?pre>)", shown)
