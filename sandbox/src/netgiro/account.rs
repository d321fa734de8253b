//! The merchant's account: the public test account of Netgíró's documents. Contract, section 2.

/// Application id: `netgiro_appkey` of the first generation, `X-Netgiro-Api-Key` of the second.
pub(crate) const APPLICATION_ID: &str = "881E674F-7891-4C20-AFD8-56FE2624C4B5";

/// The secret, used as its literal text.
pub(crate) const SECRET: &str = "YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=";

/// The shop's name, as the app shows it.
pub(crate) const SHOP: &str = "Karfa";

/// Whether a key names the account. A GUID has no case.
pub(crate) fn is_known(key: &str) -> bool {
    key.eq_ignore_ascii_case(APPLICATION_ID)
}
