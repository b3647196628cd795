import type { Limits, Rate } from '../contract/session.js'
import type { LimitsView } from '../contract/views.js'
import type { Config } from '../infra/config.js'

type Name = keyof LimitsView
type Rated = Name extends infer N ? (N extends `${infer What}_burst` ? What : never) : never

const known = new WeakMap<Config, Map<string, Limits>>()

/** The tenant's own limits; where it has none, the deployment's. One object for all who have the same. */
export function limitsOf(own: LimitsView, config: Config): Limits {
  const all = known.get(config) ?? new Map<string, Limits>()
  known.set(config, all)
  const key = JSON.stringify(own)
  const limits = all.get(key) ?? readLimits(own, config)
  all.set(key, limits)
  return limits
}

/** `user_burst` in place of `RATE_USER_BURST`. */
function readLimits(own: LimitsView, config: Config): Limits {
  const rate = (name: Rated): Rate => {
    const setting = `RATE_${name.toUpperCase() as Uppercase<Rated>}` as const
    return {
      burst: own[`${name}_burst`] ?? config[`${setting}_BURST`],
      perSecond: own[`${name}_per_second`] ?? config[`${setting}_PER_SECOND`],
    }
  }
  return {
    rates: {
      request: { socket: rate('socket'), user: rate('user'), tenant: rate('tenant') },
      message: { user: rate('user_message'), tenant: rate('tenant_message') },
      join: { user: rate('user_join'), tenant: rate('tenant_join') },
      connection: { user: rate('user_connection'), tenant: rate('tenant_connection') },
    },
    sockets: {
      user: own.user_sockets ?? config.MAX_USER_SOCKETS,
      tenant: own.tenant_sockets ?? config.MAX_TENANT_SOCKETS,
    },
  }
}

/** What a tenant is held to, by the names of its own limits. A quota of 0 is none. */
export function limitsInForce(own: LimitsView, config: Config): LimitsView {
  const { rates, sockets } = limitsOf(own, config)
  const named = ([what, scopes]: [string, (typeof rates)['request']]) =>
    Object.entries(scopes).flatMap(([scope, { burst, perSecond }]) => {
      const name = what === 'request' ? scope : `${scope}_${what}`
      return [
        [`${name}_burst`, burst],
        [`${name}_per_second`, perSecond],
      ]
    })
  const [rooms, bytes] = [config.MAX_TENANT_ROOMS, config.MAX_TENANT_STORAGE_BYTES]
  return {
    ...Object.fromEntries(Object.entries(rates).flatMap(named)),
    ...Object.fromEntries(Object.entries(sockets).map(([scope, most]) => [`${scope}_sockets`, most])),
    ...(rooms && { tenant_rooms: rooms }),
    ...(bytes && { tenant_storage_bytes: bytes }),
    ...own,
  }
}
