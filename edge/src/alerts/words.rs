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
        Matter::PrinterNew { says, number, .. } => (
            match says.as_str() {
                "" => format!("Impresora nueva: la número {number}."),
                says => format!("Impresora nueva: {says}, la número {number}."),
            },
            "En Administración, Impresoras, toque la estación que imprime ahí.",
        ),
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
        Matter::DiskLow { free_mib } => (
            format!("Queda poco espacio en el disco del equipo: {free_mib} MiB."),
            "Borre copias viejas o archivos ajenos, o cambie a un disco más grande. Sin espacio no se pueden tomar pedidos.",
        ),
        Matter::DiskSlow { commit_ms } => (
            format!("El disco del equipo está muy lento: {commit_ms} ms por guardado."),
            "Cierre otros programas del equipo. Si sigue igual, cambie el disco por un SSD.",
        ),
        Matter::BackupOld { hours: Some(hours) } => (
            format!("La última copia de seguridad es de hace {hours} horas."),
            "Haga una copia ahora y revise el espacio y la carpeta de copias.",
        ),
        Matter::BackupOld { hours: None } => (
            "No hay ninguna copia de seguridad.".to_owned(),
            "Haga una copia ahora y revise el espacio y la carpeta de copias.",
        ),
        Matter::ClockJumped { seconds } => (
            format!("El reloj del equipo se movió {} {}.", lasting(*seconds), direction(*seconds)),
            "Revise la fecha y la hora del equipo. Los pedidos siguen en orden.",
        ),
        Matter::ClockUnkept {} => (
            "Nada mantiene al día la hora del equipo.".to_owned(),
            "Active la sincronización de la hora. Sin internet el reloj se desvía unos segundos por semana.",
        ),
        Matter::SyncBehind { waiting, hours } => (
            format!("Hace {hours} horas que la nube no recibe lo de esta sucursal ({waiting} registros)."),
            "La sucursal sigue vendiendo. Revise el internet; al volver se envía todo.",
        ),
        Matter::CertificateEnding { days } if *days < 0 => (
            "El certificado de este equipo para la nube venció.".to_owned(),
            "Conecte el equipo a internet para que se renueve, o vuelva a inscribirlo con un código nuevo.",
        ),
        Matter::CertificateEnding { days } => (
            format!("El certificado de este equipo para la nube vence en {days} días."),
            "Conecte el equipo a internet para que se renueve, o vuelva a inscribirlo con un código nuevo.",
        ),
        Matter::FiscalEnding { left: 0, .. } => (
            "Se acabó la numeración autorizada: los recibos salen sin ella.".to_owned(),
            "Pida a la DIAN un rango nuevo y escríbalo en Ajustes.",
        ),
        Matter::FiscalEnding { left, days } => (
            format!("A la numeración autorizada le quedan {left} números y {days} días."),
            "Pida a la DIAN un rango nuevo y escríbalo en Ajustes antes de que se acabe.",
        ),
        Matter::JournalBroken { sequence } => (
            format!("Alguien cambió el diario por fuera de Comanda (entrada {sequence})."),
            "Guarde el equipo como está y llame a soporte.",
        ),
        Matter::FollowerFailing { name, failures } => (
            format!("Una parte de Comanda falla y se reinicia sola («{name}», {failures} veces)."),
            "La venta sigue. Descargue el informe de soporte y envíelo.",
        ),
    }
}

fn lasting(seconds: i64) -> String {
    match seconds.unsigned_abs() {
        few @ ..7200 => format!("{} minutos", few / 60),
        some @ 7200..172_800 => format!("{} horas", some / 3600),
        many => format!("{} días", many / 86_400),
    }
}

const fn direction(seconds: i64) -> &'static str {
    if seconds < 0 { "hacia atrás" } else { "hacia adelante" }
}

#[cfg(test)]
mod tests {
    use comanda_shared::alert::AlertKind;

    #[test]
    fn the_page_for_operations_says_of_every_alert_when_it_is_raised_and_when_it_is_over() {
        let page = include_str!("../../../docs/operations.md");
        for kind in AlertKind::ALL {
            assert!(page.contains(&format!("`{}`", kind.as_str())), "{} is not on the page", kind.as_str());
        }
    }
}
