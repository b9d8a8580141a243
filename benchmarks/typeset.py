"""What is lost between a paper's text and its PDF: the same papers and questions, both ways.

usage: typeset.py --out FOLDER [--data FOLDER] [--papers 60]

Sets papers of QASPER dev, which come as Markdown, in type: two columns of 9 points, numbered
headings, page numbers and running heads, words divided at line ends. Writes two data sets with the
same questions, one with the Markdown and one with the PDFs, and scores both with the default
configuration; the difference is paired by question, with a 95 % interval. PDFs of publishers are
harder than these: no formulas, figures or tables stand between the paragraphs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pymupdf
from markdown_it import MarkdownIt

WIDTH, HEIGHT, MARGIN, GUTTER = 612.0, 792.0, 54.0, 18.0
CSS = """
body { font-family: serif; font-size: 9pt; line-height: 1.15; text-align: justify; }
h1 { font-size: 15pt; text-align: center; } h2 { font-size: 11pt; } h3, h4 { font-size: 10pt; }
p { margin: 0 0 4pt 0; }
"""
_LONG = re.compile(r"\b([a-z]{5,})([a-z]{5,})\b")
_HEADING = re.compile(r"^(#{2,4}) (.*)$", re.MULTILINE)


def numbered(markdown: str) -> str:
    """Headings with their numbers, as papers have them."""
    counts: list[int] = []

    def with_number(match: re.Match[str]) -> str:
        depth = len(match[1]) - 1
        del counts[depth:]
        counts.extend([0] * (depth - len(counts)))
        counts[depth - 1] += 1
        if match[2].strip().lower() == "abstract":
            counts[depth - 1] -= 1
            return match[0]
        return f"{match[1]} {'.'.join(map(str, counts))} {match[2]}"

    return _HEADING.sub(with_number, markdown)


def divisible(html: str) -> str:
    """The same with places where long words may be divided."""
    parts = re.split(r"(<[^>]+>)", html)
    return "".join(p if p.startswith("<") else _LONG.sub("\\1&shy;\\2", p) for p in parts)


def typeset(markdown: str, path: Path) -> None:
    """Writes the paper as a PDF."""
    html = divisible(MarkdownIt().render(numbered(markdown)))
    title = markdown.partition("\n")[0].lstrip("# ")
    story = pymupdf.Story(html, user_css=CSS)
    writer = pymupdf.DocumentWriter(str(path))
    for _ in pages(story, writer):
        pass
    writer.close()
    with pymupdf.open(path) as document:
        for number, page in enumerate(document, 1):
            page.insert_text((WIDTH / 2, HEIGHT - 30), str(number), fontsize=8)
            if number > 1:
                page.insert_text((MARGIN, 36), title[:70], fontsize=7)
        document.save(path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def pages(story: pymupdf.Story, writer: pymupdf.DocumentWriter) -> Iterator[int]:
    """Fills one page of two columns after another, until nothing is left."""
    column = (WIDTH - 2 * MARGIN - GUTTER) / 2
    for number in count(1):
        device = writer.begin_page(pymupdf.Rect(0, 0, WIDTH, HEIGHT))
        more = True
        for x0 in (MARGIN, MARGIN + column + GUTTER):
            if more:
                where = pymupdf.Rect(x0, MARGIN, x0 + column, HEIGHT - MARGIN)
                more, _ = story.place(where)
                story.draw(device)
        writer.end_page()
        yield number
        if not more:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--papers", type=int, default=60)
    args = parser.parse_args()
    folder = args.data / "qasper-dev"
    names = sorted(path.stem for path in (folder / "papers").glob("*.md"))
    names = random.Random(0).sample(names, args.papers)
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if json.loads(line)["paper"] in names]
    for kind in ("markdown", "pdf"):
        (args.out / kind / "papers").mkdir(parents=True, exist_ok=True)
        (args.out / kind / "questions.jsonl").write_text("\n".join(kept) + "\n", encoding="utf-8")
    for name in names:
        source = folder / "papers" / f"{name}.md"
        shutil.copyfile(source, args.out / "markdown" / "papers" / source.name)
        typeset(source.read_text(encoding="utf-8"), args.out / "pdf" / "papers" / f"{name}.pdf")
    for kind in ("markdown", "pdf"):
        command = [str(Path(sys.executable).with_name("scholium")), "eval", "retrieval"]
        command += [str(args.out / kind), "--out", str(args.out / f"{kind}-results")]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
