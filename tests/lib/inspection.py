"""inspection - the inspector's page, deploy/audit.md: its questions with their queries, the dictionary of the views, and the answers worked out by hand

    for question, statement in questions(): ...        # the blocks of SQL, as they stand in the page
    rows(node, statement)                              # what psql gives an auditor who pastes it
    answers()                                          # question -> [(region of the node asked, rows)]
    dictionary(node)                                   # what the page's last part has to say
"""
import os
import re
import subprocess

import nodes

PAGE = os.path.join(nodes.SOURCE, "deploy/audit.md")
ANSWERS = os.path.join(nodes.SOURCE, "tests/flow/audit/answers.txt")
BEGIN, END = "<!-- dictionary -->\n", "<!-- end of the dictionary -->\n"


def page():
    """The page's text."""
    with open(PAGE, encoding="utf-8") as file:
        return file.read()


def questions():
    """(question, statement) of the part on ten questions; each has one block of SQL."""
    part = re.search(r"^## Ten questions\n(.*?)^## ", page(), re.S | re.M)[1]
    found = [(heading, re.findall(r"^```sql\n(.*?)^```", text, re.S | re.M)) for heading, text in re.findall(r"^### \d+\. (.*?)\n(.*?)(?=^### |\Z)", part, re.S | re.M)]
    assert all(len(blocks) == 1 for _, blocks in found), [heading for heading, blocks in found if len(blocks) != 1]
    return [(heading, blocks[0]) for heading, blocks in found]


def rows(node, statement):
    """The answer that an auditor gets who pastes a block into `deploy/node psql`."""
    done = subprocess.run([f"{nodes.SOURCE}/deploy/node", "psql", node.dir, "-qAt", "-v", "ON_ERROR_STOP=1"], input=statement, text=True, check=False, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "SINERGI_BIN": nodes.BIN})
    assert done.returncode == 0, f"{statement}\n{done.stdout}"
    return done.stdout.splitlines()


def answers():
    """What has to come: `-- ` is a question, `@ ` the region whose node is asked, `# ` how the answer was worked out."""
    found = {}
    with open(ANSWERS, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("-- "):
                asked = found.setdefault(line[3:], [])
            elif line.startswith("@ "):
                asked.append((line[2:], []))
            elif line and not line.startswith("#"):
                asked[-1][1].append(line)
    return found


def dictionary(node):
    """Every view of schema audit with its columns and its functions, as the database's comments tell them."""
    views = node.sql("""SELECT c.relname, obj_description(c.oid, 'pg_class'), string_agg('`' || a.attname || '` ' || col_description(c.oid, a.attnum), '; ' ORDER BY a.attnum)
                               FILTER (WHERE a.attname <> ALL (ARRAY['until', 'principal', 'message', 'behalf', 'region']))
                          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'audit'::regnamespace GROUP BY c.oid, c.relname ORDER BY c.relname""")
    functions = node.sql("""SELECT proname, pg_get_function_result(oid), obj_description(oid, 'pg_proc') FROM pg_proc WHERE pronamespace = 'audit'::regnamespace ORDER BY proname""")
    text = "".join(f"- **{name}**: {meaning}. {columns}\n" for name, meaning, columns in views)
    text += "\nFunctions of an instant, each `(timestamptz)`; `_known_at` beside each `_at` that has it:\n\n"
    known = {name for name, _, _ in functions if name.endswith("_known_at")}
    for name, _, meaning in functions:
        if name in known:
            continue
        more = f", `{name[:-3]}_known_at`" if name[:-3] + "_known_at" in known else ""
        text += f"- `{name}`{more}: {meaning.split(' as it stood at a time')[0]}\n"
    return text


def told():
    """What the page's last part says."""
    return page().split(BEGIN)[1].split(END)[0]


def tell(text):
    """Write it."""
    before, after = page().split(BEGIN)[0], page().split(END)[1]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + text + END + after)
