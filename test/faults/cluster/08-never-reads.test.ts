import { neverReads } from './faults/never-reads.js'
import { proveAlone } from './prove.js'

proveAlone(neverReads)
