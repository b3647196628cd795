/** What stands in the place of something that is not there yet, or not at all. */
import { Button, Paper, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Load, Pages } from '../load.js'
import { ProblemAlert } from './problem.js'

export const Loading = ({ lines = 4 }: { lines?: number }) => (
  <Stack gap="sm" component="output">
    <VisuallyHidden>Loading…</VisuallyHidden>
    {Array.from({ length: lines }, (_, line) => (
      <Skeleton key={line} height={line === 0 ? 28 : 18} width={line === 0 ? '40%' : `${95 - line * 7}%`} />
    ))}
  </Stack>
)

export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <Paper withBorder p="xl" className="empty">
    <Text fw={600}>{title}</Text>
    {children && (
      <Text size="sm" c="dimmed" component="div" mt={4}>
        {children}
      </Text>
    )}
  </Paper>
)

/** Of what failed nothing more can be said; a file that is gone comes under another name with the page. */
export const Broken = () => (
  <Empty title="This page could not be shown">
    <Button variant="default" mt="sm" onClick={() => window.location.reload()}>
      Load it again
    </Button>
  </Empty>
)

/** What was loaded, or why it was not. */
export function Loaded<T>({ of, children }: { of: Load<T>; children: (data: T) => ReactNode }) {
  if (of.data !== null) return children(of.data)
  return of.problem ? <ProblemAlert problem={of.problem} onRetry={of.reload} /> : <Loading />
}

/** A list that goes on as far as somebody wants. */
export function Paged<T>({
  of,
  empty,
  children,
}: {
  of: Pages<T>
  empty: ReactNode
  children: (items: T[]) => ReactNode
}) {
  if (!of.items.length && of.isLoading) return <Loading />
  return (
    <Stack gap="sm">
      {of.items.length ? children(of.items) : !of.problem && empty}
      <ProblemAlert problem={of.problem} onRetry={of.reload} />
      {of.hasMore && (
        <Button variant="default" loading={of.isLoading} onClick={of.more} className="start">
          Show more
        </Button>
      )}
    </Stack>
  )
}
