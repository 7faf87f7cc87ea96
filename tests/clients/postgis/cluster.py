"""PostgreSQL with PostGIS and oqiga servers for a test: a primary, replicas, servers, a proxy, all on
loopback addresses, in a temporary folder, as an unprivileged user, gone afterwards.

    python3 tests/clients/postgis/cluster.py COMMAND...

runs a command with the address of a new, empty database in OQIGA_TEST_POSTGRES, the certificate to
trust for an encrypted connection to it in OQIGA_TEST_POSTGRES_CA, and the number of the server's first
process in OQIGA_TEST_POSTGRES_PID."""
import asyncio
import glob
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
OQIGA = os.environ.get("OQIGA", str(REPOSITORY / "target/release/oqiga"))
TOKEN = "a-token-of-the-test-that-is-long-enough"
HOST = "127.0.0.1"


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def binaries():
    """The folder of PostgreSQL's programs, the newest version that is installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if not found:
        sys.exit("PostgreSQL is not installed: apt-get install postgresql-15 postgresql-15-postgis-3")
    return pathlib.Path(found[-1]).parent


def unprivileged():
    """How to run a program as somebody who may run PostgreSQL: not as root."""
    if os.geteuid() != 0:
        return {}
    user = next(pwd.getpwnam(name) for name in ("postgres", "nobody") if name in {u.pw_name for u in pwd.getpwall()})
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Folder:
    """A temporary folder that the unprivileged user owns."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="oqiga-postgis-"))
        who = unprivileged()
        if who:
            os.chown(self.path, who["user"], who["group"])
        self.path.chmod(0o755)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Postgres:
    """One PostgreSQL server."""

    def __init__(self, folder, name, port=None):
        self.folder, self.name, self.port = folder, name, port or free_port()
        self.data = folder.path / name
        self.process = None

    def run(self, program, *args, **more):
        return subprocess.run(
            [str(binaries() / program), *args], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder.path, **unprivileged(), **more
        )

    def make(self, **settings):
        self.run("initdb", "-D", str(self.data), "-U", "oqiga", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.configure(**settings)
        return self

    def configure(self, **settings):
        settings = {
            "listen_addresses": HOST, "unix_socket_directories": "", "shared_buffers": "256MB", "max_wal_size": "2GB",
            "wal_level": "replica", "hot_standby": "on", "logging_collector": "off",
            # A replica looks for its primary again at once; five seconds are the default, and writes wait for it.
            "wal_retrieve_retry_interval": "200ms", **settings,
        }
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def encrypt(self):
        """Makes a certificate for localhost that signs itself, and lets the server use it."""
        key, certificate = self.data / "server.key", self.data / "server.crt"
        subprocess.run(
            ["openssl", "req", "-new", "-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", str(key), "-out", str(certificate)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **unprivileged(),
        )
        key.chmod(0o600)
        self.configure(ssl="on")
        return certificate

    def replica_of(self, primary):
        self.run("pg_basebackup", "-h", HOST, "-p", str(primary.port), "-U", "oqiga", "-D", str(self.data), "-R", "-c", "fast")
        return self

    def start(self):
        self.launch()
        self.wait()
        return self

    def launch(self):
        log = open(self.folder.path / f"{self.name}.log", "ab")
        self.process = subprocess.Popen(
            [str(binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port)],
            stdout=log, stderr=log, cwd=self.folder.path, start_new_session=True, **unprivileged(),
        )

    def wait(self, seconds=60):
        for _ in range(seconds * 20):
            if subprocess.run([str(binaries() / "pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]).returncode == 0:
                return
            if self.process.poll() is not None:
                # The processes of a killed server outlive it for a moment and keep its memory, and a new one is refused.
                last = (self.folder.path / f"{self.name}.log").read_text()[-600:]
                if "pre-existing shared memory block" not in last:
                    break
                time.sleep(0.5)
                self.launch()
            time.sleep(0.05)
        sys.exit(f"{self.name} did not start:\n" + (self.folder.path / f"{self.name}.log").read_text()[-2000:])

    def sql(self, statement, database="oqiga"):
        out = subprocess.run(
            [str(binaries() / "psql"), "-h", HOST, "-p", str(self.port), "-U", "oqiga", "-d", database, "-AtX", "-v", "ON_ERROR_STOP=1", "-c", statement],
            check=True, stdout=subprocess.PIPE, text=True,
        )
        return out.stdout.strip()

    def create_database(self):
        self.sql("CREATE DATABASE oqiga", "postgres")
        return self

    def kill(self):
        """As a power cut has it: every process of the server at once, without a word."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def promote(self):
        self.sql("SELECT pg_promote(true, 60)", "postgres")

    def address(self):
        return f"postgres://oqiga@{HOST}:{self.port}/oqiga"


class Server:
    """One `oqiga serve`."""

    def __init__(self, folder, name, store, replica=None):
        self.folder, self.name, self.store, self.replica = folder, name, store, replica
        self.port = free_port()
        self.process = None
        self.token = folder.path / f"{name}.token"
        self.token.write_text(TOKEN)

    def start(self):
        log = open(self.folder.path / f"{self.name}.log", "ab")
        command = [OQIGA, "serve", "--store", self.store, "--listen", f"{HOST}:{self.port}", "--token-file", str(self.token)]
        if self.replica:
            command += ["--read-store", self.replica]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        return self

    def wait(self, seconds=60):
        for _ in range(seconds * 20):
            try:
                return self.get("/collections/incidents/items?resultType=hits")
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        sys.exit(f"{self.name} did not start:\n" + (self.folder.path / f"{self.name}.log").read_text()[-2000:])

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def get(self, path, timeout=30):
        # One name for all servers, so that links in their answers are the same.
        request = urllib.request.Request(f"http://{HOST}:{self.port}{path}", headers={"Host": "127.0.0.1:8080"})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.read()

    def matched(self, query=""):
        return json.loads(self.get(f"/collections/incidents/items?resultType=hits&{query}"))["numberMatched"]


class Proxy:
    """A proxy in front of servers: one after the other, those that do not answer left out."""

    def __init__(self, ports):
        self.ports, self.port, self.turn = ports, free_port(), 0
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self.serve, HOST, self.port), self.loop).result()

    async def serve(self, reader, writer):
        for _ in self.ports:
            self.turn += 1
            try:
                up = await asyncio.open_connection(HOST, self.ports[self.turn % len(self.ports)])
                break
            except OSError:
                continue
        else:
            writer.close()
            return
        await asyncio.gather(self.pipe(reader, up[1]), self.pipe(up[0], writer), return_exceptions=True)

    @staticmethod
    async def pipe(source, sink):
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        finally:
            sink.close()


def ingest(store, documents):
    """Puts documents in through the command line."""
    lines = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    return subprocess.run([OQIGA, "ingest", "--ndjson", "--store", store, "-"], input=lines, text=True, check=True, stdout=subprocess.PIPE).stdout


def samples():
    """The sample reports, which stand in for an archive: the same again at other days are others."""
    return [json.loads(path.read_text()) for path in sorted((REPOSITORY / "src/intake/sample").glob("*.json"))]


if __name__ == "__main__":
    folder = Folder()
    primary = Postgres(folder, "primary").make()
    environment = dict(os.environ, OQIGA_TEST_POSTGRES=primary.address(), OQIGA_TEST_POSTGRES_CA=str(primary.encrypt()))
    try:
        primary.start().create_database()
        environment["OQIGA_TEST_POSTGRES_PID"] = str(primary.process.pid)
        code = subprocess.run(sys.argv[1:], env=environment).returncode
    finally:
        primary.kill()
        folder.remove()
    sys.exit(code)
