//! G01: the file and YAML itself.

use super::entries;

entries! {
    FILE_TOO_LARGE = "G0101" Error Shortened
        "the file has {bytes} bytes; at most {max} can be read", "文件有 {bytes} 字节；最多只能读取 {max} 字节";
        why "A real app has a few thousand bytes: this is probably another file.", "正常的应用只有几千字节：这可能不是应用文件。";
        "app: Example\nsteps:\n  - wait: 1 min\n  - wait: 1 min\n  # … 5,000,000 bytes of this" => "app: Example\nsteps:\n  - wait: 1 min\n"
    EMPTY_FILE = "G0102" Error File
        "the file is empty", "文件是空的";
        why "", "";
        "»# nothing here\n" => "app: Report a near miss\nsteps:\n  - form: What happened?\n    fields:\n      - text: What did you see?\n"
    NOT_YAML = "G0103" Error File
        "this line cannot be understood: {reason}", "这一行无法理解：{reason}";
        why "Nothing below it could be read.", "它下面的内容都无法读取。";
        "app: Example\n? {: »- }\n  : :\n" => "app: Example\nsteps: [{wait: 1 min}]\n"
    TOO_DEEP = "G0104" Error Shortened
        "the file has more than {max} levels inside one another", "文件的嵌套超过 {max} 层";
        why "", "";
        "a:\n a:\n  a:\n   a:\n    # … 64 levels more" => "app: Example\nsteps:\n  - wait: 1 min\n"
    TOO_MANY_NODES = "G0105" Error Shortened
        "the file has more than {max} keys and values", "文件中的键和值超过 {max} 个";
        why "", "";
        "app: Example\nsteps:\n  - [1, 2, 3, 4, 5, 6, 7]\n  - [1, 2, 3, 4, 5, 6, 7]\n  # … 100,000 values of this" => "app: Example\nsteps:\n  - wait: 1 min\n"
    LIST_TOO_LONG = "G0106" Error Shortened
        "this list has more than {max} entries", "这个列表超过 {max} 项";
        why "", "";
        "app: Example\nsteps:\n  - 1\n  - 1\n  # … 10,000 entries of this" => "app: Example\nsteps:\n  - wait: 1 min\n"
    MAP_TOO_LONG = "G0107" Error Shortened
        "there are more than {max} words with a colon side by side here", "这里并列的键超过 {max} 个";
        why "", "";
        "k1: 1\nk2: 1\nk3: 1\n# … 1,000 words of this" => "app: Example\nsteps:\n  - wait: 1 min\n"
    TEXT_TOO_LONG = "G0108" Error Shortened
        "this text is longer than {max} bytes", "这段文字超过 {max} 字节";
        why "", "";
        "app: xxxxxxxxxxxx… # 100,001 letters\nsteps:\n  - wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    TOO_MANY_PROBLEMS = "G0109" Error Shortened
        "{max} problems are shown, {more} more are not", "只显示 {max} 个问题，另有 {more} 个没有显示";
        why "", "";
        "app: Example\nsteps:\n  - frm: x\n  - frm: x\n  # … 201 mistakes" => "app: Example\nsteps:\n  - wait: 1 min\n"
    SEVERAL_DOCUMENTS = "G0110" Error File
        "`---` begins a second app; one file is one app", "`---` 开始了第二个应用；一个文件只能有一个应用";
        why "", "";
        "app: One\nsteps:\n  - wait: 1 min\n»---\napp: Two\nsteps:\n  - wait: 1 min\n" => "app: One\nsteps:\n  - wait: 1 min\n"
    ANCHOR = "G0111" Error File
        "`{found}` is an anchor; texts that begin with & need quotes", "`{found}` 是锚点；以 & 开头的文字需要加引号";
        why "What is written once and meant twice is easily changed in one place only.", "写一次用两处的内容，容易只改一处。";
        "app: Example\nsteps:\n  - form: »&first Look\n    fields:\n      - tick: Done\n" => "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\n"
    ALIAS = "G0112" Error File
        "`{found}` repeats an anchor, which is not possible; texts that begin with * need quotes", "`{found}` 引用锚点，不支持；以 * 开头的文字需要加引号";
        why "", "";
        "app: Example\nsteps:\n  - form: »*first\n    fields:\n      - tick: Done\n" => "app: Example\nsteps:\n  - form: \"*first\"\n    fields:\n      - tick: Done\n"
    TAG = "G0113" Error File
        "`{found}` is a tag, which has no meaning here; texts that begin with ! need quotes", "`{found}` 是标签，这里没有意义；以 ! 开头的文字需要加引号";
        why "", "";
        "app: Example\nsteps:\n  - form: »!important Look\n    fields:\n      - tick: Done\n" => "app: Example\nsteps:\n  - form: \"!important Look\"\n    fields:\n      - tick: Done\n"
    MERGE_KEY = "G0114" Error File
        "`<<` (a merge key) is not possible here", "这里不能用 `<<`（合并键）";
        why "Write out what you mean: whoever reads the file must see it.", "请把内容写出来：看文件的人必须能看到。";
        "app: Example\nsteps:\n  - form: Look\n    »<<: {to: operator}\n    fields:\n      - tick: Done\n" => "app: Example\nsteps:\n  - form: Look\n    to: operator\n    fields:\n      - tick: Done\n"
    DUPLICATE_KEY = "G0115" Error File
        "`{found}` is written a second time; the first is in line {line}", "`{found}` 写了两次；第一次在第 {line} 行";
        why "Only one of the two could count, and nobody would see which.", "只有一个会生效，但没人知道是哪一个。";
        "app: Example\nsteps:\n  - form: Look\n    to: operator\n    »to: inspector\n    fields:\n      - tick: Done\n" => "app: Example\nsteps:\n  - form: Look\n    to: inspector\n    fields:\n      - tick: Done\n"
    KEY_IS_NO_WORD = "G0116" Error File
        "a word must stand in front of the colon, not a list or another mapping", "冒号前面必须是一个词，不能是列表或其他结构";
        why "", "";
        "app: Example\n»[a, b]: c\nsteps:\n  - wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    READ_DIFFERENTLY = "G0117" Error File
        "two readers of YAML do not agree on what this says; there may be a sign in it that cannot be seen", "两个 YAML 解析器对这里的理解不一致；可能含有看不见的符号";
        why "Another tool would read another value from the same file.", "别的工具会从同一个文件读出不同的值。";
        "app: One»\u{85}two\nsteps:\n  - wait: 1 min\n" => "app: One two\nsteps:\n  - wait: 1 min\n"
    TABS = "G0120" Notice File
        "this line is moved in with tabs; two spaces are meant", "这一行用制表符缩进；应该用两个空格";
        why "", "";
        "app: Example\nsteps:\n»\t- wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    WIDE_PUNCTUATION = "G0121" Notice File
        "`{found}` is typed with a Chinese keyboard; `{better}` is meant", "`{found}` 是全角符号；应该是 `{better}`";
        why "", "";
        "app»：Example\nsteps:\n  - wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    WIDE_QUOTES = "G0122" Notice File
        "these are quotes of a text program; straight quotes are meant", "这是全角引号；应该用直引号";
        why "", "";
        "app: »“Example”\nsteps:\n  - wait: 1 min\n" => "app: \"Example\"\nsteps:\n  - wait: 1 min\n"
    UNCLOSED_QUOTE = "G0130" Error File
        "the quote {found} is opened and never closed", "引号 {found} 没有关闭";
        why "Everything below would belong to this text.", "下面的内容都会被当成这段文字。";
        "app: »\"Example\nsteps:\n  - wait: 1 min\n" => "app: \"Example\"\nsteps:\n  - wait: 1 min\n"
    QUOTE_INSIDE_TEXT = "G0131" Error File
        "the text goes on behind its closing quote; put the whole text in quotes", "引号关闭后还有文字；请把整段文字放进引号";
        why "", "";
        "app: »\"First\" piece\nsteps:\n  - wait: 1 min\n" => "app: \"\\\"First\\\" piece\"\nsteps:\n  - wait: 1 min\n"
    UNCLOSED_BRACKET = "G0132" Error File
        "the bracket {found} is opened and never closed", "括号 {found} 没有关闭";
        why "", "";
        "app: Example\nstart:\n  - button: Go\n    at: »[qc-1, qc-2\nsteps:\n  - wait: 1 min\n" => "app: Example\nstart:\n  - button: Go\n    at: [qc-1, qc-2]\nsteps:\n  - wait: 1 min\n"
    EXTRA_BRACKET = "G0133" Error File
        "the bracket {found} closes nothing", "括号 {found} 没有对应的开始括号";
        why "", "";
        "app: Example\nstart:\n  - button: Go\n    at: [qc-1, qc-2]»]\nsteps:\n  - wait: 1 min\n" => "app: Example\nstart:\n  - button: Go\n    at: [qc-1, qc-2]\nsteps:\n  - wait: 1 min\n"
    TEXT_NEEDS_QUOTES = "G0134" Error File
        "this text has a sign in it that means something else here; put it in quotes", "这段文字里有特殊符号；请加引号";
        why "A colon with a space, and { [ * & ! % @ ` at the beginning, mean something in YAML.", "冒号加空格，以及开头的 { [ * & ! % @ ` 在 YAML 里有特殊含义。";
        "app: »Step 2: measure\nsteps:\n  - wait: 1 min\n" => "app: \"Step 2: measure\"\nsteps:\n  - wait: 1 min\n"
    SPACE_AFTER_COLON = "G0135" Error File
        "a space is missing behind the colon of `{found}`", "`{found}` 的冒号后面缺少空格";
        why "", "";
        "»app:Example\nsteps:\n  - wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    COLON_MISSING = "G0136" Error File
        "the colon behind `{found}` is missing", "`{found}` 后面缺少冒号";
        why "", "";
        "app: Example\n»steps\n  - wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    SPACE_AFTER_DASH = "G0137" Error File
        "a space is missing behind the dash", "短横线后面缺少空格";
        why "", "";
        "app: Example\nsteps:\n  - wait: 1 min\n  »-wait: 2 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n  - wait: 2 min\n"
    INDENTATION = "G0138" Error File
        "this line begins in column {found}, and belongs to nothing there; column {better} would fit", "这一行从第 {found} 列开始，不属于任何内容；第 {better} 列才合适";
        why "How far a line is moved in says what it belongs to.", "缩进决定一行属于哪一部分。";
        "app: Example\nsteps:\n  - form: Look\n     »fields:\n      - tick: Done\n" => "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\n"
    DASH_MISSING_IN_LIST = "G0139" Error File
        "the entries around this one begin with a dash, this one does not", "前后各项都以短横线开头，这一项没有";
        why "", "";
        "app: Example\nsteps:\n  - wait: 1 min\n  »wait: 2 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n  - wait: 2 min\n"
    LIST_ON_KEY_LINE = "G0140" Error File
        "a list begins in a line of its own", "列表要另起一行";
        why "", "";
        "app: Example\nsteps: »- wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    COMMENT_IN_TEXT = "G0141" Warning File
        "everything from ` #` on is a comment and not part of the text", "` #` 后面的内容是注释，不属于文字";
        why "People would read half a sentence.", "看到的只有半句话。";
        "app: Press »#3 is down\nsteps:\n  - wait: 1 min\n" => "app: \"Press #3 is down\"\nsteps:\n  - wait: 1 min\n"
}
