//! A code to scan, drawn as one path.

use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;

/// Blank modules around a code, as its standard wants them.
const QUIET: usize = 4;

/// The outline of a code and the modules of its side, the quiet zone included; `None` for a text too long for one.
pub(crate) fn outline(text: &str) -> Option<(String, usize)> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let is_dark = |column: usize| {
                column < code.size
                    && code
                        .data
                        .get(row.saturating_mul(code.size).saturating_add(column))
                        .is_some_and(|module| module.value())
            };
            let mut run: usize = 0;
            while is_dark(column.saturating_add(run)) {
                run = run.saturating_add(1);
            }
            if run > 0 {
                let (x, y) = (column.saturating_add(QUIET), row.saturating_add(QUIET));
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            column = column.saturating_add(run.max(1));
        }
    }
    Some((path, code.size.saturating_add(QUIET.saturating_mul(2))))
}

/// A code to scan, dark on light in every theme.
pub(crate) fn code(text: &str, label: String) -> Option<impl IntoView + use<>> {
    let (path, side) = outline(text)?;
    Some(view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
            <rect class="qr-light" width="100%" height="100%"></rect>
            <path class="qr-dark" d=path></path>
        </svg>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The drawn modules as a picture, eight dots to a module, as a camera would see it.
    fn picture(path: &str, side: usize) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; side]; side];
        for part in path.split('M').skip(1) {
            let numbers: Vec<usize> = part
                .split(|c: char| !c.is_ascii_digit())
                .filter(|text| !text.is_empty())
                .map(|text| text.parse().unwrap())
                .collect();
            let (x, y, run) = (numbers[0], numbers[1], numbers[2]);
            for column in dark[y].iter_mut().skip(x).take(run) {
                *column = true;
            }
        }
        dark
    }

    #[test]
    fn what_is_drawn_can_be_read_again() {
        let text = "https://qr.vipps.no/28/2/05/031/abcDEF-0123456789";
        let (path, side) = outline(text).unwrap();
        let dark = picture(&path, side);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * 8, side * 8, |x, y| {
            if dark[y / 8][x / 8] { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        assert_eq!(grids[0].decode().unwrap().1, text);
    }

    #[test]
    fn a_text_too_long_for_a_code_is_none() {
        assert!(outline(&"x".repeat(5_000)).is_none());
    }
}
