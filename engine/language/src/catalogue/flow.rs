//! G06: the flow of steps.

use super::entries;

entries! {
    REPEAT_WITHOUT_UNTIL = "G0601" Error Steps
        "`until` is missing: when is it enough?", "缺少 `until`：什么时候结束？";
        why "The loop would only end when the rounds are used up.", "循环只会在次数用完后才结束。";
        "- »repeat: Measure until it is right\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm" => "- repeat: Measure until it is right\n  until: diameter is ok\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm"
    REPEAT_WITHOUT_AT_MOST = "G0602" Error Steps
        "`at_most` is missing: how many times, before someone else decides?", "缺少 `at_most`：最多几次，之后由别人决定？";
        why "A loop without an end measures until it fits.", "没有上限的循环会一直测到合格为止。";
        "- »repeat: Measure until it is right\n  until: diameter is ok\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm" => "- repeat: Measure until it is right\n  until: diameter is ok\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm"
    WAY_WITHOUT_CONDITION = "G0603" Error Steps
        "this way has no `when`; what is done when no way fits stands under `otherwise`", "这条路没有 `when`；都不符合时要做的写在 `otherwise` 下面";
        why "", "";
        "- choose: What to do\n  ways:\n    - »steps: [{wait: 1 min}]" => "- choose: What to do\n  ways:\n    - when: run.id = \"1\"\n      steps: [{wait: 1 min}]"
    ONE_BRANCH = "G0604" Warning Steps
        "there is only one branch, so nothing goes on side by side", "只有一个分支，没有并行的内容";
        why "", "";
        "- together: »Prepare\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]" => "- together: Prepare\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]\n    - branch: Material\n      steps: [{wait: 1 min}]"
    LATE_WITHOUT_WITHIN = "G0605" Error Steps
        "`late` needs `within`: late after what?", "`late` 需要 `within`：多久算超时？";
        why "Nobody would ever be told.", "永远不会通知任何人。";
        "- form: Look\n  »late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - tick: Done" => "- form: Look\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - tick: Done"
    LATE_OUT_OF_ORDER = "G0606" Error Steps
        "the steps of `late` stand in order of time; this one comes before the one above it", "`late` 的各级要按时间顺序；这一级比上一级更早";
        why "", "";
        "- form: Look\n  within: 20 min\n  late:\n    - after: 15 min\n      tell: team leader\n    - »after: 5 min\n      tell: inspector\n  fields:\n    - tick: Done" => "- form: Look\n  within: 20 min\n  late:\n    - after: 5 min\n      tell: inspector\n    - after: 15 min\n      tell: team leader\n  fields:\n    - tick: Done"
    LATE_WITHOUT_TELL = "G0607" Error Steps
        "nothing happens here: `tell` or `move_to` is missing", "这里什么也不会发生：缺少 `tell` 或 `move_to`";
        why "", "";
        "- form: Look\n  within: 20 min\n  late:\n    - »after: 0 min\n  fields:\n    - tick: Done" => "- form: Look\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - tick: Done"
    OTHERWISE_WITHOUT_WITHIN = "G0608" Error Steps
        "`otherwise` needs `within`: how long is waited?", "`otherwise` 需要 `within`：等多久？";
        why "It would never be come to.", "永远不会走到这里。";
        "- wait_for: press-ready\n  »otherwise: [{wait: 1 min}]" => "- wait_for: press-ready\n  within: 30 min\n  otherwise: [{wait: 1 min}]"
    HOLD_WITHOUT_RELEASE = "G0609" Warning Steps
        "`{found}` is held, and no step of this app releases it", "`{found}` 被锁定，但这个应用没有释放它的步骤";
        why "The line would stay blocked until someone frees it by hand.", "产线会一直锁定，直到有人手动解除。";
        "- »hold: line-3\n  why: First piece" => "- hold: line-3\n  why: First piece\n- release: line-3"
    NEVER_REACHED = "G0610" Warning Steps
        "this step is never done: the step above it always ends the run", "这一步永远不会执行：上一步总会结束流程";
        why "", "";
        "- finish: Done\n- »wait: 1 min" => "- wait: 1 min\n- finish: Done"
    SAVE_WITHOUT_VALUE = "G0611" Error File
        "nothing says what the column `{column}` gets: no `values` entry, and nothing of that name in the app", "没有说明列 `{column}` 的值：`values` 里没有，应用里也没有同名的内容";
        why "The column would be empty in every record.", "每条记录的这一列都会是空的。";
        "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number, result]\nsteps:\n  - form: Ask\n    fields:\n      - scan: Number\n  - save: »Parts\n" => "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number, result]\nsteps:\n  - form: Ask\n    fields:\n      - scan: Number\n  - save: Parts\n    values:\n      result: good\n"
    RELEASE_WITHOUT_HOLD = "G0612" Warning Steps
        "`{found}` is released, and no step of this app holds it", "释放了 `{found}`，但这个应用没有锁定它的步骤";
        why "", "";
        "- »release: line-3" => "- hold: line-3\n  why: First piece\n- release: line-3"
}
