//! ZPL II (Zebra programming guide): one label as one picture.

use crate::raster::Bitmap;

/// `^GFA` with the short forms of the guide: `,` fills a line with white, `!` with black, `:` repeats the line above,
/// and a letter in front of a digit says how often it comes.
pub(crate) fn write(picture: &Bitmap, copies: u32, out: &mut Vec<u8>) {
    let bytes_per_row = picture.width.div_ceil(8);
    let total = bytes_per_row * picture.height;
    let mut text = format!(
        "^XA\n^PW{}\n^LL{}\n^LH0,0\n^FO0,0^GFA,{total},{total},{bytes_per_row},",
        picture.width, picture.height
    );
    let mut before: Option<&Vec<u8>> = None;
    for row in &picture.rows {
        if before == Some(row) {
            text.push(':');
        } else {
            line(row, &mut text);
        }
        before = Some(row);
    }
    text.push_str(&format!("^FS\n^PQ{copies}\n^XZ\n"));
    out.extend_from_slice(text.as_bytes());
}

fn line(row: &[u8], out: &mut String) {
    let digits: Vec<char> = row
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .map(|digit| digit.to_ascii_uppercase())
        .collect();
    let last = digits.last().copied().unwrap_or('0');
    let fill = digits.iter().rev().take_while(|digit| **digit == last).count();
    let (kept, end) = match last {
        '0' => (digits.len() - fill, Some(',')),
        'F' => (digits.len() - fill, Some('!')),
        _ => (digits.len(), None),
    };
    let mut at = 0;
    while at < kept {
        let digit = digits[at];
        let run = digits[at..kept].iter().take_while(|other| **other == digit).count();
        repeated(digit, run, out);
        at += run;
    }
    out.extend(end);
}

/// `g` to `z` are 20 to 400 in steps of 20, `G` to `Y` are 1 to 19.
fn repeated(digit: char, run: usize, out: &mut String) {
    let mut left = run;
    while left > 0 {
        let now = left.min(419);
        if now > 2 {
            if now >= 20 {
                out.push(char::from(b'g' + u8::try_from(now / 20 - 1).unwrap_or(0)));
            }
            if !now.is_multiple_of(20) {
                out.push(char::from(b'G' + u8::try_from(now % 20 - 1).unwrap_or(0)));
            }
            out.push(digit);
        } else {
            out.extend(std::iter::repeat_n(digit, now));
        }
        left -= now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shortened_as_the_guide_says() {
        let said = |row: &[u8]| {
            let mut out = String::new();
            line(row, &mut out);
            out
        };
        assert_eq!(said(&[0, 0, 0]), ",");
        assert_eq!(said(&[0xFF, 0xFF]), "!");
        assert_eq!(said(&[0x00, 0x12, 0x00]), "0012,");
        assert_eq!(said(&[0x00, 0x00, 0x00, 0x01]), "M01");
        assert_eq!(said(&[[0xAA; 12].as_slice(), &[1]].concat()), "gJA01");
    }
}
