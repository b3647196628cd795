/** A regular glance at where rooms stand: what nobody was told of is told, and clients know whether they have all. */
import { MessageLog } from '../../src/contract/ports.js'
import { Heads } from '../../src/gateway/heads.js'
import { rowsOf } from '../support/database.js'
import { editMessages, storeMessages } from '../support/log.js'
import { asKnown, Replica } from '../support/replica.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let other: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  other = await service.another()
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})

beforeEach(async () => {
  room_id = await tenant.room([ann, bob])
  await glance()
})

afterAll(async () => {
  await other.stop()
  await service.stop()
})

/** As every 15 seconds. */
const glance = (at = service): Promise<void> => at.app.get(Heads).glance()

/** What was told before comes before this answer. */
const told = async (socket: TestSocket, event: string): Promise<any[]> => {
  await socket.ask('nothing_of_the_kind')
  return socket.payloads(event)
}

describe('a glance', () => {
  it('brings a last message whose event was lost, and then says where the room stands', async () => {
    const socket = await bob.socketIn(room_id)
    await storeMessages(service, room_id, 2)
    await editMessages(service, room_id, 1, 1)
    await glance()
    const { body } = await bob.rest.get(`/room/${room_id}/message`)
    await socket.next('heads')
    expect(socket.listened).toEqual([
      ['new_message', body.items[0]],
      ['new_message', body.items[1]],
      ['heads', { rooms: [{ room_id, last_seq: 2, last_rev: 1 }] }],
    ])
    await ann.send(room_id, 'live')
    expect((await socket.next('new_message', 3))[2]).toMatchObject({ seq: 3 })
  })

  it('brings a last edit and a last deletion whose events were lost', async () => {
    const messages = [await ann.send(room_id, 'one'), await ann.send(room_id, 'two')]
    const socket = await bob.socketIn(room_id)
    const there = ann.at(other).rest
    await there.patch(`/room/${room_id}/message/${messages[0].message_id}`, { text_message: 'edited' })
    await there.delete(`/room/${room_id}/message/${messages[1].message_id}`)
    expect(await told(socket, 'message_updated')).toEqual([])
    await glance()
    await socket.next('heads')
    expect(socket.listened.map(([event]) => event)).toEqual(['message_updated', 'message_deleted', 'heads'])
  })

  it('says where rooms stand only if that changed, and only once', async () => {
    const socket = await bob.socketIn(room_id)
    await glance()
    expect(await told(socket, 'heads')).toEqual([])
    await ann.send(room_id, 'one')
    await glance()
    await glance()
    expect(await told(socket, 'heads')).toEqual([{ rooms: [{ room_id, last_seq: 1, last_rev: 0 }] }])
    await ann.rest.patch(`/room/${room_id}`, { name: 'not a change of its messages' })
    await glance()
    expect(await told(socket, 'heads')).toHaveLength(1)
  })

  it('tells each socket of its own rooms, in one event', async () => {
    const more = await Promise.all([1, 2, 3].map(() => tenant.room([ann, bob])))
    const rooms = [room_id, ...more]
    const listening = [[0, 1, 2], [2, 3], [0, 1, 2], [3], []]
    const sockets = await Promise.all(listening.map(() => bob.socket()))
    for (const [n, socket] of sockets.entries()) {
      for (const room of listening[n]!) await socket.ask('join_room', { room_id: rooms[room] })
    }
    for (const room of [0, 2, 2]) await ann.send(rooms[room]!, 'Hi')
    await glance()
    const heads = await Promise.all(sockets.map((socket) => told(socket, 'heads')))
    const seen = heads.map((events) =>
      events.map((event) => event.rooms.map((room: any) => [rooms.indexOf(room.room_id), room.last_seq])),
    )
    expect(seen.map((events) => events.map((event: any) => event.sort()))).toEqual([
      [
        [
          [0, 1],
          [2, 2],
        ],
      ],
      [[[2, 2]]],
      [
        [
          [0, 1],
          [2, 2],
        ],
      ],
      [],
      [],
    ])
  })

  it('tells nobody of another tenant’s room, also if an id were the same', async () => {
    const carol = await (await service.tenant()).user()
    // As no service makes it: to see that no id is looked at without its tenant.
    await rowsOf(
      service.databaseUrl,
      `INSERT INTO tb_chat_rooms (tenant_id, chat_room_id, type, access) VALUES ($1, $2, 'group', 'open')`,
      [carol.tenant.tenantId, room_id],
    )
    const [bobs, carols] = [await bob.socketIn(room_id), await carol.socketIn(room_id)]
    await bob.send(room_id, 'one')
    await carol.send(room_id, 'one')
    await carol.send(room_id, 'two')
    await glance()
    expect(await told(bobs, 'heads')).toEqual([{ rooms: [{ room_id, last_seq: 1, last_rev: 0 }] }])
    expect(await told(carols, 'heads')).toEqual([{ rooms: [{ room_id, last_seq: 2, last_rev: 0 }] }])
  })

  it('tells nothing to who left, or was removed', async () => {
    const [left, removed] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    const stays = await ann.socketIn(room_id)
    await left.ask('leave_room', { room_id })
    await ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)
    await storeMessages(service, room_id, 1)
    await glance()
    expect(await told(stays, 'heads')).toHaveLength(1)
    for (const socket of [left, removed]) {
      expect([await told(socket, 'heads'), await told(socket, 'new_message')]).toEqual([[], []])
    }
  })

  it('brings thousands that were lost, in pieces and in order', async () => {
    const replica = new Replica(bob, room_id)
    await replica.resume()
    await storeMessages(service, room_id, 1500)
    await editMessages(service, room_id, 1, 700)
    await glance()
    await replica.reached(1500, 700)
  })

  it('looks at rooms that are no more, and goes on with the others', async () => {
    const gone = await tenant.room([bob])
    const [lost, socket] = [await bob.socketIn(gone), await bob.socketIn(room_id)]
    await rowsOf(service.databaseUrl, 'DELETE FROM tb_chat_rooms WHERE chat_room_id = $1', [gone])
    await storeMessages(service, room_id, 1)
    await glance()
    expect(await told(socket, 'new_message')).toHaveLength(1)
    expect(await told(lost, 'heads')).toEqual([])
  })

  it('while it fails harms nobody, and the next one makes up for it', async () => {
    const socket = await bob.socketIn(room_id)
    await storeMessages(service, room_id, 1)
    const look = jest.spyOn(service.app.get(MessageLog), 'heads').mockRejectedValueOnce(new Error('away'))
    await glance()
    look.mockRestore()
    expect(await told(socket, 'heads')).toEqual([])
    await glance()
    expect(await told(socket, 'new_message')).toHaveLength(1)
  })
})

it('two nodes that hear nothing of each other: a glance makes all equal', async () => {
  const replicas = [ann, bob, ann.at(other), bob.at(other)].map((user) => new Replica(user, room_id))
  await Promise.all(replicas.map((replica) => replica.resume()))
  const sends = Array.from({ length: 40 }, (_, n) => ann.at(n % 2 ? service : other).send(room_id, `${n}`))
  const messages = await Promise.all(sends)
  await Promise.all(
    messages.slice(0, 20).map(({ message_id }, n) => {
      const { rest } = ann.at(n % 3 ? service : other)
      const path = `/room/${room_id}/message/${message_id}`
      return n % 4 ? rest.patch(path, { text_message: `edited ${n}` }) : rest.delete(path)
    }),
  )
  await Promise.all([glance(service), glance(other)])
  const { body } = await ann.rest.get(`/room/${room_id}/message`)
  for (const replica of replicas) {
    await replica.reached(40, 20)
    expect(asKnown(replica.messages)).toEqual(asKnown(body.items))
  }
})
