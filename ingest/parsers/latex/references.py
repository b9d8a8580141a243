"""Entries of a bibliography that only a ``.bib`` file has: printed as a plain style would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ingest.bibtex import BibEntry
from ingest.parsers.latex.document import Document, Entry
from rag.types import Reference

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_ARXIV = re.compile(r"(?<![\d.])(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?![\d.])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_VENUES = (
    "journal",
    "journaltitle",
    "booktitle",
    "school",
    "institution",
    "publisher",
    "howpublished",
)
_UNSORTED = ("unsrt", "ieee", "naturemag", "nature", "apsrev", "iopart", "h-phys", "sn-", "els")
_LETTERS = re.compile(r"\\\W|[^\w\s]")
_SUFFIX = re.compile(r"Jr\.?|Sr\.?|I{2,3}|IV")


def cited(document: Document, items: Mapping[str, BibEntry]) -> list[str]:
    r"""The keys that the document cites, in the order in which it first does; all after
    ``\nocite{*}``.
    """
    keys = dict.fromkeys(
        key
        for pointer in document.pointers
        if pointer.command.startswith(("cite", "nocite"))
        for key in pointer.keys
    )
    listed = [key for key in keys if key in items]
    return list(dict.fromkeys([*listed, *items])) if "*" in keys else listed


def is_unsorted(style: str) -> bool:
    """Whether a style of BibTeX lists works as they are cited, not by author. None is biblatex's
    numeric one, which sorts.
    """
    return style.lower().startswith(_UNSORTED)


def by_author(keys: Sequence[str], items: Mapping[str, BibEntry]) -> list[str]:
    """The keys in the order of their authors' family names, years and titles."""

    def order(key: str) -> tuple[list[str], str, str]:
        fields = items[key].fields
        authors = fields.get("author") or fields.get("editor") or fields.get("title", "")
        names = [_LETTERS.sub("", surname(name)).lower() for name in _AND.split(authors)]
        return names, fields.get("year", ""), fields.get("title", "").lower()

    return sorted(keys, key=order)


def entries(
    keys: Sequence[str], items: Mapping[str, BibEntry], plain: Callable[[str], str]
) -> Iterator[Entry]:
    """The entries of those keys. ``plain`` makes text of LaTeX."""
    for key in keys:
        fields = {name: plain(value) for name, value in items[key].fields.items()
                  if name not in ("author", "editor")}  # fmt: skip
        written = items[key].fields.get("author") or items[key].fields.get("editor", "")
        names = [plain(name) for name in _AND.split(written) if name.strip()]
        authors = tuple(_in_order(name) for name in names if name.lower() != "others")
        year = _YEAR.search(fields.get("year", "") or fields.get("date", ""))
        venue = next((fields[name] for name in _VENUES if fields.get(name)), "")
        reference = Reference(
            element=0,
            authors=authors,
            title=fields.get("title", "").strip(" ."),
            year=int(year[0]) if year else None,
            venue=venue,
            arxiv_id=_arxiv(fields, venue),
            doi=fields.get("doi", "").removeprefix("https://doi.org/"),
            url=fields.get("url", ""),
        )
        text = _printed(reference, fields, others=len(authors) < len(names))
        if text:
            short = short_names([surname(name) for name in names if name.lower() != "others"],
                                others=len(authors) < len(names))  # fmt: skip
            yield Entry(key, text, reference, names=short, year=str(reference.year or ""))


def surname(name: str) -> str:
    """The family name of "Vaswani, Ashish" or "Ashish Vaswani"."""
    family, comma, _ = name.partition(",")
    if comma or not name.split():
        return family.strip()
    words = [word for word in name.split() if not _SUFFIX.fullmatch(word)] or name.split()
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    return " ".join(words[first:])


def short_names(surnames: Sequence[str], *, others: bool = False) -> str:
    """As natbib prints them: "Vaswani et al."."""
    if len(surnames) > 2 or (others and surnames):
        return f"{surnames[0]} et al."
    return " and ".join(surnames)


def _in_order(name: str) -> str:
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2:
        return f"{parts[1]} {parts[0]}"
    return f"{parts[2]} {parts[0]} {parts[1]}" if len(parts) == 3 else name


def _arxiv(fields: Mapping[str, str], venue: str) -> str:
    archive = (fields.get("archiveprefix", "") or fields.get("eprinttype", "")).lower()
    if archive in ("", "arxiv") and (found := _ARXIV.fullmatch(fields.get("eprint", ""))):
        return found[1]
    for said in (venue, fields.get("volume", ""), fields.get("note", ""), fields.get("url", "")):
        if ("arxiv" in said.lower() or "abs/" in said) and (found := _ARXIV.search(said)):
            return found[1]
    return ""


def _printed(reference: Reference, fields: Mapping[str, str], *, others: bool) -> str:
    authors = list(reference.authors) + ["et al"] * others
    listed = ", ".join(authors)
    if len(authors) > 1 and not others:
        listed = ", ".join(authors[:-1]) + f" and {authors[-1]}"
    volume = fields.get("volume", "") + (f"({fields['number']})" if fields.get("number") else "")
    pages = fields.get("pages", "")
    where = [reference.venue, volume, f"pages {pages}" if pages else "", str(reference.year or "")]
    last = [", ".join(filter(None, where)), fields.get("note", ""), reference.url]
    if reference.arxiv_id and reference.arxiv_id not in " ".join(last):
        last.insert(1, f"arXiv:{reference.arxiv_id}")
    parts = [listed, reference.title, *last]
    return " ".join(f"{part.strip().rstrip('.')}." for part in parts if part.strip())
