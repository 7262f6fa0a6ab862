//! G08: what several apps, or several versions of one, say of one another.

use super::entries;

entries! {
    UNKNOWN_APP = "G0801" Warning Folder
        "there is no app `{found}` beside this one", "旁边没有应用 `{found}`";
        why "When it is not published elsewhere, the call fails in the middle of the work.", "如果别处也没有发布，调用会在工作中途失败。";
        "app: Check\nsteps:\n  - call: »rewrk\n---\napp: Rework\nsteps:\n  - wait: 1 min\n" => "app: Check\nsteps:\n  - call: rework\n---\napp: Rework\nsteps:\n  - wait: 1 min\n"
    UNKNOWN_APP_INPUT = "G0802" Warning Folder
        "`{app}` has no input `{found}`", "`{app}` 没有输入 `{found}`";
        why "What is handed over would be lost.", "传入的值会丢失。";
        "app: Check\nsteps:\n  - call: rework\n    with:\n      part: = run.id\n      »reason: scratched\n---\napp: Rework\ninputs:\n  - scan: Part\nsteps:\n  - wait: 1 min\n" => "app: Check\nsteps:\n  - call: rework\n    with:\n      part: = run.id\n---\napp: Rework\ninputs:\n  - scan: Part\nsteps:\n  - wait: 1 min\n"
    APP_INPUT_MISSING = "G0803" Warning Folder
        "`{app}` needs the input `{found}`, and this call does not hand it over", "`{app}` 需要输入 `{found}`，但这里没有传入";
        why "The call would fail in the middle of the work.", "调用会在工作中途失败。";
        "app: Check\nsteps:\n  - call: »rework\n---\napp: Rework\ninputs:\n  - scan: Part\nsteps:\n  - wait: 1 min\n" => "app: Check\nsteps:\n  - call: rework\n    with:\n      part: = run.id\n---\napp: Rework\ninputs:\n  - scan: Part\nsteps:\n  - wait: 1 min\n"
    CALLS_IN_A_CIRCLE = "G0804" Warning Folder
        "these apps call one another for ever: {path}", "这些应用一直互相调用：{path}";
        why "Each would wait for the end of the next, and none would come to it.", "每个都在等下一个结束，谁也结束不了。";
        "app: Check\nsteps:\n  - call: »rework\n---\napp: Rework\nsteps:\n  - call: check\n" => "app: Check\nsteps:\n  - call: rework\n---\napp: Rework\nsteps:\n  - call: check\n    wait: no\n"
    COLUMN_CHANGED = "G0805" Warning NewVersion
        "`{column}` held {before} in the published version, and would hold {now}", "`{column}` 在已发布的版本中是{before}，现在会变成{now}";
        why "The records that are kept would be of two sorts, and lists and formulas over them would go wrong.", "已保存的记录会有两种内容，基于它们的列表和公式会出错。";
        "app: Count\ninputs:\n  - scan: Part\n  - text: Pieces\ntables:\n  - table: Counts\n    key: part\n    columns: [part, »pieces]\nsteps:\n  - save: Counts\n---\napp: Count\ninputs:\n  - scan: Part\n  - whole: Pieces\ntables:\n  - table: Counts\n    key: part\n    columns: [part, pieces]\nsteps:\n  - save: Counts\n" => "app: Count\ninputs:\n  - scan: Part\n  - text: Pieces in words\ntables:\n  - table: Counts\n    key: part\n    columns: [part, pieces_in_words]\nsteps:\n  - save: Counts\n---\napp: Count\ninputs:\n  - scan: Part\n  - whole: Pieces\ntables:\n  - table: Counts\n    key: part\n    columns: [part, pieces]\nsteps:\n  - save: Counts\n"
    KEY_CHANGED = "G0806" Warning NewVersion
        "records of the published version are told apart by `{earlier}`, not by `{found}`", "已发布版本的记录以 `{earlier}` 为键，而不是 `{found}`";
        why "The records that are kept would not be found any more.", "已保存的记录会再也找不到。";
        "app: Count\ninputs:\n  - scan: Part\n  - text: Lot\ntables:\n  - table: Counts\n    key: »lot\n    columns: [part, lot]\nsteps:\n  - save: Counts\n---\napp: Count\ninputs:\n  - scan: Part\n  - text: Lot\ntables:\n  - table: Counts\n    key: part\n    columns: [part, lot]\nsteps:\n  - save: Counts\n" => "app: Count\ninputs:\n  - scan: Part\n  - text: Lot\ntables:\n  - table: Counts by lot\n    key: lot\n    columns: [part, lot]\nsteps:\n  - save: Counts by lot\n---\napp: Count\ninputs:\n  - scan: Part\n  - text: Lot\ntables:\n  - table: Counts\n    key: part\n    columns: [part, lot]\nsteps:\n  - save: Counts\n"
    NOBODY_SENDS = "G0807" Warning Folder
        "nobody sends \"{found}\": no app here emits it, and no test of this app sends it", "没有人发送“{found}”：这里没有应用上报它，本应用的测试也没有发送它";
        why "The wait would never end. Where a machine or another system sends it, a test that sends it says so.", "等待永远不会结束。如果由设备或其他系统发送，请在测试里发送它来说明。";
        "app: Pack\nsteps:\n  - wait_for: »first-pieces-released\n    within: 30 min\n    late:\n      - after: 0 min\n        tell: team leader\n---\napp: First piece\nsteps:\n  - emit: first-piece-released\n" => "app: Pack\nsteps:\n  - wait_for: first-piece-released\n    within: 30 min\n    late:\n      - after: 0 min\n        tell: team leader\n---\napp: First piece\nsteps:\n  - emit: first-piece-released\n"
}
