//! The page's texts by name. They stand in `till/texts/`, a file per language; the page fetches the one it is read in.

use crate::language::Language;
use std::collections::HashMap;

/// All texts of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    table: HashMap<String, String>,
}

impl Texts {
    /// Texts by their names.
    pub(crate) fn new(table: HashMap<String, String>) -> Self {
        Texts { table }
    }

    /// A text. One that is missing shows its name, which a test keeps from happening.
    pub(crate) fn get(&self, name: &str) -> String {
        self.find(name).unwrap_or(name).to_owned()
    }

    /// A text, with words put into their places: `{name}`.
    pub(crate) fn with(&self, name: &str, words: &[(&str, &str)]) -> String {
        let mut text = self.get(name);
        for (place, word) in words {
            text = text.replace(&format!("{{{place}}}"), word);
        }
        text
    }

    /// Whether there is such a text.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.table.get(name).map(String::as_str)
    }

    /// As which problem a payment's is told while its money is being taken: a sentence that sends the cashier for another
    /// payment would have the customer pay twice.
    pub(crate) fn while_taking<'key>(&self, key: &'key str) -> &'key str {
        let last = key.rsplit('.').next().unwrap_or(key);
        let has_words = [key, last]
            .iter()
            .any(|word| self.find(&format!("problem.{word}")).is_some());
        match last {
            "unreachable" | "token" | "500" | "3010" => "while_taking",
            _ if has_words => key,
            _ => "while_taking",
        }
    }

    /// What the cashier is told of a problem: its own sentence, else that of its word, else one that shows the number.
    pub(crate) fn problem(&self, key: &str, wallet: &str, number: Option<&str>) -> String {
        let last = key.rsplit('.').next().unwrap_or(key);
        let own = format!("problem.{key}");
        let of_any_wallet = format!("problem.{last}");
        let name = [own.as_str(), of_any_wallet.as_str()]
            .into_iter()
            .find(|name| self.find(name).is_some())
            .unwrap_or("problem.other");
        self.with(name, &[("wallet", wallet), ("number", number.unwrap_or(last))])
    }

    /// Why the backend has not done something, in the cashier's words where there are some.
    pub(crate) fn refusal(&self, code: &str, detail: &str) -> String {
        match self.find(&format!("refusal.{code}")) {
            Some(text) => text.to_owned(),
            None => self.with("refusal.other", &[("detail", detail)]),
        }
    }
}

/// The address of a language's file, from the folder that the program came from.
pub(crate) fn address(base: &str, language: Language) -> String {
    format!("{base}{}.json", language.code())
}

#[cfg(test)]
mod tests;
