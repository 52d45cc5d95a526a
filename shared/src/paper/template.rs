//! What stands on tickets and receipts, in which order, how large and where: data, so that an owner can change it.
//!
//! A template is a list of blocks from top to bottom. It cannot leave out what a cook or a guest has to have, nor what makes
//! a double seen: the marks («POSIBLE DUPLICADO», «COPIA») stand above every template and are in none.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// So many blocks at most; a ticket is read in seconds.
const BLOCKS: usize = 40;
/// The longest text of a block.
const TEXT: usize = 200;

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $name:literal on $on:ident $kind:ident,)*) => {
        /// What a block shows.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaperField))]
        pub enum Field {
            $($(#[$doc])* $field,)*
        }

        impl Field {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$field),*];

            /// As it is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$field => $name,)* }
            }

            const fn stands(self) -> (On, Kind) {
                match self { $(Self::$field => (On::$on, Kind::$kind),)* }
            }
        }
    };
}

fields! {
    /// The number people call out, and the time.
    NumberAndTime = "number_and_time" on Ticket Needed,
    /// The station, and the table or how it is served.
    StationAndPlace = "station_and_place" on Ticket Needed,
    /// Name, address, document: who it is from.
    Letterhead = "letterhead" on Receipt Needed,
    /// What it is, and the number that never comes again.
    Number = "number" on Receipt Needed,
    /// The number people call out, and the table.
    OrderAndPlace = "order_and_place" on Receipt Optional,
    /// When, and who served.
    DateAndBy = "date_and_by" on Receipt Needed,
    /// What was ordered.
    Lines = "lines" on Both Needed,
    /// What the guest said, and who they are.
    Guest = "guest" on Both Needed,
    /// Discounts and taxes.
    Sums = "sums" on Receipt Needed,
    /// What is to be paid.
    Total = "total" on Receipt Needed,
    /// How it was paid, and what was given back.
    Payments = "payments" on Receipt Needed,
    /// What the law wants said about the number.
    Legal = "legal" on Receipt Needed,
    /// The branch's own last words.
    Footer = "footer" on Receipt Optional,
    /// The branch's own picture.
    Logo = "logo" on Receipt Optional,
    /// A QR code: of words of the branch's own, or of the number that never comes again.
    Code = "code" on Receipt Optional,
    /// Who took the order, and the mark that tells this ticket from all others.
    ByAndMark = "by_and_mark" on Ticket Needed,
    /// Words of the branch's own.
    Text = "text" on Both Free,
    /// A line across the paper.
    Rule = "rule" on Both Free,
    /// An empty line.
    Blank = "blank" on Both Free,
}

/// Where a field may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Ticket,
    Receipt,
    Both,
}

/// How often a field must stand there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Once.
    Needed,
    /// At most once.
    Optional,
    /// As often as one likes.
    Free,
}

/// A paper that has a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TemplatePaper {
    /// For the kitchen.
    Ticket,
    /// For a guest who has paid.
    Receipt,
}

/// Sizes of type.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TypeSize {
    /// As it is.
    #[default]
    Small,
    /// Twice as high.
    Tall,
    /// Twice as high and as wide.
    Large,
}

impl TypeSize {
    /// How many columns a character takes.
    const fn width(self) -> usize {
        match self {
            Self::Small | Self::Tall => 1,
            Self::Large => 2,
        }
    }
}

/// Where the text of a block stands.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Alignment {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// A part of a paper, from edge to edge.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaperBlock))]
pub struct Block {
    /// What it shows.
    pub field: Field,
    /// How large.
    #[serde(default)]
    pub size: TypeSize,
    /// Whether in heavy type.
    #[serde(default)]
    pub bold: bool,
    /// Where, of what has no two edges: text, letterhead, what the law wants, last words, logo, code.
    #[serde(default)]
    pub align: Alignment,
    /// The words of a text, or of a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub text: Option<String>,
    /// The picture of a logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$"))]
    pub picture: Option<PictureHash>,
}

/// A picture that the branch keeps, by the SHA-256 of its file; 64 hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PictureHash(pub [u8; 32]);

/// A text that names no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a picture is named by 64 hexadecimal digits, in small letters")]
pub struct PictureHashError;

impl std::str::FromStr for PictureHash {
    type Err = PictureHashError;

    fn from_str(text: &str) -> Result<Self, PictureHashError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(PictureHashError),
        };
        let bytes: &[u8; 64] = text.as_bytes().try_into().map_err(|_| PictureHashError)?;
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(bytes.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(hash))
    }
}

impl std::fmt::Display for PictureHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl Serialize for PictureHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PictureHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Block {
    const fn of(field: Field, size: TypeSize, bold: bool) -> Self {
        Self { field, size, bold, align: Alignment::Left, text: None, picture: None }
    }

    const fn plain(field: Field) -> Self {
        Self::of(field, TypeSize::Small, false)
    }

    fn centred(self) -> Self {
        Self { align: Alignment::Center, ..self }
    }
}

/// The templates of a branch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Templates {
    /// Of the kitchen's tickets.
    pub ticket: Vec<Block>,
    /// Of receipts.
    pub receipt: Vec<Block>,
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is too long.
    #[error("a template has 1 to {BLOCKS} blocks, not {0}")]
    Long(usize),
    /// What nobody can do without is not there.
    #[error("«{}» is missing, and the paper is no use without it", .0.as_str())]
    Missing(Field),
    /// It stands there twice.
    #[error("«{}» stands there twice", .0.as_str())]
    Twice(Field),
    /// It has no place on this paper.
    #[error("«{}» has no place on this paper", .0.as_str())]
    Misplaced(Field),
    /// A text without words, or with too many, or words where no text is.
    #[error("a text or a code has 1 to {TEXT} printable characters, and no other block has words")]
    Words,
    /// A logo without a picture, or a picture where no logo is.
    #[error("a logo names its picture, and no other block does")]
    Picture,
    /// The branch does not keep the picture that a logo names.
    #[error("there is no such picture: upload it first")]
    PictureUnknown,
    /// A word is wider than the paper.
    #[error("«{word}» takes {takes} characters so large, and «{printer}» has room for {room}")]
    Overflow {
        /// The word.
        word: String,
        /// Columns it takes.
        takes: usize,
        /// On which printer.
        printer: String,
        /// Columns that printer has.
        room: usize,
    },
}

static STANDARD: LazyLock<Templates> = LazyLock::new(|| {
    use Field::{
        Blank, ByAndMark, DateAndBy, Footer, Guest, Legal, Letterhead, Lines, Number, NumberAndTime, OrderAndPlace,
        Payments, Rule, StationAndPlace, Sums, Total,
    };
    use TypeSize::{Large, Small, Tall};
    let ticket = vec![
        Block::of(NumberAndTime, Large, true),
        Block::of(StationAndPlace, Tall, false),
        Block::of(Lines, Large, true),
        Block::of(Guest, Tall, false),
        Block::plain(Rule),
        Block::plain(ByAndMark),
        Block::plain(Blank),
    ];
    let receipt = vec![
        Block::of(Letterhead, Tall, true).centred(),
        Block::plain(Rule),
        Block::of(Number, Small, true),
        Block::plain(OrderAndPlace),
        Block::plain(DateAndBy),
        Block::plain(Guest),
        Block::plain(Rule),
        Block::plain(Lines),
        Block::plain(Rule),
        Block::plain(Sums),
        Block::of(Total, Tall, true),
        Block::plain(Payments),
        Block::plain(Legal).centred(),
        Block::plain(Footer).centred(),
        Block::plain(Blank),
    ];
    Templates { ticket, receipt }
});

impl Templates {
    /// Those a branch begins with.
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// The pictures they name.
    pub fn pictures(&self) -> impl Iterator<Item = PictureHash> {
        self.receipt.iter().chain(&self.ticket).filter_map(|block| block.picture)
    }

    /// The blocks of a paper.
    pub fn of(&self, paper: TemplatePaper) -> &[Block] {
        match paper {
            TemplatePaper::Ticket => &self.ticket,
            TemplatePaper::Receipt => &self.receipt,
        }
    }

    /// Whether they can be used on printers of these names and columns.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, printers: &[(String, u8)]) -> Result<(), TemplateError> {
        check(TemplatePaper::Ticket, &self.ticket, printers)?;
        check(TemplatePaper::Receipt, &self.receipt, printers)
    }
}

/// Whether a paper can look so on printers of these names and columns.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(paper: TemplatePaper, blocks: &[Block], printers: &[(String, u8)]) -> Result<(), TemplateError> {
    if !(1..=BLOCKS).contains(&blocks.len()) {
        return Err(TemplateError::Long(blocks.len()));
    }
    for field in Field::ALL.iter().copied() {
        let (on, kind) = field.stands();
        let may_stand = match paper {
            TemplatePaper::Ticket => on != On::Receipt,
            TemplatePaper::Receipt => on != On::Ticket,
        };
        match blocks.iter().filter(|block| block.field == field).count() {
            0 if may_stand && kind == Kind::Needed => return Err(TemplateError::Missing(field)),
            0 => {}
            _ if !may_stand => return Err(TemplateError::Misplaced(field)),
            1 => {}
            _ if kind == Kind::Free => {}
            _ => return Err(TemplateError::Twice(field)),
        }
    }
    if blocks.iter().any(|block| block.picture.is_some() != (block.field == Field::Logo)) {
        return Err(TemplateError::Picture);
    }
    blocks.iter().try_for_each(|block| words_fit(block, printers))
}

fn words_fit(block: &Block, printers: &[(String, u8)]) -> Result<(), TemplateError> {
    let words = match (&block.text, block.field) {
        (Some(text), Field::Text | Field::Code) => text,
        (None, Field::Text) | (Some(_), _) => return Err(TemplateError::Words),
        (None, _) => return Ok(()),
    };
    let length = words.trim().chars().count();
    if !(1..=TEXT).contains(&length) || words.chars().any(char::is_control) {
        return Err(TemplateError::Words);
    }
    if block.field == Field::Code {
        return Ok(());
    }
    for word in words.split_whitespace() {
        let takes = word.chars().count() * block.size.width();
        if let Some((printer, room)) = printers.iter().find(|(_, room)| takes > usize::from(*room)) {
            let (word, printer, room) = (word.to_owned(), printer.clone(), usize::from(*room));
            return Err(TemplateError::Overflow { word, takes, printer, room });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
