import pytest

from tests.store.postgres.server import MissingError, binaries


def test_without_postgresql_the_tests_are_skipped_with_a_plain_reason(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="apt-get install postgresql"):
        binaries(tmp_path)


def test_the_newest_version_that_is_installed_is_taken(tmp_path):
    for version in ("9", "14", "15"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "pg_ctl", "postgres"):
            (folder / name).touch()
    assert binaries(tmp_path) == tmp_path / "15" / "bin"
