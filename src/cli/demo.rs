//! `redress demo`: an embedded database, believable cases, and how to try it.

use super::serve::until_told_to_stop;
use super::{Complaint, app, complaint, wait};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use redress::demo::{PASSWORD, PEOPLE, seed};
use redress::platform::clock::Clock;
use redress::platform::config::Config;
use redress::platform::db::{Database, migrate};
use redress::platform::telemetry;
use std::collections::HashMap;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
pub struct Demo {
    /// Where the database and its keys are kept
    #[arg(long, default_value = "redress-demo", value_name = "FOLDER")]
    dir: PathBuf,
    /// Start over: throw away what an earlier demo left in the folder
    #[arg(long)]
    fresh: bool,
    /// Port to serve on; another free one if it is taken
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

const DATABASE: &str = "redress.db";
const UNFINISHED: &str = "unfinished.db";
const FILES: &str = "files";
const KEYS: [&str; 3] = ["signing.pem", "key-encryption.keys", "index.key"];

impl Demo {
    pub fn run(self) -> Result<(), Complaint> {
        let files = |error: std::io::Error| format!("{}: {error}", self.dir.display());
        fs::create_dir_all(&self.dir).map_err(files)?;
        // Keys go with the database: without it they open nothing.
        let seeded = self.dir.join(DATABASE).exists() && !self.fresh;
        if !seeded {
            self.clear().map_err(files)?;
            self.make_keys()?;
            let config = self.config(UNFINISHED)?;
            wait(make_data(&config))?;
            fs::rename(self.dir.join(UNFINISHED), self.dir.join(DATABASE)).map_err(files)?;
        }
        let config = self.config(DATABASE)?;
        telemetry::init(&config.log);
        wait(async { migrate::up(&config.database).await.map_err(complaint) })?;
        let app = Arc::new(app(&config)?);
        let listener = self.listen().map_err(|error| error.to_string())?;
        until_told_to_stop(app, config, listener, |address| self.explain(address))
    }

    /// Removes what a demo writes into the folder, and nothing else.
    fn clear(&self) -> std::io::Result<()> {
        match fs::remove_dir_all(self.dir.join(FILES)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let databases =
            [DATABASE, UNFINISHED].into_iter().flat_map(|name| ["", "-wal", "-shm"].map(|end| format!("{name}{end}")));
        for name in databases.chain(KEYS.map(str::to_owned)) {
            match fs::remove_file(self.dir.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn make_keys(&self) -> Result<(), Complaint> {
        let unmade = |_| "keys cannot be made".to_owned();
        let pair = Ed25519KeyPair::generate().map_err(unmade)?;
        let signing = pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().map_err(unmade)?.as_ref()));
        let random = || {
            let mut key = [0; 32];
            aws_lc_rs::rand::fill(&mut key).map(|()| STANDARD.encode(key)).map_err(unmade)
        };
        let contents = [signing, format!("1:{}", random()?), random()?];
        for (name, content) in KEYS.iter().zip(contents) {
            write_secret(&self.dir.join(name), &content).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(())
    }

    fn config(&self, database: &str) -> Result<Config, Complaint> {
        let folder = std::path::absolute(&self.dir).map_err(|error| error.to_string())?;
        let path = |name: &str| folder.join(name).display().to_string();
        let in_url = |path: String| path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        let variables = HashMap::from([
            ("REDRESS_DATABASE__URL", format!("sqlite://{}", in_url(path(database)))),
            ("REDRESS_SECRETS__SIGNING_KEY_FILE", path(KEYS[0])),
            ("REDRESS_SECRETS__KEY_ENCRYPTION_KEYS_FILE", path(KEYS[1])),
            ("REDRESS_SECRETS__INDEX_KEY_FILE", path(KEYS[2])),
            ("REDRESS_FILES__FOLDER", path(FILES)),
            ("REDRESS_SERVER__EXPLORER", "true".to_owned()),
            ("REDRESS_SERVER__INTROSPECTION", "true".to_owned()),
            // One person plays everybody here.
            ("REDRESS_RATES__PERSON_BURST", "0".to_owned()),
            ("REDRESS_RATES__ADDRESS_BURST", "0".to_owned()),
            ("REDRESS_LOG__FORMAT", "text".to_owned()),
            ("REDRESS_LOG__LEVEL", "warn".to_owned()),
        ]);
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Config::from_sources(None, variables).map_err(|error| error.to_string())
    }

    fn listen(&self) -> std::io::Result<TcpListener> {
        let wanted = SocketAddr::from(([127, 0, 0, 1], self.port));
        TcpListener::bind(wanted).or_else(|_| TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))))
    }

    fn explain(&self, address: SocketAddr) {
        println!("redress is serving demonstration data (kept in {}).\n", self.dir.display());
        println!("  explorer  http://{address}/");
        println!("  endpoint  http://{address}/graphql\n");
        println!("Sign in as any of these; the password of each is {PASSWORD}\n");
        for person in PEOPLE {
            println!("  {:<18} {:<18} {}（{}）", person.login, person.role, person.name, person.title);
        }
        println!("\nPaste this into the explorer, then put the token into its Headers pane as");
        println!("{{ \"Authorization\": \"Bearer …\" }} and ask on:\n");
        println!(
            "  mutation {{ login(input: {{ login: \"supervisor\", password: \"{PASSWORD}\" }}) {{ accessToken }} }}\n"
        );
        println!(
            "  {{ cases(first: 5, filter: {{ overdue: true }}) {{ totalCount edges {{ node {{ number state summary handler {{ name }} }} }} }} }}\n"
        );
        println!("Ctrl-C stops it. A second start keeps the data; --fresh starts over.");
    }
}

async fn make_data(config: &Config) -> Result<(), Complaint> {
    migrate::up(&config.database).await.map_err(complaint)?;
    let app = app(config)?;
    let db = Database::open(&config.database, Clock::system(), Arc::clone(&app.vault), &app.statements).await;
    let db = db.map_err(complaint)?;
    seed(&db, &app.desk()).await.map_err(complaint)?;
    db.close().await.map_err(complaint)
}

/// Only the owner may read it.
fn write_secret(path: &Path, content: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content.as_bytes())
}
