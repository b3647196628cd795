/** What a viewer of the livestream app is shown who comes. */
import { MessageLog } from '../../src/contract/ports.js'
import { placeOf } from '../matrix/scene.js'
import { startService, type Service } from '../support/service.js'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

it('is the last 20, also of what is said while they come', async () => {
  const tenant = await service.tenant()
  const [ann, bob] = [await tenant.user(), await tenant.user()]
  const { roomId, streamId } = await placeOf(ann, 'livestream')
  const say = async (from: number, to: number): Promise<void> => {
    for (let n = from; n <= to; n++) await ann.send(roomId, `${n}`)
  }
  await say(1, 22)
  const log = service.app.get(MessageLog)
  const after = log.after.bind(log)
  jest.spyOn(log, 'after').mockImplementationOnce(async (...asked) => {
    await say(23, 25)
    return after(...asked)
  })
  const socket = await bob.socket()
  expect(await socket.ask('join_stream_room', { streamId })).toMatchObject({ ok: true })
  const [{ messages }] = await socket.next('recent_chat_history')
  expect(messages.map(({ message }: any) => message)).toEqual(Array.from({ length: 20 }, (_, n) => `${n + 6}`))
  await say(26, 26)
  expect((await socket.next('new_message')).map(({ message }) => message)).toEqual(['26'])
})
