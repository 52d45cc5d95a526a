//! What an act made other than it was: the entry's body beside the one that said the same before it, or a document in use
//! beside the one it took the place of.

use std::collections::BTreeMap;

use comanda_shared::branch::{DirectiveApplied, DirectiveKind};
use comanda_shared::catalog::{Catalog, export};
use comanda_shared::event::Header;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::queries;
use crate::journal::directives;

/// So many are shown of one act; an imported menu changes thousands.
const MOST: usize = 200;

/// One thing that is other than it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = AuditChange)]
pub struct Change {
    /// Of what, where the act was about several: a product's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    /// As the journal or the document calls it.
    #[schema(example = "role")]
    field: String,
    /// None where there was nothing.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Value, required = false)]
    before: Value,
    /// None where there is nothing any more.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Value, required = false)]
    after: Value,
}

/// What this act changed; nothing of an act that took the place of none.
///
/// # Errors
/// When SQLite cannot read.
pub fn of(connection: &Connection, header: &Header, body: &str) -> rusqlite::Result<Vec<Change>> {
    let mut changes = match header.kind.as_str() {
        "branch.directive_applied" => of_directive(connection, body)?,
        kind if kind.ends_with("changed") => match queries::body_before(connection, header)? {
            Some(before) => between(None, &whole_fields(kind, &before), &fields(body)),
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    changes.truncate(MOST);
    Ok(changes)
}

/// Fields by their name.
type Fields = BTreeMap<String, Value>;

fn fields(json: &str) -> Fields {
    serde_json::from_str(json).unwrap_or_default()
}

/// The same; whoever was taken on works here, which goes without saying in that entry.
fn whole_fields(kind: &str, before: &str) -> Fields {
    let mut fields = fields(before);
    if kind == "staff.changed" {
        fields.entry("is_active".to_owned()).or_insert(Value::Bool(true));
    }
    fields
}

fn between(of: Option<&str>, before: &Fields, after: &Fields) -> Vec<Change> {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let value = |fields: &Fields, name: &String| fields.get(name).cloned().unwrap_or_default();
    let change = |name: &String| Change {
        of: of.map(str::to_owned),
        field: name.clone(),
        before: value(before, name),
        after: value(after, name),
    };
    names.map(change).filter(|change| change.before != change.after).collect()
}

fn of_directive(connection: &Connection, body: &str) -> rusqlite::Result<Vec<Change>> {
    let Ok(applied) = serde_json::from_str::<DirectiveApplied>(body) else { return Ok(Vec::new()) };
    let Some(former) = applied.version.checked_sub(1).filter(|version| *version > 0) else { return Ok(Vec::new()) };
    let before = directives::laid_down(connection, applied.kind, former)?;
    let after = directives::body(connection, &applied.sha256)?;
    let (Some(before), Some(after)) = (before, after) else { return Ok(Vec::new()) };
    Ok(match applied.kind {
        DirectiveKind::Catalog => between_menus(&before, &after),
        _ => between(None, &fields(&before), &fields(&after)),
    })
}

/// Products by sku: what came, what went, and what is other of those that stayed. What is told first is what costs money.
fn between_menus(before: &str, after: &str) -> Vec<Change> {
    let (Some(before), Some(after)) = (products(before), products(after)) else { return Vec::new() };
    let mut changes = Vec::new();
    for (sku, product) in &after {
        changes.extend(match before.get(sku) {
            Some(former) => between(Some(name(product)), former, product),
            None => vec![whole(product, Value::Null, Value::from(name(product)))],
        });
    }
    let gone = before.iter().filter(|(sku, _)| !after.contains_key(*sku));
    changes.extend(gone.map(|(_, product)| whole(product, Value::from(name(product)), Value::Null)));
    changes.sort_by_key(|change| !matches!(change.field.as_str(), "price" | "prices" | "tax"));
    changes
}

fn whole(product: &Fields, before: Value, after: Value) -> Change {
    Change { of: Some(name(product).to_owned()), field: "product".to_owned(), before, after }
}

fn name(product: &Fields) -> &str {
    product.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn products(document: &str) -> Option<BTreeMap<String, Fields>> {
    let catalog: Catalog = serde_json::from_str(document).ok()?;
    let rows = export::file(&catalog).categories.into_iter().flat_map(|category| category.products);
    let row = |row: comanda_shared::catalog::file::ProductRow| {
        let fields = serde_json::to_value(&row).ok().and_then(|value| serde_json::from_value(value).ok());
        Some((row.sku.clone(), fields?))
    };
    rows.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn changes(before: Value, after: Value) -> Vec<(String, Value, Value)> {
        let found = between(None, &fields(&before.to_string()), &fields(&after.to_string()));
        found.into_iter().map(|change| (change.field, change.before, change.after)).collect()
    }

    #[test]
    fn only_what_is_other_is_told_with_what_it_was() {
        let found = changes(json!({"role": "waiter", "is_active": true}), json!({"role": "admin", "is_active": true}));
        assert_eq!(found, [("role".to_owned(), json!("waiter"), json!("admin"))]);
        let found = changes(json!({"a": 1}), json!({"b": [2]}));
        assert_eq!(found, [("a".to_owned(), json!(1), Value::Null), ("b".to_owned(), Value::Null, json!([2]))]);
        assert_eq!(changes(json!({"a": 1}), json!({"a": 1})), []);
        assert_eq!(fields("no json"), Fields::new());
    }
}
