"""Papers as BibTeX entries."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from string import ascii_lowercase

from api.characters import one_line
from ingest.arxiv import id_in_name
from rag.citations import surname
from rag.types import PaperRow

# Braces as commands: BibTeX counts even those that have a backslash.
_ESCAPES = {
    **{c: f"\\{c}" for c in "$&#_%"},
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_JOURNAL = re.compile(
    r"^(?!.*\b(?:conference|proceedings|workshop|symposium|meeting)\b).*"
    r"\b(?:journal|transactions|annals|letters|magazine|reviews?|computation|computing|nature|"
    r"science|bulletin|quarterly|acta|archives?)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset("a an and are as at by do for from how in is it of on or the to".split())


def bibtex(papers: Iterable[PaperRow]) -> str:
    """An entry for each paper, in their order: ``@article`` or ``@inproceedings`` where its venue
    is known, by the venue's name, else ``@misc``.

    Keys such as "vaswani2017attention" are the same whatever else is asked for, but where two
    papers would have one: then all but the first of these (by id) get a letter more.
    """
    listed = list(papers)
    keys = _keys(listed)
    return "\n".join(_entry(keys[paper.paper_id], paper) for paper in listed)


def latex(text: str) -> str:
    """``text`` as LaTeX that prints it, in one line; letters of all scripts stay as they are."""
    return "".join(_ESCAPES.get(c, c) for c in one_line(text))


def _entry(key: str, paper: PaperRow) -> str:
    metadata = paper.metadata
    arxiv_id = metadata.arxiv_id or id_in_name(paper.paper_id)
    title, venue = latex(metadata.title), latex(metadata.venue)
    journal = bool(_JOURNAL.search(metadata.venue))
    version = f"v{metadata.arxiv_version}" if arxiv_id and metadata.arxiv_version else ""
    fields = {
        "author": " and ".join(filter(None, map(_author, metadata.authors))),
        "title": f"{{{title}}}" if title else "",
        "journal" if journal else "booktitle": venue,
        "year": str(metadata.year or ""),
        "doi": latex(metadata.doi),
        "eprint": latex(arxiv_id) + version,
        "archivePrefix": "arXiv" if arxiv_id else "",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = "article" if journal else "inproceedings" if venue else "misc"
    return f"@{kind}{{" + ",\n".join([key, *lines]) + "\n}\n"


def _author(name: str) -> str:
    """A person as written; a group's name in braces, else its last word would be its surname."""
    written = latex(name)
    is_group = " " in written and surname(one_line(name)) == one_line(name)
    return f"{{{written}}}" if is_group or re.search(r"\band\b", written, re.I) else written


def _keys(papers: Iterable[PaperRow]) -> dict[str, str]:
    """By paper id, no two the same."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for paper in {p.paper_id: p for p in papers}.values():
        alike[_key(paper)].append(paper.paper_id)
    keys: dict[str, str] = {}
    taken = set(alike)
    for key, ids in alike.items():
        for number, paper_id in enumerate(sorted(ids)):
            keys[paper_id] = _free(key, taken) if number else key
            taken.add(keys[paper_id])
    return keys


def _free(key: str, taken: set[str]) -> str:
    """``key`` with the first letters that make it another: b, c, ... z, bb, bc, ..."""
    for letter in ascii_lowercase[1:]:
        if f"{key}{letter}" not in taken:
            return f"{key}{letter}"
    return _free(f"{key}z", taken)


def _key(paper: PaperRow) -> str:
    metadata = paper.metadata
    author = _plain(surname(metadata.authors[0])) if metadata.authors else ""
    words = [w for word in re.split(r"[\s:/–—-]+", metadata.title) if (w := _plain(word))]
    word = next((w for w in words if w not in _SMALL_WORDS), "")
    if author or word:
        return f"{author}{metadata.year or ''}{word}"
    return _plain(paper.paper_id) or "paper"


def _plain(text: str) -> str:
    """Letters and digits that any BibTeX program takes."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    return "".join(c for c in folded.lower() if c.isascii() and c.isalnum())
