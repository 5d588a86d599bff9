"""The bench `redaction`, without what it needs: other benches run where the detectors are not installed."""

from __future__ import annotations

from host_tools.bench.rows import Row


async def redaction(profile: str, *, quick: bool) -> list[Row]:
    """`profile` is of no account: no radio takes part."""
    del profile
    from host_tools.bench.redaction.report import measured

    return measured(quick=quick)
