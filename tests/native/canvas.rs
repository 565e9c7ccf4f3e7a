//! Draws shapes.
use std::{fmt, collections::{HashMap as Map, self}};
use crate::paint::Pen;
use super::*;
extern crate alloc;
mod points;

/// A place for shapes.
#[derive(Debug)]
pub struct Canvas<T> {
    /// In pixels.
    pub width: T,
    height: u8,
}
struct Pair(u8, u16);
enum Colour { Red, Mixed(u8), Named { name: String } = 3 }
union Bits { number: u8 }
/// What can be drawn.
trait Shape: fmt::Debug {
    type Item;
    const LIMIT: u8;
    fn draw(&self) -> u8;
    fn clear(&self) {}
}
impl<T: Clone> Shape for Canvas<T> {
    type Item = u8;
    fn draw(&self) -> u8 { self.width.take(); Self::make(1) }
}
impl Canvas<u8> {
    pub const RED: u8 = 1;
    pub async fn make<'a>(width: &'a str) -> Self where T: Pen { Canvas { width, height: 2 } }
}
mod inner { pub fn helper() {} }
const LIMIT: u8 = 1;
static mut STATE: u8 = 2;
type Alias = Canvas<u8>;
macro_rules! paint { () => {} }
fn main() {
    let local = Map::new();
    println!("{}", local);
    inner::helper();
    paint!();
}
