/** What the address leads to: one Redis, or a Redis Cluster, which are spoken to alike. */
import { createClient, createCluster, RESP_TYPES, type RedisClientOptions } from '@redis/client'
import { slotOf } from './slot.js'

/** A connection that is silent for so long is dead, and another one is made. */
const silenceMs = 5000
/** Commands that wait for an answer. What would be more is refused: then it is slower than what is asked of it. */
const maxWaiting = 20_000

/** Of so many names there is one on each master. */
const maxNames = 1000

const probeOf = (key: string): string[] => ['SET', key, '1', 'PX', '60000']

interface Asked {
  keys: string[]
  arguments: string[]
}

export interface RedisServer {
  readonly isReady: boolean
  connect(): Promise<unknown>
  /** Writes on each master: one that only answers is of no use. `keyOf`: a key by a name. */
  probe(keyOf: (name: string) => string): Promise<unknown>
  info(): Promise<string>
  evalSha(sha: string, asked: Asked): Promise<unknown>
  eval(lua: string, asked: Asked): Promise<unknown>
  /** `key`: the one by which a cluster finds the shard. */
  send(key: string, words: string[]): Promise<unknown>
  /** Where the key is, to be reached by a connection of its own; null as long as nobody knows. */
  whereIs(key: string): Way | null
  destroy(): void
}

/** How a server is reached. */
export interface Way {
  readonly address: string
  readonly options: RedisClientOptions
}

const optionsFor = (url: string): RedisClientOptions => ({
  url,
  disableOfflineQueue: true,
  commandsQueueMaxLength: maxWaiting,
  socket: {
    connectTimeout: 2000,
    socketTimeout: silenceMs,
    reconnectStrategy: (tries) => Math.min(50 * tries, 1000),
  },
})

const typed = { RESP: 3, commandOptions: { typeMapping: { [RESP_TYPES.DOUBLE]: Number } } } as const

export function oneServer(url: string, onError: (error: Error) => void): RedisServer {
  const client = createClient({ ...optionsFor(url), ...typed })
  client.on('error', onError)
  return {
    get isReady() {
      return client.isReady
    },
    connect: () => client.connect(),
    probe: (keyOf) => client.sendCommand(probeOf(keyOf('probe'))),
    info: () => client.info(),
    evalSha: (sha, asked) => client.evalSha(sha, asked),
    eval: (lua, asked) => client.eval(lua, asked),
    send: (_, words) => client.sendCommand(words),
    whereIs: () => ({ address: url, options: { url } }),
    destroy: () => client.destroy(),
  }
}

export function clusterOf(url: string, onError: (error: Error) => void): RedisServer {
  const { username, password, protocol } = new URL(url)
  const access = {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  }
  const tls = protocol === 'rediss:'
  const { url: _, socket, ...options } = optionsFor(url)
  const defaults = { ...options, ...access, socket: { ...socket, ...(tls && { tls }) } } as RedisClientOptions
  const cluster = createCluster({ rootNodes: [{ url }], defaults, ...typed })
  cluster.on('error', onError)
  return {
    get isReady() {
      return cluster.isReady
    },
    connect: () => cluster.connect(),
    probe(keyOf) {
      const keys = new Map<string, string>()
      for (let n = 0; n < maxNames && keys.size < cluster.masters.length; n++) {
        const key = keyOf(`probe${n}`)
        keys.set(cluster.slots[slotOf(key)]?.master.address ?? '', key)
      }
      return Promise.all([...keys.values()].map((key) => cluster.sendCommand(key, false, probeOf(key))))
    },
    info: () => cluster.masters[0]!.client!.info(),
    evalSha: (sha, asked) => cluster.evalSha(sha, asked),
    eval: (lua, asked) => cluster.eval(lua, asked),
    send: (key, words) => cluster.sendCommand(key, false, words),
    whereIs(key) {
      const master = cluster.slots[slotOf(key)]?.master
      if (!master) return null
      const { host, port, address } = master
      return { address, options: { ...access, socket: tls ? { host, port, tls } : { host, port } } }
    },
    destroy: () => cluster.destroy(),
  }
}

/** What it is, in its own words: `INFO`. */
export interface Traits {
  isCluster: boolean
  /** Channels that are on one shard alone, as keys are: from Redis 7 on. */
  hasShardChannels: boolean
}

export function traitsOf(info: string): Traits {
  const version = /^redis_version:(\d+)/m.exec(info)?.[1]
  return { isCluster: /^cluster_enabled:1/m.test(info), hasShardChannels: Number(version) >= 7 }
}

export const verbFor = (traits: Traits | null): string => (traits?.hasShardChannels ? 'SPUBLISH' : 'PUBLISH')
