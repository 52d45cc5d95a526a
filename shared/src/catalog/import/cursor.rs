//! A value of the file together with its place, so that whatever is wrong with it can be said where it stands.

use std::cell::RefCell;

use super::BadRow;
use super::json::Node;

/// What was found wrong so far, in the order it was met.
#[derive(Default)]
pub(super) struct BadRows(RefCell<Vec<BadRow>>);

impl BadRows {
    pub(super) fn into_rows(self) -> Vec<BadRow> {
        self.0.into_inner()
    }
}

/// A value and its place. What answers `None` here has said why, so that a caller only has to go on.
pub(super) struct Cursor<'f> {
    pub(super) place: String,
    pub(super) node: &'f Node,
    bad: &'f BadRows,
}

/// An object of the file whose fields are all known.
pub(super) struct Fields<'f> {
    place: String,
    fields: &'f [(String, Node)],
    bad: &'f BadRows,
}

/// Everything that the rows became, or `None` if one became nothing; but only after each was read and has said what is
/// wrong with it, which collecting into an `Option` straight away would cut short.
pub(super) fn every<T>(rows: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    rows.collect::<Vec<_>>().into_iter().collect()
}

impl<'f> Cursor<'f> {
    pub(super) fn root(node: &'f Node, bad: &'f BadRows) -> Self {
        Self { place: String::new(), node, bad }
    }

    /// Names the value as bad.
    pub(super) fn refuse(&self, code: &'static str, message: String) {
        let place = if self.place.is_empty() { "archivo".to_owned() } else { self.place.clone() };
        self.bad.0.borrow_mut().push(BadRow { place, code, message });
    }

    /// The value's fields; those that are not known, or are there twice, are named as bad.
    pub(super) fn object(&self, known: &[&str]) -> Option<Fields<'f>> {
        let Node::Object(fields) = self.node else {
            return self.expected("un objeto con campos");
        };
        let fields = Fields { place: self.place.clone(), fields, bad: self.bad };
        for (index, (name, node)) in fields.fields.iter().enumerate() {
            let at = fields.at(name, node);
            if !known.contains(&name.as_str()) {
                let name = Node::Text(name.clone());
                at.refuse("field.unknown", format!("No se conoce el campo {name}; se esperan {}.", known.join(", ")));
            } else if fields.fields[..index].iter().any(|(earlier, _)| earlier == name) {
                at.refuse("field.repeated", format!("El campo «{name}» está dos veces, la segunda con {node}."));
            }
        }
        Some(fields)
    }

    pub(super) fn items(&self) -> Option<Vec<Self>> {
        match self.node {
            Node::List(items) => Some(self.numbered(items)),
            _ => self.expected("una lista"),
        }
    }

    /// The items of a list, or the value itself when it is none.
    pub(super) fn one_or_many(&self) -> Vec<Self> {
        match self.node {
            Node::List(items) => self.numbered(items),
            node => vec![Self { place: self.place.clone(), node, bad: self.bad }],
        }
    }

    pub(super) fn text(&self) -> Option<&'f str> {
        match self.node {
            Node::Text(text) => Some(text),
            _ => self.expected("un texto entre comillas"),
        }
    }

    /// The text, if it is one; nothing is said if not.
    pub(super) fn as_text(&self) -> Option<&'f str> {
        if let Node::Text(text) = self.node { Some(text) } else { None }
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match self.node {
            Node::Boolean(value) => Some(*value),
            _ => self.expected("true o false"),
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match self.node {
            Node::Number(number) if number.is_i64() => number.as_i64(),
            _ => self.expected("un número entero, sin comillas, puntos ni comas"),
        }
    }

    fn expected<T>(&self, what: &str) -> Option<T> {
        self.refuse("field.type", format!("Se esperaba {what} y hay {}.", self.node));
        None
    }

    fn numbered(&self, items: &'f [Node]) -> Vec<Self> {
        let item = |(index, node)| Self { place: format!("{}[{index}]", self.place), node, bad: self.bad };
        items.iter().enumerate().map(item).collect()
    }
}

impl<'f> Fields<'f> {
    /// The field's value; absent or null, it is named as missing.
    pub(super) fn required(&self, name: &str) -> Option<Cursor<'f>> {
        let found = self.optional(name);
        if found.is_none() {
            self.at(name, &Node::Null).refuse("field.missing", format!("Falta el campo «{name}»."));
        }
        found
    }

    /// The field's value, unless it is absent or null.
    pub(super) fn optional(&self, name: &str) -> Option<Cursor<'f>> {
        let (name, node) = self.fields.iter().find(|(field, _)| field == name)?;
        (*node != Node::Null).then(|| self.at(name, node))
    }

    fn at<'n>(&self, name: &str, node: &'n Node) -> Cursor<'n>
    where
        'f: 'n,
    {
        let dot = if self.place.is_empty() { "" } else { "." };
        Cursor { place: format!("{}{dot}{name}", self.place), node, bad: self.bad }
    }
}
