//! Photos as pixels.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::{Error, limits};

/// A photo: three bytes a pixel, red, green, blue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Photo {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Photo, Error> {
    if bytes.len() > limits::PHOTO_BYTES_MAX {
        return Err(Error::TooMany(limits::PHOTO_BYTES_MAX as u64, "bytes in a photo"));
    }
    let photo = if bytes.starts_with(&[0xFF, 0xD8]) {
        jpeg(bytes)?
    } else if bytes.starts_with(b"\x89PNG") {
        png(bytes)?
    } else {
        return Err(Error::Photo("it is neither JPEG nor PNG".to_owned()));
    };
    Ok(photo)
}

fn checked(width: u32, height: u32) -> Result<(), Error> {
    let most = limits::PHOTO_SIDE_PIXELS_MAX;
    let pixels = u64::from(width) * u64::from(height);
    if width == 0 || height == 0 || width > most || height > most || pixels > limits::PHOTO_PIXELS_MAX {
        return Err(Error::TooMany(limits::PHOTO_PIXELS_MAX, "pixels in a photo"));
    }
    Ok(())
}

fn jpeg(bytes: &[u8]) -> Result<Photo, Error> {
    let failed = |_| Error::Photo("the JPEG is damaged".to_owned());
    let side = limits::PHOTO_SIDE_PIXELS_MAX as usize;
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_max_width(side)
        .set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(failed)?;
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| Error::Photo("the JPEG has no size".to_owned()))?;
    let (width, height) = (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0));
    checked(width, height)?;
    let rgb = decoder.decode().map_err(failed)?;
    let wanted = u64::from(width) * u64::from(height) * 3;
    if rgb.len() as u64 != wanted {
        return Err(Error::Photo("the JPEG has colours that are not known".to_owned()));
    }
    Ok(Photo { width, height, rgb })
}

fn png(bytes: &[u8]) -> Result<Photo, Error> {
    // Width and height stand behind the signature, the length and the name of the first chunk.
    let number = |at: usize| {
        bytes
            .get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .map_or(0, u32::from_be_bytes)
    };
    checked(number(16), number(20))?;
    let pixmap = tiny_skia::Pixmap::decode_png(bytes).map_err(|_| Error::Photo("the PNG is damaged".to_owned()))?;
    // On white paper: what is see-through is white.
    let on_white = |pixel: &tiny_skia::PremultipliedColorU8| {
        let white = 255 - pixel.alpha();
        [
            pixel.red().saturating_add(white),
            pixel.green().saturating_add(white),
            pixel.blue().saturating_add(white),
        ]
    };
    Ok(Photo {
        width: pixmap.width(),
        height: pixmap.height(),
        rgb: pixmap.pixels().iter().flat_map(on_white).collect(),
    })
}
