from __future__ import annotations

import asyncio
import itertools
import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.answering.events import Channel, Event, joined, place


def channel(loop: asyncio.AbstractEventLoop) -> Channel:
    return Channel(1, loop)


async def followed(made: Channel, after: tuple[int, int] = (0, 0)) -> list[Event]:
    return [event async for portion in made.follow(after, 1.0) for event in portion]


def test_listeners_have_all_events_whenever_they_came() -> None:
    async def run() -> None:
        made = channel(asyncio.get_running_loop())
        made.say("status", {})
        early = asyncio.create_task(followed(made))
        await asyncio.sleep(0)

        def write() -> None:
            for number in range(100):
                made.say("token", {"text": str(number)})
            made.say("done", {})

        thread = threading.Thread(target=write)
        thread.start()
        seen = await early
        thread.join()
        assert [event.number for event in seen] == list(range(1, 103))
        assert await followed(made) == seen
        assert await followed(made, (1, 100)) == seen[100:]
        assert await followed(made, (7, 100)) == seen  # of another attempt
        assert await followed(made, (1, 999_999)) == []  # there is nothing after the end

    asyncio.run(run())


def test_nothing_for_a_while_is_an_empty_portion() -> None:
    async def run() -> None:
        following = channel(asyncio.get_running_loop()).follow((0, 0), 0.01)
        assert await anext(following) == []

    asyncio.run(run())


def test_listeners_of_a_parked_answer_are_let_go() -> None:
    async def run() -> None:
        made = channel(asyncio.get_running_loop())
        listening = asyncio.create_task(followed(made))
        await asyncio.sleep(0)
        made.park()
        assert await listening == []

    asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "found"),
    [("2.17", (2, 17)), ("", (0, 0)), ("x.1", (0, 0)), ("1", (0, 0)), ("-1.2", (0, 0)),
     ("1.²", (0, 0)), ("9" * 20 + ".1", (0, 0))],
)  # fmt: skip
def test_a_place_is_read_from_whatever_a_client_sends(text: str, found: tuple[int, int]) -> None:
    assert place(text) == found


def test_an_event_is_one_event_whatever_its_text() -> None:
    text = json.dumps({"text": "a\nb\r\n\n event: done"})
    assert Event(1, 2, "token", text).encoded().count(b"\n\n") == 1


@given(st.lists(st.sampled_from(["token", "status", "citation"]), max_size=20))
def test_joining_loses_no_text_and_no_order(kinds: list[str]) -> None:
    events = [Event(1, n, kind, json.dumps({"text": f"{n} "})) for n, kind in enumerate(kinds, 1)]
    made = joined(events)
    assert "".join(json.loads(e.data)["text"] for e in made) == "".join(
        json.loads(e.data)["text"] for e in events
    )
    assert [e.number for e in made] == sorted(e.number for e in made)
    assert not any(a.kind == b.kind == "token" for a, b in itertools.pairwise(made))


def test_half_a_character_is_sent_as_something_else() -> None:
    async def run() -> None:
        made = channel(asyncio.get_running_loop())
        made.say("done", {"text": "a\ud800b"})
        [event] = await followed(made)
        assert json.loads(event.encoded().decode().partition("data: ")[2].splitlines()[0]) == {
            "text": "a?b"
        }

    asyncio.run(run())
