"""Dask as the engine of a study: its workers do pieces of a job, and whoever asked is given what they send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bartizan.ground.errors import UserError
from bartizan.studies.asked import Job

#: How long a scheduler may be silent, s.
_PATIENCE_S = 30


def done(address: str, piece: Callable[..., Any], job: Job, pieces: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
    """What `piece` gives of a job and of each of some arguments, as workers finish them, in any order.

    A piece whose worker dies is done by another. Raises UserError where no scheduler answers, or its workers cannot
    play the same.
    """
    with _connected(address) as client:
        from distributed import as_completed

        [shared] = client.scatter([job], broadcast=True, hash=False)
        futures = [client.submit(piece, shared, *arguments, pure=False) for arguments in pieces]
        for future in as_completed(futures):
            yield _result(future, address)
            future.release()


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise UserError("--dask needs distributed: pip install 'bartizan[cluster]'") from None
    try:
        client = Client(address, timeout=_PATIENCE_S)
    except (OSError, ValueError) as error:
        raise UserError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        yield client


def _result(future: Any, address: str) -> Any:
    try:
        return future.result()
    except ModuleNotFoundError as error:
        raise UserError(f"the workers at {address} cannot play: {error}; they need this version of Bartizan") from None
