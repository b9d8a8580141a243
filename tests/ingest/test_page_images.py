from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pymupdf
import pytest

from ingest.build import ParseFile
from ingest.page_images import PageImages
from ingest.parsers.pdf.drawing import MOST_PIXELS, YELLOW
from ingest.workers import Limits
from rag.errors import NoSuchPage, SourceError, UsageError
from tests.ingest.parsers.made_pdf import PROSE, MadePdf

ROOT = Path(__file__).parents[2]
PAPER = ROOT / "examples" / "papers" / "hybrid-retrieval.pdf"
BOX = (72.0, 100.0, 300.0, 130.0)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageImages]:
    with PageImages(jobs=1, cache=tmp_path_factory.mktemp("pages")) as made:
        yield made


def pixels(png: bytes) -> np.ndarray:
    drawn = pymupdf.Pixmap(png)
    return np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.width, drawn.n)


def test_a_page_at_a_scale(images: PageImages) -> None:
    with pymupdf.open(PAPER) as document:
        width, height = document[0].rect.width, document[0].rect.height
    for scale in (1, 1.5, 2):
        shape = pixels(images.render(PAPER, 1, scale)).shape
        assert shape == pytest.approx((height * scale, width * scale, 3), abs=1)


def test_a_part_of_a_page_is_what_the_page_shows_there(images: PageImages) -> None:
    whole = pixels(images.render(PAPER, 1, 2))
    part = pixels(images.render(PAPER, 1, 2, clip=BOX))
    x0, y0, x1, y1 = (int(edge * 2) for edge in BOX)
    assert (part == whole[y0:y1, x0:x1]).all()
    assert part.min() < 128  # there is ink


def test_marks_are_in_their_place_in_a_part(images: PageImages) -> None:
    marked = pixels(images.render(PAPER, 1, 2, [BOX]))
    part = pixels(images.render(PAPER, 1, 2, [BOX], clip=(60.0, 90.0, 310.0, 140.0)))
    assert (part == marked[180:280, 120:620]).all()


def test_a_box_is_marked_and_nothing_else_is_changed(images: PageImages) -> None:
    before = hashlib.sha256(PAPER.read_bytes()).digest()
    plain = pixels(images.render(PAPER, 1, 2))
    marked = pixels(images.render(PAPER, 1, 2, [BOX]))
    x0, y0, x1, y1 = (int(edge * 2) for edge in BOX)
    inside = marked[y0:y1, x0:x1]
    assert tuple(inside.reshape(-1, 3).max(axis=0)) == YELLOW
    assert (inside == plain[y0:y1, x0:x1].astype(int) * YELLOW // 255).all()
    outside = np.ones(plain.shape[:2], bool)
    outside[y0:y1, x0:x1] = False
    assert (marked[outside] == plain[outside]).all()
    assert hashlib.sha256(PAPER.read_bytes()).digest() == before


def test_text_under_a_mark_stays_dark(images: PageImages) -> None:
    paper = ParseFile(10)(PAPER)
    line = next(line for e in paper.elements for line in e.lines if line.box.page == 1)
    box = (line.box.x0, line.box.y0, line.box.x1, line.box.y1)
    marked = pixels(images.render(PAPER, 1, 3, [box]))
    x0, y0, x1, y1 = (int(edge * 3) for edge in box)
    assert marked[y0:y1, x0:x1].max(axis=2).min() < 60
    assert tuple(marked[y0:y1, x0:x1].reshape(-1, 3).max(axis=0)) == YELLOW


def test_boxes_that_overlap_are_marked_once(images: PageImages) -> None:
    once = images.render(PAPER, 1, 1, [BOX])
    assert images.render(PAPER, 1, 1, [BOX, BOX, (80, 105, 90, 110)]) == once


def test_boxes_beyond_the_page_are_cut_off(images: PageImages) -> None:
    beyond = [(-50.0, -50.0, -10.0, -10.0), (1e6, 1e6, 2e6, 2e6), (1.7e308,) * 4]
    assert images.render(PAPER, 1, 1, beyond) == images.render(PAPER, 1, 1)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("sideways", [False, True])
def test_the_words_of_a_turned_page_are_where_it_is_marked(
    images: PageImages, tmp_path: Path, turn: int, sideways: bool
) -> None:
    """By the page's own rotation, and by ours of a page whose text runs upwards."""
    document = pymupdf.open()
    page = document.new_page(width=400, height=600)
    for row in range(12):
        place = (60 + 20 * row, 500) if sideways else (60, 100 + 20 * row)
        page.insert_text(place, PROSE[row * 40 : row * 40 + 40], rotate=90 if sideways else 0)
    page.set_rotation(turn)
    path = tmp_path / "turned.pdf"
    document.save(path)
    lines = [line for e in ParseFile(10)(path).elements for line in e.lines]
    assert len(lines) >= 12
    boxes = [(b.x0, b.y0, b.x1, b.y1) for b in (line.box for line in lines)]
    marked = pixels(images.render(path, 1, 2, boxes)).astype(int)
    ink = marked.max(axis=2) < 100
    yellow = marked[..., 2] <= YELLOW[2]
    assert ink.sum() > 500
    assert (ink & yellow).sum() > 0.98 * ink.sum()
    assert yellow.sum() < 0.5 * yellow.size


def test_a_page_without_colour_gets_marks_in_colour(images: PageImages, tmp_path: Path) -> None:
    made = MadePdf()
    made.line(72, 100, "black")
    path = made.save(tmp_path / "grey.pdf")
    assert (pixels(images.render(path, 1, 1, [BOX]))[..., 2] == YELLOW[2]).any()


def test_pages_that_are_not_there(images: PageImages, tmp_path: Path) -> None:
    for page in (0, -1, 99):
        with pytest.raises(NoSuchPage, match=rf"no page {page}: its pages are 1 to 3"):
            images.render(PAPER, page)
    with pytest.raises(NoSuchPage, match="has no pages"):
        images.render(tmp_path / "paper.md", 1)


def test_files_that_cannot_be_drawn(images: PageImages, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be read: No such file"):
        images.render(tmp_path / "gone.pdf", 1)
    (tmp_path / "junk.pdf").write_bytes(b"no pdf at all")
    with pytest.raises(SourceError, match=r"^junk\.pdf, page 1: truncated or damaged") as caught:
        images.render(tmp_path / "junk.pdf", 1)
    assert str(tmp_path) not in str(caught.value)
    made = MadePdf()
    path = made.save(
        tmp_path / "secret.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="x", owner_pw="y"
    )
    with pytest.raises(SourceError, match="needs a password"):
        images.render(path, 1)


@pytest.mark.parametrize("scale", [0, 0.5, 3.5, float("nan"), float("inf")])
def test_scales_that_are_none(images: PageImages, scale: float) -> None:
    with pytest.raises(UsageError, match="scale"):
        images.render(PAPER, 1, scale)


def test_boxes_that_are_none(images: PageImages) -> None:
    with pytest.raises(UsageError, match="not a box"):
        images.render(PAPER, 1, 1, [(0, 0, float("nan"), 1)])
    with pytest.raises(UsageError, match="501 boxes"):
        images.render(PAPER, 1, 1, [BOX] * 501)


def test_a_poster_is_drawn_smaller(images: PageImages, tmp_path: Path) -> None:
    document = pymupdf.open()
    document.new_page(width=9000, height=3000)
    document.save(tmp_path / "poster.pdf")
    height, width, _ = pixels(images.render(tmp_path / "poster.pdf", 1, 3)).shape
    assert height * width <= 1.01 * MOST_PIXELS
    assert width / height == pytest.approx(3, abs=0.01)


def hostile(path: Path, drawn: bytes) -> Path:
    """A page whose content stream is ``drawn``."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "a", fontname="helv")
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    document.update_stream(stream, drawn)
    document.xref_set_key(page.xref, "Contents", f"{stream} 0 R")
    document.save(path, deflate=True)
    return path


SLOW = b"0 0 m 600 800 0 800 600 0 c S " * 1_000_000


def test_a_page_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    slow = hostile(tmp_path / "slow.pdf", SLOW)
    with PageImages(Limits(3, 1536), jobs=1, cache=tmp_path / "cache") as images:
        with pytest.raises(SourceError, match=r"slow\.pdf, page 1: took longer than 3 s"):
            images.render(slow, 1, 3)
        assert images.render(PAPER, 1)


def test_a_page_that_needs_too_much_memory_fails_alone(tmp_path: Path) -> None:
    large = hostile(tmp_path / "large.pdf", b"BT /helv 4 Tf (" + b"a" * 40_000_000 + b") Tj ET")
    refused = pytest.raises(SourceError, match="needs more than 200 MB of memory")
    with PageImages(Limits(60, 200), jobs=1, cache=tmp_path / "cache") as images, refused:
        images.render(large, 1)


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with PageImages(jobs=1, cache=tmp_path / "cache") as images:
        images.render(PAPER, 1, 1)
        scales = iter((1.1, 1.2))
        for _ in range(2):
            for worker in workers():
                worker.kill()  # not waited for: that is the pool's part
            time.sleep(0.5)
            assert images.render(PAPER, 2, next(scales))


def workers() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [p for p in children if "spawn_main" in " ".join(command(p))]


def command(process: psutil.Process) -> list[str]:
    """None of one that has ended and is not waited for yet."""
    with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
        return process.cmdline()
    return []


def test_many_threads_at_once(tmp_path: Path) -> None:
    with PageImages(jobs=2, cache=tmp_path / "cache") as images:
        scales = [1 + i / 10 for i in range(10)] * 2
        with ThreadPoolExecutor(8) as threads:
            drawn = list(threads.map(lambda scale: images.render(PAPER, 1, scale), scales))
    assert drawn[:10] == drawn[10:]
    assert len(set(drawn)) == 10


def test_what_was_drawn_is_kept_for_all(tmp_path: Path) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(PAPER.read_bytes())
    with PageImages(jobs=1, cache=tmp_path / "cache") as first:
        drawn = first.render(PAPER, 1, 1, [BOX])
    assert len(list((tmp_path / "cache").iterdir())) == 1
    with PageImages(jobs=1, cache=tmp_path / "cache") as second:
        assert second.render(copy, 1, 1, [BOX]) == drawn
        assert second.render(copy, 1, 1) != drawn
        assert second.render(copy, 2, 1, [BOX]) != drawn
    assert len(list((tmp_path / "cache").iterdir())) == 3


def test_a_damaged_picture_is_drawn_anew(tmp_path: Path) -> None:
    with PageImages(jobs=1, cache=tmp_path / "cache") as images:
        drawn = images.render(PAPER, 1, 1)
        [kept] = (tmp_path / "cache").iterdir()
        kept.write_bytes(drawn[:500])
        assert images.render(PAPER, 1, 1) == drawn


def test_a_file_that_was_changed_is_drawn_anew(images: PageImages, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PAPER.read_bytes())
    first = images.render(path, 1, 1)
    path.write_bytes((PAPER.parent / "structural-chunking.pdf").read_bytes())
    assert images.render(path, 1, 1) != first


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with PageImages(jobs=1, cache=tmp_path / "file" / "cache") as images:
        assert images.render(PAPER, 1, 1)


def test_after_closing_nothing_is_drawn(tmp_path: Path) -> None:
    images = PageImages(jobs=1, cache=tmp_path)
    images.close()
    with pytest.raises(SourceError, match="is being stopped"):
        images.render(PAPER, 1)


LEFT_BEHIND = """
from ingest.page_images import PageImages
from pathlib import Path
import sys, time
PageImages(jobs=2, cache=Path(sys.argv[2])).render(Path(sys.argv[1]), 1)
print("drawn", flush=True)
time.sleep(60)
"""


def test_workers_die_with_the_process_that_started_them(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEFT_BEHIND, str(PAPER), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"drawn\n"
        left = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
        _, alive = psutil.wait_procs(left, timeout=10)
        for process in alive:
            process.kill()
    assert left
    assert not alive
