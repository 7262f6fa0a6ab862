-- What somebody can do, who leads them, and who does their work while they are away: one JSON object.
ALTER TABLE person ADD COLUMN standing TEXT NOT NULL DEFAULT '{}';

-- Who was given a step of an app and who did it, for steps that are given in turn or to who did them last. `given` grows
-- with every turn of the step; 0 is never.
CREATE TABLE worker (
    app        TEXT    NOT NULL,
    step       TEXT    NOT NULL,
    person     TEXT    NOT NULL,
    given      INTEGER NOT NULL,
    done_at_ms INTEGER,
    PRIMARY KEY (app, step, person)
) STRICT, WITHOUT ROWID;
