//! Everything on a phone's screen, as one document.

use crate::inpost::tap::bind::is_signed_out;
use crate::inpost::view;
use crate::number::Number;
use crate::people;
use crate::world::World;
use serde_json::{Value, json};

/// The phone with this number.
pub(crate) fn screen(world: &World, number: &Number) -> Value {
    world.look(|state, now| {
        let person = people::person(number);
        json!({
            "number": number.digits(),
            "masked_number": number.masked(),
            "person": { "name": person.name, "surname": person.surname, "mail": person.mail,
                        "delivery_point": person.delivery_point, "address": person.address() },
            "signed_in": !is_signed_out(&state.inpost, number),
            "now": now,
            "clock_ahead_seconds": state.ahead_s,
            "inbox": view::inbox(&state.inpost, number, now),
            "baskets": view::baskets(&state.inpost, number, now),
            "orders": view::orders(&state.inpost, number, now),
            "hot_products": view::hot_products(&state.inpost, now),
            "notices": view::notices(&state.inpost, number),
            "trusted_browsers": view::browsers(&state.inpost, number),
            "personal_qr": null,
            "app_code": null,
        })
    })
}

/// The phones that something has happened on, and those that are special.
pub(crate) fn phones(world: &World) -> Value {
    world.look(|state, now| {
        json!({ "phones": view::numbers(&state.inpost, now), "special": view::special_numbers() })
    })
}
