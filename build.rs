//! Puts the explorer's page into the binary: GraphiQL from npm when npm is there, else a small page of ours.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=explorer");
    println!("cargo::rerun-if-env-changed=REDRESS_EXPLORER");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let page = match graphiql(&out) {
        Ok(page) => page,
        Err(reason) => {
            println!("cargo::warning=GraphiQL is not built in ({reason}); a small page stands in for it");
            fs::read("explorer/fallback.html")?
        }
    };
    let page = with_sign_in(&page)?;
    let mut gzip =
        flate2::write::GzEncoder::new(File::create(out.join("explorer.html.gz"))?, flate2::Compression::best());
    gzip.write_all(&page)?;
    gzip.finish()?;
    Ok(())
}

/// Either page signs in at an issuer with the same script, which runs before any of the page's own.
fn with_sign_in(page: &[u8]) -> io::Result<Vec<u8>> {
    let script = fs::read("explorer/sign-in.js")?;
    let end = b"</head>";
    let place = page.windows(end.len()).position(|bytes| bytes == end).ok_or(io::ErrorKind::InvalidData)?;
    let (head, rest) = page.split_at(place);
    Ok([head, b"<script>", &script, b"</script>", rest].concat())
}

/// Installs the pinned package and renders its page. `REDRESS_EXPLORER=fallback` leaves it out.
fn graphiql(out: &Path) -> Result<Vec<u8>, String> {
    if env::var_os("REDRESS_EXPLORER").is_some_and(|choice| choice == "fallback") {
        return Err("REDRESS_EXPLORER=fallback".into());
    }
    let work = out.join("explorer");
    fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    for file in ["package.json", "package-lock.json", ".npmrc", "render.mjs"] {
        fs::copy(Path::new("explorer").join(file), work.join(file)).map_err(|error| format!("{file}: {error}"))?;
    }
    run(&work, "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])?;
    run(&work, "node", &["render.mjs", "page.html"])?;
    fs::read(work.join("page.html")).map_err(|error| error.to_string())
}

fn run(directory: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).current_dir(directory).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed: {}", complaint.lines().next().unwrap_or_default()))
}
