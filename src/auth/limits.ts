import type { Session } from '../contract/session.js'
import type { LimitsView } from '../contract/views.js'
import type { Config } from '../infra/config.js'

/** The tenant's own limits; where it has none, the deployment's. */
export const limitsOf = (own: LimitsView, config: Config): Session['limits'] => ({
  user: {
    burst: own.user_burst ?? config.RATE_USER_BURST,
    perSecond: own.user_per_second ?? config.RATE_USER_PER_SECOND,
  },
  tenant: {
    burst: own.tenant_burst ?? config.RATE_TENANT_BURST,
    perSecond: own.tenant_per_second ?? config.RATE_TENANT_PER_SECOND,
  },
})
