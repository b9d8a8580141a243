"""The OpenAI chat protocol, as far as it is spoken here. What else clients send is passed over."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from api.kept import KeptCitationJson
from api.wire import Within

MODEL = "scholium"


class Part(BaseModel):
    """A part of a message; those that are not text are passed over."""

    type: str
    text: Annotated[str, Field(max_length=100_000)] = ""


class ChatMessage(BaseModel):
    """A message. System messages are passed over: the papers are what is spoken for here."""

    role: Annotated[str, Field(max_length=20)]
    content: (
        Annotated[str, Field(max_length=100_000)]
        | Annotated[list[Part], Field(max_length=100)]
        | None
    ) = None

    @property
    def text(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """Of a stream."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A request. ``scholium`` says where to look, as `/v1/ask` does."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [{"role": "user", "content": "How is dropout used?"}],
                }
            ]
        },
    )
    model: Annotated[str, Field(max_length=250)] = MODEL
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=2000)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    scholium: Within | None = None


class UrlCitation(TypedDict):
    """Where a stretch of the answer is borne out: ``url`` opens the page, the words marked."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(TypedDict):
    """A marker of the answer."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class Extra(TypedDict):
    """What the protocol has no place for. ``model`` is the language model that wrote the answer, if
    one did; the protocol's own is the library.
    """

    answer_id: str
    abstained: bool
    note: str
    model: str
    unsupported: list[str]
    cost_usd: float
    citations: list[KeptCitationJson]


class AssistantMessage(TypedDict):
    """The answer."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[Annotation]


class Choice(TypedDict):
    """The one choice."""

    index: int
    message: AssistantMessage
    logprobs: None
    finish_reason: Literal["stop"]


class ChatUsage(TypedDict):
    """Tokens of the language model; none where none was asked."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(TypedDict):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: ChatUsage
    scholium: Extra


class Model(TypedDict):
    """A model that can be named."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(TypedDict):
    """All of them."""

    object: Literal["list"]
    data: list[Model]
