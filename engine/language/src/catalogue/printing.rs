//! G16: what is printed.

use super::entries;

entries! {
    LABEL_TOO_NARROW = "G1601" Warning Steps
        "\"{found}\" does not fit across the label even in the smallest letters: it needs {needed} mm, and there are {room} mm", "“{found}”用最小的字也放不进标签的宽度：需要 {needed} mm，只有 {room} mm";
        why "Nothing is cut off: a label on which something does not fit is not printed, and the step fails.", "打印时不会截断内容：放不下的标签不打印，这一步会失败。";
        "- »print: Label\n  size: 20 x 15 mm\n  content:\n    - text: Hochgeschwindigkeitsspindellagerung" => "- print: Label\n  size: 60 x 15 mm\n  content:\n    - text: Hochgeschwindigkeitsspindellagerung"
    LABEL_TOO_LOW = "G1602" Warning Steps
        "what is on the label does not fit even in the smallest letters: it needs {needed} mm of height, and there are {room} mm", "标签上的内容用最小的字也放不下：高度需要 {needed} mm，只有 {room} mm";
        why "Nothing is cut off: a label on which something does not fit is not printed, and the step fails.", "打印时不会截断内容：放不下的标签不打印，这一步会失败。";
        "- »print: Label\n  size: 30 x 10 mm\n  content:\n    - text: Shaft\n    - qr: \"{run.id}\"" => "- print: Label\n  size: 30 x 20 mm\n  content:\n    - text: Shaft\n    - qr: \"{run.id}\""
}
