"""The folder for what is built, from which code is run later."""

import os
import tempfile
from pathlib import Path

import pytest

from aws_stack.cache import Cache
from aws_stack.errors import PackageError


@pytest.fixture
def no_clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No clone, no folder named, and a home below this one."""
    monkeypatch.delenv("NOTAS_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path


@pytest.fixture
def cache(no_clone: Path) -> Cache:
    return Cache("notas", "NOTAS_CACHE", no_clone / "site-packages")


def break_home(folder: Path) -> None:
    (folder / "home").touch()


def test_a_named_folder_is_made_and_taken(monkeypatch: pytest.MonkeyPatch, no_clone: Path, cache: Cache) -> None:
    monkeypatch.setenv("NOTAS_CACHE", str(no_clone / "named"))
    assert cache.folder() == no_clone / "named"
    assert (no_clone / "named").is_dir()


def test_a_clone_keeps_it_to_itself(cache: Cache) -> None:
    assert cache.clone
    cache.clone.mkdir()
    (cache.clone / "pyproject.toml").touch()
    assert cache.folder() == cache.clone / "build"


def test_elsewhere_it_is_below_the_users_home(no_clone: Path, cache: Cache) -> None:
    assert cache.folder().is_relative_to(no_clone / "home")


def test_without_a_home_it_is_among_the_temporary_files(no_clone: Path, cache: Cache) -> None:
    break_home(no_clone)
    assert cache.folder().parent == no_clone / "tmp"
    assert cache.folder().stat().st_mode & 0o777 == 0o700


def test_a_folder_that_everybody_can_write_is_not_taken(no_clone: Path, cache: Cache) -> None:
    shared = cache.folder()
    shared.chmod(0o777)
    assert cache.folder() != shared


def test_a_link_among_the_temporary_files_is_not_taken(no_clone: Path, cache: Cache) -> None:
    break_home(no_clone)
    (no_clone / "elsewhere").mkdir()
    (no_clone / "tmp").mkdir()
    cache.temporary().symlink_to(no_clone / "elsewhere")
    with pytest.raises(PackageError, match=r"none of these folders belongs to this user alone .*NOTAS_CACHE"):
        cache.folder()


def test_uv_gets_another_home_only_where_it_cannot_write_its_own(no_clone: Path, cache: Cache) -> None:
    assert cache.home_of_uv() == {}
    assert (no_clone / "home" / ".cache" / "uv").is_dir()


def test_uv_without_a_home_gets_one_beside_what_is_built(no_clone: Path, cache: Cache) -> None:
    break_home(no_clone)
    assert cache.home_of_uv()["HOME"] == str(cache.folder() / "home")


def test_uv_gets_another_cache_if_the_usual_place_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, no_clone: Path, cache: Cache
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/cache")
    cached = Path(cache.home_of_uv()["XDG_CACHE_HOME"])
    assert cached.is_relative_to(no_clone)


def test_a_user_whom_the_system_does_not_know_gets_a_home(
    monkeypatch: pytest.MonkeyPatch, no_clone: Path, cache: Cache
) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 12_345)
    cache.ensure_home()
    assert Path.home() == no_clone / "tmp" / "notas-cache-12345"
