//! Chinese and English words of the language: the same meaning, changed from one to the other without loss.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;

use gemba_language::diagnostic::Language;
use gemba_language::{Keywords, apply_fixes, format, format_in, read_app, read_site, render_human};

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    paths.sort();
    let read = |path: std::path::PathBuf| (path.display().to_string(), fs::read_to_string(&path).unwrap());
    paths.into_iter().map(read).collect()
}

/// Right files, wrong ones mended, and the examples of the repository.
fn right_files() -> Vec<(String, String)> {
    let mut found = files("tests/right");
    found.extend(files("../../examples"));
    for (number, (name, source)) in files("tests/wrong").into_iter().enumerate() {
        // The larger ones are much alike.
        if source.len() > 1_000 && number % 8 != 0 {
            continue;
        }
        let mut text = source;
        for _ in 0..3 {
            text = apply_fixes(&text, &read_app(&text, None).diagnostics);
        }
        found.push((name, text));
    }
    found.retain(|(_, source)| format(source).is_some());
    assert!(found.len() > 100, "{}", found.len());
    found
}

/// What was understood, without the places where it stands.
fn meaning(source: &str) -> String {
    let text = match read_site(source).value {
        Some(site) => format!("{site:?}"),
        None => format!("{:?}", read_app(source, None).value.unwrap()),
    };
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("span: Span {") {
        out.push_str(&rest[..at]);
        rest = &rest[at + rest[at..].find('}').unwrap() + 1..];
    }
    out + rest
}

#[test]
fn words_are_changed_both_ways_without_loss() {
    for (name, source) in right_files() {
        let english = format_in(&source, Keywords::En).unwrap();
        let chinese = format_in(&source, Keywords::Zh).unwrap();
        assert_eq!(format_in(&chinese, Keywords::En).unwrap(), english, "{name}");
        assert_eq!(format_in(&english, Keywords::Zh).unwrap(), chinese, "{name}");
        assert_eq!(format_in(&chinese, Keywords::Zh).unwrap(), chinese, "{name}");
        assert_eq!(meaning(&chinese), meaning(&source), "{name}");
        assert_eq!(meaning(&english), meaning(&source), "{name}");
        let codes = |text: &str| {
            let found = read_app(text, None).diagnostics;
            found.iter().map(|one| one.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&chinese), codes(&english), "{name}");
    }
}

#[test]
fn nothing_but_words_changes() {
    for (name, source) in right_files() {
        let plain = format(&source).unwrap();
        let chinese = format_in(&source, Keywords::Zh).unwrap();
        assert_eq!(plain.lines().count(), chinese.lines().count(), "{name}");
        for (before, after) in plain.lines().zip(chinese.lines()) {
            let comment = |line: &str| line.find("# ").map(|at| line[at..].to_owned());
            assert_eq!(comment(before), comment(after), "{name}");
            // A line keeps everything that is not a word of the language: texts, numbers, names, units, brackets.
            let indent = |line: &str| line.len() - line.trim_start().len();
            assert_eq!(indent(before), indent(after), "{name}");
            if let Some((_, value)) = before.split_once(": ").filter(|(_, value)| value.starts_with('"')) {
                assert!(after.contains(value), "{name}: {before} -> {after}");
            }
        }
    }
}

#[test]
fn an_app_in_chinese_words_throughout() {
    let english = fs::read_to_string(format!("{}/tests/right/every-step.yaml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let chinese = format_in(&english, Keywords::Zh).unwrap();
    for line in chinese.lines() {
        let word = line.trim_start_matches([' ', '-']).split(':').next().unwrap();
        let ours = [
            "app", "steps", "form", "fields", "if", "repeat", "until", "tests", "expect", "to", "yes", "answer",
        ];
        assert!(!ours.contains(&word), "{line}");
    }
    assert!(
        chinese.contains("\n          - 测量: Shaft diameter\n            限值: 24.95 到 25.05 mm\n"),
        "{chinese}"
    );
    assert!(chinese.contains("最多: 3 次"), "{chinese}");
    assert!(chinese.contains("排序: serial_number, 最新在前"), "{chinese}");
    assert!(chinese.contains("surface: 合格"), "{chinese}");
    // Formulas keep the words of FEEL.
    assert!(
        chinese.contains("直到: shaft_diameter is ok and surface is ok"),
        "{chinese}"
    );
}

#[test]
fn both_languages_in_one_file() {
    let source = "应用: 报告险情\nsteps:\n  - 表单: 发生了什么\n    fields:\n      - 文字: 你看到了什么\n      - photo: 拍下来\n        可不填: yes\n";
    let read = read_app(source, None);
    assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
    assert_eq!(
        format_in(source, Keywords::En).unwrap(),
        "app: 报告险情\nsteps:\n  - form: 发生了什么\n    fields:\n      - text: 你看到了什么\n      - photo: 拍下来\n        optional: yes\n"
    );
}

#[test]
fn one_word_in_both_languages_is_refused() {
    let source = "app: x\nsteps:\n  - wait: 1 min\n步骤:\n  - wait: 2 min\n";
    let found = read_app(source, None).diagnostics;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "G0115");
    assert!(found[0].message.0.contains("line 2"), "{:?}", found[0].message);
}

#[test]
fn messages_and_fixes_have_the_words_of_the_file() {
    let source = "应用: 首件检验\n步骤:\n  - 重复: 直到合格\n    最多: 3 次\n    步骤:\n      - 表单: 测量\n        填写项:\n          - 测量: 轴径\n            限值: 24.95 到 25.05 mm\n    否则:\n      - 失败: 三次都不合格\n";
    let found = read_app(source, None).diagnostics;
    assert_eq!(found.len(), 1, "{found:?}");
    let shown = render_human(source, "首件.yaml", &found[0], Language::Zh);
    assert!(shown.contains("缺少 `直到`"), "{shown}");
    let fixed = apply_fixes(source, &found);
    assert!(fixed.contains("\n    直到: 轴径 is ok\n"), "{fixed}");
    assert!(read_app(&fixed, None).diagnostics.is_empty());
}

#[test]
fn a_slip_in_a_chinese_word_gets_the_nearest_one() {
    for (wrong, right) in [
        ("表但", "表单"),
        ("填写向", "填写项"),
        ("测良", "测量"),
        ("检测", "测量"),
        ("限直", "限值"),
        ("公差", "限值"),
        ("样本", "样本数"),
        ("字段", "填写项"),
    ] {
        let source = "应用: 首件\n步骤:\n  - 表单: 量一量\n    填写项:\n      - 测量: 轴径\n        限值: 1 到 2 mm\n        样本数: 3\n";
        let typed = source.replacen(&format!("{right}:"), &format!("{wrong}:"), 1);
        assert_ne!(typed, source);
        let found = read_app(&typed, None).diagnostics;
        assert_eq!(found.len(), 1, "{wrong}: {found:?}");
        assert_eq!(found[0].expected.first().map(String::as_str), Some(right), "{wrong}");
        assert_eq!(apply_fixes(&typed, &found), source, "{wrong}");
    }
}

#[test]
fn punctuation_of_a_chinese_keyboard_behind_chinese_words() {
    let source = "应用：首件\n步骤：\n  - 表单：量一量\n    填写项：\n      - 选择：怎么办\n        选项：\n          - 原因：请说明\n          - 停线\n";
    let read = read_app(source, None);
    assert!(read.value.is_some(), "{:?}", read.diagnostics);
    let layout = format(source).unwrap();
    assert!(layout.contains("\n          - 原因：请说明\n"), "{layout}");
    assert!(layout.starts_with("应用: 首件\n步骤:\n  - 表单: 量一量\n"), "{layout}");
}

#[test]
fn formulas_in_chinese_words_get_the_words_of_feel() {
    let app = |condition: &str| {
        format!(
            "应用: 首件\n步骤:\n  - 表单: 量一量\n    填写项:\n      - 测量: 轴径\n        限值: 1 到 2 mm\n      - 检查: 外观\n      - 文字: 工单号\n  - 如果: {condition}\n    步骤:\n      - 结束: 好\n"
        )
    };
    for (chinese, feel) in [
        ("轴径 合格", "轴径 is ok"),
        ("轴径合格 且 外观合格", "轴径 is ok and 外观 is ok"),
        (
            "(轴径 不合格 或者 外观 不合格) 并且 工单号 等于 \"合格 且\"",
            "(轴径 is not ok or 外观 is not ok) and 工单号 = \"合格 且\"",
        ),
        ("工单号 没填", "工单号 is empty"),
        ("轴径 大于等于 1.5 mm", "轴径 >= 1.5 mm"),
    ] {
        let found = read_app(&app(chinese), None).diagnostics;
        assert_eq!(found.len(), 1, "{chinese}: {found:?}");
        assert_eq!(found[0].code, "G0507");
        assert_eq!(apply_fixes(&app(chinese), &found), app(feel));
    }
}
