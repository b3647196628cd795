import { floodByTenant } from './faults/flood-by-tenant.js'
import { proveAlone } from './prove.js'

proveAlone(floodByTenant)
