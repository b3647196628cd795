/** Pinned messages: a change of the room's log, by who leads the room. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem, statusesOf } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let owner: TestUser
let ann: TestUser
let carol: TestUser
let room: string
let sent: any
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  owner = await tenant.user()
  ann = await tenant.user({ display_name: 'Ann' })
  carol = await tenant.user()
})
beforeEach(async () => {
  room = await tenant.room([owner, ann])
  sent = await ann.send(room, 'The plan')
})
afterAll(() => service.stop())

type Caller = Pick<TestUser, 'rest'>

const pathOf = (id: string, of: string) => `/room/${of}/message/${id}/pin`
const pin = ({ rest }: Caller, id: string = sent.message_id, of = room) => rest.put(pathOf(id, of))
const unpin = ({ rest }: Caller, id: string = sent.message_id, of = room) => rest.delete(pathOf(id, of))
const stored = async () => (await tenant.backend.get(`/room/${room}/message/${sent.message_id}`)).body
const lastRev = async () => (await tenant.backend.get(`/room/${room}`)).body.last_rev
const unchanged = async () => expect([await stored(), await lastRev()]).toEqual([sent, 0])
const pinned = async (query = '') => (await ann.rest.get(`/room/${room}/message?pinned=true${query}`)).body

/** A member with this role. */
async function added(room_role: string, fields: Record<string, unknown> = {}): Promise<TestUser> {
  const user = await tenant.user(fields)
  await tenant.backend.post(`/room/${room}/member`, { user_ids: [user.userId], room_role })
  return user
}

/** What refuses both, whoever asks. */
async function itRefuses(call: typeof pin): Promise<void> {
  const elsewhere = await ann.send(await tenant.room([owner, ann]), 'elsewhere')
  for (const id of [noId(), elsewhere.message_id]) {
    expect(await call(owner, id)).toMatchObject(problem(404, 'message_not_found'))
  }
  await tenant.backend.patch(`/room/${room}`, { access: 'invite' })
  const foreigner = await (await service.tenant()).user({ role: 'admin' })
  for (const caller of [carol, foreigner, { rest: foreigner.tenant.backend }]) {
    expect(await call(caller)).toMatchObject(problem(404, 'room_not_found'))
  }
}

async function itForbids(call: typeof pin): Promise<void> {
  expect(await call(ann)).toMatchObject(problem(403, 'forbidden'))
  for (const caller of [carol, await tenant.user({ role: 'admin' })]) {
    expect(await call(caller)).toMatchObject(problem(403, 'not_a_member'))
  }
  const moderator = await added('moderator')
  await owner.rest.delete(`/room/${room}/member/${moderator.userId}`)
  expect(await call(moderator)).toMatchObject(problem(403, 'removed'))
}

describe('PUT /room/:room_id/message/:message_id/pin', () => {
  describe('200', () => {
    it('answers the message, which is pinned for all, and not edited', async () => {
      const { status, body } = await pin(owner, sent.message_id.toUpperCase())
      expect([status, body]).toEqual([200, { ...sent, pinned: true, rev: 1 }])
      expect(await stored()).toEqual(body)
    })

    it('is told as message_updated, by either way', async () => {
      const [anns, owners] = [await ann.socketIn(room), await owner.socket()]
      const of = { room_id: room, message_id: sent.message_id }
      expect(await owners.ask('pin_message', of)).toEqual({ ok: true, message: { ...sent, pinned: true, rev: 1 } })
      await unpin(owner)
      expect(await owners.ask('pin_message', of)).toMatchObject({ ok: true, message: { rev: 3 } })
      expect(await owners.ask('unpin_message', of)).toEqual({ ok: true, message: { ...sent, rev: 4 } })
      const told = await anns.next('message_updated', 4)
      expect(told.map(({ message }) => [message.rev, message.pinned])).toEqual([
        [1, true],
        [2, false],
        [3, true],
        [4, false],
      ])
    })

    it('may be repeated, and spends one rev', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => pin(owner)))
      expect(new Set(statusesOf(answers))).toEqual(new Set([200]))
      for (const { body } of answers) expect(body).toEqual(answers[0]!.body)
      expect(await lastRev()).toBe(1)
    })

    it('is the owner’s, the moderators’, of members the tenant’s admins’ and moderators’, and the backend’s', async () => {
      const callers = [owner, await added('moderator'), { rest: tenant.backend }]
      for (const role of ['admin', 'moderator']) callers.push(await added('member', { role }))
      for (const caller of callers) {
        const { message_id } = await ann.send(room, 'Hi')
        expect((await pin(caller, message_id)).body).toMatchObject({ pinned: true })
      }
    })

    it('is both people’s of a private room', async () => {
      const { room_id, can } = (await ann.rest.post('/room', { type: 'private', member_ids: [carol.userId] })).body
      const { message_id } = await ann.send(room_id, 'Hi')
      expect((await pin(carol, message_id, room_id)).status).toBe(200)
      expect((await unpin(ann, message_id, room_id)).status).toBe(204)
      expect(can).toContain('message.pin')
    })

    it('lists what is pinned, by seq, in pages, and no deleted message', async () => {
      const messages = await Promise.all(['2', '3', '4', '5', '6'].map((text) => ann.send(room, text)))
      for (const { message_id, seq } of messages) if (seq !== 4) await pin(owner, message_id)
      const seqs = async (query = '') => (await pinned(query)).items.map(({ seq }: any) => seq)
      expect([await seqs(), await seqs('&after_seq=2'), await seqs('&before_seq=5')]).toEqual([
        [2, 3, 5, 6],
        [3, 5, 6],
        [2, 3],
      ])
      expect(await pinned('&limit=2')).toMatchObject({ first_seq: 5, last_seq: 6, has_more: true })
      expect(await seqs('&around_seq=4&limit=2')).toEqual([3, 5])
      await ann.rest.delete(`/room/${room}/message/${messages.find(({ seq }) => seq === 3).message_id}`)
      expect(await seqs()).toEqual([2, 5, 6])
    })
  })

  describe('400', () => {
    it('wants UUIDs, and for a list true or false', async () => {
      expect(await pin(owner, '1')).toMatchObject(badField('message_id'))
      expect(await pin(owner, sent.message_id, 'general')).toMatchObject(badField('room_id'))
      expect(await ann.rest.get(`/room/${room}/message?pinned=yes`)).toMatchObject(badField('pinned'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => pin({ rest }))
  })

  describe('403', () => {
    it('is refused to other members, to who is none, and no longer', async () => {
      await itForbids(pin)
      await unchanged()
    })

    it('is refused in an archived room', async () => {
      await owner.rest.patch(`/room/${room}`, { archived: true })
      expect(await pin(owner)).toMatchObject(problem(403, 'room_archived'))
      await unchanged()
    })
  })

  describe('404', () => {
    it('knows no such message, nor a room that one may not see', () => itRefuses(pin))
  })

  describe('409', () => {
    it('is refused of a deleted message', async () => {
      await pin(owner)
      await ann.rest.delete(`/room/${room}/message/${sent.message_id}`)
      expect(await pin(owner)).toMatchObject(problem(409, 'message_deleted'))
      expect(await stored()).toMatchObject({ pinned: false, rev: 2 })
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => pin({ rest }))
  })
})

describe('DELETE /room/:room_id/message/:message_id/pin', () => {
  beforeEach(async () => void (await pin(owner)))

  describe('204', () => {
    it('takes the pin away, and may be repeated', async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => unpin(owner)))
      expect(statusesOf(answers)).toEqual([204, 204, 204, 204, 204])
      expect(await stored()).toEqual({ ...sent, rev: 2 })
      expect(await pinned()).toMatchObject({ items: [] })
    })

    it('is nothing for what is deleted, which is pinned no more', async () => {
      await ann.rest.delete(`/room/${room}/message/${sent.message_id}`)
      expect((await unpin(owner)).status).toBe(204)
      expect(await lastRev()).toBe(2)
    })
  })

  describe('400', () => {
    it('wants UUIDs', async () => {
      expect(await unpin(owner, '1')).toMatchObject(badField('message_id'))
      expect(await unpin(owner, sent.message_id, 'general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => unpin({ rest }))
  })

  describe('403', () => {
    it('is refused to other members, to who is none, and no longer', async () => {
      await itForbids(unpin)
      expect(await lastRev()).toBe(1)
    })

    it('is refused in an archived room', async () => {
      await owner.rest.patch(`/room/${room}`, { archived: true })
      expect(await unpin(owner)).toMatchObject(problem(403, 'room_archived'))
    })
  })

  describe('404', () => {
    it('knows no such message, nor a room that one may not see', () => itRefuses(unpin))
  })

  describe('429', () => {
    itIsLimited(running, (rest) => unpin({ rest }))
  })
})
