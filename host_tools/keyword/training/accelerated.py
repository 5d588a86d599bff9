"""JAX and Optax, on the processor alone; the only file that imports them: their annotations stop at "Unknown"."""

from __future__ import annotations

import importlib
from typing import Any

jax: Any = importlib.import_module("jax")
jnp: Any = importlib.import_module("jax.numpy")
optax: Any = importlib.import_module("optax")
# No other device is looked for: that costs a warning.
jax.config.update("jax_platforms", "cpu")
