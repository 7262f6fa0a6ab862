//! Papers to a printer that listens as printers do, into a folder, and kept as a file of the run.

use crate::connect::{Connections, Dialler, Printers, Secrets};
use kernel::{Ask, AskResult, Request};
use language::model::{Id, PrintFormat, Printer, PrinterAddress, Site};
use language::steps::print::{Document, Item, Size};
use runtime::Outside;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

fn printer(id: &str, address: PrinterAddress, format: PrintFormat) -> Printer {
    Printer {
        id: Id::new(id),
        title: id.to_owned(),
        at: None,
        address,
        format,
        dpi: 203,
    }
}

fn ask(printer: Option<&str>, text: &str) -> Ask {
    Ask {
        ask: 1,
        step: Id::new("print_the_label"),
        attempt: 1,
        within_ms: 30_000,
        request: Request::Print {
            printer: printer.map(Id::new),
            document: Document {
                title: "Label".to_owned(),
                size: Size::A5,
                items: vec![Item::Text {
                    text: text.to_owned(),
                    big: false,
                }],
            },
            copies: 2,
        },
    }
}

#[tokio::test]
async fn papers_reach_their_printer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let tcp = PrinterAddress::Tcp {
        host: "127.0.0.1".to_owned(),
        port,
    };
    let folder = tempfile::tempdir().unwrap();
    let store: store::AnyStore = store::sqlite::Options::new(folder.path()).open().await.unwrap();
    let site = Site {
        printers: vec![
            printer("label_printer", tcp, PrintFormat::Zpl),
            printer(
                "shelf",
                PrinterAddress::Folder("papers/qc".to_owned()),
                PrintFormat::Pdf,
            ),
        ],
        ..Site::default()
    };
    let secrets: Arc<dyn Secrets> = Arc::new(BTreeMap::new());
    let printers = Printers::new(Dialler::new(), store.clone(), folder.path());
    let outside = Connections::new(Arc::new(site), Dialler::new(), secrets).with_printers(printers);

    let taken = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        bytes
    });
    let done = outside.ask(&ask(Some("label_printer"), "Order 4711"), "7-1-1").await;
    assert!(matches!(done, AskResult::Done { .. }), "{done:?}");
    let zpl = String::from_utf8(taken.await.unwrap()).unwrap();
    assert!(
        zpl.starts_with("^XA") && zpl.contains("^PQ2"),
        "{}",
        &zpl[..zpl.len().min(200)]
    );

    // The same paper twice under one key is there once.
    for _ in 0..2 {
        let done = outside.ask(&ask(Some("shelf"), "Order 4711"), "7-2-1").await;
        assert!(matches!(done, AskResult::Done { .. }), "{done:?}");
    }
    let shelf = folder.path().join("papers/qc");
    let names: Vec<_> = std::fs::read_dir(&shelf)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["7-2-1.pdf"]);
    assert!(std::fs::read(shelf.join("7-2-1.pdf")).unwrap().starts_with(b"%PDF-"));

    let AskResult::Done { value } = outside.ask(&ask(None, "Order 4711"), "7-3-1").await else {
        panic!("it is kept");
    };
    let (row, bytes) = store.blob(value["file"].as_str().unwrap()).await.unwrap().unwrap();
    assert!(row.media_type == "application/pdf" && bytes.starts_with(b"%PDF-"));

    for (printer, text) in [(Some("elsewhere"), "x"), (Some("shelf"), "\u{10FFFD}")] {
        let AskResult::Failed { kind, again, message } = outside.ask(&ask(printer, text), "7-4-1").await else {
            panic!("{printer:?} prints {text}");
        };
        assert_eq!((kind.as_str(), again), ("not_allowed", false), "{message}");
    }
    store.close().await;
}

/// A printer that takes the beginning of a paper and is switched off.
#[tokio::test]
async fn a_paper_that_broke_off_is_unknown_and_not_printed_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    let tcp = PrinterAddress::Tcp {
        host: "127.0.0.1".to_owned(),
        port: here.port(),
    };
    let folder = tempfile::tempdir().unwrap();
    let store: store::AnyStore = store::sqlite::Options::new(folder.path()).open().await.unwrap();
    let site = Site {
        printers: vec![printer("office", tcp, PrintFormat::Pdf)],
        ..Site::default()
    };
    let secrets: Arc<dyn Secrets> = Arc::new(BTreeMap::new());
    let printers = Printers::new(Dialler::new(), store.clone(), folder.path());
    let outside = Connections::new(Arc::new(site), Dialler::new(), secrets).with_printers(printers);
    let switched_off = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut beginning = [0; 100];
        stream.read_exact(&mut beginning).await.unwrap();
        // What was sent and not read makes the connection end as a reset.
        drop(stream);
        listener
    });
    let mut paper = ask(Some("office"), "Order 4711");
    // More than what the system holds back between the two.
    if let Request::Print { copies, .. } = &mut paper.request {
        *copies = 5_000;
    }
    let AskResult::Failed { kind, again, message } = outside.ask(&paper, "7-1-1").await else {
        panic!("it is not printed");
    };
    assert_eq!((kind.as_str(), again), ("unknown_outcome", false), "{message}");
    assert!(message.contains("look what is on paper"), "{message}");
    // Nobody else has come to the printer: the next one is this.
    let listener = switched_off.await.unwrap();
    let mine = tokio::net::TcpStream::connect(here).await.unwrap();
    let (_, peer) = listener.accept().await.unwrap();
    assert_eq!(peer, mine.local_addr().unwrap());
    store.close().await;
}
