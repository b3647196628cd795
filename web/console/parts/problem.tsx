import { Alert, Anchor, Badge, Group, Text } from '@mantine/core'
import type { Problem } from '../api.js'
import { Icon } from './icons.js'

/** What went wrong, in the service's words, where it went wrong. */
export function ProblemAlert({ problem, onRetry }: { problem: Problem | null; onRetry?: () => void }) {
  if (!problem) return null
  const { message, code, body } = problem
  return (
    <Alert color="red" role="alert" icon={<Icon name="alert" />} py="sm">
      <Text size="sm">{message}</Text>
      {body.errors?.map(({ field, message }) => (
        <Text size="sm" key={field + message}>
          <b>{field}</b> {message}
        </Text>
      ))}
      <Group gap="xs" mt={6}>
        <Badge color="red" size="sm" ff="monospace">
          {code}
        </Badge>
        {body.request_id && (
          <Text size="xs" c="dimmed" ff="monospace" className="breakable">
            request {body.request_id}
          </Text>
        )}
        {onRetry && (
          <Anchor component="button" type="button" size="sm" onClick={onRetry}>
            Try again
          </Anchor>
        )}
      </Group>
    </Alert>
  )
}
