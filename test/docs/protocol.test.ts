/** Are the sessions of docs/PROTOCOL.md what one sees on the wire, frame by frame? */
import { readFileSync } from 'node:fs'
import { startService, type Service } from '../support/service.js'
import { Player, sessionsOf, type Names } from './session.js'

const sessions = sessionsOf(readFileSync('docs/PROTOCOL.md', 'utf8'))

let service: Service
beforeAll(async () => (service = await startService()))
afterAll(() => service.stop())

/** Ann and Bob, a room of both, their private room, and a stream of Ann’s. */
async function namesOfNewPeople(): Promise<Names> {
  const tenant = await service.tenant()
  const ann = await tenant.user({ display_name: 'Ann' })
  const bob = await tenant.user({ display_name: 'Bob' })
  const pair = await tenant.room([ann, bob], { type: 'private' })
  await ann.rest.post('/api/chat/thread', { stream_id: 'stream_001' })
  return new Map([
    ['$API_TOKEN', tenant.apiToken],
    ['$TENANT', tenant.tenantId],
    ['$ANN', ann.userId],
    ['$BOB', bob.userId],
    ['$TOKEN_ANN', ann.token],
    ['$TOKEN_BOB', bob.token],
    ['$ROOM', await tenant.room([ann, bob])],
    ['$PAIR', pair],
  ])
}

it('has a session of every dialect', () => {
  expect(sessions.length).toBeGreaterThanOrEqual(8)
})

describe.each(sessions.map((session) => [session.heading, session] as const))('%s', (_, { lines }) => {
  it(`goes as it is written: ${lines[0]}`, async () => {
    const player = new Player(service.url, await namesOfNewPeople())
    for (const line of lines) await player.play(line)
    player.end()
  })
})
