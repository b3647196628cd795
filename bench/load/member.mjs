// One client and what it has received.
import { readNumber } from './acks.mjs'
import { messagesIn } from './clock.mjs'

const SEQ = Buffer.from('"seq":')

export class Member {
  received = 0
  /** How often a message's number did not follow the one before. */
  gaps = 0
  client = undefined
  #numbered
  #seq

  /** What it sends goes to the first of its rooms. If it is `numbered`, the numbers of what comes are looked at. */
  constructor(rooms, numbered) {
    this.room = rooms[0]
    this.rooms = rooms
    this.#numbered = numbered
  }

  /** Counts the messages of a packet: one, or several that came together, or none if it is about something else. */
  take(packet, latencies) {
    const count = messagesIn(packet, latencies)
    if (this.#numbered) this.#follow(packet)
    this.received += count
    return count
  }

  #follow(packet) {
    for (let at = packet.indexOf(SEQ); at >= 0; at = packet.indexOf(SEQ, at + SEQ.length)) {
      const { number } = readNumber(packet, at + SEQ.length)
      if (this.#seq !== undefined && number !== this.#seq + 1) this.gaps++
      this.#seq = number
    }
  }
}
