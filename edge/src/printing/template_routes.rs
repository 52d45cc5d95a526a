//! The templates of tickets and receipts over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::branch::DirectiveKind;
use comanda_shared::paper::{Block, TemplateError, TemplatePaper, Templates, check_template};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::picture;
use super::profile::PrinterProfile;
use super::routes::Png;
use super::templates;
use crate::http::extract::{Body, IdempotencyKey, keyed};
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::Step;
use crate::staff::Caller;
use crate::sync::pen;

/// Of what cannot be used.
const UNUSABLE: &[Code] = &[Code::FieldInvalid, Code::TemplateIncomplete, Code::TemplateOverflow];

refusals! {
    /// Of templates that are to be used.
    Using: UNUSABLE, &[Code::OwnedByCloud, Code::StorageFailed], IdempotencyKey::REFUSALS;
    /// Of a paper that is only looked at.
    Looking: UNUSABLE;
}

/// The templates in use.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplatesInUse)]
pub struct InUse {
    #[serde(flatten)]
    templates: Templates,
    /// Which they are; 1 are those a branch begins with.
    version: u16,
}

impl From<TemplateError> for Problem {
    fn from(error: TemplateError) -> Self {
        let code = match error {
            TemplateError::Long(_) | TemplateError::Words => Code::FieldInvalid,
            TemplateError::Missing(_) | TemplateError::Twice(_) | TemplateError::Misplaced(_) => {
                Code::TemplateIncomplete
            }
            TemplateError::Overflow { .. } => Code::TemplateOverflow,
        };
        Self::from(code).at("blocks", error)
    }
}

/// Shows what stands on tickets and receipts.
///
/// Needs `printing.view`.
#[utoipa::path(get, path = "/api/v1/settings/papers", operation_id = "show_templates", tag = "printing",
    responses((status = 200, body = InUse), Guarded))]
pub async fn show(State(branch): State<Branch>) -> Response {
    let configuration = branch.journal.configuration();
    Json(InUse { templates: (*configuration.templates).clone(), version: configuration.template }).into_response()
}

/// Says what stands on tickets and receipts from now on.
///
/// Needs `printing.manage`. Tickets issued before are printed again as they were.
#[utoipa::path(put, path = "/api/v1/settings/papers", operation_id = "change_templates", tag = "printing",
    params(IdempotencyKey), request_body = Templates, responses((status = 200, body = InUse), Guarded, Using))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<Templates>,
) -> Result<Response, Problem> {
    let (journal, folder) = (branch.journal.clone(), branch.folder.clone());
    let checking =
        tokio::task::spawn_blocking(move || pen::check_asked(&journal, &folder, DirectiveKind::Papers)).await;
    checking.map_err(|_| Problem::from(Code::Internal))??;
    let request = keyed(&caller, &key, "PUT settings/papers", &body.bytes);
    let work = move |step: &mut Step<'_>| templates::take_into_use(step, body.value);
    let again = |step: &mut Step<'_>, _| Ok(step.configuration().template);
    branch.journal.command(request, work, again).await?;
    Ok(show(State(branch)).await)
}

/// A paper that is to be looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    paper: TemplatePaper,
    /// From the top.
    blocks: Vec<Block>,
    /// Characters a line of the printer that it is to be seen on.
    #[schema(minimum = 20, maximum = 80)]
    columns: u8,
}

/// Draws a paper of an imagined order as it would come out, from the bytes that would be printed.
///
/// Needs `printing.manage`. What cannot be used is refused as it would be when it is to be used.
#[utoipa::path(post, path = "/api/v1/settings/papers/preview", operation_id = "draw_template", tag = "printing",
    request_body = PreviewRequest,
    responses((status = 200, description = "The picture", body = Png, content_type = "image/png"), Guarded, Looking))]
pub async fn preview(State(branch): State<Branch>, body: Body<PreviewRequest>) -> Result<Response, Problem> {
    let PreviewRequest { paper, blocks, columns } = body.value;
    if !(20..=80).contains(&columns) {
        return Err(Problem::from(Code::FieldInvalid).at("columns", "20 to 80 are meant"));
    }
    check_template(paper, &blocks, &templates::printers(&branch.journal.configuration()))?;
    let mut templates = Templates::standard().clone();
    match paper {
        TemplatePaper::Ticket => templates.ticket = blocks,
        TemplatePaper::Receipt => templates.receipt = blocks,
    }
    let profile = PrinterProfile { columns, ..PrinterProfile::default() };
    let drawn =
        tokio::task::spawn_blocking(move || picture::draw(&templates::sample(paper, &templates, &profile), &profile));
    let png = drawn.await.map_err(|_| Problem::from(Code::Internal))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response())
}
