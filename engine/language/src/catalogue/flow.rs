//! G06: the flow of steps.

use super::entries;

entries! {
    REPEAT_WITHOUT_UNTIL = "G0601" Error Steps
        "`until` is missing: when is it enough?", "缺少 `until`：什么时候结束？";
        why "The loop would only end when the rounds are used up.", "循环只会在次数用完后才结束。";
        "- »repeat: Measure until it is right\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm\n  otherwise:\n    - fail: Not right after three rounds" => "- repeat: Measure until it is right\n  until: diameter is ok\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm\n  otherwise:\n    - fail: Not right after three rounds"
    REPEAT_WITHOUT_AT_MOST = "G0602" Error Steps
        "`at_most` is missing: how many times, before someone else decides?", "缺少 `at_most`：最多几次，之后由别人决定？";
        why "A loop without an end measures until it fits.", "没有上限的循环会一直测到合格为止。";
        "- »repeat: Measure until it is right\n  until: diameter is ok\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm\n  otherwise:\n    - fail: Not right after three rounds" => "- repeat: Measure until it is right\n  until: diameter is ok\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Diameter\n          limits: 1 to 2 mm\n  otherwise:\n    - fail: Not right after three rounds"
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
    STAYS_HELD = "G0613" Warning Steps
        "`{found}` stays held on this way: {path}", "这样走时 `{found}` 一直锁定：{path}";
        why "The line would stay blocked until someone frees it by hand. When that is meant, a test with `held` shows it.", "产线会一直锁定，直到有人手动解除。如果本来就要这样，请用带 `held` 的测试说明。";
        "- hold: line-3\n  why: First piece\n- form: Look\n  fields:\n    - yes_no: Is it right\n- »finish: Stopped\n  if: is_it_right = false\n- release: line-3" => "- hold: line-3\n  why: First piece\n- form: Look\n  fields:\n    - yes_no: Is it right\n- release: line-3\n- finish: Stopped\n  if: is_it_right = false"
    CALLS_ITSELF = "G0614" Warning Steps
        "`{found}` calls itself every time: it would never come to an end", "`{found}` 每次都调用自己：永远不会结束";
        why "", "";
        "- wait: 1 min\n- call: »example" => "- wait: 1 min\n- call: rework"
    WAITS_FOR_EVER = "G0615" Warning Steps
        "when `{found}` never comes, this waits for ever and nobody is told: `within` is missing", "如果 `{found}` 一直不来，会永远等下去，也没人知道：缺少 `within`";
        why "A message that got lost would stop the work without a word.", "消息丢失会让工作悄悄停住。";
        "- »wait_for: press-ready" => "- wait_for: press-ready\n  within: 30 min\n  late:\n    - after: 0 min\n      tell: team leader"
    SAME_CONDITION_ABOVE = "G0616" Warning Steps
        "this is never true here: the same condition has just been found not to be true", "这里永远不成立：同样的条件刚刚判断过不成立";
        why "One of the two probably means something else.", "两个条件中可能有一个写错了。";
        "- form: Look\n  fields:\n    - choose: Defect\n      from: [scratch, dent]\n- choose: What to do\n  ways:\n    - when: defect = \"scratch\"\n      steps: [{wait: 1 min}]\n    - when: »defect = \"scratch\"\n      steps: [{wait: 2 min}]\n  otherwise: [{wait: 3 min}]" => "- form: Look\n  fields:\n    - choose: Defect\n      from: [scratch, dent]\n- choose: What to do\n  ways:\n    - when: defect = \"scratch\"\n      steps: [{wait: 1 min}]\n    - when: defect = \"dent\"\n      steps: [{wait: 2 min}]\n  otherwise: [{wait: 3 min}]"
    NOBODY_TOLD = "G0617" Warning Steps
        "when the time is up nobody is told: `late` is missing", "超时后没人知道：缺少 `late`";
        why "A time limit that nobody hears of is none.", "没人知道的时限等于没有。";
        "- »form: Look\n  within: 20 min\n  fields:\n    - tick: Done" => "- form: Look\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - tick: Done"
    ONLY_THE_LATE_TOLD = "G0618" Warning Steps
        "when the time is up only those are told who are late", "超时后只通知了超时的人自己";
        why "Whoever did not come the first time probably cannot come.", "第一次没来的人，多半来不了。";
        "- »form: Look\n  to: operator\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: operator\n  fields:\n    - tick: Done" => "- form: Look\n  to: operator\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: operator\n    - after: 10 min\n      tell: team leader\n  fields:\n    - tick: Done"
    SIGNED_TWICE = "G0619" Warning Fields
        "this form is signed twice, and one person answers it", "这个表单要签两次，但由同一个人填写";
        why "Four eyes would be two. Ask the second person in a form of their own, with `not_by`.", "四眼原则会失效。请给第二个人单独一个带 `not_by` 的表单。";
        "- sign: Operator\n- »sign: Witness" => "- sign: Operator"
    SAME_SIGNER = "G0620" Warning Steps
        "this may be signed by the same person who signed \"{found}\": `not_by` is missing", "这里可能由签过“{found}”的同一个人签字：缺少 `not_by`";
        why "Four eyes would be two.", "四眼原则会失效。";
        "- form: Measure\n  to: operator\n  sign: measured\n  fields:\n    - tick: Done\n- »form: Release\n  to: operator\n  sign: released" => "- form: Measure\n  to: operator\n  sign: measured\n  fields:\n    - tick: Done\n- form: Release\n  to: operator\n  not_by: measure\n  sign: released"
    ROUNDS_RUN_OUT = "G0621" Warning Steps
        "after the last round the run goes on as if it were right, also without `{found}`: `otherwise` is missing", "最后一次之后，即使 `{found}` 不成立，也会当作合格继续：缺少 `otherwise`";
        why "A bad part would be passed because nobody had more rounds.", "不合格的零件会因为次数用完而放行。";
        "- repeat: Measure until it is right\n  until: »width is ok\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Width\n          limits: 1 to 2 mm" => "- repeat: Measure until it is right\n  until: width is ok\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Width\n          limits: 1 to 2 mm\n  otherwise:\n    - fail: Not right after three rounds"
    CASE_LEFT_OUT = "G0622" Warning Steps
        "when `{found}` is {choices}, nothing is done: there is no way for it, and no `otherwise`", "`{found}` 是 {choices} 时什么也不做：没有对应的情况，也没有 `otherwise`";
        why "The run would go on as if it had been dealt with.", "流程会当作已经处理过而继续。";
        "- form: Look\n  fields:\n    - choose: Defect\n      from: [scratch, dent, rust]\n- »choose: What to do\n  ways:\n    - when: defect = \"scratch\"\n      steps: [{wait: 1 min}]\n    - when: defect = \"dent\"\n      steps: [{wait: 2 min}]" => "- form: Look\n  fields:\n    - choose: Defect\n      from: [scratch, dent, rust]\n- choose: What to do\n  ways:\n    - when: defect = \"scratch\"\n      steps: [{wait: 1 min}]\n    - when: defect = \"dent\" or defect = \"rust\"\n      steps: [{wait: 2 min}]"
    QUESTIONS_OVER_TAKT = "G0623" Notice File
        "up to here the questions take at least {found}, and a piece comes every {takt}", "到这里为止，回答问题至少要 {found}，而每 {takt} 就来一件";
        why "The line waits for the answers. Ask less, ask only every so many pieces, or let a signal answer.", "产线要等人回答。请少问一些、隔几件问一次，或用信号代替。";
        "app: Pack\ntakt: 4 s\nsteps:\n  - »form: Look at the piece\n    fields:\n      - scan: Serial number\n      - check: Surface\n" => "app: Pack\ntakt: 60 s\nsteps:\n  - form: Look at the piece\n    fields:\n      - scan: Serial number\n      - check: Surface\n"
    OUTLIVES_SHIFT = "G0624" Warning OnSite
        "{found} is longer than any shift of the site; the longest has {longest}", "{found} 比现场的任何班次都长；最长的班次是 {longest}";
        why "Whoever took it has gone home before anybody is told. Working time does not count the nights.", "还没通知任何人，接手的人就已经下班了。工作时间不计算夜里。";
        "- form: Repair the guard\n  within: »10 h\n  late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - tick: Done" => "- form: Repair the guard\n  within: 10 h working time\n  late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - tick: Done"
    REST_OF_ALL = "G0625" Warning Steps
        "`rest` says nothing here: all are waited for, so there is no rest", "这里的 `rest` 没有意义：全部都要等，没有其余";
        why "", "";
        "- together: Prepare\n  »rest: go on\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]\n    - branch: Material\n      steps: [{wait: 2 min}]" => "- together: Prepare\n  wait_for: first\n  rest: go on\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]\n    - branch: Material\n      steps: [{wait: 2 min}]"
    SIGNAL_HAS_NO_EARLIER = "G0626" Error OnSite
        "`also_earlier` is for messages: a signal counts with the value that it has now", "`also_earlier` 只用于消息：信号以当前值为准";
        why "A machine that has stopped and runs again has not stopped any more.", "停过又重新运转的机器，已经不是停机状态了。";
        "- wait_for: Spindle stands\n  signal: spindle_speed\n  where: value = 0\n  within: 5 min\n  otherwise: [{wait: 1 min}]\n  »also_earlier: yes" => "- wait_for: Spindle stands\n  signal: spindle_speed\n  where: value = 0\n  within: 5 min\n  otherwise: [{wait: 1 min}]"
    HELD_WHEN_WITHDRAWN = "G0627" Warning Steps
        "`{found}` stays held when this is withdrawn before it is released: \"{block}\" may be left", "如果在释放之前被撤回，`{found}` 会一直锁定：“{block}”可能中途离开";
        why "The line would stay blocked until someone frees it by hand. A `release` behind the block frees it in any case.", "产线会一直锁定，直到有人手动解除。在这个块后面再写一个 `release` 就能确保释放。";
        "- together: Try the tool\n  wait_for: first\n  branches:\n    - branch: Trial\n      steps:\n        - »hold: line-3\n          why: Trial\n        - form: Try it\n          fields:\n            - tick: Done\n        - release: line-3\n    - branch: Not today\n      steps:\n        - form: Say when not\n          fields:\n            - tick: Not today" => "- together: Try the tool\n  wait_for: first\n  branches:\n    - branch: Trial\n      steps:\n        - hold: line-3\n          why: Trial\n        - form: Try it\n          fields:\n            - tick: Done\n        - release: line-3\n    - branch: Not today\n      steps:\n        - form: Say when not\n          fields:\n            - tick: Not today\n- release: line-3"
    ALONE_IN_ITSELF = "G0628" Error Steps
        "this step is inside another one that is alone with `{found}`: it would wait for itself", "这一步在另一个独占 `{found}` 的步骤里面：它会等自己";
        why "", "";
        "- repeat: Lift everything\n  alone: crane\n  until: run.id = \"1\"\n  at_most: 3 times\n  steps:\n    - form: Lift one\n      »alone: crane\n      fields:\n        - tick: Lifted\n- form: Lift the rest\n  alone: crane\n  fields:\n    - tick: Lifted" => "- repeat: Lift everything\n  until: run.id = \"1\"\n  at_most: 3 times\n  steps:\n    - form: Lift one\n      alone: crane\n      fields:\n        - tick: Lifted\n- form: Lift the rest\n  alone: crane\n  fields:\n    - tick: Lifted"
    ALONE_CROSSWISE = "G0629" Error Steps
        "`{found}` is wanted here inside `{other}`, and elsewhere `{other}` inside `{found}`: two branches could wait for each other for ever", "这里在独占 `{other}` 时还要 `{found}`，别处在独占 `{found}` 时又要 `{other}`：两个分支可能永远互相等待";
        why "Take both in the same order everywhere.", "请处处按同样的顺序占用。";
        "- together: Both\n  branches:\n    - branch: One\n      steps:\n        - if: run.id = \"1\"\n          alone: crane\n          steps:\n            - form: Lift\n              alone: scale\n              fields: [{tick: Done}]\n    - branch: Other\n      steps:\n        - if: run.id = \"1\"\n          alone: scale\n          steps:\n            - form: Weigh\n              »alone: crane\n              fields: [{tick: Done}]" => "- together: Both\n  branches:\n    - branch: One\n      steps:\n        - if: run.id = \"1\"\n          alone: crane\n          steps:\n            - form: Lift\n              alone: scale\n              fields: [{tick: Done}]\n    - branch: Other\n      steps:\n        - if: run.id = \"1\"\n          alone: crane\n          steps:\n            - form: Weigh\n              alone: scale\n              fields: [{tick: Done}]"
    ALONE_ANYWAY = "G0630" Warning Steps
        "no other step is alone with `{found}`, and nothing goes on beside this one that could want it", "没有别的步骤独占 `{found}`，也没有会用到它的并行内容";
        why "Runs do not wait for one another here: only branches of one run do.", "这里运行之间不会互相等待，只有同一次运行的分支之间才会。";
        "- form: Lift\n  »alone: crane\n  fields: [{tick: Done}]" => "- together: Lift\n  branches:\n    - branch: One\n      steps:\n        - form: Lift one\n          alone: crane\n          fields: [{tick: Done}]\n    - branch: Other\n      steps:\n        - form: Lift the other\n          alone: crane\n          fields: [{tick: Done}]"
    WHILE_NOTHING_CHANGES = "G0631" Warning Steps
        "nothing goes on beside this form, so `while` never changes as long as it is asked: `if` is meant", "没有与此表单并行的内容，所以提问期间 `while` 不会变化：应使用 `if`";
        why "Where it is not true the run would wait for ever.", "如果不成立，流程会永远等下去。";
        "- form: Look\n  fields:\n    - yes_no: Is it open\n- form: Change the order\n  while: »is_it_open = true\n  fields: [{tick: Done}]" => "- form: Look\n  fields:\n    - yes_no: Is it open\n- form: Change the order\n  if: is_it_open = true\n  fields: [{tick: Done}]"
    WITHDRAWN_UNKNOWN = "G0632" Error Steps
        "there is no step called `{found}` to withdraw", "没有名为 `{found}` 的步骤可以撤回";
        why "", "";
        "- together: Both\n  branches:\n    - branch: Noise\n      steps:\n        - form: Measure the noise\n          fields: [{tick: Done}]\n    - branch: Alarm\n      steps:\n        - form: Give the alarm\n          fields: [{tick: Fire}]\n        - withdraw: »measure_the_nois" => "- together: Both\n  branches:\n    - branch: Noise\n      steps:\n        - form: Measure the noise\n          fields: [{tick: Done}]\n    - branch: Alarm\n      steps:\n        - form: Give the alarm\n          fields: [{tick: Fire}]\n        - withdraw: measure_the_noise"
    WITHDRAWN_AROUND = "G0633" Error Steps
        "`{found}` has this step inside it, so it cannot be withdrawn here", "`{found}` 包含这一步，不能在这里撤回";
        why "A branch cannot take itself back; `finish` ends everything.", "分支不能撤回自己；`finish` 会结束全部。";
        "- repeat: Look and look again\n  until: look.fine = true\n  at_most: 3 times\n  steps:\n    - form: Look\n      fields: [{yes_no: Fine}]\n    - withdraw: »look_and_look_again" => "- repeat: Look and look again\n  until: look.fine = true\n  at_most: 3 times\n  steps:\n    - form: Look\n      fields: [{yes_no: Fine}]"
    WITHDRAWN_NEVER_OPEN = "G0634" Warning Steps
        "`{found}` is never being done here: it is in no other branch", "这里 `{found}` 不可能正在进行：它不在别的分支里";
        why "There would be nothing to take back.", "没有可以撤回的内容。";
        "- form: Look\n  fields: [{tick: Done}]\n- withdraw: »look" => "- form: Look\n  fields: [{tick: Done}]"
}
