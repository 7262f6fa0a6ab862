//! Every limit of what leaves, with its unit.

/// What is sent, in bytes.
pub const REQUEST_BYTES_MAX: usize = 1024 * 1024;
/// What is taken as an answer, in bytes.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Headers of an answer.
pub const ANSWER_HEADERS_MAX: usize = 100;
/// Headers of an answer, in bytes.
pub const ANSWER_HEADER_BYTES_MAX: usize = 64 * 1024;
/// Path and query together, in bytes.
pub const TARGET_BYTES_MAX: usize = 8 * 1024;
/// A topic of a broker, in bytes (MQTT 3.1.1, 4.7.3, allows 65,535).
pub const TOPIC_BYTES_MAX: usize = 4 * 1024;
/// How long an exchange may take when nothing is said.
pub const WITHIN_MS_DEFAULT: i64 = 30_000;
/// How long an exchange may take at most.
pub const WITHIN_MS_MAX: i64 = 10 * 60 * 1_000;
/// How long one address of a name is tried before the next.
pub const CONNECT_MS: u64 = 5_000;
/// Addresses of a name that are tried.
pub const ADDRESSES_MAX: usize = 8;
/// What is told of an answer that was no success, in characters.
pub const EXCERPT_CHARACTERS_MAX: usize = 200;
/// A file of trusted authorities, in bytes.
pub const AUTHORITIES_BYTES_MAX: usize = 1024 * 1024;
/// Between two signs of life to a broker.
pub const BROKER_KEEP_ALIVE_S: u16 = 30;
/// Messages handed to a broker that it has not confirmed.
pub const BROKER_IN_FLIGHT_MAX: u16 = 64;
/// The name of a secret, in characters.
pub const SECRET_NAME_CHARACTERS_MAX: usize = 100;
/// A secret, in bytes.
pub const SECRET_BYTES_MAX: usize = 16 * 1024;
/// The subject of an e-mail, in characters.
pub const SUBJECT_CHARACTERS_MAX: usize = 120;
/// How long the mail server may take.
pub const MAIL_MS: u64 = 25_000;
/// How long a webhook may take.
pub const WEBHOOK_MS: u64 = 20_000;
