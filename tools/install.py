"""Installs Bartizan into the environment whose Python runs this: locked, unlocked, or from a folder of wheels."""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: stands in the environment while it holds what the lock says
STAMP = Path(sys.prefix) / ".locked"
MACHINES = ("x86_64", "amd64", "aarch64", "arm64")


def main() -> int:
    options = _options()
    STAMP.unlink(missing_ok=True)
    lock = ROOT / ("requirements-dev.lock" if options.dev else "requirements.lock")
    project = f"{ROOT}[dev]" if options.dev else str(ROOT)
    if options.wheels:
        _install_wheels(options.wheels.resolve(), lock)
    elif options.versions == "locked" and (why_not := not_covered()):
        print(f"The lock does not cover {why_not}: installing the newest versions instead.")
        _install("--editable", project)
    elif options.versions == "locked":
        _install("--require-hashes", "--requirement", str(lock))
        _install("--no-deps", "--editable", str(ROOT))
        STAMP.touch()
    elif options.versions == "lowest":
        _install("--requirement", str(_lowest()), "--editable", project)
    else:
        _install("--upgrade", "--editable", project)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with all extras and the developer's tools")
    parser.add_argument("--versions", choices=("locked", "lowest", "newest"), default="locked")
    parser.add_argument("--wheels", type=Path, help="a folder made by `make wheelhouse`; no network is used")
    return parser.parse_args()


def not_covered() -> str:
    """What of this interpreter the lock was not made for, or nothing."""
    version = ".".join(map(str, sys.version_info[:2]))
    if platform.python_implementation() != "CPython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return f"this kind of Python ({sys.implementation.name} {version})"
    low, high = _pythons()
    if not low <= sys.version_info[:2] < high:
        return f"Python {version}"
    if platform.machine().lower() not in MACHINES:
        return f"machines of type {platform.machine() or 'unknown'}"
    return ""


def _pythons() -> tuple[tuple[int, int], tuple[int, int]]:
    """The first Python of the lock and the first that is too new, from the line in uv.lock."""
    line = re.search(r'^requires-python = ">=3\.(\d+), <3\.(\d+)"', (ROOT / "uv.lock").read_text(), re.MULTILINE)
    if line is None:
        raise SystemExit('uv.lock: no line requires-python = ">=3.N, <3.M"; run: make lock')
    return (3, int(line[1])), (3, int(line[2]))


def _lowest() -> Path:
    """A file that pins everything that pyproject.toml names to the lowest version that it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    path = Path(sys.prefix) / "lowest.txt"
    path.write_text("".join(f"{name.replace('>=', '==')}\n" for name in named if not name.startswith("bartizan")))
    return path


def _install(*what: str) -> None:
    """With uv where it is and works, else pip. Bytecode is compiled now: it decides how fast a command starts."""
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0:
        with_uv = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", sys.executable]
        if subprocess.run([*with_uv, *what], check=False).returncode == 0:
            return
        print("uv could not install this, as it says above: trying pip.", flush=True)
    _do([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--compile", *what])


def _install_wheels(folder: Path, lock: Path) -> None:
    built = sorted(folder.glob("bartizan-*.whl"))
    if not built:
        raise SystemExit(f"{folder} holds no wheel of bartizan; make it on a machine with a network: make wheelhouse")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    _do([*pip, "--find-links", str(folder), "--require-hashes", "--requirement", str(lock)])
    _do([*pip, "--no-deps", "--force-reinstall", str(built[-1])])


def _do(command: list[str]) -> None:
    """One command, whose own words say what went wrong."""
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise SystemExit(f"installing failed (exit {done.returncode}): {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
