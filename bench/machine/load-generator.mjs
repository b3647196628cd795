// The process of load.mjs, as the bench sees it.
import { fileURLToPath } from 'node:url'
import { launch, LOAD_CORE, stop } from './processes.mjs'

const script = fileURLToPath(new URL('../load.mjs', import.meta.url))

/** Resolves when all clients of the plan are connected, in their rooms, and silent. */
export async function connectClients(plan) {
  const child = launch([script], { core: LOAD_CORE, ipc: true })
  const next = (kind) => nextMessage(child, kind)
  const load = { next, go: () => child.send({ kind: 'go' }), stop: () => stop(child) }
  try {
    child.send({ kind: 'plan', ...plan })
    await next('connected')
    return load
  } catch (error) {
    await load.stop()
    throw error
  }
}

function nextMessage(child, kind) {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`The load generator ended:\n${child.log()}`))
    if (child.exitCode !== null || child.signalCode) return ended()
    child.once('exit', ended)
    child.on('message', (message) => {
      if (message.kind !== kind) return
      child.off('exit', ended)
      resolve(message)
    })
  })
}
