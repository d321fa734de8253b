//! A typed client for Vipps MobilePay.
