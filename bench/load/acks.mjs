// Who waits for which answer.

export class Acks {
  #next = 0
  #waiting = new Map() // number → what to call

  /** The number by which the answer will come; `onAck(ok, explain)` then. */
  expect(onAck) {
    this.#waiting.set(this.#next, onAck)
    return this.#next++
  }

  settle(number, ok, explain) {
    const onAck = this.#waiting.get(number)
    this.#waiting.delete(number)
    onAck(ok, explain)
  }
}

export function startsWith(bytes, at, prefix) {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false
  return true
}

/** The decimal number at this place, and where it ends. */
export function readNumber(bytes, start) {
  let number = 0
  let end = start
  for (; bytes[end] >= 0x30 && bytes[end] <= 0x39; end++) number = number * 10 + bytes[end] - 0x30
  return { number, end }
}
