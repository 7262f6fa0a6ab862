//! G09: what the fields of a form say.

use super::entries;

entries! {
    WARNING_OPTIONAL = "G0901" Error Fields
        "a `warning` cannot be left unacknowledged; use `info` for what only tells something", "`warning` 不能不确认；只是说明请用 `info`";
        why "Nobody could say later that the danger was seen.", "事后无法证明有人看到了危险提示。";
        "- warning: The spindle is hot\n  optional: »yes" => "- warning: The spindle is hot"
    LINK_UNSAFE = "G0902" Error Fields
        "a `link` goes to `https://…` or to a page of the help below `/docs`, not to \"{found}\"", "`link` 只能指向 `https://…` 或帮助页面 `/docs/…`，不能是“{found}”";
        why "Anything else could be read or changed on the way, or run in the page.", "其他地址可能在途中被读取或篡改，或在页面中运行。";
        "- link: Work instruction\n  to: »http://plant.example/wi" => "- link: Work instruction\n  to: https://plant.example/wi"
    UNKNOWN_CURRENCY = "G0903" Error Fields
        "\"{found}\" is no currency; write its code of three letters (ISO 4217)", "不认识货币“{found}”；请写三个字母的代码（ISO 4217）";
        why "", "";
        "- money: Cost\n  currency: »RMB" => "- money: Cost\n  currency: CNY"
    ROW_TWICE = "G0904" Error Fields
        "the row \"{found}\" is asked about twice", "行“{found}”写了两次";
        why "", "";
        "- matrix: State\n  rows: [floor, »floor]\n  from: [good, bad]" => "- matrix: State\n  rows: [floor, bench]\n  from: [good, bad]"
    PICTURE_WRONG = "G0905" Error Fields
        "\"{found}\" is no picture in the folder of the app: PNG, JPEG, WebP or SVG, without a path", "“{found}”不是应用文件夹中的图片：PNG、JPEG、WebP 或 SVG，不带路径";
        why "", "";
        "- mark: Defects\n  picture: »housing.pdf\n  codes: [scratch, dent]" => "- mark: Defects\n  picture: housing.png\n  codes: [scratch, dent]"
    NO_SUCH_FIELD_HERE = "G0906" Error Fields
        "`{what}` names the field `{found}`, but this form has none of that name", "`{what}` 写的字段 `{found}` 不在这个表单里";
        why "", "";
        "- photo: Housing\n- mark: Defects\n  picture: »hausing\n  codes: [scratch, dent]" => "- photo: Housing\n- mark: Defects\n  picture: housing\n  codes: [scratch, dent]"
    OTHER_KIND_OF_FIELD = "G0907" Error Fields
        "`{what}` needs a field of kind `{kinds}`; `{found}` is a `{is}`", "`{what}` 需要 `{kinds}` 类的字段；`{found}` 是 `{is}`";
        why "", "";
        "- text: Housing\n- mark: Defects\n  picture: »housing\n  codes: [scratch, dent]" => "- photo: Housing\n- mark: Defects\n  picture: housing\n  codes: [scratch, dent]"
    UNKNOWN_GS1_PART = "G0908" Error Fields
        "a GS1 code has no part called \"{found}\"", "GS1 码里没有叫“{found}”的部分";
        why "", "";
        "- gs1: Label\n  needs: [gtin, »batch]" => "- gs1: Label\n  needs: [gtin, lot]"
    UNKNOWN_TREE = "G0909" Error OnSite
        "the site has no tree of reasons called \"{found}\"", "现场没有叫“{found}”的原因树";
        why "", "";
        "- form: Stop\n  fields:\n    - reason: Why did it stop\n      from: »Downtme" => "- form: Stop\n  fields:\n    - reason: Why did it stop\n      from: Downtime"
    FORMULA_CIRCLE = "G0912" Error Fields
        "`{found}` is computed from itself", "`{found}` 的计算用到了它自己";
        why "It would never have a value.", "它永远不会有值。";
        "- formula: Total\n  is: = »total + 1" => "- number: Pieces\n- formula: Total\n  is: = pieces + 1"
    NOT_ANSWERED_BY_ANYONE = "G0913" Error Fields
        "`{found}` is of no use here: nobody answers a `{kind}`", "`{found}` 在这里没有用：`{kind}` 不需要人填写";
        why "", "";
        "- info: Wear gloves\n  »default: yes" => "- info: Wear gloves"
    PROMISE_FROM_LAST = "G0914" Error Fields
        "what was promised last time cannot be taken over: a `{kind}` is given anew each time", "上次的承诺不能沿用：`{kind}` 每次都要重新给出";
        why "A signature or a tick that comes from yesterday says nothing about today.", "昨天的签字或打勾不能证明今天。";
        "- tick: Guard is closed\n  from_last: »yes" => "- tick: Guard is closed"
    NOT_KEPT_FROM_LAST = "G0924" Error Fields
        "\"{found}\" cannot be taken over from last time: `from_last` is for the fields of a form", "“{found}”不能沿用上次的回答：`from_last` 只用于表单自己的字段";
        why "Rows are different each time, and what starts a run is asked before there is a form whose last answers could be offered.", "每次的行都不同；启动流程时的提问还没有可沿用的表单回答。";
        "- rows: Defects\n  columns:\n    - »text: Place\n      from_last: yes" => "- rows: Defects\n  columns:\n    - text: Place"
    REFUSED_ALWAYS = "G0915" Error Fields
        "`{what}` needs `if`: when", "`{what}` 需要 `if`：什么时候";
        why "", "";
        "- number: Weight\n  »warn_if: {message: Too heavy}" => "- number: Weight\n  warn_if: {if: weight > 20, message: Too heavy}"
    NO_TABLE_ANYWHERE = "G0910" Error OnSite
        "neither the app nor the site has a table called \"{found}\"", "应用和现场都没有叫“{found}”的记录表";
        why "", "";
        "- form: Weigh\n  fields:\n    - lot: Lot\n      from: »Gauge" => "- form: Weigh\n  fields:\n    - lot: Lot\n      from: Gauges"
    NO_CALIBRATION_COLUMN = "G0911" Error File
        "this table has no column `{column}`, so nobody knows until when a gauge may be used", "该记录表没有 `{column}` 列，无法知道量具的有效期";
        why "A measurement with a gauge that is out of calibration proves nothing.", "用超期量具测得的值不能说明任何问题。";
        "app: Example\ntables:\n  - table: Tools\n    key: tool\n    columns: [tool]\nsteps:\n  - form: Measure\n    fields:\n      - gauge: Micrometer\n        from: »Tools\n" => "app: Example\ntables:\n  - table: Tools\n    key: tool\n    columns: [tool, calibrated_until]\nsteps:\n  - form: Measure\n    fields:\n      - gauge: Micrometer\n        from: Tools\n"
    SITE_HAS_NONE = "G0916" Error SiteShort
        "the site has no `{key}` to choose from", "现场没有可选的 `{key}`";
        why "", "";
        "- form: Begin\n  fields:\n    - »shift: Which shift" => "- form: Begin\n  fields:\n    - text: Which shift"
    NO_GAUGES = "G0917" Error SiteShort
        "the site has no table `Gauges` with a column `{column}`; name another one with `from`", "现场没有带 `{column}` 列的记录表 `Gauges`；请用 `from` 指定";
        why "A measurement with a gauge that is out of calibration proves nothing.", "用超期量具测得的值不能说明任何问题。";
        "- form: Measure\n  fields:\n    - »gauge: Micrometer" => "- form: Measure\n  fields:\n    - scan: Micrometer"
    UNCERTAINTY_TWICE = "G0918" Error Fields
        "the uncertainty is told by the record of the gauge; write only one of `gauge` and `uncertainty`", "不确定度由量具记录给出；`gauge` 和 `uncertainty` 只写一个";
        why "", "";
        "- gauge: Micrometer\n- measure: Diameter\n  limits: 1 to 2 mm\n  gauge: micrometer\n  »uncertainty: 0.01" => "- gauge: Micrometer\n- measure: Diameter\n  limits: 1 to 2 mm\n  gauge: micrometer"
    NO_SUCH_COLUMN = "G0919" Error File
        "the table has no column `{found}`", "记录表没有 `{found}` 列";
        why "", "";
        "app: Example\ntables:\n  - table: Lots\n    key: lot\n    columns: [lot, material]\nsteps:\n  - form: Weigh\n    fields:\n      - pick: Which lot\n        from: Lots\n        show: [»materiel]\n" => "app: Example\ntables:\n  - table: Lots\n    key: lot\n    columns: [lot, material]\nsteps:\n  - form: Weigh\n    fields:\n      - pick: Which lot\n        from: Lots\n        show: [material]\n"
    SIGNAL_UNIT = "G0921" Error OnSite
        "the signal is in {unit}; its limits must be too", "信号的单位是 {unit}，限值也必须用该单位";
        why "Nothing is converted silently: a mix-up of units is how parts get scrapped.", "单位不会自动换算：单位弄错会造成报废。";
        "- form: Begin\n  fields:\n    - signal: Speed\n      from: spindle_speed\n      limits: »10 to 20 mm" => "- form: Begin\n  fields:\n    - signal: Speed\n      from: spindle_speed\n      limits: 10 to 20"
    NO_SUCH_PLACES = "G0923" Error OnSite
        "the site has no such places, so nothing could be chosen", "现场没有这样的位置，无可选择";
        why "", "";
        "- form: Found\n  fields:\n    - »place: Where\n      below: qc-1" => "- form: Found\n  fields:\n    - place: Where\n      below: line-3"
}
