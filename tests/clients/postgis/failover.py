"""A primary, a replica that it waits for, and three servers behind a proxy, each killed in turn under
load, with SIGKILL: nothing acknowledged is lost or doubled, the pause is bounded, and at the end all
servers answer alike.

    python3 tests/clients/postgis/failover.py [ROUNDS] [SECONDS]

ROUNDS of kills (default 1), SECONDS of load around each kill (default 4). The last kill of a round
is that of the primary, after which the replica takes over and a new replica is made."""
import http.client
import json
import random
import sys
import threading
import time

from cluster import HOST, TOKEN, Folder, Postgres, Proxy, Server

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 4
WRITERS, READERS = 4, 4
# The most that a reader or a writer may wait for an answer that it can use.
READ_PAUSE_S, WRITE_PAUSE_S = 5, 45
TOWNS = ["Almaty", "Aktau", "Astana", "Shymkent", "Karaganda", "Taraz", "Pavlodar"]
ALL = "status=reported,claimed,denied,planned,negated,hypothetical,background"


class Load:
    """Writers and readers that go through the proxy and remember what was acknowledged."""

    def __init__(self, port):
        self.port, self.stop, self.lock = port, threading.Event(), threading.Lock()
        self.acknowledged, self.reads, self.refused, self.wrong = {}, 0, 0, []
        self.pauses = {"read": 0.0, "write": 0.0}
        self.threads = [threading.Thread(target=self.write, args=(i,)) for i in range(WRITERS)]
        self.threads += [threading.Thread(target=self.read, args=(i,)) for i in range(READERS)]
        for thread in self.threads:
            thread.start()

    def ask(self, method, path, body=None):
        """Asks until there is an answer that can be used, as a client with any patience does."""
        started = time.monotonic()
        while True:
            status, answer = None, b""
            try:
                connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
                headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"} if body else {}
                connection.request(method, path, body, headers)
                reply = connection.getresponse()
                status, answer = reply.status, reply.read()
                if status == 503 and not reply.getheader("Retry-After"):
                    self.wrong.append(f"{method} {path}: 503 without Retry-After")
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            if status in (200, 201):
                kind = "write" if body else "read"
                with self.lock:
                    self.pauses[kind] = max(self.pauses[kind], time.monotonic() - started)
                return json.loads(answer)
            if status not in (None, 503, 429):
                self.wrong.append(f"{method} {path}: {status} {answer[:200]!r}")
            self.refused += 1
            if time.monotonic() - started > 120:
                self.wrong.append(f"{method} {path}: no answer in 120 s")
                return None
            time.sleep(0.1)

    def write(self, writer):
        chance, number = random.Random(writer), 0
        while not self.stop.is_set():
            number += 1
            name, town = f"w{writer}-{number}", chance.choice(TOWNS)
            document = {"id": name, "title": f"Fire in {town}", "text": f"A fire broke out in {town} on Monday and killed {chance.randrange(2, 9)} people, police said in report {name}.", "published": "2022-01-10"}
            answer = self.ask("POST", "/documents", json.dumps(document))
            if answer:
                with self.lock:
                    self.acknowledged[name] = answer["incidents"]

    def read(self, reader):
        chance = random.Random(100 + reader)
        while not self.stop.is_set():
            west = chance.uniform(40, 80)
            if self.ask("GET", f"/collections/incidents/items?limit=20&bbox={west:.2f},30,{west + 20:.2f},60"):
                self.reads += 1
            time.sleep(0.01)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def alike(servers):
    """Waits until all servers have come as far, and says how many incidents they hold."""
    for _ in range(200):
        held = {server.matched(ALL) for server in servers}
        if len(held) == 1:
            return held.pop()
        time.sleep(0.05)
    sys.exit(f"WRONG the servers hold {sorted(held)} incidents")


def said(what, load, before):
    print(f"ok    {what:<44} {len(load.acknowledged) - before[0]:6} acknowledged, {load.reads - before[1]:6} answered, longest pause: write {load.pauses['write']:5.2f} s, read {load.pauses['read']:5.2f} s", flush=True)
    load.pauses = {"read": 0.0, "write": 0.0}


folder = Folder()
# An acknowledged write is on both disks.
settings = {"synchronous_standby_names": "*", "synchronous_commit": "on"}
first, second = Postgres(folder, "first"), Postgres(folder, "second")
servers, load, longest = [], None, {"read": 0.0, "write": 0.0}
try:
    first.make().start().create_database()
    second.replica_of(first).start()
    first.configure(**settings)
    first.sql("SELECT pg_reload_conf()")
    store = f"postgres://oqiga@{HOST}:{first.port},{HOST}:{second.port}/oqiga"
    replica = f"postgres://oqiga@{HOST}:{second.port},{HOST}:{first.port}/oqiga"
    servers = [Server(folder, f"server-{i}", store, replica).start() for i in range(3)]
    for server in servers:
        server.wait()
    load = Load(Proxy([server.port for server in servers]).port)
    primary, standby, generation = first, second, 2

    def under_load(what, act):
        before = len(load.acknowledged), load.reads
        time.sleep(SECONDS / 2)
        act()
        time.sleep(SECONDS / 2)
        # The pause counts until the next answer.
        reached = len(load.acknowledged) + WRITERS, load.reads + READERS
        for _ in range(1200):
            if len(load.acknowledged) >= reached[0] and load.reads >= reached[1]:
                break
            time.sleep(0.1)
        for kind in longest:
            longest[kind] = max(longest[kind], load.pauses[kind])
        said(what, load, before)

    def again(server):
        server.kill()
        server.start()

    for _ in range(ROUNDS):
        under_load("no kill", lambda: None)
        for server in servers:
            under_load(f"{server.name} killed and started again", lambda server=server: again(server))
        under_load("the replica killed and started again", lambda: again(standby))
        under_load("the primary killed and started again", lambda: again(primary))

        def fail_over():
            global primary, standby, generation
            primary.kill()
            time.sleep(0.5)
            standby.promote()
            generation += 1
            lost, primary = primary, standby
            standby = Postgres(folder, f"replica-{generation}", lost.port)
            standby.replica_of(primary)
            standby.configure(**settings)
            standby.start()
            primary.configure(**settings)
            primary.sql("SELECT pg_reload_conf()")

        under_load("the primary killed, the replica takes over", fail_over)
    load.end()

    for server in servers:
        server.wait()
    held = alike(servers)
    kept = dict(line.split("\t") for line in primary.sql("SELECT id || E'\\t' || (SELECT count(*) FROM oqiga.incident_keys k WHERE k.doc_id = d.id) FROM oqiga.documents d").splitlines())
    lost = [name for name, incidents in load.acknowledged.items() if kept.get(name) != str(len(incidents))]
    created = primary.sql("SELECT count(*), count(DISTINCT id), max(number) FROM oqiga.revisions WHERE action = 'create'").split("|")
    numbers = primary.sql("SELECT count(*), count(DISTINCT number), min(number), max(number) FROM oqiga.revisions").split("|")
    feed = primary.sql("SELECT last, documents, incidents FROM oqiga.feed").split("|")
    incidents = primary.sql("SELECT count(*), count(DISTINCT id) FROM oqiga.incidents").split("|")
    print(f"ok    {len(load.acknowledged)} documents acknowledged, {len(kept)} kept, {held} incidents on every server, {load.reads} reads, {load.refused} tries again")
    problems = load.wrong[:3]
    if lost:
        problems.append(f"{len(lost)} acknowledged documents lost or changed, such as {lost[0]}")
    if created[0] != created[1]:
        problems.append(f"{created[0]} creations of {created[1]} things")
    if len(set(numbers[:2] + numbers[3:] + feed[:1])) != 1 or numbers[2] != "1":
        problems.append(f"revisions have gaps: {numbers}, feed {feed}")
    if not (str(held) == incidents[0] == incidents[1] == feed[2]) or feed[1] != str(len(kept)):
        problems.append(f"{held} incidents served, {incidents} kept, feed {feed}, {len(kept)} documents")
    if longest["read"] > READ_PAUSE_S or longest["write"] > WRITE_PAUSE_S:
        problems.append(f"longest pauses {longest}, wanted at most {READ_PAUSE_S} s and {WRITE_PAUSE_S} s")
    if not load.acknowledged or not load.reads:
        problems.append("there was no load")
    if problems:
        for server in servers:
            print((folder.path / f"{server.name}.log").read_text()[-1500:])
        sys.exit("WRONG " + "; ".join(problems))
    print(f"ok    nothing lost, nothing doubled; longest pause: write {longest['write']:.2f} s, read {longest['read']:.2f} s")
finally:
    if load:
        load.stop.set()
    for process in [*servers, first, second, *({primary, standby} if load else ())]:
        process.kill()
    folder.remove()
