// The time of sending travels in the message's own text, so a delivery tells its latency without a look-up.
const MARK = Buffer.from('sent:')
const DIGITS = 12
const words =
  'the quick brown fox jumps over the lazy dog and then it sits down to write a longer message to everybody '
// Texts of 100 to 200 characters, in a fixed order, so that every run sends the same bytes.
const fillers = Array.from({ length: 101 }, (_, i) => words.repeat(2).slice(0, 82 + ((i * 37) % 101)))
let next = 0

const micros = () => Math.round(performance.now() * 1000)

export function stampedText() {
  next = (next + 1) % fillers.length
  return `sent:${String(micros()).padStart(DIGITS, '0')} ${fillers[next]}`
}

/** How many messages stand in this packet. How long ago each was sent goes to `latencies`, if there are any. */
export function messagesIn(packet, latencies) {
  let count = 0
  for (let mark = packet.indexOf(MARK); mark >= 0; mark = packet.indexOf(MARK, mark + MARK.length + DIGITS)) {
    count++
    latencies?.add(millisSince(packet, mark + MARK.length))
  }
  return count
}

function millisSince(packet, start) {
  let sent = 0
  for (let at = start; at < start + DIGITS; at++) sent = sent * 10 + packet[at] - 0x30
  return (micros() - sent) / 1000
}

/** Collects latencies without making an object for each. */
export class Latencies {
  #values = new Float32Array(1 << 16)
  #count = 0

  add(value) {
    if (this.#count === this.#values.length) {
      const larger = new Float32Array(this.#count * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#count++] = value
  }

  percentiles(...wanted) {
    const sorted = this.#values.subarray(0, this.#count).sort()
    return wanted.map((percent) => sorted[Math.min(this.#count - 1, Math.floor((this.#count * percent) / 100))])
  }
}
