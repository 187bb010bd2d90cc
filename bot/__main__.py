"""Where `tickets` and `python -m bot` begin. `store` and `prompts` are common names: if another program's module hides
one of ours, nothing else could be imported, so this is looked at first."""

import atexit
import gc
import sys
from importlib.util import find_spec
from pathlib import Path

NEIGHBOURS = ("store", "prompts")
GARBAGE_THRESHOLD = 20_000  # new objects between two searches for garbage; Python's own is 700


def find_hidden(folder: Path) -> str | None:
    """A sentence if one of our packages is not found in `folder`, where `bot` is, but somewhere else."""
    for name in NEIGHBOURS:
        spec = find_spec(name)
        origin = spec.origin if spec else None
        if origin is None or Path(origin).resolve().parent != folder / name:
            return (
                f"Error: tickets needs its own package “{name}”, but Python finds {origin or 'none'}. Install tickets into "
                "an environment of its own, and keep that folder out of PYTHONPATH."
            )
    return None


def main() -> None:
    if sentence := find_hidden(Path(__file__).resolve().parent.parent):
        sys.exit(sentence)
    # What is imported stays until the end. To search it for garbage again and again while more is imported, and once more
    # before the process ends, takes a third of a short command's time.
    gc.set_threshold(GARBAGE_THRESHOLD)
    atexit.register(gc.freeze)
    from bot.cli import main as command  # noqa: PLC0415  # not before it is known that it can be imported

    command()


if __name__ == "__main__":
    main()
