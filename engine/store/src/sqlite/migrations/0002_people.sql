-- Format 2: people, sessions, stations, and what a token may do.

-- Tokens that were made before there were scopes could do everything, and go on so; a new one names its own.
ALTER TABLE token ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]';
UPDATE token SET scopes = '["read","work","supervise","author","admin"]';

-- `roles` and `rights` are JSON lists; `password` and `pin` slow hashes.
CREATE TABLE person (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    roles         TEXT    NOT NULL,
    rights        TEXT    NOT NULL,
    language      TEXT,
    password      TEXT,
    pin           TEXT,
    badge         BLOB,
    active        INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX person_by_badge ON person (badge) WHERE badge IS NOT NULL;

CREATE TABLE session (
    hash          BLOB    NOT NULL PRIMARY KEY,
    person        TEXT    NOT NULL,
    station       TEXT,
    created_at_ms INTEGER NOT NULL,
    seen_at_ms    INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_person ON session (person);

-- `made_by` is the person or token that made this browser a station.
CREATE TABLE enrolment (
    id      TEXT    NOT NULL PRIMARY KEY,
    hash    BLOB    NOT NULL,
    station TEXT    NOT NULL,
    made_by TEXT    NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
    name  TEXT NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
