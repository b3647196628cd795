// What it must cost: Parley's ratio to another peer, by workload. The limits are not ours to move.
import { pairedRatio } from './statistics.mjs'

const goals = [
  { what: 'W3, CPU µs a delivery', workload: 'w3', key: 'totalMicros', against: 'socket-io', atMost: 0.5 },
  { what: 'W3, CPU µs a delivery', workload: 'w3', key: 'totalMicros', against: 'tutorial', atMost: 0.1 },
  { what: 'W1, CPU µs a delivery', workload: 'w1', key: 'totalMicros', against: 'tutorial', atMost: 0.6 },
  { what: 'W2, CPU µs a delivery', workload: 'w2', key: 'totalMicros', against: 'socket-io', atMost: 0.85 },
  { what: 'S, messages a second', workload: 's', key: 'messagesPerSecond', against: 'tutorial', atLeast: 10 },
  { what: 'Idle, memory a connection', workload: 'idle', key: 'moreKb', against: 'socket-io', atMost: 1 },
  { what: 'W1, send → deliver p99', workload: 'w1', key: 'p99', against: 'socket-io-insert', atMost: 2 },
]

/** Each goal of which both sides were measured: `ratio` is a spread, its median decides. */
export function judge(results) {
  return goals.flatMap((goal) => {
    const values = (peer) =>
      results.filter((one) => one.workload === goal.workload && one.peer === peer).map((one) => one[goal.key])
    const [ours, theirs] = [values('parley'), values(goal.against)]
    if (ours.length === 0 || theirs.length === 0) return []
    const ratio = pairedRatio(ours, theirs)
    const reached = goal.atMost === undefined ? ratio.median >= goal.atLeast : ratio.median <= goal.atMost
    return [{ ...goal, ratio, reached }]
  })
}
