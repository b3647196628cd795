/** Are the answers of every operation those of the document, field by field? */
import { randomUUID } from 'node:crypto'
import { openTenant, registered } from '../support/accounts.js'
import type { Answer, Rest, SendOptions } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { readDocument, refsIn, type Document, type Operation } from './document.js'
import { Checker, nameOf } from './schema.js'

const json = 'application/json'

describe('the answers', () => {
  let service: Service
  let document: Document
  let tenant: TestTenant
  let ann: TestUser
  let bob: TestUser
  const called = new Set<string>()
  let answered: Checker

  beforeAll(async () => {
    service = await startService()
    document = await readDocument(service)
    answered = new Checker(document.components.schemas)
    tenant = await service.tenant()
    ann = await tenant.user()
    bob = await tenant.user({ display_name: 'Bob' })
  })
  afterAll(() => service.stop())

  interface Call extends SendOptions {
    ids?: Record<string, string>
    query?: string
    body?: unknown
  }

  const operationOf = (operationId: string): Operation =>
    document.operations.find((operation) => operation.operationId === operationId)!

  const examplesOf = (operationId: string): any[] =>
    Object.values(operationOf(operationId).requestBody!.content[json]!.examples).map(({ value }) => value)
  const exampleOf = (operationId: string): any => examplesOf(operationId)[0]

  /** Calls as the document says; what comes back must be as it says too. */
  async function call(
    caller: Rest,
    operationId: string,
    wanted: number,
    { ids = {}, query, body, ...rest }: Call = {},
  ) {
    const operation = operationOf(operationId)
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!)
    const answer = await caller.send(operation.method, query ? `${path}?${query}` : path, body, rest)
    expect([operation.route, answer.status, wrong(operation, answer)]).toEqual([operation.route, wanted, []])
    if (wanted < 400) called.add(operationId)
    return answer.body
  }

  /** What the document does not say of the answer. */
  function wrong({ responses }: Operation, { status, headers, body }: Answer): string[] {
    const [type = ''] = headers.get('content-type')?.split(';') ?? []
    const { content = {} } = responses[status] ?? {}
    if (Object.keys(content).join() !== type) return [`${status} has ${type}`]
    if (!type) return []
    const { schema, examples } = content[type]!
    return [...answered.wrong(schema, body), ...(examples && !(body.code in examples) ? [`no ${body.code}`] : [])]
  }

  it('of the operator’s routes are what the document says', async () => {
    const { operator } = service
    const limits = Object.fromEntries(
      Object.keys(document.components.schemas['LimitsDto']!.properties!).map((name) => [name, 9]),
    )
    const body = { ...exampleOf('createTenant'), limits, self_registration: true }
    const { tenant_id } = await call(operator, 'createTenant', 201, { body })
    const ids = { tenant_id }
    await call(operator, 'listTenants', 200, { query: 'limit=1' })
    await call(operator, 'getTenant', 200, { ids })
    await call(operator, 'updateTenant', 200, { ids, body: exampleOf('updateTenant') })
    const token = await call(operator, 'issueApiToken', 201, { ids, body: exampleOf('issueApiToken') })
    await call(service.anyone.as({ clientKey: token.api_token }), 'listUsers', 200)
    await call(operator, 'revokeApiToken', 204, { ids: { ...ids, api_token_id: token.api_token_id } })
    await call(operator, 'listApiTokens', 200, { ids })
    await call(operator, 'rotateSigningKey', 201, { ids, body: exampleOf('rotateSigningKey') })
    await call(operator, 'listSigningKeys', 200, { ids })
    const keys = []
    for (const body of examplesOf('registerTokenKey'))
      keys.push(await call(operator, 'registerTokenKey', 201, { ids, body }))
    const others = { ...ids, tenant_id: (await service.tenant()).tenantId }
    await call(operator, 'registerTokenKey', 409, { ids: others, body: exampleOf('registerTokenKey') })
    await call(operator, 'listTokenKeys', 200, { ids })
    await call(operator, 'deleteTokenKey', 204, { ids: { ...ids, token_key_id: keys[0].token_key_id } })
    await call(operator, 'readMetrics', 200)
    await call(operator, 'listNodes', 200)
    await call(operator, 'readTenantUsage', 200, { ids, query: 'from=2026-11-01&to=2026-11-30' })
    await call(operator, 'deleteTenant', 204, { ids })
  })

  it('of users’ routes are what the document says', async () => {
    const { backend } = tenant
    const user = await call(backend, 'createUser', 201, { body: exampleOf('createUser') })
    await call(backend, 'createUser', 200, { body: { ...exampleOf('createUser'), metadata: ['a', 1, null] } })
    const ids = { user_id: user.user_id }
    await call(backend, 'listUsers', 200, { query: 'limit=1' })
    await call(backend, 'readOwnTenant', 200)
    await call(backend, 'readUsage', 200)
    await call(backend, 'listUsers', 200, { query: 'external_id=customer-42&status=active' })
    await call(ann.rest, 'getUser', 200, { ids })
    await call(backend, 'updateUser', 200, { ids, body: { ...exampleOf('updateUser'), role: 'moderator' } })
    await call(ann.rest, 'getMe', 200)
    await call(ann.rest, 'updateMe', 200, { body: { ...exampleOf('updateMe'), username: 'another', metadata: 'text' } })
    for (const body of examplesOf('updateUser')) await call(backend, 'updateUser', 200, { ids, body })
    await call(backend, 'mintToken', 201, { ids })
    await call(bob.rest, 'updateStatus', 200, { body: exampleOf('updateStatus') })
    await call(ann.rest, 'getStatus', 200, { ids: { user_id: bob.userId } })
    const notification = exampleOf('notifyUser')
    await call(backend, 'notifyUser', 201, { ids, body: notification })
    await call(backend, 'lockUser', 204, { ids })
    await call(backend, 'getUser', 200, { ids })
    await call(backend, 'eraseUser', 204, { ids })
    await call(backend, 'updateUser', 409, { ids, body: { status: 'active' } })
  })

  it('of accounts’ routes are what the document says', async () => {
    const { tenantId: tenant_id, backend } = await service.tenant({ self_registration: true })
    const registered = await call(service.anyone, 'register', 201, { body: { ...exampleOf('register'), tenant_id } })
    await call(service.anyone, 'register', 409, { body: { ...exampleOf('register'), tenant_id } })
    await call(service.anyone, 'register', 404, { body: exampleOf('register') })
    const body = { ...exampleOf('logIn'), tenant_id }
    await call(backend, 'logIn', 200, { body })
    await call(service.anyone, 'logIn', 401, { body: { ...body, password: 'wrong' } })
    const by = (token: string): Rest => service.anyone.as({ authorization: `Bearer ${token}` })
    const { password } = body
    await call(by(registered.token), 'changePassword', 403, { body: { old_password: 'wrong', password } })
    const changed = await call(by(registered.token), 'changePassword', 200, {
      body: { old_password: password, password },
    })
    await call(by(changed.token), 'logOut', 204)
    await call(by(changed.token), 'logOut', 401)
  })

  it('of friends’ routes are what the document says', async () => {
    const [carol, dave] = [await tenant.user(), await tenant.user()]
    const ofDave = { ids: { user_id: dave.userId } }
    const ofCarol = { ids: { user_id: carol.userId } }
    const ask = { body: { friend_id: dave.userId } }
    await call(carol.rest, 'askFriend', 201, ask)
    await call(carol.rest, 'askFriend', 200, ask)
    await call(dave.rest, 'refuseFriend', 200, ofCarol)
    await call(dave.rest, 'refuseFriend', 404, ofCarol)
    await call(carol.rest, 'askFriend', 201, ask)
    await call(dave.rest, 'acceptFriend', 200, ofCarol)
    await call(carol.rest, 'listFriends', 200, { query: 'limit=1&status=accepted' })
    await call(carol.rest, 'removeFriend', 204, ofDave)
    await call(carol.rest, 'blockFriend', 200, ofDave)
    await call(carol.rest, 'askFriend', 409, ask)
    await call(dave.rest, 'askFriend', 403, { body: { friend_id: carol.userId } })
    await call(carol.rest, 'unblockFriend', 200, ofDave)
  })

  it('of rooms’ and messages’ routes are what the document says', async () => {
    const room = await call(ann.rest, 'createRoom', 201, { body: exampleOf('createRoom') })
    const ids = { room_id: room.room_id }
    const pair = { ...examplesOf('createRoom').at(-1), member_ids: [bob.userId] }
    await call(ann.rest, 'createRoom', 201, { body: pair })
    await call(ann.rest, 'createRoom', 200, { body: pair })
    const { userId: user_id } = await tenant.user()
    for (const example of examplesOf('addMembers')) {
      await call(ann.rest, 'addMembers', 201, { ids, body: { ...example, user_ids: [user_id] } })
    }
    for (const { owner_id, ...body } of examplesOf('updateRoom')) {
      await call(tenant.backend, 'updateRoom', 200, { ids, body: owner_id ? { owner_id: user_id } : body })
    }
    await call(tenant.backend, 'updateRoom', 200, { ids, body: { owner_id: ann.userId, archived: false } })
    await call(ann.rest, 'removeMember', 204, { ids: { ...ids, user_id } })
    await call(bob.rest, 'joinRoom', 201, { ids })
    await call(bob.rest, 'joinRoom', 200, { ids })
    await call(ann.rest, 'listMembers', 200, { ids, query: 'limit=1' })
    const sent = await call(bob.rest, 'sendMessage', 201, {
      ids,
      body: { ...exampleOf('sendMessage'), client_message_id: '1' },
    })
    const again = await call(bob.rest, 'sendMessage', 200, {
      ids,
      body: { text_message: 'Hello', client_message_id: '1' },
    })
    expect(again).toMatchObject({ message_id: sent.message_id, duplicate: true })
    const reply = { text_message: 'Yes', reply_to: sent.message_id, mentions: [bob.userId], metadata: null }
    await call(ann.rest, 'sendMessage', 201, { ids, body: reply })
    await call(tenant.backend, 'sendMessage', 201, { ids, body: { text_message: 'Welcome' } })
    await call(ann.rest, 'listMessages', 200, { ids, query: 'limit=2&before_seq=3' })
    await call(ann.rest, 'listMessages', 200, { ids: { room_id: await tenant.room([ann]) } })
    const ofMessage = { ids: { ...ids, message_id: sent.message_id } }
    await call(ann.rest, 'getMessage', 200, ofMessage)
    await call(bob.rest, 'editMessage', 200, { ...ofMessage, body: exampleOf('editMessage') })
    await call(ann.rest, 'getUnread', 200)
    await call(ann.rest, 'markRead', 200, { ids, body: exampleOf('markRead') })
    await call(ann.rest, 'searchMessages', 200, { query: 'q=hello&limit=1' })
    const reaction = { ids: { ...ofMessage.ids, emoji: '👍' } }
    await call(ann.rest, 'addReaction', 200, reaction)
    await call(bob.rest, 'addReaction', 200, reaction)
    await call(bob.rest, 'removeReaction', 204, reaction)
    await call(ann.rest, 'getMessage', 200, ofMessage)
    await call(ann.rest, 'addPin', 200, ofMessage)
    await call(ann.rest, 'listMessages', 200, { ids, query: 'pinned=true' })
    await call(ann.rest, 'removePin', 204, ofMessage)
    await call(ann.rest, 'listEdits', 200, ofMessage)
    await call(ann.rest, 'deleteMessage', 204, ofMessage)
    await call(ann.rest, 'getMessage', 200, ofMessage)
    await call(bob.rest, 'editMessage', 409, { ...ofMessage, body: { text_message: 'too late' } })
    const internal = service.anyone.as({ 'x-internal-api-key': tenant.apiToken })
    await call(internal, 'sendSystemMessage', 200, { body: exampleOf('sendSystemMessage') })
    await call(internal, 'sendSystemMessage', 200, { body: { roomId: room.room_id, message: 'Hi' } })
    await call(internal, 'readStats', 200)
    await call(service.anyone, 'readStats', 401)
    await call(ann.rest, 'listRooms', 200)
    await call(tenant.backend, 'listRooms', 200)
    await call(bob.rest, 'getRoom', 200, { ids })
    await call(bob.rest, 'leaveRoom', 204, { ids })
    await call(ann.rest, 'deleteRoom', 204, { ids })
  })

  it('of streams’ routes are what the document says', async () => {
    const ofStream = { body: exampleOf('openThread') }
    await call(ann.rest, 'openThread', 201, ofStream)
    await call(ann.rest, 'openThread', 200, ofStream)
    await call(bob.rest, 'openThread', 409, ofStream)
    const ids = ofStream.body
    await call(bob.rest, 'closeThread', 403, { ids })
    await call(ann.rest, 'closeThread', 200, { ids })
    await call(ann.rest, 'closeThread', 404, { ids: { stream_id: 'no such stream' } })
  })

  it('of an export are what the document says, of whoever has done everything', async () => {
    const open = await openTenant(service)
    const user = await registered(open, 'carol')
    await user.rest.patch('/user/me/status', { invisible: true })
    await user.rest.post('/friend', { friend_id: (await open.user()).userId })
    const room_id = await open.room([user])
    const { message_id } = await user.send(room_id, 'Helo')
    const ofMessage = `/room/${room_id}/message/${message_id}`
    await user.rest.patch(ofMessage, { text_message: 'Hello' })
    await user.rest.post('/api/chat/thread', { stream_id: 'stream' })
    await user.rest.put(`${ofMessage}/reaction/${encodeURIComponent('👍')}`)
    const whole = await call(user.rest, 'exportUser', 200, { ids: { user_id: user.userId } })
    expect(Object.entries<any>(whole).filter(([, section]) => section.length === 0)).toEqual([])
    await call(tenant.backend, 'exportUser', 404, { ids: { user_id: user.userId } })
  })

  it('that are failures are among those in the document', async () => {
    const { backend } = tenant
    const room_id = await tenant.room([ann])
    const ids = { room_id, user_id: randomUUID(), message_id: randomUUID() }
    const asJson = { headers: { 'content-type': json } }
    await call(backend, 'createUser', 400, { body: { external_id: 1, no: 2 } })
    await call(backend, 'createUser', 400, { raw: '{', ...asJson })
    await call(backend, 'createUser', 413, { raw: `"${'x'.repeat(200_000)}"`, ...asJson })
    await call(backend, 'createUser', 415, { raw: 'a=1', headers: { 'content-type': 'text/plain' } })
    await call(ann.rest, 'createUser', 403, { body: {} })
    await call(service.anyone, 'createUser', 401, { body: {} })
    await call(bob.rest.as({ ...bob.rest.headers, clientKey: ann.clientKey }), 'getMe', 400)
    await call(backend, 'getMe', 403)
    await call(ann.rest, 'getUser', 404, { ids })
    await call(ann.rest, 'getUser', 400, { ids: { user_id: 'ann' } })
    await call(ann.rest, 'listUsers', 400, { query: 'limit=-1' })
    await call(ann.rest, 'listUsers', 400, { query: 'cursor=x' })
    await call(bob.rest, 'getRoom', 403, { ids })
    await call(bob.rest, 'listMessages', 403, { ids })
    await call(ann.rest, 'getMessage', 404, { ids })
    await call(ann.rest, 'editMessage', 404, { ids, body: { text_message: 'x' } })
    await call(ann.rest, 'deleteMessage', 404, { ids })
    await call(ann.rest, 'sendMessage', 404, { ids, body: { text_message: 'x', reply_to: randomUUID() } })
    const once = { headers: { 'idempotency-key': 'once' } }
    await call(ann.rest, 'createRoom', 201, { body: { name: 'one' }, ...once })
    await call(ann.rest, 'createRoom', 422, { body: { name: 'other' }, ...once })
    await call(service.anyone, 'listTenants', 401)
    await call(service.operator, 'getTenant', 404, { ids: { tenant_id: randomUUID() } })
  })

  describe('of a service with limits', () => {
    let slow: Service
    beforeAll(
      async () =>
        (slow = await startService({
          RATE_LIMITS: 'on',
          RATE_USER_BURST: '1',
          RATE_USER_PER_SECOND: '1',
          RATE_ADDRESS_BURST: '1',
          RATE_ADDRESS_PER_SECOND: '1',
        })),
    )
    afterAll(() => slow?.stop())

    it('that are over them are among those in the document', async () => {
      const user = await (await slow.tenant()).user()
      await call(user.rest, 'getMe', 200)
      await call(user.rest, 'getMe', 429)
      const stranger = slow.anyone.as({ authorization: 'Bearer wrong' })
      await call(stranger, 'listTenants', 401)
      await call(stranger, 'listTenants', 429)
    })
  })

  it('were those of every operation, and had every field that the document has', () => {
    const names = document.operations.map(({ operationId }) => operationId)
    expect(names.filter((name) => !called.has(name))).toEqual([])
    const answers = new Set(document.operations.flatMap(({ responses }) => refsIn(responses).map(nameOf)))
    const within = (name: string): string[] => [
      name,
      ...refsIn(document.components.schemas[name]).flatMap((ref) => within(nameOf(ref))),
    ]
    const fields = [...new Set([...answers].flatMap(within))].flatMap((name) =>
      Object.keys(document.components.schemas[name]?.properties ?? {}).map((field) => `${name}.${field}`),
    )
    expect(fields.filter((field) => !answered.seen.has(field))).toEqual([])
  })
})
