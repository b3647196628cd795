/** How the chat of a stream is closed: whoever listens is told, and nothing is said there after it. */
import { EventBus } from '../../src/contract/ports.js'
import type { Publication } from '../../src/contract/events.js'
import { storedSeqs } from '../support/aging.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import type { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room: string
const running = () => service

/** What was told, in its order. */
const told: Publication[] = []

beforeAll(async () => {
  service = await startService(limitsOn)
  service.app.get(EventBus).subscribe((publication) => told.push(publication))
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
  room = (await open(ann)).body.room_id
  told.length = 0
})
afterAll(() => service.stop())

const open = ({ rest }: TestUser) => rest.post('/api/chat/thread', { stream_id: 'stream' })
const close = (rest: Rest, stream = 'stream') => rest.post(`/api/chat/thread/${stream}/close`)
const toldOf = (roomId: string) =>
  told.filter(({ audience }) => 'roomId' in audience && audience.roomId === roomId).map(({ event }) => event)

describe('POST /api/chat/thread/:stream_id/close', () => {
  describe('200', () => {
    it.each([
      ['its streamer', () => ann.rest],
      ['an admin', async () => (await tenant.user({ role: 'admin' })).rest],
      ['a moderator of the tenant', async () => (await tenant.user({ role: 'moderator' })).rest],
      ['the backend', () => tenant.backend],
    ])('by %s', async (_, by) => {
      const { status, body } = await close(await by())
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          stream_id: 'stream',
          room_id: room,
          streamer_id: ann.userId,
          active: false,
          created_at: expect.any(String),
          closed_at: expect.any(String),
        },
      })
      expect((await bob.rest.get(`/room/${room}`)).body.archived).toBe(true)
    })

    it('tells the room how it is, and then that the stream has ended', async () => {
      await close(ann.rest)
      expect(toldOf(room)).toMatchObject([
        { type: 'room.updated', room: { room_id: room, archived: true } },
        { type: 'stream.ended', room_id: room, message: 'The stream has ended.', ended_at: expect.any(String) },
      ])
    })

    it('answers as closed what is closed, and tells it once, of many at once', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => close(ann.rest)))
      const first = answers[0]!
      for (const { status, body } of [...answers, await close(tenant.backend)]) {
        expect({ status, body }).toEqual({ status: 200, body: first.body })
      }
      expect(toldOf(room).filter(({ type }) => type === 'stream.ended')).toHaveLength(1)
    })

    it('keeps what was said, to be read by all', async () => {
      await bob.send(room, 'Hi')
      await close(ann.rest)
      expect((await bob.rest.get(`/room/${room}/message`)).body.items).toMatchObject([{ text_message: 'Hi' }])
    })

    it('refuses then what would be said, edited, pinned and felt, and still lets delete', async () => {
      const { message_id } = await bob.send(room, 'Hi')
      await close(ann.rest)
      const message = `/room/${room}/message/${message_id}`
      const archived = problem(403, 'room_archived')
      expect(await bob.rest.post(`/room/${room}/message/send`, { text_message: 'x' })).toMatchObject(archived)
      expect(await bob.rest.patch(message, { text_message: 'x' })).toMatchObject(archived)
      expect(await ann.rest.put(`${message}/pin`)).toMatchObject(archived)
      expect(await ann.rest.put(`${message}/reaction/${encodeURIComponent('👍')}`)).toMatchObject(archived)
      expect((await ann.rest.delete(message)).status).toBe(204)
    })

    it.each([
      ['the same node', () => service],
      ['another node', () => service.another(limitsOn)],
    ])('while everybody sends by %s: nothing is stored after the answer', async (_, by) => {
      const node = await by()
      const senders = await Promise.all(Array.from({ length: 5 }, async () => (await tenant.user()).at(node)))
      let isClosed = false
      const stored: number[] = []
      const late: unknown[] = []
      const send = async (sender: TestUser): Promise<void> => {
        for (;;) {
          const afterClose = isClosed
          const { status, body } = await sender.rest.post(`/room/${room}/message/send`, { text_message: 'Hi' })
          if (status === 201) stored.push(body.seq)
          if (afterClose) late.push([status, body.code])
          if (afterClose) return
        }
      }
      const sending = senders.map(send)
      while (stored.length < 20) await bob.send(room, 'Hi').then(({ seq }) => stored.push(seq))
      expect((await close(ann.rest)).status).toBe(200)
      const { last_seq } = (await tenant.backend.get(`/room/${room}`)).body
      isClosed = true
      await Promise.all(sending)
      expect(late).toEqual(senders.map(() => [403, 'room_archived']))
      expect(await storedSeqs(service, room)).toEqual(stored.toSorted((a, b) => a - b))
      expect(Math.max(...stored)).toBe(last_seq)
      expect(stored).toHaveLength(last_seq)
      if (node !== service) await node.stop()
    })

    it('leaves stream and room alike, however often both are opened and closed at once', async () => {
      for (let round = 0; round < 5; round++) {
        await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 ? open(ann) : close(ann.rest))))
        const { status } = await open(ann)
        const { archived } = (await ann.rest.get(`/room/${room}`)).body
        expect([[200, 201].includes(status), archived]).toEqual([true, false])
      }
    })
  })

  describe('400', () => {
    it.each(['%00', 'x'.repeat(129), encodeURIComponent('🎉'.repeat(129))])('refuses the id %s', async (stream) => {
      expect(await close(ann.rest, stream)).toMatchObject(badField('stream_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => close(caller))
  })

  describe('403', () => {
    it('refuses whoever else may watch, and closes nothing', async () => {
      expect(await close(bob.rest)).toMatchObject(problem(403, 'forbidden'))
      expect((await bob.rest.get(`/room/${room}`)).body.archived).toBe(false)
      expect(toldOf(room)).toEqual([])
    })

    it('refuses to archive the room of a live stream by itself, nor to open that of one that ended', async () => {
      const archive = (archived: boolean) => tenant.backend.patch(`/room/${room}`, { archived })
      expect(await archive(true)).toMatchObject(badField('archived'))
      await close(ann.rest)
      expect(await archive(false)).toMatchObject(badField('archived'))
    })
  })

  describe('404', () => {
    it('finds no stream that never was, that is another tenant’s, or whose room was deleted', async () => {
      const other = await (await service.tenant()).user({ role: 'admin' })
      expect(await close(ann.rest, noId())).toMatchObject(problem(404, 'stream_not_found'))
      expect(await close(other.rest)).toMatchObject(problem(404, 'stream_not_found'))
      expect((await ann.rest.delete(`/room/${room}`)).status).toBe(204)
      expect(await close(ann.rest)).toMatchObject(problem(404, 'stream_not_found'))
    })

    it('closes or finds nothing while the room is being deleted, and then it is gone', async () => {
      const [closed, gone] = await Promise.all([close(ann.rest), ann.rest.delete(`/room/${room}`)])
      expect([200, 404]).toContain(closed.status)
      expect(gone.status).toBe(204)
      expect(await close(ann.rest)).toMatchObject(problem(404, 'stream_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => close(caller))
  })
})
