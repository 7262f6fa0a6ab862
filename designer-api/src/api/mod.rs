//! REST, `/api/v1`. One file per resource.
//!
//! # Conventions
//!
//! - JSON in and out (`application/json`), except where a route says otherwise. Times are RFC 3339 in UTC with
//!   milliseconds: `2026-09-30T08:15:00.000Z`. Ids of runs are UUIDs; the id of a task is `<run>.<number>`.
//! - Programs: `Authorization: Bearer <token>` on every route except the open ones (`GET /health`, `/session`, `/setup`).
//!   Who acts: header `Gemba-Person: wang` (UTF-8, percent-encoded: `%E7%8E%8B`), or member `person` of the body. When
//!   both are given they must be equal.
//! - Browsers: cookie `gemba_session`, and header `Gemba-CSRF` (the session's `csrf`) on everything but GET and HEAD. Who
//!   is signed in acts as themselves. A tablet with the cookie `gemba_station` may see a few routes without a session.
//!   Over HTTPS these names begin with `__Host-`.
//! - Each route needs a right: `read` for GET, `work` for what moves runs, else as the table below says. People and
//!   tokens have rights of the same words.
//! - `Idempotency-Key: …` (1 to 200 visible ASCII characters) on anything that changes something: a repeated key gets
//!   the first answer again; the same key with another request is refused (422 `key-reused`). Keys belong to a token,
//!   or to the station or browser. People, stations, sessions, tokens and secrets take none: repeating them does no harm.
//! - Lists: `{"items": [...], "next": "<cursor>" | null}`; the next part is asked with `?after=<cursor>`; `?limit=` is
//!   1 to 1,000, 100 when not given.
//! - Unknown members and unknown query parameters are refused (422) with the nearest known one; nothing is ignored.
//! - Errors: RFC 9457 `application/problem+json`
//!   `{type, title, status, detail, code, fields?, diagnostics?, nearest?, now?}`; `title` and `detail` in the language
//!   of `Accept-Language` (en, zh); `code` is stable, `type` is `urn:gemba:problem:<code>`.
//! - `X-Request-Id` is taken over when given (1 to 64 visible ASCII characters), else made, and is in every reply.
//!
//! | status | when (`code`) |
//! | --- | --- |
//! | 400 | malformed JSON, with line and column (`malformed-json`); text that is no UTF-8 (`not-utf8`); a header that cannot be read (`bad-header`); a body that broke off (`bad-body`) |
//! | 401 | neither token nor session (`signed-out`); a token that is none (`token-missing`, `token-unknown`); a password, PIN, badge or code that does not fit (`wrong-credentials`) |
//! | 403 | a right is missing (`not-allowed`); a change that is not from the session's page (`csrf`); what came without TLS where the server has it (`tls-needed`); PIN or badge where no station is enrolled (`not-a-station`); it is offered to others (`not-yours`); a signature is to be confirmed (`signature-needed`); a second person is needed (`second-person-needed`); the app does not let it be skipped (`not-skippable`) |
//! | 404 | `not-found`, with `nearest` where there is one; `no-such-route` |
//! | 405 | `method-not-allowed` |
//! | 409 | `stale` / `stale-draft` (with `now`), `run-moved`, `run-ended`, `task-closed`, `task-suspended`, `reserved`, `out-of-place`, `conflict`; of tokens and people: `exists`, `last-token`, `last-admin`, `too-many` |
//! | 410 | the setup link was used (`setup-done`) |
//! | 413 | `too-large` |
//! | 415 | `unsupported-media-type` |
//! | 422 | `answers-refused` (with `fields`), `app-refused` (with `diagnostics`), `key-reused`, `person-missing`, `invalid`, `invalid-query` and `invalid-body` (with `fields`); `not-found` for a station that a body names |
//! | 429 | too many wrong tries (`locked`, with `retry_after_s` and `Retry-After`) |
//! | 431 | headers beyond their limits: the only answer without a body |
//! | 500 | a fault of the server (`internal`), never of the caller |
//! | 503 | `busy` and `stopping` (with `Retry-After`), `read-only`, `timeout` (may have been done: repeat with the same key) |
//! | 507 | the disk is full (`disk-full`): nothing was changed |
//!
//! How many bytes, characters and entries are taken is in [`crate::limits`].
//!
//! # Routes
//!
//! | route | request | reply |
//! | --- | --- | --- |
//! | `PUT /apps/{app}` | author; YAML text, `application/yaml` | 201 first version, else 200: `{app: App, changed, diagnostics}` |
//! | `POST /check` | author; YAML text | 200 `{ok, diagnostics}` |
//! | `GET /apps` | | `{items: [App], next}` |
//! | `GET /startable` | `?station=` | `{items: [Startable], next}`: apps whose start button is at the station; of who is signed in, at theirs |
//! | `GET /apps/{app}` | `?version=` | `App` + `inputs`, `steps`, `tables`, `starts`; with `Accept: application/yaml` the source |
//! | `PUT /apps/{app}/pictures/{picture}` | author; the bytes | `Blob`: a picture that a `mark` of the newest version names; PNG, JPEG, WebP or SVG, at most 8 MiB |
//! | `GET /apps/{app}/source` | `?version=` | YAML text |
//! | `GET /apps/{app}/choices` | `?field=&version=&q=&limit=` | `{items: [{key, values}], more}`: records or people that can be answered at its start |
//! | `GET /apps/{app}/migrations` | | `{versions: [{version, runs, undoable}], complete}`: live runs by version |
//! | `POST /apps/{app}/migrations` | supervise; `{to_version?, from_version?, map?: {step: step}, leave?: [name], execute?, after?, person?}` | `{to_version, looked_at, there, over, undoable, not: [{why, …, en, zh, runs, examples}], not_over, next}`: what would become of the next 200 live runs; with `execute` it is done, run by run. A repeat does no harm: who is there stays |
//! | `POST /apps/{app}/migrations/undo` | supervise; `{after?, person?}` | `{looked_at, back, moved_on, next}`: the next live runs that went over and have not moved on go back |
//! | `POST /apps/{app}/replay` | author; YAML text; `?since=&until=&after=&limit=` | `{app, runs, same, differ, unknown, kinds, differences: [{difference, …, kind, en, zh, runs, examples}], next}`: recorded runs, played by this app; at most 1,000 in one call |
//! | `POST /runs` | `{app, version?, station?, inputs?, from_button?, paused?, person?}` | 201 `Run`, `Location` |
//! | `GET /runs` | `?app=&status=&station=&q=&after=&limit=` | `{items: [Run], next}`, newest first; `tasks` and `waiting_for` empty. With `q` a call looks at 5,000 runs: a short part may have a `next` |
//! | `GET /runs/{run}` | | `Run` |
//! | `GET /runs/{run}/timeline` | `?after=<seq>&limit=` | `{items: [TimelineEntry], next}` |
//! | `GET /runs/{run}/record` | supervise; `?format=zip` (or `html`, `pdf`, `json`) | the record of the run as a file for many years; `Gemba-Record-SHA256` is its hash. Of a run that goes on, as far as it has come |
//! | `POST /runs/{run}/cancel` | supervise; `{why, person?}` | `Run` |
//! | `POST /runs/{run}/retry` | supervise; `{person?}` or nothing | `Run` |
//! | `GET /runs/{run}/why` | | `Why`: for what it waits, since when and until when, who can move it, and what someone who supervises could do |
//! | `GET /runs/{run}/at` | `?seq=` or `?time=` | `{run, seq, at, status, values, waiting_for, tasks, holds}`: the run as it was then |
//! | `POST /runs/{run}/skip` | supervise; `{place, step, why, seq?, person?}` | `Run`: the step is passed over; what it would have filled is empty |
//! | `POST /runs/{run}/answer` | supervise; `{place, step, answer, why, button?, warnings_seen?, seq?, person?, signature?}` | `Run`: the result that the step waits for, checked like the real one |
//! | `POST /runs/{run}/values` | supervise; `{values, place?, why, seq?, person?}` | `Run`: values are corrected; verdicts are made anew, and what was not measured stays so |
//! | `GET /runs/{run}/rewind` | supervise; `?to=` | `{items: [{to, step, title, round, at, person}], next}`, newest first; with `to` what going back there would do |
//! | `POST /runs/{run}/rewind` | supervise; `{to, why, seq?, person?}` | `Run`: taken back to before that step |
//! | `POST /runs/{run}/restart` | supervise; `{why, same_version?, person?}` | 201 `Run`, `Location`: a new run with the same inputs, in the newest version of its app or in its own |
//! | `GET /brakes` | | `{items: [{scope, why, by, since, per_minute, held}], next}`: what stands still |
//! | `PUT /brakes/{kind}/{id}` | supervise; `{why, person?}` | 204: stands still. What is accepted meanwhile counts, and no further step begins. `kind` is `site` (`all`), `app`, `run`, `plugin`, `connection`, `printer` or `signal` |
//! | `DELETE /brakes/{kind}/{id}` | supervise; `?per_minute=` | 204: let go, so many runs a minute or all at once |
//! | `GET /tasks` | `?role=&role=&person=&station=&app=&run=&all=&after=&limit=` | `{items: [Task], next}`, most urgent first; of who is signed in, their own, unless `all=true` (right `supervise`) |
//! | `GET /tasks/{task}` | | `Task` + `form`, `pages`, `buttons`, `schema`, `context`, `last`, `draft` |
//! | `GET /tasks/{task}/choices` | `?field=&q=&limit=` | `{items: [{key, values}], more}`: records or people that can be answered; of a `where` that reads the form's own answers, by its draft |
//! | `POST /tasks/{task}/claim` | `{version?, person?}` or nothing | `Task` |
//! | `POST /tasks/{task}/release` | `{version?, person?}` or nothing | `Task` |
//! | `POST /tasks/{task}/start` | `{version?, person?}` or nothing | `Run`: it is being worked on, by who says so; `stop` takes that back |
//! | `POST /tasks/{task}/stop` | `{version?, person?}` or nothing | `Run` |
//! | `POST /tasks/{task}/delegate` | `{to, version?, person?}` | `Run`: that person does it, for who had it, who stays answerable |
//! | `POST /tasks/{task}/forward` | `{to: {role \| person \| station}, fresh?, version?, person?}` | `Run`: it is somebody else's; with `fresh: true` without what was typed |
//! | `POST /tasks/{task}/skip` | `{why, version?, person?}` | `Run`; where the app allows it, or by who supervises |
//! | `POST /tasks/{task}/suspend` | `{until?, for?, working_time?, stops_clock?, version?, person?}` | `Run`: nothing can be done with it until then, or until it is resumed |
//! | `POST /tasks/{task}/resume` | `{version?, person?}` or nothing | `Run` |
//! | `POST /tasks/{task}/nominate` | supervise; `{to, version?, person?}` | `Run`: that person has it |
//! | `POST /tasks/{task}/help` | `{helper, version?, person?}` | `Run`: that person may see it and type into it |
//! | `PUT /tasks/{task}/draft` | `{answers, draft_version?, version?, person?}` | `Draft` |
//! | `POST /tasks/{task}/complete` | `{answers?, version?, button?, warnings_seen?: [field], person?, signature?: {pin \| password \| badge}, confirm?: {field: {person, pin \| password \| badge}}}` | `Run`; who is signed in confirms what they sign, and who verifies a field shows that it is them; a `warning` is refused until it is in `warnings_seen` |
//! | `POST /messages` | `{name, body?, person?}` | `{started: [run], resumed: [run], not_started: [{app, why}]}` |
//! | `GET /tables/{app}/{table}` | `?<column>=<value>&after=&limit=` | `{items: [Record], next}` by key |
//! | `GET /site` | | `{title, time_zone, equipment: [{id, title, level, parent}], roles: [{id, title}]}` |
//! | `GET /site/tables/{table}` | `?after=&limit=` | `{items: [Record], next}` by key: records of the site, which no run has written |
//! | `PUT /site/tables/{table}/{key}` | author; `{values, person?}` | 204: written, or written over |
//! | `DELETE /site/tables/{table}/{key}` | author | 204: removed |
//! | `GET /floor` | | `{tasks: [Task + station], holds: [Hold], calls: [Notice + station], tasks_more, holds_more, calls_more}`: at most 200 of each |
//! | `GET /holds` | `?target=` | `{items: [Hold], next}` |
//! | `POST /holds/{target}/release` | supervise; `{run, why, person?}` | 204 |
//! | `GET /notices` | `?role=` or `?person=` or `?station=`, `&run=&after=&limit=` | `{items: [Notice], next}`, newest first |
//! | `POST /blobs` | the bytes, with their `Content-Type` | 201 `Blob`, `Location` |
//! | `GET /blobs/{blob}` | | the bytes; `Content-Disposition: attachment` unless a picture |
//! | `GET /session` | open | `Session`, or 401 `signed-out` with `{station, ways, setup_needed, demo?}` |
//! | `POST /session` | open; `{person, password}`, `{person, pin}` or `{badge}` | `Session` and its cookie |
//! | `DELETE /session` | open | 204 |
//! | `PUT /session/password` | `{old, new}` | 204 |
//! | `PUT /session/pin` | `{password, pin}` | 204 |
//! | `POST /setup` | open; `{code, person, name, password, language?}` | 201 `Session` and its cookie |
//! | `GET /people` | `?after=&limit=` | `{items: [Person], next}` |
//! | `POST /people` | admin; `{id, name, roles?, rights?, language?, password?, pin?, badge?, skills?: [{id, until?}], leader?}` | 201 `Person` |
//! | `PUT /people/{id}` | admin; the same in part, and `active`; `null` takes a credential away | `Person` |
//! | `DELETE /people/{id}` | admin | 204: can no longer sign in; the id stays taken |
//! | `PUT /people/{id}/away` | of oneself, or supervise; `{from?, until?, substitute?}` | `Person`: their work goes to the substitute meanwhile |
//! | `DELETE /people/{id}/away` | of oneself, or supervise | `Person`: they are back |
//! | `POST /stations/enrol` | admin; `{station}` | `{id, title}` and the cookie that makes this browser the station |
//! | `DELETE /stations/enrol` | admin | 204 |
//! | `GET /stations/enrolled` | admin | `{items: [{id, station, by, at, seen_at}], next}` |
//! | `DELETE /stations/enrolled/{id}` | admin | 204: that browser is no station any more, and whoever is signed in at it is signed out |
//! | `GET /tokens` | admin | `{items: [{name, created_at, scopes}], next}` |
//! | `POST /tokens` | admin; `{name, scopes?}` | 201 `{name, created_at, scopes, token}`: the only time that the token is shown |
//! | `DELETE /tokens/{name}` | admin | 204 |
//! | `GET /secrets` | admin | `{items: [{name}], next}`: names only |
//! | `PUT /secrets/{name}` | admin; `{secret}` | 204: holds from the next request on, and is never shown |
//! | `DELETE /secrets/{name}` | admin | 204 |
//! | `GET /undelivered` | admin; `?after=&limit=` | `{items: [{id, channel, key, event, since, problem, given_up_at}], next}`: messages that nobody took for a day |
//! | `POST /undelivered/{id}/send` | admin | 204: it is tried anew, under the same key |
//! | `DELETE /undelivered/{id}` | admin | 204: it is never sent |
//! | `GET /audit` | admin; `?after=&limit=` | `{items: [{seq, at, by: {kind, name}, did, on, old, new, hash}], next}`, newest first: who changed people, tokens, secrets and stations |
//! | `GET /events` | `?after=<id>` or `Last-Event-ID`, `?run=` | `text/event-stream`, without end: see *Live events* |
//! | `GET /health` | open | 200 `{"status": "up", "stands_still": bool}` (a brake is on the whole site) or 503 `{"status": "down"}` |
//! | `GET /metrics` | | Prometheus text |
//! | `GET /openapi.json` | | OpenAPI 3.1 of all this |
//!
//! # Live events
//!
//! Server-sent events (`EventSource` of browsers). Each tells that something was committed; what it is now is read, and a
//! read after the event sees it. All in commit order; also those of one's own changes.
//!
//! | event | data | meaning |
//! | --- | --- | --- |
//! | `hello` | `{newest}` | the first one; its id is the place from which changes are told |
//! | `change` | `{kind, run?, task?, target?, app, version?, station?, to?, what?, status?, seq?}` | `kind` is `task` (`what`: `opened`, `changed`, `closed`), `draft` (of a task; `version` of the draft), `run` (`status`, `seq`), `hold` (`target`, `what`: `put`, `released`), `notice` or `app` (`version`); `station` is where the run was started; `to` as in `Task` |
//! | `reset` | `{}` | more has happened than is kept, or the server was started again: read all lists again |
//!
//! Who comes back with the id of the last event (header `Last-Event-ID`, which counts more than `?after=`) misses nothing
//! and is told nothing twice, or is told `reset`. Ids are opaque. A comment comes after 15 s of
//! silence. It ends with the session, token or enrolment that it was asked for with, and when the server stops.
//!
//! # Shapes
//!
//! - `App`: `{id, version, title, about, hash, published_at, published_by}`
//! - `Startable`: `{app, version, title, about, inputs}`; `inputs` as `form` of a task, texts as objects by language
//! - `Run`: `{id, app, app_version, status, outcome, station, started_by, started_at, updated_at, ended_at, seq,
//!   waiting_for: [{for: "task" | "time" | "message" | "call" | "rest" | "turn" | "while" | "repair", step, …}], tasks: [Task]}`;
//!   `status` is `waiting`, `stopped`, `finished`, `failed` or `cancelled`
//! - `Task`: `{id, run, task, version, app, app_version, step, title, to, at, opened_at, due_at, late, reserved_by,
//!   not_by, sign, show: [{label, value}], round, state, delegated_by, helpers, suspended, skills, skippable}`; `state` is
//!   `ready`, `reserved`, `in_progress` or `suspended`; `to` is `{"role": "operator"}`, `{"person": …}`, `{"station": …}` or
//!   `"everyone"`
//! - `Draft`: `{version, person, at, answers}`
//! - `TimelineEntry`: `{seq, at, person, via, confirmed, facts: [{what, step, round, …}], note}`
//! - `Record`: `{key, values, run, version, at}`; `Hold`: `{target, run, app, why, since}`;
//!   `Notice`: `{id, run, app, step, to, text, at}`; `Blob`: `{id, media_type, size_bytes, at}`
//! - `Session`: `{person: {id, name, roles, rights, language?}, station: {id, title} | null, csrf, idle_s, expires_at}`
//! - `Person`: `{id, name, roles, rights, language?, skills: [{id, until}], leader, away: {from, until, substitute} | null}`; for administrators also `active`, `has_password`, `has_pin`,
//!   `has_badge`
//! - `Diagnostic`: `{code, severity, line, column, place, message, expected, why, fix, …}` as `gemba check --format json`

mod apps;
mod audit;
mod blobs;
mod brakes;
mod enrol;
mod events;
mod floor;
mod handling;
mod health;
mod holds;
mod home;
mod messages;
pub(crate) mod metrics;
mod migrations;
mod notices;
mod openapi;
mod people;
mod record;
mod repairs;
mod runs;
mod secrets;
mod session;
mod setup;
mod signals;
mod site;
mod stations;
mod tables;
mod tasks;
mod tokens;
mod undelivered;
mod views;

pub(crate) use enrol::plain_router;
pub(crate) use secrets::local_router;

use axum::Router;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{self, MethodRouter};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::docs;
use crate::http::Problem;
use crate::http::guard::{Access, Pace, Who, guard};
use crate::http::observe::{observe, panicked};
use crate::server::Server;
use crate::web;

/// Where all routes live.
const ROOT: &str = "/api/v1";
/// Smaller answers fit into one packet anyway.
const COMPRESSED_SIZE_BYTES_MIN: u64 = 1024;

/// One method of one path.
pub(crate) struct Route {
    #[cfg_attr(not(test), expect(dead_code, reason = "what the API's description is held to"))]
    pub(crate) method: Method,
    /// Below `/api/v1`, with its parameters in braces.
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    handler: MethodRouter<Server>,
}

impl Route {
    fn new(method: Method, path: &'static str, who: impl Into<Who>, handler: MethodRouter<Server>) -> Route {
        Route {
            method,
            path,
            access: Access {
                who: who.into(),
                pace: Pace::Quick,
            },
            handler,
        }
    }
    fn get<H: Handler<T, Server>, T: 'static>(path: &'static str, who: impl Into<Who>, handler: H) -> Route {
        Route::new(Method::GET, path, who, routing::get(handler))
    }
    fn post<H: Handler<T, Server>, T: 'static>(path: &'static str, who: impl Into<Who>, handler: H) -> Route {
        Route::new(Method::POST, path, who, routing::post(handler))
    }
    fn put<H: Handler<T, Server>, T: 'static>(path: &'static str, who: impl Into<Who>, handler: H) -> Route {
        Route::new(Method::PUT, path, who, routing::put(handler))
    }
    fn delete<H: Handler<T, Server>, T: 'static>(path: &'static str, who: impl Into<Who>, handler: H) -> Route {
        Route::new(Method::DELETE, path, who, routing::delete(handler))
    }
    /// Answers even when all places are taken.
    fn always(mut self) -> Route {
        self.access.pace = Pace::Always;
        self
    }
    /// May take as long as an upload.
    fn uploading(mut self) -> Route {
        self.access.pace = Pace::Upload;
        self
    }
}

/// Every route, resource by resource.
pub(crate) fn routes() -> Vec<Route> {
    [
        apps::routes(),
        migrations::routes(),
        runs::routes(),
        repairs::routes(),
        record::routes(),
        brakes::routes(),
        tasks::routes(),
        handling::routes(),
        messages::routes(),
        signals::routes(),
        tables::routes(),
        site::routes(),
        floor::routes(),
        holds::routes(),
        notices::routes(),
        blobs::routes(),
        session::routes(),
        setup::routes(),
        people::routes(),
        stations::routes(),
        tokens::routes(),
        secrets::routes(),
        undelivered::routes(),
        audit::routes(),
        events::routes(),
        health::routes(),
        metrics::routes(),
        openapi::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// All that is served.
pub(crate) fn router(server: Server) -> Router {
    let mut router = web::router(routing::get(home::page)).merge(docs::router());
    if server.tls().is_some_and(|tls| tls.authority().is_some()) {
        router = router.merge(enrol::router());
    }
    for route in routes() {
        let guarded = route
            .handler
            .layer(from_fn_with_state((server.clone(), route.access), guard));
        router = router.route(&format!("{ROOT}{}", route.path), guarded);
    }
    router
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(server.clone(), observe))
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .with_state(server)
}

/// Photos and films are compressed already. Events must leave at once, and a compressor waits for more.
fn worth_compressing() -> impl Predicate {
    SizeAbove::new(COMPRESSED_SIZE_BYTES_MIN)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::SSE)
}

async fn no_such_route() -> Problem {
    Problem::no_such_route()
}

async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "this address does not take this method; the header Allow names those it takes",
        "此地址不支持该方法；Allow 头列出支持的方法",
    )
}
