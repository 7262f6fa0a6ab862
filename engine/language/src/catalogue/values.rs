//! G04: what stands behind a colon.

use super::entries;

entries! {
    TEXT_MISSING = "G0401" Error Steps
        "there is no text behind `{what}`", "`{what}` 后面没有文字";
        why "", "";
        "- form»:\n  fields:\n    - tick: Done" => "- form: Look\n  fields:\n    - tick: Done"
    TEXT_EXPECTED = "G0402" Error Steps
        "`{what}` needs a text here", "`{what}` 这里需要文字";
        why "", "";
        "- form: »[Look]\n  fields:\n    - tick: Done" => "- form: Look\n  fields:\n    - tick: Done"
    UNKNOWN_LANGUAGE = "G0403" Error Steps
        "`{found}` is no language; texts in several languages are written as {en: …, zh: …}", "`{found}` 不是语言；多语言文字写成 {en: …, zh: …}";
        why "", "";
        "- form: {»english: Look, zh: 看}\n  fields:\n    - tick: Done" => "- form: {en: Look, zh: 看}\n  fields:\n    - tick: Done"
    VALUE_MISSING = "G0404" Error Steps
        "a value is missing here; write `= null` when it shall be empty", "这里缺少值；如果要为空请写 `= null`";
        why "", "";
        "- set: Compute\n  values:\n    result»:" => "- set: Compute\n  values:\n    result: 1"
    YES_NO_EXPECTED = "G0405" Error Fields
        "`{what}` is yes or no, not \"{found}\"", "`{what}` 只能是 yes 或 no，不能是“{found}”";
        why "", "";
        "- photo: Show it\n  optional: »maybe" => "- photo: Show it\n  optional: yes"
    COUNT_EXPECTED = "G0406" Error Steps
        "`{what}` is a whole number such as 3, not \"{found}\"", "`{what}` 应该是整数，例如 3，不是“{found}”";
        why "", "";
        "- form: Look\n  fields:\n    - tick: Done\n- repeat: Try\n  until: done = true\n  at_most: »a few times\n  steps: [{wait: 1 min}]" => "- form: Look\n  fields:\n    - tick: Done\n- repeat: Try\n  until: done = true\n  at_most: 3 times\n  steps: [{wait: 1 min}]"
    COUNT_OUT_OF_RANGE = "G0407" Error Fields
        "`{what}` is from {min} to {max}, not {found}", "`{what}` 的范围是 {min} 到 {max}，不是 {found}";
        why "", "";
        "- measure: Diameter\n  limits: 1 to 2 mm\n  samples: »0" => "- measure: Diameter\n  limits: 1 to 2 mm\n  samples: 1"
    NUMBER_EXPECTED = "G0408" Error Fields
        "`{what}` is a number, not \"{found}\"", "`{what}` 应该是数字，不是“{found}”";
        why "", "";
        "- number: Weight\n  max: »2,5" => "- number: Weight\n  max: 2.5"
    DURATION_EXPECTED = "G0409" Error Steps
        "`{what}` is a time such as 20 min, not \"{found}\"", "`{what}` 应该是时长，例如 20 min，不是“{found}”";
        why "", "";
        "- wait: »10 minits" => "- wait: 10 min"
    DURATION_NEGATIVE = "G0410" Error Steps
        "`{what}` cannot be less than no time", "`{what}` 不能小于零";
        why "", "";
        "- wait: »-5 min" => "- wait: 5 min"
    CHOICE_EXPECTED = "G0411" Error Steps
        "\"{found}\" is not possible for `{what}`", "`{what}` 不能是“{found}”";
        why "", "";
        "- together: Prepare\n  wait_for: »al\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]\n    - branch: Material\n      steps: [{wait: 1 min}]" => "- together: Prepare\n  wait_for: all\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]\n    - branch: Material\n      steps: [{wait: 1 min}]"
    MOMENT_EXPECTED = "G0412" Error Steps
        "a moment is a date, a time of day or `= formula`, not \"{found}\"", "时刻应该是日期、时间或 `= 公式`，不是“{found}”";
        why "", "";
        "- wait_until: »tomorrow morning" => "- wait_until: 06:00"
    LIMITS_EXPECTED = "G0413" Error Fields
        "limits are written as `24.95 to 25.05 mm`, not \"{found}\"", "限值写成 `24.95 to 25.05 mm`，不是“{found}”";
        why "", "";
        "- measure: Diameter\n  limits: »between 24.95 and 25.05 mm" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm"
    UNKNOWN_UNIT = "G0414" Error Fields
        "\"{found}\" is no unit that is known", "不认识单位“{found}”";
        why "", "";
        "- number: Weight\n  unit: »kgs" => "- number: Weight\n  unit: kg"
    OTHER_UNIT = "G0415" Error Fields
        "\"{found}\" has another unit than the limits, which are in {unit}", "“{found}”的单位与限值的单位 {unit} 不同";
        why "Nothing is converted silently: a mix-up of units is how parts get scrapped.", "单位不会自动换算：单位弄错会造成报废。";
        "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  target: »25 cm" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  target: 25 mm"
    MIN_ABOVE_MAX = "G0416" Error Fields
        "`{low}` is above `{high}`", "`{low}` 大于 `{high}`";
        why "Nothing that anyone types would be taken.", "输入什么都不会被接受。";
        "- number: Weight\n  min: »5\n  max: 1" => "- number: Weight\n  min: 1\n  max: 5"
    MEASURE_WITHOUT_LIMITS = "G0417" Error Fields
        "a measurement needs limits; use `number` for a value that is only noted", "测量需要限值；只记录的数值请用 `number`";
        why "Without limits no value is ever wrong.", "没有限值就没有不合格的值。";
        "- »measure: Diameter" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm"
    TARGET_OUTSIDE = "G0418" Error Fields
        "the target {target} is outside the limits", "目标值 {target} 不在限值内";
        why "", "";
        "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  target: »26 mm" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  target: 25 mm"
    DECIMALS_TOO_FEW = "G0419" Error Fields
        "with {decimals} decimals the limits cannot be reached: they have {needed}", "只有 {decimals} 位小数无法判断限值：限值有 {needed} 位小数";
        why "A value right at the limit could not be typed.", "无法输入刚好在限值上的值。";
        "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  decimals: »1" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  decimals: 2"
    GAUGE_TOO_COARSE = "G0420" Warning Fields
        "with an uncertainty of {uncertainty} no value can ever be ok: it is more than half of the limits' width", "不确定度 {uncertainty} 超过限值宽度的一半，任何值都无法判为合格";
        why "Every measurement would be undecided and go to a person.", "每次测量都会是无法判定，需要人来决定。";
        "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  uncertainty: »0.06" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm\n  uncertainty: 0.005"
    PATTERN_WRONG = "G0421" Error Fields
        "\"{found}\" is no pattern that can be used", "“{found}”不是可用的格式";
        why "", "";
        "- scan: Serial number\n  pattern: »\"SN-[0-9\"" => "- scan: Serial number\n  pattern: SN-[0-9]{6}"
    CHOOSE_WITHOUT_FROM = "G0422" Error Fields
        "there is nothing to choose from: `from` is missing", "没有可选项：缺少 `from`";
        why "", "";
        "- »choose: What now" => "- choose: What now\n  from: [go on, stop]"
    CHOICE_TWICE = "G0423" Error Fields
        "the choice \"{found}\" is written twice", "选项“{found}”写了两次";
        why "", "";
        "- choose: What now\n  from: [stop, »stop]" => "- choose: What now\n  from: [go on, stop]"
    ONE_CHOICE = "G0424" Warning Fields
        "there is only one choice, so nothing is asked; use `tick` to have it confirmed", "只有一个选项，等于没有问；需要确认请用 `tick`";
        why "", "";
        "- choose: What now\n  from: »[stop]" => "- choose: What now\n  from: [go on, stop]"
    TIME_ZONE_EXPECTED = "G0425" Error SiteFile
        "\"{found}\" is no time zone; write its IANA name", "“{found}”不是时区；请写 IANA 名称";
        why "Shifts and deadlines would be hours off.", "班次和期限会差几个小时。";
        "site: Plant\ntime_zone: »Beijing\n" => "site: Plant\ntime_zone: Asia/Shanghai\n"
    DECIMALS_TOO_FINE = "G0426" Warning Fields
        "{decimals} decimals can be typed, but the gauge is only sure to {uncertainty}", "可以输入 {decimals} 位小数，但量具只能准到 {uncertainty}";
        why "The last digits would be made up.", "最后几位数字是编出来的。";
        "- measure: Width\n  limits: 1 to 2 mm\n  uncertainty: 0.05\n  decimals: »4" => "- measure: Width\n  limits: 1 to 2 mm\n  uncertainty: 0.05\n  decimals: 2"
}
