//! Reading a password or another secret: from a terminal without showing it, else one line of standard input.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::fmt::Arguments;
use std::io::{self, BufRead, IsTerminal, Read, stdin};

use super::out::{ask, complain};
use super::{Exit, out};
use crate::limits;

/// The new password of this person. Asked twice at a terminal, for nobody sees what they type.
pub(super) fn new_password(of: &str) -> Result<String, Exit> {
    let max_bytes = limits::SECRET_TYPED_LENGTH_MAX as u64 * 4;
    read("password", format_args!("New password of {of}: "), max_bytes)
}

/// A secret of the world outside. One byte more than is allowed is read, so that what is too long is seen to be.
pub(super) fn new_secret(name: &str) -> Result<String, Exit> {
    let max_bytes = connect::limits::SECRET_BYTES_MAX as u64 + 3;
    read("secret", format_args!("The secret {name}: "), max_bytes)
}

fn read(what: &str, question: Arguments<'_>, max_bytes: u64) -> Result<String, Exit> {
    let read = if stdin().is_terminal() {
        typed_twice(question, max_bytes)
    } else {
        line(max_bytes)
    };
    read.map_err(|error| {
        complain(format_args!("no {what} was read: {error}"));
        Exit::CannotRead
    })
}

fn typed_twice(question: Arguments<'_>, max_bytes: u64) -> io::Result<String> {
    let _hidden = Hidden::begin()?;
    ask(question);
    let first = line(max_bytes)?;
    ask("\nOnce more: ");
    let again = line(max_bytes)?;
    out::complain_text("\n");
    if first == again {
        Ok(first)
    } else {
        Err(io::Error::other("the two are not the same"))
    }
}

/// One line, without its end.
fn line(max_bytes: u64) -> io::Result<String> {
    let mut line = String::new();
    stdin().lock().take(max_bytes).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal shows nothing of what is typed until this is dropped.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> io::Result<Hidden> {
        let shown = tcgetattr(rustix::stdio::stdin())?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(rustix::stdio::stdin(), OptionalActions::Flush, &hidden)?;
        Ok(Hidden(shown))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Fails when the terminal is gone, and then it matters to nobody.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Flush, &self.0);
    }
}
