"""Which files of a folder or an archive a LaTeX document may read: those that it names, no others.

So a document in somebody's home folder is not all that lies below, and what has nothing to do with
it does not change it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ingest.parsers.latex.project import ENDINGS, MAX_READ, decoded, is_source
from ingest.parsers.tree import MAX_TOTAL_BYTES

Listing = Callable[[str], Collection[str]]
"""The names of the files in a folder, "" for the top; none for what is no folder."""

_MOST_BIBS = 20
_SCANNED = (".tex", ".ltx", ".latex", ".sty", ".cls")
_DEFINED = re.compile(
    r"\\(?:(?:re)?newcommand\*?|providecommand\*?|def)\s{0,9}\{?\\([A-Za-z@]+)\}?\s{0,9}"
    r"\{([^{}]{0,200})\}"
)
_NAMED = re.compile(r"\{([^{}\n]{1,1000})\}|\\input\s{1,9}([^\s\\{}%]{1,200})")
_PAIR = re.compile(r"\{([^{}\n]{1,200})\}\s{0,9}\{([^{}\n]{1,200})\}")
_MACRO = re.compile(r"\\([A-Za-z@]+) ?")


def followed(
    main: str, listing: Listing, read: Callable[[str], bytes | None]
) -> tuple[dict[str, bytes], bool]:
    """The files by name, sorted, and whether there were more than may be read.

    A file is read for being named in braces, by whatever command, as names are found from the
    document's folder or the top; macros in a name stand for what they are defined as. With it come
    its printed bibliography and, where it names none that is there, the ``.bib`` files beside it.
    ``read`` gives None for what is not to be read.
    """
    return _Reach(main, listing, read).files()


@dataclass
class _Reach:
    main: str
    listing: Listing
    read: Callable[[str], bytes | None]
    _listed: dict[str, Collection[str]] = field(default_factory=dict)
    _macros: dict[str, str] = field(default_factory=dict)

    def files(self) -> tuple[dict[str, bytes], bool]:
        found: dict[str, bytes] = {}
        total = 0
        waiting, seen = [self.main, *self._printed()], {self.main}
        while waiting:
            name = waiting.pop(0)
            if (data := self.read(name)) is None:
                continue
            total += len(data)
            if len(found) >= MAX_READ or total > MAX_TOTAL_BYTES:
                return dict(sorted(found.items())), True
            found[name] = data
            if name.endswith(_SCANNED):
                fresh = [n for n in self._names(decoded(data)) if n not in seen]
                seen.update(fresh)
                waiting += dict.fromkeys(fresh)
            if not waiting and not any(n.endswith(".bib") for n in found):
                waiting += [n for n in self._beside(".bib")[:_MOST_BIBS] if n not in seen]
                seen.update(waiting)
        return dict(sorted(found.items())), False

    def _names(self, text: str) -> Iterator[str]:
        """The files that a text names."""
        self._macros.update(_DEFINED.findall(text))
        pairs = {f"{folder}/{name}" for folder, name in _PAIR.findall(text)}
        groups = {said for match in _NAMED.findall(text) for said in match if said}
        for said in sorted(pairs | {part for group in groups for part in group.split(",")}):
            yield from self._found(_MACRO.sub(lambda m: self._macros.get(m[1], ""), said))

    def _found(self, said: str) -> Iterator[str]:
        parts = [part for part in said.strip().strip('"').split("/") if part not in ("", ".")]
        plain = "/".join(parts)
        if not parts or ".." in parts or len(plain) > 1000:
            return
        for top in dict.fromkeys((self._folder, "")):
            path = f"{top}/{plain}" if top else plain
            folder, _, name = path.rpartition("/")
            there = self._in(folder)
            for ending in ("", *sorted(ENDINGS)):
                if name + ending in there:
                    yield path + ending

    def _printed(self) -> list[str]:
        """The document's own ``.bbl``, or the only one beside it."""
        own, beside = f"{self.main.rpartition('.')[0]}.bbl", self._beside(".bbl")
        return [own] if own in beside else beside if len(beside) == 1 else []

    def _beside(self, ending: str) -> list[str]:
        names = sorted(name for name in self._in(self._folder) if name.endswith(ending))
        return [f"{self._folder}/{name}" if self._folder else name for name in names]

    @property
    def _folder(self) -> str:
        return self.main.rpartition("/")[0]

    def _in(self, folder: str) -> Collection[str]:
        if folder not in self._listed:
            parents = [f"{parent}/" for parent in PurePosixPath(folder, "x").parents if parent.name]
            names = self.listing(folder) if all(map(is_source, parents)) else ()
            self._listed[folder] = frozenset(filter(is_source, names))
        return self._listed[folder]
