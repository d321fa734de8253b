//! The merchant's shop behind one trait: products, baskets, stock, consents, orders.
//!
//! Belongs here: what is sold, at what price, to whom it was sold. Does not belong here: wallets, sessions, HTTP.
