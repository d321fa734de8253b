//! Which view of the desk is the newest. Answers and live views may overtake each other; a cursor tells their order.

use karfa_shared::till::DeskView;

/// Puts a view in the place of the one before, unless it is older. True if it did.
pub(crate) fn take(known: &mut Option<DeskView>, news: DeskView) -> bool {
    if known.as_ref().is_some_and(|known| known.cursor > news.cursor) {
        return false;
    }
    if known.as_ref() == Some(&news) {
        return false;
    }
    *known = Some(news);
    true
}

/// From where to ask for news.
pub(crate) fn cursor(known: Option<&DeskView>) -> i64 {
    known.map_or(0, |known| known.cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(cursor: i64) -> DeskView {
        DeskView { cursor, sale: None }
    }

    #[test]
    fn an_older_view_never_takes_the_place_of_a_newer_one() {
        let mut known = None;
        assert!(take(&mut known, view(5)));
        assert!(!take(&mut known, view(4)));
        assert_eq!(cursor(known.as_ref()), 5);
        assert!(take(&mut known, view(7)));
        assert_eq!(cursor(known.as_ref()), 7);
    }

    #[test]
    fn the_same_view_again_is_no_news() {
        let mut known = Some(view(3));
        assert!(!take(&mut known, view(3)));
        assert_eq!(cursor(None), 0);
    }
}
