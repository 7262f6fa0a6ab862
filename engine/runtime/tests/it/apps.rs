//! Small apps, one for each thing that is shown.

pub(crate) const FIRST_PIECE: &str = include_str!("../../../../examples/first-piece-inspection.yaml");
pub(crate) const SITE: &str = include_str!("../../../../examples/site.yaml");

/// Ten computed steps and nobody to wait for.
pub(crate) const STRAIGHT: &str = "
app: Straight
inputs:
  - number: Count
steps:
  - set: One
    values: {a: = count + 1}
  - set: Two
    values: {b: = a * 2}
  - set: Three
    values: {c: = b / 3}
  - finish: Counted
";

/// One form.
pub(crate) const NOTE: &str = "
app: Note
steps:
  - form: Write it down
    to: operator
    within: 20 min
    late:
      - after: 0 min
        tell: team leader
        message: Nothing is written down
      - after: 15 min
        tell: quality engineer
        move_to: quality engineer
    fields:
      - text: What
      - whole: How many
        optional: yes
        max: 10
  - finish: Noted
";

/// A form of two people.
pub(crate) const TWO_PEOPLE: &str = "
app: Two people
steps:
  - form: Do it
    to: operator
    fields:
      - text: What was done
  - form: Check it
    to: inspector
    not_by: do_it
    sign: checked
    fields:
      - tick: It is right
";

/// Calls `rework` and waits for its end.
pub(crate) const CALLER: &str = "
app: Assembly
inputs:
  - text: Part
steps:
  - call: rework
    id: repair
    with:
      piece: = part
  - set: Note it
    values:
      how: = repair.outcome
  - finish: Assembled
";

pub(crate) const CALLED: &str = "
app: Rework
inputs:
  - text: Piece
steps:
  - form: Mend the piece
    to: operator
    fields:
      - text: Cause
  - finish: Mended
";

/// Calls itself without an end.
pub(crate) const ENDLESS: &str = "
app: Endless
steps:
  - call: endless
    id: again
  - finish: Back
";

/// Waits for a message, and is started by another.
pub(crate) const HEARS: &str = "
app: Changeover
start:
  - message: order-finished
    where: line = \"line-3\"
inputs:
  - text: Order
steps:
  - wait_for: press-ready
    where: line = \"line-3\"
  - set: Keep it
    values:
      pressure: = press_ready.pressure
  - finish: Ready
";

/// Writes a record and reads it back in the same transaction.
pub(crate) const TABLES: &str = "
app: Pieces
inputs:
  - text: Serial
  - text: Wanted
tables:
  - table: Kept pieces
    key: serial
    columns: [serial, order, weight]
steps:
  - set: Weigh
    values:
      weight: = 2.50
  - save: Kept pieces
    values:
      order: = wanted
  - find: Kept pieces
    where: order = wanted
    as: found
    id: look
  - set: Count
    values:
      number: = count(found)
  - finish: Kept
";

/// Holds a line until someone answers.
pub(crate) const HOLDS: &str = "
app: Stop the line
steps:
  - hold: line-3
    why: Something is wrong
  - form: Say when it is over
    to: team leader
    fields:
      - tick: It is over
  - release: line-3
";

/// Tells someone at once.
pub(crate) const TELLS: &str = "
app: Shout
inputs:
  - text: Word
steps:
  - tell: team leader
    message: \"{word}\"
  - finish: Shouted
";

/// Two forms side by side, in rounds.
pub(crate) const BUSY: &str = "
app: Busy
inputs:
  - number: Rounds
steps:
  - repeat: Again and again
    until: go_on = false
    at_most: 4 times
    steps:
      - together: Both sides
        branches:
          - branch: Left
            steps:
              - form: Left side
                to: operator
                within: 10 min
                late:
                  - after: 0 min
                    tell: team leader
                    message: Left is late
                fields:
                  - measure: Width
                    limits: 9.5 to 10.5 mm
          - branch: Right
            steps:
              - wait: 5 min
              - wait_for: go
                where: rounds > 0 and side = \"right\"
      - form: Decide
        to: inspector
        fields:
          - yes_no: Go on
  - finish: Done
";
