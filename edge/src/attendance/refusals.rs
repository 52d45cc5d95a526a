//! Refusals of clocking as problems: which code, and which field of the request is at fault.

use comanda_shared::attendance::AttendanceRejection as Rejection;

use crate::http::extract::IdempotencyKey;
use crate::http::openapi::refusals;
use crate::http::problem::{Code, Problem};

refusals! {
    /// Of whoever comes.
    ClockingIn:
        &[Code::PinWrong, Code::PinLocked, Code::DeviceLocked, Code::FieldInvalid, Code::Busy, Code::AttendanceAlreadyIn],
        IdempotencyKey::REFUSALS;
    /// Of whoever goes.
    ClockingOut:
        &[Code::PinWrong, Code::PinLocked, Code::DeviceLocked, Code::FieldInvalid, Code::Busy, Code::AttendanceNotIn],
        &[Code::AttendanceForgotten], IdempotencyKey::REFUSALS;
    /// Of a stay that is to have other times.
    Correcting:
        &[Code::NotFound, Code::FieldInvalid, Code::ReasonMissing, Code::AttendanceOverlaps];
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let (code, field) = match &rejection {
            Rejection::NotHere => (Code::PinWrong, None),
            Rejection::AlreadyIn { .. } => (Code::AttendanceAlreadyIn, None),
            Rejection::NotIn => (Code::AttendanceNotIn, None),
            Rejection::Forgotten { .. } => (Code::AttendanceForgotten, None),
            Rejection::Unknown => (Code::NotFound, None),
            Rejection::Reason => (Code::ReasonMissing, Some("reason")),
            Rejection::InFuture => (Code::FieldInvalid, Some("in_at")),
            Rejection::OutBeforeIn | Rejection::OutMissing | Rejection::TooLong => (Code::FieldInvalid, Some("out_at")),
            Rejection::Overlaps { .. } => (Code::AttendanceOverlaps, None),
        };
        match field {
            Some(field) => Self::from(code).at(field, rejection),
            None => Self::from(code).detail(rejection),
        }
    }
}
