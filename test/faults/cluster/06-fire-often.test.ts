import { fireOften } from './faults/fire-often.js'
import { proveAlone } from './prove.js'

proveAlone(fireOften)
