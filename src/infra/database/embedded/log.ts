/** The server's log: kept small, and quoted when the server does not start. */
import { chown, open, rename, stat, type FileHandle } from 'node:fs/promises'
import type { Account } from './account.js'

const maxBytes = 10 * 1024 * 1024
const quotedLines = 8

/** What the words of PostgreSQL mean to somebody who only wanted to start a chat. */
const causes: [RegExp, string][] = [
  [/No space left on device|Disk quota exceeded/i, 'the disk is full'],
  [/Read-only file system/i, 'the file system is read-only'],
  [/could not look up effective user ID/i, 'its user has no name in /etc/passwd'],
  [/Permission denied|Operation not permitted/i, 'its account may not use a file or folder'],
  [/unrecognized configuration parameter|(invalid|outside the valid range).* for parameter/i, 'a setting is wrong'],
  [/could not (create|resize|map).*(shared memory|semaphore)|Cannot allocate memory/i, 'there is too little memory'],
  [/pre-existing shared memory block|lock file .* already exists/i, 'processes of an earlier run have not ended'],
  [/error while loading shared libraries|GLIBC/i, 'a library that it needs is missing here'],
  [/valid checkpoint|invalid .*(control|pg_control)|PANIC/i, 'its data is damaged'],
]

/** `…: the disk is full` and the last lines of what PostgreSQL wrote, as one message. */
export function explain(message: string, output: string): string {
  const lines = output.trim().split('\n').slice(-quotedLines)
  const cause = causes.find(([words]) => words.test(output))?.[1]
  const said = lines.join('') ? `. PostgreSQL said:\n  ${lines.join('\n  ')}` : ''
  return `${message}${cause ? `: ${cause}` : ''}${said}`
}

/** Opens the log to append. A large one is put aside as `postgres.log.old`, in place of the one before. */
export async function openLog(file: string, { uid, gid, identity }: Account): Promise<FileHandle> {
  const { size } = await stat(file).catch(() => ({ size: 0 }))
  if (size > maxBytes) await rename(file, `${file}.old`)
  const handle = await open(file, 'a+', 0o600)
  // So that this user can go on with it who began it as root.
  if (identity.uid !== undefined) await chown(file, uid, gid)
  return handle
}

/** What was written from this offset on, at most the last 8 kB of it. */
export async function readFrom(file: string, offset: number): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const start = Math.max(offset, size - 8192)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8192), 0, 8192, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
