import { Script } from './redis.js'

/**
 * What each node holds of a seat is kept by node in a hash, and written as a whole number, never added to. KEYS: by node,
 * what it said last, and seats. ARGV: the node, the number of this word of its, how long it is kept, how many nodes are
 * gone, which these are, how many of each seat this node holds; and then of each who asks how many seats they want, which
 * these are, and how many there may be. Answers nothing to a word that comes too late; else whether an earlier one was
 * known, which nodes hold any of these, and for each who asked which of theirs are all taken, or 0.
 */
export const seating = new Script(`
local node, word, keptMs, gone = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local known = tonumber(redis.call('HGET', KEYS[1], node))
if known and known > word then return {} end
for i = 5, 4 + gone do
  for _, key in ipairs(KEYS) do redis.call('HDEL', key, ARGV[i]) end
end
redis.call('HSET', KEYS[1], node, word)
redis.call('PEXPIRE', KEYS[1], keptMs)

local at, held, all, isNode, nodes = 5 + gone, {}, {}, {}, {}
for i = 2, #KEYS do
  held[i] = tonumber(ARGV[at])
  all[i] = held[i]
  at = at + 1
  local counts = redis.call('HGETALL', KEYS[i])
  for j = 1, #counts, 2 do
    local other = counts[j]
    if other ~= node then all[i] = all[i] + counts[j + 1] end
    if other ~= node and not isNode[other] then
      isNode[other] = true
      nodes[#nodes + 1] = other
    end
  end
end

local answers = {}
while ARGV[at] do
  local wanted, full = tonumber(ARGV[at]), 0
  for j = wanted, 1, -1 do
    local key, most = 1 + ARGV[at + 2 * j - 1], tonumber(ARGV[at + 2 * j])
    if all[key] >= most then full = j end
  end
  for j = 1, full == 0 and wanted or 0 do
    local key = 1 + ARGV[at + 2 * j - 1]
    held[key], all[key] = held[key] + 1, all[key] + 1
  end
  answers[#answers + 1] = full
  at = at + 1 + 2 * wanted
end

for i = 2, #KEYS do
  if held[i] > 0 then
    redis.call('HSET', KEYS[i], node, held[i])
    redis.call('PEXPIRE', KEYS[i], keptMs)
  else
    redis.call('HDEL', KEYS[i], node)
  end
end
return { known and 1 or 0, nodes, answers }
`)
