"""The one way to litellm: late, quiet, and without its own calls to the network."""

from __future__ import annotations

import os
from types import ModuleType

_QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it fetches a price list at import
    "LITELLM_MODE": "PRODUCTION",  # else it reads a .env file from the working directory
}


def import_litellm() -> ModuleType:
    """The module; its import takes seconds, so only what calls a model asks for it."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    module: ModuleType = litellm
    return module
