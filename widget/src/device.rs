//! What this browser runs on: a phone that may have the app, a Huawei one, and what the provider tells the shopper about it.

use crate::json::Json;
use crate::page;
use crate::wire::Write;

/// Whether this is a phone or a tablet: it opens the app, where a desk shows a code.
pub(crate) fn is_phone() -> bool {
    let coarse = page::window()
        .match_media("(pointer:coarse)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches());
    coarse || names_phone(&user_agent())
}

/// Whether the app comes from Huawei's store here, and has a link of its own.
pub(crate) fn is_huawei() -> bool {
    names_huawei(&user_agent())
}

fn user_agent() -> String {
    page::window().navigator().user_agent().unwrap_or_default()
}

fn names_phone(user_agent: &str) -> bool {
    ["Mobi", "Android", "iPad"]
        .iter()
        .any(|word| includes(user_agent, word))
}

fn names_huawei(user_agent: &str) -> bool {
    ["HuaweiBrowser", "HMSCore"]
        .iter()
        .any(|word| includes(user_agent, word))
}

/// `iziGetBrowserData`: what the provider shows the shopper about this browser.
pub(crate) fn browser_data() -> Json {
    let navigator = page::window().navigator();
    let of = Json(navigator.clone().into());
    let user_agent = navigator.user_agent().unwrap_or_default();
    let platform = Json(of.get("userAgentData"))
        .get("platform")
        .as_string()
        .filter(|name| !name.is_empty());
    let mut data = Json::empty();
    data.set_text("description", browser_name(&user_agent));
    data.set_text("user_agent", &user_agent);
    data.set_text(
        "platform",
        &platform.or_else(|| navigator.platform().ok()).unwrap_or_default(),
    );
    data.set_text("architecture", &navigator.app_version().unwrap_or_default());
    data
}

/// The browser's name, by the words that browsers put into their user agent. The order matters: most name others too.
fn browser_name(user_agent: &str) -> &'static str {
    const NAMES: [(&str, &str); 8] = [
        ("HuaweiBrowser", "Huawei Browser"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
    ];
    let known = NAMES.iter().find(|(word, _)| includes(user_agent, word));
    match known {
        Some((_, name)) => name,
        None if includes(user_agent, "Safari") => "Safari",
        None => "Browser",
    }
}

/// As `str::contains`, whose search is made for longer texts and weighs more than all else here.
fn includes(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|part| part == word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari",
            ),
            ("curl/8", "Browser"),
        ] {
            assert_eq!(browser_name(user_agent), name);
        }
    }

    #[test]
    fn phones_are_told_from_desks_and_huaweis_from_others() {
        const DESK: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        const PIXEL: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
        const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";
        const HUAWEI: &str = "Mozilla/5.0 (Linux; Android 10; HarmonyOS; JAD-LX9; HMSCore 6.13.0.302) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 HuaweiBrowser/15.0.4 Mobile Safari/537.36";
        assert_eq!(
            [DESK, PIXEL, IPHONE, HUAWEI].map(names_phone),
            [false, true, true, true]
        );
        assert_eq!(
            [DESK, PIXEL, IPHONE, HUAWEI].map(names_huawei),
            [false, false, false, true]
        );
        assert_eq!(browser_name(HUAWEI), "Huawei Browser");
    }
}
