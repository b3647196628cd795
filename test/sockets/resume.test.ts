/** Coming back: what was missed, then what happens, nothing between them lost and nothing twice. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})

beforeEach(async () => {
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
const seqs = (socket: TestSocket): number[] => socket.payloads('new_message').map(({ seq }) => seq)

/** By Ann, on a socket of hers, acknowledged when this returns. */
async function say(count: number, socket?: TestSocket): Promise<void> {
  const anns = socket ?? (await ann.socket())
  await Promise.all(numbers(1, count).map((n) => anns.ask('send_message', { room_id, text_message: `${n}` })))
}

/** Ann talks until she is told to stop; answers how much was said in all. */
function talk(): () => Promise<number> {
  let silent = false
  const talking = (async () => {
    const socket = await ann.socket()
    for (let last = 0; ;) {
      if (silent) return last
      last = (await socket.ask('send_message', { room_id, text_message: 'and on' })).message.seq
    }
  })()
  return () => ((silent = true), talking)
}

describe('join_room with after_seq', () => {
  it('tells what was missed, one by one, then acknowledges, then is live', async () => {
    await say(25)
    const socket = await bob.socket()
    const answer = socket.ask('join_room', { room_id, after_seq: 5 }).then((joined) => [joined, seqs(socket)])
    const [joined, heardBefore] = await answer
    expect(joined).toMatchObject({ ok: true, last_seq: 25, complete: true, room: { last_seq: 25 } })
    expect(heardBefore).toEqual(numbers(6, 25))
    await say(2)
    await socket.next('new_message', 22)
    expect(seqs(socket)).toEqual(numbers(6, 27))
    const { body } = await bob.rest.get(`/room/${room_id}/message?after_seq=5`)
    expect(socket.payloads('new_message')).toEqual(body.items)
  })

  it('of 0 tells all, of the last nothing, of one beyond the last nothing, and none just what comes', async () => {
    await say(3)
    const told = async (input: object): Promise<number[]> => {
      const socket = await bob.socket()
      expect(await socket.ask('join_room', { room_id, ...input })).toMatchObject({ last_seq: 3, complete: true })
      return seqs(socket)
    }
    expect(await told({ after_seq: 0 })).toEqual([1, 2, 3])
    expect(await told({ after_seq: 3 })).toEqual([])
    expect(await told({ after_seq: 1_000_000 })).toEqual([])
    expect(await told({})).toEqual([])
  })

  it('hears what comes also after a seq beyond the last', async () => {
    const socket = await bob.socket()
    await socket.ask('join_room', { room_id, after_seq: 1_000_000 })
    await say(2)
    await socket.next('new_message', 2)
    expect(seqs(socket)).toEqual([1, 2])
  })

  it('past 500 is not complete: the rest is paged by REST, and what comes is heard', async () => {
    await say(501)
    const whole = await bob.socket()
    expect(await whole.ask('join_room', { room_id, after_seq: 1 })).toMatchObject({ last_seq: 501, complete: true })
    expect(seqs(whole)).toEqual(numbers(2, 501))

    const socket = await bob.socket()
    const joined = await socket.ask('join_room', { room_id, after_seq: 0 })
    expect(joined).toMatchObject({ ok: true, last_seq: 501, complete: false })
    expect(seqs(socket)).toEqual(numbers(1, 500))
    await say(1)
    await socket.next('new_message', 501)
    expect(seqs(socket)).toEqual([...numbers(1, 500), 502])
    const { body } = await bob.rest.get(`/room/${room_id}/message?after_seq=500`)
    expect(body).toMatchObject({ first_seq: 501, has_more: false })
  })

  it('while somebody talks: ten sockets that come one after another each hear all, once', async () => {
    const stop = talk()
    const sockets: TestSocket[] = []
    for (let n = 0; n < 10; n++) {
      const socket = await bob.socket()
      await socket.ask('join_room', { room_id, after_seq: 0 })
      sockets.push(socket)
    }
    const last = await stop()
    for (const socket of sockets) {
      await socket.next('new_message', last)
      expect(seqs(socket)).toEqual(numbers(1, last))
    }
  })

  it('many rooms at once on one socket, while somebody talks in each', async () => {
    const socket = await bob.socket()
    const rooms = await Promise.all([1, 2, 3].map(() => tenant.room([ann, bob])))
    const anns = await ann.socket()
    const send = (id: string) => anns.ask('send_message', { room_id: id, text_message: 'Hi' })
    const sends = numbers(1, 20).flatMap(() => rooms.map(send))
    await Promise.all([...sends, ...rooms.map((id) => socket.ask('join_room', { room_id: id, after_seq: 0 }))])
    const heard = await socket.next('new_message', 60)
    for (const id of rooms) {
      expect(heard.filter((message) => message.room_id === id).map(({ seq }) => seq)).toEqual(numbers(1, 20))
    }
  })
})

describe('join_room again on the same socket', () => {
  it('without after_seq changes nothing: nothing is lost and nothing twice, while somebody talks', async () => {
    const socket = await bob.socketIn(room_id)
    const stop = talk()
    for (let n = 0; n < 20; n++) await socket.ask('join_room', { room_id })
    const last = await stop()
    await socket.next('new_message', last)
    expect(seqs(socket)).toEqual(numbers(1, last))
  })

  it('with after_seq tells again what came after it', async () => {
    const socket = await bob.socketIn(room_id)
    await say(3)
    await socket.next('new_message', 3)
    expect(await socket.ask('join_room', { room_id, after_seq: 1 })).toMatchObject({ last_seq: 3, complete: true })
    await say(1)
    await socket.next('new_message', 6)
    expect(seqs(socket)).toEqual([1, 2, 3, 2, 3, 4])
  })

  it('many at once are heard as one', async () => {
    const socket = await bob.socket()
    await Promise.all(numbers(1, 10).map(() => socket.ask('join_room', { room_id })))
    await say(2)
    await socket.next('new_message', 2)
    await socket.ask('leave_room', { room_id })
    expect(seqs(socket)).toEqual([1, 2])
  })

  it('after leave_room catches up', async () => {
    const socket = await bob.socketIn(room_id)
    await say(2)
    await socket.next('new_message', 2)
    await socket.ask('leave_room', { room_id })
    await say(2)
    await socket.ask('join_room', { room_id, after_seq: 2 })
    expect(seqs(socket)).toEqual([1, 2, 3, 4])
  })
})

describe('leave_room', () => {
  it('stops this socket listening, and nothing else', async () => {
    const [socket, other] = [await bob.socketIn(room_id), await bob.socketIn(room_id)]
    await socket.ask('leave_room', { room_id })
    await say(1)
    await other.next('new_message')
    const { body } = await bob.rest.get(`/room/${room_id}/member`)
    expect(body.items.map(({ user_id }: { user_id: string }) => user_id)).toContain(bob.userId)
    expect(await socket.ask('send_message', { room_id, text_message: 'still a member' })).toMatchObject({ ok: true })
    await other.next('new_message', 2)
    expect(seqs(socket)).toEqual([])
    expect(other.payloads('member_left')).toEqual([])
  })

  it('of a room that was not joined, or never was, is nothing', async () => {
    const socket = await bob.socket()
    for (const id of [room_id, tenant.tenantId]) {
      expect(await socket.ask('leave_room', { room_id: id })).toEqual({ ok: true, room_id: id })
    }
  })
})
