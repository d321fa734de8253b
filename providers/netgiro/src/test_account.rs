//! Netgíró's public test account and its customers. Contract, section 2.
//!
//! They work in Netgíró's test environment and in emulations of it, and are no secret.

/// The application id.
pub const APPLICATION_ID: &str = "881E674F-7891-4C20-AFD8-56FE2624C4B5";

/// The secret, in the base64 text that signing takes as it stands.
pub const SECRET: &str = "YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=";

/// The phone number of the customer with unlimited credit.
pub const GSM: &str = "8223281";

/// The kennitala of the same customer.
pub const SSN: &str = "1111111119";

/// The kennitala of a customer without credit.
pub const SSN_WITHOUT_CREDIT: &str = "2222222229";
