"""The wheel: built, installed where nothing of the checkout can be imported, and run in an empty folder."""

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "store", "prompts")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("build/lib/store", "store/__pycache__"):  # left by an earlier version's installation
        (source / name).mkdir(parents=True)
        (source / name / "former.py").write_text("", encoding="utf-8")
    _pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(built), str(source))
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def scripts(wheel, tmp_path_factory) -> Path:
    """The folder of commands in an environment with the wheel and this environment's dependencies."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    _pip("--python", str(home), "install", "--no-deps", "--no-index", str(wheel))
    (packages,) = home.glob("lib/*/site-packages")
    # Python searches a folder that a .pth file names, but does not read its .pth files: the checkout stays
    # out.
    elsewhere = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "dependencies.pth").write_text(
        "\n".join([*elsewhere, sysconfig.get_path("purelib")]), encoding="utf-8"
    )
    return home / "bin"


@pytest.fixture
def tickets(scripts, tmp_path) -> Run:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [scripts / "tickets", *arguments],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], check=True)


def test_everything_that_is_no_code_is_in_the_wheel_too(wheel):
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.split("/")[0] in PACKAGES}
    there = {
        str(path.relative_to(ROOT))
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "README.md"  # for maintainers
    }
    assert packed == there
    assert {f"{name}/py.typed" for name in PACKAGES} <= packed


def test_the_version_is_that_of_the_project(tickets):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tickets("version").stdout == f"{project['version']}\n"


def test_the_manifest_is_printed_as_it_is_in_the_repository(tickets):
    assert tickets("manifest").stdout == (ROOT / "manifest.yml").read_text(encoding="utf-8")


def test_a_message_is_answered(tickets, tmp_path):
    answer = tickets("ask", "create API timeout, urgent")
    assert '"id":"T001","title":"API timeout"' in answer.stdout
    assert (tmp_path / "data/local.json").exists()


@pytest.mark.parametrize("name", ["store", "prompts"])
def test_another_module_of_the_same_name_is_said_in_one_sentence(tickets, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("x = 1\n", encoding="utf-8")
    answer = tickets("version", PYTHONPATH=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr == (
        f"Error: tickets needs its own package “{name}”, but Python finds {tmp_path}/{name}.py. Install tickets into "
        "an environment of its own, and keep that folder out of PYTHONPATH.\n"
    )


def test_folders_of_those_names_where_it_is_started_change_nothing(tickets, tmp_path):
    for name in PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    assert tickets("version").returncode == 0


def test_the_pinned_requirements_have_hashes_no_addresses_and_everything_that_is_needed():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+) \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE))
    assert len(pinned) == len(re.findall(r"^\S", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {re.split(r"[<>=]", needed)[0] for needed in project["dependencies"]} <= set(pinned)
