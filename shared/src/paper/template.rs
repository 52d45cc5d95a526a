//! What stands on tickets, receipts and the papers of the pass, in which order, how large and where: data, so that an owner
//! can change it.
//!
//! A template is a list of blocks from top to bottom. It cannot leave out what a cook or a guest has to have, nor what makes
//! a double seen: the marks («POSIBLE DUPLICADO», «COPIA») stand above every template and are in none.

mod field;
mod standard;

use serde::{Deserialize, Serialize};

pub use field::Field;
use field::Kind;
use standard::STANDARD;

use crate::picture::PictureHash;

/// So many blocks at most; a ticket is read in seconds.
const BLOCKS: usize = 40;
/// The longest text of a block.
const TEXT: usize = 200;

/// A paper that has a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TemplatePaper {
    /// For the kitchen.
    Ticket,
    /// For a guest who has paid.
    Receipt,
    /// For whoever brings an order.
    DeliverySlip,
    /// For whoever puts an order together.
    WholeOrder,
}

impl TemplatePaper {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ticket, Self::Receipt, Self::DeliverySlip, Self::WholeOrder];
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
    /// Of the slips that go out with deliveries. What was laid down before there was one has the one a branch begins with.
    #[serde(default = "standard::delivery_slip")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub delivery_slip: Vec<Block>,
    /// Of orders whole, for the pass. What was laid down before there was one has the one a branch begins with.
    #[serde(default = "standard::whole_order")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub whole_order: Vec<Block>,
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

impl Templates {
    /// Those a branch begins with.
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// The pictures they name.
    pub fn pictures(&self) -> impl Iterator<Item = PictureHash> {
        TemplatePaper::ALL.into_iter().flat_map(|paper| self.of(paper)).filter_map(|block| block.picture)
    }

    /// The blocks of a paper.
    pub fn of(&self, paper: TemplatePaper) -> &[Block] {
        match paper {
            TemplatePaper::Ticket => &self.ticket,
            TemplatePaper::Receipt => &self.receipt,
            TemplatePaper::DeliverySlip => &self.delivery_slip,
            TemplatePaper::WholeOrder => &self.whole_order,
        }
    }

    /// The same, but for the blocks of one paper.
    pub fn with(mut self, paper: TemplatePaper, blocks: Vec<Block>) -> Self {
        let place = match paper {
            TemplatePaper::Ticket => &mut self.ticket,
            TemplatePaper::Receipt => &mut self.receipt,
            TemplatePaper::DeliverySlip => &mut self.delivery_slip,
            TemplatePaper::WholeOrder => &mut self.whole_order,
        };
        *place = blocks;
        self
    }

    /// Whether they can be used on printers of these names and columns.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, printers: &[(String, u8)]) -> Result<(), TemplateError> {
        TemplatePaper::ALL.into_iter().try_for_each(|paper| check(paper, self.of(paper), printers))
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
        match (blocks.iter().filter(|block| block.field == field).count(), field.stands_on(paper)) {
            (0, Kind::Needed) => return Err(TemplateError::Missing(field)),
            (0, _) | (1, Kind::Needed | Kind::Optional) | (_, Kind::Free) => {}
            (_, Kind::Never) => return Err(TemplateError::Misplaced(field)),
            (_, Kind::Needed | Kind::Optional) => return Err(TemplateError::Twice(field)),
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
