// From the start of a bench to its end, however it ends.
import { startPostgres } from './postgres.mjs'
import { stopAll } from './processes.mjs'

/** Runs `use(postgres)`. What was started is ended, and what was made is removed, once; `clean` does its own part of it. */
export async function onPostgres(use, clean = async () => {}) {
  let starting
  let cleaning
  const cleanUpOnce = async () => {
    await stopAll()
    const postgres = await starting?.catch(() => undefined)
    await postgres?.stop()
    await clean()
  }
  const cleanUp = () => (cleaning ??= cleanUpOnce())
  const end = (code, why) => {
    // Once: that nobody reads any more what is printed is an error, too.
    if (!cleaning) console.error(why)
    cleanUp().finally(() => process.exit(code))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(130, 'Stopping…'))
  process.on('uncaughtException', (error) => end(1, error))

  try {
    starting = startPostgres()
    await use(await starting)
  } catch (error) {
    if (!cleaning) console.error(error.message)
    process.exitCode = 1
  }
  await cleanUp()
}
