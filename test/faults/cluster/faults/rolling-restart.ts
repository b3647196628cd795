/** Every node is ended in order and started again, and nobody notices but by the announced reconnection. */
import { until } from '../../../support/until.js'
import { Rest } from '../../../support/rest.js'
import type { Fault, Stage } from '../prove.js'
import { RestVoice } from '../rest-voice.js'

/** As they are told that the service restarts: by a plain WebSocket, and by Socket.IO. */
const announced = ['1012', 'transport close', 'io server disconnect']
/** Whoever polls may ask once more at that moment: their session is not known any more, and they come back as all do. */
const isAnnounced = ({ wire, reason }: { wire: string; reason: string }): boolean =>
  announced.includes(reason) || (wire === 'chat by polling' && reason === 'transport error')

export const rollingRestart: Fault = {
  number: 7,
  name: 'rolling restart of both nodes',
  async inflict(stage) {
    const { cluster, load, inForm } = stage
    const tookMs: number[] = []
    for (let time = 0; time < inForm(1, 5); time++) {
      for (const node of cluster.nodes) {
        const began = performance.now()
        expect(await node.stop()).toEqual({ code: 0, signal: null })
        tookMs.push(performance.now() - began)
        await node.start()
        await until(async () => (await new Rest(node.url).get('/health/ready')).status === 200, 'a ready node')
        await load.more(20)
      }
    }
    expectNoErrors(stage)
    return `gone in ${(Math.max(...tookMs) / 1000).toFixed(1)} s at most`
  },
}

function expectNoErrors({ load: { toll, voices } }: Stage): void {
  const rests = voices.filter((voice) => voice instanceof RestVoice)
  expect(rests.flatMap(({ failed }) => failed.map(({ status, body }) => [status, body]))).toEqual([])
  const unlike = toll.cuts.filter((cut) => !isAnnounced(cut))
  expect(unlike.map(({ wire, reason }) => `${wire}: ${reason}`)).toEqual([])
  expect(toll.refused.map(({ voice, outcome }) => [voice.wire, outcome])).toEqual([])
  expect(toll.cuts.length).toBeGreaterThan(0)
}
