#!/usr/bin/python3
"""law_08_text_integers_utc - 62.10 stays 62.10, 9,999,999,999,999,999 rupiah stay that, an instant stays that instant, here and at the centre

shows: law-8 S1 R1
cost: wait 8
area: spine registry
"""
import json

import nodes

MOST = 9999999999999999


def columns_have_right_types(node):
    """No floating money, no numeric code, no time without a zone in any table of ours."""
    wrong = node.sql("""SELECT table_schema || '.' || table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
        WHERE table_schema IN ('directory', 'registry', 'scheduling', 'reporting', 'relay', 'journal', 'audit', 'published')
          AND (data_type IN ('real', 'double precision', 'money', 'timestamp without time zone', 'time without time zone')
               OR (column_name ~ '^(region|regions|code|place_region|addressee|addressees|kbli|nib|village|parent|indicator)$'
                   AND data_type NOT IN ('text', 'ARRAY', 'uuid', 'USER-DEFINED')))""")
    assert not wrong, wrong


def codes_stay_text(centre, node):
    """62.10 is not 62.1, as text in requests, rows, events and replies."""
    made = node.client().ok("organisation_register", {"name": "Dinas Gunung Mas (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}, region="62.10")
    for there in (node, centre):
        there.until(f"SELECT count(*) = 1 FROM registry.organisation WHERE region = '62.10' AND organisation = '{made['organisation']}'")
        assert there.value(f"SELECT body->>'region' FROM journal.event WHERE subject = 'organisation/{made['organisation']}'") == "62.10"
    body = {"name": "Dinas (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}
    for region, code in (("62.1", "schema.pattern"), ("6210", "schema.pattern"), ("62.100", "schema.maxLength"), ("62.99", "region.unknown"), ("62. 1", "schema.pattern")):
        reply = node.client().call("organisation_register", body, region=region)
        assert reply["data"]["code"] in (code, "schema.maxLength", "schema.pattern"), (region, reply)
        assert reply["status"] in ("invalid", "missing")
    for number in ("62.10", "62"):
        frame = json.dumps(node.client().request("organisation_register", body, region="@")).replace('"@"', number).encode()
        reply = json.loads(node.client().raw("registry", frame))
        assert reply["status"] == "invalid" and reply["data"]["code"] == "schema.type", (number, reply)
    business = {"name": "Usaha (contoh)", "owner": {"name": "Contoh"}, "kbli": ["01111"], "nib": "0120000000001", "village": "62.10.01.1001", "size": {"basis": "sales", "amount": 1}}
    clerk = node.principal("clerk", ["clerk"])
    clerk.ok("business_register", business, region="62.10")
    centre.until("SELECT kbli = '{01111}' AND nib = '0120000000001' AND village = '62.10.01.1001' FROM registry.business")
    return clerk


def rupiah_are_whole(centre, node, clerk):
    activity = clerk.ok("activity_propose", {
        "organisation": node.organisation(), "title": "Pasar (contoh)", "kind": "fair", "place": {"name": "Lapangan", "region": "62"},
        "start": "2023-01-20T01:00:00Z", "end": "2023-01-24T12:00:00.123Z", "zone": "Asia/Jayapura"})["activity"]
    takings = [{"label": "Satu", "amount": MOST}, {"label": "Dua", "amount": MOST}, {"label": "Tiga", "amount": 1}]
    day = {"activity": activity, "day": "2023-01-21", "takings": takings, "visitors": 1}
    reply = clerk.ok("activity_record_day", day)
    assert reply["total"] == 2 * MOST + 1, reply
    for there in (node, centre):
        there.until(f"SELECT total = {2 * MOST + 1} FROM scheduling.activity_day WHERE activity = '{activity}'")
        body = there.value(f"SELECT body::text FROM journal.event WHERE cause IN (SELECT message FROM scheduling.activity_day WHERE activity = '{activity}')")
        assert f'"amount":{MOST}' in body.replace(" ", "") and "e+" not in body.lower(), body
    # one rupiah more, half a rupiah, a text, more than 64 bits, below zero
    for amount, code in ((str(MOST + 1), "schema.maximum"), ("0.5", "schema.type"), ('"1"', "schema.type"), ("123456789012345678901234567890", "message.number_too_large"),
                         ("-1", "schema.minimum"), ("1e400", "message.number_too_large")):
        request = clerk.request("activity_record_day", {**day, "day": "2023-01-22", "takings": [{"label": "Satu", "amount": "@"}]})
        reply = json.loads(clerk.raw("scheduling", json.dumps(request).replace('"@"', amount).encode()))
        assert reply["status"] == "invalid", (amount, reply)
        assert reply["data"]["code"] == code, (amount, reply)
    return activity


def instants_stay(centre, node, clerk, activity):
    """Stored in UTC with the zone beside it; whatever zone a session has, it is the same instant."""
    for there in (node, centre):
        for zone in ("UTC", "Asia/Jayapura", "America/New_York"):
            row = there.sql(f"SET timezone = '{zone}'; SELECT extract(epoch FROM start_at)::bigint, extract(epoch FROM end_at)::numeric(20,3), zone FROM scheduling.activity WHERE activity = '{activity}'")[-1]
            assert row == ["1674176400", "1674561600.123", "Asia/Jayapura"], (there.name, zone, row)
    times = node.sql("SELECT body->>'time' FROM journal.event") + node.sql("SELECT body->>'time' FROM journal.reply")
    assert all(len(time) == 24 and time.endswith("Z") for (time,) in times), "a time is not UTC with milliseconds"
    for start in ("2023-01-20T08:00:00+07:00", "2023-01-20 01:00:00Z", "2023-01-20T01:00:00", "2023-02-30T01:00:00Z"):
        reply = clerk.call("activity_propose", {
            "organisation": node.organisation(), "title": "Pasar", "kind": "fair", "place": {"name": "Lain", "region": "62"},
            "start": start, "end": "2023-03-24T12:00:00Z", "zone": "Asia/Jakarta"})
        assert reply["status"] == "invalid" and reply["data"]["errors"][0]["at"].startswith("/data/start" if reply["data"]["errors"][0]["at"].startswith("/data") else "/start"), (start, reply)


with nodes.Tree(("00", "62")) as tree:
    tree.up()
    columns_have_right_types(tree["62"])
    someone = codes_stay_text(tree["00"], tree["62"])
    instants_stay(tree["00"], tree["62"], someone, rupiah_are_whole(tree["00"], tree["62"], someone))
    print("codes, rupiah and instants arrive as they were given")
