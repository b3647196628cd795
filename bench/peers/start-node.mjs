import { launch, ready, stop } from '../machine/processes.mjs'

/** Starts a service in Node on its core and waits until it answers. `nodeArgs` stand before its script. */
export async function startNode({ port, core, nodeArgs = [] }, args, { cwd, env, health }) {
  const child = launch([...nodeArgs, ...args], { core, cwd, env: { ...env, PORT: String(port) } })
  await ready(child, `http://127.0.0.1:${port}${health}`).catch(async (error) => {
    await stop(child)
    throw error
  })
  return { pid: child.pid, log: child.log, stop: () => stop(child) }
}
