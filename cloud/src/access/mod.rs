//! Who asks over HTTP: a token is a company's, and lets in to nothing of another.
//!
//! The token itself is shown once, when it is made; what is kept is its hash.

mod store;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use comanda_shared::ids::BranchId;

pub use store::{create_token, revoke_token};

use crate::db::{CompanyId, Database, for_company};
use crate::http::{Problem, Server};
use crate::tenancy::{self, Branch};

/// Whoever has shown a token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whose token it is.
    pub company: CompanyId,
    /// What the token is called.
    pub name: String,
}

impl Caller {
    /// A branch of the caller's company, by its code.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn branch(&self, database: &Database, code: &str) -> Result<Branch, Problem> {
        let mut client = database.client().await?;
        let transaction = for_company(&mut client, self.company).await?;
        let found = tenancy::branches(&transaction).await?.into_iter().find(|branch| branch.code == code);
        found.ok_or_else(Problem::not_found)
    }

    /// The same by its id.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn branch_of_id(&self, database: &Database, id: BranchId) -> Result<Branch, Problem> {
        let mut client = database.client().await?;
        let transaction = for_company(&mut client, self.company).await?;
        let found = tenancy::branches(&transaction).await?.into_iter().find(|branch| branch.id == id);
        found.ok_or_else(Problem::not_found)
    }
}

impl FromRequestParts<Server> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = shown.and_then(|value| value.strip_prefix("Bearer "));
        let missing = || Problem::of(StatusCode::UNAUTHORIZED, "credentials.missing", "A token is needed");
        let token = token.ok_or_else(missing)?;
        let invalid = || Problem::of(StatusCode::UNAUTHORIZED, "credentials.invalid", "The token is not valid");
        store::find(&server.database, token).await?.ok_or_else(invalid)
    }
}
