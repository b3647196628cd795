// npm run bench:history: reads history by `seq` in a room of ten million messages and in one of a hundred, in turn.
import { readArguments } from './arguments.mjs'
import { connected, fillRoom, settle } from './history/fill.mjs'
import { explainReads } from './history/explain.mjs'
import { openReader, reads } from './history/reads.mjs'
import { onPostgres } from './machine/lifetime.mjs'
import { onDatabase } from './measure.mjs'
import { parley } from './peers/parley.mjs'
import { conditions } from './report/conditions.mjs'
import { historyMarkdown } from './report/history.mjs'
import { percentiles, spread } from './report/statistics.mjs'
import { writeResults } from './report/write.mjs'

const usage = `node bench/history.mjs [options]
  --messages 10000000   in the large room: about 1 GB of disk for each million, in the folder for temporary files
  --few 100             in the small one
  --reads 1000          how often each kind of read is measured in each room
  --rounds 5            in so many parts, of which the spread is shown
  --no-write            print the result only, write no files to bench/results`

const told = readArguments(process.argv.slice(2), usage, {
  messages: '10000000',
  few: '100',
  reads: '1000',
  rounds: '5',
})
const [messages, few] = [told.positive('messages'), told.positive('few')]
const [times, rounds] = [told.positive('reads'), told.positive('rounds')]
const WARMUP = 200
// A kind of read that takes seconds is to be seen in the result, and not to take hours.
const MOST_SECONDS = 15

await onPostgres(async (postgres) => {
  const about = conditions(postgres, `${times} reads of each kind and room in turn, in ${rounds} rounds`)
  const result = await onDatabase(postgres, parley, { name: 'history' }, (start, databaseUrl) =>
    readBoth(start, databaseUrl),
  )
  const report = historyMarkdown(about, result)
  console.log(report)
  if (told.write) console.error(`Written to ${writeResults(about, result, report, '-history')}`)
})

/** Both rooms are read by the same user, in turn, so that whatever happens to the machine happens to both. */
async function readBoth(start, databaseUrl) {
  const service = await start()
  const [{ token, rooms }] = await service.prepare({ clients: 2, rooms: 2, roomsEach: 2 })
  const [large, small] = [messages, few].map((count, n) => ({ roomId: rooms[n], count }))
  const { tenant_id, user_ids } = await membersOf(databaseUrl, large.roomId)
  for (const room of [large, small]) await fillRoom(databaseUrl, { ...room, senderIds: user_ids }, progress)
  await settle(databaseUrl)

  const reader = await openReader({ port: service.port, token })
  const kinds = []
  for (const kind of reads) kinds.push({ title: kind.title, ...(await compare(reader, kind, large, small)) })
  reader.close()
  const explained = []
  for (const { roomId, count } of [large, small]) {
    explained.push({ count, statements: await explainReads(databaseUrl, tenant_id, { roomId, count }) })
  }
  return { large: messages, small: few, kinds, explained }
}

async function compare(reader, kind, large, small) {
  const readInTurn = async (times) => {
    const taken = [[], []]
    for (const until = Date.now() + MOST_SECONDS * 1000; taken[0].length < times && Date.now() < until;) {
      taken[0].push(await reader.read(kind, large))
      taken[1].push(await reader.read(kind, small))
    }
    return taken
  }
  await readInTurn(WARMUP)
  const parts = []
  for (let round = 0; round < rounds; round++) parts.push(await readInTurn(times / rounds))
  const figures = parts.map((taken) => taken.map((values) => percentiles(values, 50, 99)))
  const of = (room, percentile) => spread(figures.map((part) => part[room][percentile]))
  const ratio = (percentile) => spread(figures.map((part) => part[0][percentile] / part[1][percentile]))
  return {
    reads: parts.reduce((sum, [ofLarge]) => sum + ofLarge.length, 0),
    large: { p50: of(0, 0), p99: of(0, 1) },
    small: { p50: of(1, 0), p99: of(1, 1) },
    ratio: { p50: ratio(0), p99: ratio(1) },
  }
}

function membersOf(databaseUrl, roomId) {
  const sql = 'SELECT tenant_id, array_agg(user_id) AS user_ids FROM tb_user_room WHERE room_id = $1 GROUP BY 1'
  return connected(databaseUrl, async (client) => (await client.query(sql, [roomId])).rows[0])
}

function progress(done) {
  if (done % 1_000_000 === 0) console.error(`${done / 1_000_000} million messages`)
}
