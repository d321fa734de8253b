//! The one writer. It takes all writes that wait into one transaction, so that they share one flush to the disk, and
//! answers them all once that is done. A write that finds it has come too late changes nothing and disturbs nobody;
//! if one fails, all are rolled back and each is tried by itself.

use super::writes::{Write, Written};
use crate::engine::bus::Bus;
use crate::engine::store::{CommitOutcome, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Error, SqliteConnection};
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Writes that may wait for the writer; who comes later waits for a place.
const QUEUE: usize = 1024;

/// Writes in one transaction.
const MAX_BATCH: usize = 256;

struct Job {
    write: Write,
    answer: oneshot::Sender<Result<Written, StoreError>>,
}

/// The way to the writer's task.
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    closing: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the task. It ends after [`Writer::close`], or when the writer is dropped; `lock` is held until then.
    pub(super) fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        bus: Bus,
        lock: Arc<File>,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let closing = CancellationToken::new();
        let task = Task {
            connection: Some(connection),
            options,
            bus,
            _lock: lock,
        };
        let task = tokio::spawn(task.run(queue, closing.clone()));
        Writer {
            jobs,
            closing,
            task: Mutex::new(Some(task)),
        }
    }

    /// Writes, and answers once it is durable.
    pub(super) async fn write(&self, write: Write) -> Result<Written, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.jobs
            .send(Job { write, answer })
            .await
            .map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Writes what waits, then accepts nothing more.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && task.await.is_err()
        {
            tracing::error!("the database's writer ended by a panic");
        }
    }
}

struct Task {
    /// `None` after a failure from which the connection could not be brought back to order.
    connection: Option<SqliteConnection>,
    options: SqliteConnectOptions,
    bus: Bus,
    _lock: Arc<File>,
}

impl Task {
    async fn run(mut self, mut queue: mpsc::Receiver<Job>, closing: CancellationToken) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        loop {
            tokio::select! {
                biased;
                received = queue.recv_many(&mut batch, MAX_BATCH) => if received == 0 { break },
                () = closing.cancelled(), if !queue.is_closed() => queue.close(),
            }
            // Whoever has gone away in the meantime wants nothing any more.
            batch.retain(|job| !job.answer.is_closed());
            if !batch.is_empty() {
                self.write_all(std::mem::take(&mut batch)).await;
            }
        }
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database could not be closed in order");
        }
    }

    async fn write_all(&mut self, batch: Vec<Job>) {
        record_batch(batch.len());
        match self.transact(&batch).await {
            Ok(written) => self.answer_all(batch, written),
            Err(error) => {
                tracing::warn!(%error, size = batch.len(), "a group of writes failed; each is tried by itself");
                for job in batch {
                    self.write_one(job).await;
                }
            }
        }
    }

    async fn write_one(&mut self, job: Job) {
        match self.transact(std::slice::from_ref(&job)).await {
            Ok(written) => self.answer_all(vec![job], written),
            Err(error) => {
                tracing::error!(%error, "a write to the database failed");
                drop(job.answer.send(Err(StoreError::Database(error))));
            }
        }
    }

    /// All of the batch in one transaction, or nothing of it.
    async fn transact(&mut self, batch: &[Job]) -> Result<Vec<Written>, Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        // The connection comes back only if its transaction has ended in order; otherwise the next batch gets a new one.
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        match execute_all(&mut tx, batch).await {
            Ok(written) => tx.commit().await.map(|()| written),
            Err(error) => tx.rollback().await.and(Err(error)),
        }
        .inspect(|_| self.connection = Some(connection))
    }

    fn answer_all(&self, batch: Vec<Job>, written: Vec<Written>) {
        for (job, written) in batch.into_iter().zip(written) {
            announce(&self.bus, &job.write, &written);
            // Nobody may be there to hear it any more; what was written stays.
            drop(job.answer.send(Ok(written)));
        }
    }
}

async fn execute_all(tx: &mut SqliteConnection, batch: &[Job]) -> Result<Vec<Written>, Error> {
    let mut written = Vec::with_capacity(batch.len());
    for job in batch {
        written.push(job.write.execute(tx).await?);
    }
    Ok(written)
}

/// Tells those who wait. Called by the task that committed, so that nobody who goes away can keep the news to himself.
fn announce(bus: &Bus, write: &Write, written: &Written) {
    match (write, written) {
        (Write::Commit(commit), Written::Commit(CommitOutcome::Committed { cursor, .. })) => {
            metrics::counter!("karfa_commits_total", "kind" => commit.address.kind.clone()).increment(1);
            bus.announce_commit(&commit.address, *cursor);
            if !commit.effects.is_empty() || commit.ends.is_some() {
                bus.announce_effects();
            }
        }
        (Write::End { .. } | Write::RetryDead { .. }, Written::Flag(true)) => bus.announce_effects(),
        _ => {}
    }
}

fn record_batch(size: usize) {
    let size = u32::try_from(size).unwrap_or(u32::MAX);
    metrics::histogram!("karfa_writes_per_transaction").record(f64::from(size));
}
