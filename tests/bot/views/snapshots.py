"""Snapshots: the JSON of each view, stored in `snapshots/`. SNAPSHOTS=write rewrites them."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("snapshots")


def same_as_before(name: str, shown: Any) -> None:
    path = FOLDER / f"{name}.json"
    now = json.dumps(shown, ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("SNAPSHOTS") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert path.exists(), f"there is no snapshot {path.name}: SNAPSHOTS=write makes one"
    assert json.loads(now) == json.loads(path.read_text(encoding="utf-8")), f"{path.name} looks different now"
