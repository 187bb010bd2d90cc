"""TinyDB's own tests, from its source distribution, over our storage and table.

They are not part of what pip installs. `TICKETS_TINYDB_TESTS` is the directory `tests` of the unpacked distribution, such as
`pip download --no-binary :all: --no-deps tinydb==4.9.0` fetches.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = os.environ.get("TICKETS_TINYDB_TESTS", "")

# Every test of TinyDB's that fails, and why: none of them is about what is stored.
FAILS = {
    "test_middlewares.py::test_caching_json_write": "looks into JSONStorage's own file handle",
    "test_storages.py::test_json_kwargs": "asks for indented and sorted JSON; the snapshot's format is fixed",
    "test_storages.py::test_json_read": "opens the file read-only; a store has one writer and backups for readers",
    "test_storages.py::test_encoding": "asks for another encoding; JSON is UTF-8",
    "test_storages.py::test_json_invalid_mode_warning": "asks for an access mode",
    "test_tables.py::test_table_repr[memory]": "expects the name of TinyDB's storage in repr()",
    "test_tables.py::test_table_repr[json]": "expects the name of TinyDB's storage in repr()",
    "test_tinydb.py::test_repr": "expects the name of TinyDB's storage in repr()",
}


@pytest.mark.skipif(not SUITE, reason="TICKETS_TINYDB_TESTS does not say where TinyDB's tests are")
def test_tinydbs_own_tests_pass_but_for_those_listed_with_their_reason(tmp_path):
    tests = tmp_path / "tests"
    shutil.copytree(SUITE, tests)
    (tests / "__init__.py").unlink()
    shutil.copy(Path(__file__).with_name("tinydb_conftest.py"), tests / "conftest.py")
    root = Path(__file__).parents[2]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        "tests",
    ]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    failed = set(re.findall(r"^(?:FAILED|ERROR) tests/(\S+)", done.stdout, re.MULTILINE))
    assert failed == set(FAILS), done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 210
