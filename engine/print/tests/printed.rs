//! What is printed can be read: codes are decoded from the pictures, text is found in the PDF, ZPL is the same picture.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::collections::BTreeMap;

use gemba_print::{CodeKind, Document, Error, Fonts, Item, Photos, Size, limits, pdf, png, zpl};
use tiny_skia::Pixmap;

fn text(text: &str) -> Item {
    Item::Text {
        text: text.to_owned(),
        big: false,
    }
}

fn big(text: &str) -> Item {
    Item::Text {
        text: text.to_owned(),
        big: true,
    }
}

fn code(kind: CodeKind, text: &str) -> Item {
    Item::Code {
        kind,
        text: text.to_owned(),
    }
}

fn label(width_mm: u32, height_mm: u32, items: Vec<Item>) -> Document {
    Document {
        title: "Label".to_owned(),
        size: Size::Label {
            width_um: width_mm * 1000,
            height_um: height_mm * 1000,
        },
        items,
    }
}

fn drawn(document: &Document, dpi: u32) -> Pixmap {
    let pictures = png(document, dpi, &Fonts::own(), &Photos::new()).unwrap();
    Pixmap::decode_png(&pictures[0]).unwrap()
}

fn is_black(picture: &Pixmap, x: u32, y: u32) -> bool {
    picture.pixel(x, y).unwrap().green() < 128
}

/// The box around everything black: left, top, right and bottom, exclusive.
fn inked(picture: &Pixmap) -> (u32, u32, u32, u32) {
    let mut found = (u32::MAX, u32::MAX, 0, 0);
    for y in 0..picture.height() {
        for x in (0..picture.width()).filter(|x| is_black(picture, *x, y)) {
            found = (found.0.min(x), found.1.min(y), found.2.max(x + 1), found.3.max(y + 1));
        }
    }
    found
}

fn qr(picture: &Pixmap) -> String {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let light = |x: usize, y: usize| picture.pixel(x as u32, y as u32).unwrap().green();
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, light);
    let grids = image.detect_grids();
    grids[0].decode().unwrap().1
}

#[test]
fn a_qr_code_is_read_back_at_every_density() {
    for dpi in [203, 300, 600] {
        let items = vec![
            big("4711"),
            code(CodeKind::Qr, "https://gemba.example/run/0192"),
            text("Shaft"),
        ];
        let picture = drawn(&label(60, 40, items), dpi);
        assert_eq!(qr(&picture), "https://gemba.example/run/0192", "{dpi} dpi");
    }
    let picture = drawn(&label(40, 40, vec![code(CodeKind::Qr, "首件 4711")]), 203);
    assert_eq!(qr(&picture), "首件 4711");
}

#[test]
fn a_data_matrix_is_read_back() {
    let gs1 = b"010401234567890110L7\x1d17261231".to_vec();
    for (kind, written, meant) in [
        (CodeKind::Datamatrix, "SN-000042/A", b"SN-000042/A".to_vec()),
        (CodeKind::Gs1, "(01)04012345678901(10)L7(17)261231", gs1),
    ] {
        let picture = drawn(&label(30, 30, vec![code(kind, written)]), 203);
        let (left, top, right, bottom) = inked(&picture);
        assert_eq!(right - left, bottom - top, "{written}");
        // Every other module of the upper edge is black.
        let run = (left..right).take_while(|x| is_black(&picture, *x, top)).count() as u32;
        let across = (right - left) / run;
        let middle = |at: u32| at * run + run / 2;
        let sample = |at: u32| is_black(&picture, left + middle(at % across), top + middle(at / across));
        let bits: Vec<bool> = (0..across * across).map(sample).collect();
        let mut read = datamatrix::DataMatrix::decode(&bits, across as usize).unwrap();
        // FNC1 in front says that it is GS1; readers give it as a separator or leave it out.
        if kind == CodeKind::Gs1 && read.first() == Some(&0x1d) {
            read.remove(0);
        }
        assert_eq!(read, meant, "{written}");
    }
}

#[test]
fn a_bar_code_has_the_bars_of_the_standard() {
    let picture = drawn(&label(80, 30, vec![code(CodeKind::Code128, "PJJ123C")]), 203);
    let (left, top, right, _) = inked(&picture);
    let run = (left..right).take_while(|x| is_black(&picture, *x, top)).count() as u32 / 2;
    let module = |at: u32| is_black(&picture, left + at * run + run / 2, top);
    let bars: String = (0..(right - left) / run)
        .map(|at| if module(at) { '1' } else { '0' })
        .collect();
    // ISO/IEC 15417, table 1: start B, the characters, check character 55, stop.
    let meant = [
        "11010010000",
        "11101110110",
        "10110111000",
        "10110111000",
        "10011100110",
        "11001110010",
        "11001011100",
        "10001000110",
        "11101000110",
        "1100011101011",
    ];
    assert_eq!(bars, meant.concat());
    assert!(run >= 2, "a bar of one dot cannot be scanned");
}

#[test]
fn text_is_found_in_the_pdf() {
    let row = |at: usize| vec![format!("Item {at}"), "25.01 mm".to_owned(), "ok".to_owned()];
    let document = Document {
        title: "Report".to_owned(),
        size: Size::A4,
        items: vec![
            big("First-piece report"),
            text("Order 4711 – shaft Ø25 ±0.05 mm, Prüfer: Müller"),
            Item::Line,
            Item::Table {
                columns: vec!["Item".to_owned(), "Value".to_owned(), "Verdict".to_owned()],
                rows: (0..90).map(row).collect(),
            },
            code(CodeKind::Qr, "run/0192"),
        ],
    };
    let bytes = pdf(&document, &Fonts::own(), &Photos::new()).unwrap();
    keep("report.pdf", &bytes);
    let (pages, said) = said_in(&bytes);
    for part in ["First-piece report", "Ø25 ±0.05", "Müller", "Item 0", "Item 89"] {
        assert!(said.contains(part), "{part} is not in: {said:.400}");
    }
    // The header of a table comes again on every page that it goes on.
    assert_eq!(pages, 2);
    assert_eq!(said.matches("Verdict").count(), pages);
    let a4 = png(&document, 100, &Fonts::own(), &Photos::new()).unwrap();
    assert_eq!(a4.len(), pages);
    keep("report.png", &a4[0]);
}

/// The text of a PDF, by what its fonts say their codes mean. lopdf asks that only of fonts without an encoding.
fn said_in(bytes: &[u8]) -> (usize, String) {
    let mut read = lopdf::Document::load_mem(bytes).unwrap();
    for object in read.objects.values_mut() {
        if let Ok(font) = object.as_dict_mut()
            && font
                .get(b"Subtype")
                .is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"Type3"))
        {
            assert!(font.has(b"ToUnicode"));
            font.remove(b"Encoding");
        }
    }
    let pages: Vec<u32> = read.get_pages().keys().copied().collect();
    (pages.len(), read.extract_text(&pages).unwrap().replace('\n', ""))
}

/// For whoever wants to look at it.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("GEMBA_PRINT_SAMPLES") {
        std::fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}

/// The picture that a printer makes of ZPL, as hexadecimal digits.
fn printed(zpl: &str) -> Vec<Vec<u8>> {
    let (_, rest) = zpl.split_once("^GFA,").unwrap();
    let parts: Vec<&str> = rest.splitn(4, ',').collect();
    let digits: usize = parts[2].parse::<usize>().unwrap() * 2;
    let data = parts[3].split("^FS").next().unwrap();
    let mut rows: Vec<Vec<u8>> = Vec::new();
    let mut row: Vec<u8> = Vec::new();
    let mut times = 0;
    for sign in data.bytes() {
        match sign {
            b',' => row.resize(digits, b'0'),
            b'!' => row.resize(digits, b'F'),
            b':' => row.clone_from(rows.last().unwrap()),
            b'G'..=b'Y' => times += usize::from(sign - b'G') + 1,
            b'g'..=b'z' => times += (usize::from(sign - b'g') + 1) * 20,
            digit => {
                row.extend(std::iter::repeat_n(digit, times.max(1)));
                times = 0;
            }
        }
        if row.len() >= digits {
            assert_eq!(row.len(), digits);
            rows.push(std::mem::take(&mut row));
        }
    }
    rows
}

#[test]
fn zpl_is_the_same_picture() {
    let items = vec![
        big("4711"),
        Item::Line,
        code(CodeKind::Qr, "4711"),
        text("Shaft, OP 10"),
    ];
    let document = label(60, 40, items);
    let said = String::from_utf8(zpl(&document, 203, 3, &Fonts::own(), &Photos::new()).unwrap()).unwrap();
    let (head, _) = said.split_once(",19200,60,").unwrap();
    let (_, foot) = said.split_once("^FS").unwrap();
    insta::assert_snapshot!(format!("{head}…{foot}"));
    let picture = drawn(&document, 203);
    let rows = printed(&said);
    assert_eq!(rows.len(), picture.height() as usize);
    for (y, row) in (0_u32..).zip(&rows) {
        for x in 0..picture.width() {
            let digit = char::from(row[x as usize / 4]).to_digit(16).unwrap();
            assert_eq!((digit >> (3 - x % 4)) & 1 == 1, is_black(&picture, x, y), "{x}, {y}");
        }
    }
    keep(
        "label.png",
        &png(&document, 203, &Fonts::own(), &Photos::new()).unwrap()[0],
    );
}

#[test]
fn letters_shrink_until_they_fit_and_then_it_is_refused() {
    let words = |count: usize| text(&"word ".repeat(count));
    let height = |count: usize| {
        let (_, top, _, bottom) = inked(&drawn(&label(60, 40, vec![words(count)]), 203));
        bottom - top
    };
    assert!(height(40) > height(4));
    // Nothing reaches into the margin of 1.5 mm.
    let (left, top, right, bottom) = inked(&drawn(&label(60, 40, vec![words(60), code(CodeKind::Qr, "4711")]), 203));
    let inside = left >= 12 && top >= 12 && right <= 480 - 12 && bottom <= 320 - 12;
    assert!(inside, "{left} {top} {right} {bottom}");
    let refused = |document: &Document| png(document, 203, &Fonts::own(), &Photos::new()).unwrap_err();
    assert!(matches!(
        refused(&label(60, 40, vec![words(400)])),
        Error::DoesNotFit(_)
    ));
    let one_word = refused(&label(60, 40, vec![text(&"W".repeat(80))]));
    assert!(matches!(one_word, Error::DoesNotFit(text) if text.starts_with("WWW")));
    let long_code = |kind, text: &str| refused(&label(20, 10, vec![code(kind, text)]));
    assert!(matches!(
        long_code(CodeKind::Qr, &"x".repeat(200)),
        Error::DoesNotFit(_)
    ));
    assert!(matches!(
        long_code(CodeKind::Code128, "A long bar code"),
        Error::DoesNotFit(_)
    ));
}

#[test]
fn what_cannot_be_printed_says_why() {
    let refused = |items: Vec<Item>| png(&label(60, 40, items), 203, &Fonts::own(), &Photos::new()).unwrap_err();
    assert_eq!(refused(vec![]), Error::Empty);
    let missing = refused(vec![text("首件")]);
    assert_eq!(
        missing.to_string(),
        "no font has the character '首' (U+9996): install a font with it"
    );
    assert!(matches!(
        refused(vec![code(CodeKind::Gs1, "(01)04012345678902")]),
        Error::Code { .. }
    ));
    assert!(matches!(
        refused(vec![code(CodeKind::Code128, "批次")]),
        Error::Code { .. }
    ));
    assert!(matches!(refused(vec![code(CodeKind::Qr, "")]), Error::Code { .. }));
    let photo = Item::Photo {
        files: vec!["ab".to_owned()],
    };
    assert_eq!(refused(vec![photo.clone()]), Error::NoPhoto("ab".to_owned()));
    let with = |photos: &Photos| png(&label(60, 40, vec![photo.clone()]), 203, &Fonts::own(), photos);
    for bytes in [
        b"\xFF\xD8 no photo".to_vec(),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        b"GIF89a".to_vec(),
    ] {
        assert!(with(&BTreeMap::from([("ab".to_owned(), bytes)])).is_err());
    }
    let other = |document: &Document, dpi| png(document, dpi, &Fonts::own(), &Photos::new());
    assert_eq!(other(&label(60, 40, vec![text("a")]), 20), Err(Error::Dpi(20)));
    assert_eq!(other(&label(2, 40, vec![text("a")]), 203), Err(Error::Side));
    assert!(matches!(
        refused(vec![Item::Line; limits::ITEMS_MAX + 1]),
        Error::TooMany(..)
    ));
    let copies = limits::COPIES_MAX + 1;
    let printed = zpl(
        &label(60, 40, vec![text("a")]),
        203,
        copies,
        &Fonts::own(),
        &Photos::new(),
    );
    assert!(matches!(printed, Err(Error::TooMany(..))));
}

/// A picture of two halves, black and white.
fn halves() -> Vec<u8> {
    let mut picture = Pixmap::new(64, 32).unwrap();
    for (at, pixel) in picture.pixels_mut().iter_mut().enumerate() {
        let value = if at % 64 < 32 { 0 } else { 255 };
        *pixel = tiny_skia::ColorU8::from_rgba(value, value, value, 255).premultiply();
    }
    picture.encode_png().unwrap()
}

#[test]
fn a_photo_is_printed() {
    let photos = BTreeMap::from([("ab".to_owned(), halves())]);
    let photo = Item::Photo {
        files: vec!["ab".to_owned()],
    };
    let document = label(60, 40, vec![photo]);
    let picture = Pixmap::decode_png(&png(&document, 203, &Fonts::own(), &photos).unwrap()[0]).unwrap();
    let (left, top, right, bottom) = inked(&picture);
    assert!(
        right - left > 150 && bottom - top > 150,
        "{left} {top} {right} {bottom}"
    );
    assert!(zpl(&document, 203, 1, &Fonts::own(), &photos).is_ok());
    let bytes = pdf(&document, &Fonts::own(), &photos).unwrap();
    assert!(lopdf::Document::load_mem(&bytes).is_ok());
}

/// With a font of the system; without one it must be said which character is missing.
#[test]
fn chinese_is_printed_or_refused_by_name() {
    let fonts = Fonts::of_the_system();
    let long = text("工单 4711，轴径 25.01 mm，合格。量具：千分尺 M-7");
    let document = label(60, 40, vec![big("首件检验"), long, code(CodeKind::Qr, "首件 4711")]);
    match png(&document, 203, &fonts, &Photos::new()) {
        Ok(pictures) => {
            let picture = Pixmap::decode_png(&pictures[0]).unwrap();
            assert_eq!(qr(&picture), "首件 4711");
            let bytes = pdf(&document, &fonts, &Photos::new()).unwrap();
            keep("zh.png", &pictures[0]);
            keep("zh.pdf", &bytes);
            let (_, said) = said_in(&bytes);
            assert!(said.contains("首件检验"), "{said}");
        }
        Err(error) => assert!(matches!(error, Error::NoGlyph(_)), "{error}"),
    }
}
