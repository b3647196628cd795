/** JWTs in which something of one tenant is put together with something of another: all are unknown tokens. */
import { createHmac } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import { rowsOf } from '../support/database.js'
import { startService, type Service } from '../support/service.js'
import { comparableAnswer, toComparable } from './answers.js'
import { rowsOfTenant } from './rows.js'
import { makeWorld, type World } from './world.js'

interface Key {
  kid: string
  secret: Buffer
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const decode = (token: string, part: number) => JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString())

function sign(header: object, claims: object, secret: Buffer): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const neverWere = () => ({ kid: 'AAAAAAAAAAA', tid: uuid(), sub: uuid(), ati: uuid() })

describe('tokens of two tenants, mixed', () => {
  let service: Service
  let theirs: World
  let mine: World
  let theirKey: Key
  let myKey: Key

  beforeAll(async () => {
    service = await startService()
    theirs = await makeWorld(service, 'Azure')
    mine = await makeWorld(service, 'Beige')
    theirKey = await keyOf(theirs)
    myKey = await keyOf(mine)
  })
  afterAll(() => service.stop())

  async function keyOf({ tenant }: World): Promise<Key> {
    const sql = 'SELECT kid, secret FROM signing_keys WHERE tenant_id = $1 AND retires_at IS NULL'
    return (await rowsOf<Key>(service.databaseUrl, sql, [tenant.tenantId]))[0]!
  }

  const mineAre = (changes: object) => ({ ...decode(mine.user.token, 1), ...changes })
  const jwt = (kid: string | undefined, claims: object, { secret }: Key = myKey, alg = 'HS256') =>
    sign({ alg, typ: 'JWT', kid }, claims, secret)
  const ids = () => ({
    kid: theirKey.kid,
    tid: theirs.tenant.tenantId,
    sub: theirs.user.userId,
    ati: decode(theirs.user.token, 1).ati as string,
  })
  type Ids = ReturnType<typeof ids>

  const mixtures: [string, (of: Ids) => string][] = [
    ['my key, their tid', ({ tid }) => jwt(myKey.kid, mineAre({ tid }))],
    ['my key under their kid, their tid', ({ tid, kid }) => jwt(kid, mineAre({ tid }))],
    ['my key under their kid, my tid', ({ kid }) => jwt(kid, mineAre({}))],
    ['my key, their tid and their user', ({ tid, sub }) => jwt(myKey.kid, mineAre({ tid, sub, uid: sub }))],
    ['my key under their kid, all else theirs', ({ kid, ...of }) => jwt(kid, mineAre({ ...of, uid: of.sub }))],
    ['my key, my tid, their user', ({ sub }) => jwt(myKey.kid, mineAre({ sub, uid: sub }))],
    ['no kid, their tid', ({ tid }) => jwt(undefined, mineAre({ tid }))],
    ['unsigned, all theirs', ({ kid, ...of }) => jwt(kid, mineAre({ ...of, uid: of.sub }), myKey, 'none')],
  ]

  it('a token that is put together like these, with my ids alone, is good', async () => {
    const { status } = await service.anyone
      .as({ authorization: `Bearer ${jwt(myKey.kid, mineAre({}))}` })
      .get('/user/me')
    expect(status).toBe(200)
  })

  it.each(mixtures)('%s: an unknown token', async (_, make) => {
    const before = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
    const [real, unreal] = [make(ids()), make(neverWere())]
    const answers = []
    for (const token of [real, unreal]) {
      const answer = await service.anyone.as({ authorization: `Bearer ${token}` }).get('/user/me')
      expect(answer).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
      answers.push(comparableAnswer(answer, [token], new Set()))
    }
    expect(answers[0]).toEqual(answers[1])
    expect(await refusal(real)).toBe(await refusal(unreal))
    expect(await refreshed(real)).toBe(await refreshed(unreal))
    expect(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)).toEqual(before)
  })

  const refusal = async (token: string): Promise<string> => {
    const error = await service.socket({ auth: { token } }).then(
      () => Promise.reject(new Error('let in')),
      (refused: Error & { data?: unknown }) => refused,
    )
    expect(error.message).toBe('Authentication error')
    return toComparable(error.data, [token], new Set())
  }

  /** What a live socket of mine is told that would go on under it. */
  const refreshed = async (token: string): Promise<string> => {
    const socket = await mine.user.socket()
    const answer = await socket.ask('refresh_token', { token })
    expect(answer).toMatchObject({ ok: false, error: { code: 'token_invalid' } })
    expect(await socket.ask('leave_room', { room_id: mine.rooms.open })).toMatchObject({ ok: true })
    return toComparable(answer, [token], new Set())
  }

  it('my token with their API token as its minter: revoked, as with one that never was', async () => {
    const answers = await Promise.all(
      [ids(), neverWere()].map(async ({ ati }) => {
        const token = jwt(myKey.kid, mineAre({ ati }))
        const answer = await service.anyone.as({ authorization: `Bearer ${token}` }).get('/user/me')
        return comparableAnswer(answer, [token], new Set())
      }),
    )
    expect(answers[0]).toMatchObject({ status: 401 })
    expect(answers[0]).toEqual(answers[1])
  })

  it('their user behind the dot of my API token: an unknown clientKey', async () => {
    const answers = []
    for (const userId of [theirs.user.userId, theirs.admin.userId, uuid()]) {
      const clientKey = `${mine.tenant.apiToken}.${userId}`
      const answer = await service.anyone.as({ clientKey }).get('/user/me')
      answers.push(comparableAnswer(answer, [userId], new Set()))
      await expect(service.socket({ extraHeaders: { clientKey } })).rejects.toMatchObject({
        data: { code: 'client_key_invalid' },
      })
    }
    expect(answers[0]).toMatchObject({ status: 401 })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  it('credentials of two tenants at once disagree', async () => {
    const both = { clientKey: mine.tenant.apiToken, authorization: `Bearer ${theirs.user.token}` }
    expect(await service.anyone.as(both).get('/user/me')).toMatchObject({
      status: 400,
      body: { code: 'credentials_disagree' },
    })
    const handshake = { extraHeaders: { clientKey: mine.user.clientKey }, auth: { token: theirs.user.token } }
    await expect(service.socket(handshake)).rejects.toMatchObject({ data: { code: 'credentials_disagree' } })
  })
})
