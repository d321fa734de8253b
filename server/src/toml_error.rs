//! What is wrong with a TOML file, in one sentence that quotes nothing of the file: a line of it may hold a secret.

/// `line 12: expected a string, not a sequence`, or without the line where there is none. `text` is the file's.
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
    format!("line {}: {message}", before.matches('\n').count() + 1)
}

/// serde says "invalid type: integer `7`, expected a string": without the 7.
fn without_value(message: &str) -> String {
    let found = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|beginning| message.strip_prefix(beginning));
    match found.and_then(|found| found.rsplit_once(", expected ")) {
        Some((found, expected)) => {
            let kind = found.split(['`', '"']).next().unwrap_or_default().trim_end();
            format!("expected {expected}, not {kind}")
        }
        None => message.trim_end().replace('\n', ", "),
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
            "line 3: expected a string, not integer"
        );
        assert_eq!(
            said("secret = \"hush\"\nport = \"hush, expected\"\n"),
            "line 2: expected u16, not string"
        );
        assert_eq!(said("secret = \"hush\"\n"), "line 1: missing field `port`");
        assert!(said("secret = \"hush").starts_with("line 1: "));
        assert!(!said("secret = \"hush").contains("hush"));
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
