//! The people behind the numbers. Everything about them follows from the number, so that a test can know it.

use crate::number::Number;
use serde::Serialize;
use serde_json::{Value, json};

const NAMES: &[&str] = &[
    "Anna", "Jan", "Zofia", "Piotr", "Maja", "Tomasz", "Ewa", "Adam", "Kinga", "Marek", "Olga", "Paweł",
    "Łucja", "Szymon", "Hanna", "Wojciech",
];
const SURNAMES: &[&str] = &[
    "Nowak", "Wójcik", "Mazur", "Krawczyk", "Zając", "Wróbel", "Dudek", "Sikora", "Baran", "Pietrzak",
    "Gajda", "Kurek", "Bąk", "Lis", "Sowa", "Żuk",
];
const STREETS: &[&str] = &[
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
];
const CITIES: &[(&str, &str, &str)] = &[
    ("Kraków", "30-001", "KRA01M"),
    ("Warszawa", "00-001", "WAW01M"),
    ("Gdańsk", "80-001", "GDA01M"),
    ("Wrocław", "50-001", "WRO01M"),
    ("Poznań", "60-001", "POZ01M"),
    ("Łódź", "90-001", "LOD01M"),
];

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
    /// The parcel locker next door.
    pub(crate) delivery_point: &'static str,
}

/// The person with this number: always the same one.
pub(crate) fn person(number: &Number) -> Person {
    let mixed = mix(number.digits());
    let (city, postal_code, delivery_point) =
        pick(CITIES, mixed >> 24).unwrap_or(("Kraków", "30-001", "KRA01M"));
    let name = pick(NAMES, mixed).unwrap_or("Anna");
    let surname = pick(SURNAMES, mixed >> 8).unwrap_or("Nowak");
    let ascii = |text: &str| text.to_lowercase().chars().map(plain_letter).collect::<String>();
    Person {
        name,
        surname,
        mail: format!("{}.{}@example.com", ascii(name), ascii(surname)),
        street: pick(STREETS, mixed >> 16).unwrap_or("Lipowa"),
        building: format!("{}", 1 + (mixed >> 40) % 60),
        city,
        postal_code,
        delivery_point,
    }
}

impl Person {
    /// The address as InPost writes it, with the street taken apart.
    pub(crate) fn address(&self) -> Value {
        json!({
            "country_code": "PL",
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
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
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
    fn neighbours_are_different_people() {
        let mails: std::collections::BTreeSet<_> = (0..20)
            .map(|i| person(&Number::parse(&format!("486000000{i:02}")).unwrap()).mail)
            .collect();
        assert!(mails.len() > 15, "{mails:?}");
    }
}
