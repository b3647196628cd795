import { rollingRestart } from './faults/rolling-restart.js'
import { proveAlone } from './prove.js'

proveAlone(rollingRestart)
