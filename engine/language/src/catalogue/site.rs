//! G12: working time and the other parts of a site file, and what apps say of them.

use super::entries;

entries! {
    TIME_OF_DAY_EXPECTED = "G1201" Error SiteFile
        "`{what}` is a time of day such as 06:00, not \"{found}\"", "`{what}` 应该是时刻，例如 06:00，不是“{found}”";
        why "", "";
        "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    from: »6 am\n    to: \"14:00\"\n" => "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    from: \"06:00\"\n    to: \"14:00\"\n"
    DAYS_EXPECTED = "G1202" Error SiteFile
        "\"{found}\" is no day of the week; days are written mon-fri, [mon, wed] or every day", "“{found}”不是星期；请写成 周一-周五、[周一, 周三] 或 每天";
        why "", "";
        "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    days: »Monday to Friday\n    from: \"06:00\"\n    to: \"14:00\"\n" => "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    days: mon-fri\n    from: \"06:00\"\n    to: \"14:00\"\n"
    SHIFT_WITHOUT_TIME = "G1203" Error SiteFile
        "the shift ends when it begins; a whole day is from 00:00 to 24:00", "班次的开始和结束相同；全天请写 00:00 到 24:00";
        why "", "";
        "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Day\n    from: \"06:00\"\n    to: »\"06:00\"\n" => "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Day\n    from: \"00:00\"\n    to: \"24:00\"\n"
    BREAK_EXPECTED = "G1204" Error SiteFile
        "a break is written 09:00-09:15, not \"{found}\"", "休息写成 09:00-09:15，不是“{found}”";
        why "", "";
        "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    from: \"06:00\"\n    to: \"14:00\"\n    breaks: [»9 to 9:15]\n" => "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    from: \"06:00\"\n    to: \"14:00\"\n    breaks: [\"09:00-09:15\"]\n"
    BREAK_OUTSIDE = "G1205" Error SiteFile
        "the break {found} is not inside its shift, or over another break", "休息 {found} 不在班次之内，或与另一段休息重叠";
        why "Working time would be counted wrongly.", "工作时间会算错。";
        "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    from: \"06:00\"\n    to: \"14:00\"\n    breaks: [»\"14:30-14:45\"]\n" => "site: Plant\ntime_zone: UTC\nshifts:\n  - shift: Early\n    from: \"06:00\"\n    to: \"14:00\"\n    breaks: [\"11:30-12:00\"]\n"
    DAY_OFF_EXPECTED = "G1206" Error SiteFile
        "\"{found}\" is no day; days are written 2026-10-01 or 2026-10-01 to 2026-10-07", "“{found}”不是日期；请写成 2026-10-01 或 2026-10-01 到 2026-10-07";
        why "", "";
        "site: Plant\ntime_zone: UTC\ndays_off: [»1.10.2026]\n" => "site: Plant\ntime_zone: UTC\ndays_off: [2026-10-01]\n"
    OF_SITE_TWICE = "G1207" Error SiteFile
        "\"{id}\" is written twice in `{list}`", "“{id}”在 `{list}` 里写了两次";
        why "", "";
        "site: Plant\ntime_zone: UTC\nnumbers:\n  - series: NCR\n    format: NCR-{0001}\n  - series: »NCR\n    format: N-{0001}\n" => "site: Plant\ntime_zone: UTC\nnumbers:\n  - series: NCR\n    format: NCR-{0001}\n  - series: Order\n    format: N-{0001}\n"
    TOO_MANY_OF_SITE = "G1208" Error Shortened
        "there are more than {max} entries in `{list}`", "`{list}` 超过 {max} 项";
        why "", "";
        "shifts: … 101 of them" => "site: Plant\ntime_zone: UTC\n"
    SERIES_WITHOUT_COUNTER = "G1209" Error SiteFile
        "a series counts in exactly one place such as {0001}, and \"{found}\" does not", "编号应该正好有一处计数，例如 {0001}，“{found}”不是";
        why "Two papers could have the same number.", "两份单据可能有相同的编号。";
        "site: Plant\ntime_zone: UTC\nnumbers:\n  - series: NCR\n    format: »NCR-{year}\n" => "site: Plant\ntime_zone: UTC\nnumbers:\n  - series: NCR\n    format: NCR-{year}-{0001}\n"
    SERIES_PART_EXPECTED = "G1210" Error SiteFile
        "`{found}` is no part of a number", "`{found}` 不是编号的一部分";
        why "", "";
        "site: Plant\ntime_zone: UTC\nnumbers:\n  - series: NCR\n    format: NCR-»{yyyy}-{0001}\n" => "site: Plant\ntime_zone: UTC\nnumbers:\n  - series: NCR\n    format: NCR-{year}-{0001}\n"
    REASON_TWICE = "G1211" Error SiteFile
        "the reason \"{found}\" is written twice beside itself", "原因“{found}”在同一级写了两次";
        why "What is counted under it would be spread over two.", "统计会分散到两处。";
        "site: Plant\ntime_zone: UTC\nreasons:\n  - tree: Downtime\n    reasons: [Machine, »Machine]\n" => "site: Plant\ntime_zone: UTC\nreasons:\n  - tree: Downtime\n    reasons: [Machine, Material]\n"
    REASONS_TOO_DEEP = "G1212" Error SiteFile
        "the tree has more than {max} levels; nobody would find the reason", "原因树超过 {max} 级，没人找得到";
        why "", "";
        "site: Plant\ntime_zone: UTC\nreasons:\n  - tree: Downtime\n    reasons: [{a: [{b: [{c: [{d: [{e: [{f: »[g]}]}]}]}]}]}]\n" => "site: Plant\ntime_zone: UTC\nreasons:\n  - tree: Downtime\n    reasons: [{a: [{b: [c]}]}]\n"
    UNKNOWN_CONNECTION = "G1213" Error SiteFile
        "there is no connection to a broker called \"{found}\"", "没有叫“{found}”的消息服务连接";
        why "", "";
        "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: plant_broker\n    address: mqtt://broker.example\nsignals:\n  - signal: Speed\n    write: {connection: »plant_brocker, topic: speed}\n" => "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: plant_broker\n    address: mqtt://broker.example\nsignals:\n  - signal: Speed\n    write: {connection: plant_broker, topic: speed}\n"
    ADDRESS_EXPECTED = "G1214" Error SiteFile
        "\"{found}\" is no address such as https://erp.example/api, without user, password and question mark", "“{found}”不是地址；应类似 https://erp.example/api，不含用户名、密码和问号";
        why "Apps reach only what is written here.", "应用只能访问这里写的地址。";
        "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: erp\n    address: »erp.example/api\n" => "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: erp\n    address: https://erp.example/api\n"
    PATH_EXPECTED = "G1215" Error SiteFile
        "\"{found}\" is no path such as /orders/*; a * stands only at the end", "“{found}”不是路径；应类似 /orders/*，* 只能在末尾";
        why "", "";
        "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: erp\n    address: https://erp.example\n    paths: [»orders]\n" => "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: erp\n    address: https://erp.example\n    paths: [/orders]\n"
    NOT_OF_A_BROKER = "G1216" Error SiteFile
        "a broker has no `{found}`", "消息服务没有 `{found}`";
        why "", "";
        "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: plant_broker\n    address: mqtt://broker.example\n    »methods: [GET]\n" => "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: plant_broker\n    address: mqtt://broker.example\n"
    SECRET_NAME_EXPECTED = "G1217" Error SiteFile
        "`secret` is the name of a secret, such as ERP_TOKEN; the secret itself never stands in a file", "`secret` 是密钥的名称，例如 ERP_TOKEN；密钥本身不能写在文件里";
        why "Files are copied, mailed and shown; a secret in one is known to everyone.", "文件会被复制、发送和展示；写在里面的密钥人人可知。";
        "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: erp\n    address: https://erp.example\n    secret: »abc-123-xyz\n" => "site: Plant\ntime_zone: UTC\nconnections:\n  - connection: erp\n    address: https://erp.example\n    secret: ERP_TOKEN\n"
    CHANNEL_BY_ONE_WAY = "G1218" Error SiteFile
        "a channel has either `email` or `webhook`", "渠道要么有 `email`，要么有 `webhook`";
        why "", "";
        "site: Plant\ntime_zone: UTC\nchannels:\n  - »channel: Maintenance mail\n" => "site: Plant\ntime_zone: UTC\nchannels:\n  - channel: Maintenance mail\n    email: [maintenance@plant.example]\n"
    EMAIL_EXPECTED = "G1219" Error SiteFile
        "\"{found}\" is no mail address such as name@plant.example", "“{found}”不是邮箱地址；应类似 name@plant.example";
        why "", "";
        "site: Plant\ntime_zone: UTC\nchannels:\n  - channel: Mail\n    email: [»maintenance]\n" => "site: Plant\ntime_zone: UTC\nchannels:\n  - channel: Mail\n    email: [maintenance@plant.example]\n"
    PRINTER_ADDRESS_EXPECTED = "G1220" Error SiteFile
        "\"{found}\" is no printer; write tcp://10.0.0.7:9100, or folder:labels", "“{found}”不是打印机地址；请写 tcp://10.0.0.7:9100 或 folder:labels";
        why "", "";
        "site: Plant\ntime_zone: UTC\nprinters:\n  - printer: Labels\n    address: »10.0.0.7\n" => "site: Plant\ntime_zone: UTC\nprinters:\n  - printer: Labels\n    address: tcp://10.0.0.7:9100\n"
    UNKNOWN_CHANNEL = "G1221" Error OnSite
        "there is no channel called \"{found}\"", "没有叫“{found}”的渠道";
        why "", "";
        "- tell: {channel: »Maintenance male}\n  message: The press stands" => "- tell: {channel: Maintenance mail}\n  message: The press stands"
    CHANNEL_ASKED = "G1222" Error OnSite
        "the channel \"{found}\" can be told, but it cannot do the work of `{what}`", "渠道“{found}”只能接收通知，不能承担 `{what}`";
        why "Nobody would see the task.", "没有人会看到该任务。";
        "- form: Repair\n  to: »Maintenance mail\n  fields:\n    - tick: Done" => "- form: Repair\n  to: operator\n  fields:\n    - tick: Done"
    NO_WORKING_TIME = "G1223" Error WithoutShifts
        "nobody ever works: the site has no shifts with time in them", "没有工作时间：现场没有班次";
        why "The wait would never end.", "等待永远不会结束。";
        "- wait: 2 h »working time" => "- wait: 2 h"
    UNKNOWN_SHIFT = "G1224" Error OnSiteApp
        "the site has no shift called \"{found}\"", "现场没有叫“{found}”的班次";
        why "It would never start.", "永远不会启动。";
        "app: Hand over\nstart:\n  - shift: »Earyl\nsteps:\n  - wait: 1 min\n" => "app: Hand over\nstart:\n  - shift: Early\n    before_end: 15 min\nsteps:\n  - wait: 1 min\n"
    EVERY_OUT_OF_RANGE = "G1225" Error File
        "`every` is from 1 min to 52 weeks, not {found}", "`every` 的范围是 1 分钟到 52 周，不是 {found}";
        why "", "";
        "app: Look\nstart:\n  - every: »10 s\nsteps:\n  - wait: 1 min\n" => "app: Look\nstart:\n  - every: 1 min\nsteps:\n  - wait: 1 min\n"
    NOBODY_ANSWERS_AT_START = "G1226" Error File
        "the app starts by itself, and then nobody is there to answer \"{title}\"", "应用会自动启动，那时没有人回答“{title}”";
        why "Every such start would fail.", "每次自动启动都会失败。";
        "app: Look\nstart:\n  - every: 2 h\ninputs:\n  - »scan: Order\nsteps:\n  - wait: 1 min\n" => "app: Look\nstart:\n  - every: 2 h\ninputs:\n  - scan: Order\n    optional: yes\nsteps:\n  - wait: 1 min\n"
    UNKNOWN_SIGNAL = "G1227" Error OnSite
        "the site has no signal called \"{found}\"", "现场没有叫“{found}”的信号";
        why "The wait would never end.", "等待永远不会结束。";
        "- wait_for: Spindle stands\n  signal: »spindle_sped\n  where: value = 0\n  within: 10 min\n  late:\n    - after: 0 min\n      tell: operator" => "- wait_for: Spindle stands\n  signal: spindle_speed\n  where: value = 0\n  within: 10 min\n  late:\n    - after: 0 min\n      tell: operator"
    SIGNAL_WITHOUT_WHERE = "G1228" Error OnSite
        "what the signal must be is not said: `where` is missing", "没有说明信号要达到什么值：缺少 `where`";
        why "The wait would end with the next value, whatever it is.", "任何新值都会结束等待。";
        "- »wait_for: Spindle stands\n  signal: spindle_speed\n  within: 10 min\n  late:\n    - after: 0 min\n      tell: operator" => "- wait_for: Spindle stands\n  signal: spindle_speed\n  where: value = 0\n  within: 10 min\n  late:\n    - after: 0 min\n      tell: operator"
    UNKNOWN_SERIES = "G1229" Error OnSite
        "the site has no series of numbers called \"{found}\"", "现场没有叫“{found}”的编号系列";
        why "The run would stop at this step every time.", "流程每次都会停在这一步。";
        "- number: »NRC" => "- number: NCR"
    UNKNOWN_PRINTER = "G1230" Error OnSite
        "the site has no printer called \"{found}\"", "现场没有叫“{found}”的打印机";
        why "Nothing would come out.", "什么也打印不出来。";
        "- print: Label\n  on: »Lable printer\n  content:\n    - text: Hello" => "- print: Label\n  on: Label printer\n  content:\n    - text: Hello"
    SUBSCRIBER_BY_ONE_WAY = "G1231" Error SiteFile
        "a subscriber has either `webhook` or `connection`", "订阅方要么有 `webhook`，要么有 `connection`";
        why "A message goes to one place; another place is another subscriber.", "一条消息只发往一处；另一处请写成另一个订阅方。";
        "site: Plant\ntime_zone: UTC\nsubscribers:\n  - »subscriber: Quality system\n" => "site: Plant\ntime_zone: UTC\nsubscribers:\n  - subscriber: Quality system\n    webhook: https://qms.example/hook\n"
}
