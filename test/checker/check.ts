/** The judge of a run, in the manner of Jepsen: what clients saw against what is stored in the end. */
import { checkClients } from './clients.js'
import { checkContents, checkNumbers } from './history.js'
import type { Log, Picture } from './log.js'
import { checkReads } from './reads.js'
import { checkRevs } from './revs.js'
import { checkChanges, checkSends } from './sends.js'
import { checkGlimpses, checkTold } from './told.js'
import type { Violation } from './violation.js'

interface Expected {
  /**
   * Is every change told to who listens? Where the answer to a commit can be lost, no: the message is then told in its
   * later state, and its rev jumps.
   */
  everyRevLive?: boolean
}

/** All that is wrong; nothing, if the promises were kept. `history` is the whole room by `seq`, when all is over. */
export const check = (log: Log, history: Picture[], { everyRevLive = true }: Expected = {}): Violation[] => [
  ...checkNumbers(history),
  ...checkSends(log, history),
  ...checkChanges(log, history),
  ...checkContents(log, history),
  ...checkClients(log, history),
  ...checkRevs(log, history, everyRevLive),
  ...checkTold(log, history),
  ...checkGlimpses(log, history),
  ...checkReads(log, history),
]
