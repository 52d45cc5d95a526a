//! The templates of papers over HTTP.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::branch::DirectiveKind;
use comanda_shared::paper::{Block, TemplateError, TemplatePaper, Templates, check_template};
use comanda_shared::picture::PictureHash;
use comanda_shared::staff::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::graphics::{PictureError, Shades};
use super::profile::{Features, PrinterProfile};
use super::routes::Png;
use super::sheet::Supplies;
use super::{picture, pictures, templates};
use crate::http::extract::{Body, IdempotencyKey, keyed};
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::Step;
use crate::staff::Caller;
use crate::sync::pen;

/// What a picture is sent as.
const PNG: &str = "image/png";
/// Of what cannot be used.
const UNUSABLE: &[Code] = &[Code::FieldInvalid, Code::TemplateIncomplete, Code::TemplateOverflow];
/// Of a file that is no picture to be printed.
const NO_PICTURE: &[Code] = &[Code::MediaType, Code::PictureUnusable, Code::BodyTooLarge, Code::StorageFailed];

refusals! {
    /// Of templates that are to be used.
    Using: UNUSABLE, &[Code::OwnedByCloud, Code::StorageFailed], IdempotencyKey::REFUSALS;
    /// Of a paper that is only looked at.
    Looking: UNUSABLE;
    /// Of a picture that is uploaded.
    Uploading: NO_PICTURE;
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
            TemplateError::Long(_) | TemplateError::Words | TemplateError::Picture | TemplateError::PictureUnknown => {
                Code::FieldInvalid
            }
            TemplateError::Missing(_) | TemplateError::Twice(_) | TemplateError::Misplaced(_) => {
                Code::TemplateIncomplete
            }
            TemplateError::Overflow { .. } => Code::TemplateOverflow,
        };
        Self::from(code).at("blocks", error)
    }
}

/// Shows what stands on tickets, receipts and the papers of the pass.
///
/// Needs `printing.view`.
#[utoipa::path(get, path = "/api/v1/settings/papers", operation_id = "show_templates", tag = "printing",
    responses((status = 200, body = InUse), Guarded))]
pub async fn show(State(branch): State<Branch>) -> Response {
    let configuration = branch.journal.configuration();
    Json(InUse { templates: (*configuration.templates).clone(), version: configuration.template }).into_response()
}

/// Says what stands on tickets, receipts and the papers of the pass from now on.
///
/// Needs `papers.edit`. Tickets issued before are printed again as they were.
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
/// Needs `papers.edit`. What cannot be used is refused as it would be when it is to be used.
#[utoipa::path(post, path = "/api/v1/settings/papers/preview", operation_id = "draw_template", tag = "printing",
    request_body = PreviewRequest,
    responses((status = 200, description = "The picture", body = Png, content_type = "image/png"), Guarded, Looking))]
pub async fn preview(State(branch): State<Branch>, body: Body<PreviewRequest>) -> Result<Response, Problem> {
    let PreviewRequest { paper, blocks, columns } = body.value;
    if !(20..=80).contains(&columns) {
        return Err(Problem::from(Code::FieldInvalid).at("columns", "20 to 80 are meant"));
    }
    check_template(paper, &blocks, &templates::printers(&branch.journal.configuration()))?;
    let templates = Templates::standard().clone().with(paper, blocks);
    let features = Features { prints_qr: true, prints_pictures: true, ..Features::default() };
    let profile = PrinterProfile { columns, features, ..PrinterProfile::default() };
    let named = templates.clone();
    let pictures = branch.journal.readers().read(move |connection| pictures::of(connection, &named)).await?;
    let supplies = Supplies { pictures, ..Supplies::with(templates) };
    let drawn =
        tokio::task::spawn_blocking(move || picture::draw(&templates::sample(paper, &supplies, &profile), &profile));
    let png = drawn.await.map_err(|_| Problem::from(Code::Internal))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response())
}

/// A picture that the branch keeps.
#[derive(Serialize, ToSchema)]
pub struct PictureKept {
    /// What a template calls it.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    picture: PictureHash,
}

impl From<PictureError> for Problem {
    fn from(error: PictureError) -> Self {
        Self::from(Code::PictureUnusable).detail(error)
    }
}

/// Keeps a picture for a logo: a PNG of at most 256 KB. The same file is kept once, and called the same.
///
/// Needs `papers.edit`. It is on no paper before a template names it.
#[utoipa::path(post, path = "/api/v1/settings/papers/pictures", operation_id = "upload_picture", tag = "printing",
    request_body(content = Png, content_type = "image/png"),
    responses((status = 201, body = PictureKept), Guarded, Uploading))]
pub async fn upload(
    State(branch): State<Branch>,
    headers: HeaderMap,
    file: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != PNG) {
        return Err(Problem::from(Code::MediaType));
    }
    let file = file.map_err(|_| Problem::from(Code::BodyTooLarge))?;
    let journal = branch.journal.clone();
    let keeping = tokio::task::spawn_blocking(move || {
        Shades::of_png(&file)?;
        let keep = move |step: &mut Step<'_>| pictures::keep(step.connection(), &file);
        journal.operate_blocking(Actor::Branch, keep).map_err(Problem::from)
    });
    let picture = keeping.await.map_err(|_| Problem::from(Code::Internal))??;
    Ok((StatusCode::CREATED, Json(PictureKept { picture })).into_response())
}
