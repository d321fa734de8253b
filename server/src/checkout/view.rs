//! What the page is told of its link: one state, at one cursor of the journal.

use super::link::{Link, Stage};
use crate::engine::run::Loaded;
use crate::shop::model::BasketId;
use jiff::Timestamp;
use karfa_shared::widget::{DeepLinks, Ended, LinkStatus, LinkView, OrderComplete};

/// The view of a session that has no basket yet.
pub fn nothing_yet() -> LinkView {
    LinkView {
        basket_id: None,
        cursor: 0,
        status: LinkStatus::Unlinked,
        attempt: 0,
        count: 0,
        seconds_left: None,
        links: None,
        masked_phone_number: None,
        name: None,
        browser_trusted: false,
        ended: None,
        error_code: None,
        order: None,
    }
}

/// The view of a link, with the number of pieces in its basket. The page may be of another host than the shop's pages, so
/// the thank-you page's address is a whole one.
pub fn of_link(
    basket: &BasketId,
    loaded: &Loaded<Link>,
    count: u32,
    now: Timestamp,
    thank_you_url: &str,
) -> LinkView {
    let link = &loaded.state;
    let (ended, error_code) = match &link.stage {
        Stage::Unlinked {
            ended: Some((why, code)),
        } => (Some(*why), code.as_ref().map(|code| code.as_str().to_owned())),
        Stage::Bought => (Some(Ended::BoughtInShop), None),
        _ => (None, None),
    };
    LinkView {
        basket_id: Some(basket.to_string()),
        cursor: loaded.cursor,
        status: status(&link.stage),
        attempt: link.attempt,
        count,
        seconds_left: match &link.stage {
            Stage::Waiting { expires, .. } => Some(seconds_between(now, *expires)),
            _ => None,
        },
        links: link.deep_links().map(|links| DeepLinks {
            qr_code: links.qr_code.clone(),
            deep_link: links.deep_link.clone(),
            deep_link_hms: links.deep_link_hms.clone(),
        }),
        masked_phone_number: link.client.masked_phone_number.clone(),
        name: link.client.name.clone(),
        browser_trusted: link.browser_id.is_some(),
        ended,
        error_code,
        order: order_complete(link, thank_you_url),
    }
}

/// What the page does once the basket is ordered.
pub fn order_complete(link: &Link, thank_you_url: &str) -> Option<OrderComplete> {
    match &link.stage {
        Stage::Ordered { order_id, .. } => Some(OrderComplete::Redirect {
            redirect: format!("{thank_you_url}?order={order_id}"),
        }),
        _ => None,
    }
}

fn status(stage: &Stage) -> LinkStatus {
    match stage {
        Stage::Unlinked { .. } | Stage::Bought => LinkStatus::Unlinked,
        Stage::Connecting { .. } => LinkStatus::Connecting,
        Stage::Waiting { .. } => LinkStatus::Waiting,
        // The shop takes milliseconds to place an order: to the page the basket is still linked.
        Stage::Linked { .. } | Stage::Ordering { .. } => LinkStatus::Linked,
        Stage::Ordered { .. } => LinkStatus::Ordered,
    }
}

fn seconds_between(now: Timestamp, then: Timestamp) -> u32 {
    u32::try_from(then.duration_since(now).as_secs()).unwrap_or(0)
}
