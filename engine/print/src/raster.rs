//! Pages as pictures.

use tiny_skia::{Color, FillRule, FilterQuality, Paint, PathBuilder, Pixmap, PixmapPaint, Rect, Transform};

use crate::fonts::Stroke;
use crate::layout::{Op, Page, Pages};
use crate::photo::Photo;
use crate::{Error, limits};

/// Black and white, eight dots a byte, the first one in the highest bit; black is 1.
pub(crate) struct Bitmap {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rows: Vec<Vec<u8>>,
}

/// Whether all pages can be drawn.
pub(crate) fn check(pages: &Pages) -> Result<(), Error> {
    let dots = pages.width as u64 * pages.height as u64;
    if dots > limits::DOTS_MAX {
        return Err(Error::TooMany(limits::DOTS_MAX, "dots on a page"));
    }
    if dots * pages.pages.len() as u64 > limits::ALL_DOTS_MAX {
        return Err(Error::TooMany(limits::ALL_DOTS_MAX, "dots on all pages"));
    }
    Ok(())
}

pub(crate) fn png(pages: &Pages, page: &Page) -> Result<Vec<u8>, Error> {
    drawn(pages, page, false)?.encode_png().map_err(|_| Error::Picture)
}

/// Letters by threshold, photos by dots.
pub(crate) fn bitmap(pages: &Pages, page: &Page) -> Result<Bitmap, Error> {
    let pixmap = drawn(pages, page, true)?;
    let (width, height) = (pixmap.width() as usize, pixmap.height() as usize);
    let row = |pixels: &[tiny_skia::PremultipliedColorU8]| {
        let mut bytes = vec![0_u8; width.div_ceil(8)];
        for (at, pixel) in pixels.iter().enumerate() {
            if pixel.green() < 128 {
                bytes[at / 8] |= 0x80 >> (at % 8);
            }
        }
        bytes
    };
    Ok(Bitmap {
        width,
        height,
        rows: pixmap.pixels().chunks(width).map(row).collect(),
    })
}

fn drawn(pages: &Pages, page: &Page, two_colours: bool) -> Result<Pixmap, Error> {
    let mut pixmap = Pixmap::new(pages.width as u32, pages.height as u32).ok_or(Error::Picture)?;
    pixmap.fill(Color::WHITE);
    let mut ink = Paint::default();
    ink.set_color(Color::BLACK);
    for op in &page.ops {
        match op {
            Op::Black { x, y, width, height } => {
                // On whole dots, so that bars are as wide as they should be.
                ink.anti_alias = false;
                if let Some(rect) =
                    Rect::from_xywh(x.round(), y.round(), width.round().max(1.0), height.round().max(1.0))
                {
                    pixmap.fill_rect(rect, &ink, Transform::identity(), None);
                }
            }
            Op::Text {
                x,
                baseline,
                size,
                glyphs,
            } => {
                ink.anti_alias = true;
                let mut builder = PathBuilder::new();
                let mut pen = *x;
                for glyph in glyphs {
                    if let Some(outline) = pages.outlines.get(&(glyph.font, glyph.id)) {
                        draw(&mut builder, outline, pen, *baseline, *size);
                    }
                    pen += glyph.advance * size;
                }
                if let Some(path) = builder.finish() {
                    pixmap.fill_path(&path, &ink, FillRule::Winding, Transform::identity(), None);
                }
            }
            Op::Photo {
                x,
                y,
                width,
                height,
                photo,
            } => {
                let place = (
                    x.round() as i32,
                    y.round() as i32,
                    width.round().max(1.0) as u32,
                    height.round().max(1.0) as u32,
                );
                paste(&mut pixmap, &pages.photos[*photo], place, two_colours)?;
            }
        }
    }
    Ok(pixmap)
}

fn draw(builder: &mut PathBuilder, outline: &[Stroke], x: f32, y: f32, size: f32) {
    let (px, py) = (|v: f32| x + v * size, |v: f32| y - v * size);
    for stroke in outline {
        match *stroke {
            Stroke::Move(a, b) => builder.move_to(px(a), py(b)),
            Stroke::Line(a, b) => builder.line_to(px(a), py(b)),
            Stroke::Curve(a, b, c, d, e, f) => builder.cubic_to(px(a), py(b), px(c), py(d), px(e), py(f)),
            Stroke::Close => builder.close(),
        }
    }
}

fn paste(pixmap: &mut Pixmap, photo: &Photo, place: (i32, i32, u32, u32), two_colours: bool) -> Result<(), Error> {
    let (left, top, width, height) = place;
    let mut scaled = scaled(photo, width, height)?;
    if two_colours {
        spread_error(&mut scaled, width as usize);
    }
    let mut small = Pixmap::new(width, height).ok_or(Error::Picture)?;
    for (pixel, rgb) in small.pixels_mut().iter_mut().zip(scaled.chunks_exact(3)) {
        *pixel = tiny_skia::ColorU8::from_rgba(rgb[0], rgb[1], rgb[2], 255).premultiply();
    }
    let paint = PixmapPaint {
        quality: FilterQuality::Nearest,
        ..PixmapPaint::default()
    };
    pixmap.draw_pixmap(left, top, small.as_ref(), &paint, Transform::identity(), None);
    Ok(())
}

/// Each dot is the mean of the pixels under it.
fn scaled(photo: &Photo, width: u32, height: u32) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(width as usize * height as usize * 3);
    let span = |at: u32, of: u32, from: u32| {
        let start = u64::from(at) * u64::from(from) / u64::from(of);
        let end = (u64::from(at + 1) * u64::from(from)).div_ceil(u64::from(of));
        (start, end.max(start + 1).min(u64::from(from)))
    };
    for y in 0..height {
        let (top, bottom) = span(y, height, photo.height);
        for x in 0..width {
            let (left, right) = span(x, width, photo.width);
            let mut sum = [0_u64; 3];
            for row in top..bottom {
                for column in left..right {
                    let at = ((row * u64::from(photo.width) + column) * 3) as usize;
                    for (colour, total) in sum.iter_mut().enumerate() {
                        *total += u64::from(photo.rgb[at + colour]);
                    }
                }
            }
            let count = ((bottom - top) * (right - left)).max(1);
            out.extend(sum.map(|total| (total / count) as u8));
        }
    }
    Ok(out)
}

/// Floyd and Steinberg (1976): the error of each dot goes to those not drawn yet.
fn spread_error(rgb: &mut [u8], width: usize) {
    let light = |pixel: &[u8]| {
        (u32::from(pixel[0]) * 299 + u32::from(pixel[1]) * 587 + u32::from(pixel[2]) * 114) as i32 / 1000
    };
    let mut grey: Vec<i32> = rgb.chunks_exact(3).map(light).collect();
    let height = grey.len() / width.max(1);
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let value = if grey[at] < 128 { 0 } else { 255 };
            let error = grey[at] - value;
            grey[at] = value;
            if x + 1 < width {
                grey[at + 1] += error * 7 / 16;
            }
            if y + 1 < height {
                if x > 0 {
                    grey[at + width - 1] += error * 3 / 16;
                }
                grey[at + width] += error * 5 / 16;
                if x + 1 < width {
                    grey[at + width + 1] += error / 16;
                }
            }
        }
    }
    for (pixel, value) in rgb.chunks_exact_mut(3).zip(grey) {
        pixel.fill(if value < 128 { 0 } else { 255 });
    }
}
