//! The shapes, in an OpenAPI document, of what is written as one text.

use std::borrow::Cow;

use utoipa::openapi::schema::{Object, ObjectBuilder, Schema};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::money::{Currency, Money};
use crate::printer::PrinterAddress;
use crate::staff::Role;
use crate::time::LocalInstant;

fn text(description: &str, example: &str) -> ObjectBuilder {
    Object::builder().schema_type(Type::String).description(Some(description)).examples([example])
}

macro_rules! texts {
    ($($type:ident as $name:literal = $shape:expr;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $shape.into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )*};
}

texts! {
    Currency as "Currency" = text("An ISO 4217 code.", "COP").pattern(Some("^[A-Z]{3}$"));
    Money as "Money" = text("Minor units of a currency.", "COP 1850000").pattern(Some("^[A-Z]{3} -?[0-9]+$"));
    PrinterAddress as "PrinterAddress" = text("`tcp://HOST:PORT`, `usb:/dev/usb/lp0`, `serial:/dev/ttyUSB0?baud=9600&flow=none`, or `virtual:`.", "tcp://192.168.1.50:9100");
    Role as "Role" = text("owner, admin, limited_admin, cashier, waiter, kitchen, rider, employee, or the id of one of the company's own.", "cashier");
    LocalInstant as "Instant" = text("An instant, with the branch's offset.", "2026-11-22T13:30:00.000-05:00")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
}
