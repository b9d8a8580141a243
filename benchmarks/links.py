"""How much of what papers point to is found.

usage: links.py [--data FOLDER] [--misses]

Reads the PDFs of famous/, pmlr/ and qasper-pdf/. There is no gold; what can be counted without is:
entries of bibliographies that are read, and those that the text cites (nearly all are cited, so
one that isn't is a miss of the entry or of its citations, or an oversight of the authors);
words like "Table 3", "Eq. (5)", "Section 4.2" outside of captions that are linked; footnotes, but
for those of the first page (authors' addresses), whose call is found. --misses lists the others.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from ingest.linking.linked import linked
from ingest.parsers.pdf import PdfParser
from rag.errors import SourceError
from rag.types import Kind, LinkKind, Paper

FOLDERS = ("famous/papers", "pmlr", "qasper-pdf/papers")
NAMED = re.compile(
    r"(?<!\w)(?:(?:Table|Figure|Algorithm|Equation|Section|Appendix)s?|Figs?\.|Eqs?\.|Secs?\.|§)\s?"
    r"\(?(?:[A-Z]\.?)?\d[\d.]*\b"
)
SILENT = (Kind.REFERENCE, Kind.EQUATION)


def parts(paper: Paper) -> Iterator[tuple[str, bool, str]]:
    """Each countable thing: what it is, whether it was found, and its words."""
    entries = [e for e in paper.elements if e.kind is Kind.REFERENCE]
    read = {reference.element for reference in paper.references}
    cited = {link.target for link in paper.links if link.kind is LinkKind.CITATION}
    called = {link.target for link in paper.links if link.kind is LinkKind.FOOTNOTE}
    covered = {at for link in paper.links for at in range(link.span.start, link.span.end)}
    for at, element in enumerate(paper.elements):
        words = element.span.of(paper.text)
        if element.kind is Kind.REFERENCE:
            yield "entries read", at in read, words
        if element.kind is Kind.FOOTNOTE and element.pages and element.pages[0] > 1:
            yield "footnotes called", at in called, words
        for match in NAMED.finditer(words) if element.kind not in SILENT else ():
            start = element.span.start + match.start()
            if match.start():
                found = any(i in covered for i in range(start, element.span.start + match.end()))
                yield "names linked", found, words[max(match.start() - 50, 0) : match.end() + 20]
    if entries:
        for at, reference in enumerate(paper.references):
            words = paper.elements[reference.element].span.of(paper.text)
            yield "entries cited", at in cited, words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    for folder in FOLDERS:
        count: Counter[tuple[str, bool]] = Counter()
        papers, seconds = 0, 0.0
        for path in sorted((arguments.data / folder).glob("*.pdf")):
            try:
                paper = PdfParser().parse(path)
            except SourceError as error:
                print(error)
                continue
            began = perf_counter()
            paper = linked(paper)
            seconds += perf_counter() - began
            papers += 1
            for name, found, words in parts(paper):
                count[name, found] += 1
                if arguments.misses and not found:
                    print(f"{path.name}: {name}: {' '.join(words.split())[:110]}")
        print(f"{folder}: {papers} papers, {1000 * seconds / max(papers, 1):.0f} ms each to link")
        for name in dict.fromkeys(name for name, _ in count):
            right, all_ = count[name, True], count[name, True] + count[name, False]
            print(f"    {name:18} {right:5} of {all_:5}  {right / all_:.1%}")


if __name__ == "__main__":
    main()
