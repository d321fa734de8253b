//! Everything on a phone's screen, as one document: what InPost, Vipps MobilePay and Netgíró have for this number.

use super::{Code, wallets};
use crate::inpost::tap::bind::is_signed_out;
use crate::inpost::view;
use crate::netgiro;
use crate::number::Number;
use crate::people;
use crate::vipps;
use crate::world::Shared;
use serde_json::{Value, json};

/// The phone with this number.
pub(crate) fn screen(world: &Shared, number: &Number) -> Value {
    let personal_qr = vipps::personal_qr(world, number.digits(), false);
    let app_code = netgiro::app_code(world, number.netgiro(), false);
    let text = |code: &Option<Code>| code.as_ref().map(|code| code.text.clone());
    let end = |code: &Option<Code>| code.as_ref().map(|code| code.expires_at);
    world.look(|state, now| {
        let person = people::person(number);
        let mut inbox = view::inbox(&state.inpost, number, now);
        let wallets = vipps::inbox(&state.vipps, number.digits(), now)
            .into_iter()
            .chain(netgiro::inbox(&state.netgiro, number.netgiro(), now));
        inbox.extend(wallets.map(|item| json!(item)));
        json!({
            "number": number.digits(),
            "masked_number": number.masked(),
            "person": { "name": person.name, "surname": person.surname, "mail": person.mail,
                        "delivery_point": person.delivery_point, "address": person.address() },
            "signed_in": !is_signed_out(&state.inpost, number),
            "now": now,
            "clock_ahead_seconds": state.ahead_s,
            "wallets": wallets::wallets(number),
            "inbox": inbox,
            "baskets": view::baskets(&state.inpost, number, now),
            "orders": view::orders(&state.inpost, number, now),
            "hot_products": view::hot_products(&state.inpost, now),
            "notices": view::notices(&state.inpost, number),
            "trusted_browsers": view::browsers(&state.inpost, number),
            "personal_qr": text(&personal_qr),
            "personal_qr_expires_at": end(&personal_qr),
            "app_code": text(&app_code),
            "app_code_barcode": app_code.as_ref().map(netgiro::barcode),
            "app_code_expires_at": end(&app_code),
        })
    })
}

/// The phones that something has happened on, and those that are special.
pub(crate) fn phones(world: &Shared) -> Value {
    let mut special = view::special_numbers();
    special.extend(vipps::special_numbers());
    special.extend(netgiro::special_numbers());
    world.look(|state, now| {
        let mut phones = view::numbers(&state.inpost, now);
        phones.extend(vipps::numbers(&state.vipps, now));
        phones.extend(netgiro::numbers(&state.netgiro, now));
        json!({ "phones": once_each(phones), "special": special })
    })
}

/// A phone on which several wallets wait is one phone, also where Netgíró leaves out the country.
fn once_each(phones: Vec<(Number, usize)>) -> Vec<Value> {
    let mut all: Vec<(Number, usize)> = Vec::new();
    for (number, waiting) in phones {
        match all
            .iter_mut()
            .find(|(known, _)| known.netgiro() == number.netgiro())
        {
            Some((_, sum)) => *sum += waiting,
            None => all.push((number, waiting)),
        }
    }
    let list = all.iter();
    list.map(|(number, waiting)| json!({ "number": number.digits(), "waiting": waiting }))
        .collect()
}
