import { diskFull } from './faults/disk-full.js'
import { proveAlone } from './prove.js'

proveAlone(diskFull)
