"""With the real client of the protocol's maker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from api.guard.keys import Keys, Scope
from api.openai_compat.wording import answer_alone
from rag.store.catalog_writer import WritableCatalog
from tests.api.hosting import hosted
from tests.api.http.test_answers import SAID, settings
from tests.scripted_llm import MODEL, ScriptedServer, fails, says, scripted_server

QUESTION = "What is in the context line of a chunk?"
DRAFT = "\n\n---\n\nThat was a draft. The answer after checking:\n\n"


@pytest.fixture(scope="module")
def chat(client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0) as made:
        yield made


@pytest.fixture
def model() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        server.play(says(SAID))
        yield server


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_models_are_the_library_and_its_papers(chat: openai.OpenAI) -> None:
    names = [model.id for model in chat.models.list()]
    assert names[0] == "scholium"
    assert len(names) == 4
    assert all(name.startswith("scholium/") for name in names[1:])


def test_a_conversation_is_cited_in_the_text_and_beside_it(chat: openai.OpenAI) -> None:
    first = chat.chat.completions.create(model="scholium", messages=[user(QUESTION)])
    message = first.choices[0].message
    assert message.annotations
    assert "## References" in message.content
    for each in message.annotations:
        cited = each.url_citation
        assert message.content[cited.start_index : cited.end_index].startswith("[")
        assert "/#/papers/" in cited.url
        assert "p. " in cited.title
    messages = [user("How are papers cut into chunks?"), {"role": "assistant", "content": "So."}]
    second = chat.chat.completions.create(
        model="scholium", messages=[*messages, user("And what is in its context line?")]
    )
    answer_id = second.id.removeprefix("chatcmpl-")
    kept = httpx.get(f"{chat.base_url}answers/{answer_id}").json()
    assert "chunks" in kept["searched"]
    assert second.choices[0].message.annotations


def test_a_model_can_be_one_paper(chat: openai.OpenAI) -> None:
    whole = chat.chat.completions.create(model="scholium", messages=[user(QUESTION)])
    name = f"scholium/{whole.model_extra['scholium']['citations'][0]['paper']['id']}"
    made = chat.chat.completions.create(model=name, messages=[user(QUESTION)])
    cited = made.model_extra["scholium"]["citations"]
    assert {citation["paper"]["id"] for citation in cited} == {name.removeprefix("scholium/")}


def test_a_stream_ends_with_references_and_usage(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.01))
    with hosted(library, settings(model)) as client:
        chat = openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0)
        stream = chat.chat.completions.create(
            model="scholium",
            messages=[user(QUESTION)],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    text = "".join(delta.content or "" for delta in deltas)
    assert text.startswith("The context line is the title")
    assert text.count("## References") == 1
    assert len([delta for delta in deltas if delta.content]) > 3
    [annotations] = [d.model_extra["annotations"] for d in deltas if d.model_extra]
    for each in annotations:
        cited = each["url_citation"]
        assert text[cited["start_index"] : cited["end_index"]] == "[1]"
    assert chunks[-1].usage.completion_tokens > 0
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


def test_what_the_check_changed_follows_the_draft(library: Path, model: ScriptedServer) -> None:
    model.play(says("Chunks are made of cheese [77]."))
    with hosted(library, settings(model)) as client:
        chat = openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0)
        stream = chat.chat.completions.create(
            model="scholium",
            messages=[user(QUESTION)],
            stream=True,
        )
        deltas = [chunk.choices[0].delta for chunk in stream if chunk.choices]
    text = "".join(delta.content or "" for delta in deltas)
    draft, _, checked = text.partition("That was a draft. The answer after checking:")
    assert "cheese" in draft, text
    assert "context line" in checked, text
    [annotations] = [d.model_extra["annotations"] for d in deltas if d.model_extra]
    assert annotations
    for each in annotations:
        cited = each["url_citation"]
        assert text[cited["start_index"] : cited["end_index"]].startswith("[")


def test_parts_of_messages_that_are_no_text_are_passed_over(chat: openai.OpenAI) -> None:
    parts = [
        {"type": "text", "text": QUESTION},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ]
    system = {"role": "system", "content": "You are a pirate."}
    made = chat.chat.completions.create(
        model="scholium", messages=[system, {"role": "user", "content": parts}], temperature=0.7
    )
    assert made.choices[0].message.annotations


@pytest.mark.parametrize(
    ("model_name", "messages", "error"),
    [
        ("gpt-4", [user("x")], openai.NotFoundError),
        ("scholium/nobody", [user("x")], openai.NotFoundError),
        ("scholium", [user("")], openai.BadRequestError),
        ("scholium", [{"role": "assistant", "content": "x"}], openai.BadRequestError),
        ("scholium", [], openai.UnprocessableEntityError),
    ],
)
def test_errors_are_the_clients_own(
    chat: openai.OpenAI,
    model_name: str,
    messages: list[dict[str, str]],
    error: type[openai.APIStatusError],
) -> None:
    with pytest.raises(error) as raised:
        chat.chat.completions.create(model=model_name, messages=messages)
    assert raised.value.body["message"]
    assert raised.value.code


def test_a_model_that_fails_is_told_in_the_answer(library: Path, model: ScriptedServer) -> None:
    model.play(fails(401, "bad key"))
    with hosted(library, settings(model)) as client:
        chat = openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0)
        made = chat.chat.completions.create(
            model="scholium",
            messages=[user(QUESTION)],
        )
    assert "extracted from the papers" in made.choices[0].message.content


def test_keys_are_sent_as_the_client_sends_them(library: Path) -> None:
    with WritableCatalog(library) as catalog:
        _, text = Keys(catalog).create("chat", [Scope.ASK])
    with hosted(library) as client:
        chat = openai.OpenAI(base_url=f"{client.base_url}/v1", api_key=text, max_retries=0)
        assert chat.chat.completions.create(model="scholium", messages=[user(QUESTION)]).id
        with pytest.raises(openai.AuthenticationError):
            chat.with_options(api_key="sch_wrong").models.list()


def test_marks_of_the_check_move_no_annotation(library: Path, model: ScriptedServer) -> None:
    model.play(says(f"It was first proposed by Ada Lovelace in 1843. {SAID}"))
    with hosted(library, settings(model)) as client:
        chat = openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0)
        stream = chat.chat.completions.create(
            model="scholium", messages=[user(QUESTION)], stream=True
        )
        deltas = [chunk.choices[0].delta for chunk in stream if chunk.choices]
    text = "".join(delta.content or "" for delta in deltas)
    [annotations] = [d.model_extra["annotations"] for d in deltas if d.model_extra]
    assert annotations
    for each in annotations:
        cited = each["url_citation"]
        assert text[cited["start_index"] : cited["end_index"]] == "[1]"


def test_a_stream_names_what_no_citation_supports_and_who_wrote_it(
    library: Path, model: ScriptedServer
) -> None:
    invented = "It was first proposed by Ada Lovelace in 1843."
    model.play(says(f"{SAID} {invented}"))
    with hosted(library, settings(model)) as client:
        chat = openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0)
        asked: Any = {"model": "scholium", "messages": [user(QUESTION)]}
        chunks = list(chat.chat.completions.create(stream=True, **asked))
        whole = chat.chat.completions.create(**asked)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert f"No citation supports:\n\n- {invented}\n\n## References" in text
    assert "That was a draft" not in text
    assert f"{invented} [unsupported]" in (whole.choices[0].message.content or "")
    [told] = [chunk.model_extra["scholium"] for chunk in chunks if chunk.model_extra]
    assert told["unsupported"] == [invented]
    assert told["model"] == whole.model_extra["scholium"]["model"] == MODEL
    assert told["cost_usd"] >= 0


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("It is 60 [1].", "It is 60 [1]."),
        ("It is 60 [1].\n\n## References\n\n- [1] Somewhere", "It is 60 [1]."),
        (f"Cheese.{DRAFT}It is 60 [1].\n\n## References\n\n- [1] Somewhere", "It is 60 [1]."),
        (
            "It is 60 [1]. So be it.\n\nNo citation supports:\n\n- So be it.\n\n## References\n\n",
            "It is 60 [1]. So be it.",
        ),
    ],
)
def test_an_answer_that_comes_back_is_the_answer_alone(sent: str, answer: str) -> None:
    assert answer_alone(sent) == answer


def test_an_answer_that_was_stopped_is_no_answer(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.5))
    with hosted(library, settings(model)) as client:
        chat = openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0)
        stream = chat.chat.completions.create(
            model="scholium", messages=[user(QUESTION)], stream=True
        )
        first = next(iter(stream))
        httpx.delete(f"{client.base_url}/v1/answers/{first.id.removeprefix('chatcmpl-')}")
        with pytest.raises(openai.APIError, match="stopped"):
            list(stream)
