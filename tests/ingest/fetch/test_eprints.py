from __future__ import annotations

import gzip

import pytest

from ingest.fetch.eprints import ending_of
from rag.errors import FetchError
from tests.ingest.fetch.arxiv_site import gz, tar_gz
from tests.ingest.parsers.test_tree import header


@pytest.mark.parametrize(
    ("packed", "ending"),
    [
        (tar_gz(fig_png="x", main_tex="\\documentclass{article}"), ".tar.gz"),
        (gz("\\documentclass{article}"), ".gz"),
    ],
)
def test_sources_of_latex(tmp_path, packed, ending):
    (tmp_path / "a.part").write_bytes(packed)
    assert ending_of(tmp_path / "a.part", 1) == ending
    assert [path.name for path in tmp_path.iterdir()] == ["a.part"]


@pytest.mark.parametrize(
    ("packed", "complaint"),
    [
        (gz("words"), "not LaTeX"),
        (gzip.compress(b"\\x\0", mtime=0), "not LaTeX"),
        (tar_gz(paper_pdf="%PDF-", code_py="x"), "not LaTeX"),
        (tar_gz(big_bin="x" * 2 * 10**6, main_tex="\\x"), "not LaTeX"),
        (tar_gz(main_txt="x" * 10**5)[:-40], "can't be unpacked|not LaTeX"),
        (gz("\\x")[:-9], "can't be unpacked"),
        (b"\x1f\x8bnonsense", "can't be unpacked"),
        (gzip.compress(header(b"x", 2 << 20) + b"0" * (2 << 20)), "a header of 2097152 bytes"),
    ],
)
def test_sources_that_are_of_no_use(tmp_path, packed, complaint):
    (tmp_path / "a.part").write_bytes(packed)
    with pytest.raises(FetchError, match=complaint):
        ending_of(tmp_path / "a.part", 1)
