//! Builds what browsers load (`web/`) and embeds it: a sorted table of files, each plain and as `.br`.
//!
//! `GEMBA_WEB=build` (when it is not set) runs npm and Vite; `dist` takes what `npm run build` left in `web/dist`;
//! `none` leaves the pages out, for work on Rust alone.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the web build reads, relative to `web/`; never the folder as a whole, for `node_modules` is in it.
const SOURCES: &[&str] = &[
    "core",
    "forms",
    "ui",
    "terminal",
    "engine-wasm/engine.wasm",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
];

fn main() {
    println!("cargo::rerun-if-env-changed=GEMBA_WEB");
    if let Err(reason) = build() {
        println!("cargo::error={reason}");
    }
}

fn build() -> Result<(), String> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set: this is cargo's to do"));
    let web = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("web");
    let out = PathBuf::from(variable("OUT_DIR")?);
    let mode = std::env::var("GEMBA_WEB").unwrap_or_else(|_| "build".to_owned());
    let built = match mode.as_str() {
        "none" => None,
        "dist" => Some(web.join("dist")),
        "build" => Some(out.join("web")),
        other => return Err(format!("GEMBA_WEB is '{other}': it can be build, dist or none")),
    };
    if mode == "build" {
        for source in SOURCES {
            println!("cargo::rerun-if-changed={}", web.join(source).display());
        }
        vite(&web, &out.join("web"))?;
    } else if let Some(dist) = &built {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
    let mut files = Vec::new();
    if let Some(built) = &built {
        list(built, built, &mut files).map_err(|error| {
            let built = built.display();
            format!("the built pages in {built} cannot be read: {error}; build them with 'npm run build' in designer-api/web")
        })?;
    }
    files.sort();
    fs::write(out.join("web_assets.rs"), table(&files))
        .map_err(|error| format!("{} cannot be written: {error}", out.display()))
}

/// Installs what is missing and builds; two builds at the same time take turns.
fn vite(web: &Path, out: &Path) -> Result<(), String> {
    let lock = File::create(web.join(".build-lock")).and_then(|file| file.lock().map(|()| file));
    let lock = lock.map_err(|error| format!("{} cannot be locked: {error}", web.display()))?;
    install(web)?;
    let vite = web.join("node_modules/vite/bin/vite.js");
    let mut command = Command::new("node");
    command
        .arg(vite)
        .arg("build")
        .current_dir(web)
        .env("GEMBA_WEB_OUT", out);
    run(&mut command, "the pages for browsers could not be built")?;
    drop(lock);
    Ok(())
}

/// Only when the lockfile is another than that of the last install.
fn install(web: &Path) -> Result<(), String> {
    let lockfile = web.join("package-lock.json");
    let stamp = web.join("node_modules/.gemba-installed");
    let wanted = fs::read(&lockfile).map_err(|error| format!("{} cannot be read: {error}", lockfile.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut command = Command::new("npm");
    command
        .args(["ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(web);
    run(&mut command, "npm could not install what the pages are built with")?;
    fs::write(&stamp, wanted).map_err(|error| format!("{} cannot be written: {error}", stamp.display()))
}

fn run(command: &mut Command, failed: &str) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!(
            "{program} is missing: install Node.js 20.19 or newer (it brings npm), or leave the pages for browsers out: \
             GEMBA_WEB=none"
        ),
        _ => format!("{program} could not be started: {error}"),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let mut lines = format!("{failed}:");
    for line in String::from_utf8_lossy(&said)
        .lines()
        .filter(|line| !line.trim().is_empty())
    {
        // One directive of cargo is one line.
        let _ = write!(lines, "\ncargo::error={line}");
    }
    Err(lines)
}

/// Paths below `root`, the `.br` beside them left out.
fn list(root: &Path, folder: &Path, into: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, into)?;
        } else if path.extension().is_none_or(|extension| extension != "br")
            && let Ok(below) = path.strip_prefix(root)
        {
            into.push((format!("/{}", below.display()), path));
        }
    }
    Ok(())
}

fn table(files: &[(String, PathBuf)]) -> String {
    let mut source = String::from("&[\n");
    for (name, path) in files {
        let brotli = PathBuf::from(format!("{}.br", path.display()));
        let brotli = match brotli.exists() {
            true => format!("Some(include_bytes!({:?}))", brotli),
            false => "None".to_owned(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            source,
            "    Asset {{ path: {name:?}, plain: include_bytes!({path:?}), brotli: {brotli} }},"
        );
    }
    source.push_str("]\n");
    source
}
