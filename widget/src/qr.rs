//! QR codes of short texts (ISO/IEC 18004): bytes, error correction level M, versions 2 to 9, mask 0. A library of the
//! whole standard would weigh more than all screens together; the tests hold this against one.

/// A code as it is drawn.
pub(crate) struct Code {
    /// Modules on a side, the quiet zone included.
    pub(crate) side: usize,
    /// Path data of the dark modules, to be filled.
    pub(crate) path: String,
}

/// Light modules around the code.
const QUIET: usize = 4;
/// The smallest version here; the list below begins with it.
const FIRST: usize = 2;
/// Per version: bytes of data, bytes of error correction per block, blocks.
const LEVEL_M: [(usize, usize, usize); 8] = [
    (28, 16, 1),
    (44, 26, 1),
    (64, 18, 2),
    (86, 24, 2),
    (108, 16, 4),
    (124, 18, 4),
    (154, 22, 4),
    (182, 22, 5),
];
/// Level M and mask 0, with their own error correction.
const FORMAT: u32 = 0x5412;
/// The versions from 7 up tell their number, with its error correction.
const VERSIONS: [(usize, u32); 3] = [(7, 0x07C94), (8, 0x085BC), (9, 0x09A99)];

/// The code of a text, `None` if it is too long.
pub(crate) fn code(text: &[u8]) -> Option<Code> {
    let matrix = Matrix::of(text)?;
    let mut path = String::new();
    for y in 0..matrix.side {
        let mut x = 0;
        while x < matrix.side {
            let dark = (x..matrix.side).take_while(|x| matrix.is_dark(*x, y)).count();
            if dark > 0 {
                let run = dark.to_string();
                for part in [
                    "M",
                    &(x + QUIET).to_string(),
                    " ",
                    &(y + QUIET).to_string(),
                    "h",
                    &run,
                    "v1h-",
                    &run,
                    "z",
                ] {
                    path.push_str(part);
                }
            }
            x += dark.max(1);
        }
    }
    let side = matrix.side + 2 * QUIET;
    Some(Code { side, path })
}

struct Matrix {
    side: usize,
    /// Row by row; `None` where nothing was drawn yet.
    modules: Vec<Option<bool>>,
}

impl Matrix {
    fn of(text: &[u8]) -> Option<Self> {
        let (version, (data, correction, blocks)) = (FIRST..)
            .zip(LEVEL_M)
            .find(|(_, (data, ..))| text.len() + 2 <= *data)?;
        let side = 17 + 4 * version;
        let mut matrix = Matrix {
            side,
            modules: vec![None; side * side],
        };
        matrix.draw_patterns(version);
        matrix.draw_bits(&interleaved(&padded(text, data), correction, blocks));
        Some(matrix)
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.modules.get(y * self.side + x).copied().flatten() == Some(true)
    }

    fn set(&mut self, x: usize, y: usize, dark: bool) {
        if x < self.side
            && let Some(module) = self.modules.get_mut(y * self.side + x)
        {
            *module = Some(dark);
        }
    }

    /// Squares around a middle: light in the distances given.
    fn draw_squares(&mut self, (x, y): (usize, usize), reach: usize, light: [usize; 2]) {
        for down in 0..=2 * reach {
            for right in 0..=2 * reach {
                let distance = down.abs_diff(reach).max(right.abs_diff(reach));
                if let (Some(x), Some(y)) = ((x + right).checked_sub(reach), (y + down).checked_sub(reach)) {
                    self.set(x, y, !light.contains(&distance));
                }
            }
        }
    }

    /// All that is the same for every text.
    fn draw_patterns(&mut self, version: usize) {
        let side = self.side;
        for at in 0..side {
            self.set(6, at, at % 2 == 0);
            self.set(at, 6, at % 2 == 0);
        }
        for corner in [(3, 3), (side - 4, 3), (3, side - 4)] {
            self.draw_squares(corner, 4, [2, 4]);
        }
        let last = side - 7;
        let middle = if version < 7 {
            last
        } else {
            usize::midpoint(6, last)
        };
        for place in [
            (last, last),
            (middle, middle),
            (middle, last),
            (last, middle),
            (middle, 6),
            (6, middle),
        ] {
            // Where there is no middle, the last two would lie on a corner's square.
            if version >= 7 || place == (last, last) {
                self.draw_squares(place, 2, [1, 1]);
            }
        }
        for at in 0..15 {
            let dark = FORMAT >> at & 1 == 1;
            match at {
                0..=5 => self.set(8, at, dark),
                6 | 7 => self.set(8, at + 1, dark),
                8 => self.set(7, 8, dark),
                _ => self.set(14 - at, 8, dark),
            }
            match at {
                0..=7 => self.set(side - 1 - at, 8, dark),
                _ => self.set(8, side + at - 15, dark),
            }
        }
        self.set(8, side - 8, true);
        for (_, bits) in VERSIONS.iter().filter(|(known, _)| *known == version) {
            for at in 0..18 {
                let dark = bits >> at & 1 == 1;
                self.set(side - 11 + at % 3, at / 3, dark);
                self.set(at / 3, side - 11 + at % 3, dark);
            }
        }
    }

    /// The bits, two columns at a time, from the right, up and down in turn, masked.
    fn draw_bits(&mut self, bytes: &[u8]) {
        let mut bits = bytes
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1 == 1));
        let side = self.side;
        // The column of the timing pattern is left out.
        let columns = (7..side).rev().step_by(2).chain([5, 3, 1]);
        for (turn, right) in columns.enumerate() {
            for row in 0..side {
                let y = if turn % 2 == 0 { side - 1 - row } else { row };
                for x in [right, right - 1] {
                    if self.modules.get(y * side + x) == Some(&None) {
                        let bit = bits.next().unwrap_or_default();
                        self.set(x, y, bit ^ ((x + y) % 2 == 0));
                    }
                }
            }
        }
    }
}

/// Mode, length and text, filled up to the version's size.
fn padded(text: &[u8], size: usize) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap_or_default();
    let mut bytes = Vec::new();
    // The mode, "bytes", is four bits long, so all else is shifted by four.
    let mut rest = 4;
    for byte in [length].iter().chain(text) {
        bytes.push(rest << 4 | byte >> 4);
        rest = byte & 15;
    }
    bytes.push(rest << 4);
    let filling = [0xEC, 0x11].into_iter().cycle().take(size - bytes.len());
    bytes.extend(filling);
    bytes
}

/// The data in blocks, each with its error correction, byte by byte from each in turn.
fn interleaved(data: &[u8], correction: usize, blocks: usize) -> Vec<u8> {
    let short = data.len() / blocks;
    let longer = data.len() % blocks;
    let divisor = divisor(correction);
    let mut rest = data;
    let mut parts = Vec::new();
    for block in 0..blocks {
        let size = short + usize::from(block >= blocks - longer);
        let (part, after) = rest.split_at_checked(size).unwrap_or_default();
        parts.push((part, remainder(part, &divisor)));
        rest = after;
    }
    let mut bytes = Vec::new();
    for at in 0..=short {
        bytes.extend(parts.iter().filter_map(|(part, _)| part.get(at)));
    }
    for at in 0..correction {
        bytes.extend(parts.iter().filter_map(|(_, correction)| correction.get(at)));
    }
    bytes
}

/// Multiplies in the field of 256 elements.
fn times(one: u8, other: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| {
        let overflow = if product & 0x80 == 0 { 0 } else { 0x1D };
        let addend = if other >> bit & 1 == 0 { 0 } else { one };
        product << 1 ^ overflow ^ addend
    })
}

/// The polynomial that the data is divided by, highest power first, which is 1 and left out.
fn divisor(degree: usize) -> Vec<u8> {
    let mut factors = vec![0; degree];
    if let Some(last) = factors.last_mut() {
        *last = 1;
    }
    let mut root = 1;
    for _ in 0..degree {
        let mut next = factors.iter().skip(1).copied().chain([0]).collect::<Vec<u8>>();
        for (next, factor) in next.iter_mut().zip(&factors) {
            *next ^= times(*factor, root);
        }
        factors = next;
        root = times(root, 2);
    }
    factors
}

fn remainder(data: &[u8], divisor: &[u8]) -> Vec<u8> {
    let mut rest = vec![0; divisor.len()];
    for byte in data {
        let factor = byte ^ rest.remove(0);
        rest.push(0);
        for (rest, term) in rest.iter_mut().zip(divisor) {
            *rest ^= times(*term, factor);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use fast_qr::{ECL, Mask, Mode, QRBuilder, Version};

    /// The same by a library of the whole standard.
    fn by_the_library(text: &[u8], version: Version) -> Vec<bool> {
        let code = QRBuilder::new(text)
            .ecl(ECL::M)
            .mode(Mode::Byte)
            .mask(Mask::Checkerboard)
            .version(version)
            .build()
            .expect("fits");
        let side = code.size;
        (0..side * side)
            .map(|at| code[at / side][at % side].value())
            .collect()
    }

    #[test]
    fn every_version_is_drawn_as_a_library_draws_it() {
        use Version::{V02, V03, V04, V05, V06, V07, V08, V09};
        let sizes = [
            (26, V02),
            (42, V03),
            (62, V04),
            (84, V05),
            (106, V06),
            (122, V07),
            (152, V08),
            (180, V09),
        ];
        let mut least = 1;
        for (most, version) in sizes {
            for length in [least, most] {
                let text: Vec<u8> = (b'!'..=b'z').cycle().skip(length).take(length).collect();
                let drawn = Matrix::of(&text).expect("fits");
                let drawn: Vec<bool> = drawn.modules.iter().map(|module| *module == Some(true)).collect();
                assert!(drawn == by_the_library(&text, version), "{length} bytes");
            }
            least = most + 1;
        }
    }

    #[test]
    fn a_text_that_is_too_long_has_no_code() {
        assert!(code(&[b'a'; 180]).is_some());
        assert!(code(&[b'a'; 181]).is_none());
    }

    #[test]
    fn the_path_has_each_dark_module_once_and_keeps_the_quiet_zone() {
        let text = b"inpost://izilink?basket_id=0192f0c1-5a5e-7a52-8a43-0d1c5a0b7a11";
        let matrix = Matrix::of(text).expect("fits");
        let drawn = code(text).expect("fits");
        assert_eq!(drawn.side, matrix.side + 8);
        let mut modules = vec![false; matrix.side * matrix.side];
        for run in drawn.path.split('M').skip(1) {
            let numbers: Vec<usize> = run
                .split([' ', 'h'])
                .map(|part| part.trim_end_matches("v1").parse().unwrap_or_default())
                .collect();
            let [x, y, length, ..] = numbers[..] else {
                panic!("{run}");
            };
            for x in x..x + length {
                modules[(y - 4) * matrix.side + x - 4] = true;
            }
        }
        let expected: Vec<bool> = matrix
            .modules
            .iter()
            .map(|module| *module == Some(true))
            .collect();
        assert!(modules == expected);
    }
}
