//! What may stand on a paper, and what may not.

use super::*;

fn printers() -> Vec<(String, u8)> {
    vec![("Cocina".to_owned(), 48), ("Barra".to_owned(), 32)]
}

fn with(block: Block) -> Result<(), TemplateError> {
    let mut templates = Templates::standard().clone();
    templates.ticket.push(block);
    templates.check(&printers())
}

fn text(words: &str, size: TypeSize) -> Block {
    Block { text: Some(words.to_owned()), ..Block::of(Field::Text, size, false) }
}

#[test]
fn what_a_branch_begins_with_can_be_used_everywhere() {
    assert_eq!(Templates::standard().check(&[("Angosta".to_owned(), 20)]), Ok(()));
    let json = serde_json::to_string(Templates::standard()).unwrap();
    assert_eq!(serde_json::from_str::<Templates>(&json).unwrap(), *Templates::standard());
}

#[test]
fn what_nobody_can_do_without_cannot_be_left_out_and_nothing_stands_there_twice() {
    let mut templates = Templates::standard().clone();
    templates.ticket.retain(|block| block.field != Field::Lines);
    assert_eq!(templates.check(&[]), Err(TemplateError::Missing(Field::Lines)));
    assert_eq!(with(Block::plain(Field::Guest)), Err(TemplateError::Twice(Field::Guest)));
    assert_eq!(with(Block::plain(Field::Total)), Err(TemplateError::Misplaced(Field::Total)));
    assert_eq!(with(Block::plain(Field::Rule)), Ok(()));
}

#[test]
fn templates_that_were_laid_down_before_the_pass_had_any_have_those_a_branch_begins_with() {
    let mut json = serde_json::to_value(Templates::standard()).unwrap();
    json.as_object_mut().unwrap().retain(|paper, _| paper == "ticket" || paper == "receipt");
    assert_eq!(serde_json::from_value::<Templates>(json).unwrap(), *Templates::standard());
}

#[test]
fn a_rider_cannot_be_sent_without_an_address_or_what_to_collect_nor_a_bag_be_packed_without_its_lines() {
    for (paper, needed) in [
        (TemplatePaper::DeliverySlip, Field::Guest),
        (TemplatePaper::DeliverySlip, Field::Collect),
        (TemplatePaper::WholeOrder, Field::Lines),
    ] {
        let mut blocks = Templates::standard().of(paper).to_vec();
        blocks.retain(|block| block.field != needed);
        assert_eq!(check(paper, &blocks, &[]), Err(TemplateError::Missing(needed)));
    }
    let templates = Templates::standard().clone();
    let mut blocks = templates.whole_order.clone();
    blocks.push(Block::plain(Field::Collect));
    let money = templates.with(TemplatePaper::WholeOrder, blocks).check(&[]);
    assert_eq!(money, Err(TemplateError::Misplaced(Field::Collect)), "the pass has nothing to do with money");
}

#[test]
fn a_word_that_is_wider_than_some_printers_paper_is_refused_by_name() {
    assert_eq!(with(text("Feliz cumpleaños", TypeSize::Large)), Ok(()));
    let refused = with(text("¡Felicitaciones-mil!", TypeSize::Large)).unwrap_err();
    assert_eq!(refused.to_string(), "«¡Felicitaciones-mil!» takes 40 characters so large, and «Barra» has room for 32");
    for words in ["", "   ", "uno\u{1b}@dos", &"x".repeat(201)] {
        assert_eq!(with(text(words, TypeSize::Small)), Err(TemplateError::Words), "{words:?}");
    }
}

#[test]
fn a_field_that_nobody_knows_is_refused() {
    let error = serde_json::from_str::<Block>(r#"{"field":"horoscope"}"#).unwrap_err();
    assert!(error.to_string().contains("unknown variant `horoscope`"), "{error}");
}

#[test]
fn a_logo_names_its_picture_and_a_code_may_have_words_of_its_own() {
    let receipt = |block: Block| {
        let mut templates = Templates::standard().clone();
        templates.receipt.push(block);
        templates.check(&printers())
    };
    let logo = Block::plain(Field::Logo);
    let picture = Some("ab".repeat(32).parse().unwrap());
    assert_eq!(receipt(Block { picture, ..logo.clone() }), Ok(()));
    assert_eq!(receipt(logo.clone()), Err(TemplateError::Picture));
    assert_eq!(receipt(Block { picture, ..Block::plain(Field::Rule) }), Err(TemplateError::Picture));
    let code = Block::plain(Field::Code);
    assert_eq!(receipt(code.clone()), Ok(()));
    // No word of it stands on the paper, so that none can be too wide.
    let address = format!("https://la-esquina.example/opinion/{}", "x".repeat(60));
    assert_eq!(receipt(Block { text: Some(address), ..code.clone() }), Ok(()));
    assert_eq!(receipt(Block { text: Some(" ".to_owned()), ..code.clone() }), Err(TemplateError::Words));
    assert_eq!(with(code), Err(TemplateError::Misplaced(Field::Code)));
    assert_eq!(with(Block { picture, ..logo }), Err(TemplateError::Misplaced(Field::Logo)));
}

#[test]
fn a_picture_is_named_by_its_hash_and_by_nothing_else() {
    let block =
        format!(r#"{{"field":"logo","size":"small","bold":false,"align":"left","picture":"{}"}}"#, "0f".repeat(32));
    let read: Block = serde_json::from_str(&block).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), block);
    for name in ["", "logo.png", "../../etc/passwd", &"0F".repeat(32), &"0f".repeat(31)] {
        assert!(name.parse::<PictureHash>().is_err(), "{name}");
    }
}
