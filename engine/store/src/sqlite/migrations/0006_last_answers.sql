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
