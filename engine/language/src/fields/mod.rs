//! The field kinds: one file each, one line each in the table below.

mod check;
mod choose;
mod choose_many;
mod date;
mod date_time;
mod file;
mod info;
mod long_text;
mod measure;
mod number;
mod percent;
mod photo;
mod rows;
mod scan;
mod sign;
mod text;
mod tick;
mod time;
mod whole;
mod yes_no;

pub use {
    check::Check, choose::Choose, choose_many::ChooseMany, date::Date, date_time::DateTime,
    file::File, info::Info, long_text::LongText, measure::Measure, number::Number,
    percent::Percent, photo::Photo, rows::Rows, scan::Scan, sign::Sign, text::Text, tick::Tick,
    time::Time, whole::Whole, yes_no::YesNo,
};

/// What a field asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    Info(Box<Info>),
    Text(Box<Text>),
    LongText(Box<LongText>),
    Whole(Box<Whole>),
    Number(Box<Number>),
    Measure(Box<Measure>),
    Percent(Box<Percent>),
    YesNo(Box<YesNo>),
    Check(Box<Check>),
    Choose(Box<Choose>),
    ChooseMany(Box<ChooseMany>),
    Date(Box<Date>),
    Time(Box<Time>),
    DateTime(Box<DateTime>),
    Scan(Box<Scan>),
    Photo(Box<Photo>),
    File(Box<File>),
    Tick(Box<Tick>),
    Sign(Box<Sign>),
    Rows(Box<Rows>),
}
