#!/usr/bin/python3
"""law_03_state_and_event - each change and its event are of one transaction, with daemons and PostgreSQL killed meanwhile

shows: law-3 U1 U5
cost: cpu 40
area: spine
"""
import os
import random
import threading
import time

import nodes
from story import Story

# the rows that an accepted message makes, each with the message's id: table, event
HISTORIES = [("registry.organisation_version", "organisation_registered"), ("registry.person_version", "person_registered"),
             ("registry.appointment", "office_appointed"), ("registry.principal_version", "principal_enrolled"),
             ("registry.business_version", "business_registered"), ("scheduling.activity_version", "activity_proposed"),
             ("scheduling.activity_day", "activity_day_recorded"), ("scheduling.first_day", "activity_first_recorded"), ("scheduling.directive", "directive_issued"),
             ("scheduling.verification", "directive_verified"), ("scheduling.meeting_answer", "meeting_responded"),
             ("reporting.report_revision", "report_submitted"), ("reporting.verification", "report_verified")]


def one_transaction(node):
    """xmin of the row is the transaction that appended the event, for all that this node accepted itself."""
    checked = 0
    for table, event in HISTORIES:
        own = f"e.type = '{event}' AND e.source = '{node.name}'"
        rows, apart = node.sql(f"""SELECT count(*), count(*) FILTER (WHERE (e.xact::text::bigint % 4294967296) <> r.xmin::text::bigint)
            FROM {table} r JOIN journal.event e ON e.cause = r.message WHERE {own}""")[0]
        assert apart == "0", f"{table}: {apart} rows are of another transaction than their event"
        without = node.value(f"SELECT count(*) FROM {table} r WHERE NOT EXISTS (SELECT FROM journal.event e WHERE e.cause = r.message AND e.type = '{event}')")
        assert without == "0", f"{table}: {without} rows have no event"
        without = node.value(f"SELECT count(*) FROM journal.event e WHERE {own} AND NOT EXISTS (SELECT FROM {table} r WHERE r.message = e.cause)")
        assert without == "0", f"{event}: {without} events have no row in {table}"
        events = node.value(f"SELECT count(*) FROM journal.event e WHERE {own} AND e.principal IS NOT NULL")
        assert rows == events, f"{table}: {rows} rows, {events} events"
        checked += int(rows)
    return checked


def reply_and_event(node):
    """A stored reply of a command has the events of its request, in the same transaction, and no request has events without one."""
    apart = node.value("""SELECT count(*) FROM journal.reply r JOIN journal.event e ON e.cause = r.id
                           WHERE (e.xact::text::bigint % 4294967296) <> r.xmin::text::bigint""")
    assert apart == "0", f"{apart} replies are of another transaction than their event"
    without = node.value("SELECT count(*) FROM journal.reply r WHERE NOT EXISTS (SELECT FROM journal.event e WHERE e.cause = r.id)")
    assert without == "0", f"{without} replies without an event"
    without = node.value(f"""SELECT count(*) FROM journal.event e WHERE e.source = '{node.name}' AND e.principal IS NOT NULL
                              AND NOT EXISTS (SELECT FROM journal.reply r WHERE r.id = e.cause)""")
    assert without == "0", f"{without} events of a request without its stored reply"


def who_and_when(node):
    """Each change names the principal, the natural person, the message and the time (U5)."""
    nameless = node.value("""SELECT count(*) FROM scheduling.activity_day WHERE principal IS NULL OR person IS NULL OR message IS NULL OR at IS NULL
                                OR ((version > 1) AND reason IS NULL)""")
    assert nameless == "0", f"{nameless} days do not say who recorded them"


def followers_move_with_what_they_did(node):
    """What a follower has applied stands below its cursor, and nothing of it is missing."""
    for service in nodes.DAEMONS[1:]:
        gap = node.value(f"""SELECT count(*) FROM journal.leaf l JOIN journal.event e USING (id) JOIN {service}.cursor c ON c.lane = l.lane
            WHERE l.leaf <= c.leaf AND e.type = ANY (string_to_array(c.filter, ' '))
              AND NOT EXISTS (SELECT FROM {service}.applied a WHERE a.subject = e.subject AND a.version >= e.version)
              AND NOT EXISTS (SELECT FROM {service}.held h WHERE h.id = e.id) AND NOT EXISTS (SELECT FROM {service}.parked p WHERE p.id = e.id)""")
        assert gap == "0", f"{service} has passed over {gap} events"


def killing(tree, dice, stop):
    while not stop.wait(dice.uniform(0.3, 1.0)):
        tree["62.71"].kill(dice.choice(["registry", "scheduling", "reporting", "postgres", "relay"]))


with nodes.Tree() as tree:
    tree.up()
    story = Story(tree)
    seed = int(os.environ.get("SINERGI_SEED", "20230713"))
    print(f"seed {seed}", flush=True)
    stop = threading.Event()
    thread = threading.Thread(target=killing, args=(tree, random.Random(seed), stop), daemon=True)
    thread.start()
    began, number = time.monotonic(), 0
    while number < 3 or (time.monotonic() - began < 10 and number < 12):
        story.play(number)
        number += 1
    stop.set()
    thread.join()
    for node in tree.nodes.values():
        nodes.wait(f"node {node.name} to be itself again", node.ready, 30)
    tree.settled(40)
    total = 0
    for node in tree.nodes.values():
        total += one_transaction(node)
        reply_and_event(node)
        who_and_when(node)
        followers_move_with_what_they_did(node)
        node.verify()
    print(f"{number} stories; {total} rows, each in its event's transaction")
