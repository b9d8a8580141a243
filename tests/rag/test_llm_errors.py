from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rag.errors import ContextTooLong
from rag.llm_errors import Caller, explain, retry_after_s

CALLER = Caller("openai/x", "example.org", "MY_KEY", ("correct-horse",))


class ProviderError(Exception):
    def __init__(self, message: str, status_code: int | None = None, **headers: str) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.litellm_response_headers = {name.replace("_", "-"): v for name, v in headers.items()}


@pytest.mark.parametrize(
    ("error", "message", "retryable"),
    [
        (
            ProviderError("litellm.RateLimitError: RateLimitError: OpenAIException - slow", 429),
            "The model openai/x at example.org is called too often (slow): "
            "wait, or choose a model with a higher limit",
            True,
        ),
        (
            ProviderError("litellm.AuthenticationError: key correct-horse", 401),
            "The model openai/x at example.org refused the key (key ***): set MY_KEY",
            False,
        ),
        (
            ProviderError("litellm.InternalServerError: Missing credentials. Pass api_key", 500),
            "The model openai/x at example.org refused the key "
            "(Missing credentials. Pass api_key): set MY_KEY",
            False,
        ),
        (
            ProviderError("InternalServerError: OpenAIException - Connection error.", 500),
            "The model openai/x at example.org can't be reached: "
            "check that its server runs and llm.api_base is right",
            True,
        ),
        (
            ProviderError(
                "litellm.APIError: APIError: OpenAIException - error - Expecting value: line 1 "
                "column 1 (char 0), Received response: <APIResponse [200 OK] type=<class 'x'>>",
                500,
            ),
            "The model openai/x at example.org sent no valid answer: "
            "check llm.api_base, and that its server can stream",
            True,
        ),
        (
            ValueError("what is this Traceback (most recent call last): File x.py"),
            "The model openai/x at example.org failed (what is this): "
            "try again later, and look at the server's log",
            True,
        ),
    ],
)
def test_what_a_failure_says(error: Exception, message: str, retryable: bool) -> None:
    failure = explain(error, CALLER)
    assert str(failure.error) == message
    assert failure.retryable == retryable


def test_a_quota_that_comes_back_is_waited_for() -> None:
    text = "You exceeded your current quota"
    assert not explain(ProviderError(text, 429), CALLER).retryable
    assert explain(ProviderError(text, 429, retry_after="3"), CALLER).retry_after_s == 3


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("prompt is too long: 9 tokens", 400),
        ("This model's maximum context length is 4097 tokens", 400),
        ("input length and `max_tokens` exceed context limit: 199000 + 8000 > 200000", 400),
        ("the request exceeds the available context size", 500),
        ("The input token count (1100000) exceeds the maximum number of tokens allowed", 400),
        ("too many tokens: total number of tokens in the prompt cannot exceed 4081", 400),
        ("Input validation error: `inputs` must have less than 1024 tokens. Given: 1500", 422),
        ("Input is too long for requested model.", 400),
        ("Request too large for m on tokens per min (TPM): Limit 6000, Requested 9000", 429),
        ("<html>413 Request Entity Too Large</html>", 413),
        ("", 413),
    ],
)
def test_a_prompt_too_long_is_recognised(said: str, status: int) -> None:
    assert isinstance(explain(ProviderError(said, status), CALLER).error, ContextTooLong)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Too many tokens, please wait before trying again.", 429),
        ("This request would exceed your rate limit of 40,000 input tokens per minute", 429),
        ("max_tokens is too large: 9000. This model supports at most 4096 completion tokens", 400),
    ],
)
def test_other_limits_are_no_matter_of_the_prompt(said: str, status: int) -> None:
    assert not isinstance(explain(ProviderError(said, status), CALLER).error, ContextTooLong)


def test_messages_stay_short() -> None:
    assert len(str(explain(ProviderError("x " * 5000, 500), CALLER).error)) < 400


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2),
        ("0.5", 0.5),
        ("-3", 0),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30),
        ("Wed, 31 Dec 2025 23:00:00 GMT", 0),
        ("Thu, 01 Jan 2026 00:00:30 -0000", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after_s(ProviderError("x", 429, retry_after=header), now) == seconds
