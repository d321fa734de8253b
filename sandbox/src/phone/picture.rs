//! Codes as pictures: SVG, black on white in every theme, because scanners want it so.

use super::code128;
use fast_qr::QRBuilder;

/// Modules of white around a QR code.
const QR_MARGIN: usize = 4;
/// Modules of white on both sides of a barcode.
const BAR_MARGIN: usize = 10;
/// How high a barcode is, in modules.
const BAR_HEIGHT: usize = 48;

/// The QR code of a text; `None` where the text is too long for one.
pub(crate) fn qr(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).build().ok()?;
    let rows = (0..code.size).map(|y| {
        let dark = (0..code.size).filter(|x| {
            let module = code.data.get(y * code.size + x);
            module.is_some_and(|module| module.value())
        });
        dark.map(|x| format!("M{} {}h1v1h-1z", x + QR_MARGIN, y + QR_MARGIN))
            .collect::<String>()
    });
    let side = code.size + 2 * QR_MARGIN;
    Some(svg(side, side, &rows.collect::<String>()))
}

/// The barcode (Code 128) of a text; `None` where it has other characters than printable ASCII.
pub(super) fn barcode(text: &str) -> Option<String> {
    let widths = code128::widths(text)?;
    let mut at = BAR_MARGIN;
    let mut bars = String::new();
    for (width, is_bar) in widths.into_iter().zip([true, false].into_iter().cycle()) {
        if is_bar {
            bars += &format!("M{at} 0h{width}v{BAR_HEIGHT}h-{width}z");
        }
        at += width;
    }
    Some(svg(at + BAR_MARGIN, BAR_HEIGHT, &bars))
}

fn svg(width: usize, height: usize, path: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{width}v{height}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_three_corners_and_a_white_margin() {
        let drawn = qr("https://qr.vipps.no/p/abc").unwrap();
        assert!(drawn.contains("viewBox=\"0 0 37 37\""), "{drawn}");
        for corner in ["M4 4h1", "M32 4h1", "M4 32h1"] {
            assert!(drawn.contains(corner), "{corner} of {drawn}");
        }
        assert!(!drawn.contains("M3 ") && !drawn.contains("M33 "));
    }

    #[test]
    fn a_barcode_begins_after_its_margin() {
        let drawn = barcode("500004-1").unwrap();
        // Start, eight letters, check: eleven modules each; the stop has thirteen.
        assert!(drawn.contains("viewBox=\"0 0 143 48\""), "{drawn}");
        assert!(drawn.contains("d=\"M10 0h2v48h-2z"), "{drawn}");
        assert!(barcode("\u{fe}").is_none());
    }
}
