import { Anchor, Badge, SimpleGrid } from '@mantine/core'
import { useEffect } from 'react'
import { useLoad, type Load } from '../load.js'
import { Figure } from '../parts/figure.js'
import { count } from '../parts/format.js'
import { NodeCard } from '../parts/node-card.js'
import { Page, Section } from '../parts/page.js'
import { Loaded } from '../parts/states.js'
import { href } from '../route.js'
import type { Node, Page as PageOf, Readiness, Tenant } from '../types.js'

const lookEveryMs = 5000

/** How the deployment is, now and as it goes on. */
export default function Overview() {
  const nodes = useLoad<{ items: Node[] }>('/admin/nodes')
  const ready = useLoad<Readiness>('/health/ready')
  const tenants = useLoad<PageOf<Tenant>>('/admin/tenant', { limit: 100 })
  useEvery(nodes, lookEveryMs)
  useEvery(ready, lookEveryMs)
  const sum = (of: (node: Node) => number): string =>
    nodes.data ? count(Math.round(nodes.data.items.reduce((all, node) => all + of(node), 0) * 10) / 10) : '…'
  return (
    <Page title="Overview" badges={<Ready of={ready} />}>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <Figure name="Sockets" value={sum(({ connections }) => connections)} note="on all nodes" />
        <Figure name="Messages a second" value={sum((node) => node.messages_per_second)} note="stored, lately" />
        <Figure name="Nodes" value={nodes.data ? count(nodes.data.items.length) : '…'} note="that are alive" />
        <Figure
          name="Tenants"
          value={tenants.data ? `${tenants.data.items.length}${tenants.data.next_cursor ? '+' : ''}` : '…'}
          note={
            <Anchor href={href('tenants')} size="xs">
              See all
            </Anchor>
          }
        />
      </SimpleGrid>
      <Section title="Nodes" sentence="Each says how it is, every few seconds.">
        <Loaded of={nodes}>
          {({ items }) => (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
              {items.map((node) => (
                <NodeCard key={node.node_id} node={node} />
              ))}
            </SimpleGrid>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}

/** While somebody looks: a tab in the background asks nothing. Nor is asked again what is not answered yet. */
function useEvery({ reload, isLoading }: Pick<Load<unknown>, 'reload' | 'isLoading'>, ms: number): void {
  useEffect(() => {
    if (isLoading) return
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), ms)
    return () => clearInterval(timer)
  }, [reload, isLoading, ms])
}

function Ready({ of: { data, problem } }: { of: { data: Readiness | null; problem: { message: string } | null } }) {
  if (problem) return <Badge color="red">not ready: {problem.message}</Badge>
  if (!data) return null
  return data.status === 'ok' ? <Badge color="green">ready</Badge> : <Badge color="orange">degraded</Badge>
}
