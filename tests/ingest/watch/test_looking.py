"""What is told by looks at made-up times."""

from __future__ import annotations

from pathlib import Path

from ingest.watch.looking import Due, Looks, View, view_of
from ingest.watch.states import is_gone
from rag.errors import SourceError

FOLDER = Path("/papers")
A, B, C = FOLDER / "a.pdf", FOLDER / "b.pdf", FOLDER / "c.pdf"


def view(*files: Path, size: int = 1) -> View:
    return View(dict.fromkeys(files, (size, 0, 0)))


def test_a_file_is_ready_when_it_has_stopped_growing():
    looks = Looks(settle_s=2)
    assert looks.look(view(A, size=1), 0) == Due(restless=True)
    assert looks.look(view(A, size=2), 1) == Due(restless=True)
    assert looks.look(view(A, size=2), 2) == Due(restless=True)
    assert looks.look(view(A, size=2), 3) == Due(ready=(A,))
    assert looks.left([A])
    looks.done(A)
    assert not looks.left([A])
    assert looks.look(view(A, size=2), 9) == Due()
    assert looks.look(view(A, size=3), 10) == Due(restless=True)
    assert looks.look(view(A, size=3), 12) == Due(ready=(A,))


def test_one_that_grows_does_not_hold_up_the_others():
    looks = Looks(settle_s=2)
    looks.look(view(A), 0)
    assert looks.look(view(A, B), 2) == Due(ready=(A,), restless=True)


def test_a_file_is_gone_when_it_stays_away_and_nothing_is_left_to_read():
    looks = Looks(settle_s=2)
    looks.look(view(A, B), 0)
    for path in looks.look(view(A, B), 2).ready:
        looks.done(path)
    assert looks.look(view(B), 3) == Due(restless=True)
    looks.look(view(B, C), 4)
    assert looks.look(view(B, C), 6) == Due(ready=(C,), restless=True)
    looks.done(C)
    assert looks.look(view(B, C), 7) == Due(gone=(A,), restless=True)
    looks.forget(A)
    assert looks.look(view(B, C), 8) == Due()


def test_a_file_that_comes_back_is_not_gone():
    looks = Looks(settle_s=2)
    looks.expect([A], 0)
    assert looks.look(view(A), 1).gone == ()
    looks.done(A)
    assert looks.look(view(A), 5) == Due()


def test_files_of_a_folder_that_is_not_there_are_not_gone():
    looks = Looks(settle_s=2)
    looks.expect([A, B], 0)
    assert looks.look(View({}, absent={FOLDER}), 9).gone == ()
    assert looks.look(View({}), 10).gone == (A, B)


def test_files_under_a_folder_that_cannot_be_read_are_not_gone():
    looks = Looks(settle_s=2)
    looks.expect([A, FOLDER / "sub" / "d.pdf"], 0)
    failed = SourceError(str(FOLDER / "sub"), "can't be read: Input/output error")
    assert looks.look(View({}, failures=[failed]), 9).gone == (A,)


def test_one_that_is_doubted_is_asked_after_but_not_waited_for():
    looks = Looks(settle_s=2)
    looks.look(view(A, B), 0)
    looks.look(view(), 1)
    looks.doubt(A)
    assert not looks.all_gone(FOLDER)
    looks.doubt(B)
    assert looks.look(view(), 9) == Due(ready=(), gone=(A, B), restless=False)


def test_what_is_gone_for_certain(tmp_path):
    (tmp_path / "a.md").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "drive").symlink_to(tmp_path / "not-mounted")
    assert not is_gone(tmp_path / "drive" / "papers" / "a.md")
    assert not is_gone(tmp_path / "a.md")
    assert not is_gone(tmp_path / "loop" / "a.md")
    assert not is_gone(tmp_path / "loop")
    assert not is_gone(tmp_path / ("b" * 300))
    assert is_gone(tmp_path / "b.md")
    assert is_gone(tmp_path / "no" / "such" / "b.md")
    assert is_gone(tmp_path / "a.md" / "b.md")


def test_all_gone_is_told_from_some_gone():
    looks = Looks(settle_s=2)
    looks.look(view(A, B, C), 0)
    looks.look(view(A), 1)
    assert not looks.all_gone(FOLDER)
    looks.look(view(), 2)
    assert looks.all_gone(FOLDER)
    collapsed = Looks(settle_s=2)
    collapsed.look(view(A, B), 0)
    collapsed.look(view(FOLDER), 1)
    assert collapsed.all_gone(FOLDER)
    one = Looks(settle_s=2)
    one.look(view(A), 0)
    one.look(view(), 1)
    assert not one.all_gone(FOLDER)


def test_what_is_in_folders(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "in" / "a.md").write_text("# A")
    (tmp_path / "in" / "b.txt").write_text("no paper")
    (tmp_path / "in" / "c.md").symlink_to("nowhere")
    seen = view_of([tmp_path / "in", tmp_path / "empty", tmp_path / "absent"])
    assert [path.name for path in seen.files] == ["a.md"]
    assert len(seen.failures) == 1
    assert seen.absent == {tmp_path / "absent"}
