// Sends, by a workload's rule, and counts what arrives.
import { randomUUID } from 'node:crypto'
import { Latencies, stampedText } from './clock.mjs'
import { Member } from './member.mjs'

const RETRY_MS = 100

export class Traffic {
  latencies = new Latencies()
  deliveries = 0
  acknowledged = 0
  bytes = 0
  failed = 0
  firstFailure = undefined
  recording = false
  #members = []
  #accepted = new Map() // room → messages acknowledged
  #waiting = 0
  #sending = false
  #rate
  #senders
  #timer

  /** Without `senders` everybody sends; with it only so many do, the first ones. */
  constructor({ rate, senders }) {
    this.#rate = rate
    this.#senders = senders
  }

  /** A place for one client: `onDelivery` counts for it. */
  member({ rooms, numbered }) {
    const member = new Member(rooms, numbered)
    this.#members.push(member)
    const onDelivery = (packet) => {
      const messages = member.take(packet, this.recording ? this.latencies : undefined)
      if (messages === 0) return
      this.deliveries += messages
      this.bytes += packet.length
    }
    return { onDelivery, attach: (client) => (member.client = client) }
  }

  start() {
    this.#sending = true
    const senders = this.#members.slice(0, this.#senders)
    if (this.#rate) this.#sendOnTime(senders)
    else for (const member of senders) this.#sendOn(member)
  }

  /** Stops sending and waits for what is under way. Tells what did not come, or came twice, counted per client. */
  async stop(seconds) {
    this.#sending = false
    clearInterval(this.#timer)
    for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline;) {
      const { lost } = this.#balance()
      if (this.#waiting === 0 && lost === 0) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return { ...this.#balance(), unanswered: this.#waiting }
  }

  // Closed loop: the answer to one message sends the next.
  #sendOn(member) {
    this.#send(member, (ok) => {
      if (!this.#sending) return
      if (ok) this.#sendOn(member)
      else setTimeout(() => this.#sending && this.#sendOn(member), RETRY_MS)
    })
  }

  // Open loop: what is due is sent, however slow the answers are.
  #sendOnTime(senders) {
    const began = performance.now()
    let sent = 0
    this.#timer = setInterval(() => {
      const due = ((performance.now() - began) * this.#rate) / 1000
      while (sent < due) this.#send(senders[sent++ % senders.length], () => {})
    }, 1)
  }

  #send(member, then) {
    this.#waiting++
    member.client.sendMessage(member.room, randomUUID(), stampedText(), (ok, explain) => {
      this.#waiting--
      if (ok) this.#accept(member.room)
      else {
        this.failed++
        this.firstFailure ??= explain()
      }
      then(ok)
    })
  }

  #accept(room) {
    this.acknowledged++
    this.#accepted.set(room, (this.#accepted.get(room) ?? 0) + 1)
  }

  #balance() {
    let lost = 0
    let doubled = 0
    let disordered = 0
    for (const { rooms, received, gaps } of this.#members) {
      const expected = rooms.reduce((sum, room) => sum + (this.#accepted.get(room) ?? 0), 0)
      lost += Math.max(0, expected - received)
      doubled += Math.max(0, received - expected)
      disordered += gaps
    }
    return { lost, doubled, disordered }
  }
}
