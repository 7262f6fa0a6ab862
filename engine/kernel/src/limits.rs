//! Every limit of the kernel, with its unit in the name. Reaching one during a run is an incident that says so in
//! words; an answer or message beyond one is refused.

/// Steps that one event may set off before the run has to wait for something; ends endless loops.
pub const OPERATIONS_PER_ADVANCE_MAX: u32 = 10_000;
/// Places at which one run may be at the same time: branches, and elements of a `for_each` in work.
pub const TOKENS_MAX: usize = 1_000;
/// Elements of one `for_each`.
pub const ELEMENTS_MAX: usize = 1_000;
/// Size of all values of a run together, as [`crate::state`] weighs them.
pub const VALUES_BYTES_MAX: u64 = 1_000_000;
/// Text and values that one event may produce for the timeline and the outside.
pub const PRODUCED_BYTES_PER_ADVANCE_MAX: u64 = 8_000_000;
/// Size of a message's members.
pub const MESSAGE_BYTES_MAX: u64 = 256_000;
/// Messages of one name that are kept for a run although nobody waits for them yet; then the oldest goes.
pub const MESSAGES_KEPT_MAX: usize = 100;
/// Lists in lists, contexts in contexts, in a message or a record. What formulas build has its own limit; together
/// they stay inside what a stored state can be read back from.
pub const NESTING_MAX: usize = 40;
/// How often a task may be delegated from one to the next.
pub const DELEGATIONS_MAX: usize = 20;
/// People who help with one task.
pub const HELPERS_MAX: usize = 20;
/// Parties that one formula may name.
pub const PARTIES_MAX: usize = 100;
/// Entries and members of one value as the timeline shows what a condition has read.
pub const TOLD_PARTS_MAX: usize = 60;
/// Length of a text there.
pub const TOLD_CHARACTERS_MAX: usize = 500;
/// Things that one run may hold.
pub const HOLDS_MAX: usize = 1_000;
/// Length of what is held.
pub const HOLD_TARGET_CHARACTERS_MAX: usize = 200;
/// Length of a record's key.
pub const KEY_CHARACTERS_MAX: usize = 500;
/// Records that one `find` returns.
pub const FOUND_RECORDS_MAX: u32 = 1_000;
/// Size of what one step sends outside.
pub const ASK_BYTES_MAX: usize = 512_000;
/// Steps of one run that are remembered to be taken back.
pub const UNDO_MAX: usize = 1_000;
/// Days that are looked through for working time before it is said that there is none.
pub const DAYS_WITHOUT_WORK_MAX: i64 = 366;
/// Moments of a schedule that are looked at to find one in working time.
pub const STARTS_LOOKED_AT_MAX: u32 = 2_000;
/// Reasons that are told why a run cannot go over to another version.
pub const WHY_NOT_MAX: usize = 20;
/// Values of a run that can be put back as it was before it went over to another version.
pub const FORMER_BYTES_MAX: u64 = 500_000;
/// Longest wait: ten years.
pub const WAIT_MS_MAX: i64 = 10 * 366 * 86_400_000;
/// Members of a form's answer or of a start's inputs.
pub const ANSWERS_MAX: usize = 1_000;
/// Length of a text answer whose field says nothing else.
pub const ANSWER_CHARACTERS_MAX: usize = 100_000;
/// Length of a scanned code.
pub const CODE_CHARACTERS_MAX: usize = 4_096;
/// Records, signals and people that the answers of one form may need looked up.
pub const NEEDS_MAX: usize = 1_000;
/// Length of a typed length of time.
pub const DURATION_CHARACTERS_MAX: usize = 100;
/// Length of the id of an uploaded photo or file.
pub const BLOB_ID_CHARACTERS_MAX: usize = 200;
/// Rows of a `rows` answer, and entries of any other list.
pub const ENTRIES_MAX: usize = 1_000;
/// Passes over a form until it is settled which fields are shown; more are needed only when conditions go in a circle.
pub const SHOWN_PASSES_MAX: usize = 16;
/// Events that one test of an app may cause by itself: timers and calls that go in a circle.
pub const TRIAL_EVENTS_MAX: u32 = 10_000;
/// Runs that one test may start by `call`.
pub const TRIAL_RUNS_MAX: usize = 100;
