//! G14: who does a task, and how they come to it.

use super::entries;

entries! {
    UNKNOWN_SKILL = "G1401" Error OnSite
        "the site has no skill \"{found}\"", "现场没有叫“{found}”的技能";
        why "Nobody could ever do this.", "没有人能做这件事。";
        "- form: Weld the frame\n  skill: »TIG weldin\n  fields:\n    - tick: Done" => "- form: Weld the frame\n  skill: TIG welding\n  fields:\n    - tick: Done"
    GIVEN_AMONG_NOBODY = "G1402" Error Steps
        "`give: {found}` chooses among several people, and `to` names none: a role, several of them, or a `skill`", "`give: {found}` 要在几个人中选，但 `to` 没有写：请写角色、多个角色或 `skill`";
        why "Nobody would get this task.", "没有人会得到这个任务。";
        "- form: Look\n  give: »round robin\n  fields:\n    - tick: Done" => "- form: Look\n  to: operator\n  give: round robin\n  fields:\n    - tick: Done"
    RESERVED_FOR_NOBODY = "G1403" Error Steps
        "`give: {found}` puts the task into the hands of one person, and `to` names none", "`give: {found}` 把任务直接交到一个人手里，但 `to` 没有写明是谁";
        why "A role is many people: one of them has to claim it.", "角色是很多人：需要其中一个人来领取。";
        "- form: Look\n  to: operator\n  give: »reserve\n  fields:\n    - tick: Done" => "- form: Look\n  to: {person: wang}\n  give: reserve\n  fields:\n    - tick: Done"
    SAME_AND_NOT_SAME = "G1404" Error Steps
        "whoever answered `{found}` shall do this, and must not", "回答了 `{found}` 的人应该做这件事，又不能做";
        why "Nobody can do both.", "没有人能同时满足两者。";
        "- form: Measure\n  fields:\n    - tick: Done\n- form: Release\n  not_by: measure\n  same_as: »measure\n  sign: released" => "- form: Measure\n  fields:\n    - tick: Done\n- form: Release\n  not_by: measure\n  sign: released"
}
