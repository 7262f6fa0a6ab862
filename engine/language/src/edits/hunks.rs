//! What is different between two texts, in as few bytes as lines allow.

use crate::diagnostic::Edit;

/// Lines that are compared each with each; beyond that the whole middle is one patch.
const COMPARED_MAX: usize = 4_000_000;

/// Patches that make `new` of `old`.
pub(super) fn between(old: &str, new: &str) -> Vec<Edit> {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let most = a.len().min(b.len()) - head;
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let (middle_a, middle_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let mut start: usize = a[..head].iter().map(|line| line.len()).sum();
    let mut patches = Vec::new();
    for (gone, come) in changes(middle_a, middle_b) {
        let (gone_text, come_text) = (gone.concat(), come.concat());
        if gone_text != come_text {
            patches.push(trimmed(start, &gone_text, &come_text));
        }
        start += gone_text.len();
    }
    patches
}

/// Lines that go and come, and those that stay, in order; the ones that stay as going and coming alike.
fn changes<'t>(a: &[&'t str], b: &[&'t str]) -> Vec<(Vec<&'t str>, Vec<&'t str>)> {
    if a.len().saturating_mul(b.len()) > COMPARED_MAX {
        return vec![(a.to_vec(), b.to_vec())];
    }
    // Length of the longest common run of lines from each pair on.
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut out: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    let (mut i, mut j) = (0, 0);
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            out.push((std::mem::take(&mut gone), std::mem::take(&mut come)));
            out.push((vec![a[i]], vec![b[j]]));
            (i, j) = (i + 1, j + 1);
        } else if j >= b.len() || i < a.len() && common[(i + 1) * width + j] >= common[i * width + j + 1] {
            gone.push(a[i]);
            i += 1;
        } else {
            come.push(b[j]);
            j += 1;
        }
    }
    out.push((gone, come));
    out
}

/// A patch without what its two sides have in common at their ends.
fn trimmed(start: usize, gone: &str, come: &str) -> Edit {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let head: usize = gone
        .chars()
        .zip(come.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (gone, come) = (&gone[head..], &come[head..]);
    let tail: usize = gone
        .chars()
        .rev()
        .zip(come.chars().rev())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    Edit {
        start: start + head,
        end: start + head + gone.len() - tail,
        text: come[..come.len() - tail].to_owned(),
    }
}
