//! How real guests order: how many lines, how many of each, how many choices, from the orders of a real restaurant.

use anyhow::{Context, Result};

const FILE: &str = include_str!("../data/chipotle-orders.tsv");

/// One real order's shape.
pub struct Shape {
    pub lines: Vec<LineShape>,
}

/// One real line's shape.
#[derive(Clone, Copy)]
pub struct LineShape {
    /// What it was there, in English.
    pub item: &'static str,
    pub quantity: u32,
    /// How many choices the guest made.
    pub choices: usize,
}

/// All orders of the file, in their order.
pub fn read() -> Result<Vec<Shape>> {
    let rows: Vec<_> = FILE.lines().skip(1).map(row).collect::<Result<_>>()?;
    let of_one_order = rows.chunk_by(|(one, _), (next, _)| one == next);
    let shape = |rows: &[(&str, LineShape)]| Shape { lines: rows.iter().map(|(_, line)| *line).collect() };
    Ok(of_one_order.map(shape).collect())
}

fn row(text: &'static str) -> Result<(&'static str, LineShape)> {
    let mut fields = text.split('\t');
    let mut field = || fields.next().with_context(|| format!("a field is missing in {text:?}"));
    let (order, quantity, item, choices) = (field()?, field()?, field()?, field()?);
    let quantity = quantity.parse().with_context(|| format!("no quantity in {text:?}"))?;
    let choices = if choices == "NULL" { 0 } else { choices.split(',').count() };
    Ok((order, LineShape { item, quantity, choices }))
}

/// The product that a guest of La Esquina takes where the other restaurant's guest took this; `None` for an item that the
/// file did not have.
///
/// What was eaten most there is what is eaten most here, and drinks stay drinks.
pub fn counterpart(item: &str) -> Option<&'static str> {
    let pairs = [
        ("Chicken Bowl", "salchipapa-especial"),
        ("Chicken Burrito", "hamburguesa-doble-carne"),
        ("Chips and Guacamole", "papas-a-la-francesa"),
        ("Steak Burrito", "perro-caliente"),
        ("Canned Soft Drink", "gaseosa-400"),
        ("Steak Bowl", "salchipapa-ranchera"),
        ("Chips", "deditos-de-queso"),
        ("Bottled Water", "agua"),
        ("Chicken Soft Tacos", "hamburguesa-sencilla"),
        ("Chips and Fresh Tomato Salsa", "porcion-de-yuca-frita"),
        ("Chicken Salad Bowl", "mazorcada-de-pollo"),
        ("Canned Soda", "limonada-natural"),
        ("Side of Chips", "limonada-de-coco"),
        ("Veggie Burrito", "hamburguesa-de-lentejas"),
        ("Barbacoa Burrito", "perro-suizo"),
        ("Veggie Bowl", "mazorcada"),
        ("Carnitas Bowl", "salchipapa-mixta"),
        ("Barbacoa Bowl", "mazorcada-ranchera"),
        ("Carnitas Burrito", "hamburguesa-criolla"),
        ("Steak Soft Tacos", "choriperro"),
        ("6 Pack Soft Drink", "gaseosa-1500"),
        ("Chips and Tomatillo Red Chili Salsa", "jugo-natural"),
        ("Chicken Crispy Tacos", "hamburguesa-de-pollo"),
        ("Chips and Tomatillo Green Chili Salsa", "arepa-con-queso"),
        ("Carnitas Soft Tacos", "super-perro-la-esquina"),
        ("Steak Crispy Tacos", "hamburguesa-ranchera"),
        ("Chips and Tomatillo-Green Chili Salsa", "arepa-de-choclo"),
        ("Steak Salad Bowl", "alitas-8"),
        ("Nantucket Nectar", "malteada"),
        ("Barbacoa Soft Tacos", "perro-hawaiano"),
        ("Chips and Roasted Chili Corn Salsa", "maduro-con-queso-y-bocadillo"),
        ("Izze", "cerveza"),
        ("Chips and Tomatillo-Red Chili Salsa", "aguapanela-con-limon"),
        ("Veggie Salad Bowl", "arepa-rellena"),
        ("Chips and Roasted Chili-Corn Salsa", "porcion-de-aros-de-cebolla"),
        ("Barbacoa Crispy Tacos", "patacon-con-todo"),
        ("Barbacoa Salad Bowl", "salchipapa-costena"),
        ("Chicken Salad", "deditos-de-pollo"),
        ("Veggie Soft Tacos", "oblea-con-arequipe"),
        ("Carnitas Crispy Tacos", "alitas-16"),
        ("Veggie Salad", "brownie-con-helado"),
        ("Carnitas Salad Bowl", "salchipapa-la-esquina"),
        ("Burrito", "salchipapa-sencilla"),
        ("Steak Salad", "jugo-natural-jarra"),
        ("Salad", "postre-de-tres-leches"),
        ("Crispy Tacos", "merengon-de-guanabana"),
        ("Bowl", "porcion-de-guacamole"),
        ("Veggie Crispy Tacos", "agua-con-gas"),
        ("Chips and Mild Fresh Tomato Salsa", "salsa-de-ajo-en-frasco"),
        ("Carnitas Salad", "agua-con-gas"),
    ];
    pairs.iter().find(|(there, _)| *there == item).map(|(_, here)| *here)
}
