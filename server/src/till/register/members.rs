//! Members of the club, their consents and their purchases. Personal data: nothing in here prints whole.

use super::{Register, RegisterError, moment, parsed};
use crate::till::branch::PlaceId;
use jiff::Timestamp;
use jiff::civil::Date;
use karfa_shared::money::Money;
use karfa_shared::phone::PhoneNumber;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row as _, query};
use std::collections::HashMap;
use std::fmt;

/// The most members that a search shows.
const MOST_SHOWN: i64 = 50;

/// A member of the club.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// The number that they are known by.
    pub phone: PhoneNumber,
    /// First names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Mail address.
    pub email: Option<String>,
    /// Day of birth.
    pub birthdate: Option<Date>,
    /// When they joined.
    pub since: Timestamp,
    /// What they agreed to or not, by id.
    pub consents: Vec<Consent>,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Member({})", self.phone)
    }
}

/// What a member was asked, and what they said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The asker's name for it.
    pub id: String,
    /// The words that were shown.
    pub text: String,
    /// Agreed to.
    pub accepted: bool,
    /// Nobody is a member without it.
    pub required: bool,
    /// When it was said.
    pub at: Timestamp,
}

/// A member as a file tells of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldMember {
    /// What it says of them.
    pub member: Member,
    /// Whether it says anything of their consents. If not, what is known of them stays.
    pub knows_consents: bool,
}

/// What keeping a member did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// They are new.
    Added,
    /// They were there, and something is different now.
    Changed,
    /// They were there, the same.
    Unchanged,
}

/// A member as a till shows them. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq)]
pub struct MemberSummary {
    /// The number.
    pub phone: PhoneNumber,
    /// First names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// When they joined.
    pub since: Timestamp,
    /// Purchases booked so far.
    pub purchases: u32,
}

impl fmt::Debug for MemberSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberSummary({})", self.phone)
    }
}

/// A purchase to be booked on whoever the sale's customer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The sale.
    pub sale: String,
    /// The branch.
    pub branch: PlaceId,
    /// Number on the receipt.
    pub number: String,
    /// What was paid, less what was given back.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

impl Register {
    /// A member with everything that is known of them.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn member(&self, phone: &PhoneNumber) -> Result<Option<Member>, RegisterError> {
        let mut conn = self.pool.acquire().await?;
        member(&mut conn, self.store.as_str(), &phone.digits()).await
    }

    /// A member as a till shows them.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn member_summary(&self, phone: &PhoneNumber) -> Result<Option<MemberSummary>, RegisterError> {
        let row = query(
            "select *, (select count(*) from purchase p where p.store = m.store and p.phone = m.phone \
             and p.amount_minor > 0) as purchases \
             from member m where store = ? and phone = ?",
        )
        .bind(self.store.as_str())
        .bind(phone.digits())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(summary).transpose()
    }

    /// Members whose name or number has `search` in it, by name, at most 50; and how many there are.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn find_members(&self, search: &str) -> Result<(Vec<MemberSummary>, u64), RegisterError> {
        let name = like(&search.trim().to_lowercase());
        let digits: String = search.chars().filter(char::is_ascii_digit).collect();
        // Only what looks like a number is looked for among numbers.
        let number = search
            .chars()
            .all(|c| c.is_ascii_digit() || " +-".contains(c))
            .then(|| like(&digits));
        let matching = "from member m where store = ?1 and (search like ?2 escape '\\' or phone like ?3)";
        let rows = query(sqlx::AssertSqlSafe(format!(
            "select *, (select count(*) from purchase p where p.store = m.store and p.phone = m.phone \
             and p.amount_minor > 0) as purchases \
             {matching} order by search, phone limit ?4"
        )))
        .bind(self.store.as_str())
        .bind(&name)
        .bind(&number)
        .bind(MOST_SHOWN)
        .fetch_all(&self.pool)
        .await?;
        let count = query(sqlx::AssertSqlSafe(format!("select count(*) as n {matching}")))
            .bind(self.store.as_str())
            .bind(&name)
            .bind(&number)
            .fetch_one(&self.pool)
            .await?;
        let found = rows.iter().map(summary).collect::<Result<_, _>>()?;
        let count: i64 = count.try_get("n")?;
        Ok((found, u64::try_from(count).unwrap_or(0)))
    }

    /// Everybody, with their consents, by number.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn all_members(&self) -> Result<Vec<Member>, RegisterError> {
        // One transaction: a member who joins meanwhile is there with all consents, or not at all.
        let mut tx = self.pool.begin().await?;
        let rows = query("select * from member where store = ? order by phone")
            .bind(self.store.as_str())
            .fetch_all(&mut *tx)
            .await?;
        let said = query("select * from consent where store = ? order by phone, id")
            .bind(self.store.as_str())
            .fetch_all(&mut *tx)
            .await?;
        let mut consents: HashMap<String, Vec<Consent>> = HashMap::new();
        for row in &said {
            consents
                .entry(row.try_get("phone")?)
                .or_default()
                .push(consent(row)?);
        }
        let members = rows.iter().map(|row| {
            let digits: String = row.try_get("phone")?;
            read_member(row, consents.remove(&digits).unwrap_or_default())
        });
        members.collect()
    }

    /// Keeps a member as they are told here, consents included; since when stays the earliest.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn keep_member(&self, member: &Member) -> Result<MemberChange, RegisterError> {
        let mut tx = self.write().await?;
        let change = keep(&mut tx, self.store.as_str(), member.clone(), true).await?;
        tx.commit().await?;
        Ok(change)
    }

    /// Keeps all of these members, or none.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn keep_members(&self, members: &[ToldMember]) -> Result<Vec<MemberChange>, RegisterError> {
        let mut tx = self.write().await?;
        let mut changes = Vec::with_capacity(members.len());
        for told in members {
            let member = told.member.clone();
            changes.push(keep(&mut tx, self.store.as_str(), member, told.knows_consents).await?);
        }
        tx.commit().await?;
        Ok(changes)
    }

    /// Books a purchase on the sale's customer, if that is a member, once; of one that is booked the amount becomes this one,
    /// also when nobody knows the customer any more. `false`: it is booked already, or nobody is a member.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn book_purchase(&self, purchase: &Purchase) -> Result<bool, RegisterError> {
        let known = query("update purchase set amount_minor = ? where store = ? and sale = ?")
            .bind(purchase.amount.minor)
            .bind(self.store.as_str())
            .bind(&purchase.sale)
            .execute(&self.pool)
            .await?;
        if known.rows_affected() > 0 {
            return Ok(false);
        }
        let done = query(
            "insert into purchase (store, sale, phone, branch, number, amount_minor, currency, at) \
             select ?1, ?2, m.phone, ?3, ?4, ?5, ?6, ?7 from sale_customer c \
             join member m on m.store = c.store and m.phone = c.phone where c.store = ?1 and c.sale = ?2 \
             and ?5 > 0 on conflict do nothing",
        )
        .bind(self.store.as_str())
        .bind(&purchase.sale)
        .bind(purchase.branch.as_str())
        .bind(&purchase.number)
        .bind(purchase.amount.minor)
        .bind(purchase.amount.currency.code())
        .bind(moment(purchase.at))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

impl Register {
    /// Books the purchases that are paid already on a customer who has joined meanwhile; how many it were.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn book_paid_purchases(&self, phone: &PhoneNumber) -> Result<u64, RegisterError> {
        let done = query(
            "insert into purchase (store, sale, phone, branch, number, amount_minor, currency, at) \
             select r.store, r.sale, m.phone, r.branch, r.number, \
             r.captured_minor - r.refunded_minor, r.currency, ?3 from sale_customer c \
             join member m on m.store = c.store and m.phone = c.phone \
             join sale_row r on r.store = c.store and r.sale = c.sale \
             where c.store = ?1 and c.phone = ?2 and r.captured_minor > r.refunded_minor \
             on conflict do nothing",
        )
        .bind(self.store.as_str())
        .bind(phone.digits())
        .bind(moment(self.clock.now()))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }
}

/// A pattern that finds `text` anywhere, whatever stands in it.
fn like(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

async fn member(
    conn: &mut SqliteConnection,
    store: &str,
    digits: &str,
) -> Result<Option<Member>, RegisterError> {
    let row = query("select * from member where store = ? and phone = ?")
        .bind(store)
        .bind(digits)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let said = query("select * from consent where store = ? and phone = ? order by id")
        .bind(store)
        .bind(digits)
        .fetch_all(conn)
        .await?;
    let consents = said.iter().map(consent).collect::<Result<_, _>>()?;
    read_member(&row, consents).map(Some)
}

async fn keep(
    conn: &mut SqliteConnection,
    store: &str,
    mut new: Member,
    knows_consents: bool,
) -> Result<MemberChange, RegisterError> {
    let digits = new.phone.digits();
    let old = member(conn, store, &digits).await?;
    if !knows_consents {
        new.consents = old.as_ref().map(|old| old.consents.clone()).unwrap_or_default();
    }
    new.consents.sort_by(|a, b| a.id.cmp(&b.id));
    let change = match &old {
        None => MemberChange::Added,
        Some(old) => {
            new.since = new.since.min(old.since);
            if *old == new {
                return Ok(MemberChange::Unchanged);
            }
            MemberChange::Changed
        }
    };
    query(
        "insert into member (store, phone, given_name, family_name, search, email, birthdate, since) \
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do update set \
         given_name = ?3, family_name = ?4, search = ?5, email = ?6, birthdate = ?7, since = ?8",
    )
    .bind(store)
    .bind(&digits)
    .bind(&new.given_name)
    .bind(&new.family_name)
    .bind(format!("{} {}", new.given_name, new.family_name).to_lowercase())
    .bind(new.email.as_deref())
    .bind(new.birthdate.map(|day| day.to_string()))
    .bind(moment(new.since))
    .execute(&mut *conn)
    .await?;
    query("delete from consent where store = ? and phone = ?")
        .bind(store)
        .bind(&digits)
        .execute(&mut *conn)
        .await?;
    for said in &new.consents {
        query("insert into consent (store, phone, id, text, accepted, required, at) values (?, ?, ?, ?, ?, ?, ?)")
            .bind(store)
            .bind(&digits)
            .bind(&said.id)
            .bind(&said.text)
            .bind(said.accepted)
            .bind(said.required)
            .bind(moment(said.at))
            .execute(&mut *conn)
            .await?;
    }
    Ok(change)
}

fn read_member(row: &SqliteRow, consents: Vec<Consent>) -> Result<Member, RegisterError> {
    let birthdate: Option<String> = row.try_get("birthdate")?;
    Ok(Member {
        phone: phone(row)?,
        given_name: row.try_get("given_name")?,
        family_name: row.try_get("family_name")?,
        email: row.try_get("email")?,
        birthdate: birthdate
            .map(|day| day.parse().map_err(|_| RegisterError::Unreadable("birthdate")))
            .transpose()?,
        since: parsed(row, "since")?,
        consents,
    })
}

fn consent(row: &SqliteRow) -> Result<Consent, RegisterError> {
    Ok(Consent {
        id: row.try_get("id")?,
        text: row.try_get("text")?,
        accepted: row.try_get("accepted")?,
        required: row.try_get("required")?,
        at: parsed(row, "at")?,
    })
}

fn summary(row: &SqliteRow) -> Result<MemberSummary, RegisterError> {
    Ok(MemberSummary {
        phone: phone(row)?,
        given_name: row.try_get("given_name")?,
        family_name: row.try_get("family_name")?,
        since: parsed(row, "since")?,
        purchases: row.try_get("purchases")?,
    })
}

pub(super) fn phone(row: &SqliteRow) -> Result<PhoneNumber, RegisterError> {
    let digits: String = row.try_get("phone")?;
    PhoneNumber::parse(&format!("+{digits}")).map_err(|_| RegisterError::Unreadable("phone"))
}
