import { postgresAway } from './faults/postgres-away.js'
import { proveAlone } from './prove.js'

proveAlone(postgresAway)
