"""Three servers on one database answer alike, to the byte, and are fresh: what is written through
one is answered by the others within two seconds."""
import hashlib
import json
import random
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from cluster import HOST, TOKEN, Folder, Postgres, Server, ingest, samples

QUERIES = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
COPIES = 30
FRESH_S = 2.0


def archive():
    days = random.Random(7)
    for copy in range(COPIES):
        for report in samples():
            month = f"{2015 + days.randrange(10)}-{days.randrange(1, 13):02}-{days.randrange(1, 28):02}"
            yield {**report, "id": f"{report.get('id', 'r')}-{copy}", "published": month}


def query(chance, ids):
    """A random request: pages, boxes, days, words, types, exports, single incidents."""
    if chance.random() < 0.15:
        return f"/collections/incidents/items/{urllib.parse.quote(chance.choice(ids))}"
    filters = {}
    if chance.random() < 0.5:
        west, south = chance.uniform(-180, 170), chance.uniform(-90, 80)
        east = west + chance.uniform(1, 200)
        filters["bbox"] = f"{west:.3f},{south:.3f},{east - 360 if east > 180 else east:.3f},{min(90, south + chance.uniform(1, 90)):.3f}"
    if chance.random() < 0.4:
        year = chance.randrange(2014, 2026)
        filters["datetime"] = f"{year}-0{chance.randrange(1, 10)}-01/{year + chance.randrange(3)}-12-31"
    if chance.random() < 0.2:
        filters["status"] = chance.choice(["reported", "claimed", "denied", "planned", "reported,claimed,planned"])
    if chance.random() < 0.2:
        filters["country"] = chance.choice(["KZ", "SY", "UA", "KZ,RU"])
    if chance.random() < 0.2:
        filters["q"] = chance.choice(["Алматы", "fire", "الماتي", "protest", "взрыв"])
    if chance.random() < 0.2:
        filters["min_confidence"] = f"{chance.random():.2f}"
    if chance.random() < 0.2:
        return "/export?" + urllib.parse.urlencode({**filters, "f": chance.choice(["csv", "geojsonl", "geojson"])})
    filters["limit"], filters["offset"] = chance.randrange(1, 200), chance.choice([0, 0, 0, 10, 500])
    return "/collections/incidents/items?" + urllib.parse.urlencode(filters)


def digest(server, path):
    body = server.get(path)
    if body.startswith(b"{") and b'"timeStamp"' in body:
        answer = json.loads(body)
        answer.pop("timeStamp", None)
        body = json.dumps(answer, sort_keys=True).encode()
    return hashlib.sha256(body).hexdigest()


def post(server, document):
    request = urllib.request.Request(
        f"http://{HOST}:{server.port}/documents", method="POST", data=json.dumps(document).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


folder = Folder()
primary = Postgres(folder, "primary").make()
servers = []
try:
    primary.start().create_database()
    taken = ingest(primary.address(), archive())
    servers = [Server(folder, f"server-{i}", primary.address()).start() for i in range(3)]
    for server in servers:
        server.wait()
    print(f"ok    {len(taken.splitlines())} documents, {servers[0].matched('status=reported,claimed,denied,planned,negated,hypothetical,background')} incidents")

    ids = [line.split("\t")[0] for line in primary.sql("SELECT id FROM oqiga.incident_keys ORDER BY id").splitlines()]
    chance, different, distinct = random.Random(20), [], set()
    for _ in range(QUERIES):
        path = query(chance, ids)
        answers = {digest(server, path) for server in servers}
        distinct |= answers
        if len(answers) != 1:
            different.append(path)
    if different:
        sys.exit(f"WRONG {len(different)} of {QUERIES} queries were answered differently, such as {different[0]}")
    print(f"ok    {QUERIES} random queries answered alike by three servers, {len(distinct)} different answers")

    # Fresh: every server is written to in turn, under the writing of another program.
    def noise():
        ingest(primary.address(), ({**report, "id": f"noise-{i}-{n}"} for i in range(10) for n, report in enumerate(samples())))

    writing = threading.Thread(target=noise)
    writing.start()
    delays = []
    for turn in range(30):
        writer, word = servers[turn % 3], f"zzfresh{chance.randrange(10**9)}"
        post(writer, {"text": f"A fire broke out in Almaty on Monday, {word} said.", "title": f"Fire in Almaty {word}", "published": "2022-01-10", "source": word})
        started = time.monotonic()
        for server in servers:
            while server.matched(f"q={word}&status=reported,claimed,denied,planned,negated,hypothetical,background") == 0:
                if time.monotonic() - started > 30:
                    sys.exit(f"WRONG {server.name} never answered with what {writer.name} wrote")
                time.sleep(0.01)
            delays.append(time.monotonic() - started)
    writing.join()
    delays.sort()
    print(f"ok    seen by every server after {1000 * delays[len(delays) // 2]:.0f} ms (median), {1000 * delays[-1]:.0f} ms at most")
    if delays[-1] > FRESH_S:
        sys.exit(f"WRONG wanted at most {FRESH_S} s")
finally:
    for server in servers:
        server.kill()
    primary.kill()
    folder.remove()
