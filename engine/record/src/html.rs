//! The record as one page that any browser shows and prints: no script, nothing from elsewhere but the pictures beside it.
//!
//! The same record gives the same bytes as long as [`LAYOUT`] is the same; whoever changes what is written here counts it up.

use std::fmt::Write;

use crate::build::Record;
use crate::view;

/// The number of the layout, which is in the record.
pub(crate) const LAYOUT: u64 = 1;

const STYLE: &str = "\
body{font:15px/1.45 system-ui,'Noto Sans','Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:2rem auto;max-width:60rem;\
padding:0 1rem;color:#111}h1{font-size:1.6rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}\
th{background:#eee}img{max-width:20rem;max-height:20rem;margin:.3rem}.warning{border:3px solid #b00;padding:.6rem;font-weight:bold}\
footer{margin-top:2rem;border-top:1px solid #bbb;font:12px monospace;overflow-wrap:anywhere}";

pub(crate) fn page(record: &Record) -> String {
    let view = view::of(record);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"gemba-record\" content=\"sha256:{}\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        record.hash,
        escaped(&view.title),
        escaped(&view.title),
    );
    if let Some(warning) = view.warning {
        let _ = writeln!(out, "<p class=\"warning\">{}</p>", escaped(warning));
    }
    for section in &view.sections {
        let _ = writeln!(out, "<h2>{}</h2>\n<table>", escaped(&section.title));
        if !section.columns.is_empty() {
            row(&mut out, "th", section.columns.iter().copied());
        }
        for cells in &section.rows {
            row(&mut out, "td", cells.iter().map(String::as_str));
        }
        out.push_str("</table>\n");
    }
    for picture in &view.pictures {
        let _ = writeln!(out, "<img src=\"{0}\" alt=\"{0}\">", escaped(picture));
    }
    let _ = write!(
        out,
        "<footer>Record 记录 SHA-256 {}<br>Check it with 校验: gemba verify FILE, or 或 sha256sum record.json</footer>\n</body>\n</html>\n",
        record.hash
    );
    out
}

fn row<'c>(out: &mut String, element: &str, cells: impl Iterator<Item = &'c str>) {
    out.push_str("<tr>");
    for cell in cells {
        let _ = write!(out, "<{element}>{}</{element}>", escaped(cell));
    }
    out.push_str("</tr>\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // What a browser would not show the same everywhere is not in the page.
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
