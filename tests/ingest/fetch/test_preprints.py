from __future__ import annotations

import pytest

from ingest.fetch.preprints import Preprint, preprint_in, record_in
from rag.config import Fetch
from rag.errors import FetchError
from tests.ingest.fetch.arxiv_site import ATOM, EMPTY


@pytest.mark.parametrize(
    ("word", "preprint"),
    [
        ("1706.03762", Preprint("1706.03762")),
        ("arxiv:2106.09685v2", Preprint("2106.09685", 2)),
        ("arXiv: 0704.0001", Preprint("0704.0001")),
        ("hep-th/9901001v3", Preprint("hep-th/9901001", 3)),
        ("math.GT/0309136", Preprint("math.GT/0309136")),
        ("https://arxiv.org/abs/1706.03762v7", Preprint("1706.03762", 7)),
        ("http://www.arxiv.org/abs/hep-th/9901001", Preprint("hep-th/9901001")),
        ("https://arxiv.org/pdf/1706.03762", Preprint("1706.03762", None, "pdf")),
        ("https://arxiv.org/pdf/1706.03762v2.pdf", Preprint("1706.03762", 2, "pdf")),
        ("https://export.arxiv.org/html/2401.00001v1/", Preprint("2401.00001", 1, "html")),
        ("https://arxiv.org/e-print/1706.03762?x=1", Preprint("1706.03762", None, "source")),
        ("https://mirror.test/arxiv/abs/1706.03762", Preprint("1706.03762")),
        ("https://doi.org/10.48550/arXiv.1706.03762", Preprint("1706.03762")),
        ("1713.03762", None),
        ("papers/9901001", None),
        ("1706.03762.pdf", None),
        ("https://example.org/abs/1706.03762", None),
        ("https://arxiv.org/list/cs.CL/new", None),
        ("https://[", None),
        ("arxiv:", None),
    ],
)
def test_what_names_a_preprint(word, preprint):
    assert preprint_in(word, Fetch(arxiv_url="https://mirror.test/arxiv/")) == preprint


def test_a_record_is_read():
    atom = ATOM.format(id="1706.03762", version=7).encode()
    record = record_in(atom, Preprint("1706.03762"))
    assert record.title == "Attention to Fetching"
    assert record.authors == ("Ada Lovelace", "Grace Hopper")
    assert (record.year, record.arxiv_id, record.arxiv_version) == (2017, "1706.03762", 7)
    assert (record.abstract, record.doi) == ("We fetch.", "10.1000/182")
    assert record.venue == "Journal of Fetching"


ENTITIES = b"""<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>&x;</id></entry></feed>"""


@pytest.mark.parametrize(
    ("atom", "complaint"),
    [
        (EMPTY.encode(), "no such paper"),
        (ATOM.format(id="1706.99999", version=1).encode(), "no such paper"),
        (ENTITIES, "does not declare entities"),
        (b"<feed", "can't be read"),
        (b"", "can't be read"),
    ],
)
def test_a_record_that_is_none(atom, complaint):
    with pytest.raises(FetchError, match=complaint):
        record_in(atom, Preprint("1706.03762"))
