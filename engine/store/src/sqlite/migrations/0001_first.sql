-- Format 1.
--
-- Large and growing tables are ordinary rowid tables, so that new rows of a batch lie side by side however their keys
-- are spread; small rows that are looked up by key are WITHOUT ROWID. Run ids are UUIDs of version 7: in order of start.

CREATE TABLE counter (
    what TEXT PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counter (what, n) VALUES
    ('waiting', 0), ('stopped', 0), ('finished', 0), ('failed', 0), ('cancelled', 0),
    ('task', 0), ('late', 0), ('timer', 0), ('hold', 0), ('outbox', 0), ('blob_bytes', 0);

CREATE TABLE app (
    app             TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    hash            BLOB    NOT NULL,
    source          TEXT    NOT NULL,
    published_at_ms INTEGER NOT NULL,
    published_by    TEXT    NOT NULL,
    PRIMARY KEY (app, version)
) STRICT;

CREATE TABLE run (
    no            INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL UNIQUE,
    app           TEXT    NOT NULL,
    app_version   INTEGER NOT NULL,
    status        TEXT    NOT NULL,
    outcome       TEXT,
    station       TEXT,
    started_by    TEXT    NOT NULL,
    started_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER,
    seq           INTEGER NOT NULL,
    head          BLOB    NOT NULL,
    parent        BLOB,
    parent_call   INTEGER,
    state         BLOB    NOT NULL
) STRICT;
CREATE INDEX run_by_status ON run (status, id);
CREATE INDEX run_by_app ON run (app, status, id);
CREATE INDEX run_by_station ON run (station, status, id) WHERE station IS NOT NULL;

CREATE TRIGGER run_counted AFTER INSERT ON run BEGIN
    UPDATE counter SET n = n + 1 WHERE what = NEW.status;
END;
CREATE TRIGGER run_recounted AFTER UPDATE OF status ON run WHEN OLD.status <> NEW.status BEGIN
    UPDATE counter SET n = n - 1 WHERE what = OLD.status;
    UPDATE counter SET n = n + 1 WHERE what = NEW.status;
END;

CREATE TABLE journal (
    no    INTEGER PRIMARY KEY,
    run   BLOB    NOT NULL,
    seq   INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    hash  BLOB    NOT NULL,
    body  BLOB    NOT NULL,
    UNIQUE (run, seq)
) STRICT;
CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_is_not_shortened BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

-- `offer` is kind:id, or `everyone:`; `shown_at` the stations as a JSON list; `places` where it is found: the stations, or '' for
-- anywhere; `rank` is late and due time as one number (cursor.rs).
CREATE TABLE task (
    no           INTEGER PRIMARY KEY,
    run          BLOB    NOT NULL,
    task         INTEGER NOT NULL,
    app          TEXT    NOT NULL,
    app_version  INTEGER NOT NULL,
    step         TEXT    NOT NULL,
    offer        TEXT    NOT NULL,
    to_id        TEXT    NOT NULL,
    shown_at     TEXT    NOT NULL,
    places       TEXT    NOT NULL,
    reserved_by  TEXT,
    opened_at_ms INTEGER NOT NULL,
    due_at_ms    INTEGER,
    late         INTEGER NOT NULL,
    rank         INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    spec         BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX task_by_run ON task (run, task);
CREATE INDEX task_by_urgency ON task (rank, opened_at_ms, run, task, app);
CREATE INDEX task_by_offer ON task (offer, rank, opened_at_ms, run, task, app);
CREATE INDEX task_by_person ON task (reserved_by, rank, opened_at_ms, run, task) WHERE reserved_by IS NOT NULL;

-- One row for each place of a task, kept by the triggers below.
CREATE TABLE task_place (
    place        TEXT    NOT NULL,
    rank         INTEGER NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    run          BLOB    NOT NULL,
    task         INTEGER NOT NULL,
    offer        TEXT    NOT NULL,
    app          TEXT    NOT NULL,
    PRIMARY KEY (place, rank, opened_at_ms, run, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_place_by_offer ON task_place (offer, place, rank, opened_at_ms, run, task, app);

CREATE TRIGGER task_placed AFTER INSERT ON task BEGIN
    INSERT INTO task_place (place, rank, opened_at_ms, run, task, offer, app)
        SELECT value, NEW.rank, NEW.opened_at_ms, NEW.run, NEW.task, NEW.offer, NEW.app FROM json_each(NEW.places);
    UPDATE counter SET n = n + 1 WHERE what IN ('task', iif(NEW.late, 'late', NULL));
END;
CREATE TRIGGER task_moved AFTER UPDATE ON task
WHEN OLD.rank <> NEW.rank OR OLD.offer <> NEW.offer OR OLD.places <> NEW.places
    OR OLD.opened_at_ms <> NEW.opened_at_ms OR OLD.app <> NEW.app
BEGIN
    DELETE FROM task_place WHERE place IN (SELECT value FROM json_each(OLD.places))
        AND rank = OLD.rank AND opened_at_ms = OLD.opened_at_ms AND run = OLD.run AND task = OLD.task;
    INSERT INTO task_place (place, rank, opened_at_ms, run, task, offer, app)
        SELECT value, NEW.rank, NEW.opened_at_ms, NEW.run, NEW.task, NEW.offer, NEW.app FROM json_each(NEW.places);
    UPDATE counter SET n = n + NEW.late - OLD.late WHERE what = 'late';
END;
CREATE TRIGGER task_dropped AFTER DELETE ON task BEGIN
    DELETE FROM task_place WHERE place IN (SELECT value FROM json_each(OLD.places))
        AND rank = OLD.rank AND opened_at_ms = OLD.opened_at_ms AND run = OLD.run AND task = OLD.task;
    UPDATE counter SET n = n - 1 WHERE what IN ('task', iif(OLD.late, 'late', NULL));
END;

CREATE TABLE draft (
    run     BLOB    NOT NULL,
    task    INTEGER NOT NULL,
    person  TEXT,
    version INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (run, task)
) STRICT;

CREATE TABLE timer (
    run   BLOB    NOT NULL,
    timer INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (run, timer)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_by_time ON timer (at_ms);
CREATE TRIGGER timer_counted AFTER INSERT ON timer BEGIN
    UPDATE counter SET n = n + 1 WHERE what = 'timer';
END;
CREATE TRIGGER timer_dropped AFTER DELETE ON timer BEGIN
    UPDATE counter SET n = n - 1 WHERE what = 'timer';
END;

CREATE TABLE listener (
    run     BLOB    NOT NULL,
    wait    INTEGER NOT NULL,
    message TEXT    NOT NULL,
    PRIMARY KEY (run, wait)
) STRICT, WITHOUT ROWID;
CREATE INDEX listener_by_message ON listener (message);

CREATE TABLE record (
    no      INTEGER PRIMARY KEY,
    app     TEXT    NOT NULL,
    tbl     TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    vals    TEXT    NOT NULL,
    run     BLOB    NOT NULL,
    version INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    UNIQUE (app, tbl, key)
) STRICT;
-- Which records have which value: `cell` is a digest of app, table, column and value (records.rs).
CREATE TABLE record_cell (
    cell BLOB NOT NULL,
    key  TEXT NOT NULL,
    PRIMARY KEY (cell, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    target   TEXT    NOT NULL,
    run      BLOB    NOT NULL,
    app      TEXT    NOT NULL,
    why      TEXT    NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (target, run)
) STRICT;
CREATE TRIGGER hold_counted AFTER INSERT ON hold BEGIN
    UPDATE counter SET n = n + 1 WHERE what = 'hold';
END;
CREATE TRIGGER hold_dropped AFTER DELETE ON hold BEGIN
    UPDATE counter SET n = n - 1 WHERE what = 'hold';
END;

CREATE TABLE notice (
    id      INTEGER PRIMARY KEY,
    run     BLOB    NOT NULL,
    app     TEXT    NOT NULL,
    step    TEXT    NOT NULL,
    to_kind TEXT    NOT NULL,
    to_id   TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_by_reader ON notice (to_kind, to_id);
CREATE INDEX notice_by_run ON notice (run);

-- AUTOINCREMENT: a number is never given twice, or a reader that remembers how far it came would miss the second one.
CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT;
CREATE TRIGGER outbox_counted AFTER INSERT ON outbox BEGIN
    UPDATE counter SET n = n + 1 WHERE what = 'outbox';
END;
CREATE TRIGGER outbox_dropped AFTER DELETE ON outbox BEGIN
    UPDATE counter SET n = n - 1 WHERE what = 'outbox';
END;

CREATE TABLE answered (
    scope       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    reply       BLOB    NOT NULL,
    at_ms       INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX answered_by_time ON answered (at_ms);

CREATE TABLE token (
    name          TEXT    NOT NULL PRIMARY KEY,
    hash          BLOB    NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The bytes are files in the folder `blobs`.
CREATE TABLE blob (
    id         BLOB    NOT NULL PRIMARY KEY,
    media_type TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER blob_counted AFTER INSERT ON blob BEGIN
    UPDATE counter SET n = n + NEW.size_bytes WHERE what = 'blob_bytes';
END;
