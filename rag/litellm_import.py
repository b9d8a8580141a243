"""The one place that imports litellm, which takes seconds and talks more than it should."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from typing import Any

from rag.errors import ConfigError

_loaded = threading.Event()


def import_litellm() -> Any:
    """The litellm module, kept quiet and off the network until a model is called.

    Raises ConfigError if it isn't installed.
    """
    if threading.current_thread().daemon and not _loaded.is_set():
        _load_apart()
    litellm = _load()
    _loaded.set()
    return litellm


def start_warm_up() -> threading.Thread:
    """Imports beside whatever comes before the first call; what fails is raised there.

    The process waits for the thread at its end: one that ends amid an import may hang.
    """
    thread = threading.Thread(target=_warm_up_quietly, name="model-warm-up")
    thread.start()
    return thread


def _warm_up_quietly() -> None:
    # Python starts no thread pool in a process that ends: RuntimeError, amid the import.
    with suppress(ConfigError, RuntimeError):
        import_litellm()


def _load_apart() -> None:
    """Imports on a thread that the process waits for at its end.

    A daemon is cut off there, and amid this import, half of it compiled code, that may hang the
    process or crash it.
    """
    failed: list[Exception] = []

    def load() -> None:
        try:
            _load()
        except Exception as error:  # noqa: BLE001 - handed over
            failed.append(error)

    if not threading.main_thread().is_alive():
        raise RuntimeError("the process is about to end")
    loader = threading.Thread(target=load, name="litellm-import", daemon=False)
    loader.start()
    loader.join()
    if failed:
        raise failed[0]


def _load() -> Any:
    # Read at import, or at the first call: else litellm fetches these lists from the network.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")  # else it takes settings from a .env file
    try:
        import litellm
    except ImportError as error:
        raise ConfigError(
            f"a litellm model is configured, but litellm can't be imported ({error}): "
            "pip install litellm"
        ) from error
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    # Else it hands every piece of a stream to its own log's few threads, behind one lock: with
    # 200 streams at once that takes ten times as long as the streams. Nobody reads that log.
    litellm.disable_streaming_logging = True
    # Tokens are counted without asking a hub for the tokenizer of the model.
    litellm.disable_hf_tokenizer_download = True
    # Failures reach the user as our errors; litellm would print them a second time.
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    return litellm
