/** Messages: one of them, as it is read. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let carol: TestUser
let room: string
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  carol = await tenant.user()
  room = await tenant.room([ann, bob])
})
afterAll(() => service.stop())

const privateRoom = async () =>
  (await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })).body.room_id as string
const get = ({ rest }: { rest: TestUser['rest'] }, id: string, of = room) => rest.get(`/room/${of}/message/${id}`)

describe('GET /room/:room_id/message/:message_id', () => {
  describe('200', () => {
    it('answers the message to every member and to the backend', async () => {
      const message = await ann.send(room, 'Hi')
      for (const rest of [ann.rest, bob.rest, tenant.backend]) {
        expect(await get({ rest }, message.message_id.toUpperCase())).toMatchObject({ status: 200, body: message })
      }
    })
  })

  describe('400', () => {
    it('wants UUIDs', async () => {
      expect(await get(ann, '1')).toMatchObject(badField('message_id'))
      expect(await get(ann, noId(), 'general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => get({ rest }, noId()))
  })

  describe('403', () => {
    it('is refused to who is not a member', async () => {
      const { message_id } = await ann.send(room, 'Hi')
      expect(await get(carol, message_id)).toMatchObject(problem(403, 'not_a_member'))
    })
  })

  describe('404', () => {
    it('knows no such message, nor one of another room', async () => {
      const elsewhere = await ann.send(await tenant.room([ann]), 'elsewhere')
      for (const id of [noId(), elsewhere.message_id]) {
        expect(await get(ann, id)).toMatchObject(problem(404, 'message_not_found'))
      }
    })

    it('hides messages of rooms that one may not see', async () => {
      const id = await privateRoom()
      const { message_id } = await ann.send(id, 'between us')
      expect(await get(carol, message_id, id)).toMatchObject(problem(404, 'room_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => get({ rest }, noId()))
  })
})
