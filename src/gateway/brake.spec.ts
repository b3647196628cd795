import type { ErrorCode } from '../contract/errors.js'
import { Brake } from './brake.js'

let isRead: boolean
let brake: Brake

beforeEach(() => {
  jest.useFakeTimers()
  isRead = true
  brake = new Brake({ stop: () => !(isRead = false), goOn: () => void (isRead = true) })
})
afterEach(() => void jest.useRealTimers())

const refuse = (count: number, code: ErrorCode = 'rate_limited'): void => {
  for (let n = 0; n < count; n++) brake.refused(code)
}

it('reads on through a burst of refusals, and through what comes slowly after it', () => {
  refuse(50)
  expect(isRead).toBe(true)
  for (let n = 0; n < 100; n++) {
    jest.advanceTimersByTime(100)
    refuse(1)
  }
  expect(isRead).toBe(true)
})

it('leaves unread who goes on, for as long as they are beyond it', () => {
  refuse(60)
  expect(isRead).toBe(false)
  jest.advanceTimersByTime(990)
  expect(isRead).toBe(false)
  jest.advanceTimersByTime(20)
  expect(isRead).toBe(true)
  refuse(2)
  expect(isRead).toBe(false)
})

it('reads again within seconds, however much came at once', () => {
  refuse(100_000)
  expect(isRead).toBe(false)
  jest.advanceTimersByTime(4990)
  expect(isRead).toBe(false)
  jest.advanceTimersByTime(20)
  expect(isRead).toBe(true)
})

it('counts no refusal for another reason', () => {
  refuse(1000, 'validation_failed')
  expect(isRead).toBe(true)
})

it('reads on when nobody holds any more, in whatever order', () => {
  expect(brake.hold()).toBe(true)
  refuse(60)
  jest.advanceTimersByTime(5000)
  expect(isRead).toBe(false)
  brake.release()
  expect(isRead).toBe(true)

  refuse(60)
  expect(brake.hold()).toBe(true)
  brake.release()
  expect(isRead).toBe(false)
  jest.advanceTimersByTime(5000)
  expect(isRead).toBe(true)
})

it('goes on counting who cannot be left unread', () => {
  let reads = 0
  const open = new Brake({ stop: () => false, goOn: () => void reads++ })
  for (let n = 0; n < 1000; n++) open.refused('rate_limited')
  jest.advanceTimersByTime(60_000)
  expect(reads).toBe(0)
})
