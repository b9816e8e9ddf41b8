//! Measures the cost of all layers with a request that does nothing but authenticate.

use crate::{
    bare_server::BareServer,
    benchmark::{Aim, Benchmark, Outcome},
    client::Client,
    load::{Turns, rate_of_clients, runtime},
    person::Person,
    server::{PasswordCost, Place, Server},
};
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::time::Duration;

/// The limit is a bare route with the same answer.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "me",
    what: "`/api/auth/me` with a bearer, 64 clients, against a bare Axum route with the same body",
    unit: "/s",
    aim: Aim::ShareOfLimit(0.5),
    run,
};

const CLIENTS: usize = 64;
const TURNS: Turns = Turns { rounds: 7, slice: Duration::from_millis(500) };

/// A connection with the request that it repeats.
struct Asking {
    client: Client,
    request: String,
}

impl Asking {
    async fn connect(address: SocketAddr, requests: &[String]) -> Result<Vec<Self>> {
        let mut all = Vec::with_capacity(requests.len());
        for request in requests {
            all.push(Self { client: Client::connect(address).await?, request: request.clone() });
        }
        Ok(all)
    }

    async fn ask(&mut self) -> Result<()> {
        let answer = self.client.send(self.request.as_bytes()).await?;
        ensure!(answer.status == 200, "status {}", answer.status);
        Ok(())
    }
}

fn run(place: &Place) -> Result<Outcome> {
    let folder = place.folder()?;
    let server = Server::start(place, folder.path(), PasswordCost::CHEAP)?;
    let runtime = runtime()?;
    let mut people = runtime.block_on(Person::sign_up(server.address, CLIENTS))?;
    let requests: Vec<String> = people.iter().map(Person::me_request).collect();
    let body = runtime.block_on(people.first_mut().context("nobody")?.me())?;
    let bare = BareServer::start(&body)?;
    let mut ours = runtime.block_on(Asking::connect(server.address, &requests))?;
    let mut bares = runtime.block_on(Asking::connect(bare.address, &requests))?;
    let (value, limit) = TURNS.take(
        |slice| rate_of_clients(&runtime, &mut ours, slice, &Asking::ask),
        |slice| rate_of_clients(&runtime, &mut bares, slice, &Asking::ask),
    )?;
    Ok(Outcome::OfLimit { value, limit })
}
