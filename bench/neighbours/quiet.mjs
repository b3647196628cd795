// The quiet tenant: talks at its rate from beginning to end, and says how long that took while it was asked to measure.
import { setTimeout } from 'node:timers/promises'
import { Latencies } from '../load/clock.mjs'
import { SocketIoClient } from '../load/socket-io.mjs'
import { Traffic } from '../load/traffic.mjs'
import { answering } from './child.mjs'

let traffic

const onEnd = (reason) => {
  throw new Error(`A quiet client lost its connection: ${reason}`)
}

answering({
  async plan({ port, clients, rate }) {
    traffic = new Traffic({ rate })
    for (const { token, rooms } of clients) {
      const { onDelivery, attach } = traffic.member({ rooms })
      attach(await SocketIoClient.connect({ port, token, rooms, onDelivery, onEnd }))
    }
    traffic.start()
  },
  async measure({ seconds }) {
    const before = { failed: traffic.failed, deliveries: traffic.deliveries }
    traffic.latencies = new Latencies()
    traffic.recording = true
    await setTimeout(seconds * 1000)
    traffic.recording = false
    const [p50, p99] = traffic.latencies.percentiles(50, 99)
    const { failed, deliveries, firstFailure } = traffic
    return { p50, p99, failed: failed - before.failed, deliveries: deliveries - before.deliveries, firstFailure }
  },
})
