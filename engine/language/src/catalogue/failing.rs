//! G10: what leaves the engine, and what is done when it fails.

use super::entries;

entries! {
    RETRY_EXPECTED = "G1001" Error Steps
        "\"{found}\" does not say how often it is tried again: `retry: 5 times, from 2 s, doubling, up to 5 min`", "“{found}”没有说明重试几次：`retry: 5 times, from 2 s, doubling, up to 5 min`";
        why "", "";
        "- http: Ask the order system\n  connection: erp\n  get: /orders\n  retry: »5 times every 2 s" => "- http: Ask the order system\n  connection: erp\n  get: /orders\n  retry: 5 times, from 2 s, doubling, up to 5 min"
    RETRY_PAUSES = "G1002" Error Steps
        "the longest pause is shorter than the first one: \"{found}\"", "最长间隔比第一次间隔还短：“{found}”";
        why "", "";
        "- http: Ask the order system\n  connection: erp\n  get: /orders\n  retry: »5 times, from 2 min, up to 10 s" => "- http: Ask the order system\n  connection: erp\n  get: /orders\n  retry: 5 times, from 10 s, up to 2 min"
    END_IN_UNDO = "G1003" Error Steps
        "the run has ended when `undo` is done: `{word}` has no place here", "执行 `undo` 时流程已经结束：这里不能用 `{word}`";
        why "The run ends as it was going to once everything is taken back.", "全部撤销后，流程会按原来的方式结束。";
        "- http: Order material\n  connection: erp\n  post: /orders\n  undo:\n    - »finish: Taken back" => "- http: Order material\n  connection: erp\n  post: /orders\n  undo:\n    - http: Cancel the order\n      connection: erp\n      delete: /orders/1"
    ANSWER_TOO_LATE = "G1004" Error Steps
        "nobody answers a request after {found}: at most 10 min can be waited for", "没有系统会在 {found} 之后才回答：最多等 10 min";
        why "For longer waits let the other system send a message, and wait for it with `wait_for`.", "更久的等待，请让对方发消息，用 `wait_for` 等候。";
        "- http: Ask the order system\n  connection: erp\n  get: /orders\n  within: »2 h" => "- http: Ask the order system\n  connection: erp\n  get: /orders\n  within: 10 min"
    HTTP_WITHOUT_METHOD = "G1005" Error Steps
        "what is asked? `get`, `post`, `put`, `patch` or `delete` with a path is missing", "请求什么？缺少 `get`、`post`、`put`、`patch` 或 `delete` 和路径";
        why "", "";
        "- »http: Ask the order system\n  connection: erp" => "- http: Ask the order system\n  connection: erp\n  get: /orders"
    HTTP_TWO_METHODS = "G1006" Error Steps
        "one request does one thing: `{word}` or `{found}`", "一个请求只做一件事：`{word}` 或 `{found}`";
        why "", "";
        "- http: Ask the order system\n  connection: erp\n  get: /orders\n  »post: /orders" => "- http: Ask the order system\n  connection: erp\n  get: /orders"
    PATH_WITHOUT_SLASH = "G1007" Error Steps
        "a path begins with `/`: the address itself is the connection's", "路径以 `/` 开头：地址本身由连接给出";
        why "So nobody can send what is yours to an address that the site does not allow.", "这样数据不会被发到工厂不允许的地址。";
        "- http: Ask the order system\n  connection: erp\n  get: »orders" => "- http: Ask the order system\n  connection: erp\n  get: /orders"
    STATUS_EXPECTED = "G1008" Error Steps
        "`accept` lists statuses from 400 to 599, such as 404; this is \"{found}\"", "`accept` 列出 400 到 599 的状态码，例如 404；这里是“{found}”";
        why "What is below 400 is an answer anyway.", "400 以下本来就是回答。";
        "- http: Ask the order system\n  connection: erp\n  get: /orders\n  accept: [»200]" => "- http: Ask the order system\n  connection: erp\n  get: /orders\n  accept: [404]"
    SIZE_EXPECTED = "G1009" Error Steps
        "a size is written as `60 x 40 mm` (5 mm to 1 m), `a4` or `a5`; this is \"{found}\"", "尺寸写作 `60 x 40 mm`（5 mm 到 1 m）、`a4` 或 `a5`；这里是“{found}”";
        why "", "";
        "- print: Label\n  size: »60 x 40\n  content:\n    - text: Hello" => "- print: Label\n  size: 60 x 40 mm\n  content:\n    - text: Hello"
    PRINTED_WHAT = "G1010" Error Steps
        "what is printed here? `text`, `qr`, `datamatrix`, `code128`, `gs1`, `table`, `photo` or `line`", "这里打印什么？`text`、`qr`、`datamatrix`、`code128`、`gs1`、`table`、`photo` 或 `line`";
        why "", "";
        "- print: Label\n  content:\n    - »Hello" => "- print: Label\n  content:\n    - text: Hello"
    PRINTED_TOO_MUCH = "G1011" Error Shortened
        "more than {max} things on one print", "一次打印超过 {max} 项";
        why "", "";
        "- print: Label\n  content:\n    - text: Hello\n    - …" => "app: Example\nsteps:\n  - print: Label\n    content:\n      - text: Hello\n"
    FIELDS_AND_PAGES = "G1014" Error Steps
        "a form has `fields` or `pages`, not both", "表单用 `fields` 或 `pages`，不能两个都用";
        why "", "";
        "- form: Look\n  fields:\n    - tick: Done\n  »pages:\n    - page: Second\n      fields:\n        - tick: Also done" => "- form: Look\n  pages:\n    - page: First\n      fields:\n        - tick: Done\n    - page: Second\n      fields:\n        - tick: Also done"
    BUTTON_TWICE = "G1015" Error Steps
        "there are two buttons \"{found}\"", "有两个按钮“{found}”";
        why "", "";
        "- form: Look\n  buttons: [Good, Bad, »Good]\n  fields:\n    - tick: Done" => "- form: Look\n  buttons: [Good, Bad]\n  fields:\n    - tick: Done"
    BUTTONS_COUNT = "G1016" Error Steps
        "`buttons` names two to {max} ways to send the form", "`buttons` 要有 2 到 {max} 个";
        why "One button is there anyway.", "表单本来就有一个按钮。";
        "- form: Look\n  buttons: »[Good]\n  fields:\n    - tick: Done" => "- form: Look\n  buttons: [Good, Bad]\n  fields:\n    - tick: Done"
    DECIDE_WIDTH = "G1101" Error Steps
        "`{what}` has {found} entries, and {wanted} are needed: one for each column", "`{what}` 有 {found} 项，需要 {wanted} 项：每列一项";
        why "", "";
        "- decide: Disposition\n  inputs: [run.station]\n  gives: disposition\n  rows:\n    - when: »['\"qc-1\"', any]\n      then: scrap\n  otherwise: rework" => "- decide: Disposition\n  inputs: [run.station]\n  gives: disposition\n  rows:\n    - when: ['\"qc-1\"']\n      then: scrap\n  otherwise: rework"
    DECIDE_TEST = "G1102" Error Steps
        "\"{found}\" is no test: write `> 2 mm`, `[0.5..2] mm`, `\"A\", \"B\"`, `not(\"A\")`, or `any`", "“{found}”不是判断：请写 `> 2 mm`、`[0.5..2] mm`、`\"A\", \"B\"`、`not(\"A\")` 或 `any`";
        why "", "";
        "- decide: Disposition\n  inputs: [run.station]\n  gives: disposition\n  rows:\n    - when: »more than 2\n      then: scrap\n  otherwise: rework" => "- decide: Disposition\n  inputs: [run.station]\n  gives: disposition\n  rows:\n    - when: '\"qc-1\"'\n      then: scrap\n  otherwise: rework"
    DECIDE_TOO_MANY_ROWS = "G1103" Error Shortened
        "a decision table has at most {max} rows", "决策表最多 {max} 行";
        why "", "";
        "- decide: Disposition\n  rows:\n    - …" => "app: Example\nsteps:\n  - wait: 1 min\n"
    DECIDE_CELL = "G1104" Error Steps
        "the test `{found}` does not fit its column: {message}", "判断 `{found}` 与它的列不符：{message}";
        why "", "";
        "- form: Look\n  fields:\n    - number: Size\n- decide: Disposition\n  inputs: [size]\n  gives: disposition\n  rows:\n    - when: »widht\n      then: scrap\n  otherwise: rework" => "- form: Look\n  fields:\n    - number: Size\n- decide: Disposition\n  inputs: [size]\n  gives: disposition\n  rows:\n    - when: \"> 2\"\n      then: scrap\n  otherwise: rework"
    ROWS_OVERLAP = "G1105" Error Steps
        "rows {first} and {second} both fit when {example}; only one row may fit", "{example} 时第 {first} 行和第 {second} 行都符合；只能有一行符合";
        why "The run would stop at this step: nobody said which row counts. Where the first that fits is meant, write `rule: first`.", "流程会停在这一步：没说以哪一行为准。要以第一个符合的行为准，请写 `rule: first`。";
        "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rows:\n    - when: \"<= 5\"\n      then: rework\n    - »when: \">= 5\"\n      then: scrap" => "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rows:\n    - when: \"<= 5\"\n      then: rework\n    - when: \"> 5\"\n      then: scrap"
    ROWS_DISAGREE = "G1106" Error Steps
        "rows {first} and {second} both fit when {example}, and do not give the same", "{example} 时第 {first} 行和第 {second} 行都符合，但给出的结果不同";
        why "With `rule: any` several rows may fit, but they must agree. The run would stop at this step.", "`rule: any` 允许多行符合，但结果必须相同。流程会停在这一步。";
        "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rule: any\n  rows:\n    - when: \"<= 5\"\n      then: rework\n    - »when: \">= 5\"\n      then: scrap" => "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rule: any\n  rows:\n    - when: \"<= 5\"\n      then: rework\n    - when: \"> 5\"\n      then: scrap"
    CASE_WITHOUT_ROW = "G1107" Warning Steps
        "no row fits when {example}, and there is no `otherwise`", "{example} 时没有符合的行，也没有 `otherwise`";
        why "Everything that the table gives is empty then.", "这时决策表给出的值都是空的。";
        "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- »decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rows:\n    - when: \"< 5\"\n      then: rework\n    - when: \"> 5\"\n      then: scrap" => "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rows:\n    - when: \"< 5\"\n      then: rework\n    - when: \">= 5\"\n      then: scrap"
    ROW_NEVER_REACHED = "G1108" Warning Steps
        "row {found} never counts: a row above always fits first", "第 {found} 行永远不会生效：前面总有一行先符合";
        why "Rows are looked at from the top; what is rarer stands above what is usual.", "各行从上到下判断；少见的情况应写在常见情况的前面。";
        "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rule: first\n  rows:\n    - when: \"> 2\"\n      then: rework\n    - »when: \"> 5\"\n      then: scrap\n  otherwise: use as is" => "- form: Look\n  fields:\n    - whole: Defects\n      max: 9\n- decide: Disposition\n  inputs: [defects]\n  gives: disposition\n  rule: first\n  rows:\n    - when: \"> 5\"\n      then: scrap\n    - when: \"> 2\"\n      then: rework\n  otherwise: use as is"
    PLUGIN_STEP_EXPECTED = "G1012" Error Steps
        "a step of a plugin is named as `plugin/step`; this is \"{found}\"", "插件步骤写作 `plugin/step`；这里是“{found}”";
        why "", "";
        "- run: »capability" => "- run: spc/capability"
    PLUGIN_UNKNOWN = "G1013" Error OnSite
        "no plugin with the step `{found}` is installed here: plugins are not installed by a file", "这里没有安装带步骤 `{found}` 的插件：插件不是由文件安装的";
        why "The run would stop at this step every time.", "流程每次都会停在这一步。";
        "- run: »spc/capability\n  with:\n    readings: = [1, 2]" => "- set: Compute the mean\n  values:\n    mean_value: = mean([1, 2])"
}
