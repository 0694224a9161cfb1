"""session - an open transaction for tests, beside the daemons"""
import subprocess


class Session:
    """An open psql as a role: its transaction ends when the test says so."""

    def __init__(self, node, role):
        self.psql = subprocess.Popen(["psql", "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", node.conninfo(role)], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.count = 0

    def run(self, query):
        """Run statements and wait for them; their rows, each a list of texts."""
        self.count += 1
        self.psql.stdin.write(f"{query};\n\\echo done {self.count}\n")
        self.psql.stdin.flush()
        rows = []
        for line in self.psql.stdout:
            if line == f"done {self.count}\n":
                return rows
            rows.append(line.rstrip("\n").split("\x1f"))
        raise AssertionError(f"psql ended: {rows}")

    def close(self):
        """End it; what was not committed is gone."""
        self.psql.stdin.close()
        self.psql.wait()
        self.psql.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
