/** A thousand sockets lose their connection in one moment, as when a switch fails: all are back, and have missed nothing. */
import { setTimeout } from 'node:timers/promises'
import { until } from '../../../support/until.js'
import { PlainVoice } from '../plain-voice.js'
import type { Fault, Stage } from '../prove.js'
import { FaultRoom } from '../room.js'
import { insist } from '../voice.js'

const people = 50
const socketsEach = 20
const mostMs = 15_000

let crowd: FaultRoom

export const thousandReset: Fault = {
  number: 9,
  name: 'a thousand sockets reset at once',
  async prepare(stage) {
    const { load } = stage
    crowd = await load.open({ kind: 'group', wires: Array.from({ length: people }, () => 'room' as const) })
    for (const voice of crowd.voices.slice()) {
      for (let n = 1; n < socketsEach; n++) crowd.addAnother('room', voice, voice.self.url)
    }
    await Promise.all(crowd.voices.map((voice) => voice.listen()))
  },
  async inflict(stage) {
    let over = false
    const talk = sayNowAndThen(stage, () => over)
    await setTimeout(2000)
    for (const front of stage.fronts) front.cutAll()
    const began = performance.now()
    await until(() => !crowd.voices.some(({ isLive }) => isLive), 'all to know', 10_000)
    await until(() => crowd.voices.every(({ isLive }) => isLive), 'all to be back', 60_000)
    const last = await sayLast()
    await until(() => crowd.voices.every((voice) => (voice as PlainVoice).position >= last), 'all to hear', 60_000)
    const tookMs = performance.now() - began
    over = true
    await talk
    expect(tookMs).toBeLessThan(mostMs)
    return `${crowd.voices.length} back and whole in ${(tookMs / 1000).toFixed(1)} s`
  },
}

async function sayNowAndThen({ dice }: Stage, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    await insist(crowd.reader, `to the crowd, ${n}`)
    await setTimeout(dice.between(300, 700))
  }
}

async function sayLast(): Promise<number> {
  await insist(crowd.reader, 'the last')
  const { answer } = crowd.recorder.log.sends.findLast(({ client_message_id }) => client_message_id === 'the last')!
  return answer?.is === 'acknowledged' ? answer.seq : Infinity
}
