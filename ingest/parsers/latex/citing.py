"""The commands that cite or refer."""

from __future__ import annotations

from ingest.parsers.latex.document import Document, Pointer
from ingest.parsers.latex.reader import Reader

_STYLES = {
    **dict.fromkeys("cite parencite autocite shortcite footcite Parencite Autocite footcitetext "
                    "smartcite supercite upcite citenum onlinecite".split(), "plain"),
    **dict.fromkeys("citep Citep".split(), "p"),
    **dict.fromkeys("citet textcite newcite Citet Textcite citeasnoun".split(), "t"),
    **dict.fromkeys("citealp citealt citenoun citeN Citealp Citealt".split(), "alp"),
    **dict.fromkeys("citeauthor citeauthorp Citeauthor".split(), "author"),
    **dict.fromkeys("citeyear citeyearpar citedate".split(), "year"),
}  # fmt: skip
_REFERRING = frozenset(
    "ref eqref autoref cref Cref nameref vref fref labelcref subref thmref Autoref cpageref".split()
)
NAMES = frozenset(_STYLES) | _REFERRING | {"nocite"}


def pointer(name: str, reader: Reader, document: Document) -> str:
    """The mark of the reference or citation whose command was read."""
    if name == "nocite":
        document.mark(Pointer("nocite", _keys(reader)))
        return ""
    reader.star()
    if name in _REFERRING:
        return document.mark(Pointer(name, _keys(reader)))
    options = [o for o in (reader.option(), reader.option()) if o is not None]
    said = ["".join(token.text for token in option).replace("~", " ").strip() for option in options]
    before, after = said if len(said) == 2 else ("", *said) if said else ("", "")
    return document.mark(Pointer(f"cite-{_STYLES[name]}", _keys(reader), before, after))


def _keys(reader: Reader) -> tuple[str, ...]:
    return tuple(key for part in reader.name().split(",") if (key := " ".join(part.split())))
