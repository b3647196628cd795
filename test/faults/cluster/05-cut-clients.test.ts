import { cutClients } from './faults/cut-clients.js'
import { proveAlone } from './prove.js'

proveAlone(cutClients)
