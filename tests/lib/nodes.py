"""nodes - real nodes for tests: centre, province and district on one machine, each with its own PostgreSQL and daemons

    with Tree() as tree:                          # 00-1, 62-1, 62.71-1 in SINERGI_SCRATCH, ports from SINERGI_PORT
        tree.up()
        clerk = tree["62.71"].principal("clerk", ["clerk"])
        reply = clerk.ok("activity_propose", {...})
        tree["00"].until("SELECT count(*) = 1 FROM scheduling.activity")
"""
import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
import zmq

from session import Session  # noqa: F401, for tests

SOURCE = os.environ.get("SINERGI_SOURCE", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BIN = os.environ.get("SINERGI_BIN", os.path.join(SOURCE, "build/release/bin"))
DAEMONS = ["relay", "registry", "scheduling", "reporting"]
BEGIN = "2023-01-26T01:00:00.000Z"
ASK_AGAIN_SECONDS = 2


def uuid7(now_ms):
    """A UUIDv7 of this instant."""
    n = (now_ms << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    h = f"{n:032x}"
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def run(*words, check=True, **more):
    """Run a program; its output as text. A failure raises with what it said."""
    done = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)} exited {done.returncode}: {done.stderr.strip()} {done.stdout.strip()}")
    return done.stdout


PATIENCE = 3  # deadlines are for a test alone on the machine; beside others it takes longer


def wait(what, condition, seconds=20):
    """Wait until condition() is true; its value."""
    seconds *= PATIENCE
    end, pause = time.monotonic() + seconds, 0.02
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)  # asking costs a process and a connection, so what takes longer is asked less often
        pause = min(0.25, 1.3 * pause)


class Client:
    """A principal's keys, speaking to the daemons of a node over CURVE."""

    def __init__(self, node, name, key, secret):
        self.node, self.name, self.key, self.secret = node, name, key, secret
        self.sockets = {}

    def socket(self, daemon):
        """The connection to a daemon, opened on first use."""
        if daemon not in self.sockets:
            s = zmq.Context.instance().socket(zmq.DEALER)
            s.curve_publickey, s.curve_secretkey = self.key.encode(), self.secret.encode()
            s.curve_serverkey = self.node.config["server"].encode()
            s.linger = 0
            s.connect(self.node.config["endpoints"][daemon]["tcp"])
            self.sockets[daemon] = s
        return self.sockets[daemon]

    def close(self, daemon=None):
        """Close one connection, or all."""
        for name in [daemon] if daemon else list(self.sockets):
            self.sockets.pop(name).close()

    def request(self, stem, data, **members):
        """The request's JSON with a fresh id by the node's clock."""
        return {"specversion": "1.0", "id": uuid7(self.node.now_ms()), "source": "test", "type": stem,
                "region": self.node.region, "data": data, **members}

    def raw(self, daemon, frame, seconds=15):
        """Send one frame, give the reply's bytes; None if none comes."""
        s = self.socket(daemon)
        s.send_multipart([b"", frame])
        if not s.poll(seconds * 1000):
            return None
        return s.recv_multipart()[-1]

    def ask(self, request, daemon=None, seconds=15):
        """Send a request (a dict) and give its reply; asks again over a new connection while there is none or the status is retry."""
        return json.loads(self.ask_bytes(request, daemon, seconds))

    def ask_bytes(self, request, daemon=None, seconds=15):
        """The same, the reply as its bytes."""
        daemon = daemon or service_of(request["type"])
        frame, end = json.dumps(request).encode(), time.monotonic() + seconds
        while time.monotonic() < end:
            s = self.socket(daemon)
            s.send_multipart([b"", frame])
            until = min(end, time.monotonic() + ASK_AGAIN_SECONDS)
            while time.monotonic() < until:
                if s.poll(max(1, int((until - time.monotonic()) * 1000))):
                    answer = s.recv_multipart()[-1]
                    reply = json.loads(answer)
                    if reply["requestid"] not in ("", request["id"]):
                        continue
                    if reply["status"] != "retry":
                        return answer
                    time.sleep(0.05)
                    break
            self.close(daemon)
        raise AssertionError(f"{daemon} of {self.node.name} does not answer {request['type']}")

    def call(self, stem, data, seconds=15, **members):
        """One request, its reply."""
        return self.ask(self.request(stem, data, **members), seconds=seconds)

    def ok(self, stem, data, seconds=15, **members):
        """One request that must be answered ok; the reply's data."""
        reply = self.call(stem, data, seconds, **members)
        assert reply["status"] == "ok", f"{stem}: {reply['status']} {reply['data']}"
        return reply["data"]

    def refused(self, status, code, stem, data, **members):
        """One request that must be refused so; the reply's data."""
        reply = self.call(stem, data, **members)
        assert (reply["status"], reply["data"].get("code")) == (status, code), f"{stem}: {reply['status']} {reply['data']}"
        return reply["data"]


_services = {}


def service_of(stem):
    """The daemon that answers a message: the folder of its contract."""
    if not _services:
        for service in os.listdir(os.path.join(SOURCE, "proto")):
            folder = os.path.join(SOURCE, "proto", service)
            if os.path.isdir(folder):
                for name in os.listdir(folder):
                    _services[name.removesuffix(".json")] = service
    return _services[stem]


class Node:
    """One node in its folder."""

    def __init__(self, folder, name, region, port, parent=None):
        self.dir, self.name, self.region, self.port, self.parent = folder, name, region, port, parent
        self.clients, self.organisations = {}, {}
        self.config = None
        self.environment = {}  # settings of its daemons, from the next `up` on

    def init(self, begin=BEGIN):
        """Make keys and files; a child is certified by its parent, which must be up."""
        more = [] if self.parent else ["--root"]
        run(f"{BIN}/sinergi", "node", "init", "--dir", self.dir, "--name", self.name, "--region", self.region,
            "--port", str(self.port), "--drill", begin, *more)
        if self.parent:
            admission = run(f"{BIN}/sinergi", "node", "certify", "--dir", self.parent.dir, f"{self.dir}/request.json")
            with open(f"{self.dir}/admission.json", "w") as file:
                file.write(admission)
            run(f"{BIN}/sinergi", "node", "admit", "--dir", self.dir, f"{self.dir}/admission.json")
        with open(f"{self.dir}/node.json") as file:
            self.config = json.load(file)

    def up(self):
        """Start the node and wait until every daemon is ready."""
        run(f"{SOURCE}/deploy/node", "up", self.dir, env={**os.environ, "SINERGI_BIN": BIN, **self.environment})

    def down(self):
        """Stop it."""
        for client in self.clients.values():
            client.close()
        run(f"{SOURCE}/deploy/node", "down", self.dir, env={**os.environ, "SINERGI_BIN": BIN})

    def sinergi(self, *words, check=True):
        """Run `sinergi` on this node."""
        return run(f"{BIN}/sinergi", *words, check=check, env={**os.environ, "SINERGI_DIR": self.dir})

    def sinergi_result(self, *words, text="", seconds=40):
        """Run `sinergi` on this node, whatever comes of it: (exit code, standard output, standard error)."""
        done = subprocess.run([f"{BIN}/sinergi", *words], text=True, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=seconds, check=False, env={**os.environ, "SINERGI_DIR": self.dir})
        return done.returncode, done.stdout, done.stderr

    def clock(self, instant):
        """Set the drill's clock."""
        self.sinergi("clock", "set", instant)

    def now_ms(self):
        """The drill's clock, ms since 1970."""
        with open(f"{self.dir}/clock") as file:
            words = file.read().split()
        set_at = time.strptime(words[0][:19], "%Y-%m-%dT%H:%M:%S")
        return int((calendar_ms(set_at)) + int(words[0][20:23]) + max(0, time.monotonic() * 1000 - int(words[1])))

    def client(self, name="node"):
        """A principal by its file; "node" is the node's own key."""
        if name not in self.clients:
            path = f"{self.dir}/keys/curve.json" if name == "node" else f"{self.dir}/principals/{name}.json"
            with open(path) as file:
                keys = json.load(file)
            self.clients[name] = Client(self, name, keys.get("key") or keys.get("public"), keys["secret"])
        return self.clients[name]

    def organisation(self, name="Dinas Uji (contoh)"):
        """An organisation of the node's region, registered by the node's own key on first use, and known to the daemons that follow."""
        if name not in self.organisations:
            self.organisations[name] = self.client().ok("organisation_register", {
                "name": name, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]
            self.until(f"SELECT count(*) = 1 FROM scheduling.organisation WHERE organisation = '{self.organisations[name]}'", 30)
        return self.organisations[name]

    def person(self, name):
        """A person of that organisation."""
        return self.client().ok("person_register", {"name": name, "organisation": self.organisation()})["person"]

    def stranger(self, name):
        """Keys that nobody knows."""
        self.sinergi("principal", "new", name)
        return self.client(name)

    def principal(self, name, roles, person=None, region=None):
        """Make keys for a new principal and enrol it by the node's own key; a new person answers for it unless one is named."""
        person = person or self.person(f"{name.title()} (contoh)")
        client = self.stranger(name)
        data = {"key": client.key, "person": person, "label": name, "kind": "person", "roles": roles}
        client.principal = self.client().ok("principal_enrol", data, **({"region": region} if region else {}))["principal"]
        client.person = person
        return client

    def sql(self, query, role="sinergi"):
        """Rows of a query, each a list of texts."""
        out = run("psql", "-XAtq", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1",
                  "-d", self.conninfo(role), "-c", query)
        return [row.split("\x1f") for row in out.rstrip("\n").split("\x1e") if row]

    def conninfo(self, role):
        """How to connect to the node's database as a role."""
        return f"host={self.dir}/pg/socket dbname=sinergi user={role}"

    def refused_sql(self, query, role):
        """A statement that the database must refuse to a role; the error."""
        done = subprocess.run(["psql", "-XAtq", "-v", "VERBOSITY=sqlstate", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo(role), "-c", query],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode != 0, f"as {role} the database takes: {query}"
        return done.stderr.strip()

    def value(self, query):
        """The one value of a query."""
        rows = self.sql(query)
        return rows[0][0] if rows else None

    def until(self, query, seconds=20):
        """Wait until a query gives true; a node that is just coming back may refuse meanwhile."""
        def holds():
            try:
                return self.value(query) == "t"
            except AssertionError:
                return False
        wait(f"{self.name}: {query}", holds, seconds)

    def pid(self, daemon):
        """Process of a daemon, or of the private PostgreSQL."""
        return wait(f"the process number of {daemon}", lambda: self.pid_now(daemon))

    def pid_now(self, daemon):
        """The same as it stands now; None while it is being written."""
        with open(f"{self.dir}/run/{daemon}.pid") as file:
            text = file.read().strip()
        return int(text) if text else None

    def pids(self):
        """daemon -> process, to see that none has ended."""
        return {daemon: self.pid(daemon) for daemon in DAEMONS}

    def kill(self, daemon, sig=signal.SIGKILL):
        """End a daemon as a crash does; for postgres SIGQUIT is its immediate stop."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid(daemon), signal.SIGQUIT if daemon == "postgres" else sig)

    def ready(self):
        """Does every daemon answer that it is ready?"""
        return self.sinergi_result("status", "--quiet")[0] == 0

    def hold(self, daemon):
        """Keep a daemon down: stop its keeper from starting it again until `release`."""
        keeper = int(run("ps", "-o", "ppid=", "-p", str(self.pid(daemon))))
        os.kill(keeper, signal.SIGSTOP)
        self.kill(daemon)
        return keeper

    @staticmethod
    def release(keeper):
        """Let the keeper go on."""
        os.kill(keeper, signal.SIGCONT)

    def verify(self):
        """`sinergi verify` must find everything good, and so must the same check in SQL of its first 20,000 leaves; the sentence."""
        said = self.sinergi("verify")
        assert not (wrong := self.sql("SELECT * FROM audit.verify(last_leaf => 20000)", "auditor")), wrong
        return said

    def log(self, daemon):
        """All the daemon has logged."""
        with open(f"{self.dir}/log/{daemon}.log", errors="replace") as file:
            return file.read()


def calendar_ms(moment):
    """UTC struct_time as ms since 1970."""
    import calendar
    return calendar.timegm(moment) * 1000


class Tree:
    """Three drill nodes below one root: "00", "62" and "62.71"; or those that are named, parents first."""

    def __init__(self, regions=("00", "62", "62.71"), begin=BEGIN, scratch=None, port=None):
        self.scratch = scratch or os.environ["SINERGI_SCRATCH"]
        os.chmod(self.scratch, 0o755)
        self.begin, self.nodes = begin, {}
        port = port or int(os.environ["SINERGI_PORT"])
        for index, region in enumerate(regions):
            above = [r for r in self.nodes if r == "00" or region.startswith(r + ".")]
            parent = self.nodes[above[-1]] if above else None
            self.nodes[region] = Node(f"{self.scratch}/{region}", f"{region}-1", region, port + 10 * index, parent)

    def __getitem__(self, region):
        return self.nodes[region]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for node in reversed(self.nodes.values()):
            if os.path.exists(f"{node.dir}/run/node.pid"):
                try:
                    node.down()
                except AssertionError as error:
                    print(error)
        if kind is None:
            self.sane()

    def sane(self):
        """Where the daemons run under sanitizers, none has found anything."""
        for node in self.nodes.values():
            for daemon in DAEMONS:
                if os.path.exists(f"{node.dir}/log/{daemon}.log"):
                    found = [line for line in node.log(daemon).splitlines() if "Sanitizer" in line or "runtime error:" in line]
                    assert not found, f"{node.name}, {daemon}: {found}"

    def up(self):
        """Make and start all nodes, from the root down."""
        for node in self.nodes.values():
            if not os.path.exists(f"{node.dir}/node.json"):
                node.init(self.begin)
            node.up()
        return self

    def settled(self, seconds=30):
        """Wait until every node has sealed, carried and applied everything, and done what is due."""
        behind = " + ".join(f"""(SELECT count(*) FROM journal.leaf l JOIN journal.event e USING (id)
                        WHERE l.leaf > coalesce((SELECT leaf FROM {service}.cursor c WHERE c.lane = l.lane), 0)
                          AND e.type = ANY (SELECT unnest(string_to_array(filter, ' ')) FROM {service}.cursor))""" for service in DAEMONS[1:])
        def due(node):
            """What has its time by the node's clock, but for the board's lines, which come again and again."""
            timers = [f"(SELECT count(*) FROM {service}.timer WHERE due_at <= to_timestamp({node.now_ms()} / 1000.0) AND stem <> 'board_say')" for service in DAEMONS[1:]]
            sealed = ["(SELECT count(*) FROM registry.matching WHERE sealed IS NOT NULL)"] if node.region == "00" else []  # each becomes a timer when it is opened
            return " + ".join(timers + sealed)
        def still():
            """Of each node: events, the last leaf, and how many wait for a leaf, a follower or their time; None while one does not answer."""
            try:
                return [node.sql(f"""SELECT (SELECT count(*) FROM journal.event), (SELECT max(leaf) FROM journal.leaf),
                    (SELECT count(*) FROM journal.event e WHERE NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = e.id)) + {behind} + {due(node)}""")[0]
                        for node in self.nodes.values()]
            except AssertionError:
                return None
        def quiet():
            before = still()
            return before and all(row[2] == "0" for row in before) and self.carried() and before == still()
        wait("the tree to settle", quiet, seconds)

    def carried(self):
        """Has every event that is routed to the root arrived at every tier above?"""
        for node in self.nodes.values():
            above = node.parent
            if above:
                sent = node.sql("SELECT id FROM journal.event WHERE route LIKE 'root %' OR (route LIKE 'parent %' AND source = '" + node.name + "')")
                have = {row[0] for row in above.sql("SELECT id FROM journal.event")}
                if any(row[0] not in have for row in sent):
                    return False
        return True
