/** What cannot be taken is refused by every wire in its own words, says when to try again, and ends nothing. */
import { setTimeout } from 'node:timers/promises'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { type Answer, type Client, type Place } from './client.js'
import { logOf, placeOf } from './scene.js'
import { wires } from './wires.js'

const burst = 20
const perSecond = 5

let service: Service
let tenant: TestTenant
let streamer: TestUser

beforeAll(async () => {
  service = await startService({
    RATE_LIMITS: 'on',
    RATE_USER_BURST: `${burst}`,
    RATE_USER_PER_SECOND: `${perSecond}`,
  })
  tenant = await service.tenant()
})
afterAll(() => service.stop())

describe.each(wires.map((wire) => ({ wire, name: wire.name })))('$name', ({ wire }) => {
  let place: Place
  let client: Client

  beforeEach(async () => {
    streamer = await tenant.user({ display_name: 'Streamer' })
    place = await placeOf(streamer, 'livestream')
    client = wire.client(await tenant.user(), place)
    expect(await client.join()).toMatchObject({ ok: true })
  })

  const stored = async (): Promise<string[]> => (await logOf(streamer, place)).map(({ text_message }) => text_message)
  const livesOn = async (): Promise<void> => {
    expect(await client.send('Still here')).toMatchObject({ ok: true })
    expect(await stored()).toContain('Still here')
  }

  it.each([
    ['an over-long text', 'x'.repeat(10_001)],
    ['an over-long text of characters beyond the first 65,536', '😀'.repeat(10_001)],
    ['an empty text', ''],
  ])('%s', async (_, text) => {
    const refusal = { code: 'validation_failed', clientMessageId: 'mine' }
    expect(await client.refused(text, 'mine')).toEqual(wire.goldenRefusal(refusal))
    expect(await stored()).toEqual([])
    await livesOn()
  })

  it('what is no request', async () => {
    expect(await client.babbled()).toEqual(wire.goldenBabble)
    await livesOn()
  })

  it('too soon, in slow mode', async () => {
    await streamer.rest.patch(`/room/${place.roomId}`, { slow_mode_s: 60 })
    await client.send('First')
    const retry = { retry_after_ms: expect.any(Number) }
    const refusal = { code: 'slow_mode', clientMessageId: 'mine', retry }
    expect(await client.refused('Second', 'mine')).toEqual(wire.goldenRefusal(refusal))
    expect(await stored()).toEqual(['First'])
    await streamer.rest.patch(`/room/${place.roomId}`, { slow_mode_s: 0 })
    await livesOn()
  })

  it('too much at once', async () => {
    const isRefused = (answer: Answer) => !answer.ok
    const answers = await Promise.all(Array.from({ length: 2 * burst }, (_, n) => client.send(`${n}`)))
    const refusals = answers.filter(isRefused)
    expect(refusals.length).toBeGreaterThan(0)
    expect(await stored()).toHaveLength(answers.length - refusals.length)
    for (const refusal of refusals)
      expect(refusal).toEqual({ ok: false, code: 'rate_limited', retryAfterMs: expect.any(Number) })
    const { retryAfterMs } = refusals.at(-1) as { retryAfterMs: number }
    expect(retryAfterMs).toBeGreaterThan(0)
    expect(retryAfterMs).toBeLessThanOrEqual(1000 / perSecond)
    // Of requests at once, one that is answered earlier may have been taken after the one that is refused last.
    await setTimeout(1000 / perSecond + 5)
    await livesOn()
  })
})
