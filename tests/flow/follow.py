#!/usr/bin/python3
"""follow - a daemon's follower applies, holds, parks and remembers, on a real database and with batches as the relay packs them

shows: M3 M5 law-2 law-3 law-4 M4 M7
cost: cpu 15
preset: asan
"""
import json
import subprocess
import time

from follower import Demo, NOTES, REGION, number

demo = Demo()


def same(query, expected, what):
    """Compare what a query gives."""
    found = demo.value(query)
    assert found == expected, f"{what}: {found!r} instead of {expected!r}"


def thing(n):
    return f"thing/{number(n)}"


def many_are_one_call():
    demo.apply(*[demo.event("thing_made", thing(i), 1, number=100) for i in range(1000)])
    same("SELECT count(*) FROM scheduling.thing", "1000", "things")
    same("SELECT statement, events FROM scheduling.call ORDER BY 1", "fold_thing_made|1000\non_thing_made|1000", "calls")
    same("SELECT count(*), min(version), max(version) FROM scheduling.applied", "1000|1|1", "applied")
    same("SELECT leaf FROM scheduling.cursor WHERE lane = 'normal'", "1000", "cursor")
    demo.apply(upto=demo.leaf + 500)
    same("SELECT leaf FROM scheduling.cursor WHERE lane = 'normal'", "1500", "a batch without events moves the cursor")


def twice_is_once():
    events = [demo.event("thing_renumbered", thing(i), 2, number=200) for i in range(5)]
    demo.drive(demo.batch(*events) + demo.batch(*events, *events))
    same("SELECT DISTINCT versions FROM scheduling.thing WHERE number = 200", "1,2", "versions")
    same("SELECT sum(events) FROM scheduling.call WHERE statement = 'on_thing_renumbered'", "5", "applied once")


def versions_come_in_any_order():
    a, b = thing(2000), thing(2001)
    demo.drive(demo.batch(demo.event("thing_renumbered", a, 3, number=3), demo.event("thing_renumbered", b, 2, number=2))
               + demo.batch(demo.event("thing_renumbered", a, 4, number=4)))
    same("SELECT subject, version, waits = subject FROM scheduling.held ORDER BY 1, 2", f"{a}|3|t\n{a}|4|t\n{b}|2|t", "held")
    # 2 is only counted here: the service has no statement for it, but its versions have no gap
    demo.apply(demo.event("thing_made", a, 1, number=1), demo.event("thing_passed", a, 2, number=2), demo.event("thing_made", b, 1, number=1))
    same(f"SELECT number, versions FROM scheduling.thing WHERE id IN ('{number(2000)}', '{number(2001)}') ORDER BY id",
         "4|1,3,4\n2|1,2", "in order")
    same("SELECT count(*) FROM scheduling.held", "0", "held afterwards")
    demo.apply(*[demo.event("thing_made", thing(2002), 1, number=1)]
               + [demo.event("thing_renumbered", thing(2002), v, number=v) for v in (4, 3, 2, 5)])
    same(f"SELECT versions FROM scheduling.thing WHERE id = '{number(2002)}'", "1,2,3,4,5", "within one batch")


def references_are_waited_for():
    part, later = f"part/{number(3000)}", thing(3001)
    demo.apply(demo.event("part_made", part, 1, refs=f"note/{number(1)} {thing(1)} {later}", thing=number(3001)))
    same("SELECT subject, waits FROM scheduling.held", f"{part}|{later}", "held")
    demo.apply(demo.event("thing_made", later, 1, number=1))
    same("SELECT (SELECT count(*) FROM scheduling.held), (SELECT count(*) FROM scheduling.part)", "0|1", "woken")
    for i in range(300):
        demo.made += 1
    late = [demo.event("part_made", f"part/{number(3100 + i)}", 1, refs=thing(3099), thing=number(3099)) for i in range(300)]
    demo.drive(demo.batch(*late) + demo.batch(demo.event("thing_made", thing(3099), 1, number=1)))
    same("SELECT (SELECT count(*) FROM scheduling.held), (SELECT count(*) FROM scheduling.part)", "0|301", "three hundred woken")


def what_cannot_be_applied_is_parked_alone():
    events = [demo.event("thing_made", thing(4000 + i), 1, number=1000000 if i == 37 else 1) for i in range(100)]
    events.insert(50, demo.event("thing_renumbered", thing(4037), 2, number=5))
    log = demo.apply(*events)
    same(f"SELECT count(*) FROM scheduling.thing WHERE id BETWEEN '{number(4000)}' AND '{number(4099)}'", "99", "the others")
    same("SELECT subject, type FROM scheduling.parked", f"{thing(4037)}|thing_made", "parked")
    same("SELECT subject, waits FROM scheduling.held", f"{thing(4037)}|{thing(4037)}", "its dependent is held")
    assert "thing_made" in log and "parked=yes" in log and "1000000" not in log, log
    demo.apply(demo.event("thing_made", thing(4200), 1, number=13),
               demo.event("thing_made", thing(4201), 1, numbr=1), demo.event("thing_made", thing(4202), 1, number=14))
    same("SELECT subject, code FROM scheduling.parked WHERE code IN ('thing.unlucky', 'schema.required') ORDER BY 1",
         f"{thing(4200)}|thing.unlucky\n{thing(4201)}|schema.required", "refused and malformed")
    same(f"SELECT number FROM scheduling.thing WHERE id = '{number(4202)}'", "14", "the next one")
    demo.apply(*[demo.event("thing_made", thing(4300 + i), 1, number=1000000) for i in range(60)])
    same("SELECT count(*) FROM scheduling.parked", "63", "all of a batch parked")


def a_newer_release_takes_what_was_parked():
    demo.value("ALTER TABLE scheduling.thing DROP CONSTRAINT thing_number_low")
    demo.apply()
    same("SELECT count(*) FROM scheduling.parked", "2", "still parked")
    same(f"SELECT number, versions FROM scheduling.thing WHERE id = '{number(4037)}'", "5|1,2", "with its dependent")
    same("SELECT count(*) FROM scheduling.held", "0", "held")


def events_are_made_once():
    first = demo.event("thing_made", thing(5000), 1, number=7)
    demo.drive(demo.batch(first))
    same("SELECT type, source, region, subject, cause::text, principal IS NULL FROM journal.event",
         f"thing_seen|62.71-1|{REGION}|sight/{number(5000)}|{json.loads(first)['id']}|t", "made")
    demo.value("DELETE FROM scheduling.applied WHERE subject = '%s'; DELETE FROM scheduling.thing WHERE id = '%s'"
               % (thing(5000), number(5000)))
    demo.apply(first)
    same("SELECT count(*) FROM journal.event", "1", "made again is the same event")


def receipts_are_given():
    wanted = {"members": {"receipt": "applied"}}
    demo.apply(demo.event("thing_made", thing(6000), 1, source="00-1", number=1, **wanted),
               demo.event("thing_made", thing(6001), 1, source="64.72-1", number=13, **wanted),
               demo.event("thing_made", thing(6002), 1, source="62.71-1", number=1, **wanted))
    same("SELECT route, body->'data'->>'result', body->'data'->>'code' FROM journal.event WHERE type = 'receipt_given' ORDER BY 1",
         "root addressed|applied|\nroot addressed:64.72|parked|thing.unlucky", "receipts")


def own_events_are_there_already():
    demo.value("DELETE FROM scheduling.call WHERE statement LIKE '%thing%'")
    demo.apply(demo.event("thing_made", thing(7000), 1, source="62.71-1", number=1))
    same("SELECT statement, events FROM scheduling.call WHERE statement LIKE '%thing%'", "fold_thing_made|1", "calls for an own event")
    demo.drive(demo.batch(demo.event("thing_made", thing(7001), 1, source="62.71-1", number=1)), "rebuild")
    same(f"SELECT count(*) FROM scheduling.thing WHERE id = '{number(7001)}'", "1", "in a rebuild they are applied")


def a_filter_that_grew_is_caught_up():
    notes = [demo.event("note_taken", f"note/{number(i)}", 1, source="62.71-1", number=i) for i in range(1, 601)]
    for i, note in enumerate(notes):
        if i < 5 or i > 590:
            demo.journal(note, 10 + i)
    demo.statement("on_note_taken", NOTES)
    demo.statement("fold_thing_passed", NOTES)
    demo.journal(demo.event("thing_passed", thing(2000), 2, number=77), 900)
    demo.apply(demo.event("note_taken", f"note/{number(9000)}", 1, source="62.71-1", number=9000))
    same("SELECT count(*), sum(number) FILTER (WHERE number < 77 OR number > 77) FROM scheduling.note",
         f"{5 + 9 + 2}|{sum(range(1, 6)) + sum(range(592, 601)) + 9000}", "notes of before and after")
    same("SELECT DISTINCT filter FROM scheduling.cursor", "note_taken part_made thing_made thing_passed thing_renumbered trial_made", "filter")
    demo.apply()
    same("SELECT count(*) FROM scheduling.note", "16", "once")


def what_passes_by_is_tried_again():
    for n in (1, 2):
        log = demo.apply(demo.event("trial_made", f"trial/{number(n)}", 1, number=n))
        assert log.count("status=retry") == 3, log
        same(f"SELECT events FROM scheduling.call WHERE statement = 'on_trial_made' OFFSET {n - 1}", "1", "calls that count")
    same("SELECT count(*) FROM scheduling.parked", "3", "parked")


def a_lost_connection_loses_nothing():
    text = demo.batch(demo.event("trial_made", f"trial/{number(3)}", 1, number=3), demo.event("thing_made", thing(8500), 1, number=1))
    with subprocess.Popen(demo.command(), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as drive:
        drive.stdin.write(text)
        drive.stdin.close()
        deadline = time.monotonic() + 20
        kill = ("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'scheduling follower'"
                " AND wait_event = 'PgSleep'")
        while demo.value(kill) != "1":
            assert time.monotonic() < deadline, "the statement does not begin"
        assert drive.wait(30) == 0, drive.stderr.read()
    same(f"SELECT version FROM scheduling.applied WHERE subject IN ('{thing(8500)}', 'trial/{number(3)}')", "1\n1", "applied after all")
    same("SELECT sum(events) FROM scheduling.call WHERE statement = 'on_trial_made'", "3", "once")


def a_statement_without_a_contract_ends_the_start():
    demo.statement("on_thing_lost", NOTES)
    done = subprocess.run(demo.command(), input="", text=True, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1 and "no contract declares the event thing_lost" in done.stderr, done.stderr


def one_of_two_processes_follows():
    text = demo.batch(demo.event("thing_made", thing(8000), 1, number=1))
    with subprocess.Popen(demo.command(), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        first.stdin.write("hold\n")
        first.stdin.flush()
        deadline = time.monotonic() + 20
        while demo.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") != "1":
            assert time.monotonic() < deadline, "the first process takes no lock"
        with subprocess.Popen(demo.command(), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as second:
            second.stdin.write(text)
            second.stdin.close()
            while demo.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'scheduling follower'") != "2":
                assert time.monotonic() < deadline, "the second process does not connect"
            same(f"SELECT count(*) FROM scheduling.thing WHERE id = '{number(8000)}'", "0", "while the first one follows")
            first.kill()
            assert second.wait(30) == 0, second.stderr.read()
    same(f"SELECT count(*) FROM scheduling.thing WHERE id = '{number(8000)}'", "1", "once the first one is gone")


try:
    for part in (many_are_one_call, twice_is_once, versions_come_in_any_order, references_are_waited_for,
                 what_cannot_be_applied_is_parked_alone, a_newer_release_takes_what_was_parked, events_are_made_once,
                 receipts_are_given, what_passes_by_is_tried_again, own_events_are_there_already, a_filter_that_grew_is_caught_up, a_lost_connection_loses_nothing,
                 one_of_two_processes_follows, a_statement_without_a_contract_ends_the_start):
        part()
        print(part.__name__.replace("_", " "))
finally:
    demo.end()
