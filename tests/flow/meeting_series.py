#!/usr/bin/python3
"""meeting_series - a Rakor of the centre with answers, attendance, minutes and decisions, its link to the province down in the midst; the province's next meeting of the series carries what is open

shows: D1 D6
cost: wait 12
area: scheduling
"""
import nodes

TABLES = ("meeting", "meeting_version", "meeting_answer", "attendance", "minutes", "decision", "decision_version")


def carried(client, meeting):
    """What a meeting's agenda carries: title, owner, age, where it was decided."""
    reply = client.ok("meeting_get", {"meeting": meeting})
    return reply["carried_count"], [(line["title"], line["owner"]["name"], line["age_days"], line["meeting"]) for line in reply["carried"]]


def rakor(centre, province, leader, sekda, agency):
    """The Rakor of 2 February; its meeting and its decision for the province."""
    words = {"agenda": ["Kesiapan provinsi", "Arahan"], "start": "2023-02-02T02:00:00Z", "end": "2023-02-02T05:00:00Z", "zone": "Asia/Jakarta", "link": "https://rapat.contoh.go.id/1"}
    meeting = leader.ok("meeting_call", {**words, "title": "Rakor (contoh)", "to": {"tier": "province"}})["meeting"]
    province.until(f"SELECT count(*) = 1 FROM scheduling.meeting WHERE meeting = '{meeting}'")
    assert sekda.ok("task_list", {"kind": "respond"})["counts"] == {"respond": 1}
    sekda.ok("meeting_respond", {"meeting": meeting, "offices": [
        {"office": "Sekretaris Daerah", "answer": "represented", "by": {"office": "Asisten Ekobang", "person": "Leonard S. Ampung"}},
        {"office": "Kepala Dinas", "organisation": agency, "answer": "coming"}]})
    centre.until(f"SELECT count(*) = 1 FROM scheduling.meeting_answer WHERE meeting = '{meeting}'")
    centre.clock("2023-02-02T02:00:00.000Z")
    keeper = province.hold("relay")
    leader.ok("meeting_attend", {"meeting": meeting, "entries": [
        {"region": "62", "organisation": agency, "person": "Leonard S. Ampung", "office": "Asisten Ekobang"},
        {"region": "63", "agency": "Setda Kalsel (contoh)", "person": "Peserta (contoh)"}]})
    leader.ok("meeting_minute", {"meeting": meeting, "text": "Dipimpin Deputi.", "points": [{"topic": "Arahan OJK", "text": "Isi April sampai Juni."}]})
    record = lambda title, owner: leader.ok("decision_record", {"meeting": meeting, "title": title, "owner": owner, "due_at": "2023-03-31T17:00:00Z"})["decision"]
    decision = record("Satu rangkaian kegiatan", {"region": "62", "organisation": agency})
    record("Rangkaian Kalsel", {"region": "63"})
    assert leader.ok("meeting_close", {"meeting": meeting, "outcome": "held"})["open"] == 2
    assert province.value("SELECT count(*) FROM scheduling.attendance") == "0", "attendance has passed a relay that is down"
    province.release(keeper)
    province.until(f"SELECT count(*) = 1 FROM scheduling.meeting WHERE meeting = '{meeting}' AND state = 'held'", 40)
    province.until("SELECT count(*) = 2 FROM scheduling.decision", 40)
    print("the Rakor is over; what was recorded while the link was down has arrived")
    return meeting, decision


def follow_up(tree, first, decision, leader, sekda):
    """The province's meeting of 30 March follows the centre's: it carries the province's decision until the centre closes it."""
    centre, province, district = tree["00"], tree["62"], tree["62.71"]
    meeting = sekda.ok("meeting_call", {"title": "Rakor tindak lanjut (contoh)", "agenda": ["Daftar kegiatan"], "start": "2023-03-30T02:00:00Z", "end": "2023-03-30T05:00:00Z",
                                        "zone": "Asia/Jakarta", "place": "Kantor Gubernur", "to": {"regions": ["62.71"]}, "follows": first})
    assert meeting["series"] == first
    for node in tree.nodes.values():
        node.clock("2023-03-29T06:00:00.000Z")
    assert carried(sekda, meeting["meeting"]) == (1, [("Satu rangkaian kegiatan", "Dinas Pariwisata (contoh)", 55, first)]), carried(sekda, meeting["meeting"])
    district.until("SELECT count(*) = 1 FROM scheduling.meeting")
    remote = district.principal("leader_6271", ["leader", "secretariat"])
    remote.ok("meeting_respond", {"meeting": meeting["meeting"], "offices": [{"office": "Wali Kota", "answer": "coming"}]})
    for node in (province, centre):
        node.until("SELECT count(*) = 1 FROM scheduling.meeting_answer WHERE region = '62.71'")
    leader.refused("denied", "decision.closer_is_recorder", "decision_close", {"decision": decision, "outcome": "done", "done": "Selesai."})
    other = centre.principal("other_00", ["secretariat"])
    other.ok("decision_close", {"decision": decision, "outcome": "done", "done": "Rangkaian diterima.", "closed_in": meeting["meeting"]})
    province.until(f"SELECT state = 'done' FROM scheduling.decision WHERE decision = '{decision}'")
    assert carried(sekda, meeting["meeting"]) == (0, [])
    print("the open decision stood on the province's agenda with its age and owner, until the centre closed it")


with nodes.Tree() as tree:
    tree.up()
    first_leader = tree["00"].principal("leader_00", ["leader", "secretariat"])
    first_sekda = tree["62"].principal("leader_62", ["leader", "secretariat"])
    tourism = tree["62"].organisation("Dinas Pariwisata (contoh)")
    tree["00"].until(f"SELECT count(*) = 1 FROM scheduling.organisation WHERE organisation = '{tourism}'")
    made, decided = rakor(tree["00"], tree["62"], first_leader, first_sekda, tourism)
    follow_up(tree, made, decided, first_leader, first_sekda)
    tree.settled()
    for name in TABLES:
        held = [node.sql(f"SELECT to_jsonb(t) FROM scheduling.{name} t ORDER BY 1") for node in (tree["00"], tree["62"])]
        assert held[0] == held[1] and held[0], f"scheduling.{name} differs: {held}"
    for each in tree.nodes.values():
        assert each.value("SELECT (SELECT count(*) FROM scheduling.held) + (SELECT count(*) FROM scheduling.parked)") == "0"
        print(each.verify().strip())
