// What PostgreSQL does for one page, by its own account: unlike a time it does not depend on what else the machine does.
import * as sql from '../../dist/messages/messages.sql.js'
import { spread } from '../report/statistics.mjs'
import { connected } from './fill.mjs'

const PAGE = 20
const PLACES = 200
const statements = { before_seq: sql.before('all'), after_seq: sql.after('all') }

/** For each statement: how the messages are found, in how many 8 KiB pages and how fast, at places all over the room. */
export function explainReads(databaseUrl, tenantId, { roomId, count }) {
  return connected(databaseUrl, async (client) => {
    const explained = []
    for (const [name, statement] of Object.entries(statements)) {
      const scans = []
      for (let n = 0; n < PLACES; n++) {
        const seq = PAGE + 1 + Math.floor(Math.random() * (count - 2 * PAGE))
        const values = [tenantId, roomId, seq, PAGE]
        const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement}`, values)
        scans.push(scanOf(rows[0]['QUERY PLAN'][0].Plan))
      }
      explained.push({ name, ...summaryOf(scans) })
    }
    return explained
  })
}

/** The part of the plan that reads messages; the rest looks up their senders' names. */
function scanOf(plan) {
  if (plan['Relation Name'] === 'tb_messages') return plan
  return (plan.Plans ?? []).map(scanOf).find(Boolean)
}

function summaryOf(scans) {
  return {
    scan: [...new Set(scans.map((scan) => `${scan['Node Type']} ${scan['Index Name'] ?? ''}`))].join(', '),
    pages: spread(scans.map((scan) => scan['Shared Hit Blocks'] + scan['Shared Read Blocks'])),
    ms: spread(scans.map((scan) => scan['Actual Total Time'])),
  }
}
