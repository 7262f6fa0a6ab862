//! Every limit of the loop, with its unit.

/// Requests that wait for the writer; more are told to come again.
pub const QUEUE_REQUESTS_MAX: usize = 4_096;
/// What requests that wait for the writer weigh together, in bytes of JSON; more are told to come again.
pub const QUEUE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Requests that share one commit.
pub const BATCH_REQUESTS_MAX: usize = 512;
/// Answers, inputs and messages that share one commit, in bytes of JSON.
pub const BATCH_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Requests that a batch is undone and done again without; after these, each goes into a commit of its own.
pub const TAKEN_OUT_MAX: u32 = 4;
/// Timers that are fired in one commit, so that requests get their turn in between.
pub const TIMERS_PER_BATCH_MAX: u32 = 500;
/// Moments of a schedule that passed while nobody was there, as far as they are counted.
pub const MISSED_STARTS_COUNTED_MAX: u32 = 10_000;
/// A timer that could not be fired (its app version is refused, its follow-ups are too many) is tried again after this.
pub const TIMER_POSTPONED_MS: i64 = 10 * 60 * 1_000;
/// How long timers rest after the store failed.
pub const TIMERS_REST_MS: i64 = 1_000;

/// Events that one request may cause, in its own run and in others.
pub const EVENTS_PER_REQUEST_MAX: u32 = 10_000;
/// Runs that one request may start through calls; a further call is answered as failed.
pub const CALLS_PER_REQUEST_MAX: u32 = 200;
/// Messages that runs emit because of one request; a further one is not heard.
pub const EMITTED_PER_REQUEST_MAX: u32 = 100;
/// Runs that listen to one name: each is asked whether a message is for it.
pub const LISTENERS_PER_MESSAGE_MAX: usize = 10_000;
/// Runs that one message may move or start.
pub const RUNS_PER_MESSAGE_MAX: usize = 1_000;
/// Records that one `find` looks at.
pub const RECORDS_PER_FIND_MAX: u32 = 100_000;

/// Answers, inputs, message bodies and drafts, in bytes of JSON.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// A picture beside an app, in bytes: a drawing, not a film.
pub const PICTURE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Lists in lists in answers, inputs and message bodies.
pub const BODY_LEVELS_MAX: usize = 32;
/// Lists in lists in the values that a called run hands to its caller.
pub const ENDING_LEVELS_MAX: usize = 32;
/// An app's source.
pub const SOURCE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Idempotency keys.
pub const KEY_CHARACTERS_MAX: usize = 200;
/// Names of messages, apps, stations, people, callers.
pub const NAME_CHARACTERS_MAX: usize = 200;
/// Reasons of cancellations and releases.
pub const REASON_CHARACTERS_MAX: usize = 2_000;
/// Entries of one part of a list.
pub const PAGE_ENTRIES_MAX: u32 = 1_000;

/// How long a first answer is kept for repeats of its key.
pub const ANSWERS_KEPT_MS: i64 = 7 * 24 * 3_600 * 1_000;
/// How often old answers are forgotten, so that each step is small.
pub const ANSWERS_FORGOTTEN_EVERY_MS: i64 = 60 * 1_000;

/// Changes kept for those who come back or are slow; who is further behind reads its lists again.
pub const CHANGES_KEPT_MAX: usize = 10_000;
/// The same, in bytes of memory.
pub const CHANGES_KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Runs kept in memory between two events.
pub const HOT_RUNS_MAX: usize = 20_000;
/// The same, in bytes of their states and tasks as stored.
pub const HOT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Messages handed to one channel at the same time.
pub const OUTBOX_IN_FLIGHT_MAX: usize = 16;
/// Asks of one connection or plugin at the same time; what must keep its order goes one by one.
pub const ASKS_AT_ONCE_MAX: usize = 8;
/// How long who is asked may take, whatever the app says.
pub const ASK_WITHIN_MS_MAX: u64 = 60 * 60 * 1_000;
/// After the time that an app gives, for what is done about it.
pub const ASK_GRACE_MS: u64 = 2_000;
/// Messages of one channel, or asks of one lane, known to be waiting; the rest stays in the store.
pub const PUMP_WINDOW_MAX: usize = 256;
/// Rows of the outbox or of asks read at once.
pub const PUMP_PAGE_ROWS: u32 = 256;
/// First and longest pause before what failed is tried again.
pub const PUMP_RETRY_FIRST_MS: i64 = 1_000;
pub const PUMP_RETRY_LONGEST_MS: i64 = 5 * 60 * 1_000;
/// How long a message is tried before it is given up, and how often at least since the last start.
pub const OUTBOX_TRIED_FOR_MS: i64 = 24 * 60 * 60 * 1_000;
pub const OUTBOX_TRIES_MIN: u32 = 10;
/// What is kept of why a message was not delivered.
pub const OUTBOX_PROBLEM_CHARACTERS_MAX: usize = 500;
/// How long one delivery may take.
pub const OUTBOX_DELIVERY_MS: u64 = 30_000;
/// How long a stopping engine waits for deliveries under way.
pub const STOP_DELIVERIES_MS: u64 = 5_000;

/// Longest single sleep of a clock, so that a change of the computer's time is noticed.
pub const CLOCK_SLEEP_MS_MAX: i64 = 30_000;

/// Entries of each list that the floor shows.
pub const FLOOR_ENTRIES_MAX: u32 = 200;

/// Readings of signals in one request.
pub const READINGS_PER_REQUEST_MAX: usize = 1_000;
/// A signal is written to the store at most so often.
pub const SIGNAL_WRITTEN_EVERY_MS: i64 = 1_000;
/// How far a machine's clock may be ahead.
pub const SIGNAL_AHEAD_MS_MAX: i64 = 60_000;
/// A text as the value of a signal.
pub const SIGNAL_TEXT_BYTES_MAX: usize = 4_000;
/// One text of a record of the site's tables.
pub const SITE_VALUE_BYTES_MAX: usize = 10_000;
/// Things to choose that one request is given.
pub const CHOICES_MAX: u32 = 200;
/// Records that are looked at for them.
pub const CHOICES_LOOKED_AT_MAX: u32 = 1_000;

/// Steps to which a run can be taken back: the newest.
pub const REWIND_PLACES_MAX: usize = 1_000;
/// Entries of a journal that the preview of going back tells of: the newest.
pub const REWOUND_ENTRIES_TOLD_MAX: usize = 2_000;
/// How often going back is tried when the run moves meanwhile.
pub const REWIND_TRIES_MAX: u32 = 3;
/// Entries of a journal, the newest, in which it is looked since when a run waits.
pub const WHY_ENTRIES_MAX: u64 = 1_000;
/// Runs that go on in one commit when a brake is let go.
pub const LET_GO_AT_ONCE_MAX: usize = 100;

/// Live runs that one call of a migration looks at.
pub const MIGRATION_RUNS_MAX: u32 = 200;
/// Runs that go over in one transaction.
pub const MIGRATED_AT_ONCE_MAX: usize = 20;
/// Reasons that a migration tells, and runs that it names for each.
pub const MIGRATION_REASONS_MAX: usize = 50;
pub const MIGRATION_EXAMPLES_MAX: usize = 5;
/// Steps and values that a plan names.
pub const PLAN_ENTRIES_MAX: usize = 500;
/// Calls of [`MIGRATION_RUNS_MAX`] runs whose versions are counted at once.
pub const LIVE_PAGES_COUNTED_MAX: usize = 100;
/// Open tasks that one call looks at to find those that may be somebody's.
pub const TASKS_LOOKED_AT_MAX: usize = 2_000;

/// Recorded runs of one page, and of one part that is played at once.
pub const REPLAY_PAGE_RUNS: u32 = 500;
pub const REPLAY_PART_RUNS: usize = 50;
/// Entries of a journal that are read at once, and that a journal may have to be played by a changed app.
pub const REPLAY_ENTRIES_AT_ONCE: u32 = 1_000;
pub const REPLAY_ENTRIES_MAX: usize = 20_000;
/// Recorded runs that one request plays.
pub const REPLAYED_AT_ONCE_MAX: u32 = 1_000;
/// Different differences that are counted, and told; runs that are named for each.
pub const REPLAY_DIFFERENCES_KEPT_MAX: usize = 2_000;
pub const REPLAY_DIFFERENCES_TOLD_MAX: usize = 200;
pub const REPLAY_EXAMPLES_MAX: usize = 5;
/// The journal of one run in its record.
pub const CASE_JOURNAL_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// One file, and all files, that a record takes along; others are named by their hash.
pub const CASE_FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
pub const CASE_FILES_BYTES_MAX: u64 = 100 * 1024 * 1024;
/// A text of a journal that may be the id of a person or a file.
pub const CASE_NAME_BYTES_MAX: usize = 400;
