//! XLSForms: every type, both languages, and the expressions that people write.

mod made;

use gemba_import::{Error, Keywords, Kind, Options, import};
use made::{book, made, sheet, told};

const CHOICES: &str = "list_name | name | label::English (en) | label::中文 (zh)
    yn | yes | Yes | 是
    yn | no | No | 否
    defect | scratch | Scratch | 划痕
    defect | dent | Dent | 凹坑
    defect | rust | Rust | 锈";

fn form(survey: &str, options: &Options) -> String {
    let settings = "form_title | form_id | version | default_language\nLine audit | line_audit | 3 | English (en)";
    told(&made(
        &book(&[
            sheet("survey", survey),
            sheet("choices", CHOICES),
            sheet("settings", settings),
        ]),
        options,
    ))
}

#[test]
fn every_type() {
    insta::assert_snapshot!(form(
        "type | name | label::English (en) | label::中文 (zh) | hint | required | default | appearance | parameters
         start | start
         username | user
         note | hello | Welcome to **line 3** | 欢迎
         text | who | Who are you? | 你是谁 | full name | yes | |
         text | story | What happened | 发生了什么 | | | | multiline
         integer | pieces | Pieces | 件数 | | yes | 5
         decimal | weight | Weight | 重量 | | | 1.5
         range | score | Score | 评分 | | yes | | | start=0 end=10 step=1
         select_one yn | guard | Guard closed | 护罩关好 | | yes | yes
         select_multiple defect or_other | defects | Defects | 缺陷
         rank defect | worst | Worst first | 最严重在前 | | yes
         date | day | Day | 日期 | | yes | today()
         time | clock | Time | 时间
         dateTime | moment | Moment | 时刻
         image | picture | Picture | 照片 | | yes
         image | sketch | Sketch | 草图 | | | | draw
         image | hand | Signature | 签名 | | yes | | signature
         barcode | code | Barcode | 条码 | | yes
         acknowledge | agreed | I agree | 我同意 | | yes
         geopoint | where | Where | 位置
         file | paper | Document | 文件
         audio | sound | Sound | 录音
         video | film | Film | 视频
         geotrace | track | Track | 轨迹
         select_one towns | town | Town | 城市
         calculate | Q1-a | | |",
        &Options::default()
    ));
}

#[test]
fn expressions() {
    insta::assert_snapshot!(form(
        "type | name | label | required | relevant | constraint | constraint_message | calculation | readonly
         integer | age | Age | yes | | . >= 18 and . < 100 | |
         decimal | temp | Temperature | yes | | . > -10.5 and . <= 60
         text | code | Code | yes | | regex(., '[A-Z]{2}[0-9]+') | Two letters and digits
         text | short | Short | | | string-length(.) <= 20
         select_one yn | ok | Is it ok | yes
         text | why | Why not | yes | ${ok} = 'no'
         select_multiple defect | what | What | | ${ok} = 'no' and ${age} >= 20
         text | rusty | Where is the rust | | selected(${what}, 'rust') or count-selected(${what}) > 2
         date | due | Due | | | . <= today() + 7 | Within a week
         text | both | Both | | not(selected(${what}, 'dent')) and (${ok} = 'yes' or ${age} != 30)
         calculate | total | | | | | | ${age} * 2 + ${temp} div 4
         calculate | name | | | | | | concat(${code}, '-', ${age})
         calculate | level | | | | | | if(${age} > 50, 'old', 'young')
         note | told | You are ${age}, {ok} | | ${level} = 'old'
         text | filled | If a code is there | | ${code} != ''
         text | lost | Lost | | pulldata('a', 'b', 'c', 'd') = 1
         text | path | Path | | ../age > 3
         text | broken | Broken | | ${nobody} = 1
         text | wrong | Wrong type | | ${code} > 5",
        &Options::default()
    ));
}

#[test]
fn groups_and_repeats() {
    insta::assert_snapshot!(form(
        "type | name | label | relevant | required | repeat_count | calculation
         select_one yn | has | Any defects | | yes
         begin_group | details | Details | ${has} = 'yes'
         text | place | Place | | yes
         begin_repeat | defects | Defects found | | | 5
         select_one defect | kind | Kind | | yes
         integer | qty | How many | ${kind} = 'dent' | yes
         end_repeat
         end_group
         calculate | total | Total | | | | sum(${qty})
         text | after | After | ${qty} > 3
         end_group",
        &Options::default()
    ));
}

#[test]
fn chinese_words() {
    let options = Options {
        keywords: Keywords::Zh,
        ..Options::default()
    };
    let survey = "type | name | label | required | relevant
         select_one 缺陷 | 缺陷 | 有什么缺陷 | yes
         text | 说明 | 请说明 | | ${缺陷} = '划痕'";
    let choices = "list name | name | label\n缺陷 | 无 | 没有缺陷\n缺陷 | 划痕 | 有划痕\n缺陷 | 划痕2 | 有划痕";
    let imported = made(
        &book(&[sheet("survey", survey), sheet("choices", choices)]),
        &Options {
            file_name: "巡检".to_owned(),
            ..options
        },
    );
    assert_eq!(imported.kind, Kind::XlsForm);
    insta::assert_snapshot!(told(&imported));
}

#[test]
fn what_is_no_form_is_said() {
    let bytes = book(&[sheet("survey", "nothing | here")]);
    let form = Options {
        kind: Some(Kind::XlsForm),
        ..Options::default()
    };
    assert_eq!(import(&bytes, &form), Err(Error::NoSurvey));
    assert_eq!(import(&bytes, &Options::default()), Err(Error::NothingFound));
    assert_eq!(import(&[], &Options::default()), Err(Error::Empty));
    assert_eq!(import(b"app: Example", &Options::default()), Err(Error::NotXlsx));
    assert_eq!(
        import(&[0xD0, 0xCF, 0x11, 0xE0, 0, 0], &Options::default()),
        Err(Error::OldOrLocked)
    );
}
