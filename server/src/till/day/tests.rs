//! Where a day begins and ends, and what is said when the provider says something else.

use super::*;
use crate::engine::address::StoreId;
use crate::engine::random::SeededRandom;
use crate::till::branch::{Cashier, Language, Till};
use crate::till::goods::Goods;
use crate::till::register::{Movement, MovementKind, PaymentRow};
use crate::till::wallet::{
    Call, CodeAnswer, Private, Report, Request, Requested, Standing, Wallet, WalletError, WalletId,
};
use crate::web::password::Password;
use async_trait::async_trait;
use jiff::civil::date;
use jiff::tz::TimeZone;
use karfa_shared::money::{Currency, Money};
use karfa_shared::till::{Phase, WalletChoice};
use provider_http::ManualClock;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::time::Duration;

/// A wallet that says the same of every payment, or cannot be asked about one.
struct Says {
    id: WalletId,
    captured_minor: i64,
    silent_about: &'static str,
}

#[async_trait]
impl Wallet for Says {
    fn id(&self) -> &WalletId {
        &self.id
    }

    fn choice(&self) -> WalletChoice {
        WalletChoice {
            id: "says".to_owned(),
            name: "Says".to_owned(),
            customers: Vec::new(),
            confirmations: Vec::new(),
            by_code: false,
            capture_by_hand: false,
        }
    }

    fn repeatable(&self, _call: Call) -> bool {
        true
    }

    fn refunds_readable(&self) -> bool {
        true
    }

    async fn request(&self, _request: &Request, _key: &str) -> Result<Requested, WalletError> {
        Err(WalletError::NotSent)
    }

    async fn read(&self, payment: &Handle) -> Result<Option<Report>, WalletError> {
        if payment.reference == self.silent_about {
            return Err(WalletError::NotSent);
        }
        Ok(Some(Report {
            standing: Standing::Authorised,
            authorised_minor: self.captured_minor,
            captured_minor: self.captured_minor,
            refunded_minor: 0,
            released_minor: 0,
            problem: None,
        }))
    }

    async fn enter_code(&self, _payment: &Handle, _code: &Private) -> Result<CodeAnswer, WalletError> {
        Err(WalletError::NotSent)
    }

    async fn capture(&self, _payment: &Handle, _amount: Money, _key: &str) -> Result<(), WalletError> {
        Err(WalletError::NotSent)
    }

    async fn cancel(&self, _payment: &Handle, _key: &str) -> Result<(), WalletError> {
        Err(WalletError::NotSent)
    }

    async fn refund(&self, _payment: &Handle, _amount: Money, _key: &str) -> Result<(), WalletError> {
        Err(WalletError::NotSent)
    }
}

fn id(text: &str) -> PlaceId {
    PlaceId::parse(text).unwrap()
}

fn seat(manager: bool, silent_about: &'static str) -> Seat {
    let till = Till {
        id: id("1"),
        name: "Kasse 1".to_owned(),
    };
    let cashier = Cashier {
        id: id("kari"),
        name: "Kari".to_owned(),
        manager,
        pin: Password::nobodys(),
    };
    let branch = Branch {
        id: id("oslo"),
        name: "Oslo".to_owned(),
        language: Language::Nb,
        currency: Currency::Nok,
        country_prefix: "47".to_owned(),
        time_zone: TimeZone::get("Europe/Oslo").unwrap(),
        goods: Arc::new(Goods::default()),
        club: None,
        vipps: None,
        receipt_head: Vec::new(),
        tills: vec![till.clone()],
        cashiers: vec![cashier.clone()],
        shown_pin: None,
        wallets: vec![Arc::new(Says {
            id: WalletId::of("says"),
            captured_minor: 10_000,
            silent_about,
        })],
    };
    Seat {
        branch: Arc::new(branch),
        till,
        cashier,
    }
}

async fn register(folder: &std::path::Path) -> Register {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("d.db"))
        .create_if_missing(true)
        .foreign_keys(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
    Register::open(pool, &StoreId::default(), clock, &SeededRandom::new(1))
        .await
        .unwrap()
}

async fn sold(register: &Register, sale: &str, till: &str, booked_minor: i64) {
    let at: Timestamp = "2026-11-22T09:05:00Z".parse().unwrap();
    let wallet = WalletId::of("says");
    let row = SaleRow {
        sale: sale.to_owned(),
        rev: 1,
        branch: id("oslo"),
        till: id(till),
        cashier: id("kari"),
        number: format!("{till}-000001"),
        opened_at: at,
        currency: Currency::Nok,
        payment: Some(PaymentRow {
            wallet: wallet.clone(),
            phase: Phase::Paid,
            reference: format!("{sale}-1"),
            provider_id: None,
            asked_minor: 10_000,
        }),
        checking: false,
        total_minor: 10_000,
        captured_minor: booked_minor,
        refunded_minor: 0,
        stray_minor: 0,
    };
    register.note(&row).await.unwrap();
    if booked_minor > 0 {
        let movement = Movement {
            key: format!("{sale}-cap1"),
            sale: sale.to_owned(),
            branch: id("oslo"),
            till: id(till),
            wallet,
            reference: format!("{sale}-1"),
            provider_id: None,
            asked_minor: 10_000,
            kind: MovementKind::Capture,
            amount: Money::new(booked_minor, Currency::Nok),
            at,
        };
        register.book(&movement).await.unwrap();
    }
}

fn today(seat: &Seat) -> Day {
    Day::of(&seat.branch, date(2026, 11, 22)).unwrap()
}

async fn compared(register: &Register, seat: &Seat) -> DayView {
    let deadline = Instant::now() + Duration::from_secs(25);
    let compared = compare(register, seat, today(seat), deadline).await.unwrap();
    compared_list(register, seat, today(seat), &compared)
        .await
        .unwrap()
}

#[test]
fn a_day_is_as_long_as_its_branchs_clocks_make_it() {
    let branch = &seat(false, "").branch;
    for (day, from, hours) in [
        (date(2026, 11, 22), "2026-11-21T23:00:00Z", 24),
        (date(2026, 3, 29), "2026-03-28T23:00:00Z", 23),
        (date(2026, 10, 25), "2026-10-24T22:00:00Z", 25),
    ] {
        let day = Day::of(branch, day).unwrap();
        assert_eq!(day.from.to_string(), from);
        assert_eq!(day.until.duration_since(day.from).as_hours(), hours);
    }
    let late: Timestamp = "2026-11-22T23:30:00Z".parse().unwrap();
    assert_eq!(Day::date_at(branch, late), date(2026, 11, 23));
}

#[tokio::test]
async fn a_cashier_sees_the_own_till_and_a_manager_all() {
    let folder = tempfile::tempdir().unwrap();
    let register = register(folder.path()).await;
    sold(&register, "one", "1", 10_000).await;
    sold(&register, "two", "2", 10_000).await;
    let kari = seat(false, "");
    let own = list(&register, &kari, today(&kari)).await.unwrap();
    assert_eq!(own.sales.len(), 1);
    let sale = &own.sales[0];
    assert_eq!(
        (sale.time.as_str(), sale.till.as_str(), sale.cashier.as_str()),
        ("10:05", "Kasse 1", "Kari")
    );
    assert_eq!(own.totals[0].captured_minor, 10_000);
    let manager = seat(true, "");
    let all = list(&register, &manager, today(&manager)).await.unwrap();
    assert_eq!((all.sales.len(), all.totals[0].captured_minor), (2, 20_000));
    assert_eq!(all.totals[0].provider_net_minor, None);
}

#[tokio::test]
async fn what_the_provider_says_otherwise_shows_to_the_minor_unit() {
    let folder = tempfile::tempdir().unwrap();
    let register = register(folder.path()).await;
    let manager = seat(true, "silent-1");
    sold(&register, "right", "1", 10_000).await;
    let equal = compared(&register, &manager).await;
    assert_eq!(equal.totals[0].provider_net_minor, Some(10_000));
    sold(&register, "short", "1", 9_999).await;
    sold(&register, "silent", "1", 10_000).await;
    let differs = compared(&register, &manager).await;
    let total = &differs.totals[0];
    assert_eq!(total.captured_minor, 29_999);
    assert_eq!(total.provider_net_minor, Some(30_000));
    assert_eq!(total.not_compared, 1);
}

#[tokio::test]
async fn money_that_only_the_provider_knows_shows() {
    let folder = tempfile::tempdir().unwrap();
    let register = register(folder.path()).await;
    let manager = seat(true, "");
    sold(&register, "unbooked", "1", 0).await;
    let view = compared(&register, &manager).await;
    assert_eq!(view.totals.len(), 1);
    assert_eq!(view.totals[0].captured_minor, 0);
    assert_eq!(view.totals[0].provider_net_minor, Some(10_000));
}
