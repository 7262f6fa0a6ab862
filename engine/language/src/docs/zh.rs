//! The lines of the tables in Chinese.

pub(super) const SAID: &[(&str, &str)] = &[
    (
        "Who is asked: a role, a station, `here`, a person, `leader` (of who started it) or a formula; any of several.",
        "交给谁：角色、工位、`here`、人员、`上级`（启动者的上级）或公式；写几个时任一个都可以。",
    ),
    (
        "Steps whose answering person may not answer this one (four eyes); `any step` is all of them.",
        "填写过这些步骤的人不能填写本步骤（四眼原则）；`任何步骤` 表示全部步骤。",
    ),
    (
        "Whoever answered this step gets it; `any step`: whoever has worked on this run last.",
        "交给填写过该步骤的人；`任何步骤`：交给最近处理过这次运行的人。",
    ),
    (
        "What whoever does it must be able to do: skills of the site, all of them.",
        "做这件事的人必须具备的技能（现场的技能，全部都要有）。",
    ),
    (
        "How one person is found: `offer` (or nothing), `round robin`, `random`, `shortest queue`, \
         `who did it last`, `by hand` (a supervisor says who), `reserve` or `start` (for one person).",
        "怎样找到一个人：`公开领取`（或不写）、`轮流`、`随机`、`任务最少`、`上次做的人`、`人工指定`（由主管指定）、`直接交给` 或 `直接开始`（只有一个人时）。",
    ),
    (
        "Given back when whoever has it does nothing for so long; what is typed is kept.",
        "领取的人这么久没有动作就自动退回；已填写的内容保留。",
    ),
    (
        "`yes`: whoever has it may skip it with a reason.",
        "`是`：领取的人可以写明原因后跳过。",
    ),
    (
        "`yes`: once somebody has it, only they and who supervises see it.",
        "`是`：有人领取后，只有本人和主管能看到。",
    ),
    (
        "What people can do, as steps ask for it; who can, and until when, is kept with the people.",
        "人员可具备的技能，供步骤要求；谁具备、有效期到何时，记录在人员资料里。",
    ),
    ("What somebody can do.", "一个人会做的事。"),
    (
        "Name of the skill; follows from the words when it is not written.",
        "技能的代号；不写就由文字得出。",
    ),
    ("A Data Matrix code of this text.", "这段文字的 Data Matrix 码。"),
    ("A GS1 Data Matrix: (01)…(10)…", "GS1 Data Matrix 码：(01)…(10)…"),
    (
        "A GS1 code that is scanned: read as its parts, refused when a check digit is wrong.",
        "扫描 GS1 码：按各部分读出，校验位不对就拒绝。",
    ),
    ("A QR code of this text.", "这段文字的二维码。"),
    ("A bar code (Code 128) of this text.", "这段文字的条形码（Code 128）。"),
    (
        "A broker among the `connections`.",
        "`connections` 中的一个消息服务器。",
    ),
    (
        "A code that is scanned, or typed where there is no scanner.",
        "扫描的条码；没有扫码枪时可以输入。",
    ),
    (
        "A column, and `newest first` or `smallest first` behind a comma.",
        "一列，逗号后写 `最新在前` 或 `最小在前`。",
    ),
    ("A connection of the site to a broker.", "现场与消息服务器的一个连接。"),
    ("A connection of the site.", "现场的一个连接。"),
    ("A count that goes up and down by a tap.", "点一下加或减的计数。"),
    (
        "A danger that must be acknowledged before the form can be sent.",
        "必须先确认才能提交的危险警示。",
    ),
    ("A day and a time.", "日期和时间。"),
    ("A day of the calendar.", "日期。"),
    ("A drawing made with the finger or a pen.", "用手指或笔画的草图。"),
    ("A file to attach.", "要附上的文件。"),
    ("A length of time, such as 1 h 20 min.", "时长，例如 1 小时 20 分钟。"),
    ("A line of help below the field.", "填写项下面的一行提示。"),
    (
        "A measured value with limits; ok, not ok, undecided or not measured.",
        "带限值的测量值：合格、不合格、无法判定或未测量。",
    ),
    ("A message that arrives.", "收到的一条消息。"),
    ("A month of a year.", "某年的某月。"),
    (
        "A number that is noted, not judged; use `measure` for a verdict.",
        "只记录、不判定的数字；要判定请用 `measure`。",
    ),
    ("A page to look at; asks nothing.", "供查看的页面，不提问。"),
    (
        "A picture in the folder of the app (`housing.png`), or a `photo` of the same form by its id.",
        "应用文件夹里的图片（`housing.png`），或同一表单中 `photo` 的代号。",
    ),
    ("A picture taken on the spot.", "现场拍的照片。"),
    (
        "A printer of the site; without it the document is kept as a file of the run.",
        "现场的打印机；不写就作为文件保存在这次运行中。",
    ),
    (
        "A promise that something was done; the form cannot be sent without it.",
        "承诺某事已做；不打勾不能提交。",
    ),
    (
        "A reason, found by going down a tree: machine, then spindle.",
        "从原因树逐级选出的原因：先机器，再主轴。",
    ),
    (
        "A remark for whoever reads this file; the floor does not see it.",
        "给阅读文件的人的备注，现场看不到。",
    ),
    ("A share from 0 to 100.", "0 到 100 的百分比。"),
    ("A signature inside the form.", "表单中的签字。"),
    (
        "A sound or a spoken note, recorded on the spot.",
        "现场录的声音或口述。",
    ),
    ("A table to fill, one row after the other.", "逐行填写的表格。"),
    ("A table: a list with one entry a line.", "表格：列表的每一项占一行。"),
    ("A text; {name} shows a value.", "文字；{名称} 显示一个值。"),
    ("A time of day.", "一天中的时间。"),
    ("A time of day: `\"06:00\"`.", "一天中的时间：`\"06:00\"`。"),
    (
        "A tree of the site by its name, or the tree itself: `[Machine: [Spindle, Coolant], Other]`.",
        "现场原因树的名称，或直接写出：`[机器: [主轴, 冷却], 其他]`。",
    ),
    (
        "A value older than this counts as none; never when it is not written.",
        "比这更旧的值当作没有；不写则永不过期。",
    ),
    ("A video taken on the spot.", "现场拍的视频。"),
    ("A whole number, such as a count of pieces.", "整数，例如件数。"),
    ("Address to which the message is posted.", "消息发送到的地址。"),
    ("Addresses outside that apps may use.", "应用可以使用的外部地址。"),
    ("Addresses to which a mail goes.", "收邮件的地址。"),
    (
        "Again and again: `2 h` is at 00:00, 02:00, 04:00, …",
        "反复启动：`2 小时` 就是 00:00、02:00、04:00……",
    ),
    ("All of a list, put in order.", "把列表全部排序。"),
    ("An amount of money.", "金额。"),
    (
        "Asked after every round; the loop ends when it is true.",
        "每轮之后判断；成立就结束循环。",
    ),
    (
        "Asks another system over one of the site's connections, and waits for its answer.",
        "通过现场的连接询问另一个系统，并等待答复。",
    ),
    ("Asks people; one task for one person.", "请人填写；一个人的一项任务。"),
    (
        "Blocks a line, station, lot or serial for every app until it is released.",
        "对所有应用锁定产线、工位、批次或序列号，直到解锁。",
    ),
    (
        "Both limits belong to what is ok: `24.95 to 25.05 mm`, `at least 40 N`.",
        "两端都算合格：`24.95 到 25.05 mm`、`至少 40 N`。",
    ),
    ("Branches that go on side by side.", "同时进行的几个分支。"),
    ("Characters at most.", "最多多少个字。"),
    (
        "Code of the currency (ISO 4217): `CNY`, `EUR`, `USD`.",
        "货币代码（ISO 4217）：`CNY`、`EUR`、`USD`。",
    ),
    (
        "Computed from the other answers while they are typed; shown and kept.",
        "填写时由其他答案算出；显示并保存。",
    ),
    (
        "Computes values, which every later step can read by their names.",
        "计算值，后面的步骤都可按名称读取。",
    ),
    (
        "Days on which no shift begins: `2026-10-01`, `2026-10-01 to 2026-10-07`.",
        "没有班次开始的日子：`2026-10-01`、`2026-10-01 到 2026-10-07`。",
    ),
    (
        "Deletes a record of a table; nothing happens when there is none with that key.",
        "删除表中的一条记录；没有这个键的记录就什么也不做。",
    ),
    ("Do this step only when the condition is true.", "条件成立才做这一步。"),
    (
        "Does a step of a plugin that is installed at the site.",
        "执行现场已安装插件的一个步骤。",
    ),
    (
        "Does its steps again until the condition is true, at most so many times.",
        "重复做其中的步骤，直到条件成立，最多做这么多次。",
    ),
    (
        "Does its steps for every element of a list, one by one or several at once.",
        "对列表的每个元素做一遍，逐个或同时几个。",
    ),
    ("Dots per inch; 203 when it is not written.", "每英寸点数；不写为 203。"),
    (
        "Ends the run as failed; the sentence is the outcome.",
        "以失败结束运行；这句话就是结果。",
    ),
    (
        "Ends the run; the sentence is the outcome.",
        "结束运行；这句话就是结果。",
    ),
    ("Exactly what is on hold at the end.", "结束时仍被锁定的，不多不少。"),
    ("Exactly who was told, in order.", "依次通知了谁，不多不少。"),
    (
        "Expanded uncertainty of the gauge: closer than this to a limit is undecided.",
        "量具的扩展不确定度：离限值比这更近就无法判定。",
    ),
    ("Frees what this run holds.", "解锁这次运行所锁定的。"),
    ("How it is computed.", "怎样计算。"),
    (
        "How it is written; without it, it is only read.",
        "怎样写入；不写就只能读取。",
    ),
    ("How long after `within` has passed.", "`within` 过后再过多久。"),
    (
        "How long it may take; a formula is worked out when the waiting begins.",
        "可以用多久；公式在开始等待时计算。",
    ),
    (
        "How long it may take; 30 s when it is not written.",
        "可以用多久；不写为 30 秒。",
    ),
    (
        "How long the answer may take; 30 s when it is not written.",
        "等待答复多久；不写为 30 秒。",
    ),
    (
        "How long the broker may take; 30 s when it is not written.",
        "等待消息服务器多久；不写为 30 秒。",
    ),
    (
        "How long the printer may take; 30 s when it is not written.",
        "等待打印机多久；不写为 30 秒。",
    ),
    (
        "How long there is to answer; a formula is worked out when it is asked.",
        "限多长时间内回答；公式在提出时计算。",
    ),
    ("How many at most; 1 when it is not written.", "最多几个；不写为 1。"),
    ("How many decimals can be typed.", "可以输入几位小数。"),
    (
        "How many elements at the same time; 1 when it is not written.",
        "同时处理几个；不写为 1。",
    ),
    (
        "How many may be chosen; all when it is not written.",
        "最多选几个；不写为全部。",
    ),
    (
        "How many must be chosen; 1 when it is not written.",
        "至少选几个；不写为 1。",
    ),
    (
        "How many pieces are measured; 1 when it is not written.",
        "测量几件；不写为 1。",
    ),
    (
        "How many points at most; 100 when it is not written.",
        "最多几个点；不写为 100。",
    ),
    (
        "How many records at most; 100 when it is not written.",
        "最多几条记录；不写为 100。",
    ),
    ("How many rounds at most.", "最多几轮。"),
    (
        "How many rows at least; 1 when it is not written.",
        "至少几行；不写为 1。",
    ),
    (
        "How many rows at most; 200 when it is not written.",
        "最多几行；不写为 200。",
    ),
    ("How many; 1 when it is not written.", "几份；不写为 1。"),
    (
        "How often a piece comes, such as `60 s`; a note says when the questions take longer.",
        "多久来一件，例如 `60 秒`；问题回答时间超过它时会提示。",
    ),
    ("How often at least; 1 when it is not written.", "至少几次；不写为 1。"),
    ("How often at most; 20 when it is not written.", "最多几次；不写为 20。"),
    (
        "How often it is tried again when it fails in a way that may pass: `5 times, from 2 s, doubling, up to 5 min`.",
        "暂时失败时再试几次：`5 times, from 2 s, doubling, up to 5 min`。",
    ),
    (
        "IANA name of its time zone, such as `Asia/Shanghai`.",
        "时区的 IANA 名称，例如 `Asia/Shanghai`。",
    ),
    ("Id of the area.", "车间的代号。"),
    (
        "Id of the line, as it stands on the sign: `line-3`.",
        "产线的代号，和牌子上一样：`line-3`。",
    ),
    (
        "Id of the station, as it stands on the sign: `qc-1`.",
        "工位的代号，和牌子上一样：`qc-1`。",
    ),
    ("Inputs by id.", "按代号给出的输入。"),
    ("Inputs of the called app.", "被调用应用的输入。"),
    ("It cannot go above.", "不能高于它。"),
    (
        "It cannot go below; 0 when it is not written.",
        "不能低于它；不写为 0。",
    ),
    (
        "Its address, `https://…`, or a page of the help, `/docs/…`.",
        "地址 `https://…`，或帮助页 `/docs/…`。",
    ),
    ("Its lines.", "车间的产线。"),
    (
        "Its members; they may also stand beside `message`.",
        "消息的内容；也可以写在 `message` 旁边。",
    ),
    ("Its stations.", "产线的工位。"),
    ("Its unit.", "单位。"),
    ("Larger numbers cannot be typed.", "不能输入更大的数。"),
    (
        "Larger numbers cannot be typed; 100 when it is not written.",
        "不能输入更大的数；不写为 100。",
    ),
    (
        "Less cannot be typed; 0 when it is not written.",
        "不能输入更小的；不写为 0。",
    ),
    (
        "May be left empty. Without it the form cannot be sent before this is answered.",
        "可以不填。不写的话，不填就不能提交。",
    ),
    ("More cannot be typed.", "不能输入更多。"),
    (
        "Name of a secret that signs what is posted.",
        "用来签名所发内容的密钥名称。",
    ),
    (
        "Name of a secret: sent as Bearer token (http), or user:password (mqtt).",
        "密钥的名称：http 作为 Bearer 令牌，mqtt 作为 用户:密码 发送。",
    ),
    (
        "Name of the answer in formulas and records; follows from the sentence when it is not written.",
        "答案在公式和记录中的名称；不写则由句子得出。",
    ),
    (
        "Name of the answer: `.status`, `.body`, `.headers.content_type`.",
        "答复的名称：`.status`、`.body`、`.headers.content_type`。",
    ),
    (
        "Name of the app; follows from the sentence when it is not written.",
        "应用的代号；不写则由句子得出。",
    ),
    (
        "Name of the branch; follows from the sentence when it is not written.",
        "分支的代号；不写则由句子得出。",
    ),
    (
        "Name of the channel; follows from the words when it is not written.",
        "渠道的代号；不写则由名称得出。",
    ),
    (
        "Name of the connection; follows from the words when it is not written.",
        "连接的代号；不写则由名称得出。",
    ),
    (
        "Name of the current element; `item` when it is not written.",
        "当前元素的名称；不写为 `item`。",
    ),
    (
        "Name of the list; the step's id when it is not written.",
        "列表的名称；不写则用步骤的代号。",
    ),
    ("Name of the message.", "消息的名称。"),
    (
        "Name of the number; the step's id when it is not written.",
        "号码的名称；不写则用步骤的代号。",
    ),
    (
        "Name of the printer; follows from the words when it is not written.",
        "打印机的代号；不写则由名称得出。",
    ),
    (
        "Name of the role; follows from the words when it is not written.",
        "角色的代号；不写则由名称得出。",
    ),
    (
        "Name of the series; follows from the words when it is not written.",
        "编号系列的代号；不写则由名称得出。",
    ),
    (
        "Name of the shift; follows from the words when it is not written.",
        "班次的代号；不写则由名称得出。",
    ),
    (
        "Name of the signal; follows from the words when it is not written.",
        "信号的代号；不写则由名称得出。",
    ),
    (
        "Name of the step in formulas and records; follows from the sentence when it is not written.",
        "步骤在公式和记录中的名称；不写则由句子得出。",
    ),
    (
        "Name of the table; follows from the sentence when it is not written.",
        "记录表的代号；不写则由句子得出。",
    ),
    (
        "Name of the tree; follows from the words when it is not written.",
        "原因树的代号；不写则由名称得出。",
    ),
    ("Name of what comes out.", "得到的结果的名称。"),
    (
        "Notifies a role, a station or a person, and goes on at once.",
        "通知角色、工位或人员，然后立即继续。",
    ),
    ("Number of records by table.", "每个表的记录数。"),
    (
        "Offers the last answer at the same station; it counts only when it is taken over by a tap.",
        "显示同一工位上次的答案；点一下采用才算数。",
    ),
    ("One line of text.", "一行文字。"),
    ("One of a list.", "从列表中选一个。"),
    (
        "Parts that must be in it: `gtin`, `lot`, `serial`, `expiry`, `sscc`, `weight`, …",
        "必须包含的部分：`gtin`、`lot`、`serial`、`expiry`、`sscc`、`weight`……",
    ),
    (
        "Pass or fail; `not applicable` only where it is allowed.",
        "合格或不合格；只有允许时才有 `不适用`。",
    ),
    ("Photos of a field.", "某个填写项的照片。"),
    (
        "Points on a picture, each with a code: where the scratches are.",
        "图上的点，每个点一个代码：哪里有划痕。",
    ),
    ("Printers of labels and papers.", "标签和纸张的打印机。"),
    (
        "Prints a label or a document, or keeps it as a file of the run.",
        "打印标签或文件，或作为这次运行的文件保存。",
    ),
    ("Reads records of a table into a list.", "把表中的记录读成列表。"),
    ("Records of the site, for all apps.", "现场的记录，供所有应用使用。"),
    (
        "Regular expression that the whole code must match.",
        "整个条码必须符合的正则表达式。",
    ),
    (
        "Scripted runs that show that the app does what it should.",
        "按脚本运行，证明应用做得对。",
    ),
    (
        "Sends a message to a broker (MQTT), and goes on when the broker has taken it.",
        "向消息服务器（MQTT）发送消息，收到后继续。",
    ),
    (
        "Sends a message to the runs that wait for it and to the apps that start with it, and to whoever listens outside.",
        "把消息发给等待它的运行、由它启动的应用以及外部的监听者。",
    ),
    ("Series of numbers without gaps.", "不跳号的编号系列。"),
    ("Several lines of text.", "几行文字。"),
    (
        "Several ways: the first whose condition is true is taken, else `otherwise`.",
        "几种情况：取第一个条件成立的，否则走 `otherwise`。",
    ),
    (
        "Shown at the beginning; counts as an answer only when it is touched.",
        "开始时显示；动过才算答案。",
    ),
    (
        "Shown, and asked, only when the condition is true.",
        "条件成立时才显示和提问。",
    ),
    ("Smaller numbers cannot be typed.", "不能输入更小的数。"),
    (
        "Smaller numbers cannot be typed; 0 when it is not written.",
        "不能输入更小的数；不写为 0。",
    ),
    ("So long before it ends instead.", "改为在它结束前这么久。"),
    ("So many out of five, or of another number.", "五分制或其他分制的评分。"),
    (
        "Some fields that belong together, asked as often as needed, one below the other.",
        "一组填写项，需要几次就填几次，上下排列。",
    ),
    ("Some of a list.", "从列表中选几个。"),
    (
        "Starts another app, and waits for its end unless `wait: no` is written.",
        "启动另一个应用并等它结束，除非写了 `wait: no`。",
    ),
    ("Stations that belong to no line.", "不属于任何产线的工位。"),
    ("Stations where it is asked.", "在哪些工位提问。"),
    (
        "Stations where the button is shown; everywhere when it is not written.",
        "在哪些工位显示按钮；不写则到处显示。",
    ),
    (
        "Statuses from 400 on that are answers too, such as 404.",
        "也当作答复的 400 以上状态码，例如 404。",
    ),
    (
        "Steps whose answering person may not answer this one (four eyes).",
        "填过这些步骤的人不能再填这一步（四眼原则）。",
    ),
    ("Steps whose tasks are open at the end.", "结束时任务还没完成的步骤。"),
    (
        "Table of the app or the site with what there is; a code that is not in it is refused.",
        "应用或现场的登记表；不在其中的代码会被拒绝。",
    ),
    (
        "Takes the next number of a series of the site; a number is never taken twice and never left out.",
        "取现场编号系列的下一个号；不重号、不跳号。",
    ),
    ("Tells something and asks nothing.", "只说明，不提问。"),
    ("The best; 5 when it is not written.", "最高分；不写为 5。"),
    ("The branches.", "各个分支。"),
    (
        "The column that tells records apart: a record with the same key is written over.",
        "区分记录的列：键相同的记录会被覆盖。",
    ),
    ("The columns, as ids.", "各列的代号。"),
    ("The equipment tree.", "设备树。"),
    ("The key of the record.", "记录的键。"),
    ("The list.", "列表。"),
    ("The members of the message, as JSON.", "消息的内容（JSON）。"),
    ("The members of the message.", "消息的内容。"),
    ("The members of what is sent, as JSON.", "所发送的内容（JSON）。"),
    ("The path that `send` changes.", "`send` 要修改的路径。"),
    ("The path that `send` is written to.", "`send` 写入的路径。"),
    ("The path that is deleted.", "要删除的路径。"),
    ("The path that is read.", "要读取的路径。"),
    ("The path to which `send` is posted.", "`send` 提交到的路径。"),
    ("The reason, for whoever looks into it.", "原因，供查看的人了解。"),
    (
        "The reason, shown wherever the hold stops someone.",
        "原因，在锁定拦住人的地方显示。",
    ),
    (
        "The reasons, and those below them: `Machine: [Spindle, Coolant]`.",
        "原因及其下级：`机器: [主轴, 冷却]`。",
    ),
    ("The records the app keeps.", "应用保存的记录。"),
    ("The roles that apps ask and tell.", "应用询问和通知的角色。"),
    (
        "The same choice for several things, as a grid.",
        "对几样东西做同样的选择，排成网格。",
    ),
    (
        "The unit of the result, when the formula gives a bare number.",
        "公式只得出数字时，结果的单位。",
    ),
    (
        "The unit, when it is not written behind the limits.",
        "限值后面没有写单位时的单位。",
    ),
    ("The unit.", "单位。"),
    (
        "The values by name, in order; later ones see earlier ones.",
        "按名称依次给出的值；后面的可以用前面的。",
    ),
    (
        "The ways, in the order in which they are tried.",
        "各种情况，按判断的先后。",
    ),
    (
        "This way is taken when the condition is true and no way above it was.",
        "条件成立且上面都不成立时，走这一种。",
    ),
    ("Time that passes.", "经过的时间。"),
    (
        "Trees of reasons that `reason` fields offer.",
        "`reason` 填写项提供的原因树。",
    ),
    (
        "Two ways: `steps` when the condition is true, else `otherwise`.",
        "两条路：条件成立走 `steps`，否则走 `otherwise`。",
    ),
    ("Values by name at the end.", "结束时各名称的值。"),
    ("Values shown above the fields.", "显示在填写项上方的值。"),
    ("Values that machines tell.", "机器报告的值。"),
    (
        "Waits for a message from another app, the API or a machine.",
        "等候来自其他应用、接口或机器的消息。",
    ),
    (
        "Waits for a time by the clock, or of working time.",
        "等待一段时间，按钟点或按工作时间。",
    ),
    (
        "Waits until a moment: a date, a date and time, or the next time of day.",
        "等到某个时刻：日期、日期和时间，或下一个钟点。",
    ),
    (
        "Ways to tell people who are not here: mail, chat.",
        "通知不在场的人的渠道：邮件、聊天。",
    ),
    (
        "What a number looks like: `NCR-{year}-{0001}`; it begins at 1 again when the date in it changes.",
        "编号的样子：`NCR-{年}-{0001}`；其中的日期变了就从 1 重新开始。",
    ),
    ("What a point can stand for.", "一个点可以代表什么。"),
    (
        "What below the address may be used: `[\"/orders/*\"]`; everything when it is not written.",
        "地址下可以用的路径：`[\"/orders/*\"]`；不写则全部。",
    ),
    ("What can be chosen in every row.", "每行可以选什么。"),
    ("What can be chosen.", "可以选什么。"),
    (
        "What happens when `within` has passed: a ladder.",
        "过了 `within` 怎么办：一级一级升级。",
    ),
    ("What is aimed at.", "目标值。"),
    ("What is aimed at; shown beside the answer.", "目标值；显示在答案旁边。"),
    ("What is asked about, one row each.", "问到的东西，每行一个。"),
    (
        "What is asked each time; any field but `rows` and `group`.",
        "每次问什么；除 `rows` 和 `group` 外都可以。",
    ),
    (
        "What is asked in every row; any field but `rows` and `group`.",
        "每行问什么；除 `rows` 和 `group` 外都可以。",
    ),
    ("What is asked, or handed in, at the start.", "启动时填写或传入的内容。"),
    ("What is asked.", "问什么。"),
    ("What is done for each.", "对每一个做什么。"),
    ("What is done in every round.", "每轮做什么。"),
    ("What is done in this branch.", "这个分支做什么。"),
    ("What is done on this way.", "这种情况下做什么。"),
    (
        "What is done when it is false, empty or undecided.",
        "条件不成立、为空或无法判定时做什么。",
    ),
    ("What is done when no way fits.", "没有一种情况符合时做什么。"),
    (
        "What is done when nothing came; without it the wait goes on.",
        "什么都没等到时做什么；不写就继续等。",
    ),
    ("What is done when the condition is true.", "条件成立时做什么。"),
    (
        "What is done when the last round has ended without `until`.",
        "最后一轮结束仍未满足 `until` 时做什么。",
    ),
    (
        "What is done when the step has failed for good; `step.error` says why.",
        "步骤彻底失败后做什么；`步骤.error` 说明原因。",
    ),
    ("What is done, from top to bottom.", "从上到下做什么。"),
    (
        "What is printed, from top to bottom; `line` draws one.",
        "从上到下打印什么；`line` 画一条线。",
    ),
    (
        "What is promised by the signature that completes the form.",
        "完成表单的签字承诺什么。",
    ),
    ("What is promised by the signature.", "签字承诺什么。"),
    ("What is put in order.", "要排序的东西。"),
    ("What is said then.", "那时说什么。"),
    ("What is written.", "写入什么。"),
    ("What it is for, in a sentence or two.", "用一两句话说明用途。"),
    (
        "What may be done: `[GET, POST]`; only GET when it is not written.",
        "可以做什么：`[GET, POST]`；不写只能 GET。",
    ),
    (
        "What may start it; without it, a button that everyone sees.",
        "什么能启动它；不写就是人人可见的按钮。",
    ),
    ("What must be true at the end.", "结束时必须成立的。"),
    (
        "What one tap adds or takes away; 1 when it is not written.",
        "点一下加减多少；不写为 1。",
    ),
    (
        "What people answer, in order: `- step: {field: answer}`; `pass` and `send` may stand between.",
        "人们依次怎样回答：`- 步骤: {填写项: 答案}`；中间可以有 `pass` 和 `send`。",
    ),
    ("What people call it.", "大家怎么称呼它。"),
    ("What stands behind the `?` of the address.", "地址中 `?` 后面的内容。"),
    ("What stands on the button.", "按钮上写什么。"),
    (
        "What takes the step back when the run is cancelled or fails after it.",
        "之后运行被取消或失败时，怎样撤回这一步。",
    ),
    ("What the app is called.", "应用叫什么。"),
    ("What the channel is called.", "渠道叫什么。"),
    (
        "What the columns get. A column that is not named takes the value of the same name in the app.",
        "各列写入什么。没写的列取应用中同名的值。",
    ),
    ("What the connection is called.", "连接叫什么。"),
    ("What the plant is called.", "工厂叫什么。"),
    ("What the plugin's step is given.", "传给插件步骤的内容。"),
    ("What the printer is called.", "打印机叫什么。"),
    ("What the role is called.", "角色叫什么。"),
    ("What the series is called.", "编号系列叫什么。"),
    ("What the shift is called.", "班次叫什么。"),
    ("What the system is called.", "系统叫什么。"),
    (
        "Name of the subscriber; follows from the words when it is not written.",
        "订阅方的代号；不写则由名称得出。",
    ),
    (
        "The messages of `emit` that it gets; all of them when it is not written.",
        "它收到的 `emit` 消息；不写就是全部。",
    ),
    ("Where the message is published.", "消息发布到哪里。"),
    (
        "Systems outside that get what apps emit.",
        "接收应用 `emit` 消息的外部系统。",
    ),
    ("What the signal is called.", "信号叫什么。"),
    ("What the table is called.", "记录表叫什么。"),
    ("What the test shows.", "测试证明什么。"),
    ("What the tree is called.", "原因树叫什么。"),
    ("What they are told.", "告诉他们什么。"),
    ("What this branch is for.", "这个分支是做什么的。"),
    ("When it begins: `\"06:00\"`.", "开始时间：`\"06:00\"`。"),
    (
        "When it ends: `\"14:00\"`; on the next day when that is not after its beginning.",
        "结束时间：`\"14:00\"`；不晚于开始时间就算第二天。",
    ),
    (
        "When nobody works: `[\"09:00-09:15\"]`.",
        "休息时间：`[\"09:00-09:15\"]`。",
    ),
    ("When people work.", "上班的时间。"),
    ("When this shift of the site begins.", "现场的这个班次开始时。"),
    (
        "When true, the answer is not taken: a condition, or `{if: …, message: …}`.",
        "成立时不接受这个答案：条件，或 `{如果: …, 消息: …}`。",
    ),
    (
        "When true, the answer must be confirmed once more: a condition, or `{if: …, message: …}`.",
        "成立时要再确认一次：条件，或 `{如果: …, 消息: …}`。",
    ),
    ("When.", "什么时候。"),
    ("Where it is measured.", "在哪里测量。"),
    ("Where it stands.", "放在哪里。"),
    ("Where the device is.", "设备所在的位置。"),
    ("Where the value is published.", "值发布到哪个主题。"),
    (
        "Which message; its members are names here, and `run.order` is the run's own `order`.",
        "哪条消息；这里可以用消息内容的名称，`run.order` 是本次运行自己的 `order`。",
    ),
    (
        "Which records; the table's columns are names here, and `run.order` is the run's own `order`.",
        "哪些记录；这里可以用表的列名，`run.order` 是本次运行自己的 `order`。",
    ),
    ("Who gets the task instead.", "任务转给谁。"),
    (
        "Who is asked: a role, a station, `here`, a person or a formula.",
        "问谁：角色、工位、`here`（启动运行的工位）、人员或公式。",
    ),
    (
        "Who is told; `here` is the station where the run was started.",
        "通知谁；`here` 是启动运行的工位。",
    ),
    (
        "Writes a record of a table of the app or of the site; one with the same key is written over.",
        "写入应用或站点的表中的一条记录；键相同的会被覆盖。",
    ),
    (
        "Writes a value to a machine: a signal of the site that may be written.",
        "向机器写一个值：现场可写的信号。",
    ),
    ("Yes or no.", "是或否。"),
    (
        "`60 x 40 mm` for a label, `a4` or `a5` for a page; a4 when it is not written.",
        "标签写 `60 x 40 mm`，纸张写 `a4` 或 `a5`；不写为 a4。",
    ),
    (
        "`all` (or nothing), `first`, or a number; the rest is withdrawn then.",
        "`全部`（或不写）、`最先` 或一个数；其余的会撤回。",
    ),
    (
        "`finished`, `failed`, `cancelled`, `waiting`, or the sentence of a `finish` or `fail`.",
        "`完成`、`失败`、`取消`、`等待中`，或 `finish`、`fail` 的那句话。",
    ),
    (
        "`https://erp.example/api` or `mqtts://broker.example`; `http` and `mqtt` without encryption.",
        "`https://erp.example/api` 或 `mqtts://broker.example`；`http` 和 `mqtt` 不加密。",
    ),
    (
        "`mon-fri`, `[mon, wed]`, `every day`; every day when it is not written.",
        "`周一-周五`、`[周一, 周三]`、`每天`；不写为每天。",
    ),
    (
        "`no` goes on at once; `yes` (or nothing) waits for the end of the called run.",
        "`否` 立即继续；`是`（或不写）等被调用的运行结束。",
    ),
    (
        "`tcp://10.0.0.7:9100`, or `folder:labels` for files below the data folder.",
        "`tcp://10.0.0.7:9100`，或 `folder:labels` 表示数据文件夹下的文件。",
    ),
    (
        "`working time`: only while the site works.",
        "`工作时间`：只在现场上班时。",
    ),
    ("`yes` allows the answer `not applicable`.", "`是` 允许回答 `不适用`。"),
    ("`yes` writes the text large.", "`是` 用大字。"),
    (
        "`zpl`, `pdf` or `png`; `zpl` when it is not written.",
        "`zpl`、`pdf` 或 `png`；不写为 `zpl`。",
    ),
    (
        "How many are waited for: `all` (or nothing), `first`, a number, or a formula that says how many or whether it is enough.",
        "等几个：`all`（或不写）、`first`、一个数，或一个说明要几个或是否已足够的公式。",
    ),
    (
        "What becomes of the others then: `withdraw` (or nothing), or `go on` beside what follows.",
        "其余的怎么办：`withdraw`（或不写）撤回，或 `go on` 与后面的步骤一起继续。",
    ),
    (
        "Elements that come while others are in work.",
        "在处理过程中陆续到来的元素。",
    ),
    ("The message that brings one more element.", "带来一个新元素的消息。"),
    (
        "The element, from the members of the message; all of them when it is not written.",
        "由消息成员得出的元素；不写就是全部成员。",
    ),
    (
        "The message after which no more come; without it, more may come as long as one is in work.",
        "此消息之后不再有新的；不写则只要还有一个在处理就可以再来。",
    ),
    (
        "Only one branch of the run at a time is in steps with the same name here; the others wait for their turn.",
        "同一次运行中，同名的步骤同时只有一个分支在做；其他分支排队等候。",
    ),
    (
        "Asked only as long as this is true: it comes and goes as the values of the run change.",
        "只在此条件成立期间提问：随运行中的值变化而出现或撤回。",
    ),
    (
        "`yes`: a message counts also when it came earlier in this run, before anyone waited for it.",
        "`yes`：在有人等候之前、本次运行中更早到达的消息也算数。",
    ),
    (
        "Takes back steps that are being done in other branches, by their names: they go on behind them.",
        "按名称撤回其他分支正在做的步骤：它们从该步骤之后继续。",
    ),
];
