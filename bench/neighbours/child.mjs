// The processes of quiet.mjs and flood.mjs, as the bench sees them: each is asked one thing at a time, and answers.
import { fileURLToPath } from 'node:url'
import { launch, LOAD_CORE, stop } from '../machine/processes.mjs'

/** Resolves when all its clients are connected. */
export async function startChild(name, plan) {
  const script = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url))
  const child = launch([script], { core: LOAD_CORE, ipc: true })
  const ask = (kind, more = {}) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`${name}.mjs ended:\n${child.log()}`))
      if (child.exitCode !== null || child.signalCode) return ended()
      child.once('exit', ended)
      child.once('message', (answer) => (child.off('exit', ended), resolve(answer)))
      child.send({ kind, ...more })
    })
  try {
    await ask('plan', plan)
    return { ask, stop: () => stop(child) }
  } catch (error) {
    await stop(child)
    throw error
  }
}

/** In such a process: answers what it is asked by `answers`, by the kind of question. */
export function answering(answers) {
  // Whatever becomes of the bench, nobody is left behind.
  process.on('disconnect', () => process.exit(1))
  const answer = async ({ kind, ...more }) => process.send((await answers[kind](more)) ?? {})
  process.on('message', (question) => void answer(question))
}
