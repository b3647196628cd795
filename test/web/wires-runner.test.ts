/** What is said of a step that goes otherwise than its scenario. */
import { WebSocket } from 'ws'
import type { Inbox } from '../../web/demo/wires/inbox.js'
import type { Connection } from '../../web/demo/wires/connection.js'
import { dialectOf } from '../../web/demo/wires/dialects.js'
import { Play, type Outcome, type Stage } from '../../web/demo/wires/runner.js'
import type { Scenario, Step } from '../../web/demo/wires/scenarios/scenario.js'
import { startService, type Service, type TestUser } from '../support/service.js'

describe('a step', () => {
  let service: Service
  let ann: TestUser
  let room: string

  beforeAll(async () => {
    service = await startService()
    const tenant = await service.tenant()
    ann = await tenant.user({ display_name: 'Ann' })
    room = await tenant.room([ann])
  })
  afterAll(() => service.stop())

  /** Frames are told by the wire of seed 003, as a browser tells them. */
  function open(inbox: Inbox): Connection {
    const wire = dialectOf('room')
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/ws/${room}/${ann.userId}?token=${ann.token}`)
    socket.on('open', () => inbox.push({ opened: true }))
    socket.on('message', (data: Buffer) => inbox.push({ heard: wire.read(JSON.parse(data.toString())) }))
    socket.on('close', (code, reason) => inbox.push({ closed: { code, reason: reason.toString() } }))
    return {
      send: (frame) => socket.send(wire.write(frame)),
      sendText: (text) => socket.send(text),
      close: () => socket.close(),
    }
  }

  const stage = (): Stage => ({
    open: (_, __, ___, inbox) => open(inbox),
    ask: async (_, method, path, body) => ann.rest.send(method, path, body),
    nameOf: () => 'Ann',
    begins: () => undefined,
  })

  async function outcomesOf(steps: Step[], after: Scenario['after'] = [], patience?: number): Promise<Outcome[]> {
    const scenario: Scenario = { wire: 'room', title: '', language: 'en', leavesOut: [], fresh: {}, steps, after }
    const outcomes: Outcome[] = []
    const play = new Play(scenario, stage(), { room, you: ann.userId }, new AbortController().signal, patience)
    for await (const outcome of play.steps()) outcomes.push(outcome)
    return outcomes
  }

  const connect: Step = { title: 'connect', deed: { connect: 'you' } }
  const said = (content: string) => ({ who: 'you', name: 'new_message', body: { content, seq: '$seq' } }) as const
  const say = (content: string, hears: string): Step => ({
    title: `say ${content}`,
    deed: { send: 'you', name: 'send_message', body: { content } },
    hears: [said(hears)],
  })

  it('that is as it should be is done, and what it taught is known', async () => {
    const asked: Step = {
      title: 'read it by the number that was heard',
      deed: { ask: 'you', method: 'GET', path: '/room/$room/message?around_seq=$seq', status: 200 },
    }
    const outcomes = await outcomesOf([connect, say('one', 'one'), asked])
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true])
  })

  it('that is refused says what was expected and what was answered, and no other follows', async () => {
    const wrong: Step = { title: 'none', deed: { ask: 'you', method: 'GET', path: '/room/none', status: 200 } }
    const outcomes = await outcomesOf([wrong, connect])
    expect(outcomes).toMatchObject([
      { ok: false, expected: ['200'], seen: [expect.stringMatching(/^40\d \{.*"code"/)] },
    ])
  })

  it('that needs a connection which is none fails by that', async () => {
    expect(await outcomesOf([say('one', 'one')])).toMatchObject([{ ok: false, seen: ['Ann is not connected'] }])
  })

  it('that hears something else says what it heard instead', async () => {
    const [, outcome] = await outcomesOf([connect, say('two', 'three')], [], 3_000)
    expect(outcome).toMatchObject({ ok: false })
    expect(outcome!.expected).toEqual(['Ann hears new_message {"content":"three","seq":"$seq"}'])
    expect(outcome!.seen).toEqual([expect.stringMatching(/^Ann heard new_message \{.*"content":"two"/)])
  })

  it('that failed is tidied up after, as far as there is something', async () => {
    const made = await ann.tenant.room([ann])
    const after = [`/room/${made}`, '/room/$never'].map((path) => ({ ask: 'you', method: 'DELETE', path }) as const)
    await outcomesOf([say('one', 'one')], after)
    expect((await ann.rest.get(`/room/${made}`)).status).toBe(404)
  })
})
