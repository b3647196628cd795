import { setTimeout } from 'node:timers/promises'

/** Asks again and again until the answer is there. For what nobody announces, such as the end of a process. */
export async function until<T>(ask: () => T | Promise<T>, what: string, timeoutMs = 15_000): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await setTimeout(10)) {
    const answer = await ask()
    if (answer) return answer
  }
  throw new Error(`waited in vain for ${what}`)
}
