//! People and scripts in answers.

use comanda_shared::ids::StaffId;
use comanda_shared::staff::Actor;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who did something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorView {
    kind: ActorKind,
    /// Of a person or a script.
    #[schema(required)]
    id: Option<Uuid>,
}

/// What somebody is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ActorKind {
    /// Somebody who works here.
    Staff,
    /// A script.
    Token,
    /// A paired screen where nobody is logged in.
    Device,
    /// Whoever holds the box.
    Operator,
    /// The branch itself.
    Branch,
    /// Whoever the cloud speaks for.
    Cloud,
}

impl From<Actor> for ActorView {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::Staff(id) => Self { kind: ActorKind::Staff, id: Some(id.uuid()) },
            Actor::Token(id) => Self { kind: ActorKind::Token, id: Some(id.uuid()) },
            Actor::Device(id) => Self { kind: ActorKind::Device, id: Some(id.uuid()) },
            Actor::Operator => Self { kind: ActorKind::Operator, id: None },
            Actor::Branch => Self { kind: ActorKind::Branch, id: None },
            Actor::Cloud => Self { kind: ActorKind::Cloud, id: None },
        }
    }
}

/// Somebody, with what they are called.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    #[serde(flatten)]
    actor: ActorView,
    name: String,
}

impl PersonView {
    /// Somebody of this name.
    pub fn of(actor: Actor, name: String) -> Self {
        Self { actor: actor.into(), name }
    }

    /// Somebody who works here, of this name.
    pub fn staff(id: StaffId, name: String) -> Self {
        Self::of(Actor::Staff(id), name)
    }
}
