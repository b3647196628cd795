// npm run bench:search: finds messages by their words in a tenant of a million messages, by REST.
import { request, Agent } from 'node:http'
import { readArguments } from './arguments.mjs'
import { connected, settle } from './history/fill.mjs'
import { onPostgres } from './machine/lifetime.mjs'
import { onDatabase } from './measure.mjs'
import { parley } from './peers/parley.mjs'
import { conditions } from './report/conditions.mjs'
import { searchMarkdown } from './report/search.mjs'
import { percentiles, spread } from './report/statistics.mjs'
import { writeResults } from './report/write.mjs'
import { fillWords } from './search/fill.mjs'
import { queries } from './search/queries.mjs'

const usage = `node bench/search.mjs [options]
  --messages 1000000    in the tenant
  --rooms 200           of which the reader is in all
  --searches 100        how often each kind is measured
  --rounds 3            in so many parts, of which the spread is shown
  --no-write            print the result only, write no files to bench/results`

const told = readArguments(process.argv.slice(2), usage, {
  messages: '1000000',
  rooms: '200',
  searches: '100',
  rounds: '3',
})
const [messages, rooms] = [told.positive('messages'), told.positive('rooms')]
const [times, rounds] = [told.positive('searches'), told.positive('rounds')]
const WARMUP = 5
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

await onPostgres(async (postgres) => {
  const about = conditions(postgres, `${times} searches of each kind, 20 messages a page, in ${rounds} rounds`)
  const result = await onDatabase(postgres, parley, { name: 'search' }, (start, url) => searchAll(start, url))
  const report = searchMarkdown(about, result)
  console.log(report)
  if (told.write) console.error(`Written to ${writeResults(about, result, report, '-search')}`)
  agent.destroy()
})

async function searchAll(start, databaseUrl) {
  const service = await start()
  const [{ token, rooms: roomIds }] = await service.prepare({ clients: 2, rooms, roomsEach: rooms })
  const [tenantId, userIds] = await peopleOf(databaseUrl, roomIds[0])
  await fillWords(databaseUrl, { tenantId, roomIds, userIds, count: messages }, progress)
  await settle(databaseUrl)
  const half = new Date(Date.now() - messages * 10_000).toISOString()
  const places = { large: roomIds[0], small: roomIds.at(-1), author: userIds[0], half }
  const kinds = []
  for (const query of queries(places)) kinds.push(await measure(service.port, token, databaseUrl, tenantId, query))
  return { messages, rooms, kinds }
}

async function measure(port, token, databaseUrl, tenantId, { title, ...query }) {
  const path = `/search?${new URLSearchParams({ ...query, limit: 20 })}`
  const find = async (count) => {
    const taken = []
    let found
    for (let n = 0; n < count; n++) {
      const began = performance.now()
      found = JSON.parse(await get({ port, path, agent, headers: { authorization: `Bearer ${token}` } })).items.length
      taken.push(performance.now() - began)
    }
    return { taken, found }
  }
  await find(WARMUP)
  const parts = []
  for (let round = 0; round < rounds; round++) parts.push(await find(Math.ceil(times / rounds)))
  const figures = parts.map(({ taken }) => percentiles(taken, 50, 99))
  const peer = await withoutIndex(databaseUrl, tenantId, query)
  return {
    title,
    found: parts[0].found,
    p50: spread(figures.map(([p50]) => p50)),
    p99: spread(figures.map(([, p99]) => p99)),
    peer,
    ratio: figures.map(([p50]) => p50).sort((a, b) => a - b)[Math.floor(rounds / 2)] / peer,
  }
}

/** The same by ILIKE, the newest first, in milliseconds: what one writes who has no index of words. */
function withoutIndex(databaseUrl, tenantId, { q, room_id = null, user_id = null, before = null }) {
  const words = q.replaceAll('"', '').split(' ')
  const conditions = words.map((word) => {
    const not = word.startsWith('-')
    return `${not ? 'NOT' : ''} content ILIKE '%${word.replace('-', '')}%'`
  })
  const sql = `
    SELECT message_id, content FROM tb_messages
    WHERE tenant_id = $1 AND ($2::uuid IS NULL OR room_id = $2) AND ($3::uuid IS NULL OR user_id = $3)
      AND ($4::timestamptz IS NULL OR created_at < $4) AND ${conditions.join(' AND ')}
    ORDER BY message_id DESC LIMIT 21`
  return connected(databaseUrl, async (client) => {
    const taken = []
    for (let n = 0; n < 3; n++) {
      const began = performance.now()
      await client.query(sql, [tenantId, room_id, user_id, before])
      taken.push(performance.now() - began)
    }
    return taken.sort((a, b) => a - b)[1]
  })
}

function peopleOf(databaseUrl, roomId) {
  const sql = 'SELECT tenant_id, array_agg(user_id) AS user_ids FROM tb_user_room WHERE room_id = $1 GROUP BY 1'
  return connected(databaseUrl, async (client) => {
    const { tenant_id, user_ids } = (await client.query(sql, [roomId])).rows[0]
    return [tenant_id, user_ids]
  })
}

function get(options) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', ...options }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => (body += text))
      response.on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(body))))
    })
    asked.on('error', reject).end()
  })
}

function progress(done) {
  if (done % 500_000 === 0) console.error(`${done} messages`)
}
