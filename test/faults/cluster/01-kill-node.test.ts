import { killNode } from './faults/kill-node.js'
import { proveAlone } from './prove.js'

proveAlone(killNode)
