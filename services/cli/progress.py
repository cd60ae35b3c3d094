"""Progress on stderr, for a person who waits: a bar on a terminal, nothing where nobody looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from services.cli.talk import error_console, text

__all__ = ["progress"]


@contextmanager
def progress(message: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how far something of the size `total` has come; the function given is told the amount done so far."""
    console = error_console()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(text(message), total=total)
        yield lambda done: bar.update(task, completed=done)
