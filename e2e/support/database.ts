// The backend's database, read beside the backend: what a crash would leave, and no word of the process that wrote it.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite, { type JSValue, type QueryResult } from 'node-sqlite3-wasm';

/** The head of the write-ahead log: it is another one once the log has begun anew. */
const LOG_HEAD_BYTES = 32;

/** A database of SQLite's that another process is writing. */
export class Database {
  /** `file` is the database; its write-ahead log stands beside it. */
  constructor(readonly file: string) {}

  /** The rows of a query over all that has been committed. */
  rows(sql: string, values: JSValue[] = []): QueryResult[] {
    return this.#inCopy((database) => database.all(sql, values));
  }

  /** Changes what is written, while nobody else does: the backend must not be running. */
  change(sql: string, values: JSValue[] = []): void {
    this.#inCopy((database) => database.run(sql, values), (copy) => {
      copyFileSync(copy, this.file);
      for (const beside of ['-wal', '-shm']) rmSync(`${this.file}${beside}`, { force: true });
    });
  }

  /** Works on a copy: the library keeps a lock where the backend has its own. */
  #inCopy<T>(work: (database: sqlite.Database) => T, closed: (copy: string) => void = () => {}): T {
    const folder = mkdtempSync(join(tmpdir(), 'karfa-database-'));
    const copy = join(folder, 'copy.db');
    try {
      this.#copy(copy);
      const database = new sqlite.Database(copy);
      try {
        // There is nobody to share the log's index with.
        database.exec('pragma locking_mode = exclusive');
        return work(database);
      } finally {
        database.close();
        closed(copy);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The database before its log: what goes from the log into the database meanwhile stands in both. */
  #copy(to: string): void {
    const log = `${this.file}-wal`;
    const before = head(log);
    copyFileSync(this.file, to);
    if (existsSync(log)) copyFileSync(log, `${to}-wal`);
    if (!head(`${to}-wal`).equals(before)) throw new Error('the log began anew while it was copied');
  }
}

function head(log: string): Buffer {
  return existsSync(log) ? readFileSync(log).subarray(0, LOG_HEAD_BYTES) : Buffer.alloc(0);
}
