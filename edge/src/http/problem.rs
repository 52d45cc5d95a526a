//! Refusals as the LAN sees them: RFC 9457 problems with a stable `code`.
//!
//! The table below is the one place where a code has its status, its title for programmers and its words for staff.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::journal::{CommandError, ReadError, StorageFault};

macro_rules! codes {
    ($($name:ident = $status:literal $code:literal, $title:literal, $spanish:literal;)*) => {
        /// What went wrong, stable for programs.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The status it is answered with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// For programmers.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What staff read.
            pub const fn spanish(self) -> &'static str {
                match self { $(Self::$name => $spanish,)* }
            }
        }
    };
}

codes! {
    BodyMalformed = 400 "body.malformed", "The body is not JSON", "La solicitud no se entiende.";
    RequestMalformed = 400 "request.malformed", "A parameter or header cannot be read", "La solicitud no se entiende.";
    CredentialsMissing = 401 "credentials.missing", "Credentials are needed", "Identifíquese para continuar.";
    CredentialsInvalid = 401 "credentials.invalid", "The credentials are not valid", "La sesión terminó. Identifíquese de nuevo.";
    PinWrong = 401 "pin.wrong", "The PIN is wrong", "PIN incorrecto.";
    OriginForeign = 403 "origin.foreign", "The request comes from another site", "La solicitud viene de otro sitio.";
    PermissionMissing = 403 "permission.missing", "The permission is missing", "No tiene permiso para hacer esto.";
    NotFound = 404 "not_found", "There is no such thing", "No existe.";
    MethodNotAllowed = 405 "method.not_allowed", "The resource has no such method", "No se puede hacer eso aquí.";
    LineVoided = 409 "line.voided", "The line was taken back already", "Ese producto ya fue anulado.";
    LineNotVoided = 409 "line.not_voided", "The line was not taken back", "Ese producto no fue anulado.";
    LineNotFired = 409 "line.not_fired", "The kitchen is not to begin with this yet", "Eso todavía no está en cocina.";
    TicketsNone = 409 "tickets.none", "No ticket of the order goes to a printer there", "No hay tiquetes para imprimir.";
    PartOfCombo = 409 "line.part_of_combo", "The line is part of a combo", "Ese producto es parte de un combo: anule el combo completo.";
    IllegalTransition = 409 "order.illegal_transition", "The order cannot go there from where it is", "El pedido ya no puede cambiar a ese estado.";
    VersionConflict = 409 "order.version_conflict", "The order has changed meanwhile", "Otra persona cambió este pedido. Revíselo y repita.";
    ProductUnavailable = 409 "product.unavailable", "The product is not sold at the moment", "Ese producto no está disponible.";
    CatalogMissing = 409 "catalog.missing", "The branch has no catalog yet", "La sucursal aún no tiene menú.";
    NameTaken = 409 "name.taken", "The name is taken", "Ese nombre ya está en uso.";
    BodyTooLarge = 413 "body.too_large", "The body is larger than a request may be", "La solicitud es demasiado grande.";
    MediaType = 415 "media_type.unsupported", "The body must be application/json", "La solicitud no se entiende.";
    HostUnknown = 421 "host.unknown", "The request is for another host", "Dirección desconocida.";
    FieldInvalid = 422 "field.invalid", "A field is not as it should be", "Un dato no es válido.";
    CommandTooLarge = 422 "command.too_large", "The command is larger than 256 KiB", "El pedido es demasiado grande.";
    ProductUnknown = 422 "product.unknown", "There is no such product", "Un producto no existe en el menú.";
    QuantityOutOfRange = 422 "quantity.out_of_range", "The quantity is out of range", "La cantidad no es válida.";
    ModifierUnknown = 422 "modifier.unknown", "The product has no such modifier", "Una opción no existe para ese producto.";
    ModifierMissing = 422 "modifier.missing", "A choice that must be made was not", "Falta elegir una opción.";
    ModifierExcess = 422 "modifier.excess", "More was chosen than may be", "Hay demasiadas opciones elegidas.";
    ChoiceUnknown = 422 "choice.unknown", "The combo does not offer this", "El combo no ofrece una de las partes elegidas.";
    ChoiceMissing = 422 "choice.missing", "A part of the combo that must be chosen was not", "Falta elegir una parte del combo.";
    ChoiceExcess = 422 "choice.excess", "More parts of the combo were chosen than may be", "Hay demasiadas partes elegidas en el combo.";
    LinesMissing = 422 "lines.missing", "An order has at least one line", "El pedido está vacío.";
    LinesTooMany = 422 "lines.too_many", "An order has at most 200 lines", "El pedido tiene demasiados productos.";
    AmountTooLarge = 422 "amount.too_large", "The amount does not fit", "El valor es demasiado grande.";
    ReasonMissing = 422 "reason.missing", "A reason is needed", "Escriba el motivo.";
    LineUnknown = 422 "line.unknown", "The order has no such line", "Ese producto no está en el pedido.";
    StationUnknown = 422 "station.unknown", "The station does not make this", "Eso no se prepara en esa estación.";
    CatalogInvalid = 422 "catalog.invalid", "Rows of the catalog are not valid; nothing was imported", "El archivo del menú tiene errores; no se cambió nada.";
    KeyReused = 422 "idempotency_key.reused", "The idempotency key was used for another request", "La solicitud ya se usó para otra cosa.";
    KeyMissing = 428 "idempotency_key.missing", "An Idempotency-Key is needed", "La solicitud no se entiende.";
    WebSocketNeeded = 426 "websocket.needed", "The resource is a WebSocket", "La solicitud no se entiende.";
    VersionRequired = 428 "version.required", "If-Match with the order's version is needed", "Falta la versión del pedido.";
    PinLocked = 429 "pin.locked", "Too many wrong PINs", "Demasiados intentos. Espere un momento.";
    Internal = 500 "internal", "An internal error", "Ocurrió un error. Intente de nuevo.";
    Busy = 503 "busy", "Too many wait already", "El sistema está ocupado. Intente de nuevo.";
    LiveFull = 503 "live.full", "Too many screens are connected", "Hay demasiadas pantallas conectadas. Cierre las que no se usan.";
    Stopping = 503 "stopping", "The branch is stopping", "El sistema se está reiniciando.";
    DiskFull = 503 "disk.full", "The disk is full", "No queda espacio en el disco. Nada se perdió; libere espacio.";
    DiskReadOnly = 503 "disk.read_only", "The disk takes no writes", "El disco no permite guardar. Llame a soporte.";
    DatabaseDamaged = 503 "database.damaged", "The database is damaged", "La base de datos está dañada. Llame a soporte.";
    StorageFailed = 503 "storage.failed", "The database failed", "No se pudo guardar. Intente de nuevo.";
    TooSlow = 503 "read.too_slow", "The question took too long", "La consulta tardó demasiado.";
}

/// A field that is not as it should be, or a row of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where: `lines[2].product`.
    pub field: String,
    /// Which kind of mistake.
    pub code: String,
    /// In words.
    pub detail: String,
}

/// A refusal.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// What went wrong.
    pub code: Code,
    /// In words, with what it was about.
    pub detail: Option<String>,
    /// The fields at fault.
    pub errors: Vec<FieldProblem>,
    /// The thing as it is now, where that helps to go on.
    pub current: Option<serde_json::Value>,
    /// After how many seconds it is worth trying again.
    pub retry_after: Option<u32>,
}

/// A refusal as it is sent, `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// `urn:comanda:problem:` and the code.
    r#type: String,
    /// For programmers.
    title: &'static str,
    status: u16,
    code: Code,
    /// What staff read.
    message: &'static str,
    /// What it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The fields at fault, or the rows of a file.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldProblem],
    /// The order as it is now, where another version of it was meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::orders::wire::OrderView>)]
    current: Option<&'a serde_json::Value>,
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let names = Self::ALL.iter().map(|code| code.as_str());
        Object::builder().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProblemCode")
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        let retry_after = matches!(code.status(), 503).then_some(1);
        Self { code, detail: None, errors: Vec::new(), current: None, retry_after }
    }
}

impl Problem {
    /// The same with what it was about.
    pub fn detail(self, detail: impl std::fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..self }
    }

    /// The same with the field at fault.
    pub fn at(mut self, field: impl Into<String>, detail: impl std::fmt::Display) -> Self {
        let (code, detail) = (self.code.as_str().to_owned(), detail.to_string());
        self.errors.push(FieldProblem { field: field.into(), code, detail });
        self
    }

    /// The body as it is sent.
    pub fn to_json(&self) -> serde_json::Value {
        let body = ProblemBody {
            r#type: format!("urn:comanda:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status(),
            code: self.code,
            message: self.code.spanish(),
            detail: self.detail.as_deref(),
            errors: &self.errors,
            current: self.current.as_ref(),
        };
        serde_json::to_value(body).expect("a problem is plain data, which JSON can always hold")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.to_json())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        let code = match &error {
            ReadError::TooSlow => Code::TooSlow,
            ReadError::Open(_) | ReadError::Read(_) => Code::StorageFailed,
            ReadError::Panicked => Code::Internal,
        };
        tracing::error!(error = &error as &dyn std::error::Error, "a question could not be answered");
        code.into()
    }
}

impl From<StorageFault> for Problem {
    fn from(fault: StorageFault) -> Self {
        match fault {
            StorageFault::DiskFull => Code::DiskFull,
            StorageFault::ReadOnly => Code::DiskReadOnly,
            StorageFault::Damaged(_) => Code::DatabaseDamaged,
            StorageFault::Failed(_) => Code::StorageFailed,
        }
        .into()
    }
}

impl<E: Into<Self>> From<CommandError<E>> for Problem {
    fn from(error: CommandError<E>) -> Self {
        match error {
            CommandError::Refused(refusal) => refusal.into(),
            CommandError::KeyReused => Code::KeyReused.into(),
            CommandError::Busy => Code::Busy.into(),
            CommandError::Stopped => Code::Stopping.into(),
            CommandError::Storage(fault) => fault.into(),
            CommandError::Panicked => Code::Internal.into(),
        }
    }
}

impl From<std::convert::Infallible> for Problem {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_named_once_and_has_words_for_staff() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(StatusCode::from_u16(code.status()).is_ok_and(|status| !status.is_success()), "{code:?}");
            assert!(code.spanish().ends_with('.'), "{code:?}");
        }
    }
}
