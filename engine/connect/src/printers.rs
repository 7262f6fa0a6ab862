//! Papers: a document of a run, drawn by the crate `print`, to a printer of the site, into a folder beside the data, or
//! kept as a file of the run.

use crate::address::{Address, Host};
use crate::dial::Dialler;
use crate::failure::{Failure, Kind};
use language::model::{PrintFormat, Printer, PrinterAddress, Site};
use print::{Document, Fonts, Item, Photos};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::AnyStore;
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

/// The printers of a site.
pub struct Printers {
    dialler: Dialler,
    store: AnyStore,
    /// The data folder, below which printers that are folders lie.
    folder: PathBuf,
    /// Read when something is printed first.
    fonts: Arc<OnceLock<Fonts>>,
}

/// What leaves: one or more files of one kind.
struct Papers {
    extension: &'static str,
    files: Vec<Vec<u8>>,
}

impl Printers {
    pub fn new(dialler: Dialler, store: AnyStore, folder: &Path) -> Printers {
        Printers {
            dialler,
            store,
            folder: folder.to_owned(),
            fonts: Arc::default(),
        }
    }

    /// `printer` is an id of the site. Paper that a printer may have begun is never sent again by itself: it cannot be
    /// taken back. One in a folder is named by its key, and is there once.
    pub(crate) async fn print(
        &self,
        site: &Site,
        printer: Option<&str>,
        document: &Document,
        copies: u32,
        key: &str,
        within: Duration,
    ) -> Result<Value, Failure> {
        let begun = AtomicBool::new(false);
        let printing = self.print_in_time(site, printer, document, copies, key, &begun);
        match tokio::time::timeout(within, printing).await {
            Ok(ended) => ended,
            Err(_) if begun.load(Ordering::Relaxed) => Err(unknown(&format!(
                "the printer did not take it whole in {} ms",
                within.as_millis()
            ))),
            Err(_) => Err(Failure::again(
                Kind::Timeout,
                format!("the printer did not take it in {} ms", within.as_millis()),
            )),
        }
    }

    async fn print_in_time(
        &self,
        site: &Site,
        printer: Option<&str>,
        document: &Document,
        copies: u32,
        key: &str,
        begun: &AtomicBool,
    ) -> Result<Value, Failure> {
        let photos = self.photos(document).await?;
        let Some(id) = printer else {
            let papers = self.draw(document, photos, None, copies).await?;
            return self.keep(papers).await;
        };
        let found = site.printers.iter().find(|printer| printer.id.as_str() == id);
        let printer =
            found.ok_or_else(|| Failure::last(Kind::NotAllowed, format!("the site has no printer '{id}'")))?;
        let papers = self.draw(document, photos, Some(printer), copies).await?;
        match &printer.address {
            PrinterAddress::Tcp { host, port } => {
                let times = if printer.format == PrintFormat::Zpl {
                    // It says itself how many copies it wants.
                    1
                } else {
                    copies.max(1)
                };
                self.send(host, *port, &papers, times, begun).await
            }
            PrinterAddress::Folder(name) => {
                let folder = self.folder.join(name);
                let key = key.to_owned();
                on_a_thread(move || put(&folder, &key, &papers)).await
            }
        }
    }

    async fn photos(&self, document: &Document) -> Result<Photos, Failure> {
        let mut photos = Photos::new();
        for item in &document.items {
            let Item::Photo { files } = item else { continue };
            for file in files {
                let found = self.store.blob(file).await;
                let found = found.map_err(|error| {
                    Failure::again(Kind::Unreachable, format!("the photo {file} cannot be read: {error}"))
                })?;
                // One that is not there is told by whoever draws.
                if let Some((_, bytes)) = found {
                    photos.insert(file.clone(), bytes);
                }
            }
        }
        Ok(photos)
    }

    async fn draw(
        &self,
        document: &Document,
        photos: Photos,
        printer: Option<&Printer>,
        copies: u32,
    ) -> Result<Papers, Failure> {
        let (fonts, document) = (self.fonts.clone(), document.clone());
        let form = printer.map_or((PrintFormat::Pdf, 0), |printer| (printer.format, printer.dpi));
        let drawn = spawn_blocking(move || {
            let fonts = fonts.get_or_init(Fonts::of_the_system);
            let (format, dpi) = form;
            Ok(match format {
                PrintFormat::Zpl => Papers {
                    extension: "zpl",
                    files: vec![print::zpl(&document, dpi, copies, fonts, &photos)?],
                },
                PrintFormat::Pdf => Papers {
                    extension: "pdf",
                    files: vec![print::pdf(&document, fonts, &photos)?],
                },
                PrintFormat::Png => Papers {
                    extension: "png",
                    files: print::png(&document, dpi, fonts, &photos)?,
                },
            })
        });
        let drawn: Result<Papers, print::Error> = drawn.await.map_err(|problem| broken(&problem))?;
        drawn.map_err(|error| Failure::last(Kind::NotAllowed, format!("this cannot be printed: {error}")))
    }

    async fn keep(&self, papers: Papers) -> Result<Value, Failure> {
        let at_ms = jiff::Timestamp::now().as_millisecond();
        let file = papers.files.into_iter().next().unwrap_or_default();
        let kept = self.store.put_blob(&file, "application/pdf", at_ms).await;
        let kept = kept.map_err(|error| Failure::again(Kind::Unreachable, format!("it cannot be kept: {error}")))?;
        Ok(json!({"file": kept.id}))
    }

    /// Raw, as printers take it at port 9100. `begun` is set before the first byte leaves.
    async fn send(
        &self,
        host: &str,
        port: u16,
        papers: &Papers,
        times: u32,
        begun: &AtomicBool,
    ) -> Result<Value, Failure> {
        let address = Address {
            is_tls: false,
            host: Host::read(host)
                .ok_or_else(|| Failure::last(Kind::NotAllowed, format!("'{host}' is no name of a computer")))?,
            port,
            base: String::new(),
        };
        let mut stream = self.dialler.dial(&address).await?;
        let broke = |error: io::Error| unknown(&format!("the printer {address} broke off: {error}"));
        begun.store(true, Ordering::Relaxed);
        for _ in 0..times {
            for file in &papers.files {
                stream.write_all(file).await.map_err(broke)?;
            }
        }
        stream.shutdown().await.map_err(broke)?;
        Ok(Value::Null)
    }
}

/// Nobody knows how much of it is on paper.
fn unknown(why: &str) -> Failure {
    Failure::last(
        Kind::UnknownOutcome,
        format!("{why}; look what is on paper, and print again only when it is not"),
    )
}

/// Whole or not at all, under names that whoever looks into the folder can sort.
fn put(folder: &Path, key: &str, papers: &Papers) -> Result<Value, Failure> {
    let failed = |error: io::Error| {
        Failure::again(
            Kind::Unreachable,
            format!("the folder '{}' cannot be written: {error}", folder.display()),
        )
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let many = papers.files.len() > 1;
    for (page, file) in papers.files.iter().enumerate() {
        let number = if many { format!("-{}", page + 1) } else { String::new() };
        let name = format!("{key}{number}.{}", papers.extension);
        let making = folder.join(format!(".{name}.unfinished"));
        let written = std::fs::File::create(&making).and_then(|mut made| {
            made.write_all(file)?;
            made.sync_all()?;
            std::fs::rename(&making, folder.join(&name))
        });
        written.map_err(failed)?;
    }
    Ok(Value::Null)
}

async fn on_a_thread(work: impl FnOnce() -> Result<Value, Failure> + Send + 'static) -> Result<Value, Failure> {
    spawn_blocking(work).await.map_err(|problem| broken(&problem))?
}

fn broken(problem: &dyn std::fmt::Display) -> Failure {
    Failure::last(Kind::NoHost, format!("printing failed in itself: {problem}"))
}
