import { setTimeout } from 'node:timers/promises'

/** Rests for as long as the work took: the more the database has to do, the longer. */
export async function atLeisure<T>(work: () => Promise<T>): Promise<T> {
  const beganMs = performance.now()
  const done = await work()
  await setTimeout(performance.now() - beganMs)
  return done
}
