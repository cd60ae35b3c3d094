"""The checkout that is being tested: its root, its tracked files, its description of itself."""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).resolve().parent.parent


@cache
def tracked_files() -> tuple[Path, ...]:
    """The files here that git tracks or would be told to track, in order.

    Read from `.gitignore`, since git may be missing, and refuses a checkout that is another user's.
    """
    ignored = GitIgnoreSpec.from_lines([".git", *(ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()])
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if not ignored.match_file(f"{here / name}/")]
        found += [ROOT / here / name for name in names if not ignored.match_file(here / name)]
    return tuple(sorted(found))


@cache
def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
