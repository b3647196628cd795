/** Edits and deletions: one order for everybody, that of `rev`, which has no gap, whoever changes what at which node. */
import { Heads } from '../../src/gateway/heads.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

let service: Service
let other: Service
let tenant: TestTenant
let people: TestUser[]
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  other = await service.another()
  tenant = await service.tenant()
  people = await Promise.all(oneTo(5).map(() => tenant.user()))
  ;[ann, bob] = people as [TestUser, TestUser]
})

beforeEach(async () => {
  room_id = await tenant.room(people)
})

afterAll(async () => {
  await other.stop()
  await service.stop()
})

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)
const sorted = (numbers: number[]): number[] => numbers.sort((a, b) => a - b)

/** So many messages of each of these. */
const said = (users: TestUser[], count: number): Promise<any[]> =>
  Promise.all(users.flatMap((user) => oneTo(count).map((n) => user.send(room_id, `${n}`))))

const pathOf = ({ message_id }: any): string => `/room/${room_id}/message/${message_id}`
const byRest = async ({ rest }: TestUser, message: any, text_message: string): Promise<any> => {
  const { status, body } = await rest.patch(pathOf(message), { text_message })
  expect(status).toBe(200)
  return body
}
const bySocket = async (socket: TestSocket, { message_id }: any, text_message: string): Promise<any> => {
  const answer = await socket.ask('edit_message', { room_id, message_id, text_message })
  expect(answer.ok).toBe(true)
  return answer.message
}

/** What was heard of changes, each as its rev, in the order in which it came. */
const revs = (socket: TestSocket): number[] =>
  socket.heard.flatMap(([event, payload]) => {
    if (event === 'message_updated') return [payload.message.rev]
    return event === 'message_deleted' ? [payload.rev] : []
  })
const heardRev = (socket: TestSocket, rev: number) => until(() => revs(socket).at(-1) === rev, `rev ${rev}`)

const history = async (): Promise<any[]> => (await ann.rest.get(`/room/${room_id}/message?limit=100`)).body.items
const lastRev = async (): Promise<number> => (await ann.rest.get(`/room/${room_id}`)).body.last_rev

describe('at one node', () => {
  it('50 edits of as many messages at once, by REST and by sockets: 1, 2, 3 … for all alike', async () => {
    const messages = await said(people, 10)
    const sockets = await Promise.all(people.map((person) => person.socketIn(room_id)))
    const edits = messages.map((message, index) => {
      const [who, text] = [Math.floor(index / 10), `${message.text_message}!`]
      return index % 2 ? byRest(people[who]!, message, text) : bySocket(sockets[who]!, message, text)
    })
    const edited = (await Promise.all(edits)).sort((a, b) => a.rev - b.rev)
    expect(edited.map(({ rev }) => rev)).toEqual(oneTo(50))
    for (const socket of sockets) {
      expect(await socket.next('message_updated', 50)).toEqual(edited.map((message) => ({ message })))
    }
    expect(await history()).toEqual(edited.sort((a, b) => a.seq - b.seq))
    expect(await lastRev()).toBe(50)
  })

  it('20 edits of one message at once: each has a rev of its own, and the last one stays', async () => {
    const [message] = await said([ann], 1)
    const sockets = await Promise.all([1, 2, 3].map(() => ann.socketIn(room_id)))
    const edits = oneTo(20).map((n) =>
      n % 2 ? byRest(ann, message, `edit ${n}`) : bySocket(sockets[n % 3]!, message, `edit ${n}`),
    )
    const edited = (await Promise.all(edits)).sort((a, b) => a.rev - b.rev)
    expect(edited.map(({ rev }) => rev)).toEqual(oneTo(20))
    expect(await history()).toEqual([edited.at(-1)])
    // Told one by one, or read from the log at once when they overtook each other: in order, and the last one to all.
    for (const socket of sockets) {
      await heardRev(socket, 20)
      expect(revs(socket)).toEqual(sorted([...new Set(revs(socket))]))
      for (const { message: told } of socket.payloads('message_updated')) expect(edited).toContainEqual(told)
    }
  })

  it('an edit and a deletion at once: whoever comes first, it is deleted, and nothing of it stays', async () => {
    const messages = await said([ann], 20)
    const socket = await bob.socketIn(room_id)
    const both = messages.map(async (message) => {
      const [edit, deletion] = await Promise.all([
        ann.rest.patch(pathOf(message), { text_message: 'edited' }),
        ann.rest.delete(pathOf(message)),
      ])
      expect(deletion.status).toBe(204)
      if (edit.status !== 200) expect(edit.body.code).toBe('message_deleted')
      return edit.status === 200 ? 2 : 1
    })
    const changes = (await Promise.all(both)).reduce((sum: number, count) => sum + count, 0)
    expect(await lastRev()).toBe(changes)
    await heardRev(socket, changes)
    expect(revs(socket)).toEqual(sorted([...new Set(revs(socket))]))
    for (const message of await history()) {
      expect(message).toMatchObject({ text_message: null, deleted_at: expect.any(String) })
    }
    expect(new Set(socket.payloads('message_deleted').map(({ seq }) => seq)).size).toBe(20)
  })

  it('edits and deletions while others send: neither number has a gap, and all hear both in order', async () => {
    const messages = await said([ann], 30)
    const sockets = await Promise.all([ann, bob].map((user) => user.socketIn(room_id)))
    const sends = oneTo(60).map((n) => people[n % 5]!.send(room_id, `more ${n}`))
    const changes = messages.map((message, n) =>
      n % 3 ? byRest(ann, message, `edited ${n}`) : ann.rest.delete(pathOf(message)),
    )
    await Promise.all([...sends, ...changes])
    const now = await history()
    expect(now.map(({ seq }) => seq)).toEqual(oneTo(90))
    expect(sorted(now.map(({ rev }) => rev).filter((rev) => rev > 0))).toEqual(oneTo(30))
    for (const socket of sockets) {
      expect((await socket.next('new_message', 60)).map(({ seq }) => seq)).toEqual(oneTo(90).slice(30))
      await heardRev(socket, 30)
      expect(revs(socket)).toEqual(oneTo(30))
    }
  })

  it('what one socket asks is done in its order: send, edit, edit, delete', async () => {
    const [socket, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    const { message } = await socket.ask('send_message', { room_id, text_message: '0' })
    const { message_id } = message
    const ask = (event: string, fields: object) => socket.ask(event, { room_id, message_id, ...fields })
    const answers = await Promise.all([
      ask('edit_message', { text_message: '1' }),
      ask('edit_message', { text_message: '2' }),
      ask('delete_message', {}),
      ask('edit_message', { text_message: '3' }),
    ])
    expect(answers.map(({ ok, error }) => (ok ? 'done' : error.code))).toEqual([
      'done',
      'done',
      'done',
      'message_deleted',
    ])
    await bobs.next('message_deleted')
    expect(bobs.listened.map(([event, payload]) => [event, (payload.message ?? payload).rev])).toEqual([
      ['new_message', 0],
      ['message_updated', 1],
      ['message_updated', 2],
      ['message_deleted', 3],
    ])
  })

  it('an edit that changes nothing is told to nobody', async () => {
    const [message] = await said([ann], 1)
    const socket = await bob.socketIn(room_id)
    const anns = await ann.socket()
    await bySocket(anns, message, message.text_message)
    await bySocket(anns, message, 'another')
    await bySocket(anns, message, 'another')
    await ann.rest.delete(pathOf(message))
    await ann.rest.delete(pathOf(message))
    await ann.send(room_id, 'after that')
    await socket.next('new_message')
    expect(revs(socket)).toEqual([1, 2])
  })
})

describe('at two nodes on one database', () => {
  const glance = () => Promise.all([service, other].map(({ app }) => app.get(Heads).glance()))

  it('80 edits of as many messages, sends and deletions at once: no number has a gap, and nobody misses any', async () => {
    const messages = await said([ann], 80)
    const sockets = await Promise.all([ann, bob.at(other)].map((user) => user.socketIn(room_id)))
    const changes = messages.map((message, n) => {
      const user = n % 2 ? ann : ann.at(other)
      return n % 5 ? byRest(user, message, `edited ${n}`) : user.rest.delete(pathOf(message))
    })
    const sends = oneTo(20).map((n) => bob.at(n % 2 ? service : other).send(room_id, `more ${n}`))
    await Promise.all([...changes, ...sends])
    const now = await history()
    expect(now.map(({ seq }) => seq)).toEqual(oneTo(100))
    expect(sorted(now.map(({ rev }) => rev).filter((rev) => rev > 0))).toEqual(oneTo(80))
    await glance()
    for (const socket of sockets) {
      expect((await socket.next('new_message', 20)).map(({ seq }) => seq)).toEqual(oneTo(100).slice(80))
      await heardRev(socket, 80)
      expect(revs(socket)).toEqual(oneTo(80))
    }
  })

  it('20 edits of one message at once: each has a rev of its own, and all end with the last one', async () => {
    const [message] = await said([ann], 1)
    const sockets = await Promise.all([ann, bob.at(other)].map((user) => user.socketIn(room_id)))
    const edits = oneTo(20).map((n) => byRest(n % 2 ? ann : ann.at(other), message, `edit ${n}`))
    const edited = (await Promise.all(edits)).sort((a, b) => a.rev - b.rev)
    expect(edited.map(({ rev }) => rev)).toEqual(oneTo(20))
    await glance()
    for (const socket of sockets) {
      await heardRev(socket, 20)
      expect(revs(socket)).toEqual(sorted([...new Set(revs(socket))]))
      expect(socket.payloads('message_updated').at(-1)).toEqual({ message: edited.at(-1) })
    }
  })

  it('a change of what was sent at the other node is told after the message', async () => {
    const socket = await bob.at(other).socketIn(room_id)
    const message = await ann.send(room_id, 'sent there')
    const edited = await byRest(ann.at(other), message, 'edited here')
    await socket.next('new_message')
    expect(socket.listened).toEqual([['new_message', edited]])
  })
})
