"""Programs that a harness runs and a machine may lack: installed where that can be done, else named."""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

__all__ = ["MissingToolError", "family", "installed"]


_WAIT = ("-o", "DPkg::Lock::Timeout=300")
"""Another test may be installing what it needs at the same time."""


class MissingToolError(Exception):
    """A program is missing and could not be installed; the message says what to do."""


@cache
def installed(command: str, package: str | None = None, find: Callable[[str], str | None] = shutil.which) -> str:
    """Where the program is; where it is missing, after installing Debian's package of its name, or those in `package`.

    `find` says where it is, for one that is on no path. Raises MissingToolError: a proof that cannot be run must not
    pass for one that was.
    """
    found = find(command)
    if found is not None:
        return found
    wanted = package or command
    reason = _install(wanted)
    found = find(command)
    if found is None:
        raise MissingToolError(f"{command} is missing and {reason}; install it, on Debian: apt-get install {wanted}")
    return found


def _install(package: str) -> str:
    """Install the package, and tell why it is still missing should it be."""
    apt = shutil.which("apt-get")
    if apt is None:
        return "this machine has no apt-get"
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and shutil.which("sudo") is None:
        return "only root can install it"
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "DEBCONF_NOWARNINGS=yes"]
    # One source that fails to update need not be the one that is needed.
    subprocess.run([*as_root, apt, "update", "-qq"], check=False, capture_output=True)
    done = subprocess.run(
        [*as_root, *quiet, apt, "install", "-y", "-qq", "--no-install-recommends", *_WAIT, *package.split()],
        check=False,
        capture_output=True,
        text=True,
    )
    return f"apt-get ended with {done.returncode}: {done.stderr.strip()[-200:] or 'no message'}"


def family(process: int) -> list[int]:
    """A process and those that it and they have started, as far as they run."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found
