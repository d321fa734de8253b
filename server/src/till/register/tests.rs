//! The register on a database of its own.

use super::*;
use crate::engine::random::SeededRandom;
use crate::till::members;
use crate::till::wallet::{Private, WalletId};
use jiff::civil::date;
use karfa_shared::money::{Currency, Money};
use karfa_shared::till::Phase;
use provider_http::ManualClock;
use sqlx::sqlite::SqliteConnectOptions;

struct Bench {
    register: Register,
    clock: Arc<ManualClock>,
    folder: tempfile::TempDir,
}

async fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
    let register = open(folder.path(), "demo", clock.clone(), 1).await;
    Bench {
        register,
        clock,
        folder,
    }
}

async fn open(folder: &std::path::Path, store: &str, clock: Arc<ManualClock>, seed: u64) -> Register {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("t.db"))
        .create_if_missing(true)
        .foreign_keys(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let random = SeededRandom::new(seed);
    Register::open(pool, &StoreId::parse(store).unwrap(), clock, &random)
        .await
        .unwrap()
}

fn id(text: &str) -> PlaceId {
    PlaceId::parse(text).unwrap()
}

fn phone(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}

fn member(number: &str, given: &str, family: &str) -> Member {
    Member {
        phone: phone(number),
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        email: Some("someone@example.no".to_owned()),
        birthdate: Some(date(1980, 2, 29)),
        since: "2026-11-01T10:00:00Z".parse().unwrap(),
        consents: vec![Consent {
            id: "mail".to_owned(),
            text: "News by mail".to_owned(),
            accepted: true,
            required: false,
            at: "2026-11-01T10:00:00Z".parse().unwrap(),
        }],
    }
}

fn row(sale: &str, rev: i64, opened_at: &str) -> SaleRow {
    SaleRow {
        sale: sale.to_owned(),
        rev,
        branch: id("oslo"),
        till: id("1"),
        cashier: id("kari"),
        number: format!("1-{sale}"),
        opened_at: opened_at.parse().unwrap(),
        currency: Currency::Nok,
        payment: Some(PaymentRow {
            wallet: WalletId::of("vipps"),
            phase: Phase::AwaitingCustomer,
            reference: format!("{sale}-1"),
            provider_id: None,
            asked_minor: 10_000,
        }),
        checking: false,
        total_minor: 10_000,
        captured_minor: 0,
        refunded_minor: 0,
        stray_minor: 0,
    }
}

fn movement(key: &str, sale: &str, kind: MovementKind, minor: i64, at: &str) -> Movement {
    Movement {
        key: key.to_owned(),
        sale: sale.to_owned(),
        branch: id("oslo"),
        till: id("1"),
        wallet: WalletId::of("vipps"),
        reference: format!("{sale}-1"),
        provider_id: None,
        asked_minor: 10_000,
        kind,
        amount: Money::new(minor, Currency::Nok),
        at: at.parse().unwrap(),
    }
}

#[tokio::test]
async fn a_customer_is_kept_until_forgotten_or_a_day_is_over() {
    let bench = bench().await;
    let register = &bench.register;
    let anna = Customer::Phone(phone("+47 41234567"));
    register.keep_customer("s1", &anna).await.unwrap();
    let code = Customer::AppCode(Private::new("AB12"));
    register.keep_customer("s2", &anna).await.unwrap();
    register.keep_customer("s2", &code).await.unwrap();
    assert_eq!(register.customer_of("s1").await.unwrap(), Some(anna));
    assert_eq!(register.customer_of("s2").await.unwrap(), Some(code));
    register.forget_customer("s1").await.unwrap();
    assert_eq!(register.customer_of("s1").await.unwrap(), None);
    assert_eq!(register.forget_old_customers().await.unwrap(), 0);
    bench.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(register.forget_old_customers().await.unwrap(), 1);
    assert_eq!(register.customer_of("s2").await.unwrap(), None);
}

#[tokio::test]
async fn receipt_numbers_are_given_once_per_till() {
    let bench = bench().await;
    let mut given = Vec::new();
    for till in ["1", "2", "1"] {
        given.push(
            bench
                .register
                .next_receipt_number(&id("oslo"), &id(till))
                .await
                .unwrap(),
        );
    }
    assert_eq!(given, ["1-000001", "2-000001", "1-000002"]);
}

#[tokio::test]
async fn a_digest_is_the_same_after_a_restart_and_another_in_another_store() {
    let bench = bench().await;
    let number = phone("+47 41234567");
    let digest = bench.register.digest_of(&number);
    assert_eq!(digest.len(), 32);
    let again = open(bench.folder.path(), "demo", bench.clock.clone(), 2).await;
    assert_eq!(again.digest_of(&number), digest);
    let other = open(bench.folder.path(), "other", bench.clock.clone(), 3).await;
    assert_ne!(other.digest_of(&number), digest);
}

fn in_phase(phase: Phase, sale: &str, opened_at: &str) -> SaleRow {
    let mut row = row(sale, 1, opened_at);
    let payment = row.payment.as_mut().unwrap();
    payment.phase = phase;
    row
}

#[tokio::test]
async fn an_older_row_of_a_sale_never_replaces_a_newer_one() {
    let bench = bench().await;
    let mut newer = row("s1", 2, "2026-11-22T09:00:00Z");
    newer.captured_minor = 10_000;
    bench.register.note(&newer).await.unwrap();
    bench
        .register
        .note(&row("s1", 1, "2026-11-22T09:00:00Z"))
        .await
        .unwrap();
    assert_eq!(bench.register.sale("s1").await.unwrap(), Some(newer));
    assert_eq!(bench.register.sale("s2").await.unwrap(), None);
}

#[tokio::test]
async fn a_day_has_what_began_and_what_moved_on_it_and_what_is_not_settled_yet() {
    let bench = bench().await;
    let register = &bench.register;
    let (from, until) = (
        "2026-11-21T23:00:00Z".parse().unwrap(),
        "2026-11-22T23:00:00Z".parse().unwrap(),
    );
    for (sale, at) in [
        ("old", "2026-11-20T10:00:00Z"),
        ("refunded", "2026-11-21T22:59:59Z"),
        ("first", "2026-11-21T23:00:00Z"),
        ("last", "2026-11-22T22:59:59Z"),
        ("tomorrow", "2026-11-22T23:00:00Z"),
    ] {
        register.note(&in_phase(Phase::Paid, sale, at)).await.unwrap();
    }
    for (sale, phase, at) in [
        ("left", Phase::Authorised, "2026-11-19T10:00:00Z"),
        ("cancelled", Phase::Cancelled, "2026-11-19T10:00:00Z"),
        ("left tomorrow", Phase::Authorised, "2026-11-22T23:00:00Z"),
    ] {
        register.note(&in_phase(phase, sale, at)).await.unwrap();
    }
    let mut doubted = in_phase(Phase::Refunding, "doubted", "2026-11-18T10:00:00Z");
    doubted.checking = true;
    register.note(&doubted).await.unwrap();
    let mut unasked = row("unasked", 1, "2026-11-22T10:00:00Z");
    unasked.payment = None;
    register.note(&unasked).await.unwrap();
    let mut elsewhere = row("elsewhere", 1, "2026-11-22T10:00:00Z");
    elsewhere.till = id("2");
    register.note(&elsewhere).await.unwrap();

    let booked = [
        movement(
            "a",
            "refunded",
            MovementKind::Capture,
            10_000,
            "2026-11-21T22:59:59Z",
        ),
        movement(
            "b",
            "refunded",
            MovementKind::Refund,
            4_000,
            "2026-11-22T12:00:00Z",
        ),
        movement("c", "first", MovementKind::Capture, 6_000, "2026-11-22T12:00:00Z"),
        movement("d", "first", MovementKind::Capture, 1_000, "2026-11-22T13:00:00Z"),
    ];
    for movement in &booked {
        assert!(register.book(movement).await.unwrap());
        assert!(!register.book(movement).await.unwrap(), "booked once");
    }

    let till = id("1");
    let sales = register
        .sales_between(&id("oslo"), Some(&till), from, until)
        .await
        .unwrap();
    let names: Vec<_> = sales.iter().map(|sale| sale.sale.as_str()).collect();
    assert_eq!(names, ["last", "first", "refunded", "left", "doubted"]);
    let all = register
        .sales_between(&id("oslo"), None, from, until)
        .await
        .unwrap();
    assert_eq!(all.len(), 6);

    let sums = register
        .sums_between(&id("oslo"), Some(&till), from, until)
        .await
        .unwrap();
    assert_eq!(
        sums,
        [WalletSum {
            wallet: WalletId::of("vipps"),
            payments: 1,
            captured_minor: 7_000,
            refunded_minor: 4_000
        }]
    );
    let payments = register
        .payments_between(&id("oslo"), Some(&till), from, until)
        .await
        .unwrap();
    let nets: Vec<_> = payments
        .iter()
        .map(|p| (p.reference.as_str(), p.net_minor))
        .collect();
    assert_eq!(nets, [("first-1", 7_000), ("last-1", 0), ("refunded-1", 6_000)]);
}

#[tokio::test]
async fn a_member_is_added_changed_and_found() {
    let bench = bench().await;
    let register = &bench.register;
    let mut åse = member("+47 41234567", "Åse", "Ødegård");
    assert_eq!(register.keep_member(&åse).await.unwrap(), MemberChange::Added);
    assert_eq!(register.keep_member(&åse).await.unwrap(), MemberChange::Unchanged);
    åse.email = None;
    assert_eq!(register.keep_member(&åse).await.unwrap(), MemberChange::Changed);
    let mut later = åse.clone();
    later.since = "2026-11-20T10:00:00Z".parse().unwrap();
    assert_eq!(
        register.keep_member(&later).await.unwrap(),
        MemberChange::Unchanged
    );
    assert_eq!(register.member(&åse.phone).await.unwrap(), Some(åse.clone()));
    register
        .keep_member(&member("+47 98765432", "100%", "Nilsen"))
        .await
        .unwrap();
    for (search, count) in [
        ("", 2),
        ("åse", 1),
        ("ØDE", 1),
        ("41 23", 1),
        ("+47", 2),
        ("100%", 1),
        ("%", 1),
        ("_", 0),
        ("9a", 0),
    ] {
        let (found, all) = register.find_members(search).await.unwrap();
        assert_eq!(
            (found.len(), all),
            (count, u64::try_from(count).unwrap()),
            "{search:?}"
        );
    }
    assert_eq!(register.all_members().await.unwrap().len(), 2);
    assert!(!format!("{åse:?}").contains("41234567"));
}

#[tokio::test]
async fn all_members_of_a_list_are_kept_or_none() {
    let bench = bench().await;
    let mut twice = member("+47 41234567", "Kari", "Dahl");
    let again = twice.consents.clone();
    twice.consents.extend(again);
    let list = [member("+47 98765432", "Ola", "Dahl"), twice].map(|member| ToldMember {
        member,
        knows_consents: true,
    });
    assert!(bench.register.keep_members(&list).await.is_err());
    assert!(bench.register.all_members().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_import_that_broke_off_is_made_whole_by_the_same_file() {
    let bench = bench().await;
    let register = &bench.register;
    let mut file = members::HEADER.join(",");
    for n in 0..250 {
        file.push_str(&format!("\n+47400{n:05},Kari {n},Dahl,,,,"));
    }
    query(
        "create trigger breaks before insert on member when new.phone = '4740000180' \
         begin select raise(abort, 'the disk is full'); end",
    )
    .execute(&register.pool)
    .await
    .unwrap();
    assert!(members::import(register, &file).await.is_err());
    assert_eq!(
        register.all_members().await.unwrap().len(),
        100,
        "tills did not wait for more than a batch"
    );
    query("drop trigger breaks")
        .execute(&register.pool)
        .await
        .unwrap();
    bench.clock.advance(SignedDuration::from_mins(5));
    let done = members::import(register, &file).await.unwrap();
    assert_eq!((done.added, done.changed, done.unchanged), (150, 0, 100));
    let again = members::import(register, &file).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 250));
    let wrong = format!("{file}\n+4798765432,Ola,Dahl,,,,\n+479876,Per,Dahl,,,,");
    assert!(members::import(register, &wrong).await.is_err());
    assert_eq!(
        register.all_members().await.unwrap().len(),
        250,
        "of a file with a wrong row nothing is taken"
    );
}

#[tokio::test]
async fn who_joins_while_a_file_comes_in_keeps_what_they_agreed_to() {
    let bench = bench().await;
    let register = &bench.register;
    let file = format!(
        "{}\n+4740000001,Kari,Dahl,,,,\n+4740000002,Ola,Dahl,,,,",
        members::HEADER.join(",")
    );
    // Ola joins when the file has been read, and before his own row is written.
    query(
        "create trigger joins after insert on member when new.phone = '4740000001' begin \
         insert into member (store, phone, given_name, family_name, search, since) \
         values (new.store, '4740000002', 'Ola', 'Dahl', 'ola dahl', new.since); \
         insert into consent (store, phone, id, text, accepted, required, at) \
         values (new.store, '4740000002', 'mail', 'Send mail', 1, 0, new.since); end",
    )
    .execute(&register.pool)
    .await
    .unwrap();
    members::import(register, &file).await.unwrap();
    let ola = PhoneNumber::parse("+4740000002").unwrap();
    let ola = register.member(&ola).await.unwrap().unwrap();
    assert_eq!(ola.consents.len(), 1);
}

#[tokio::test]
async fn a_purchase_is_booked_once_and_on_members_alone() {
    let bench = bench().await;
    let register = &bench.register;
    let kari = member("+47 41234567", "Kari", "Dahl");
    register.keep_member(&kari).await.unwrap();
    let purchase = |sale: &str| Purchase {
        sale: sale.to_owned(),
        branch: id("oslo"),
        number: "1-000001".to_owned(),
        amount: Money::new(10_000, Currency::Nok),
        at: "2026-11-22T10:00:00Z".parse().unwrap(),
    };
    register
        .keep_customer("s1", &Customer::Phone(kari.phone.clone()))
        .await
        .unwrap();
    register
        .keep_customer("s2", &Customer::Phone(phone("+47 98765432")))
        .await
        .unwrap();
    assert!(register.book_purchase(&purchase("s1")).await.unwrap());
    assert!(!register.book_purchase(&purchase("s1")).await.unwrap());
    assert!(!register.book_purchase(&purchase("s2")).await.unwrap());
    assert!(!register.book_purchase(&purchase("nobodys")).await.unwrap());
    let summary = register.member_summary(&kari.phone).await.unwrap().unwrap();
    assert_eq!((summary.purchases, summary.given_name.as_str()), (1, "Kari"));
}

#[tokio::test]
async fn of_a_purchase_that_was_given_back_in_part_the_rest_is_booked() {
    let bench = bench().await;
    let register = &bench.register;
    let kari = member("+47 41234567", "Kari", "Dahl");
    register.keep_member(&kari).await.unwrap();
    let purchase = |minor| Purchase {
        sale: "s1".to_owned(),
        branch: id("oslo"),
        number: "1-000001".to_owned(),
        amount: Money::new(minor, Currency::Nok),
        at: "2026-11-22T10:00:00Z".parse().unwrap(),
    };
    let customer = Customer::Phone(kari.phone.clone());
    register.keep_customer("s1", &customer).await.unwrap();
    assert!(register.book_purchase(&purchase(10_000)).await.unwrap());
    register.forget_customer("s1").await.unwrap();
    assert!(!register.book_purchase(&purchase(4_000)).await.unwrap());
    let row = query("select count(*) as n, sum(amount_minor) as minor from purchase")
        .fetch_one(&register.pool)
        .await
        .unwrap();
    let (count, minor): (i64, i64) = (row.get("n"), row.get("minor"));
    assert_eq!((count, minor), (1, 4_000));
    register.book_purchase(&purchase(0)).await.unwrap();
    let summary = register.member_summary(&kari.phone).await.unwrap().unwrap();
    assert_eq!(summary.purchases, 0, "all of it was given back");
}
