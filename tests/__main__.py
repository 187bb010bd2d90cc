"""Everything that a change must pass: `python -m tests [arguments of pytest]`.

Runs ruff, mypy and import-linter, and beside them pytest with coverage in three processes. On two cores three are
done sooner than two, because some tests wait for a server, a clock or a disk. What the linters find is printed as
soon as they are done, in between the tests' progress. The tests run in any case. The exit code is 0 only if
everything passed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
CHECKS = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "."],
    "ruff format --check": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "mypy": [PYTHON, "-m", "mypy"],
    "lint-imports": [PYTHON, "-c", "from importlinter.cli import lint_imports_command as main; main()"],
}
PYTEST = [PYTHON, "-m", "pytest", "-n", "3", "--dist", "worksteal", "--cov", "--cov-report=term:skip-covered"]
MEMORY = Path("/dev/shm")  # files in memory, where Linux has it
ROOM = 1 << 30  # bytes; the tests need a tenth of it


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # pytest's own output follows


def start_checks() -> dict[str, subprocess.Popen[str]]:
    return {
        name: subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for name, command in CHECKS.items()
    }


def failed_checks(running: dict[str, subprocess.Popen[str]]) -> list[str]:
    """Wait for the linters, print what they found, and return the names of those that failed."""
    failed = []
    for name, process in running.items():
        output, _ = process.communicate()
        if process.returncode:
            failed.append(name)
            say(f"\n{name}:\n{output}")
    if not failed:
        say(f"\n{', '.join(running)}: no fault")
    return failed


def keep_files_in_memory() -> list[str]:
    """Use memory for temporary files if there is room for them, since thousands of stores would wait for the disk.
    Returns the arguments with which pytest removes those of tests that passed.
    """
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return []
    os.environ["TMPDIR"] = str(MEMORY)
    return ["-o", "tmp_path_retention_policy=failed"]


def main(arguments: list[str]) -> int:
    temporary, checks = keep_files_in_memory(), start_checks()
    # Some tests start the program in a new process. Without a bytecode cache each would compile all of it
    # again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen([*PYTEST, *temporary, *arguments], cwd=ROOT, env=environment) as tests:
        failed = failed_checks(checks)
    if failed:
        # Repeated last only if something failed; otherwise pytest's summary ends the output.
        say(f"Faults were found by {', '.join(failed)}; they are printed above, among the tests.")
    return tests.returncode or len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
