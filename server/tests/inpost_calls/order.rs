//! Creating an order, and news of its payment.

use crate::world::inpost::{
    NUMBER, PHONE, PRODUCT, assert_fine, assert_refused, call, confirmation, json_of, link_status, order,
    payment, quantity, shop,
};
use crate::world::{assert_nothing_changed, until};
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_does_not_fit_is_refused_and_the_basket_says_why() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let with = |at: &str, value: Value| {
        let mut body = order(&basket);
        *body.pointer_mut(at).unwrap() = value;
        body
    };
    for (what, body, notice) in [
        (
            "the total",
            with("/order_details/basket_price/gross", json!("141.98")),
            "Cena zmieniła się i wynosi teraz 141",
        ),
        (
            "the total",
            with("/order_details/basket_price/gross", json!("0.00")),
            "Cena zmieniła się",
        ),
        (
            "the delivery",
            with("/delivery/delivery_type", json!("DIGITAL")),
            "Ta dostawa nie jest dostępna",
        ),
        (
            "no locker",
            with("/delivery/delivery_point", Value::Null),
            "Uzupełnij dane dostawy",
        ),
        (
            "a consent",
            with("/consents/0/is_accepted", json!(false)),
            "Zaznacz wymagane zgody",
        ),
        (
            "no consents",
            with("/consents", json!([])),
            "Zaznacz wymagane zgody",
        ),
        (
            "the payment",
            with("/order_details/payment_type", json!("SHELLS")),
            "Ta metoda płatności nie jest dostępna",
        ),
    ] {
        let response = call(&world, "POST", "/order", Some(&body)).await;
        assert_refused(&response, 409, "ORDER_NOT_CREATE");
        let read = call(&world, "GET", &format!("/basket/{basket}"), None).await;
        // Told to the app at once as well: the basket that it then has carries it.
        let told = until("the notice in the app", async || {
            let phone = world.phone(NUMBER).await;
            let notice = phone["baskets"][0]["basket"]["summary"]["basket_notice"]["description"].as_str()?;
            notice
                .starts_with(notice_of(&response))
                .then(|| notice.to_owned())
        })
        .await;
        assert!(told.starts_with(notice), "{what}: {told}");
        assert_fine(&read);
        assert_eq!(link_status(&world, &basket).await, "linked", "{what}");
    }
    // What is not even in the contract never reaches the shop, and the shopper is told all the same.
    for (body, notice) in [
        (
            with("/order_details/currency", json!("EUR")),
            "Sklep przyjmuje tylko",
        ),
        (
            with("/delivery/delivery_type", json!("DRONE")),
            "Sklep nie obsługuje tej dostawy",
        ),
        (
            with("/account_info/phone_number/phone", json!("one")),
            "Numer telefonu w zamówieniu",
        ),
        (
            with("/delivery/delivery_codes", json!(["DRONE"])),
            "Sklep nie obsługuje tej dostawy",
        ),
    ] {
        let response = call(&world, "POST", "/order", Some(&body)).await;
        assert_refused(&response, 409, "ORDER_NOT_CREATE");
        until("the notice in the app", async || {
            let phone = world.phone(NUMBER).await;
            let told = phone["baskets"][0]["basket"]["summary"]["basket_notice"]["description"].as_str()?;
            told.starts_with(notice).then_some(())
        })
        .await;
    }
    assert_eq!(world.count("select count(*) from shop_order").await, 0);
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        14
    );
}

/// The first words of a refusal, which the notice repeats.
fn notice_of(response: &Response<Bytes>) -> &'static str {
    let message = json_of(response)["error_message"].as_str().unwrap().to_owned();
    let known = ["Cena", "Ta dostawa", "Uzupełnij", "Zaznacz", "Ta metoda"];
    known
        .into_iter()
        .find(|beginning| message.starts_with(beginning))
        .unwrap_or_else(|| panic!("{message}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_order_returns_the_first_one() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let body = order(&basket);
    let (first, second) = tokio::join!(
        call(&world, "POST", "/order", Some(&body)),
        call(&world, "POST", "/order", Some(&body))
    );
    assert_fine(&first);
    assert_fine(&second);
    let placed = json_of(&first);
    assert_eq!(json_of(&second), placed, "asked twice at once");
    assert_eq!(
        json_of(&call(&world, "POST", "/order", Some(&body)).await),
        placed,
        "asked again"
    );
    assert_eq!(placed["order_details"]["basket_id"], json!(basket));
    assert_eq!(placed["account_info"], body["account_info"]);
    let id = placed["order_details"]["order_id"].as_str().unwrap();
    let read = call(&world, "GET", &format!("/order/{id}"), None).await;
    assert_eq!(json_of(&read)["order_details"]["order_id"], json!(id));

    let before = world.contents().await;
    let mut otherwise = order(&basket);
    otherwise["order_details"]["payment_type"] = json!("CARD");
    assert_refused(
        &call(&world, "POST", "/order", Some(&otherwise)).await,
        409,
        "ORDER_NOT_CREATE",
    );
    // The basket is closed now.
    let event = call(
        &world,
        "POST",
        &format!("/basket/{basket}/event"),
        Some(&quantity("late", 2)),
    )
    .await;
    assert_refused(&event, 409, "ORDER_EXISTS");
    let confirmed = call(
        &world,
        "POST",
        &format!("/basket/{basket}/confirmation"),
        Some(&confirmation(PHONE)),
    )
    .await;
    assert_refused(&confirmed, 409, "ORDER_EXISTS");
    assert_fine(&call(&world, "DELETE", &format!("/basket/{basket}/binding"), None).await);
    assert_eq!(link_status(&world, &basket).await, "ordered");
    assert_nothing_changed(&world, &before).await;
    assert_eq!(world.count("select count(*) from shop_order").await, 1);
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        13
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_counts_once_and_no_late_cancellation_takes_the_order_back() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let placed = json_of(&call(&world, "POST", "/order", Some(&order(&basket))).await);
    let path = format!(
        "/order/{}/event",
        placed["order_details"]["order_id"].as_str().unwrap()
    );
    assert_eq!(
        placed["order_details"]["order_merchant_status_description"],
        "Oczekuje na płatność"
    );

    let mut strange = payment("e-0");
    strange["event_data"] = json!({"payment_status": "PONDERING"});
    let answer = call(&world, "POST", &path, Some(&strange)).await;
    assert_fine(&answer);
    assert_eq!(
        json_of(&answer)["order_merchant_status_description"],
        "Oczekuje na płatność"
    );

    for _ in 0..2 {
        let answer = call(&world, "POST", &path, Some(&payment("e-1"))).await;
        assert_fine(&answer);
        assert_eq!(
            json_of(&answer)["order_merchant_status_description"],
            "Przyjęte do realizacji"
        );
    }
    assert_eq!(
        world
            .count("select count(*) from shop_order where status = 'accepted'")
            .await,
        1
    );
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        13
    );

    let mut rejected = payment("e-2");
    rejected["event_data"] = json!({"order_status": "ORDER_REJECTED"});
    // The payment's event once more, after it: repeated news is old news.
    for event in [rejected, payment("e-1")] {
        let answer = call(&world, "POST", &path, Some(&event)).await;
        assert_fine(&answer);
        let answer = json_of(&answer);
        assert_eq!(
            answer["order_merchant_status_description"],
            "Przyjęte do realizacji"
        );
        assert_eq!(answer.get("order_status"), None, "it goes ahead");
        assert_eq!(
            world
                .count("select pieces from stock where product = 'szalik-mgla'")
                .await,
            13,
            "what is sold is not sold again"
        );
    }
    let listed = karfa::orders::attention(&[world.shop().await]).await.unwrap();
    assert!(
        listed.contains("InPost rejected it although it is paid"),
        "{listed}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_given_up_gives_its_pieces_back_once() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let placed = json_of(&call(&world, "POST", "/order", Some(&order(&basket))).await);
    let path = format!(
        "/order/{}/event",
        placed["order_details"]["order_id"].as_str().unwrap()
    );
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        13
    );
    for event_id in ["e-1", "e-1", "e-2"] {
        let mut rejected = payment(event_id);
        rejected["event_data"] = json!({"order_status": "ORDER_REJECTED"});
        let answer = call(&world, "POST", &path, Some(&rejected)).await;
        assert_fine(&answer);
        assert_eq!(json_of(&answer)["order_merchant_status_description"], "Anulowane");
        assert_eq!(json_of(&answer)["order_status"], "ORDER_REJECTED");
        assert_eq!(
            world
                .count("select pieces from stock where product = 'szalik-mgla'")
                .await,
            14
        );
    }
}
