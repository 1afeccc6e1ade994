"""What tests of every floor share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# No test fails for being slow: a kernel may be compiled in its first example.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# What is started in the background of a script is told to ignore Ctrl-C, and so would be the commands that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material kept beside the repository; tests that need it skip where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("BARTIZAN_SHARED", beside))
    if not folder.is_dir():
        pytest.skip("no folder of reference material: set BARTIZAN_SHARED to it")
    return folder
