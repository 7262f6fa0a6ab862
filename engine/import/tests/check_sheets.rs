//! Check sheets as factories draw them, ugly ones too: what is made of them is right, and what is not is said.

mod made;

use gemba_import::{Grade, Keywords, Options, Sheets};
use made::{book, made, sheet, told};

fn plain(text: &str) -> String {
    told(&made(&book(&[sheet("Sheet1", text)]), &Options::default()))
}

fn chinese(text: &str) -> String {
    let options = Options {
        keywords: Keywords::Zh,
        ..Options::default()
    };
    told(&made(&book(&[sheet("工作表1", text)]), &options))
}

#[test]
fn a_tidy_sheet() {
    insta::assert_snapshot!(plain(
        "Final inspection of the shaft
         No | Item | Spec | Unit | Method | Sample size | Frequency | Result
         1 | Diameter | 25 ± 0.05 | mm | Micrometer | 3 | every 2 h |
         2 | Length | 120~121 | mm | Caliper | 3 | every 2 h |
         3 | Roughness | Ra 1.6 | um | Tester | 1 | 1 per shift |
         4 | Surface | no scratches | | Visual | 5 | every 2 h |"
    ));
}

#[test]
fn a_tidy_chinese_sheet() {
    insta::assert_snapshot!(chinese(
        "轴类零件首件检验记录表 | < | < | < | < | < | <
         零件名称： | 主轴 | | 工单号： | | 日期： |
         序号 | 检查项目 | 规格 | 单位 | 量具 | 样本数 | 判定
         1 | 轴径 | Φ25±0.05 | mm | 千分尺 | 3 |
         2 | 长度 | 120～121 | mm | 卡尺 | 3 |
         3 | 硬度 | HRC58-62 | | 硬度计 | 1 |
         4 | 外观 | 无划痕、无毛刺 | | 目视 | 5 |
         检验员：____ | | | 审核：____ | | |"
    ));
}

#[test]
fn limits_in_columns_of_their_own() {
    insta::assert_snapshot!(plain(
        "Characteristic | Specification | < | < | Unit | Measured value | < | < | OK/NG
         ^ | Nominal | Lower | Upper | ^ | 1 | 2 | 3 | ^
         Bore | 12 | 11.98 | 12.02 | mm | | | |
         Depth | 40 | 40 | | mm | | | |
         Pressure | | | 6 | bar | | | |
         Swapped | 5 | 6 | 4 | mm | | | |"
    ));
}

#[test]
fn deviations_in_columns_of_their_own() {
    insta::assert_snapshot!(chinese(
        "检验项目 | 公称尺寸 | 上偏差 | 下偏差 | 单位 | 实测值
         外圆 | 25 | +0.02 | -0.01 | mm |
         内孔 | 40 | 0.05 | 0 | mm |
         槽宽 | 8 | 0.1 | 0.1 | mm |"
    ));
}

#[test]
fn categories_merged_over_rows_and_headings_between() {
    insta::assert_snapshot!(plain(
        "Category | Check item | Standard | Verdict
         Dimensions | Width | 10±0.1 mm |
         ^ | Height | 20±0.1 mm |
         Appearance | Colour | as the sample |
         ^ | Label | present, straight |
         Packing | < | < | <
         | Box closed | |
         | Quantity in the box | |"
    ));
}

#[test]
fn a_daily_check_with_a_column_for_each_day() {
    let days: Vec<String> = (1..=31).map(|day| day.to_string()).collect();
    insta::assert_snapshot!(chinese(&format!(
        "设备日常点检表
         设备编号：CNC-07 | | 部门：机加
         序号 | 点检项目 | 点检标准 | 点检方法 | {}
         1 | 液压油位 | 在上下刻度线之间 | 目视
         2 | 气压 | 0.4~0.6MPa | 看表
         3 | 安全门 | 正常/异常 | 操作
         4 | 主轴是否有异响 | | 听
         点检人： | | | 班长确认：",
        days.join(" | ")
    )));
}

#[test]
fn two_languages_in_one_header() {
    insta::assert_snapshot!(plain(
        "检查项目\\nItem | 标准/Standard | 单位 Unit | 备注Remark
         拧紧扭矩 Torque | 40±4 | N·m | key characteristic
         温度 Temperature | 20-25 | ℃ |"
    ));
}

#[test]
fn limits_nobody_can_read() {
    insta::assert_snapshot!(plain(
        "Item | Limits | Unit | Sample | Lot code
         Length | 25-0.05 | mm | 5 |
         Weight | 1,000±5 | g | AQL 0.65 |
         Time | 40 min | | n=3 |
         Gloss | 80 ± 5 | GU | 2 pcs |
         Angle | 45°±1° all round | | 100% |
         Tuned | 26~25 | mm | 1 |"
    ));
}

#[test]
fn names_that_come_twice_and_names_that_are_no_ids() {
    insta::assert_snapshot!(plain(
        "Item | Spec
         Diameter | 25±0.1
         Diameter | 30±0.1
         1st side: flat? | OK/NG
         {part} of the set | yes/no
         In | ≥ 5
         yes | ≤ 3 mm"
    ));
}

#[test]
fn kinds_that_titles_say() {
    insta::assert_snapshot!(plain(
        "Checklist item | Remarks | Corrective action
         Serial number | |
         Photo of the label | |
         Number of rejects | |
         Is the guard closed? | |
         Room temperature (°C) | |
         Coolant level | top up below the mark |"
    ));
}

#[test]
fn choices_in_a_column() {
    insta::assert_snapshot!(chinese(
        "检查内容 | 选项 | 判定标准
         颜色 | 红/绿/蓝 | 与样件一致
         状态 | 好、坏、待定 |
         唯一 | 只有一个 | "
    ));
}

#[test]
fn several_sheets_become_forms_or_apps() {
    let bytes = book(&[
        sheet("Front", "Front side\nItem | Spec\nWidth | 10±0.1"),
        sheet("Back", "Item | Spec\nHoles | 4 pcs\nApproved by: | "),
        sheet("Drawing", "see the picture"),
    ]);
    let options = Options {
        file_name: "door-panel_check".to_owned(),
        ..Options::default()
    };
    insta::assert_snapshot!(told(&made(&bytes, &options)));
    let options = Options {
        sheets: Sheets::AsApps,
        ..options
    };
    insta::assert_snapshot!(told(&made(&bytes, &options)));
}

#[test]
fn an_ugly_sheet() {
    insta::assert_snapshot!(chinese(
        "XX精密机械有限公司 | < | < | < | < | <
         过程巡检记录 | < | < | < | < | <
         产品：____  图号：____  班次：____ | < | < | < | < | <

         | NO. | 检测项目 | 技术要求（mm） | 检测手段 | 实测
         | 1 | 总长 | ８０－０．２～８０＋０．２ | 卡尺 |
         | 2 | 孔距 | 42.5 +0.05\\n-0.02 | 三坐标 |
         | 3 | 倒角 | C1 | 目测 |
         | 4 | 螺纹M8 | 通规通，止规止 | 螺纹规 |
         | 5 | 同轴度 | ≤0.03 | 偏摆仪 |
         | 6 | | | |
         | 备注： | | | |
         | 检验： | | 核准： | |
         | 表单编号 QR-08-01 | | | |"
    ));
}

#[test]
fn the_header_comes_again_on_the_next_page() {
    let told = plain(
        "Item | Spec | Unit
         A | 1±0.1 | mm
         Item | Spec | Unit
         B | 2±0.1 | mm",
    );
    assert!(
        told.contains("- measure: A\n") && told.contains("- measure: B\n"),
        "{told}"
    );
    assert!(!told.contains(": Item"), "{told}");
}

#[test]
fn every_cell_that_says_something_is_in_the_app_or_in_the_report() {
    let text = "Line check
         Machine: M4 | Shift: |
         Item | Spec | Unit | Odd column
         Speed | 100±5 | rpm | odd
         Cover | closed | |
         some remark below | | |
         Inspector: | | Reviewed by: |";
    let imported = made(&book(&[sheet("S", text)]), &Options::default());
    let yaml = &imported.apps[0].yaml;
    let report: Vec<String> = imported.report.notes.iter().map(|note| note.text.clone()).collect();
    for cell in [
        "Line check",
        "M4",
        "Shift",
        "Odd column",
        "Speed",
        "Cover",
        "closed",
        "some remark below",
        "Inspector",
        "Reviewed by",
    ] {
        let said = yaml.contains(cell) || report.iter().any(|text| text.contains(cell));
        assert!(said, "{cell} is lost\n{yaml}\n{report:#?}");
    }
    assert!(imported.report.of(Grade::Understood).count() >= 2);
}
