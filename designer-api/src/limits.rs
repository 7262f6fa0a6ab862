//! Every limit of the server, with its unit. What apps and runs may be is limited in the crates below.

use std::time::Duration;

/// Size of an app's source in a request.
pub const YAML_SIZE_BYTES_MAX: u64 = 1024 * 1024;
/// Size of a JSON body.
pub const JSON_SIZE_BYTES_MAX: u64 = 1024 * 1024;
/// Size of an uploaded photo or file.
pub const BLOB_SIZE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// How much of a body that is too large is read and dropped, so that its sender gets to see the refusal.
pub const DRAINED_SIZE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// What is read and dropped of a body that nobody wanted, so that the connection can go on; for so long at most.
pub const LEFTOVER_SIZE_BYTES_MAX: u64 = 1024 * 1024;
pub const LEFTOVER_TIMEOUT: Duration = Duration::from_secs(2);
/// Size of a file that `check`, `fmt` and `test` read at all; the language's own limit is below it.
pub const FILE_SIZE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Files that `check`, `fmt` and `test` take from one folder tree.
pub const FILES_MAX: usize = 10_000;
/// Folders within folders that are looked into.
pub const FOLDER_DEPTH_MAX: usize = 16;
/// How long `test --watch` waits for a further change before it looks: editors write in several steps.
pub const CHANGES_GATHERED_FOR: Duration = Duration::from_millis(100);

/// From the first byte of a request's body to its answer.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The same for uploads, which may come over a weak radio link.
pub const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);
/// From the opening of a connection, or the end of the answer before, to the end of a request's headers.
pub const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(60);
/// How long the other side may take nothing at all of an answer that is ready for it.
pub const WRITE_STALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How long requests under way may take to end when the server is told to stop.
pub const STOP_GRACE: Duration = Duration::from_secs(10);

/// Requests answered at the same time; more are told to come again. Fewer than connections, so that some are left to say
/// so.
pub const REQUESTS_AT_ONCE_MAX: usize = 600;
/// Open connections; more wait until one closes. Fewer where the system allows fewer open files.
pub const CONNECTIONS_MAX: usize = 8_000;
/// Open files besides connections: the database's, photos on their way, the log.
pub const FILES_BESIDE_CONNECTIONS: usize = 256;
/// Open files that the system is asked for.
pub const FILES_WANTED: u64 = (CONNECTIONS_MAX + FILES_BESIDE_CONNECTIONS) as u64;
/// Header lines of a request.
pub const HEADERS_MAX: usize = 64;
/// Bytes of all header lines of a request together.
pub const HEADERS_SIZE_BYTES_MAX: usize = 32 * 1024;

/// Connections that follow live events; fewer where the system allows fewer open files.
pub const EVENT_LISTENERS_MAX: usize = 4_000;
/// The same of one browser: it opens six at most, and those that it lost on the radio are noticed after a minute.
pub const EVENT_LISTENERS_OF_BROWSER_MAX: usize = 64;
/// Nothing is sent to a listener for at most so long; then a comment is.
pub const EVENTS_SILENCE_MAX: Duration = Duration::from_secs(15);
/// How often it is asked whether a listener's token or enrolment still exists. The end of a session is noticed at once.
pub const EVENTS_PASS_CHECKED_EVERY: Duration = Duration::from_secs(15);
/// How long a browser is told to wait before it comes back, in milliseconds: from the first to below the second.
pub const EVENTS_RETRY_MS: (u32, u32) = (1_000, 3_000);
/// A listener that has looked at something rests so long for each listener that there is: 20 ms for a thousand. Telling one
/// takes 5 to 10 µs, so that all of them together take at most half of a core, however often there is a commit.
pub const EVENTS_REST_PER_LISTENER: Duration = Duration::from_micros(20);
/// Shorter rests are left out: the clock of the runtime has whole milliseconds.
pub const EVENTS_REST_MIN: Duration = Duration::from_millis(1);
/// Events that are kept as they are sent, in bytes of their text.
pub const EVENT_FRAMES_KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Characters of an idempotency key.
pub const KEY_LENGTH_MAX: usize = 200;
/// Characters of a request id given by the caller.
pub const REQUEST_ID_LENGTH_MAX: usize = 64;
/// Characters of a person's name or number.
pub const PERSON_LENGTH_MAX: usize = 100;
/// Characters of a short text of a request: an id, a message's name, a media type.
pub const TEXT_LENGTH_MAX: usize = 200;
/// Characters of a reason that a person gives.
/// Runs that a brake lets go a minute.
pub const LET_GO_PER_MINUTE_MAX: u32 = 60_000;
/// Length of a reason, in characters.
pub const REASON_LENGTH_MAX: usize = 2_000;
/// Entries of one part of a list.
pub const PAGE_MAX: u32 = 1_000;
/// The same when the caller does not say.
pub const PAGE_DEFAULT: u32 = 100;
/// Values of a filter that may be repeated (`role=`).
pub const FILTER_VALUES_MAX: usize = 50;

/// API tokens that may exist.
pub const TOKENS_MAX: usize = 1_000;
/// Characters of a token's name.
pub const TOKEN_NAME_LENGTH_MAX: usize = 60;

/// Names and addresses in one certificate.
pub const TLS_NAMES_MAX: usize = 100;
/// From the opening of a connection to the end of its TLS handshake.
pub const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the certificate of the server's own authority is trusted: tablets keep it for the life of the machine.
pub const TLS_AUTHORITY_LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// How long a certificate that it issues is valid, and how long before its end the next one is issued.
pub const TLS_CERTIFICATE_LIFETIME: Duration = Duration::from_secs(60 * 24 * 60 * 60);
pub const TLS_CERTIFICATE_RENEWED_BEFORE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// By how much a tablet's clock may be slow.
pub const TLS_CLOCK_SLACK: Duration = Duration::from_secs(24 * 60 * 60);
/// How often the files of a certificate, its end and the computer's addresses are looked at.
pub const TLS_REFRESH_INTERVAL: Duration = Duration::from_secs(60);
/// How long `gemba health` waits for each step of an answer, and how much of it is read.
pub const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);
pub const HEALTH_SIZE_BYTES_MAX: u64 = 16 * 1024;

/// People that may be kept, those who left among them.
pub const PEOPLE_MAX: usize = 20_000;
/// Characters of a person's id.
pub const PERSON_ID_LENGTH_MAX: usize = 60;
/// Roles that one person may have.
pub const PERSON_ROLES_MAX: usize = 50;
/// Skills that one person has.
pub const PERSON_SKILLS_MAX: usize = 200;
/// Characters of a password.
pub const PASSWORD_LENGTH_MIN: usize = 10;
pub const PASSWORD_LENGTH_MAX: usize = 200;
/// Digits of a PIN.
pub const PIN_LENGTH_MIN: usize = 4;
pub const PIN_LENGTH_MAX: usize = 8;
/// Characters of what a badge says.
pub const BADGE_LENGTH_MIN: usize = 4;
pub const BADGE_LENGTH_MAX: usize = 100;
/// Characters of a PIN, and of another secret, that are read at all; the rules for them say more about what fits.
pub const PIN_TYPED_LENGTH_MAX: usize = 20;
pub const SECRET_TYPED_LENGTH_MAX: usize = 1_000;
/// Browsers at which one person is signed in at the same time; the one that has been still for longest gives way.
pub const SESSIONS_OF_PERSON_MAX: usize = 20;
/// Browsers that are stations.
pub const ENROLMENTS_MAX: usize = 5_000;
/// How long a browser stays a station: the longest that browsers keep a cookie.
pub const ENROLMENT_DAYS: u32 = 400;
/// How often the store is told that someone is still there.
pub const SEEN_KEPT_EVERY_MS: i64 = 60_000;

/// Passwords and PINs that are hashed at the same time; each takes 19 MiB.
pub const HASHES_AT_ONCE_MAX: usize = 2;
/// The same with those that wait for it; more are told to come again.
pub const HASHES_WAITING_MAX: usize = 64;
/// Wrong passwords, PINs and badges before a person or a station is locked.
pub const WRONG_TRIES_MAX: u32 = 5;
/// The same for an address, which many tablets may share.
pub const WRONG_TRIES_OF_ADDRESS_MAX: u32 = 20;
/// The first lock; each further wrong try doubles it.
pub const LOCKED_MS_MIN: i64 = 60_000;
pub const LOCKED_MS_MAX: i64 = 3_600_000;
/// After how long without a wrong try those before are forgotten.
pub const WRONG_TRIES_KEPT_MS: i64 = 2 * 3_600_000;
/// People, stations and addresses whose wrong tries are counted.
pub const LOCKOUTS_MAX: usize = 10_000;
/// Tries to sign in, right or wrong, that one address may make at once and then every second: many tablets may share one
/// at the change of a shift.
pub const SIGN_INS_AT_ONCE_OF_ADDRESS_MAX: i64 = 120;
pub const SIGN_INS_OF_ADDRESS_PER_SECOND: i64 = 2;
/// Size of a JSON body of someone who is not signed in.
pub const JSON_AT_DOOR_SIZE_BYTES_MAX: u64 = 16 * 1024;
/// Requests of people who are not signed in that are answered at the same time.
pub const REQUESTS_AT_DOOR_MAX: usize = 64;
/// Characters of the id of a button.
pub(crate) const BUTTON_LENGTH_MAX: usize = 200;
/// Fields whose warning one request confirms.
pub(crate) const WARNINGS_SEEN_MAX: usize = 1_000;
/// People who confirm something with one request.
pub(crate) const CONFIRMATIONS_MAX: usize = 10;

/// What a running server answers to a command on its computer: names of secrets.
pub(crate) const LOCAL_ANSWER_SIZE_BYTES_MAX: u64 = 4 * 1024 * 1024;
