"""tour - the tour of README.md, walked on the nodes of a demo: its commands run as they stand there, the auditor's questions get the answers worked out by hand

    walk(home)                    # folder of the demo: what README calls /var/tmp/sinergi-demo-$USER
"""
import os
import re
import subprocess

import nodes

ANSWERS = os.path.join(nodes.SOURCE, "tests/flow/campaign/answers.txt")
HOME = "/var/tmp/sinergi-demo-$USER"
SECONDS = 60


def blocks():
    """The code blocks of the tour: (language, text)."""
    with open(os.path.join(nodes.SOURCE, "README.md"), encoding="utf-8") as file:
        tour = re.search(r"^## The tour\n(.*?)^## ", file.read(), re.S | re.M)[1]
    return re.findall(r"^```(\w+)\n(.*?)^```", tour, re.S | re.M)


def answers():
    """The questions with the rows that have to come: what begins with -- is a question, # a reason."""
    found = []
    with open(ANSWERS, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("-- "):
                found.append((line[3:], []))
            elif line and not line.startswith("#"):
                found[-1][1].append(line)
    return found


def shell(text, home):
    """Run a block of commands as a reader would; what it prints."""
    done = subprocess.run(["bash", "-euc", text.replace(HOME, home)], cwd=nodes.SOURCE, text=True, timeout=SECONDS, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "DEMO": home, "SINERGI_BIN": nodes.BIN, "PATH": f"{nodes.BIN}:{os.environ['PATH']}"})
    assert done.returncode == 0, f"the tour's commands exit {done.returncode}:\n{text}\n{done.stdout}"
    return done.stdout


def questions(text):
    """The questions of a block of SQL, each a comment and the statement after it."""
    return [(question, statement.strip()) for question, statement in re.findall(r"^-- (.*)\n((?:(?!--).*\n)+)", text, re.M)]


def walk(home):
    """Every block in order; the number of questions that were answered right."""
    asked = []
    for language, text in blocks():
        if language == "sh":
            print(shell(text, home))
        elif language == "sql":
            asked += questions(text)
    expected = answers()
    assert [question for question, _ in asked] == [question for question, _ in expected], "README and answers.txt do not hold the same questions"
    for (question, statement), (_, rows) in zip(asked, expected):
        done = subprocess.run([f"{nodes.SOURCE}/deploy/node", "psql", f"{home}/62", "-At", "-v", "ON_ERROR_STOP=1", "-c", statement], text=True, check=False, timeout=SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "SINERGI_BIN": nodes.BIN})
        assert done.returncode == 0, f"{question}\n{done.stdout}"
        assert done.stdout.splitlines() == rows, f"{question}\nexpected:\n" + "\n".join(rows) + f"\nfound:\n{done.stdout}"
    return len(asked)
