"""Repositories: how files are cut in each language, and which files are read."""

# ruff: noqa: E501  # a case stands on one line, as it is read

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.build import ParseFile
from ingest.chunking.structural import StructuralChunker
from ingest.contextualise import with_structure
from ingest.parsers.code.files import LANGUAGES
from ingest.parsers.code.outline import WHOLE_LINES, parts_of
from rag.errors import SourceError
from rag.types import Kind, Paper

LONG = "\n".join(f"    x{i} = {i}" for i in range(WHOLE_LINES))
NET = f'''"""A network."""

import math

SIZE = 3


# Above the class.
class Net:
    """Adds."""

    size = SIZE

    @property
    def width(self):
        """Its width."""
        return self.size

    def forward(self, x):
{LONG.replace("    ", "        ")}
        return x


def train(net):
    def inner():
        return 1

    return inner()


if __name__ == "__main__":
    train(Net())
'''


def named(source: str, language: str) -> list[str]:
    return [part.name for part in parts_of(source, language)]


def test_python_is_cut_along_classes_methods_and_functions() -> None:
    parts = parts_of(NET, "python")
    assert [part.name for part in parts] == [
        "", "Net", "Net.width", "Net.forward", "train", ""
    ]  # fmt: skip
    lines = NET.split("\n")
    assert lines[parts[1].first] == "# Above the class."
    assert lines[parts[2].first].strip() == "@property"
    assert lines[parts[4].last - 1] == "    return inner()"


@pytest.mark.parametrize(
    ("language", "source", "names"),
    [
        ("c", "#include <a.h>\n/* Adds. */\nint add(int a) {\n  return a;\n}\nstruct P { int x; };\n", ["add", "P"]),
        ("cpp", "namespace n {\ntemplate <class T>\nT Net<T>::run(T x) { return x; }\nclass A { void f() {} };\n}\n", ["n"]),
        ("cuda", "__global__ void add(float *a, int n) {\n  a[0] = n;\n}\nvoid go() {\n  add<<<1, 2>>>(0, 1);\n}\n", ["add", "go"]),
        ("javascript", "import a from 'a';\nexport class A { m() { return 1; } }\nexport const f = () => {\n  return 1;\n};\n", ["A", "f"]),
        ("typescript", "export interface I { a: string }\nabstract class B { m(): void {} }\nfunction g<T>(x: T): T { return x; }\n", ["I", "B", "g"]),
        ("tsx", "export function View(): JSX.Element {\n  return <p>a</p>;\n}\n", ["View"]),
        ("java", "package p;\n/** Doc. */\npublic class A {\n  A() {}\n  int f() { return 1; }\n}\n", ["A"]),
        ("rust", "/// Doc.\npub fn f() -> i32 { 1 }\nimpl Net { fn g(&self) {} }\nstruct S;\n", ["f", "Net", "S"]),
        ("go", "package m\n\n// F does.\nfunc F() int { return 1 }\nfunc (s *Server) Run() {}\ntype Server struct { a int }\n", ["F", "Server.Run", "Server"]),
        ("julia", "function f(x)\n  x\nend\nstruct P\n  a\nend\n", ["f", "P"]),
        ("bash", "set -e\n\n\n\n\nrun() {\n  echo hi\n}\nrun\n", ["run", ""]),
    ],
)  # fmt: skip
def test_each_language_tells_what_it_defines(language: str, source: str, names: list[str]) -> None:
    assert named(source, language) == names


def test_a_long_class_is_cut_into_methods_in_every_language() -> None:
    body = "\n".join(f"    a{i}();" for i in range(WHOLE_LINES))
    assert named(
        f"class A {{\n  int f() {{\n{body}\n  }}\n  int g() {{ return 1; }}\n}}", "java"
    ) == ["A.f", "A.g"]
    assert named(
        f"namespace n {{\nclass A {{\n  int f() {{\n{body}\n  }}\n}};\nint g() {{}}\n}}", "cpp"
    ) == ["n.A.f", "n.g"]
    assert named(f"impl A {{\n  fn f() {{\n{body}\n  }}\n  fn g() {{}}\n}}", "rust") == [
        "A.f",
        "A.g",
    ]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
@settings(max_examples=15)
@given(data=st.data())
def test_every_line_is_in_one_part(language: str, data: st.DataObject) -> None:
    line = st.sampled_from(
        ["", "def f():", "    x = 1", "class A {", "}", "int f() {", "function g() {", "end", "// c",
         "# c", "@d", "struct S {", "impl A {", "namespace n {", "\t'", '"""', "é", "\x00", "#if X", "#endif"]
    )  # fmt: skip
    source = "\n".join(data.draw(st.lists(line, max_size=60)))
    parts = parts_of(source, language)
    lines = source.split("\n")
    assert all(a.last <= b.first for a, b in pairwise(parts))
    covered = {at for part in parts for at in range(part.first, part.last)}
    assert {at for at, text in enumerate(lines) if text.strip()} <= covered


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = {
        "README.md": "# My Net\n\nA network that adds numbers, as the paper on adding them describes.\n\n## Use\n\nRun it.\n",
        "src/net.py": NET,
        "src/ignored.py": "x = 1\n",
        "src/.gitignore": "ignored.py\n",
        ".gitignore": "/data/\n*.tmp.py\n",
        "data/big.py": "x = 1\n",
        "node_modules/a/index.js": "function a() {}\n",
        "net_pb2.py": "x = 1\n",
        "gen.py": "# This file is auto-generated. DO NOT EDIT\nx = 1\n",
        "app.min.js": "function a(){}",
        "wide.js": f"var a = '{'x' * 2000}';\n",
        "binary.c": "int\0main",
        "notes.txt": "not code",
        ".hidden/a.py": "x = 1\n",
        ".git/config": '[remote "origin"]\n\turl = https://user:token@example.org/lab/my-net.git\n',
    }  # fmt: skip
    for name, text in made.items():
        path = tmp_path / "my-net" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "my-net"


def test_a_repository_is_one_paper_of_its_own_files(repository: Path) -> None:
    paper = ParseFile(9)(repository)
    assert [s.title for s in paper.sections if s.level == 1] == ["README.md", "src/net.py"]
    assert paper.metadata.title == "my-net"
    assert paper.metadata.abstract.startswith("A network that adds numbers")
    assert paper.metadata.code == ("https://example.org/lab/my-net",)
    lines = NET.split("\n")
    for element in paper.elements:
        if element.kind is Kind.CODE:
            first, last = element.label.rpartition("lines ")[2].split("-")
            said = element.span.of(paper.text).split("\n")
            assert [s.strip() for s in said] == [
                s.strip() for s in lines[int(first) - 1 : int(last)]
            ]


def test_a_chunk_says_where_it_stands(repository: Path) -> None:
    paper = ParseFile(9)(repository)
    chunker = StructuralChunker(lambda texts: [len(t.split()) for t in texts], 40, 60)
    chunks = with_structure(paper, chunker.chunk(paper))
    [width] = [c for c in chunks if "Its width" in c.text]
    assert width.context == "my-net > src/net.py > net.py, lines 14-17: Net.width"
    forward = [c for c in chunks if paper.elements[c.elements[0]].label.startswith("Net.forward")]
    assert len(forward) == 1  # twice the limit keeps a function whole
    assert "return x" in forward[0].text


def test_a_long_function_is_cut_between_statements() -> None:
    body = "\n".join(
        f"    if a{i}:\n        b = call(\n            {i},\n        )" for i in range(40)
    )
    paper = _paper_of(f"def f():\n{body}\n")
    chunker = StructuralChunker(lambda texts: [len(t.split()) for t in texts], 40, 40)
    chunks = with_structure(paper, chunker.chunk(paper))
    assert len(chunks) > 3
    assert all(chunk.text.startswith("if a") for chunk in chunks[1:])
    assert all(chunk.context.endswith("> def f():") for chunk in chunks[1:])


def _paper_of(source: str) -> Paper:
    from ingest.parsers.code.parser import CodeParser
    from ingest.parsers.tree import Tree

    return CodeParser().parse(Tree("r", {"a.py": source.encode()}), Path("r"), "0" * 64)


def test_an_archive_of_code_is_read_without_being_told(repository: Path, tmp_path: Path) -> None:
    path = tmp_path / "my-net-main.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(repository.rglob("*")):
            if file.is_file() and ".git/" not in str(file):
                archive.write(file, Path("my-net-main") / file.relative_to(repository))
    paper, folder = ParseFile(9)(path), ParseFile(9)(repository)
    assert paper.text == folder.text
    assert paper.metadata.title == "my-net"


def test_the_id_stays_while_the_code_changes(repository: Path) -> None:
    before = ParseFile(9)(repository)
    (repository / "src" / "net.py").write_text("x = 2\n")
    after = ParseFile(9)(repository)
    assert after.paper_id == before.paper_id
    assert after.content_hash != before.content_hash


def test_no_code_is_a_failure_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(SourceError, match="neither a LaTeX document"):
        ParseFile(9)(tmp_path)


def test_lines_that_are_no_rules_are_passed_over(tmp_path: Path) -> None:
    rules = "[z-a]\n!\n\\\nends\\\n" + "*a" * 40 + "*b\n**a**b**.py\ngone.py\nsub/**/x.py\n"
    (tmp_path / ".gitignore").write_text(rules)
    for name in ("gone.py", "kept.py", f"{'a' * 200}.py", "acbc.py", "sub/deep/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    read = {s.title.partition(",")[0] for s in ParseFile(9)(tmp_path).sections}
    assert read == {f"{'a' * 200}.py", "kept.py"}
