//! People for trying: `gemba serve --demo`.

use language::model::Site;
use runtime::{Caller, Engine};
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use store::rows::Page;

use super::Exit;
use super::exit::data_unusable;
use super::out::{complain, say};
use crate::identity::{DemoPerson, Error, Identity};

/// A demonstration, or the end of one.
#[derive(clap::Args)]
pub(super) struct DemoArgs {
    /// Make people to try it with, whose passwords are shown to everyone; only where no real people are kept. A start
    /// without it shuts them out
    #[arg(long)]
    demo: bool,
    /// Let other computers in although everyone knows these passwords
    #[arg(long, requires = "demo")]
    demo_on_network: bool,
}

/// Gauges to measure with: without one that is known, nothing that asks for a gauge can be tried. Number, kind, and the
/// uncertainty in mm.
const GAUGES: &[(&str, &str, f64)] = &[("M-7", "Micrometer", 0.0005), ("B-3", "Bore gauge", 0.001)];
/// No demonstration lasts until their calibration is due.
const CALIBRATED_UNTIL: &str = "2099-12-31";
/// Columns of the site's table, as the apps that ship have it.
const GAUGE_COLUMNS: [&str; 3] = ["kind", "calibrated_until", "uncertainty"];

/// One password is enough: it is no secret. It is none that anyone would choose.
const PASSWORD: &str = "shop-floor-demo";

struct Made {
    id: &'static str,
    name: &'static str,
    roles: &'static [&'static str],
    rights: &'static [&'static str],
    pin: &'static str,
}

/// Who is needed to play the examples through: no step is the turn of somebody who is not there.
const PEOPLE: &[Made] = &[
    Made {
        id: "zhao",
        name: "Zhao Min 赵敏",
        roles: &["operator"],
        rights: &[],
        pin: "2739",
    },
    Made {
        id: "qian",
        name: "Qian Wei 钱伟",
        roles: &["operator", "warehouse"],
        rights: &[],
        pin: "8461",
    },
    Made {
        id: "wang",
        name: "Wang Lei 王磊",
        roles: &["inspector"],
        rights: &[],
        pin: "3846",
    },
    Made {
        id: "li",
        name: "Li Na 李娜",
        roles: &["team_leader"],
        rights: &["supervise"],
        pin: "5174",
    },
    Made {
        id: "chen",
        name: "Chen Jie 陈杰",
        roles: &["quality_engineer"],
        rights: &["supervise"],
        pin: "6283",
    },
    Made {
        id: "wu",
        name: "Wu Hao 吴昊",
        roles: &["department_head", "maintenance"],
        rights: &[],
        pin: "9572",
    },
    Made {
        id: "zhou",
        name: "Zhou Yan 周燕",
        roles: &["production_manager", "safety_officer"],
        rights: &["supervise"],
        pin: "7395",
    },
    Made {
        id: "admin",
        name: "Administrator 管理员",
        roles: &[],
        rights: &["supervise", "author", "admin"],
        pin: "4816",
    },
];

/// The people of the demonstration at this site: roles that it does not have are left out.
fn people(site: &Site) -> Vec<DemoPerson> {
    let known = |role: &&&str| site.roles.is_empty() || site.roles.iter().any(|of_site| of_site.id.as_str() == **role);
    let person = |made: &Made| DemoPerson {
        person: made.id.to_owned(),
        name: made.name.to_owned(),
        roles: made.roles.iter().filter(known).map(|role| (*role).to_owned()).collect(),
        rights: made.rights.iter().map(|right| (*right).to_owned()).collect(),
        password: PASSWORD.to_owned(),
        pin: made.pin.to_owned(),
        badge: format!("DEMO-{}", made.id.to_uppercase()),
    };
    PEOPLE.iter().map(person).collect()
}

/// What a start did about people for trying.
pub(super) enum Demo {
    /// They are offered to everyone.
    On(Vec<DemoPerson>),
    /// There was a demonstration before; these were shut out.
    Ended(Vec<String>),
    Never,
}

impl DemoArgs {
    /// A proxy lets other computers in even where nobody else reaches the address itself.
    pub(super) fn check(&self, listen: SocketAddr, behind_proxy: bool) -> Result<(), Exit> {
        if !self.demo || self.demo_on_network || (listen.ip().is_loopback() && !behind_proxy) {
            return Ok(());
        }
        let why = if behind_proxy { "--behind-proxy" } else { "--listen" };
        complain(format_args!(
            "other computers reach {listen}, and everyone knows the passwords of a demonstration: leave {why} out, or add \
             --demo-on-network when nothing on this network is worth protecting from this server"
        ));
        Err(Exit::CannotRead)
    }

    /// Before it is asked whether there is an administrator.
    pub(super) async fn apply(&self, identity: &Identity, site: &Site, data: &Path) -> Result<Demo, Exit> {
        let failed = |error| match error {
            Error::Store(error) => data_unusable(data, &error),
            other => {
                complain(other);
                Exit::DataUnusable
            }
        };
        if !self.demo {
            let ended = identity.end_demo(&people(site)).await.map_err(failed)?;
            return Ok(ended.map_or(Demo::Never, Demo::Ended));
        }
        let made = identity.make_demo(people(site)).await.map_err(failed)?;
        made.map(Demo::On).ok_or_else(|| {
            complain(format_args!(
                "people are kept in '{}' who are no demonstration's: start without --demo, or give another folder with --data",
                data.display()
            ));
            Exit::CannotRead
        })
    }
}

impl Demo {
    /// Puts gauges into the site's table of them, where it is there and empty.
    pub(super) async fn add_gauges(&self, engine: &Engine) -> Result<(), runtime::Error> {
        let Demo::On(_) = self else { return Ok(()) };
        let Some(table) = engine.site().tables.iter().find(|table| table.id.as_str() == "gauges") else {
            return Ok(());
        };
        let has = |column: &&str| table.columns.iter().any(|own| own.as_str() == *column);
        let known = engine.site_records(table.id.as_str(), &Page::default()).await?;
        if !GAUGE_COLUMNS.iter().all(has) || !known.items.is_empty() {
            return Ok(());
        }
        for (gauge, kind, uncertainty) in GAUGES {
            let values = [json!(kind), json!(CALIBRATED_UNTIL), json!(uncertainty)];
            let values = GAUGE_COLUMNS.into_iter().map(str::to_owned).zip(values).collect();
            let caller = Caller::trusted("demo", None);
            engine
                .put_site_record(table.id.as_str(), gauge, &values, &caller)
                .await?;
        }
        Ok(())
    }

    /// On the terminal, plainly.
    pub(super) fn say(&self) {
        match self {
            Demo::Never => {}
            Demo::On(people) => say_people(people),
            Demo::Ended(people) => {
                complain(format_args!(
                    "this data was a demonstration before. Its people ({}) can no longer sign in. Other people and API tokens \
                     that were made meanwhile still can: look through both, or begin with an empty folder",
                    people.join(", ")
                ));
            }
        }
    }
}

fn say_people(people: &[DemoPerson]) {
    say(format_args!(
        "\nDEMONSTRATION: these people were made up, and everyone can know their passwords. Keep nothing here that matters.\n\n  \
         {:8} {:16} {:5} {:11} {:50} name",
        "person", "password", "PIN", "badge", "roles and rights"
    ));
    for person in people {
        let roles: Vec<&str> = person.roles.iter().chain(&person.rights).map(String::as_str).collect();
        say(format_args!(
            "  {:8} {:16} {:5} {:11} {:50} {}",
            person.person,
            person.password,
            person.pin,
            person.badge,
            roles.join(", "),
            person.name
        ));
    }
    say("");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_people_are_told_apart_and_play_every_role_of_the_examples() {
        let people = people(&Site::default());
        let different = |of: fn(&DemoPerson) -> &str| people.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(different(|person| &person.person), people.len());
        assert_eq!(different(|person| &person.pin), people.len());
        assert_eq!(different(|person| &person.badge), people.len());
        let text = include_str!("../../../examples/site.yaml");
        let (_, roles) = text.split_once("\nroles:\n").unwrap();
        let roles = roles.lines().take_while(|line| line.starts_with(' '));
        for role in roles.filter_map(|line| line.trim().strip_prefix("- ")) {
            let id = role.replace(' ', "_");
            assert!(
                people.iter().any(|person| person.roles.contains(&id)),
                "nobody is {role}"
            );
        }
    }
}
