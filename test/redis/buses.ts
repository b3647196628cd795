import type { EventBus, Nodes } from '../../src/contract/ports.js'
import type { Publication } from '../../src/contract/events.js'
import { MemoryBus } from '../../src/infra/bus.memory.js'
import { loadConfig } from '../../src/infra/config.js'
import { Metrics } from '../../src/infra/metrics.js'
import { OneNode } from '../../src/infra/nodes.memory.js'
import { RedisBus } from '../../src/infra/redis/bus.redis.js'
import { Redis } from '../../src/infra/redis/redis.js'
import type { Place } from '../../src/contract/ports.js'
import { until } from '../support/until.js'

/** The bus as one node has it, and what was heard there. */
export interface BusOfNode {
  bus: EventBus
  node: Nodes
  heard: Publication[]
  /** Places that may have missed something; null for all. */
  missed: (Place | null)[]
  redis: Redis | null
  metrics: Metrics
  stop(): void
}

const listening = (bus: EventBus): Pick<BusOfNode, 'heard' | 'missed'> => {
  const [heard, missed]: [Publication[], (Place | null)[]] = [[], []]
  bus.subscribe((publication) => heard.push(publication))
  bus.onMissed((places) => missed.push(...(places ?? [null])))
  return { heard, missed }
}

export function memoryBus(): BusOfNode {
  const bus = new MemoryBus()
  const [node, metrics] = [new OneNode(), new Metrics()]
  return { bus, node, metrics, redis: null, ...listening(bus), stop: () => undefined }
}

export async function redisBus(url: string, prefix = 'parley'): Promise<BusOfNode> {
  const config = loadConfig({ REDIS_URL: url, REDIS_PREFIX: prefix, DATABASE_URL: 'postgres://nowhere/none' }, false)
  const redis = new Redis(config)
  const [node, metrics] = [new OneNode(), new Metrics()]
  const bus = new RedisBus(redis, node, metrics)
  const lists = listening(bus)
  redis.onModuleInit()
  bus.onModuleInit()
  await until(() => redis.isUp, 'Redis to be found')
  const stop = (): void => {
    bus.onModuleDestroy()
    redis.destroy()
  }
  return { bus, node, metrics, redis, ...lists, stop }
}
