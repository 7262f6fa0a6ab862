//! G05: formulas and conditions. What the formula crate finds keeps its own words; here are the codes.

use super::{Entry, entries};

entries! {
    FORMULA_WRONG = "G0501" Error Steps
        "{message}", "{message}";
        why "", "";
        "- finish: Done\n  if: run.id =»" => "- finish: Done\n  if: run.id = \"1\""
    FORMULA_MISSING = "G0502" Error Steps
        "there is no formula behind `{what}`", "`{what}` 后面没有公式";
        why "", "";
        "- for_each: Check\n  in»:\n  steps: [{wait: 1 min}]" => "- for_each: Check\n  in: = [1, 2]\n  steps: [{wait: 1 min}]"
    FORMULA_EXPECTED = "G0503" Error Steps
        "`{what}` needs a formula here", "`{what}` 这里需要公式";
        why "", "";
        "- for_each: Check\n  in: »[1, 2]\n  steps: [{wait: 1 min}]" => "- for_each: Check\n  in: = [1, 2]\n  steps: [{wait: 1 min}]"
    EQUALS_BEFORE_CONDITION = "G0504" Error Steps
        "`{what}` is always a condition, so the = in front is left out", "`{what}` 本来就是条件，前面不用写 =";
        why "", "";
        "- finish: Done\n  if: »= run.id = \"1\"" => "- finish: Done\n  if: run.id = \"1\""
    EQUALS_MISSING = "G0505" Error Steps
        "`{what}` needs `=` in front of the formula", "`{what}` 的公式前面需要 `=`";
        why "", "";
        "- for_each: Check\n  in: »\"[1, 2]\"\n  steps: [{wait: 1 min}]" => "- for_each: Check\n  in: = [1, 2]\n  steps: [{wait: 1 min}]"
    FORMULA_DOUBLE_EQUALS = "G0506" Error Steps
        "{message}", "{message}";
        why "", "";
        "- finish: Done\n  if: run.id »== \"1\"" => "- finish: Done\n  if: run.id = \"1\""
    FORMULA_OTHER_LANGUAGE = "G0507" Error Steps
        "{message}", "{message}";
        why "", "";
        "- finish: Done\n  if: run.id != \"1\" »&& run.id != \"2\"" => "- finish: Done\n  if: run.id != \"1\" and run.id != \"2\""
    FORMULA_TEXT = "G0508" Error Steps
        "{message}", "{message}";
        why "", "";
        "- finish: Done\n  if: run.id = »'1'" => "- finish: Done\n  if: run.id = \"1\""
    FORMULA_BRACKET = "G0509" Error Steps
        "{message}", "{message}";
        why "", "";
        "- finish: Done\n  if: (run.id = \"1\"»" => "- finish: Done\n  if: (run.id = \"1\")"
    FORMULA_UNKNOWN_NAME = "G0510" Error Steps
        "{message}", "{message}";
        why "It would always be empty, and nobody would know why.", "它会一直是空的，而且没人知道原因。";
        "- form: Count\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: »peices > 3" => "- form: Count\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: pieces > 3"
    FORMULA_UNKNOWN_MEMBER = "G0511" Error Steps
        "{message}", "{message}";
        why "", "";
        "- form: Count\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: count.»answerd_by = \"wang\"" => "- form: Count\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: count.answered_by = \"wang\""
    FORMULA_FUNCTION = "G0512" Error Steps
        "{message}", "{message}";
        why "", "";
        "- set: Compute\n  values:\n    n: = »summ([1, 2])" => "- set: Compute\n  values:\n    n: = sum([1, 2])"
    FORMULA_TYPE = "G0513" Error Steps
        "{message}", "{message}";
        why "The result would be empty, and whatever waits for it would wait for ever.", "结果会是空的，等待它的步骤会一直等下去。";
        "- form: Count\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: pieces > »\"3\"" => "- form: Count\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: pieces > 3"
    FORMULA_UNIT = "G0514" Error Steps
        "{message}", "{message}";
        why "Nothing is converted silently: a mix-up of units is how parts get scrapped.", "单位不会自动换算：单位弄错会造成报废。";
        "- form: Look\n  fields:\n    - measure: Diameter\n      limits: 24 to 26 mm\n- finish: Big\n  if: »diameter > 2.5 cm" => "- form: Look\n  fields:\n    - measure: Diameter\n      limits: 24 to 26 mm\n- finish: Big\n  if: diameter > 25 mm"
    FORMULA_NEVER_EQUAL = "G0515" Error Steps
        "{message}", "{message}";
        why "This way would never be taken.", "这条路永远不会走到。";
        "- form: Ask\n  fields:\n    - choose: What now\n      from: [go on, stop]\n- finish: Stopped\n  if: what_now = »\"stopp\"" => "- form: Ask\n  fields:\n    - choose: What now\n      from: [go on, stop]\n- finish: Stopped\n  if: what_now = \"stop\""
    FORMULA_CONSTANT = "G0516" Warning Steps
        "{message}", "{message}";
        why "", "";
        "- finish: Done\n  if: »1 = 1" => "- finish: Done\n  if: run.id = \"1\""
    FORMULA_NO_VERDICT = "G0517" Error Steps
        "{message}", "{message}";
        why "", "";
        "- form: Ask\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: »pieces is ok" => "- form: Ask\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: pieces > 3"
    FORMULA_NO_CONDITION = "G0518" Error Steps
        "{message}", "{message}";
        why "Only true counts as yes: the step would never be done.", "只有 true 才算成立：这一步永远不会执行。";
        "- form: Ask\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: »pieces + 1" => "- form: Ask\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: pieces > 1"
    FORMULA_LIMIT = "G0519" Error Shortened
        "{message}", "{message}";
        why "", "";
        "app: Example\nsteps:\n  - finish: Done\n    if: 1 + 1 + 1 + … = 1 # 20,000 signs\n" => "app: Example\nsteps:\n  - finish: Done\n    if: run.id = \"1\"\n"
    TEMPLATE_BRACE = "G0520" Error Steps
        "{message}", "{message}";
        why "", "";
        "- form: Look at »{order\n  fields:\n    - tick: Done" => "- form: Look at the order\n  fields:\n    - tick: Done"
    FORMULA_UNKNOWN_UNIT = "G0521" Error Fields
        "{message}", "{message}";
        why "", "";
        "- measure: Diameter\n  limits: 24 to 26 »milimeter" => "- measure: Diameter\n  limits: 24 to 26 mm"
    LIMITS_SWAPPED = "G0522" Error Fields
        "{message}", "{message}";
        why "No part would ever be right.", "没有零件能合格。";
        "- measure: Diameter\n  limits: »25.05 to 24.95 mm" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm"
    LIMITS_UNITS = "G0523" Error Fields
        "{message}", "{message}";
        why "Nothing is converted silently: a mix-up of units is how parts get scrapped.", "单位不会自动换算：单位弄错会造成报废。";
        "- measure: Diameter\n  limits: 24.95 mm to 25.05 »cm" => "- measure: Diameter\n  limits: 24.95 to 25.05 mm"
    NOT_FILLED_YET = "G0530" Error Steps
        "`{found}` is read here, but it is asked only later, in step {where}", "这里读取了 `{found}`，但它在后面的第 {where} 步才填写";
        why "It would always be empty here.", "它在这里永远是空的。";
        "- finish: Done\n  if: »pieces > 3\n- form: Count\n  fields:\n    - whole: Pieces" => "- form: Count\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: pieces > 3"
    NOT_ON_THIS_WAY = "G0531" Error Steps
        "`{found}` is asked only on another way, in step {where}, so it is always empty here", "`{found}` 只在另一条路的第 {where} 步填写，在这里永远是空的";
        why "", "";
        "- if: run.id = \"1\"\n  steps:\n    - form: Count\n      fields:\n        - whole: Pieces\n  otherwise:\n    - finish: Done\n      if: »pieces > 3" => "- form: Count\n  fields:\n    - whole: Pieces\n- if: run.id = \"1\"\n  steps:\n    - finish: Done\n      if: pieces > 3"
    INSIDE_FOR_EACH = "G0533" Error Steps
        "`{found}` belongs to each element of the loop in which step {where} stands; outside, `{rounds}` lists them all", "`{found}` 属于第 {where} 步所在循环的每个元素；在循环外请用 `{rounds}` 读取全部";
        why "It would always be empty here.", "它在这里永远是空的。";
        "- for_each: Weigh\n  in: = [1, 2]\n  steps:\n    - form: Weigh one\n      fields:\n        - number: Weight\n- set: Add up\n  values:\n    total: = »weight" => "- for_each: Weigh\n  in: = [1, 2]\n  steps:\n    - form: Weigh one\n      fields:\n        - number: Weight\n- set: Add up\n  values:\n    total: = count(weigh_one.rounds)"
    VALUE_INSIDE_FOR_EACH = "G0535" Error Steps
        "`{found}` belongs to each element of the loop in which step {where} stands and cannot be read outside", "`{found}` 属于第 {where} 步所在循环的每个元素，在循环外读不到";
        why "It would always be empty here. Save it in a table inside the loop, or work it out here from the `rounds` of a form.", "它在这里永远是空的。请在循环内保存到表，或在这里用表单的 `rounds` 计算。";
        "- for_each: Weigh\n  in: = [1, 2]\n  steps:\n    - set: Keep\n      values:\n        weight: = item * 2\n- set: Add up\n  values:\n    total: = »weight" => "- for_each: Weigh\n  in: = [1, 2]\n  steps:\n    - set: Keep\n      values:\n        weight: = item * 2\n        more: = weight + 1"
    NOT_MEASURED_GOES_ON = "G0534" Warning Steps
        "where `{found}` was not measured or is not decidable, this goes on as if it were right", "`{found}` 没有测量或无法判定时，这里会当作合格继续";
        why "Not measured is never a pass. Ask `is ok`, and put all that happens otherwise under `otherwise`; or name the other cases.", "没有测量不等于合格。请问 `is ok`，其余情况写在 `otherwise` 下；或者把其他情况也写出来。";
        "- form: Measure\n  fields:\n    - measure: Width\n      limits: 1 to 2 mm\n      optional: yes\n- if: »width is not ok\n  steps:\n    - finish: Stopped" => "- form: Measure\n  fields:\n    - measure: Width\n      limits: 1 to 2 mm\n      optional: yes\n- if: width is ok\n  steps:\n    - finish: Released"
    RESULT_TYPE = "G0532" Error Steps
        "{wanted} is needed here, not {found}", "这里需要{wanted}，不是{found}";
        why "", "";
        "- for_each: Check\n  in: = »3\n  steps: [{wait: 1 min}]" => "- for_each: Check\n  in: = [1, 2, 3]\n  steps: [{wait: 1 min}]"
    NOT_ASKED_GOES_ON = "G0536" Warning Steps
        "`{found}` may not have been asked at all when this is decided; then it goes on as if it were right", "判断到这里时，`{found}` 可能根本没有问过；这时会当作合格继续";
        why "Not measured is never a pass. Ask `is ok`, and put all that happens otherwise under `otherwise`; or name the other cases.", "没有测量不等于合格。请问 `is ok`，其余情况写在 `otherwise` 下；或者把其他情况也写出来。";
        "- form: Look\n  fields:\n    - yes_no: Is it a new tool\n- form: Look for cracks\n  if: is_it_a_new_tool = false\n  fields:\n    - check: Crack\n- finish: Scrapped\n  if: »crack is not ok" => "- form: Look\n  fields:\n    - yes_no: Is it a new tool\n- form: Look for cracks\n  if: is_it_a_new_tool = false\n  fields:\n    - check: Crack\n- finish: Scrapped\n  if: is_it_a_new_tool = false and crack is not ok"
    MEAN_OF_SAMPLES = "G0537" Warning Steps
        "`{found}` is compared as the mean of its {samples} samples: a bad one is hidden by the others", "`{found}` 按 {samples} 个样本的平均值比较：不合格的样本会被其他样本掩盖";
        why "`is ok` looks at every sample; `.min` and `.max` are the outermost ones; `.mean` says that the mean is meant.", "`is ok` 会看每一个样本；`.min` 和 `.max` 是最小和最大的样本；`.mean` 表示就是要平均值。";
        "- form: Measure\n  fields:\n    - measure: Width\n      limits: 1 to 2 mm\n      samples: 3\n- finish: Too wide\n  if: »width > 2 mm" => "- form: Measure\n  fields:\n    - measure: Width\n      limits: 1 to 2 mm\n      samples: 3\n- finish: Too wide\n  if: width.max > 2 mm"
    OUT_OF_RANGE = "G0538" Warning Steps
        "this is {holds} true: `{found}` can only be typed {range}", "这里{holds}：`{found}` 只能填{range}";
        why "", "";
        "- form: Count\n  fields:\n    - whole: Pieces\n      max: 500\n- finish: Too many\n  if: »pieces > 500" => "- form: Count\n  fields:\n    - whole: Pieces\n      max: 500\n- finish: Too many\n  if: pieces > 400"
    COMPARED_WITH_ITSELF = "G0539" Error File
        "`{found}` is the same on both sides; the run's own is `{better}`", "两边都是同一个 `{found}`；本次运行的值写作 `{better}`";
        why "In `where` the columns of the table and the members of the message come first, so this would be true of all of them.", "在 `where` 里，表的列和消息的内容优先，所以这里对每一条都成立。";
        "app: Example\ninputs:\n  - text: Order\ntables:\n  - table: Parts\n    key: number\n    columns: [number, order]\nsteps:\n  - find: Parts\n    where: order = »order\n" => "app: Example\ninputs:\n  - text: Order\ntables:\n  - table: Parts\n    key: number\n    columns: [number, order]\nsteps:\n  - find: Parts\n    where: order = run.order\n"
    NOT_ANSWERED_GOES_ON = "G0540" Warning Steps
        "where `{found}` was left open, this holds as if it had been answered", "`{found}` 没有填写时，这里也成立，就像填写过一样";
        why "Who did not look did not say that all is well. Ask for the answer that is wanted: `clean = true`; or name the other case: `clean is empty`.", "没有看过不等于没有问题。请直接问想要的答案：`clean = true`；或者把另一种情况写出来：`clean is empty`。";
        "- form: Look\n  fields:\n    - yes_no: Clean\n      optional: yes\n- finish: Released\n  if: not(»clean = false)" => "- form: Look\n  fields:\n    - yes_no: Clean\n      optional: yes\n- finish: Released\n  if: clean = true"
}

/// Our code for a problem of the formula crate.
pub(crate) fn formula(code: &str) -> &'static Entry {
    match code {
        "double-equals" | "equals-first" => FORMULA_DOUBLE_EQUALS,
        "write-word" | "write-sign" | "capitals" => FORMULA_OTHER_LANGUAGE,
        "single-quotes" | "unclosed-text" | "bad-escape" => FORMULA_TEXT,
        "unclosed-bracket" | "extra-bracket" => FORMULA_BRACKET,
        "unknown-name" => FORMULA_UNKNOWN_NAME,
        "unknown-member" => FORMULA_UNKNOWN_MEMBER,
        "unknown-function" | "argument-count" | "unknown-argument" | "argument-type" => FORMULA_FUNCTION,
        "type-mismatch" | "wrong-type" | "unknown-type" | "bad-moment" => FORMULA_TYPE,
        "unit-mismatch" => FORMULA_UNIT,
        "unknown-unit" => FORMULA_UNKNOWN_UNIT,
        "never-equal" => FORMULA_NEVER_EQUAL,
        "always-true" | "always-false" => FORMULA_CONSTANT,
        "no-verdict" => FORMULA_NO_VERDICT,
        "not-a-condition" => FORMULA_NO_CONDITION,
        "formula-too-long" | "too-deep" | "too-many-operators" => FORMULA_LIMIT,
        "template-brace" => TEMPLATE_BRACE,
        "limits-crossed" => LIMITS_SWAPPED,
        _ => FORMULA_WRONG,
    }
}
