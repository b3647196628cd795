/** Files that are to outlast a power cut. */
import { constants, copyFile, open, stat } from 'node:fs/promises'

/** Has the system write a file, or the names in a folder, to disk now. */
export async function sync(file: string): Promise<void> {
  const handle = await open(file)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Copies a file, readable to all, writable to its owner alone, a program if it was one. */
export async function copyDurably(from: string, to: string): Promise<void> {
  const { mode } = await stat(from)
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  const handle = await open(to, 'r')
  try {
    await handle.chmod(mode & 0o100 ? 0o755 : 0o644)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
