//! What the flow asks for, performed: each step by the page's own hook where there is one, else by our backend. Reports
//! back with an event.

use super::{Told, Wanted, Widget};
use crate::api::ApiError;
use crate::device;
use crate::flow::{Event, Failure, Link, Refusal};
use crate::form::Form;
use crate::hooks;
use crate::json::Json;
use crate::page;
use crate::wire::Read;
use karfa_shared::phone::PhoneNumber;
use karfa_shared::widget::{AddItem, Ended, LinkStatus};
use wasm_bindgen::JsValue;

impl Widget {
    fn allowed(&self) -> Event {
        Event::Allowed {
            on_phone: self.begins_in_app(),
        }
    }

    fn added(&self) -> Event {
        Event::Added {
            on_phone: self.begins_in_app(),
        }
    }

    /// On a phone the app comes first; who has typed a number already goes on with it.
    fn begins_in_app(&self) -> bool {
        device::is_phone() && self.typed().is_none()
    }

    /// `iziCanBeBound`.
    pub(super) async fn ask(&'static self) -> Event {
        let product_id = self
            .wanted
            .borrow()
            .as_ref()
            .map(|wanted| wanted.product_id.clone());
        if let Some(hook) = hooks::of_page("iziCanBeBound") {
            let arguments: Vec<JsValue> = product_id.into_iter().map(JsValue::from).collect();
            match hooks::call(&hook, &arguments).await {
                Ok(answer) if answer.is_falsy() => return Event::Denied(None),
                Ok(_) if self.foreign() => return self.allowed(),
                Ok(_) => {}
                Err(_) => return Event::Failed(Failure::Unavailable),
            }
            // The page has decided; our backend says where the link stands.
            return match self.api.can_be_bound(None).await {
                Ok((view, _)) => {
                    self.accept(view);
                    self.allowed()
                }
                Err(error) => error.event(),
            };
        }
        match self.api.can_be_bound(product_id.as_deref()).await {
            Ok((view, verdict)) => {
                self.accept(view);
                match verdict {
                    Ok(()) => self.allowed(),
                    Err(obstacle) => Event::Denied(obstacle),
                }
            }
            Err(error) => error.event(),
        }
    }

    /// The product of a click, with the request's id of an earlier click that came to no link.
    pub(super) fn wanted_again(&self, product_id: String) -> Wanted {
        let added = self.added.borrow();
        let before = added.iter().find(|wanted| wanted.product_id == product_id);
        before.cloned().unwrap_or_else(|| Wanted {
            product_id,
            request_id: page::unique(),
        })
    }

    /// `iziAddToCart` for the product of the click.
    pub(super) async fn add_wanted(&'static self) -> Event {
        let Some(wanted) = self.wanted.borrow().clone() else {
            return self.added();
        };
        let linked = self.link() == Link::Linked;
        let emptied = self
            .view
            .borrow()
            .as_ref()
            .is_some_and(|view| view.basket_id.is_some() && view.count == 0);
        if emptied {
            self.added.borrow_mut().clear();
        }
        let there = self
            .added
            .borrow()
            .iter()
            .any(|other| other.product_id == wanted.product_id);
        if linked || !there {
            if let Err(event) = self.add_through_hook(&wanted).await {
                return event;
            }
            if !linked {
                self.added.borrow_mut().push(wanted);
            }
        }
        self.wanted.take();
        self.added()
    }

    async fn add_through_hook(&'static self, wanted: &Wanted) -> Result<(), Event> {
        if let Some(hook) = hooks::of_page("iziAddToCart") {
            let added = hooks::call(&hook, &[wanted.product_id.as_str().into()]).await;
            added.map_err(|_| Event::Failed(Failure::Unavailable))?;
            if !self.foreign() {
                self.refresh().await;
            }
            return Ok(());
        }
        self.add(wanted.product_id.clone(), wanted.request_id.clone())
            .await
            .map_err(|error| error.event())
    }

    /// Adds one piece, by our backend.
    pub(crate) async fn add(&'static self, product_id: String, request_id: String) -> Result<(), ApiError> {
        self.accept(
            self.api
                .add(&AddItem {
                    product_id,
                    quantity: None,
                    request_id,
                })
                .await?,
        );
        Ok(())
    }

    /// `iziGetPayData`: with a number the push, without one the code, or at once in a trusted browser.
    pub(super) async fn connect(&'static self, number: Option<PhoneNumber>) -> Event {
        let (prefix, phone) = number
            .map(|number| (number.country_prefix().to_owned(), number.national().to_owned()))
            .unzip();
        let place = self
            .active
            .borrow()
            .as_ref()
            .and_then(|button| button.get_attribute("binding_place"));
        let place = place.unwrap_or_else(|| "BASKET_SUMMARY".to_owned());
        let data = match hooks::of_page("iziGetPayData") {
            Some(hook) => {
                let text = |part: Option<String>| JsValue::from(part.unwrap_or_default());
                match hooks::call(&hook, &[text(prefix), text(phone), place.into()]).await {
                    Ok(data) => Json(data),
                    Err(_) => return Event::Failed(Failure::Unavailable),
                }
            }
            None => match hooks::get_pay_data(prefix, phone, place).await {
                Ok(data) => data,
                Err(error) => return error.event(),
            },
        };
        match data.text("error_code").filter(|code| !code.is_empty()) {
            Some(code) if code == "UNAVAILABLE" => Event::Failed(Failure::Unavailable),
            Some(code) => {
                let refusal = Refusal::of(&code);
                *self.code.borrow_mut() = Some(code);
                Event::Failed(Failure::Refused(refusal))
            }
            None => {
                if let Some(failure) = self.is_over_already() {
                    return Event::Failed(failure);
                }
                self.expect_confirmation(&data);
                Event::Accepted
            }
        }
    }

    /// How the try has ended, where the shopper was quicker in the app than the backend's answer.
    fn is_over_already(&self) -> Option<Failure> {
        let view = self.view.borrow();
        let view = view.as_ref().filter(|_| !self.foreign())?;
        Failure::of(view).filter(|_| view.status == LinkStatus::Unlinked)
    }

    /// Stops waiting, or unlinks.
    pub(super) async fn stop(&'static self, path: &str, ended: Ended) -> Event {
        let unbind = ended == Ended::Unlinked;
        if let Some(hook) = hooks::of_page("iziBindingDelete").filter(|_| unbind) {
            if hooks::call(&hook, &[]).await.is_err() {
                return Event::Failed(Failure::Unavailable);
            }
            if !self.foreign() {
                self.refresh().await;
            }
        } else if !self.foreign() {
            match self.api.stop(path).await {
                Ok(view) => self.accept(view),
                Err(error) => return error.event(),
            }
        }
        if self.foreign() {
            self.told(LinkStatus::Unlinked, Told::Ended(ended));
        }
        if unbind {
            // Another number is wanted, not this one once more.
            self.edit(|form| *form = Form::default());
            Event::Unbound
        } else {
            Event::Accepted
        }
    }

    /// `iziMobileLink`, and goes there.
    pub(super) async fn open_app(&'static self) -> Event {
        let answer = match hooks::of_page("iziMobileLink") {
            Some(hook) => hooks::call(&hook, &[])
                .await
                .map(Json)
                .map_err(|_| Event::Failed(Failure::Unavailable)),
            None => self.api.mobile_link().await.map_err(|error| error.event()),
        };
        match answer {
            Ok(answer) => {
                // A page's own hook may give the link alone.
                if let Some(link) = answer.text("link").or_else(|| answer.0.as_string()) {
                    page::go_to_app(&link);
                }
                Event::Accepted
            }
            Err(event) => event,
        }
    }
}
