//! What staff read of an alert, and what they should do: one table of every matter there is.

use comanda_shared::alert::Matter;

/// What is wrong, and what to do about it, in Spanish.
pub fn words(matter: &Matter) -> (String, &'static str) {
    match matter {
        Matter::PrinterDown { name, .. } => (
            format!("La impresora «{name}» no responde."),
            "Revise que esté encendida y conectada a la red. Los tiquetes esperan y saldrán al volver.",
        ),
        Matter::PrinterPaperOut { name, .. } => (
            format!("La impresora «{name}» no tiene papel."),
            "Cambie el rollo. Lo que falta sale solo al cerrar la tapa.",
        ),
        Matter::PrinterCoverOpen { name, .. } => {
            (format!("La impresora «{name}» tiene la tapa abierta."), "Cierre la tapa.")
        }
        Matter::TicketEndangered { number, name, .. } => (
            format!("El tiquete del pedido {number} no sale en «{name}»."),
            "Avise a la cocina de viva voz y revise la impresora.",
        ),
        Matter::TicketByHand { number, station, .. } => (
            format!("Imprimir a mano: pedido {number} para {station}."),
            "Ninguna impresora puede. Muestre o copie el tiquete y toque «Yo me encargo».",
        ),
        Matter::QueueLong { name, waiting, .. } => (
            format!("Hay {waiting} tiquetes en espera en «{name}»."),
            "La impresora no da abasto. Pase una estación a otra impresora.",
        ),
        Matter::QueueHeld { name, waiting, .. } => (
            format!("«{name}» volvió y hay {waiting} tiquetes viejos retenidos."),
            "Diga si se imprimen, se resumen o se descartan.",
        ),
    }
}
