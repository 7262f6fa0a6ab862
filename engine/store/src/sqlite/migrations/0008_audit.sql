-- Changes of who may do what: who, when, what, from what to what, each bound to the one before it by its hash.
CREATE TABLE audit (
    seq   INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    hash  BLOB    NOT NULL,
    body  TEXT    NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit journal is append-only');
END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit journal is append-only');
END;
