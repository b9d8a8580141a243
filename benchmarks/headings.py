"""How well section headings are found in the QASPER PDFs.

usage: headings.py [--data FOLDER] [--misses] [--markdown] [--every N]

Gold are the section names of structure.json; "A ::: B" names B inside A, and both count, once;
commands of TeX in them do not. A heading matches a name if the edit similarity (1 - distance /
longer length) of their letters and digits, in lower case and without section numbers, is .8 or
more; matches are one to one, best first. Gold leaves out references, and most acknowledgements
and appendices: found headings that match no name count as wrong unless they are of the references
or acknowledgements.

That is the first line. Gold is not always of the file's version of a paper, and often goes no
deeper than two levels. So a second line is of those papers alone whose gold names are all printed
in the file, by PyMuPDF's plain text; and a third, of the same papers, does not count as wrong
what gold does not list but has a number, as its place in the paper's sequence of numbers says
that it is a heading: what is left is unnumbered.

--markdown reads the same papers with PyMuPDF's layout model (pymupdf4llm) too and takes the
Markdown's headings, without the paper's title. Times are of the processor, by one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf

from ingest.headings.outline import plain
from ingest.numbering import read_number
from ingest.parsers.pdf.body import section_blocks
from ingest.parsers.pdf.extract import read_pdf

ENOUGH = 0.8
UNCOUNTED = re.compile(r"references?|bibliograph|acknowledge?ments?|literaturecited")

_TEX = re.compile(r"@!(?:START|END)@|\\[a-z]+ ?\{[^{}]*\}|\\[a-z]+")


def names(sections: Sequence[str]) -> list[str]:
    """Every node of the paths, once, without the commands of TeX that stand in some."""
    paths = [tuple(_TEX.sub("", part).strip() for part in name.split(":::")) for name in sections]
    nodes = {path[:depth]: None for path in paths for depth in range(1, len(path) + 1)}
    return [node[-1] for node in nodes]


def similarity(a: str, b: str) -> float:
    """1 - edit distance / longer length."""
    if not a or not b:
        return float(a == b)
    if abs(len(a) - len(b)) > (1 - ENOUGH) * max(len(a), len(b)):
        return 0.0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return 1 - row[-1] / max(len(a), len(b))


def match(gold: Sequence[str], found: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indices, one to one, best first."""
    pairs = [
        (similarity(plain(g), plain(f)), -abs(i - j), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
    ]
    used: tuple[set[int], set[int]] = (set(), set())
    matched = []
    for score, _, i, j in sorted(pairs, reverse=True):
        if score >= ENOUGH and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            matched.append((i, j))
    return matched


@dataclass(frozen=True)
class Found:
    """A heading that was found; ``numbered`` if it carries a section number."""

    title: str
    numbered: bool = False


@dataclass
class Score:
    """Counts over papers."""

    hit: int = 0
    missed: int = 0
    wrong: int = 0

    def add(self, expected: Sequence[str], found: Sequence[Found]) -> tuple[list[str], list[Found]]:
        """Counts a paper's; the names that were missed and the headings that are wrong."""
        matched = match(expected, [heading.title for heading in found])
        names_hit, found_hit = {i for i, _ in matched}, {j for _, j in matched}
        left = [name for i, name in enumerate(expected) if i not in names_hit]
        over = [
            heading
            for j, heading in enumerate(found)
            if j not in found_hit and not UNCOUNTED.match(plain(heading.title))
        ]
        self.hit, self.missed = self.hit + len(matched), self.missed + len(left)
        self.wrong += len(over)
        return left, over

    def __str__(self) -> str:
        precision = self.hit / max(self.hit + self.wrong, 1)
        recall = self.hit / max(self.hit + self.missed, 1)
        f1 = 2 * precision * recall / (precision + recall) if self.hit else 0.0
        return f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"


@dataclass
class Reader:
    """A way to find headings, with what it found so far."""

    name: str
    headings: Callable[[Path], list[Found]]
    listed: Score = field(default_factory=Score)
    printed: Score = field(default_factory=Score)
    unnumbered: Score = field(default_factory=Score)
    seconds: float = 0.0

    def read(self, path: Path, expected: Sequence[str], *, whole: bool, misses: bool) -> None:
        started = time.process_time()
        found = self.headings(path)
        self.seconds += time.process_time() - started
        left, over = self.listed.add(expected, found)
        if whole:
            self.printed.add(expected, found)
            in_sequence = {id(heading) for heading in over if heading.numbered}
            self.unnumbered.add(expected, [h for h in found if id(h) not in in_sequence])
        if misses and (left or over):
            titles = [heading.title for heading in over]
            print(f"{path.stem}, {self.name}\n  missed {left}\n  wrong  {titles}")


def structured(path: Path) -> list[Found]:
    """The headings that this project finds."""
    sections, _ = section_blocks(read_pdf(path))
    return [Found(section.title, bool(section.number)) for section in sections]


def markdown(path: Path) -> list[Found]:
    """The headings of the layout model's Markdown. The first of the first level is the title."""
    import pymupdf.layout  # before pymupdf4llm, which then reads by it
    import pymupdf4llm

    assert pymupdf.layout is not None
    text = pymupdf4llm.to_markdown(str(path), show_progress=False, use_ocr=False)
    levels = [line.partition(" ") for line in text.splitlines() if line.startswith("#")]
    titles = [(len(marks), re.sub(r"[*_`]", "", rest).strip()) for marks, _, rest in levels]
    title = next((n for n, (level, _) in enumerate(titles) if level == 1), -1)
    return [
        Found(name, read_number(name) is not None)
        for n, (_, name) in enumerate(titles)
        if n != title
    ]


def is_printed(path: Path, expected: Sequence[str]) -> tuple[bool, int]:
    """Whether all the names stand in the file's plain text, and how many pages it has."""
    with pymupdf.open(path) as document:
        shown = _letters("".join(page.get_text() for page in document))
        return all(_letters(name) in shown for name in expected), len(document)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text).lower())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument(
        "--misses", action="store_true", help="show what was missed and what is wrong"
    )
    parser.add_argument("--markdown", action="store_true", help="the layout model's Markdown too")
    parser.add_argument("--every", type=int, default=1, help="only every Nth paper")
    args = parser.parse_args()
    folder = args.data / "qasper-pdf"
    readers = [Reader("Scholium", structured)]
    readers += [Reader("pymupdf4llm", markdown)] if args.markdown else []
    structure = json.loads((folder / "structure.json").read_text(encoding="utf-8"))
    papers = list(structure.items())[:: args.every]
    pages = complete = 0
    for paper, gold in papers:
        path = folder / "papers" / f"{paper}.pdf"
        expected = names(gold["sections"])
        whole, count = is_printed(path, expected)
        pages, complete = pages + count, complete + whole
        for reader in readers:
            reader.read(path, expected, whole=whole, misses=args.misses)
    for reader in readers:
        milliseconds = 1000 * reader.seconds / pages
        print(f"{reader.name}, {len(papers)} papers, {pages} pages, {milliseconds:.1f} ms/page")
        print(f"  as listed                         {reader.listed}")
        print(f"  {complete} whose gold is printed          {reader.printed}")
        print(f"  the same, unlisted numbers apart  {reader.unnumbered}")


if __name__ == "__main__":
    main()
