//! The nine sequences of the first generation: every kind of customer with every kind of confirmation, and everything
//! that the customer can do. Contract, section 4.

use crate::bench::{Bench, CANCELLED_URL, CONFIRMED_URL, GSM, SSN, cart};

/// How the customer is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Gsm,
    Ssn,
    AppCode,
}

const BY: [By; 3] = [By::Gsm, By::Ssn, By::AppCode];

const AUTOMATIC: u8 = 0;
const SERVER_CALLBACK: u8 = 1;
const MANUAL: u8 = 2;

const PAID: (bool, u64) = (true, 10200);
const CANCELLED: (bool, u64) = (false, 10201);
const WAITING: (bool, u64) = (false, 10425);
const RESERVED: (bool, u64) = (false, 10426);
const CODE_NEEDED: (bool, u64) = (false, 10428);

impl By {
    async fn insert(self, bench: &Bench, confirmation: u8) -> String {
        let customer = match self {
            By::Gsm => GSM.to_owned(),
            By::Ssn => SSN.to_owned(),
            By::AppCode => bench.phone(GSM).await["app_code"].as_str().unwrap().to_owned(),
        };
        bench.insert(&cart(&customer, confirmation)).await
    }

    /// The customer agrees: at the phone, by the code, or by having shown the app's code.
    async fn agree(self, bench: &Bench, id: &str) {
        match self {
            By::Gsm => {
                assert_eq!(bench.check(id).await, WAITING);
                bench.act(GSM, "approve").await;
            }
            By::Ssn => {
                assert_eq!(bench.check(id).await, CODE_NEEDED);
                let code = sms_code(bench).await;
                bench.confirm(id, Some(&code)).await;
            }
            By::AppCode => {}
        }
    }
}

async fn sms_code(bench: &Bench) -> String {
    let item = bench.only_item(GSM).await;
    assert_eq!(item["kind"], "sms");
    let code = item["code"].as_str().unwrap().to_owned();
    assert!(item["text"].as_str().unwrap().contains(&code), "{item}");
    code
}

#[tokio::test]
async fn every_customer_pays_in_every_way_of_confirming() {
    for by in BY {
        for confirmation in [AUTOMATIC, SERVER_CALLBACK, MANUAL] {
            let case = format!("{by:?} {confirmation}");
            let bench = Bench::new();
            let id = by.insert(&bench, confirmation).await;
            by.agree(&bench, &id).await;
            if confirmation == MANUAL {
                assert_eq!(bench.check(&id).await, RESERVED, "{case}");
                assert_eq!(bench.money(&id).await, (0, 1000, 0), "{case}");
                assert_eq!(bench.confirm(&id, None).await, PAID, "{case}");
            }
            assert_eq!(bench.check_until_not(&id, 10429).await, PAID, "{case}");
            assert_eq!(bench.money(&id).await, (1000, 0, 0), "{case}");
            if confirmation == MANUAL {
                assert!(bench.shop.seen().is_empty(), "{case}: the shop confirms itself");
            } else {
                bench.called(1).await;
                assert_eq!(bench.shop.called(), [CONFIRMED_URL], "{case}");
            }
            assert_eq!(bench.phone(GSM).await["inbox"].as_array().unwrap().len(), 0);
        }
    }
}

#[tokio::test]
async fn a_customer_who_rejects_pays_in_no_way_of_confirming() {
    for by in [By::Gsm, By::Ssn] {
        for confirmation in [AUTOMATIC, SERVER_CALLBACK, MANUAL] {
            let case = format!("{by:?} {confirmation}");
            let bench = Bench::new();
            let id = by.insert(&bench, confirmation).await;
            assert_eq!(bench.act(GSM, "reject").await, "cancelled", "{case}");
            assert_eq!(bench.check(&id).await, CANCELLED, "{case}");
            assert_eq!(bench.confirm(&id, None).await, CANCELLED, "{case}");
            assert_eq!(bench.money(&id).await, (0, 0, 0), "{case}");
            assert_eq!(bench.shop.called(), [CANCELLED_URL], "{case}");
        }
    }
}

#[tokio::test]
async fn a_cart_that_nobody_confirms_lapses_after_ten_minutes() {
    for by in [By::Gsm, By::Ssn] {
        for confirmation in [AUTOMATIC, SERVER_CALLBACK, MANUAL] {
            let case = format!("{by:?} {confirmation}");
            let bench = Bench::new();
            let id = by.insert(&bench, confirmation).await;
            let code = match by {
                By::Ssn => Some(sms_code(&bench).await),
                _ => None,
            };
            bench.advance(599);
            assert!(!CANCELLED.eq(&bench.check(&id).await), "{case}");
            bench.advance(1);
            assert_eq!(bench.check(&id).await, CANCELLED, "{case}");
            assert_eq!(bench.confirm(&id, code.as_deref()).await, CANCELLED, "{case}");
            assert_eq!(bench.money(&id).await, (0, 0, 0), "{case}");
            bench.called(1).await;
            assert_eq!(bench.shop.called(), [CANCELLED_URL], "{case}");
        }
    }
}

#[tokio::test]
async fn a_reservation_that_the_shop_does_not_confirm_lapses_with_its_cart() {
    for by in BY {
        let bench = Bench::new();
        let id = by.insert(&bench, MANUAL).await;
        by.agree(&bench, &id).await;
        assert_eq!(bench.check(&id).await, RESERVED);
        bench.advance(600);
        assert_eq!(bench.confirm(&id, None).await, CANCELLED, "{by:?}");
        assert_eq!(bench.money(&id).await, (0, 0, 0), "{by:?}");
    }
}

#[tokio::test]
async fn three_wrong_codes_cancel_a_cart_and_two_do_not() {
    for confirmation in [AUTOMATIC, SERVER_CALLBACK, MANUAL] {
        let bench = Bench::new();
        let id = By::Ssn.insert(&bench, confirmation).await;
        let code = sms_code(&bench).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(bench.confirm(&id, Some(wrong)).await, (false, 400));
        assert_eq!(bench.confirm(&id, Some(wrong)).await, (false, 400));
        assert_eq!(
            bench.confirm(&id, None).await,
            CODE_NEEDED,
            "no code is no wrong code"
        );
        assert_eq!(bench.known(&id).await["wrong_codes"], 2);
        assert_eq!(bench.confirm(&id, Some(wrong)).await, CANCELLED);
        assert_eq!(bench.check(&id).await, CANCELLED);
        assert_eq!(
            bench.confirm(&id, Some(&code)).await,
            CANCELLED,
            "the right one is too late"
        );
        assert_eq!(bench.money(&id).await, (0, 0, 0));
        bench.called(1).await;
        assert_eq!(bench.shop.called(), [CANCELLED_URL]);
    }
}

#[tokio::test]
async fn the_right_code_after_two_wrong_ones_pays() {
    let bench = Bench::new();
    let id = By::Ssn.insert(&bench, AUTOMATIC).await;
    let code = sms_code(&bench).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    bench.confirm(&id, Some(wrong)).await;
    bench.confirm(&id, Some(wrong)).await;
    assert_eq!(bench.confirm(&id, Some(&code)).await, PAID);
    assert_eq!(bench.money(&id).await, (1000, 0, 0));
}

#[tokio::test]
async fn confirming_a_cart_that_is_paid_does_no_harm() {
    for by in BY {
        let bench = Bench::new();
        let id = by.insert(&bench, AUTOMATIC).await;
        by.agree(&bench, &id).await;
        assert_eq!(bench.confirm(&id, None).await, (true, 10203), "{by:?}");
        assert_eq!(bench.confirm(&id, Some("123456")).await, (true, 10203), "{by:?}");
        assert_eq!(bench.check(&id).await, PAID, "{by:?}");
        assert_eq!(bench.money(&id).await, (1000, 0, 0), "{by:?}");
    }
}

#[tokio::test]
async fn a_cart_can_be_cancelled_until_it_is_paid() {
    for by in BY {
        for confirmation in [AUTOMATIC, MANUAL] {
            let bench = Bench::new();
            let id = by.insert(&bench, confirmation).await;
            if by == By::AppCode && confirmation == AUTOMATIC {
                assert_eq!(bench.cancel(&id).await, (false, 10200), "too late");
                assert_eq!(bench.money(&id).await, (1000, 0, 0));
                continue;
            }
            assert_eq!(bench.cancel(&id).await, (true, 10201), "{by:?} {confirmation}");
            assert_eq!(
                bench.cancel(&id).await,
                (false, 10202),
                "{by:?} {confirmation}: twice"
            );
            assert_eq!(bench.check(&id).await, CANCELLED);
            assert_eq!(bench.money(&id).await, (0, 0, 0));
            assert_eq!(bench.phone(GSM).await["inbox"].as_array().unwrap().len(), 0);
            assert!(bench.shop.seen().is_empty(), "the shop knows");
        }
    }
}

#[tokio::test]
async fn a_cart_that_is_not_there_is_cancelled_to_check_and_unknown_to_the_others() {
    let bench = Bench::new();
    let id = "00000000-0000-0000-0000-000000000000";
    assert_eq!(bench.check(id).await, CANCELLED);
    assert_eq!(bench.cancel(id).await, (false, 10424));
    assert_eq!(bench.confirm(id, None).await, (false, 10424));
}
