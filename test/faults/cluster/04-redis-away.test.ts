import { redisAway } from './faults/redis-away.js'
import { proveAlone } from './prove.js'

proveAlone(redisAway)
