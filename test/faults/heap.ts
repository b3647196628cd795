import type { ServiceProcess } from '../support/process.js'
import type { Rest } from '../support/rest.js'

/**
 * Lets a test collect the garbage of the service, by a signal: what is left of the heap is what is held. It says so when
 * it has, for the service's own count of collections misses one now and then.
 */
const collector = `
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  let times = 0
  process.on('SIGUSR2', () => {
    gc()
    console.log('collected ' + ++times + '.')
  })`

/** Of a service whose garbage is to be collected. */
export const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(collector)}`

export type Figures = Map<string, number>

/** The service's own figures, by name and labels. */
export async function figuresOf(operator: Rest): Promise<Figures> {
  const { body } = await operator.get('/metrics')
  const lines = (body as string).split('\n').filter((line) => line && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

/** As they are when what is not held is gone: twice, for what one collection ends may hold more until the next. */
export async function collected(service: ServiceProcess, operator: Rest): Promise<Figures> {
  await collect(service)
  await collect(service)
  return figuresOf(operator)
}

async function collect(service: ServiceProcess): Promise<void> {
  const times = (service.stdout.match(/^collected \d+\.$/gm)?.length ?? 0) + 1
  process.kill(service.pid, 'SIGUSR2')
  await service.says(new RegExp(`^collected ${times}\\.$`, 'm'))
}
