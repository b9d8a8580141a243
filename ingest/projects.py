"""Sources of many files: a LaTeX project or the code of a repository, in a folder or an archive."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ingest.parsers.code import files as code
from ingest.parsers.latex import project as latex
from ingest.parsers.tree import Tree, is_archive, read_tree
from rag.errors import SourceError
from rag.types import Paper

_MOST_LOOKED_AT = 40
TEX = frozenset({".tex", ".ltx", ".latex"})


def is_project(source: Path) -> bool:
    """Whether a path stands for more than its own file."""
    return source.suffix.lower() in TEX or is_archive(source.name) or source.is_dir()


def is_latex_folder(folder: Path) -> bool:
    """Whether a LaTeX document lies in the folder itself, not in one of its folders."""
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in TEX and p.is_file())
        files = {path.name: path.read_bytes() for path in paths[:_MOST_LOOKED_AT]}
    except OSError:
        return False
    return bool(latex.main_file(files))


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
    if source.suffix.lower() in TEX:
        tree = read_tree(source.parent, latex.is_source)
        return source.name, Tree(source.stem, tree.files, tree.remarks)
    tree = read_tree(source, _is_either)
    main = latex.main_file(tree.files)
    if main and "/" not in main:
        return main, tree.only(latex.is_source)
    if not source.is_dir() and not any(map(code.is_program, tree.files)):
        texts = [name for name in tree.files if Path(name).suffix.lower() in TEX]
        if main or len(texts) == 1:  # in a folder, or a fragment without a class
            return main or texts[0], tree.only(latex.is_source)
    return "", code.selected(tree)


def _is_either(name: str) -> bool:
    return code.is_source(name) or (latex.is_source(name) and not name.endswith("/"))


def _digest(main: str, tree: Tree) -> str:
    if not tree.files:
        raise SourceError(
            tree.name, "there is neither a LaTeX document in it nor code of a known language"
        )
    return hashlib.sha256(f"{main}\0{tree.digest}".encode()).hexdigest()
