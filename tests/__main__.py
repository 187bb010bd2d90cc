"""Everything that a change must pass: `python -m tests [arguments of pytest]`.

Runs ruff, mypy and import-linter side by side, then pytest with coverage in two processes. The findings of
the linters are printed, but the tests run in any case; the exit code is 0 only if everything passed.
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
PYTEST = [PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", "--cov", "--cov-report=term:skip-covered"]
MEMORY = Path("/dev/shm")  # files in memory, where Linux has it
ROOM = 1 << 30  # bytes; the tests need a tenth of it


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # pytest's own output follows


def failed_checks() -> list[str]:
    """Run the linters, print what they found, and return the names of those that failed."""
    running = {
        name: subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for name, command in CHECKS.items()
    }
    failed = []
    for name, process in running.items():
        output, _ = process.communicate()
        if process.returncode:
            failed.append(name)
            say(f"{name}:\n{output}")
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
    failed, temporary = failed_checks(), keep_files_in_memory()
    if not failed:
        say(f"{', '.join(CHECKS)}: no fault")
    # Some tests start the program in a new process. Without a bytecode cache each would compile all of it
    # again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    code = subprocess.run(
        [*PYTEST, *temporary, *arguments], cwd=ROOT, env=environment, check=False
    ).returncode
    if failed:
        # Repeated last only if something failed; otherwise pytest's summary ends the output.
        say(f"Faults were found by {', '.join(failed)}; they are printed above the tests.")
    return code or len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
