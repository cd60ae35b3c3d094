"""A virtual environment of a test's own, outside the checkout and without its packages."""

import os
import subprocess
import sys
import venv
from pathlib import Path

DROPPED = ("PYTHONPATH", "SLA_LEDGER_DATABASE_URL", "VIRTUAL_ENV")


class Environment:
    """Where a product is installed and run as its user would, not as its tests do."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False)
        self.bin = folder / "bin"

    def install(self, *arguments: str | Path) -> None:
        """Install by the pip of the test's own environment; a failure shows what pip said."""
        target = ["--python", str(self.bin / "python")]
        run([sys.executable, "-m", "pip", *target, "install", "--quiet", *map(str, arguments)])

    def command(self, *arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `sla-ledger` in a folder, with these variables set."""
        return run([str(self.bin / "sla-ledger"), *arguments], cwd=cwd, **variables)


def run(arguments: list[str], cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end without the test's own settings; where it fails, show why."""
    inherited = {name: value for name, value in os.environ.items() if name not in DROPPED}
    outcome = subprocess.run(
        arguments,
        cwd=cwd,
        env=inherited | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, f"{arguments}\n{outcome.stdout}\n{outcome.stderr}"
    return outcome
