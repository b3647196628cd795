import { thousandReset } from './faults/thousand-reset.js'
import { proveAlone } from './prove.js'

proveAlone(thousandReset)
