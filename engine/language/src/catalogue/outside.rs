//! G15: what apps ask of the world outside, against what the site allows.

use super::entries;

entries! {
    NO_SUCH_CONNECTION = "G1501" Error OnSite
        "the site has no connection \"{found}\"", "工厂没有连接“{found}”";
        why "Apps reach only what site.yaml names under `connections`.", "应用只能访问 site.yaml 中 `connections` 列出的地址。";
        "- http: Ask the order system\n  connection: »epr\n  get: /orders/1" => "- http: Ask the order system\n  connection: erp\n  get: /orders/1"
    METHOD_NOT_ALLOWED = "G1502" Error OnSite
        "the connection \"{found}\" does not allow {method}", "连接“{found}”不允许 {method}";
        why "Whoever keeps site.yaml says under `methods` what apps may do there.", "site.yaml 的维护者在 `methods` 里写明应用可以做什么。";
        "- »http: Forget the order\n  connection: erp\n  delete: /orders/1" => "- http: Ask the order system\n  connection: erp\n  get: /orders/1"
    PATH_NOT_ALLOWED = "G1503" Error OnSite
        "the connection \"{found}\" does not allow the path \"{path}\"", "连接“{found}”不允许路径“{path}”";
        why "Whoever keeps site.yaml says under `paths` what of the address apps may use; nothing goes up with `..`.", "site.yaml 的维护者在 `paths` 里写明可用的路径；不能用 `..` 向上。";
        "- »http: Ask the order system\n  connection: erp\n  get: /admin" => "- http: Ask the order system\n  connection: erp\n  get: /orders/1"
    CONNECTION_OF_OTHER_KIND = "G1504" Error OnSite
        "the connection \"{found}\" leads to {is}; `{word}` needs {needs}", "连接“{found}”通向{is}；`{word}` 需要{needs}";
        why "", "";
        "- http: Ask the order system\n  connection: »plant_broker\n  get: /orders/1" => "- http: Ask the order system\n  connection: erp\n  get: /orders/1"
    NO_SUCH_SIGNAL = "G1505" Error OnSite
        "the site has no signal \"{found}\"", "工厂没有信号“{found}”";
        why "", "";
        "- write: »spindle_sped\n  value: 1200" => "- write: spindle_speed\n  value: 1200"
    SIGNAL_ONLY_READ = "G1506" Error OnSite
        "the signal \"{found}\" may only be read", "信号“{found}”只能读取";
        why "A machine takes a value only where site.yaml says so with `write`.", "只有 site.yaml 写了 `write` 的信号才能写入。";
        "- write: »coolant_level\n  value: 1200" => "- write: spindle_speed\n  value: 1200"
}
