//! What a cart's answers mean: the table of situations, every code, and what is never a payment.

use netgiro::wire::{
    CancelOutcome, CartAnswer, CartItem, CartState, Confirmation, ConfirmationType, InsertCart,
    MalformedBody, PaymentInfo, PaymentStatus,
};
use netgiro::{CustomerId, Group, ResultCode};
use proptest::prelude::*;
use std::collections::HashSet;

fn answer(body: &str) -> CartAnswer {
    CartAnswer::parse(body.as_bytes()).unwrap()
}

fn says(payment_successful: bool, code: i64) -> CartAnswer {
    answer(&format!(
        r#"{{"Success":true,"PaymentSuccessful":{payment_successful},"ResultCode":{code}}}"#
    ))
}

#[test]
fn every_situation_of_check_cart_has_its_state() {
    let table = [
        (true, 10200, CartState::Paid { info: None }),
        (true, 10203, CartState::Paid { info: None }),
        (false, 10201, CartState::Cancelled),
        (false, 10202, CartState::Cancelled),
        (false, 10425, CartState::Waiting),
        (false, 10426, CartState::Reserved),
        (false, 10428, CartState::CodeNeeded),
        (false, 10429, CartState::AwaitingCallback),
        (false, 10302, CartState::Declined(ResultCode::Declined10302)),
        (false, 10307, CartState::Declined(ResultCode::Declined10307)),
        (false, 10422, CartState::Declined(ResultCode::Declined10422)),
        (false, 10423, CartState::Declined(ResultCode::Declined10423)),
        (false, 200, CartState::Error(ResultCode::Accepted)),
        (false, 400, CartState::Error(ResultCode::Invalid)),
        (false, 500, CartState::Error(ResultCode::ServerError)),
        (false, 10304, CartState::Error(ResultCode::CartNotValid)),
        (false, 10305, CartState::Error(ResultCode::BelowMinimum)),
        (false, 10306, CartState::Error(ResultCode::NoSuchCustomer)),
        (false, 10424, CartState::Error(ResultCode::NoSuchCart)),
        (
            false,
            10427,
            CartState::Error(ResultCode::ConfirmationTypeNotValid),
        ),
    ];
    for (successful, code, state) in &table {
        assert_eq!(&says(*successful, *code).state(), state, "{successful} {code}");
    }
    let tested: HashSet<i64> = table.iter().map(|row| row.1).collect();
    let known: HashSet<i64> = ResultCode::ALL.iter().map(|code| code.number()).collect();
    assert_eq!(tested, known);
}

#[test]
fn an_answer_that_contradicts_itself_is_neither_paid_nor_over() {
    for code in ResultCode::ALL {
        let successful = says(true, code.number()).state();
        if code.group() == Group::Paid {
            assert_eq!(successful, CartState::Paid { info: None });
            assert_eq!(says(false, code.number()).state(), CartState::Unclear(*code));
        } else {
            assert_eq!(successful, CartState::Unclear(*code));
        }
    }
    assert_eq!(says(true, 77).state(), CartState::Unclear(ResultCode::Other(77)));
    let called_cancelled =
        r#"{"Success":true,"PaymentSuccessful":true,"ResultCode":10200,"PaymentInfo":{"StatusId":5}}"#;
    assert_eq!(
        answer(called_cancelled).state(),
        CartState::Unclear(ResultCode::Completed)
    );
}

proptest! {
    #[test]
    fn an_unknown_code_is_never_a_payment(code in any::<i64>(), successful in any::<bool>()) {
        prop_assume!(!ResultCode::from(code).is_known());
        let state = says(successful, code).state();
        let expected = if successful {
            CartState::Unclear(ResultCode::Other(code))
        } else {
            CartState::Error(ResultCode::Other(code))
        };
        prop_assert_eq!(state, expected);
    }

    #[test]
    fn a_code_keeps_its_number(number in any::<i64>()) {
        prop_assert_eq!(ResultCode::from(number).number(), number);
    }

    #[test]
    fn no_body_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = CartAnswer::parse(&body);
    }

    #[test]
    fn an_amount_is_read_to_the_last_krona(amount in any::<i64>(), zeros in 0_usize..4) {
        let point = if zeros == 0 { String::new() } else { format!(".{}", "0".repeat(zeros)) };
        let body = format!(
            r#"{{"Success":true,"PaymentSuccessful":true,"ResultCode":10200,"PaymentInfo":{{"TotalAmount":{amount}{point}}}}}"#
        );
        prop_assert_eq!(answer(&body).payment_info.unwrap().total_amount, Some(amount));
    }
}

#[test]
fn known_codes_are_found_by_their_numbers() {
    for code in ResultCode::ALL {
        assert_eq!(ResultCode::from(code.number()), *code);
        assert!(code.is_known());
        assert_eq!(code.to_string(), code.number().to_string());
    }
    assert_eq!(ResultCode::ALL.len(), 20);
    assert_eq!(ResultCode::from(10424), ResultCode::NoSuchCart);
    assert_eq!(ResultCode::Other(10999).group(), Group::Error);
}

#[test]
fn a_payment_is_read_whole() {
    let read = answer(
        r#"{
          "Success": true, "Message": "Payment completed", "ResultCode": 10200, "PaymentSuccessful": true,
          "PaymentInfo": {
            "TransactionId": "5d9a0b8e-0c9a-4a8e-9d1b-2a6a5a1d7c11", "InvoiceNumber": 4711,
            "ReferenceNumber": "sale-7", "StatusId": 2, "Created": "2024-01-31T12:00:00.123",
            "TotalAmount": 4990, "AccountNumber": "0101-26-123456", "NumberOfInstallments": 3, "Fee": 1.5
          },
          "SomethingNew": [1, 2]
        }"#,
    );
    let mut expected = PaymentInfo::default();
    expected.transaction_id = Some("5d9a0b8e-0c9a-4a8e-9d1b-2a6a5a1d7c11".into());
    expected.invoice_number = Some("4711".into());
    expected.reference_number = Some("sale-7".into());
    expected.status = Some(PaymentStatus::Confirmed);
    expected.created = Some("2024-01-31T12:00:00.123".into());
    expected.total_amount = Some(4990);
    expected.account_number = Some("0101-26-123456".into());
    expected.number_of_installments = Some(3);
    assert!(read.success && read.payment_successful);
    assert_eq!(read.message.as_str(), "Payment completed");
    assert_eq!(read.state(), CartState::Paid { info: Some(expected) });
}

#[test]
fn names_are_found_whatever_their_case_and_null_is_absence() {
    let read = answer(
        r#"{"success":true,"RESULTCODE":"10200","paymentSuccessful":true,"message":null,
            "paymentInfo":{"totalAmount":"1000.00","statusID":1,"transactionid":null,"created":{"odd":1}}}"#,
    );
    let mut info = PaymentInfo::default();
    info.total_amount = Some(1000);
    info.status = Some(PaymentStatus::Unconfirmed);
    assert_eq!(read.state(), CartState::Paid { info: Some(info) });
    assert_eq!(
        answer(r#"{"Success":true,"ResultCode":10425,"PaymentInfo":null}"#).payment_info,
        None
    );
}

#[test]
fn what_matters_must_be_what_the_contract_says() {
    let refused = |body: &str| CartAnswer::parse(body.as_bytes()).unwrap_err();
    let info = |info: &str| {
        refused(&format!(
            r#"{{"Success":true,"PaymentSuccessful":true,"ResultCode":10200,"PaymentInfo":{info}}}"#
        ))
    };
    assert_eq!(
        info(r#"{"TotalAmount":1000.5}"#),
        MalformedBody::Field("TotalAmount")
    );
    assert_eq!(
        info(r#"{"TotalAmount":1e3}"#),
        MalformedBody::Field("TotalAmount")
    );
    assert_eq!(info(r#"{"TotalAmount":1000.}"#), MalformedBody::NotAnObject);
    assert_eq!(
        info(r#"{"TotalAmount":99999999999999999999}"#),
        MalformedBody::Field("TotalAmount")
    );
    assert_eq!(
        info(r#"{"TransactionId":{}}"#),
        MalformedBody::Field("TransactionId")
    );
    assert_eq!(info(r#""paid""#), MalformedBody::Field("PaymentInfo"));
    assert_eq!(
        refused(r#"{"Success":"yes","ResultCode":10200}"#),
        MalformedBody::Field("Success")
    );
    assert_eq!(
        refused(r#"{"Success":true,"ResultCode":10200,"PaymentSuccessful":1}"#),
        MalformedBody::Field("PaymentSuccessful")
    );
    assert_eq!(
        refused(r#"{"Success":true,"ResultCode":"paid"}"#),
        MalformedBody::Field("ResultCode")
    );
    assert_eq!(refused("not json"), MalformedBody::NotAnObject);
}

#[test]
fn cancelling_says_whether_the_customer_was_quicker() {
    let outcome = |body: &str| answer(body).cancel_outcome();
    assert_eq!(
        outcome(r#"{"Success":true,"ResultCode":10201,"PaymentSuccessful":false}"#),
        CancelOutcome::Cancelled
    );
    assert_eq!(
        outcome(r#"{"Success":false,"ResultCode":10202}"#),
        CancelOutcome::Cancelled
    );
    assert_eq!(
        outcome(r#"{"Success":false,"ResultCode":10200}"#),
        CancelOutcome::ConfirmedAlready
    );
    assert_eq!(
        outcome(r#"{"Success":false,"ResultCode":10203,"PaymentSuccessful":true}"#),
        CancelOutcome::ConfirmedAlready
    );
    assert_eq!(
        outcome(r#"{"Success":true,"ResultCode":10201,"PaymentSuccessful":true}"#),
        CancelOutcome::NotCancelled(ResultCode::Cancelled)
    );
    assert_eq!(
        outcome(r#"{"Success":false,"ResultCode":10424}"#),
        CancelOutcome::NotCancelled(ResultCode::NoSuchCart)
    );
    assert_eq!(
        outcome(r#"{"Success":true,"ResultCode":31337}"#),
        CancelOutcome::NotCancelled(ResultCode::Other(31337))
    );
}

#[test]
fn a_cart_is_written_as_the_contract_says() {
    let cart = InsertCart::new(
        4990,
        "sale-7",
        CustomerId::ssn("111111-1119").unwrap(),
        Confirmation::ServerCallback {
            callback_url: "https://shop.example/c/7".into(),
        },
    )
    .callback_cancel_url("https://shop.example/x/7")
    .description("Kaffi")
    .items(vec![CartItem {
        product_no: "p-1".into(),
        name: "Kaffi".into(),
        description: None,
        unit_price: 1996,
        amount: 4990,
        quantity_thousandths: 2500,
    }])
    .location_id("shop-1")
    .register_id("till-2")
    .client_info("till");
    let literal = r#"{"Amount":4990,"Reference":"sale-7","CustomerId":"1111111119","ConfirmationType":1,"CallbackUrl":"https://shop.example/c/7","CallbackCancelUrl":"https://shop.example/x/7","Description":"Kaffi","CartItemRequests":[{"ProductNo":"p-1","Name":"Kaffi","UnitPrice":1996,"Amount":4990,"Quantity":2500}],"LocationId":"shop-1","RegisterId":"till-2","ClientInfo":"till"}"#;
    assert_eq!(serde_json::to_string(&cart).unwrap(), literal);
    assert_eq!((cart.amount(), cart.reference()), (4990, "sale-7"));
    assert_eq!(cart.confirmation_type(), ConfirmationType::ServerCallback);
}

#[test]
fn confirmation_types_have_the_contracts_numbers() {
    let numbers = ConfirmationType::ALL.map(ConfirmationType::number);
    assert_eq!(numbers, [0, 1, 2]);
    let customer = CustomerId::gsm("8223281").unwrap();
    for (confirmation, literal) in [
        (
            Confirmation::Automatic,
            r#"{"Amount":1,"Reference":"r","CustomerId":"8223281","ConfirmationType":0,"CallbackUrl":"https://a.example"}"#,
        ),
        (
            Confirmation::Manual,
            r#"{"Amount":1,"Reference":"r","CustomerId":"8223281","ConfirmationType":2,"CallbackUrl":"https://a.example"}"#,
        ),
    ] {
        let cart = InsertCart::new(1, "r", customer.clone(), confirmation).callback_url("https://a.example");
        assert_eq!(serde_json::to_string(&cart).unwrap(), literal);
    }
}
