#!/usr/bin/python3
"""compose - deploy/demo --compose plays its story on containers, which are closed to one another; compose.yaml brings up a node and its child

shows: -
cost: cpu 180
area: campaign operate
"""
import concurrent.futures
import os
import secrets
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import engine  # noqa: E402

SOURCE, SCRATCH = os.environ["SINERGI_SOURCE"], os.environ["SINERGI_SCRATCH"]
DEMO, STORY = f"{SOURCE}/deploy/demo", f"{SOURCE}/deploy/stories/kalteng-2023"
HEALTHY_SECONDS = 90
AT_ONCE = 12
PROJECT = "com.docker.compose.project"
DAEMONS = ("relay", "registry", "scheduling", "reporting")
ROLES = ("postgres", "sinergi", "registry", "scheduling", "reporting", "relay", "auditor")
# What place_ready does for whoever has no image yet.
BUILD = f"here={SOURCE} home={SCRATCH}/demo story={STORY}; unset SINERGI_IMAGE; . {SOURCE}/deploy/places/compose.sh; place_ready"
BEGAN = time.monotonic()


def note(text):
    print(f"{time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


class Containers:
    """The containers of one project, by the name of their service."""

    def __init__(self, mine, project):
        self.mine = mine
        lines = mine.docker("ps", "-a", "--filter", f"label={PROJECT}={project}", "--format", '{{.Label "com.docker.compose.service"}} {{.ID}}').splitlines()
        self.ids = dict(line.split() for line in lines)

    def inspect(self, service, form):
        return self.mine.docker("inspect", "-f", form, self.ids[service])

    def inside(self, service, script):
        """Exit status of a bash script in a running container."""
        return self.mine.run("docker", "exec", self.ids[service], "bash", "-c", script, check=False).returncode

    def addresses(self, service):
        return self.inspect(service, "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}").split()

    def opened(self, service, places):
        """Those of the places, HOST/PORT, that the service reaches; as many are tried at once as a container may have processes for."""
        tries = [f"(exec timeout 3 bash -c '</dev/tcp/{place} && echo {place}') & " for place in places]
        script = "".join("".join(tries[first:first + AT_ONCE]) + "wait; " for first in range(0, len(tries), AT_ONCE))
        return set(self.mine.run("docker", "exec", self.ids[service], "bash", "-c", f"exec 2>/dev/null; {script}").stdout.split())

    def healthy_all(self):
        """Wait until every container that has a health check says that it is healthy."""
        end = time.monotonic() + HEALTHY_SECONDS
        while True:
            states = {service: self.inspect(service, "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}") for service in self.ids}
            if all(state in ("healthy", "none") for state in states.values()):
                return states
            assert time.monotonic() < end, f"not healthy: {states}"
            time.sleep(0.5)

    def locked_down(self, service):
        """The process on the machine is an ordinary user without a right, and cannot get one; its root cannot be written."""
        with open(f"/proc/{self.inspect(service, '{{.State.Pid}}')}/status", encoding="utf-8") as file:
            status = dict(line.split(":", 1) for line in file)
        users, rights = status["Uid"].split(), [status[f"Cap{kind}"].strip() for kind in ("Prm", "Eff", "Bnd")]
        assert "0" not in users, f"{service} runs as root: {users}"
        assert set(rights) == {"0" * 16} and status["NoNewPrivs"].strip() == "1", f"{service}: {rights}"
        assert self.inside(service, "echo x >/usr/local/bin/x") != 0, f"{service} can write its root"


def play(mine, story, *options):
    """Play a story; what was said."""
    said = mine.run(DEMO, "--compose", *options, "--keep", f"{SCRATCH}/demo", story, env={"SINERGI_IMAGE": "sinergi"}).stdout
    assert "Everything was as the story says" in said and ": all good" in said, said
    return said


def play_once(mine):
    """--once, over a demo that is still up: both are gone at its end."""
    story = f"{SCRATCH}/story"
    os.makedirs(story)
    with open(f"{story}/story", "w", encoding="utf-8") as file:
        file.write("# A node and its child\nnode 00-1 00 1 2023-01-20T02:00:00.000Z\nnode 62-1 62 2 2023-01-20T02:00:00.000Z 00\n"
                   "expect 00 t \"SELECT count(*) = 2 FROM directory.node\"\n")
    assert "the nodes are stopped" in play(mine, story, "--once")
    for kind in (("ps", "-aq"), ("volume", "ls", "-q"), ("network", "ls", "-q")):
        left = mine.docker(*kind, "--filter", f"label={PROJECT}=demo")
        assert not left, f"--once has left something: {left}"
    note("a second demo has replaced the first, and nothing is left")


def above(region):
    """The parent of a region."""
    return region.rpartition(".")[0] or ("00" if region != "00" else None)


def demo_is_closed(demo):
    """Containers of one node reach their own database and nothing of another node; relays meet their parent's and children's alone."""
    regions = sorted(service.removesuffix("-desk") for service in demo.ids if service.endswith("-desk"))
    assert {"00", "62", "62.71"} <= set(regions), regions
    ports = {"postgres": 5432, "relay": 7600, "registry": 7601, "scheduling": 7602, "reporting": 7603}
    places = {}
    for service in demo.ids:
        region, kind = service.rsplit("-", 1)
        if kind in ports:
            places[region, kind] = {f"{host}/{ports[kind]}" for host in (service, *demo.addresses(service))}

    def look(service):
        region, kind = service.rsplit("-", 1)
        own = demo.opened(service, ["postgres/5432", *places[region, "postgres"]])
        assert own == {"postgres/5432", *places[region, "postgres"]}, f"{service} reaches of its own database only {own}"
        meets = {(other, "relay") for other in regions if kind == "relay" and (above(other) == region or above(region) == other)}
        strange = demo.opened(service, [place for whose, found in places.items() if whose[0] != region and whose not in meets for place in sorted(found)])
        assert not strange, f"{service} reaches of other nodes: {strange}"

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(look, [f"{region}-{kind}" for region in regions for kind in ("desk", *ports)]))
    assert demo.opened("62.71-relay", ["62-relay/7600"]), "a child does not reach its parent's relay"
    note("no node reaches another but by its relay")


def passwords_hold(demo):
    """A daemon has its own password alone, and the database asks for it."""
    login = "psql -XAtqw -d 'postgresql://postgres/sinergi?user={}' -c 'SELECT current_user'"
    assert demo.inside("62-registry", login.format("registry")) == 0
    assert demo.inside("62-registry", login.format("reporting")) != 0, "registry logs in as reporting"
    assert demo.inside("62-registry", "PGPASSFILE=/dev/null " + login.format("registry")) != 0, "the database asks for no password"
    assert demo.inside("62-registry", "test $(ls /run/secrets) = registry") == 0, "registry has another's password"


def orphan_harms_nothing(containers, service):
    """A process that nobody waits for and that ends by a signal, as of a health check that took too long, is no crash of PostgreSQL's."""
    script = "orphan=$(bash -c 'sleep 300 >/dev/null & echo $!'); kill $orphan && while kill -0 $orphan; do :; done"
    assert containers.inside(service, f"exec 2>/dev/null; {script}") == 0
    said = [line for each in containers.ids if each.endswith("postgres")
            for line in containers.mine.run("docker", "logs", containers.ids[each]).stdout.splitlines() if "reinitializing" in line]
    assert not said, said


def comes_back(containers, service):
    """A daemon that is killed is started again, and healthy."""
    before = containers.inspect(service, "{{.State.Pid}}")
    with open(f"/proc/{before}/task/{before}/children", encoding="utf-8") as file:
        os.kill(int(file.read()), signal.SIGKILL)
    end = time.monotonic() + HEALTHY_SECONDS
    while containers.inspect(service, "{{.State.Pid}} {{.State.Health.Status}}").split()[0] in (before, "0"):
        assert time.monotonic() < end, f"{service} does not come back"
        time.sleep(0.2)
    containers.healthy_all()


class Node:
    """One node by compose.yaml, by Debian 12's docker-compose, as deploy/README.md says."""

    def __init__(self, mine, region, port, root):
        self.mine, self.project, self.folder = mine, f"node{region.replace('.', '')}", f"{SCRATCH}/{region}"
        os.makedirs(f"{self.folder}/secrets", mode=0o700)
        for role in ROLES:
            with open(f"{self.folder}/secrets/{role}", "w", encoding="utf-8") as file:
                file.write(secrets.token_hex(24))
            os.chmod(f"{self.folder}/secrets/{role}", 0o444)
        self.settings = {"SINERGI_NAME": f"{region}-1", "SINERGI_REGION": region, "SINERGI_ROOT": "yes" if root else "no", "SINERGI_PORT": str(port),
                         "SINERGI_SECRETS": f"{self.folder}/secrets", "SINERGI_IMAGE": "sinergi"}

    def compose(self, *words, status=0, stdin=None):
        """Standard output; the exit status must be the expected one."""
        done = subprocess.run(["docker-compose", "-p", self.project, "-f", f"{SOURCE}/deploy/compose.yaml", *words], env={**self.mine.environment, **self.settings},
                              input=stdin or "", text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode == status, f"{' '.join(words)}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def up(self):
        self.compose("up", "-d", "--no-build")
        containers = Containers(self.mine, self.project)
        assert set(DAEMONS) <= set(containers.ids)
        states = containers.healthy_all()
        assert all(states[daemon] == "healthy" for daemon in (*DAEMONS, "postgres")), states
        return containers


def one_node_and_its_child(mine):
    """The first day of two operators: a tree's first node, and a child that it invites."""
    parent, child = Node(mine, "62", 7600, True), Node(mine, "62.71", 7700, False)
    containers = parent.up()
    note("a node is up by compose.yaml")
    for service in (*DAEMONS, "postgres"):
        containers.locked_down(service)
    published = mine.docker("ps", "--filter", f"label={PROJECT}={parent.project}", "--format", "{{.Ports}}").split()
    assert published == ["0.0.0.0:7600->7600/tcp"], f"more is published than the relay: {published}"
    child.compose("run", "--rm", "-T", "init", status=3)  # without a token it prints its request
    gateway = mine.docker("network", "inspect", "-f", "{{range .IPAM.Config}}{{.Gateway}}{{end}}", f"{parent.project}_outside")
    child.settings["SINERGI_TOKEN"] = parent.compose("run", "--rm", "-T", "sinergi", "node", "invite", "--endpoint", f"tcp://{gateway}:7600", "62.71").strip()
    child.up()
    child.compose("run", "--rm", "-T", "sinergi", "node", "wait", "--seconds", "60")
    note("so is its child")
    end = time.monotonic() + 90
    while '"peer":"62-1","kind":"parent","direction":"to","connected":true' not in child.compose("run", "--rm", "-T", "sinergi", "status", "--json"):
        assert time.monotonic() < end, "the child does not reach its parent"
    assert "3 certificates" not in child.compose("run", "--rm", "-T", "sinergi", "verify")
    events = parent.compose("run", "--rm", "-T", "psql", "-Atc", "SELECT subject FROM audit.event WHERE type = 'node_certified' ORDER BY leaf").split()
    assert events == ["node/62-1", "node/62.71-1"], events
    parent.compose("up", "-d", "--no-build")
    assert parent.compose("run", "--rm", "-T", "sinergi", "verify").endswith(": all good\n"), "a second up has changed something"


def main():
    with engine.Engine() as mine:
        mine.build("bash", "-euc", BUILD)
        note("the images are built")
        mine.start(closed=True)
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            nodes = beside.submit(one_node_and_its_child, mine)
            play(mine, STORY)
            note("the story is played")
            nodes.result()
        demo = Containers(mine, "demo")
        states = demo.healthy_all()
        assert "none" not in states.values(), states
        for service in demo.ids:
            demo.locked_down(service)
        note(f"{len(demo.ids)} containers are healthy and without rights")
        demo_is_closed(demo)
        passwords_hold(demo)
        orphan_harms_nothing(demo, "62-postgres")
        comes_back(demo, "62-relay")
        note("a killed relay is back")
        play_once(mine)
        note("everything was as it should be")


main()
