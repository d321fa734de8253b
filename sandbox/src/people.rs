//! The people behind the numbers. Everything about them follows from the number, so that a test can know it.

use crate::number::Number;
use serde::Serialize;
use serde_json::{Value, json};

/// What people of one country are made up from.
struct Land {
    country_code: &'static str,
    names: &'static [&'static str],
    surnames: &'static [&'static str],
    streets: &'static [&'static str],
    /// City and postal code.
    cities: &'static [(&'static str, &'static str)],
}

/// Parcel lockers; they stand in Poland only, in the order of its cities.
const LOCKERS: &[&str] = &["KRA01M", "WAW01M", "GDA01M", "WRO01M", "POZ01M", "LOD01M"];

const POLAND: Land = Land {
    country_code: "PL",
    names: &[
        "Anna", "Jan", "Zofia", "Piotr", "Maja", "Tomasz", "Ewa", "Adam", "Kinga", "Marek", "Olga", "Paweł",
        "Łucja", "Szymon", "Hanna", "Wojciech",
    ],
    surnames: &[
        "Nowak", "Wójcik", "Mazur", "Krawczyk", "Zając", "Wróbel", "Dudek", "Sikora", "Baran", "Pietrzak",
        "Gajda", "Kurek", "Bąk", "Lis", "Sowa", "Żuk",
    ],
    streets: &[
        "Lipowa",
        "Słoneczna",
        "Kwiatowa",
        "Ogrodowa",
        "Krótka",
        "Leśna",
        "Jagodowa",
        "Miodowa",
        "Rynek",
        "Wiosenna",
    ],
    cities: &[
        ("Kraków", "30-001"),
        ("Warszawa", "00-001"),
        ("Gdańsk", "80-001"),
        ("Wrocław", "50-001"),
        ("Poznań", "60-001"),
        ("Łódź", "90-001"),
    ],
};

const NORWAY: Land = Land {
    country_code: "NO",
    names: &[
        "Ingrid", "Lars", "Nora", "Håkon", "Sigrid", "Ola", "Solveig", "Jonas",
    ],
    surnames: &[
        "Hansen", "Solberg", "Lunde", "Bakke", "Haugen", "Dahl", "Strand", "Moen",
    ],
    streets: &["Storgata", "Kirkegata", "Skolegata", "Parkveien"],
    cities: &[("Oslo", "0150"), ("Bergen", "5003"), ("Trondheim", "7010")],
};

const DENMARK: Land = Land {
    country_code: "DK",
    names: &[
        "Freja", "Mads", "Astrid", "Rasmus", "Clara", "Emil", "Ida", "Søren",
    ],
    surnames: &["Jensen", "Holm", "Kjær", "Lund", "Møller", "Skov", "Bech", "Dam"],
    streets: &["Strandgade", "Nørregade", "Skovvej", "Havnegade"],
    cities: &[("København", "1050"), ("Aarhus", "8000"), ("Odense", "5000")],
};

const FINLAND: Land = Land {
    country_code: "FI",
    names: &[
        "Aino", "Eero", "Helmi", "Onni", "Sanna", "Juhani", "Venla", "Mikko",
    ],
    surnames: &[
        "Korhonen",
        "Mäkinen",
        "Virtanen",
        "Laine",
        "Koskinen",
        "Niemi",
        "Salo",
        "Järvinen",
    ],
    streets: &["Puistokatu", "Koulukatu", "Rantatie", "Kirkkokatu"],
    cities: &[("Helsinki", "00100"), ("Tampere", "33100"), ("Turku", "20100")],
};

/// With family names, which Iceland has too: they fit every first name.
const ICELAND: Land = Land {
    country_code: "IS",
    names: &[
        "Guðrún",
        "Jón",
        "Sigríður",
        "Einar",
        "Katrín",
        "Ólafur",
        "Helga",
        "Birkir",
    ],
    surnames: &[
        "Blöndal",
        "Hafstein",
        "Briem",
        "Thors",
        "Nordal",
        "Kvaran",
        "Zoëga",
        "Thorarensen",
    ],
    streets: &["Laugavegur", "Skólavegur", "Hafnarstræti", "Strandgata"],
    cities: &[
        ("Reykjavík", "101"),
        ("Akureyri", "600"),
        ("Hafnarfjörður", "220"),
    ],
};

/// Somebody made up from a number.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) surname: &'static str,
    pub(crate) mail: String,
    pub(crate) street: &'static str,
    pub(crate) building: String,
    pub(crate) city: &'static str,
    pub(crate) postal_code: &'static str,
    /// Two letters (ISO 3166).
    pub(crate) country_code: &'static str,
    /// The parcel locker that they like best.
    pub(crate) delivery_point: &'static str,
}

/// The person with this number: always the same one. From the number's country, where it is one of the wallets'
/// countries, else from Poland.
pub(crate) fn person(number: &Number) -> Person {
    let (prefix, _) = number.parts();
    let land = match prefix.as_str() {
        "+47" => NORWAY,
        "+45" => DENMARK,
        "+358" => FINLAND,
        "+354" => ICELAND,
        _ => POLAND,
    };
    let mixed = mix(number.digits());
    let (city, postal_code) = pick(land.cities, mixed >> 24).unwrap_or(("Kraków", "30-001"));
    let name = pick(land.names, mixed).unwrap_or("Anna");
    let surname = pick(land.surnames, mixed >> 8).unwrap_or("Nowak");
    let ascii = |text: &str| text.to_lowercase().chars().map(plain_letter).collect::<String>();
    Person {
        name,
        surname,
        mail: format!("{}.{}@example.com", ascii(name), ascii(surname)),
        street: pick(land.streets, mixed >> 16).unwrap_or("Lipowa"),
        building: format!("{}", 1 + (mixed >> 40) % 60),
        city,
        postal_code,
        country_code: land.country_code,
        delivery_point: pick(LOCKERS, mixed >> 24).unwrap_or("KRA01M"),
    }
}

impl Person {
    /// The address as InPost writes it, with the street taken apart.
    pub(crate) fn address(&self) -> Value {
        json!({
            "country_code": self.country_code,
            "address": format!("{} {}", self.street, self.building),
            "city": self.city,
            "postal_code": self.postal_code,
            "address_details": { "street": self.street, "building": self.building, "flat": "" },
        })
    }
}

fn pick<T: Copy>(from: &[T], by: u64) -> Option<T> {
    let length = u64::try_from(from.len()).ok()?;
    let index = usize::try_from(by.checked_rem(length)?).ok()?;
    from.get(index).copied()
}

/// FNV-1a with a final stir: neighbouring numbers get different people.
fn mix(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn plain_letter(letter: char) -> char {
    match letter {
        'ą' | 'á' | 'ä' | 'å' | 'æ' => 'a',
        'ć' => 'c',
        'ð' => 'd',
        'ę' | 'é' | 'ë' => 'e',
        'í' => 'i',
        'ł' => 'l',
        'ń' => 'n',
        'ó' | 'ö' | 'ø' => 'o',
        'ś' => 's',
        'ú' => 'u',
        'ź' | 'ż' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_always_the_same_person() {
        let number = Number::parse("48600000000").unwrap();
        assert_eq!(person(&number).mail, person(&number).mail);
        assert!(person(&number).mail.is_ascii());
    }

    #[test]
    fn people_live_where_their_number_is_and_write_plain_letters() {
        for (start, country) in [
            ("47", "NO"),
            ("45", "DK"),
            ("358", "FI"),
            ("354", "IS"),
            ("48", "PL"),
        ] {
            for i in 0..64 {
                let number = Number::parse(&format!("{start}91234{i:03}")).unwrap();
                let person = person(&number);
                assert_eq!(person.country_code, country);
                assert!(person.mail.is_ascii(), "{}", person.mail);
            }
        }
        assert_eq!(person(&Number::parse("8223281").unwrap()).country_code, "IS");
    }

    #[test]
    fn neighbours_are_different_people() {
        let mails: std::collections::BTreeSet<_> = (0..20)
            .map(|i| person(&Number::parse(&format!("486000000{i:02}")).unwrap()).mail)
            .collect();
        assert!(mails.len() > 15, "{mails:?}");
    }
}
