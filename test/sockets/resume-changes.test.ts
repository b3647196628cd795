/** Coming back after changes: each changed message once, as it is now; nothing between history and live lost or twice. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { editMessages, storeMessages } from '../support/log.js'
import { asKnown, Replica } from '../support/replica.js'
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

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

const said = (count: number): Promise<any[]> =>
  Promise.all(
    oneTo(count).map((n) => tenant.backend.post(`/room/${room_id}/message/send`, { text_message: `${n}` })),
  ).then((answers) => answers.map(({ body }) => body).sort((a, b) => a.seq - b.seq))
const path = ({ message_id }: any): string => `/room/${room_id}/message/${message_id}`
const edit = async (message: any, text_message: string) =>
  (await tenant.backend.patch(path(message), { text_message })).body
const remove = (message: any) => tenant.backend.delete(path(message))

/** What came, in its order: a message by its seq, a change by its rev and seq. */
const told = (socket: TestSocket): string[] =>
  socket.heard.flatMap(([event, payload]) => {
    if (event === 'new_message') return [`${payload.seq}`]
    const change = payload.message ?? payload
    return event.startsWith('message_') ? [`r${change.rev} of ${change.seq}`] : []
  })

async function history(afterSeq = 0): Promise<any[]> {
  const { body } = await tenant.backend.get(`/room/${room_id}/message?limit=100&after_seq=${afterSeq}`)
  return body.has_more ? [...body.items, ...(await history(body.last_seq))] : body.items
}

/** Bob comes back with this much of the room: what he is answered, and what he was told before that. */
async function back(having: object): Promise<{ socket: TestSocket; answer: any; before: string[] }> {
  const socket = await bob.socket()
  const answer = await socket.ask('join_room', { room_id, ...having })
  expect(answer.ok).toBe(true)
  return { socket, answer, before: told(socket) }
}

describe('join_room with after_seq and after_rev', () => {
  it('tells the missed messages by seq, then each missed change once by rev, then acknowledges, then is live', async () => {
    const [first, second, third, fourth] = await said(6)
    for (const n of oneTo(3)) await edit(second, `second ${n}`)
    await remove(third)
    await edit(first, 'first')
    await edit(fourth, 'missed and edited')
    const { socket, answer, before } = await back({ after_seq: 3, after_rev: 1 })
    expect(before).toEqual(['4', '5', '6', 'r3 of 2', 'r4 of 3', 'r5 of 1'])
    expect(answer).toMatchObject({ last_seq: 6, last_rev: 6, complete: true, room: { last_seq: 6, last_rev: 6 } })
    const { body } = await bob.rest.get(`/room/${room_id}/message`)
    const [one, two, , four, five, six] = body.items
    expect(socket.payloads('new_message')).toEqual([four, five, six])
    expect(socket.payloads('message_updated')).toEqual([{ message: two }, { message: one }])
    await edit(fourth, 'live')
    await said(1)
    await socket.next('new_message', 4)
    expect(told(socket).slice(6)).toEqual(['r7 of 4', '7'])
  })

  it('a missed message that was deleted is its tombstone', async () => {
    const [, second] = await said(2)
    await remove(second)
    const { socket, before } = await back({ after_seq: 0, after_rev: 0 })
    expect(before).toEqual(['1', '2'])
    expect(socket.payloads('new_message')[1]).toMatchObject({
      rev: 1,
      text_message: null,
      deleted_at: expect.any(String),
    })
  })

  it.each([
    ['after_rev alone: changes of whatever message, and no messages', { after_rev: 1 }, ['r2 of 2', 'r3 of 3']],
    ['after_seq alone: messages as they are now, and no changes', { after_seq: 2 }, ['3']],
    ['the last of both: nothing', { after_seq: 3, after_rev: 3 }, []],
    ['more than there is of both: nothing', { after_seq: 99, after_rev: 99 }, []],
    ['more messages than there are: the changes', { after_seq: 99, after_rev: 2 }, ['r3 of 3']],
    ['more changes than there are: the messages', { after_seq: 2, after_rev: 99 }, ['3']],
    ['the largest numbers: nothing', { after_seq: Number.MAX_SAFE_INTEGER, after_rev: Number.MAX_SAFE_INTEGER }, []],
    ['neither: nothing', {}, []],
  ])('%s', async (_, having, expected) => {
    const messages = await said(3)
    for (const message of messages) await edit(message, 'edited')
    const { socket, answer, before } = await back(having)
    expect(before).toEqual(expected)
    expect(answer).toMatchObject({ last_seq: 3, last_rev: 3, complete: true })
    await edit(messages[0], 'live')
    await said(1)
    await socket.next('new_message', before.filter((one) => !one.startsWith('r')).length + 1)
    expect(told(socket).slice(before.length)).toEqual(['r4 of 1', '4'])
  })

  it('again on a socket that listens tells again what came after it, and goes on', async () => {
    const [first] = await said(2)
    const socket = await bob.socketIn(room_id)
    await edit(first, 'edited')
    await socket.next('message_updated')
    await socket.ask('join_room', { room_id, after_rev: 0 })
    await socket.ask('join_room', { room_id })
    await edit(first, 'edited again')
    await socket.next('message_updated', 3)
    expect(told(socket)).toEqual(['r1 of 1', 'r1 of 1', 'r2 of 1'])
  })
})

describe('past 500', () => {
  /** Comes back with what it was told, until it is told that this is all. */
  async function rounds(having: { after_seq: number; after_rev: number }): Promise<string[][]> {
    const answers: string[][] = []
    for (let at = having; ;) {
      const { socket, answer, before } = await back(at)
      answers.push(before)
      socket.close()
      if (answer.complete) return answers
      const [seqs, revs] = [before.filter((one) => !one.startsWith('r')), before.filter((one) => one.startsWith('r'))]
      const rev = /^r(\d+)/.exec(revs.at(-1) ?? '')?.[1]
      at = { after_seq: Number(seqs.at(-1) ?? at.after_seq), after_rev: Number(rev ?? at.after_rev) }
    }
  }

  it('messages: the rest comes after the last seq that was told', async () => {
    await storeMessages(service, room_id, 1100)
    await editMessages(service, room_id, 1050, 1)
    const [first, second, third, ...more] = await rounds({ after_seq: 10, after_rev: 0 })
    expect([first, second, third]).toEqual([
      oneTo(510).slice(10).map(String),
      oneTo(1010).slice(510).map(String),
      oneTo(1100).slice(1010).map(String),
    ])
    expect(more).toEqual([])
  })

  it('changes: the rest comes after the last rev that was told; what is new is told live', async () => {
    await storeMessages(service, room_id, 505)
    await editMessages(service, room_id, 1, 505)
    const { socket, answer, before } = await back({ after_seq: 505, after_rev: 1 })
    expect(before.map((one) => Number(/^r(\d+)/.exec(one)![1]))).toEqual(oneTo(501).slice(1))
    expect(answer).toMatchObject({ last_seq: 505, last_rev: 505, complete: false })
    await edit((await history())[0], 'live')
    await socket.next('message_updated', 501)
    expect(told(socket).at(-1)).toBe('r506 of 1')
    expect((await rounds({ after_seq: 505, after_rev: 1 })).map(({ length }) => length)).toEqual([500, 5])
  })

  it('500 of each are told at once', async () => {
    await storeMessages(service, room_id, 1000)
    await editMessages(service, room_id, 1, 500)
    const { answer, before } = await back({ after_seq: 500, after_rev: 0 })
    expect(answer).toMatchObject({ complete: true })
    expect(before.slice(0, 500)).toEqual(oneTo(1000).slice(500).map(String))
    expect(before.slice(500).map((one) => Number(/^r(\d+)/.exec(one)![1]))).toEqual(oneTo(500))
  })
})

it('while people send, edit and delete: who is cut ten times ends with the room as it is', async () => {
  const messages = await said(20)
  const replica = new Replica(bob, room_id)
  let going = true
  const working = oneTo(3).map(async (who) => {
    for (let n = 0; going; n++) {
      const message = messages[(n * who) % messages.length]
      if (n % 7 === who) await remove(message)
      else await edit(message, `${who}: ${n}`)
      if (n % 3 === 0) messages.push(...(await said(1)))
    }
  })
  for (let round = 1; round <= 10; round++) {
    expect(await replica.resume()).toMatchObject({ ok: true, complete: true })
    const { after_seq, after_rev } = replica.position
    await replica.reached(after_seq + 1, after_rev + 3)
    replica.cut()
  }
  await replica.resume()
  going = false
  await Promise.all(working)
  const { last_seq, last_rev } = (await tenant.backend.get(`/room/${room_id}`)).body
  await replica.reached(last_seq, last_rev)
  expect(asKnown(replica.messages)).toEqual(asKnown(await history()))
}, 60_000)
