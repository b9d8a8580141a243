"""The one place that imports litellm, which takes seconds and talks more than it should."""

from __future__ import annotations

import logging
import os
from typing import Any

from rag.errors import ConfigError


def import_litellm() -> Any:
    """The litellm module, kept quiet and off the network until a model is called.

    Raises ConfigError if it isn't installed.
    """
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
    # Failures reach the user as our errors; litellm would print them a second time.
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    return litellm
