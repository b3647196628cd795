import { Script } from './redis.js'

/**
 * Of one group: `KEYS[1]` says at which nodes each of its people has a place (names, with commas between them), `KEYS[2]`
 * until when those count who have none any more, `KEYS[3]` when these were seen; `c` behind it: somebody was told that they
 * are gone, and has not answered yet. All times are Redis' own. Turns are answered as a flat list: 1 or 0, who, when.
 */
const common = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local name, ttl, turns = ARGV[1], ARGV[2], {}
  local function turn(is, who, at)
    for _, value in ipairs({ is, who, string.format('%d', at) }) do turns[#turns + 1] = value end
  end
  local function has(places) return string.find(',' .. places .. ',', ',' .. name .. ',', 1, true) end
  local function stay(who)
    redis.call('ZREM', KEYS[2], who)
    redis.call('HDEL', KEYS[3], who)
  end
  local function linger(who, at, lasts)
    redis.call('ZADD', KEYS[2], at + lasts, who)
    redis.call('HSET', KEYS[3], who, string.format('%d', at))
  end
  local function lingers(who)
    local seen = redis.call('HGET', KEYS[3], who)
    return seen and string.sub(seen, -1) ~= 'c'
  end
  local function vacate(who, places, at, lasts)
    local rest = {}
    for place in string.gmatch(places, '[^,]+') do if place ~= name then rest[#rest + 1] = place end end
    if #rest > 0 then return redis.call('HSET', KEYS[1], who, table.concat(rest, ',')) end
    redis.call('HDEL', KEYS[1], who)
    if lasts > 0 then linger(who, at, lasts) else turn(0, who, at) end
  end
  local function prolong() for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ttl) end end
`

/**
 * Writes a node's changes of a group, four values each: which kind, who, how long ago, and for how long they count after it.
 * In capitals: it was sent before, and nobody knows whether it was taken. `restore`: it was so before, and nobody is told.
 * Then those are told of whose time is up. They stay until somebody says that they were written (`done`), or are told of
 * again after a while. Answers how many have a place, in how many ms somebody's time is up (-1: nobody's), and the turns.
 */
export const writing = new Script(`${common}
  local apply = {}
  function apply.restore(who)
    local places = redis.call('HGET', KEYS[1], who)
    if not places or not has(places) then redis.call('HSET', KEYS[1], who, places and places .. ',' .. name or name) end
    if not places then stay(who) end
    return places
  end
  apply['in'] = function(who, at) if not apply.restore(who) then turn(1, who, at) end end
  function apply.IN(who, at)
    local places = apply.restore(who)
    if not places or places == name then turn(1, who, at) end
  end
  function apply.out(who, at, lasts)
    local places = redis.call('HGET', KEYS[1], who)
    if places and has(places) then vacate(who, places, at, lasts) end
    return places
  end
  function apply.OUT(who, at, lasts)
    if not apply.out(who, at, lasts) and lasts == 0 then turn(0, who, at) end
  end
  function apply.seen(who, at, lasts)
    if redis.call('HGET', KEYS[1], who) then return end
    local was = lingers(who)
    if not was and at + lasts <= now then return end
    linger(who, at, lasts)
    if not was then turn(1, who, at) end
    return was
  end
  function apply.SEEN(who, at, lasts) if apply.seen(who, at, lasts) then turn(1, who, at) end end
  function apply.done(who)
    if redis.call('HGET', KEYS[1], who) or lingers(who) then turn(1, who, now) else stay(who) end
  end
  apply.DONE, apply.RESTORE = apply.done, apply.restore
  for i = 5, #ARGV, 4 do apply[ARGV[i]](ARGV[i + 1], now - tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])) end
  for _, who in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, ARGV[4])) do
    local seen = string.match(redis.call('HGET', KEYS[3], who) or string.format('%d', now), '%d+')
    redis.call('ZADD', KEYS[2], now + tonumber(ARGV[3]), who)
    redis.call('HSET', KEYS[3], who, seen .. 'c')
    turn(0, who, tonumber(seen))
  end
  prolong()
  local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
  return { redis.call('HLEN', KEYS[1]), first and math.max(0, tonumber(first) - now) or -1, turns }`)

/**
 * Takes away what a node wrote that is no more, some of it at a time from a cursor on. Whose last place that was count for
 * `ARGV[3]` ms more. Answers how many have a place, where to go on (0: that was all), and the turns.
 */
export const reaping = new Script(`${common}
  local found = redis.call('HSCAN', KEYS[1], ARGV[4], 'COUNT', 500)
  for i = 1, #found[2], 2 do
    if has(found[2][i + 1]) then vacate(found[2][i], found[2][i + 1], now, tonumber(ARGV[3])) end
  end
  prolong()
  return { redis.call('HLEN', KEYS[1]), tonumber(found[1]), turns }`)
