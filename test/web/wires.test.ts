/** Each wire in its tab of /demo: connected to, spoken by hand, and its seed played. */
import { startService, type Service } from '../support/service.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'
import { WiresTab } from './support/wires-tab.js'

interface Case {
  label: string
  seed: string
  /** What is sent before, as it is proposed. */
  first?: string
  sends: string
  hears: string
  /** What cannot be taken, and the frame that says so. */
  broken: { frame: string; body: string; answer: string; says: string }
}

const raw = 'raw text, as it stands'

const cases: Case[] = [
  {
    label: 'Chat service',
    seed: '004',
    first: 'join_room',
    sends: 'send_message',
    hears: 'new_message',
    broken: { frame: 'send_message', body: '{"room_id":5}', answer: 'acknowledgement #2', says: 'validation_failed' },
  },
  {
    label: 'Livestream app',
    seed: '001',
    first: 'join_stream_room',
    sends: 'chat_message',
    hears: 'new_message',
    broken: { frame: 'chat_message', body: '{"message":5}', answer: 'message_error', says: 'message must be' },
  },
  {
    label: 'Stream thread',
    seed: '000',
    sends: 'message',
    hears: 'message',
    broken: { frame: raw, body: 'no JSON', answer: 'error', says: 'malformed_json' },
  },
  {
    label: 'Rooms by any name',
    seed: '002',
    first: 'chat.join',
    sends: 'chat.message',
    hears: 'chat.message',
    broken: { frame: raw, body: '{"event":"chat.nothing"}', answer: 'error', says: 'unknown_event' },
  },
  {
    label: 'One room by its path',
    seed: '003',
    sends: 'send_message',
    hears: 'new_message',
    broken: { frame: raw, body: 'no JSON', answer: 'error', says: 'malformed_json' },
  },
]

describeInBrowser('the wires of /demo', () => {
  let service: Service
  let people: People
  let ann: Person
  let wires: WiresTab
  const hosts = new Set<string>()

  beforeAll(async () => {
    // With the limits that everybody meets.
    service = await startService({ DEMO: 'on', RATE_LIMITS: 'on' })
    people = await People.gather()
    ann = await people.come('Ann', service.url)
    ann.page.on('request', (request) => hosts.add(new URL(request.url()).host))
    wires = new WiresTab(ann.page)
    await wires.open()
  }, 90_000)
  afterAll(async () => {
    await people?.close()
    await service?.stop()
  })

  describe.each(cases)('$label', ({ label, seed, first, sends, hears, broken }) => {
    beforeAll(() => wires.tab(label))

    it('connects', () => wires.connect())

    it('sends an own frame, which is answered, and shows both', async () => {
      if (first) await wires.send(first)
      await wires.send(sends)
      await wires.frames('sent', `${sends}( #1)?`, '"Hello"').waitFor()
      const heard = wires.frames('heard', hears, '"Hello"').and(ann.page.locator('.wires-sent ~ *')).last()
      await heard.waitFor()
      await heard.locator('summary').click()
      expect(await heard.locator('pre').innerText()).toMatch(/^\{\n {2}"\w+": /)
    })

    it('says where a body is no JSON, and does not send it', async () => {
      const sent = wires.log.locator('.wires-sent')
      const count = await sent.count()
      await wires.send(sends, '{"a": }')
      await ann.page.getByText('This is no JSON yet').waitFor()
      expect(await sent.count()).toBe(count)
    })

    it('shows how the wire answers what it cannot take', async () => {
      const { frame, body, answer, says } = broken
      await wires.send(frame, body)
      await wires.frames('heard', answer, says).waitFor()
    })

    it('keeps nobody out', async () => {
      expect(await wires.barriers(seed === '004' ? 'wires-by-hand' : undefined)).toEqual([])
    }, 90_000)

    it('disconnects', async () => {
      await wires.press('Disconnect')
      await wires.state('not connected')
    })

    it('plays its seed', async () => {
      await wires.tab(`Play seed ${seed}`)
      await wires.press('Play the seed')
      const steps = ann.page.locator('.wires-steps > li')
      const failed = steps.and(ann.page.locator('[data-mark=failed]'))
      const all = ann.page.getByText(`${await steps.count()} of ${await steps.count()} steps done.`)
      await all.or(failed).waitFor({ timeout: 60_000 })
      expect(await failed.allInnerTexts()).toEqual([])
      for (const way of ['sent', 'heard']) expect(await wires.log.locator(`.wires-${way}`).count()).toBeGreaterThan(3)
      expect(await wires.barriers(seed === '002' ? 'wires-seed' : undefined)).toEqual([])
    }, 120_000)
  })

  it('met no error but the refusal that a seed is about, and asked nobody else', () => {
    expect(ann.errors).toEqual(['Failed to load resource: the server responded with a status of 403 (Forbidden)'])
    expect([...hosts]).toEqual([new URL(service.url).host])
  })
})
