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
  const { tenantId, senderId } = await ownerOf(databaseUrl, large.roomId)
  for (const room of [large, small]) await fillRoom(databaseUrl, { ...room, senderId }, progress)
  await settle(databaseUrl)

  const reader = await openReader({ port: service.port, token })
  const kinds = []
  for (const kind of reads) kinds.push({ title: kind.title, ...(await compare(reader, kind, large, small)) })
  reader.close()
  const explained = []
  for (const { roomId, count } of [large, small]) {
    explained.push({ count, statements: await explainReads(databaseUrl, tenantId, { roomId, count }) })
  }
  return { large: messages, small: few, kinds, explained }
}

async function compare(reader, kind, large, small) {
  for (let n = 0; n < WARMUP; n++) for (const room of [large, small]) await reader.read(kind, room)
  const parts = []
  for (let round = 0; round < rounds; round++) {
    const taken = [[], []]
    for (let n = 0; n < times / rounds; n++) {
      taken[0].push(await reader.read(kind, large))
      taken[1].push(await reader.read(kind, small))
    }
    parts.push(taken.map((values) => percentiles(values, 50, 99)))
  }
  const of = (room, percentile) => parts.map((part) => part[room][percentile])
  const ratio = (percentile) => spread(parts.map(([ours, theirs]) => ours[percentile] / theirs[percentile]))
  const figures = (room) => ({ p50: spread(of(room, 0)), p99: spread(of(room, 1)) })
  return { large: figures(0), small: figures(1), ratio: { p50: ratio(0), p99: ratio(1) } }
}

function ownerOf(databaseUrl, roomId) {
  const sql = 'SELECT tenant_id AS "tenantId", created_by AS "senderId" FROM tb_chat_rooms WHERE chat_room_id = $1'
  return connected(databaseUrl, async (client) => (await client.query(sql, [roomId])).rows[0])
}

function progress(done) {
  if (done % 1_000_000 === 0) console.error(`${done / 1_000_000} million messages`)
}
