//! `approve`: a form that is accepted or refused, and signed.
//!
//! It is a form like any other, with two fields more: `accepted`, and the `comment` that a refusal needs.

use expression::{Formula, Names};

use super::buttons::{self, Answer};
use super::form::{APPROVE, Form};
use crate::fields::{FieldKind, LongText, YesNo};
use crate::limits;
use crate::model::{Id, Located};
use crate::read::keys::{Kind, Shape};
use crate::read::{Entry, Reader};

pub(super) const KIND: Kind = Kind {
    word: "approve",
    shape: Shape::Sentence,
    doc: "Asks whether something is accepted, with a signature; a refusal needs a comment.",
    keys: APPROVE,
    example: "- approve: Release the deviation\n  to: inspector",
};

/// Without `sign` the sentence itself is what is promised.
pub(super) fn read(reader: &mut Reader<'_>, entry: &Entry) -> Form {
    let mut form = Form::asking(reader, entry);
    form.sign.get_or_insert_with(|| entry.title.clone());
    let span = reader.span(entry.value);
    let title = buttons::in_both("Do you accept it?", "是否同意？");
    let accepted = buttons::field(Id::new("accepted"), title, FieldKind::YesNo(Box::new(YesNo {})), span);
    let characters_max = limits::LONG_TEXT_ANSWER_CHARACTERS_DEFAULT;
    let comment = FieldKind::LongText(Box::new(LongText { characters_max }));
    let title = buttons::in_both("Why is it not accepted?", "为什么不同意？");
    let mut comment = buttons::field(Id::new("comment"), title, comment, span);
    comment.show_if = Formula::parse("accepted = false", &Names::default())
        .ok()
        .map(|value| Located { value, span });
    form.buttons = vec![
        buttons::of_yes_no("accept", ("Accept", "同意"), &accepted.id, Answer::Yes),
        buttons::of_yes_no("refuse", ("Refuse", "不同意"), &accepted.id, Answer::No),
    ];
    form.fields.extend([accepted, comment]);
    form
}
