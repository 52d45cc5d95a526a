//! The command line: preparing, serving, and what an operator of the platform does.

mod arguments;
mod down;
mod serve;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use arguments::{Arguments, Command, Connection, Keys, Verdict};
use clap::Parser;
use serde_json::json;

use crate::db::{self, CompanyId, Database, for_company};
use crate::enrolment::authority::Authority;
use crate::enrolment::{create_code, revoke};
use crate::ingest::store::Place;
use crate::ingest::{letters, rebuild};
use crate::tenancy::{self, Branch, NotThere};
use crate::{access, broker, fleet};

/// Runs the program; one clear line on failure.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(act(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("comanda-cloud: {error:#}");
    ExitCode::FAILURE
}

async fn act(command: Command) -> Result<()> {
    match command {
        Command::Migrate { owner } => {
            let applied = db::migrate(&owner).await?;
            say(&json!({"applied": applied}))
        }
        Command::Prepare { keys, broker_names, broker_listen } => {
            let authority = authority(&keys);
            authority.prepare(&broker_names)?;
            let configuration = broker::write(&authority, broker_listen)?;
            say(&json!({"mosquitto": configuration}))
        }
        Command::Serve(options) => serve::serve(options).await,
        Command::CompanyCreate { connection, slug, name } => {
            let company = tenancy::create_company(&connect(&connection).await?, &slug, &name).await?;
            say(&json!({"company": company.0}))
        }
        Command::BranchCreate { connection, company, code, name } => {
            let database = connect(&connection).await?;
            let company = company_of_slug(&database, &company).await?;
            let branch = tenancy::create_branch(&database, company, &code, &name).await?;
            say(&json!({"branch": branch}))
        }
        Command::Code { connection, branch } => {
            let database = connect(&connection).await?;
            let branch = tenancy::branch_by_code(&database, &branch).await?;
            say(&json!({"code": create_code(&database, &branch).await?}))
        }
        Command::Revoke { connection, branch } => {
            let database = connect(&connection).await?;
            let branch = tenancy::branch_by_code(&database, &branch).await?;
            revoke(&database, branch.company, branch.id).await?;
            say(&json!({"revoked": branch.id}))
        }
        Command::TokenCreate { connection, company, name } => {
            let database = connect(&connection).await?;
            let company = company_of_slug(&database, &company).await?;
            say(&json!({"token": access::create_token(&database, company, &name).await?}))
        }
        Command::TokenRevoke { connection, company, name } => {
            let database = connect(&connection).await?;
            let company = company_of_slug(&database, &company).await?;
            say(&json!({"revoked": access::revoke_token(&database, company, &name).await?}))
        }
        Command::CatalogPublish { connection, scope, file } => {
            down::publish_catalog(&connect(&connection).await?, &scope, &file).await
        }
        Command::Salvage { connection, branch } => down::salvage(&connect(&connection).await?, &branch).await,
        Command::SalvageDecide { connection, branch, order, verdict } => {
            let is_accepted = verdict == Verdict::Accept;
            down::decide_salvage(&connect(&connection).await?, &branch, &order, is_accepted).await
        }
        Command::StaffPublish { connection, keys, scope, file } => {
            down::publish_staff(&connect(&connection).await?, &authority(&keys), &scope, &file).await
        }
        Command::SettingsPublish { connection, branch, settings } => {
            down::publish_settings(&connect(&connection).await?, &branch, &settings).await
        }
        Command::Directives { connection, company } => down::directives(&connect(&connection).await?, &company).await,
        Command::Ask { connection, branch, kind, body } => {
            down::ask(&connect(&connection).await?, &branch, &kind, &body).await
        }
        Command::Erase { connection, company, phone } => {
            down::erase(&connect(&connection).await?, &company, &phone).await
        }
        Command::Asked { connection, branch } => down::asked(&connect(&connection).await?, &branch).await,
        Command::Fleet { connection, company } => {
            let database = connect(&connection).await?;
            let mut seen = Vec::new();
            for known in tenancy::companies(&database).await? {
                if company.as_ref().is_none_or(|wanted| *wanted == known.slug) {
                    seen.extend(fleet::of_company(&database, known.id).await?);
                }
            }
            say(&json!({"items": seen}))
        }
        Command::Rebuild { connection, branch } => {
            let database = connect(&connection).await?;
            let rebuilt = rebuild(&database, place(&tenancy::branch_by_code(&database, &branch).await?)).await?;
            say(&json!({"entries": rebuilt.entries, "dead_letters": rebuilt.letters}))
        }
        Command::DeadLetters { connection, branch } => {
            let database = connect(&connection).await?;
            let branch = tenancy::branch_by_code(&database, &branch).await?;
            let mut client = database.client().await?;
            let transaction = for_company(&mut client, branch.company).await?;
            let letters = letters::list(&transaction, place(&branch)).await?;
            let item = |letter: &letters::DeadLetter| json!({"epoch": letter.epoch, "sequence": letter.sequence, "kind": letter.kind, "error": letter.error});
            say(&json!({"items": letters.iter().map(item).collect::<Vec<_>>()}))
        }
    }
}

const fn place(branch: &Branch) -> Place {
    Place { company: branch.company, branch: branch.id }
}

/// The company of this slug.
async fn company_of_slug(database: &Database, slug: &str) -> Result<CompanyId> {
    let known = tenancy::companies(database).await?.into_iter().find(|known| known.slug == slug);
    Ok(known.ok_or_else(|| NotThere { what: "company", name: slug.to_owned() })?.id)
}

async fn connect(connection: &Connection) -> Result<Database> {
    Database::connect(&connection.database).await.context("the database cannot be used")
}

fn authority(keys: &Keys) -> Authority {
    Authority::at(keys.keys.clone())
}

/// One line of JSON, for people and programs.
fn say(answer: &serde_json::Value) -> Result<()> {
    writeln!(std::io::stdout(), "{answer}").context("could not print the answer")
}
