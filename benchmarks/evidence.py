"""Whether the passages that answer questions come out of PDFs whole: in one section, in order.

usage: evidence.py [--data FOLDER] [--set NAME]... [--misses]

Every PDF that questions have text evidence of is read and cut by the default chunker. A passage
is kept if the chunks of one section, in order, hold it by the rule of `eval.relevance`: texts are
words of letters and digits in lower case, and at least half of the passage's 5-word shingles
occur. Their order counts too: only shingles that follow one another in the section as they do in
the passage (the longest such run, gaps allowed) are counted.

Gold passages come from the papers' sources, and not all can be found in a file. So what is not
kept is told apart: found out of order in one section; divided among sections; the name of a
section, which chunks do not hold because it is the section's; or not in the file, which is where
PyMuPDF's plain text of the pages (its own order, divided words joined and not) does not hold the
passage either. What else is not kept was lost here. A second line judges the passages without
what only their source has, references and formulas as markup ("BIBREF3", "INLINEFORM0", "$x$"):
shingles do not reach over these.
"""

from __future__ import annotations

import argparse
import os
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf

from eval.datasets.questions import read_questions
from eval.relevance import SHINGLE, shingles, words
from ingest.build import chunker
from ingest.headings.outline import plain
from ingest.parsers.pdf import PdfParser
from rag import build
from rag.config import Settings
from rag.protocols import Chunker
from rag.types import Chunk

_MARKUP = re.compile(
    r"\$\$?[^$]+\$\$?|\b(?:INLINE|DISPLAY)FORM\d+|\b(?:BIB|FIG|TAB|SEC|EQ|FOOT)REF\d+|@!(?:START|END)@"
)
_DIVIDED = re.compile(r"(\w)[-\u00ad]\n(\w)")

VERDICTS = ("whole", "disordered", "divided", "lost", "name", "absent")

Shingle = tuple[str, ...]
Places = Mapping[Shingle, Sequence[int]]


def runs(text: str) -> list[Shingle]:
    """The text's shingles in order; a short text is one."""
    found = words(text)
    return [tuple(found[i : i + SHINGLE]) for i in range(max(1, len(found) - SHINGLE + 1))]


def source_runs(passage: str) -> list[Shingle]:
    """The same without what only a paper's source has; a passage of nothing else is as it is."""
    parts = [run for part in _MARKUP.split(passage) for run in runs(part)]
    return [run for run in parts if len(run) == SHINGLE] or runs(passage)


def places(text: str) -> Places:
    """Where each shingle of the text stands."""
    where: defaultdict[Shingle, list[int]] = defaultdict(list)
    for at, shingle in enumerate(runs(text)):
        where[shingle].append(at)
    return where


def in_order(wanted: Iterable[Shingle], where: Places) -> int:
    """How many of the shingles occur in their own order at most."""
    ends: list[int] = []  # the least end of an ascending run, by its length
    for shingle in dict.fromkeys(wanted):
        for at in reversed(where.get(shingle, ())):
            ends[(place := bisect_left(ends, at)) : place + 1] = [at]
    return len(ends)


def section_texts(chunks: Iterable[Chunk]) -> list[str]:
    """What the chunks of each section say, in order."""
    sections: defaultdict[int, list[str]] = defaultdict(list)
    for chunk in chunks:
        sections[chunk.section].append(chunk.text)
    return [" ".join(texts) for texts in sections.values()]


@dataclass(frozen=True)
class Read:
    """A paper as it was read: its sections' chunks and names, and the file's plain text."""

    sections: tuple[Places, ...]
    names: frozenset[str]
    plain: frozenset[Shingle]

    def judge(self, passage: str, wanted: Sequence[Shingle]) -> str:
        """How far the passage is kept, as the module says, by its shingles."""
        least = len(set(wanted)) / 2
        if any(in_order(wanted, where) >= least for where in self.sections):
            return "whole"
        if any(len(where.keys() & set(wanted)) >= least for where in self.sections):
            return "disordered"
        if len(set().union(*self.sections) & set(wanted)) >= least:
            return "divided"
        if plain(passage.split(":::")[-1]) in self.names:
            return "name"
        return "lost" if len(self.plain & set(wanted)) >= least else "absent"


def read(path: Path, cut: Chunker) -> Read:
    parsed = PdfParser().parse(path)
    sections = section_texts(cut.chunk(parsed))
    names = frozenset(plain(s.title) for s in parsed.sections)
    shown = "\n".join(page.get_text() for page in pymupdf.open(path))
    whole = shingles(_DIVIDED.sub(r"\1\2", shown)) | shingles(shown)
    return Read(tuple(map(places, sections)), names, whole)


def passages(questions: Path) -> list[tuple[str, tuple[str, ...]]]:
    """The passages with the papers that they may stand in, each once."""
    return list(
        dict.fromkeys(
            (passage, question.papers)
            for question in read_questions(questions, by_paper=True)
            for annotator in question.evidence
            for passage in annotator
            if words(passage)
        )
    )


def report(folder: Path, cut: Chunker, *, misses: bool) -> None:
    """Prints what became of the passages of a data set."""
    asked = passages(folder / "questions.jsonl")
    names = dict.fromkeys(name for _, papers in asked for name in papers)
    found = {name: read(folder / "papers" / f"{name}.pdf", cut) for name in names}
    strict: Counter[str] = Counter()
    clean: Counter[str] = Counter()
    for passage, papers in asked:
        for verdicts, wanted in ((strict, runs(passage)), (clean, source_runs(passage))):
            judged = [found[name].judge(passage, wanted) for name in papers]
            verdicts[min(judged, key=VERDICTS.index)] += 1
            if misses and verdicts is clean and "whole" not in judged:
                print(f"{' '.join(papers)} {min(judged, key=VERDICTS.index)}: {passage}\n")
    print(f"{folder.name}, passages as they are: {summary(strict)}")
    print(f"{folder.name}, without markup: {summary(clean)}")


def summary(verdicts: Counter[str]) -> str:
    kept, in_file = verdicts["whole"], verdicts.total() - verdicts["name"] - verdicts["absent"]
    others = ", ".join(f"{verdicts[name]} {name}" for name in VERDICTS[1:])
    return (
        f"{kept} of {verdicts.total()} in one section, in order ({kept / verdicts.total():.1%}), "
        f"{kept / in_file:.1%} of the {in_file} in the file; {others}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument("--set", action="append", help="qasper-pdf unless named")
    parser.add_argument("--misses", action="store_true", help="show the passages that are not kept")
    args = parser.parse_args()
    settings = Settings()
    cut = chunker(settings, build.embedder(settings))
    for name in args.set or ["qasper-pdf"]:
        report(args.data / name, cut, misses=args.misses)


if __name__ == "__main__":
    main()
