"""Entry point of `tickets` and `python -m bot`. It first checks that Python finds our own `store` and `prompts`: the names
are common, and if another program's module hides one of ours, importing anything else would fail."""

import atexit
import gc
import os
import sys
from importlib.util import find_spec
from pathlib import Path

NEIGHBOURS = ("store", "prompts")
GARBAGE_THRESHOLD = 20_000  # new objects between two garbage collections; Python's default is 700


def find_hidden(folder: Path) -> str | None:
    """An error sentence if Python finds one of our packages anywhere but in `folder`, where `bot` is."""
    for name in NEIGHBOURS:
        spec = find_spec(name)
        origin = spec.origin if spec else None
        if origin is None or Path(origin).resolve().parent != folder / name:
            return (
                f"Error: tickets needs its own package “{name}”, but Python finds {origin or 'none'}. Install tickets into "
                "an environment of its own, and keep that folder out of PYTHONPATH."
            )
    return None


def postpone_garbage_collection() -> None:
    """Imported modules live until the process ends. Collecting garbage while they load, and once more at exit, would take
    a third of the time of a short command. `bot.cli.edge.run` enables it.
    """
    gc.disable()
    gc.set_threshold(GARBAGE_THRESHOLD)
    atexit.register(gc.freeze)


def main() -> None:
    if sentence := find_hidden(Path(__file__).resolve().parent.parent):
        sys.exit(sentence)
    postpone_garbage_collection()
    # We use no plugin of pydantic's. Without this it reads the metadata of every installed package to look for one.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from bot.cli import main as command  # noqa: PLC0415  # only after the check that it can be imported

        command()
    except KeyboardInterrupt:  # while modules load: after that the commands handle it
        sys.exit("Error: stopped by Ctrl-C")
    except OSError as error:
        sys.exit(f"Error: {error.filename or 'standard output'} cannot be written: {error.strerror}.")


if __name__ == "__main__":
    main()
