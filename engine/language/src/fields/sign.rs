//! `sign`: a signature inside the form.
use crate::model::Text;
/// Answer: the signing person's id; read as `field.signed_by` and `field.signed_at`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    pub meaning: Option<Text>,
}
