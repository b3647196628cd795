import { wrongClock } from './faults/wrong-clock.js'
import { proveAlone } from './prove.js'

proveAlone(wrongClock)
