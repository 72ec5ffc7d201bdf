import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/**
 * A lock that dies with its process, `kill -9` included: the operating system's file lock, which SQLite takes for us on
 * each system that Node runs on. A pid in a file would have to be compared with a start time against reuse, and means
 * nothing across containers that share a volume (pid 7 is everywhere); the kernel's lock knows.
 */
export interface Lock {
  /** Lets go; with `remove`, deletes the file first, so that nobody can take it in between. */
  release(remove: boolean): void
}

/** Takes the lock, creating its file. Throws when another process or connection holds it. */
export function takeLock(path: string): Lock {
  return hold(path, new DatabaseSync(path, { timeout: 0 }))
}

/** Takes the lock of an existing file; undefined when somebody holds it, or when the file is gone. */
export function tryLock(path: string): Lock | undefined {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', 'rw')
  try {
    return hold(path, new DatabaseSync(url, { timeout: 0 }))
  } catch {
    return undefined
  }
}

function hold(path: string, db: DatabaseSync): Lock {
  try {
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    throw error
  }
  return {
    release(remove) {
      const removed = remove && removeFile(path)
      db.close()
      // Windows keeps a file that is open.
      if (remove && !removed) removeFile(path)
    },
  }
}

function removeFile(path: string): boolean {
  try {
    rmSync(path, { force: true })
    return true
  } catch {
    return false
  }
}
