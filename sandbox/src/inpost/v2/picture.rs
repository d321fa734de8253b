//! A QR code as a picture: PNG, grey of one bit, uncompressed. Small enough to write by hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fast_qr::QRBuilder;

/// Pixels of one module.
const SCALE: usize = 6;
/// Modules of white around the code.
const MARGIN: usize = 4;

/// The code of a text as base64 of a PNG; empty where the text is too long for one.
pub(super) fn png_base64(text: &str) -> String {
    STANDARD.encode(code_png(text))
}

/// The code of a text as a PNG; empty where the text is too long for one.
pub(crate) fn code_png(text: &str) -> Vec<u8> {
    let Ok(code) = QRBuilder::new(text).build() else {
        return Vec::new();
    };
    let size = (code.size + 2 * MARGIN) * SCALE;
    let is_dark = |x: usize, y: usize| {
        let at = |pixel: usize| (pixel / SCALE).checked_sub(MARGIN).filter(|at| *at < code.size);
        match (at(x), at(y)) {
            (Some(x), Some(y)) => code
                .data
                .get(y * code.size + x)
                .is_some_and(|module| module.value()),
            _ => false,
        }
    };
    let mut rows = Vec::new();
    for y in 0..size {
        // No filter.
        rows.push(0);
        for byte in 0..size.div_ceil(8) {
            let bits = (0..8).map(|bit| u8::from(!is_dark(byte * 8 + bit, y)) << (7 - bit));
            rows.push(bits.fold(0, |byte, bit| byte | bit));
        }
    }
    png(size, &rows)
}

fn png(size: usize, rows: &[u8]) -> Vec<u8> {
    let side = u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes();
    let mut header = Vec::new();
    header.extend(side);
    header.extend(side);
    // One bit of grey; no compression, filter or interlacing but the ordinary ones.
    header.extend([1, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", stored(rows)), (b"IEND", Vec::new())] {
        let mut chunk = kind.to_vec();
        chunk.extend(data);
        let length = u32::try_from(chunk.len() - kind.len()).unwrap_or(u32::MAX);
        file.extend(length.to_be_bytes());
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    file
}

/// The bytes as a zlib stream that compresses nothing.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = bytes.chunks(usize::from(u16::MAX));
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(index == last));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

fn crc32(bytes: &[u8]) -> u32 {
    let rest = bytes.iter().fold(u32::MAX, |rest, byte| {
        (0..8).fold(rest ^ u32::from(*byte), |rest, _| {
            if rest & 1 == 1 {
                (rest >> 1) ^ 0xedb8_8320
            } else {
                rest >> 1
            }
        })
    });
    !rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        assert_eq!(stored(b"ab").len(), 2 + 5 + 2 + 4);
    }

    #[test]
    fn a_link_becomes_a_square_picture() {
        let picture = STANDARD
            .decode(png_base64(
                "inpostsandbox://izilink?basket_id=6d0e8b0e-0d5f-4c2e-9a6b-1f2e3d4c5b6a",
            ))
            .unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
        assert_eq!(picture[16..20], picture[20..24], "as wide as high");
        assert!(picture.ends_with(b"IEND\xae\x42\x60\x82"));
    }

    #[test]
    fn what_is_too_long_for_a_code_is_none() {
        assert_eq!(png_base64(&"x".repeat(5000)), "");
    }
}
