//! What cannot fit its label is said; what may fit is not.

use gemba_language::read_app;

fn codes(size: &str, field: &str, content: &str) -> Vec<&'static str> {
    let source = format!(
        "app: Label\nsteps:\n  - form: Ask\n    fields:\n      - {field}\n  - print: Label\n    size: {size}\n    content:\n{content}"
    );
    let found = read_app(&source, None).diagnostics;
    found.iter().map(|one| one.code).collect()
}

#[test]
fn only_what_cannot_fit_is_warned_of() {
    let text = "text: Part\n        at_most: 100";
    let name = "      - text: \"{part}\"\n";
    assert_eq!(codes("60 x 40 mm", text, name), [""; 0]);
    // 100 letters of 1.6 mm are four lines of 20 mm at least.
    assert_eq!(codes("23 x 8 mm", text, name), ["G1602"]);
    // Nobody has said how long an answer is.
    assert_eq!(codes("23 x 8 mm", "text: Part", name), [""; 0]);
    let choice = "choose: Part\n        from: [A, Hochgeschwindigkeitsspindellagerung]";
    assert_eq!(codes("23 x 8 mm", choice, name), ["G1601"]);
    assert_eq!(codes("60 x 8 mm", choice, name), [""; 0]);
    let bars = "      - code128: \"{part}\"\n";
    assert_eq!(codes("30 x 15 mm", text, bars), ["G1601"]);
    assert_eq!(codes("100 x 15 mm", "text: Part\n        at_most: 12", bars), [""; 0]);
    // A page goes on on the next one.
    assert_eq!(codes("a5", text, &name.repeat(60)), [""; 0]);
    let chinese = "      - text: 首件检验合格，可以批量生产，请保留样件至本班结束，并由检验员签字确认后放行\n";
    assert_eq!(codes("20 x 8 mm", "tick: Done", chinese), ["G1602"]);
}
