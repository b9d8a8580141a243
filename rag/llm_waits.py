"""What is said where the waiting for a language model has an end."""

from __future__ import annotations

import time

from rag.config import Llm
from rag.errors import ModelTimeout
from rag.llm_errors import Caller
from rag.watchdog import Overdue


def late(overdue: Overdue, caller: Caller, settings: Llm, until: float) -> ModelTimeout:
    """Of an answer that did not begin, go on, or end in time; ``until`` was the end of it all."""
    what = f"The model {caller}"
    if time.monotonic() >= until:
        what += f" did not finish within {settings.deadline_s:.3g} s"
        return ModelTimeout(what, "raise llm.deadline_s, or choose a faster model")
    if overdue.began:
        what += f" stopped for {settings.stall_s:g} s in the middle of its answer"
        return ModelTimeout(what, "try again, or raise llm.stall_s")
    what += f" did not answer within {overdue.seconds:.3g} s"
    return ModelTimeout(what, "check that its server runs, or raise llm.timeout_s")


def no_place(caller: Caller, settings: Llm) -> ModelTimeout:
    """Of a call that was not made."""
    what = f"The model {caller} was not asked: {settings.max_concurrent} calls"
    advice = "raise llm.max_concurrent if its server bears more"
    return ModelTimeout(f"{what} were under way all the time that there was for it", advice)
