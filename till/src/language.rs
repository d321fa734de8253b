//! The languages of the page, and how each writes numbers, dates and times.

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    /// English.
    En,
    /// Norwegian, bokmål.
    Nb,
    /// Danish.
    Da,
    /// Finnish.
    Fi,
    /// Icelandic.
    Is,
}

/// A moment by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WallClock {
    /// Like 2026.
    pub(crate) year: u32,
    /// From 1.
    pub(crate) month: u32,
    /// From 1.
    pub(crate) day: u32,
    /// 0 to 23.
    pub(crate) hour: u32,
    /// 0 to 59.
    pub(crate) minute: u32,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub(crate) const ALL: [Language; 5] = [
        Language::En,
        Language::Nb,
        Language::Da,
        Language::Fi,
        Language::Is,
    ];

    /// The BCP 47 code, also the name of the file with its texts.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Nb => "nb",
            Language::Da => "da",
            Language::Fi => "fi",
            Language::Is => "is",
        }
    }

    /// What it is called by those who speak it.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Nb => "Norsk",
            Language::Da => "Dansk",
            Language::Fi => "Suomi",
            Language::Is => "Íslenska",
        }
    }

    /// By a code like `nb` or `nb-NO`; `no` and `nn` are read as Norwegian.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        let code = code.split(['-', '_']).next()?.to_ascii_lowercase();
        match code.as_str() {
            "no" | "nn" => Some(Language::Nb),
            code => Language::ALL.into_iter().find(|language| language.code() == code),
        }
    }

    /// Between a number's whole and its part.
    pub(crate) fn decimal(self) -> char {
        if self == Language::En { '.' } else { ',' }
    }

    /// Between a number's groups of three digits.
    pub(crate) fn thousands(self) -> char {
        match self {
            Language::En => ',',
            Language::Nb | Language::Fi => '\u{a0}',
            Language::Da | Language::Is => '.',
        }
    }

    /// A date in digits.
    pub(crate) fn date(self, at: WallClock) -> String {
        let WallClock { year, month, day, .. } = at;
        match self {
            Language::En => format!("{day:02}/{month:02}/{year}"),
            Language::Nb | Language::Da => format!("{day:02}.{month:02}.{year}"),
            Language::Fi | Language::Is => format!("{day}.{month}.{year}"),
        }
    }

    /// A time of day.
    pub(crate) fn time(self, at: WallClock) -> String {
        let WallClock { hour, minute, .. } = at;
        match self {
            Language::En | Language::Nb | Language::Is => format!("{hour:02}:{minute:02}"),
            Language::Da => format!("{hour:02}.{minute:02}"),
            Language::Fi => format!("{hour}.{minute:02}"),
        }
    }

    /// A date as forms have it, `2026-11-22`, in digits. What is no date stays as it is.
    pub(crate) fn form_date(self, text: &str) -> String {
        let mut parts = text
            .split('T')
            .next()
            .unwrap_or_default()
            .splitn(3, '-')
            .map(str::parse);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => self.date(WallClock {
                year,
                month,
                day,
                hour: 0,
                minute: 0,
            }),
            _ => text.to_owned(),
        }
    }

    /// A time as the backend has it, `14:05`. What is no time stays as it is.
    pub(crate) fn form_time(self, text: &str) -> String {
        match text
            .split_once(':')
            .map(|(hour, minute)| (hour.parse(), minute.parse()))
        {
            Some((Ok(hour), Ok(minute))) => self.time(WallClock {
                year: 0,
                month: 0,
                day: 0,
                hour,
                minute,
            }),
            _ => text.to_owned(),
        }
    }
}

/// Seconds that are left, as a clock that runs down shows them: `4:05`.
pub(crate) fn countdown(seconds: i64) -> String {
    let seconds = seconds.max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_code() {
        assert_eq!(Language::of_code("nb-NO"), Some(Language::Nb));
        assert_eq!(Language::of_code("no"), Some(Language::Nb));
        assert_eq!(Language::of_code("IS"), Some(Language::Is));
        assert_eq!(Language::of_code("pl"), None);
        for language in Language::ALL {
            assert_eq!(Language::of_code(language.code()), Some(language));
        }
    }

    #[test]
    fn dates_and_times_are_written_as_the_country_writes_them() {
        for (language, date, time) in [
            (Language::En, "02/11/2026", "09:05"),
            (Language::Nb, "02.11.2026", "09:05"),
            (Language::Da, "02.11.2026", "09.05"),
            (Language::Fi, "2.11.2026", "9.05"),
            (Language::Is, "2.11.2026", "09:05"),
        ] {
            assert_eq!(language.form_date("2026-11-02"), date);
            assert_eq!(language.form_date("2026-11-02T09:05:00Z"), date);
            assert_eq!(language.form_time("09:05"), time);
        }
        assert_eq!(Language::Nb.form_date("today"), "today");
        assert_eq!(Language::Nb.form_time("noon"), "noon");
    }

    #[test]
    fn a_countdown_ends_at_nought() {
        assert_eq!(countdown(245), "4:05");
        assert_eq!(countdown(9), "0:09");
        assert_eq!(countdown(-3), "0:00");
    }
}
