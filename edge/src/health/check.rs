//! Everything the doctor looks at, as data: key, name, and what to do when it is not good.

use serde::Serialize;

/// How something is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// As it should be.
    Good,
    /// The branch sells; somebody should see to it these days.
    Attention,
    /// The branch does not sell, or may lose something: somebody must act now.
    Bad,
}

impl Grade {
    /// For people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "bien",
            Self::Attention => "atención",
            Self::Bad => "MAL",
        }
    }
}

macro_rules! checks {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $title:literal, $advice:literal;)*) => {
        /// Something the doctor looks at.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Check {
            $($(#[$doc])* $name,)*
        }

        impl Check {
            /// All of them, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What programs and `docs/operations.md` call it.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// What people call it.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What to do when it is not good.
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

checks! {
    /// Room where the data is.
    DiskSpace = "disk.space", "Espacio en disco", "Libere espacio: borre copias viejas o archivos ajenos, o cambie a un disco más grande. Sin espacio no se pueden tomar pedidos.";
    /// Places for files where the data is.
    DiskInodes = "disk.inodes", "Archivos en disco", "Hay demasiados archivos pequeños en el disco: borre los que no son de Comanda.";
    /// Whether the disk takes writes.
    DiskWrites = "disk.writes", "Escritura en disco", "El disco no permite guardar. Reinicie el equipo; si sigue igual, el disco falló: restaure la última copia en otro equipo.";
    /// How long a flush takes.
    DiskFlushSpeed = "disk.flush_speed", "Velocidad de guardado", "El disco es muy lento al guardar. Cámbielo por un SSD; no use memorias USB ni tarjetas SD.";
    /// Whether a flush is one.
    DiskFlushHonesty = "disk.flush_honesty", "Honestidad del disco", "El disco responde más rápido de lo que un disco puede: quizá pierda pedidos si se va la luz. Use un disco de otra marca o una UPS.";
    /// The kind of file system.
    DiskFileSystem = "disk.file_system", "Sistema de archivos", "Ponga los datos en un disco con ext4. En FAT, red o memoria se pierden datos con un corte de luz.";
    /// How it is mounted.
    DiskMount = "disk.mount", "Opciones de montaje", "Quite nobarrier y data=writeback de /etc/fstab y reinicie: con ellas un corte de luz daña la base.";
    /// What the disk says of itself.
    DiskSmart = "disk.smart", "Estado del disco", "El disco avisa que se está dañando: haga una copia en otro disco hoy y cámbielo.";
    /// Who may read the folder.
    FolderPrivate = "folder.private", "Permisos de la carpeta", "Otros usuarios del equipo pueden leer los datos. Ejecute: chmod 700 en la carpeta de datos y 600 en los archivos pepper y backup.key.";
    /// The key of PINs.
    FolderPepper = "folder.pepper", "Llave de los PIN", "Falta el archivo pepper o está dañado: los PIN no funcionan. Restaure la última copia.";
    /// The wall clock.
    ClockPlausible = "clock.plausible", "Fecha del equipo", "La fecha del equipo está mal: corríjala y cambie la pila de la placa si vuelve a pasar.";
    /// The wall clock beside the journal.
    ClockJournal = "clock.journal", "Reloj y pedidos", "El reloj se atrasó o se adelantó frente a los pedidos: revise la hora. Los pedidos siguen en orden.";
    /// Whether something keeps the clock right.
    ClockSynchronized = "clock.synchronized", "Hora de internet", "Active la sincronización: timedatectl set-ntp true. Sin internet el reloj se desvía unos segundos por semana.";
    /// Memory.
    MachineMemory = "machine.memory", "Memoria", "Queda poca memoria: cierre otros programas o agregue memoria.";
    /// Load.
    MachineLoad = "machine.load", "Carga del procesador", "El equipo está sobrecargado: cierre otros programas. Si es Comanda, envíe el informe de soporte.";
    /// Heat.
    MachineHeat = "machine.heat", "Temperatura", "El equipo está muy caliente: limpie la ventilación y aléjelo de la cocina.";
    /// Open files.
    MachineFiles = "machine.files", "Límite de archivos", "El límite de archivos abiertos es bajo: use el servicio de systemd que trae Comanda.";
    /// An address.
    NetworkAddress = "network.address", "Red local", "El equipo no tiene dirección en la red: revise el cable o el wifi. Las tabletas no lo encuentran.";
    /// Whether the branch answers.
    NetworkAnswers = "network.answers", "Servicio", "Comanda no responde en su dirección: ejecute systemctl status comanda-edge y revise el puerto.";
    /// What it shows over HTTPS.
    NetworkHttps = "network.https", "Certificado de las pantallas", "Si el certificado para https está por vencer o no se lee, ejecute comanda-edge ca renew; si otro programa tiene el puerto, cambie https.listen y reinicie Comanda. Mientras tanto se vende por http.";
    /// Whether guests find the menu.
    NetworkGuests = "network.guests", "Carta para clientes", "Los clientes no pueden abrir la carta: quizá otro programa tiene su puerto. Cambie guests.listen y reinicie Comanda. La venta sigue.";
    /// The branch's file.
    DatabaseOpens = "database.opens", "Base de datos", "La base no abre. No borre nada: restaure la última copia; el archivo dañado se guarda aparte.";
    /// Its pages.
    DatabaseSound = "database.sound", "Integridad de la base", "Si la base está dañada, restaure la última copia y cambie el disco. Si solo es muy grande, haga una copia ahora: la revisa toda.";
    /// Its length and place.
    DatabaseWhole = "database.whole", "Archivo de la base", "Alguien movió o cortó el archivo de la base. Detenga Comanda y devuelva el archivo o restaure la última copia.";
    /// How it is written.
    DatabaseDurable = "database.durable", "Modo de guardado", "La base no está en modo WAL: detenga Comanda e inícielo de nuevo.";
    /// The write-ahead log.
    DatabaseLog = "database.log", "Registro pendiente", "El registro pendiente creció demasiado: reinicie Comanda en una hora tranquila.";
    /// The schema.
    DatabaseSchema = "database.schema", "Versión de la base", "La base es de una versión más nueva de Comanda: instale esa versión.";
    /// The chain.
    JournalChain = "journal.chain", "Cadena del diario", "Alguien cambió el diario por fuera de Comanda. Guarde el equipo como está y llame a soporte.";
    /// Its numbers.
    JournalWhole = "journal.whole", "Diario completo", "Si faltan entradas, restaure la última copia y llame a soporte. Si solo es muy grande, haga una copia ahora: lo revisa todo.";
    /// The last backup.
    BackupAge = "backup.age", "Última copia", "Haga una copia ahora: comanda-edge backup create. Si falla, revise el espacio y la carpeta de copias.";
    /// Where backups are.
    BackupElsewhere = "backup.elsewhere", "Lugar de las copias", "Las copias están en el mismo disco que los datos: ponga backup_dir en otro disco o en una memoria USB.";
    /// Who can open them.
    BackupKey = "backup.key", "Código de recuperación", "Nadie ha visto el código de recuperación: ejecute comanda-edge backup key y guárdelo fuera del equipo.";
    /// The catalog.
    BranchCatalog = "branch.catalog", "Menú", "La sucursal no tiene menú: impórtelo con comanda-edge catalog import.";
    /// Somebody with a PIN.
    BranchStaff = "branch.staff", "Personal", "Nadie puede entrar con PIN: agregue personal con comanda-edge staff add.";
    /// Printers for stations.
    PrintersStations = "printers.stations", "Impresoras por estación", "Hay estaciones sin impresora: agréguela con comanda-edge printer add. Esas comandas solo se ven en pantalla.";
    /// Whether they answer.
    PrintersAnswer = "printers.answer", "Conexión de impresoras", "Una impresora no responde: revise que esté prendida, con papel y con cable de red.";
    /// Whether tickets wait.
    PrintersQueue = "printers.queue", "Comandas por imprimir", "Hay comandas esperando impresora: revise papel, tapa y cable. Nada se pierde.";
    /// What the cloud does not have yet.
    SyncBacklog = "sync.backlog", "Envío a la nube", "La nube no recibe lo de esta sucursal: revise el internet. La venta sigue y al volver se envía todo.";
    /// The certificate for it.
    SyncCertificate = "sync.certificate", "Certificado de la nube", "El certificado vence pronto: deje el equipo conectado a internet para que se renueve, o inscríbalo otra vez con comanda-edge enroll.";
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How it is.
    pub grade: Grade,
    /// What was seen, in Spanish, without names of people.
    pub seen: String,
}

impl Check {
    /// It is as it should be.
    pub fn good(self, seen: impl Into<String>) -> Finding {
        Finding { check: self, grade: Grade::Good, seen: seen.into() }
    }

    /// Somebody should see to it.
    pub fn attention(self, seen: impl Into<String>) -> Finding {
        Finding { check: self, grade: Grade::Attention, seen: seen.into() }
    }

    /// Somebody must act.
    pub fn bad(self, seen: impl Into<String>) -> Finding {
        Finding { check: self, grade: Grade::Bad, seen: seen.into() }
    }

    /// It could not be looked at on this machine.
    pub fn unseen(self, why: impl std::fmt::Display) -> Finding {
        self.attention(format!("no se pudo revisar: {why}"))
    }
}

impl Finding {
    /// What to do; nothing while it is good.
    pub fn advice(&self) -> Option<&'static str> {
        (self.grade != Grade::Good).then(|| self.check.advice())
    }
}
