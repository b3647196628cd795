/** One tenant asks for all that there is, by REST and by sockets: the other one's talk goes on. */
import { setTimeout } from 'node:timers/promises'
import { Rest } from '../../../support/rest.js'
import { PlainSocket } from '../../../support/plain.js'
import type { Fault, Stage } from '../prove.js'
import { made, openTenant, person } from '../room.js'

const lanes = 12
const talkers = 8

export const floodByTenant: Fault = {
  number: 12,
  name: 'a flood by one tenant',
  plan: () => ({ settings: { RATE_LIMITS: 'on', RATE_TENANT_PER_SECOND: '200', RATE_TENANT_BURST: '600' } }),
  async inflict(stage) {
    const { load, inForm } = stage
    const began = performance.now()
    await setTimeout(inForm(2000, 10_000))
    const flooded = performance.now()
    const { asked, refused } = await flood(stage, inForm(3000, 20_000))
    const over = performance.now()
    expect(refused).toBeGreaterThan(0)
    expect(load.toll.refused.map(({ voice, outcome }) => [voice.wire, outcome])).toEqual([])
    const [usual, then] = [load.toll.percentileMs(0.99, began, flooded), load.toll.percentileMs(0.99, flooded, over)]
    return `${asked} asked, ${refused} refused; p99 ${usual.toFixed(0)} ms before, ${then.toFixed(0)} ms meanwhile`
  },
}

async function flood({ cluster, fronts }: Stage, ms: number): Promise<{ asked: number; refused: number }> {
  const url = `http://127.0.0.1:${fronts[0]!.port}`
  const backend = await openTenant(cluster.url, 'Flood')
  const { userId, token } = await person(backend, 'Flood')
  const { room_id } = await made(backend.post('/room', { name: 'Flood', created_by: userId }))
  const counts = { asked: 0, refused: 0 }
  const endMs = performance.now() + ms
  const rest = new Rest(url, backend.headers)
  const isOver = () => performance.now() > endMs
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const { status } = await rest.post(`/room/${room_id}/message/send`, { text_message: 'More' })
      counts.asked++
      if (status === 429) counts.refused++
    }
  }
  /** Until it is cut for it; then it comes again. */
  const talk = async (): Promise<void> => {
    const socket = await PlainSocket.open(url, `/ws/${room_id}/${userId}?token=${token}`).catch(() => null)
    for (; socket?.ws.readyState === 1 && !isOver(); await setTimeout(10)) {
      socket.send({ type: 'send_message', data: { content: 'More' } })
      counts.asked++
    }
    counts.refused += socket?.frames.filter(({ type }) => type === 'error').length ?? 1
    socket?.close()
    if (!isOver()) await setTimeout(200).then(talk)
  }
  await Promise.all([...Array.from({ length: lanes }, lane), ...Array.from({ length: talkers }, talk)])
  return counts
}
