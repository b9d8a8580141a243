from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import numpy as np
import pymupdf
import pytest

from tests.api.hosting import hosted
from tests.conftest import EXAMPLES

CUTTING = "Cutting Papers Along Their Structure: Chunks for Questions About Research"


@pytest.fixture(scope="module")
def paper_id(client: httpx.Client) -> str:
    [paper] = client.get("/v1/papers", params={"q": "cutting structure"}).json()["items"]
    assert paper["title"] == CUTTING
    return paper["id"]


def test_papers_come_in_pages_by_title(client: httpx.Client) -> None:
    whole = client.get("/v1/papers").json()
    assert whole["total"] == 3
    titles = [paper["title"] for paper in whole["items"]]
    assert titles == sorted(titles, key=str.casefold)
    parts = [client.get("/v1/papers", params={"limit": 1, "offset": n}).json() for n in range(4)]
    assert [paper for part in parts for paper in part["items"]] == whole["items"]
    assert {part["total"] for part in parts} == {3}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "CUTTING research"}, 1),
        ({"q": "cutting nonsense"}, 0),
        ({"q": "scholium contributors"}, 3),
        ({"q": "100%_"}, 0),
        ({"year_from": 2026}, 3),
        ({"year_to": 2025}, 0),
    ],
)
def test_papers_are_found_by_words_and_years(
    client: httpx.Client, query: dict[str, object], count: int
) -> None:
    found = client.get("/v1/papers", params=query).json()
    assert (found["total"], len(found["items"])) == (count, count)


def test_a_paper_has_its_sections_and_no_path(client: httpx.Client, paper_id: str) -> None:
    paper = client.get(f"/v1/papers/{paper_id}").json()
    assert paper["source"] == "structural-chunking.pdf"
    assert paper["abstract"]
    assert {"number": "3.3", "title": "The Context Line", "level": 2, "role": "method"}.items() <= (
        next(s for s in paper["sections"] if s["number"] == "3.3").items()
    )


def test_its_elements_can_be_asked_for_by_section_and_kind(
    client: httpx.Client, paper_id: str
) -> None:
    every = client.get(f"/v1/papers/{paper_id}/elements").json()
    tables = client.get(f"/v1/papers/{paper_id}/elements", params={"kind": "table"}).json()
    assert tables == [element for element in every if element["kind"] == "table"] != []
    second = client.get(f"/v1/papers/{paper_id}/elements", params={"section": 2}).json()
    assert second == [element for element in every if element["section"] == 2] != []
    assert [element["position"] for element in every] == list(range(len(every)))
    wrong = client.get(f"/v1/papers/{paper_id}/elements", params={"kind": "song"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "query.kind"


def test_its_file_is_what_was_read(client: httpx.Client, paper_id: str) -> None:
    answer = client.get(f"/v1/papers/{paper_id}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == (EXAMPLES / "papers/structural-chunking.pdf").read_bytes()


def test_bibtex_has_an_entry_a_paper(client: httpx.Client, paper_id: str) -> None:
    answer = client.get("/v1/bibtex", params={"paper": [paper_id, paper_id]})
    assert answer.text.count("@") == 1
    assert "Cutting" in answer.text


@pytest.mark.parametrize(
    "path", ["/v1/papers/nobody", "/v1/papers/nobody/pdf", "/v1/papers/nobody/elements"]
)
def test_an_unknown_paper_is_a_problem(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "unknown-paper"
    assert "'nobody'" in problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_file_that_was_changed_is_not_shown_for_the_one_that_was_read(tmp_path: Path) -> None:
    from ingest.commands import ingest
    from rag.config import Settings

    settings = {"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}}
    paper = tmp_path / "paper.pdf"
    shutil.copy(EXAMPLES / "papers/hybrid-retrieval.pdf", paper)
    list(ingest([paper], tmp_path / "library", Settings.model_validate(settings)))
    with hosted(tmp_path / "library", settings) as client:
        [row] = client.get("/v1/papers").json()["items"]
        assert client.get(f"/v1/papers/{row['id']}/pdf").status_code == 200
        paper.write_bytes(b"%PDF-1.4 something else")
        gone = client.get(f"/v1/papers/{row['id']}/pdf")
        assert (gone.status_code, gone.json()["code"]) == (410, "file-gone")
        assert str(tmp_path) not in gone.text


def test_a_page_is_an_image_with_what_is_cited_marked(client: httpx.Client, paper_id: str) -> None:
    def image(**query: object) -> np.ndarray:
        answer = client.get(f"/v1/papers/{paper_id}/pages/3.png", params=query)
        assert answer.headers["content-type"] == "image/png"
        drawn = pymupdf.Pixmap(answer.content)
        return np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.width, drawn.n)

    [hit] = client.post("/v1/search", json={"query": "context line", "k": 1}).json()["hits"]
    box = next(box for box in hit["boxes"] if box["page"] == 3)
    edges = [box[edge] for edge in ("x0", "y0", "x1", "y1")]
    plain, marked = image(), image(highlight=",".join(map(str, edges)))
    x0, y0, x1, y1 = (round(2 * edge) for edge in edges)
    inside = marked[y0 + 2 : y1, x0 + 2 : x1].astype(int)
    yellow = (inside[..., 0] > 200) & (inside[..., 1] > 180) & (inside[..., 2] < 200)
    assert yellow.mean() > 0.5
    assert plain.shape == marked.shape
    assert (plain[: y0 - 4] == marked[: y0 - 4]).all()


def test_a_table_is_an_image_of_its_area(client: httpx.Client, paper_id: str) -> None:
    [table, *_] = client.get(f"/v1/papers/{paper_id}/elements", params={"kind": "table"}).json()
    at = table["position"]
    answer = client.get(f"/v1/papers/{paper_id}/elements/{at}.png", params={"scale": 1})
    assert answer.headers["content-type"] == "image/png"
    drawn, area = pymupdf.Pixmap(answer.content), table["area"]
    assert drawn.width == pytest.approx(area["x1"] - area["x0"] + 8, abs=2)
    assert drawn.height == pytest.approx(area["y1"] - area["y0"] + 8, abs=2)
    again = client.get(
        f"/v1/papers/{paper_id}/elements/{at}.png",
        params={"scale": 1},
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("pages/99.png", {}, "unknown-page"),
        ("pages/0.png", {}, "invalid"),
        ("pages/one.png", {}, "invalid"),
        ("pages/1.png", {"highlight": "1,2,3"}, "bad-request"),
        ("pages/1.png", {"highlight": "1,2,3,nan"}, "bad-request"),
        ("pages/1.png", {"scale": 30}, "invalid"),
        ("elements/9999.png", {}, "not-found"),
        ("elements/-1.png", {}, "invalid"),
        ("elements/1.png", {"scale": 30}, "invalid"),
    ],
)
def test_a_page_that_is_none_is_a_problem(
    client: httpx.Client, paper_id: str, path: str, query: dict[str, object], code: str
) -> None:
    answer = client.get(f"/v1/papers/{paper_id}/{path}", params=query)
    assert answer.json()["code"] == code, answer.text
