//! The keys or skus of one kind of thing: each once, each with the id it stands for.

use std::collections::HashMap;

use super::cursor::Cursor;

/// What a thing is called by in the file, and the codes for what can be wrong with it.
#[derive(Clone, Copy)]
pub(super) struct Handle {
    invalid: &'static str,
    duplicate: &'static str,
}

/// Of taxes, stations, categories and modifier groups.
pub(super) const KEY: Handle = Handle { invalid: "key.invalid", duplicate: "key.duplicate" };

/// Of products and modifiers.
pub(super) const SKU: Handle = Handle { invalid: "sku.invalid", duplicate: "sku.duplicate" };

/// The keys or skus met so far, each with its first place and its id. Never walked, only asked.
pub(super) struct Register<'f, Id> {
    handle: Handle,
    entries: HashMap<&'f str, (String, Id)>,
}

impl<'f, Id: Copy> Register<'f, Id> {
    pub(super) fn new(handle: Handle) -> Self {
        Self { handle, entries: HashMap::new() }
    }

    /// Takes the value as the key or sku of one more thing with that id.
    ///
    /// A badly spelt one is refused and still remembered: what refers to it is not wrong as well.
    pub(super) fn claim(&mut self, at: &Cursor<'f>, id: impl FnOnce(&str) -> Id) -> Option<(String, Id)> {
        let text = at.text()?;
        if let Some((first, _)) = self.entries.get(text) {
            at.refuse(self.handle.duplicate, format!("{} ya se usa en {first}.", at.node));
            return None;
        }
        let id = id(text);
        self.entries.insert(text, (at.place.clone(), id));
        if !is_well_spelt(text) {
            let allowed = "de 1 a 64 letras sin tilde, cifras, puntos, guiones o rayas bajas, sin espacios";
            at.refuse(self.handle.invalid, format!("{} no sirve como código: use {allowed}.", at.node));
            return None;
        }
        Some((text.to_owned(), id))
    }

    /// The id of the thing called so.
    pub(super) fn find(&self, key: &str) -> Option<Id> {
        self.entries.get(key).map(|(_, id)| *id)
    }
}

fn is_well_spelt(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}
