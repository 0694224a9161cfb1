#!/usr/bin/python3
"""behalf - a district lets its province act for it: granted, used, marked and listed at both nodes, ended; what is forged is parked

shows: T4 I4
cost: wait 14
area: trust
"""
import json

import nodes

def activity(number):
    """An activity of the district's office, like no other."""
    return {"organisation": district.organisation(), "title": f"Pameran {number} (contoh)", "kind": "fair", "place": {"name": f"Lapangan {number}", "region": "62.71"},
            "start": "2023-02-10T01:00:00Z", "end": "2023-02-10T09:00:00Z", "zone": "Asia/Jakarta"}


def forged(province, body, **members):
    """The province's DBA writes an event that its daemon never made; the relay seals and sends it."""
    event = {**body, "id": nodes.uuid7(province.now_ms()), **members}
    event["subject"] = members.get("subject", f"activity/{nodes.uuid7(province.now_ms())}")
    event["refs"] = f"grant/{event['behalf']}" if event["behalf"] else None
    data = {**event.pop("data"), "place": {"name": event["id"], "region": "62.71"}}
    order = ["specversion", "id", "source", "type", "time", "region", "subject", "version", "refs", "lane", "route", "principal", "person", "organisation", "behalf", "key", "cause", "request"]
    text = json.dumps({**{name: event[name] for name in order if event[name]}, "data": data}, separators=(",", ":"), ensure_ascii=False)
    province.sql(f"""INSERT INTO journal.event (id, type, source, region, subject, version, refs, lane, route, principal, cause, time, body)
        SELECT (e->>'id')::uuid, e->>'type', e->>'source', e->>'region', e->>'subject', (e->>'version')::bigint, e->>'refs', e->>'lane', e->>'route',
               (e->>'principal')::uuid, (e->>'cause')::uuid, (e->>'time')::timestamptz, e FROM (SELECT $body${text}$body$::json AS e) AS made""", role="scheduling")
    return event["id"]


def told(province, grant, fake, **members):
    """The province's DBA writes a permission for itself after one of the district, as if no person had said it."""
    event = json.loads(grant)
    event |= {"id": nodes.uuid7(province.now_ms()), "source": "62-1", "subject": f"grant/{fake}"}
    del event["principal"]
    data = event.pop("data")
    text = json.dumps({**event, **members, "data": data}, separators=(",", ":"), ensure_ascii=False)
    province.sql(f"""INSERT INTO journal.event (id, type, source, region, subject, version, refs, lane, route, cause, time, body)
        SELECT (e->>'id')::uuid, e->>'type', e->>'source', e->>'region', e->>'subject', 1, e->>'refs', e->>'lane', e->>'route', (e->>'cause')::uuid, (e->>'time')::timestamptz, e FROM (SELECT $body${text}$body$::json AS e) AS made""", role="registry")


def parked(node, event, code):
    """The event is parked there for this reason, and has made no activity."""
    node.until(f"SELECT EXISTS (SELECT FROM scheduling.parked WHERE id = '{event}' AND code = '{code}')")


with nodes.Tree(("62", "62.71")) as tree:
    tree.up()
    province, district = tree["62"], tree["62.71"]
    leader, planner = district.principal("leader", ["leader"]), district.principal("planner", ["secretariat"])
    clerk, other = province.principal("clerk", ["clerk", "secretariat"]), province.principal("other", ["clerk"])
    district.until(f"SELECT EXISTS (SELECT FROM registry.person WHERE person = '{clerk.person}')")
    province.until(f"SELECT EXISTS (SELECT FROM scheduling.organisation WHERE organisation = '{district.organisation()}')")
    # Without a permission the region is elsewhere, and nobody is permitted by himself.
    own = planner.ok("activity_propose", activity(1))["activity"]
    clerk.refused("missing", "region.elsewhere", "activity_propose", activity(2), region="62.71")
    clerk.refused("denied", "behalf.unknown", "activity_propose", activity(2), region="62.71", behalf=nodes.uuid7(province.now_ms()))
    asked = {"node": "62-1", "principal": clerk.principal, "person": clerk.person, "to": "2023-03-01T00:00:00Z", "reason": "Jaringan kantor rusak karena banjir"}
    planner.refused("denied", "role.not_allowed", "behalf_grant", asked)
    leader.refused("denied", "behalf.giver_is_taker", "behalf_grant", {**asked, "person": leader.person})
    strange = leader.ok("behalf_grant", {**asked, "person": other.person})["grant"]
    narrow = leader.ok("behalf_grant", {**asked, "messages": ["activity_propose"]})["grant"]
    wide = leader.ok("behalf_grant", asked)["grant"]
    province.until("SELECT count(*) = 3 FROM directory.grant_behalf")
    # It is for one principal and what it names, and a new record is made under it.
    other.refused("denied", "behalf.unknown", "activity_propose", activity(2), region="62.71", behalf=narrow)
    clerk.refused("denied", "behalf.not_covered", "venue_register", {"name": "Gedung", "zone": "Asia/Jakarta"}, region="62.71", behalf=narrow)
    # What is personal is collected by the region's own node: elsewhere nobody could read it.
    owner = {"name": "Rotan (contoh)", "owner": {"name": "Contoh Pemilik"}, "kbli": ["16291"], "village": "62.71.03.1002", "size": {"basis": "sales", "amount": 1}}

    def answer():
        return clerk.call("business_register", owner, region="62.71", behalf=wide)["data"].get("code")
    nodes.wait("the registry to know of the permission", lambda: answer() != "behalf.unknown")
    assert answer() == "behalf.personal", answer()
    assert province.value("SELECT count(*) FROM registry.personal") == "0"
    made = clerk.ok("activity_propose", activity(2), region="62.71", behalf=narrow)["activity"]
    event = f"SELECT count(*) = 1 FROM audit.behalf_act WHERE subject = 'activity/{made}' AND source = '62-1' AND grant_id = '{narrow}' AND person = '{clerk.person}'"
    for node in (province, district):
        node.until(event)
        node.until(f"SELECT count(*) = 1 FROM scheduling.activity WHERE region = '62.71' AND activity = '{made}'")
    listed = leader.ok("behalf_list", {"grant": narrow})["grants"]
    assert [(g["state"], g["acts"], g["latest"][0]["subject"]) for g in listed] == [("in_force", 1, f"activity/{made}")], listed
    assert district.sinergi("rights", "--message", "activity_propose").count("planner") == 1
    assert narrow in province.sinergi("rights", "--of", "clerk"), "the permission is no right of the clerk"
    # It says who answers for that principal: one who gave the permission, or will judge the act, cannot be hidden behind another.
    clerk.refused("denied", "behalf.unknown", "activity_propose", activity(5), region="62.71", behalf=strange)
    # What the district holds is changed by its node alone: also what was begun for it.
    province.until(f"SELECT count(*) = 1 FROM scheduling.activity WHERE activity = '{own}'")
    before = province.sql("SELECT * FROM scheduling.activity ORDER BY activity")
    cancel = {"reason": "Hujan"}
    for activity_id in (own, made):
        clerk.refused("conflict", "behalf.held_elsewhere", "activity_cancel", {"activity": activity_id, **cancel}, region="62.71", behalf=wide)
    assert province.sql("SELECT * FROM scheduling.activity ORDER BY activity") == before, "a refused act has changed the province's copy"
    planner.ok("activity_cancel", {"activity": made, **cancel})
    province.until(f"SELECT state = 'cancelled' FROM scheduling.activity WHERE activity = '{made}'")
    # Forged: another principal's, a permission that the province gives itself, and one that is not here yet waits.
    body = json.loads(province.value(f"SELECT body FROM journal.event WHERE subject = 'activity/{made}' AND version = 1"))
    parked(district, forged(province, body, principal=other.principal), "behalf.unknown")
    parked(district, forged(province, body, person=other.person), "behalf.unknown")
    parked(district, forged(province, body, behalf=strange), "behalf.unknown")
    parked(district, forged(province, body, behalf=narrow, type="activity_cancelled"), "schema.required")
    parked(district, forged(province, body, behalf=None), "behalf.missing")
    # What waits for a permission of no possible name waits alone: one that comes is found all the same.
    later = nodes.uuid7(province.now_ms())
    grant = province.value(f"SELECT body FROM journal.event WHERE subject = 'grant/{wide}'")
    told(province, grant, nodes.uuid7(province.now_ms()), refs="grant/nobody")
    told(province, grant, nodes.uuid7(province.now_ms()), behalf=later)
    district.until("SELECT count(*) = 2 FROM registry.held WHERE waits LIKE 'grant/%'")
    waiting = forged(province, body, behalf=later)
    district.until(f"SELECT EXISTS (SELECT FROM scheduling.held WHERE id = '{waiting}' AND waits = 'grant/{later}')")
    district.sql(f"INSERT INTO directory.grant_behalf (grant_id, region, node, principal, valid_from, valid_to, version, person, giver) VALUES ('{later}', '62.71', '62-1', '{clerk.principal}', '2023-01-01', '2023-03-01', 1, '{clerk.person}', '{leader.person}')", role="registry")
    district.until(f"SELECT NOT EXISTS (SELECT FROM scheduling.held WHERE id = '{waiting}') AND NOT EXISTS (SELECT FROM scheduling.parked WHERE id = '{waiting}')")
    district.until("SELECT count(*) = 1 FROM registry.held WHERE waits LIKE 'grant/%'")
    fake = nodes.uuid7(province.now_ms())
    told(province, grant, fake)
    district.until(f"SELECT EXISTS (SELECT FROM registry.parked WHERE subject = 'grant/{fake}' AND code = 'behalf.not_served')")
    # Taken back, it ends where it was given at once and at the province when that hears of it; a date ends it without a word.
    leader.ok("behalf_withdraw", {"grant": narrow, "reason": "Jaringan pulih"})
    province.until(f"SELECT revoked_at IS NOT NULL FROM directory.grant_behalf WHERE grant_id = '{narrow}'")
    clerk.refused("denied", "behalf.ended", "activity_propose", activity(3), region="62.71", behalf=narrow)
    late = forged(province, body, time=district.value("SELECT to_char(revoked_at AT TIME ZONE 'UTC' + interval '1 s', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
                                                      f" FROM directory.grant_behalf WHERE grant_id = '{narrow}'"))
    parked(district, late, "behalf.ended")
    clerk.ok("activity_propose", activity(3), region="62.71", behalf=wide)
    for node in (province, district):
        node.clock("2023-03-01T00:00:00.000Z")
    clerk.refused("denied", "behalf.ended", "activity_propose", activity(4), region="62.71", behalf=wide)
    states = {g["grant"]: g["state"] for g in leader.ok("behalf_list", {})["grants"]}
    assert (states[narrow], states[wide]) == ("withdrawn", "ended"), states
    # What was sealed is kept, and what names a permission of which the journal has no word of the district is noted: the province's own word is none.
    forged(province, body, behalf=fake)
    tree.settled()
    for node in (province, district):
        notes = json.loads(node.sinergi("verify", "--json"))["notes"]
        assert len(notes) == 2 and all("of node 62-1 for region 62.71 name" in note for note in notes) and {later, fake} == {note.split(" name permission ")[1][:36] for note in notes}, notes
    print("acts on behalf were begun at the province, marked and listed at both nodes, and ended; what was forged did nothing")
