//! The container: a ZIP of stored entries, whose bytes follow from the names and contents of its parts. Written by hand,
//! because a library is free to write the same parts as other bytes tomorrow.
//!
//! Each entry: version 2.0, UTF-8 names, method 0 (stored), 1980-01-01 00:00, no extra fields, no comments. Entries are in
//! the order of their names. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.

use std::collections::BTreeMap;

use crate::limits;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const VERSION: u16 = 20;
const UTF8: u16 = 0x0800;
const STORED: u16 = 0;
const MIDNIGHT: u16 = 0;
/// 1980-01-01, the first day that the format has.
const FIRST_DAY: u16 = 0x0021;
const LOCAL_BYTES: usize = 30;

/// All parts as one file. Fails where they are too many or too large.
pub fn pack(parts: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, String> {
    check(parts)?;
    let mut file = Vec::new();
    let mut central = Vec::new();
    for (name, bytes) in parts {
        // No larger than the limit of a whole record, which has 32 bits.
        let at = file.len() as u32;
        let about = about(name, bytes);
        number(&mut file, LOCAL);
        file.extend(VERSION.to_le_bytes());
        file.extend(&about);
        file.extend(0_u16.to_le_bytes());
        file.extend(name.as_bytes());
        file.extend(bytes);
        number(&mut central, CENTRAL);
        central.extend(VERSION.to_le_bytes());
        central.extend(VERSION.to_le_bytes());
        central.extend(&about);
        // Extra field, comment, disk, attributes within and without.
        central.extend([0; 12]);
        number(&mut central, at);
        central.extend(name.as_bytes());
    }
    let (at, size, count) = (file.len() as u32, central.len() as u32, parts.len() as u16);
    file.extend(central);
    number(&mut file, END);
    file.extend([0; 4]);
    file.extend(count.to_le_bytes());
    file.extend(count.to_le_bytes());
    number(&mut file, size);
    number(&mut file, at);
    file.extend([0; 2]);
    Ok(file)
}

/// What both of an entry's headers say, from the flags to the length of the name.
fn about(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(22);
    for word in [UTF8, STORED, MIDNIGHT, FIRST_DAY] {
        out.extend(word.to_le_bytes());
    }
    number(&mut out, crc32fast::hash(bytes));
    number(&mut out, bytes.len() as u32);
    number(&mut out, bytes.len() as u32);
    out.extend((name.len() as u16).to_le_bytes());
    out
}

fn number(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes());
}

fn check(parts: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    if parts.len() > limits::PARTS_MAX {
        return Err(format!("a record has at most {} parts", limits::PARTS_MAX));
    }
    let size: u64 = parts.values().map(|bytes| bytes.len() as u64).sum();
    if size > limits::RECORD_BYTES_MAX {
        let max = limits::RECORD_BYTES_MAX / (1024 * 1024);
        return Err(format!("the parts of a record have at most {max} MiB together"));
    }
    match parts.keys().find(|name| !is_name(name)) {
        Some(name) => Err(format!("'{name}' cannot be the name of a part")),
        None => Ok(()),
    }
}

/// Names that mean the same on every computer, and stay below the folder that they are unpacked into.
fn is_name(name: &str) -> bool {
    let good = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && !part.starts_with('.') && part.chars().all(plain)
    };
    name.len() <= limits::NAME_BYTES_MAX && name.split('/').all(good)
}

/// The parts of a file. The error says where the file is not what [`pack`] makes of any parts.
pub fn unpack(file: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut parts = BTreeMap::new();
    let mut at = 0;
    while file.get(at..at + 4) == Some(&LOCAL.to_le_bytes()[..]) {
        let broken = || format!("byte {at}: what begins here is no entry of a record");
        let header = file.get(at..at + LOCAL_BYTES).ok_or_else(broken)?;
        let size = u32::from_le_bytes([header[18], header[19], header[20], header[21]]) as usize;
        let length = usize::from(u16::from_le_bytes([header[26], header[27]]));
        let begin = at + LOCAL_BYTES + length;
        let name = file.get(at + LOCAL_BYTES..begin).ok_or_else(broken)?;
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| is_name(name))
            .ok_or_else(broken)?;
        let bytes = file.get(begin..begin + size).ok_or_else(broken)?;
        if parts.len() == limits::PARTS_MAX || parts.insert(name.to_owned(), bytes.to_vec()).is_some() {
            return Err(broken());
        }
        at = begin + size;
    }
    if parts.is_empty() {
        return Err("this is no record: it does not begin as one".to_owned());
    }
    let again = pack(&parts)?;
    if again != file {
        let same = again.iter().zip(file).take_while(|(one, other)| one == other).count();
        return Err(format!(
            "byte {same}: the container is not as its parts make it; it was changed, or packed by another program (then \
             unpack it, and verify the folder)"
        ));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> BTreeMap<String, Vec<u8>> {
        let part = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
        BTreeMap::from([
            part("MANIFEST", b"x"),
            part("empty", b""),
            part("files/a.jpg", &[0, 255, 7]),
        ])
    }

    #[test]
    fn parts_come_back_and_no_byte_is_free() {
        let file = pack(&parts()).unwrap();
        assert_eq!(unpack(&file).unwrap(), parts());
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            if let Ok(found) = unpack(&changed) {
                // Another content with its own checksum is another record: its parts say so.
                panic!("byte {at}: {found:?}");
            }
        }
        for length in 0..file.len() {
            unpack(&file[..length]).unwrap_err();
        }
        let mut longer = file;
        longer.push(0);
        unpack(&longer).unwrap_err();
    }

    #[test]
    fn names_stay_in_the_folder() {
        for name in ["", "/etc/passwd", "../x", "a/../b", "a//b", "C:\\x", "a b", ".x", "Ä"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
