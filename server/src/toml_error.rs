//! What is wrong with a TOML file, in one sentence that quotes nothing of the file: a line of it may hold a secret.

/// `line 12, hosts: expected a sequence, not string`, or without line and key where there are none. `text` is the file's.
pub(crate) fn one_sentence(error: &toml::de::Error, text: &str) -> String {
    let message = without_value(error.message());
    let Some(span) = error.span() else {
        // A value from elsewhere: the reader names its key on a line of its own.
        let shown = error.to_string();
        let key = shown
            .lines()
            .find_map(|line| line.trim().strip_prefix("in `")?.strip_suffix('`'));
        return key.map_or_else(|| message.clone(), |key| format!("{key}: {message}"));
    };
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    match key_before(before) {
        Some(key) => format!("line {line}, {key}: {message}"),
        None => format!("line {line}: {message}"),
    }
}

/// The bare key whose value begins where `before` ends. Of the value itself it sees nothing.
fn key_before(before: &str) -> Option<&str> {
    let line = before.rsplit('\n').next()?;
    // What is no whole text may be the beginning of one: of a secret that lacks its last quotation mark.
    if ['"', '\'']
        .iter()
        .any(|mark| line.matches(*mark).count() % 2 == 1)
    {
        return None;
    }
    let key = line.trim_end().strip_suffix('=')?.trim_end();
    let key = key.rsplit(['{', ',', ' ', '\t']).next()?;
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    (!key.is_empty() && key.bytes().all(bare)).then_some(key)
}

/// serde says "invalid type: integer `7`, expected a string": without the 7. Of an address it says what it lacks, and not
/// what to write.
fn without_value(message: &str) -> String {
    let message = message.trim_end();
    if message.starts_with("relative URL without a base") {
        return "is no address: write it with https:// in front".to_owned();
    }
    if message == "invalid socket address syntax" {
        return "is no socket address: write an IP address and a port, like 127.0.0.1:8080".to_owned();
    }
    let found = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|beginning| message.strip_prefix(beginning));
    match found.and_then(|found| found.rsplit_once(", expected ")) {
        Some((found, expected)) => {
            let kind = found.split(['`', '"']).next().unwrap_or_default().trim_end();
            format!("expected {expected}, not {kind}")
        }
        None => message.replace('\n', ", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Settings {
        #[serde(rename = "secret")]
        _secret: String,
        #[serde(rename = "port")]
        _port: u16,
    }

    fn said(text: &str) -> String {
        one_sentence(&toml::from_str::<Settings>(text).unwrap_err(), text)
    }

    #[test]
    fn the_line_is_named_and_not_quoted() {
        assert_eq!(
            said("port = 1\n\nsecret = 77\n"),
            "line 3, secret: expected a string, not integer"
        );
        assert_eq!(
            said("secret = \"hush\"\nport = \"hush, expected\"\n"),
            "line 2, port: expected u16, not string"
        );
        assert_eq!(said("secret = \"hush\"\n"), "line 1: missing field `port`");
        assert!(said("secret = \"hush").starts_with("line 1: "));
        assert!(!said("secret = \"hush").contains("hush"));
    }

    #[test]
    fn the_key_is_the_one_before_the_value() {
        assert_eq!(key_before("a = 1\n  port = "), Some("port"));
        assert_eq!(key_before("tills = [{ name = \"a, b\", id="), Some("id"));
        for (text, why) in [
            ("hosts = [\n  ", "a list over several lines"),
            ("\"hush\" = ", "a key in quotes may be anything"),
            ("secret = \"hush", "within a value"),
            ("secret = \"so, hush=", "within a text that never ends"),
            ("", "nothing"),
        ] {
            assert_eq!(key_before(text), None, "{why}");
        }
    }

    #[test]
    fn of_an_address_is_said_what_to_write() {
        #[derive(Debug, Deserialize)]
        struct Addresses {
            #[serde(rename = "url")]
            _url: Option<url::Url>,
            #[serde(rename = "listen")]
            _listen: Option<std::net::SocketAddr>,
        }
        let said = |text: &str| one_sentence(&toml::from_str::<Addresses>(text).unwrap_err(), text);
        assert_eq!(
            said("url = \"shop.example\""),
            "line 1, url: is no address: write it with https:// in front"
        );
        let listen = said("listen = \"localhost:8080\"");
        assert!(listen.starts_with("line 1, listen: ") && listen.contains("127.0.0.1:8080"));
    }

    #[test]
    fn a_value_from_elsewhere_is_named_by_its_key() {
        let mut table = toml::Table::new();
        table.insert("secret".into(), "hush".into());
        table.insert("port".into(), "hush".into());
        let error = table.try_into::<Settings>().unwrap_err();
        assert_eq!(one_sentence(&error, ""), "port: expected u16, not string");
    }
}
