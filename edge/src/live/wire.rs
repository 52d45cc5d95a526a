//! The messages between screens and the branch, as `docs/live.md` describes them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use axum::extract::ws::Utf8Bytes;
use comanda_shared::ids::{AlertId, JournalId, OrderId};
use comanda_shared::order::StatusName;
use comanda_shared::time::LocalInstant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::names::EventName;
use super::scope::Scope;
use crate::alerts::wire::AlertView;
use crate::availability::wire::AvailabilityView;
use crate::branch::opening::wire::StatusWord;
use crate::kitchen::wire::CardView;
use crate::orders::wire::OrderView;

/// What a screen says.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromScreen {
    /// What it listens to, and from where.
    Hello(Hello),
    /// How far it has painted.
    Painted(Painted),
    /// Something this program does not know: a newer screen may say more.
    #[serde(other)]
    Other,
}

/// What a screen says.
#[derive(ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = LiveRequest)]
pub enum Sayable {
    /// What it listens to, and from where.
    Hello(Hello),
    /// How far it has painted.
    Painted(Painted),
}

/// How far a screen has painted, said from inside an animation frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[schema(as = LivePainted)]
pub struct Painted {
    /// Everything up to here is seen.
    pub cursor: u64,
}

/// What a screen listens to, and from where.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[schema(as = LiveHello)]
pub struct Hello {
    /// Which screen it is: `kitchen`, `pos`, `start`.
    #[serde(default)]
    pub screen: String,
    /// What it listens to.
    pub scopes: BTreeSet<Scope>,
    /// The journal it has heard of.
    pub journal_id: Option<JournalId>,
    /// Up to where it has heard everything of these scopes.
    pub last_sequence: Option<u64>,
    /// The screens it runs.
    #[serde(default)]
    pub ui_version: String,
}

/// What the branch says.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = LiveMessage)]
pub enum ToScreen<'a> {
    /// What follows, and from where.
    Welcome {
        /// The journal's present life.
        journal_id: JournalId,
        /// How far it had come.
        sequence: u64,
        /// The branch's clock.
        now: LocalInstant,
        /// The screens the branch serves.
        ui_version: &'a str,
        /// Whether everything follows, or what has changed.
        how: How,
    },
    /// Everything the scopes show.
    Snapshot {
        /// How far the journal had come.
        sequence: u64,
        /// What it is a snapshot of.
        scopes: &'a BTreeSet<Scope>,
        /// Everything there is; what is not in it is gone.
        views: &'a [View],
    },
    /// Something looks different.
    Message {
        /// To whom.
        scope: Scope,
        /// Since this entry of the journal.
        sequence: u64,
        /// The scope's message before it.
        prev: u64,
        /// What happened to it since the message before, by the names that other systems know.
        #[serde(skip_serializing_if = "<[EventName]>::is_empty")]
        #[schema(required = false)]
        events: &'a [EventName],
        /// What, and how it looks now.
        #[serde(flatten)]
        sight: &'a Sight,
    },
    /// Nothing is missing up to here.
    Beat {
        /// Everything up to here was sent to this screen.
        sequence: u64,
        /// The branch's clock.
        now: LocalInstant,
        /// The last message of each scope.
        last: BTreeMap<Scope, u64>,
    },
}

/// What follows a welcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LiveHow)]
pub enum How {
    /// Everything the scopes show.
    Snapshot,
    /// What has changed since the screen last heard.
    Resume,
}

/// What kind of thing is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// An order, as `GET orders/{id}` shows it.
    Order,
    /// An order at a station.
    Card,
    /// An alert, as `GET alerts` has it.
    Alert,
    /// What ran out, whole.
    Availability,
    /// What was last said about whether the branch is open.
    BranchState,
    /// Which version of the catalog is in use.
    Catalog,
    /// How far an order has come, as its guest is told.
    Progress,
}

/// A thing as a scope sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveView)]
pub struct View {
    /// Who sees it.
    pub scope: Scope,
    /// The thing.
    #[serde(flatten)]
    pub sight: Sight,
}

/// A thing as it looks now.
#[derive(Serialize)]
pub struct Sight {
    /// What kind of thing.
    pub name: Name,
    /// Which.
    pub id: String,
    /// How it looks; JSON's `null` when it is gone.
    pub view: Box<RawValue>,
}

/// Which catalog is in use.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveCatalog)]
pub struct CatalogView {
    /// Asking for the catalog gives this one, or a later one.
    pub version: u64,
}

/// What was last said about whether the branch is open. Its hours and the time decide what holds.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveBranchState)]
pub struct SaidView {
    /// Asking for the branch's state says what holds, and until when.
    pub said: StatusWord,
}

/// How far an order has come: all that its guest is told.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveProgress)]
pub struct ProgressView {
    /// What is called out.
    #[schema(example = "L-0042")]
    pub number: String,
    /// How far it has come.
    pub status: StatusName,
    /// When it should be ready, as the kitchen stood when this was told; none where nothing is made of it, or no more.
    #[schema(required)]
    pub ready_at: Option<LocalInstant>,
}

/// A thing as it looks now: what its view is follows from its name.
#[derive(ToSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[expect(dead_code, reason = "what is sent was written when it changed, and is not written again")]
enum Described {
    /// An order, as `GET orders/{id}` shows it.
    Order {
        /// The order.
        id: OrderId,
        /// None when it is gone.
        #[schema(required)]
        view: Option<Box<OrderView>>,
    },
    /// An order at a station.
    Card {
        /// The order.
        id: OrderId,
        /// None when it is gone.
        #[schema(required)]
        view: Option<Box<CardView>>,
    },
    /// An alert.
    Alert {
        /// The alert.
        id: AlertId,
        /// None once it is over.
        #[schema(required)]
        view: Option<Box<AlertView>>,
    },
    /// What ran out, whole.
    Availability {
        /// `availability`.
        id: String,
        /// None when nothing is out.
        #[schema(required)]
        view: Option<AvailabilityView>,
    },
    /// What was last said about whether the branch is open.
    BranchState {
        /// `branch_state`.
        id: String,
        /// Never none.
        #[schema(required)]
        view: Option<SaidView>,
    },
    /// Which catalog is in use.
    Catalog {
        /// `catalog`.
        id: String,
        /// Never none.
        #[schema(required)]
        view: Option<CatalogView>,
    },
    /// How far an order has come, as its guest is told.
    Progress {
        /// The order.
        id: OrderId,
        /// None when there is no such order.
        #[schema(required)]
        view: Option<ProgressView>,
    },
}

impl utoipa::PartialSchema for Sight {
    fn schema() -> RefOr<Schema> {
        <Described as utoipa::PartialSchema>::schema()
    }
}

impl ToSchema for Sight {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("LiveSight")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Described::schemas(schemas);
    }
}

impl ToScreen<'_> {
    /// As it is sent.
    pub fn frame(&self) -> Utf8Bytes {
        serde_json::to_string(self).expect("a message is plain data, which JSON can always hold").into()
    }
}

/// Any shape as the JSON it has everywhere.
pub fn raw<T: Serialize>(shape: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(shape).expect("a view is plain data, which JSON can always hold")
}
