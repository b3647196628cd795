import { generateKeyPairSync } from 'node:crypto'
import { KeySet } from './key-set.js'

const minuteMs = 60_000

const keyNamed = (kid: string): object => ({
  ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
  kid,
  alg: 'EdDSA',
})

/** A set whose clock and whose login service are the test's. */
function setUp(...kids: string[]) {
  const service = { keys: kids.map(keyNamed), asked: 0, down: false, nowMs: 0 }
  const ask = async (): Promise<string> => {
    service.asked++
    if (service.down) throw new Error('nobody there')
    return JSON.stringify({ keys: service.keys })
  }
  const set = new KeySet(ask, () => service.nowMs)
  return { service, find: (kid: string, alg = 'EdDSA') => set.find({ alg, kid }) }
}

const unavailable = { code: 'unavailable' }

it('asks once for however many want a key at the same time', async () => {
  const { service, find } = setUp('one')
  const found = await Promise.all(Array.from({ length: 20 }, () => find('one')))
  expect(found).not.toContain(null)
  expect(service.asked).toBe(1)
})

it('does not ask again for keys that nobody has, but for once in a while', async () => {
  const { service, find } = setUp('one')
  await find('one')
  for (let n = 0; n < 100; n++) expect(await find(`random ${n}`)).toBeNull()
  expect(service.asked).toBe(1)
  service.nowMs += minuteMs
  await Promise.all(Array.from({ length: 100 }, (_, n) => find(`another ${n}`)))
  expect(service.asked).toBe(2)
})

it('finds a key that is new', async () => {
  const { service, find } = setUp('one')
  await find('one')
  service.keys.push(keyNamed('two'))
  service.nowMs += minuteMs
  expect(await find('two')).not.toBeNull()
})

it('goes on with what it knows while the login service is away, and not for ever', async () => {
  const { service, find } = setUp('one')
  await find('one')
  service.down = true
  service.nowMs += 11 * minuteMs
  expect(await find('one')).not.toBeNull()
  expect(service.asked).toBe(2)
  service.nowMs += 60 * minuteMs
  await expect(find('one')).rejects.toMatchObject(unavailable)
})

it('forgets a key that was taken away there', async () => {
  const { service, find } = setUp('one')
  await find('one')
  service.keys = [keyNamed('two')]
  service.nowMs += 11 * minuteMs
  await find('one')
  expect(await find('two')).not.toBeNull()
  expect(await find('one')).toBeNull()
})

it('waits after a failure before it asks again', async () => {
  const { service, find } = setUp('one')
  service.down = true
  for (let n = 0; n < 20; n++) expect(await find('one')).toBeNull()
  expect(service.asked).toBe(1)
  service.down = false
  service.nowMs += minuteMs
  expect(await find('one')).not.toBeNull()
})

it.each([
  ['no JSON', '<html>'],
  ['no keys', '{}'],
  ['a list', '[]'],
  ['null', 'null'],
])('takes %s for a failure, which it tells only where it knew keys before', async (_, text) => {
  let nowMs = 0
  const answers = [text, JSON.stringify({ keys: [keyNamed('one')] }), text]
  const set = new KeySet(
    async () => answers.shift()!,
    () => nowMs,
  )
  const find = (kid: string) => set.find({ alg: 'EdDSA', kid })
  expect(await find('one')).toBeNull()
  nowMs += minuteMs
  expect(await find('one')).not.toBeNull()
  nowMs += minuteMs
  await expect(find('two')).rejects.toMatchObject(unavailable)
  expect(await find('one')).not.toBeNull()
})

it('gives a key for its own algorithm alone', async () => {
  const { find } = setUp('one')
  expect(await find('one')).not.toBeNull()
  for (const alg of ['HS256', 'RS256', 'ES256', 'none', '']) expect(await find('one', alg)).toBeNull()
})
