//! Random apps, as trees that can be printed as YAML and made smaller. What the language refuses is drawn again: the
//! generator knows enough of the language that this is rare.

use crate::chance::Chance;
use language::model::Site;

/// One entry of a list with the lists inside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// The first begins the entry; the others are its keys.
    pub lines: Vec<String>,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub key: &'static str,
    pub entries: Vec<Node>,
}

/// An app in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub id: String,
    pub head: String,
    pub steps: Vec<Node>,
}

/// An app to be published: drawn, or from a folder.
#[derive(Clone, Debug)]
pub enum Source {
    Drawn(Draft),
    Written(String),
}

impl Source {
    pub fn text(&self) -> String {
        match self {
            Source::Drawn(draft) => draft.text(),
            Source::Written(text) => text.clone(),
        }
    }
}

impl Draft {
    pub fn text(&self) -> String {
        let mut text = self.head.clone();
        text.push_str("steps:\n");
        print(&self.steps, 1, &mut text);
        text
    }

    pub fn is_right(&self, site: &Site) -> bool {
        let read = language::read_app(&self.text(), Some(site));
        read.value.is_some()
    }

    /// The same with one entry left out, for each entry.
    pub fn smaller(&self) -> Vec<Draft> {
        let mut all = Vec::new();
        for path in 0..count(&self.steps) {
            let mut draft = self.clone();
            let mut left = path;
            remove(&mut draft.steps, &mut left);
            all.push(draft);
        }
        all
    }
}

fn count(nodes: &[Node]) -> usize {
    let inside = |node: &Node| node.blocks.iter().map(|block| count(&block.entries)).sum::<usize>();
    nodes.iter().map(|node| 1 + inside(node)).sum()
}

fn remove(nodes: &mut Vec<Node>, left: &mut usize) -> bool {
    for index in 0..nodes.len() {
        if *left == 0 {
            nodes.remove(index);
            return true;
        }
        *left -= 1;
        for block in &mut nodes[index].blocks {
            if remove(&mut block.entries, left) {
                return true;
            }
        }
    }
    false
}

fn print(nodes: &[Node], depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for node in nodes {
        for (place, line) in node.lines.iter().enumerate() {
            let lead = if place == 0 { "- " } else { "  " };
            text.push_str(&format!("{indent}{lead}{line}\n"));
        }
        for block in node.blocks.iter().filter(|block| !block.entries.is_empty()) {
            text.push_str(&format!("{indent}  {}:\n", block.key));
            print(&block.entries, depth + 2, text);
        }
    }
}

/// Names of messages that runs wait for.
pub const MESSAGES: &[&str] = &["ready", "stop-it", "material"];

/// Draws an app; `number` is its place among `all` of this world.
pub fn draw(chance: &mut Chance, number: usize, all: usize, site: &Site) -> Draft {
    loop {
        let mut maker = Maker {
            chance,
            number,
            all,
            count: 0,
            forms: Vec::new(),
            scope: vec![
                "count > 3".into(),
                "count < 7".into(),
                "lot = \"L1\"".into(),
                "lot is filled".into(),
            ],
        };
        let draft = maker.app();
        if draft.is_right(site) {
            return draft;
        }
    }
}

struct Maker<'c> {
    chance: &'c mut Chance,
    number: usize,
    all: usize,
    count: usize,
    forms: Vec<String>,
    /// Conditions that can be asked here.
    scope: Vec<String>,
}

fn node(lines: &[String]) -> Node {
    Node {
        lines: lines.to_vec(),
        blocks: Vec::new(),
    }
}

fn line(text: &str) -> Node {
    node(&[text.to_owned()])
}

impl Node {
    fn key(mut self, line: impl Into<String>) -> Node {
        self.lines.push(line.into());
        self
    }

    fn block(mut self, key: &'static str, entries: Vec<Node>) -> Node {
        self.blocks.push(Block { key, entries });
        self
    }
}

impl Maker<'_> {
    fn app(&mut self) -> Draft {
        let number = self.number;
        let mut head = format!("app: App {number}\nid: app_{number}\nstart:\n  - button: Begin\n");
        if self.chance.percent(60) {
            head.push_str(&format!("  - message: begin-{number}\n"));
            if self.chance.percent(50) {
                head.push_str("    where: count > 1\n");
            }
        }
        if self.chance.percent(15) {
            head.push_str("  - every: 3 h\n");
        }
        head.push_str("inputs:\n  - whole: Count\n    min: 0\n    max: 9\n    optional: yes\n");
        head.push_str("  - text: Lot\n    at_most: 20\n    optional: yes\n");
        head.push_str("tables:\n  - table: Pieces\n    key: lot\n    columns: [lot, note, n]\n");
        let steps = self.chance.between(2, 7) as usize;
        let steps = self.steps(steps, 0);
        let id = format!("app_{number}");
        Draft { id, head, steps }
    }

    /// A name and its number; ids follow from names.
    fn name(&mut self, word: &str) -> String {
        self.count += 1;
        format!("{word} {}", self.count)
    }

    fn condition(&mut self) -> String {
        let index = self.chance.below(self.scope.len());
        self.scope[index].clone()
    }

    fn steps(&mut self, many: usize, depth: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        for _ in 0..many {
            nodes.extend(self.step(depth));
        }
        nodes
    }

    /// Steps inside another: what they ask is not known outside.
    fn inner(&mut self, depth: usize) -> Vec<Node> {
        let (scope, forms) = (self.scope.len(), self.forms.len());
        let many = self.chance.between(1, 3) as usize;
        let steps = self.steps(many, depth + 1);
        self.scope.truncate(scope);
        self.forms.truncate(forms);
        steps
    }

    fn step(&mut self, depth: usize) -> Vec<Node> {
        let nests = if depth >= 3 { 0 } else { 1 };
        let weights = [
            30,
            8 * nests,
            5 * nests,
            8 * nests,
            6 * nests,
            8 * nests,
            7,
            3,
            10,
            6,
            6,
            6,
            3,
            6 * nests,
            5,
            9,
            6,
            5,
            5,
            4,
            4,
            5,
            4,
            3,
        ];
        let made = match self.chance.weighed(&weights) {
            0 => self.form(),
            1 => self.if_(depth),
            2 => self.choose(depth),
            3 => self.repeat(depth),
            4 => self.for_each(depth),
            5 => self.together(depth),
            6 => self.wait(),
            7 => line(self.chance.one(&["wait_until: 06:00", "wait_until: 14:30"])),
            8 => self.wait_for(depth),
            9 => self.set(),
            10 => self.find(),
            11 => self.save(depth),
            12 => line("remove: Pieces").key("key: = lot"),
            13 => return self.held(depth),
            14 => self.number(),
            15 => self.http(depth),
            16 => self.publish(depth),
            17 => self.print(depth),
            18 => self.write(depth),
            19 => self.tell(),
            20 => self.emit(),
            21 => self.call(),
            22 => self.finish(),
            _ => self.approve(),
        };
        let may_be_guarded = !made.lines[0].starts_with("finish") && !made.lines[0].starts_with("fail");
        if may_be_guarded && self.chance.percent(10) {
            let condition = self.condition();
            return vec![made.key(format!("if: '{condition}'"))];
        }
        vec![made]
    }

    fn form(&mut self) -> Node {
        let name = self.name("Form");
        let id = name.to_lowercase().replace(' ', "_");
        let mut form = line(&format!("form: {name}"));
        if let Some(to) = self
            .chance
            .pick(&[
                "operator",
                "inspector",
                "setter",
                "qc-1",
                "{person: ann}",
                "team leader",
            ])
            .copied()
            && self.chance.percent(70)
        {
            form = form.key(format!("to: {to}"));
        }
        form = self.deadline(form);
        if self.chance.percent(12)
            && let Some(other) = self.forms.last().cloned()
        {
            form = form.key(format!("not_by: {other}"));
        }
        if self.chance.percent(10) {
            form = form.key("sign: checked");
        }
        if self.chance.percent(12) {
            form = form.key("buttons: [Good, Bad]");
        }
        let fields = self.chance.between(1, 4);
        let fields = (0..fields).map(|_| self.field()).collect();
        self.forms.push(id);
        form.block("fields", fields)
    }

    fn deadline(&mut self, form: Node) -> Node {
        if !self.chance.percent(35) {
            return form;
        }
        let within = self.chance.one(&["20 min", "1 h", "2 h working time", "1 min"]);
        let form = form.key(format!("within: {within}"));
        let rungs = self.chance.between(0, 2);
        let rungs = (0..rungs).map(|place| {
            let after = line(&format!("after: {} min", place * 10));
            match self.chance.percent(50) {
                true => after.key("tell: team leader"),
                false => after.key("move_to: setter"),
            }
        });
        let rungs = rungs.collect();
        form.block("late", rungs)
    }

    fn field(&mut self) -> Node {
        let (name, scope) = match self.chance.below(10) {
            0 | 1 => ("measure", "{} is ok"),
            2 | 3 => ("check", "{} is not ok"),
            4 => ("yes_no", "{} = true"),
            5 => ("whole", "{} > 2"),
            6 => ("choose", "{} = \"b\""),
            7 => ("tick", ""),
            8 => ("text", "{} is filled"),
            _ => ("date", "{} is filled"),
        };
        let said = self.name("Field");
        let id = said.to_lowercase().replace(' ', "_");
        let mut field = line(&format!("{name}: {said}"));
        field = match name {
            "measure" => {
                let field = field.key("limits: 9 to 11");
                if self.chance.percent(30) {
                    field.key("samples: 2")
                } else {
                    field
                }
            }
            "whole" => field.key("min: 0").key("max: 9"),
            "choose" => field.key("from: [a, b, c]"),
            "check" if self.chance.percent(30) => field.key("not_applicable: yes"),
            _ => field,
        };
        if self.chance.percent(30) {
            field = field.key("optional: yes");
        }
        if self.chance.percent(10) {
            let condition = self.condition();
            field = field.key(format!("show_if: '{condition}'"));
        }
        if !scope.is_empty() {
            self.scope.push(scope.replace("{}", &id));
        }
        field
    }

    fn approve(&mut self) -> Node {
        let name = self.name("Approve");
        let form = line(&format!("approve: {name}")).key("to: inspector");
        self.deadline(form)
    }

    fn if_(&mut self, depth: usize) -> Node {
        let condition = self.condition();
        let steps = self.inner(depth);
        let mut made = line(&format!("if: '{condition}'")).block("steps", steps);
        if self.chance.percent(50) {
            let otherwise = self.inner(depth);
            made = made.block("otherwise", otherwise);
        }
        made
    }

    fn choose(&mut self, depth: usize) -> Node {
        let name = self.name("Choose");
        let ways = self.chance.between(1, 3);
        let ways = (0..ways).map(|_| {
            let condition = self.condition();
            let steps = self.inner(depth);
            line(&format!("when: '{condition}'")).block("steps", steps)
        });
        let ways = ways.collect();
        let otherwise = self.inner(depth);
        line(&format!("choose: {name}"))
            .block("ways", ways)
            .block("otherwise", otherwise)
    }

    fn repeat(&mut self, depth: usize) -> Node {
        let name = self.name("Repeat");
        let (scope, forms) = (self.scope.len(), self.forms.len());
        let form = self.form();
        let mut steps = vec![form];
        if self.chance.percent(50) {
            let many = self.chance.between(1, 2) as usize;
            steps.extend(self.steps(many, depth + 1));
        }
        let inside = self.scope[scope..].to_vec();
        let until = match self.chance.pick(&inside) {
            Some(condition) => condition.clone(),
            None => "count > 3".to_owned(),
        };
        self.scope.truncate(scope);
        self.forms.truncate(forms);
        let times = self.chance.between(1, 4);
        let mut made = line(&format!("repeat: {name}"))
            .key(format!("until: '{until}'"))
            .key(format!("at_most: {times} times"))
            .block("steps", steps);
        if self.chance.percent(50) {
            let otherwise = self.inner(depth);
            made = made.block("otherwise", otherwise);
        }
        made
    }

    fn for_each(&mut self, depth: usize) -> Node {
        let name = self.name("Each");
        let item = name.to_lowercase().replace(' ', "_item_");
        let list = self.chance.one(&["[1, 2, 3]", "[1]", "[1, 2, 3, 4, 5, 6, 7, 8]"]);
        let at_once = self.chance.between(1, 4);
        self.scope.push(format!("{item} > 1"));
        let steps = self.inner(depth);
        self.scope.pop();
        line(&format!("for_each: {name}"))
            .key(format!("in: = {list}"))
            .key(format!("as: {item}"))
            .key(format!("at_once: {at_once}"))
            .block("steps", steps)
    }

    fn together(&mut self, depth: usize) -> Node {
        let name = self.name("Together");
        let branches = self.chance.between(2, 4);
        let branches = (0..branches).map(|_| {
            let name = self.name("Branch");
            let steps = self.inner(depth);
            line(&format!("branch: {name}")).block("steps", steps)
        });
        let branches = branches.collect();
        let join = self.chance.one(&["all", "first", "2"]);
        line(&format!("together: {name}"))
            .key(format!("wait_for: {join}"))
            .block("branches", branches)
    }

    fn wait(&mut self) -> Node {
        line(self.chance.one(&[
            "wait: 5 min",
            "wait: 2 h",
            "wait: 1 h working time",
            "wait: = duration(\"PT90S\")",
        ]))
    }

    fn wait_for(&mut self, depth: usize) -> Node {
        let mut made = if self.chance.percent(30) {
            let name = self.name("Machine");
            let signal = self.chance.one(&["Speed", "Level"]);
            line(&format!("wait_for: {name}"))
                .key(format!("signal: {signal}"))
                .key("where: value > 5")
        } else {
            let message = self.chance.one(MESSAGES);
            let name = self.name("Heard").to_lowercase().replace(' ', "_");
            let made = line(&format!("wait_for: {message}")).key(format!("id: {name}"));
            if self.chance.percent(60) {
                made.key("where: x > 1")
            } else {
                made
            }
        };
        if self.chance.percent(60) {
            made = made.key("within: 30 min");
            if self.chance.percent(60) {
                made = made.block("late", vec![line("after: 0 min").key("tell: team leader")]);
            }
            if self.chance.percent(60) {
                let otherwise = self.inner(depth);
                made = made.block("otherwise", otherwise);
            }
        }
        made
    }

    fn set(&mut self) -> Node {
        let name = self.name("Set");
        let value = name.to_lowercase().replace(' ', "_value_");
        let formula = self
            .chance
            .one(&["= count + 1", "= count * 2 - 3", "= now()", "= [count, 1]", "= run.id"]);
        if formula.contains("count +") || formula.contains('*') {
            self.scope.push(format!("{value} > 4"));
        }
        line(&format!("set: {name}")).key(format!("values: {{{value}: '{formula}'}}"))
    }

    fn find(&mut self) -> Node {
        let name = self.name("found").replace(' ', "_");
        let condition = self.chance.one(&["n > 2", "lot = \"L1\"", "note is filled"]);
        let at_most = self.chance.between(1, 5);
        self.scope.push(format!("count({name}) > 1"));
        line("find: Pieces")
            .key(format!("where: '{condition}'"))
            .key(format!("at_most: {at_most}"))
            .key(format!("as: {name}"))
    }

    fn save(&mut self, depth: usize) -> Node {
        let key = self.chance.one(&["= lot", "= run.id", "= \"L2\""]);
        let saved = line("save: Pieces").key(format!("values: {{lot: '{key}', note: 'by {{run.id}}', n: '= count'}}"));
        self.undone(saved, depth)
    }

    fn undone(&mut self, made: Node, depth: usize) -> Node {
        if depth > 2 || !self.chance.percent(20) {
            return made;
        }
        let undo = match self.chance.below(3) {
            0 => line("remove: Pieces").key("key: = lot"),
            1 => self.tell(),
            _ => self.http(9),
        };
        made.block("undo", vec![undo])
    }

    fn held(&mut self, depth: usize) -> Vec<Node> {
        let target = self.chance.one(&["line-3", "lot {lot}", "op-10"]);
        let hold = line(&format!("hold: {target}")).key("why: Not yet");
        let hold = self.undone(hold, depth);
        let mut nodes = vec![hold];
        let many = self.chance.between(1, 2) as usize;
        nodes.extend(self.steps(many, depth + 1));
        if self.chance.percent(80) {
            nodes.push(line(&format!("release: {target}")));
        }
        nodes
    }

    fn number(&mut self) -> Node {
        let name = self.name("number").replace(' ', "_");
        let series = self.chance.one(&["NCR", "Label"]);
        line(&format!("number: {series}")).key(format!("as: {name}"))
    }

    /// What may go wrong outside.
    fn failing(&mut self, made: Node, depth: usize) -> Node {
        let mut made = made;
        if self.chance.percent(40) {
            let retry = self.chance.one(&[
                "retry: 2 times, from 2 s, doubling, up to 5 min",
                "retry: 1 times, from 1 min",
                "retry: 4 times, from 10 s",
            ]);
            made = made.key(retry);
        }
        if depth < 3 && self.chance.percent(50) {
            let otherwise = self.inner(depth);
            made = made.block("on_error", otherwise);
        }
        if depth < 3 { self.undone(made, depth) } else { made }
    }

    fn http(&mut self, depth: usize) -> Node {
        let name = self.name("Request");
        let made = line(&format!("http: {name}"))
            .key("connection: erp")
            .key("post: /orders")
            .key("send: {count: = count}");
        let made = if self.chance.percent(30) {
            made.key("within: 10 s")
        } else {
            made
        };
        self.failing(made, depth)
    }

    fn publish(&mut self, depth: usize) -> Node {
        let name = self.name("publish").replace(' ', "_");
        let made = line("publish: line3/state")
            .key(format!("id: {name}"))
            .key("connection: plant_broker")
            .key("with: {n: = count}");
        self.failing(made, depth)
    }

    fn print(&mut self, depth: usize) -> Node {
        let name = self.name("Print");
        let made = line(&format!("print: {name}"));
        let made = match self.chance.below(3) {
            0 => made.key("on: Label printer").key("size: 60 x 40 mm"),
            1 => made.key("on: Papers"),
            _ => made,
        };
        let made = made.key("content: ['Lot {lot}']");
        self.failing(made, depth)
    }

    fn write(&mut self, depth: usize) -> Node {
        let name = self.name("write").replace(' ', "_");
        let made = line("write: speed").key(format!("id: {name}")).key("value: = count");
        self.failing(made, depth)
    }

    fn tell(&mut self) -> Node {
        let name = self.name("told").replace(' ', "_");
        line("tell: team leader")
            .key(format!("id: {name}"))
            .key("message: It is {count} of {lot}")
    }

    fn emit(&mut self) -> Node {
        let name = self.name("emitted").replace(' ', "_");
        let later = self.number + 1;
        let message = if later < self.all && self.chance.percent(40) {
            format!("begin-{later}")
        } else {
            self.chance.one(MESSAGES).to_owned()
        };
        line(&format!("emit: {message}"))
            .key(format!("id: {name}"))
            .key("with: {x: = count, count: = count}")
    }

    fn call(&mut self) -> Node {
        let later = self.number + 1;
        if later >= self.all {
            return self.tell();
        }
        let app = self.chance.between(later as i64, self.all as i64 - 1);
        let name = self.name("called").replace(' ', "_");
        let made = line(&format!("call: app_{app}")).key(format!("id: {name}"));
        let made = if self.chance.percent(30) {
            made.key("wait: no")
        } else {
            made
        };
        if self.chance.percent(60) {
            made.key("with: {count: = count}")
        } else {
            made
        }
    }

    fn finish(&mut self) -> Node {
        let condition = self.condition();
        match self.chance.percent(60) {
            true => line("finish: Done").key(format!("if: '{condition}'")),
            false => line("fail: Broken")
                .key(format!("if: '{condition}'"))
                .key("why: It is broken"),
        }
    }
}
