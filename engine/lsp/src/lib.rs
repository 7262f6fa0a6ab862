//! The language server: what [`language::author`] and the checker say, over the Language Server Protocol 3.17.
//!
//! One thread answers in the order in which it is asked. A file is checked a moment after the last key; while nothing
//! is asked, the other files of the folder are read one by one, so that a folder of a thousand apps is known soon
//! and nobody waits for it. Positions are UTF-16, as the protocol has it without further agreement.

mod convert;
mod folder;
pub mod limits;
mod requests;
mod server;

pub use lsp_server::Connection;

/// Why the server ended otherwise than by being told to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the editor does not speak the protocol: {0}")]
    Protocol(#[from] lsp_server::ProtocolError),
    #[error("the editor sent what cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    #[error("standard input or output is closed: {0}")]
    Io(#[from] std::io::Error),
}

/// Serves an editor on standard input and output until it says `exit`, or closes them.
pub fn run() -> Result<(), Error> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection);
    // The writing thread ends when its channel does.
    drop(connection);
    threads.join()?;
    served
}

/// Serves an editor on any connection.
pub fn serve(connection: &Connection) -> Result<(), Error> {
    let (id, params) = connection.initialize_start()?;
    let params: lsp_types::InitializeParams = serde_json::from_value(params)?;
    let result = serde_json::json!({
        "capabilities": server::capabilities(),
        "serverInfo": {"name": "gemba", "version": env!("CARGO_PKG_VERSION")}
    });
    connection.initialize_finish(id, result)?;
    server::Server::new(connection, &params).run()
}
