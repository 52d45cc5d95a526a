//! The OpenAPI document: made of what stands at the handlers and at the shapes they take and give.
//!
//! A route is described where it is handled, with `#[utoipa::path]`, and named in the list below, which tests hold against
//! the router and against what the routes do (`edge/tests/door/`, `edge/tests/documents.rs`). The messages of the live
//! channel, which are no answers of routes, are named beside it.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, Schema, SchemaType};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, ContentBuilder, Ref, RefOr, ResponseBuilder, Type};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::cookies::Cookie;
use super::problem::{Code, Problem, ProblemBody};
use super::screens;
use crate::{
    alerts, attendance, audit, availability, backup, beginning, branch, cash, catalog, customers, devices, floor,
    guests, health, kitchen, live, menu, orders, payments, printing, staff, support, sync,
};

/// The document as the program says it.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Comanda, a branch",
        description = include_str!("openapi.md"),
        license(name = "MIT OR Apache-2.0"),
    ),
    modifiers(&Credentials, &ShapesAreNarrow, &ItemsAreNamed, &AnswersAreDescribed),
    components(schemas(ProblemBody, live::wire::Sayable, live::wire::ToScreen<'static>)),
    security(("token" = []), ("session" = [])),
    tags(
        (name = "orders", description = "What guests asked for, from taken to handed over."),
        (name = "payments", description = "Money taken for orders and given back."),
        (name = "cash", description = "Drawers and those who answer for them: shifts, movements, counts, reports."),
        (name = "kitchen", description = "One card for each order at each station; and the tickets."),
        (name = "printing", description = "Printers, their jobs, pictures of tickets."),
        (name = "menu", description = "What guests see of the catalog, at a door of their own."),
        (name = "catalog", description = "The menu, its taxes and stations."),
        (name = "branch", description = "The branch, how it is doing, and what changes in it."),
        (name = "customers", description = "Guests the branch knows, and what they allowed to be kept."),
        (name = "staff", description = "Who is asking."),
        (name = "devices", description = "Paired screens, and how they become that."),
    ),
    paths(
        orders::routes::list,
        orders::routes::place,
        orders::routes::quote,
        orders::routes::stats,
        orders::routes::show,
        orders::routes::accept,
        orders::routes::change_status,
        orders::routes::add_lines,
        orders::routes::void_line,
        orders::routes::cancel,
        orders::routes::move_to,
        orders::merge::routes::merge_orders,
        orders::course::routes::fire,
        orders::routes::set_tip,
        orders::routes::reopen,
        orders::bill::routes::discount,
        orders::bill::routes::remove_discount,
        orders::bill::routes::split,
        orders::bill::routes::undo_split,
        orders::bill::routes::print_bill,
        orders::bill::routes::reprint_receipt,
        orders::bill::routes::reprint_paper,
        guests::routes::show,
        customers::routes::list,
        customers::routes::add,
        customers::routes::show,
        customers::routes::change,
        customers::routes::consent,
        customers::routes::orders,
        customers::routes::erase,
        payments::routes::take,
        payments::routes::methods,
        payments::routes::of_order,
        payments::routes::refund,
        cash::routes::open,
        cash::routes::current,
        cash::routes::move_cash,
        cash::routes::close,
        cash::routes::closures,
        cash::routes::closure,
        cash::routes::report_x,
        cash::routes::report_z,
        cash::routes::reports_z,
        kitchen::times::routes::report,
        kitchen::times::routes::queue,
        kitchen::routes::cards,
        kitchen::routes::raise,
        kitchen::routes::start,
        kitchen::routes::bump,
        kitchen::routes::ready,
        kitchen::routes::recall,
        kitchen::routes::line_ready,
        kitchen::routes::line_unready,
        kitchen::routes::void_seen,
        kitchen::routes::tickets_of_order,
        kitchen::routes::reprint,
        printing::routes::jobs,
        printing::routes::picture,
        printing::routes::job_picture,
        printing::routes::printers,
        printing::discovery_routes::discover,
        printing::discovery_routes::plugged,
        printing::discovery_routes::identify,
        printing::setup_routes::list_models,
        printing::template_routes::show,
        printing::template_routes::change,
        printing::template_routes::preview,
        printing::template_routes::upload,
        printing::setup_routes::add,
        printing::setup_routes::change,
        printing::setup_routes::remove,
        printing::commands::retry,
        printing::commands::reroute,
        printing::commands::cancel,
        printing::commands::pause,
        printing::commands::resume,
        printing::commands::test,
        printing::commands::held,
        catalog::routes::products,
        catalog::routes::popular,
        catalog::routes::product,
        availability::routes::list,
        availability::routes::put_product,
        availability::routes::put_modifier,
        catalog::routes::categories,
        catalog::routes::stations,
        catalog::routes::taxes,
        catalog::routes::export,
        catalog::routes::import,
        catalog::routes::in_use,
        catalog::routes::replace,
        catalog::pictures::routes::keep,
        catalog::pictures::routes::show,
        menu::routes::show,
        menu::routes::photo,
        menu::routes::addresses,
        health::routes::doctor,
        support::routes::bundle,
        health::routes::show_metrics,
        backup::routes::list,
        backup::routes::make,
        backup::routes::prove,
        branch::routes::show,
        alerts::routes::list,
        alerts::routes::take,
        live::routes::listen,
        live::events::listen,
        live::events::painted,
        live::poll::poll,
        live::routes::list,
        beginning::routes::show,
        beginning::routes::begin,
        branch::opening::routes::show,
        branch::opening::routes::change,
        branch::routes::show_settings,
        branch::routes::change_settings,
        branch::routes::health,
        sync::routes::status,
        branch::routes::alive,
        branch::routes::ready,
        show,
        screens::docs,
        staff::routes::faces,
        staff::routes::log_in,
        staff::routes::log_out,
        staff::routes::who_am_i,
        staff::manage_routes::list,
        staff::manage_routes::add,
        staff::manage_routes::change,
        staff::manage_routes::change_pin,
        staff::manage_routes::sessions,
        staff::manage_routes::end_session,
        staff::role_routes::show,
        staff::role_routes::change,
        attendance::routes::clock_in,
        attendance::routes::clock_out,
        attendance::routes::list,
        attendance::routes::hours,
        attendance::routes::file,
        attendance::routes::correct,
        floor::routes::show,
        floor::routes::change,
        devices::routes::this,
        devices::routes::pair,
        devices::routes::make_code,
        devices::routes::list,
        devices::routes::change,
        devices::routes::revoke,
        devices::routes::unlock,
        audit::routes::list,
        audit::routes::show,
    )
)]
pub struct Document;

/// The two ways to say who asks; each route needs one, unless it says otherwise.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemes = document.components.get_or_insert_default();
        schemes.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(Cookie::Session.name()));
        schemes.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// Shapes are as narrow as what is sent; the derived ones are broader.
///
/// - What may be left out is left out, not null: only what is always there can be null. Derived, an `Option` is both.
/// - A map whose keys are words of a list is an object that has some of these fields.
struct ShapesAreNarrow;

impl Modify for ShapesAreNarrow {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = document.components.get_or_insert_default().schemas.values_mut();
        schemas.for_each(narrow);
    }
}

fn narrow(shape: &mut RefOr<Schema>) {
    let RefOr::T(schema) = shape else { return };
    match schema {
        Schema::Object(object) => {
            name_the_keys(object);
            let Object { properties, required, .. } = object;
            for (name, property) in properties {
                narrow(property);
                if !required.contains(name) {
                    deny_null(property);
                }
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                narrow(items);
            }
        }
        Schema::OneOf(some) => some.items.iter_mut().for_each(narrow),
        Schema::AllOf(all) => all.items.iter_mut().for_each(narrow),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(narrow),
        // What OpenAPI may still add has no properties of ours.
        _ => {}
    }
}

fn name_the_keys(map: &mut Object) {
    let Some(Schema::Object(Object { enum_values: Some(keys), .. })) = map.property_names.as_deref() else { return };
    let Some(AdditionalProperties::RefOr(value)) = map.additional_properties.as_deref() else { return };
    let keys = keys.iter().filter_map(|key| key.as_str());
    map.properties = keys.map(|key| (key.to_owned(), value.clone())).collect();
    (map.property_names, map.additional_properties) = (None, None);
}

fn deny_null(shape: &mut RefOr<Schema>) {
    match shape {
        RefOr::T(Schema::Object(Object { schema_type, .. })) => not_null(schema_type),
        RefOr::T(Schema::Array(array)) => not_null(&mut array.schema_type),
        RefOr::T(Schema::OneOf(some)) => {
            let is_null = |item: &RefOr<Schema>| {
                matches!(item, RefOr::T(Schema::Object(Object { schema_type: SchemaType::Type(Type::Null), .. })))
            };
            some.items.retain(|item| !is_null(item));
            if let [RefOr::Ref(only)] = &some.items[..] {
                let mut only = only.clone();
                only.description = some.description.take().unwrap_or_default();
                *shape = RefOr::Ref(only);
            }
        }
        _ => {}
    }
}

fn not_null(kind: &mut SchemaType) {
    let SchemaType::Array(kinds) = kind else { return };
    kinds.retain(|kind| !matches!(kind, Type::Null));
    if let [only] = &kinds[..] {
        *kind = SchemaType::Type(only.clone());
    }
}

/// The derived schema of a `List<T>` has the whole of T in it; its name is enough.
struct ItemsAreNamed;

impl Modify for ItemsAreNamed {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for (name, schema) in &mut document.components.get_or_insert_default().schemas {
            if let Some(item) = name.strip_prefix("List_")
                && let RefOr::T(Schema::Object(list)) = schema
                && let Some(RefOr::T(Schema::Array(items))) = list.properties.get_mut("items")
            {
                items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
            }
        }
    }
}

/// An answer means what its shape is said to be.
struct AnswersAreDescribed;

impl Modify for AnswersAreDescribed {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = &document.components.get_or_insert_default().schemas;
        let described = |content: &RefOr<Content>| {
            let RefOr::T(Content { schema: Some(RefOr::Ref(shape)), .. }) = content else { return None };
            match schemas.get(shape.ref_location.rsplit('/').next()?)? {
                RefOr::T(Schema::Object(Object { description, .. })) => description.clone(),
                RefOr::T(Schema::AllOf(all)) => all.description.clone(),
                _ => None,
            }
        };
        for path in document.paths.paths.values_mut() {
            let operations =
                [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete].into_iter().flatten();
            for answer in operations.flat_map(|operation| operation.responses.responses.values_mut()) {
                if let RefOr::T(answer) = answer
                    && answer.description.is_empty()
                {
                    answer.description = answer.content.values().find_map(described).unwrap_or("Done.".to_owned());
                }
            }
        }
    }
}

/// Answers by their status.
pub type Responses = BTreeMap<String, RefOr<utoipa::openapi::Response>>;

/// Every route may refuse, and all refuse alike: `responses(…, Problem)`.
impl IntoResponses for Problem {
    fn responses() -> Responses {
        refused_with(&[])
    }
}

/// Answers a refusal of each status these codes have, and of any other.
pub fn refused_with(codes: &[Code]) -> Responses {
    let mut meanings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for code in codes {
        let meaning = format!("`{}`: {}.", code.as_str(), code.title());
        meanings.entry(code.status().to_string()).or_default().push(meaning);
    }
    let any = ("default".to_owned(), vec!["A refusal.".to_owned()]);
    let described = meanings.into_iter().chain([any]);
    described.map(|(status, meanings)| (status, refusal(&meanings.join("\n\n")).into())).collect()
}

fn refusal(description: &str) -> utoipa::openapi::Response {
    let shape = RefOr::from(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(shape)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// Names what routes refuse with, for their `responses(…)`; each status in one of those that stand together.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident: $($codes:expr),+;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> $crate::http::openapi::Responses {
                let codes: &[&[$crate::http::problem::Code]] = &[$($codes),+];
                $crate::http::openapi::refused_with(&codes.concat())
            }
        }
    )*};
}
pub(crate) use refusals;

refusals! {
    /// Of a route for whoever is known.
    Known: &[Code::CredentialsMissing, Code::CredentialsInvalid];
    /// Of a route that needs a permission.
    Guarded: &[Code::CredentialsMissing, Code::CredentialsInvalid, Code::PermissionMissing];
    /// Of a question that cannot be read.
    Asking: &[Code::RequestMalformed];
    /// Of something that may not be there.
    Finding: &[Code::NotFound];
}

/// This document.
// The text of `docs/openapi.json`, which a test holds against `Document`: what makes it weighs megabytes and stays out of
// the program.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "show_openapi", tag = "branch", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = Object), Problem))]
pub async fn show(headers: HeaderMap) -> Response {
    let found = screens::answer(shelf, "openapi.json", screens::ASK_EACH_TIME, &headers);
    found.unwrap_or_else(|| Problem::from(Code::NotFound).into_response())
}

fn shelf(name: &str) -> Option<screens::File> {
    let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));
    (name == "openapi.json.gz").then(|| screens::File { bytes: packed.into(), hash: *blake3::hash(packed).as_bytes() })
}
