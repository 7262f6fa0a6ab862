//! The loop: messages in, answers out, checks when there is a pause.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use language::diagnostic::Language;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{self as told, Notification as _};
use lsp_types::request::{self as asked, Request as _};
use lsp_types::{InitializeParams, PublishDiagnosticsParams, TextDocumentContentChangeEvent};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::folder::{Folder, is_site_file};
use crate::{Error, convert, limits};

/// What the server can do.
pub(crate) fn capabilities() -> Json {
    json!({
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": true, "change": 2},
        "completionProvider": {"triggerCharacters": [" ", "-", ".", "{", "=", "[", "/"]},
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "renameProvider": {"prepareProvider": true},
        "codeActionProvider": {"codeActionKinds": ["quickfix"]},
        "documentFormattingProvider": true,
        "documentSymbolProvider": true
    })
}

pub(crate) struct Server<'c> {
    connection: &'c Connection,
    pub(crate) folder: Folder,
    pub(crate) language: Language,
    /// Files to be checked, and when.
    due: BTreeMap<PathBuf, Instant>,
}

/// A request that cannot be answered, with the reason for a person.
pub(crate) struct No(pub(crate) String);

impl<'c> Server<'c> {
    pub(crate) fn new(connection: &'c Connection, params: &InitializeParams) -> Server<'c> {
        let option = params
            .initialization_options
            .as_ref()
            .and_then(|options| options["language"].as_str());
        let tag = option.or(params.locale.as_deref()).unwrap_or("en");
        let language = if tag.to_lowercase().starts_with("zh") {
            Language::Zh
        } else {
            Language::En
        };
        let folders = params.workspace_folders.as_deref().unwrap_or_default();
        let mut roots: Vec<PathBuf> = folders.iter().filter_map(|folder| convert::path(&folder.uri)).collect();
        #[allow(deprecated, reason = "what older editors send")]
        if let (true, Some(root)) = (roots.is_empty(), &params.root_uri) {
            roots.extend(convert::path(root));
        }
        Server {
            connection,
            folder: Folder::new(roots),
            language,
            due: BTreeMap::new(),
        }
    }

    pub(crate) fn run(mut self) -> Result<(), Error> {
        loop {
            let Some(message) = self.next() else { return Ok(()) };
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    let response = self.answer(request);
                    self.send(response.into());
                }
                Message::Notification(notification) => {
                    if notification.method == told::Exit::METHOD {
                        return Ok(());
                    }
                    self.take(notification);
                }
                Message::Response(_) => {}
            }
        }
    }

    /// The next message; until it comes, what is due is checked, and the rest of the folder is read.
    fn next(&mut self) -> Option<Message> {
        loop {
            if let Ok(message) = self.connection.receiver.try_recv() {
                return Some(message);
            }
            let now = Instant::now();
            let due = self
                .due
                .iter()
                .find(|(_, at)| **at <= now)
                .map(|(path, _)| path.clone());
            if let Some(path) = due {
                self.due.remove(&path);
                self.check(&path);
                continue;
            }
            if !self.folder.is_read() {
                self.folder.read_next();
                if self.folder.is_read() {
                    // Only now it is known which apps there are.
                    self.check_later(Duration::ZERO);
                }
                continue;
            }
            let Some(next) = self.due.values().min() else {
                return self.connection.receiver.recv().ok();
            };
            match self
                .connection
                .receiver
                .recv_timeout(next.saturating_duration_since(now))
            {
                Ok(message) => return Some(message),
                Err(error) if error.is_timeout() => {}
                Err(_) => return None,
            }
        }
    }

    fn send(&self, message: Message) {
        // An editor that is gone reads nothing any more; the loop ends when its side is closed.
        let _ = self.connection.sender.send(message);
    }

    fn check_later(&mut self, after: Duration) {
        for path in self.folder.open() {
            self.due.insert(path, Instant::now() + after);
        }
    }

    fn take(&mut self, notification: Notification) {
        match notification.method.as_str() {
            told::DidOpenTextDocument::METHOD => {
                let Some(params) = read::<told::DidOpenTextDocument>(notification.params) else {
                    return;
                };
                let document = params.text_document;
                if let Some(path) = convert::path(&document.uri) {
                    self.folder
                        .put(path.clone(), document.text.into(), Some(document.version));
                    self.changed(&path, Duration::ZERO);
                }
            }
            told::DidChangeTextDocument::METHOD => {
                let Some(params) = read::<told::DidChangeTextDocument>(notification.params) else {
                    return;
                };
                let Some(path) = convert::path(&params.text_document.uri) else {
                    return;
                };
                let Some(file) = self.folder.file(&path) else { return };
                let text = params.content_changes.into_iter().fold(file.text.to_string(), changed);
                self.folder
                    .put(path.clone(), text.into(), Some(params.text_document.version));
                self.changed(&path, Duration::from_millis(limits::PAUSE_MS));
            }
            told::DidCloseTextDocument::METHOD => {
                let Some(params) = read::<told::DidCloseTextDocument>(notification.params) else {
                    return;
                };
                if let Some(path) = convert::path(&params.text_document.uri) {
                    self.folder.close(&path);
                    self.due.remove(&path);
                    self.publish(&path, Vec::new(), None);
                }
            }
            told::DidChangeWatchedFiles::METHOD => {
                let Some(params) = read::<told::DidChangeWatchedFiles>(notification.params) else {
                    return;
                };
                for path in params.changes.iter().filter_map(|change| convert::path(&change.uri)) {
                    self.folder.changed(&path);
                }
                self.check_later(Duration::from_millis(limits::PAUSE_MS));
            }
            _ => {}
        }
    }

    /// A file has another text: it is checked, and those that refer to it.
    fn changed(&mut self, path: &Path, after: Duration) {
        self.due.insert(path.to_owned(), Instant::now() + after);
        if is_site_file(path) {
            self.check_later(Duration::from_millis(limits::PAUSE_MS));
            self.due.insert(path.to_owned(), Instant::now() + after);
        }
    }

    fn check(&mut self, path: &Path) {
        let Some(file) = self.folder.file(path) else { return };
        let (text, version) = (file.text.clone(), file.version);
        let found = self.diagnostics(path, &text);
        let shown = found
            .iter()
            .map(|one| convert::diagnostic(&text, one, self.language))
            .collect();
        self.publish(path, shown, version);
    }

    fn publish(&self, path: &Path, diagnostics: Vec<lsp_types::Diagnostic>, version: Option<i32>) {
        let Some(uri) = convert::uri(path) else { return };
        let params = PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        };
        let method = told::PublishDiagnostics::METHOD.to_owned();
        self.send(Notification::new(method, params).into());
    }

    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let answered = match method.as_str() {
            asked::Completion::METHOD => self.with::<asked::Completion>(params, Self::completion),
            asked::HoverRequest::METHOD => self.with::<asked::HoverRequest>(params, Self::hover),
            asked::GotoDefinition::METHOD => self.with::<asked::GotoDefinition>(params, Self::definition),
            asked::References::METHOD => self.with::<asked::References>(params, Self::references),
            asked::PrepareRenameRequest::METHOD => {
                self.with::<asked::PrepareRenameRequest>(params, Self::prepare_rename)
            }
            asked::Rename::METHOD => self.with::<asked::Rename>(params, Self::rename),
            asked::CodeActionRequest::METHOD => self.with::<asked::CodeActionRequest>(params, Self::fixes),
            asked::Formatting::METHOD => self.with::<asked::Formatting>(params, Self::formatting),
            asked::DocumentSymbolRequest::METHOD => self.with::<asked::DocumentSymbolRequest>(params, Self::symbols),
            _ => {
                let code = ErrorCode::MethodNotFound as i32;
                return Response::new_err(id, code, format!("there is no {method}"));
            }
        };
        match answered {
            Ok(result) => Response::new_ok(id, result),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        }
    }

    fn with<R: asked::Request>(
        &mut self,
        params: Json,
        work: fn(&mut Self, R::Params) -> Result<R::Result, No>,
    ) -> Result<Json, (ErrorCode, String)> {
        let params = serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))?;
        let result = work(self, params).map_err(|No(message)| (ErrorCode::RequestFailed, message))?;
        serde_json::to_value(result).map_err(|error| (ErrorCode::InternalError, error.to_string()))
    }
}

fn read<N: told::Notification>(params: Json) -> Option<N::Params>
where
    N::Params: DeserializeOwned,
{
    serde_json::from_value(params).ok()
}

/// A text with one change of the editor.
fn changed(text: String, change: TextDocumentContentChangeEvent) -> String {
    let Some(range) = change.range else {
        return change.text;
    };
    let (start, end) = (convert::byte(&text, range.start), convert::byte(&text, range.end));
    let mut text = text;
    text.replace_range(start..end.max(start), &change.text);
    text
}
