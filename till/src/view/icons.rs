//! This project's own pictures. Each is drawn on a grid of 24 by 24, in the colour of its text.

use crate::faces::Picture;
use leptos::prelude::*;

/// A picture by its outline.
pub(crate) fn icon(outline: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=outline></path>
        </svg>
    }
}

/// The picture of a payment's state.
pub(crate) fn of(picture: Picture) -> &'static str {
    match picture {
        Picture::Sent => "M3 11.5 21 3l-6.5 18-3.5-7.5zM11 13.5 21 3",
        Picture::Phone => {
            "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM10.5 18.5h3"
        }
        Picture::Code => "M3 6h18v12H3zM7 12h.01M12 12h.01M17 12h.01",
        Picture::Lock => "M6 11h12v9.5H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11M12 15v2",
        Picture::Ring => "M12 3a9 9 0 1 1-9 9",
        Picture::Tick => "M4 12.5 9.5 18 20 6.5",
        Picture::Cross => "M5.5 5.5l13 13M18.5 5.5l-13 13",
        Picture::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
        Picture::Question => "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.5v.01",
        Picture::Back => "M9 5 4 10l5 5M4 10h10a6 6 0 0 1 0 12h-2",
    }
}

/// A magnifying glass.
pub(crate) const SEARCH: &str = "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21";
/// A camera.
pub(crate) const CAMERA: &str =
    "M3 7.5h4l1.5-2.5h7L17 7.5h4v12H3zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z";
/// A person.
pub(crate) const PERSON: &str = "M12 3.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0";
/// A printer.
pub(crate) const PRINTER: &str = "M7 8V3.5h10V8M7 17H3.5V8h17v9H17M7 14h10v6.5H7z";
/// A screen.
pub(crate) const SCREEN: &str = "M3 4.5h18v12H3zM8.5 20.5h7M12 16.5v4";
/// A globe.
pub(crate) const GLOBE: &str =
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3.5 4 3.5 14 0 18M12 3c-3.5 4-3.5 14 0 18";
/// The way out of a door.
pub(crate) const DOOR: &str = "M13 3.5H5v17h8M10 12h11M17 8l4 4-4 4";
/// A cross.
pub(crate) const CLOSE: &str = "M6 6l12 12M18 6 6 18";
/// A percent sign.
pub(crate) const PERCENT: &str =
    "M5 19 19 5M7 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4z";
/// A bin.
pub(crate) const BIN: &str = "M4 6.5h16M9 6.5V4h6v2.5M6.5 6.5l1 14h9l1-14M10 10.5v6M14 10.5v6";
/// The till's sign: a basket.
pub(crate) const BASKET: &str = "M4 9h16l-2 11H6zM8 9l4-6 4 6";
/// A badge of the club.
pub(crate) const BADGE: &str = "M12 3l2.6 5.6 6 .7-4.5 4.1 1.2 6L12 16.4 6.7 19.4l1.2-6L3.4 9.3l6-.7z";
/// A plug that is out.
pub(crate) const OFFLINE: &str =
    "M3 3l18 18M5 10a11 11 0 0 1 3.5-2.1M12 7c2.7 0 5 1 7 3M8.5 14a5.5 5.5 0 0 1 2.5-1.4M12 18.5v.01";
