from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from rag.errors import ModelError
from rag.transforming import Transforming
from rag.types import Query, Rewriting, Status, Variant

QUERY = Query("What is the learning rate?")


@dataclass
class Slow:
    """Waits to be let go, then says something or fails."""

    name: str
    says: str = ""
    error: Exception | None = None
    go: threading.Event = field(default_factory=threading.Event)

    def transform(self, query: Query) -> Rewriting:
        self.go.wait(10)
        if self.error:
            raise self.error
        found = (Variant(self.name, f"{self.says} {query.text}"),) if self.says else ()
        return Rewriting(variants=found)


def quick(name: str, says: str = "", error: Exception | None = None) -> Slow:
    transform = Slow(name, says, error)
    transform.go.set()
    return transform


def test_variants_come_in_the_order_of_the_transforms() -> None:
    first, second = Slow("first", "a"), quick("second", "b")
    transforms = Transforming(10.0)
    transforms.begin([first, second], QUERY)
    time.sleep(0.05)
    first.go.set()
    assert [v.name for v in transforms.finish()] == ["first", "second"]
    assert [t.name for t in transforms.traces] == ["second", "first"]


def test_a_failure_costs_only_its_own_variants() -> None:
    transforms = Transforming(10.0)
    broken = quick("broken", error=ModelError("The model is gone", "start it"))
    bug = quick("bug", error=KeyError("x"))
    transforms.begin([broken, bug, quick("fine", "a")], QUERY)
    assert [v.name for v in transforms.finish()] == ["fine"]
    traces = {t.name: t for t in transforms.traces}
    assert traces["broken"].status is Status.FAILED
    assert traces["broken"].note == "The model is gone: start it"
    assert traces["bug"].note == "KeyError: 'x'"


def test_what_is_late_is_left_behind_and_named() -> None:
    late = Slow("late", "a")
    transforms = Transforming(0.1)
    transforms.begin([late, quick("there", "b")], QUERY)
    assert [v.name for v in transforms.finish()] == ["there"]
    [trace] = [t for t in transforms.traces if t.name == "late"]
    assert trace.status is Status.LATE
    assert "0.1 s" in trace.note
    assert "query.deadline_s" in trace.note
    late.go.set()
    time.sleep(0.05)
    again = quick("again", "c")
    assert transforms.apply(again, QUERY).variants[0].name == "again"


def test_one_deadline_holds_for_all_of_them() -> None:
    transforms = Transforming(0.2)
    first = Slow("first", "a")
    assert transforms.apply(first, QUERY) == Rewriting()
    second = Slow("second", "b")
    start = time.monotonic()
    assert transforms.apply(second, QUERY) == Rewriting()
    assert time.monotonic() - start < 0.2
    first.go.set()
    second.go.set()


def test_nothing_to_say_is_idle() -> None:
    transforms = Transforming(10.0)
    assert transforms.apply(quick("mute"), QUERY) == Rewriting()
    assert transforms.traces[0].status is Status.IDLE


def test_a_quick_one_is_waited_for_and_may_fail_too() -> None:
    transforms = Transforming(10.0)
    assert transforms.now(quick("there", "a"), QUERY).variants[0].text.startswith("a ")
    assert transforms.now(quick("bug", error=KeyError("x")), QUERY) == Rewriting()
    assert [t.status for t in transforms.traces] == [Status.DONE, Status.FAILED]
