import type { Rest } from '../support/rest.js'
import { until } from '../support/until.js'
import type { Node } from './node.js'

/** Lets a test collect the garbage of the service, by a signal: what is left of the heap is what is held. */
const collector = `
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  process.on('SIGUSR2', () => gc())`

/** Of a node whose garbage is to be collected. */
export const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(collector)}`

export type Figures = Map<string, number>

/** The service's own figures, by name and labels. */
export async function figuresOf(operator: Rest): Promise<Figures> {
  const { body } = await operator.get('/metrics')
  const lines = (body as string).split('\n').filter((line) => line && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

/** As they are when what is not held is gone. */
export async function collected(node: Node, operator: Rest): Promise<Figures> {
  // One collection may be the service's own, which was under way already.
  await collect(node, operator)
  return collect(node, operator)
}

async function collect(node: Node, operator: Rest): Promise<Figures> {
  const collections = 'parley_nodejs_gc_duration_seconds_count{kind="major"}'
  const before = (await figuresOf(operator)).get(collections) ?? 0
  process.kill(node.pid, 'SIGUSR2')
  return until(async () => {
    const found = await figuresOf(operator)
    return found.get(collections)! > before ? found : null
  }, 'the garbage to be collected')
}
