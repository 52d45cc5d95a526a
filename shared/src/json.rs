//! JSON as it is stored and sent: the bytes that `serde_json` gives, written with less work.
//!
//! An order is written as JSON four times: three events with their headers, and its answer. `serde_json` looks at each
//! byte of each text for what must be escaped, names of fields too; here a text is looked at whole, and names of fields,
//! which are Rust's, are not. What is written seldom, or read, is `serde_json`'s.
//!
//! It knows no other form than the shortest, and no floats: nothing in Comanda is one.

use std::fmt::{Display, Write as _};

use serde::ser::{self, Error as _, Serialize};
use serde_json::Error;

type Result<T = ()> = std::result::Result<T, Error>;

/// Room for an ordinary order.
const ROOM: usize = 3072;

/// The value as JSON.
///
/// # Errors
/// When the value refuses to be serialised, is a float, or has a map whose keys are no text.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    let mut text = String::with_capacity(ROOM);
    append(&mut text, value)?;
    Ok(text)
}

/// Appends the value as JSON to a text; after an error, some of it.
///
/// # Errors
/// As [`to_string`].
pub fn append<T: Serialize + ?Sized>(text: &mut String, value: &T) -> Result {
    let mut json = Json(std::mem::take(text));
    let written = value.serialize(&mut json);
    *text = json.0;
    written
}

/// What is written so far.
struct Json(String);

impl Json {
    fn text(&mut self, text: &str) {
        self.0.push('"');
        self.escaped(text);
        self.0.push('"');
    }

    fn escaped(&mut self, text: &str) {
        if is_plain(text) {
            return self.0.push_str(text);
        }
        for letter in text.chars() {
            match letter {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\r' => self.0.push_str("\\r"),
                '\t' => self.0.push_str("\\t"),
                '\u{8}' => self.0.push_str("\\b"),
                '\u{c}' => self.0.push_str("\\f"),
                '\0'..'\u{20}' => {
                    // Writing to a String cannot fail.
                    let _ = write!(self.0, "\\u{:04x}", u32::from(letter));
                }
                other => self.0.push(other),
            }
        }
    }

    /// The name of a field or a variant, as Rust code has it.
    fn name(&mut self, name: &'static str) {
        debug_assert!(is_plain(name), "a name in Rust code needs no escape");
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn compound(&mut self, begin: char, end: &'static str) -> Compound<'_> {
        self.0.push(begin);
        Compound { json: self, is_empty: true, end }
    }

    fn variant(&mut self, variant: &'static str, begin: char, end: &'static str) -> Compound<'_> {
        self.0.push('{');
        self.name(variant);
        self.compound(begin, end)
    }
}

/// Whether nothing in it must be escaped. Without a way out in the loop it becomes a few wide instructions.
fn is_plain(text: &str) -> bool {
    !text.bytes().fold(false, |found, byte| found | (byte < 0x20) | (byte == b'"') | (byte == b'\\'))
}

macro_rules! small_numbers {
    ($($name:ident: $number:ty)*) => {$(
        fn $name(self, number: $number) -> Result {
            self.serialize_i64(i64::from(number))
        }
    )*};
}

impl<'j> ser::Serializer for &'j mut Json {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'j>;
    type SerializeTuple = Compound<'j>;
    type SerializeTupleStruct = Compound<'j>;
    type SerializeTupleVariant = Compound<'j>;
    type SerializeMap = Compound<'j>;
    type SerializeStruct = Compound<'j>;
    type SerializeStructVariant = Compound<'j>;

    small_numbers! { serialize_i8: i8 serialize_i16: i16 serialize_i32: i32 serialize_u8: u8 serialize_u16: u16 serialize_u32: u32 }

    fn serialize_bool(self, value: bool) -> Result {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i64(self, number: i64) -> Result {
        self.0.push_str(itoa::Buffer::new().format(number));
        Ok(())
    }

    fn serialize_u64(self, number: u64) -> Result {
        self.0.push_str(itoa::Buffer::new().format(number));
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result {
        Err(Error::custom("nothing in Comanda is a float"))
    }

    fn serialize_f64(self, _: f64) -> Result {
        Err(Error::custom("nothing in Comanda is a float"))
    }

    fn serialize_char(self, letter: char) -> Result {
        self.text(letter.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result {
        self.text(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        self.0.push('{');
        self.name(variant);
        value.serialize(&mut *self)?;
        self.0.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'j>> {
        Ok(self.compound('[', "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'j>> {
        Ok(self.compound('[', "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'j>> {
        Ok(self.compound('[', "]"))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Compound<'j>> {
        Ok(self.variant(variant, '[', "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'j>> {
        Ok(self.compound('{', "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'j>> {
        Ok(self.compound('{', "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'j>> {
        Ok(self.variant(variant, '{', "}}"))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result {
        self.0.push('"');
        let written = write!(Escaping(self), "{value}");
        written.map_err(Error::custom)?;
        self.0.push('"');
        Ok(())
    }
}

/// What is displayed, piece by piece.
struct Escaping<'j>(&'j mut Json);

impl std::fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.escaped(text);
        Ok(())
    }
}

/// A list or an object that has begun.
struct Compound<'j> {
    json: &'j mut Json,
    is_empty: bool,
    end: &'static str,
}

impl Compound<'_> {
    fn next(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.json.0.push(',');
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.next();
        value.serialize(&mut *self.json)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.next();
        self.json.name(name);
        value.serialize(&mut *self.json)
    }

    fn finish(self) -> Result {
        self.json.0.push_str(self.end);
        Ok(())
    }
}

macro_rules! compounds {
    ($($shape:ident.$add:ident($($name:ident)?) by $how:ident)*) => {$(
        impl ser::$shape for Compound<'_> {
            type Ok = ();
            type Error = Error;

            fn $add<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result {
                self.$how($($name,)? value)
            }

            fn end(self) -> Result {
                self.finish()
            }
        }
    )*};
}

compounds! {
    SerializeSeq.serialize_element() by element
    SerializeTuple.serialize_element() by element
    SerializeTupleStruct.serialize_field() by element
    SerializeTupleVariant.serialize_field() by element
    SerializeStruct.serialize_field(name) by field
    SerializeStructVariant.serialize_field(name) by field
}

impl ser::SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        self.next();
        let begun = self.json.0.len();
        key.serialize(&mut *self.json)?;
        if self.json.0.as_bytes().get(begun) == Some(&b'"') {
            return Ok(());
        }
        Err(Error::custom("the key of a map is text"))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.json.0.push(':');
        value.serialize(&mut *self.json)
    }

    fn end(self) -> Result {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::ids::LineId;
    use crate::money::{Currency, Money};

    fn same<T: Serialize>(value: &T) {
        assert_eq!(to_string(value).unwrap(), serde_json::to_string(value).unwrap());
    }

    #[derive(Serialize)]
    enum Shape {
        Unit,
        Newtype(u8),
        Tuple(i64, &'static str),
        Struct { list: Vec<u16>, nothing: Option<()> },
    }

    #[test]
    fn every_shape_is_written_as_serde_json_writes_it() {
        same(&[Shape::Unit, Shape::Newtype(7), Shape::Tuple(-1, "é"), Shape::Struct { list: vec![], nothing: None }]);
        same(&Shape::Struct { list: vec![0, 65535], nothing: Some(()) });
        same(&(u64::MAX, i64::MIN, i64::MAX, 0, true, false, 'ñ', "\u{7f}\u{2028}"));
        same(&BTreeMap::from([(LineId::from_uuid(uuid::Uuid::max()), Money::new(-5, Currency::COP))]));
        same(&serde_json::Map::<String, Value>::new());
        same(&jiff::Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn a_float_and_a_map_without_names_are_refused() {
        assert!(to_string(&1.5).is_err());
        assert!(to_string(&BTreeMap::from([(1, 2)])).is_err());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[\\x00-\\x7f]{0,70}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|map| json!(map)),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_written_as_serde_json_writes_it(value in any_json()) {
            prop_assert_eq!(to_string(&value).unwrap(), serde_json::to_string(&value).unwrap());
        }
    }
}
