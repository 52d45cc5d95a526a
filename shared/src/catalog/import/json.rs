//! JSON as it was written: the fields in their order, and those that are there twice.
//!
//! `serde_json::Value` keeps the last of two equal fields and forgets the first; of two prices, an owner has to choose.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::BadRow;

/// A value of the file.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Node {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// Parses the file; a leading UTF-8 byte order mark, as Windows writes it, is passed over.
pub(super) fn parse(json: &[u8]) -> Result<Node, BadRow> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    serde_json::from_slice(json).map_err(|error| {
        let place = format!("línea {}, columna {}", error.line(), error.column());
        let message = match error.classify() {
            serde_json::error::Category::Eof => format!("El archivo se corta antes de terminar ({place})."),
            _ => format!("El archivo no es JSON: revise la {place} (falta o sobra una coma, comilla o llave)."),
        };
        BadRow { place, code: "json.malformed", message }
    })
}

impl std::fmt::Display for Node {
    /// The value as a message names it: in quotes, cut where it would fill the screen.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 40;
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(value) => write!(formatter, "«{value}»"),
            Self::Number(value) => write!(formatter, "«{value}»"),
            Self::Text(text) => {
                let visible = |letter: char| if letter.is_control() { '�' } else { letter };
                let start: String = text.chars().take(SHOWN).map(visible).collect();
                let rest = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
                write!(formatter, "«{start}{rest}»")
            }
            Self::List(_) => formatter.write_str("una lista"),
            Self::Object(_) => formatter.write_str("un objeto"),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = access.next_entry()? {
            fields.push(field);
        }
        Ok(Node::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_repeat() {
        let fields = match parse(b"{\"b\": 1, \"a\": null, \"b\": [true, \"x\"]}").unwrap() {
            Node::Object(fields) => fields,
            other => panic!("{other:?}"),
        };
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "b"]);
        assert_eq!(fields[2].1, Node::List(vec![Node::Boolean(true), Node::Text("x".to_owned())]));
    }

    #[test]
    fn what_is_no_json_is_named_by_its_line_and_column() {
        let too_deep = "[".repeat(1000);
        for (text, place, said) in [
            ("{\"currency\": \"COP\",\n \"taxes\": [}", "línea 2, columna 12", "revise la línea 2"),
            ("", "línea 1, columna 0", "se corta"),
            ("{\"a\": 1", "línea 1, columna 7", "se corta"),
            ("{} {}", "línea 1, columna 4", "revise"),
            (&too_deep, "línea 1, columna 128", "revise"),
        ] {
            let bad = parse(text.as_bytes()).unwrap_err();
            assert_eq!((bad.place.as_str(), bad.code), (place, "json.malformed"), "{text}");
            assert!(bad.message.contains(said), "{}", bad.message);
        }
        assert!(parse(b"\"\xff\"").is_err(), "what is not UTF-8 is no JSON");
    }

    #[test]
    fn a_message_shows_the_start_of_a_long_value() {
        assert_eq!(Node::Text("a\nb".to_owned()).to_string(), "«a\u{fffd}b»");
        assert_eq!(Node::Text("ñ".repeat(41)).to_string(), format!("«{}…»", "ñ".repeat(40)));
        assert_eq!(parse(b"18500.5").unwrap().to_string(), "«18500.5»");
    }
}
