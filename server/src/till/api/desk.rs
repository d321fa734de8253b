//! The desk: the sale that is being rung up, from its first line until the next customer.

use super::refusals::failed;
use crate::till::branch::Seat;
use crate::till::tills::{TillError, Tills};
use crate::till::view;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use karfa_shared::till::{Action, DeskView, MembershipView, SaleView};
use std::sync::Arc;

/// `GET desk`.
pub(super) async fn read(seat: Seat, State(tills): State<Arc<Tills>>) -> Result<Json<DeskView>, Problem> {
    Ok(Json(tills.desk_view(&seat).await.map_err(failed)?))
}

impl Tills {
    /// What stands on a till's desk, as its page is shown.
    pub(super) async fn desk_view(&self, seat: &Seat) -> Result<DeskView, TillError> {
        let desk = self.desk(seat).await?;
        let Some(id) = desk.state.sale else {
            return Ok(DeskView {
                cursor: desk.cursor,
                sale: None,
            });
        };
        let (cursor, sale) = self.sale_view(&id).await?;
        Ok(DeskView {
            cursor: cursor.max(desk.cursor),
            sale,
        })
    }

    /// A sale as a page is shown, and its place in the journal. `None` for one that was not begun.
    pub(super) async fn sale_view(&self, id: &str) -> Result<(i64, Option<SaleView>), TillError> {
        let loaded = self.load(id).await?;
        let (cursor, membership) = self.membership_view(id, &loaded.state).await?;
        let is_member = matches!(membership, MembershipView::Member { .. });
        let mut view = view::of_sale(id, &loaded.state, membership);
        if let Some(view) = view.as_mut().filter(|_| is_member) {
            view.can.retain(|action| *action != Action::Enrol);
        }
        Ok((cursor.max(loaded.cursor), view))
    }
}
