-- Format 4: what runs ask.

-- What runs have asked of the world outside and wait for. `lane` is what it goes through: asks of one lane do not hold
-- up those of another. AUTOINCREMENT: as in `outbox`.
CREATE TABLE ask (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    run   BLOB    NOT NULL,
    ask   INTEGER NOT NULL,
    lane  TEXT    NOT NULL,
    key   TEXT    NOT NULL,
    body  TEXT    NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (run, ask)
) STRICT;
CREATE INDEX ask_by_lane ON ask (lane, id);

INSERT INTO counter (what, n) VALUES ('ask', 0);
CREATE TRIGGER ask_counted AFTER INSERT ON ask BEGIN
    UPDATE counter SET n = n + 1 WHERE what = 'ask';
END;
CREATE TRIGGER ask_dropped AFTER DELETE ON ask BEGIN
    UPDATE counter SET n = n - 1 WHERE what = 'ask';
END;
