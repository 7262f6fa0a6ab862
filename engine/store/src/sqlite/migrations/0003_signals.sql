-- The last reading of each signal; written at most once a second, so the newest may be in memory only.
CREATE TABLE signal (
    id      TEXT    NOT NULL PRIMARY KEY,
    reading TEXT    NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
