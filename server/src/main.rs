//! The binary `karfa`: reads the command line, starts what was asked for, and says what went wrong in one sentence.

use clap::{Args, Parser, Subcommand};
use karfa::app::{self, App, Parts};
use karfa::checkout::hot_products;
use karfa::config::Config;
use karfa::engine::random::SystemRandom;
use karfa::shop::Shop;
use karfa::shop::after_sales::OrderUpdate;
use karfa::{dead_letters, doctor, embed, logging, orders, tills};
use karfa_sandbox::{Options, Sandbox};
use std::collections::BTreeMap;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn Error + Send + Sync>;

/// Where the demo is, unless it is told otherwise.
const DEMO_PORT: u16 = 8080;
const DEMO_SANDBOX_URL: &str = "http://127.0.0.1:8090";

/// What the sandbox keeps over a restart, in the folder given with `--data`.
const SANDBOX_FILE: &str = "karfa-sandbox.json";

/// A demo's database, in the folder given with `--data`.
const DEMO_DATABASE: &str = "karfa-demo.db";

/// Connects a shop, online and at the till, with the shopper's wallet app.
#[derive(Parser)]
#[command(name = "karfa", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A shop, its backend and the emulated providers with a phone to tap on, all on this machine
    Demo(Demo),
    /// The backend of a shop, as the configuration says
    Serve(ConfigFile),
    /// The emulated providers alone, for developers of shops
    Sandbox(SandboxArgs),
    /// Reads the configuration and says whether it is right, without starting anything
    Check(ConfigFile),
    /// Tries everything that `serve` needs: database, goods, and every account at InPost, Vipps MobilePay and Netgíró
    Doctor(ConfigFile),
    /// Prints what a shop's pages need: the script tag, the buttons, and what a content security policy must allow
    Embed(Embed),
    /// What was given up after all its tries, and lets it be tried again; the backend must be stopped
    DeadLetters(DeadLetters),
    /// Says how far an order is; the app hears of it. And lists the orders that a person has to look at
    Order(OrderArgs),
    /// Pays money of an order back through InPost
    Refund(RefundArgs),
    /// Makes InPost's list of hot products equal to the catalogue's products with `hot = true`
    HotProducts(HotProducts),
    /// The customer club's members as a CSV file, out and in
    Members(MembersArgs),
    /// What cashiers need
    Cashier(CashierArgs),
}

#[derive(Args)]
struct MembersArgs {
    #[command(flatten)]
    place: Where,
    /// The store, where the configuration has several
    #[arg(long, value_name = "ID", global = true)]
    store: Option<String>,
    #[command(subcommand)]
    action: MembersAction,
}

#[derive(Subcommand)]
enum MembersAction {
    /// Prints all members as CSV
    Export,
    /// Takes the members of a CSV file into the register, all or none
    Import {
        /// The file
        file: PathBuf,
    },
}

#[derive(Args)]
struct CashierArgs {
    #[command(subcommand)]
    action: CashierAction,
}

#[derive(Subcommand)]
enum CashierAction {
    /// Reads a PIN of 4 to 8 digits from the standard input and prints what the configuration keeps of it
    Pin,
}

#[derive(Args)]
struct Where {
    // Before and behind the word that says what to do: an option that is global cannot be required.
    /// The configuration file
    #[arg(long, value_name = "FILE", env = "KARFA_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// The folder of a demo's data, in place of a configuration
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
}

#[derive(Args)]
struct OrderArgs {
    #[command(flatten)]
    place: Where,
    #[command(subcommand)]
    update: Update,
}

#[derive(Subcommand)]
enum Update {
    /// In the shop's own words
    Status {
        /// The order's technical id
        id: String,
        /// What the app shows
        text: String,
    },
    /// On its way, under these tracking numbers
    Ship {
        /// The order's technical id
        id: String,
        /// Tracking numbers
        #[arg(required = true)]
        references: Vec<String>,
    },
    /// Placed in the app, not paid there, and finished on the shop's own pages
    Complete {
        /// The order's technical id
        id: String,
    },
    /// Does not go ahead; the goods are back in stock
    Reject {
        /// The order's technical id
        id: String,
    },
    /// Lists what a person has to look at: refunds that have not succeeded, money to pay back, orders that InPost
    /// rejected after they were paid, transfers that do not come
    Attention,
    /// Takes an order off that list until something new happens to it
    Seen {
        /// The order's technical id
        id: String,
    },
}

#[derive(Args)]
struct HotProducts {
    #[command(subcommand)]
    action: HotAction,
}

#[derive(Subcommand)]
enum HotAction {
    /// Adds, changes and removes what differs; done again it changes nothing
    Sync(ConfigFile),
}

#[derive(Args)]
struct RefundArgs {
    #[command(flatten)]
    place: Where,
    /// The order's technical id
    order: String,
    /// How much, like 129.90
    amount: String,
    /// Which of its payments, where it was paid more than once
    #[arg(long, value_name = "ID")]
    payment: Option<String>,
}

#[derive(Args)]
struct ConfigFile {
    /// The configuration file
    #[arg(long, value_name = "FILE", env = "KARFA_CONFIG")]
    config: PathBuf,
}

#[derive(Args)]
struct Embed {
    /// The configuration file; without it the snippet is for `karfa demo`
    #[arg(long, value_name = "FILE", env = "KARFA_CONFIG")]
    config: Option<PathBuf>,
    /// The store, where the configuration has several
    #[arg(long, value_name = "ID")]
    store: Option<String>,
    /// One version, by its hash, which pins all that it loads; by default the newest
    #[arg(long)]
    pinned: bool,
}

#[derive(Args)]
struct DeadLetters {
    #[command(flatten)]
    file: ConfigFile,
    /// Let the one with this number be tried again when the backend starts
    #[arg(long, value_name = "NUMBER")]
    retry: Option<i64>,
}

#[derive(Args)]
struct Demo {
    /// Port of the shop and its backend
    #[arg(long, default_value_t = DEMO_PORT)]
    port: u16,
    /// Port of the sandbox with the phone
    #[arg(long, default_value_t = 8090)]
    sandbox_port: u16,
    /// Folder for the data, made if there is none; the current folder by default
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Args)]
struct SandboxArgs {
    /// Port of the sandbox
    #[arg(long, default_value_t = 8090)]
    port: u16,
    /// Where InPost's calls to the shop go
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/inpost")]
    merchant_url: String,
    /// Folder that keeps baskets, orders and keys over a restart, made if there is none; without it they are lost
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the system gives no threads: {error}")),
    };
    let outcome = runtime.block_on(run(cli.command));
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&sentence(error.as_ref())),
    }
}

fn fail(text: &str) -> ExitCode {
    say(&mut std::io::stderr(), &format!("karfa: {text}"));
    ExitCode::FAILURE
}

/// An error with its causes in one sentence.
fn sentence(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

/// Writes a line for the person at the terminal. Whoever closed the terminal does not want it any more.
fn say(to: &mut impl std::io::Write, line: &str) {
    let _ = writeln!(to, "{line}");
    let _ = to.flush();
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo(args).await,
        Command::Serve(file) => serve(&file.config).await,
        Command::Sandbox(args) => sandbox(args).await,
        Command::Check(file) => {
            let config = load(&file.config)?;
            app::check_goods(&config)?;
            say(
                &mut std::io::stdout(),
                &format!("{} is right", file.config.display()),
            );
            Ok(())
        }
        Command::Embed(args) => {
            let config = match &args.config {
                Some(path) => load(path)?,
                None => app::demo_config(local(DEMO_PORT), DEMO_SANDBOX_URL, Path::new("karfa-demo.db"))?,
            };
            let snippet = embed::snippet(&config, args.store.as_deref(), args.pinned)?;
            say(&mut std::io::stdout(), snippet.trim_end());
            Ok(())
        }
        Command::DeadLetters(args) => dead_letters(&args).await,
        Command::Order(args) => order(args).await,
        Command::HotProducts(HotProducts {
            action: HotAction::Sync(file),
        }) => hot_products(&file.config).await,
        Command::Members(args) => members(&args).await,
        Command::Cashier(CashierArgs {
            action: CashierAction::Pin,
        }) => {
            say(
                &mut std::io::stderr(),
                "Type the cashier's PIN, 4 to 8 digits, and press Enter:",
            );
            let mut typed = String::new();
            std::io::stdin().read_line(&mut typed)?;
            say(
                &mut std::io::stdout(),
                &tills::pin_line(typed.trim(), &SystemRandom)?,
            );
            Ok(())
        }
        Command::Refund(args) => {
            let shops = shops(&args.place).await?;
            let line = orders::refund(&shops, &args.order, args.payment.as_deref(), &args.amount).await?;
            say(&mut std::io::stdout(), &line);
            Ok(())
        }
        Command::Doctor(file) => {
            let config = load(&file.config)?;
            let report = doctor::examine(&config).await;
            say(&mut std::io::stdout(), report.text.trim_end());
            if report.healthy {
                Ok(())
            } else {
                Err("not all is well: see the lines with ✗ above".into())
            }
        }
    }
}

fn load(path: &Path) -> Result<Config, Failure> {
    // Named on the command line itself, so no setting of the file.
    let environment: BTreeMap<String, String> = std::env::vars()
        .filter(|(name, _)| name != "KARFA_CONFIG")
        .collect();
    Ok(Config::load(path, &environment)?)
}

async fn serve(path: &Path) -> Result<(), Failure> {
    let config = load(path)?;
    logging::start(&config.log)?;
    let listener = listen(config.listen, "listen").await?;
    let shutdown = shutdown_on_signal()?;
    let app = App::build(&config, Parts::of_this_machine()?).await?;
    ready(&listener)?;
    app.serve(listener, shutdown).await?;
    Ok(())
}

async fn dead_letters(args: &DeadLetters) -> Result<(), Failure> {
    let config = load(&args.file.config)?;
    let engine = app::open_engine(&config, &Parts::of_this_machine()?).await?;
    let report = match args.retry {
        None => dead_letters::list(&engine, &config).await,
        Some(number) => dead_letters::retry(&engine, &config, number).await,
    };
    engine.close().await;
    say(&mut std::io::stdout(), report?.trim_end());
    Ok(())
}

async fn members(args: &MembersArgs) -> Result<(), Failure> {
    let config = config_of(&args.place)?;
    let register = app::open_register(&config, args.store.as_deref(), &Parts::of_this_machine()?).await?;
    let text = match &args.action {
        MembersAction::Export => tills::export_members(&register).await?,
        MembersAction::Import { file } => tills::import_members(&register, file).await?,
    };
    say(&mut std::io::stdout(), text.trim_end());
    Ok(())
}

async fn shops(place: &Where) -> Result<Vec<Arc<dyn Shop>>, Failure> {
    let config = config_of(place)?;
    Ok(app::open_shops(&config, &Parts::of_this_machine()?).await?)
}

/// The configuration of a backend that was started once.
fn config_of(place: &Where) -> Result<Config, Failure> {
    let config = match (&place.data, &place.config) {
        (Some(folder), _) => {
            // Nothing of a demo's configuration but its database matters here.
            let nowhere = local(0);
            app::demo_config(nowhere, &format!("http://{nowhere}"), &folder.join(DEMO_DATABASE))?
        }
        (None, Some(path)) => load(path)?,
        (None, None) => {
            return Err("name a configuration with --config FILE, or a demo's folder with --data DIR".into());
        }
    };
    if !config.database.exists() {
        let path = config.database.display();
        return Err(format!("there is no database {path}: start the backend once").into());
    }
    Ok(config)
}

async fn hot_products(path: &Path) -> Result<(), Failure> {
    let config = load(path)?;
    let parts = Parts::of_this_machine()?;
    let shops = app::open_shops(&config, &parts).await?;
    let web_shops = config
        .stores
        .iter()
        .filter_map(|store| Some((store, store.web_shop()?)));
    for ((store, web_shop), shop) in web_shops.zip(&shops) {
        let inpost = app::inpost_client(web_shop.inpost, &parts)?;
        let facts = app::store_facts(&config, store, web_shop.inpost);
        let done = hot_products::sync(shop.as_ref(), &inpost, &facts).await?;
        let line = format!(
            "{}  {} added  {} changed  {} removed  {} unchanged",
            store.id, done.added, done.changed, done.removed, done.kept
        );
        say(&mut std::io::stdout(), &line);
    }
    Ok(())
}

async fn order(args: OrderArgs) -> Result<(), Failure> {
    let shops = shops(&args.place).await?;
    let (id, update) = match args.update {
        Update::Status { id, text } => (id, OrderUpdate::Describe(text)),
        Update::Ship { id, references } => (id, OrderUpdate::Ship(references)),
        Update::Complete { id } => (id, OrderUpdate::Complete),
        Update::Reject { id } => (id, OrderUpdate::Reject),
        Update::Attention => {
            say(
                &mut std::io::stdout(),
                orders::attention(&shops).await?.trim_end(),
            );
            return Ok(());
        }
        Update::Seen { id } => {
            say(&mut std::io::stdout(), &orders::looked_at(&shops, &id).await?);
            return Ok(());
        }
    };
    let line = orders::update(&shops, &id, &update).await?;
    say(&mut std::io::stdout(), &line);
    Ok(())
}

async fn sandbox(args: SandboxArgs) -> Result<(), Failure> {
    logging::start(&log_filter())?;
    let listener = listen(local(args.port), "--port").await?;
    let shutdown = shutdown_on_signal()?;
    let data = match &args.data {
        Some(folder) => {
            make_folder(folder)?;
            Some(folder.join(SANDBOX_FILE))
        }
        None => None,
    };
    let sandbox = Sandbox::new(Options {
        data,
        ..Options::new(args.merchant_url, app::transport()?)
    })?;
    ready(&listener)?;
    let url = format!("http://{}", listener.local_addr()?);
    say(
        &mut std::io::stdout(),
        &format!("keys   {url}/\nphone  {url}/phone\nfaults {url}/control"),
    );
    sandbox.serve(listener, shutdown.cancelled_owned()).await?;
    Ok(())
}

async fn demo(args: Demo) -> Result<(), Failure> {
    logging::start(&log_filter())?;
    let folder = args.data.unwrap_or_else(|| PathBuf::from("."));
    make_folder(&folder)?;
    let shop = listen(local(args.port), "--port").await?;
    let providers = listen(local(args.sandbox_port), "--sandbox-port").await?;
    let shutdown = shutdown_on_signal()?;

    let shop_url = format!("http://{}", shop.local_addr()?);
    let sandbox_url = format!("http://{}", providers.local_addr()?);
    let sandbox = Sandbox::new(Options {
        data: Some(folder.join(SANDBOX_FILE)),
        ..Options::new(format!("{shop_url}/inpost"), app::transport()?)
    })?;
    let config = app::demo_config(shop.local_addr()?, &sandbox_url, &folder.join(DEMO_DATABASE))?;
    let parts = Parts::of_this_machine()?;
    let app = App::build(&config, parts).await?;
    ready(&shop)?;
    ready(&providers)?;
    say(
        &mut std::io::stdout(),
        &format!("shop   {shop_url}/\ntill   {shop_url}/till\nphone  {sandbox_url}/phone"),
    );
    let both = tokio::try_join!(
        async { app.serve(shop, shutdown.clone()).await.map_err(Failure::from) },
        async {
            sandbox
                .serve(providers, shutdown.clone().cancelled_owned())
                .await
                .map_err(Failure::from)
        },
    );
    both.map(drop)
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        format!(
            "cannot make the folder {}: {error}; name another with --data DIR",
            folder.display()
        )
        .into()
    })
}

fn log_filter() -> String {
    std::env::var("KARFA_LOG").unwrap_or_else(|_| "warn".to_owned())
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "is taken by another program".to_owned(),
            std::io::ErrorKind::PermissionDenied => "needs more rights than you have".to_owned(),
            _ => format!("cannot be listened on ({error})"),
        };
        format!("{address} {why}: choose another with {option}").into()
    })
}

fn ready(listener: &TcpListener) -> Result<(), Failure> {
    say(
        &mut std::io::stdout(),
        &format!("ready http://{}", listener.local_addr()?),
    );
    Ok(())
}

/// Ends everything on SIGINT and SIGTERM.
fn shutdown_on_signal() -> Result<CancellationToken, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let shutdown = CancellationToken::new();
    let token = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        token.cancel();
    });
    Ok(shutdown)
}
