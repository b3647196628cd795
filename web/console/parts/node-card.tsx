import { Badge, Card, Group, Text } from '@mantine/core'
import type { Node } from '../types.js'
import { bytes, count, duration, moment } from './format.js'

const secondsSince = (time: string): number => Math.max(0, (Date.now() - Date.parse(time)) / 1000)

/** A node that has not been heard of for this long is about to be taken for dead. */
const silentS = 20

/** How one node of the deployment is, by its own word. */
export const NodeCard = ({ node }: { node: Node }) => (
  <Card padding="sm">
    <Group justify="space-between" align="start" wrap="nowrap" mb="xs">
      <div className="shrink">
        <Text fw={600} size="sm" className="breakable">
          {node.name}
        </Text>
        <Text size="xs" c="dimmed">
          {node.version} · up for {duration(secondsSince(node.started_at))} · said at {moment(node.told_at)}
        </Text>
      </div>
      <State node={node} />
    </Group>
    <dl className="facts">
      <Fact name="Sockets" value={count(node.connections)} />
      <Fact name="Messages a second" value={count(node.messages_per_second)} />
      <Fact name="Rooms listened to" value={count(node.rooms)} />
      <Fact name="Late by" value={`${count(Math.round(node.event_loop_lag_ms * 10) / 10)} ms`} />
      <Fact name="Memory" value={bytes(node.memory_bytes)} />
      <Fact name="Database, Redis" value={`${node.database}, ${node.redis}`} />
    </dl>
  </Card>
)

function State({ node: { draining, database, redis, told_at } }: { node: Node }) {
  if (draining) return <Badge color="orange">leaving</Badge>
  if (database === 'down') return <Badge color="red">no database</Badge>
  if (redis === 'down') return <Badge color="orange">no Redis</Badge>
  if (secondsSince(told_at) > silentS) return <Badge color="orange">silent</Badge>
  return <Badge color="green">up</Badge>
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
