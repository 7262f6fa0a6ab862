//! G02: what is written where.

use super::entries;

entries! {
    NOT_AN_APP = "G0201" Error File
        "this is no app: an app begins with `app:` and its name", "这不是应用：应用以 `app:` 和名称开头";
        why "", "";
        "»- wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    SITE_AS_APP = "G0202" Error File
        "this is a site file, not an app", "这是现场文件，不是应用";
        why "", "";
        "»site: Plant\ntime_zone: Asia/Shanghai\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    UNKNOWN_KEY = "G0203" Error Steps
        "`{found}` is not known in {in}", "{in}里没有 `{found}`";
        why "What is not known would be ignored, and nobody would notice.", "不认识的内容会被忽略，而且没人会发现。";
        "- form: Look\n  »feilds:\n    - tick: Done" => "- form: Look\n  fields:\n    - tick: Done"
    UNKNOWN_STEP = "G0204" Error Steps
        "`{found}` is no step", "没有叫 `{found}` 的步骤";
        why "", "";
        "- »fomr: Look\n  fields:\n    - tick: Done" => "- form: Look\n  fields:\n    - tick: Done"
    UNKNOWN_FIELD = "G0205" Error Fields
        "`{found}` is no field", "没有叫 `{found}` 的字段";
        why "", "";
        "- »mesure: Diameter\n  limits: 1 to 2 mm" => "- measure: Diameter\n  limits: 1 to 2 mm"
    OTHER_NUMBER = "G0206" Notice File
        "`{found}` is understood as `{word}`", "`{found}` 按 `{word}` 理解";
        why "", "";
        "app: Example\n»step:\n  - wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    KEY_MISSING = "G0207" Error Steps
        "`{word}` is missing here", "这里缺少 `{word}`";
        why "", "";
        "- »tell: team leader" => "- tell: team leader\n  message: Please come"
    STEP_INSIDE_ENTRY = "G0208" Error Steps
        "`{found}` begins another step and needs a dash of its own; it is no part of {in}", "`{found}` 是另一个步骤，需要自己的短横线；它不属于{in}";
        why "", "";
        "- wait: 1 min\n  »finish: Done" => "- wait: 1 min\n- finish: Done"
    STEP_WITHOUT_SENTENCE = "G0209" Error Steps
        "`{word}` needs a colon and a sentence that says what is done", "`{word}` 后面需要冒号和一句说明";
        why "", "";
        "- »finish" => "- finish: Done"
    STEP_WORD_MISSING = "G0210" Error Steps
        "a step begins with a word that says what it is, not with \"{found}\"", "步骤要以说明类型的词开头，不能是“{found}”";
        why "", "";
        "- »Measure the shaft" => "- form: Measure the shaft\n  fields:\n    - tick: Done"
    FIELD_AS_STEP = "G0211" Error Steps
        "`{found}` is a field; fields stand under `fields:` of a `form`", "`{found}` 是字段；字段要写在 `form` 的 `fields:` 下面";
        why "", "";
        "- »measure: Diameter" => "- form: Measure\n  fields:\n    - measure: Diameter\n      limits: 1 to 2 mm"
    FIELD_WITHOUT_SENTENCE = "G0212" Error Fields
        "`{word}` needs a colon and a sentence that says what is asked", "`{word}` 后面需要冒号和一句问题";
        why "", "";
        "- »photo" => "- photo: Show it"
    FIELD_WORD_MISSING = "G0213" Error Fields
        "a field begins with a word that says what it is, not with \"{found}\"", "字段要以说明类型的词开头，不能是“{found}”";
        why "", "";
        "- »What did you see" => "- text: What did you see"
    MAPPING_EXPECTED = "G0214" Error Steps
        "{what} is written as words with colons, one in each line", "{what} 要写成带冒号的键值，每行一个";
        why "", "";
        "- set: Compute\n  values: »3" => "- set: Compute\n  values:\n    result: 3"
    WIDE_COLON = "G0215" Error Steps
        "`：` is the colon of a Chinese keyboard; a plain colon and a space are needed", "`：` 是全角冒号；需要半角冒号加空格";
        why "", "";
        "- set: Compute\n  values: result»：3" => "- set: Compute\n  values: {result: 3}"
    DASH_MISSING = "G0216" Notice Steps
        "`{what}` is a list: its entry should begin with a dash", "`{what}` 是列表：每一项应以短横线开头";
        why "", "";
        "- form: Look\n  fields:\n    »tick: Done" => "- form: Look\n  fields:\n    - tick: Done"
    LIST_EMPTY = "G0217" Error File
        "there is nothing under `{what}`", "`{what}` 下面是空的";
        why "", "";
        "app: Example\nsteps»:\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    LIST_EXPECTED = "G0218" Error Fields
        "`{what}` is a list, not \"{found}\"", "`{what}` 应该是列表，不是“{found}”";
        why "", "";
        "- choose: What now\n  from: »stop, go" => "- choose: What now\n  from: [stop, go]"
    ENTRY_EMPTY = "G0219" Error Steps
        "there is a dash with nothing behind it", "短横线后面是空的";
        why "", "";
        "- wait: 1 min\n-»" => "- wait: 1 min"
    APP_WITHOUT_NAME = "G0220" Error File
        "the app has no name: `app:` is missing", "应用没有名称：缺少 `app:`";
        why "", "";
        "»steps:\n  - wait: 1 min\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    APP_WITHOUT_STEPS = "G0221" Error File
        "the app does nothing: `steps:` is missing", "应用什么也不做：缺少 `steps:`";
        why "", "";
        "»app: Example\n" => "app: Example\nsteps:\n  - wait: 1 min\n"
    UNKNOWN_START = "G0222" Error File
        "a start is a `button` or a `message`", "启动方式只能是 `button` 或 `message`";
        why "", "";
        "app: Example\nstart:\n  - »at: qc-1\nsteps:\n  - wait: 1 min\n" => "app: Example\nstart:\n  - button: Go\n    at: qc-1\nsteps:\n  - wait: 1 min\n"
    FORM_WITHOUT_FIELDS = "G0223" Error Steps
        "the form asks nothing: `fields` is missing, and so is `sign`", "表单没有内容：缺少 `fields`，也没有 `sign`";
        why "A task without a question is ticked off unread.", "没有问题的任务会不看就点掉。";
        "- »form: Look" => "- form: Look\n  fields:\n    - tick: Done"
    TOO_MANY_STEPS = "G0224" Error Shortened
        "the app has more than {max} steps", "应用超过 {max} 个步骤";
        why "", "";
        "app: Example\nsteps:\n  - wait: 1 min\n  - wait: 1 min\n  # … 2,001 steps" => "app: Example\nsteps:\n  - wait: 1 min\n"
    TOO_MANY_FIELDS = "G0225" Error Shortened
        "the form has more than {max} fields", "表单超过 {max} 个字段";
        why "", "";
        "app: Example\nsteps:\n  - form: Ask\n    fields:\n      - tick: Point 1\n      - tick: Point 2\n      # … 501 fields" => "app: Example\nsteps:\n  - form: First part\n    fields:\n      - tick: Point 1\n  - form: Second part\n    fields:\n      - tick: Point 2\n"
    TOO_MANY_COLUMNS = "G0226" Error Shortened
        "the table has more than {max} columns", "表超过 {max} 列";
        why "", "";
        "app: Example\ntables:\n  - table: Parts\n    key: c1\n    columns: [c1, c2, c3, …] # 501 columns\nsteps:\n  - wait: 1 min\n" => "app: Example\ntables:\n  - table: Parts\n    key: c1\n    columns: [c1, c2, c3]\nsteps:\n  - wait: 1 min\n"
    TOO_MANY_CHOICES = "G0227" Error Shortened
        "there are more than {max} choices", "选项超过 {max} 个";
        why "", "";
        "app: Example\nsteps:\n  - form: Ask\n    fields:\n      - choose: Which part\n        from: [part 1, part 2, part 3, …] # 1,001 choices\n" => "app: Example\nsteps:\n  - form: Ask\n    fields:\n      - scan: Which part\n"
    NOT_YET = "G0228" Error Steps
        "this version does not have `{found}` yet; {instead}", "这个版本还没有 `{found}`；{instead}";
        why "", "";
        "- »script: mean(1, 2)" => "- set: The mean\n  values:\n    middle: = mean([1, 2])"
    ROWS_IN_ROWS = "G0229" Error Fields
        "rows cannot have rows inside", "行里面不能再有行";
        why "", "";
        "- rows: Boxes\n  columns:\n    - »rows: Parts\n      columns:\n        - text: Name" => "- rows: Parts\n  columns:\n    - text: Box\n    - text: Name"
    NOT_A_SITE = "G0230" Error SiteFile
        "this is no site file: it begins with `site:` and the name of the plant", "这不是现场文件：它以 `site:` 和工厂名称开头";
        why "", "";
        "»- line: line-3\n" => "site: Plant\ntime_zone: Asia/Shanghai\n"
}
