/** Golden frames: what a Socket.IO client of the chat service is answered, as literals. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { roomOf, textOf, time, uuid7 } from './golden.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann', img_url: 'https://cdn.example/ann.png' })
  bob = await tenant.user({ display_name: 'Bob' })
})

afterAll(() => service.stop())

const textOfAnn = (room_id: string, seq: number, text: string) => textOf(ann, room_id, seq, text)
const roomOfAnn = (room_id: string) => roomOf(ann, room_id)

describe('acknowledgements', () => {
  it('join_room: the room as the caller sees it, and where it stands', async () => {
    const room_id = await tenant.room([ann, bob])
    const message = await ann.send(room_id, 'Hello')
    const room = {
      ...roomOfAnn(room_id),
      last_seq: 1,
      last_message: message,
      unread: 1,
      can: [
        'room.read',
        'room.leave',
        'room.mark_read',
        'member.add',
        'message.send',
        'message.edit',
        'message.delete',
        'message.react',
      ],
    }
    const answer = await (await bob.socket()).ask('join_room', { room_id, text_message: 'seed 004 sends this too' })
    expect(answer).toEqual({ ok: true, room, last_seq: 1, last_rev: 0, complete: true })
  })

  it('send_message: the message, and whether it had been sent before', async () => {
    const room_id = await tenant.room([ann])
    const socket = await ann.socket()
    const message = { ...textOfAnn(room_id, 1, 'Hello'), client_message_id: 'once' }
    const send = () => socket.ask('send_message', { room_id, text_message: 'Hello', client_message_id: 'once' })
    expect(await send()).toEqual({ ok: true, message, duplicate: false })
    expect(await send()).toEqual({ ok: true, message, duplicate: true })
  })

  it('sync_rooms: where each room stands, or why it cannot be listened to', async () => {
    const room_id = await tenant.room([ann, bob])
    await ann.send(room_id, 'Hello')
    const none = tenant.tenantId
    const rooms = [{ room_id, after_seq: 0, after_rev: 0 }, { room_id: none }]
    const error = {
      type: '/docs/errors#room_not_found',
      title: 'There is no such room',
      status: 404,
      detail: 'There is no room with this id.',
      code: 'room_not_found',
      retryable: false,
      request_id: uuid7,
    }
    expect(await (await bob.socket()).ask('sync_rooms', { rooms })).toEqual({
      ok: true,
      rooms: [
        { room_id, last_seq: 1, last_rev: 0, first_seq: 1, complete: true },
        { room_id: none, error },
      ],
    })
  })

  it('edit_message: the message as it then is', async () => {
    const room_id = await tenant.room([ann])
    const socket = await ann.socket()
    const { message_id } = await ann.send(room_id, 'Helo')
    const message = { ...textOfAnn(room_id, 1, 'Hello'), message_id, rev: 1, edited_at: time }
    const edit = () => socket.ask('edit_message', { room_id, message_id, text_message: 'Hello' })
    expect(await edit()).toEqual({ ok: true, message })
    expect(await edit()).toEqual({ ok: true, message })
  })

  it('delete_message: what is left of the message', async () => {
    const room_id = await tenant.room([ann])
    const socket = await ann.socket()
    const { message_id } = await ann.send(room_id, 'Hello', { metadata: 'secret', client_message_id: 'mine-4' })
    const message = {
      ...textOfAnn(room_id, 1, 'Hello'),
      message_id,
      client_message_id: 'mine-4',
      text_message: null,
      rev: 1,
      deleted_at: time,
    }
    const remove = () => socket.ask('delete_message', { room_id, message_id })
    expect(await remove()).toEqual({ ok: true, message })
    expect(await remove()).toEqual({ ok: true, message })
    const again = { room_id, text_message: 'Hello', client_message_id: 'mine-4' }
    expect(await socket.ask('send_message', again)).toEqual({ ok: true, message, duplicate: true })
  })

  it('edit_message and delete_message of what one may not change: the problem', async () => {
    const room_id = await tenant.room([ann, bob])
    const { message_id } = await ann.send(room_id, 'Hello')
    const socket = await bob.socket()
    const codeOf = async (event: string, fields: object) =>
      (await socket.ask(event, { room_id, message_id, ...fields })).error.code
    expect(await codeOf('edit_message', { text_message: 'Hi' })).toBe('forbidden')
    expect(await codeOf('edit_message', { text_message: '' })).toBe('validation_failed')
    expect(await codeOf('edit_message', { text_message: null })).toBe('validation_failed')
    expect(await codeOf('delete_message', {})).toBe('forbidden')
    expect(await codeOf('delete_message', { text_message: 'Hi' })).toBe('validation_failed')
    expect(await codeOf('delete_message', { message_id: tenant.tenantId })).toBe('message_not_found')
    await ann.rest.delete(`/room/${room_id}/message/${message_id}`)
    expect(await (await ann.socket()).ask('edit_message', { room_id, message_id })).toMatchObject({
      ok: false,
      error: { code: 'message_deleted', status: 409, retryable: false },
    })
  })

  it('add_reaction and remove_reaction: the message as the caller then sees it', async () => {
    const room_id = await tenant.room([ann, bob])
    const { message_id } = await ann.send(room_id, 'Hello')
    const socket = await bob.socket()
    const ask = (event: string, emoji: string) => socket.ask(event, { room_id, message_id, emoji })
    const message = { ...textOfAnn(room_id, 1, 'Hello'), message_id }
    const heart = { emoji: '❤️', count: 1, mine: true }
    expect(await ask('add_reaction', '❤')).toEqual({ ok: true, message: { ...message, rev: 1, reactions: [heart] } })
    expect(await ask('add_reaction', '❤️')).toEqual({ ok: true, message: { ...message, rev: 1, reactions: [heart] } })
    expect(await ask('remove_reaction', '❤')).toEqual({ ok: true, message: { ...message, rev: 2 } })
    expect(await ask('add_reaction', 'heart')).toMatchObject({
      ok: false,
      error: { code: 'validation_failed', errors: [{ field: 'emoji' }] },
    })
  })

  it('leave_room: the room that is not listened to any more', async () => {
    const room_id = await tenant.room([ann])
    expect(await (await ann.socketIn(room_id)).ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
  })

  it('a failure: the problem, as REST says it', async () => {
    const socket = await ann.socket()
    const room_id = tenant.tenantId
    const error = {
      type: '/docs/errors#room_not_found',
      title: 'There is no such room',
      status: 404,
      detail: 'There is no room with this id.',
      code: 'room_not_found',
      retryable: false,
      request_id: uuid7,
    }
    expect(await socket.ask('send_message', { room_id, text_message: 'Hello' })).toEqual({ ok: false, error })
    const { body } = await ann.rest.post(`/room/${room_id}/message/send`, { text_message: 'Hello' })
    expect(body).toEqual(error)
  })
})

describe('without an acknowledgement', () => {
  it('an error comes as exception, with the event and the client_message_id it is about', async () => {
    const socket = await ann.socket()
    const room_id = await tenant.room([bob], { access: 'invite' })
    socket.socket.emit('send_message', { room_id, text_message: 'Hello', client_message_id: 'mine-2' })
    const about = { event: 'send_message', client_message_id: 'mine-2' }
    expect(await socket.next('exception')).toEqual([
      {
        type: '/docs/errors#room_not_found',
        title: 'There is no such room',
        status: 404,
        detail: 'There is no room with this id.',
        code: 'room_not_found',
        retryable: false,
        request_id: uuid7,
        ...about,
      },
    ])
  })

  it('success is silent, but for the event', async () => {
    const room_id = await tenant.room([ann])
    const socket = await ann.socketIn(room_id)
    socket.socket.emit('send_message', { room_id, text_message: 'Hello' })
    await socket.next('new_message')
    await socket.ask('leave_room', { room_id })
    expect(socket.listened.map(([event]) => event)).toEqual(['new_message'])
  })
})
