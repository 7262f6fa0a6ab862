-- The last number that was taken of each series, by the period after which it begins again ('' when it never does).
CREATE TABLE series (
    series TEXT NOT NULL,
    period TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (series, period)
) STRICT, WITHOUT ROWID;
