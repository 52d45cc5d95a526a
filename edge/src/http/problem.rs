//! Refusals as the LAN sees them: RFC 9457 problems with a stable `code`.
//!
//! The table below is the one place where a code has its status, its title for programmers, its words for staff, and what
//! a caller should do about it; `docs/errors.md` is made of it.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::staff::Permission;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::journal::{CommandError, ReadError, StorageFault};

macro_rules! codes {
    ($($name:ident = $status:literal $code:literal, $title:literal, $spanish:literal, $advice:literal;)*) => {
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

            /// What a caller should do about it.
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

codes! {
    BodyMalformed = 400 "body.malformed", "The body is not JSON", "La solicitud no se entiende.",
        "Send JSON; `detail` says where it stops being that.";
    RequestMalformed = 400 "request.malformed", "A parameter or header cannot be read", "La solicitud no se entiende.",
        "Mend the parameter or header that `detail` names.";
    CredentialsMissing = 401 "credentials.missing", "Credentials are needed", "Identifíquese para continuar.",
        "Log in, or send a token.";
    CredentialsInvalid = 401 "credentials.invalid", "The credentials are not valid", "La sesión terminó. Identifíquese de nuevo.",
        "Keep what was typed, log in again or get a new token, and repeat.";
    PinWrong = 401 "pin.wrong", "The PIN is wrong", "PIN incorrecto.",
        "Ask for the PIN again.";
    DeviceUnpaired = 401 "device.unpaired", "The screen is not paired with the branch", "Esta pantalla no está vinculada. Pida un código al encargado.",
        "Pair the screen with a code that somebody who may gives out; a script sends a token.";
    OriginForeign = 403 "origin.foreign", "The request comes from another site", "La solicitud viene de otro sitio.",
        "Send it from the branch's own pages, or from a program that is no browser.";
    PermissionMissing = 403 "permission.missing", "The permission is missing", "No tiene permiso para hacer esto.",
        "Do not repeat it: somebody is needed who has the permission that `detail` names.";
    ApprovalRequired = 403 "approval.required", "Somebody has to approve it", "Se necesita la autorización de un encargado.",
        "Ask somebody who has `permission` for their PIN, and send the same with `approval` and the same key.";
    ApprovalRefused = 403 "approval.refused", "The approval is not one", "PIN de autorización incorrecto.",
        "Ask for the PIN again, of somebody who has the permission.";
    RoleAboveOwn = 403 "role.above_own", "That is more than whoever asks may do themselves", "No puede dar ni cambiar permisos que usted no tiene.",
        "Do not repeat it: somebody is needed who has the permission that `detail` names.";
    NotFound = 404 "not_found", "There is no such thing", "No existe.",
        "Do not repeat it: read the list again.";
    MethodNotAllowed = 405 "method.not_allowed", "The resource has no such method", "No se puede hacer eso aquí.",
        "Mend the program: the OpenAPI document says what can be done here.";
    LineVoided = 409 "line.voided", "The line was taken back already", "Ese producto ya fue anulado.",
        "Take it for done, and read the order again.";
    LineNotVoided = 409 "line.not_voided", "The line was not taken back", "Ese producto no fue anulado.",
        "Read the card again: nothing was taken back there.";
    LineNotFired = 409 "line.not_fired", "The kitchen is not to begin with this yet", "Eso todavía no está en cocina.",
        "Wait until the order is accepted, then repeat.";
    LinesWaiting = 409 "order.lines_waiting", "Lines of the order wait to be fired", "Hay platos en espera: márchelos o anúlelos primero.",
        "Fire what waits, or void it; then repeat.";
    OrderDiscounted = 409 "order.discounted", "The order is split or discounted", "El pedido tiene descuento o cuenta dividida: quítelos primero.",
        "Take the discounts back and undo the split first; then repeat.";
    TicketsNone = 409 "tickets.none", "No ticket of the order goes to a printer there", "No hay tiquetes para imprimir.",
        "Give the station a printer first; until then its tickets can be looked at as pictures.";
    PartOfCombo = 409 "line.part_of_combo", "The line is part of a combo", "Ese producto es parte de un combo: anule el combo completo.",
        "Take back the line that `part_of` names instead.";
    IllegalTransition = 409 "order.illegal_transition", "The order cannot go there from where it is", "El pedido ya no puede cambiar a ese estado.",
        "Read the order again, and offer what its status allows.";
    VersionConflict = 409 "order.version_conflict", "The order has changed meanwhile", "Otra persona cambió este pedido. Revíselo y repita.",
        "Show `current`, let a person decide, and repeat with its version.";
    ProductUnavailable = 409 "product.unavailable", "The product is not sold at the moment", "Ese producto no está disponible.",
        "Take the product off the order, and read the catalog again.";
    BranchPaused = 409 "branch.paused", "The branch takes no orders from outside for a while", "La sucursal está en pausa: por ahora no recibe pedidos de fuera.",
        "Tell the guest; `until` says when it is worth trying again, where that is known.";
    BranchClosed = 409 "branch.closed", "The branch is closed at the time the order is wanted", "La sucursal está cerrada a esa hora.",
        "Tell the guest; `until` says when it opens, where that is known: an order for then is taken now.";
    BeginningDone = 409 "beginning.done", "The branch began for real already", "La sucursal ya empezó de verdad: lo vendido no se aparta.",
        "Leave it: it happens once in a branch's life.";
    BeginningEnrolled = 409 "beginning.enrolled", "The cloud has what the branch sold", "La sucursal está en la nube: lo vendido ya está allá y no se aparta.",
        "Leave it: what is in the cloud stays.";
    BeginningShiftOpen = 409 "beginning.shift_open", "A shift is open", "Hay un turno de caja abierto. Ciérrelo primero.",
        "Have every drawer counted, then repeat.";
    BeginningFiscal = 409 "beginning.fiscal", "Receipts have numbers of the tax office", "Ya se dieron facturas con numeración de la DIAN: no son de prueba.",
        "Leave it: what was numbered was sold.";
    BeginningNothing = 409 "beginning.nothing", "Nothing was sold yet", "No hay pedidos de prueba que apartar.",
        "Simply begin.";
    CatalogMissing = 409 "catalog.missing", "The branch has no catalog yet", "La sucursal aún no tiene menú.",
        "Import a catalog first.";
    CatalogVersionConflict = 409 "catalog.version_conflict", "The catalog has changed meanwhile", "Otra persona cambió el menú. Revíselo y repita.",
        "Read the catalog again, make the change on it, and send it with its version.";
    FloorVersionConflict = 409 "floor.version_conflict", "The floor plan has changed meanwhile", "Otra persona cambió el plano. Ábralo de nuevo y repita.",
        "Read the plan again, make the change on it, and send it with its version.";
    RolesVersionConflict = 409 "roles.version_conflict", "The roles have changed meanwhile", "Otra persona cambió los roles. Ábralos de nuevo y repita.",
        "Read the roles again, make the change on them, and send them with their version.";
    OwnedByCloud = 409 "owned_by_cloud", "This is laid down in the cloud", "Esto se cambia en la nube, no en la sucursal.",
        "Change it in the cloud; the branch uses it from there.";
    OrderPaid = 409 "order.paid", "The order was paid", "El pedido ya está pagado: anúlelo con devolución.",
        "Send `refund` with the cancel, and give the money back.";
    ReceiptIssued = 409 "order.receipt_issued", "The order has a receipt", "El pedido ya tiene recibo: haga una devolución y un pedido nuevo.",
        "Offer a refund and a new order instead.";
    ReceiptNone = 409 "receipt.none", "The order has no receipt yet", "El pedido todavía no tiene recibo.",
        "Take what is due first: the receipt comes with it.";
    PrinterNone = 409 "printer.none", "No printer stands at the counter", "No hay impresora en la caja.",
        "Set up a printer that stands at the counter.";
    PrinterSilent = 409 "printer.silent", "The printer does not answer", "La impresora no responde.",
        "See that it is switched on and that its cable is in; `detail` says what happened.";
    SplitBegun = 409 "split.begun", "A part of the split was paid already", "Ya se pagó una parte de la cuenta dividida.",
        "Take the other parts as they are; what is to change needs a refund of the paid parts first.";
    ShiftNoneOpen = 409 "shift.none_open", "There is no open shift", "No tiene turno de caja abierto.",
        "Offer to open a shift, then repeat with the same key.";
    ShiftAlreadyOpen = 409 "shift.already_open", "There is an open shift already", "Ya tiene un turno de caja abierto.",
        "Read the current shift, and go on with it or close it.";
    ShiftDrawerTaken = 409 "shift.drawer_taken", "Somebody else answers for the drawer", "Otra persona tiene abierta esa caja.",
        "Name another drawer, or have the other shift closed first.";
    ShiftClosed = 409 "shift.closed", "The shift was counted already", "El turno ya está cerrado.",
        "Read the closures: the shift's count is there.";
    AlertClosed = 409 "alert.closed", "The alert is over", "Esa alerta ya se resolvió.",
        "Take it off the screen, and read the list again.";
    JobBeingSent = 409 "job.being_sent", "Bytes of the job are leaving, or have left", "Ese tiquete ya va en camino a la impresora.",
        "Wait until it is printed or in doubt, then look again.";
    JobEnded = 409 "job.ended", "The job has ended", "Ese tiquete ya terminó.",
        "Read the list of jobs again; a ticket that came out is printed again from its order.";
    LastManager = 409 "staff.last_manager", "Somebody has to run the branch", "Debe quedar al menos un dueño o administrador.",
        "Make somebody else owner or admin first.";
    AttendanceAlreadyIn = 409 "attendance.already_in", "They are clocked in already", "Ya marcó la entrada.",
        "Offer to clock out instead.";
    AttendanceNotIn = 409 "attendance.not_in", "They are not clocked in", "No ha marcado la entrada.",
        "Offer to clock in instead.";
    AttendanceForgotten = 409 "attendance.forgotten", "They came too long ago to go only now", "Esa entrada es de hace más de 16 horas: el encargado pone la salida que faltó.",
        "Have somebody with `staff.hours` say when they went; whoever comes now clocks in.";
    AttendanceOverlaps = 409 "attendance.overlaps", "They have another stay at that time", "Se cruza con otra entrada de la misma persona.",
        "Read the stays of that day again, and correct the other one first.";
    CustomerChanged = 409 "customer.version_conflict", "The card has changed meanwhile", "Otra persona cambió esta ficha. Revísela y repita.",
        "Read the card again, let a person decide, and repeat with its version.";
    CustomerBlocked = 409 "customer.blocked", "The branch does not sell to this guest", "Este cliente está bloqueado: vea las notas de su ficha.",
        "Show the card's notes; somebody who may makes it active again, or the order is taken without the card.";
    PhoneTaken = 409 "customer.phone_taken", "The phone number is on another card", "Ya hay una ficha con ese teléfono.",
        "Look the number up, and use the card there is.";
    NameTaken = 409 "name.taken", "The name is taken", "Ese nombre ya está en uso.",
        "Ask for another name.";
    PairingCodeExpired = 410 "pairing.code_expired", "The pairing code is over", "Ese código ya venció. Pida uno nuevo.",
        "Ask for a new code: one is good once and for ten minutes, and void when too many wrong ones were typed.";
    BodyTooLarge = 413 "body.too_large", "The body is larger than a request may be", "La solicitud es demasiado grande.",
        "Send less: 1 MiB at most, and 16 MiB of a catalog.";
    PictureTooLarge = 413 "picture.too_large", "The picture has more bytes or pixels than are unpacked",
        "La foto es demasiado grande: como máximo 5 MB y 24 megapíxeles.",
        "Make the picture smaller: 5 MB and 24 million pixels are the most.";
    MediaType = 415 "media_type.unsupported", "The body must be of the media type the route names, mostly application/json", "La solicitud no se entiende.",
        "Send the body with `Content-Type: application/json`.";
    HostUnknown = 421 "host.unknown", "The request is for another host", "Dirección desconocida.",
        "Use the branch's address, or have the name added to those it answers for.";
    FieldInvalid = 422 "field.invalid", "A field is not as it should be", "Un dato no es válido.",
        "Mend the fields that `errors` names.";
    PictureUnusable = 422 "picture.unusable", "The file is no picture that can be printed",
        "Esa imagen no sirve: elige un PNG de hasta 256 KB.",
        "Upload a PNG of at most 256 KB and 4096 pixels a side, with something on it.";
    PictureUnreadable = 422 "picture.unreadable", "The file is no picture that can be read",
        "Esa foto no se pudo leer: elija una JPEG, PNG o WebP.",
        "Upload a JPEG, PNG or WebP that other programs can show.";
    CommandTooLarge = 422 "command.too_large", "The command is larger than 256 KiB", "El pedido es demasiado grande.",
        "Send less, in several requests if need be.";
    PairingCodeWrong = 422 "pairing.code_wrong", "Nobody gave this pairing code out", "Ese código no es. Revíselo.",
        "Ask for the code again; one that was used is as one that never was.";
    ProductUnknown = 422 "product.unknown", "There is no such product", "Un producto no existe en el menú.",
        "Read the catalog again, and mend the line that `errors` names.";
    QuantityOutOfRange = 422 "quantity.out_of_range", "The quantity is out of range", "La cantidad no es válida.",
        "Ask for 1 to 1000 in a line, and for more in another.";
    ModifierUnknown = 422 "modifier.unknown", "The product has no such modifier", "Una opción no existe para ese producto.",
        "Read the catalog again, and ask for the choice anew.";
    ModifierMissing = 422 "modifier.missing", "A choice that must be made was not", "Falta elegir una opción.",
        "Ask for the choice that `detail` names.";
    ModifierExcess = 422 "modifier.excess", "More was chosen than may be", "Hay demasiadas opciones elegidas.",
        "Ask which to leave out; `detail` says how many may stay.";
    ChoiceUnknown = 422 "choice.unknown", "The combo does not offer this", "El combo no ofrece una de las partes elegidas.",
        "Read the catalog again, and ask for the combo's parts anew.";
    ChoiceMissing = 422 "choice.missing", "A part of the combo that must be chosen was not", "Falta elegir una parte del combo.",
        "Ask for the part that `detail` names.";
    ChoiceExcess = 422 "choice.excess", "More parts of the combo were chosen than may be", "Hay demasiadas partes elegidas en el combo.",
        "Ask which part to leave out; `detail` says how many may stay.";
    LinesMissing = 422 "lines.missing", "An order has at least one line", "El pedido está vacío.",
        "Send at least one line.";
    LinesTooMany = 422 "lines.too_many", "An order has at most 200 lines", "El pedido tiene demasiados productos.",
        "Make two orders of it.";
    AmountTooLarge = 422 "amount.too_large", "The amount does not fit", "El valor es demasiado grande.",
        "Mend the quantity, or the price in the catalog.";
    PaymentAboveDue = 422 "payment.above_due", "The payment is more than is due", "El pago es mayor que lo que falta por pagar.",
        "Read the order again, and take what is due; somebody else may have taken a payment meanwhile.";
    PaymentReceivedShort = 422 "payment.received_short", "Less was handed over than is to be paid with it", "Lo recibido no alcanza para ese pago.",
        "Ask for more, or take a smaller payment and the rest another way.";
    DiscountExcess = 422 "discount.excess", "More would be taken off than it costs", "El descuento es mayor que el precio.",
        "Ask for 100 % or less, or for no more than it costs by now.";
    DiscountUnknown = 422 "discount.unknown", "The order has no such discount", "Ese descuento no está en el pedido.",
        "Read the order again.";
    SplitInvalid = 422 "split.invalid", "The bill cannot be split like this", "La cuenta no se puede dividir así.",
        "Ask for 2 to 50 parts, of an order that something is due of.";
    SplitEmptyPart = 422 "split.empty_part", "A part of the split has nothing to pay", "Una parte de la cuenta queda vacía.",
        "Give every part something to pay, or make fewer parts.";
    SplitSum = 422 "split.sum", "The parts do not sum to what is due", "Las partes no suman lo que falta por pagar.",
        "Read the order again, and mend the amounts: `detail` says what is due.";
    SplitIncomplete = 422 "split.incomplete", "A line is not wholly somebody's", "Falta repartir un producto completo.",
        "Give each line to somebody: its shares sum to 1000.";
    SplitPartMissing = 422 "split.part_missing", "The bill is split and no part is named", "Elija qué parte de la cuenta se paga.",
        "Ask which part is paid, and name it in `part`.";
    SplitPartUnknown = 422 "split.part_unknown", "The bill has no such part", "Esa parte de la cuenta no existe.",
        "Read the order again.";
    RefundAbovePayment = 422 "refund.above_payment", "More would be given back than was paid", "No se puede devolver más de lo que se pagó.",
        "Read the order again: `payments` says what is left of each.";
    AmountInvalid = 422 "amount.invalid", "The amount is not one that can be taken", "El valor no es válido.",
        "Ask for an amount above zero; where nothing moves, for none.";
    CustomerUnknown = 422 "customer.unknown", "There is no such card of a guest", "La ficha del cliente no existe.",
        "Look the guest up again, or take the order without the card.";
    ConsentMissing = 422 "consent.missing", "A card is kept only with the guest's consent", "Falta la autorización del cliente para guardar sus datos.",
        "Ask the guest, and send the words they were asked in.";
    PaymentCodeInvalid = 422 "payment_code.invalid", "The payment code cannot be used", "Ese código de pago no sirve: cópielo completo, como lo dio el banco.",
        "Ask for the static code again, copied whole; `detail` says what is wrong with this one.";
    CountInvalid = 422 "count.invalid", "The count cannot be read", "El conteo no es válido.",
        "Send each value once with how many there are, each worth more than nothing.";
    ReasonMissing = 422 "reason.missing", "A reason is needed", "Escriba el motivo.",
        "Ask for a reason, and repeat with it.";
    LineUnknown = 422 "line.unknown", "The order has no such line", "Ese producto no está en el pedido.",
        "Read the order again.";
    TemplateIncomplete = 422 "template.incomplete", "The template lacks what the paper needs, or has what it may not",
        "Al papel le falta algo que debe llevar, o lleva algo de más.",
        "Mend what `errors` names: some blocks must stand there once, others not at all.";
    TemplateOverflow = 422 "template.overflow", "A word is wider than a printer's paper",
        "Una palabra no cabe en el papel de una impresora: use letra más pequeña o palabras más cortas.",
        "Make the word that `errors` names smaller or shorter.";
    StationUnknown = 422 "station.unknown", "The station does not make this", "Eso no se prepara en esa estación.",
        "Read the stations again, and name one that makes this.";
    PrinterUnknown = 422 "printer.unknown", "There is no such printer", "Esa impresora no existe.",
        "Read the printers again, and name one that is in use.";
    CatalogInvalid = 422 "catalog.invalid", "Rows of the catalog are not valid; nothing was imported", "El archivo del menú tiene errores; no se cambió nada.",
        "Mend every row that `errors` names, and import the whole file again.";
    KeyReused = 422 "idempotency_key.reused", "The idempotency key was used for another request", "La solicitud ya se usó para otra cosa.",
        "Make a new key for each new thing; with a key, never send anything but what it was made for.";
    KeyMissing = 428 "idempotency_key.missing", "An Idempotency-Key is needed", "La solicitud no se entiende.",
        "Make a key, keep it until there is an answer, and send it along.";
    WebSocketNeeded = 426 "websocket.needed", "The resource is a WebSocket", "La solicitud no se entiende.",
        "Open it as a WebSocket.";
    VersionRequired = 428 "version.required", "If-Match with the version that is meant is needed", "Falta la versión de lo que se cambia.",
        "Read what is to be changed, and send its version in `If-Match`.";
    PairingLocked = 429 "pairing.locked", "Too many wrong pairing codes from there", "Demasiados códigos equivocados. Espere un momento.",
        "Wait for `Retry-After` seconds, then ask for the code again.";
    PinLocked = 429 "pin.locked", "Too many wrong PINs", "Demasiados intentos. Espere un momento.",
        "Wait for `Retry-After` seconds, then ask for the PIN again.";
    DeviceLocked = 429 "device.locked", "Too many wrong PINs on this screen", "Demasiados PIN equivocados en esta pantalla. Espere, o un encargado la desbloquea con su PIN.",
        "Wait for `Retry-After` seconds; or have somebody with `devices.manage` log in there, whose PIN unlocks the screen.";
    RequestsTooMany = 429 "requests.too_many", "Too many requests from there", "Demasiadas consultas. Espere un momento.",
        "Ask again after `Retry-After` seconds, and less often.";
    Internal = 500 "internal", "An internal error", "Ocurrió un error. Intente de nuevo.",
        "Send the same request with the same key once more; if it fails again, report it with the branch's log.";
    Busy = 503 "busy", "Too many wait already", "El sistema está ocupado. Intente de nuevo.",
        "Send the same request with the same key again after `Retry-After` seconds.";
    LiveFull = 503 "live.full", "Too many screens are connected", "Hay demasiadas pantallas conectadas. Cierre las que no se usan.",
        "Connect again with a pause; somebody should close screens that nobody looks at.";
    Stopping = 503 "stopping", "The branch is stopping", "El sistema se está reiniciando.",
        "Send the same request with the same key again after `Retry-After` seconds, until the branch is back.";
    DiskFull = 503 "disk.full", "The disk is full", "No queda espacio en el disco. Nada se perdió; libere espacio.",
        "Tell somebody to free space, and send the same request with the same key again until it is taken.";
    DiskReadOnly = 503 "disk.read_only", "The disk takes no writes", "El disco no permite guardar. Llame a soporte.",
        "Call support: nothing can be kept until the disk takes writes again.";
    DatabaseDamaged = 503 "database.damaged", "The database is damaged", "La base de datos está dañada. Llame a soporte.",
        "Call support before anything else is tried.";
    StorageFailed = 503 "storage.failed", "The database failed", "No se pudo guardar. Intente de nuevo.",
        "Send the same request with the same key again after `Retry-After` seconds; if it keeps failing, call support.";
    TooSlow = 503 "read.too_slow", "The question took too long", "La consulta tardó demasiado.",
        "Ask for less: fewer days, a shorter page.";
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
    /// The permission that somebody has to approve with.
    pub permission: Option<Permission>,
    /// After how many seconds it is worth trying again.
    pub retry_after: Option<u32>,
    /// Until when it will be refused.
    pub until: Option<Timestamp>,
}

/// A refusal as it is sent, `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:comanda:problem:product.unknown", "title": "There is no such product", "status": 422,
    "code": "product.unknown", "message": "Un producto no existe en el menú.",
    "detail": "line 2: no product is called «salchipapa-gigante»",
    "errors": [{
        "field": "lines[2].product", "code": "product.unknown",
        "detail": "line 2: no product is called «salchipapa-gigante»",
    }],
}))]
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
    /// The permission that somebody has to approve with, where an approval is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<Permission>,
    /// When a branch that is paused or closed takes orders again, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
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
        Self { code, detail: None, errors: Vec::new(), current: None, permission: None, retry_after, until: None }
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
            permission: self.permission,
            until: self.until,
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
            assert!(code.spanish().ends_with('.') && code.advice().ends_with('.'), "{code:?}");
        }
    }
}
