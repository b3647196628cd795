/** Debian’s python3-socketio: seed 004’s events, acknowledged, and seed 001’s, by both transports. */
import { execFile, execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

const python = '/usr/bin/python3'

/** Not where Debian’s packages are missing; then it says that it is skipped. */
function has(modules: string): boolean {
  try {
    execFileSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Each transport, with what the client needs for it. */
const transports = { websocket: 'socketio, websocket', polling: 'socketio, requests' }

for (const [transport, modules] of Object.entries(transports)) {
  const describeWith = has(modules) ? describe : describe.skip
  describeWith(`python3-socketio by ${transport}`, () => talk(transport))
}

function talk(transport: string): void {
  let service: Service
  let tenant: TestTenant
  let ann: TestUser
  let room_id: string
  let told: any

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant()
    ann = await tenant.user({ display_name: 'Ann' })
    room_id = await tenant.room([ann])
    await ann.rest.post('/api/chat/thread', { stream_id: 'a stream' })
    const script = join(import.meta.dirname, 'python.py')
    const args = [script, service.url, transport, ann.token, room_id, 'a stream']
    const { stdout } = await promisify(execFile)(python, args, { timeout: 25_000 })
    told = JSON.parse(stdout)
  })
  afterAll(() => service.stop())

  const heard = (name: string): any[] =>
    told.heard.filter(([event]: string[]) => event === name).map((one: any) => one[1])

  it('connects by the token alone', () => {
    expect(told.transport).toBe(transport)
    expect(told.refusals).toMatchObject([{ message: 'Authentication error', data: { code: 'token_invalid' } }])
  })

  it('joins, sends and is refused, each acknowledged', () => {
    expect(told.acknowledged).toMatchObject({
      joined: { ok: true, room: { room_id }, last_seq: 0 },
      sent: { ok: true, duplicate: false, message: { seq: 1, text_message: 'Hi from Python 🐍' } },
      refused: { ok: false, error: { code: 'validation_failed' } },
      unknown: { ok: false, error: { code: 'unknown_event' } },
      spoken: { ok: true, message: { seq: 1, text_message: 'Hi, stream' } },
    })
  })

  it('hears seed 004’s message as it was acknowledged', () => {
    expect(heard('new_message')[0]).toEqual(told.acknowledged.sent.message)
    expect(heard('exception')).toEqual([])
  })

  it('hears seed 001’s events', () => {
    const streamId = 'a stream'
    expect(heard('notification_room_joined')).toEqual([{ room: `notification:${ann.userId}` }])
    expect(heard('room_joined_successfully')).toEqual([{ streamId, streamKeyForDev: streamId }])
    expect(heard('recent_chat_history')).toEqual([{ streamId, messages: [] }])
    expect(heard('viewer_count_updated').at(-1)).toEqual({ streamId, count: 1 })
    const { created_at: timestamp } = told.acknowledged.spoken.message
    const message = { userId: ann.userId, username: 'Ann', message: 'Hi, stream', timestamp, streamId }
    expect(heard('new_message')[1]).toEqual(message)
    expect(heard('message_error')).toEqual([{ message: expect.any(String) }])
  })
}
