//! What editors ask.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use language::author::{self, Around, CompletionKind, Symbol, Thing};
use language::diagnostic::{Diagnostic, Language, Severity};
use lsp_types as t;

use crate::folder::is_site_file;
use crate::server::{No, Server};
use crate::{convert, limits};

impl Server<'_> {
    fn said(&self, en: &str, zh: &str) -> String {
        match self.language {
            Language::En => en.to_owned(),
            Language::Zh => zh.to_owned(),
        }
    }

    fn open(&self, uri: &t::Uri) -> Result<(PathBuf, Arc<str>), No> {
        let unknown = || No(self.said("the file is not open", "文件没有打开"));
        let path = convert::path(uri).ok_or_else(unknown)?;
        let text = self.folder.file(&path).ok_or_else(unknown)?.text.clone();
        Ok((path, text))
    }

    /// Everything that is to be said about a file.
    pub(crate) fn diagnostics(&mut self, path: &Path, text: &str) -> Vec<Diagnostic> {
        if is_site_file(path) {
            return language::read_site(text).diagnostics;
        }
        let site = self.folder.site_of(path);
        let read = language::read_app(text, site.as_deref());
        let mut found = read.diagnostics;
        if let Some(app) = &read.value
            && self.folder.is_read()
            && language::names_others(app)
        {
            let others = self
                .folder
                .apps()
                .filter(|(other, _)| *other != path)
                .map(|(_, app)| &**app);
            found.extend(language::Together::of(others.chain([app])).check(text, app));
        }
        found
    }

    pub(crate) fn completion(&mut self, params: t::CompletionParams) -> Result<Option<t::CompletionResponse>, No> {
        let (path, text) = self.open(&params.text_document_position.text_document.uri)?;
        let at = convert::byte(&text, params.text_document_position.position);
        let site = self.folder.site_of(&path);
        let apps = self.folder.beside(&path);
        let app = self.folder.file(&path).and_then(|file| file.app.clone());
        let around = Around {
            site: site.as_deref(),
            apps: &apps,
            app: app.as_deref(),
        };
        let found = author::complete(&text, at, around, self.language);
        let items = found
            .into_iter()
            .take(limits::COMPLETIONS_MAX)
            .enumerate()
            .map(|(number, one)| {
                let edit = t::TextEdit {
                    range: convert::range(&text, one.replaced),
                    new_text: one.text,
                };
                let markdown = t::MarkupContent {
                    kind: t::MarkupKind::Markdown,
                    value: one.doc,
                };
                t::CompletionItem {
                    label: one.label.clone(),
                    kind: Some(kind_of(one.kind)),
                    detail: (!one.detail.is_empty()).then_some(one.detail),
                    documentation: (!markdown.value.is_empty()).then_some(t::Documentation::MarkupContent(markdown)),
                    sort_text: Some(format!("{number:04}")),
                    filter_text: Some(one.label),
                    insert_text_mode: Some(t::InsertTextMode::AS_IS),
                    text_edit: Some(t::CompletionTextEdit::Edit(edit)),
                    ..t::CompletionItem::default()
                }
            });
        Ok(Some(t::CompletionResponse::Array(items.collect())))
    }

    pub(crate) fn hover(&mut self, params: t::HoverParams) -> Result<Option<t::Hover>, No> {
        let (path, text) = self.open(&params.text_document_position_params.text_document.uri)?;
        let at = convert::byte(&text, params.text_document_position_params.position);
        let site = self.folder.site_of(&path);
        let app = self.folder.file(&path).and_then(|file| file.app.clone());
        let around = Around {
            site: site.as_deref(),
            apps: &[],
            app: app.as_deref(),
        };
        let found = author::hover(&text, at, around, self.language);
        Ok(found.map(|hover| t::Hover {
            range: Some(convert::range(&text, hover.span)),
            contents: t::HoverContents::Markup(t::MarkupContent {
                kind: t::MarkupKind::Markdown,
                value: hover.text,
            }),
        }))
    }

    /// The thing at a position, and where it is.
    fn thing(&mut self, at: &t::TextDocumentPositionParams) -> Result<Option<(PathBuf, Arc<str>, author::Use)>, No> {
        let (path, text) = self.open(&at.text_document.uri)?;
        let byte = convert::byte(&text, at.position);
        let site = self.folder.site_of(&path);
        let uses = author::uses(&text, site.as_deref());
        let found = author::thing_at(&uses, byte).cloned();
        Ok(found.map(|found| (path, text, found)))
    }

    /// Files in which a thing may be named.
    fn files_of(&mut self, thing: &Thing, path: &Path) -> Vec<PathBuf> {
        match thing {
            Thing::Site { .. } => {
                self.folder.read_all();
                match self.folder.site_file_of(path) {
                    Some(site) => self.folder.below(&site),
                    None => vec![path.to_owned()],
                }
            }
            Thing::App(_) => {
                self.folder.read_all();
                self.folder.apps().map(|(path, _)| path.clone()).collect()
            }
            _ => vec![path.to_owned()],
        }
    }

    fn locations(&mut self, thing: &Thing, path: &Path, only_made: bool) -> Vec<t::Location> {
        let mut found = Vec::new();
        for file in self.files_of(thing, path) {
            let Some(text) = self.folder.file(&file).map(|file| file.text.clone()) else {
                continue;
            };
            let site = self.folder.site_of(&file);
            let Some(uri) = convert::uri(&file) else { continue };
            for one in author::uses(&text, site.as_deref()) {
                if one.thing == *thing && (one.is_definition || !only_made) {
                    found.push(t::Location {
                        uri: uri.clone(),
                        range: convert::range(&text, one.span),
                    });
                }
            }
        }
        found
    }

    pub(crate) fn definition(
        &mut self,
        params: t::GotoDefinitionParams,
    ) -> Result<Option<t::GotoDefinitionResponse>, No> {
        let Some((path, _, found)) = self.thing(&params.text_document_position_params)? else {
            return Ok(None);
        };
        let places = self.locations(&found.thing, &path, true);
        Ok((!places.is_empty()).then_some(t::GotoDefinitionResponse::Array(places)))
    }

    pub(crate) fn references(&mut self, params: t::ReferenceParams) -> Result<Option<Vec<t::Location>>, No> {
        let Some((path, _, found)) = self.thing(&params.text_document_position)? else {
            return Ok(None);
        };
        Ok(Some(self.locations(&found.thing, &path, false)))
    }

    pub(crate) fn prepare_rename(
        &mut self,
        params: t::TextDocumentPositionParams,
    ) -> Result<Option<t::PrepareRenameResponse>, No> {
        let found = self.thing(&params)?;
        Ok(found.map(|(_, text, found)| {
            let name = match &found.thing {
                Thing::Step(id) | Thing::Input(id) | Thing::Value(id) | Thing::Table(id) | Thing::App(id) => {
                    id.to_string()
                }
                Thing::Field { id, .. } | Thing::Column { id, .. } => id.to_string(),
                _ => text
                    .get(found.span.start..found.span.end)
                    .unwrap_or_default()
                    .to_owned(),
            };
            t::PrepareRenameResponse::RangeWithPlaceholder {
                range: convert::range(&text, found.span),
                placeholder: name,
            }
        }))
    }

    pub(crate) fn rename(&mut self, params: t::RenameParams) -> Result<Option<t::WorkspaceEdit>, No> {
        let Some((path, _, found)) = self.thing(&params.text_document_position)? else {
            return Err(No(
                self.said("there is nothing here that has a name", "这里没有可以改名的东西")
            ));
        };
        let name = params.new_name.trim();
        if !author::can_be_called(&found.thing, name) {
            let en = format!("it cannot be called '{name}': small letters, digits and _, a letter first");
            let zh = format!("不能叫“{name}”：只能用小写字母、汉字、数字和 _，并以字母或汉字开头");
            return Err(No(self.said(&en, &zh)));
        }
        let mut renamed: BTreeMap<PathBuf, (Arc<str>, Vec<language::diagnostic::Edit>)> = BTreeMap::new();
        for file in self.files_of(&found.thing, &path) {
            let Some(text) = self.folder.file(&file).map(|file| file.text.clone()) else {
                continue;
            };
            let site = self.folder.site_of(&file);
            let edits = author::rename(&text, site.as_deref(), &found.thing, name).edits;
            if !edits.is_empty() {
                renamed.insert(file, (text, edits));
            }
        }
        self.still_right(&path, &renamed, name)?;
        #[allow(clippy::mutable_key_type, reason = "the protocol's own type")]
        let mut changes = HashMap::new();
        for (file, (text, edits)) in renamed {
            if let Some(uri) = convert::uri(&file) {
                changes.insert(uri, edits.iter().map(|edit| convert::text_edit(&text, edit)).collect());
            }
        }
        let edit = t::WorkspaceEdit {
            changes: Some(changes),
            ..t::WorkspaceEdit::default()
        };
        Ok(Some(edit))
    }

    /// The files must have no error that they did not have: a name may have been taken, or be read in a way that
    /// cannot be followed.
    fn still_right(
        &mut self,
        path: &Path,
        renamed: &BTreeMap<PathBuf, (Arc<str>, Vec<language::diagnostic::Edit>)>,
        name: &str,
    ) -> Result<(), No> {
        let after = |(text, edits): &(Arc<str>, Vec<language::diagnostic::Edit>)| language::edits::patched(text, edits);
        let site_file = self.folder.site_file_of(path);
        let site = match site_file.as_ref().and_then(|file| renamed.get(file)) {
            Some(changed) => language::read_site(&after(changed)).value.map(Arc::new),
            None => self.folder.site_of(path),
        };
        let errors = |found: &[Diagnostic]| found.iter().filter(|one| one.severity == Severity::Error).count();
        for (file, changed) in renamed {
            let old_site = self.folder.site_of(file);
            let now = after(changed);
            let (before, now) = if is_site_file(file) {
                (
                    language::read_site(&changed.0).diagnostics,
                    language::read_site(&now).diagnostics,
                )
            } else {
                (
                    language::read_app(&changed.0, old_site.as_deref()).diagnostics,
                    language::read_app(&now, site.as_deref()).diagnostics,
                )
            };
            if errors(&now) > errors(&before) {
                let new = now.iter().find(|one| one.severity == Severity::Error);
                let why = new.map(|one| match self.language {
                    Language::En => one.message.0.clone(),
                    Language::Zh => one.message.1.clone(),
                });
                let why = why.unwrap_or_default();
                let file = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let en = format!("it cannot be called '{name}', {file} would be wrong: {why}");
                let zh = format!("不能改名为“{name}”，否则 {file} 会出错：{why}");
                return Err(No(self.said(&en, &zh)));
            }
        }
        Ok(())
    }

    pub(crate) fn fixes(&mut self, params: t::CodeActionParams) -> Result<Option<t::CodeActionResponse>, No> {
        let (path, text) = self.open(&params.text_document.uri)?;
        let (from, to) = (
            convert::byte(&text, params.range.start),
            convert::byte(&text, params.range.end),
        );
        let lines = (line_start(&text, from), line_end(&text, to));
        let mut found = Vec::new();
        for one in self.diagnostics(&path, &text) {
            if one.fix.is_empty() || one.span.end < lines.0 || one.span.start > lines.1 {
                continue;
            }
            let edits: Vec<t::TextEdit> = one.fix.iter().map(|edit| convert::text_edit(&text, edit)).collect();
            let title = self.title_of(&text, &one);
            #[allow(clippy::mutable_key_type, reason = "the protocol's own type")]
            let changes = HashMap::from([(params.text_document.uri.clone(), edits)]);
            found.push(t::CodeActionOrCommand::CodeAction(t::CodeAction {
                title,
                kind: Some(t::CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![convert::diagnostic(&text, &one, self.language)]),
                edit: Some(t::WorkspaceEdit {
                    changes: Some(changes),
                    ..t::WorkspaceEdit::default()
                }),
                is_preferred: Some(true),
                ..t::CodeAction::default()
            }));
        }
        Ok(Some(found))
    }

    /// `Write 'measure'`; for larger fixes the lines that come.
    fn title_of(&self, text: &str, one: &Diagnostic) -> String {
        let [edit] = one.fix.as_slice() else {
            return self.said("Repair it", "修正");
        };
        let shown = edit.text.trim().lines().next().unwrap_or_default();
        if shown.is_empty() {
            let gone = text.get(edit.start..edit.end).unwrap_or_default().trim();
            return self.said(&format!("Take '{gone}' away"), &format!("去掉“{gone}”"));
        }
        self.said(&format!("Write '{shown}'"), &format!("写成“{shown}”"))
    }

    pub(crate) fn formatting(&mut self, params: t::DocumentFormattingParams) -> Result<Option<Vec<t::TextEdit>>, No> {
        let (_, text) = self.open(&params.text_document.uri)?;
        let Some(laid_out) = language::format(&text) else {
            return Err(No(
                self.said("a file with errors is left as it is", "有错误的文件不会整理")
            ));
        };
        let edits = language::edits::difference(&text, &laid_out);
        Ok(Some(edits.iter().map(|edit| convert::text_edit(&text, edit)).collect()))
    }

    pub(crate) fn symbols(&mut self, params: t::DocumentSymbolParams) -> Result<Option<t::DocumentSymbolResponse>, No> {
        let (_, text) = self.open(&params.text_document.uri)?;
        let found = author::symbols(&text).iter().map(|one| symbol(&text, one)).collect();
        Ok(Some(t::DocumentSymbolResponse::Nested(found)))
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline)
}

fn kind_of(kind: CompletionKind) -> t::CompletionItemKind {
    match kind {
        CompletionKind::Word => t::CompletionItemKind::PROPERTY,
        CompletionKind::Kind => t::CompletionItemKind::KEYWORD,
        CompletionKind::Value => t::CompletionItemKind::VALUE,
        CompletionKind::Name => t::CompletionItemKind::VARIABLE,
        CompletionKind::Thing => t::CompletionItemKind::REFERENCE,
    }
}

fn symbol(text: &str, one: &Symbol) -> t::DocumentSymbol {
    let inside: Vec<t::DocumentSymbol> = one.inside.iter().map(|inner| symbol(text, inner)).collect();
    #[allow(deprecated, reason = "a field that the type still has")]
    t::DocumentSymbol {
        name: one.name.clone(),
        detail: Some(one.word.clone()),
        kind: if one.is_step {
            t::SymbolKind::FUNCTION
        } else {
            t::SymbolKind::FIELD
        },
        tags: None,
        deprecated: None,
        range: convert::range(text, one.span),
        selection_range: convert::range(text, one.name_span),
        children: (!inside.is_empty()).then_some(inside),
    }
}
