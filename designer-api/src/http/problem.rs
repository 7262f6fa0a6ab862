//! RFC 9457 problems, in English and Chinese. They are rendered by `observe`, which knows the reader's language.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Assignee, FieldRefusal, Refusal};
use language::diagnostic::Diagnostic;
use runtime::NotYours;
use serde_json::{Map, Value, json};

use super::Reader;
use crate::identity::Right;

/// A text in English and Chinese.
pub(crate) type Both = (String, String);

/// Why a request was not done. `code` is stable.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: Both,
    more: Option<Box<More>>,
}

/// What only some problems say.
#[derive(Clone, Debug, Default)]
struct More {
    fields: Vec<FieldRefusal>,
    /// Diagnostics with the source that they point into.
    diagnostics: Option<(Vec<Diagnostic>, String)>,
    nearest: Option<String>,
    /// The version that is current, when the caller named an older one.
    now: Option<u32>,
    retry_after_s: Option<u32>,
    /// What else is beside them in the body.
    members: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
        Problem {
            status,
            code,
            detail: (en.into(), zh.into()),
            more: None,
        }
    }

    pub(crate) fn not_found(what: &'static str, id: &str, nearest: Option<String>) -> Problem {
        let zh_what = match what {
            "app" => "应用",
            "run" => "运行",
            "task" => "任务",
            "table" => "表",
            "column" => "列",
            "station" => "工位",
            "role" => "角色",
            "hold" => "冻结",
            "blob" => "文件",
            "token" => "令牌",
            "secret" => "密钥",
            "record" => "记录",
            "undelivered message" => "未送达的消息",
            "person" => "人员",
            "enrolment" => "登记",
            "version" => "版本",
            other => other,
        };
        let (mut en, mut zh) = (format!("there is no {what} '{id}'"), format!("没有{zh_what}“{id}”"));
        if let Some(nearest) = &nearest {
            en.push_str(&format!("; did you mean '{nearest}'?"));
            zh.push_str(&format!("；是不是“{nearest}”？"));
        }
        Problem::new(StatusCode::NOT_FOUND, "not-found", en, zh).saying(More {
            nearest,
            ..More::default()
        })
    }

    /// What is missing is not what the address names, but what the body does.
    pub(crate) fn in_the_body(self) -> Problem {
        Problem {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            ..self
        }
    }

    /// As [`Problem::in_the_body`], when something is missing at all.
    pub(crate) fn of_the_body(self) -> Problem {
        if self.status == StatusCode::NOT_FOUND {
            self.in_the_body()
        } else {
            self
        }
    }

    pub(crate) fn invalid_body(fields: Vec<FieldRefusal>) -> Problem {
        let (en, zh) = joined(&fields);
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", en, zh).saying(More {
            fields,
            ..More::default()
        })
    }

    pub(crate) fn invalid_query(fields: Vec<FieldRefusal>) -> Problem {
        let (en, zh) = joined(&fields);
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-query", en, zh).saying(More {
            fields,
            ..More::default()
        })
    }

    /// Who calls has not got the right that this needs.
    pub(crate) fn right_missing(right: Right) -> Problem {
        let id = right.id();
        let (en, zh) = match right {
            Right::Read => ("to see this", "查看此内容"),
            Right::Work => ("to work on runs", "处理运行"),
            Right::Supervise => ("to act on the work of others", "处理他人的工作"),
            Right::Author => ("to publish apps", "发布应用"),
            Right::Admin => ("to manage people, tokens and stations", "管理人员、令牌和工位"),
        };
        Problem::not_allowed(
            format!("the right '{id}' is needed {en}; an administrator can give it"),
            format!("{zh}需要权限“{id}”；请联系管理员"),
        )
    }

    /// Neither a token nor a session.
    pub(crate) fn signed_out() -> Problem {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "signed-out",
            "nobody is signed in: sign in at this server's page; programs send a token: 'Authorization: Bearer gemba_…'",
            "尚未登录：请在本服务器页面登录；程序请提供令牌：“Authorization: Bearer gemba_…”",
        )
    }

    /// A change that comes with a session's cookie, but not from the session's page.
    pub(crate) fn csrf() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "a change needs the header 'Gemba-CSRF' with the text that came with the session, and must come from this \
             server's own page",
            "更改需要请求头 Gemba-CSRF（随会话提供），且必须来自本服务器自己的页面",
        )
    }

    /// A person signed in acts as nobody else.
    pub(crate) fn acts_as_themselves() -> Problem {
        Problem::not_allowed(
            "who is signed in acts as themselves: leave out 'Gemba-Person' and the member 'person'",
            "登录人员只能以本人身份操作：请去掉 Gemba-Person 和成员 person",
        )
    }

    /// What is asked for is for others.
    fn not_yours(why: NotYours) -> Problem {
        let zh = match &why {
            NotYours::OfferedTo(Assignee::Role(id)) => format!("该任务分配给角色“{id}”"),
            NotYours::OfferedTo(Assignee::Person(id)) => format!("该任务分配给 {id}"),
            NotYours::OfferedTo(Assignee::Station(id)) => format!("该任务分配给工位“{id}”的人员"),
            NotYours::OfferedTo(Assignee::Channel(id)) => format!("该任务分配给渠道“{id}”"),
            NotYours::OfferedTo(Assignee::Everyone) => "该任务分配给所有人".to_owned(),
            NotYours::OfferedTo(Assignee::Several(_)) => "该任务分配给其他人".to_owned(),
            NotYours::SkillNeeded(skill) => format!("此任务需要技能“{skill}”"),
            NotYours::ForSupervisors => "此操作由有“supervise”权限的人员执行".to_owned(),
            NotYours::AtAnotherStation(id) => format!("工位“{id}”的运行需在该工位启动"),
        };
        Problem::new(StatusCode::FORBIDDEN, "not-yours", why.to_string(), zh)
    }

    pub(crate) fn not_allowed(en: impl Into<String>, zh: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "not-allowed", en, zh)
    }

    pub(crate) fn bad_header(en: impl Into<String>, zh: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "bad-header", en, zh)
    }

    pub(crate) fn too_large(what: (&str, &str), max_bytes: u64) -> Problem {
        let max = in_kib(max_bytes);
        let en = format!("{} is larger than {max}", what.0);
        let zh = format!("{}超过 {max}", what.1);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", en, zh)
    }

    pub(crate) fn no_such_route() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "no-such-route",
            "there is nothing at this address; GET /api/v1/openapi.json lists what there is",
            "此地址不存在；GET /api/v1/openapi.json 列出所有地址",
        )
    }

    pub(crate) fn busy() -> Problem {
        let problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many requests are waiting; nothing of this one was done; try again in a second",
            "等待处理的请求太多；本次请求未执行；请一秒后重试",
        );
        problem.saying(More {
            retry_after_s: Some(1),
            ..More::default()
        })
    }

    pub(crate) fn too_many_listeners(max: usize) -> Problem {
        let problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            format!("{max} pages follow live events already; try again later"),
            format!("已有 {max} 个页面在接收实时事件；请稍后重试"),
        );
        problem.saying(More {
            retry_after_s: Some(15),
            ..More::default()
        })
    }

    pub(crate) fn stopping() -> Problem {
        let problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "stopping",
            "the server is stopping; nothing of this request was done",
            "服务器正在停止；本次请求未执行",
        );
        problem.saying(More {
            retry_after_s: Some(5),
            ..More::default()
        })
    }

    pub(crate) fn internal() -> Problem {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server failed; its log says more under this request's id",
            "服务器出错；详情见日志中的本次请求编号",
        )
    }

    /// The app is refused: all diagnostics, with the source that they point into.
    pub(crate) fn app(diagnostics: Vec<Diagnostic>, source: &str) -> Problem {
        let count = diagnostics
            .iter()
            .filter(|d| d.severity == language::diagnostic::Severity::Error)
            .count();
        let problem = Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "app-refused",
            format!("the app has {count} {}", if count == 1 { "error" } else { "errors" }),
            format!("应用有 {count} 处错误"),
        );
        problem.saying(More {
            diagnostics: Some((diagnostics, source.to_owned())),
            ..More::default()
        })
    }

    fn saying(self, more: More) -> Problem {
        Problem {
            more: Some(Box::new(more)),
            ..self
        }
    }

    /// With more in the body.
    pub(crate) fn with_members(mut self, members: Map<String, Value>) -> Problem {
        self.more.get_or_insert_default().members = members;
        self
    }

    /// With `Retry-After`.
    pub(crate) fn retrying_after(mut self, seconds: u32) -> Problem {
        self.more.get_or_insert_default().retry_after_s = Some(seconds);
        self
    }

    fn with_now(self, now: u32) -> Problem {
        self.saying(More {
            now: Some(now),
            ..More::default()
        })
    }

    /// The body of the reply in the reader's language.
    fn to_json(&self, reader: Reader) -> Value {
        let mut body = Map::new();
        body.insert("type".into(), json!(format!("urn:gemba:problem:{}", self.code)));
        body.insert("title".into(), json!(reader.pick(title(self.status))));
        body.insert("status".into(), json!(self.status.as_u16()));
        body.insert(
            "detail".into(),
            json!(reader.pick((self.detail.0.as_str(), self.detail.1.as_str()))),
        );
        body.insert("code".into(), json!(self.code));
        let Some(more) = &self.more else {
            return Value::Object(body);
        };
        if !more.fields.is_empty() {
            let fields = more.fields.iter().map(|field| {
                let message = reader.pick((field.message.0.as_str(), field.message.1.as_str()));
                json!({"field": field.field, "code": field.code, "message": message})
            });
            body.insert("fields".into(), fields.collect());
        }
        if let Some((diagnostics, source)) = &more.diagnostics {
            body.insert(
                "diagnostics".into(),
                crate::diagnostics::to_json(diagnostics, source, reader.0),
            );
        }
        if let Some(nearest) = &more.nearest {
            body.insert("nearest".into(), json!(nearest));
        }
        if let Some(now) = more.now {
            body.insert("now".into(), json!(now));
        }
        body.extend(more.members.clone());
        Value::Object(body)
    }

    /// The whole reply in the reader's language.
    pub(crate) fn render(&self, reader: Reader) -> Response {
        let body = self.to_json(reader).to_string();
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(reader.tag()));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"gemba\""),
            );
        }
        if let Some(seconds) = self.more.as_ref().and_then(|more| more.retry_after_s) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Carries the problem to `observe`, which renders it.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}

fn joined(fields: &[FieldRefusal]) -> Both {
    let en: Vec<&str> = fields.iter().map(|field| field.message.0.as_str()).collect();
    let zh: Vec<&str> = fields.iter().map(|field| field.message.1.as_str()).collect();
    (en.join("; "), zh.join("；"))
}

/// Answers name their field beside their message.
fn joined_by_field(fields: &[FieldRefusal]) -> Both {
    let en: Vec<String> = fields
        .iter()
        .map(|field| format!("{}: {}", field.field, field.message.0))
        .collect();
    let zh: Vec<String> = fields
        .iter()
        .map(|field| format!("{}：{}", field.field, field.message.1))
        .collect();
    (en.join("; "), zh.join("；"))
}

fn in_kib(bytes: u64) -> String {
    if bytes >= 1024 * 1024 && bytes.is_multiple_of(1024 * 1024) {
        format!("{} MiB", bytes / (1024 * 1024))
    } else {
        format!("{} KiB", bytes / 1024)
    }
}

fn title(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("The request cannot be read", "无法读取请求"),
        401 => ("Sign in first", "请先登录"),
        403 => ("Not allowed", "不允许"),
        404 => ("Not found", "未找到"),
        405 => ("Not with this method", "不支持此方法"),
        409 => ("Something changed meanwhile", "情况已变化"),
        410 => ("Not any more", "已失效"),
        413 => ("Too large", "内容过大"),
        415 => ("Not in this format", "不支持此格式"),
        422 => ("Refused", "已拒绝"),
        429 => ("Too often", "次数过多"),
        503 => ("Not now", "暂时无法处理"),
        507 => ("The disk is full", "磁盘已满"),
        _ => ("The server failed", "服务器出错"),
    }
}

impl From<runtime::Error> for Problem {
    fn from(error: runtime::Error) -> Problem {
        use runtime::Error as E;
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        match error {
            E::NotFound { what, id, nearest } => Problem::not_found(what, &id, nearest),
            E::App(diagnostics) => Problem::app(diagnostics, ""),
            E::Refused(refusal) => refusal.into(),
            E::NotYours(why) => Problem::not_yours(why),
            E::SignatureNeeded => Problem::new(
                StatusCode::FORBIDDEN,
                "signature-needed",
                "this form is signed: send 'signature' with a PIN, a password or a badge; what was typed is kept as a draft",
                "此表单需要签名：请在 signature 中提供 PIN、密码或工牌；已填写的内容已存为草稿",
            ),
            E::Stale { named, now } => Problem::new(
                StatusCode::CONFLICT,
                "stale",
                format!("the task changed meanwhile: it is at version {now}, you named {named}; look at it again"),
                format!("任务已变化：现在是版本 {now}，您指定的是 {named}；请重新查看"),
            )
            .with_now(now),
            E::StaleDraft { named, now } => Problem::new(
                StatusCode::CONFLICT,
                "stale-draft",
                format!("the draft changed meanwhile: it is at version {now}, you named {named}"),
                format!("草稿已变化：现在是版本 {now}，您指定的是 {named}"),
            )
            .with_now(now),
            E::RunMoved { named, now } => Problem::new(
                StatusCode::CONFLICT,
                "run-moved",
                format!("the run has moved on: it is at entry {now}, you named {named}; look at it again"),
                format!("运行已继续：现在是第 {now} 条记录，您指定的是 {named}；请重新查看"),
            ),
            E::KeyReused => Problem::new(
                unprocessable,
                "key-reused",
                "this idempotency key was used before for another request; take a new key",
                "该幂等键已用于另一个请求；请使用新的键",
            ),
            E::TooLarge { what, size, max } => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                format!("{what} is {size}, at most {max} are allowed"),
                format!("{what} 为 {size}，最多允许 {max}"),
            ),
            E::Busy => Problem::busy(),
            E::Stopping => Problem::stopping(),
            E::Invalid(what) => {
                let zh = format!("无法执行：{what}");
                Problem::new(unprocessable, "invalid", what, zh)
            }
            E::Store(error) => error.into(),
            other => {
                tracing::error!(error = %other, "the engine failed in an unknown way");
                Problem::internal()
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let conflict = StatusCode::CONFLICT;
        let en = refusal.to_string();
        match refusal {
            Refusal::RunEnded => Problem::new(conflict, "run-ended", en, "运行已结束"),
            Refusal::NoSuchTask { task } => {
                Problem::new(conflict, "task-closed", en, format!("该运行中没有打开的任务 {task}"))
            }
            Refusal::ReservedBy { person } => Problem::new(conflict, "reserved", en, format!("任务已由 {person} 领取")),
            Refusal::SecondPersonNeeded { person, step } => Problem::new(
                StatusCode::FORBIDDEN,
                "second-person-needed",
                en,
                format!("{person} 已填写“{step}”，不能再填写这一步：需要第二个人"),
            ),
            Refusal::TaskSuspended { .. } => Problem::new(conflict, "task-suspended", en, "任务已暂停：请先恢复"),
            Refusal::NotSkippable { step } => Problem::new(
                StatusCode::FORBIDDEN,
                "not-skippable",
                en,
                format!("“{step}”只能由有“supervise”权限的人员跳过"),
            ),
            Refusal::PersonMissing => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "person-missing",
                format!("{en}: give the header 'Gemba-Person' or the member 'person'"),
                "此操作需要人员：请提供请求头 Gemba-Person 或成员 person",
            ),
            Refusal::Answers { fields } => {
                let (en, zh) = joined_by_field(&fields);
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "answers-refused", en, zh).saying(More {
                    fields,
                    ..More::default()
                })
            }
            Refusal::CannotMigrate { why } => {
                let zh: Vec<String> = why.iter().map(|why| why.message().1).collect();
                Problem::new(
                    conflict,
                    "cannot-migrate",
                    en,
                    format!("该运行不能转到另一版本：{}", zh.join("；")),
                )
            }
            Refusal::MovedOn => Problem::new(conflict, "moved-on", en, "运行在此之后已继续进行"),
            Refusal::NotForThisRun => Problem::new(conflict, "out-of-place", en, "该消息不属于此运行"),
            Refusal::NoSuchPlace { place, step } => {
                let zh = format!("运行已不在位置 {place} 的步骤“{step}”等待");
                Problem::new(conflict, "out-of-place", en, zh)
            }
            Refusal::NotThisWay { message } => Problem::new(conflict, "out-of-place", message.0, message.1),
            Refusal::NoSuchTimer { .. } | Refusal::OutOfPlace => {
                Problem::new(conflict, "out-of-place", en, "运行的当前状态不允许此操作")
            }
        }
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Problem {
        use store::Error as E;
        match error {
            E::DiskFull => Problem::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "disk-full",
                "the disk is full; nothing of this request was done; free space and try again",
                "磁盘已满；本次请求未执行；请释放空间后重试",
            ),
            E::ReadOnly(_) => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "read-only",
                "the data folder cannot be written; nothing of this request was done",
                "数据文件夹不可写；本次请求未执行",
            ),
            E::Invalid(what) => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                what.clone(),
                format!("无法查询：{what}"),
            ),
            E::Conflict(_) => Problem::new(
                StatusCode::CONFLICT,
                "conflict",
                "the data changed meanwhile; nothing of this request was done; try again",
                "数据已变化；本次请求未执行；请重试",
            ),
            E::TooLarge { what, size, max } => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                format!("{what} is {size} bytes, at most {max} are allowed"),
                format!("{what} 为 {size} 字节，最多允许 {max}"),
            ),
            E::Closed => Problem::stopping(),
            other => {
                tracing::error!(error = %other, "the store failed");
                Problem::internal()
            }
        }
    }
}
