-- What could not be handed over in time, for an operator to send again or to drop.
CREATE TABLE undelivered (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    channel        TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    body           TEXT    NOT NULL,
    at_ms          INTEGER NOT NULL,
    problem        TEXT    NOT NULL,
    given_up_at_ms INTEGER NOT NULL
) STRICT;

INSERT INTO counter (what, n) VALUES ('undelivered', 0);
CREATE TRIGGER undelivered_counted AFTER INSERT ON undelivered BEGIN
    UPDATE counter SET n = n + 1 WHERE what = 'undelivered';
END;
CREATE TRIGGER undelivered_dropped AFTER DELETE ON undelivered BEGIN
    UPDATE counter SET n = n - 1 WHERE what = 'undelivered';
END;

-- Since when what is asked may have been done; empty as long as it cannot have been.
ALTER TABLE ask ADD COLUMN begun_at_ms INTEGER;

-- At which of a station's browsers someone is signed in, and when that browser was last seen.
ALTER TABLE session ADD COLUMN enrolment TEXT;
ALTER TABLE enrolment ADD COLUMN seen_at_ms INTEGER;
