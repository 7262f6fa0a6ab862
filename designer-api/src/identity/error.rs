//! Why someone was not let in, or a change of people was not made.

use axum::http::StatusCode;
use kernel::FieldRefusal;
use serde_json::{Map, json};

use crate::http::Problem;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The same for whatever was wrong.
    #[error("these credentials do not fit")]
    WrongCredentials,
    #[error("the session ended, or has other rights by now")]
    SignedOut,
    #[error("too many tries; the next one is taken in {retry_after_s} s")]
    Locked { retry_after_s: u32 },
    /// Badges and PINs are for tablets that someone watches.
    #[error("badges and PINs are taken at enrolled stations only; sign in with a password here")]
    NotAStation,
    #[error("the first administrator was made already")]
    SetupDone,
    #[error("'{0}' is the last administrator who can sign in; make another one first")]
    LastAdmin(String),
    #[error("there is a person '{0}' already")]
    PersonExists(String),
    #[error("this badge is another person's")]
    BadgeExists,
    #[error("there is no {what} '{id}'")]
    Missing {
        what: &'static str,
        id: String,
        nearest: Option<String>,
    },
    #[error("{}", said(.0))]
    Refused(Vec<FieldRefusal>),
    #[error("there are as many {0} as may be kept")]
    TooMany(&'static str),
    #[error("too many passwords are being checked; try again in a second")]
    Busy,
    #[error("no password could be hashed: {0}")]
    Hashing(String),
    #[error("the operating system has no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn said(fields: &[FieldRefusal]) -> String {
    let said: Vec<&str> = fields.iter().map(|field| field.message.0.as_str()).collect();
    said.join("; ")
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let en = error.to_string();
        let conflict = StatusCode::CONFLICT;
        match error {
            Error::WrongCredentials => Problem::new(
                StatusCode::UNAUTHORIZED,
                "wrong-credentials",
                "that did not fit; check it and try again",
                "信息不符；请检查后重试",
            ),
            Error::SignedOut => Problem::signed_out(),
            Error::Locked { retry_after_s } => locked(retry_after_s),
            Error::NotAStation => Problem::new(
                StatusCode::FORBIDDEN,
                "not-a-station",
                en,
                "工牌和 PIN 只能在已登记的工位平板上使用；请用密码登录",
            ),
            Error::SetupDone => Problem::new(
                StatusCode::GONE,
                "setup-done",
                "the first administrator was made already; sign in, or ask whoever runs the server",
                "首位管理员已创建；请登录，或联系服务器管理者",
            ),
            Error::LastAdmin(id) => {
                let zh = format!("“{id}”是最后一位能登录的管理员；请先设置另一位");
                Problem::new(conflict, "last-admin", en, zh)
            }
            Error::PersonExists(id) => Problem::new(conflict, "exists", en, format!("人员“{id}”已存在")),
            Error::BadgeExists => Problem::new(conflict, "exists", en, "此工牌属于另一个人"),
            Error::Missing { what, id, nearest } => Problem::not_found(what, &id, nearest),
            Error::Refused(fields) => Problem::invalid_body(fields),
            Error::TooMany(_) => Problem::new(conflict, "too-many", en, "数量已达上限"),
            Error::Busy => Problem::busy(),
            Error::Hashing(_) | Error::Random(_) => {
                tracing::error!(error = en, "signing in is not possible");
                Problem::internal()
            }
            Error::Store(error) => error.into(),
        }
    }
}

fn locked(retry_after_s: u32) -> Problem {
    let (en, zh) = match (retry_after_s, retry_after_s.div_ceil(60)) {
        (seconds, _) if seconds < 60 => (format!("{seconds} s"), format!("{seconds} 秒")),
        (_, 1) => ("1 minute".to_owned(), "1 分钟".to_owned()),
        (_, minutes) => (format!("{minutes} minutes"), format!("{minutes} 分钟")),
    };
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "locked",
        format!("too many tries: the next one is taken in {en}; an administrator can give a new PIN or password"),
        format!("尝试次数过多：{zh}后才能再试；管理员可重设 PIN 或密码"),
    );
    let members = Map::from_iter([("retry_after_s".to_owned(), json!(retry_after_s))]);
    problem.retrying_after(retry_after_s).with_members(members)
}
