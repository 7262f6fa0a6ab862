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
    REFUSED_ALWAYS = "G0915" Error Fields
        "`{what}` needs `if`: when", "`{what}` 需要 `if`：什么时候";
        why "", "";
        "- number: Weight\n  »warn_if: {message: Too heavy}" => "- number: Weight\n  warn_if: {if: weight > 20, message: Too heavy}"
}
