from __future__ import annotations

import pytest

from api.mcp.reading import find_section, outline, section_pages, section_text
from api.mcp.tools import PAGE, _end
from rag.errors import UsageError
from rag.types import Paper


def test_an_outline_leads_to_the_sections(paper: Paper) -> None:
    assert outline(paper) == (
        "# Attention [bold]Is[/bold] All (2017)\n\n"
        "Ashish Vaswani, Noam Shazeer, Niki Parmar\n\n"
        "## Abstract\n\nWe propose the Transformer.\n\n"
        "## Sections\n\n"
        "- 1 Introduction, p. 1 (introduction): paper://1706.03762/sections/0\n"
        "- 5 Training, p. 7 (experiments): paper://1706.03762/sections/1\n"
        "  - 5.4 Regularization, p. 8 (experiments): paper://1706.03762/sections/2\n"
    )


def test_a_section_has_those_inside_it(paper: Paper) -> None:
    assert section_text(paper, 1) == (
        "# 5 Training\n\n## 5.4 Regularization\n\nWe use a dropout rate of 0.1 in the base model."
    )
    assert section_pages(paper, 1) == [8]
    assert section_text(paper, 0).startswith("# 1 Introduction\n\nDropout [1]")
    assert section_pages(paper, 0) == []


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("5.4", 2),
        ("§5.4", 2),
        ("5.4.", 2),
        ("5", 1),
        ("Regularization", 2),
        ("5.4 regularization", 2),
        ("regular", 2),
        ("INTRODUCTION", 0),
    ],
)
def test_sections_by_name(paper: Paper, name: str, index: int) -> None:
    assert find_section(paper, name) == index


def test_sections_that_are_not_there(paper: Paper) -> None:
    with pytest.raises(UsageError, match=r"no section 'regulation' in .*: it has “5.4 Regular"):
        find_section(paper, "regulation")
    with pytest.raises(UsageError, match="it has “1 Introduction”; “5 Training”"):
        find_section(paper, "9.9")
    with pytest.raises(UsageError, match="'tion' could be any of 2 sections"):
        find_section(paper, "tion")
    with pytest.raises(UsageError, match="no section ' '"):
        find_section(paper, " ")


def test_a_long_text_comes_in_parts_that_make_it_up() -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "word " * (n % 90) for n in range(400))
    parts, offset = [], 0
    while offset < len(text):
        end = _end(text, offset)
        assert offset < end <= offset + PAGE
        parts.append(text[offset:end])
        offset = end
    assert "".join(parts) == text
    assert all(part.startswith("\n\nParagraph") for part in parts[1:])
    assert _end("x" * 3 * PAGE, 5) == 5 + PAGE
