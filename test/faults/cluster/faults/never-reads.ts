/** Somebody who joins and never reads: they are left behind, and cost nobody anything. */
import type { Socket } from 'node:net'
import { tcp, upgradeRequest } from '../../../support/raw.js'
import { adminKey, Rest } from '../../../support/rest.js'
import { until } from '../../../support/until.js'
import { figuresOf } from '../../heap.js'
import type { Fault, Stage } from '../prove.js'
import { person } from '../room.js'

/** Together more than the buffers between the service and who does not read hold. */
const large = { text: '😀'.repeat(9000), count: 300 }

/** A pong that nobody asked for, which is heard as any other: a final frame, masked, of no bytes. */
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

export const neverReads: Fault = {
  number: 8,
  name: 'a client that never reads, with and without answering pings',
  async inflict(stage) {
    const { load } = stage
    const sockets = async () => socketsOf(stage)
    const before = await sockets()
    const [silent, ponging] = [await deaf(stage), await deaf(stage)]
    const answering = setInterval(() => ponging.write(pong), 500)
    await until(async () => (await sockets()) === before + 2, 'both to be connected')
    await sayMuch(stage)
    await until(async () => (await sockets()) <= before, 'the service to end them', 60_000)
    clearInterval(answering)
    for (const socket of [silent, ponging]) socket.destroy()
    await load.more(50)
    return `${large.count} messages of ${Buffer.byteLength(large.text)} bytes`
  },
}

/** In the first room, at the first node itself: a proxy would read for it. */
async function deaf({ cluster, load }: Stage): Promise<Socket> {
  const { userId, token } = await person(load.backend, 'Deaf')
  const { roomId } = load.rooms[0]!.place
  await load.backend.post(`/room/${roomId}/member`, { user_ids: [userId] })
  const socket = await tcp(cluster.nodes[0]!.url)
  socket.pause()
  socket.write(upgradeRequest(`/ws/${roomId}/${userId}?token=${token}`))
  return socket
}

async function sayMuch({ load }: Stage): Promise<void> {
  const { reader } = load.rooms[0]!
  for (let n = 0; n < large.count; n += 10) {
    const ten = Array.from({ length: 10 }, (_, one) => reader.attempt(`large, ${n + one}`, large.text))
    for (const { is } of await Promise.all(ten)) expect(is).toBe('acknowledged')
  }
}

/** Of the first node. */
async function socketsOf({ cluster }: Stage): Promise<number> {
  const operator = new Rest(cluster.nodes[0]!.url, { authorization: `Bearer ${adminKey}` })
  return (await figuresOf(operator)).get('parley_sockets')!
}
