//! The short way to an engine: a folder, a site, and what else an embedding program has to say.

use crate::{Channel, Clock, Engine, Error, Ids, Nothing, Options, Outside, SystemClock};
use language::model::Site;
use std::path::PathBuf;
use std::sync::Arc;
use store::{AnyStore, sqlite};

/// See [`Engine::builder`].
pub struct Builder {
    place: Place,
    site: Site,
    clock: Arc<dyn Clock>,
    channels: Vec<Arc<dyn Channel>>,
    outside: Arc<dyn Outside>,
}

enum Place {
    Missing,
    Folder(PathBuf),
    Store(AnyStore),
}

impl Engine {
    /// Says where the data is and what else differs from the defaults: an empty site in UTC, the computer's clock, no
    /// channels, nothing outside.
    pub fn builder() -> Builder {
        Builder {
            place: Place::Missing,
            site: Site::default(),
            clock: Arc::new(SystemClock),
            channels: Vec::new(),
            outside: Arc::new(Nothing),
        }
    }
}

impl Builder {
    /// Keeps everything in this folder, in SQLite; the folder is made when it is missing.
    pub fn folder(self, folder: impl Into<PathBuf>) -> Builder {
        Builder {
            place: Place::Folder(folder.into()),
            ..self
        }
    }

    /// Keeps everything in a store that is open already.
    pub fn store(self, store: AnyStore) -> Builder {
        Builder {
            place: Place::Store(store),
            ..self
        }
    }

    /// What apps refer to: time zone, equipment, roles. `language::read_site` reads it from `site.yaml`.
    pub fn site(self, site: Site) -> Builder {
        Builder { site, ..self }
    }

    pub fn clock(self, clock: Arc<dyn Clock>) -> Builder {
        Builder { clock, ..self }
    }

    /// Adds a receiver of what people are told.
    pub fn channel(mut self, channel: impl Channel) -> Builder {
        self.channels.push(Arc::new(channel));
        self
    }

    /// Does what runs ask of the world outside.
    pub fn outside(self, outside: impl Outside) -> Builder {
        Builder {
            outside: Arc::new(outside),
            ..self
        }
    }

    /// Opens the store and the engine. Must be called inside a tokio runtime, which drives the engine from then on.
    pub async fn open(self) -> Result<Engine, Error> {
        let Builder {
            place,
            site,
            clock,
            channels,
            outside,
        } = self;
        let store = match place {
            Place::Missing => return Err(Error::Invalid("an engine needs a folder or a store".to_owned())),
            Place::Folder(folder) => sqlite::Options::new(folder).open().await?,
            Place::Store(store) => store,
        };
        Engine::open(Options {
            store,
            site,
            clock,
            channels,
            outside,
            ids: Ids::default(),
        })
        .await
    }
}
