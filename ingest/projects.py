"""Sources of many files: a LaTeX project or the code of a repository, in a folder or an archive."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ingest.parsers.code import files as code
from ingest.parsers.latex import project as latex
from ingest.parsers.latex.reach import followed
from ingest.parsers.tree import MAX_FILE_BYTES, Tree, is_archive, read_tree
from rag.errors import SourceError
from rag.types import Paper

_MOST_LOOKED_AT = 40
_TOO_MANY = ("not all files that the document names were read: they are too many, or too large",)
TEX = frozenset({".tex", ".ltx", ".latex"})


def is_project(source: Path) -> bool:
    """Whether a path stands for more than its own file."""
    return source.suffix.lower() in TEX or is_archive(source.name) or source.is_dir()


def is_latex_folder(folder: Path) -> bool:
    """Whether a LaTeX document lies in the folder itself, not in one of its folders."""
    return bool(_main_in(folder))


def is_latex_archive(archive: Path) -> bool:
    """Whether an archive is read as a LaTeX document. False for one that can't be read."""
    try:
        return bool(_opened(archive)[0])
    except Exception:  # noqa: BLE001  whoever takes it in says what is wrong with it
        return False


def project_hash(source: Path) -> str:
    """The SHA-256 of the files that make the paper up, with their names.

    Raises SourceError if they can't be read.
    """
    main, tree = _opened(source)
    return _digest(main, tree)


def parse_project(source: Path) -> Paper:
    """The paper that a project is. Raises SourceError if there is nothing in it to be read."""
    main, tree = _opened(source)
    digest = _digest(main, tree)
    if main:
        from ingest.parsers.latex.parser import LatexParser

        return LatexParser().parse(tree, source, digest, main)
    from ingest.parsers.code.parser import CodeParser

    return CodeParser().parse(tree, source, digest)


def _opened(source: Path) -> tuple[str, Tree]:
    """The LaTeX document's file, "" for code; and the files that count."""
    if source.suffix.lower() in TEX and not source.is_dir():
        return source.name, _on_disk(source, source.stem)
    if source.is_dir():
        if main := _main_in(source):
            return main, _on_disk(source / main, source.name)
        return "", code.selected(read_tree(source, code.is_source))
    tree = read_tree(source, _is_either)
    main = latex.main_file(tree.files)
    if main and "/" not in main:
        return main, _reached(main, tree)
    if not any(map(code.is_program, tree.files)):
        texts = [name for name in tree.files if Path(name).suffix.lower() in TEX]
        if main or len(texts) == 1:  # in a folder, or a fragment without a class
            return main or texts[0], _reached(main or texts[0], tree)
    return "", code.selected(tree)


def _main_in(folder: Path) -> str:
    """The LaTeX document in the folder itself; "" where there is none, or it can't be read."""

    def usual(path: Path) -> tuple[bool, str]:
        return not path.stem.lower().startswith(latex.USUAL), path.name

    try:
        there = (p for p in folder.iterdir() if p.suffix.lower() in TEX)
        paths = (p for p in there if p.is_file() and not p.is_symlink())
        files: dict[str, bytes] = {}
        for path in sorted(paths, key=usual)[:_MOST_LOOKED_AT]:
            with path.open("rb") as file:
                files[path.name] = file.read(latex.BEGIN_WITHIN)
    except OSError:
        return ""
    return latex.main_file(files)


def _on_disk(main: Path, name: str) -> Tree:
    """What a document that lies in a folder reads there. Links are not followed.

    Raises SourceError if the document itself can't be read.
    """
    top, remarks = main.parent, list[str]()

    def listing(folder: str) -> list[str]:
        way = [top / parent for parent in Path(folder, "x").parents if parent.name]
        try:
            if any(map(Path.is_symlink, way)):
                return []
            with os.scandir(top / folder) as entries:
                return [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        except OSError:
            return []

    def read(inside: str) -> bytes | None:
        try:
            with (top / inside).open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            if inside == main.name:
                why = error.strerror or str(error)
                raise SourceError(main.name, f"can't be read: {why}") from error
            return None
        if len(data) <= MAX_FILE_BYTES:
            return data
        remarks.append(f"{inside} was left out: larger than {MAX_FILE_BYTES >> 20} MiB")
        return None

    files, more = followed(main.name, listing, read)
    if main.name not in files:
        raise SourceError(main.name, f"is larger than {MAX_FILE_BYTES >> 20} MiB: divide it")
    return Tree(name, files, (*remarks, *_TOO_MANY[: int(more)]))


def _reached(main: str, tree: Tree) -> Tree:
    """What the document reads of an archive."""
    folders: dict[str, list[str]] = {}
    for path in tree.files:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    files, more = followed(main, lambda folder: folders.get(folder, ()), tree.files.get)
    return Tree(tree.name, files, (*tree.remarks, *_TOO_MANY[: int(more)]))


def _is_either(name: str) -> bool:
    return code.is_source(name) or (latex.is_source(name) and not name.endswith("/"))


def _digest(main: str, tree: Tree) -> str:
    if not tree.files:
        raise SourceError(
            tree.name, "there is neither a LaTeX document in it nor code of a known language"
        )
    return hashlib.sha256(f"{main}\0{tree.digest}".encode()).hexdigest()
