//! `printers:` of labels and papers.

use super::named::{self, List, Named};
use crate::catalogue as c;
use crate::limits;
use crate::model::{PrintFormat, Printer, PrinterAddress, Site};
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

pub(super) const PRINTER: &[Key] = &[
    required("printer", Shape::Word, "What the printer is called."),
    key(
        "id",
        Shape::Id,
        "Name of the printer; follows from the words when it is not written.",
    ),
    key("at", Shape::Word, "Where it stands."),
    required(
        "address",
        Shape::Word,
        "`tcp://10.0.0.7:9100`, or `folder:labels` for files below the data folder.",
    ),
    key(
        "format",
        Shape::Word,
        "`zpl`, `pdf` or `png`; `zpl` when it is not written.",
    ),
    key("dpi", Shape::Count, "Dots per inch; 203 when it is not written."),
];

const LIST: List = List {
    key: "printers",
    word: "printer",
    keys: PRINTER,
    example: "Label printer",
};

/// `site` has its equipment already.
pub(super) fn read(reader: &mut Reader<'_>, node: NodeId, site: &Site) -> Vec<Printer> {
    named::each(reader, node, &LIST, |reader, named| printer(reader, named, site))
}

fn printer(reader: &mut Reader<'_>, named: &Named, site: &Site) -> Option<Printer> {
    let at = named.at(reader, site);
    let format = match named.keys.get("format") {
        Some(node) => reader.choice(node, "format", &["zpl", "pdf", "png"]),
        None => Some("zpl"),
    };
    let dpi = named.keys.get("dpi").map(|node| {
        let (min, max) = (limits::PRINTER_DPI_MIN, limits::PRINTER_DPI_MAX);
        reader.count(node, "dpi", min, max)
    });
    let node = named.need(reader, "address", "tcp://10.0.0.7:9100")?;
    Some(Printer {
        id: named.id.clone(),
        title: named.title.clone(),
        at,
        address: address(reader, node)?,
        format: match format? {
            "pdf" => PrintFormat::Pdf,
            "png" => PrintFormat::Png,
            _ => PrintFormat::Zpl,
        },
        dpi: dpi.unwrap_or(203),
    })
}

fn address(reader: &mut Reader<'_>, node: NodeId) -> Option<PrinterAddress> {
    let text = reader.words(node, "address")?;
    if let Some((host, port)) = text.strip_prefix("tcp://").and_then(|rest| rest.rsplit_once(':'))
        && let Ok(port) = port.parse::<u16>()
        && port > 0
        && is_host(host)
    {
        let host = host.to_owned();
        return Some(PrinterAddress::Tcp { host, port });
    }
    if let Some(folder) = text.strip_prefix("folder:")
        && folder.split('/').all(is_plain_name)
    {
        return Some(PrinterAddress::Folder(folder.to_owned()));
    }
    let mut report = Report::new(c::PRINTER_ADDRESS_EXPECTED, reader.span(node)).arg("found", text.as_str());
    // What label printers listen on.
    let host = text.strip_prefix("tcp://").unwrap_or(&text).trim_end_matches('/');
    let meant = match host.rsplit_once(':') {
        None if is_host(host) && host.contains('.') => Some(format!("tcp://{host}:9100")),
        Some((host, port)) if is_host(host) && port.parse::<u16>().is_ok_and(|port| port > 0) => {
            Some(format!("tcp://{host}:{port}"))
        }
        _ => None,
    };
    if let Some(meant) = meant {
        report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, &meant));
    }
    reader.push(report.expected(["tcp://10.0.0.7:9100", "folder:labels"]));
    None
}

fn is_host(text: &str) -> bool {
    let character = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !text.is_empty() && text.chars().all(character),
    }
}

/// A file name that leads nowhere else.
fn is_plain_name(name: &str) -> bool {
    let character = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(character)
}
