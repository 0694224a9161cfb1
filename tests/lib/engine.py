"""engine - a container engine of a test's own: dockerd with its own folders and socket, its images kept between runs

    with engine.Engine() as mine:
        mine.build()
        mine.start(closed=True)
        mine.docker("ps")

Nothing is pulled: the base image is made by mmdebstrap. Images are built by an engine in the machine's network that touches neither its bridges nor its
firewall; containers run in an engine in a network namespace of its own, closed to the outside. Root only. Images and the layers of the build are kept in
~/.cache/sinergi/engine (XDG_CACHE_HOME), where one engine at a time runs.
"""
import fcntl
import os
import shutil
import subprocess
import time

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "sinergi", "engine")
BASE = "debian:bookworm-slim"
BASE_DAYS = 14
KEEP_HOURS, KEEP_BYTES = 72, 3_000_000_000
PLUGIN = ("/usr/local/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins")


def need():
    """Exit with a sentence where no engine can run."""
    if os.geteuid() != 0:
        raise SystemExit("this test runs a container engine, for which it must be root; tests/lib/README.md says how to leave it out")
    absent = [program for program in ("dockerd", "docker", "docker-compose", "mmdebstrap", "unshare") if not shutil.which(program)]
    if absent:
        raise SystemExit(f"this test needs {', '.join(absent)}: deploy/install test")


class Engine:
    """One dockerd, started and stopped at will; everything it ran is removed at the end."""

    def __init__(self):
        need()
        self.folder = f"{os.environ['SINERGI_SCRATCH']}/engine"
        os.makedirs(f"{self.folder}/config", exist_ok=True)
        os.makedirs(CACHE, exist_ok=True)
        self.environment = {**os.environ, "DOCKER_HOST": f"unix://{self.folder}/socket", "DOCKER_CONFIG": f"{self.folder}/config"}
        self.server = self.lock = None

    def __enter__(self):
        self.lock = open(f"{CACHE}/lock", "w", encoding="utf-8")  # pylint: disable=consider-using-with
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_):
        if self.server and self.server.poll() is None:
            self.clean()
        self.stop()
        self.lock.close()

    def run(self, *command, check=True, **more):
        """Run a program against this engine; its completed process, output as text."""
        done = subprocess.run(command, env={**self.environment, **more.pop("env", {})}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, **more)
        assert not check or done.returncode == 0, f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-3000:]}"
        return done

    def docker(self, *words, check=True):
        """Output of docker."""
        return self.run("docker", *words, check=check).stdout.strip()

    def start(self, closed):
        """Start dockerd: `closed` in a network of its own where containers run, else in the machine's, where images are built."""
        command = ["dockerd", "--data-root", f"{CACHE}/data", "--exec-root", f"{self.folder}/exec", "--pidfile", f"{self.folder}/pid",
                   "-H", f"unix://{self.folder}/socket", "--storage-driver", "overlay2"]
        if closed:
            command = ["unshare", "-n", "-m", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
        else:
            command = ["unshare", "-m", *command, "--iptables=false", "--ip-forward=false", "--bridge=none"]
        with open(f"{self.folder}/log", "a", encoding="utf-8") as log:
            self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # pylint: disable=consider-using-with
        end = time.monotonic() + 60
        while self.run("docker", "info", check=False).returncode:
            if self.server.poll() is not None or time.monotonic() > end:
                with open(f"{self.folder}/log", encoding="utf-8") as log:
                    raise SystemExit(f"no container engine can run here:\n{log.read()[-2000:]}")
            time.sleep(0.1)
        self.clean()

    def stop(self):
        """Stop dockerd and with it whatever still runs."""
        if self.server and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(60)
        self.server = None

    def clean(self):
        """Remove all containers, networks and volumes, also those of a run that was killed."""
        running = self.docker("ps", "-aq").split()
        if running:
            self.docker("rm", "-fv", *running)
        self.docker("network", "prune", "-f")
        volumes = self.docker("volume", "ls", "-q").split()
        if volumes:
            self.docker("volume", "rm", "-f", *volumes)

    def build(self, *command):
        """Make the base image, then run the command, which builds; both where there is a network. Old layers go."""
        self.base_make()
        self.plugin_have()
        self.start(closed=False)
        made = f"base:{int(os.path.getmtime(f'{CACHE}/base.tar'))}"
        if not self.docker("images", "-q", made):
            self.docker("import", f"{CACHE}/base.tar", made)
        self.docker("tag", made, BASE)
        said = self.run(*command, env={"SINERGI_BUILD_NETWORK": "host"}).stdout
        self.docker("image", "prune", "-f", "--filter", f"until={KEEP_HOURS}h")
        self.docker("builder", "prune", "-f", "--keep-storage", str(KEEP_BYTES))
        self.stop()
        return said

    @staticmethod
    def base_make():
        """A minimal Debian with its updates, made anew after two weeks."""
        tar = f"{CACHE}/base.tar"
        if os.path.exists(tar) and time.time() - os.path.getmtime(tar) < BASE_DAYS * 86400:
            return
        done = subprocess.run(["mmdebstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", f"{CACHE}/new.tar"], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, f"mmdebstrap: exit {done.returncode}\n{done.stdout[-2000:]}"
        os.rename(f"{CACHE}/new.tar", tar)

    def plugin_have(self):
        """`docker compose`, version 2: where docker lacks it, Debian 13's package, which runs on Debian 12 and is not installed."""
        if any(os.path.exists(f"{folder}/docker-compose") for folder in PLUGIN):
            return
        kept = f"{CACHE}/docker-compose"
        if not os.path.exists(kept):
            subprocess.run(["bash", "-euc", FETCH, "fetch", kept, f"{self.folder}/fetch"], check=True, stdout=subprocess.DEVNULL)
        os.makedirs(f"{self.folder}/config/cli-plugins", exist_ok=True)
        os.symlink(kept, f"{self.folder}/config/cli-plugins/docker-compose")


FETCH = """
mkdir -p "$2/lists/partial" "$2/cache/archives/partial" && cd "$2" && : >status
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Codename: bookworm' | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >sources.list
apt() {
    apt-get -qq -o Dir::State::lists="$PWD/lists" -o Dir::State::status="$PWD/status" -o Dir::Cache="$PWD/cache" -o Dir::Etc::sourcelist="$PWD/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o APT::Sandbox::User=root "$@"
}
apt update && apt download docker-compose && dpkg-deb -x docker-compose_*.deb package
cp package/usr/libexec/docker/cli-plugins/docker-compose "$1.new" && mv "$1.new" "$1"
"""
