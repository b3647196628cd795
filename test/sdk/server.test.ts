/** The half for backends. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ParleyClient } from '@parley/client'
import { ParleyError, ParleyServer } from '@parley/client/server'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let parley: ParleyServer

beforeAll(async () => {
  service = await startService()
  const { apiToken } = await service.tenant()
  parley = new ParleyServer({ url: service.url, apiToken })
})
afterAll(() => service.stop())

it('makes users, as often as one likes, changes and deletes them', async () => {
  const ann = await parley.users.upsert({ external_id: 'ann', display_name: 'Ann' })
  expect(await parley.users.upsert({ external_id: 'ann', display_name: 'Ann B' })).toMatchObject({
    user_id: ann.user_id,
    display_name: 'Ann B',
  })
  expect(await parley.users.update(ann.user_id, { img_url: 'https://cdn.example/a.png' })).toMatchObject({
    img_url: 'https://cdn.example/a.png',
  })
  expect((await parley.users.list({ limit: 10 })).items.map(({ user_id }) => user_id)).toContain(ann.user_id)
  await parley.users.delete(ann.user_id)
  expect(await parley.users.get(ann.user_id)).toMatchObject({ status: 'delete' })
})

it('makes rooms and members, sends as the system and as a user, and reads', async () => {
  const [ann, bob, cleo] = await Promise.all(
    ['a', 'b', 'c'].map((id) => parley.users.upsert({ external_id: id, display_name: id })),
  )
  const room = await parley.rooms.create({ name: 'Order 42', created_by: ann!.user_id, member_ids: [bob!.user_id] })
  expect(await parley.rooms.get(room.room_id)).toMatchObject({ name: 'Order 42', member_count: 2 })
  expect(await parley.rooms.update(room.room_id, { name: 'Order 43' })).toMatchObject({ name: 'Order 43' })
  expect((await parley.rooms.list({ q: 'order' })).items).toMatchObject([{ room_id: room.room_id }])
  await parley.rooms.addMembers(room.room_id, [cleo!.user_id])
  await parley.rooms.removeMember(room.room_id, bob!.user_id)
  const members = await parley.rooms.members(room.room_id)
  expect(members.items.map(({ user_id }) => user_id).sort()).toEqual([ann!.user_id, cleo!.user_id].sort())

  const again = { text_message: 'Shipped', client_message_id: 'order-42-shipped' }
  const [first, second] = [
    await parley.messages.send(room.room_id, again),
    await parley.messages.send(room.room_id, again),
  ]
  expect(first).toMatchObject({ type: 'system', sender: null })
  expect(second.message_id).toBe(first.message_id)
  await parley.messages.send(room.room_id, { text_message: 'Thank you' }, ann!.user_id)
  expect((await parley.messages.list(room.room_id)).items).toMatchObject([
    { text_message: 'Shipped' },
    { text_message: 'Thank you', sender: { user_id: ann!.user_id } },
  ])
  await parley.rooms.delete(room.room_id)
  await expect(parley.rooms.get(room.room_id)).rejects.toMatchObject({ code: 'room_not_found', status: 404 })
})

it('takes an id for an id, whatever it is', async () => {
  const { user_id } = await parley.users.upsert({ external_id: 'owner' })
  const { room_id } = await parley.rooms.create({ name: 'Order 44', created_by: user_id })
  const strange = [`../room/${room_id}`, '..', '.', `${user_id}?`, `${user_id}#`, '%2e%2e']
  for (const id of strange) {
    await expect(parley.users.delete(id)).rejects.toBeInstanceOf(ParleyError)
    await expect(parley.rooms.removeMember(room_id, id)).rejects.toBeInstanceOf(ParleyError)
  }
  expect(await parley.rooms.get(room_id)).toMatchObject({ name: 'Order 44', member_count: 1 })
  expect(await parley.users.get(user_id)).toMatchObject({ status: 'active' })
})

it('mints tokens that a page’s client connects by', async () => {
  const { user_id } = await parley.users.upsert({ external_id: 'page' })
  const client = new ParleyClient({ url: service.url, token: () => parley.tokens.mint(user_id) })
  client.connect()
  await until(() => client.connection.get().status === 'online', 'the client to be online')
  expect(client.userId).toBe(user_id)
  client.close()
})

describe('a failure is a ParleyError', () => {
  it('of the service', async () => {
    const failed = await parley.users.upsert({ external_id: '' }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ParleyError)
    expect(failed).toMatchObject({
      code: 'validation_failed',
      status: 400,
      retryable: false,
      problem: { errors: [{ field: 'external_id' }] },
    })
  })

  it('of the credential', async () => {
    const stranger = new ParleyServer({ url: service.url, apiToken: 'parley_none' })
    await expect(stranger.users.list()).rejects.toMatchObject({ code: 'client_key_invalid', status: 401 })
  })

  it.each([
    ['ends in the middle', { 'content-length': '1000' }, '{"user_id":'],
    ['is none of the service', { 'content-type': 'text/html' }, '<!doctype html>'],
  ])('of an answer that %s', async (_, headers, text) => {
    const proxy = createServer((_, response) => {
      response.writeHead(200, headers).write(text)
      response.socket!.end()
    })
    await once(proxy.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const failed = await new ParleyServer({ url, apiToken: 'none' }).users.list().catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ParleyError)
    expect(failed).toMatchObject({ code: 'timeout', retryable: true })
    proxy.close()
  })

  it('of the network', async () => {
    const nowhere = new ParleyServer({ url: 'http://127.0.0.1:9', apiToken: 'none' })
    await expect(nowhere.users.list()).rejects.toMatchObject({ code: 'offline', status: 0, retryable: true })
  })
})
