//! Who the customers are: everybody with seven digits, and the ones with a fate of their own. `README.md` lists them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Netgíró's codes for a customer who does not pay, and for one who is none. Contract, section 3.
pub(crate) const CANCELLED: u32 = 10201;
const DECLINED: u32 = 10302;
const NO_SUCH_CUSTOMER: u32 = 10306;
const GENERIC: u32 = 400;

/// A mobile number of seven digits. Prints masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Gsm(String);

impl Gsm {
    /// Seven digits, the first of them no zero.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let whole = text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit());
        (whole && !text.starts_with('0')).then(|| Gsm(text.to_owned()))
    }

    /// The seven digits.
    pub(crate) fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Gsm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gsm(*******)")
    }
}

/// What Netgíró makes of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Without the app a text message comes instead of the push: to install it.
    pub(crate) has_app: bool,
    /// InsertCart is refused with this code.
    pub(crate) refused_at_once: Option<u32>,
    /// The customer confirms, and the payment is refused with this code.
    pub(crate) refused_in_the_end: Option<u32>,
    /// CheckCart's code after the customer has rejected.
    pub(crate) rejection: u32,
}

const ORDINARY: Profile = Profile {
    has_app: true,
    refused_at_once: None,
    refused_in_the_end: None,
    rejection: CANCELLED,
};

const fn at_once(code: u32) -> Profile {
    Profile {
        refused_at_once: Some(code),
        ..ORDINARY
    }
}

const fn in_the_end(code: u32) -> Profile {
    Profile {
        refused_in_the_end: Some(code),
        ..ORDINARY
    }
}

/// A customer with a fate of their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed {
    pub(crate) gsm: &'static str,
    pub(crate) ssn: Option<&'static str>,
    pub(crate) profile: Profile,
    /// For the list of phones.
    pub(crate) what: &'static str,
}

const fn listed(
    gsm: &'static str,
    ssn: Option<&'static str>,
    profile: Profile,
    what: &'static str,
) -> Listed {
    Listed {
        gsm,
        ssn,
        profile,
        what,
    }
}

/// The first two are the public test customers; the others are the sandbox's own.
#[rustfmt::skip] // A table is read by its columns.
pub(crate) const LISTED: &[Listed] = &[
    listed("8223281", Some("1111111119"), ORDINARY, "Netgíró: unlimited credit"),
    listed("8220002", Some("2222222229"), in_the_end(DECLINED), "Netgíró: no credit"),
    listed("8220003", Some("3030303019"), Profile { has_app: false, ..ORDINARY }, "Netgíró: has not got the app"),
    listed("8220004", None, Profile { has_app: false, ..in_the_end(DECLINED) }, "Netgíró: has neither the app nor credit"),
    listed("8220005", Some("4040404059"), at_once(NO_SUCH_CUSTOMER), "Netgíró: no customer, 10306"),
    listed("8220006", Some("5050505099"), at_once(GENERIC), "Netgíró: no customer, 400"),
    listed("8220011", None, at_once(DECLINED), "Netgíró: declined at once, 10302"),
    listed("8220012", None, at_once(10307), "Netgíró: declined at once, 10307"),
    listed("8220013", None, at_once(10422), "Netgíró: declined at once, 10422"),
    listed("8220014", None, at_once(10423), "Netgíró: declined at once, 10423"),
    listed("8220015", None, Profile { rejection: 10423, ..ORDINARY }, "Netgíró: a rejection shows as 10423"),
    listed("8220016", None, in_the_end(10999), "Netgíró: ends with 10999, a code that nobody knows"),
];

/// What Netgíró makes of this number.
pub(crate) fn profile(gsm: &Gsm) -> Profile {
    let found = LISTED.iter().find(|listed| listed.gsm == gsm.digits());
    found.map_or(ORDINARY, |listed| listed.profile)
}

/// The phone of the person with this SSN (kennitala): the listed one, or a 6 and the last six digits. None where the
/// check digit is wrong.
pub(crate) fn phone_of(ssn: &str) -> Option<Gsm> {
    if !is_ssn(ssn) {
        return None;
    }
    let known = LISTED.iter().find(|listed| listed.ssn == Some(ssn));
    match known {
        Some(listed) => Gsm::parse(listed.gsm),
        None => Gsm::parse(&format!("6{}", ssn.get(4..)?)),
    }
}

/// Ten digits of which the ninth is right: the weighted sum of the first nine is a multiple of eleven.
pub(crate) fn is_ssn(text: &str) -> bool {
    const WEIGHTS: [u32; 9] = [3, 2, 7, 6, 5, 4, 3, 2, 1];
    let whole = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = text.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    whole && sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_ssn_has_a_right_check_digit_and_leads_to_its_phone() {
        for listed in LISTED {
            assert!(Gsm::parse(listed.gsm).is_some(), "{}", listed.gsm);
            if let Some(ssn) = listed.ssn {
                assert_eq!(phone_of(ssn).unwrap().digits(), listed.gsm);
            }
        }
    }

    #[test]
    fn any_other_ssn_has_a_phone_that_follows_from_it() {
        assert_eq!(phone_of("1201743399").unwrap().digits(), "6743399");
        for wrong in [
            "1201743389",
            "120174-3399",
            "120174339",
            "12017433990",
            "ten digits",
        ] {
            assert!(phone_of(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_number_prints_masked() {
        assert_eq!(format!("{:?}", Gsm::parse("8223281").unwrap()), "Gsm(*******)");
        for wrong in ["0223281", "822328", "82232811", "822-328"] {
            assert!(Gsm::parse(wrong).is_none(), "{wrong}");
        }
    }
}
