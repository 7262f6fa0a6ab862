#!/usr/bin/env python3
"""Checks a Gemba record with nothing but Python's own library, by FORMAT.md: hashes, container, journal chain, signatures.
It does not replay the journal: that needs the kernel, and `gemba verify` does it."""
import hashlib
import json
import struct
import sys
import uuid
import zipfile


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def check_record(data):
    record = json.loads(data)
    assert record["format"] == "gemba-record" and record["format_version"] == 1, "another format"
    for row in record["definitions"]:
        assert sha256(row["source"].encode()) == row["sha256"], "a definition was changed"
    run, head = record["run"], bytes(32)
    for place, entry in enumerate(record["journal"], 1):
        assert entry["seq"] == place, f"journal: entry {place} is missing"
        link = head + uuid.UUID(run["id"]).bytes + struct.pack(">Qq", entry["seq"], entry["at_ms"])
        head = hashlib.sha256(link + entry["body"].encode()).digest()
        assert head.hex() == entry["hash"], f"journal: entry {place} was changed"
    assert head.hex() == run["head"] and len(record["journal"]) == run["entries"], "the journal was cut off"
    facts = [(e["seq"], f) for e in record["journal"] for f in json.loads(e["body"]).get("facts", [])]
    told = [(line["seq"], fact) for line in record["timeline"] for fact in line["facts"]]
    assert facts == told, "the timeline is not what the journal tells"
    answered = {seq: f["kind"] for seq, f in facts if f["kind"]["what"] == "task_completed"}
    for answer in record["answers"]:
        kind = answered[answer["seq"]]
        assert (answer["answers"], answer["verdicts"]) == (kind["answers"], kind["verdicts"]), "an answer was changed"
    assert all(signed["seq"] in answered for signed in record["signatures"]), "a signature without answers"
    return record


def main(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, "the container is damaged"
        parts = {name: archive.read(name) for name in archive.namelist()}
    lines = parts.pop("MANIFEST").decode().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert listed == {name: sha256(data) for name, data in parts.items()}, "a part is not what the manifest says"
    record = check_record(parts["record.json"])
    for file in record["files"]:
        assert file["part"] is None or sha256(parts[file["part"]]) == file["sha256"], "a file was changed"
    for called in record["called"]:
        if called["record_sha256"]:
            data = parts[f"called/{called['run']}.json"]
            assert sha256(data) == called["record_sha256"], "the record of a called run was changed"
            assert check_record(data)["run"]["head"] == called["head"], "another run"
    own = sha256(parts["record.json"])
    assert own.encode() in parts["record.html"] and own.encode() in parts["record.pdf"], "HTML or PDF of another record"
    print("whole:", own, "signatures:", [(s["person"], s["meaning"], s["confirmed"]) for s in record["signatures"]])


main(sys.argv[1])
