//! The page of the help that tells which patterns there are.

use std::fmt::Write;

use language::diagnostic::Language;

use crate::{Catalogue, Played, Support};

/// What writes the pages anew.
pub const DONE_BY: &str = "UPDATE_PATTERNS=1 cargo nextest run --workspace -E 'package(gemba-patterns)'";

/// The whole page in one language.
pub fn page(catalogues: &[(&Catalogue, &[Played])], language: Language) -> String {
    let say = |pair: (&'static str, &'static str)| match language {
        Language::En => pair.0,
        Language::Zh => pair.1,
    };
    let mut out = String::new();
    out.push_str(say((
        "# Workflow patterns\n\nWhat flows and their work can look like has been collected by researchers, so that tools \
         can be compared. Here is what Gemba can do of it: each pattern is an app under `tests/patterns` whose own tests \
         are played when Gemba is built, and which fail when the pattern is taken out. This page is made from their \
         results.\n",
        "# 工作流模式\n\n研究者收集了流程和工作可能的各种样子，以便比较不同的工具。本页说明 Gemba 能做到哪些：每个模式都是 \
         `tests/patterns` 下的一个应用，构建 Gemba 时会执行它自己的测试；去掉该模式，测试就会失败。本页由测试结果生成。\n",
    )));
    for (catalogue, played) in catalogues {
        section(&mut out, catalogue, played, language);
    }
    out
}

fn section(out: &mut String, catalogue: &Catalogue, played: &[Played], language: Language) {
    let pick = |pair: &(String, String)| match language {
        Language::En => pair.0.clone(),
        Language::Zh => pair.1.clone(),
    };
    let count = |support| played.iter().filter(|one| one.header.support == support).count();
    let (full, part, no) = (count(Support::Full), count(Support::Part), count(Support::No));
    let all = catalogue.patterns;
    let tests: usize = played.iter().map(|one| one.tests).sum();
    // Nothing in a string that is built can fail to be written.
    let _ = match language {
        Language::En => write!(
            out,
            "\n## {}\n\n{}\n\n**{full} of {all}** are fully supported, {part} in part, {no} not; {tests} tests show it.\n\n\
             | No. | Pattern | Support | On the floor |\n| --- | --- | --- | --- |\n",
            catalogue.title.0, catalogue.about.0
        ),
        Language::Zh => write!(
            out,
            "\n## {}\n\n{}\n\n{all} 个模式中 **{full} 个** 完全支持，{part} 个部分支持，{no} 个不支持；由 {tests} 个测试证明。\n\n\
             | 编号 | 模式 | 支持 | 在现场 |\n| --- | --- | --- | --- |\n",
            catalogue.title.1, catalogue.about.1
        ),
    };
    for one in played {
        let header = &one.header;
        let support = match (header.support, language) {
            (Support::Full, Language::En) => "full",
            (Support::Part, Language::En) => "in part",
            (Support::No, Language::En) => "no",
            (Support::Full, Language::Zh) => "完全",
            (Support::Part, Language::Zh) => "部分",
            (Support::No, Language::Zh) => "不支持",
        };
        let why = header.why.as_ref().map(|why| match language {
            Language::En => format!(" **Why:** {}", pick(why)),
            Language::Zh => format!("**原因：**{}", pick(why)),
        });
        let (prefix, number, name) = (catalogue.prefix, header.number, pick(&header.name));
        let (floor, why) = (pick(&header.floor), why.unwrap_or_default());
        let _ = writeln!(out, "| {prefix}-{number} | {name} | {support} | {floor}{why} |");
    }
}
