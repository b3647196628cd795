import { databaseAway, isLost } from './pg-error.js'

const error = (code: string, message = 'as the server says'): Error => Object.assign(new Error(message), { code })

describe('what a client is told of a failure of the database', () => {
  it.each([
    ['connection_failure', '08006'],
    ['transaction_resolution_unknown', '08007'],
    ['serialization_failure', '40001'],
    ['statement_completion_unknown', '40003'],
    ['deadlock_detected', '40P01'],
    ['disk_full: could not extend file', '53100'],
    ['out_of_memory', '53200'],
    ['too_many_connections', '53300'],
    ['query_canceled', '57014'],
    ['admin_shutdown', '57P01'],
    ['crash_shutdown, after a PANIC', '57P02'],
    ['cannot_connect_now', '57P03'],
    ['io_error', '58030'],
    ['nobody listens', 'ECONNREFUSED'],
  ])('to try again: %s', (_, code) => {
    const told = databaseAway(error(code))
    expect(told).toMatchObject({ code: 'unavailable', details: { retryAfterMs: expect.any(Number) } })
    expect(databaseAway({ driverError: error(code) })).toEqual(told)
  })

  it.each(['Connection terminated: the database does not answer', 'Query read timeout'])(
    'to try again: %s',
    (words) => {
      expect(databaseAway(new Error(words))).toMatchObject({ code: 'unavailable' })
    },
  )

  it.each(['22P02', '23505', '42501', '42P01', 'XX000'])('of %s nothing: it is a mistake of ours', (code) => {
    expect(databaseAway(error(code))).toBeNull()
    expect(isLost(error(code))).toBe(false)
  })
})

it.each(['08006', '53100', '57P01', '58030', 'ECONNRESET'])('%s fails all that was to be stored together', (code) => {
  expect(isLost(error(code))).toBe(true)
})
