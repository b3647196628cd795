import { killPostgres } from './faults/kill-postgres.js'
import { proveAlone } from './prove.js'

proveAlone(killPostgres)
