//! Formulas broken in ways that people, editors and attackers break them. The same number gives the same mutant on
//! every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

const PIECES: &[&str] = &[
    " and ",
    " or ",
    "not(",
    "if ",
    " then ",
    " else ",
    "for x in ",
    " return ",
    "some d in ",
    " satisfies ",
    "every ",
    " between ",
    " in ",
    " instance of ",
    "function(a, b) ",
    "null",
    "true",
    "false",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "..",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "**",
    "@\"2026-09-30\"",
    "@\"PT1H\"",
    "@\"2026-03-29T02:30:00@Europe/Berlin\"",
    "\"",
    "'",
    "\\",
    "\\u12",
    "0",
    "1",
    "-1",
    "0.5",
    "1e28",
    "79228162514264337593543950335",
    "1e-28",
    " mm",
    " °C",
    " h",
    " min",
    " is ok",
    " is not ok",
    " is undecided",
    " is empty",
    " is filled",
    " is ",
    "item",
    "partial",
    "(function(f, n) f(f, n))",
    "sort(",
    "matches(",
    "\"(a+)+$\"",
    "replace(",
    "split(",
    "string join(",
    "count(",
    "sum(",
    "date(",
    "time(",
    "duration(\"P1D\")",
    "context put(",
    "get value(",
    "flatten(",
    "range(",
    "now()",
    "exp(",
    "log(",
    "sqrt(",
    "concatenate(",
    "distinct values(",
    "==",
    "&&",
    "||",
    "!",
    "=>",
    "<>",
    "（",
    "）",
    "“",
    "”",
    "，",
    "：",
    "＝",
    "//",
    "/*",
    "*/",
    "\u{0}",
    "\u{FEFF}",
    "🔧",
    "é",
    "轴径",
    "shaft_diameter",
    "order.customer.name",
    "defects",
    "1..100000",
    "[1..10]",
    "(< 5)",
    "list<number>",
    "context<a: number>",
    "$",
    "{{",
    "}}",
    " ",
    "\n",
    "\t",
];

/// Deep or long in one direction.
const DEEP: &[&str] = &[
    "(",
    "[",
    "{a: ",
    "not(",
    "-",
    "1+",
    "1 and ",
    "for x in [1] return ",
    "if true then ",
    "x.",
    "[1][",
    "a(",
    "!",
    "@",
    "\"\\",
    "<",
    "function() ",
    "1 in (",
    "x is ok ",
    "list<",
    "{{",
    "/*",
];

/// The mutant of that number.
pub fn mutant(number: u64, seeds: &[String]) -> String {
    let mut random = Random::new(number);
    let mut text = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        mutate(&mut text, &mut random, seeds);
    }
    text
}

fn mutate(text: &mut String, random: &mut Random, seeds: &[String]) {
    let from = boundary(text, random);
    let to = boundary(text, random);
    let (from, to) = (from.min(to), from.max(to));
    match random.below(9) {
        0 => drop(text.drain(from..to)),
        1 => {
            let to = text[from..]
                .char_indices()
                .nth(1)
                .map_or(text.len(), |(at, _)| from + at);
            text.drain(from..to);
        }
        2 | 3 => text.insert_str(from, random.pick(PIECES)),
        4 => text.replace_range(from..to, random.pick(PIECES)),
        5 => {
            let part = text[from..to].to_string();
            for _ in 0..random.below(20) {
                text.insert_str(to, &part);
            }
        }
        6 => {
            let other = &seeds[random.below(seeds.len())];
            let cut = boundary(other, random);
            text.truncate(from);
            text.push_str(&other[cut..]);
        }
        7 => {
            let other = seeds[random.below(seeds.len())].clone();
            text.insert_str(from, &other);
        }
        _ => {
            let piece = random.pick(DEEP);
            let times = [3, 30, 65, 300, 3000][random.below(5)];
            text.insert_str(from, &piece.repeat(times));
        }
    }
    // Longer ones are all refused alike.
    let mut end = text.len().min(12_000);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

fn boundary(text: &str, random: &mut Random) -> usize {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Formulas that would never end, eat all memory or the stack.
pub const ATTACKS: &[&str] = &[
    "count(for x in 1..100000, y in 1..100000 return x*y)",
    "some x in 1..99999999 satisfies every y in 1..99999999 satisfies x + y < 0",
    "for i in 1..60 return [partial]",
    "for i in 1..100000 return [partial[-1]]",
    "for i in 1..100000 return {a: partial}",
    "{a: [1,1], b: [a,a], c: [b,b], d: [c,c], e: [d,d], f: [e,e], g: [f,f], h: [g,g], i: [h,h], j: [i,i], k: [j,j], \
     l: [k,k], m: [l,l], n: [m,m], o: [n,n], p: [o,o], q: [p,p], r: [q,q], s: [r,r]}",
    "(function(f, n) f(f, n))(function(f, n) f(f, n + 1), 1)",
    "(function(f, n) f(f, n))(function(f, n) [f(f, n + 1), f(f, n + 1)], 1)",
    "string join(for i in 1..100000 return \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")",
    "for i in 1..40 return if i = 1 then \"aaaaaaaa\" else partial[-1] + partial[-1]",
    "replace(string join(for i in 1..900 return \"aaaaaaaaaa\"), \"a\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\")",
    "for i in 1..100000 return matches(string join(for j in 1..100 return \"aaaaaaaa\"), \"(a+)+$\")",
    "for i in 1..1000 return matches(\"a\", \"(a{1,40}){1,\" + string(i) + \"}\")",
    "sort(for i in 1..50000 return -i, function(a, b) a < b)",
    "distinct values(for i in 1..5000 return i)",
    "union(for i in 1..5000 return i, for i in 1..5000 return -i)",
    "flatten(for i in 1..300 return for j in 1..300 return [j])",
    "10 ** 99999999999",
    "1.0000000000000000001 ** 99999999",
    "exp(99999)",
    "2 ** 0.0000000000001",
    "log(1e-28)",
    "date(\"999999999-12-31\") + duration(\"P99999999D\")",
    "@\"-999999999-01-01\" - @\"999999999-12-31\"",
    "duration(\"P99999999999999D\") * 79228162514264337593543950335",
    "-duration(\"P99999999999999D\")",
    "context put({}, for i in 1..5000 return \"a\", 1)",
    "list replace([1], 79228162514264337593543950335, 1)",
    "[1,2,3][-79228162514264337593543950335]",
    "substring(\"abc\", -9223372036854775808, 9223372036854775807)",
    "for i in 79228162514264337593543950330..79228162514264337593543950335 return i",
];
