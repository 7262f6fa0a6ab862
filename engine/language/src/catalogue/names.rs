//! G03: ids, and names of things that must exist.

use super::entries;

entries! {
    ID_NOT_POSSIBLE = "G0301" Error Fields
        "`{found}` cannot be an id: small letters, digits and _ only, a letter first", "`{found}` 不能做 id：只能用小写字母、数字和 _，并以字母开头";
        why "", "";
        "- text: Name\n  id: »Worker-Name" => "- text: Name\n  id: worker_name"
    ID_RESERVED = "G0320" Error Fields
        "`{found}` cannot be an id: it is a word of the formulas", "`{found}` 不能做 id：它是公式里的词";
        why "A formula that reads it would be understood otherwise.", "公式会把它理解成别的意思。";
        "- text: Name\n  id: »run" => "- text: Name\n  id: run_name"
    STEP_ID_TWICE = "G0302" Error Steps
        "two steps have the id `{id}`", "有两个步骤的 id 是 `{id}`";
        why "Nobody could say which answer is meant.", "无法区分是哪一个的回答。";
        "- form: Look\n  fields:\n    - tick: Done\n- »form: Look\n  fields:\n    - tick: Done again" => "- form: Look\n  fields:\n    - tick: Done\n- form: Look again\n  fields:\n    - tick: Done again"
    FIELD_ID_TWICE = "G0303" Error Fields
        "two fields of this form have the id `{id}`", "这个表单有两个字段的 id 是 `{id}`";
        why "One answer would overwrite the other.", "一个回答会覆盖另一个。";
        "- text: Name\n- »text: Name" => "- text: First name\n- text: Last name"
    TABLE_TWICE = "G0304" Error File
        "two tables have the id `{id}`", "有两个表的 id 是 `{id}`";
        why "", "";
        "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number]\n  - »table: Parts\n    key: number\n    columns: [number]\nsteps:\n  - wait: 1 min\n" => "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number]\nsteps:\n  - wait: 1 min\n"
    COLUMN_TWICE = "G0305" Error File
        "the column `{id}` is written twice", "列 `{id}` 写了两次";
        why "", "";
        "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number, »number]\nsteps:\n  - wait: 1 min\n" => "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number]\nsteps:\n  - wait: 1 min\n"
    BRANCH_TWICE = "G0306" Error Steps
        "two branches have the id `{id}`", "有两个分支的 id 是 `{id}`";
        why "", "";
        "- together: Prepare\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]\n    - »branch: Tools\n      steps: [{wait: 1 min}]" => "- together: Prepare\n  branches:\n    - branch: Tools\n      steps: [{wait: 1 min}]\n    - branch: Material\n      steps: [{wait: 1 min}]"
    UNKNOWN_TABLE = "G0307" Error File
        "there is no table called \"{found}\"", "没有叫“{found}”的表";
        why "", "";
        "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number]\nsteps:\n  - find: »Prats\n" => "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number]\nsteps:\n  - find: Parts\n"
    NO_TABLES = "G0308" Error Steps
        "there is no table called \"{found}\": this app has no `tables:`", "没有叫“{found}”的表：这个应用没有 `tables:`";
        why "", "";
        "- find: »Parts" => "- wait: 1 min"
    UNKNOWN_COLUMN = "G0309" Error File
        "the table has no column `{found}`", "表里没有列 `{found}`";
        why "The value would be lost.", "这个值会丢失。";
        "app: Example\ntables:\n  - table: Parts\n    key: »nummer\n    columns: [number]\nsteps:\n  - wait: 1 min\n" => "app: Example\ntables:\n  - table: Parts\n    key: number\n    columns: [number]\nsteps:\n  - wait: 1 min\n"
    UNKNOWN_PARTY = "G0310" Error OnSite
        "the site has no role or station \"{found}\"", "现场没有叫“{found}”的角色或工位";
        why "Nobody would ever get this task or message.", "没有人会收到这个任务或消息。";
        "- form: Look\n  to: »operater\n  fields:\n    - tick: Done" => "- form: Look\n  to: operator\n  fields:\n    - tick: Done"
    UNKNOWN_ROLE = "G0311" Error OnSite
        "the site has no role \"{found}\"", "现场没有叫“{found}”的角色";
        why "Nobody would ever get this task or message.", "没有人会收到这个任务或消息。";
        "- form: Look\n  to: {role: »operater}\n  fields:\n    - tick: Done" => "- form: Look\n  to: {role: operator}\n  fields:\n    - tick: Done"
    UNKNOWN_PLACE = "G0312" Error OnSite
        "the site has no line or station `{found}`", "现场没有叫 `{found}` 的产线或工位";
        why "The real one would go on as if nothing had been said.", "真正的产线或工位不会受到影响。";
        "- form: Look\n  at: »qc-3\n  fields:\n    - tick: Done" => "- form: Look\n  at: qc-1\n  fields:\n    - tick: Done"
    EQUIPMENT_TWICE = "G0313" Error SiteFile
        "`{id}` is written twice in the equipment tree", "设备树里 `{id}` 写了两次";
        why "", "";
        "site: Plant\ntime_zone: UTC\nareas:\n  - area: a\n    stations: [qc-1, »qc-1]\n" => "site: Plant\ntime_zone: UTC\nareas:\n  - area: a\n    stations: [qc-1, qc-2]\n"
    ROLE_TWICE = "G0314" Error SiteFile
        "the role \"{id}\" is written twice", "角色“{id}”写了两次";
        why "", "";
        "site: Plant\ntime_zone: UTC\nroles: [operator, »operator]\n" => "site: Plant\ntime_zone: UTC\nroles: [operator, inspector]\n"
    NOT_BY_UNKNOWN = "G0315" Error Steps
        "there is no step called `{found}`", "没有叫 `{found}` 的步骤";
        why "The same person could release what they have measured.", "同一个人可以放行自己测量的结果。";
        "- form: Measure\n  fields:\n    - tick: Done\n- form: Release\n  not_by: »mesure\n  sign: released" => "- form: Measure\n  fields:\n    - tick: Done\n- form: Release\n  not_by: measure\n  sign: released"
    NOT_BY_LATER = "G0316" Error Steps
        "`{found}` comes after this step, so nobody has answered it by then", "`{found}` 在这一步之后，这时还没有人回答";
        why "Four eyes would be two: the rule would never stop anyone.", "四眼原则会失效：这条规则永远不起作用。";
        "- form: Release\n  not_by: »measure\n  sign: released\n- form: Measure\n  fields:\n    - tick: Done" => "- form: Measure\n  fields:\n    - tick: Done\n- form: Release\n  not_by: measure\n  sign: released"
    NOT_BY_NO_FORM = "G0317" Error Steps
        "`{found}` is answered by nobody: it is a `{word}` step", "没有人回答 `{found}`：它是 `{word}` 步骤";
        why "", "";
        "- set: Count\n  values: {n: 1}\n- form: Release\n  not_by: »count\n  sign: released" => "- form: Count\n  fields:\n    - whole: Pieces\n- form: Release\n  not_by: count\n  sign: released"
    NAME_IN_SEVERAL_STEPS = "G0318" Error Steps
        "several forms ask for `{found}`; say which one is meant", "有多个表单有 `{found}`；请说明是哪一个";
        why "", "";
        "- form: First\n  fields:\n    - whole: Pieces\n- form: Second\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: »pieces > 3" => "- form: First\n  fields:\n    - whole: Pieces\n- form: Second\n  fields:\n    - whole: Pieces\n- finish: Done\n  if: second.pieces > 3"
    NAME_HIDES_FIELD = "G0319" Warning File
        "`{found}` means the {what}; the answer of the form is `{better}`", "`{found}` 指的是{what}；表单的回答是 `{better}`";
        why "", "";
        "app: Example\ninputs:\n  - scan: Order\nsteps:\n  - form: Compare\n    fields:\n      - scan: Order\n  - finish: Wrong order\n    if: »order = \"4711\"\n" => "app: Example\ninputs:\n  - scan: Order\nsteps:\n  - form: Compare\n    fields:\n      - scan: Order\n  - finish: Wrong order\n    if: compare.order = \"4711\"\n"
    NOBODY_HAS_ROLE = "G0321" Warning WithPeople
        "nobody has the role `{found}`", "没有人担任角色 `{found}`";
        why "The task or message would reach nobody.", "任务或消息不会送到任何人。";
        "- form: Look\n  to: operator\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: »team leader\n  fields:\n    - tick: Done" => "- form: Look\n  to: operator\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: inspector\n  fields:\n    - tick: Done"
}
