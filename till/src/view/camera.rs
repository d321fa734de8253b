//! A camera that reads codes: by the browser's own `BarcodeDetector` where there is one, else by a decoder in here.

use super::dialog::Dialog;
use crate::page;
use crate::state::till;
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::html::Video;
use leptos::prelude::*;
use rqrr::PreparedImage;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamConstraints,
    MediaStreamTrack,
};

/// Between two looks at the picture.
const LOOK_MS: i32 = 150;
/// A larger picture is looked at in this width: enough for a code, and quick.
const WIDTH: u32 = 640;
/// What the browser's own reader looks for.
const FORMATS: [&str; 5] = ["qr_code", "ean_13", "ean_8", "code_128", "data_matrix"];

/// Shows the camera's picture until a code is seen.
#[component]
pub(crate) fn CameraDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// A code's text.
    seen: Callback<String>,
) -> impl IntoView {
    let till = till();
    let video = NodeRef::<Video>::new();
    let problem = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        let Some(video) = video.get().filter(|_| open.get()) else {
            return;
        };
        problem.set(None);
        leptos::task::spawn_local(async move {
            match begin(&video).await {
                Ok(stream) => {
                    let text = watch(&video, open).await;
                    end(&stream);
                    video.set_src_object(None);
                    if let Some(text) = text {
                        seen.run(text);
                    }
                }
                Err(name) => problem.set(Some(name)),
            }
        });
    });
    view! {
        <Dialog
            open=open
            title=Signal::derive(move || till.text("camera.title"))
            close=Callback::new(move |()| open.set(false))
        >
            <video
                node_ref=video
                class="camera"
                hidden=move || problem.get().is_some()
                muted
                playsinline
                aria-label=till.text("camera.picture")
            ></video>
            <p role="status">{move || till.text(problem.get().unwrap_or("camera.hint"))}</p>
        </Dialog>
    }
}

/// Turns the camera on; the name of the text that says why it cannot be.
async fn begin(video: &HtmlVideoElement) -> Result<MediaStream, &'static str> {
    let devices = page::window()
        .navigator()
        .media_devices()
        .map_err(|_| "camera.none")?;
    if devices.is_undefined() {
        return Err("camera.none");
    }
    let facing = Object::new();
    let _ = Reflect::set(&facing, &"facingMode".into(), &"environment".into());
    let wanted = MediaStreamConstraints::new();
    wanted.set_video(&facing);
    let asked = devices
        .get_user_media_with_constraints(&wanted)
        .map_err(|_| "camera.none")?;
    let stream: MediaStream = JsFuture::from(asked)
        .await
        .map_err(|error| why(&error))?
        .unchecked_into();
    video.set_src_object(Some(&stream));
    if let Ok(playing) = video.play() {
        let _ = JsFuture::from(playing).await;
    }
    Ok(stream)
}

fn why(error: &JsValue) -> &'static str {
    let name = Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => "camera.refused",
        Some("NotReadableError" | "AbortError") => "camera.taken",
        _ => "camera.none",
    }
}

fn end(stream: &MediaStream) {
    for track in stream.get_tracks() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// Looks until there is a code, or nobody wants one any more.
async fn watch(video: &HtmlVideoElement, open: RwSignal<bool>) -> Option<String> {
    let detector = detector();
    let canvas = page::document()
        .create_element("canvas")
        .ok()?
        .unchecked_into::<HtmlCanvasElement>();
    loop {
        if open.try_get_untracked() != Some(true) {
            return None;
        }
        let found = match &detector {
            Some(detector) => detected(detector, video).await,
            None => decoded(video, &canvas),
        };
        if found.is_some() {
            return found;
        }
        page::pause(LOOK_MS).await;
    }
}

fn detector() -> Option<JsValue> {
    let class: Function = Reflect::get(&page::window(), &"BarcodeDetector".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = Object::new();
    let formats = FORMATS
        .iter()
        .map(|format| JsValue::from_str(format))
        .collect::<Array>();
    Reflect::set(&options, &"formats".into(), &formats).ok()?;
    Reflect::construct(&class, &Array::of1(&options)).ok()
}

async fn detected(detector: &JsValue, video: &HtmlVideoElement) -> Option<String> {
    let detect: Function = Reflect::get(detector, &"detect".into()).ok()?.dyn_into().ok()?;
    let found: Promise = detect.call1(detector, video).ok()?.dyn_into().ok()?;
    let codes: Array = JsFuture::from(found).await.ok()?.dyn_into().ok()?;
    let first = codes.get(0);
    let text = Reflect::get(&first, &"rawValue".into()).ok()?.as_string()?;
    (!text.is_empty()).then_some(text)
}

fn decoded(video: &HtmlVideoElement, canvas: &HtmlCanvasElement) -> Option<String> {
    let (full, tall) = (video.video_width(), video.video_height());
    if full == 0 || tall == 0 {
        return None;
    }
    let width = full.min(WIDTH);
    let height = tall.saturating_mul(width).checked_div(full)?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context
        .draw_image_with_html_video_element_and_dw_and_dh(
            video,
            0.0,
            0.0,
            f64::from(width),
            f64::from(height),
        )
        .ok()?;
    let image = context
        .get_image_data(0.0, 0.0, f64::from(width), f64::from(height))
        .ok()?;
    read(&image.data().0, width, height)
}

/// The text of the first code in a picture of four bytes a dot.
fn read(dots: &[u8], width: u32, height: u32) -> Option<String> {
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        let at = y.saturating_mul(width).saturating_add(x).saturating_mul(4);
        match dots.get(at..at.saturating_add(3)) {
            Some([red, green, blue]) => grey(*red, *green, *blue),
            _ => u8::MAX,
        }
    });
    let grids = picture.detect_grids();
    grids
        .iter()
        .find_map(|grid| grid.decode().ok().map(|(_, text)| text))
}

/// How bright a dot looks.
fn grey(red: u8, green: u8, blue: u8) -> u8 {
    let weighed = u32::from(red)
        .saturating_mul(77)
        .saturating_add(u32::from(green).saturating_mul(150))
        .saturating_add(u32::from(blue).saturating_mul(29));
    u8::try_from(weighed / 256).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "https://qr.vipps.no/p/abc123";

    /// A picture of the code of [`TEXT`], five dots to a module, with `spoiled` modules in a square turned over.
    fn picture(spoiled: usize) -> (Vec<u8>, u32) {
        let (path, side) = super::super::qr::outline(TEXT).unwrap();
        let dot = 5;
        let mut dark = vec![false; side * side];
        for part in path.split('M').skip(1) {
            let numbers: Vec<usize> = part
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|text| text.parse().ok())
                .collect();
            for x in 0..numbers[2] {
                dark[numbers[1] * side + numbers[0] + x] = true;
            }
        }
        for at in 0..spoiled * spoiled {
            let (x, y) = (side / 2 + at % spoiled, side / 2 + at / spoiled);
            dark[y * side + x] ^= true;
        }
        let size = side * dot;
        let mut dots = Vec::new();
        for y in 0..size {
            for x in 0..size {
                let shade = if dark[(y / dot) * side + x / dot] { 30 } else { 220 };
                dots.extend([shade, shade, shade, 255]);
            }
        }
        (dots, u32::try_from(size).unwrap())
    }

    #[test]
    fn a_code_in_a_picture_is_read() {
        let (mut dots, size) = picture(0);
        assert_eq!(read(&dots, size, size).as_deref(), Some(TEXT));
        dots.fill(200);
        assert_eq!(read(&dots, size, size), None);
        assert_eq!(read(&[], size, size), None);
    }

    #[test]
    fn a_code_that_is_scratched_is_read_as_what_it_was_and_never_as_something_else() {
        let read_spoiled = |spoiled| {
            let (dots, size) = picture(spoiled);
            read(&dots, size, size)
        };
        for spoiled in 1..=4 {
            assert_eq!(read_spoiled(spoiled).as_deref(), Some(TEXT), "{spoiled}");
        }
        assert_eq!(read_spoiled(12), None);
    }
}
