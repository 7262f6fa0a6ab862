//! G07: the tests of an app.

use super::entries;

entries! {
    UNKNOWN_TEST_STEP = "G0701" Error File
        "there is no form called `{found}` to answer", "没有叫 `{found}` 的表单可以回答";
        why "", "";
        "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It works\n    answer:\n      - »lok: {done: yes}\n" => "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It works\n    answer:\n      - look: {done: yes}\n"
    UNKNOWN_TEST_FIELD = "G0702" Error File
        "`{in}` has no field `{found}`", "`{in}` 没有字段 `{found}`";
        why "", "";
        "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It works\n    answer:\n      - look: {»don: yes}\n" => "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It works\n    answer:\n      - look: {done: yes}\n"
    ANSWER_TO_NO_FORM = "G0703" Error File
        "`{found}` asks nobody, so it cannot be answered", "`{found}` 不问任何人，无法回答";
        why "", "";
        "app: Example\nsteps:\n  - repeat: Look\n    until: done = true\n    at_most: 2\n    steps:\n      - form: Check\n        fields:\n          - tick: Done\ntests:\n  - test: It works\n    answer:\n      - »look: {done: yes}\n" => "app: Example\nsteps:\n  - repeat: Look\n    until: done = true\n    at_most: 2\n    steps:\n      - form: Check\n        fields:\n          - tick: Done\ntests:\n  - test: It works\n    answer:\n      - check: {done: yes}\n"
    SEND_WITHOUT_NAME = "G0704" Error File
        "`send` needs `message`: the name of the message", "`send` 需要 `message`：消息的名称";
        why "", "";
        "app: Example\nsteps:\n  - wait_for: press-ready\n    within: 30 min\n    otherwise: [{wait: 1 min}]\ntests:\n  - test: It works\n    send: »{line: line-3}\n" => "app: Example\nsteps:\n  - wait_for: press-ready\n    within: 30 min\n    otherwise: [{wait: 1 min}]\ntests:\n  - test: It works\n    send: {message: press-ready, line: line-3}\n"
    UNKNOWN_OUTCOME = "G0705" Error File
        "the app never ends with \"{found}\"", "应用不会以“{found}”结束";
        why "", "";
        "app: Example\nsteps:\n  - finish: Stopped\ntests:\n  - test: It works\n    expect:\n      outcome: »Stoped\n" => "app: Example\nsteps:\n  - finish: Stopped\ntests:\n  - test: It works\n    expect:\n      outcome: Stopped\n"
    SENT_TO_NOBODY = "G0706" Warning File
        "nothing in this app waits for the message `{found}`", "这个应用里没有步骤等候消息 `{found}`";
        why "The test would show nothing: the message falls on the floor.", "测试说明不了什么：消息没人接收。";
        "app: Example\nsteps:\n  - wait_for: press-ready\n    within: 30 min\n    otherwise: [{wait: 1 min}]\ntests:\n  - test: It works\n    send: {message: »press-redy}\n" => "app: Example\nsteps:\n  - wait_for: press-ready\n    within: 30 min\n    otherwise: [{wait: 1 min}]\ntests:\n  - test: It works\n    send: {message: press-ready}\n"
    TEST_STARTS_OTHERWISE = "G0707" Error File
        "nothing under `start:` of this app begins with `{found}`", "这个应用的 `start:` 里没有以 `{found}` 启动的方式";
        why "The test would show a start that never happens.", "测试的启动方式在现场不会发生。";
        "app: Example\nstart:\n  - every: 2 h\nsteps:\n  - wait: 1 min\ntests:\n  - test: It works\n    start: {every: »4 h}\n" => "app: Example\nstart:\n  - every: 2 h\nsteps:\n  - wait: 1 min\ntests:\n  - test: It works\n    start: {every: 2 h}\n"
    UNKNOWN_TIMELINE_WORD = "G1301" Error File
        "`{found}` is nothing that a timeline tells", "时间线里没有 `{found}` 这种内容";
        why "", "";
        "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It is asked\n    expect:\n      timeline:\n        - look: »opend\n" => "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It is asked\n    expect:\n      timeline:\n        - look: opened\n"
    RECORD_WITHOUT_KEY = "G1302" Error File
        "this record has no `{column}`, and that is what tells records apart", "这条记录没有 `{column}`，而记录靠它来区分";
        why "", "";
        "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number, result]\nsteps:\n  - wait: 1 min\ntests:\n  - test: A part is there\n    records:\n      parts:\n        - »{result: good}\n" => "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number, result]\nsteps:\n  - wait: 1 min\ntests:\n  - test: A part is there\n    records:\n      parts:\n        - {number: A1, result: good}\n"
    REPLY_TO_NOTHING = "G1303" Error File
        "`{found}` asks nothing outside of Gemba, so there is nothing to answer", "`{found}` 不向外部请求，没有什么可以答复";
        why "`reply` and `fail` stand for machines and other systems; people answer under `answer`.", "`reply` 和 `fail` 代替设备和其他系统；人的回答写在 `answer` 下。";
        "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It works\n    reply:\n      »look: {done: yes}\n" => "app: Example\nsteps:\n  - form: Look\n    fields:\n      - tick: Done\ntests:\n  - test: It works\n    answer:\n      - look: {done: yes}\n"
}
