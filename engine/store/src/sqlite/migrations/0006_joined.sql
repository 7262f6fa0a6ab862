-- What was answered last to the fields that offer it again (`from_last`): one row for each form and place, where a place
-- is a station or, away from stations, a person. It is written with the answers themselves and never grows beyond that.
CREATE TABLE last_answer (
    app   TEXT    NOT NULL,
    step  TEXT    NOT NULL,
    place TEXT    NOT NULL,
    body  TEXT    NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (app, step, place)
) STRICT, WITHOUT ROWID;

-- Pictures that lie beside an app (`mark`): `blob` is what it was from that version on, so that what was marked on the
-- older one stays where it was marked.
CREATE TABLE app_file (
    app     TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    blob    TEXT    NOT NULL,
    PRIMARY KEY (app, name, version)
) STRICT, WITHOUT ROWID;
