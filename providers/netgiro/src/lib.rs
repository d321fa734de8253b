//! A typed client for Netgíró.
