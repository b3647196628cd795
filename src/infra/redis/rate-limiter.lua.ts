import { roundingMs } from '../rate-limiter.memory.js'

/** In Lua: what time it is, in seconds and microseconds, and how long a bucket is kept that is full after `full`. */
export interface Clock {
  now: string
  keptMs: string
}

/** A node's clock may be wrong by minutes; this one is the same for all. */
export const redisClock: Clock = { now: `redis.call('TIME')`, keptMs: 'math.ceil(full)' }

/**
 * The buckets of the memory's limiter, one after another, up to one that refuses. Of each are kept the time until it is
 * full again, when that was, and the id by which it was taken from last: times since 1970 have too many digits to be
 * summed up in fractions of a millisecond.
 */
export const takeLua = ({ now, keptMs }: Clock): string => `
local now = ${now}
local function since(seconds, micros)
  return math.max(0, (now[1] - seconds) * 1000 + (now[2] - micros) / 1000)
end
local function whole(ms) return math.max(0, math.ceil(ms - ${roundingMs})) end

local answers = {}
for i, key in ipairs(KEYS) do
  local burst, each, count, id = unpack(ARGV, 4 * i - 3, 4 * i)
  burst, each, count = tonumber(burst), 1000 / each, tonumber(count)
  local left, last = 0, ''
  local kept = redis.call('GET', key)
  if kept then
    local was, seconds, micros, by = kept:match('^(%S+) (%d+) (%d+) (.*)$')
    left, last = math.max(0, was - since(seconds, micros)), by
    -- The clock was set back: it counts from now.
    if tonumber(seconds) > tonumber(now[1]) then
      redis.call('SET', key, string.format('%s %s %s %s', was, now[1], now[2], by), 'KEEPTTL')
    end
  end
  if left > 0 and id ~= '' and id == last then count = 0 end
  local full = left + count * each
  local over = full - burst * each
  if over > ${roundingMs} then
    answers[i] = { 0, 0, whole(over), whole(left) }
    break
  end
  if full > 0 then
    local value = string.format('%.17g %s %s %s', full, now[1], now[2], id)
    redis.call('SET', key, value, 'PX', ${keptMs})
  end
  answers[i] = { 1, math.floor((${roundingMs} - over) / each), 0, whole(full) }
end
return answers
`
