"""The launcher at the root: when it sets up, what it leaves alone, what it says. Nothing is installed here."""

import os
import subprocess
import sys
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "chronology"


@pytest.fixture
def launcher() -> ModuleType:
    # No bytecode file beside a script without an ending.
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader = SourceFileLoader("launcher", str(SCRIPT))
    spec = spec_from_loader("launcher", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "a project"
    (folder / "deploy").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "deploy" / "requirements.txt").write_text("one==1 \\\n    --hash=sha256:00\n    # via two==2\n")
    (folder / "deploy" / "requirements-test.txt").write_text("one==1\nthree==3\n")
    return folder


@pytest.fixture
def installs(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each installation that was asked for, by its file. It makes a Python that starts, and nothing else."""
    done: list[str] = []

    def install(root: str, venv: str, requirements: str, uv: str | None) -> None:
        make_environment(Path(venv))
        done.append(Path(requirements).name)

    monkeypatch.setattr(launcher, "install_with_uv", install)
    monkeypatch.setattr(launcher, "install_with_pip", install)
    return done


def make_environment(venv: Path) -> None:
    (venv / "lib" / f"python3.{sys.version_info[1]}").mkdir(parents=True, exist_ok=True)
    (venv / "bin").mkdir(exist_ok=True)
    python = venv / "bin" / "python"
    python.unlink(missing_ok=True)
    python.symlink_to(sys.executable)


def test_it_is_executable_and_uses_the_standard_library_alone() -> None:
    code = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='launcher')"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(SCRIPT)], capture_output=True, check=False)

    assert os.access(SCRIPT, os.X_OK)
    assert (done.returncode, done.stderr) == (0, b"")


def test_it_can_be_read_by_pythons_that_are_too_old() -> None:
    import ast

    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 6))
    future = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"]

    assert tree.body
    assert future == []


def test_a_python_that_is_too_old_is_told_what_is_needed(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemExit) as caught:
        launcher.find_fitting_python([])

    assert caught.value.code == 1
    assert "needs Python 3.11 to 3.14, this is 3.9" in capsys.readouterr().err


def test_the_second_start_installs_nothing_and_is_quick(launcher: ModuleType, root: Path, installs: list[str]) -> None:
    first = launcher.set_up(str(root))
    begun = time.perf_counter()
    second = launcher.set_up(str(root))
    seconds = time.perf_counter() - begun

    assert first == second == str(root / ".venv" / "bin" / "python")
    assert installs == ["requirements.txt"]
    assert seconds < 0.2


@pytest.mark.parametrize("name", ["pyproject.toml", "deploy/requirements.txt"])
def test_a_changed_file_is_noticed(launcher: ModuleType, root: Path, installs: list[str], name: str) -> None:
    launcher.set_up(str(root))
    (root / name).write_text("changed==1\n")
    launcher.set_up(str(root))

    assert installs == ["requirements.txt", "requirements.txt"]


def test_an_environment_for_tests_serves_for_running_too(launcher: ModuleType, root: Path, installs: list[str]) -> None:
    launcher.set_up(str(root))
    launcher.set_up(str(root), for_tests=True)
    launcher.set_up(str(root))
    launcher.set_up(str(root), for_tests=True)

    assert installs == ["requirements.txt", "requirements-test.txt"]


def test_a_moved_project_is_set_up_anew(launcher: ModuleType, root: Path, installs: list[str]) -> None:
    launcher.set_up(str(root))
    moved = root.rename(root.with_name("moved"))
    launcher.set_up(str(moved))

    assert len(installs) == 2


def test_an_interrupted_set_up_starts_over(
    launcher: ModuleType, root: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(root: str, venv: str, requirements: str, uv: str | None) -> None:
        make_environment(Path(venv))
        (Path(venv) / "lib" / "half a package").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(launcher, "install_with_uv", interrupted)
        patch.setattr(launcher, "install_with_pip", interrupted)
        with pytest.raises(KeyboardInterrupt):
            launcher.set_up(str(root))
    launcher.set_up(str(root))

    assert installs == ["requirements.txt"]
    assert not (root / ".venv" / "lib" / "half a package").exists()


def test_an_environment_whose_python_is_gone_is_made_again(
    launcher: ModuleType, root: Path, installs: list[str]
) -> None:
    python = Path(launcher.set_up(str(root)))
    python.unlink()
    python.symlink_to("/nowhere/python")
    launcher.set_up(str(root))

    assert len(installs) == 2
    assert python.exists()


def test_an_environment_that_somebody_else_made_is_used_and_keeps_its_files(
    launcher: ModuleType, root: Path, installs: list[str]
) -> None:
    make_environment(root / ".venv")
    (root / ".venv" / "theirs").touch()
    launcher.set_up(str(root))

    assert installs == ["requirements.txt"]
    assert (root / ".venv" / "theirs").exists()


def test_a_failed_installation_leaves_somebody_elses_environment_whole(
    launcher: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(root: str, venv: str, requirements: str, uv: str | None) -> None:
        raise launcher.SetupError("no network")

    make_environment(root / ".venv")
    (root / ".venv" / "theirs").touch()
    monkeypatch.setattr(launcher, "install_with_uv", fails)
    monkeypatch.setattr(launcher, "install_with_pip", fails)
    for _ in range(2):
        with pytest.raises(launcher.SetupError, match="no network"):
            launcher.set_up(str(root))

    assert (root / ".venv" / "theirs").exists()


def test_a_broken_environment_that_somebody_else_made_is_not_removed(
    launcher: ModuleType, root: Path, installs: list[str]
) -> None:
    (root / ".venv" / "theirs").mkdir(parents=True)
    with pytest.raises(launcher.SetupError, match="was not made here"):
        launcher.set_up(str(root))

    assert (root / ".venv" / "theirs").exists()
    assert installs == []


def test_pip_is_tried_where_uv_fails(
    launcher: ModuleType, root: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(root: str, venv: str, requirements: str, uv: str | None) -> None:
        raise launcher.SetupError("uv knows no index")

    monkeypatch.setattr(launcher, "install_with_uv", fails)
    monkeypatch.setattr(launcher.shutil, "which", lambda name: f"/bin/{name}")
    launcher.set_up(str(root))

    assert installs == ["requirements.txt"]


def test_a_python_without_ensurepip_gets_the_line_to_type(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(launcher.SetupError) as caught:
        launcher.check_venv_module()

    assert f"\n    sudo apt install python3.{sys.version_info[1]}-venv\n" in str(caught.value)


def test_a_step_that_fails_shows_what_it_said(launcher: ModuleType, root: Path) -> None:
    with pytest.raises(launcher.SetupError, match="no such package"):
        launcher.run(str(root), ["/bin/sh", "-c", "echo no such package; exit 1"])


def test_peoples_own_settings_do_not_move_the_packages(
    launcher: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/theirs")
    monkeypatch.setenv("PIP_TARGET", "/theirs")
    monkeypatch.setenv("HOME", "")
    test = 'test -z "$PYTHONPATH$PIP_TARGET" && test "$PIP_USER" = 0 && test -n "$HOME"'
    launcher.run(str(root), ["/bin/sh", "-c", test])


def test_a_missing_file_is_named(launcher: ModuleType, root: Path) -> None:
    (root / "deploy" / "requirements.txt").unlink()
    with pytest.raises(launcher.SetupError, match=r"cannot read .*requirements\.txt: No such file"):
        launcher.set_up(str(root))


def test_packages_are_counted_without_hashes_and_comments(launcher: ModuleType, root: Path) -> None:
    assert launcher.count_packages(str(root / "deploy" / "requirements.txt")) == 1


def test_a_second_set_up_waits_for_the_first(launcher: ModuleType, root: Path) -> None:
    code = (
        "import sys\nfrom importlib.machinery import SourceFileLoader\n"
        "sys.dont_write_bytecode = True\n"
        "launcher = SourceFileLoader('launcher', sys.argv[1]).load_module()\n"
        "with launcher.one_at_a_time(sys.argv[2]):\n    print('inside', flush=True)\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(SCRIPT), str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as second:
        pass_through = second.communicate(timeout=20)[0]
    with launcher.one_at_a_time(str(root)):
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert waiting.stderr
        said = waiting.stderr.readline()
    after = waiting.communicate(timeout=20)[0]

    assert pass_through == b"inside\n"
    assert b"waiting for it" in said
    assert after == b"inside\n"
